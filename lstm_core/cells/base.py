"""What every recurrent cell declares, so that running, training and showing it need not know which it is."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from lstm_core.checks import FloatArray, generator, one_of, real_array, same_keys, whole_number
from lstm_core.errors import InputError
from lstm_core.initializers import INITIALIZERS, uniform, zeros
from lstm_core.size import MAX_BYTES, require_room

Role: TypeAlias = Literal["gate", "candidate", "state", "readout", "internal"]
BlockKey: TypeAlias = tuple[str, str]
"""The name of a parameter and of the block inside it, such as ("W", "i")."""

Arrays: TypeAlias = Mapping[str, FloatArray]
Backward: TypeAlias = tuple[dict[str, FloatArray], dict[str, FloatArray]]
"""What `Cell.step_backward` returns: the gradients of this timestep's signals, and of what came before it."""

Kind: TypeAlias = Literal["kernel", "recurrent", "bias", "peephole", "gate_recurrence"]


@dataclass(frozen=True, slots=True)
class Signal:
    """One quantity that a cell computes at every timestep, for every unit.

    Parameters
    ----------
    key : str
        Its name in a trace.
    symbol : str
        How an equation writes it.
    role : {"gate", "candidate", "state", "readout", "internal"}
        What it is for: a gate scales, a candidate is offered to the memory, a state is the memory, a readout
        is what leaves the cell, and an internal signal is a step on the way to one of these.
    bounds : tuple of (float or None)
        The lowest and highest value it can approach, initial states being inside the bounds of theirs; None
        where there is no limit.
    equation : str
        How it is computed. Of the timestep before, c₋ is written for c.

    Examples
    --------
    >>> Signal("f", "f", "gate", (0.0, 1.0), "f = 1 − i").role
    'gate'
    """

    key: str
    symbol: str
    role: Role
    bounds: tuple[float | None, float | None]
    equation: str


