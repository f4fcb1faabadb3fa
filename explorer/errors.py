"""The errors of what a visitor brings, with words that can be shown as they are."""

from __future__ import annotations

from lstm_core import InputError


class SequenceError(InputError):
    """A sequence cannot be read; the headline says what is wrong where, the advice what to do.

    Both are plain text in which what was typed is shortened and harmless, but not escaped for Markdown.

    Parameters
    ----------
    headline : str
        One sentence, such as "Value 5, “x1”, is not a number."
    advice : str
        What would be read, such as "Write numbers with spaces or commas between them, like 0 0 1."
    row, column : int, optional
        Place in what was typed, from 1: the row that holds numbers, and the number in it.
        For a generated signal the row is the component.
    value : str, optional
        The token there exactly as typed, to find it again; not made harmless.
    """

    def __init__(
        self,
        headline: str,
        advice: str,
        *,
        row: int | None = None,
        column: int | None = None,
        value: str | None = None,
    ) -> None:
        super().__init__(headline, advice)
        self.headline = headline
        self.advice = advice
        self.row = row
        self.column = column
        self.value = value

    def __str__(self) -> str:
        """Return headline and advice as they are read together."""
        return f"{self.headline} {self.advice}"


class OwnDataError(SequenceError):
    """A visitor's data cannot be read; the headline says what is wrong where, the advice what to do."""
