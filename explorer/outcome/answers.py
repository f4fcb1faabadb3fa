"""What a network says about its task at one moment of its training, beside the truth. Nothing is drawn here.

Which form the answers take is declared by the task (`Task.answer`) and by its data: nothing in here asks for
a task by its name. Only so much is run as can be seen, so that it can be done again several times a second
beside the training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.outcome.wording import (
    counted,
    decimals_for,
    named,
    number,
    quoted,
    share,
    short_names,
    visible,
)
from lstm_core import Dataset, InputError, Network, OverflowInputError, predict, sample
from lstm_core.checks import FloatArray
from lstm_core.tasks import Probe, Task, TaskData
from lstm_core.tasks.forecasting import SeriesReader
from lstm_core.training.data import position_weights

MOST_EXAMPLES = 500
"""Examples that are run at most, evenly taken; more would not change what is seen."""

MOST_TIMESTEPS, LEAST_EXAMPLES = 10_000, 20
"""Of long sequences so many timesteps are run at most, unless that were very few sequences."""

MOST_POINTS = 300
MOST_CLASSES = 10
"""Classes that a table of all against all still has room for."""

FEW_EXAMPLES = 4
"""So few are shown one by one."""

MOST_BARS = 8
BARS_OF_ONE_OF_A_FEW = 3
MOST_MISTAKES = 6
ROWS_OF_STEPS = 8
STEPS_OF_PROBE, STEPS_OF_ROW = 36, 14
MOST_PAIRS = 8
MOST_VALUES = 160
FEWEST_VALUES = 60
OVERVIEW = 150
"""Columns of the picture of a whole series."""

Params: TypeAlias = Mapping[str, FloatArray]
NOT_FINITE = "The numbers are not finite, so there is nothing to show for this moment."


@dataclass(frozen=True, slots=True)
class Writing:
    """How a text is written.

    Attributes
    ----------
    start : str
        What the network reads first; "" takes the probe.
    length : int
        How many symbols it writes.
    temperature : float
        At least 0; see `lstm_core.sample`.
    seed : int
        Draws the symbols: the same seed and the same weights write the same text.
    """

    start: str
    length: int = 120
    temperature: float = 0.8
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability of one class; `right` if it is the truth."""

    name: str
    share: float
    right: bool


@dataclass(frozen=True, slots=True)
class Chances:
    """The most probable classes for one sequence, and what is left for the others together.

    The truth is always among the rows, as the last one if it is not one of the most probable.
    """

    about: str
    rows: tuple[Chance, ...]
    others: int
    others_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often each class was said for each: counts of shape (K, K), a row for each truth."""

    labels: tuple[str, ...]
    counts: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The most frequent mistakes: (said, truth, times), and how many other kinds there are."""

    rows: tuple[tuple[str, str, int], ...]
    others: int


