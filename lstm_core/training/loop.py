"""The training loop: a generator that makes one update at a time, and says nothing but what it yields."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from lstm_core.checks import generator, real_number, whole_number
from lstm_core.errors import InputError
from lstm_core.losses import Loss, LossName
from lstm_core.network import Network
from lstm_core.optimizers import Optimizer
from lstm_core.size import MAX_BYTES, require_room
from lstm_core.training.data import Dataset, prepare
from lstm_core.training.engine import Engine, MetricFunction, loss_of, require_metric, require_network
from lstm_core.training.limits import ClipNorm, ClipValue, EarlyStopping
from lstm_core.training.run import Run, Validation
from lstm_core.training.steps import Checkpoint, TrainingStep


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
