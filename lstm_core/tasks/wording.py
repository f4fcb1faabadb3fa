"""How numbers of things are put into words in notes and messages."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 8
"""How many of a list a message names."""


def counted(count: int, noun: str) -> str:
    """Write a number with its noun.

    Parameters
    ----------
    count : int
        How many.
    noun : str
        In the singular; its plural ends in an s.

    Examples
    --------
    >>> counted(1, "word"), counted(0, "word"), counted(12, "missing value")
    ('1 word', '0 words', '12 missing values')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def first_few(items: Sequence[object]) -> str:
    """Name the first few of a list and say how many others there are.

    Examples
    --------
    >>> first_few(range(10)), first_few("ab")
    ('0, 1, 2, 3, 4, 5, 6, 7 and 2 more', 'a, b')
    """
    named = ", ".join(str(item) for item in items[:NAMED])
    return named if len(items) <= NAMED else f"{named} and {len(items) - NAMED} more"
