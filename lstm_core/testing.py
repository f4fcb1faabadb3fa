"""What every cell must pass, as a function: `check_cell`, for those of this package and for one's own.

It says whether a cell does what `Cell` asks of it, and whether its derivative is that of its timestep. It
does not look at what the paper says, or at what the equations say.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from typing import get_args

import numpy as np
from numpy.typing import DTypeLike

from lstm_core.cells.base import Arrays, Cell, Role
from lstm_core.central_differences import central_differences, relative_error
from lstm_core.checks import FloatArray
from lstm_core.errors import InputError
from lstm_core.trace import LayerGradients, LayerTrace
from lstm_core.unroll import backpropagate, unroll

GRADIENT_TOLERANCE = 1e-7
"""How far a gradient may be from central differences, as a share of its largest number."""

TOLERANCE = 1e-12
"""How far apart two ways to the same numbers may come out, none of them much larger than 1."""


def check_cell(cell: Cell) -> None:
    """Raise AssertionError unless a cell runs, learns and says of itself what every cell must.

    What it declares; first values, cutting into blocks and joining; the names, shapes and float types of what
    its methods return, and that they leave alone what they are given; gradients of all parameters, inputs and
    initial values against central differences; masks; time in reverse; each sequence of a batch by itself; a
    run that goes on from where another ended, and back through both; and that its memory is kept and written
    as it says.

    Parameters
    ----------
    cell : Cell
        Any, with the options it is to be checked with. It takes about a second.

    Raises
    ------
    AssertionError
        At the first thing that is wrong, with a sentence that says what.

    Examples
    --------
    A cell of one's own, which goes a fixed part of the way to a candidate:

    >>> from dataclasses import dataclass
    >>> from lstm_core.cells.base import Cell, Signal, sum_signal
    >>> @dataclass(frozen=True)
    ... class Leaky(Cell):
    ...     leak: float = 0.25
    ...
    ...     @property
    ...     def blocks(self):
    ...         return ("n",)
    ...
    ...     @property
    ...     def signals(self):
    ...         total, bounds = "x W_n + h₋ U_n + b_n", (-1.0, 1.0)
    ...         return (
    ...             sum_signal("n", total),
    ...             Signal("n", "n", "candidate", bounds, f"n = tanh({total})"),
    ...             Signal("h", "h", "state", bounds, "h = (1 − leak) h₋ + leak n"),
    ...         )
    ...
    ...     def step(self, params, projected, previous):
    ...         pre_n = projected + previous["h_seen"] @ params["U"]
    ...         n = np.tanh(pre_n)
    ...         return {"pre_n": pre_n, "n": n, "h": (1 - self.leak) * previous["h"] + self.leak * n}
    ...
    ...     def step_backward(self, params, previous, computed, d_next):
    ...         d_h = d_next["h"]
    ...         d_n = self.leak * d_h
    ...         d_pre_n = d_n * (1 - computed["n"] ** 2)
    ...         d_previous = {"h": (1 - self.leak) * d_h, "h_seen": d_pre_n @ params["U"].T}
    ...         return {"pre_n": d_pre_n, "n": d_n, "h": d_h}, d_previous
    ...
    ...     def accumulate(self, params, x, previous, computed, d_computed):
    ...         d_pre_n = d_computed["pre_n"]
    ...         d_U = previous["h_seen"].T @ d_pre_n
    ...         d_params = {"W": x.T @ d_pre_n, "U": d_U, "b": d_pre_n.sum(axis=0)}
    ...         return d_params, d_pre_n @ params["W"].T
    >>> check_cell(Leaky())

    The same with a slip in its derivative:

    >>> class Wrong(Leaky):
    ...     def step_backward(self, params, previous, computed, d_next):
    ...         d_computed, d_previous = super().step_backward(params, previous, computed, d_next)
    ...         return d_computed, d_previous | {"h": d_next["h"]}
    >>> check_cell(Wrong())
    Traceback (most recent call last):
    ...
    AssertionError: Wrong(leak=0.25): the gradient of W must be that of central differences, got one 1.4 off
    """
    if not isinstance(cell, Cell):
        raise AssertionError(f"a cell must be an instance of a subclass of Cell, got {cell!r}")
    for check in _CHECKS:
        try:
            with np.errstate(all="ignore"):  # what goes wrong is found in the numbers and named
                check(cell)
        except AssertionError as error:
            raise AssertionError(f"{cell!r}: {error}") from None
        except Exception as error:  # whatever a stranger's cell raises
            what = f"an error from {check.__name__.removeprefix('_')}"
            raise AssertionError(f"{cell!r}: {what}: {type(error).__name__}: {error}") from error


class Problem:
    """Something to run a cell on: two sequences, a mask with holes, and no number that is 0.

    Parameters
    ----------
    cell : Cell
        What will run.
    dtype : dtype
        float32 or float64.
    timesteps, hidden_size : int
        From 1 to 6, and at least 1. There are two inputs, or as many as units if the cell will have it so.
    """

    def __init__(
        self, cell: Cell, dtype: DTypeLike = np.float64, timesteps: int = 6, hidden_size: int = 3
    ) -> None:
        rng = np.random.default_rng(7)

        def draw(low: float, high: float, *shape: int) -> FloatArray:
            return rng.uniform(low, high, shape).astype(dtype)

        B, H = 2, hidden_size
        self.cell, self.hidden_size, self.input_size = cell, hidden_size, 2
        try:
            shapes = cell.parameter_shapes(self.input_size, H)
        except InputError:  # a bare x needs as many inputs as units
            self.input_size = H
            shapes = cell.parameter_shapes(self.input_size, H)
        self.params = {name: draw(-0.9, 0.9, *shape) for name, shape in shapes.items()}
        self.x = draw(-2, 2, B, timesteps, self.input_size)
        self.mask = np.array([[1, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0]], dtype=bool)[:, :timesteps]
        self.initial = {key: draw(-1, 1, B, H) for key in cell.carried}
        self.d_h = draw(-1, 1, B, timesteps, H)
        self.d_final = {key: draw(-1, 1, B, H) for key in cell.carried}
        self.scale = draw(0.5, 1.5, B, H)

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of inputs, and of units."""
        return self.input_size, self.hidden_size

    def run(self, masked: bool = False, reverse: bool = False, scaled: bool = False) -> LayerTrace:
        """Run the cell from the initial values."""
        mask, scale = self.mask if masked else None, self.scale if scaled else None
        return unroll(self.cell, self.params, self.x, self.initial, mask, reverse, recurrent_scale=scale)

    def loss_of(self, *how: bool) -> float:
        """Run the cell, and return Σ h ⊙ d_h + Σ final ⊙ d_final."""
        trace = self.run(*how)
        at_end = sum(float((state * self.d_final[key]).sum()) for key, state in trace.final.items())
        return float((trace["h"] * self.d_h).sum()) + at_end

    def gradients(self, trace: LayerTrace) -> LayerGradients:
        """Return the gradients of what `loss_of` such a run returns."""
        return backpropagate(trace, self.d_h, self.d_final)


