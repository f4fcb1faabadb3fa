"""A run back: what does not depend on the gradient in bulk, then the two loops, then the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy import add, multiply, subtract, tanh

from lstm_core.checks import FloatArray
from lstm_core.fused.memory import Copies, Views, allocate, as_matrix, copy_all, copy_transposed
from lstm_core.fused.run import Extras, Run, Sizes


class Chunk(NamedTuple):
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


class BackwardStage:
    """The stage of a run back, its loops and what they leave."""

    @staticmethod
    def shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
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

    def __init__(self, run: Run) -> None:
        B, T, _, H = sizes = run.sizes
        K, n = sizes.backward_steps, sizes.n
        arrays = allocate(self.shapes(sizes), run.dtype)
        self._run = run
        self._rows, self._reaching, self._d_x = arrays["rows"], arrays["reaching"], arrays["d_x"]
        self._d_h, self._d_c = arrays["d_h"], arrays["d_c"]
        self._W, self._U = arrays["W"], arrays["U"]
        self._d_weights, self._d_weights_of_chunk = arrays["d_weights"]
        self._twice, self._four_times = np.ones((2, 2), run.dtype), np.ones((4, 2), run.dtype)
        self._one = np.array(1, run.dtype)
        self._passed = np.zeros(n, run.dtype)
        self._extras: Extras | None = None

        rows, reaching = self._rows, self._reaching
        blocks = rows.reshape(-1, n)
        steps: list[Views] = [
            (
                as_matrix(rows[k + 1, 1:5].reshape(4 * H, B), B),
                as_matrix(reaching[k, 0].reshape(H, B), B),
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

    def _chunk(self, start: int, stop: int, steps: list[Views], arrays: Mapping[str, FloatArray]) -> Chunk:
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
        return Chunk(
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
        self,
        d_h: FloatArray,
        d_final: Mapping[str, FloatArray],
        d_W: FloatArray,
        d_U: FloatArray,
        d_b: FloatArray,
        need_x: bool,
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
            after = self._rows[len(chunk.steps)]
            after[...] = 0 if first else self._rows[0]
            self._fill(chunk)
            copy_transposed(from_outside[:, chunk.times], chunk.from_outside)
            if first and "h" in d_final:
                chunk.from_outside[-1] += d_final["h"].T
            if first and "c" in d_final:
                after[0] = d_final["c"].T.reshape(-1)
            if run.extras is None:
                self._loop(chunk.steps)
            else:
                self._loop_special(chunk, run.extras)
            copy_all(chunk.gathered)
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

    def _fill(self, chunk: Chunk) -> None:
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

    def _loop_special(self, chunk: Chunk, extras: Extras) -> None:
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
