"""A sequence ready for a cell."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.wording import counted

Kind = Literal["numbers", "text", "signal", "example"]
Encoding = Literal["value", "one-hot", "id", "embedding", "layer"]
Unit = Literal["timestep", "character", "word"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """What the cell reads, one row per timestep, with the words a view needs to label it.

    Two sequences are compared by identity: compare the configs they were read from, or the values.

    Parameters
    ----------
    kind : {"numbers", "text", "signal", "example"}
        Where it comes from. An example is that of a task, whose symbols are words of the task for numbers.
    values : ndarray, shape (T, D)
        Read-only float64, finite. A padded timestep is a row of zeros.
    symbols : tuple of str, length T
        What stands above each timestep: the number, the character or word, "∅" for padding; "" where
        nothing short enough says it.
    inputs : tuple of str, length D
        Name of each column.
    padded : ndarray of bool, shape (T,)
        Read-only. True where the timestep was added as padding.
    mask : ndarray of bool, shape (T,)
        Read-only. False where the cell skips the timestep.
    notes : tuple of str
        A sentence for everything that was padded, cut, skipped or read in a way that may surprise.
    unit : {"timestep", "character", "word"}
        What one timestep is.
    encoding : {"value", "one-hot", "id", "embedding", "layer"}
        How a timestep became numbers: "layer" is what a layer below says.
    vocabulary : tuple of str
        Of a text, the symbols as they are in it (not as shown), the one with id 1 first. Given to
        another `TextConfig` it encodes a second text the same way.
    source : str
        Of a sequence made for a trained network, the name of what it was made for; else empty.
    answers : tuple of str, of length T or empty
        What is right to say at each timestep, empty where nobody knows.
    """

    kind: Kind
    values: NDArray[np.float64]
    symbols: tuple[str, ...]
    inputs: tuple[str, ...]
    padded: NDArray[np.bool_]
    mask: NDArray[np.bool_]
    notes: tuple[str, ...] = ()
    unit: Unit = "timestep"
    encoding: Encoding = "value"
    vocabulary: tuple[str, ...] = ()
    source: str = ""
    answers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Copy the arrays, make them read-only and check that all lengths agree."""
        for name, dtype in (("values", np.float64), ("padded", np.bool_), ("mask", np.bool_)):
            array = np.array(getattr(self, name), dtype=dtype)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.values.ndim != 2 or 0 in self.values.shape:
            raise ValueError(f"values must have shape (T, D) with T, D ≥ 1, got {self.values.shape}")
        timesteps, input_size = self.values.shape
        expected = {"symbols": timesteps, "inputs": input_size, "padded": timesteps, "mask": timesteps}
        if self.answers:
            expected["answers"] = timesteps
        for name, length in expected.items():
            if len(getattr(self, name)) != length:
                raise ValueError(f"{name} must have length {length}, got {len(getattr(self, name))}")

    @property
    def timesteps(self) -> int:
        """Number of timesteps T, padding included."""
        return len(self.values)

    @property
    def input_size(self) -> int:
        """Numbers the cell reads at each timestep, D."""
        return int(self.values.shape[1])

    @property
    def summary(self) -> str:
        """The sequence in a few words: "12 timesteps, 1 number each"."""
        padding = int(self.padded.sum())
        length = counted(self.timesteps - padding, self.unit)
        if padding:
            length += f" and {counted(padding, 'padding step')}"
        each = "each " if self.timesteps > 1 else ""
        numbers = counted(self.input_size, "number")
        match self.encoding:
            case "one-hot":
                return f"{length}, one-hot over {counted(self.input_size, 'symbol')}"
            case "id":
                return f"{length}, {each}its id as one number"
            case "embedding":
                return f"{length}, {each}its row of the embedding: {numbers}"
            case "layer":
                return f"{length}, {each}what the layer below says: {numbers}"
        return f"{length}, {numbers} each" if self.timesteps > 1 else f"{length}, {numbers}"


def is_whole(number: object, lowest: int, highest: float) -> bool:
    """Tell whether a chosen option, which may come from a link, is a whole number in a range."""
    return isinstance(number, int) and lowest <= number <= highest


def input_names(input_size: int) -> tuple[str, ...]:
    """Name the columns of plain numbers: x for one, x₁, x₂ and so on for several."""
    if input_size == 1:
        return ("x",)
    return tuple(f"x{column}".translate(_SUBSCRIPTS) for column in range(1, input_size + 1))