def _require(condition: object, sentence: str) -> None:
    if not condition:
        raise AssertionError(sentence)


def _require_equal(found: FloatArray, expected: FloatArray, sentence: str) -> None:
    difference = np.abs(found - expected).max(initial=0)
    _require(difference <= TOLERANCE, f"{sentence}, got a difference of {difference:.2g}")


def _require_arrays(arrays: object, like: Mapping[str, FloatArray], what: str) -> None:
    """Require a mapping of finite arrays with the keys, shapes and float types of another."""
    _require(isinstance(arrays, Mapping), f"{what} must be a mapping, got {type(arrays).__name__}")
    assert isinstance(arrays, Mapping)
    wanted, got = ", ".join(like), ", ".join(map(str, arrays))
    _require(set(arrays) == set(like), f"{what} must be for {wanted}, got {got}")
    for key, expected in like.items():
        shape, dtype = np.shape(arrays[key]), getattr(arrays[key], "dtype", type(arrays[key]).__name__)
        sentence = f"{what} must be of shape {expected.shape} and type {expected.dtype}"
        fits = shape == expected.shape and dtype == expected.dtype
        _require(fits, f"{sentence}, got {shape} and {dtype} for {key}")
        _require(np.isfinite(arrays[key]).all(), f"{what} must be finite, got other numbers for {key}")


