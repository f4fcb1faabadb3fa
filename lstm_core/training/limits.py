"""What keeps a training run in bounds: gradients cut to a size, and an end when nothing improves any more.

References
----------
.. [1] R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training Recurrent Neural Networks",
       ICML 2013, arXiv:1211.5063.
.. [2] L. Prechelt, "Early Stopping - But When?", Neural Networks: Tricks of the Trade, 1998.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_core.checks import FloatArray, one_of, real_number, whole_number
from lstm_core.trace import freeze_fields, plain_fields


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


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Stop when the validation loss has not improved for a while [2]_.

    Parameters
    ----------
    patience : int
        How many measurements in a row may pass without an improvement, at least 1.
    min_delta : float
        By how much the loss must fall below the best so far to count as an improvement, at least 0.
    restore_best : bool
        Whether a run ends with the parameters of its best measurement; so it does then also if it was not
        stopped early.

    Raises
    ------
    InputError
        If a number is outside its range.

    Examples
    --------
    >>> EarlyStopping(patience=3).restore_best
    True
    """

    patience: int
    min_delta: float = 0.0
    restore_best: bool = True

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges."""
        object.__setattr__(self, "patience", whole_number("patience", self.patience, low=1))
        object.__setattr__(self, "min_delta", real_number("min_delta", self.min_delta, 0))
        one_of("restore_best", self.restore_best, (True, False))


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best measurement of a run so far.

    Parameters
    ----------
    loss : float
        The validation loss.
    update, epoch : int
        When it was.
    params : mapping of ndarray
        The parameters it was measured with, read-only.
    metric : float, optional
        What the metric said then; None without one.
    """

    loss: float
    update: int
    epoch: int
    params: Mapping[str, FloatArray]
    metric: float | None = None

    def __post_init__(self) -> None:
        """Make the parameters read-only."""
        freeze_fields(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it be pickled and copied, which a mapping proxy alone does not allow."""
        return type(self), plain_fields(self)
