"""The LSTM cell and its published variants: options, equations, one timestep and its derivative. No loop.

References
----------
.. [1] S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997.
.. [2] F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget: Continual Prediction with LSTM",
       Neural Computation 12(10), 2000.
.. [3] F. A. Gers and J. Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000.
.. [4] K. Greff et al., "LSTM: A Search Space Odyssey", arXiv:1503.04069.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from lstm_core.activations import ACTIVATIONS, Activation, ActivationName, GateActivationName
from lstm_core.cells.base import Arrays, Backward, Cell, Layout, Memory, Signal, by_block, sum_signal
from lstm_core.checks import FloatArray, one_of
from lstm_core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class LSTM(Cell):
    """Long short-term memory [1]_ with a forget gate [2]_, and the variants of [4]_.

    With row vectors, c₋ and h₋ from the timestep before, and ⊙ element by element::

        i = σ(x W_i + h₋ U_i + b_i)      how much of the candidate is written
        f = σ(x W_f + h₋ U_f + b_f)      how much of the memory is kept
        g = tanh(x W_g + h₋ U_g + b_g)   the candidate
        o = σ(x W_o + h₋ U_o + b_o)      how much of the memory is read out
        c = f ⊙ c₋ + i ⊙ g
        h = o ⊙ tanh(c)

    Parameters
    ----------
    input_gate, forget_gate, output_gate : bool
        False holds the gate at 1; it then has no weights.
    coupled : bool
        Sets f = 1 − i; f then has no weights. Needs the input gate and the forget gate.
    peephole : bool
        Lets the computed gates see the memory [3]_: i and f see c₋, o sees the new c.
    full_gate_recurrence : bool
        Feeds the computed gates of the timestep before to those of this one. Before the first timestep they
        are 0, and a masked timestep passes them on as it passes on h and c.
    activation : {"tanh", "relu", "identity"}
        Of the candidate.
    output_activation : {"tanh", "relu", "identity"}
        Of the memory, before the output gate.
    gate_activation : {"sigmoid", "hard_sigmoid"}
        Of the gates.

    Raises
    ------
    InputError
        If an option has another value, or `coupled` meets a gate that is held at 1.

    Notes
    -----
    With n computed blocks and k computed gates the parameters are W (D, n·H), U (H, n·H) and b (n·H,), blocks
    side by side in the order i, f, g, o; P (k, H), a row per gate in the order i, f, o, for a peephole; and
    R (k·H, k·H) for full gate recurrence, rows fed by the gates of the timestep before, columns feeding the
    gates of this one. Without a computed gate there is neither P nor R.

    Examples
    --------
    >>> import numpy as np
    >>> cell = LSTM(coupled=True, peephole=True)
    >>> cell.blocks, cell.computed_gates
    (('i', 'g', 'o'), ('i', 'o'))
    >>> params = cell.init(2, 3, np.random.default_rng(0))
    >>> {name: array.shape for name, array in params.items()}
    {'W': (2, 9), 'U': (3, 9), 'b': (9,), 'P': (2, 3)}
    """

    input_gate: bool = True
    forget_gate: bool = True
    output_gate: bool = True
    coupled: bool = False
    peephole: bool = False
    full_gate_recurrence: bool = False
    activation: ActivationName = "tanh"
    output_activation: ActivationName = "tanh"
    gate_activation: GateActivationName = "sigmoid"

    def __post_init__(self) -> None:
        """Refuse options that mean nothing or contradict each other."""
        switches = ("input_gate", "forget_gate", "output_gate", "coupled", "peephole", "full_gate_recurrence")
        for name in switches:
            one_of(name, getattr(self, name), (True, False))
        one_of("activation", self.activation, get_args(ActivationName))
        one_of("output_activation", self.output_activation, get_args(ActivationName))
        one_of("gate_activation", self.gate_activation, get_args(GateActivationName))
        held = [name for name in ("input_gate", "forget_gate") if not getattr(self, name)]
        if self.coupled and held:
            raise InputError(
                "coupled=True sets f = 1 − i, so it must have input_gate=True and forget_gate=True, "
                f"got {' and '.join(f'{name}=False' for name in held)}, which holds the gate at 1"
            )

    @property
    def computed_gates(self) -> tuple[str, ...]:
        """The gates that have weights, in the order i, f, o."""
        computed = {"i": self.input_gate, "f": self.forget_gate and not self.coupled, "o": self.output_gate}
        return tuple(gate for gate in computed if computed[gate])

    @property
    def blocks(self) -> tuple[str, ...]:
        """The computed pre-activations, in the order i, f, g, o; g is always there."""
        return tuple(block for block in "ifgo" if block == "g" or block in self.computed_gates)

    @property
    def states(self) -> tuple[str, ...]:
        """h, what the cell says, and c, what it remembers."""
        return ("h", "c")

    @property
    def carried(self) -> tuple[str, ...]:
        """The states, and the computed gates under full gate recurrence."""
        return self.states + (self.computed_gates if self.full_gate_recurrence else ())

    @property
    def memory(self) -> Memory:
        """c, kept by f, which is recorded also where it is 1 or 1 − i."""
        return Memory("c", "f", "written")

    @property
    def _more_layout(self) -> dict[str, Layout]:
        layout: dict[str, Layout] = {}
        if self.peephole and self.computed_gates:
            layout["P"] = Layout(self.computed_gates, "peephole", along="rows")
        if self.full_gate_recurrence and self.computed_gates:
            layout["R"] = Layout(self.computed_gates, "gate_recurrence")
        return layout

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What a timestep records, in the order it is computed; o comes after c, which it may see."""
        gate, phi, psi = self._activations
        sums = {block: self._sum(block) for block in self.blocks}
        before = [block for block in self.blocks if block != "o"]
        gates = {name: f"{name} = {gate.of(sums[name])}" if name in sums else f"{name} = 1" for name in "ifo"}
        if self.coupled:
            gates["f"] = "f = 1 − i"

        return (
            *(sum_signal(block, sums[block]) for block in before),
            Signal("i", "i", "gate", gate.bounds, gates["i"]),
            Signal("f", "f", "gate", gate.bounds, gates["f"]),
            Signal("g", "g", "candidate", phi.bounds, f"g = {phi.of(sums['g'])}"),
            Signal("kept", "f ⊙ c₋", "internal", (None, None), "kept = f ⊙ c₋"),
            Signal("written", "i ⊙ g", "internal", phi.bounds, "written = i ⊙ g"),
            Signal("c", "c", "state", (None, None), "c = f ⊙ c₋ + i ⊙ g"),
            *([sum_signal("o", sums["o"])] if self.output_gate else []),
            Signal("o", "o", "gate", gate.bounds, gates["o"]),
            Signal("c_out", "c_out", "internal", psi.bounds, f"c_out = {psi.of('c')}"),
            Signal("h", "h", "readout", psi.bounds, f"h = o ⊙ {psi.of('c')}"),
        )

    @property
    def _activations(self) -> tuple[Activation, Activation, Activation]:
        """Of the gates, of the candidate, and of the memory on its way out."""
        names = (self.gate_activation, self.activation, self.output_activation)
        gate, phi, psi = (ACTIVATIONS[name] for name in names)
        return gate, phi, psi

    def _sum(self, block: str) -> str:
        """Write what enters the activation of a block."""
        terms = [f"x W_{block}", f"h₋ U_{block}"]
        if block in self.computed_gates:
            if self.peephole:
                terms.append(f"P_{block} ⊙ {'c' if block == 'o' else 'c₋'}")
            if self.full_gate_recurrence:
                terms.append(f"[{' '.join(f'{gate}₋' for gate in self.computed_gates)}] R_{block}")
        return " + ".join([*terms, f"b_{block}"])

    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep from x W + b and the signals carried over; see `Cell.step`."""
        gate, phi, psi = (activation.function for activation in self._activations)
        h_seen, c_prev = previous["h_seen"], previous["c"]
        one = np.ones_like(c_prev)
        P = dict(zip(self.computed_gates, params["P"], strict=True)) if "P" in params else {}

        pre = by_block(self.blocks, projected + h_seen @ params["U"])
        if "R" in params:
            gates_prev = np.concatenate([previous[name] for name in self.computed_gates], axis=-1)
            for name, fed_back in by_block(self.computed_gates, gates_prev @ params["R"]).items():
                pre[name] += fed_back
        for name in P.keys() & {"i", "f"}:
            pre[name] += P[name] * c_prev

        i = gate(pre["i"]) if self.input_gate else one
        f = one - i if self.coupled else gate(pre["f"]) if self.forget_gate else one
        g = phi(pre["g"])
        kept = f * c_prev
        written = i * g
        c = kept + written
        if "o" in P:
            pre["o"] += P["o"] * c
        o = gate(pre["o"]) if self.output_gate else one
        c_out = psi(c)
        h = o * c_out

        computed = {
            "i": i,
            "f": f,
            "g": g,
            "kept": kept,
            "written": written,
            "c": c,
            "o": o,
            "c_out": c_out,
            "h": h,
        }
        return {f"pre_{block}": value for block, value in pre.items()} | computed

    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the gradient back through `step`, line by line from its last to its first; see `Cell`."""
        gate, phi, psi = (activation.derivative for activation in self._activations)
        i, f, g, c, o, c_out = (computed[key] for key in ("i", "f", "g", "c", "o", "c_out"))
        c_prev = previous["c"]
        P = dict(zip(self.computed_gates, params["P"], strict=True)) if "P" in params else {}
        d_pre: dict[str, FloatArray] = {}

        d_h = d_next["h"]
        d_c_out = d_h * o
        d_o = d_h * c_out + d_next.get("o", 0)
        d_c = d_next["c"] + d_c_out * psi(c, c_out)
        if self.output_gate:
            d_pre["o"] = d_o * gate(computed["pre_o"], o)
        if "o" in P:
            d_c = d_c + P["o"] * d_pre["o"]
        d_f = d_c * c_prev + d_next.get("f", 0)
        d_g = d_c * i
        d_i = d_c * g + d_next.get("i", 0)
        if self.coupled:
            d_i = d_i - d_f
        for name, d_gate, value in (("i", d_i, i), ("f", d_f, f)):
            if name in self.computed_gates:
                d_pre[name] = d_gate * gate(computed[f"pre_{name}"], value)
        d_pre["g"] = d_g * phi(computed["pre_g"], g)

        d_computed = {f"pre_{block}": d_pre[block] for block in self.blocks}
        d_computed |= {"i": d_i, "f": d_f, "g": d_g, "kept": d_c, "written": d_c, "c": d_c}
        d_computed |= {"o": d_o, "c_out": d_c_out, "h": d_h}

        d_previous: dict[str, FloatArray] = {
            "h_seen": self.side_by_side(d_computed) @ params["U"].T,
            "c": d_c * f,
        }
        for name in P.keys() & {"i", "f"}:
            d_previous["c"] += P[name] * d_pre[name]
        if "R" in params:
            d_gates = np.concatenate([d_pre[name] for name in self.computed_gates], axis=-1)
            d_previous |= by_block(self.computed_gates, d_gates @ params["R"].T)
        return d_computed, d_previous

    def accumulate(
        self, params: Arrays, x: FloatArray, previous: Arrays, computed: Arrays, d_computed: Arrays
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Sum the gradients of W, U, b, P and R over all timesteps, and return that of x; see `Cell`."""
        d_pre = self.side_by_side(d_computed)
        d_params = {"W": x.T @ d_pre, "U": previous["h_seen"].T @ d_pre, "b": d_pre.sum(axis=0)}
        gates = self.computed_gates
        if "P" in params:
            seen = {"i": previous["c"], "f": previous["c"], "o": computed["c"]}
            d_params["P"] = np.stack([(d_computed[f"pre_{name}"] * seen[name]).sum(axis=0) for name in gates])
        if "R" in params:
            gates_prev = np.concatenate([previous[name] for name in gates], axis=-1)
            d_gates = np.concatenate([d_computed[f"pre_{name}"] for name in gates], axis=-1)
            d_params["R"] = gates_prev.T @ d_gates
        return d_params, d_pre @ params["W"].T