def _frozen(arrays: Arrays) -> dict[str, FloatArray]:
    """Return read-only copies."""
    copies = {key: array.copy() for key, array in arrays.items()}
    for array in copies.values():
        array.flags.writeable = False
    return copies


def _check_declaration(cell: Cell) -> None:
    """Look at what it declares."""
    keys = [signal.key for signal in cell.signals]
    _require(len(set(keys)) == len(keys), f"every signal must have its own key, got {', '.join(keys)}")
    for signal in cell.signals:
        _require(signal.role in get_args(Role), f"{signal.key} must have a known role, got {signal.role!r}")
        start = f"{signal.key} = "
        _require(signal.equation.startswith(start), f"the equation of {signal.key} must begin with {start!r}")
    _require("h" in cell.states, f"h must be one of the states, got {', '.join(cell.states)}")
    _require(set(cell.states) <= set(cell.carried), "every state must be carried from timestep to timestep")
    _require(
        set(cell.carried) <= set(keys), f"what is carried must be recorded, got {', '.join(cell.carried)}"
    )
    sums = [key[4:] for key in keys if key.startswith("pre_")]
    _require(sums == list(cell.blocks), f"pre_ and its name must be recorded of each block, got {sums}")
    layout = cell.layout
    for name, kind in (("W", "kernel"), ("U", "recurrent")):
        _require(name in layout and layout[name].kind == kind, f"{name} must be there, and the {kind}")
    for name, own in layout.items():
        _require(
            set(own.blocks) <= set(cell.blocks), f"{name} must have blocks of the cell, got {own.blocks}"
        )
    memory = cell.memory
    if memory is not None:
        _require(memory.state in cell.states, f"the memory must be a state, got {memory.state}")
        for key in filter(None, (memory.keep, memory.write, memory.normaliser)):
            _require(key in keys, f"the memory must name recorded signals, got {key}")


def _check_parameters(cell: Cell) -> None:
    """Draw, cut and join parameters."""
    problem = Problem(cell)
    shapes = cell.parameter_shapes(*problem.sizes)
    _require(list(shapes) == list(cell.layout), "parameter_shapes must be those of layout, in its order")
    one, again, other = (cell.init(*problem.sizes, np.random.default_rng(seed)) for seed in (5, 5, 6))
    found = {name: array.shape for name, array in one.items()}
    _require(found == shapes, f"init must give the shapes {shapes}, got {found}")
    for name, array in one.items():
        _require(np.isfinite(array).all(), f"init must draw finite numbers, got others in {name}")
        _require(np.array_equal(array, again[name]), f"init must draw the same {name} from the same seed")
        drawn = cell.layout[name].kind != "bias"
        _require(not drawn or not np.isclose(array, other[name]).any(), f"init must draw {name} from rng")
    blocks = cell.split(one)
    for (first, a), (second, b) in itertools.combinations(blocks.items(), 2):
        if first[0] == second[0] and cell.layout[first[0]].kind != "bias":
            _require(
                not np.isclose(a, b).any(), f"init must draw every block anew, got {first} like {second}"
            )
    joined = cell.join(dict(reversed(blocks.items())))
    for name, array in one.items():
        _require(np.array_equal(joined[name], array), f"join must undo split, got another {name}")
        _require(not np.shares_memory(joined[name], array), f"split and join must copy, got a view of {name}")


