"""The plain LSTM at speed: a run over time, and back through it, in buffers that are made once.

Only for the LSTM whose options are all default; `unroll` and `backpropagate` are the readable path, and tests
hold the two equal. In a small network time goes into the number of NumPy calls, not into arithmetic. So the
numbers are laid out to need few calls, on contiguous memory, through views that are made beforehand.

With n = H·B numbers per signal and timestep, a timestep forward is seven calls:

- The operand [x; h₋; 1] has a column per example: one product with [W; U; b] gives all pre-activations. The
  columns of i, f and o are halved. As σ(z) = (1 + tanh(z/2)) / 2, one tanh then serves all four blocks, and
  adding 1 to three of them gives twice the gates.
- In the row [c₋ | 2i | 2f | g | 2o] blocks 0 and 1 times blocks 2 and 3 are [2 f c₋ | 2 i g], and the mean of
  these two is c. The operand gets 2h = 2o ⊙ tanh(c); the rows of U are halved to match. Doubling is exact.

A timestep back is five. First comes, for many timesteps at once, what does not depend on the gradient::

    [ f | g i (1−i) | c₋ f (1−f) | i (1−g²) | tanh(c) o (1−o) | o (1−tanh²(c)) ]

The loop multiplies blocks 4 and 5 by d_h and blocks 0 to 3 by d_c, in place, which leaves::

    [ f d_c | d_pre_i | d_pre_f | d_pre_g | d_pre_o | d_c through h ]

Block 5 lies beside block 0 of the next row, and their sum is d_c: a product with a matrix of ones both adds
them and writes the sum four times. Another product over many timesteps gives the parameters' gradients.

The loops run on a stage of a few timesteps, the only ones that views are kept for. What they compute is
copied to where every signal is contiguous in time; on anything else NumPy is several times slower.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy import add, multiply, subtract, tanh
from numpy.typing import DTypeLike, NDArray

from lstm_core.cells.base import Cell
from lstm_core.cells.lstm import LSTM
from lstm_core.checks import FloatArray, float_type, whole_number
from lstm_core.errors import InputError
from lstm_core.trace import LayerTrace

STAGE_NUMBERS = 2**15
"""How many numbers the rows of a stage may hold if they are to stay in the cache."""

FORWARD_STEPS, BACKWARD_STEPS = 16, 128
"""The most timesteps on a stage."""

GRADIENT_ROWS = 256
"""Timesteps times examples that a product for the parameters' gradients should at least sum over."""

FAR_APART = 2**15
"""Bytes between two examples from which on it pays to bring them together before they are transposed."""

ALIGNMENT = 64
"""Bytes of a cache line. A matrix that starts elsewhere makes its product with a vector a tenth slower."""

PLAIN = LSTM()
"""The cell that a `Workspace` runs."""

BoolArray: TypeAlias = NDArray[np.bool_]
Views: TypeAlias = tuple[FloatArray, ...]
Copies: TypeAlias = tuple[tuple[FloatArray, FloatArray], ...]
"""Pairs of a target and a source."""


def applies(cell: Cell) -> bool:
    """Return whether a `Workspace` can run the cell: the LSTM with all its options at default.

    Examples
    --------
    >>> applies(LSTM()), applies(LSTM(peephole=True))
    (True, False)
    """
    return type(cell) is LSTM and cell == PLAIN


