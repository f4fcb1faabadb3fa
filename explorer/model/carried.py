"""A trained network as Explore can show it: one layer in one direction, with what it reads and what reads it.

Everything is taken from a run of the whole network, so that the numbers in Explore are those of the network.
Streamlit is not in here: what Explore shows is kept by ``explorer.session.workspace``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from explorer.cell_styles import kind_of, style_of
from explorer.errors import SequenceError
from explorer.limits import MAX_HIDDEN, MAX_TIMESTEPS
from explorer.model.experiment import Blocks, Draw, Experiment, Readout, Units, Wording
from explorer.model.opening import Opening
from explorer.sequence import Sequence
from explorer.sequence.base import Encoding, Unit, input_names
from explorer.training.plan import Plan
from explorer.training.wording import unformatted
from explorer.wording import counted, grouped, visible
from lstm_core import Dense, Embedding, InputError, Network, NetworkConfig, OneHot, Raw, RecurrentLayer
from lstm_core.cells.base import Cell
from lstm_core.tasks import Probe, Task, TaskData
from lstm_core.tasks.base import PADDING
from lstm_core.tasks.forecasting import SeriesReader
from lstm_core.tasks.next_word import WordReader

CARRIED_KEY = "carried"
"""The name of a carried network among the presets."""

MAX_CARRIED_INPUTS = 512
"""Numbers that a layer may read at a timestep: more cannot be told apart in the drawing."""

_LONGEST_NAME = 10
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, eq=False)  # no slots: what is worked out once is kept with it
class Carried:
    """A trained network, a sequence for it, and the part of it that is looked at.

    Two are compared by identity.

    Attributes
    ----------
    task : Task
        What it was taught.
    data : TaskData
        The data of the task.
    network : Network
        What ran.
    params : mapping of ndarray
        Its parameters, by name.
    probe : Probe
        What it reads.
    run : str
        The name of the run it comes from.
    update : int
        After how many updates.
    layer : int
        Which recurrent layer, from 0.
    reverse : bool
        Whether its second direction is meant.
    plan : Plan, optional
        What its run was asked for: its weights go on under that.
    """

    task: Task
    data: TaskData
    network: Network
    params: Mapping[str, np.ndarray]
    probe: Probe
    run: str
    update: int
    layer: int = 0
    reverse: bool = False
    plan: Plan | None = None

    # ---- what Explore asks of everything that can be opened

    @property
    def key(self) -> str:
        """The name among the presets."""
        return CARRIED_KEY

    @property
    def title(self) -> str:
        """What the picker shows."""
        return f"From Train: {self._name}"

    @property
    def look_for(self) -> str:
        """Where it comes from and what reads it, as Markdown."""
        name = unformatted(self._name)
        origin = f"Trained on “{self.task.name}”: {name} after {counted(self.update, 'update')}."
        return " ".join(part for part in (origin, self._where, self._after) if part)

    @property
    def cell(self) -> Cell:
        """The cell of the layer."""
        return self.recurrent.cell

    @property
    def hidden_size(self) -> int:
        """The units of the layer in one direction, H."""
        return self.recurrent.hidden_size

    @property
    def draw(self) -> Draw:
        """How weights are drawn, should the reader ask for other ones."""
        return Draw()

    @property
    def opening(self) -> Opening:
        """Where the view opens: at the last timestep, where the whole sequence has been read."""
        last = int(np.flatnonzero(self.sequence.mask)[-1])
        return Opening(last, 0, style_of(self.cell).order[0])

    def experiment(self) -> Experiment:
        """Return the layer as it came."""
        return self._experiment

    @cached_property
    def _experiment(self) -> Experiment:
        return Experiment.start(
            self.cell,
            self.sequence,
            self.hidden_size,
            draw=self.draw,
            blocks=self.blocks(),
            readout=self.readout,
        )

    # ---- the parts

    @property
    def _name(self) -> str:
        """The name of the run, harmless to show."""
        return _plain(self.run) or "a run"

    @property
    def config(self) -> NetworkConfig:
        """What the network is made of."""
        return self.network.config

    @property
    def recurrent(self) -> RecurrentLayer:
        """The layer that is looked at."""
        return self.config.layers[self.layer]

    @property
    def prefix(self) -> str:
        """What the names of its parameters begin with."""
        return f"layer_{self.layer}{'.reverse' if self.reverse else ''}"

    @property
    def places(self) -> tuple[tuple[int, bool], ...]:
        """Every layer and direction that can be looked at."""
        layers = enumerate(self.config.layers)
        return tuple((index, reverse) for index, layer in layers for reverse in layer.directions)

    def place_words(self, place: tuple[int, bool]) -> str:
        """Name a layer and direction: "Layer 1 of 2", "Layer 2 of 2, reverse"."""
        index, reverse = place
        count = len(self.config.layers)
        layer = f"Layer {index + 1} of {count}" if count > 1 else ""
        both = self.config.layers[index].bidirectional
        direction = ("reverse" if reverse else "forward") if both else ""
        return ", ".join(word for word in (layer, direction) if word).capitalize() or "The only layer"

    def blocks(self) -> dict[tuple[str, str], np.ndarray]:
        """Return the weights of the layer by parameter and gate."""
        own = {name: self.params[f"{self.prefix}.{name}"] for name in self.cell.layout}
        return {block: np.array(array, np.float64) for block, array in self.cell.split(own).items()}

    @cached_property
    def sequence(self) -> Sequence:
        """Exactly what the layer reads, timesteps in the order in which it reads them."""
        probe = self.probe
        trace = self.network.forward(self.params, probe.inputs, probe.mask)
        own = trace.layers[self.layer].traces[int(self.reverse)]
        mask = trace.mask[0]
        symbols = tuple(
            visible(symbol) if there else PADDING for symbol, there in zip(probe.symbols, mask, strict=True)
        )
        order = slice(None, None, -1 if self.reverse else 1)
        raw = isinstance(self.config.inputs, Raw)
        return Sequence(
            kind="text" if isinstance(self.data.reader, WordReader) or not raw else "example",
            values=own.x[0][order],
            symbols=symbols[order],
            inputs=self._input_names(),
            padded=~mask[order],
            mask=mask[order],
            notes=self._notes(),
            unit=self._unit,
            encoding=self._encoding,
            source=self._source,
            answers=() if self.reverse else self._answers(),
        )

    def reading(self, text: str) -> Carried:
        """Return the same network with a sequence that was typed in the task's own words.

        Raises
        ------
        SequenceError
            If it cannot be read.
        """
        return _reading(self, text)

    def at(self, layer: int, reverse: bool) -> Carried:
        """Return the same network with another of its layers, or the other direction, to look at."""
        return replace(self, layer=layer, reverse=reverse)

    def with_weights(self, cell: Cell, blocks: Blocks) -> dict[str, np.ndarray] | None:
        """Return the parameters of the network with the layer's replaced; None if they do not fit."""
        shapes = {block: array.shape for block, array in self.blocks().items()}
        if cell != self.cell or {block: array.shape for block, array in blocks.items()} != shapes:
            return None
        own = {f"{self.prefix}.{name}": array for name, array in cell.join(blocks).items()}
        return {name: own.get(name, array) for name, array in self.params.items()}

    @cached_property
    def typed(self) -> str:
        """What would have to be typed to get the sequence; empty if nothing that can be typed gives it."""
        return text_of(self.data, self.probe)

    @cached_property
    def typed_like(self) -> str:
        """How a sequence of the task looks when it is typed; empty if none can be typed."""
        return _text_like(self.data, self.probe)

    @property
    def refusal(self) -> str:
        """Why Explore cannot show it, in a sentence; empty if it can."""
        inputs = self.config.input_sizes[self.layer]
        if self.hidden_size > MAX_HIDDEN:
            return f"Explore shows at most {MAX_HIDDEN} units; this layer has {self.hidden_size}."
        if inputs > MAX_CARRIED_INPUTS:
            return (
                f"Explore shows at most {MAX_CARRIED_INPUTS} inputs; this layer reads {grouped(inputs)} "
                "numbers at each timestep."
            )
        if len(self.probe.symbols) > MAX_TIMESTEPS:
            return f"Explore shows at most {grouped(MAX_TIMESTEPS)} timesteps."
        return ""

    # ---- the readout

    @property
    def readout(self) -> Readout | None:
        """The head, where it reads h of this layer and nothing else."""
        if self._unread:
            return None
        return Readout(
            Dense(self.params["head.kernel"], self.params["head.bias"]),
            tuple("(padding)" if name == PADDING else visible(name) for name in self.data.outputs),
            kind=kind_of(self.cell),
            activation=self.config.activation,
            every=self.config.read == "every",
            source=self._source,
            wording=self._wording,
            units=self._units,
        )

    @property
    def _unread(self) -> str:
        """Why no readout is shown, as a sentence; empty if one is."""
        config = self.config
        if self.layer < len(config.layers) - 1:
            return f"It has no readout here: layer {self.layer + 2} reads what it says."
        if not config.head:
            first = "unit 1" if config.outputs == 1 else f"the first {config.outputs} units"
            forward = " of the forward direction" if self.recurrent.bidirectional else ""
            return f"No layer comes after it: h of {first}{forward} is what the network says."
        if config.attention:
            return "It has no readout here: what reads it also looks at all other timesteps, by attention."
        if self.recurrent.bidirectional:
            return "It has no readout here: what reads it reads both directions together."
        return ""

    @property
    def _where(self) -> str:
        if len(self.places) == 1:
            return ""
        words = self.place_words((self.layer, self.reverse))
        if len(self.config.layers) == 1:
            return f"You look at the {words.lower()} direction."
        return f"You look at {words.lower()}."

    @property
    def _after(self) -> str:
        return self._unread or "Below the cell stands the layer that was trained with it, which reads h."

    @property
    def _source(self) -> str:
        return f"{self.run} {self.update} {self.prefix}"

    @property
    def _wording(self) -> Wording:
        reader, answers = self.data.reader, ", ".join(self.data.outputs)
        right, wrong = ", which is right", "; right is {}"
        if self.config.activation == "linear":
            ahead = self._units is not None
            return Wording(
                "how does it go on?" if ahead else answers,
                "predicted next value" if ahead else "answer",
                right,
                wrong,
            )
        if self.task.answer == "writing" or isinstance(reader, WordReader):
            return Wording(
                f"which {self._unit} comes next?", f"predicted next {self._unit}", right, "; next is {}"
            )
        asked = "which of these is it?" if self.config.read == "last" else "which of these is it now?"
        return Wording(asked, "answer", right, wrong)

    @property
    def _units(self) -> Units | None:
        """How a forecast is read in the series' own unit, where the layer reads the series itself."""
        reader = self.data.reader
        if not isinstance(reader, SeriesReader) or self.layer:
            return None
        name = f"next value, {_plain(reader.unit)}" if reader.unit else "next value"
        return Units(reader.level, reader.scale, name)

    @property
    def _unit(self) -> Unit:
        if isinstance(self.data.reader, WordReader):
            return "word"
        if isinstance(self.config.inputs, Raw):
            return "timestep"
        return "character" if all(len(symbol) == 1 for symbol in self.data.inputs) else "word"

    @property
    def _encoding(self) -> Encoding:
        if self.layer:
            return "layer"
        match self.config.inputs:
            case OneHot():
                return "one-hot"
            case Embedding():
                return "embedding"
        return "id" if isinstance(self.data.reader, WordReader) else "value"

    def _input_names(self) -> tuple[str, ...]:
        if self.layer:
            below = self.config.layers[self.layer - 1]
            units = [str(unit).translate(_SUBSCRIPTS) for unit in range(1, below.hidden_size + 1)]
            marks = ("←h" if reverse else "h" for reverse in below.directions)
            return tuple(f"layer {self.layer} {mark}{unit}" for mark in marks for unit in units)
        size = self.config.inputs.width
        match self.config.inputs:
            case OneHot():
                return tuple(map(visible, self.data.inputs))
            case Embedding():
                return tuple(f"e{column}".translate(_SUBSCRIPTS) for column in range(1, size + 1))
        # The values of a series are scaled before they are fed: the name of its unit would be wrong.
        plain = isinstance(self.data.reader, SeriesReader)
        if plain or max(map(len, self.data.inputs)) > _LONGEST_NAME:
            return input_names(size)
        return tuple(map(visible, self.data.inputs))

    def _notes(self) -> tuple[str, ...]:
        notes = list(self.probe.notes)
        if isinstance(self.data.reader, SeriesReader) and not self.layer:
            notes.append("The values are scaled before they are fed: 0 is their mean.")
        if self.reverse:
            notes.append("This direction reads the sequence from its end: t = 1 is its last timestep.")
        if not self.config.head and self.layer == len(self.config.layers) - 1:
            notes.append(self._unread)
        return tuple(notes)

    def _answers(self) -> tuple[str, ...]:
        """Return the right answer at each timestep, empty where it is not known or not asked for."""
        target, T = self.probe.target, len(self.probe.symbols)
        if target is None:
            return ()
        if self.config.read == "last":
            plain = self.config.activation == "linear"
            return ("",) * (T - 1) + (_plain(target) if plain else visible(target),)
        known = set(self.data.outputs)
        for parts in (list(target), target.split(" ")):
            if len(parts) == T and known.issuperset(parts):
                return tuple(map(visible, parts))
        return ()


