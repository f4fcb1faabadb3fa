"""A network at work: one flat vector of parameters, one of its gradient, and passes over them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from lstm_core.checks import FloatArray, whole_number
from lstm_core.errors import InputError
from lstm_core.losses import LOSSES, Loss, LossName
from lstm_core.network import Network, passes
from lstm_core.network.passes import Parts, Pass
from lstm_core.network.runners import FastRunner
from lstm_core.training.data import Batch, Dataset, prepare

MetricFunction: TypeAlias = Callable[[FloatArray, Dataset], float]
"""Takes the outputs for a dataset and the dataset, and says how good they are."""

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

    Raises
    ------
    InputError
        If the parameters do not fit the network.
    """

    def __init__(self, network: Network, params: object) -> None:
        clean = network.check(params)
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

    def forward(self, batch: Batch, rng: np.random.Generator | None = None) -> Pass:
        """Run a batch; with `rng`, dropout is on."""
        config = self.network.config
        return passes.forward(config, self._parts, batch.inputs, batch.mask, rng, self._runner, self.dtype)

    def learn(self, batch: Batch, loss: Loss, rng: np.random.Generator) -> tuple[float, float]:
        """Write the gradient of a batch's loss; return what the data and the penalties add to it.

        A loss that is not finite has no gradient, and the penalties come to 0.
        """
        config = self.network.config
        done = self.forward(batch, rng)
        value, d_logits = loss(
            done.logits, done.outputs, batch.targets, batch.weights, activation=config.activation
        )
        if not math.isfinite(value):
            return value, 0.0
        passes.backward(config, self._parts, done, d_logits, self._d_parts, self._runner, False)
        return value, passes.add_penalties(config, self._parts, self._d_parts)

    def evaluate(self, batch: Batch, loss: Loss, batch_size: int) -> tuple[float, FloatArray]:
        """Return the loss and the outputs of many examples without dropout, some at a time."""
        N, T = batch.inputs.shape[:2]
        size = max(batch_size, POSITIONS // T, 1)
        outputs, total = [], 0.0
        for start in range(0, N, size):
            part = batch.take(np.arange(start, min(start + size, N)))
            done = self.forward(part)
            value, _ = loss(
                done.logits,
                done.outputs,
                part.targets,
                part.weights,
                activation=self.network.config.activation,
            )
            total += value * part.weight
            outputs.append(done.outputs.copy())
        return total / batch.weight, np.concatenate(outputs)

    def _by_name(self, vector: FloatArray) -> dict[str, FloatArray]:
        """Return views of a vector in the shapes of the parameters."""
        views, start = {}, 0
        for name, shape in self.network.parameter_shapes().items():
            size = int(np.prod(shape))
            views[name] = vector[start : start + size].reshape(shape)
            start += size
        return views


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
        How many examples are run at a time, at least; more if the sequences are short.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If something does not fit the network or the loss.

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
    measure = loss_of(loss)
    engine = Engine(network, params)
    prepared = prepare("data", data, network, measure, engine.dtype)
    value, outputs = engine.evaluate(prepared, measure, whole_number("batch_size", batch_size, low=1))
    outputs.flags.writeable = False
    return Evaluation(value, None if metric is None else float(metric(outputs, data)), outputs)


def loss_of(loss: object) -> Loss:
    """Return a loss by its name, or itself."""
    found = LOSSES.get(loss) if isinstance(loss, str) else loss  # type: ignore[call-overload]
    if not isinstance(found, Loss):
        raise InputError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")
    return found
