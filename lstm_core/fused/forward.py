"""A run forward: a stage of a few timesteps, and the two loops over it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy import add, multiply, tanh

from lstm_core.checks import FloatArray
from lstm_core.fused.memory import Copies, Views, allocate, as_matrix, copy_all
from lstm_core.fused.run import Run, Sizes


class Chunk(NamedTuple):
    """A stretch of a run forward that fits on the stage."""

    start: int
    steps: list[Views]
    before: Copies
    after: Copies


class ForwardStage:
    """The stage of a run forward, and its loops."""

    @staticmethod
    def shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
        """Return the shapes of its arrays."""
        K, n = sizes.forward_steps, sizes.n
        return {
            "rows": (K + 1, 5, n),
            "operands": (K + 1, sizes.rows, sizes.B),
            "products": (2, n),
            "c_out": (n,),
        }

    def __init__(self, run: Run) -> None:
        B, T, D, H = sizes = run.sizes
        K, n = sizes.forward_steps, sizes.n
        arrays = allocate(self.shapes(sizes), run.dtype)
        self._run = run
        self._products, self._c_out = arrays["products"], arrays["c_out"]
        self._ones = np.array([1, 1, 0, 1], run.dtype).repeat(n)
        self._half = np.full(2, 0.5, run.dtype)

        rows, operands = arrays["rows"], arrays["operands"]
        operands[:, -1] = 1
        self._steps: list[Views] = [
            (
                as_matrix(operands[k], B),
                as_matrix(rows[k, 1:].reshape(4 * H, B), B),
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

    def _chunk(self, start: int, stop: int, rows: FloatArray, operands: FloatArray) -> Chunk:
        run, m = self._run, stop - start
        D, H = run.sizes.D, run.sizes.H
        h, c, gates = operands[:, D : D + H], rows[:, 0], rows[:, 1:].transpose(1, 0, 2)
        return Chunk(
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
            copy_all(chunk.before)
            for operand, pre, gates, c_prev_and_i, f_and_g, o, c, h in chunk.steps:
                product(operand, pre)
                tanh(gates, gates)
                add(gates, ones, gates)
                multiply(c_prev_and_i, f_and_g, products)
                mean(products, c)
                tanh(c, c_out)
                multiply(o, c_out, h)
            copy_all(chunk.after)

    def run_special(self) -> None:
        """Run over all timesteps, some of them skipped, with h₋ scaled."""
        extras = self._run.extras
        assert extras is not None
        product, mean = self._run.weights.T.dot, self._half.dot
        ones, products, c_out = self._ones, self._products, self._c_out
        h_apart = self._run.h.reshape(len(self._run.h), -1)  # (T + 1, n)
        some_skipped: list[bool] = np.any(extras.skipped, axis=1).tolist()
        for chunk in self._chunks:
            copy_all(chunk.before)
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
            copy_all(chunk.after)
