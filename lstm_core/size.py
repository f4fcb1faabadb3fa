"""How much memory a run will take, reckoned from its sizes alone, and the refusal of one too large."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from lstm_core.checks import float_type, whole_number
from lstm_core.errors import SizeInputError

if TYPE_CHECKING:
    from lstm_core.cells.base import Cell

MAX_BYTES = 2 * 10**9
"""What one run may take unless the caller allows another amount: 2 GB."""


def trace_bytes(
    cell: Cell,
    batch_size: int,
    timesteps: int,
    input_size: int,
    hidden_size: int,
    dtype: DTypeLike = np.float64,
    *,
    gradients: bool = False,
) -> int:
    """Return how many bytes the trace of a run holds; nothing is allocated.

    Parameters
    ----------
    cell : Cell
        What would run.
    batch_size, timesteps, input_size, hidden_size : int
        B, T, D and H, each at least 1.
    dtype : dtype
        float32 or float64.
    gradients : bool
        Whether to count what `backpropagate` adds: a gradient for every number of the trace, and the states
        of the timestep before.

    Returns
    -------
    int
        Bytes, for x, the mask, the parameters, the initial states and every signal.

    Raises
    ------
    InputError
        If a size is not a positive integer.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> trace_bytes(LSTM(), batch_size=1, timesteps=1000, input_size=1, hidden_size=64)
    6801192
    """
    B = whole_number("batch_size", batch_size, low=1)
    T = whole_number("timesteps", timesteps, low=1)
    D = whole_number("input_size", input_size, low=1)
    H = whole_number("hidden_size", hidden_size, low=1)
    numbers = sum(math.prod(shape) for shape in cell.parameter_shapes(D, H).values())
    numbers += B * len(cell.carried) * H + B * T * (D + len(cell.signals) * H)
    if gradients:
        numbers = 2 * numbers + B * T * len(cell.carried) * H
    return numbers * float_type("dtype", dtype).itemsize + B * T


def require_room(needed: int, limit: int, what: str) -> None:
    """Raise SizeInputError if more bytes are needed than the limit allows.

    Parameters
    ----------
    needed, limit : int
        Bytes; the limit at least 0.
    what : str
        What would need them, for the message.

    Examples
    --------
    >>> require_room(3 * 10**9, MAX_BYTES, "A trace of 10 sequences")
    Traceback (most recent call last):
    ...
    lstm_core.errors.SizeInputError: A trace of 10 sequences needs 3.0 GB, expected at most 2.0 GB
    """
    if needed > whole_number("max_bytes", limit, low=0):
        raise SizeInputError(
            f"{what} needs {_in_words(needed)}, expected at most {_in_words(limit)}",
            needed=needed,
            limit=limit,
        )


def _in_words(count: int) -> str:
    """Write a number of bytes in the unit that suits it."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1000:.1f} kB"
