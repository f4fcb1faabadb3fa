"""The slow, sure way to a gradient: nudge every number and see what the loss does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_core.checks import FloatArray


def central_differences(loss: Callable[[], float], array: FloatArray, step: float = 1e-5) -> FloatArray:
    """Return (loss(a + step) − loss(a − step)) / (2 step) for every number a of an array.

    Parameters
    ----------
    loss : callable
        Takes nothing, reads the array, and returns a number; called twice for every number.
    array : ndarray of float64
        Nudged in place, one number at a time, and left as it was.
    step : float
        How far. At 1e-5 a loss near 1 is known to about 1e-10, far better than the 1e-7 that tells a right
        gradient from a wrong one.

    Returns
    -------
    ndarray
        Of the shape of the array.

    Examples
    --------
    >>> a = np.array([1.0, 2.0])
    >>> central_differences(lambda: float((a**2).sum()), a).round(6)
    array([2., 4.])
    """
    found = np.empty_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = loss()
        array[index] = kept - step
        below = loss()
        array[index] = kept
        found[index] = (above - below) / (2 * step)
    return found


def relative_error(gradient: FloatArray, expected: FloatArray) -> float:
    """Return the largest difference between two gradients as a share of the largest expected number.

    Examples
    --------
    >>> relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.5]))
    0.2
    """
    largest = float(np.abs(expected).max())
    return float(np.abs(gradient - expected).max()) / max(largest, np.finfo(np.float64).tiny)
