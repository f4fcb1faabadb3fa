"""What a training run tells about each update, and what it can be gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray
from lstm_core.errors import InputError
from lstm_core.optimizers import OptimizerState
from lstm_core.training.limits import Best

Stopped = Literal["epochs", "early stopping"]


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A training run between two updates: everything that decides what comes next.

    Parameters
    ----------
    params : mapping of ndarray
        The parameters, by name; read-only copies.
    optimizer : OptimizerState
        What the optimiser remembers.
    rng_state : mapping
        The state of the generator.
    order : ndarray of int, shape (N,)
        The order of the examples in this epoch; empty before the first one.
    seen : int
        How many of them it has used.
    update, epoch : int
        How many updates there have been, and the number of the epoch; 0 before the first one.
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
    best: Best | None
    waited: int


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
        After the update, without dropout and penalties; None when it was not measured.
    metric : float, optional
        Of the validation data at the same time.
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


class DivergedError(InputError):
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

    def __init__(self, message: str, *, checkpoint: Checkpoint) -> None:
        super().__init__(message)
        self.checkpoint = checkpoint
