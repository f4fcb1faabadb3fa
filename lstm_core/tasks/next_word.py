"""Which word comes next: the two documents of a well-known notebook, or a text of one's own.

The notebook ("Building an LSTM from scratch") has two documents, "this is an" and "is an example", and has
one unit with 12 weights and a dense layer with 10 learn the last word of each from those before it. A word
goes in as its id, one number; a text of one's own gets an embedding instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.errors import InputError
from lstm_core.network import Embedding, NetworkConfig, Raw, RecurrentLayer
from lstm_core.optimizers import Adam
from lstm_core.tasks.base import (
    Probe,
    Reader,
    Recipe,
    Size,
    Task,
    TaskData,
    cheapest,
    ends_in_words,
    epochs_for,
    examples,
    following_shares,
    guess,
    repeated,
    with_test,
)
from lstm_core.tasks.metrics import accuracy_of, constant_answers
from lstm_core.tasks.vocabulary import Vocabulary, left_padded, words
from lstm_core.tasks.wording import counted
from lstm_core.training import ClipNorm, Dataset

DOCUMENTS = ("this is an", "is an example")

MAX_CHARACTERS = 200_000
MAX_WORDS = 20_000
MAX_VOCABULARY = 2_000
MIN_WORDS = 20
HELD_OUT = 0.2
"""The share of a text of one's own, at its end, that is only measured on."""

_ACCURACY = accuracy_of("of the next words guessed right")


@dataclass(frozen=True, slots=True)
class WordReader(Reader):
    """Words to ids and back.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words by id.
    window : int
        How many words the network sees at most.
    as_numbers : bool
        Whether a timestep is the id as one number, shape (T, 1), or the id itself, shape (T,).
    """

    vocabulary: Vocabulary
    window: int
    as_numbers: bool

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return the words."""
        return tuple(self.vocabulary.symbols[int(id_)] for id_ in inputs.ravel())

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the next word."""
        return self.vocabulary.symbols[int(target.argmax() if target.ndim else target)]

    def read(self, text: str) -> Probe:
        """Read the last words of a text."""
        kept, notes = self.vocabulary.known(words(text), "word")
        if len(kept) > self.window:
            notes = (*notes, f"Kept the last {self.window} of {len(kept)} words.")
        ids = np.array(self.vocabulary.ids(kept[-self.window :]))
        return Probe(
            _inputs(ids[np.newaxis], self.as_numbers), None, tuple(kept[-self.window :]), None, notes
        )


def make(rng: np.random.Generator, own: object, window: int, *, test: bool) -> TaskData:
    """Make the task of the two documents, or that of a text."""
    return _two_documents(window) if own is None else _own_text(own, window, test=test)


def _two_documents(window: int) -> TaskData:
    documents = [words(document) for document in DOCUMENTS]
    vocabulary, ids, mask, targets = _windows(documents, window)
    K = len(vocabulary)
    dataset = Dataset(_inputs(ids, True), np.eye(K)[targets], mask)
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Raw(1),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=1),),
            outputs=K,
            activation="softmax",
        ),
        loss="binary_cross_entropy",
        optimizer=Adam(0.05),
        batch_size=len(targets),
        epochs=500,
    )
    shares = np.bincount(targets, minlength=K) / len(targets)
    answers = constant_answers(vocabulary.symbols, shares, dataset, _ACCURACY, recipe.loss)
    return TaskData(
        train=dataset,
        validation=dataset,
        held_out=False,
        inputs=("id of the word",),
        outputs=vocabulary.symbols,
        recipe=recipe,
        metric=_ACCURACY,
        **cheapest(answers, _ACCURACY),
        reader=WordReader(vocabulary, ids.shape[1], True),
        notes=(
            "There are only two documents, so the network is measured on what it learned from: this shows "
            "that it can remember them, not that it can speak.",
        ),
    )


