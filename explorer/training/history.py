"""What a training run has been through, update by update: the numbers behind its curves."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.training.limits import MAX_HISTORY_BYTES

_PARTS = 512
"""Parts of a run whose lowest and highest numbers stay: more than a curve has points."""


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

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it arrive read-only in another process."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __len__(self) -> int:
        """Return the number of updates, n."""
        return len(self.update)

    @property
    def nbytes(self) -> int:
        """What the numbers take."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def thinned(self, most_bytes: int = MAX_HISTORY_BYTES) -> History:
        """Return the numbers in arrays of their own, and so few of them that they take no more than allowed.

        Every so manieth stays, the last one always. Beside them stay the first one, every change of the
        learning rate, and what is lowest and highest in each of up to 512 parts of the run: the range of the
        curves, the best measurement and the one with the lowest loss are as they were. Means are those of
        what stays.

        Parameters
        ----------
        most_bytes : int
            Some thousand at least.

        Examples
        --------
        >>> n = np.arange(100_000)
        >>> history = History(n + 1, np.cos(n), n, n < 0, n < 0, n[:3], np.ones(3), np.ones(3))
        >>> kept = history.thinned(100_000)
        >>> kept.nbytes <= 100_000, bool(kept.loss.min() == history.loss.min())
        (True, True)
        >>> kept.update[[0, -1]]
        array([     1, 100000])
        """
        rate = self.learning_rate
        changes = np.flatnonzero(rate[1:] != rate[:-1]) + 1
        per_update, per_measurement = (
            sum(getattr(self, name).itemsize for name in names) for names in (_PER_UPDATE, _PER_MEASUREMENT)
        )
        # Measurements are few beside updates, and more is read off each.
        room = max(most_bytes // 2, most_bytes - per_update * len(self)) // per_measurement
        measurements = _kept(self.measured, (self.validation_loss, self.metric), room)
        room = (most_bytes - per_measurement * len(measurements)) // per_update
        updates = _kept(self.update, (self.loss, self.gradient_norm), room, changes)
        return History(
            **{name: getattr(self, name)[updates] for name in _PER_UPDATE},
            **{name: getattr(self, name)[measurements] for name in _PER_MEASUREMENT},
        )

    @classmethod
    def empty(cls) -> History:
        """Return the history of a run that has not begun."""
        return cls(*(np.empty(0) for _ in fields(cls)))  # type: ignore[arg-type]  # the types are set above


_TYPES: dict[str, type] = {"update": np.int64, "clipped": np.bool_, "measured": np.int64}
_PER_UPDATE = ("update", "loss", "gradient_norm", "clipped", "learning_rate")
_PER_MEASUREMENT = ("measured", "validation_loss", "metric")


def _kept(
    update: NDArray[np.int64],
    curves: tuple[NDArray[np.float64], ...],
    room: int,
    changes: NDArray[np.intp] | None = None,
) -> NDArray[np.intp]:
    """Return the places of the numbers that stay, as many as there is room for."""
    n = len(update)
    if n <= room:
        return np.arange(n)
    size, most = 1, max(2, min(_PARTS, room // (8 * len(curves))))
    # Parts begin where the points of a curve do: at the updates 1, 1 + size, 1 + 2·size, … of a power of two.
    while (update[-1] - 1) // size - (update[0] - 1) // size >= most:
        size *= 2
    parts = (update - 1) // size
    starts = np.flatnonzero(np.diff(parts, prepend=parts[0] - 1))
    special: list[int] = [0]
    for values in curves:
        finite = np.isfinite(values)
        for start, end in pairwise([*starts.tolist(), n]):
            seen = finite[start:end]
            special.append(start + int(np.where(seen, values[start:end], np.inf).argmin()))
            special.append(start + int(np.where(seen, values[start:end], -np.inf).argmax()))
    if changes is not None and len(changes):
        special += changes[:: -(-len(changes) // max(room // 4, 1))].tolist()
    chosen = np.unique(special)
    evenly = np.arange(n - 1, -1, -n // (room - len(chosen)))
    return np.union1d(chosen, evenly)
