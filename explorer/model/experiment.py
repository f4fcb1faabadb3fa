"""What is being looked at: a cell, its weights, a sequence and a first state, as one immutable value.

Every change returns a new experiment. Weights are kept by block and shape: when a size or an
option changes, the blocks that still fit stay, the others are drawn, and whatever was there before
comes back when the reader switches back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from explorer.cell_styles import kind_of, style_of
from explorer.sequence import Sequence
from lstm_core import Dense, LayerTrace, unroll
from lstm_core.cells.base import Cell
from lstm_core.dense import OUTPUT_ACTIVATIONS, OutputActivationName

MAX_REMEMBERED = 500_000
"""Numbers kept for switching back: 4 MB, twice the largest cell."""

Block = tuple[str, str]
Known = tuple[str, str, str, tuple[int, ...], tuple[str, ...]]
Blocks = Mapping[Block, np.ndarray]


@dataclass(frozen=True, slots=True)
class Draw:
    """How weights are drawn when they have to be.

    Attributes
    ----------
    kernel, recurrent : str
        Names in ``lstm_core.INITIALIZERS``, for W and for U.
    seed : int
        At least 0. The same seed gives the same weights.
    forget_bias : float
        The first bias of the forget gate, in a cell that has one.
    """

    kernel: str = "glorot"
    recurrent: str = "orthogonal"
    seed: int = 0
    forget_bias: float = 1.0

    def blocks(self, cell: Cell, input_size: int, hidden_size: int) -> dict[Block, np.ndarray]:
        """Draw every block of a cell."""
        return cell.init_blocks(
            input_size,
            hidden_size,
            np.random.default_rng(self.seed),
            kernel=self.kernel,
            recurrent=self.recurrent,
            forget_bias=self.forget_bias,
        )


@dataclass(frozen=True, slots=True)
class Wording:
    """How a readout is told.

    Attributes
    ----------
    question : str
        What it answers.
    answer : str
        What its answer after the last timestep is called.
    right, wrong : str
        Said behind an answer, where it is known what is right; ``{}`` takes that.
    """

    question: str = "which word comes next?"
    answer: str = "predicted next word"
    right: str = ", as in its training text"
    wrong: str = "; its training text goes on with {}"


@dataclass(frozen=True, slots=True)
class Units:
    """What a number that is read out stands for: (input + number) × scale + level.

    Attributes
    ----------
    level, scale : float
        As above.
    name : str
        What that is.
    """

    level: float
    scale: float
    name: str


@dataclass(frozen=True, slots=True)
class Readout:
    """A dense layer after the cell, and what may follow it.

    Attributes
    ----------
    dense : Dense
        Its weights; it fits one hidden size only.
    words : tuple of str
        What each output stands for.
    truths : tuple of (str, str)
        Texts, and what really follows them.
    kind : str
        The kind of cell it was trained with; of any other it would read numbers that mean something else.
    activation : {"softmax", "sigmoid", "linear"}
        What makes outputs of its scores.
    every : bool
        Whether it was trained to answer at every timestep, not only after the last.
    source : str
        The name of the sequences that it was trained to follow; empty for those of its own words.
    wording : Wording
        How it is told.
    units : Units, optional
        What its only output stands for, if that is another number.
    """

    dense: Dense
    words: tuple[str, ...]
    truths: tuple[tuple[str, str], ...] = ()
    kind: str = "LSTM"
    activation: OutputActivationName = "softmax"
    every: bool = False
    source: str = ""
    wording: Wording = field(default_factory=Wording)
    units: Units | None = None

    def reads(self, cell: Cell, hidden_size: int, sequence: Sequence) -> bool:
        """Tell whether what it reads after such a cell would mean what it was trained for."""
        if self.kind != kind_of(cell) or self.dense.hidden_size != hidden_size:
            return False
        if self.source:
            return self.source == sequence.source
        return (sequence.encoding, sequence.vocabulary) == ("id", self.words[1:])

    def truths_of(self, sequence: Sequence) -> tuple[str, ...]:
        """Return what is right to answer at each timestep, empty where nobody knows."""
        if sequence.answers:
            return sequence.answers
        text = " ".join(sequence.symbols[t] for t in np.flatnonzero(~sequence.padded))
        return ("",) * (sequence.timesteps - 1) + (dict(self.truths).get(text, ""),)

    def outputs(self, logits: np.ndarray) -> np.ndarray:
        """Return what the activation makes of scores, in the same shape."""
        return OUTPUT_ACTIVATIONS[self.activation].forward(logits)


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Everything a run depends on.

    Attributes
    ----------
    cell : Cell
        The kind and its options.
    sequence : Sequence
        What is fed.
    blocks : mapping of (str, str) to ndarray
        The weights now in use, by parameter and gate.
    initial : mapping of ndarray, shape (H,)
        Each of the cell's states before the first timestep.
    draw : Draw
        How new weights are drawn.
    readout : Readout, optional
        Shown while it fits the kind and the hidden size.
    known : mapping
        Blocks that were in use, by kind of cell, parameter, gate, shape and what the rows of R stand for.
    news : tuple of str
        What the last change did to the weights, in sentences for the reader.
    """

    cell: Cell
    sequence: Sequence
    blocks: Blocks
    initial: Mapping[str, np.ndarray]
    draw: Draw = field(default_factory=Draw)
    readout: Readout | None = None
    known: Mapping[Known, np.ndarray] = field(default_factory=dict)
    news: tuple[str, ...] = ()

    @classmethod
    def start(
        cls,
        cell: Cell,
        sequence: Sequence,
        hidden_size: int,
        *,
        draw: Draw,
        blocks: Blocks | None = None,
        readout: Readout | None = None,
    ) -> Experiment:
        """Begin with the given weights, or with drawn ones, and a zero state."""
        blocks = draw.blocks(cell, sequence.input_size, hidden_size) if blocks is None else blocks
        return cls(cell, sequence, blocks, _zeros(cell, hidden_size), draw, readout)._remembering()

    @property
    def hidden_size(self) -> int:
        """The number of units, H."""
        return next(len(block) for (name, _), block in self.blocks.items() if name == "U")

    @property
    def input_size(self) -> int:
        """The numbers that come in at each timestep, D."""
        return next(len(block) for (name, _), block in self.blocks.items() if name == "W")

    @property
    def key(self) -> str:
        """A short name for exactly this content: equal keys give equal runs and equal pictures."""
        sequence = self.sequence
        words = [getattr(sequence, name) for name in _SHOWN_WORDS]
        digest = hashlib.blake2b(repr((self.cell, words)).encode(), digest_size=16)
        read = self.readout.dense if self.readout else None
        arrays = [
            *([("kernel", read.kernel), ("bias", read.bias)] if read else []),
            ("x", sequence.values),
            ("mask", sequence.mask),
            ("padded", sequence.padded),
            *self.initial.items(),
        ]
        for name, array in [*arrays, *sorted(self.blocks.items(), key=lambda item: item[0])]:
            digest.update(repr((name, array.shape)).encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def run(self) -> LayerTrace:
        """Run the cell over the sequence, as a batch of one."""
        return unroll(
            self.cell,
            self.cell.join(self.blocks),
            self.sequence.values[np.newaxis],
            initial={state: values[np.newaxis] for state, values in self.initial.items()},
            mask=self.sequence.mask[np.newaxis],
        )

    def with_parts(
        self,
        sequence: Sequence | None = None,
        cell: Cell | None = None,
        hidden_size: int | None = None,
    ) -> Experiment:
        """Change several parts at once: some cells only fit certain sizes, so that one step could not.

        Raises
        ------
        InputError
            If the cell cannot have these sizes.
        """
        sequence = self.sequence if sequence is None or _same(sequence, self.sequence) else sequence
        cell = self.cell if cell is None else cell
        size = self.hidden_size if hidden_size is None else hidden_size
        if sequence is self.sequence and cell == self.cell and size == self.hidden_size:
            return self
        zeros = _zeros(cell, size)
        fitting = {} if size != self.hidden_size else self.initial
        initial = {state: fitting.get(state, zero) for state, zero in zeros.items()}
        changed = replace(self, sequence=sequence, cell=cell, initial=initial)
        return changed._fitted(sequence.input_size, size)

    def with_initial(self, initial: Mapping[str, np.ndarray]) -> Experiment:
        """Begin from other states, each of shape (H,); one that is not named stays as it is."""
        return replace(self, initial={**self.initial, **initial})

    def with_blocks(self, blocks: Blocks) -> Experiment:
        """Use other weights of the same shapes."""
        return replace(self, blocks=dict(blocks), news=())._remembering()

    def takes(self, blocks: Blocks) -> bool:
        """Tell whether weights have the names and shapes of those in use."""
        shapes = {block: array.shape for block, array in blocks.items()}
        return shapes == {block: array.shape for block, array in self.blocks.items()}

    def with_weights_of(self, other: Experiment) -> Experiment:
        """Use another experiment's weights where they fit, and draw the rest its way."""
        here = {self._name(block, array) for block, array in self.blocks.items()}
        known = {name: array for name, array in self.known.items() if name not in here}
        fitting = {name: array for name, array in other.known.items() if name in here}
        changed = replace(self, draw=other.draw, known={**known, **fitting})
        return replace(changed._fitted(self.input_size, self.hidden_size), news=())

    def redrawn(self, draw: Draw) -> Experiment:
        """Draw all weights anew."""
        blocks = draw.blocks(self.cell, self.input_size, self.hidden_size)
        return replace(self, draw=draw).with_blocks(blocks)

    def _remembering(self) -> Experiment:
        """Keep the blocks in use, and as many of the earlier ones as there is room for, the latest first."""
        blocks = {block: _frozen(array) for block, array in self.blocks.items()}
        here = {self._name(block, array): array for block, array in blocks.items()}
        room = MAX_REMEMBERED - sum(array.size for array in here.values())
        earlier = {}
        for key, array in reversed(list(self.known.items())):
            if key not in here and (room := room - array.size) >= 0:
                earlier[key] = array
        return replace(self, blocks=blocks, known={**dict(reversed(list(earlier.items()))), **here})

    def _name(self, block: Block, array: np.ndarray) -> Known:
        """Say what a block is: parameter, gate, shape, and for R which gates its rows stand for."""
        layout = self.cell.layout[block[0]]
        rows = layout.blocks if layout.kind == "gate_recurrence" else ()
        return (kind_of(self.cell), *block, array.shape, rows)

    def _fitted(self, input_size: int, hidden_size: int) -> Experiment:
        """Take the blocks that fit the cell and the sizes; draw those never seen in this shape."""
        drawn = self.draw.blocks(self.cell, input_size, hidden_size)
        names = {block: self._name(block, array) for block, array in drawn.items()}
        blocks = {block: self.known.get(names[block], array) for block, array in drawn.items()}
        if blocks.keys() == self.blocks.keys() and all(blocks[key] is self.blocks[key] for key in blocks):
            return replace(self, news=())
        fresh = [block for block, name in names.items() if name not in self.known]
        back = [
            block
            for block in blocks
            if block not in fresh and (block not in self.blocks or blocks[block] is not self.blocks[block])
        ]
        news = _news(fresh, back, blocks, self.draw, self.cell)
        return replace(self, blocks=blocks, news=news)._remembering()


def _zeros(cell: Cell, hidden_size: int) -> dict[str, np.ndarray]:
    """Return a state of zeros."""
    return {state: np.zeros(hidden_size) for state in cell.states}


_SHOWN_WORDS = ("kind", "symbols", "inputs", "encoding", "vocabulary", "source", "answers")


def _same(one: Sequence, other: Sequence) -> bool:
    """Tell whether two sequences are alike in everything that is fed or shown."""
    if one is other:
        return True
    words = (*_SHOWN_WORDS, "notes", "unit")
    return all(getattr(one, name) == getattr(other, name) for name in words) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("values", "padded", "mask")
    )


