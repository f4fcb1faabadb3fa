"""What turns a pre-activation into a gate or a candidate, with its derivative; safe for any finite input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from lstm_core.checks import FloatArray

ActivationName: TypeAlias = Literal["tanh", "relu", "identity"]
"""What a candidate or a memory may pass through."""
GateActivationName: TypeAlias = Literal["sigmoid", "hard_sigmoid"]
"""What makes a gate."""


@dataclass(frozen=True, slots=True)
class Activation:
    """An element-wise function and what a reader needs to know about it.

    Parameters
    ----------
    name : str
        The name an option selects it by.
    symbol : str
        How an equation writes it; empty for the identity, which is not written.
    bounds : tuple of (float or None)
        The lowest and highest value it can approach; None where there is no limit.
    function : callable
        ndarray x to ndarray y of the same shape and dtype.
    derivative : callable
        (x, y) to dy/dx, y being the function's value at x. Where the slope jumps it is that of the flat side,
        as in PyTorch.
    """

    name: str
    symbol: str
    bounds: tuple[float | None, float | None]
    function: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray, FloatArray], FloatArray]

    def of(self, argument: str) -> str:
        """Write the function applied to an argument.

        Examples
        --------
        >>> ACTIVATIONS["tanh"].of("c"), ACTIVATIONS["identity"].of("c")
        ('tanh(c)', 'c')
        """
        return f"{self.symbol}({argument})" if self.symbol else argument


def sigmoid(x: FloatArray) -> FloatArray:
    """Return σ(x) = 1 / (1 + exp(−x)), in [0, 1], as ½ + ½ tanh(x/2): that form never overflows.

    Exact to 1e-16 in float64 and 6e-8 in float32, in absolute terms: far below zero it rounds to 0.

    Examples
    --------
    >>> sigmoid(np.array([-1e6, 0.0, 1e6]))
    array([0. , 0.5, 1. ])
    """
    y: FloatArray = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y


def sigmoid_derivative(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return σ′(x) = y (1 − y), in [0, ¼]."""
    return y * (1 - y)


def hard_sigmoid(x: FloatArray) -> FloatArray:
    """Return x/6 + ½ cut to [0, 1]: the slope that Keras 3 and PyTorch use (Keras 2 had x/5 + ½).

    Examples
    --------
    >>> hard_sigmoid(np.array([-3.0, 0.0, 1.5, 9.0]))
    array([0.  , 0.5 , 0.75, 1.  ])
    """
    return np.clip(x / 6 + 0.5, 0, 1)


def hard_sigmoid_derivative(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return 1/6 strictly between −3 and 3, else 0."""
    return np.where(np.abs(x) < 3, x.dtype.type(1 / 6), x.dtype.type(0))


def tanh(x: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent, in [−1, 1]."""
    return np.tanh(x)


def tanh_derivative(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return tanh′(x) = 1 − y², in [0, 1]."""
    return 1 - y * y


def relu(x: FloatArray) -> FloatArray:
    """Return the positive part, max(x, 0)."""
    return np.maximum(x, 0)


def relu_derivative(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return 1 above 0, else 0."""
    return (x > 0).astype(x.dtype)


def identity(x: FloatArray) -> FloatArray:
    """Return a copy of x."""
    return x.copy()


def identity_derivative(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return 1 everywhere."""
    return np.ones_like(x)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        activation.name: activation
        for activation in (
            Activation("sigmoid", "σ", (0.0, 1.0), sigmoid, sigmoid_derivative),
            Activation("hard_sigmoid", "hard_σ", (0.0, 1.0), hard_sigmoid, hard_sigmoid_derivative),
            Activation("tanh", "tanh", (-1.0, 1.0), tanh, tanh_derivative),
            Activation("relu", "relu", (0.0, None), relu, relu_derivative),
            Activation("identity", "", (None, None), identity, identity_derivative),
        )
    }
)
"""Every activation by its name."""
