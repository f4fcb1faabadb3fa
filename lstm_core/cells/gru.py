"""The gated recurrent unit in both forms: options, equations, one timestep and its derivative. No loop.

References
----------
.. [1] K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
       Translation", EMNLP 2014, arXiv:1406.1078.
.. [2] J. Chung, C. Gulcehre, K. Cho and Y. Bengio, "Empirical Evaluation of Gated Recurrent Neural Networks
       on Sequence Modeling", arXiv:1412.3555.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_core.activations import ACTIVATIONS
from lstm_core.cells.base import Arrays, Backward, Cell, Layout, Memory, Signal, by_block, sum_signal
from lstm_core.checks import FloatArray, one_of

GATE, CANDIDATE = ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GRU(Cell):
    """Gated recurrent unit [1]_, with the reset gate after or before the recurrent product.

    With row vectors, h₋ from the timestep before, and ⊙ element by element::

        z = σ(x W_z + h₋ U_z + b_z + b_rec_z)                how much of the memory is kept
        r = σ(x W_r + h₋ U_r + b_r + b_rec_r)                how much of it the candidate may see
        n = tanh(x W_n + b_n + r ⊙ (h₋ U_n + b_rec_n))       the candidate, reset after
        n = tanh(x W_n + (r ⊙ h₋) U_n + b_n)                 the candidate, reset before
        h = z ⊙ h₋ + (1 − z) ⊙ n

    Parameters
    ----------
    reset_after : bool
        True: the form of cuDNN, of PyTorch and of Keras by default, with a second bias b_rec. False: the form
        of [1]_ and [2]_ with one bias.

    Raises
    ------
    InputError
        If the option is not True or False.

    Notes
    -----
    The parameters are W (D, 3·H), U (H, 3·H) and b (3·H,), blocks side by side in the order z, r, n, and
    b_rec (3·H,) with `reset_after`. Keras stacks the two biases as (2, 3·H); PyTorch's order is r, z, n.
    z is 1 where the memory is kept, as in Keras and PyTorch; [2]_ has it the other way round.

    Examples
    --------
    >>> import numpy as np
    >>> {name: array.shape for name, array in GRU().init(2, 3, np.random.default_rng(0)).items()}
    {'W': (2, 9), 'U': (3, 9), 'b': (9,), 'b_rec': (9,)}
    """

    reset_after: bool = True

    def __post_init__(self) -> None:
        """Refuse an option that is neither True nor False."""
        one_of("reset_after", self.reset_after, (True, False))

    @property
    def blocks(self) -> tuple[str, ...]:
        """The update gate z, the reset gate r and the candidate n."""
        return ("z", "r", "n")

    @property
    def memory(self) -> Memory:
        """h, kept by z."""
        return Memory("h", "z", "written")

    @property
    def _more_layout(self) -> dict[str, Layout]:
        return {"b_rec": Layout(self.blocks, "bias")} if self.reset_after else {}

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What a timestep records, in the order it is computed."""
        b_rec = " + b_rec_{0}" if self.reset_after else ""
        sums = {gate: f"x W_{gate} + h₋ U_{gate} + b_{gate}{b_rec.format(gate)}" for gate in "zr"}
        sums["n"] = "x W_n + reset + b_n" if self.reset_after else "x W_n + reset U_n + b_n"
        internal = {name: sum_signal(name, total) for name, total in sums.items()}
        if self.reset_after:
            reset = [
                Signal("recalled", "recalled", "internal", (None, None), "recalled = h₋ U_n + b_rec_n"),
                Signal("reset", "r ⊙ recalled", "internal", (None, None), "reset = r ⊙ recalled"),
            ]
        else:
            reset = [Signal("reset", "r ⊙ h₋", "internal", (-1.0, 1.0), "reset = r ⊙ h₋")]
        return (
            internal["z"],
            internal["r"],
            Signal("z", "z", "gate", GATE.bounds, f"z = {GATE.of(sums['z'])}"),
            Signal("r", "r", "gate", GATE.bounds, f"r = {GATE.of(sums['r'])}"),
            *reset,
            internal["n"],
            Signal("n", "n", "candidate", CANDIDATE.bounds, f"n = {CANDIDATE.of(sums['n'])}"),
            Signal("kept", "z ⊙ h₋", "internal", (-1.0, 1.0), "kept = z ⊙ h₋"),
            Signal("written", "(1 − z) ⊙ n", "internal", (-1.0, 1.0), "written = (1 − z) ⊙ n"),
            Signal("h", "h", "state", (-1.0, 1.0), "h = z ⊙ h₋ + (1 − z) ⊙ n"),
        )

    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep from x W + b and the state before; see `Cell.step`."""
        h_prev, h_seen, U = previous["h"], previous["h_seen"], params["U"]
        from_x = by_block(self.blocks, projected)
        if self.reset_after:
            from_h = by_block(self.blocks, h_seen @ U + params["b_rec"])
        else:
            from_h = by_block(("z", "r"), h_seen @ U[:, : 2 * len(U)])

        pre_z = from_x["z"] + from_h["z"]
        pre_r = from_x["r"] + from_h["r"]
        z = GATE.function(pre_z)
        r = GATE.function(pre_r)
        computed = {"pre_z": pre_z, "pre_r": pre_r, "z": z, "r": r}
        if self.reset_after:
            reset = r * from_h["n"]
            pre_n = from_x["n"] + reset
            computed["recalled"] = from_h["n"]
        else:
            reset = r * h_seen
            pre_n = from_x["n"] + reset @ U[:, 2 * len(U) :]
        n = CANDIDATE.function(pre_n)
        kept = z * h_prev
        written = (1 - z) * n
        h = kept + written
        return computed | {"reset": reset, "pre_n": pre_n, "n": n, "kept": kept, "written": written, "h": h}

    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the gradient back through `step`, line by line from its last to its first; see `Cell`."""
        h_prev, U = previous["h"], params["U"]
        z, r, n = (computed[key] for key in ("z", "r", "n"))

        d_h = d_next["h"]
        d_n = d_h * (1 - z)
        d_z = d_h * (h_prev - n)
        d_pre_n = d_n * CANDIDATE.derivative(computed["pre_n"], n)
        d_computed: dict[str, FloatArray] = {}
        if self.reset_after:
            d_reset = d_pre_n
            d_r = d_reset * computed["recalled"]
            d_computed["recalled"] = d_reset * r
        else:
            d_reset = d_pre_n @ U[:, 2 * len(U) :].T
            d_r = d_reset * previous["h_seen"]
        d_pre_z = d_z * GATE.derivative(computed["pre_z"], z)
        d_pre_r = d_r * GATE.derivative(computed["pre_r"], r)

        d_computed |= {"pre_z": d_pre_z, "pre_r": d_pre_r, "z": d_z, "r": d_r, "reset": d_reset}
        d_computed |= {"pre_n": d_pre_n, "n": d_n, "kept": d_h, "written": d_h, "h": d_h}
        d_h_seen = self._to_recurrent(d_computed) @ (U if self.reset_after else U[:, : 2 * len(U)]).T
        if not self.reset_after:
            d_h_seen += d_reset * r
        return d_computed, {"h": d_h * z, "h_seen": d_h_seen}

    def accumulate(
        self, params: Arrays, x: FloatArray, previous: Arrays, computed: Arrays, d_computed: Arrays
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Sum the gradients of W, U, b and b_rec over all timesteps, and return that of x; see `Cell`."""
        d_pre = self.side_by_side(d_computed)
        d_recurrent = self._to_recurrent(d_computed)
        d_U = previous["h_seen"].T @ d_recurrent
        d_params = {"W": x.T @ d_pre, "U": d_U, "b": d_pre.sum(axis=0)}
        if self.reset_after:
            d_params["b_rec"] = d_recurrent.sum(axis=0)
        else:
            d_params["U"] = np.concatenate([d_U, computed["reset"].T @ d_computed["pre_n"]], axis=1)
        return d_params, d_pre @ params["W"].T

    def _to_recurrent(self, d_computed: Arrays) -> FloatArray:
        """Put together what reaches h₋ U: of n it is the part behind the reset gate, or nothing."""
        last = ("recalled",) if self.reset_after else ()
        return np.concatenate([d_computed[key] for key in ("pre_z", "pre_r", *last)], axis=-1)
