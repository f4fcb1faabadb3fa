"""What a training run has been through, update by update: the numbers behind its curves."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The numbers of a run so far; all arrays are read-only.

    Attributes
    ----------
    update : ndarray of int, shape (n,)
        The numbers of the updates, ascending. A run that went on from another one begins above 1.
    loss : ndarray, shape (n,)
        Of each batch, before its update, penalties included.
    gradient_norm : ndarray, shape (n,)
        Before clipping.
    clipped : ndarray of bool, shape (n,)
        Whether clipping changed the gradient.
    learning_rate : ndarray, shape (n,)
        What each update was made with.
    measured : ndarray of int, shape (m,)
        The updates after which the held-out data was measured; 0 is before the first one.
    validation_loss, metric : ndarray, shape (m,)
        What was measured then.
    """

    update: NDArray[np.int64]
    loss: NDArray[np.float64]
    gradient_norm: NDArray[np.float64]
    clipped: NDArray[np.bool_]
    learning_rate: NDArray[np.float64]
    measured: NDArray[np.int64]
    validation_loss: NDArray[np.float64]
    metric: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Make everything read-only, and check that the lengths agree."""
        for field in fields(self):
            array: NDArray[Any] = np.asarray(
                getattr(self, field.name), _TYPES.get(field.name, np.float64)
            ).view()
            array.flags.writeable = False
            object.__setattr__(self, field.name, array)
        for names in (_PER_UPDATE, _PER_MEASUREMENT):
            if len({getattr(self, name).shape for name in names}) != 1:
                raise ValueError(f"{', '.join(names)} must have one length")

    def __len__(self) -> int:
        """Return the number of updates, n."""
        return len(self.update)

    @classmethod
    def empty(cls) -> History:
        """Return the history of a run that has not begun."""
        return cls(*(np.empty(0) for _ in fields(cls)))  # type: ignore[arg-type]  # the types are set above


_TYPES: dict[str, type] = {"update": np.int64, "clipped": np.bool_, "measured": np.int64}
_PER_UPDATE = ("update", "loss", "gradient_norm", "clipped", "learning_rate")
_PER_MEASUREMENT = ("measured", "validation_loss", "metric")
