"""A training run before it begins: every choice of the Train page as one immutable value, and what it makes.

The same plan always gives the same data, the same first weights and the same run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Literal, TypeVar, cast

import numpy as np

from explorer.training.data_cache import DataCache, bytes_of
from explorer.training.limits import MAX_DATA_BYTES, MAX_UPDATES
from lstm_core import (
    LSTM,
    SGD,
    TASKS,
    Adam,
    ClipNorm,
    ClipValue,
    EarlyStopping,
    Embedding,
    InputError,
    Network,
    NetworkConfig,
    OneHot,
    RecurrentLayer,
    RMSprop,
)
from lstm_core.cells.base import Cell
from lstm_core.optimizers import Optimizer
from lstm_core.tasks import Task, TaskData
from lstm_core.tasks.forecasting import Series

Own = str | Series | tuple[tuple[str, str], ...]
"""What a visitor brought: a text, a series, or sentences with a label each."""
OptimizerName = Literal["Adam", "RMSprop", "SGD"]
ClipName = Literal["none", "norm", "value"]

_MEASUREMENTS = 20
OPTIMIZERS: Mapping[OptimizerName, type[Optimizer]] = {"Adam": Adam, "RMSprop": RMSprop, "SGD": SGD}


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Source:
    """Where the data of a run comes from.

    Attributes
    ----------
    task : str
        A key of `lstm_core.TASKS`.
    sizes : tuple of (str, int)
        What the task is built with; those that are not named keep their defaults.
    own : str or Series or tuple of (str, str), optional
        The visitor's own data.
    seed : int
        Draws the data, then the first weights, then the order of the examples and dropout.
    test : bool
        Whether a third part is held back, as a run asks for that stops by its validation data.
    """

    task: str
    sizes: tuple[tuple[str, int], ...] = ()
    own: Own | None = None
    seed: int = 0
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every choice of a run.

    Attributes
    ----------
    source : Source
        The data.
    cell : Cell
        Of every layer.
    hidden_sizes : tuple of int
        The units of each layer, the first one first.
    bidirectional, attention : bool
        See `RecurrentLayer` and `NetworkConfig`; not for tasks that only look back.
    embedding : int
        The numbers that stand for each id; 0 feeds the id one-hot. Of a task that reads plain numbers it is
        not looked at.
    dropout, recurrent_dropout, head_dropout : float
        In [0, 1): of every layer's inputs, of its h, and of what the head reads.
    l1, l2 : float
        At least 0; of W and U of every layer.
    optimizer : {"Adam", "RMSprop", "SGD"}
        By its name.
    learning_rate : float
        What the run begins with.
    momentum : float
        Of SGD.
    batch_size, epochs : int
        At least 1.
    clip : {"none", "norm", "value"}
        How gradients are cut.
    clip_limit : float
        At what size.
    patience : int
        Measurements without an improvement after which the run stops; 0 never stops early.
    forget_bias : float
        The first bias of every forget gate.
    """

    source: Source
    cell: Cell = field(default_factory=LSTM)
    hidden_sizes: tuple[int, ...] = (16,)
    bidirectional: bool = False
    attention: bool = False
    embedding: int = 0
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    head_dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    optimizer: OptimizerName = "Adam"
    learning_rate: float = 0.01
    momentum: float = 0.0
    batch_size: int = 32
    epochs: int = 10
    clip: ClipName = "none"
    clip_limit: float = 5.0
    patience: int = 0
    forget_bias: float = 1.0

    @property
    def task(self) -> Task:
        """The task."""
        return TASKS[self.source.task]

    def built(self) -> Built:
        """Return the data with what goes with them: the same for equal sources while anybody holds it."""
        return _DATA.get(self.source)

    def data(self) -> TaskData:
        """Return the data."""
        return self.built().data

    def config(self) -> NetworkConfig:
        """Return the network for these choices and these data.

        Raises
        ------
        InputError
            If the choices do not go together.
        """
        data = self.data()
        recipe = data.recipe.network
        inputs = recipe.inputs
        if isinstance(inputs, OneHot | Embedding):
            inputs = (
                Embedding(inputs.vocabulary, self.embedding) if self.embedding else OneHot(inputs.vocabulary)
            )
        layers = tuple(
            RecurrentLayer(
                cell=self.cell,
                hidden_size=size,
                bidirectional=self.bidirectional and not data.forward_only,
                dropout=self.dropout,
                recurrent_dropout=self.recurrent_dropout,
                kernel_l1=self.l1,
                kernel_l2=self.l2,
                recurrent_l1=self.l1,
                recurrent_l2=self.l2,
            )
            for size in self.hidden_sizes
        )
        attention = self.attention and not data.forward_only
        return replace(
            recipe, inputs=inputs, layers=layers, attention=attention, head_dropout=self.head_dropout
        )

    def network(self) -> Network:
        """Return the network of `config`."""
        return Network(self.config())

    def generator(self) -> np.random.Generator:
        """Return the generator as it stands after the data were drawn: it draws the first weights next."""
        rng = np.random.default_rng()
        rng.bit_generator.state = self.built().drawn
        return rng

    def optimizer_config(self) -> Optimizer:
        """Return the optimiser.

        Raises
        ------
        InputError
            If its numbers are out of range.
        """
        if self.optimizer == "SGD":
            return SGD(self.learning_rate, momentum=self.momentum)
        return OPTIMIZERS[self.optimizer](self.learning_rate)

    def clipping(self) -> ClipNorm | ClipValue | None:
        """Return what cuts the gradients, if anything does."""
        if self.clip == "none":
            return None
        return ClipNorm(self.clip_limit) if self.clip == "norm" else ClipValue(self.clip_limit)

    def stopping(self) -> EarlyStopping | None:
        """Return what ends the run early, if anything does."""
        return EarlyStopping(self.patience) if self.patience else None

    @property
    def updates_per_epoch(self) -> int:
        """How many updates it takes to see all the data once."""
        return -(-len(self.data().train) // self.batch_size)

    @property
    def updates(self) -> int:
        """How many updates the run makes in all, if nothing stops it."""
        return self.epochs * self.updates_per_epoch

    def check_length(self) -> None:
        """Raise InputError if the run has more updates than anybody would look through."""
        if self.updates > MAX_UPDATES:
            raise InputError(
                f"A run may have at most {MAX_UPDATES:,} updates, but {self.epochs:,} epochs of "
                f"{self.updates_per_epoch:,} would be {self.updates:,}"
            )

    @property
    def measure_every(self) -> int:
        """After how many updates the held-out data is measured: each epoch, or 20 times in fewer epochs."""
        often = self.updates // _MEASUREMENTS
        return self.updates_per_epoch if self.epochs >= _MEASUREMENTS else max(1, often)


def default_plan(source: Source) -> Plan:
    """Return the plan that a task comes with, for these data.

    Raises
    ------
    InputError
        If the data cannot be built.

    Examples
    --------
    >>> plan = default_plan(Source(task="parity"))
    >>> plan.hidden_sizes, plan.learning_rate, plan.network().parameter_count
    ((8,), 0.02, 338)
    """
    recipe = Plan(source=source).data().recipe
    config, optimizer, clip = recipe.network, recipe.optimizer, recipe.clip
    first = config.layers[0]
    name = next(name for name, known in OPTIMIZERS.items() if type(optimizer) is known)
    return Plan(
        source=source,
        cell=first.cell,
        hidden_sizes=tuple(layer.hidden_size for layer in config.layers),
        bidirectional=first.bidirectional,
        attention=config.attention,
        embedding=config.inputs.size if isinstance(config.inputs, Embedding) else 0,
        dropout=first.dropout,
        recurrent_dropout=first.recurrent_dropout,
        head_dropout=config.head_dropout,
        l1=first.kernel_l1,
        l2=first.kernel_l2,
        optimizer=name,
        learning_rate=optimizer.learning_rate,
        momentum=getattr(optimizer, "momentum", 0.0),
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        clip="none" if clip is None else "norm" if isinstance(clip, ClipNorm) else "value",
        clip_limit=5.0 if clip is None else clip.limit,
    )


class Built:
    """The data of a source, the state of the generator after them, and what was made of them.

    Attributes
    ----------
    data : TaskData
        The data.
    drawn : mapping
        The state of the generator.
    made : dict
        By what it is about: what was made of the data, and its bytes; the one asked for last comes last.
    nbytes : int
        What all of it takes, with what the visitor brought.
    """

    def __init__(self, source: Source, data: TaskData, drawn: Mapping[str, object]) -> None:
        self.data, self.drawn = data, drawn
        self.made: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self.nbytes = bytes_of(source, data)

    def keep(self, about: Hashable, found: object) -> None:
        """Remember what was made; the one asked for longest ago may go for it."""
        size = bytes_of(about, found)
        with _MAKING:
            _, before = self.made.pop(about, (None, 0))  # another thread may have made it too
            self.made[about] = found, size
            self.nbytes += size - before
            while len(self.made) > _MOST_MADE:
                _, (_, gone) = self.made.popitem(last=False)
                self.nbytes -= gone


def _build(source: Source) -> Built:
    rng = np.random.default_rng(source.seed)
    data = TASKS[source.task].build(rng, source.own, test=source.test, **dict(source.sizes))
    return Built(source, data, rng.bit_generator.state)


_DATA = DataCache(_build, MAX_DATA_BYTES)
_MOST_MADE = 128
"""Things that are remembered of the data of one source: typed examples, times of other settings."""
_MAKING = Lock()  # for whoever looks at what was made, and then changes it

Made = TypeVar("Made")


def remembered(source: Source, about: Hashable, make: Callable[[], Made]) -> Made:
    """Return what was made of the data of a source before, or make it now; it is forgotten with the data.

    Parameters
    ----------
    source : Source
        Where the data come from.
    about : hashable
        What it is.
    make : callable
        Makes it. What it raises is not remembered.

    Examples
    --------
    >>> source = Source(task="parity")
    >>> remembered(source, "examples", lambda: len(Plan(source=source).data().train))
    800
    >>> remembered(source, "examples", lambda: 0)
    800
    """
    built = _DATA.get(source)
    with _MAKING:
        if about in built.made:
            built.made.move_to_end(about)
            return cast(Made, built.made[about][0])
    found = make()
    built.keep(about, found)
    _DATA.grew()
    return found