class Workspace:
    """What runs of the plain LSTM over one shape of batch need, made once and used again and again.

    Parameters
    ----------
    batch_size, timesteps, input_size, hidden_size : int
        B, T, D and H, each at least 1.
    dtype : dtype
        float32 or float64.

    Raises
    ------
    InputError
        If a size is not a positive integer, or the dtype is another.

    Notes
    -----
    A run keeps x, i, f, g, o, c and h of every timestep, D + 6H numbers per example, which is the least that
    a trace can hold; one number more per example and timestep; a copy of the weights; and a stage of at most
    16 timesteps. Without the weights that is at most 1.25 times the least from H = 64 and some hundred
    timesteps on. A mask or a recurrent scale adds a second h. The first run back adds the gradient of x,
    three times the parameters, and a stage whose size does not grow with T.

    Numbers that overflow become infinite or NaN without a warning; `unroll` finds where that began.

    Examples
    --------
    >>> params = LSTM().init(2, 3, np.random.default_rng(0))
    >>> workspace = Workspace(1, 5, 2, 3, np.float64)
    >>> h = workspace.forward(params["W"], params["U"], params["b"], np.ones((1, 5, 2)))
    >>> d_W, d_U, d_b = (np.empty_like(array) for array in params.values())
    >>> d_x = workspace.backward(np.ones_like(h), d_W=d_W, d_U=d_U, d_b=d_b)
    >>> d_x.shape, workspace.trace()["f"].shape
    ((1, 5, 2), (1, 5, 3))
    """

    def __init__(
        self, batch_size: int, timesteps: int, input_size: int, hidden_size: int, dtype: DTypeLike
    ) -> None:
        self.dtype = float_type("dtype", dtype)
        B = whole_number("batch_size", batch_size, low=1)
        T = whole_number("timesteps", timesteps, low=1)
        D = whole_number("input_size", input_size, low=1)
        H = whole_number("hidden_size", hidden_size, low=1)
        self._sizes = _Sizes(B, T, D, H)
        self._shapes = {"W": (D, 4 * H), "U": (H, 4 * H), "b": (4 * H,), "x": (B, T, D), "h": (B, T, H)}
        self._run = _Run(self._sizes, self.dtype)
        self._forward = _Forward(self._run)
        self._backward: _Backward | None = None

    @property
    def nbytes(self) -> int:
        """The bytes that its arrays take once there was a run back, and one with a mask."""
        shapes = [
            shape for part in (_Run, _Forward, _Backward) for shape in part.shapes(self._sizes).values()
        ]
        return self.dtype.itemsize * sum(math.prod(shape) for shape in shapes)

    def forward(
        self,
        W: FloatArray,
        U: FloatArray,
        b: FloatArray,
        x: FloatArray,
        *,
        initial: Mapping[str, FloatArray] | None = None,
        mask: BoolArray | None = None,
        reverse: bool = False,
        recurrent_scale: FloatArray | None = None,
    ) -> FloatArray:
        """Run over a batch of sequences.

        Parameters
        ----------
        W, U, b : ndarray, shape (D, 4H), (H, 4H) and (4H,)
            The parameters; blocks in the order i, f, g, o.
        x : ndarray, shape (B, T, D)
            The inputs.
        initial : mapping of ndarray, shape (B, H), optional
            "h" and "c" before the first timestep; one that is missing is 0.
        mask : ndarray of bool, shape (B, T), optional
            False skips a timestep: it leaves h and c as they were, and its input has no effect.
        reverse : bool
            Run from the last timestep to the first.
        recurrent_scale : ndarray, shape (B, H), optional
            What h of the timestep before is multiplied with whenever the cell uses it.

        Returns
        -------
        ndarray, shape (B, T, H)
            h of every timestep in the order of `x`: a read-only view, valid until the next run forward.

        Raises
        ------
        InputError
            If a shape is another.
        """
        for name, array in (("W", W), ("U", U), ("b", b), ("x", x)):
            _require_shape(name, array, self._shapes[name])
        run = self._run
        with np.errstate(all="ignore"):
            run.take_inputs(W, U, b, x, initial or {}, reverse)
            if mask is None and recurrent_scale is None:
                self._forward.run()
            else:
                run.take_extras(mask, recurrent_scale)
                self._forward.run_special()
            return run.finish()

    def backward(
        self,
        d_h: FloatArray,
        *,
        d_W: FloatArray,
        d_U: FloatArray,
        d_b: FloatArray,
        need_x: bool = True,
    ) -> FloatArray | None:
        """Carry a loss's gradient back through the last run.

        Parameters
        ----------
        d_h : ndarray, shape (B, T, H)
            The gradient with respect to h of every timestep, as far as the loss uses it directly; in the
            order of `x` also if time ran in reverse.
        d_W, d_U, d_b : ndarray, shape (D, 4H), (H, 4H) and (4H,)
            The gradients of the parameters are written here.
        need_x : bool
            Whether to compute the gradient of the inputs.

        Returns
        -------
        ndarray, shape (B, T, D), or None
            The gradient of the inputs: a view, valid until the next run back.

        Raises
        ------
        InputError
            If a shape is another, or nothing was run before.
        """
        for name, array in (("W", d_W), ("U", d_U), ("b", d_b), ("h", d_h)):
            _require_shape(f"d_{name}", array, self._shapes[name])
        self._require_run()
        if self._backward is None:
            self._backward = _Backward(self._run)
        with np.errstate(all="ignore"):
            return self._backward.run(d_h, d_W, d_U, d_b, need_x)

    @property
    def d_initial(self) -> dict[str, FloatArray]:
        """The gradients of the initial "h" and "c" after the last run back, new arrays of shape (B, H)."""
        if self._backward is None:
            raise InputError("backward must be run before its gradients are asked for")
        return self._backward.d_initial()

    def trace(self) -> LayerTrace:
        """Return everything the last run forward computed, as `unroll` would have returned it.

        Returns
        -------
        LayerTrace
            It shares no memory with the workspace.

        Raises
        ------
        InputError
            If nothing was run before.
        """
        self._require_run()
        with np.errstate(all="ignore"):
            return self._run.trace()

    def _require_run(self) -> None:
        if not self._run.done:
            raise InputError("forward must be run before its trace or gradients are asked for")


