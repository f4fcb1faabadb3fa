"""When a training run ends early, and the best measurement that it can end with.

References
----------
.. [1] L. Prechelt, "Early Stopping - But When?", Neural Networks: Tricks of the Trade, 1998.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lstm_core.checks import FloatArray, one_of, real_number, whole_number
from lstm_core.trace import freeze_fields, plain_fields


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Stop when the validation loss has not improved for a while [1]_.

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
