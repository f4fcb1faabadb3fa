"""Stages 1 to 4: the documents, an id for each word, texts filled up to one length, and the right answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from explorer.lessons.worked_example.steps.example import data
from lstm_core.tasks.next_word import DOCUMENTS
from lstm_core.tasks.vocabulary import words


@dataclass(frozen=True, slots=True)
class Word:
    """A class of the network.

    Attributes
    ----------
    id : int
        0 for the padding.
    word : str
        The word.
    count : int
        How often it stands in the documents; 0 for the padding.
    first : int
        Where it stands for the first time, counted from 1; 0 for the padding.
    """

    id: int
    word: str
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the network gets it.

    Attributes
    ----------
    ids : tuple of int
        As many as there are timesteps, 0 for padding on the left.
    notes : tuple of str
        What was left out of what was typed.
    """

    ids: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def live(self) -> tuple[bool, ...]:
        """False where a timestep only pads."""
        return tuple(id_ != 0 for id_ in self.ids)

    @property
    def padded(self) -> bool:
        """Whether it is shorter than what the network reads."""
        return not all(self.live)

    @property
    def words(self) -> tuple[str, ...]:
        """The words, one a timestep; the padding's name where there is none."""
        return tuple(data().outputs[id_] for id_ in self.ids)

    @property
    def text(self) -> str:
        """The words that are read, with a space between."""
        return " ".join(word for word, live in zip(self.words, self.live, strict=True) if live)


@dataclass(frozen=True, slots=True)
class Document:
    """One example to learn.

    Attributes
    ----------
    reading : Reading
        The words that are read.
    after : str
        The word that comes next.
    one_hot : tuple of int
        The same as a row of 0 and one 1, a number for each class.
    """

    reading: Reading
    after: str
    one_hot: tuple[int, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.reading.text} {self.after}"

    @property
    def label(self) -> int:
        """The id of the word that comes next."""
        return self.one_hot.index(1)


def vocabulary() -> tuple[Word, ...]:
    """Return the five classes in the order of their ids."""
    tokens = [token for text in DOCUMENTS for token in words(text)]
    counts = Counter(tokens)
    padding, *real = data().outputs
    return (
        Word(0, padding, 0, 0),
        *(Word(id_, word, counts[word], tokens.index(word) + 1) for id_, word in enumerate(real, 1)),
    )


def documents() -> tuple[Document, ...]:
    """Return the two documents, as the task in the core cuts them."""
    known = data()
    return tuple(
        Document(
            Reading(tuple(int(id_) for id_ in inputs.ravel())),
            known.reader.target(inputs, target),
            tuple(int(number) for number in target),
        )
        for inputs, target in zip(known.train.inputs, known.train.targets, strict=True)
    )


def read(text: str) -> Reading:
    """Read a text that was typed, and fill it up on the left.

    Raises
    ------
    InputError
        If no word of it is known.

    Examples
    --------
    >>> reading = read("is")
    >>> reading.words, reading.ids, reading.live
    (('∅', 'is'), (0, 1), (False, True))
    """
    known = data()
    probe = known.reader.read(text)
    typed = tuple(int(id_) for id_ in probe.inputs.ravel())
    missing = known.train.inputs.shape[1] - len(typed)
    return Reading((0,) * missing + typed, probe.notes)


def document_of(reading: Reading) -> Document | None:
    """Return the document that a text is the beginning of, if it is one."""
    return next((document for document in documents() if document.reading.ids == reading.ids), None)
