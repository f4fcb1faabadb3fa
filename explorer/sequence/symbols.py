"""Splitting a text into the symbols it is made of, in linear time for any text."""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import regex

from explorer.limits import MAX_TEXT
from explorer.wording import listed

Unit = Literal["character", "word"]

_CLUSTER = regex.compile(
    # A flag is a pair of regional indicators. \X alone looks back over the whole run of them at each
    # pair, and 100 000 pasted flags would take half a minute.
    r"[\U0001f1e6-\U0001f1ff]{2}[\p{Grapheme_Extend}\p{Mc}\u200d]*|\X"
)
_PART_OF_WORDS = "#%&*@/\\_"  # punctuation to Unicode, but part of #tag, @name, 50%, **bold**
_LONGEST_COMPOSED = 32  # code points; composing a longer cluster can take quadratic time


@dataclass(frozen=True, slots=True)
class Symbols:
    """The symbols of a text.

    Parameters
    ----------
    tokens : list of str
        In the order of the text.
    is_partial : bool
        True if the text goes on beyond what was read.
    notes : tuple of str
        What was left out or changed.
    """

    tokens: list[str]
    is_partial: bool
    notes: tuple[str, ...] = ()


def split(text: str, unit: Unit, *, keep_end: bool = False) -> Symbols:
    r"""Split a text into characters as a reader sees them, or into words.

    Parameters
    ----------
    text : str
        Any text. Of one longer than 100 000 code points only that many are read.
    unit : {"character", "word"}
        Characters are grapheme clusters. Words are lower-case and lose punctuation at their ends,
        except ``# % & * @ / \ _``.
    keep_end : bool
        Which part of an overlong text is read: its end, or else its beginning.

    Returns
    -------
    Symbols
        A new line is always "\n". Letters with accents are in composed form, so that two that look
        the same are the same.

    Examples
    --------
    >>> split("Not bad.", "word").tokens
    ['not', 'bad']
    """
    is_partial = len(text) > MAX_TEXT
    if is_partial:
        text = text[-MAX_TEXT:] if keep_end else text[:MAX_TEXT]
    pieces = _clusters(text) if unit == "character" else text.split()
    if is_partial and len(pieces) > 1:
        pieces.pop(0 if keep_end else -1)  # may have been cut through
    if unit == "character":
        return Symbols(_folded(pieces, unit), is_partial)
    words, notes = _without_punctuation(pieces)
    lower = _folded(words, unit)
    if any(character.isupper() for character in text):
        notes.append("Words are read in lower case.")
    return Symbols(lower, is_partial, tuple(notes))


def fold(symbol: str, unit: Unit) -> str:
    """Write a symbol as `split` does: composed, a word in lower case."""
    if unit == "word":
        symbol = symbol.lower()
    if symbol.isascii() or len(symbol) > _LONGEST_COMPOSED:
        return symbol
    return unicodedata.normalize("NFC", symbol)


def _folded(pieces: list[str], unit: Unit) -> list[str]:
    written = {piece: fold(piece, unit) for piece in set(pieces)}
    return [written[piece] for piece in pieces]


def _clusters(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return list(text) if text.isascii() else _CLUSTER.findall(text)


def _without_punctuation(words: list[str]) -> tuple[list[str], list[str]]:
    """Strip punctuation from both ends of every word; a word of nothing else disappears."""
    letters = Counter("".join(words))
    marks = "".join(mark for mark in letters if _is_stripped(mark))
    if not marks:
        return words, []
    bare = [stripped for word in words if (stripped := word.strip(marks))]
    dropped = letters - Counter("".join(bare))
    if not dropped:
        return words, []
    return bare, [f"Left out punctuation around words: {listed(dropped)}."]


def _is_stripped(character: str) -> bool:
    return unicodedata.category(character).startswith("P") and character not in _PART_OF_WORDS