def _check_methods(cell: Cell) -> None:
    """Call each of its methods on arrays that cannot be written to."""
    for dtype in (np.float32, np.float64):
        problem = Problem(cell, dtype)
        params, initial = _frozen(problem.params), _frozen(problem.initial)
        x, h = problem.x[:, 0], problem.initial["h"]
        projected = cell.project(params, problem.x)
        alone = cell.project(params, x)
        width = (*h.shape[:1], len(cell.blocks) * problem.hidden_size)
        _require(alone.shape == width, f"project must return shape {width}, got {alone.shape}")
        if dtype is np.float64:
            _require_equal(projected[:, 0], alone, "project must treat every timestep by itself")
        previous = initial | {"h_seen": initial["h"]}
        computed = cell.step(params, alone, previous)
        signals = {signal.key: h for signal in cell.signals}
        _require_arrays(computed, signals, "what step returns")
        d_next = _frozen(problem.d_final)
        d_computed, d_previous = cell.step_backward(params, previous, _frozen(computed), d_next)
        _require_arrays(d_computed, signals, "d_computed of step_backward")
        _require_arrays({"h": h} | d_previous, previous, "d_previous of step_backward")  # h may be left out
        d_params, d_x = cell.accumulate(params, x, previous, computed, d_computed)
        _require_arrays(d_params, params, "d_params of accumulate")
        _require_arrays({"x": d_x}, {"x": x}, "d_x of accumulate")


def _check_gradients(cell: Cell) -> None:
    """Go back through runs of every sort."""
    problem = Problem(cell, timesteps=4, hidden_size=2)
    for how in itertools.product((False, True), repeat=3):
        gradients = problem.gradients(problem.run(*how))
        pairs = [(name, gradients.params[name], array) for name, array in problem.params.items()]
        pairs += [("x", gradients.x, problem.x)]
        pairs += [(f"initial {key}", gradients.initial[key], array) for key, array in problem.initial.items()]
        given = [word for word, on in zip(("a mask", "time in reverse", "h₋ scaled"), how, strict=True) if on]
        place = f" with {' and '.join(given)}" if given else ""
        for name, gradient, array in pairs:
            expected = central_differences(partial(problem.loss_of, *how), array)
            error = relative_error(gradient, expected) if expected.any() else float(np.abs(gradient).max())
            sentence = f"the gradient of {name}{place} must be that of central differences"
            _require(error <= GRADIENT_TOLERANCE, f"{sentence}, got one {error:.2g} off")


def _check_masks(cell: Cell) -> None:
    """Skip timesteps."""
    problem = Problem(cell)
    masked, before = problem.run(masked=True), problem.x.copy()
    problem.x[~problem.mask] = 1e300
    changed = problem.run(masked=True)
    problem.x = before
    skipped = ~problem.mask
    for key in masked.signals:
        same = np.array_equal(masked[key], changed[key])
        _require(same, f"the input of a masked timestep must change nothing, got another {key}")
        kept = masked.previous(key)[skipped] if key in cell.states else 0.0
        sentence = f"a masked timestep must record {'the old' if key in cell.states else 'no'} {key}"
        _require(
            np.array_equal(masked[key][skipped], np.broadcast_to(kept, masked[key][skipped].shape)), sentence
        )
    for example, live in enumerate(problem.mask):
        initial = {key: state[[example]] for key, state in problem.initial.items()}
        short = unroll(cell, problem.params, problem.x[[example]][:, live], initial)
        for key in short.signals:
            sentence = f"{key} with a mask must be that of a run over the timesteps that are left"
            _require_equal(masked[key][example, live], short[key][0], sentence)
    gradients = problem.gradients(masked)
    _require(not gradients.x[skipped].any(), "a masked timestep must have no gradient at its input")
    for key, gradient in gradients.signals.items():
        passed = key in cell.states or not gradient[skipped].any()
        _require(passed, f"a masked timestep must have no gradient at {key}")


