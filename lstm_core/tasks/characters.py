"""Which character comes next, at every character of a text: a small model of language that can then write.

The text that comes with it is written for this project: a chain of sentences, each of which begins with the
end of the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.errors import InputError
from lstm_core.network import NetworkConfig, OneHot, RecurrentLayer
from lstm_core.optimizers import Adam
from lstm_core.tasks.base import (
    DATA,
    Probe,
    Reader,
    Recipe,
    Size,
    Task,
    TaskData,
    cheapest,
    ends_in_words,
    epochs_for,
    following_shares,
    guess,
    repeated,
    with_test,
)
from lstm_core.tasks.metrics import nats_per
from lstm_core.tasks.vocabulary import Vocabulary, composed
from lstm_core.tasks.wording import counted
from lstm_core.training import ClipNorm, Dataset

MIN_CHARACTERS = 200
MAX_CHARACTERS = 100_000
MAX_VOCABULARY = 200
LONGEST_TYPED = 1_000
HELD_OUT = 0.15
"""The share of the text, at its end, that is only measured on."""

NATS_PER_CHARACTER = nats_per("character", "next character")


def text() -> str:
    """Return the text that comes with the task.

    Examples
    --------
    >>> text().splitlines()[1], len(text())
    ('When the sun comes up, the cat wakes up.', 3334)
    """
    return (DATA / "characters.txt").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class CharacterReader(Reader):
    """Characters to ids and back; a character is a code point.

    Parameters
    ----------
    vocabulary : Vocabulary
        The characters by id.
    """

    vocabulary: Vocabulary

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return the characters."""
        return tuple(self.vocabulary.symbols[id_] for id_ in inputs)

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the text from the second character on."""
        return "".join(self.symbols(target))

    def read(self, text: str) -> Probe:
        """Read a text."""
        kept, notes = self.vocabulary.known(_clean(text[-LONGEST_TYPED:]), "character")
        if len(text) > LONGEST_TYPED:
            notes = (*notes, f"Kept the last {LONGEST_TYPED} of {len(text)} characters.")
        return Probe(np.array([self.vocabulary.ids(kept)]), None, tuple(kept), None, notes)


def make(rng: np.random.Generator, own: object, window: int, *, test: bool) -> TaskData:
    """Make the task of the text that comes with it, or that of a text of one's own."""
    source = text() if own is None else _given(own)
    vocabulary = Vocabulary(tuple(character for character, _ in Counter(source).most_common()))
    K = len(vocabulary)
    if K > MAX_VOCABULARY:
        raise InputError(
            f"The text must have at most {MAX_VOCABULARY} different characters, each of which is one output, "
            f"got {K}"
        )
    kept_back = round(HELD_OUT * len(source))
    if kept_back <= window:
        raise InputError(
            f"The window must have at most {kept_back - 1} characters, as the last "
            f"{kept_back} of {len(source)} characters are held out, got {window}"
        )
    split = len(source) - kept_back * (1 + test)
    ids = np.array(vocabulary.ids(source))
    train = _windows(ids[:split], window, every=max(1, window // 2))
    batch_size = 16
    recipe = Recipe(
        network=NetworkConfig(
            inputs=OneHot(K),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=48, recurrent_dropout=0.2),),
            outputs=K,
            read="every",
            activation="softmax",
        ),
        loss="cross_entropy",
        optimizer=Adam(0.01),
        batch_size=batch_size,
        epochs=epochs_for(600, len(train.inputs), batch_size),
        clip=ClipNorm(5.0),
    )
    counts = np.bincount(ids[:split], minlength=K) + 1.0  # one more for each: none is impossible
    frequent = counts / counts.sum()
    cheap = {
        "every character as often as in the training text": np.broadcast_to(frequent, (K, K)),
        "what followed the same character in the training text": following_shares(
            ids[: split - 1], ids[1:split], frequent
        ),
    }

    def measured_on(begin: int, which: str) -> dict[str, Any]:
        piece = source[begin : begin + kept_back]
        dataset = _windows(ids[begin : begin + kept_back], window, every=window)
        answers = [
            guess(name, shares[dataset.inputs], dataset, NATS_PER_CHARACTER, recipe.loss, "softmax")
            for name, shares in cheap.items()
        ]
        repeats = repeated(_runs(source[:split], window + 1, 1), list(_runs(piece, window + 1, window)))
        notes = [
            f"Of {len(source)} characters {which}, in {counted(len(dataset), 'window')} of {window}.",
            *repeats,
        ]
        new = set(piece) - set(source[:split])
        if new:
            notes.append(
                f"No network can know {counted(len(new), 'character')} found there but nowhere before."
            )
        chosen = cheapest(answers, NATS_PER_CHARACTER)
        return {"validation": dataset, "notes": tuple(notes), "repeats": repeats, **chosen}

    ends = ends_in_words(kept_back, test=test)
    data = TaskData(
        train=train,
        held_out=True,
        inputs=vocabulary.symbols,
        outputs=vocabulary.symbols,
        recipe=recipe,
        metric=NATS_PER_CHARACTER,
        forward_only=True,
        reader=CharacterReader(vocabulary),
        **measured_on(split, ends[0]),
    )
    return with_test(data, measured_on(split + kept_back, ends[1]) if test else None)


def _given(own: object) -> str:
    if not isinstance(own, str):
        raise InputError(f"The text must be a str, got {type(own).__name__}")
    if len(own) > MAX_CHARACTERS:
        raise InputError(f"The text must have at most {MAX_CHARACTERS} characters, got {len(own)}")
    source = _clean(own)
    if len(source) < MIN_CHARACTERS:
        raise InputError(f"The text must have at least {MIN_CHARACTERS} characters, got {len(source)}")
    return source


def _clean(source: str) -> str:
    r"""Write every new line as "\n" and every accented letter as one character where there is one."""
    return composed(source.replace("\r\n", "\n").replace("\r", "\n"))


def _runs(source: str, length: int, every: int) -> Iterator[str]:
    """Return the pieces of a length that begin at every so many characters."""
    return (source[at : at + length] for at in range(0, len(source) - length + 1, every))


def _windows(ids: NDArray[np.intp], window: int, every: int) -> Dataset:
    """Cut a text into windows, each with the window one character later as its target."""
    rows = np.lib.stride_tricks.sliding_window_view(ids, window + 1)[::every]
    return Dataset(rows[:, :-1].copy(), rows[:, 1:].copy())


TASK = Task(
    key="characters",
    name="Character text",
    hard="It has to learn how words are spelt, where they end and what was said before, letter by letter.",
    answer="writing",
    typed="The cat",
    make=make,
    sizes=(Size("window", "Characters in a row", 40, 2, 200, keeps_split=True),),
    own="a text, which it learns to continue",
)