def _plain(text: str) -> str:
    """Make several words harmless to show; the spaces between them stay."""
    return " ".join(map(visible, text.split()))


_READ: WeakKeyDictionary[Carried, tuple[str, Carried]] = WeakKeyDictionary()
"""The last text of each network: a rerun for any other reason does not run the network over it again."""


def _reading(carried: Carried, text: str) -> Carried:
    known = _READ.get(carried)
    if known is not None and known[0] == text:
        return known[1]
    try:
        probe = carried.data.reader.read(text)
    except InputError as error:
        raise SequenceError("This cannot be read.", f"{str(error).rstrip('.')}.") from None
    if len(probe.symbols) > MAX_TIMESTEPS:
        raise SequenceError(
            f"This is too long: {grouped(len(probe.symbols))} timesteps.",
            f"Type at most {grouped(MAX_TIMESTEPS)}.",
        )
    found = replace(carried, probe=probe)
    _READ[carried] = text, found
    return found


def text_of(data: TaskData, probe: Probe) -> str:
    """Return what has to be typed to get a sequence back; empty if nothing that can be typed gives it.

    Parameters
    ----------
    data : TaskData
        Of the task that the sequence belongs to.
    probe : Probe
        One of its examples, or one that was typed.

    Examples
    --------
    >>> from lstm_core import TASKS
    >>> data = TASKS["next_word"].build(np.random.default_rng(0))
    >>> text_of(data, data.example(data.train, 1))
    'is an'
    """
    text = _text_like(data, probe)
    return text if text and _reads_as(data, text, probe) else ""