@dataclass(frozen=True, slots=True)
class Memory:
    """How a cell remembers: at every timestep that is not masked, state = keep ⊙ state₋ + write.

    Parameters
    ----------
    state : str
        The key of the state that is the memory.
    keep : str
        The key of the signal that it is multiplied with: 1 keeps all of it.
    write : str
        The key of the signal that is added.
    normaliser : str, optional
        The key of the state that it is divided by as it is read; None where it is read as it is.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> LSTM().memory
    Memory(state='c', keep='f', write='written', normaliser=None)
    """

    state: str
    keep: str
    write: str
    normaliser: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the blocks lie inside one parameter.

    Parameters
    ----------
    blocks : tuple of str
        The blocks in order.
    kind : {"kernel", "recurrent", "bias", "peephole", "gate_recurrence"}
        What it multiplies: x, h₋, nothing, one unit's own memory, or the gates of the timestep before. First
        values are drawn by it.
    along : {"columns", "rows"}
        "columns": equal parts of the last axis. "rows": each block is one row.
    """

    blocks: tuple[str, ...]
    kind: Kind
    along: Literal["columns", "rows"] = "columns"

    def block_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of one block of a parameter that has the given shape."""
        return shape[1:] if self.along == "rows" else (*shape[:-1], shape[-1] // len(self.blocks))

    def split(self, array: FloatArray) -> list[FloatArray]:
        """Return a copy of each block."""
        parts = array if self.along == "rows" else np.split(array, len(self.blocks), axis=-1)
        return [part.copy() for part in parts]

    def join(self, parts: list[FloatArray]) -> FloatArray:
        """Return the parameter made of these blocks."""
        return np.stack(parts) if self.along == "rows" else np.concatenate(parts, axis=-1)


class Cell(ABC):
    """A recurrent cell: options, parameters, one timestep and its derivative. It holds no numbers of its own.

    Every cell has a kernel W with D rows and a recurrent kernel U with H rows, from which H is read.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def signals(self) -> tuple[Signal, ...]:
        """What a trace records, in the order it is computed; "h" is what the cell says."""

    @property
    @abstractmethod
    def blocks(self) -> tuple[str, ...]:
        """The pre-activations, in the order of their column blocks; each is recorded as "pre_" + its name."""

    @property
    def states(self) -> tuple[str, ...]:
        """What is shown and scored as the cell's state: a masked timestep records it as it was."""
        return ("h",)

    @property
    def carried(self) -> tuple[str, ...]:
        """The signals that `step` needs from the timestep before: the states, and in some variants more.

        An initial value can be given for each, and a run ends with a value for each.
        """
        return self.states

    @property
    def memory(self) -> Memory | None:
        """Which of its signals keep and write the memory; None where every timestep makes it anew."""
        return None

    @property
    def layout(self) -> dict[str, Layout]:
        """Every parameter's name, in order, with its blocks."""
        return {
            "W": Layout(self.blocks, "kernel"),
            "U": Layout(self.blocks, "recurrent"),
            "b": Layout(self.blocks, "bias"),
            **self._more_layout,
        }

    @property
    def _more_layout(self) -> dict[str, Layout]:
        """The parameters that a cell has beside W, U and b."""
        return {}

    def parameter_shapes(self, input_size: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter, in the order of `layout`.

        Raises
        ------
        InputError
            If a size is not a positive integer, or the cell cannot have these two sizes together.
        """
        D = whole_number("input_size", input_size, low=1)
        H = whole_number("hidden_size", hidden_size, low=1)
        shapes: dict[str, tuple[int, ...]] = {}
        for name, layout in self.layout.items():
            n = len(layout.blocks)
            shapes[name] = {
                "kernel": (D, n * H),
                "recurrent": (H, n * H),
                "bias": (n * H,),
                "peephole": (n, H),
                "gate_recurrence": (n * H, n * H),
            }[layout.kind]
        return shapes

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
            The bias of f, if the cell computes one; every other bias is 0. A forget gate that starts open
            lets the first gradients reach far back [1]_.

        Returns
        -------
        dict of (str, str) to ndarray of float64
            In the order of `layout`. Peepholes and gate recurrence are drawn by Glorot's rule, a row of the
            first as the diagonal of a matrix (H, H): evenly from ±√(3/H), and the second from
            ±√(6/(k·H + H)) for k gates. Both are 0 if `recurrent` is "zeros".

        Raises
        ------
        InputError
            If a size, a name, the bias or `rng` is not what is described above; as SizeInputError, before
            memory is taken, if the weights would need more than `lstm_core.size.MAX_BYTES`.

        References
        ----------
        .. [1] R. Jozefowicz, W. Zaremba and I. Sutskever, "An Empirical Exploration of Recurrent Network
               Architectures", ICML 2015.
        """
        shapes = self.parameter_shapes(input_size, hidden_size)
        one_of("kernel", kernel, INITIALIZERS)
        one_of("recurrent", recurrent, INITIALIZERS)
        f_bias = real_array("forget_bias", forget_bias)
        if f_bias.shape != ():
            raise InputError(f"forget_bias must be one number, got shape {f_bias.shape}")
        generator("rng", rng)
        numbers = sum(math.prod(shape) for shape in shapes.values())
        size = f"A cell with {input_size} inputs and {hidden_size} units"
        require_room(2 * 8 * numbers, MAX_BYTES, size)  # the blocks, and the same joined
        gate_recurrent = "zeros" if recurrent == "zeros" else "glorot"
        peephole_scale = 0.0 if recurrent == "zeros" else (3 / hidden_size) ** 0.5
        draw = {
            "kernel": INITIALIZERS[kernel],
            "recurrent": INITIALIZERS[recurrent],
            "bias": zeros,
            "peephole": lambda shape, rng: uniform(shape, rng, scale=peephole_scale),
            "gate_recurrence": INITIALIZERS[gate_recurrent],
        }
        blocks = {
            (name, block): draw[layout.kind](layout.block_shape(shapes[name]), rng)
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
        >>> from lstm_core import LSTM
        >>> LSTM().init(1, 2, np.random.default_rng(0))["b"]
        array([0., 0., 1., 1., 0., 0., 0., 0.])
        """
        return self.join(
            self.init_blocks(
                input_size, hidden_size, rng, kernel=kernel, recurrent=recurrent, forget_bias=forget_bias
            )
        )

    def project(self, params: Arrays, x: FloatArray) -> FloatArray:
        """Return what the input adds to the pre-activations, many timesteps at once: (…, D) to (…, n·H)."""
        return x @ params["W"] + params["b"]

    @abstractmethod
    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep.

        Parameters
        ----------
        params : mapping of ndarray
            Checked parameters.
        projected : ndarray, shape (B, n·H)
            One timestep of what `project` returned.
        previous : mapping of ndarray, shape (B, H)
            The `carried` signals of the timestep before, and "h_seen": its h as products with U see it. That
            is h itself, unless recurrent dropout scales it.

        Returns
        -------
        dict of ndarray, shape (B, H)
            A value for each of `signals`.
        """

    @abstractmethod
    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the loss's gradient back through one timestep.

        Parameters
        ----------
        params, previous
            As `step` was given them.
        computed : mapping of ndarray, shape (B, H)
            What `step` returned.
        d_next : mapping of ndarray, shape (B, H)
            For each of `carried`, the gradient that reaches it from outside this timestep: from the timestep
            after it, and for h from the loss itself.

        Returns
        -------
        d_computed : dict of ndarray, shape (B, H)
            For each of `signals`, the whole gradient that reaches it.
        d_previous : dict of ndarray, shape (B, H)
            For "h_seen" and each of `carried`, what reaches its value of the timestep before; h may be left
            out if all of it goes through "h_seen".
        """

    @abstractmethod
    def accumulate(
        self, params: Arrays, x: FloatArray, previous: Arrays, computed: Arrays, d_computed: Arrays
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Sum the gradients of the parameters over all timesteps, and return that of every input.

        Parameters
        ----------
        params : mapping of ndarray
            Checked parameters.
        x : ndarray, shape (N, D)
            The inputs of all timesteps of all sequences.
        previous, computed, d_computed : mapping of ndarray, shape (N, H)
            As in `step_backward`, for all of them at once.

        Returns
        -------
        d_params : dict of ndarray
            With the names and shapes of `params`.
        d_x : ndarray, shape (N, D)
        """

    def side_by_side(self, signals: Arrays) -> FloatArray:
        """Put the pre-activations together in the order of their blocks: n of (…, H) to (…, n·H)."""
        return np.concatenate([signals[f"pre_{block}"] for block in self.blocks], axis=-1)

    def check(self, params: object, input_size: int | None = None) -> dict[str, FloatArray]:
        """Return a clean copy of the parameters.

        Parameters
        ----------
        params : mapping of array_like
            One array for each parameter of this cell.
        input_size : int, optional
            The number of inputs that W must have rows for; by default any.

        Returns
        -------
        dict of ndarray
            New arrays of float32 or float64.

        Raises
        ------
        InputError
            If a name is missing or unknown, a shape does not fit the others, or a number is not real or not
            finite.
        """
        same_keys("params", params, self.layout)
        assert isinstance(params, Mapping)  # same_keys has seen to it
        arrays = {name: real_array(name, params[name]) for name in self.layout}
        sizes = _sizes(("W", "U"), arrays["W"], arrays["U"])
        if input_size is not None:
            sizes = (input_size, sizes[1])
        _require_shapes(arrays, self.parameter_shapes(*sizes), sizes)
        return arrays

    def check_states(
        self, name: str, states: object, shape: tuple[int, int], dtype: DTypeLike
    ) -> dict[str, FloatArray]:
        """Return a clean copy of a value for each of `carried`, such as the states that a run starts from.

        Parameters
        ----------
        name : str
            What to call them in a message.
        states : mapping of array_like, shape (B, H), or None
            For some or all of `carried`; the others are 0.
        shape : tuple of int
            (B, H).
        dtype : dtype
            What they are converted to.

        Returns
        -------
        dict of ndarray
            New arrays in the order of `carried`.

        Raises
        ------
        InputError
            If it is no mapping, a name is unknown, a shape is another, or a number is not real or not finite.

        Examples
        --------
        >>> from lstm_core import LSTM
        >>> LSTM().check_states("initial", {"c": [[1, 2]]}, (1, 2), np.float64)
        {'h': array([[0., 0.]]), 'c': array([[1., 2.]])}
        """
        given = {} if states is None else states
        words = " and ".join(filter(None, (", ".join(self.carried[:-1]), self.carried[-1])))
        if not isinstance(given, Mapping):
            raise InputError(f"{name} must be a mapping with some of {words}, got {type(given).__name__}")
        unknown = [str(key) for key in given if key not in self.carried]
        if unknown:
            raise InputError(f"{name} must hold only {words}, got {', '.join(unknown)}")
        clean: dict[str, FloatArray] = {}
        for key in self.carried:
            state = real_array(f"{name} {key}", given[key], dtype) if key in given else np.zeros(shape, dtype)
            if state.shape != shape:
                raise InputError(
                    f"{name} {key} must have shape {shape} (examples, hidden size), got {state.shape}"
                )
            clean[key] = state
        return clean

    def split(self, params: object) -> dict[BlockKey, FloatArray]:
        """Cut the parameters into one array per parameter and block.

        Parameters
        ----------
        params : mapping of array_like
            One array for each parameter of this cell.

        Returns
        -------
        dict of (str, str) to ndarray
            Copies, such as ("W", "i") of shape (D, H), ("U", "i") of (H, H) and ("b", "i") of (H,).

        Raises
        ------
        InputError
            As `check`.
        """
        arrays = self.check(params)
        return {
            (name, block): part
            for name, layout in self.layout.items()
            for block, part in zip(layout.blocks, layout.split(arrays[name]), strict=True)
        }

    def join(self, blocks: object) -> dict[str, FloatArray]:
        """Put the parameters together again from what `split` returns.

        Parameters
        ----------
        blocks : mapping of (str, str) to array_like
            One array for each parameter and block.

        Returns
        -------
        dict of ndarray
            New arrays.

        Raises
        ------
        InputError
            If a block is missing or unknown, a shape does not fit the others, or a number is not real or not
            finite.
        """
        same_keys(
            "blocks", blocks, [(name, block) for name in self.layout for block in self.layout[name].blocks]
        )
        assert isinstance(blocks, Mapping)  # same_keys has seen to it
        parts = {"_".join(key): real_array("_".join(key), value) for key, value in blocks.items()}
        first = (f"W_{self.layout['W'].blocks[0]}", f"U_{self.layout['U'].blocks[0]}")
        sizes = _sizes(first, parts[first[0]], parts[first[1]])
        expected = {
            f"{name}_{block}": self.layout[name].block_shape(shape)
            for name, shape in self.parameter_shapes(*sizes).items()
            for block in self.layout[name].blocks
        }
        _require_shapes(parts, expected, sizes)
        return {
            name: layout.join([parts[f"{name}_{block}"] for block in layout.blocks])
            for name, layout in self.layout.items()
        }


def sum_signal(block: str, total: str) -> Signal:
    """Declare the pre-activation of a block, given how its sum is written."""
    return Signal(f"pre_{block}", f"pre_{block}", "internal", (None, None), f"pre_{block} = {total}")


def by_block(blocks: tuple[str, ...], columns: FloatArray) -> dict[str, FloatArray]:
    """Name the equal parts of the last axis: (…, n·H) to n views of (…, H)."""
    parts = columns.reshape(*columns.shape[:-1], len(blocks), -1)  # (…, n, H)
    return {block: parts[..., index, :] for index, block in enumerate(blocks)}


def _sizes(names: tuple[str, str], W: FloatArray, U: FloatArray) -> tuple[int, int]:
    """Read the input size and the hidden size from the rows of (a block of) W and U."""
    for name, array in zip(names, (W, U), strict=True):
        if array.ndim != 2 or array.size == 0:
            raise InputError(f"{name} must be a matrix that is not empty, got shape {array.shape}")
    return W.shape[0], U.shape[0]


def _require_shapes(
    arrays: Mapping[str, FloatArray], expected: Mapping[str, tuple[int, ...]], sizes: tuple[int, int]
) -> None:
    """Raise InputError at the first array whose shape is not the expected one."""
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise InputError(
                f"{name} must have shape {shape}, got {arrays[name].shape}: the input size is {sizes[0]}, "
                f"and the hidden size {sizes[1]} (the rows of U)"
            )
