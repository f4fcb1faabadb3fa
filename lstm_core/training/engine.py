"""A network at work: one flat vector of parameters, one of its gradient, and passes over them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray, real_number, whole_number
from lstm_core.errors import InputError
from lstm_core.losses import LOSSES, Loss, LossName, shares
from lstm_core.network import Network, passes
from lstm_core.network.passes import Parts, Pass
from lstm_core.network.runners import FastRunner
from lstm_core.size import MAX_BYTES, require_room
from lstm_core.training.data import Batch, Dataset, prepare

MetricFunction: TypeAlias = Callable[[FloatArray, Dataset], float]
"""Takes the outputs for a dataset and the dataset, and says how good they are: a finite number.

The outputs are there for every position, also where the mask skips it or its weight is 0. A metric that means
what the loss means counts a position with its weight in ``data.weights``, and with "every" a masked one
not at all.
"""

POSITIONS = 4096
"""Timesteps of all sequences together that are evaluated at a time, if a training batch has fewer."""


class Engine:
    """A network with its parameters in one flat vector.

    Parameters
    ----------
    network : Network
        What to run.
    params : mapping of array_like
        Copied; their float type is that of the engine.
    max_bytes : int
        What they may take.

    Raises
    ------
    InputError
        If the parameters do not fit the network.
    """

    def __init__(self, network: Network, params: object, max_bytes: int = MAX_BYTES) -> None:
        clean = network.check(params, max_bytes=max_bytes)
        self.network = network
        self.dtype: np.dtype[Any] = np.result_type(*clean.values())
        self.weights: FloatArray = np.concatenate([array.ravel() for array in clean.values()])
        self.gradient: FloatArray = np.zeros_like(self.weights)
        views, d_views = (self._by_name(vector) for vector in (self.weights, self.gradient))
        self._parts, self._d_parts = (Parts.of(network.config, named) for named in (views, d_views))
        for view in (shown := self._by_name(self.weights)).values():
            view.flags.writeable = False
        self.params: Mapping[str, FloatArray] = MappingProxyType(shown)
        """The parameters by name: read-only, and changing as the network learns."""
        self._runner = FastRunner()

    def copy_of(self, vector: FloatArray) -> dict[str, FloatArray]:
        """Return a read-only copy of a vector as parameters by name."""
        named = {name: view.copy() for name, view in self._by_name(vector).items()}
        for array in named.values():
            array.flags.writeable = False
        return named

    def load(self, params: Mapping[str, FloatArray]) -> None:
        """Take over the values of parameters by name."""
        for name, view in self._by_name(self.weights).items():
            view[...] = params[name]

    def forward(self, batch: Batch, rng: np.random.Generator | None = None, *, finite: bool = False) -> Pass:
        """Run a batch; with `rng`, dropout is on; with `finite`, what is read must be finite."""
        config = self.network.config
        with _everything_checked():
            done = passes.forward(
                config, self._parts, batch.inputs, batch.mask, rng, self._runner, self.dtype
            )
            if finite:
                passes.require_finite(done)
            return done

    def learn(self, batch: Batch, loss: Loss, rng: np.random.Generator) -> tuple[float, float]:
        """Write the gradient of a batch's loss; return what the data and the penalties add to it.

        A loss that is not finite has no gradient, and the penalties come to 0.

        Raises
        ------
        RunawayError
            If the numbers of a layer grow too large on a path that sees to it.
        """
        config = self.network.config
        done = self.forward(batch, rng)
        value, d_logits = self._measure(done, batch, loss)
        if not math.isfinite(value):
            return value, 0.0
        with _everything_checked():
            passes.backward(config, self._parts, done, d_logits, self._d_parts, self._runner, False)
        return value, passes.add_penalties(config, self._parts, self._d_parts)

    def evaluate(self, batch: Batch, loss: Loss, batch_size: int, max_bytes: int) -> tuple[float, FloatArray]:
        """Return the loss and the read-only outputs of many examples without dropout, some at a time.

        Raises
        ------
        RunawayError
            If the numbers grow too large.
        """
        N, T = batch.inputs.shape[:2]
        size = self.examples_at_a_time(batch, batch_size, max_bytes)
        outputs, total = np.empty((N, *self.network.output_shape(T)), self.dtype), 0.0
        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            for start in range(0, N, size):
                part = batch.take(np.arange(start, min(start + size, N)))
                done = self.forward(part, finite=True)
                value, _ = self._measure(done, part, loss)
                total += value * part.weight
                outputs[start : start + size] = done.outputs
        outputs.flags.writeable = False
        return total / batch.weight, outputs

    def examples_at_a_time(self, batch: Batch, batch_size: int, max_bytes: int) -> int:
        """Return how many examples `evaluate` runs together: more than a batch if sequences are short.

        Raises
        ------
        SizeInputError
            If not even a batch of them has room beside the outputs of all.
        """
        return _at_a_time(self.network, batch.inputs, self.dtype, batch_size, max_bytes)

    def _measure(self, done: Pass, batch: Batch, loss: Loss) -> tuple[float, FloatArray]:
        """Return the loss and its gradient; what `Loss.__call__` would check, `prepare` has checked."""
        share = shares(batch.weights, done.outputs)
        activation = self.network.config.activation
        return loss.value_and_gradient(done.logits, done.outputs, batch.targets, share, activation)

    def _by_name(self, vector: FloatArray) -> dict[str, FloatArray]:
        """Return views of a vector in the shapes of the parameters."""
        views, start = {}, 0
        for name, shape in self.network.parameter_shapes().items():
            size = int(np.prod(shape))
            views[name] = vector[start : start + size].reshape(shape)
            start += size
        return views


class RunawayError(InputError):
    """The numbers of a pass grew too large: all that was given had been checked."""


@contextmanager
def _everything_checked() -> Iterator[None]:
    """Tell what a pass refuses apart from what a caller's own loss or metric does."""
    try:
        yield
    except InputError as error:
        raise RunawayError(str(error)) from error


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How well a network does on a dataset.

    Parameters
    ----------
    loss : float
        Without penalties.
    metric : float, optional
        What the metric said; None without one.
    outputs : ndarray, shape (N, K) or (N, T, K)
        For every example.
    """

    loss: float
    metric: float | None
    outputs: FloatArray


def evaluate(
    network: Network,
    params: object,
    data: Dataset,
    *,
    loss: Loss | LossName,
    metric: MetricFunction | None = None,
    batch_size: int = 32,
    max_bytes: int = MAX_BYTES,
) -> Evaluation:
    """Run a network over a dataset, without dropout.

    Parameters
    ----------
    network : Network
        What to run.
    params : mapping of array_like
        Its parameters.
    data : Dataset
        What to run it on.
    loss : Loss or {"squared_error", "cross_entropy", "binary_cross_entropy"}
        What to measure.
    metric : callable, optional
        Takes the outputs and the dataset, and returns a number.
    batch_size : int
        How many examples are run at a time, at least; more if the sequences are short and there is room.
    max_bytes : int
        The most memory that running so many and the outputs of all may take.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If something does not fit the network or the loss, the metric returns no number, or the numbers grow
        too large; as SizeInputError, before memory is taken, if more than `max_bytes` would be needed.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
    >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=2)
    >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
    >>> data = Dataset([[[1.0], [2.0]]], [[0.5]])
    >>> result = evaluate(network, network.init(np.random.default_rng(0)), data, loss="squared_error")
    >>> bool(np.isclose(result.loss, (result.outputs.item() - 0.5) ** 2))
    True
    """
    require_network(network)
    measure = loss_of(loss)
    require_metric(metric)
    batch_size = whole_number("batch_size", batch_size, low=1)
    engine = Engine(network, params, max_bytes)
    prepared = prepare("data", data, network, measure, engine.dtype)
    value, outputs = engine.evaluate(prepared, measure, batch_size, max_bytes)
    return Evaluation(value, measured_by(metric, outputs, data), outputs)


def predict(
    network: Network,
    params: object,
    inputs: object,
    mask: object = None,
    *,
    batch_size: int = 32,
    max_bytes: int = MAX_BYTES,
) -> FloatArray:
    """Run a network over many sequences without dropout and keep what it says, nothing else.

    It says the same numbers as ``network.forward``, up to rounding, which records all that leads to them and
    takes longer.

    Parameters
    ----------
    network : Network
        What to run.
    params : mapping of array_like
        Its parameters.
    inputs : array_like, shape (N, T) or (N, T, D)
        Ids, or real numbers, as the network takes them.
    mask : array_like of bool, shape (N, T), optional
        False where a timestep is skipped.
    batch_size : int
        How many sequences are run at a time, at least; more if they are short and there is room.
    max_bytes : int
        The most memory that running so many and the outputs of all may take.

    Returns
    -------
    ndarray, shape (N, K) or (N, T, K)
        The outputs, read-only.

    Raises
    ------
    InputError
        If something does not fit the network; as SizeInputError, before memory is taken, if more than
        `max_bytes` would be needed; as OverflowInputError, if the numbers grow too large.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
    >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=2)
    >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
    >>> params = network.init(np.random.default_rng(0))
    >>> inputs = [[[1.0], [2.0]], [[3.0], [4.0]]]
    >>> bool(np.allclose(predict(network, params, inputs), network.forward(params, inputs).outputs))
    True
    """
    require_network(network)
    batch_size = whole_number("batch_size", batch_size, low=1)
    clean = network.check(params, max_bytes=max_bytes)
    dtype = np.result_type(*clean.values())
    given, live = network.check_inputs(inputs, mask, dtype)
    N, T = given.shape[:2]
    size = _at_a_time(network, given, dtype, batch_size, max_bytes)
    outputs = np.empty((N, *network.output_shape(T)), dtype)
    config, parts, runner = network.config, Parts.of(network.config, clean), FastRunner()
    with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
        for start in range(0, N, size):
            some = slice(start, start + size)
            seen = None if live is None else live[some]
            done = passes.forward(config, parts, given[some], seen, None, runner, dtype)
            passes.require_finite(done)
            outputs[some] = done.outputs
    outputs.flags.writeable = False
    return outputs


def _at_a_time(
    network: Network, inputs: NDArray[Any], dtype: np.dtype[Any], batch_size: int, max_bytes: int
) -> int:
    """Return how many sequences are run together, where only their outputs are kept."""
    N, T = inputs.shape[:2]
    kept = N * math.prod(network.output_shape(T)) * dtype.itemsize
    small: int = min(batch_size, N)
    large: int = min(max(batch_size, POSITIONS // T), N)
    needed, needed_by_large = (kept + network.room(size, T, dtype) for size in (small, large))
    require_room(needed, max_bytes, f"An evaluation of {N} × {T} timesteps, {small} sequences at a time,")
    return large if needed_by_large <= max_bytes else small


def require_network(network: object) -> None:
    """Raise InputError unless it is a network."""
    if not isinstance(network, Network):
        raise InputError(f"network must be a Network, got {type(network).__name__}")


def require_metric(metric: object) -> None:
    """Raise InputError unless it can be called, or there is none."""
    if metric is not None and not callable(metric):
        raise InputError(f"metric must take outputs and a dataset, and return a number, got {metric!r}")


def measured_by(metric: MetricFunction | None, outputs: FloatArray, data: Dataset) -> float | None:
    """Return what a metric says, if there is one; InputError if that is no finite number."""
    return None if metric is None else real_number("what metric returns", metric(outputs, data), -math.inf)


def loss_of(loss: object) -> Loss:
    """Return a loss by its name, or itself."""
    found = LOSSES.get(loss) if isinstance(loss, str) else loss  # type: ignore[call-overload]
    if not isinstance(found, Loss):
        raise InputError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")
    return found
