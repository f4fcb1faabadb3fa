"""What turns a pre-activation into a gate or a candidate, safe for any finite input. No derivatives yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lstm_core.checks import FloatArray


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
        ndarray to ndarray of the same shape and dtype.
    """

    name: str
    symbol: str
    bounds: tuple[float | None, float | None]
    function: Callable[[FloatArray], FloatArray]

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


def hard_sigmoid(x: FloatArray) -> FloatArray:
    """Return x/6 + ½ cut to [0, 1]: the slope that Keras 3 and PyTorch use (Keras 2 had x/5 + ½).

    Examples
    --------
    >>> hard_sigmoid(np.array([-3.0, 0.0, 1.5, 9.0]))
    array([0.  , 0.5 , 0.75, 1.  ])
    """
    return np.clip(x / 6 + 0.5, 0, 1)


def tanh(x: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent, in [−1, 1]."""
    return np.tanh(x)


def relu(x: FloatArray) -> FloatArray:
    """Return the positive part, max(x, 0)."""
    return np.maximum(x, 0)


def identity(x: FloatArray) -> FloatArray:
    """Return a copy of x."""
    return x.copy()


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        activation.name: activation
        for activation in (
            Activation("sigmoid", "σ", (0.0, 1.0), sigmoid),
            Activation("hard_sigmoid", "hard_σ", (0.0, 1.0), hard_sigmoid),
            Activation("tanh", "tanh", (-1.0, 1.0), tanh),
            Activation("relu", "relu", (0.0, None), relu),
            Activation("identity", "", (None, None), identity),
        )
    }
)
"""Every activation by its name."""
