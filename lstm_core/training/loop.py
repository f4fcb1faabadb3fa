"""The training loop: `train`, which checks what it is given, and the run that makes one update at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray, generator, real_number, whole_number
from lstm_core.errors import InputError
from lstm_core.losses import Loss, LossName
from lstm_core.network import Network
from lstm_core.optimizers import Optimizer, OptimizerState, Updater
from lstm_core.size import MAX_BYTES, require_room
from lstm_core.training.clipping import ClipNorm, ClipValue
from lstm_core.training.data import Batch, Dataset, prepare
from lstm_core.training.engine import (
    Engine,
    MetricFunction,
    RunawayError,
    loss_of,
    measured_by,
    require_metric,
    require_network,
)
from lstm_core.training.steps import Checkpoint, DivergedError, Stopped, TrainingStep, plain
from lstm_core.training.stopping import Best, EarlyStopping


def train(
    network: Network,
    params: object,
    data: Dataset,
    *,
    loss: Loss | LossName,
    optimizer: Optimizer,
    rng: np.random.Generator,
    batch_size: int,
    epochs: int,
    validation: Dataset | None = None,
    validate_every: int | None = None,
    clip: ClipNorm | ClipValue | None = None,
    early_stopping: EarlyStopping | None = None,
    learning_rate: float | Callable[[int], float] | None = None,
    metric: MetricFunction | None = None,
    resume: Checkpoint | None = None,
    max_bytes: int = MAX_BYTES,
) -> Generator[TrainingStep, None, None]:
    """Train a network, one update each time the generator is asked for the next step.

    Everything is checked before the generator is returned. The caller sets the pace, and ends the run by
    asking no more. The same arguments with the same seed give the same numbers.

    Parameters
    ----------
    network : Network
        What to train.
    params : mapping of array_like
        First values, copied: float32 or float64 is what the run computes in. With `resume` they are not
        looked at.
    data : Dataset
        What to learn from; shuffled anew in every epoch.
    loss : Loss or {"squared_error", "cross_entropy", "binary_cross_entropy"}
        What to minimise.
    optimizer : Optimizer
        Such as ``Adam()``.
    rng : numpy.random.Generator
        Shuffles, and draws what dropout leaves out. With `resume` it is set to the state it had.
    batch_size : int
        Examples per update, at least 1; the last batch of an epoch may be smaller.
    epochs : int
        How often to go through the data, at least 1, counted from the very beginning also with `resume`.
    validation : Dataset, optional
        What to measure on, without dropout.
    validate_every : int, optional
        Measure after so many updates; by default after each epoch.
    clip : ClipNorm or ClipValue, optional
        What to do with gradients that are too large.
    early_stopping : EarlyStopping, optional
        Needs `validation`. If it restores the best parameters, the last step has those, and says in
        `restored` how good they are; a checkpoint of any earlier step goes on as if nothing had been
        restored.
    learning_rate : float or callable, optional
        A callable is asked before each update, with its number from 1, and may return 0. By default the
        optimiser's own.
    metric : callable, optional
        Takes the outputs for the validation data, and those data, and returns a number; see `MetricFunction`.
    resume : Checkpoint, optional
        Go on from here. With the same arguments the numbers are those of a run that was never interrupted.
    max_bytes : int
        The most memory that a batch with its gradients and all that training remembers of the parameters may
        take, and as much again what running the validation data does.

    Yields
    ------
    TrainingStep
        One per update; the last one says why it is the last.

    Raises
    ------
    InputError
        If an argument is not what is described above; as SizeInputError, if a batch would need more memory
        than `max_bytes`; while running, as DivergedError, if the loss, the gradient or the parameters are no
        longer finite. What a loss, a metric or a learning rate of the caller's own raises, or a number that
        none of them should return, also ends the run; the last step can still give its checkpoint then.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
    >>> from lstm_core.optimizers import Adam
    >>> rng = np.random.default_rng(0)
    >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=4)
    >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
    >>> x = rng.random((20, 5, 1))
    >>> data = Dataset(x, x.sum(axis=1))
    >>> run = train(
    ...     network, network.init(rng), data, loss="squared_error", optimizer=Adam(0.02), rng=rng,
    ...     batch_size=10, epochs=40,
    ... )
    >>> losses = [step.loss for step in run]
    >>> len(losses), losses[-1] < 0.1 * losses[0]
    (80, True)
    """
    require_network(network)
    if not isinstance(optimizer, Optimizer):
        raise InputError(f"optimizer must be an Optimizer such as Adam(), got {optimizer!r}")
    generator("rng", rng)
    require_metric(metric)
    if validate_every is not None:
        validate_every = whole_number("validate_every", validate_every, low=1)
    if clip is not None and not isinstance(clip, ClipNorm | ClipValue):
        raise InputError(f"clip must be ClipNorm(…) or ClipValue(…), got {clip!r}")
    if early_stopping is not None and not isinstance(early_stopping, EarlyStopping):
        raise InputError(f"early_stopping must be EarlyStopping(…), got {early_stopping!r}")
    if resume is not None and not isinstance(resume, Checkpoint):
        raise InputError(f"resume must be a Checkpoint, got {type(resume).__name__}")
    if validation is None and not (early_stopping is None and validate_every is None and metric is None):
        raise InputError("early_stopping, validate_every and metric need validation data, got none")
    if learning_rate is None:
        learning_rate = optimizer.learning_rate
    elif not callable(learning_rate):
        learning_rate = real_number("learning_rate", learning_rate, 0, above=True)
    measure = loss_of(loss)
    engine = Engine(network, params if resume is None else resume.params, max_bytes)
    batch_size = whole_number("batch_size", batch_size, low=1)
    prepared = prepare("data", data, network, measure, engine.dtype)
    T = prepared.inputs.shape[1]
    largest = min(batch_size, len(data))
    needed = network.room(largest, T, engine.dtype, gradients=True)
    # Weights and moments, each with a good copy; the gradient is counted with the batch.
    vectors = 2 * (1 + optimizer.remembers) + (early_stopping is not None)
    needed += vectors * engine.weights.nbytes
    require_room(needed, max_bytes, f"Training on batches of {largest} × {T} timesteps")
    measured = None
    if validation is not None:
        held_out = prepare("validation", validation, network, measure, engine.dtype)
        engine.examples_at_a_time(held_out, batch_size, max_bytes)  # refuses what has no room
        measured = Validation(validation, held_out, validate_every, metric, early_stopping)
    run = Run(
        engine,
        optimizer.start(network.parameter_count, engine.dtype),
        prepared,
        measure,
        rng,
        batch_size=batch_size,
        epochs=whole_number("epochs", epochs, low=1),
        learning_rate=learning_rate,
        clip=clip,
        validation=measured,
        max_bytes=max_bytes,
    )
    if resume is not None:
        run.resume(resume)
    return run.steps()


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
    """A training run: where it stands, and how it advances by one update. What it is given has been checked.

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
