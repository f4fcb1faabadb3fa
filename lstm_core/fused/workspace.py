"""What a caller of the fast path holds: a workspace for one shape of batch, and a bounded store of them."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import DTypeLike

from lstm_core.cells.base import Cell
from lstm_core.cells.lstm import LSTM
from lstm_core.checks import FloatArray, float_type, whole_number
from lstm_core.errors import InputError
from lstm_core.fused.backward import BackwardStage
from lstm_core.fused.forward import ForwardStage
from lstm_core.fused.memory import BoolArray, require_shape
from lstm_core.fused.run import PLAIN, Run, Sizes
from lstm_core.trace import LayerTrace


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
        self._sizes = Sizes(B, T, D, H)
        self._shapes = {"W": (D, 4 * H), "U": (H, 4 * H), "b": (4 * H,), "x": (B, T, D), "h": (B, T, H)}
        self._run = Run(self._sizes, self.dtype)
        self._forward = ForwardStage(self._run)
        self._backward: BackwardStage | None = None

    @property
    def nbytes(self) -> int:
        """The bytes that its arrays take once there was a run back, and one with a mask."""
        parts = (Run, ForwardStage, BackwardStage)
        shapes = [shape for part in parts for shape in part.shapes(self._sizes).values()]
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
            require_shape(name, array, self._shapes[name])
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
        d_final: Mapping[str, FloatArray] | None = None,
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
        d_final : mapping of ndarray, shape (B, H), optional
            The gradient with respect to the `final` "h" and "c", beside `d_h`; one that is missing is 0.
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
            require_shape(f"d_{name}", array, self._shapes[name])
        self._require_run()
        self._run.require_states("d_final", d_final or {})
        if self._backward is None:
            self._backward = BackwardStage(self._run)
        with np.errstate(all="ignore"):
            return self._backward.run(d_h, d_final or {}, d_W, d_U, d_b, need_x)

    @property
    def final(self) -> dict[str, FloatArray]:
        """The "h" and "c" that the last run forward ended with, new arrays of shape (B, H)."""
        self._require_run()
        return self._run.final()

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
