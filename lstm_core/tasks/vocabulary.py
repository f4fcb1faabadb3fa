"""Symbols and their numbers: words and characters to ids and back, and rows filled up to one length."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InputError
from lstm_core.tasks.base import PADDING
from lstm_core.tasks.wording import first_few

_LONGEST_COMPOSED = 1_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Symbols, each of which has the id of its place.

    Parameters
    ----------
    symbols : tuple of str
        The one with id 0 first.
    padded : bool
        Whether id 0 is no symbol but only fills up; its name is then no other's.

    Examples
    --------
    >>> vocabulary = Vocabulary.by_frequency(["this", "is", "an", "is", "an", "example"])
    >>> vocabulary.symbols
    ('∅', 'is', 'an', 'this', 'example')
    >>> vocabulary.ids(["this", "is"])
    [3, 1]
    """

    symbols: tuple[str, ...]
    padded: bool = False
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look the ids up once."""
        object.__setattr__(self, "_ids", {symbol: id_ for id_, symbol in enumerate(self._real, self.padded)})

    @classmethod
    def by_frequency(cls, tokens: Iterable[str]) -> Vocabulary:
        """Give ids from 1, the most frequent first and among equals the first to appear; 0 is padding."""
        counts = Counter(tokens)
        padding = PADDING
        while padding in counts:
            padding += PADDING
        return cls((padding, *(token for token, _ in counts.most_common())), padded=True)

    @property
    def _real(self) -> tuple[str, ...]:
        """The symbols without the name of the padding."""
        return self.symbols[1:] if self.padded else self.symbols

    def __len__(self) -> int:
        """Return the number of ids."""
        return len(self.symbols)

    def ids(self, tokens: Iterable[str]) -> list[int]:
        """Return the id of every token, all of which must be known."""
        return [self._ids[token] for token in tokens]

    def known(self, tokens: Sequence[str], what: str) -> tuple[list[str], tuple[str, ...]]:
        """Leave out the tokens that have no id.

        Parameters
        ----------
        tokens : sequence of str
            What was typed.
        what : str
            What a token is, in the singular: "word".

        Returns
        -------
        kept : list of str
            In their order.
        notes : tuple of str
            A sentence on what was left out, if anything was.

        Raises
        ------
        InputError
            If none is left.

        Examples
        --------
        >>> Vocabulary(("a", "b")).known("abc", "character")
        (['a', 'b'], ('Left out what the network has no number for: “c”.',))
        """
        kept = [token for token in tokens if token in self._ids]
        unknown = list(dict.fromkeys(token for token in tokens if token not in self._ids))
        if not kept:
            raise InputError(
                f"At least one {what} must be one that the network has a number for, such as "
                f"{listed(self._real)}, got {listed(unknown) or 'nothing'}"
            )
        notes = (f"Left out what the network has no number for: {listed(unknown)}.",) if unknown else ()
        return kept, notes


def words(text: str) -> list[str]:
    """Split a text into words: lower case, accents composed, without the punctuation at their ends.

    Examples
    --------
    >>> words("It's “good”, not bad!")
    ["it's", 'good', 'not', 'bad']
    """
    bare = (_bare(piece) for piece in composed(text).lower().split())
    return [word for word in bare if word]


def composed(text: str) -> str:
    r"""Write every accented letter as one character where there is one.

    Pieces of more than 1 000 characters without a space stay as they are: composing them can take quadratic
    time, and no language has them.

    Examples
    --------
    >>> len("cafe\u0301"), len(composed("cafe\u0301"))
    (5, 4)
    """
    if text.isascii():
        return text
    pieces = re.findall(r"\s+|\S+", text)
    return "".join(
        unicodedata.normalize("NFC", piece) if len(piece) <= _LONGEST_COMPOSED else piece for piece in pieces
    )


def left_padded(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], NDArray[np.bool_] | None]:
    """Fill rows of ids up with 0 on the left, to the length of the longest.

    Parameters
    ----------
    rows : sequence of sequence of int
        At least one, none of them empty.

    Returns
    -------
    ids : ndarray, shape (N, T)
    mask : ndarray of bool, shape (N, T), or None
        False where a 0 was put in; None if all rows were of one length.

    Examples
    --------
    >>> ids, mask = left_padded([[3], [1, 2]])
    >>> ids.tolist(), mask.tolist()
    ([[0, 3], [1, 2]], [[False, True], [True, True]])
    """
    lengths = np.array([len(row) for row in rows])
    T = lengths.max()
    mask = np.arange(T) >= T - lengths[:, np.newaxis]  # (N, T)
    ids = np.zeros(mask.shape, np.intp)
    ids[mask] = np.concatenate([np.asarray(row, np.intp) for row in rows])
    return ids, None if mask.all() else mask


def listed(symbols: Sequence[str]) -> str:
    """Quote the first few symbols: “a”, “b” and 3 more.

    Examples
    --------
    >>> listed("abcdefghij")
    '“a”, “b”, “c”, “d”, “e”, “f”, “g”, “h” and 2 more'
    """
    return first_few([f"“{symbol:.30}”" for symbol in symbols])


def _bare(word: str) -> str:
    """Strip punctuation from both ends."""
    marks = "".join(mark for mark in set(word) if unicodedata.category(mark).startswith("P"))
    return word.strip(marks)