def _own_text(own: object, window: int, *, test: bool) -> TaskData:
    tokens = _tokens(own)
    vocabulary, ids, _, targets = _windows([tokens], window)
    K = len(vocabulary)
    if K - 1 > MAX_VOCABULARY:
        raise InputError(
            f"The text must have at most {MAX_VOCABULARY} different words, each of which is one output, "
            f"got {K - 1}"
        )
    if len(targets) < MIN_WORDS - 1:
        raise InputError(
            f"With a window of {counted(window, 'word')} the text must have at least "
            f"{MIN_WORDS - 1 + window} words, got {len(tokens)}"
        )
    kept_back = max(1, round(HELD_OUT * len(targets)))
    split = len(targets) - kept_back * (1 + test)
    batch_size = 32
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Embedding(K, 16),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=32),),
            outputs=K,
            activation="softmax",
        ),
        loss="cross_entropy",
        optimizer=Adam(0.01),
        batch_size=batch_size,
        epochs=epochs_for(400, split, batch_size),
        clip=ClipNorm(5.0),
    )
    train = Dataset(ids[:split], targets[:split])
    counts = np.bincount(targets[:split], minlength=K) + 1.0  # one more for each: none is impossible
    frequent = counts / counts.sum()
    following = following_shares(ids[:split, -1], targets[:split], frequent)
    learned = {*ids[:split].ravel().tolist(), *targets[:split].tolist()}

    def measured_on(begin: int, which: str) -> dict[str, Any]:
        dataset = Dataset(ids[begin : begin + kept_back], targets[begin : begin + kept_back])
        repeats = repeated(examples(train), examples(dataset))
        notes = [f"Of {len(targets)} windows {which}; the accuracy is measured on them.", *repeats]
        new = set(dataset.targets.tolist()) - learned
        if new:
            notes.append(
                f"No network can know {counted(len(new), 'word')} asked for there but found nowhere before."
            )
        answers = constant_answers(vocabulary.symbols, frequent, dataset, _ACCURACY, recipe.loss)
        name, said = "the word that mostly followed the last one", following[dataset.inputs[:, -1]]
        answers.append(guess(name, said, dataset, _ACCURACY, recipe.loss, "softmax"))
        chosen = cheapest(answers, _ACCURACY)
        return {"validation": dataset, "notes": tuple(notes), "repeats": repeats, **chosen}

    ends = ends_in_words(kept_back, test=test)
    data = TaskData(
        train=train,
        held_out=True,
        inputs=vocabulary.symbols,
        outputs=vocabulary.symbols,
        recipe=recipe,
        metric=_ACCURACY,
        reader=WordReader(vocabulary, window, False),
        **measured_on(split, ends[0]),
    )
    return with_test(data, measured_on(split + kept_back, ends[1]) if test else None)


def _tokens(own: object) -> list[str]:
    """Return the words of a text that is not too long."""
    if not isinstance(own, str):
        raise InputError(f"The text must be a str, got {type(own).__name__}")
    if len(own) > MAX_CHARACTERS:
        raise InputError(f"The text must have at most {MAX_CHARACTERS} characters, got {len(own)}")
    tokens = words(own)
    if not MIN_WORDS <= len(tokens) <= MAX_WORDS:
        raise InputError(f"The text must have from {MIN_WORDS} to {MAX_WORDS} words, got {len(tokens)}")
    return tokens


def _windows(
    documents: Sequence[list[str]], window: int
) -> tuple[Vocabulary, NDArray[np.intp], NDArray[np.bool_] | None, NDArray[np.intp]]:
    """Return the words, and each run of `window` words in a document with the word after it.

    A document of no more than `window` words gives one example, all of it but its last word.
    """
    vocabulary = Vocabulary.by_frequency(word for document in documents for word in document)
    numbered = [vocabulary.ids(document) for document in documents]
    ends = [(ids, end) for ids in numbered for end in range(min(window, len(ids) - 1), len(ids))]
    ids, mask = left_padded([document[max(0, end - window) : end] for document, end in ends])
    return vocabulary, ids, mask, np.array([document[end] for document, end in ends])


def _inputs(ids: NDArray[np.intp], as_numbers: bool) -> NDArray[Any]:
    return ids[..., np.newaxis].astype(float) if as_numbers else ids


TASK = Task(
    key="next_word",
    name="Next word",
    hard="To the network a word is only a number, and what comes next depends on several of them.",
    answer="label",
    typed="this is",
    make=make,
    sizes=(Size("window", "Words the network sees", 4, 1, 50),),
    own="a text, of which it learns to say the next word",
)