class Workspaces:
    """Workspaces kept for later use, up to a number of bytes; the least recently used go first.

    For one training run, whose batches have few different shapes; not to be shared between threads.

    Parameters
    ----------
    limit_bytes : int
        What all that are kept may take together. One that is larger by itself is made anew every time.

    Examples
    --------
    >>> workspaces = Workspaces(limit_bytes=10**8)
    >>> first = workspaces.take("layer 0", 1, 5, 2, 3, np.float64)
    >>> first is workspaces.take("layer 0", 1, 5, 2, 3, np.float64)
    True
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = whole_number("limit_bytes", limit_bytes, low=0)
        self._kept: OrderedDict[Hashable, Workspace] = OrderedDict()
        self._bytes = 0

    def take(
        self,
        slot: Hashable,
        batch_size: int,
        timesteps: int,
        input_size: int,
        hidden_size: int,
        dtype: DTypeLike,
    ) -> Workspace:
        """Return the workspace of a slot, such as a layer and its direction, and a shape.

        Different slots never share one, so that their runs stay valid beside each other.
        """
        key = (slot, batch_size, timesteps, input_size, hidden_size, np.dtype(dtype))
        workspace = self._kept.get(key)
        if workspace is not None:
            self._kept.move_to_end(key)
            return workspace
        workspace = Workspace(batch_size, timesteps, input_size, hidden_size, dtype)
        if workspace.nbytes <= self._limit:
            self._kept[key] = workspace
            self._bytes += workspace.nbytes
            while self._bytes > self._limit:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return workspace


class _Sizes(NamedTuple):
    """The sizes of a workspace, and those that follow from them."""

    B: int
    T: int
    D: int
    H: int

    @property
    def n(self) -> int:
        """Numbers per signal and timestep."""
        return self.H * self.B

    @property
    def rows(self) -> int:
        """Rows of an operand: x, h₋ and a 1."""
        return self.D + self.H + 1

    @property
    def forward_steps(self) -> int:
        """Timesteps on the stage of a run forward."""
        fitting = STAGE_NUMBERS // (5 * self.n + self.rows * self.B)
        return _even(self.T, min(FORWARD_STEPS, max(fitting, 4)))

    @property
    def backward_steps(self) -> int:
        """Timesteps on the stage of a run back."""
        fitting = STAGE_NUMBERS // (6 * self.n)
        return _even(self.T, min(BACKWARD_STEPS, max(fitting, GRADIENT_ROWS // self.B, 1)))


class _Extras(NamedTuple):
    """What makes a run special: timesteps that are skipped, h₋ that is scaled."""

    mask: BoolArray | None  # (B, T), as it was given
    recurrent_scale: FloatArray | None  # (B, H), as it was given
    skipped: BoolArray  # (T, n), timesteps in the order they are run
    scale: FloatArray  # (n,)


class _Run:
    """The numbers of the last run; timesteps in the order they were run.

    While a run lasts, i, f, o and h are doubled.

    Attributes
    ----------
    weights : ndarray, shape (D + H + 1, 4H)
        W, U and b, scaled as the loop forward needs them; `W`, `U` and `b` are its parts.
    operands : ndarray, shape (T + 1, D + H + 1, B)
        x, h₋ and 1 of every timestep; the last has no x. `x` and `h_seen` are its parts.
    h : ndarray, shape (T + 1, H, B)
        h before the first timestep and after each. It is `h_seen`, except in a special run.
    c : ndarray, shape (T + 1, n)
        c before the first timestep and after each.
    gates : ndarray, shape (4, T, n)
        i, f, g and o.
    """

    @staticmethod
    def shapes(sizes: _Sizes) -> dict[str, tuple[int, ...]]:
        """Return the shapes of its arrays as they lie in memory."""
        B, T, _, H = sizes
        return {
            "weights": (sizes.rows, 4 * H) if B == 1 else (4 * H, sizes.rows),
            # A product over many timesteps takes timesteps and examples as one axis.
            "operands": (T + 1, sizes.rows, B) if B == 1 else (sizes.rows, T + 1, B),
            "c": (T + 1, sizes.n),
            "gates": (4, T, sizes.n),
            "h_apart": (T + 1, H, B),
        }

    def __init__(self, sizes: _Sizes, dtype: np.dtype[Any]) -> None:
        self.sizes, self.dtype = sizes, dtype
        B, T, D, H = sizes
        shapes = self.shapes(sizes)
        self._shape_h_apart = shapes.pop("h_apart")
        arrays = _allocate(shapes, dtype)
        self.c, self.gates = arrays["c"], arrays["gates"]
        self.weights = arrays["weights"] if B == 1 else arrays["weights"].T
        self.W, self.U, self.b = self.weights[:D], self.weights[D : D + H], self.weights[-1]
        self.operands = arrays["operands"] if B == 1 else arrays["operands"].transpose(1, 0, 2)
        self.operands[:, -1] = 1
        self.x, self.h_seen = self.operands[:T, :D], self.operands[:, D : D + H]
        self.h = self.h_seen
        self._h_apart: FloatArray | None = None
        self.scale = np.array([0.5, 0.5, 1, 0.5], dtype).repeat(H)
        self.scale_U = self.scale / 2
        self._half = np.array(0.5, dtype)
        seen_in_memory = self.h_seen if B == 1 else self.h_seen.transpose(1, 0, 2)
        self._doubled = (self.gates[:2], self.gates[3], seen_in_memory)
        self.reverse = False
        self.extras: _Extras | None = None
        self.done = False

    def take_inputs(
        self,
        W: FloatArray,
        U: FloatArray,
        b: FloatArray,
        x: FloatArray,
        initial: Mapping[str, FloatArray],
        reverse: bool,
    ) -> None:
        """Copy what a run starts from."""
        self.done = False
        self.reverse, self.extras, self.h = reverse, None, self.h_seen
        multiply(W, self.scale, self.W)
        multiply(U, self.scale_U, self.U)
        multiply(b, self.scale, self.b)
        _copy_transposed(self.turned(x), self.x)
        self.h[0], self.c[0] = 0, 0
        for key, state in initial.items():
            if key not in ("h", "c"):
                raise InputError(f"initial must hold only h and c, got {key}")
            _require_shape(f"initial {key}", state, (self.sizes.B, self.sizes.H))
            if key == "h":
                self.h[0] = 2 * state.T
            else:
                self.c[0] = state.T.reshape(-1)

    def take_extras(self, mask: BoolArray | None, recurrent_scale: FloatArray | None) -> None:
        """Copy what makes the run special; after `take_inputs`."""
        B, T, _, H = self.sizes
        live, scale = np.ones((B, T), np.bool_), np.ones((B, H), self.dtype)
        if mask is not None:
            _require_shape("mask", mask, live.shape)
            live = mask = np.array(mask, np.bool_)
        if recurrent_scale is not None:
            _require_shape("recurrent_scale", recurrent_scale, scale.shape)
            scale = recurrent_scale = np.array(recurrent_scale, self.dtype)
        skipped = np.repeat(~self.turned(live).T[:, np.newaxis], H, axis=1).reshape(T, -1)
        self.extras = _Extras(mask, recurrent_scale, skipped, scale.T.reshape(-1))
        if self._h_apart is None:
            self._h_apart = _aligned(self._shape_h_apart, self.dtype)
        self.h = self._h_apart
        self.h[0] = self.h_seen[0]
        self.h_seen[0] *= scale.T

    def finish(self) -> FloatArray:
        """Undo the doubling, and return h as a caller sees it."""
        for array in self._doubled:
            multiply(array, self._half, array)
        if self.extras is not None:
            multiply(self.h, self._half, self.h)
            np.copyto(self.gates, 0, where=self.extras.skipped)
        self.done = True
        h = self.turned(self.h[1:].transpose(2, 0, 1))
        h.flags.writeable = False
        return h

    def turned(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return a view of (B, T, …) that puts the order of `x` into that of the run, or back."""
        return array[:, ::-1] if self.reverse else array

    def given_weights(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return W, U and b as they were given."""
        return self.W / self.scale, self.U / self.scale_U, self.b / self.scale

    def trace(self) -> LayerTrace:
        """Return everything, in the layout and by the names of the readable path."""
        B, T, D, H = self.sizes
        cell, extras = PLAIN, self.extras
        W, U, b = self.given_weights()
        operands = self.turned(self.operands[:T].transpose(2, 0, 1))  # (B, T, D + H + 1)
        x = operands[:, :, :D]
        pre = x @ W + operands[:, :, D : D + H] @ U + b  # (B, T, 4H)
        per_step = {
            key: self.turned(array.reshape(-1, H, B).transpose(2, 0, 1))
            for key, array in zip("ifgo", self.gates, strict=True)
        }
        c_prev, c = (
            self.turned(array.reshape(T, H, B).transpose(2, 0, 1)) for array in (self.c[:-1], self.c[1:])
        )
        i, f, g = (per_step[key] for key in "ifg")
        values = per_step | {
            "kept": f * c_prev,
            "written": i * g,
            "c": c,
            "c_out": tanh(c),
            "h": self.turned(self.h[1:].transpose(2, 0, 1)),
        }
        for index, block in enumerate(cell.blocks):
            values[f"pre_{block}"] = pre[:, :, index * H : (index + 1) * H]
        mask = np.ones((B, T), np.bool_)
        if extras is not None and extras.mask is not None:
            mask = extras.mask
            for key in ("pre_i", "pre_f", "pre_g", "pre_o", "c_out"):
                values[key] = np.where(mask[:, :, np.newaxis], values[key], 0)
        return LayerTrace(
            cell,
            {"W": W, "U": U, "b": b},
            x,
            mask,
            {"h": self.h[0].T, "c": self.c[0].reshape(H, B).T},
            self.reverse,
            {signal.key: values[signal.key] for signal in cell.signals},
            None if extras is None else extras.recurrent_scale,
        )


class _Chunk(NamedTuple):
    """A stretch of a run forward that fits on the stage."""

    start: int
    steps: list[Views]
    before: Copies
    after: Copies


class _ChunkBack(NamedTuple):
    """A stretch of a run back that fits on the stage: m timesteps."""

    times: slice
    steps: list[Views]  # the last timestep first
    gates: Views  # four of (m, n)
    c_prev: FloatArray  # (m, n)
    c: FloatArray  # (m, n)
    c_out: FloatArray  # (m, n)
    slopes: FloatArray  # (5, m, n)
    rows: FloatArray  # (6, m, n)
    from_outside: FloatArray  # (m, H, B)
    gathered: Copies
    operands: FloatArray  # (D + H + 1, m·B)
    d_pre: FloatArray  # (m·B, 4H)
    d_x: FloatArray  # (m·B, D)


class _Forward:
    """The stage of a run forward, and its loops."""

    @staticmethod
    def shapes(sizes: _Sizes) -> dict[str, tuple[int, ...]]:
        """Return the shapes of its arrays."""
        K, n = sizes.forward_steps, sizes.n
        return {
            "rows": (K + 1, 5, n),
            "operands": (K + 1, sizes.rows, sizes.B),
            "products": (2, n),
            "c_out": (n,),
        }

    def __init__(self, run: _Run) -> None:
        B, T, D, H = sizes = run.sizes
        K, n = sizes.forward_steps, sizes.n
        arrays = _allocate(self.shapes(sizes), run.dtype)
        self._run = run
        self._products, self._c_out = arrays["products"], arrays["c_out"]
        self._ones = np.array([1, 1, 0, 1], run.dtype).repeat(n)
        self._half = np.full(2, 0.5, run.dtype)

        rows, operands = arrays["rows"], arrays["operands"]
        operands[:, -1] = 1
        self._steps: list[Views] = [
            (
                _matrix(operands[k], B),
                _matrix(rows[k, 1:].reshape(4 * H, B), B),
                rows[k, 1:].reshape(-1),
                rows[k, 0:2],
                rows[k, 2:4],
                rows[k, 4],
                rows[k + 1, 0],
                operands[k + 1, D : D + H].reshape(-1),
            )
            for k in range(K)
        ]
        self._chunks = [self._chunk(start, min(start + K, T), rows, operands) for start in range(0, T, K)]

    def _chunk(self, start: int, stop: int, rows: FloatArray, operands: FloatArray) -> _Chunk:
        run, m = self._run, stop - start
        D, H = run.sizes.D, run.sizes.H
        h, c, gates = operands[:, D : D + H], rows[:, 0], rows[:, 1:].transpose(1, 0, 2)
        return _Chunk(
            start,
            self._steps[:m],
            before=(
                (operands[:m, :D], run.x[start:stop]),
                (h[0], run.h_seen[start]),
                (c[0], run.c[start]),
            ),
            after=(
                (run.h_seen[start + 1 : stop + 1], h[1 : m + 1]),
                (run.c[start + 1 : stop + 1], c[1 : m + 1]),
                (run.gates[:, start:stop], gates[:, :m]),
            ),
        )

    def run(self) -> None:
        """Run over all timesteps, without extras."""
        product, mean = self._run.weights.T.dot, self._half.dot
        ones, products, c_out = self._ones, self._products, self._c_out
        for chunk in self._chunks:
            _copy(chunk.before)
            for operand, pre, gates, c_prev_and_i, f_and_g, o, c, h in chunk.steps:
                product(operand, pre)
                tanh(gates, gates)
                add(gates, ones, gates)
                multiply(c_prev_and_i, f_and_g, products)
                mean(products, c)
                tanh(c, c_out)
                multiply(o, c_out, h)
            _copy(chunk.after)

    def run_special(self) -> None:
        """Run over all timesteps, some of them skipped, with h₋ scaled."""
        extras = self._run.extras
        assert extras is not None
        product, mean = self._run.weights.T.dot, self._half.dot
        ones, products, c_out = self._ones, self._products, self._c_out
        h_apart = self._run.h.reshape(len(self._run.h), -1)  # (T + 1, n)
        some_skipped: list[bool] = np.any(extras.skipped, axis=1).tolist()
        for chunk in self._chunks:
            _copy(chunk.before)
            for t, step in enumerate(chunk.steps, chunk.start):
                operand, pre, gates, c_prev_and_i, f_and_g, o, c, h_seen = step
                h_prev, h = h_apart[t], h_apart[t + 1]
                product(operand, pre)
                tanh(gates, gates)
                add(gates, ones, gates)
                multiply(c_prev_and_i, f_and_g, products)
                mean(products, c)
                tanh(c, c_out)
                multiply(o, c_out, h)
                if some_skipped[t]:
                    np.copyto(c, c_prev_and_i[0], where=extras.skipped[t])
                    np.copyto(h, h_prev, where=extras.skipped[t])
                multiply(h, extras.scale, h_seen)
            _copy(chunk.after)


class _Backward:
    """The stage of a run back, its loops and what they leave."""

    @staticmethod
    def shapes(sizes: _Sizes) -> dict[str, tuple[int, ...]]:
        """Return the shapes of its arrays, and of the gradient of x."""
        B, T, D, H = sizes
        K, n = sizes.backward_steps, sizes.n
        return {
            "rows": (K + 1, 6, n),
            "slopes": (5, K, n),
            "c_out": (K, n),
            "reaching": (K, 2, n),
            "d_h": (2, n),
            "d_c": (4, n),
            "d_pre": (4 * H, K * B if B > 1 else 0),
            "W": (D, 4 * H),
            "U": (H, 4 * H),
            "d_weights": (2, sizes.rows, 4 * H),
            "d_x": (T, B, D),
        }

    def __init__(self, run: _Run) -> None:
        B, T, _, H = sizes = run.sizes
        K, n = sizes.backward_steps, sizes.n
        arrays = _allocate(self.shapes(sizes), run.dtype)
        self._run = run
        self._rows, self._reaching, self._d_x = arrays["rows"], arrays["reaching"], arrays["d_x"]
        self._d_h, self._d_c = arrays["d_h"], arrays["d_c"]
        self._W, self._U = arrays["W"], arrays["U"]
        self._d_weights, self._d_weights_of_chunk = arrays["d_weights"]
        self._twice, self._four_times = np.ones((2, 2), run.dtype), np.ones((4, 2), run.dtype)
        self._one = np.array(1, run.dtype)
        self._passed = np.zeros(n, run.dtype)
        self._extras: _Extras | None = None

        rows, reaching = self._rows, self._reaching
        blocks = rows.reshape(-1, n)
        steps: list[Views] = [
            (
                _matrix(rows[k + 1, 1:5].reshape(4 * H, B), B),
                _matrix(reaching[k, 0].reshape(H, B), B),
                reaching[k],
                rows[k, 4:6],
                blocks[6 * k + 5 : 6 * k + 7],
                rows[k, 0:4],
            )
            for k in reversed(range(K))
        ]
        self._chunks = [
            self._chunk(start, min(start + K, T), steps, arrays) for start in reversed(range(0, T, K))
        ]

    def _chunk(
        self, start: int, stop: int, steps: list[Views], arrays: Mapping[str, FloatArray]
    ) -> _ChunkBack:
        B, _, _, H = self._run.sizes
        run, m = self._run, stop - start
        rows_d_pre = self._rows[:m, 1:5].reshape(m, 4 * H, B)
        gathered: Copies = ()
        if B == 1:
            d_pre = rows_d_pre[:, :, 0]
        else:
            together = arrays["d_pre"].reshape(-1)[: m * 4 * H * B].reshape(4 * H, m, B)
            gathered = ((together, rows_d_pre.transpose(1, 0, 2)),)
            d_pre = together.reshape(4 * H, -1).T
        return _ChunkBack(
            slice(start, stop),
            steps[len(steps) - m :],
            tuple(run.gates[:, start:stop]),
            run.c[start:stop],
            run.c[start + 1 : stop + 1],
            arrays["c_out"][:m],
            arrays["slopes"][:, :m],
            self._rows[:m].transpose(1, 0, 2),
            self._reaching[:m, 1].reshape(m, H, B),
            gathered,
            run.operands[start:stop].transpose(1, 0, 2).reshape(run.sizes.rows, -1),
            d_pre,
            self._d_x[start:stop].reshape(m * B, -1),
        )

    def run(
        self, d_h: FloatArray, d_W: FloatArray, d_U: FloatArray, d_b: FloatArray, need_x: bool
    ) -> FloatArray | None:
        """Run back over all timesteps."""
        run = self._run
        D, H = run.sizes.D, run.sizes.H
        np.divide(run.U, run.scale_U, self._U)
        if need_x:
            np.divide(run.W, run.scale, self._W)
        from_outside = run.turned(d_h)
        self._extras = run.extras
        self._passed[...] = 0
        first = True
        for chunk in self._chunks:
            self._rows[len(chunk.steps)] = 0 if first else self._rows[0]
            self._fill(chunk)
            _copy_transposed(from_outside[:, chunk.times], chunk.from_outside)
            if run.extras is None:
                self._loop(chunk.steps)
            else:
                self._loop_special(chunk, run.extras)
            _copy(chunk.gathered)
            if first:
                chunk.operands.dot(chunk.d_pre, self._d_weights)
            else:
                chunk.operands.dot(chunk.d_pre, self._d_weights_of_chunk)
                add(self._d_weights, self._d_weights_of_chunk, self._d_weights)
            if need_x:
                chunk.d_pre.dot(self._W.T, chunk.d_x)
            first = False
        d_W[...], d_U[...], d_b[...] = self._d_weights[:D], self._d_weights[D : D + H], self._d_weights[-1]
        return run.turned(self._d_x.transpose(1, 0, 2)) if need_x else None

    def d_initial(self) -> dict[str, FloatArray]:
        """Return the gradients of the initial states."""
        B, _, _, H = self._run.sizes
        d_h = self._U @ self._rows[0, 1:5].reshape(4 * H, B)
        if self._extras is not None:
            d_h = d_h * self._extras.scale.reshape(H, B) + self._passed.reshape(H, B)
        return {"h": d_h.T.copy(), "c": self._rows[0, 0].reshape(H, B).T.copy()}

    def _fill(self, chunk: _ChunkBack) -> None:
        """Write everything that does not depend on the gradient into the rows of a chunk."""
        i, f, g, o = chunk.gates
        c_out, slopes, one = chunk.c_out, chunk.slopes, self._one
        tanh(chunk.c, c_out)
        for gate, factor, slope in ((i, g, slopes[0]), (f, chunk.c_prev, slopes[1]), (o, c_out, slopes[3])):
            multiply(gate, gate, slope)
            subtract(gate, slope, slope)
            multiply(slope, factor, slope)
        for value, factor, slope in ((g, i, slopes[2]), (c_out, o, slopes[4])):
            multiply(value, value, slope)
            subtract(one, slope, slope)
            multiply(slope, factor, slope)
        chunk.rows[0] = f
        chunk.rows[1:] = slopes
        if self._extras is not None:  # a skipped timestep keeps c, though its gates are 0
            chunk.rows[0] += self._extras.skipped[chunk.times]

    def _loop(self, steps: list[Views]) -> None:
        product, twice, four_times = self._U.dot, self._twice.dot, self._four_times.dot
        d_h, d_c = self._d_h, self._d_c
        for d_pre_next, through_U, reaching, by_d_h, parts_of_d_c, by_d_c in steps:
            product(d_pre_next, through_U)
            twice(reaching, d_h)
            multiply(by_d_h, d_h, by_d_h)
            four_times(parts_of_d_c, d_c)
            multiply(by_d_c, d_c, by_d_c)

    def _loop_special(self, chunk: _ChunkBack, extras: _Extras) -> None:
        product, twice, four_times = self._U.dot, self._twice.dot, self._four_times.dot
        d_h, d_c, passed = self._d_h, self._d_c, self._passed
        skipped = extras.skipped[chunk.times][::-1]
        for skip, step in zip(skipped, chunk.steps, strict=True):
            d_pre_next, through_U, reaching, by_d_h, parts_of_d_c, by_d_c = step
            product(d_pre_next, through_U)
            multiply(reaching[0], extras.scale, reaching[0])
            add(reaching[0], passed, reaching[0])
            twice(reaching, d_h)
            multiply(d_h[0], skip, passed)
            multiply(by_d_h, d_h, by_d_h)
            four_times(parts_of_d_c, d_c)
            multiply(by_d_c, d_c, by_d_c)


def _even(total: int, most: int) -> int:
    """Return the size of the parts when a whole is cut into as few as possible, all of about one size."""
    return math.ceil(total / math.ceil(total / most))


def _copy(pairs: Copies) -> None:
    for target, source in pairs:
        target[...] = source


def _copy_transposed(source: FloatArray, target: FloatArray) -> None:
    """Copy (B, T, ·) into (T, ·, B)."""
    B, T, size = source.shape
    if B == 1 or abs(source.strides[0]) < FAR_APART:
        target[...] = source.transpose(1, 2, 0)
        return
    steps = max(1, STAGE_NUMBERS // (B * size))
    for start in range(0, T, steps):
        together = np.ascontiguousarray(source[:, start : start + steps].transpose(1, 0, 2))
        target[start : start + steps] = together.transpose(0, 2, 1)


def _matrix(array: FloatArray, batch_size: int) -> FloatArray:
    """Return a matrix with a column per example, or a vector for one: BLAS is faster with vectors."""
    return array.reshape(-1) if batch_size == 1 else array


def _allocate(shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[Any]) -> dict[str, FloatArray]:
    return {name: _aligned(shape, dtype) for name, shape in shapes.items()}


def _aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
    """Return zeros that start at a multiple of `ALIGNMENT` bytes."""
    size = math.prod(shape) * dtype.itemsize
    memory = np.zeros(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    array: FloatArray = memory[start : start + size].view(dtype).reshape(shape)
    return array


def _require_shape(name: str, array: object, shape: tuple[int, ...]) -> None:
    if not isinstance(array, np.ndarray):
        raise InputError(f"{name} must be an array of shape {shape}, got {type(array).__name__}")
    if array.shape != shape:
        raise InputError(f"{name} must have shape {shape}, got {array.shape}")
