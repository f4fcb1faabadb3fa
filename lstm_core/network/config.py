"""What a network is made of: its inputs, its recurrent layers and how they are read. It holds no numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_core.cells import Cell
from lstm_core.checks import FloatArray, one_of, real_array, real_number, whole_array, whole_number
from lstm_core.dense import OutputActivationName
from lstm_core.errors import InputError

Read = Literal["last", "every"]


class Inputs(ABC):
    """What the inputs of a network are, and how they become the x of its first layer."""

    __slots__ = ()

    @property
    @abstractmethod
    def width(self) -> int:
        """The number of inputs that a timestep of the first layer has, D."""

    @property
    def table_shape(self) -> tuple[int, int] | None:
        """The shape of the trainable table that `embed` reads, if there is one."""
        return None

    @abstractmethod
    def check(self, name: str, inputs: object, dtype: DTypeLike) -> NDArray[Any]:
        """Return a clean copy of the inputs of a batch, or raise InputError."""

    @abstractmethod
    def embed(self, inputs: NDArray[Any], table: FloatArray | None, dtype: DTypeLike) -> FloatArray:
        """Return x, shape (B, T, D), in the given float type."""


@dataclass(frozen=True, slots=True)
class Raw(Inputs):
    """Inputs that are numbers already: shape (B, T, D).

    Parameters
    ----------
    size : int
        D, at least 1.

    Raises
    ------
    InputError
        If the size is not a positive integer.

    Examples
    --------
    >>> Raw(2).check("inputs", [[[1, 2]]], np.float64)
    array([[[1., 2.]]])
    """

    size: int

    def __post_init__(self) -> None:
        """Refuse a size that is not a positive integer."""
        object.__setattr__(self, "size", whole_number("size", self.size, low=1))

    @property
    def width(self) -> int:
        """The size."""
        return self.size

    def check(self, name: str, inputs: object, dtype: DTypeLike) -> NDArray[Any]:
        """Return finite numbers of shape (B, T, D)."""
        given = inputs if isinstance(inputs, np.ndarray) else real_array(name, inputs)
        if given.ndim != 3 or given.size == 0 or given.shape[2] != self.size:
            raise InputError(
                f"{name} must have shape (examples, timesteps, {self.size}) with at least 1 of each, "
                f"got {given.shape}"
            )
        return real_array(name, given, dtype)

    def embed(self, inputs: NDArray[Any], table: FloatArray | None, dtype: DTypeLike) -> FloatArray:
        """Return the inputs."""
        return inputs.astype(dtype, copy=False)


class _Ids(Inputs):
    """Inputs that are numbers of words or characters."""

    __slots__ = ()

    vocabulary: int

    def check(self, name: str, inputs: object, dtype: DTypeLike) -> NDArray[Any]:
        """Return integers of shape (B, T)."""
        ids = whole_array(name, inputs, self.vocabulary, "ids")
        if ids.ndim != 2 or ids.size == 0:
            raise InputError(
                f"{name} must have shape (examples, timesteps) with at least 1 of each, got {ids.shape}"
            )
        return ids


@dataclass(frozen=True, slots=True)
class OneHot(_Ids):
    """Ids, shape (B, T), each of which becomes a row with a single 1.

    Parameters
    ----------
    vocabulary : int
        How many different ids there are, at least 1: they run from 0 to vocabulary − 1.

    Raises
    ------
    InputError
        If the vocabulary is not a positive integer.

    Examples
    --------
    >>> OneHot(3).embed(np.array([[2, 0]]), None, np.float64)
    array([[[0., 0., 1.],
            [1., 0., 0.]]])
    """

    vocabulary: int

    def __post_init__(self) -> None:
        """Refuse a vocabulary that is not a positive integer."""
        object.__setattr__(self, "vocabulary", whole_number("vocabulary", self.vocabulary, low=1))

    @property
    def width(self) -> int:
        """The vocabulary."""
        return self.vocabulary

    def embed(self, inputs: NDArray[Any], table: FloatArray | None, dtype: DTypeLike) -> FloatArray:
        """Return a 1 at the place of each id."""
        x = np.zeros((*inputs.shape, self.vocabulary), dtype)
        x.reshape(-1)[np.arange(0, x.size, self.vocabulary) + inputs.ravel()] = 1
        return x


@dataclass(frozen=True, slots=True)
class Embedding(_Ids):
    """Ids, shape (B, T), each of which becomes its row of a trainable table.

    Parameters
    ----------
    vocabulary : int
        How many different ids there are, at least 1: they run from 0 to vocabulary − 1.
    size : int
        The number of columns of the table, at least 1.

    Raises
    ------
    InputError
        If a number is not a positive integer.

    Examples
    --------
    >>> Embedding(3, 2).embed(np.array([[2, 0]]), np.array([[0.0, 1], [2, 3], [4, 5]]), np.float64)
    array([[[4., 5.],
            [0., 1.]]])
    """

    vocabulary: int
    size: int

    def __post_init__(self) -> None:
        """Refuse numbers that are not positive integers."""
        object.__setattr__(self, "vocabulary", whole_number("vocabulary", self.vocabulary, low=1))
        object.__setattr__(self, "size", whole_number("size", self.size, low=1))

    @property
    def width(self) -> int:
        """The size."""
        return self.size

    @property
    def table_shape(self) -> tuple[int, int] | None:
        """A row of `size` numbers for each id."""
        return (self.vocabulary, self.size)

    def embed(self, inputs: NDArray[Any], table: FloatArray | None, dtype: DTypeLike) -> FloatArray:
        """Return the row of each id."""
        assert table is not None  # `table_shape` has asked for it
        return table.take(inputs, axis=0)

    def embed_backward(self, inputs: NDArray[Any], d_x: FloatArray, d_table: FloatArray) -> None:
        """Write dL/d of the table into the last array: each row sums what reached its id."""
        d_table.fill(0)
        places = inputs.ravel()[:, np.newaxis] * self.size + np.arange(self.size)
        np.add.at(d_table.reshape(-1), places.ravel(), d_x.ravel())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentLayer:
    """A cell run over the sequence, forward or both ways.

    Parameters
    ----------
    cell : Cell
        Such as ``LSTM()``.
    hidden_size : int
        The units of each direction, H, at least 1.
    bidirectional : bool
        Run a second cell, with parameters of its own, from the last timestep to the first, and put its h
        behind that of the first: 2H numbers a timestep.
    dropout : float
        In [0, 1): the share of the layer's inputs that is set to 0 in training. It is drawn once for a
        sequence and direction and holds at every timestep; what is kept is divided by 1 − dropout. As in
        Keras' recurrent layers.
    recurrent_dropout : float
        The same of h of the timestep before as it enters the products with U. One draw serves all gates;
        Keras, which has one for all gates of the inputs, here draws one for each.
    kernel_l1, kernel_l2, recurrent_l1, recurrent_l2 : float
        At least 0. Adds l1 · Σ|w| + l2 · Σw² over the kernel W, and over the recurrent kernel U, of each
        direction to what is minimised. As in Keras, without a factor ½.

    Raises
    ------
    InputError
        If an option is outside its range.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> RecurrentLayer(cell=LSTM(), hidden_size=8, bidirectional=True).width
    16
    """

    cell: Cell
    hidden_size: int
    bidirectional: bool = False
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    kernel_l1: float = 0.0
    kernel_l2: float = 0.0
    recurrent_l1: float = 0.0
    recurrent_l2: float = 0.0

    def __post_init__(self) -> None:
        """Refuse options outside their ranges."""
        if not isinstance(self.cell, Cell):
            raise InputError(f"cell must be a cell such as LSTM(), got {self.cell!r}")
        object.__setattr__(self, "hidden_size", whole_number("hidden_size", self.hidden_size, low=1))
        one_of("bidirectional", self.bidirectional, (True, False))
        for name in ("dropout", "recurrent_dropout"):
            object.__setattr__(self, name, real_number(name, getattr(self, name), 0, 1, below=True))
        for name in ("kernel_l1", "kernel_l2", "recurrent_l1", "recurrent_l2"):
            object.__setattr__(self, name, real_number(name, getattr(self, name), 0))

    @property
    def directions(self) -> tuple[bool, ...]:
        """For each direction whether time runs in reverse: (False,) or (False, True)."""
        return (False, True) if self.bidirectional else (False,)

    @property
    def width(self) -> int:
        """The numbers it says at a timestep: H, or 2H both ways."""
        return self.hidden_size * len(self.directions)

    @property
    def penalties(self) -> tuple[tuple[str, float, float], ...]:
        """The parameters that are held small, each with its l1 and l2; without those where both are 0."""
        table = (("W", self.kernel_l1, self.kernel_l2), ("U", self.recurrent_l1, self.recurrent_l2))
        return tuple(row for row in table if row[1] or row[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """Everything that a network is before it has numbers.

    Parameters
    ----------
    inputs : Raw or OneHot or Embedding
        What comes in.
    layers : tuple of RecurrentLayer
        At least one; each reads the one before it.
    outputs : int
        The number of outputs, K, at least 1.
    read : {"last", "every"}
        Whether a sequence has one output, from what the last layer says in the end, or one at every timestep.
        In the end is where a direction stops: the last timestep forward, the first in reverse, as Keras'
        ``Bidirectional``. As masked timesteps pass h on, this is h of the last timestep that was not masked.
    attention : bool
        Let what is read look at every timestep of the last layer: its dot products with their h, through a
        softmax, weight a sum of their h that is put behind it. As Keras' ``Attention()([h, h])`` with
        ``Concatenate()``, and with "last" as ``Attention()([read, h])``.
    head_dropout : float
        In [0, 1): the share of what the head reads that is set to 0 in training, every number by itself.
    head : bool
        Whether a dense layer makes the outputs. False takes the first K numbers of what is read for logits.
    activation : {"linear", "sigmoid", "softmax"}
        Of the logits.

    Raises
    ------
    InputError
        If an option is outside its range, or without a head fewer numbers are read than there are outputs.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> config = NetworkConfig(
    ...     inputs=OneHot(30),
    ...     layers=(RecurrentLayer(cell=LSTM(), hidden_size=16),),
    ...     outputs=30,
    ...     activation="softmax",
    ... )
    >>> config.read, config.features
    ('last', 16)
    """

    inputs: Inputs
    layers: tuple[RecurrentLayer, ...]
    outputs: int
    read: Read = "last"
    attention: bool = False
    head_dropout: float = 0.0
    head: bool = True
    activation: OutputActivationName = "linear"

    def __post_init__(self) -> None:
        """Refuse options outside their ranges."""
        if not isinstance(self.inputs, Inputs):
            raise InputError(f"inputs must be Raw(…), OneHot(…) or Embedding(…), got {self.inputs!r}")
        given: object = self.layers
        layers = tuple(given) if isinstance(given, Sequence) else ()
        if not layers or not all(isinstance(layer, RecurrentLayer) for layer in layers):
            raise InputError(f"layers must be one or more of RecurrentLayer(…), got {given!r}")
        object.__setattr__(self, "layers", layers)
        one_of("read", self.read, get_args(Read))
        rate = real_number("head_dropout", self.head_dropout, 0, 1, below=True)
        object.__setattr__(self, "head_dropout", rate)
        for name in ("attention", "head"):
            one_of(name, getattr(self, name), (True, False))
        one_of("activation", self.activation, get_args(OutputActivationName))
        object.__setattr__(self, "outputs", whole_number("outputs", self.outputs, low=1))
        if self.outputs > self.features and not self.head:
            raise InputError(
                f"outputs must be at most {self.features}, the numbers that are read, if there is no head, "
                f"got {self.outputs}"
            )

    @property
    def input_sizes(self) -> tuple[int, ...]:
        """The number of inputs that a timestep of each layer has."""
        return (self.inputs.width, *(layer.width for layer in self.layers[:-1]))

    @property
    def features(self) -> int:
        """The number of numbers that the head reads."""
        return self.layers[-1].width * (2 if self.attention else 1)