@dataclass(frozen=True, slots=True)
class Text:
    """What was written after a start; `refused` says why nothing was."""

    start: str
    written: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """One sequence with an answer at every timestep; what is masked is left out.

    Attributes
    ----------
    name : str
        Which sequence.
    before : int
        Timesteps that come before those that are shown.
    inputs, said : tuple of str
        What stands at each timestep that is shown, and what the network says.
    truths : tuple of str, optional
        The right answers, where they are known.
    right, steps : int
        How many answers of all timesteps are right.
    """

    name: str
    before: int
    inputs: tuple[str, ...]
    said: tuple[str, ...]
    truths: tuple[str, ...] | None
    right: int
    steps: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Sequences with an answer at every timestep, and what the short names of the answers stand for."""

    rows: tuple[Steps, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A part of a series with what the network said each of its values would be, one step ahead.

    Attributes
    ----------
    unit : str
        Of the values.
    first, split, count : int
        The place of the first value that is shown, of the first that is held out, and how many there are.
    truth, said : ndarray, shape (n,)
        NaN where there was a gap, or nothing was said.
    low, high : ndarray, shape (columns,)
        The whole series, each column the smallest and the largest of some values that follow each other.
    decimals : int
        With how many the values are written.
    chosen : int
        The place of the value that the probe asks for; −1 if that is none of the series.
    """

    unit: str
    first: int
    split: int
    count: int
    truth: FloatArray
    said: FloatArray
    low: FloatArray
    high: FloatArray
    decimals: int
    chosen: int


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """What was said for each true value, shapes (n,); `chosen` is the place of the probe's, or −1."""

    truth: FloatArray
    said: FloatArray
    chosen: int


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A number said at each timestep, shape (n,), beside the right one; `before` timesteps are not shown."""

    said: FloatArray
    truth: FloatArray | None
    before: int


Picture: TypeAlias = Confusion | Mistakes | Text | Rows | Curve | Scatter | Pairs


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outcome:
    """All that is shown of what a network says.

    Attributes
    ----------
    see : str
        What one sees, in a sentence; empty if there is nothing to see.
    picture : one of the pictures, optional
        None where `chances` say it all, or nothing can be shown.
    summary : tuple of str
        How well it does, in sentences.
    chances : tuple of Chances
        The probabilities for single sequences, the probe's last.
    notes : tuple of str
        What was left out.
    """

    see: str = ""
    picture: Picture | None = None
    summary: tuple[str, ...] = ()
    chances: tuple[Chances, ...] = ()
    notes: tuple[str, ...] = ()


def outcome_of(
    task: Task, data: TaskData, network: Network, params: Params, probe: Probe, *, writing: Writing
) -> Outcome:
    """Run a network on a probe and on held-out examples, and sort what it says by the kind of its answers.

    Parameters
    ----------
    task : Task
        Declares the kind of answer.
    data : TaskData
        Of the task.
    network : Network
        That fits the data.
    params : mapping of ndarray
        Its parameters.
    probe : Probe
        The sequence that is looked at.
    writing : Writing
        How a text is written; not looked at for other answers.

    Returns
    -------
    Outcome
        The same for the same arguments.

    Raises
    ------
    InputError
        If the arguments do not fit each other, or the start of a text cannot be read. Numbers that are not
        finite are told in the outcome.

    Examples
    --------
    >>> from lstm_core import TASKS
    >>> rng = np.random.default_rng(0)
    >>> task = TASKS["parity"]
    >>> data = task.build(rng)
    >>> network = Network(data.recipe.network)
    >>> probe = data.reader.read("0110")
    >>> seen = outcome_of(task, data, network, network.init(rng), probe, writing=Writing(""))
    >>> seen.picture.rows[0].inputs, seen.picture.rows[0].truths
    (('0', '1', '1', '0'), ('e', 'o', 'e', 'e'))
    """
    if not all(np.isfinite(array).all() for array in params.values()):
        return Outcome(summary=(NOT_FINITE,))
    run = _Run(data, network, params, probe)
    try:
        if task.answer == "writing":
            return _writing(run, writing)
        return _FORMS[task.answer](run)
    except OverflowInputError:
        return Outcome(summary=(NOT_FINITE,))


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Everything that a form needs, and the network run on it."""

    data: TaskData
    network: Network
    params: Params
    probe: Probe

    def of_probe(self) -> FloatArray:
        """Return what is said of the probe: (K,) or (T, K)."""
        outputs: FloatArray = predict(self.network, self.params, self.probe.inputs, self.probe.mask)[0]
        return outputs

    def of(self, dataset: Dataset, places: NDArray[np.intp]) -> FloatArray:
        """Return what is said of some of the examples."""
        mask = None if dataset.mask is None else dataset.mask[places]
        return predict(self.network, self.params, dataset.inputs[places], mask)

    @property
    def held_out(self) -> str:
        """What the examples are called that are measured on."""
        return "held-out " if self.data.held_out else ""

    def probe_steps(self) -> NDArray[np.intp]:
        """Return the timesteps of the probe that are not masked."""
        return _live(self.probe.mask, 0, len(self.probe.symbols))

    def about_probe(self) -> str:
        """Return the probe as one line."""
        symbols = self.probe.symbols
        return f"This example: {quoted(' '.join(symbols[t] for t in self.probe_steps()))}"

    def places(self, dataset: Dataset, most: int = MOST_EXAMPLES) -> NDArray[np.intp]:
        """Return which examples are run, where only a mean or some of them are shown."""
        room = max(MOST_TIMESTEPS // dataset.inputs.shape[1], LEAST_EXAMPLES)
        return evenly(len(dataset), min(most, room))

    def sampled(self, count: int, what: str) -> tuple[str, ...]:
        """Say that only some of the examples were run, if so."""
        total = len(self.data.validation)
        if count == total:
            return ()
        return (f"Measured on {count} of {total} {self.held_out}{what}, evenly taken.",)


def _label(run: _Run) -> Outcome:
    data, names = run.data, tuple(visible(name) for name in run.data.outputs)
    held_out = data.validation
    places = run.places(held_out)
    outputs = run.of(held_out, places)  # (n, K)
    truth, said = _classes(held_out.targets, outputs.ndim)[places], outputs.argmax(axis=-1)
    hits = int((truth == said).sum())
    summary = (
        f"{hits} of {counted(len(places), f'{run.held_out}example')} right ({share(hits, len(places))})."
    )
    of_probe = _chances(run.about_probe(), names, run.of_probe(), _probe_class(run), MOST_BARS)
    if len(places) <= FEW_EXAMPLES:
        others = [place for place in places if place != place_of(held_out, run.probe)]
        examples = (_of_example(run, names, outputs[place], truth[place], place) for place in others)
        return Outcome(
            see=f"Each {run.held_out}example with the most probable answers; ✓ marks the true one.",
            summary=(summary,),
            chances=(*examples, of_probe),
        )
    K = len(names)
    pairs = truth * K + said
    if K <= MOST_CLASSES:
        counts = np.bincount(pairs, minlength=K * K).reshape(K, K)
        picture: Picture = Confusion(names, counts)
        see = "A row for each truth, a column for what was said of it; outlined is what is right."
    else:
        kinds, times = np.unique(pairs[truth != said], return_counts=True)
        order = np.argsort(-times, kind="stable")
        rows = tuple(
            (names[kinds[at] % K], names[kinds[at] // K], int(times[at])) for at in order[:MOST_MISTAKES]
        )
        picture = Mistakes(rows, len(kinds) - len(rows))
        see = "The most frequent mistakes: what was said, and what would have been right."
    return Outcome(
        see=see,
        picture=picture,
        summary=(summary,),
        chances=(of_probe,),
        notes=run.sampled(len(places), "examples"),
    )


def _of_example(
    run: _Run, names: tuple[str, ...], shares: FloatArray, right: np.intp, place: np.intp
) -> Chances:
    """Return the most probable answers to one held-out example."""
    held_out = run.data.validation
    inputs = held_out.inputs[place]
    symbols = run.data.reader.symbols(inputs)
    text = " ".join(symbols[t] for t in _live(held_out.mask, int(place), len(inputs)))
    return _chances(f"After {quoted(text)}", names, shares, int(right), BARS_OF_ONE_OF_A_FEW)


def _labels(run: _Run) -> Outcome:
    data, names = run.data, short_names(run.data.outputs)
    held_out = data.validation
    places = run.places(held_out)
    said = run.of(held_out, places).argmax(axis=-1)  # (n, T)
    truth = _classes(held_out.targets, 3)[places]
    weights = position_weights(held_out.mask, held_out.weights, held_out.targets.shape[:2])
    counts = np.ones(said.shape, np.bool_) if weights is None else weights[places] > 0
    right = (said == truth) & counts
    whole = int((right | ~counts).all(axis=1).sum())
    symbols, steps = run.probe.symbols, run.probe_steps()
    of_probe = run.of_probe().argmax(axis=-1)
    rows = [_steps("this example", symbols, names, of_probe, _probe_classes(run), steps, STEPS_OF_PROBE)]
    others = np.flatnonzero(places != place_of(held_out, run.probe))[:ROWS_OF_STEPS]
    for row, place in zip(others, places[others], strict=True):
        inputs = held_out.inputs[place]
        live = _live(held_out.mask, place, len(inputs))
        name = f"{run.held_out or 'example '}{place + 1}"
        symbols = data.reader.symbols(inputs)
        rows.append(_steps(name, symbols, names, said[row], truth[row], live, STEPS_OF_ROW))
    legend = tuple(zip(names, map(visible, data.outputs), strict=True))
    return Outcome(
        see="Every timestep has an answer of its own; a cross marks one that is wrong.",
        picture=Rows(tuple(rows), tuple((name, label) for name, label in legend if name != label)),
        summary=(
            f"{number(int(right.sum()))} of {number(int(counts.sum()))} {run.held_out}answers right "
            f"({share(int(right.sum()), int(counts.sum()))}), "
            f"{whole} of {counted(len(places), 'sequence')} without a mistake.",
        ),
        notes=run.sampled(len(places), "sequences"),
    )


def _writing(run: _Run, writing: Writing) -> Outcome:
    data = run.data
    names = tuple(visible(name) for name in data.outputs)
    probe = data.reader.read(writing.start) if writing.start else run.probe
    live = _live(probe.mask, 0, len(probe.symbols))
    start = "".join(probe.symbols[t] for t in live)
    ids = probe.inputs[0][live]
    # How probable each symbol is comes first: it is there for networks that cannot write too.
    shares: FloatArray = predict(run.network, run.params, ids[np.newaxis])[0, -1]
    about = "What comes after this text"
    try:
        draws = sample(
            run.network, run.params, ids, np.random.default_rng(writing.seed), temperature=writing.temperature
        )
    except InputError as error:
        return Outcome(
            see="How probable each symbol is after the grey text.",
            picture=Text(start, "", _why_not(run.network, error)),
            chances=(_chances(about, names, shares, None, MOST_BARS),),
            notes=probe.notes,
        )
    drawn = list(islice(draws, writing.length + 1))
    written = "".join(data.outputs[draw.id] for draw in drawn[:-1])
    at = f"at temperature {writing.temperature:g}"
    return Outcome(
        see=f"It reads the grey text and goes on from there, drawing one symbol after the other {at}.",
        picture=Text(start, written),
        chances=(_chances(f"{about}, {at}", names, drawn[-1].shares, None, MOST_BARS),),
        notes=probe.notes,
    )


def _why_not(network: Network, error: InputError) -> str:
    """Say why a network cannot write, in words that need no knowledge of the program."""
    config = network.config
    if config.attention or any(layer.bidirectional for layer in config.layers):
        what = "attention" if config.attention else "a second direction"
        return (
            f"This network cannot write: with {what} it looks at the whole text, also at what comes later, "
            "and while it writes there is nothing later yet."
        )
    if any(layer.cell.carried != layer.cell.states for layer in config.layers):
        return (
            "This network cannot write here: its cells hand on their gates as well (full gate recurrence), "
            "and writing one symbol at a time carries the memory only."
        )
    return f"This network cannot write. {error}."


def _series(run: _Run) -> Outcome:
    data, reader = run.data, run.data.reader
    if not isinstance(reader, SeriesReader):
        raise InputError(f"A series must come with a SeriesReader, got {type(reader).__name__}")
    window, split, count = data.train.inputs.shape[1], reader.first_held_out, len(reader.series)
    first, end = _shown(split, count)
    truth, said = reader.series[first:end].copy(), np.full(end - first, np.nan)
    errors = []
    # The value at place p is forecast from the window that ends before it.
    for dataset, start in ((data.train, window), (data.validation, split)):
        seen = np.arange(max(first, start), min(end, start + len(dataset)))
        forecast, known, error = _forecasts(run, reader, dataset, seen - start)
        said[seen - first] = forecast
        truth[seen[~known] - first] = np.nan
        errors.append(error)
    decimals = decimals_for(reader.scale)
    unit = f" {reader.unit}" if reader.unit else ""
    parts = ("on what it learned from", "on the held-out end")
    told = [
        f"{number(e, decimals)}{unit} {part}" for e, part in zip(errors, parts, strict=True) if e is not None
    ]
    mine = _truth_of(run)
    answers = [("next", run.of_probe())] + ([] if mine is None else [("truth", mine)])
    this = [
        f"{name} {number(float(reader.forecast(run.probe.inputs, y[np.newaxis])[0]), decimals)}{unit}"
        for name, y in answers
    ]
    notes = []
    measured = [(len(run.places(dataset)), len(dataset)) for dataset in (data.train, data.validation)]
    if any(some < every for some, every in measured):
        counts = [f"{number(some)} of {number(every)}" for some, every in measured]
        notes.append(f"The errors are measured on {' and '.join(counts)} values, evenly taken.")
    if end - first < count:
        notes.append(f"The picture shows values {number(first + 1)} to {number(end)} of {number(count)}.")
    columns = np.array_split(reader.series, min(OVERVIEW, count))
    return Outcome(
        see=f"Each value of the series, and what was said of it from {counted(window, 'value')} before.",
        picture=Curve(
            unit=reader.unit,
            first=first,
            split=split,
            count=count,
            truth=truth,
            said=said,
            low=np.array([column.min() for column in columns]),
            high=np.array([column.max() for column in columns]),
            decimals=decimals,
            chosen=_place_in_series(run, window, split),
        ),
        summary=(
            f"Wrong by {' and '.join(told)}, on average.",
            f"This example: {', '.join(this)}.",
        ),
        notes=tuple(notes),
    )


def _forecasts(
    run: _Run, reader: SeriesReader, dataset: Dataset, seen: NDArray[np.intp]
) -> tuple[FloatArray, NDArray[np.bool_], float | None]:
    """Return what is said after the windows that are seen, whether their truth is known, and the mean error.

    The error is that of the whole dataset, or of as much of it as is run; None if nothing in it is known.
    """
    measured = run.places(dataset)
    places = np.union1d(measured, seen)
    inputs = dataset.inputs[places]
    forecast = reader.forecast(inputs, run.of(dataset, places))
    away = np.abs(forecast - reader.forecast(inputs, dataset.targets[places]))
    known = np.ones(len(places), np.bool_) if dataset.weights is None else dataset.weights[places] > 0
    counting = known & np.isin(places, measured)
    drawn = np.isin(places, seen)
    return forecast[drawn], known[drawn], float(away[counting].mean()) if counting.any() else None


def _shown(split: int, count: int) -> tuple[int, int]:
    """Return what of a series is shown: the held-out end and as much before, or what has room."""
    held_out = count - split
    if 2 * held_out <= MOST_VALUES:
        return max(0, count - max(2 * held_out, FEWEST_VALUES)), count
    first = max(0, split - MOST_VALUES // 2)
    return first, min(first + MOST_VALUES, count)


def _place_in_series(run: _Run, window: int, split: int) -> int:
    for dataset, start in ((run.data.validation, split), (run.data.train, window)):
        place = place_of(dataset, run.probe)
        if place >= 0:
            return place + start
    return -1


def _value(run: _Run) -> Outcome:
    held_out = run.data.validation
    places = run.places(held_out, MOST_POINTS)
    truth, said = held_out.targets[places, 0].astype(np.float64), run.of(held_out, places)[:, 0]
    decimals = decimals_for(float(np.ptp(truth)))
    error = float(np.abs(said - truth).mean())
    of_probe = float(run.of_probe()[0])
    right = f"{run.probe.target}, said" if run.probe.target else "It says"
    mine = _truth_of(run)
    chosen = -1
    if mine is not None:
        truth, said = np.append(truth, mine[0]), np.append(said, of_probe)
        chosen = len(truth) - 1
    return Outcome(
        see=f"A point for each {run.held_out}sequence; on the line, what was said is true.",
        picture=Scatter(truth, said.astype(np.float64), chosen),
        summary=(
            f"This example: {right} {number(of_probe, 2)}.",
            f"Wrong by {number(error, decimals + 1)} on average.",
        ),
        notes=run.sampled(len(places), "sequences"),
    )


def _values(run: _Run) -> Outcome:
    steps = run.probe_steps()
    shown = steps[-MOST_PAIRS:]
    said, truth = run.of_probe()[:, 0].astype(np.float64), _truth_of(run)
    summary = "The right numbers are not known."
    if truth is not None:
        truth = truth[:, 0].astype(np.float64)
        summary = f"Wrong by {number(float(np.abs(said - truth)[steps].mean()), 3)} on average."
    return Outcome(
        see="At each timestep what was asked for, and beside it what was said.",
        picture=Pairs(said[shown], None if truth is None else truth[shown], int(shown[0])),
        summary=(summary,),
    )


_FORMS = {"label": _label, "labels": _labels, "series": _series, "value": _value, "values": _values}


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """Return the places of so many of `count` things at most, the first and the last among them.

    Examples
    --------
    >>> evenly(3, 5).tolist(), evenly(9, 5).tolist()
    ([0, 1, 2], [0, 2, 4, 6, 8])
    """
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.intp)


def place_of(dataset: Dataset, probe: Probe) -> int:
    """Return the place of the first example with the inputs of a probe, or −1."""
    if dataset.inputs.shape[1:] != probe.inputs.shape[1:]:
        return -1
    # Few examples end alike: the rest is compared for those only.
    ends = dataset.inputs[:, -1] == probe.inputs[:, -1]
    for place in np.flatnonzero(ends.reshape(len(ends), -1).all(axis=1)):
        same_mask = dataset.mask is None or probe.mask is None or (dataset.mask[place] == probe.mask).all()
        if same_mask and (dataset.inputs[place] == probe.inputs[0]).all():
            return int(place)
    return -1


def _truth_of(run: _Run) -> NDArray[np.floating] | None:
    """Return the target of the probe if it is one of the examples."""
    for dataset in (run.data.validation, run.data.train):
        place = place_of(dataset, run.probe)
        if place >= 0:
            found: NDArray[np.floating] = dataset.targets[place]
            return found
    return None


def _live(mask: NDArray[np.bool_] | None, place: int, timesteps: int) -> NDArray[np.intp]:
    """Return the timesteps of an example that are not masked."""
    return np.arange(timesteps) if mask is None else np.flatnonzero(mask[place])


def _classes(targets: NDArray[Any], ndim: int) -> NDArray[np.intp]:
    """Return the numbers of the right classes, also where they are rows with a 1 at the right one."""
    found: NDArray[np.intp] = targets.argmax(axis=-1) if targets.ndim == ndim else targets
    return found


def _probe_class(run: _Run) -> int | None:
    """Return the right class of the probe, if it is known."""
    outputs, target = run.data.outputs, run.probe.target
    return outputs.index(target) if target in outputs else None


def _probe_classes(run: _Run) -> NDArray[np.intp] | None:
    """Return the right class at every timestep of the probe, if they are known."""
    outputs, target = run.data.outputs, run.probe.target
    if target is None:
        return None
    for pieces in (target.split(), target):
        if len(pieces) == len(run.probe.symbols) and all(piece in outputs for piece in pieces):
            return np.array([outputs.index(piece) for piece in pieces])
    return None


def _chances(about: str, names: tuple[str, ...], shares: FloatArray, right: int | None, most: int) -> Chances:
    order = [int(place) for place in np.argsort(-shares, kind="stable")]
    shown = order[:most]
    if right is not None and right not in shown:
        shown = [*shown[:-1], right]
    rows = tuple(Chance(names[place], float(shares[place]), place == right) for place in shown)
    left = len(order) - len(rows)
    return Chances(about, rows, left, max(0.0, 1 - sum(row.share for row in rows)) if left else 0.0)


def _steps(
    name: str,
    symbols: tuple[str, ...],
    names: tuple[str, ...],
    said: NDArray[np.intp],
    truth: NDArray[np.intp] | None,
    live: NDArray[np.intp],
    most: int,
) -> Steps:
    shown = live[-most:]
    return Steps(
        name=name,
        before=len(live) - len(shown),
        inputs=tuple(named(symbols[t]) for t in shown),
        said=tuple(names[said[t]] for t in shown),
        truths=None if truth is None else tuple(names[truth[t]] for t in shown),
        right=0 if truth is None else int((said == truth)[live].sum()),
        steps=len(live),
    )