_WORDS = {
    "W": "input weights W",
    "U": "recurrent weights U",
    "R": "gate weights R",
    "P": "peephole weights P",
    "b": "biases b",
    "b_rec": "recurrent biases b_rec",
}


def _news(fresh: list[Block], back: list[Block], blocks: Blocks, draw: Draw, cell: Cell) -> tuple[str, ...]:
    """Say which weights were drawn and which came back."""
    news = []
    if fresh:
        others = "" if len(fresh) == len(blocks) else " The others are as they were."
        news.append(
            f"Drew new {_list(fresh, cell)} (seed {draw.seed}).{others} Switch back and the old ones return."
        )
    if back:
        news.append(f"Brought back the {_list(back, cell)} that you had.")
    return tuple(news)


def _list(blocks: list[Block], cell: Cell) -> str:
    """Name blocks by parameter: "input weights W and biases b of f", no gates where they are all."""
    order = style_of(cell).order
    gates: dict[str, list[str]] = {}
    for name, gate in blocks:
        gates.setdefault(_WORDS[name], []).append(gate)
    groups: dict[str, list[str]] = {}
    for word, found in gates.items():
        few = (
            ""
            if len(found) > 2 or len(cell.blocks) == 1
            else f" of {' and '.join(sorted(found, key=order.index))}"
        )
        groups.setdefault(few, []).append(word)
    return ", and ".join(_joined(words) + few for few, words in groups.items())


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _frozen(array: np.ndarray) -> np.ndarray:
    """Return the array itself if nobody can write to it, else a copy that nobody can write to."""
    if array.flags.writeable:
        array = array.copy()
        array.setflags(write=False)
    return array
