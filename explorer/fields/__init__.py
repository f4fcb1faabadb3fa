"""Rows of a table of options: each option once, with its key, its limits and its words.

A form draws a field for a row, a file is read by it, and a default is what the record itself has.
"""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core.checks import one_of, real_number, whole_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An option.

    Attributes
    ----------
    key : str
        Its name in the record, in a file, and of its field.
    words : str
        What its field is called.
    help : str, optional
        What it does, for who asks.
    short : str
        What it is called where records are told apart and it is off if it is 0; else that is said elsewhere.
    group : str
        The part of the form in which it is drawn by itself; empty where it has a place of its own.
    """

    key: str
    words: str
    help: str | None = None
    short: str = ""
    group: str = ""

    def checked(self, value: object) -> object:
        """Return a value that nobody is trusted to have made, if it can be used.

        Raises
        ------
        InputError
            If it cannot.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Row):
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def checked(self, value: object) -> int:
        """Return the number."""
        return whole_number(self.key, value, self.low, self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Real(Row):
    """Any number from ``low`` to ``high``; a share is drawn as a slider in steps of ``step``."""

    low: float
    high: float
    step: float = 1.0
    is_share: bool = False

    def checked(self, value: object) -> float:
        """Return the number."""
        return real_number(self.key, value, self.low, self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Row):
    """On or off."""

    def checked(self, value: object) -> bool:
        """Return whether it is on."""
        one_of(self.key, value, (True, False))
        return bool(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Row):
    """One of a few names."""

    choices: tuple[str, ...]

    def checked(self, value: object) -> str:
        """Return the name."""
        one_of(self.key, value, self.choices)
        return str(value)
