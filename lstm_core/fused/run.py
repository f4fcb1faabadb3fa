"""The numbers of one run of the plain LSTM: everything it computed, and what it started from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy import multiply, tanh
from numpy.typing import NDArray

from lstm_core.cells.lstm import LSTM
from lstm_core.checks import FloatArray
from lstm_core.errors import InputError
from lstm_core.fused.memory import (
    STAGE_NUMBERS,
    BoolArray,
    aligned,
    allocate,
    copy_transposed,
    even_parts,
    require_shape,
)
from lstm_core.trace import LayerTrace

FORWARD_STEPS, BACKWARD_STEPS = 16, 128
"""The most timesteps on a stage."""

GRADIENT_ROWS = 256
"""Timesteps times examples that a product for the parameters' gradients should at least sum over."""

PLAIN = LSTM()
"""The cell that a `Workspace` runs."""


class Sizes(NamedTuple):
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
        return even_parts(self.T, min(FORWARD_STEPS, max(fitting, 4)))

    @property
    def backward_steps(self) -> int:
        """Timesteps on the stage of a run back."""
        fitting = STAGE_NUMBERS // (6 * self.n)
        return even_parts(self.T, min(BACKWARD_STEPS, max(fitting, GRADIENT_ROWS // self.B, 1)))


class Extras(NamedTuple):
    """What makes a run special: timesteps that are skipped, h₋ that is scaled."""

    mask: BoolArray | None  # (B, T), as it was given
    recurrent_scale: FloatArray | None  # (B, H), as it was given
    skipped: BoolArray  # (T, n), timesteps in the order they are run
    scale: FloatArray  # (n,)


class Run:
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
    def shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
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

    def __init__(self, sizes: Sizes, dtype: np.dtype[Any]) -> None:
        self.sizes, self.dtype = sizes, dtype
        B, T, D, H = sizes
        shapes = self.shapes(sizes)
        self._shape_h_apart = shapes.pop("h_apart")
        arrays = allocate(shapes, dtype)
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
        self.extras: Extras | None = None
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
        copy_transposed(self.turned(x), self.x)
        self.h[0], self.c[0] = 0, 0
        self.require_states("initial", initial)
        if "h" in initial:
            self.h[0] = 2 * initial["h"].T
        if "c" in initial:
            self.c[0] = initial["c"].T.reshape(-1)

    def require_states(self, name: str, states: Mapping[str, FloatArray]) -> None:
        """Raise InputError unless they are a value for h, c or both, of the right shapes."""
        for key, state in states.items():
            if key not in PLAIN.states:
                raise InputError(f"{name} must hold only h and c, got {key}")
            require_shape(f"{name} {key}", state, (self.sizes.B, self.sizes.H))

    def take_extras(self, mask: BoolArray | None, recurrent_scale: FloatArray | None) -> None:
        """Copy what makes the run special; after `take_inputs`."""
        B, T, _, H = self.sizes
        live, scale = np.ones((B, T), np.bool_), np.ones((B, H), self.dtype)
        if mask is not None:
            require_shape("mask", mask, live.shape)
            live = mask = np.array(mask, np.bool_)
        if recurrent_scale is not None:
            require_shape("recurrent_scale", recurrent_scale, scale.shape)
            scale = recurrent_scale = np.array(recurrent_scale, self.dtype)
        skipped = np.repeat(~self.turned(live).T[:, np.newaxis], H, axis=1).reshape(T, -1)
        self.extras = Extras(mask, recurrent_scale, skipped, scale.T.reshape(-1))
        if self._h_apart is None:
            self._h_apart = aligned(self._shape_h_apart, self.dtype)
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

    def final(self) -> dict[str, FloatArray]:
        """Return the states that the run ended with, as a caller sees them."""
        B, _, _, H = self.sizes
        return {"h": self.h[-1].T.copy(), "c": self.c[-1].reshape(H, B).T.copy()}

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
