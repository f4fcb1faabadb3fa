"""A training run: where it stands, and how it advances by one update. What it is given has been checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray, real_number
from lstm_core.errors import InputError
from lstm_core.losses import Loss
from lstm_core.optimizers import OptimizerState, Updater
from lstm_core.training.data import Batch, Dataset
from lstm_core.training.engine import Engine, MetricFunction, RunawayError, measured_by
from lstm_core.training.limits import Best, ClipNorm, ClipValue, EarlyStopping
from lstm_core.training.steps import Checkpoint, DivergedError, Stopped, TrainingStep, plain


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """What to measure on, and when."""

    given: Dataset
    data: Batch
    every: int | None  # updates; None for the end of each epoch
    metric: MetricFunction | None
    early_stopping: EarlyStopping | None


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a run stands, but for its parameters and its optimiser."""

    rng_state: Mapping[str, Any]
    order: NDArray[np.intp]
    seen: int
    update: int
    epoch: int
    batch: int
    best: Best | None
    waited: int


class Run:
    """A training run.

    Parameters
    ----------
    engine : Engine
        With the first parameters.
    updater : Updater
        Of the engine's weights.
    data : Batch
        Everything to learn from.
    loss : Loss
        What to minimise.
    rng : numpy.random.Generator
        Shuffles, and draws dropout.
    batch_size, epochs : int
        Examples per update, and how often to go through the data.
    learning_rate : float or callable
        A callable is asked before each update, with its number.
    clip : ClipNorm or ClipValue, optional
        What to do with large gradients.
    validation : Validation, optional
        What to measure on, and when.
    max_bytes : int
        What running some of the validation data at a time may take.
    """

    def __init__(
        self,
        engine: Engine,
        updater: Updater,
        data: Batch,
        loss: Loss,
        rng: np.random.Generator,
        *,
        batch_size: int,
        epochs: int,
        learning_rate: float | Callable[[int], float],
        clip: ClipNorm | ClipValue | None,
        validation: Validation | None,
        max_bytes: int,
    ) -> None:
        self._engine, self._updater = engine, updater
        self._data, self._loss, self._rng = data, loss, rng
        self._batch_size, self._epochs, self._learning_rate = batch_size, epochs, learning_rate
        self._clip, self._validation, self._max_bytes = clip, validation, max_bytes
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._seen = self._epoch = self._batch = self._waited = 0
        self._best: Best | None = None
        self.update = 0
        self._good_weights = np.empty_like(engine.weights)
        self._good_moments = tuple(np.empty_like(moment) for moment in updater.moments)
        self._remember(self._place())

    @property
    def params(self) -> Mapping[str, FloatArray]:
        """The parameters as they are now, read-only."""
        return self._engine.params

    def resume(self, checkpoint: Checkpoint) -> None:
        """Stand where another run stood whose parameters the engine already has.

        Raises
        ------
        InputError
            If it had another optimiser, another kind of generator or other data, could not have been, or was
            at its end.
        """
        checkpoint.check(len(self._data))
        finished = checkpoint.epoch - (checkpoint.seen < len(checkpoint.order))
        if finished >= self._epochs:
            raise InputError(
                f"epochs must be more than the {finished} that the checkpoint has, got {self._epochs}"
            )
        self._updater.restore(checkpoint.optimizer)
        try:
            self._rng.bit_generator.state = plain(checkpoint.rng_state)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"rng must be of the kind that the checkpoint has: {error}") from error
        self._order, self._seen = checkpoint.order, checkpoint.seen
        self.update, self._epoch, self._batch = checkpoint.update, checkpoint.epoch, checkpoint.batch
        self._best, self._waited = checkpoint.best, checkpoint.waited
        self._remember(self._place())

    def checkpoint(self) -> Checkpoint:
        """Return a copy of everything that decides what comes next."""
        return self._checkpoint(self._engine.weights, self._updater.state(), self._place())

    def steps(self) -> Generator[TrainingStep, None, None]:
        """Make one update after the other until there is a reason to stop.

        If a loss, a metric or a learning rate of the caller's own raises, the run stands where it stood
        before the update, so that the step before it can still give its checkpoint.
        """
        stopped = None
        while stopped is None:
            before = self._place()
            try:
                step = self._advance(before)
            except DivergedError:
                raise
            except BaseException:
                self._return_to(before)
                raise
            stopped = step.stopped
            yield step

    def _advance(self, before: Place) -> TrainingStep:
        engine = self._engine
        rate = self._learning_rate
        if callable(rate):
            rate = real_number("learning_rate", rate(self.update + 1), 0)
        self.update += 1
        if self._seen >= len(self._order):
            self._epoch, self._seen, self._batch = self._epoch + 1, 0, 0
            self._order = self._rng.permutation(len(self._data))
            self._order.flags.writeable = False
        examples = self._order[self._seen : self._seen + self._batch_size]
        self._seen += len(examples)
        self._batch += 1

        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            try:
                value, penalty = engine.learn(self._data.take(examples), self._loss, self._rng)
            except RunawayError as error:
                raise self._diverged(str(error)) from error
            loss, norm = value + penalty, math.sqrt(float(engine.gradient.dot(engine.gradient)))
            if not math.isfinite(loss):
                raise self._diverged(f"the loss came to {loss}")
            if not math.isfinite(norm):
                raise self._diverged(f"the norm of the gradient came to {norm}")
            self._remember(before)
            clipped = self._clip is not None and self._clip.apply(engine.gradient, norm)
            self._updater.update(engine.weights, engine.gradient, rate)
            if not math.isfinite(float(engine.weights.sum())):
                raise self._diverged("the parameters grew too large")

        validation_loss, metric = self._measure()
        stopped, restored = self._reason_to_stop(validation_loss, metric)
        return TrainingStep(
            update=self.update,
            epoch=self._epoch,
            batch=self._batch,
            loss=loss,
            penalty=penalty,
            gradient_norm=norm,
            clipped=clipped,
            learning_rate=rate,
            validation_loss=validation_loss,
            metric=metric,
            restored=restored,
            stopped=stopped,
            _source=self,
        )

    def _measure(self) -> tuple[float | None, float | None]:
        """Return the validation loss and the metric if it is time for them."""
        wanted = self._validation
        if wanted is None or (
            self._seen < len(self._order) if wanted.every is None else self.update % wanted.every
        ):
            return None, None
        with np.errstate(all="ignore"):
            try:
                loss, outputs = self._engine.evaluate(
                    wanted.data, self._loss, self._batch_size, self._max_bytes
                )
            except RunawayError as error:
                raise self._diverged(str(error)) from error
        if not math.isfinite(loss):
            raise self._diverged(f"the validation loss came to {loss}")
        return loss, measured_by(wanted.metric, outputs, wanted.given)

    def _reason_to_stop(self, loss: float | None, metric: float | None) -> tuple[Stopped | None, Best | None]:
        """Keep the best measurement; at the end of the run, take it back if that is wanted."""
        rule = None if self._validation is None else self._validation.early_stopping
        stopped: Stopped | None = None
        if rule is not None and loss is not None:
            if self._best is None or loss < self._best.loss - rule.min_delta:
                params = self._engine.copy_of(self._engine.weights)
                self._best, self._waited = Best(loss, self.update, self._epoch, params, metric), 0
            else:
                self._waited += 1
                stopped = "early stopping" if self._waited >= rule.patience else None
        if self._epoch >= self._epochs and self._seen >= len(self._order):
            stopped = stopped or "epochs"
        if stopped and rule is not None and rule.restore_best and self._best is not None:
            self._engine.load(self._best.params)
            return stopped, self._best
        return stopped, None

    def _place(self) -> Place:
        return Place(
            self._rng.bit_generator.state,
            self._order,
            self._seen,
            self.update,
            self._epoch,
            self._batch,
            self._best,
            self._waited,
        )

    def _return_to(self, place: Place) -> None:
        """Undo what has been done of the update after a place."""
        self._rng.bit_generator.state = place.rng_state
        self._order, self._seen = place.order, place.seen
        self.update, self._epoch, self._batch = place.update, place.epoch, place.batch
        self._best, self._waited = place.best, place.waited
        if self._good_place is place:  # the update had been begun
            np.copyto(self._engine.weights, self._good_weights)
            for moment, kept in zip(self._updater.moments, self._good_moments, strict=True):
                np.copyto(moment, kept)
            self._updater.updates = self._good_updates

    def _remember(self, place: Place) -> None:
        """Copy what the next update changes into arrays made once, in case the one after it goes wrong."""
        np.copyto(self._good_weights, self._engine.weights)
        for kept, moment in zip(self._good_moments, self._updater.moments, strict=True):
            np.copyto(kept, moment)
        self._good_updates, self._good_place = self._updater.updates, place

    def _diverged(self, what: str) -> DivergedError:
        updater = self._updater
        state = OptimizerState(updater.name, self._good_updates, self._good_moments, updater.scales)
        return DivergedError(
            f"training came to numbers that are not finite at update {self.update}: {what}. Expected them to "
            "stay finite: use a smaller learning rate, or clip the gradient",
            checkpoint=self._checkpoint(self._good_weights, state, self._good_place),
        )

    def _checkpoint(self, weights: FloatArray, optimizer: OptimizerState, place: Place) -> Checkpoint:
        return Checkpoint(
            params=self._engine.copy_of(weights),
            optimizer=optimizer,
            rng_state=place.rng_state,
            order=place.order,
            seen=place.seen,
            update=place.update,
            epoch=place.epoch,
            batch=place.batch,
            best=place.best,
            waited=place.waited,
        )
