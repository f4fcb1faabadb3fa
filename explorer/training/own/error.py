"""The error of data that cannot be used, and how it cites what was written."""

from explorer.sequence.base import SequenceError
from explorer.sequence.wording import visible

_LONGEST = 40


class OwnDataError(SequenceError):
    """A visitor's data cannot be read; the headline says what is wrong where, the advice what to do."""


def cited(text: str) -> str:
    r"""Quote what was written, shortened and harmless, with its spaces as spaces.

    Examples
    --------
    >>> cited("good  film"), cited("it was " * 10), cited("a\x00")
    ('“good film”', '“it was it was it was it was it was it wa…”', '“aU+0000”')
    """
    words = " ".join(visible(word) for word in text[: 4 * _LONGEST].split())
    return f"“{words}”" if len(words) <= _LONGEST else f"“{words[:_LONGEST].rstrip()}…”"
