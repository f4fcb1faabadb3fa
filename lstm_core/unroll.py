"""Run any cell over time, and its gradient back: over a batch, either way, past masked timesteps.

The readable path, for every cell. `fused` does the same for the plain LSTM in a fraction of the time.

References
----------
.. [1] P. J. Werbos, "Backpropagation Through Time: What It Does and How to Do It", Proceedings of the IEEE
       78(10), 1990.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells.base import Cell
from lstm_core.checks import FloatArray, one_of, real_array, truth_array
from lstm_core.errors import InputError, OverflowInputError
from lstm_core.size import MAX_BYTES, require_room, trace_bytes
from lstm_core.trace import LayerGradients, LayerTrace

CHUNK = 64
"""Timesteps whose inputs are projected at once: few products, and little memory beside the trace."""


def unroll(
    cell: Cell,
    params: object,
    x: object,
    initial: object = None,
    mask: object = None,
    reverse: bool = False,
    *,
    recurrent_scale: object = None,
    max_bytes: int = MAX_BYTES,
) -> LayerTrace:
    """Run a cell over a batch of sequences and record everything it computes.

    Parameters
    ----------
    cell : Cell
        Such as ``LSTM()``.
    params : mapping of array_like
        The cell's parameters; see ``cell.parameter_shapes``.
    x : array_like, shape (B, T, D)
        Finite real numbers; B, T and D at least 1.
    initial : mapping of array_like, shape (B, H), optional
        A value for some or all of what the cell carries from one timestep to the next: "h" and "c" for an
        LSTM, and with full gate recurrence its computed gates; the others start at 0. ``trace.final`` of a
        run over what came before goes on from where that ended.
    mask : array_like of bool, shape (B, T), optional
        False skips a timestep: it leaves every state as it was, and its input has no effect.
    reverse : bool
        Run from the last timestep to the first. The trace keeps the order of `x`.
    recurrent_scale : array_like, shape (B, H), optional
        What h of the timestep before is multiplied with before any product with U, the same at every timestep
        and for every block: 0 for a unit that recurrent dropout leaves out, 1/(1 − rate) for one that it
        keeps. What a GRU carries over, z ⊙ h₋, is not scaled; so in Keras.
    max_bytes : int
        The most memory that the trace may take.

    Returns
    -------
    LayerTrace
        In float32 if `x` and every parameter are float32, else in float64. It shares no memory with what was
        given.

    Raises
    ------
    InputError
        If a shape, a name or a number is not what is described above; as SizeInputError, before memory is
        taken, if the trace would be larger than `max_bytes`; as OverflowInputError, if the numbers grow too
        large for their floating-point type, as they can with an activation that has no bounds.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> params = {"W": [[0.6, 0.5, 0.7, 0.8]], "U": [[0.2, 0.1, 0.3, 0.4]], "b": [0, 0, 0, 0]}
    >>> trace = unroll(LSTM(), params, [[[1], [2], [3]]])
    >>> trace["h"].ravel().round(6)
    array([0.256356, 0.63979 , 0.870678])
    """
    if not isinstance(cell, Cell):
        raise InputError(f"cell must be a cell such as LSTM(), got {cell!r}")
    one_of("reverse", reverse, (True, False))
    B, T, D = _input_shape(x)
    weights = cell.check(params, input_size=D)
    H = len(weights["U"])
    single = np.asarray(x).dtype == np.float32 and all(
        array.dtype == np.float32 for array in weights.values()
    )
    dtype = np.float32 if single else np.float64
    size = f"A trace of {B} × {T} timesteps with {D} inputs and {H} units"
    require_room(trace_bytes(cell, B, T, D, H, dtype), max_bytes, size)
    inputs = real_array("x", x, dtype)
    weights = {name: array.astype(dtype, copy=False) for name, array in weights.items()}
    start = cell.check_states("initial", initial, (B, H), dtype)
    live = np.ones((B, T), dtype=np.bool_) if mask is None else truth_array("mask", mask, (B, T))
    scale = None if recurrent_scale is None else real_array("recurrent_scale", recurrent_scale, dtype)
    if scale is not None and scale.shape != (B, H):
        raise InputError(f"recurrent_scale must have shape {(B, H)}, got {scale.shape}")

    order = range(T)[:: -1 if reverse else 1]
    with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
        signals = _run(cell, weights, inputs, start, live, order, scale)
    _require_finite(signals, order, "signal")
    for array in (inputs, live, *weights.values(), *start.values(), *signals.values()):
        array.flags.writeable = False  # the trace takes them over without a copy
    return LayerTrace(cell, weights, inputs, live, start, reverse, signals, scale)


def backpropagate(
    trace: LayerTrace, d_h: object, d_final: object = None, *, max_bytes: int = MAX_BYTES
) -> LayerGradients:
    """Carry a loss's gradient back through a whole run: backpropagation through time [1]_.

    Parameters
    ----------
    trace : LayerTrace
        What `unroll` returned.
    d_h : array_like, shape (B, T, H)
        The gradient of the loss with respect to h of every timestep, as far as the loss uses it directly; in
        the order of `trace.x` also if time ran in reverse.
    d_final : mapping of array_like, shape (B, H), optional
        The gradient of the loss with respect to some or all of ``trace.final``, as far as the loss uses them
        beside `d_h`; 0 for the others. ``gradients.initial`` of a run that went on from there is such a one.
    max_bytes : int
        The most memory that the trace and the gradients may take together.

    Returns
    -------
    LayerGradients
        Of every parameter, every input, every initial state, and every signal at every timestep, in the float
        type of the trace.

    Raises
    ------
    InputError
        If `d_h` or `d_final` is not what is described above; as SizeInputError, before memory is taken, if
        there is not enough; if the gradients grow too large for their floating-point type, as
        OverflowInputError where that was at a timestep.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> params = {"W": [[0.6, 0.5, 0.7, 0.8]], "U": [[0.2, 0.1, 0.3, 0.4]], "b": [0, 0, 0, 0]}
    >>> trace = unroll(LSTM(), params, [[[1], [2], [3]]])
    >>> gradients = backpropagate(trace, [[[0], [0], [1]]])
    >>> gradients.x.ravel().round(4)
    array([0.0335, 0.0285, 0.0654])
    """
    if not isinstance(trace, LayerTrace):
        raise InputError(f"trace must be what unroll returns, got {type(trace).__name__}")
    dtype = trace.x.dtype
    B, T, D, H = trace.batch_size, trace.timesteps, trace.input_size, trace.hidden_size
    needed = trace_bytes(trace.cell, B, T, D, H, dtype, gradients=True)
    require_room(needed, max_bytes, f"Gradients of {B} × {T} timesteps with {D} inputs and {H} units")
    given = real_array("d_h", d_h, dtype)
    if given.shape != trace["h"].shape:
        raise InputError(f"d_h must have shape {trace['h'].shape}, got {given.shape}")
    d_end = trace.cell.check_states("d_final", d_final, (B, H), dtype)
    order = range(trace.timesteps)[:: 1 if trace.reverse else -1]
    previous = {key: trace.previous(key) for key in trace.cell.carried}
    scale = trace.recurrent_scale
    previous["h_seen"] = previous["h"] if scale is None else previous["h"] * scale[:, np.newaxis]
    with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
        d_signals, d_initial = _run_back(trace, previous, given, d_end, order)
        rows = (
            {key: array.reshape(-1, array.shape[-1]) for key, array in signals.items()}
            for signals in (previous, trace.signals, d_signals)
        )
        d_params, d_x = trace.cell.accumulate(trace.params, trace.x.reshape(-1, trace.input_size), *rows)
    _require_finite(d_signals, order, "gradient of signal")
    for name, array in {
        "x": d_x,
        **d_params,
        **{f"initial {key}": d for key, d in d_initial.items()},
    }.items():
        if not np.isfinite(array).all():
            raise InputError(
                f"the gradient of {name} grew past the largest that {dtype} can hold, "
                f"{np.finfo(dtype).max:.1e}. Expected it to stay finite: use smaller weights, inputs or d_h"
            )
    return LayerGradients(d_params, d_x.reshape(trace.x.shape), d_signals, d_initial)


def _input_shape(x: object) -> tuple[int, int, int]:
    """Read B, T and D off the inputs, whose numbers are not looked at yet."""
    shape = np.shape(real_array("x", x) if not isinstance(x, np.ndarray) else x)
    if len(shape) != 3 or 0 in shape:
        raise InputError(
            "x must have shape (examples, timesteps, inputs) with at least 1 of each, "
            f"got {len(shape)} dimension{'s' * (len(shape) != 1)}: {shape}"
        )
    B, T, D = shape
    return B, T, D


def _run(
    cell: Cell,
    params: Mapping[str, FloatArray],
    x: FloatArray,
    initial: Mapping[str, FloatArray],
    mask: NDArray[np.bool_],
    order: range,
    scale: FloatArray | None,
) -> dict[str, FloatArray]:
    (B, T, _), H = x.shape, len(params["U"])
    recorded = {signal.key: np.empty((B, T, H), dtype=x.dtype) for signal in cell.signals}
    states, carried = cell.states, cell.carried
    previous = dict(initial)
    skips = np.logical_not(np.all(mask, axis=0))  # (T,)
    for position, t in enumerate(order):
        if position % CHUNK == 0:
            times = order[position : position + CHUNK]
            first = min(times)
            projected = cell.project(params, x[:, first : max(times) + 1])  # (B, CHUNK, n·H)
        h_seen = previous["h"] if scale is None else previous["h"] * scale
        computed = cell.step(params, projected[:, t - first], previous | {"h_seen": h_seen})
        if skips[t]:
            live = mask[:, t, np.newaxis]
            previous = {key: np.where(live, computed[key], previous[key]) for key in carried}
            computed = {key: np.where(live, value, 0) for key, value in computed.items()}
            computed |= {key: previous[key] for key in states}
        else:
            previous = {key: computed[key] for key in carried}
        for key, array in recorded.items():
            array[:, t] = computed[key]
    return recorded


def _run_back(
    trace: LayerTrace,
    previous: Mapping[str, FloatArray],
    d_h: FloatArray,
    d_final: Mapping[str, FloatArray],
    order: range,
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return dL/d of every signal at every timestep, and of every initial value."""
    cell, params, scale = trace.cell, trace.params, trace.recurrent_scale
    recorded = {key: np.empty_like(array) for key, array in trace.signals.items()}
    d_carried = dict(d_final)
    skips = np.logical_not(np.all(trace.mask, axis=0))  # (T,)
    for t in order:
        d_next = taken = d_carried | {"h": d_carried["h"] + d_h[:, t]}
        if skips[t]:  # what a skipped timestep passes on takes no part in it
            live = trace.mask[:, t, np.newaxis]
            taken = {key: np.where(live, value, 0) for key, value in d_next.items()}
        d_computed, d_previous = cell.step_backward(
            params,
            {key: array[:, t] for key, array in previous.items()},
            {key: array[:, t] for key, array in trace.signals.items()},
            taken,
        )
        d_seen = d_previous["h_seen"] if scale is None else d_previous["h_seen"] * scale
        d_carried = d_previous | {"h": d_previous["h"] + d_seen if "h" in d_previous else d_seen}
        if skips[t]:
            d_carried = {key: d_carried[key] + np.where(live, 0, d_next[key]) for key in cell.carried}
            d_computed |= {key: np.where(live, d_computed[key], d_next[key]) for key in cell.states}
        for key, array in recorded.items():
            array[:, t] = d_computed[key]
    return recorded, {key: d_carried[key] for key in cell.carried}


def _require_finite(signals: Mapping[str, FloatArray], order: range, what: str) -> None:
    """Raise OverflowInputError where a number is first not finite, in the direction that was run."""
    if all(np.isfinite(array).all() for array in signals.values()):
        return
    wrong = {key: ~np.isfinite(array) for key, array in signals.items()}
    t, key = next((t, key) for t in order for key in wrong if wrong[key][:, t].any())
    example, unit = np.argwhere(wrong[key][:, t])[0]
    dtype = signals[key].dtype
    raise OverflowInputError(
        f"the numbers grew past the largest that {dtype} can hold, {np.finfo(dtype).max:.1e}, at timestep "
        f"{t} ({what} {key}, example {example}, unit {unit}; all counted from 0). Expected every {what} to "
        "stay finite: use smaller weights or inputs, or an activation with bounds such as tanh",
        timestep=int(t),
        unit=int(unit),
    )
