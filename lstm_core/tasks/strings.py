"""Strings of digits that are all different, so that none of those to be measured on was learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InputError
from lstm_core.tasks.wording import counted


def different_strings(rng: np.random.Generator, count: int, length: int, digits: int) -> NDArray[np.intp]:
    """Draw strings without drawing one twice.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws them.
    count : int
        How many, at most half of all there are.
    length, digits : int
        How long they are, and how many digits there are: 0 to digits − 1.

    Returns
    -------
    ndarray, shape (count, length)

    Raises
    ------
    InputError
        If there are not enough different ones.

    Examples
    --------
    >>> strings = different_strings(np.random.default_rng(0), count=8, length=4, digits=2)
    >>> len({tuple(string) for string in strings.tolist()})
    8
    """
    if 2 * count > digits**length:
        raise InputError(
            f"There are {digits**length} different strings of {counted(length, 'symbol')} out of {digits}, "
            f"of which at most half are drawn, got {count} asked for"
        )
    strings = np.empty((0, length), np.intp)
    while len(strings) < count:
        strings = np.concatenate([strings, rng.integers(digits, size=(count, length))])
        strings = np.unique(strings, axis=0)
    return rng.permutation(strings)[:count]
