"""Let a network write: it says what comes next, one id is drawn from that, and it reads what was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import Cell
from lstm_core.checks import FloatArray, generator, real_number
from lstm_core.dense import OUTPUT_ACTIVATIONS
from lstm_core.errors import InputError, OverflowInputError
from lstm_core.network import Embedding, Network, OneHot, passes
from lstm_core.network.passes import Parts
from lstm_core.network.runners import Slot


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One id that was drawn.

    Parameters
    ----------
    id : int
        What was drawn.
    shares : ndarray, shape (K,)
        The chance that each id had, at the temperature it was drawn with.
    """

    id: int
    shares: FloatArray


def sample(
    network: Network,
    params: object,
    start: object,
    rng: np.random.Generator,
    *,
    temperature: float = 1.0,
) -> Iterator[Draw]:
    """Go on from a start for as long as the caller asks.

    The states are carried from one timestep to the next, so that each id costs one timestep however long the
    text has become.

    Parameters
    ----------
    network : Network
        That reads ids and says, through a softmax, which of the same ids comes next.
    params : mapping of array_like
        Its parameters.
    start : array_like of int, shape (T,)
        What it reads first; at least one id.
    rng : numpy.random.Generator
        Draws. The same state gives the same text.
    temperature : float
        At least 0. The logits are divided by it: below 1 the likely becomes likelier, above 1 all become more
        alike, and at 0 the likeliest is always taken.

    Yields
    ------
    Draw
        Without end.

    Raises
    ------
    InputError
        If an argument is not what is described above, or the network cannot go on one timestep at a time: it
        reads in both directions, has attention, or a cell that carries more than its states; while running,
        as OverflowInputError, if its numbers grow too large for their floating-point type.

    Examples
    --------
    >>> from itertools import islice
    >>> from lstm_core import LSTM
    >>> from lstm_core.network import NetworkConfig, RecurrentLayer
    >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=4)
    >>> network = Network(NetworkConfig(inputs=OneHot(3), layers=(layer,), outputs=3, activation="softmax"))
    >>> rng = np.random.default_rng(0)
    >>> text = islice(sample(network, network.init(rng), [0], rng), 5)
    >>> all(draw.id in (0, 1, 2) for draw in text)
    True
    """
    if not isinstance(network, Network):
        raise InputError(f"network must be a Network, got {type(network).__name__}")
    config = network.config
    if not isinstance(config.inputs, OneHot | Embedding) or config.inputs.vocabulary != config.outputs:
        raise InputError(
            f"The network must read the ids that it says, got {config.inputs} and {config.outputs} outputs"
        )
    if config.activation != "softmax":
        raise InputError(f"The network must have a softmax to draw from, got {config.activation!r}")
    if config.attention or any(layer.bidirectional for layer in config.layers):
        raise InputError("The network must read forward only, got one with attention or a second direction")
    if any(layer.cell.carried != layer.cell.states for layer in config.layers):
        raise InputError("The cells must carry nothing but their states, got one with full gate recurrence")
    generator("rng", rng)
    temperature = real_number("temperature", temperature, 0)
    clean = network.check(params)
    ids, _ = network.check_inputs([start], name="start")
    return _draws(network, clean, ids, rng, temperature)


def _draws(
    network: Network,
    params: Mapping[str, FloatArray],
    ids: NDArray[np.intp],
    rng: np.random.Generator,
    temperature: float,
) -> Iterator[Draw]:
    config, parts, initial = network.config, Parts.of(network.config, params), None
    dtype = np.result_type(*params.values())
    while True:
        with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
            done = passes.forward(config, parts, ids, None, None, _SteppingRunner(), dtype, initial)
        passes.require_finite(done)
        logits = done.logits.reshape(-1, config.outputs)[-1].astype(np.float64)
        shares = _shares(logits, temperature)
        drawn = int(rng.choice(len(shares), p=shares))
        shares.flags.writeable = False
        yield Draw(drawn, shares)
        ids = np.array([[drawn]])
        initial = tuple(tuple(direction.kept for direction in layer.directions) for layer in done.layers)


def _shares(logits: FloatArray, temperature: float) -> FloatArray:
    """Return the chances at a temperature; the differences may become as large as they like."""
    with np.errstate(over="ignore"):  # what is infinitely far below the likeliest has no share
        below = logits - logits.max()
    if temperature == 0:
        likeliest: FloatArray = np.eye(len(below))[below.argmax()]
        return likeliest
    with np.errstate(over="ignore"):
        return OUTPUT_ACTIVATIONS["softmax"].forward(below / temperature)


class _SteppingRunner:
    """Keeps nothing but the states in which a run ends.

    `unroll` would check all parameters again for every id.
    """

    def forward(
        self,
        slot: Slot,
        cell: Cell,
        params: Mapping[str, FloatArray],
        x: FloatArray,
        mask: NDArray[np.bool_] | None,
        recurrent_scale: FloatArray | None,
        initial: Mapping[str, FloatArray] | None,
    ) -> tuple[FloatArray, Mapping[str, FloatArray]]:
        """Return h, and the states after the last timestep; there is no way back."""
        (B, T, _), H = x.shape, len(params["U"])
        h = np.empty((B, T, H), x.dtype)
        states = initial or {key: np.zeros((B, H), x.dtype) for key in cell.states}
        projected = cell.project(params, x)
        for t in range(T):
            computed = cell.step(params, projected[:, t], {**states, "h_seen": states["h"]})
            states = {key: computed[key] for key in cell.states}
            h[:, t] = states["h"]
        for key, state in states.items():
            if not np.isfinite(state).all():
                unit = int(np.argwhere(~np.isfinite(state))[0, 1])
                raise OverflowInputError(
                    f"the numbers of layer {slot[0]} grew past the largest that {state.dtype} can hold "
                    f"(state {key}, unit {unit}, counted from 0). Expected them to stay finite: use smaller "
                    "weights, or an activation with bounds such as tanh",
                    timestep=T - 1,
                    unit=unit,
                )
        return h, states

    def backward(
        self,
        slot: Slot,
        kept: Mapping[str, FloatArray],
        d_h: FloatArray,
        gradients: Mapping[str, FloatArray],
        need_x: bool,
        d_final: Mapping[str, FloatArray] | None,
    ) -> None:
        """Return nothing: what is written is not learned from."""
