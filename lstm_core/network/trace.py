"""What happened when a network ran, forward and back: immutable values with the trace of every layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray
from lstm_core.network.config import NetworkConfig
from lstm_core.network.passes import States
from lstm_core.trace import LayerGradients, LayerTrace, freeze_fields, plain_fields


@dataclass(frozen=True, slots=True, eq=False)
class LayerRun:
    """What one layer of a network did.

    Parameters
    ----------
    traces : tuple of LayerTrace
        The run of each direction: one, or two for a bidirectional layer. The x of each is what dropout left
        of the layer's inputs.
    output : ndarray, shape (B, T, H) or (B, T, 2H)
        h of the first, then h of the second.
    input_scales : tuple of (ndarray, shape (B, 1, D), or None)
        For each direction what dropout multiplied its inputs with; None where it was off.
    """

    traces: tuple[LayerTrace, ...]
    output: FloatArray
    input_scales: tuple[FloatArray | None, ...]

    def __post_init__(self) -> None:
        """Make everything read-only."""
        freeze_fields(self)
        for scale in self.input_scales:
            if scale is not None:
                scale.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy be as read-only as the original."""
        return type(self), plain_fields(self)

    @property
    def forward(self) -> LayerTrace:
        """The run from the first timestep to the last."""
        return self.traces[0]

    @property
    def backward(self) -> LayerTrace | None:
        """The run from the last timestep to the first, of a bidirectional layer."""
        return self.traces[1] if len(self.traces) == 2 else None


@dataclass(frozen=True, slots=True, eq=False)
class NetworkTrace:
    """Every number that a network computed over a batch of sequences.

    Its arrays are read-only. Q, the number of positions that are read, is 1 with "last" and T with "every".

    Parameters
    ----------
    config : NetworkConfig
        What ran.
    params : mapping of ndarray
        The parameters, by name.
    inputs : ndarray, shape (B, T) or (B, T, D)
        The ids, or the numbers, that came in.
    mask : ndarray of bool, shape (B, T)
        False where a timestep was skipped; all True when no mask was given.
    x : ndarray, shape (B, T, D)
        The inputs as numbers: one-hot rows, or rows of the embedding. Before any dropout.
    layers : tuple of LayerRun
        What each recurrent layer did.
    attention : ndarray, shape (B, Q, T), optional
        How much each position that is read looked at each timestep: in [0, 1], each row summing to 1, or 0
        where the mask leaves nothing. None without attention.
    features : ndarray, shape (B, F) or (B, T, F)
        What the head read, after dropout.
    head_scale : ndarray, optional
        What dropout multiplied the features with, in their shape; None where it was off.
    logits : ndarray, shape (B, K) or (B, T, K)
        What entered the activation of the head.
    outputs : ndarray, shape (B, K) or (B, T, K)
        What left it; shares of each class after a softmax.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> from lstm_core.network import Network, NetworkConfig, Raw, RecurrentLayer
    >>> layer = RecurrentLayer(cell=LSTM(), hidden_size=2)
    >>> network = Network(NetworkConfig(inputs=Raw(1), layers=(layer,), outputs=1, read="every"))
    >>> trace = network.forward(network.init(np.random.default_rng(0)), [[[1.0], [2.0], [3.0]]])
    >>> trace.layers[0].forward["f"].shape, trace.outputs.shape
    ((1, 3, 2), (1, 3, 1))
    """

    config: NetworkConfig
    params: Mapping[str, FloatArray]
    inputs: NDArray[Any]
    mask: NDArray[np.bool_]
    x: FloatArray
    layers: tuple[LayerRun, ...]
    attention: FloatArray | None
    features: FloatArray
    head_scale: FloatArray | None
    logits: FloatArray
    outputs: FloatArray

    def __post_init__(self) -> None:
        """Make everything read-only."""
        freeze_fields(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a trace be pickled and copied, which a mapping proxy alone does not allow."""
        return type(self), plain_fields(self)

    @property
    def batch_size(self) -> int:
        """The number of sequences, B."""
        return int(self.mask.shape[0])

    @property
    def timesteps(self) -> int:
        """The number of timesteps, T."""
        return int(self.mask.shape[1])

    @property
    def final(self) -> States:
        """What the run ends with: for each layer, for each direction, ``trace.final``.

        ``network.forward(…, initial=trace.final)`` goes on from there.
        """
        return tuple(tuple(trace.final for trace in run.traces) for run in self.layers)


@dataclass(frozen=True, slots=True, eq=False)
class NetworkGradients:
    """The gradient of a loss with respect to every number that went into a network or came out of its layers.

    Parameters
    ----------
    params : mapping of ndarray
        dL/d of each parameter, by name.
    x : ndarray, shape (B, T, D)
        dL/d of `x` of the trace.
    layers : tuple of tuple of LayerGradients
        For each layer, for each of its directions, dL/d of everything in its trace.
    """

    params: Mapping[str, FloatArray]
    x: FloatArray
    layers: tuple[tuple[LayerGradients, ...], ...]

    def __post_init__(self) -> None:
        """Make everything read-only."""
        freeze_fields(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let gradients be pickled and copied, which a mapping proxy alone does not allow."""
        return type(self), plain_fields(self)

    @property
    def initial(self) -> States:
        """dL/d of what the run started from, nested as ``trace.final`` is.

        It is the `d_final` of the run that ended there.
        """
        return tuple(tuple(own.initial for own in directions) for directions in self.layers)
