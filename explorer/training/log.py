"""Where a worker writes its numbers down while pages read them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from explorer.training.history import History

_FIRST_ROOM = 1024


class Column:
    """Numbers of one type that are only ever added to.

    One thread may add while others read: what has been read stays as it is, because a full array is
    replaced and never written to again, and the length changes after the number is in its place.
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self._numbers = np.empty(_FIRST_ROOM, dtype)
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def add(self, number: float) -> None:
        """Add one."""
        if self._count == len(self._numbers):
            room = np.empty(max(2 * self._count, _FIRST_ROOM), self._numbers.dtype)
            room[: self._count] = self._numbers
            self._numbers = room
        self._numbers[self._count] = number
        self._count += 1

    def trim(self) -> None:
        """Give back the room for more; nothing may be added meanwhile."""
        self._numbers = self._numbers[: self._count].copy()

    def first(self, count: int) -> NDArray[np.generic]:
        """Return a view of so many."""
        return self._numbers[:count]


class Log:
    """The history of a run that is under way."""

    def __init__(self) -> None:
        self._updates = {
            "update": Column(np.int64),
            "loss": Column(np.float64),
            "gradient_norm": Column(np.float64),
            "clipped": Column(np.bool_),
            "learning_rate": Column(np.float64),
        }
        self._measurements = {
            "measured": Column(np.int64),
            "validation_loss": Column(np.float64),
            "metric": Column(np.float64),
        }

    def updated(self, **numbers: float) -> None:
        """Write down an update, with a number for every name in its part of `History`."""
        for name, column in self._updates.items():
            column.add(numbers[name])

    def measured(self, **numbers: float) -> None:
        """Write down a measurement, likewise."""
        for name, column in self._measurements.items():
            column.add(numbers[name])

    @property
    def last_measured(self) -> int:
        """The update after which the last measurement was made; −1 before the first one."""
        found = self._measurements["measured"]
        return int(found.first(len(found))[-1]) if len(found) else -1

    def trim(self) -> None:
        """Give back the room for more; nothing may be written down meanwhile."""
        for column in (*self._updates.values(), *self._measurements.values()):
            column.trim()

    def history(self) -> History:
        """Return all that is complete by now; it costs no copy."""
        found: dict[str, NDArray[Any]] = {}
        for columns in (self._updates, self._measurements):
            # The last column of each row is written last.
            complete = len(list(columns.values())[-1])
            found |= {name: column.first(complete) for name, column in columns.items()}
        return History(**found)
