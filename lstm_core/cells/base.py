"""What every recurrent cell declares, so that running and showing it need not know which one it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from lstm_core.checks import FloatArray, real_array, same_keys
from lstm_core.errors import InputError

Role: TypeAlias = Literal["gate", "candidate", "state", "readout", "internal"]
BlockKey: TypeAlias = tuple[str, str]
"""The name of a parameter and of the block inside it, such as ("W", "i")."""


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
        The lowest and highest value it can approach; None where there is no limit.
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
class Layout:
    """How the blocks lie inside one parameter.

    Parameters
    ----------
    blocks : tuple of str
        The blocks in order.
    along : {"columns", "rows"}
        "columns": equal parts of the last axis. "rows": each block is one row.
    """

    blocks: tuple[str, ...]
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
    """A recurrent cell: options, parameters and one timestep. It holds no numbers of its own.

    Every cell has W (D, n·H) and U (H, n·H), n being the number of `blocks`; the hidden size is read from the
    rows of U.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def signals(self) -> tuple[Signal, ...]:
        """What a trace records, in the order it is computed."""

    @property
    @abstractmethod
    def blocks(self) -> tuple[str, ...]:
        """The order of the column blocks inside W and U."""

    @property
    @abstractmethod
    def states(self) -> tuple[str, ...]:
        """The signals that an initial value can be given for; a masked timestep leaves them as they were."""

    @property
    @abstractmethod
    def carried(self) -> tuple[str, ...]:
        """The signals that `step` needs from the timestep before: the states, and in some variants more."""

    @property
    @abstractmethod
    def layout(self) -> dict[str, Layout]:
        """Every parameter's name, in order, with its blocks."""

    @abstractmethod
    def parameter_shapes(self, input_size: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter, in the order of `layout`."""

    @abstractmethod
    def init(self, input_size: int, hidden_size: int, rng: np.random.Generator) -> dict[str, FloatArray]:
        """Draw first values for every parameter."""

    @abstractmethod
    def project(self, params: Mapping[str, FloatArray], x: FloatArray) -> FloatArray:
        """Return what the input adds to the pre-activations, all timesteps at once: (…, D) to (…, n·H)."""

    @abstractmethod
    def step(
        self, params: Mapping[str, FloatArray], projected: FloatArray, previous: Mapping[str, FloatArray]
    ) -> dict[str, FloatArray]:
        """Compute one timestep.

        Parameters
        ----------
        params : mapping of ndarray
            Checked parameters.
        projected : ndarray, shape (B, n·H)
            One timestep of what `project` returned.
        previous : mapping of ndarray, shape (B, H)
            The `carried` signals of the timestep before.

        Returns
        -------
        dict of ndarray, shape (B, H)
            A value for each of `signals`.
        """

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
        first = (f"W_{self.blocks[0]}", f"U_{self.blocks[0]}")
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
