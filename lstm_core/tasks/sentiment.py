"""Whether a short sentence is for or against what it speaks of, and why the order of its words matters.

The sentences are written for this project, some one by one and some from patterns. Many come in pairs that
have the same words in two orders and mean the opposite; no classifier that only counts words can get both
right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.errors import InputError
from lstm_core.network import Embedding, NetworkConfig, RecurrentLayer
from lstm_core.optimizers import Adam
from lstm_core.tasks.bag_of_words import BagOfWords
from lstm_core.tasks.base import (
    DATA,
    Probe,
    Reader,
    Recipe,
    Task,
    TaskData,
    cheapest,
    epochs_for,
    guess,
    with_test,
)
from lstm_core.tasks.metrics import accuracy_of, constant_answers
from lstm_core.tasks.vocabulary import Vocabulary, left_padded, listed, words
from lstm_core.tasks.wording import counted
from lstm_core.training import ClipNorm, Dataset

POSITIVE = ("good", "great", "wonderful", "lovely", "funny", "clever", "fresh", "warm", "beautiful")
NEGATIVE = ("bad", "boring", "terrible", "dull", "awful", "weak", "silly", "cold", "ugly")

TURNS = (
    "{negative} at first but {positive} in the end",
    "the start was {negative} but the end was {positive}",
    "it was {positive} not {negative}",
    "not {negative} but {positive}",
    "i thought it would be {negative} but it was {positive}",
    "first {negative} and then {positive}",
    "the room was {negative} but the food was {positive}",
)
"""Positive as they stand; with the two words exchanged, negative."""

THINGS = ("film", "book", "meal", "song", "room", "story", "game", "place", "hotel")
PLAIN = (
    ("the {thing} was {word}", True),
    ("{a} {word} {thing}", True),
    ("what {a} {word} {thing}", True),
    ("it was very {word}", True),
    ("the {thing} was not {word}", False),
)
"""Sentences around one word, and whether they mean what it means or the opposite."""

MIN_SENTENCES = 10
MAX_SENTENCES = 5_000
MIN_TESTED = 5
"""Sentences that a third part must have: fewer cannot tell learning from chance."""
MAX_WORDS = 100
MAX_WORDS_IN_ALL = 50_000
MAX_LABELS = 10
MAX_VOCABULARY = 5_000
HELD_OUT = 0.25
"""The share of the sentences of each label that is only measured on, in each part that is kept back."""

_ACCURACY = accuracy_of("of the sentences labelled right")


def sentences() -> list[tuple[str, str]]:
    """Return the corpus: pairs of a sentence and its label, "positive" or "negative".

    Examples
    --------
    >>> sentences()[0], len(sentences())
    (('a good film with a great story', 'positive'), 1000)
    """
    lines = (DATA / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    by_hand = [(sentence, label) for label, sentence in (line.split("\t") for line in lines)]
    return by_hand + list(_from_patterns())


def _from_patterns() -> Iterator[tuple[str, str]]:
    """Put each word into each pattern once, every time beside another one."""
    for shift, pattern in enumerate(TURNS):
        for positive, negative in zip(POSITIVE, _rotated(NEGATIVE, shift), strict=True):
            yield pattern.format(positive=positive, negative=negative), "positive"
            yield pattern.format(positive=negative, negative=positive), "negative"
    for shift, (pattern, as_it_stands) in enumerate(PLAIN):
        labels = ("positive", "negative") if as_it_stands else ("negative", "positive")
        for thing, *pair in zip(_rotated(THINGS, shift), POSITIVE, NEGATIVE, strict=True):
            for word, label in zip(pair, labels, strict=True):
                yield pattern.format(a="an" if word[0] in "aeiou" else "a", word=word, thing=thing), label


def _rotated(words: Sequence[str], shift: int) -> Sequence[str]:
    return [*words[shift:], *words[:shift]]


@dataclass(frozen=True, slots=True)
class SentenceReader(Reader):
    """Words to ids, classes to labels.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words by id.
    labels : tuple of str
        The classes.
    bag : BagOfWords
        What can be said of a sentence without the order of its words.
    """

    vocabulary: Vocabulary
    labels: tuple[str, ...]
    bag: BagOfWords

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return the words."""
        return tuple(self.vocabulary.symbols[id_] for id_ in inputs)

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the label."""
        return self.labels[int(target)]

    def read(self, text: str) -> Probe:
        """Read a sentence."""
        kept, notes = self.vocabulary.known(words(text), "word")
        if len(kept) > MAX_WORDS:
            raise InputError(f"A sentence must have at most {MAX_WORDS} words, got {len(kept)}")
        return Probe(np.array([self.vocabulary.ids(kept)]), None, tuple(kept), None, notes)


def mirrored(dataset: Dataset) -> tuple[tuple[int, int], ...]:
    """Find the sentences that have the same words in two orders and two different labels.

    Parameters
    ----------
    dataset : Dataset
        Of this task.

    Returns
    -------
    tuple of (int, int)
        The places of the two sentences of each such pair.

    Examples
    --------
    >>> mirrored(Dataset(np.array([[1, 2], [3, 1], [2, 1]]), np.array([0, 0, 1])))
    ((0, 2),)
    """
    same_words = defaultdict(list)
    for place, ids in enumerate(dataset.inputs):
        same_words[tuple(sorted(ids.tolist()))].append(place)
    pairs = []
    for places in same_words.values():
        first = places[0]
        other = [place for place in places if dataset.targets[place] != dataset.targets[first]]
        pairs += [(first, other[0])] if other else []
    return tuple(pairs)


def bag_of_words(data: TaskData) -> BagOfWords:
    """Return the classifier that only counts words, learned from the sentences that the network learns from.

    Raises
    ------
    InputError
        If the data is that of another task.

    Examples
    --------
    >>> data = TASK.build(np.random.default_rng(0))
    >>> bag = bag_of_words(data)
    >>> probes = [data.reader.read(text).inputs for text in ("good not bad", "bad not good")]
    >>> bool(np.allclose(bag.shares(probes[0]), bag.shares(probes[1])))
    True
    """
    reader = getattr(data, "reader", None)
    if not isinstance(reader, SentenceReader):
        raise InputError(
            f"data must be that of the task “{TASK.name}”, got {type(data).__name__} with "
            f"{'no reader' if reader is None else f'a {type(reader).__name__}'}"
        )
    return reader.bag


def make(rng: np.random.Generator, own: object, *, test: bool) -> TaskData:
    """Make the task of the corpus, or that of labelled sentences of one's own."""
    rows = sentences() if own is None else _rows(own)
    tokens = [words(sentence) for sentence, _ in rows]
    count = sum(map(len, tokens))
    if count > MAX_WORDS_IN_ALL:
        raise InputError(f"The sentences must have at most {MAX_WORDS_IN_ALL} words in all, got {count}")
    labels = tuple(label for label, _ in Counter(label for _, label in rows).most_common())
    vocabulary = Vocabulary.by_frequency(word for sentence in tokens for word in sentence)
    if len(vocabulary) - 1 > MAX_VOCABULARY:
        raise InputError(
            f"The sentences must have at most {MAX_VOCABULARY} different words, got {len(vocabulary) - 1}"
        )
    ids, mask = left_padded([vocabulary.ids(sentence) for sentence in tokens])
    classes = np.array([labels.index(label) for _, label in rows])
    kept_back, tested = _held_out(rng, ids, classes, 1 + test)
    if tested.sum() < MIN_TESTED or set(classes[tested]) != set(classes[kept_back]):
        tested[:] = False  # too few to judge by: they are learned from

    def part(chosen: NDArray[np.bool_]) -> Dataset:
        return Dataset(ids[chosen], classes[chosen], None if mask is None else mask[chosen])

    train = part(~kept_back & ~tested)
    units = 8 if own is None else 16  # the corpus needs no more; other sentences may have more labels
    batch_size = 16
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Embedding(len(vocabulary), 16),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=units, dropout=0.5),),
            outputs=len(labels),
            activation="softmax",
            head_dropout=0.3,
        ),
        loss="cross_entropy",
        optimizer=Adam(0.01),
        batch_size=batch_size,
        epochs=epochs_for(800, len(train.inputs), batch_size),
        clip=ClipNorm(5.0),
    )
    shares = np.bincount(train.targets, minlength=len(labels)) / len(train)
    bag = BagOfWords.fit(train.inputs, train.targets, len(vocabulary), len(labels))

    def measured_on(chosen: NDArray[np.bool_], what: str) -> dict[str, Any]:
        dataset = part(chosen)
        answers = constant_answers(labels, shares, dataset, _ACCURACY, recipe.loss)
        name, said = "a bag of words, which cannot see their order", bag.shares(dataset.inputs)
        answers.append(guess(name, said, dataset, _ACCURACY, recipe.loss, "softmax"))
        notes = _notes(train, dataset, labels, what)
        return {"validation": dataset, "notes": notes, **cheapest(answers, _ACCURACY)}

    data = TaskData(
        train=train,
        held_out=True,
        inputs=vocabulary.symbols,
        outputs=labels,
        recipe=recipe,
        metric=_ACCURACY,
        reader=SentenceReader(vocabulary, labels, bag),
        **measured_on(kept_back, "validation sentences" if tested.any() else "sentences that are kept back"),
    )
    return with_test(data, measured_on(tested, "test sentences") if tested.any() else None)


