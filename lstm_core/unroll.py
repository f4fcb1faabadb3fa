"""Run any cell over time: over a batch of sequences, either way, past masked timesteps. Forward only."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_core.cells.base import Cell
from lstm_core.checks import FloatArray, one_of, real_array, truth_array
from lstm_core.errors import InputError, OverflowInputError
from lstm_core.trace import LayerTrace


def unroll(
    cell: Cell,
    params: object,
    x: object,
    initial: object = None,
    mask: object = None,
    reverse: bool = False,
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
        A value for some or all of the cell's states, "h" and "c" for an LSTM; the others start at 0.
    mask : array_like of bool, shape (B, T), optional
        False skips a timestep: it leaves every state as it was, and its input has no effect.
    reverse : bool
        Run from the last timestep to the first. The trace keeps the order of `x`.

    Returns
    -------
    LayerTrace
        In float32 if `x` and every parameter are float32, else in float64. It shares no memory with what was
        given.

    Raises
    ------
    InputError
        If a shape, a name or a number is not what is described above, or if the numbers grow too large for
        their floating-point type, as they can with an activation that has no bounds.

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
    inputs = real_array("x", x)
    if inputs.ndim != 3 or inputs.size == 0:
        raise InputError(
            "x must have shape (examples, timesteps, inputs) with at least 1 of each, "
            f"got {inputs.ndim} dimension{'s' * (inputs.ndim != 1)}: {inputs.shape}"
        )
    B, T, D = inputs.shape
    weights = cell.check(params, input_size=D)
    single = all(array.dtype == np.float32 for array in (inputs, *weights.values()))
    dtype = np.float32 if single else np.float64
    inputs = inputs.astype(dtype, copy=False)
    weights = {name: array.astype(dtype, copy=False) for name, array in weights.items()}
    start = _initial_states(cell, initial, (B, len(weights["U"])), dtype)
    live = np.ones((B, T), dtype=np.bool_) if mask is None else truth_array("mask", mask, (B, T))

    order = range(T)[:: -1 if reverse else 1]
    with np.errstate(all="ignore"):  # what goes wrong is found in the result and named
        signals = _run(cell, weights, inputs, start, live, order)
    _require_finite(signals, order)
    for array in (inputs, live, *weights.values(), *start.values(), *signals.values()):
        array.flags.writeable = False  # the trace takes them over without a copy
    return LayerTrace(cell, weights, inputs, live, start, reverse, signals)


def _run(
    cell: Cell,
    params: Mapping[str, FloatArray],
    x: FloatArray,
    initial: Mapping[str, FloatArray],
    mask: NDArray[np.bool_],
    order: range,
) -> dict[str, FloatArray]:
    projected = cell.project(params, x)  # (B, T, n·H)
    (B, T, _), H = x.shape, len(params["U"])
    recorded = {signal.key: np.empty((B, T, H), dtype=x.dtype) for signal in cell.signals}
    states, carried = cell.states, cell.carried
    previous = {key: initial[key] if key in initial else np.zeros((B, H), dtype=x.dtype) for key in carried}
    skips = np.logical_not(np.all(mask, axis=0))  # (T,)
    for t in order:
        computed = cell.step(params, projected[:, t], previous)
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


def _initial_states(
    cell: Cell, initial: object, shape: tuple[int, int], dtype: DTypeLike
) -> dict[str, FloatArray]:
    given = {} if initial is None else initial
    words = " and ".join(cell.states)
    if not isinstance(given, Mapping):
        raise InputError(f"initial must be a mapping with some of {words}, got {type(given).__name__}")
    unknown = [str(key) for key in given if key not in cell.states]
    if unknown:
        raise InputError(f"initial must hold only {words}, got {', '.join(unknown)}")
    states: dict[str, FloatArray] = {}
    for key in cell.states:
        state = real_array(f"initial {key}", given[key], dtype) if key in given else np.zeros(shape, dtype)
        if state.shape != shape:
            raise InputError(
                f"initial {key} must have shape {shape} (examples, hidden size), got {state.shape}"
            )
        states[key] = state
    return states


def _require_finite(signals: Mapping[str, FloatArray], order: range) -> None:
    """Raise InputError at the earliest timestep, in the direction time ran, where a signal is not finite."""
    wrong = {key: ~np.isfinite(array) for key, array in signals.items()}
    if not any(array.any() for array in wrong.values()):
        return
    t, key = next((t, key) for t in order for key in wrong if wrong[key][:, t].any())
    example, unit = np.argwhere(wrong[key][:, t])[0]
    dtype = signals[key].dtype
    raise OverflowInputError(
        f"the numbers grew past the largest that {dtype} can hold, {np.finfo(dtype).max:.1e}, at timestep "
        f"{t} (signal {key}, example {example}, unit {unit}; all counted from 0). Expected every signal to "
        "stay finite: use smaller weights or inputs, or an activation with bounds such as tanh",
        timestep=int(t),
        unit=int(unit),
    )
