"""A training run as it is kept beside others and written to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from explorer.training.history import History
from explorer.training.plan import Plan
from lstm_core import Checkpoint

SavedState = Literal["paused", "finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The parameters of a network at one moment of its training.

    Attributes
    ----------
    update, epoch : int
        The number of updates behind it, and that of the epoch; 0 before the first one.
    params : mapping of ndarray
        Read-only.
    """

    update: int
    epoch: int
    params: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        """Make the parameters read-only."""
        params = {}
        for name, array in self.params.items():
            params[name] = array.view()
            params[name].flags.writeable = False
        object.__setattr__(self, "params", MappingProxyType(params))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it be sent to another process, which a mapping proxy alone does not allow."""
        return type(self), (self.update, self.epoch, dict(self.params))

    @property
    def nbytes(self) -> int:
        """What the parameters take."""
        return sum(array.nbytes for array in self.params.values())


@dataclass(frozen=True, slots=True, eq=False)
class SavedRun:
    """A run that is over, or was put aside.

    Attributes
    ----------
    name : str
        Given by the visitor, or "Run 1".
    plan : Plan
        What was run.
    history : History
        Its numbers.
    seconds : float
        Of computing: what the processor was busy with its training.
    state : {"paused", "finished", "stopped", "failed"}
        How it was left.
    reason : str
        Why it ended, in words; may be empty.
    snapshots : tuple of Snapshot
        Ascending; the last one is what it ended with.
    last : Checkpoint, optional
        With which it goes on exactly where it was left.
    parent : str
        Where it began, such as "Run 1 after update 300"; empty for first weights.
    had : int
        The epochs of the plan that were over before it began; 0 unless it went on exactly.
    """

    name: str
    plan: Plan
    history: History
    seconds: float
    state: SavedState
    reason: str
    snapshots: tuple[Snapshot, ...]
    last: Checkpoint | None
    parent: str
    had: int = 0

    @property
    def asked(self) -> Plan:
        """The plan as it was asked for."""
        return as_asked(self.plan, self.had)

    @property
    def nbytes(self) -> int:
        """What it takes, without its data."""
        size = sum(moment.nbytes for moment in self.snapshots) + self.history.nbytes
        if self.last is not None:
            size += self.last.order.nbytes + sum(moment.nbytes for moment in self.last.optimizer.moments)
            size += self.snapshots[-1].nbytes * (1 if self.last.best is None else 2)
        return size


def as_asked(plan: Plan, had: int) -> Plan:
    """Return a plan as it was asked for: without the epochs that were over before its run began."""
    return replace(plan, epochs=plan.epochs - had)