def _notes(train: Dataset, held_out: Dataset, labels: Sequence[str], what: str) -> tuple[str, ...]:
    notes = []
    new = set(held_out.inputs.ravel().tolist()) - set(train.inputs.ravel().tolist()) - {0}
    if new:
        notes.append(f"The network never learns {counted(len(new), 'word')} found only in {what}.")
    rare = [label for number, label in enumerate(labels) if number not in held_out.targets]
    if rare:
        notes.append(f"Too few different sentences to keep one back have the label {listed(rare)}.")
    return tuple(notes)


def _held_out(
    rng: np.random.Generator, ids: NDArray[np.intp], classes: NDArray[np.intp], parts: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Choose the sentences of two parts to keep back, the second one empty if only one is wanted: shape (N,).

    Each label has its share of each part, to half a sentence where that can be, and every label is learned.
    All orders of the same words stay together.
    """
    _, group = np.unique(np.sort(ids, axis=1), axis=0, return_inverse=True)
    sizes = np.zeros((group.max() + 1, classes.max() + 1), int)
    np.add.at(sizes, (group, classes), 1)  # sentences of each group with each label
    left = sizes.sum(axis=0)
    most = HELD_OUT * left + 0.5
    part_of = np.zeros(len(sizes), int)
    for part in range(1, parts + 1):
        taken = np.zeros(len(left))
        for number in rng.permutation(np.flatnonzero(part_of == 0)):
            concerned = sizes[number] > 0
            room = (taken + sizes[number] <= most) & (sizes[number] < left)
            if room[concerned].all():
                part_of[number] = part
                taken, left = taken + sizes[number], left - sizes[number]
    found = part_of[group]
    if not (found == 1).any():
        raise InputError(
            "A quarter of the sentences of each label is kept back, so one label at least must have several "
            "different ones"
        )
    return found == 1, found == 2


def _rows(own: object) -> list[tuple[str, str]]:
    """Check labelled sentences, naming the row where something is wrong."""
    if isinstance(own, str) or not isinstance(own, Sequence):
        raise InputError(f"Labelled sentences must be rows of two columns, got {type(own).__name__}")
    if not MIN_SENTENCES <= len(own) <= MAX_SENTENCES:
        raise InputError(f"There must be from {MIN_SENTENCES} to {MAX_SENTENCES} rows, got {len(own)}")
    rows = []
    for number, row in enumerate(own, start=1):
        if isinstance(row, str) or not isinstance(row, Sequence) or len(row) != 2:
            raise InputError(f"Row {number} must have two columns, a sentence and its label, got {row!r:.60}")
        sentence, label = row
        if not isinstance(sentence, str) or not isinstance(label, str) or not label.strip():
            raise InputError(f"Row {number} must be a sentence and a label, got {row!r:.60}")
        count = len(words(sentence))
        if not 1 <= count <= MAX_WORDS:
            raise InputError(f"Row {number} must have from 1 to {MAX_WORDS} words, got {count}")
        rows.append((sentence, label.strip()))
    labels = list(dict.fromkeys(label for _, label in rows))
    if not 2 <= len(labels) <= MAX_LABELS:
        raise InputError(
            f"There must be from 2 to {MAX_LABELS} different labels in the second column, got {len(labels)}"
        )
    return rows


TASK = Task(
    key="sentiment",
    name="Sentiment of short sentences",
    hard="“Good at first but boring in the end” has the very words of its opposite; only the order differs.",
    answer="label",
    typed="good at first but boring in the end",
    make=make,
    own="sentences with a label each, in two columns",
)
