"""A dense layer that reads a hidden state, and what may follow it: from h to numbers or shares, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from lstm_core.activations import sigmoid, sigmoid_derivative
from lstm_core.checks import FloatArray, real_array
from lstm_core.errors import InputError

OutputActivationName = Literal["linear", "sigmoid", "softmax"]


def softmax(logits: object) -> FloatArray:
    """Return the share of each class along the last axis, in [0, 1] and summing to 1.

    The largest logit is subtracted first, so that no exponential overflows.

    Parameters
    ----------
    logits : array_like, shape (…, K)
        Finite numbers, K at least 1.

    Returns
    -------
    ndarray, shape (…, K)

    Raises
    ------
    InputError
        If they are not.

    Examples
    --------
    >>> softmax([0, 1000])
    array([0., 1.])
    """
    array = real_array("logits", logits)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise InputError(f"logits must have at least 1 class on their last axis, got shape {array.shape}")
    with np.errstate(over="ignore"):  # a difference too large to hold has a share of 0 all the same
        return _softmax(array)


def _softmax(logits: FloatArray) -> FloatArray:
    """Return the softmax of logits that have been checked."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def softmax_backward(shares: FloatArray, d_shares: FloatArray) -> FloatArray:
    """Return dL/d of each logit from dL/d of each share: y ⊙ (d − Σ d y)."""
    d_logits: FloatArray = d_shares - (d_shares * shares).sum(axis=-1, keepdims=True)
    d_logits *= shares
    return d_logits


@dataclass(frozen=True, slots=True)
class OutputActivation:
    """What turns logits into outputs, and a gradient at the outputs into one at the logits.

    Parameters
    ----------
    forward : callable
        logits (…, K) to outputs of the same shape.
    backward : callable
        (outputs, d_outputs) to d_logits, all of the same shape.
    """

    forward: Callable[[FloatArray], FloatArray]
    backward: Callable[[FloatArray, FloatArray], FloatArray]


OUTPUT_ACTIVATIONS: Mapping[OutputActivationName, OutputActivation] = MappingProxyType(
    {
        "linear": OutputActivation(lambda logits: logits, lambda outputs, d_outputs: d_outputs),
        "sigmoid": OutputActivation(sigmoid, lambda y, d_y: d_y * sigmoid_derivative(y, y)),
        "softmax": OutputActivation(_softmax, softmax_backward),
    }
)
"""Every activation of a head by its name."""


def affine(h: FloatArray, kernel: FloatArray, bias: FloatArray) -> FloatArray:
    """Return h @ kernel + bias: (…, H) to (…, K), as one product of two matrices whatever came before H.

    In memory K comes first: a softmax over a few classes of many positions is then several times faster.
    """
    logits: FloatArray = kernel.T.dot(h.reshape(-1, h.shape[-1]).T)  # (K, …)
    logits += bias[:, np.newaxis]
    return logits.T.reshape(*h.shape[:-1], -1)


def affine_backward(
    h: FloatArray, kernel: FloatArray, d_logits: FloatArray, d_kernel: FloatArray, d_bias: FloatArray
) -> FloatArray:
    """Write dL/d of the kernel and the bias into the last two arrays and return dL/dh, shape (…, H)."""
    d_rows = d_logits.reshape(-1, d_logits.shape[-1])
    h.reshape(-1, h.shape[-1]).T.dot(d_rows, d_kernel)
    d_rows.sum(axis=0, out=d_bias)
    d_h: FloatArray = d_rows.dot(kernel.T)
    return d_h.reshape(h.shape)


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

    def logits(self, h: object) -> FloatArray:
        """Return the score of every class: (…, H) to (…, K); InputError if h or a score does not fit."""
        array = real_array("h", h)
        if array.ndim == 0 or array.shape[-1] != self.hidden_size:
            raise InputError(
                f"h must have {self.hidden_size} units on its last axis, got shape {array.shape}"
            )
        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            return real_array("the logits", affine(array, self.kernel, self.bias))

    def probabilities(self, h: object) -> FloatArray:
        """Return the softmax of the logits: (…, H) to (…, K)."""
        return softmax(self.logits(h))