def _text_like(data: TaskData, probe: Probe) -> str:
    """Return a text that reads as the sequence, or else as one that looks like it."""
    mask = np.ones(len(probe.symbols), bool) if probe.mask is None else probe.mask[0]
    symbols = [symbol for symbol, there in zip(probe.symbols, mask, strict=True) if there]
    # Letters and bits stand close together, words and numbers apart.
    separators = ("", " ") if all(len(symbol) == 1 for symbol in symbols) else (" ", "")
    # What a task adds by itself behind what is typed cannot be typed, so shorter beginnings are tried.
    for end in range(len(symbols), 0, -1):
        texts = [separator.join(symbols[:end]) for separator in separators]
        readable = [text for text in texts if _can_be_read(data, text)]
        exact = [text for text in readable if _reads_as(data, text, probe)]
        if exact:
            return exact[0]
        if readable:
            return readable[0]
    return ""


def _can_be_read(data: TaskData, text: str) -> bool:
    try:
        data.reader.read(text)
    except InputError:
        return False
    return True


def _reads_as(data: TaskData, text: str, probe: Probe) -> bool:
    read = data.reader.read(text)
    whole = probe.mask is None or bool(probe.mask.all())
    return whole and not read.notes and np.array_equal(read.inputs, probe.inputs)
