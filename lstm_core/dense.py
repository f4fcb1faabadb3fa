"""A dense layer with softmax that reads a hidden state: from h to the probability of every class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_core.checks import FloatArray, real_array
from lstm_core.errors import InputError


def softmax(logits: FloatArray) -> FloatArray:
    """Return the share of each class along the last axis, in [0, 1] and summing to 1.

    The largest logit is subtracted first, so that no exponential overflows.

    Examples
    --------
    >>> softmax(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """logits = h @ kernel + bias, as Keras' ``Dense``.

    Parameters
    ----------
    kernel : array_like, shape (H, K)
        A column of weights for each of K classes.
    bias : array_like, shape (K,)
        A starting score for each class.

    Raises
    ------
    InputError
        If the shapes do not fit each other or a number is not finite.

    Examples
    --------
    >>> Dense([[1.0, -1.0]], [0.0, 0.5]).logits(np.array([[2.0]]))
    array([[ 2. , -1.5]])
    """

    kernel: FloatArray
    bias: FloatArray

    def __post_init__(self) -> None:
        """Copy, check and freeze both arrays."""
        for name in ("kernel", "bias"):
            array = real_array(name, getattr(self, name))
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.kernel.ndim != 2 or self.bias.shape != self.kernel.shape[1:]:
            raise InputError(
                f"kernel must have shape (H, K) and bias (K,), got {self.kernel.shape} and {self.bias.shape}"
            )

    @property
    def hidden_size(self) -> int:
        """The number of units it reads, H."""
        return int(self.kernel.shape[0])

    def logits(self, h: FloatArray) -> FloatArray:
        """Return the score of every class: (…, H) to (…, K)."""
        if np.ndim(h) == 0 or np.shape(h)[-1] != self.hidden_size:
            raise InputError(
                f"h must have {self.hidden_size} units on its last axis, got shape {np.shape(h)}"
            )
        return h @ self.kernel + self.bias

    def probabilities(self, h: FloatArray) -> FloatArray:
        """Return the softmax of the logits: (…, H) to (…, K)."""
        return softmax(self.logits(h))
