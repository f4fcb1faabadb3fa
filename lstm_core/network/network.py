"""The network as a value: the names and shapes of its parameters, their first values, forward, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_core.checks import (
    FloatArray,
    float_type,
    generator,
    real_array,
    same_keys,
    truth_array,
    whole_number,
)
from lstm_core.errors import InputError
from lstm_core.initializers import glorot_uniform, uniform
from lstm_core.network import passes
from lstm_core.network.config import NetworkConfig
from lstm_core.network.passes import DirectionPass, LayerPass, Parts, Pass, States
from lstm_core.network.runners import ReadableRunner, Slot
from lstm_core.network.trace import LayerRun, NetworkGradients, NetworkTrace
from lstm_core.size import MAX_BYTES, require_room, trace_bytes
from lstm_core.trace import LayerGradients

EMBEDDING_SCALE = 0.05
"""A table of an embedding starts evenly drawn from ± this, as Keras' does."""


@dataclass(frozen=True, slots=True)
class Network:
    """Inputs → recurrent layers → what is read of the last → head. It holds no numbers of its own.

    Parameters
    ----------
    config : NetworkConfig
        What it is made of.

    Raises
    ------
    InputError
        If the config is none.

    Notes
    -----
    The parameters have flat names, in this order: "embedding" (vocabulary, size); for each layer "layer_0.W",
    "layer_0.U", … as its cell names them, and "layer_0.reverse.W", … of the second direction; "head.kernel"
    (F, K) and "head.bias" (K,). Dropout is only ever on where a generator is handed in.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> from lstm_core.network import NetworkConfig, OneHot, RecurrentLayer
    >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=4)
    >>> network = Network(NetworkConfig(inputs=OneHot(3), layers=(layer,), outputs=3, activation="softmax"))
    >>> network.parameter_count
    143
    >>> params = network.init(np.random.default_rng(0))
    >>> trace = network.forward(params, [[0, 2, 1, 1]])
    >>> bool(np.isclose(trace.outputs.sum(), 1)), trace.layers[0].forward["f"].shape
    (True, (1, 4, 4))
    """

    config: NetworkConfig

    def __post_init__(self) -> None:
        """Refuse what is not a config."""
        if not isinstance(self.config, NetworkConfig):
            raise InputError(f"config must be a NetworkConfig, got {type(self.config).__name__}")

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the name and the shape of every parameter, in order."""
        config = self.config
        shapes: dict[str, tuple[int, ...]] = {}
        if config.inputs.table_shape is not None:
            shapes["embedding"] = config.inputs.table_shape
        for index, (layer, D) in enumerate(zip(config.layers, config.input_sizes, strict=True)):
            own = layer.cell.parameter_shapes(D, layer.hidden_size)
            for prefix in passes.layer_names(index, layer.directions):
                shapes |= {f"{prefix}.{name}": shape for name, shape in own.items()}
        if config.head:
            shapes |= {"head.kernel": (config.features, config.outputs), "head.bias": (config.outputs,)}
        return shapes

    @property
    def parameter_count(self) -> int:
        """The number of numbers in all parameters together."""
        return sum(math.prod(shape) for shape in self.parameter_shapes().values())

    def init(
        self,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
        *,
        forget_bias: float = 1.0,
        max_bytes: int = MAX_BYTES,
    ) -> dict[str, FloatArray]:
        """Draw first values for every parameter.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where the numbers come from; the same numbers for either float type.
        dtype : dtype
            float32 or float64: what the network will compute in.
        forget_bias : float
            The bias of every forget gate; see ``cell.init``.
        max_bytes : int
            The most memory that the parameters may take while they are drawn.

        Returns
        -------
        dict of ndarray
            An embedding is drawn from ±0.05, the layers as their cells do, the head's kernel by Glorot's
            rule; its bias is 0.

        Raises
        ------
        InputError
            If an argument is not what is described above; as SizeInputError, before memory is taken, if more
            than `max_bytes` would be needed.
        """
        generator("rng", rng)
        dtype = float_type("dtype", dtype)
        drawn = 0 if dtype == np.float64 else 8  # bytes: the numbers are drawn as float64
        needed = self.parameter_count * (drawn + dtype.itemsize)
        require_room(needed, max_bytes, f"A network of {self.parameter_count} parameters")
        config, params = self.config, {}
        if config.inputs.table_shape is not None:
            params["embedding"] = uniform(config.inputs.table_shape, rng, EMBEDDING_SCALE)
        for index, (layer, D) in enumerate(zip(config.layers, config.input_sizes, strict=True)):
            for prefix in passes.layer_names(index, layer.directions):
                own = layer.cell.init(D, layer.hidden_size, rng, forget_bias=forget_bias)
                params |= {f"{prefix}.{name}": array for name, array in own.items()}
        if config.head:
            params["head.kernel"] = glorot_uniform((config.features, config.outputs), rng)
            params["head.bias"] = np.zeros(config.outputs)
        return {name: array.astype(dtype, copy=False) for name, array in params.items()}

    def check(self, params: object, *, max_bytes: int = MAX_BYTES) -> dict[str, FloatArray]:
        """Return a clean copy of the parameters.

        Parameters
        ----------
        params : mapping of array_like
            One array for each of `parameter_shapes`.
        max_bytes : int
            The most memory that the copy may take.

        Returns
        -------
        dict of ndarray
            New arrays in the order of `parameter_shapes`: float32 if all of them are, else float64.

        Raises
        ------
        InputError
            If a name is missing or unknown, a shape is another, or a number is not real or not finite;
            as SizeInputError, before memory is taken, if more than `max_bytes` would be needed.
        """
        shapes = self.parameter_shapes()
        same_keys("params", params, shapes)
        assert isinstance(params, Mapping)  # same_keys has seen to it
        given = {
            name: value if isinstance(value := params[name], np.ndarray) else real_array(name, value)
            for name in shapes
        }
        for name, shape in shapes.items():
            if given[name].shape != shape:
                raise InputError(f"{name} must have shape {shape}, got {given[name].shape}")
        width = 4 if all(array.dtype == np.float32 for array in given.values()) else 8
        count = self.parameter_count
        require_room(count * width, max_bytes, f"A network of {count} parameters")
        arrays = {name: real_array(name, array) for name, array in given.items()}
        dtype = np.result_type(*arrays.values())
        return {name: array.astype(dtype, copy=False) for name, array in arrays.items()}

    def check_inputs(
        self,
        inputs: object,
        mask: object = None,
        dtype: DTypeLike = np.float64,
        *,
        name: str = "inputs",
    ) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """Return a clean copy of the inputs of a batch and of their mask.

        Parameters
        ----------
        inputs : array_like, shape (B, T) or (B, T, D)
            Ids for `OneHot` and `Embedding`, real numbers for `Raw`.
        mask : array_like of bool, shape (B, T), optional
            False where a timestep is skipped.
        dtype : dtype
            What `Raw` inputs are converted to.
        name : str
            What to call the inputs in a message.

        Raises
        ------
        InputError
            If a shape or a number does not fit the config.
        """
        clean = self.config.inputs.check(name, inputs, dtype)
        return clean, None if mask is None else truth_array(f"the mask of {name}", mask, clean.shape[:2])

    def trace_bytes(
        self, batch_size: int, timesteps: int, dtype: DTypeLike = np.float64, *, gradients: bool = False
    ) -> int:
        """Return how many bytes a run holds, with what `backward` adds if asked for; nothing is allocated.

        Examples
        --------
        >>> from lstm_core import LSTM
        >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
        >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=64)
        >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
        >>> network.trace_bytes(1, 1000)
        6955440
        """
        batch_size = whole_number("batch_size", batch_size, low=1)
        timesteps = whole_number("timesteps", timesteps, low=1)
        dtype = float_type("dtype", dtype)
        config, steps = self.config, batch_size * timesteps
        positions = steps if config.read == "every" else batch_size
        numbers = self.parameter_count + steps * config.inputs.width
        numbers += positions * (2 * config.features + 2 * config.outputs + config.attention * timesteps)
        layers = 0
        for layer, D in zip(config.layers, config.input_sizes, strict=True):
            H = layer.hidden_size
            numbers += layer.bidirectional * steps * layer.width  # h of both, side by side
            numbers += len(layer.directions) * batch_size * (D + H)  # what dropout multiplies with
            own = trace_bytes(layer.cell, batch_size, timesteps, D, H, dtype, gradients=gradients)
            layers += len(layer.directions) * own
        numbers *= 2 if gradients else 1
        ids = steps * np.dtype(np.intp).itemsize
        return layers + numbers * dtype.itemsize + steps + ids

    def room(
        self, batch_size: int, timesteps: int, dtype: DTypeLike = np.float64, *, gradients: bool = False
    ) -> int:
        """Return how many bytes a run takes at most: what it holds, and what attention needs for a while.

        Examples
        --------
        >>> from lstm_core import LSTM
        >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
        >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=64)
        >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
        >>> network.room(1, 1000) == network.trace_bytes(1, 1000)
        True
        """
        held = self.trace_bytes(batch_size, timesteps, dtype, gradients=gradients)
        if not self.config.attention:
            return held
        looks = batch_size * timesteps * (timesteps if self.config.read == "every" else 1)
        width = float_type("dtype", dtype).itemsize
        # Forward: which timesteps are allowed, and which are not. Back: the product whose sums are taken.
        return held + looks * (width if gradients else 2)

    def output_shape(self, timesteps: int) -> tuple[int, ...]:
        """Return the shape of what one sequence of so many timesteps gives: (K,) or (T, K)."""
        K = self.config.outputs
        return (timesteps, K) if self.config.read == "every" else (K,)

    def forward(
        self,
        params: object,
        inputs: object,
        mask: object = None,
        initial: object = None,
        *,
        rng: np.random.Generator | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> NetworkTrace:
        """Run a batch of sequences and record everything that is computed.

        Parameters
        ----------
        params : mapping of array_like
            One array for each of `parameter_shapes`. If all are float32 the network computes in float32,
            else in float64.
        inputs : array_like, shape (B, T) or (B, T, D)
            Ids for `OneHot` and `Embedding`, real numbers for `Raw`.
        mask : array_like of bool, shape (B, T), optional
            False skips a timestep: every layer leaves its states as they were, and attention does not see it.
        initial : tuple of tuple of mapping of array_like, shape (B, H), optional
            For each layer, for each of its directions, a value for some or all of what its cell carries, such
            as "h" and "c"; the others start at 0. ``trace.final`` of this network, or of another with the
            same layers, is such a one.
        rng : numpy.random.Generator, optional
            Draws what dropout leaves out, as in training. Without it dropout is off.
        max_bytes : int
            The most memory that the run may take.

        Returns
        -------
        NetworkTrace

        Raises
        ------
        InputError
            If something is not what is described above; as SizeInputError, before memory is taken, if the
            run would take more than `max_bytes`; as OverflowInputError, if the numbers of a layer, of what is
            read or of the head grow too large for their floating-point type.

        Examples
        --------
        Two runs, of which the second goes on from where the first ended, and back through both:

        >>> from lstm_core import LSTM
        >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
        >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=2)
        >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
        >>> params = network.init(np.random.default_rng(0))
        >>> first = network.forward(params, [[[1.0], [2.0]]])
        >>> second = network.forward(params, [[[3.0]]], initial=first.final)
        >>> whole = network.forward(params, [[[1.0], [2.0], [3.0]]])
        >>> bool(np.allclose(second.outputs, whole.outputs))
        True
        >>> d_second = network.backward(second, [[1.0]])
        >>> d_first = network.backward(first, [[0.0]], d_second.initial)
        >>> bool(np.allclose(d_first.x, network.backward(whole, [[1.0]]).x[:, :2]))
        True
        """
        if rng is not None:
            generator("rng", rng)
        clean = self.check(params, max_bytes=max_bytes)
        dtype = np.result_type(*clean.values())
        given = inputs if isinstance(inputs, np.ndarray) else self.check_inputs(inputs, None, dtype)[0]
        if given.ndim >= 2 and given.size:  # the rest is refused below
            B, T = given.shape[:2]
            require_room(self.room(B, T, dtype), max_bytes, f"A trace of {B} × {T} timesteps")
        ids, live = self.check_inputs(inputs, mask, dtype)
        B, T = ids.shape[:2]
        start = None if initial is None else self._states("initial", initial, B, dtype)
        parts = Parts.of(self.config, clean)
        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            done = passes.forward(self.config, parts, ids, live, rng, ReadableRunner(), dtype, start)
        passes.require_finite(done)
        _hand_over(ids, live, done.x, done.attention, done.features, *clean.values())
        runs = tuple(
            LayerRun(
                tuple(direction.kept for direction in layer.directions),
                layer.output,
                tuple(direction.input_scale for direction in layer.directions),
            )
            for layer in done.layers
        )
        return NetworkTrace(
            self.config,
            clean,
            ids,
            np.ones((B, T), np.bool_) if live is None else live,
            done.x,
            runs,
            done.attention,
            done.features,
            done.head_scale,
            done.logits,
            done.outputs,
        )

    def backward(
        self,
        trace: NetworkTrace,
        d_logits: object,
        d_final: object = None,
        *,
        max_bytes: int = MAX_BYTES,
    ) -> NetworkGradients:
        """Carry a loss's gradient back through a whole run.

        Parameters
        ----------
        trace : NetworkTrace
            What `forward` returned.
        d_logits : array_like, shape (B, K) or (B, T, K)
            The gradient of the loss with respect to each logit; see `lstm_core.losses`.
        d_final : tuple of tuple of mapping of array_like, shape (B, H), optional
            The gradient of the loss with respect to some or all of ``trace.final``, nested alike; 0 for the
            others. ``gradients.initial`` of a run that went on from there is such a one.
        max_bytes : int
            The most memory that the trace and the gradients may take together.

        Returns
        -------
        NetworkGradients
            In the float type of the trace. The penalties of L1 and L2 are not in it: see `penalty`.

        Raises
        ------
        InputError
            If an argument is not what is described above; as SizeInputError, before memory is taken, if more
            than `max_bytes` would be needed; as OverflowInputError, if the gradients of a layer grow too
            large for their floating-point type.

        Examples
        --------
        >>> from lstm_core import LSTM
        >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
        >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=2)
        >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1))
        >>> trace = network.forward(network.init(np.random.default_rng(0)), [[[1.0], [2.0]]])
        >>> gradients = network.backward(trace, [[1.0]])
        >>> gradients.params["head.bias"], gradients.x.shape
        (array([1.]), (1, 2, 1))
        """
        ran: object = getattr(trace, "config", None)
        if ran != self.config:
            kind = type(trace).__name__ if ran is None else "one of another network"
            raise InputError(f"trace must be what forward of this network returned, got {kind}")
        given = real_array("d_logits", d_logits, trace.logits.dtype)
        if given.shape != trace.logits.shape:
            raise InputError(f"d_logits must have shape {trace.logits.shape}, got {given.shape}")
        B, T, dtype = trace.batch_size, trace.timesteps, trace.logits.dtype
        needed = self.room(B, T, dtype, gradients=True)
        require_room(needed, max_bytes, f"A trace of {B} × {T} timesteps with its gradients")
        d_end = None if d_final is None else self._states("d_final", d_final, B, dtype)
        done = Pass(
            trace.inputs,
            trace.x,
            tuple(
                LayerPass(
                    tuple(
                        DirectionPass(own["h"], own, scale)
                        for own, scale in zip(run.traces, run.input_scales, strict=True)
                    ),
                    run.output,
                )
                for run in trace.layers
            ),
            trace.attention,
            trace.features,
            trace.head_scale,
            trace.logits,
            trace.outputs,
        )
        d_params = {name: np.empty_like(array) for name, array in trace.params.items()}
        parts, d_parts = (Parts.of(self.config, arrays) for arrays in (trace.params, d_params))
        kept: dict[Slot, LayerGradients] = {}
        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            d_x = passes.backward(self.config, parts, done, given, d_parts, ReadableRunner(kept), True, d_end)
        assert d_x is not None  # it was asked for
        for name, array in {"x": d_x, **d_params}.items():
            _require_finite(f"the gradient of {name}", array)
        _hand_over(d_x, *d_params.values())
        layers = tuple(
            tuple(kept[index, reverse] for reverse in layer.directions)
            for index, layer in enumerate(self.config.layers)
        )
        return NetworkGradients(d_params, d_x, layers)

    def _states(self, name: str, states: object, batch_size: int, dtype: DTypeLike) -> States:
        """Return a clean copy of states of every layer and direction, or raise InputError."""
        layers = self.config.layers
        of_layers = _sequence(name, states, len(layers), "layer")
        return tuple(
            tuple(
                layer.cell.check_states(f"{place}: {name}", given, (batch_size, layer.hidden_size), dtype)
                for place, given in zip(
                    passes.layer_names(index, layer.directions),
                    _sequence(f"{name}[{index}]", own, len(layer.directions), "direction"),
                    strict=True,
                )
            )
            for index, (layer, own) in enumerate(zip(layers, of_layers, strict=True))
        )

    def penalty(self, params: object) -> tuple[float, dict[str, FloatArray]]:
        """Return what L1 and L2 add to the loss, and the gradient of that.

        Parameters
        ----------
        params : mapping of array_like
            One array for each of `parameter_shapes`.

        Returns
        -------
        value : float
            Σ l1 · Σ|w| + l2 · Σw² over the kernels that are held small; 0 without L1 and L2.
        gradient : dict of ndarray
            For every parameter; at w = 0 the slope of |w| counts as 0.

        Raises
        ------
        InputError
            As `check`, or if the penalty grows too large for the floating-point type.

        Examples
        --------
        >>> from lstm_core import SimpleRNN
        >>> from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
        >>> layer = RecurrentLayer(cell=SimpleRNN(), hidden_size=1, kernel_l1=1.0, kernel_l2=0.1)
        >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1, head=False))
        >>> value, gradient = network.penalty({"layer_0.W": [[2]], "layer_0.U": [[3]], "layer_0.b": [4]})
        >>> value, gradient["layer_0.W"].item(), gradient["layer_0.U"].item()
        (2.4, 1.4, 0.0)
        """
        clean = self.check(params)
        gradient = {name: np.zeros_like(array) for name, array in clean.items()}
        parts, d_parts = (Parts.of(self.config, arrays) for arrays in (clean, gradient))
        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            value = passes.add_penalties(self.config, parts, d_parts)
        for name, array in {"all together": np.asarray(value), **gradient}.items():
            _require_finite(f"the penalty of {name}", array)
        return value, gradient


def _sequence(name: str, value: object, length: int, what: str) -> Sequence[object]:
    """Return a tuple or list with an item for each of something, or raise InputError."""
    if not isinstance(value, tuple | list) or len(value) != length:
        found = f"{len(value)} items" if isinstance(value, tuple | list) else type(value).__name__
        raise InputError(f"{name} must be a tuple with one item for each {what}, {length}, got {found}")
    return value


def _require_finite(what: str, array: FloatArray) -> None:
    if not np.isfinite(array).all():
        raise InputError(
            f"{what} grew past the largest that {array.dtype} can hold, {np.finfo(array.dtype).max:.1e}. "
            "Expected it to stay finite: use smaller weights or inputs"
        )


def _hand_over(*arrays: NDArray[Any] | None) -> None:
    """Give up writing to arrays, so that a trace can take them over without a copy."""
    for array in arrays:
        if array is not None:
            array.flags.writeable = False
