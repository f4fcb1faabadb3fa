"""What every candidate of a benchmark has to do: run and train one LSTM layer on given numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lstm_core import LSTM
from lstm_core.checks import FloatArray

LEARNING_RATE = 1e-4


class Sizes(NamedTuple):
    """T, B, D and H of a problem."""

    timesteps: int
    batch_size: int
    input_size: int
    hidden_size: int


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One LSTM layer that is to be trained so that h follows a target.

    Parameters
    ----------
    sizes : Sizes
        T, B, D and H.
    W, U, b : ndarray, shape (D, 4H), (H, 4H) and (4H,)
        The first weights; blocks in the order i, f, g, o.
    x : ndarray, shape (B, T, D)
        The inputs.
    target : ndarray, shape (B, T, H)
        What h should be; the loss is the mean squared difference.
    """

    sizes: Sizes
    W: FloatArray
    U: FloatArray
    b: FloatArray
    x: FloatArray
    target: FloatArray

    @classmethod
    def draw(cls, sizes: Sizes, dtype: str, seed: int = 0) -> Problem:
        """Return a problem of random numbers."""
        T, B, D, H = sizes
        rng = np.random.default_rng(seed)
        params = LSTM().init(D, H, rng)
        arrays = (
            *params.values(),
            rng.standard_normal((B, T, D)),
            rng.uniform(-1, 1, (B, T, H)),
        )
        return cls(sizes, *(array.astype(dtype) for array in arrays))

    @property
    def dtype(self) -> str:
        """The float type of all arrays: "float32" or "float64"."""
        return str(self.x.dtype)
