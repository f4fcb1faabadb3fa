"""What is done with gradients that are too large: the whole scaled down, or every number cut.

References
----------
.. [1] R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training Recurrent Neural Networks",
       ICML 2013, arXiv:1211.5063.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_core.checks import FloatArray, real_number


@dataclass(frozen=True, slots=True)
class ClipNorm:
    """Scale the whole gradient down to a norm if it is longer [1]_, as PyTorch's ``clip_grad_norm_``.

    Parameters
    ----------
    limit : float
        The longest norm, above 0.

    Raises
    ------
    InputError
        If the limit is not above 0.

    Examples
    --------
    >>> gradient = np.array([3.0, 4.0])
    >>> ClipNorm(1.0).apply(gradient, norm=5.0), gradient.round(3)
    (True, array([0.6, 0.8]))
    """

    limit: float

    def __post_init__(self) -> None:
        """Refuse a limit that is not above 0."""
        object.__setattr__(self, "limit", real_number("limit", self.limit, 0, above=True))

    def apply(self, gradient: FloatArray, norm: float) -> bool:
        """Scale a gradient of the given norm in place; return whether that changed it."""
        factor = self.limit / (norm + 1e-6)
        if factor < 1:
            np.multiply(gradient, factor, gradient)
        return factor < 1


@dataclass(frozen=True, slots=True)
class ClipValue:
    """Cut every number of the gradient to [−limit, limit], as PyTorch's ``clip_grad_value_``.

    Parameters
    ----------
    limit : float
        The largest size of a number, above 0.

    Raises
    ------
    InputError
        If the limit is not above 0.

    Examples
    --------
    >>> gradient = np.array([3.0, -0.5])
    >>> ClipValue(1.0).apply(gradient, norm=3.04), gradient
    (True, array([ 1. , -0.5]))
    """

    limit: float

    def __post_init__(self) -> None:
        """Refuse a limit that is not above 0."""
        object.__setattr__(self, "limit", real_number("limit", self.limit, 0, above=True))

    def apply(self, gradient: FloatArray, norm: float) -> bool:
        """Cut a gradient in place; return whether that changed it. The norm plays no part."""
        if max(gradient.max(), -gradient.min()) <= self.limit:
            return False
        np.clip(gradient, -self.limit, self.limit, out=gradient)
        return True
