"""What a training run tells about each update, and what it can be gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray, whole_number
from lstm_core.errors import DetailedInputError, InputError
from lstm_core.optimizers import OptimizerState
from lstm_core.training.stopping import Best

Stopped = Literal["epochs", "early stopping"]


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A training run between two updates: everything that decides what comes next.

    None of its arrays can be written to, and it can be pickled.

    Parameters
    ----------
    params : mapping of ndarray
        The parameters, by name.
    optimizer : OptimizerState
        What the optimiser remembers.
    rng_state : mapping
        The state of the generator.
    order : ndarray of int, shape (N,)
        The order of the examples in this epoch; empty before the first one.
    seen : int
        How many of them it has used.
    update, epoch, batch : int
        How many updates there have been, the number of the epoch, and that of the batch in it; 0 before the
        first one.
    best : Best, optional
        The best measurement of early stopping so far.
    waited : int
        How many measurements have passed since without an improvement.
    """

    params: Mapping[str, FloatArray]
    optimizer: OptimizerState
    rng_state: Mapping[str, Any]
    order: NDArray[np.intp]
    seen: int
    update: int
    epoch: int
    batch: int
    best: Best | None
    waited: int

    def __post_init__(self) -> None:
        """Make everything read-only."""
        for name in ("params", "rng_state", "order"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a checkpoint be pickled and copied, which a mapping proxy alone does not allow."""
        return type(self), tuple(plain(getattr(self, field.name)) for field in fields(self))

    def check(self, examples: int) -> None:
        """Raise InputError unless it is of a run over so many examples, and could have been."""
        N = len(self.order)
        if N not in (0, examples):
            raise InputError(f"data must have the {N} examples of the checkpoint, got {examples}")
        for name in ("update", "epoch", "batch", "waited", "seen"):
            whole_number(f"{name} of the checkpoint", getattr(self, name), low=0)
        begun = self.epoch > 0
        if begun != (N > 0) or not begun <= self.seen <= N or not self.epoch <= self.update:
            raise InputError(
                "a checkpoint must have seen some of its order, and made an update in every epoch, got "
                f"{self.seen} of {N} examples in epoch {self.epoch}, and {self.update} updates"
            )
        if self.order.dtype.kind not in "iu" or not np.array_equal(np.sort(self.order), np.arange(N)):
            raise InputError(f"order of the checkpoint must have every number from 0 to {N - 1} once")
        if not isinstance(self.best, Best | None):
            raise InputError(f"best of the checkpoint must be Best or None, got {type(self.best).__name__}")


def plain(value: Any) -> Any:
    """Return a mapping, and every mapping in it, as a dict; anything else as it is."""
    return {key: plain(part) for key, part in value.items()} if isinstance(value, Mapping) else value


def _read_only(value: Any) -> Any:
    """Return a read-only copy of an array, or of a mapping with all that is in it; anything else as it is."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: _read_only(part) for key, part in value.items()})
    if isinstance(value, np.ndarray) and (value.flags.writeable or not value.flags.owndata):
        value = value.copy()
        value.flags.writeable = False
    return value


class Source(Protocol):
    """A run that can show where it stands."""

    @property
    def update(self) -> int:
        """The number of the update that it is at."""

    @property
    def params(self) -> Mapping[str, FloatArray]:
        """The parameters as they are now."""

    def checkpoint(self) -> Checkpoint:
        """Return a copy of everything."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingStep:
    """One update.

    Parameters
    ----------
    update : int
        Its number, from 1.
    epoch : int
        The number of the epoch, from 1.
    batch : int
        The number of the batch in the epoch, from 1.
    loss : float
        Of the batch before the update, penalties included: what the gradient is the gradient of.
    penalty : float
        What L1 and L2 add to it.
    gradient_norm : float
        Of the whole gradient, before clipping.
    clipped : bool
        Whether clipping changed it.
    learning_rate : float
        What the update was made with.
    validation_loss : float, optional
        Right after the update, without dropout and penalties; None when it was not measured.
    metric : float, optional
        Of the validation data at the same time.
    restored : Best, optional
        On the last step of a run that ends with the parameters of its best measurement: that measurement. Its
        loss and metric are those of `params`; the fields above stay those of this update.
    stopped : {"epochs", "early stopping"}, optional
        On the last step: why there is no other one.
    """

    update: int
    epoch: int
    batch: int
    loss: float
    penalty: float
    gradient_norm: float
    clipped: bool
    learning_rate: float
    validation_loss: float | None
    metric: float | None
    restored: Best | None
    stopped: Stopped | None
    _source: Source = field(repr=False)

    @property
    def params(self) -> Mapping[str, FloatArray]:
        """The parameters after the update: read-only views that cost nothing and change with the next one.

        Raises
        ------
        InputError
            If the run has gone on.
        """
        return self._current().params

    def checkpoint(self) -> Checkpoint:
        """Return a copy of everything that `train` needs to go on from here.

        Raises
        ------
        InputError
            If the run has gone on.
        """
        return self._current().checkpoint()

    def _current(self) -> Source:
        if self._source.update != self.update:
            raise InputError(
                f"a step must be asked before the run goes on, got update {self.update} when the run is at "
                f"{self._source.update}"
            )
        return self._source


class DivergedError(DetailedInputError):
    """A training run came to numbers that are not finite.

    Parameters
    ----------
    message : str
        What happened, and what helps.
    checkpoint : Checkpoint
        The run before the last update whose loss and gradient were finite; before the first update if there
        was none.

    Examples
    --------
    >>> issubclass(DivergedError, InputError)
    True
    """

    details = ("checkpoint",)

    def __init__(self, message: str, *, checkpoint: Checkpoint) -> None:
        super().__init__(message)
        self.checkpoint = checkpoint
