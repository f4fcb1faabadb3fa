"""The LSTM cell and its published variants: options, parameters, equations, one timestep. No loop over time.

References
----------
.. [1] S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997.
.. [2] F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget: Continual Prediction with LSTM",
       Neural Computation 12(10), 2000.
.. [3] F. A. Gers and J. Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000.
.. [4] K. Greff et al., "LSTM: A Search Space Odyssey", arXiv:1503.04069.
.. [5] R. Jozefowicz, W. Zaremba and I. Sutskever, "An Empirical Exploration of Recurrent Network
       Architectures", ICML 2015.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from lstm_core.activations import ACTIVATIONS
from lstm_core.cells.base import BlockKey, Cell, Layout, Signal
from lstm_core.checks import FloatArray, one_of, real_array, whole_number
from lstm_core.errors import InputError
from lstm_core.initializers import INITIALIZERS, uniform, zeros

ActivationName = Literal["tanh", "relu", "identity"]
GateActivationName = Literal["sigmoid", "hard_sigmoid"]


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
    def layout(self) -> dict[str, Layout]:
        """W, U and b; P and R if the options ask for them."""
        layout = {name: Layout(self.blocks) for name in ("W", "U", "b")}
        if self.peephole and self.computed_gates:
            layout["P"] = Layout(self.computed_gates, along="rows")
        if self.full_gate_recurrence and self.computed_gates:
            layout["R"] = Layout(self.computed_gates)
        return layout

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What a timestep records, in the order it is computed; o comes after c, which it may see."""
        gate, phi, psi = (
            ACTIVATIONS[name] for name in (self.gate_activation, self.activation, self.output_activation)
        )
        sums = {block: self._sum(block) for block in self.blocks}
        before = [block for block in self.blocks if block != "o"]
        gates = {name: f"{name} = {gate.of(sums[name])}" if name in sums else f"{name} = 1" for name in "ifo"}
        if self.coupled:
            gates["f"] = "f = 1 − i"

        def internal(block: str) -> Signal:
            return Signal(
                f"pre_{block}", f"pre_{block}", "internal", (None, None), f"pre_{block} = {sums[block]}"
            )

        return (
            *(internal(block) for block in before),
            Signal("i", "i", "gate", gate.bounds, gates["i"]),
            Signal("f", "f", "gate", gate.bounds, gates["f"]),
            Signal("g", "g", "candidate", phi.bounds, f"g = {phi.of(sums['g'])}"),
            Signal("kept", "f ⊙ c₋", "internal", (None, None), "kept = f ⊙ c₋"),
            Signal("written", "i ⊙ g", "internal", phi.bounds, "written = i ⊙ g"),
            Signal("c", "c", "state", (None, None), "c = f ⊙ c₋ + i ⊙ g"),
            *([internal("o")] if self.output_gate else []),
            Signal("o", "o", "gate", gate.bounds, gates["o"]),
            Signal("c_out", "c_out", "internal", psi.bounds, f"c_out = {psi.of('c')}"),
            Signal("h", "h", "readout", psi.bounds, f"h = o ⊙ {psi.of('c')}"),
        )

    def _sum(self, block: str) -> str:
        """Write what enters the activation of a block."""
        terms = [f"x W_{block}", f"h₋ U_{block}"]
        if block in self.computed_gates:
            if self.peephole:
                terms.append(f"P_{block} ⊙ {'c' if block == 'o' else 'c₋'}")
            if self.full_gate_recurrence:
                terms.append(f"[{' '.join(f'{gate}₋' for gate in self.computed_gates)}] R_{block}")
        return " + ".join([*terms, f"b_{block}"])

    def parameter_shapes(self, input_size: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter; InputError if a size is not a positive integer.

        Examples
        --------
        >>> LSTM().parameter_shapes(2, 3)
        {'W': (2, 12), 'U': (3, 12), 'b': (12,)}
        """
        D = whole_number("input_size", input_size, low=1)
        H = whole_number("hidden_size", hidden_size, low=1)
        n, k = len(self.blocks), len(self.computed_gates)
        shapes = {"W": (D, n * H), "U": (H, n * H), "b": (n * H,), "P": (k, H), "R": (k * H, k * H)}
        return {name: shapes[name] for name in self.layout}

    def init_blocks(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator,
        *,
        kernel: str = "glorot",
        recurrent: str = "orthogonal",
        forget_bias: float = 1.0,
    ) -> dict[BlockKey, FloatArray]:
        """Draw first values, one array per parameter and block.

        Every block is drawn by itself. Blocks that start equal, as they do when a seed is set anew before
        each of them, make gates that start equal, and learning has to pull them apart first.

        Parameters
        ----------
        input_size, hidden_size : int
            D and H, each at least 1.
        rng : numpy.random.Generator
            Where the numbers come from.
        kernel, recurrent : {"zeros", "uniform", "glorot", "orthogonal"}
            How the blocks of W and of U are drawn.
        forget_bias : float
            The bias of f, if f is computed; every other bias is 0. A forget gate that starts open lets the
            first gradients reach far back [5]_.

        Returns
        -------
        dict of (str, str) to ndarray of float64
            In the order of `layout`. P and R are drawn by Glorot's rule, each row of P as the diagonal of a
            matrix (H, H): evenly from ±√(3/H), and R from ±√(6/(k·H + H)). Both are 0 if `recurrent` is
            "zeros".

        Raises
        ------
        InputError
            If a size, a name, the bias or `rng` is not what is described above.
        """
        shapes = self.parameter_shapes(input_size, hidden_size)
        one_of("kernel", kernel, INITIALIZERS)
        one_of("recurrent", recurrent, INITIALIZERS)
        f_bias = real_array("forget_bias", forget_bias)
        if f_bias.shape != ():
            raise InputError(f"forget_bias must be one number, got shape {f_bias.shape}")
        if not isinstance(rng, np.random.Generator):
            raise InputError(f"rng must be a numpy.random.Generator, got {type(rng).__name__}")
        gate_recurrent = "zeros" if recurrent == "zeros" else "glorot"
        peephole_scale = 0.0 if recurrent == "zeros" else (3 / hidden_size) ** 0.5
        draw = {
            "W": INITIALIZERS[kernel],
            "U": INITIALIZERS[recurrent],
            "b": zeros,
            "P": lambda shape, rng: uniform(shape, rng, scale=peephole_scale),
            "R": INITIALIZERS[gate_recurrent],
        }
        blocks = {
            (name, block): draw[name](layout.block_shape(shapes[name]), rng)
            for name, layout in self.layout.items()
            for block in layout.blocks
        }
        if ("b", "f") in blocks:
            blocks["b", "f"][:] = f_bias
        return blocks

    def init(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator,
        *,
        kernel: str = "glorot",
        recurrent: str = "orthogonal",
        forget_bias: float = 1.0,
    ) -> dict[str, FloatArray]:
        """Draw first values for every parameter: `init_blocks`, joined.

        Examples
        --------
        >>> import numpy as np
        >>> LSTM().init(1, 2, np.random.default_rng(0))["b"]
        array([0., 0., 1., 1., 0., 0., 0., 0.])
        """
        return self.join(
            self.init_blocks(
                input_size, hidden_size, rng, kernel=kernel, recurrent=recurrent, forget_bias=forget_bias
            )
        )

    def project(self, params: Mapping[str, FloatArray], x: FloatArray) -> FloatArray:
        """Return x W + b for all timesteps at once: (…, D) to (…, n·H)."""
        return x @ params["W"] + params["b"]

    def step(
        self, params: Mapping[str, FloatArray], projected: FloatArray, previous: Mapping[str, FloatArray]
    ) -> dict[str, FloatArray]:
        """Compute one timestep from x W + b and the signals carried over; see `Cell.step`."""
        gate, phi, psi = (
            ACTIVATIONS[name].function
            for name in (self.gate_activation, self.activation, self.output_activation)
        )
        h_prev, c_prev = previous["h"], previous["c"]
        one = np.ones_like(c_prev)
        P = dict(zip(self.computed_gates, params["P"], strict=True)) if "P" in params else {}

        pre = _by_block(self.blocks, projected + h_prev @ params["U"])
        if "R" in params:
            gates_prev = np.concatenate([previous[name] for name in self.computed_gates], axis=-1)
            for name, fed_back in _by_block(self.computed_gates, gates_prev @ params["R"]).items():
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


def _by_block(blocks: tuple[str, ...], columns: FloatArray) -> dict[str, FloatArray]:
    """Name the equal parts of the last axis: (B, n·H) to n views of (B, H)."""
    parts = columns.reshape(len(columns), len(blocks), -1)  # (B, n, H)
    return {block: parts[:, index] for index, block in enumerate(blocks)}
