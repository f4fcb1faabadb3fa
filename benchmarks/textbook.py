"""The LSTM as a textbook writes it in NumPy, trained with Adam: correct, clear, and not tuned at all.

Eight products with a weight matrix a timestep, lists of arrays, a new array for every result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.problem import LEARNING_RATE, Problem
from lstm_core.checks import FloatArray

GATES = "ifgo"


class Textbook:
    """One matrix per gate and source, one line per equation.

    Parameters
    ----------
    problem : Problem
        What to solve.
    """

    def __init__(self, problem: Problem) -> None:
        self.x, self.target = problem.x, problem.target
        self.params: dict[str, FloatArray] = {}
        for name, array in (("W", problem.W), ("U", problem.U), ("b", problem.b)):
            for gate, part in zip(GATES, np.split(array, 4, axis=-1), strict=True):
                self.params[f"{name}_{gate}"] = part.copy()
        self.m = {name: np.zeros_like(array) for name, array in self.params.items()}
        self.v = {name: np.zeros_like(array) for name, array in self.params.items()}
        self.updates = 0

    def forward(self) -> dict[str, list[FloatArray]]:
        """Return i, f, g, o, c and h of every timestep."""
        p = self.params
        B, T, _ = self.x.shape
        h = c = np.zeros((B, p["U_i"].shape[0]), self.x.dtype)
        record: dict[str, list[FloatArray]] = {key: [] for key in ("i", "f", "g", "o", "c", "h")}
        for t in range(T):
            x_t = self.x[:, t]
            i = _sigmoid(x_t @ p["W_i"] + h @ p["U_i"] + p["b_i"])
            f = _sigmoid(x_t @ p["W_f"] + h @ p["U_f"] + p["b_f"])
            g = np.tanh(x_t @ p["W_g"] + h @ p["U_g"] + p["b_g"])
            o = _sigmoid(x_t @ p["W_o"] + h @ p["U_o"] + p["b_o"])
            c = f * c + i * g
            h = o * np.tanh(c)
            for key, value in zip(record, (i, f, g, o, c, h), strict=True):
                record[key].append(value)
        return record

    def gradients(self) -> dict[str, FloatArray]:
        """Return the gradient of the loss for every parameter."""
        p, record = self.params, self.forward()
        T = self.x.shape[1]
        gradients = {name: np.zeros_like(array) for name, array in p.items()}
        d_h_next = d_c_next = start = np.zeros_like(record["h"][0])
        for t in reversed(range(T)):
            i, f, g, o, c, h = (record[key][t] for key in record)
            h_prev, c_prev = (record[key][t - 1] if t else start for key in ("h", "c"))
            tanh_c = np.tanh(c)
            d_h = 2 * (h - self.target[:, t]) / self.target.size + d_h_next
            d_c = d_h * o * (1 - tanh_c**2) + d_c_next
            d_pre = {
                "i": d_c * g * i * (1 - i),
                "f": d_c * c_prev * f * (1 - f),
                "g": d_c * i * (1 - g**2),
                "o": d_h * tanh_c * o * (1 - o),
            }
            d_h_next, d_c_next = np.zeros_like(d_h), d_c * f
            for gate, d in d_pre.items():
                gradients[f"W_{gate}"] += self.x[:, t].T @ d
                gradients[f"U_{gate}"] += h_prev.T @ d
                gradients[f"b_{gate}"] += d.sum(axis=0)
                d_h_next += d @ p[f"U_{gate}"].T
        return gradients

    def train(self) -> None:
        """Update every parameter with Adam."""
        gradients = self.gradients()
        self.updates += 1
        for name, gradient in gradients.items():
            m = self.m[name] = 0.9 * self.m[name] + 0.1 * gradient
            v = self.v[name] = 0.999 * self.v[name] + 0.001 * gradient**2
            m_hat, v_hat = m / (1 - 0.9**self.updates), v / (1 - 0.999**self.updates)
            self.params[name] -= LEARNING_RATE * m_hat / (np.sqrt(v_hat) + 1e-8)

    def h(self) -> NDArray[np.floating]:
        """Return h of every timestep, shape (B, T, H)."""
        return np.stack(self.forward()["h"], axis=1)


def _sigmoid(x: FloatArray) -> FloatArray:
    y: FloatArray = 1 / (1 + np.exp(-x))
    return y