def _check_reverse(cell: Cell) -> None:
    """Run in reverse."""
    problem = Problem(cell)
    reverse = problem.run(masked=True, reverse=True)
    x, mask = problem.x[:, ::-1], problem.mask[:, ::-1]
    turned = unroll(cell, problem.params, x, problem.initial, mask)
    for key in turned.signals:
        sentence = f"{key} in reverse must be that of a run over the reversed sequence"
        _require_equal(reverse[key], turned[key][:, ::-1], sentence)


def _check_batch(cell: Cell) -> None:
    """Run each sequence of a batch by itself."""
    problem = Problem(cell)
    together = problem.run(masked=True)
    gradients = problem.gradients(together)
    d_params = {name: np.zeros_like(array) for name, array in problem.params.items()}
    for n in range(len(problem.x)):
        initial, d_final = (
            {key: state[[n]] for key, state in states.items()}
            for states in (problem.initial, problem.d_final)
        )
        alone = unroll(cell, problem.params, problem.x[[n]], initial, problem.mask[[n]])
        for key in alone.signals:
            _require_equal(together[key][[n]], alone[key], f"{key} must not depend on the rest of the batch")
        own = backpropagate(alone, problem.d_h[[n]], d_final)
        _require_equal(gradients.x[[n]], own.x, "the gradient of x must not depend on the rest of the batch")
        for name, array in own.params.items():
            d_params[name] += array
    for name, array in d_params.items():
        _require_equal(
            gradients.params[name], array, f"the gradient of {name} must be the sum over the batch"
        )


def _check_final(cell: Cell) -> None:
    """Go on from where a run ended."""
    problem = Problem(cell)
    for masked, reverse in itertools.product((False, True), repeat=2):
        whole = problem.run(masked, reverse)
        expected = problem.gradients(whole)
        parts = [slice(None, 2), slice(2, None)][:: -1 if reverse else 1]
        traces: list[LayerTrace] = []
        states: Arrays = problem.initial
        for part in parts:
            traces.append(
                unroll(cell, problem.params, problem.x[:, part], states, whole.mask[:, part], reverse)
            )
            states = traces[-1].final
        d_params = {name: np.zeros_like(array) for name, array in problem.params.items()}
        d_states: Arrays = problem.d_final
        for trace, part in zip(reversed(traces), reversed(parts), strict=True):
            gradients = backpropagate(trace, problem.d_h[:, part], d_states)
            d_states = gradients.initial
            for name, array in gradients.params.items():
                d_params[name] += array
            pairs = {"x": (gradients.x, expected.x[:, part])}
            for key in whole.signals:
                pairs[key] = gradients.signals[key], expected.signals[key][:, part]
                _require_equal(trace[key], whole[key][:, part], f"{key} of two runs must be that of one")
            for name, pair in pairs.items():
                _require_equal(*pair, f"the gradient of {name} of two runs must be that of one")
        for key, state in whole.final.items():
            _require_equal(states[key], state, f"final {key} of two runs must be that of one")
            sentence = f"the gradient of initial {key} of two runs must be that of one"
            _require_equal(d_states[key], expected.initial[key], sentence)
        for name, array in d_params.items():
            _require_equal(
                array, expected.params[name], f"the gradient of {name} must be the sum of two runs"
            )


def _check_memory(cell: Cell) -> None:
    """Make the memory of what it names."""
    memory = cell.memory
    if memory is None:
        return
    problem = Problem(cell)
    trace = problem.run(masked=True, reverse=True)
    made = trace[memory.keep] * trace.previous(memory.state) + trace[memory.write]
    sentence = f"{memory.state} must be {memory.keep} ⊙ {memory.state}₋ + {memory.write}"
    _require_equal(trace[memory.state][problem.mask], made[problem.mask], sentence)


_CHECKS: tuple[Callable[[Cell], None], ...] = (
    _check_declaration,
    _check_parameters,
    _check_methods,
    _check_gradients,
    _check_batch,
    _check_masks,
    _check_reverse,
    _check_final,
    _check_memory,
)
