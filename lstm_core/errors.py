"""The one error a caller has to expect, and the kinds of it that carry more than a message."""

from __future__ import annotations

from functools import partial
from typing import Any


class InputError(ValueError):
    """What was given cannot be used; the message says what was expected and what came.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> LSTM(activation="sine")
    Traceback (most recent call last):
    ...
    lstm_core.errors.InputError: activation must be one of 'tanh', 'relu', 'identity', got 'sine'
    """


class DetailedInputError(InputError):
    """An error that carries more than its message, and can be copied and sent to another process with it.

    A subclass names in `details` its attributes, which are the keyword-only parameters of its constructor.
    """

    details: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Name what the constructor needs beside the message."""
        return partial(type(self), **{name: getattr(self, name) for name in self.details}), self.args


class OverflowInputError(DetailedInputError):
    """A run came to numbers larger than its float type can hold.

    Parameters
    ----------
    message : str
        What was expected and what came.
    timestep, unit : int
        Where it happened first, from 0.

    Examples
    --------
    >>> error = OverflowInputError("too large", timestep=4, unit=0)
    >>> isinstance(error, InputError), error.timestep
    (True, 4)
    """

    details = ("timestep", "unit")

    def __init__(self, message: str, *, timestep: int, unit: int) -> None:
        super().__init__(message)
        self.timestep = timestep
        self.unit = unit


class SizeInputError(DetailedInputError):
    """What was asked for would take more memory than is allowed; none has been taken.

    Parameters
    ----------
    message : str
        What was expected and what came.
    needed, limit : int
        Bytes.

    Examples
    --------
    >>> SizeInputError("too large", needed=10, limit=5).needed
    10
    """

    details = ("needed", "limit")

    def __init__(self, message: str, *, needed: int, limit: int) -> None:
        super().__init__(message)
        self.needed = needed
        self.limit = limit
