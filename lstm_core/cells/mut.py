"""MUT1, MUT2 and MUT3: the three best cells that a search over ten thousand of them found. No loop over time.

All three keep the shape of a GRU whose reset gate comes before the product, and change what a gate sees.

References
----------
.. [1] R. Jozefowicz, W. Zaremba and I. Sutskever, "An Empirical Exploration of Recurrent Network
       Architectures", ICML 2015.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lstm_core.activations import ACTIVATIONS
from lstm_core.cells.base import Arrays, Backward, Cell, Layout, Memory, Signal, by_block, sum_signal
from lstm_core.checks import FloatArray, one_of
from lstm_core.errors import InputError

GATE, CANDIDATE = ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"]


class Mutation(Cell):
    """What the three have in common: the blocks z, r, n, the reset, the candidate and the mixture.

    The parameters are W, U and b (3·H,), blocks in the order z, r, n; a block that nothing is multiplied with
    is left out of W or U. As in the paper z is 1 where the memory is *replaced*, the opposite of GRU's.
    """

    __slots__ = ()
    recurrent_blocks: ClassVar[tuple[str, ...]] = ("z", "r", "n")

    @property
    def blocks(self) -> tuple[str, ...]:
        """The update gate z, the reset gate r and the candidate n."""
        return ("z", "r", "n")

    @property
    def memory(self) -> Memory:
        """h, kept by 1 − z."""
        return Memory("h", "keep", "written")

    @property
    def layout(self) -> dict[str, Layout]:
        """W, U and b, without the blocks that nothing is multiplied with."""
        return {
            "W": Layout(self.kernel_blocks, "kernel"),
            "U": Layout(self.recurrent_blocks, "recurrent"),
            "b": Layout(self.blocks, "bias"),
        }

    @property
    def kernel_blocks(self) -> tuple[str, ...]:
        """The blocks of W."""
        return self.blocks

    def project(self, params: Arrays, x: FloatArray) -> FloatArray:
        """Return x W for every block, or x itself where W has none: (…, D) to (…, 3·H)."""
        parts = by_block(self.kernel_blocks, x @ params["W"])
        return np.concatenate([parts.get(block, x) for block in self.blocks], axis=-1)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What a timestep records, in the order it is computed."""
        sums = self._sums()
        internal = {name: sum_signal(name, total) for name, total in sums.items()}
        bounds = (-1.0, 1.0)
        return (
            *self._first_signals,
            internal["z"],
            internal["r"],
            Signal("z", "z", "gate", GATE.bounds, f"z = {GATE.of(sums['z'])}"),
            Signal("r", "r", "gate", GATE.bounds, f"r = {GATE.of(sums['r'])}"),
            Signal("reset", "r ⊙ h₋", "internal", bounds, "reset = r ⊙ h₋"),
            internal["n"],
            Signal("n", "n", "candidate", CANDIDATE.bounds, f"n = {CANDIDATE.of(sums['n'])}"),
            Signal("keep", "1 − z", "internal", GATE.bounds, "keep = 1 − z"),
            Signal("kept", "(1 − z) ⊙ h₋", "internal", bounds, "kept = (1 − z) ⊙ h₋"),
            Signal("written", "z ⊙ n", "internal", bounds, "written = z ⊙ n"),
            Signal("h", "h", "state", bounds, "h = (1 − z) ⊙ h₋ + z ⊙ n"),
        )

    @property
    def _first_signals(self) -> tuple[Signal, ...]:
        """What is computed before the sums."""
        return ()

    @abstractmethod
    def _sums(self) -> dict[str, str]:
        """Write what enters the activation of each block."""

    @abstractmethod
    def _seen(self, previous: Arrays, computed: Arrays) -> dict[str, FloatArray]:
        """Return what each block of U is multiplied with."""

    def accumulate(
        self, params: Arrays, x: FloatArray, previous: Arrays, computed: Arrays, d_computed: Arrays
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Sum the gradients of W, U and b over all timesteps, and return that of x; see `Cell.accumulate`."""
        d_pre = {block: d_computed[f"pre_{block}"] for block in self.blocks}
        seen = self._seen(previous, computed)
        d_projected = d_pre | self._projected_gradients(computed, d_computed)
        d_kernel = np.concatenate([d_projected[block] for block in self.kernel_blocks], axis=-1)
        d_params = {
            "W": x.T @ d_kernel,
            "U": np.concatenate([seen[block].T @ d_pre[block] for block in self.recurrent_blocks], axis=-1),
            "b": self.side_by_side(d_computed).sum(axis=0),
        }
        d_x = d_kernel @ params["W"].T
        for block in set(self.blocks).difference(self.kernel_blocks):
            d_x += d_projected[block]
        return d_params, d_x

    def _projected_gradients(self, computed: Arrays, d_computed: Arrays) -> dict[str, FloatArray]:
        """Return dL/d of a block's x W where it is not that of the pre-activation."""
        return {}


def mix(
    pre_z: FloatArray, pre_r: FloatArray, into_n: FloatArray, previous: Arrays, U_n: FloatArray
) -> dict[str, FloatArray]:
    """Compute the gates, the candidate and the new state, which all three cells do alike."""
    z = GATE.function(pre_z)
    r = GATE.function(pre_r)
    reset = r * previous["h_seen"]
    pre_n = into_n + reset @ U_n
    n = CANDIDATE.function(pre_n)
    keep = 1 - z
    kept = keep * previous["h"]
    written = z * n
    h = kept + written
    computed = {"pre_z": pre_z, "pre_r": pre_r, "z": z, "r": r, "reset": reset}
    computed |= {"pre_n": pre_n, "n": n, "keep": keep, "kept": kept, "written": written, "h": h}
    return computed


def mix_backward(d_h: FloatArray, computed: Arrays, previous: Arrays, U_n: FloatArray) -> Backward:
    """Carry the gradient back through `mix`: to its signals, and to h₋ as far as `mix` uses it."""
    z, r, n, keep = (computed[key] for key in ("z", "r", "n", "keep"))
    d_n = d_h * z
    d_keep = d_h * previous["h"]
    d_z = d_h * n - d_keep
    d_pre_n = d_n * CANDIDATE.derivative(computed["pre_n"], n)
    d_reset = d_pre_n @ U_n.T
    d_r = d_reset * previous["h_seen"]
    d_pre_r = d_r * GATE.derivative(computed["pre_r"], r)
    d_pre_z = d_z * GATE.derivative(computed["pre_z"], z)
    d_computed: dict[str, FloatArray] = {"pre_z": d_pre_z, "pre_r": d_pre_r, "z": d_z, "r": d_r}
    d_computed |= {"reset": d_reset, "pre_n": d_pre_n, "n": d_n, "keep": d_keep, "kept": d_h}
    return d_computed | {"written": d_h, "h": d_h}, {"h": d_h * keep, "h_seen": d_reset * r}


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationWithBareInput(Mutation):
    """A mutation in which the paper adds the bare x to a sum, which needs as many inputs as units.

    Parameters
    ----------
    projected : bool
        True: that x is projected like every other, so that any sizes fit. False: it stays bare, as in the
        paper, and has no weights.

    Raises
    ------
    InputError
        If the option is not True or False; from `parameter_shapes`, if a bare x meets a hidden size that is
        not the input size.
    """

    bare: ClassVar[str]
    """The block that the bare x enters."""

    projected: bool = True

    def __post_init__(self) -> None:
        """Refuse an option that is neither True nor False."""
        one_of("projected", self.projected, (True, False))

    @property
    def kernel_blocks(self) -> tuple[str, ...]:
        """The blocks of W; the one with the bare x has no weights."""
        return tuple(block for block in self.blocks if self.projected or block != self.bare)

    def parameter_shapes(self, input_size: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter, in the order of `layout`; see `Cell.parameter_shapes`."""
        shapes = Cell.parameter_shapes(self, input_size, hidden_size)
        if not self.projected and input_size != hidden_size:
            raise InputError(
                f"projected=False adds the bare x to block {self.bare}, so the input size must be the hidden "
                f"size, got {input_size} and {hidden_size}; projected=True fits any sizes"
            )
        return shapes

    @property
    def _bare_term(self) -> str:
        """How an equation writes the x of the paper."""
        return f"x W_{self.bare}" if self.projected else "x"


@dataclass(frozen=True, slots=True, kw_only=True)
class MUT1(MutationWithBareInput):
    """The first mutation: z sees the input alone, and the candidate a squashed input [1]_.

    With row vectors, and h₋ from the timestep before::

        squashed = tanh(x W_n)                         the paper's tanh(x), if projected=False
        z = σ(x W_z + b_z)                             how much of the memory is replaced
        r = σ(x W_r + h₋ U_r + b_r)                    how much of it the candidate may see
        n = tanh(squashed + (r ⊙ h₋) U_n + b_n)        the candidate
        h = (1 − z) ⊙ h₋ + z ⊙ n

    Parameters and errors are those of `MutationWithBareInput`; U has the blocks r and n only.

    Examples
    --------
    >>> MUT1().parameter_shapes(2, 3), MUT1(projected=False).parameter_shapes(3, 3)
    ({'W': (2, 9), 'U': (3, 6), 'b': (9,)}, {'W': (3, 6), 'U': (3, 6), 'b': (9,)})
    """

    bare = "n"
    recurrent_blocks = ("r", "n")

    @property
    def _first_signals(self) -> tuple[Signal, ...]:
        equation = f"squashed = {CANDIDATE.of(self._bare_term)}"
        symbol = CANDIDATE.of("x W" if self.projected else "x")
        return (Signal("squashed", symbol, "internal", CANDIDATE.bounds, equation),)

    def _sums(self) -> dict[str, str]:
        return {"z": "x W_z + b_z", "r": "x W_r + h₋ U_r + b_r", "n": "squashed + reset U_n + b_n"}

    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep from x W and the state before; see `Cell.step`."""
        h_seen = previous["h_seen"]
        x, b = by_block(self.blocks, projected), by_block(self.blocks, params["b"])
        U = by_block(self.recurrent_blocks, params["U"])
        squashed = CANDIDATE.function(x["n"])
        pre_z = x["z"] + b["z"]
        pre_r = x["r"] + h_seen @ U["r"] + b["r"]
        return {"squashed": squashed} | mix(pre_z, pre_r, squashed + b["n"], previous, U["n"])

    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the gradient back through `step`; see `Cell.step_backward`."""
        U = by_block(self.recurrent_blocks, params["U"])
        d_computed, d_previous = mix_backward(d_next["h"], computed, previous, U["n"])
        d_previous["h_seen"] += d_computed["pre_r"] @ U["r"].T
        return {"squashed": d_computed["pre_n"]} | d_computed, d_previous

    def _seen(self, previous: Arrays, computed: Arrays) -> dict[str, FloatArray]:
        return {"r": previous["h_seen"], "n": computed["reset"]}

    def _projected_gradients(self, computed: Arrays, d_computed: Arrays) -> dict[str, FloatArray]:
        squashed = computed["squashed"]
        return {"n": d_computed["squashed"] * CANDIDATE.derivative(squashed, squashed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MUT2(MutationWithBareInput):
    """The second mutation: the reset gate sees the bare input [1]_.

    With row vectors, and h₋ from the timestep before::

        z = σ(x W_z + h₋ U_z + b_z)                    how much of the memory is replaced
        r = σ(x W_r + h₋ U_r + b_r)                    the paper's σ(x + h₋ U_r + b_r), if projected=False
        n = tanh(x W_n + (r ⊙ h₋) U_n + b_n)           the candidate
        h = (1 − z) ⊙ h₋ + z ⊙ n

    Parameters and errors are those of `MutationWithBareInput`.

    Examples
    --------
    >>> MUT2(projected=False).parameter_shapes(3, 3)
    {'W': (3, 6), 'U': (3, 9), 'b': (9,)}
    """

    bare = "r"

    def _sums(self) -> dict[str, str]:
        return {
            "z": "x W_z + h₋ U_z + b_z",
            "r": f"{self._bare_term} + h₋ U_r + b_r",
            "n": "x W_n + reset U_n + b_n",
        }

    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep from x W and the state before; see `Cell.step`."""
        h_seen = previous["h_seen"]
        x, b, U = (by_block(self.blocks, part) for part in (projected, params["b"], params["U"]))
        pre_z = x["z"] + h_seen @ U["z"] + b["z"]
        pre_r = x["r"] + h_seen @ U["r"] + b["r"]
        return mix(pre_z, pre_r, x["n"] + b["n"], previous, U["n"])

    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the gradient back through `step`; see `Cell.step_backward`."""
        U = by_block(self.blocks, params["U"])
        d_computed, d_previous = mix_backward(d_next["h"], computed, previous, U["n"])
        d_previous["h_seen"] += d_computed["pre_z"] @ U["z"].T + d_computed["pre_r"] @ U["r"].T
        return d_computed, d_previous

    def _seen(self, previous: Arrays, computed: Arrays) -> dict[str, FloatArray]:
        return {"z": previous["h_seen"], "r": previous["h_seen"], "n": computed["reset"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class MUT3(Mutation):
    """The third mutation: z sees the memory squashed once more [1]_; every input is projected.

    With row vectors, and h₋ from the timestep before::

        squashed = tanh(h₋)
        z = σ(x W_z + squashed U_z + b_z)              how much of the memory is replaced
        r = σ(x W_r + h₋ U_r + b_r)                    how much of it the candidate may see
        n = tanh(x W_n + (r ⊙ h₋) U_n + b_n)           the candidate
        h = (1 − z) ⊙ h₋ + z ⊙ n

    Examples
    --------
    >>> MUT3().parameter_shapes(2, 3)
    {'W': (2, 9), 'U': (3, 9), 'b': (9,)}
    """

    @property
    def _first_signals(self) -> tuple[Signal, ...]:
        equation = f"squashed = {CANDIDATE.of('h₋')}"
        return (Signal("squashed", CANDIDATE.of("h₋"), "internal", CANDIDATE.bounds, equation),)

    def _sums(self) -> dict[str, str]:
        return {
            "z": "x W_z + squashed U_z + b_z",
            "r": "x W_r + h₋ U_r + b_r",
            "n": "x W_n + reset U_n + b_n",
        }

    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep from x W and the state before; see `Cell.step`."""
        h_seen = previous["h_seen"]
        x, b, U = (by_block(self.blocks, part) for part in (projected, params["b"], params["U"]))
        squashed = CANDIDATE.function(h_seen)
        pre_z = x["z"] + squashed @ U["z"] + b["z"]
        pre_r = x["r"] + h_seen @ U["r"] + b["r"]
        return {"squashed": squashed} | mix(pre_z, pre_r, x["n"] + b["n"], previous, U["n"])

    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the gradient back through `step`; see `Cell.step_backward`."""
        U = by_block(self.blocks, params["U"])
        d_computed, d_previous = mix_backward(d_next["h"], computed, previous, U["n"])
        squashed = computed["squashed"]
        d_squashed = d_computed["pre_z"] @ U["z"].T
        d_previous["h_seen"] += d_squashed * CANDIDATE.derivative(previous["h_seen"], squashed)
        d_previous["h_seen"] += d_computed["pre_r"] @ U["r"].T
        return {"squashed": d_squashed} | d_computed, d_previous

    def _seen(self, previous: Arrays, computed: Arrays) -> dict[str, FloatArray]:
        return {"z": computed["squashed"], "r": previous["h_seen"], "n": computed["reset"]}
