"""What the next value of a series will be: windows of its past, with its end held out.

Two series come with it. The sales of an ice-cream stand are drawn from the generator that is handed in: a
trend, a slow wave, a week and noise. The passengers of airlines are a classic that everybody compares with
[1]_. The network sees a window of values and says by how much the next one will differ from the last. All is
scaled by what is known before the held-out end begins.

References
----------
.. [1] G. E. P. Box and G. M. Jenkins, "Time Series Analysis: Forecasting and Control", 1970, Series G.
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.checks import FloatArray
from lstm_core.errors import InputError
from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
from lstm_core.optimizers import Adam
from lstm_core.tasks.base import (
    DATA,
    Metric,
    Probe,
    Reader,
    Recipe,
    Size,
    Task,
    TaskData,
    cheapest,
    ends_in_words,
    epochs_for,
    examples,
    guess,
    repeated,
    with_test,
)
from lstm_core.tasks.wording import counted, first_few
from lstm_core.training import ClipNorm, Dataset

HELD_OUT = 0.2
"""The share of the series, at its end, that is only measured on."""

MIN_VALUES = 40
MAX_VALUES = 20_000
MIN_WINDOWS = 20
MAX_GAPS = 0.1
"""The largest share of values that may be missing; each one that is filled in is invented."""

LEAST_DEVIATION = 1e-100
"""Values that differ by less in their standard deviation lose their digits when they are squared."""

LONGEST_TYPED = 200

FEWEST_SEASONS = 3
"""How often a season must fit into what is learned from to be looked for."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that follow each other at equal distances.

    Parameters
    ----------
    name : str
        What they are.
    unit : str
        What one value counts.
    values : sequence of (float or None)
        None or NaN where a value is missing.
    source : str
        Where they come from; "" for the user's own.

    Raises
    ------
    InputError
        If the values are no sequence, or a text is none. What the values are is looked at by the task.
    """

    name: str
    unit: str
    values: Sequence[float | None]
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no column of values."""
        values = self.values
        if isinstance(values, np.ndarray) and values.ndim == 1:
            values = values.tolist()
        if isinstance(values, str | bytes) or not isinstance(values, Sequence):
            raise InputError(f"A series must be one column of numbers, got {type(values).__name__}")
        if len(values) > MAX_VALUES:
            raise InputError(f"A series must have at most {MAX_VALUES} values, got {len(values)}")
        object.__setattr__(self, "values", tuple(values))
        for name in ("name", "unit", "source"):
            if not isinstance(getattr(self, name), str):
                raise InputError(
                    f"The {name} of a series must be a str, got {type(getattr(self, name)).__name__}"
                )


@dataclass(frozen=True, slots=True)
class AbsoluteError:
    """Says of each position |output − target|, in the unit of the series.

    Parameters
    ----------
    scale : float
        What a difference of 1 stands for.

    Examples
    --------
    >>> AbsoluteError(10.0)(np.array([[1.0], [2.0]]), Dataset([[0], [0]], [[1.0], [3.0]])).tolist()
    [0.0, 10.0]
    """

    scale: float

    def __call__(self, outputs: FloatArray, data: Dataset) -> FloatArray:
        """Compute it for outputs of shape (N, 1): shape (N,)."""
        found: FloatArray = np.abs(outputs - data.targets)[:, 0] * self.scale
        return found


def ice_cream(rng: np.random.Generator, days: int = 600) -> Series:
    """Draw the daily sales of an ice-cream stand that exists nowhere.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the noise.
    days : int
        How many values.

    Returns
    -------
    Series
        In whole cones, at least 0: 90 and 0.05 more each day, ±15 in a wave of 90 days, more at weekends and
        less on Mondays, and noise whose standard deviation is 6.

    Examples
    --------
    >>> ice_cream(np.random.default_rng(0)).values[:7]
    (69.0, 76.0, 88.0, 92.0, 99.0, 124.0, 122.0)
    """
    t = np.arange(days)
    week = np.array([-22.0, -14.0, -8.0, -2.0, 8.0, 26.0, 18.0])[t % 7]
    wave = 15 * np.sin(2 * np.pi * t / 90)
    values = 90 + 0.05 * t + wave + week + rng.normal(0, 6, days)
    return Series(
        "sales of an ice-cream stand",
        "cones a day",
        tuple(np.maximum(values, 0).round().tolist()),
        "drawn for this program",
    )


def passengers() -> Series:
    """Return the airline passengers of 144 months, 1949 to 1960.

    Examples
    --------
    >>> values = passengers().values
    >>> len(values), values[0], values[-1]
    (144, 112.0, 432.0)
    """
    text = (DATA / "passengers.txt").read_text(encoding="utf-8")
    return Series(
        "international airline passengers",
        "thousand passengers a month",
        tuple(map(float, text.split())),
        "Box and Jenkins, Time Series Analysis (1970), Series G: January 1949 to December 1960",
    )


@dataclass(frozen=True, slots=True, eq=False)
class SeriesReader(Reader):
    """Values in their own unit to scaled ones and back.

    Parameters
    ----------
    series : ndarray, shape (N,)
        All values, gaps filled in.
    first_held_out : int
        Where the held-out end begins.
    unit : str
        What one value counts.
    level, scale : float
        What a scaled value 0 stands for, and a difference of 1.
    """

    series: FloatArray
    first_held_out: int
    unit: str
    level: float
    scale: float

    def forecast(self, inputs: NDArray[Any], outputs: FloatArray) -> FloatArray:
        """Return what a network says the next values are, in their own unit.

        Parameters
        ----------
        inputs : ndarray, shape (N, T, 1)
            Windows.
        outputs : ndarray, shape (N, 1)
            What it said to them; or the targets, to get the true values back.

        Returns
        -------
        ndarray, shape (N,)
        """
        next_scaled: FloatArray = inputs[:, -1, 0] + outputs[:, 0]
        return next_scaled * self.scale + self.level

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return the values in their own unit."""
        return tuple(self._written(value * self.scale + self.level) for value in inputs[:, 0])

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the next value with its unit."""
        value = self.forecast(inputs[np.newaxis], target[np.newaxis])[0]
        return f"{self._written(value)} {self.unit}".rstrip()

    def read(self, text: str) -> Probe:
        """Read values in their own unit, apart by spaces, commas or semicolons."""
        pieces = [piece for piece in re.split(r"[\s,;]+", text) if piece]
        if not 1 <= len(pieces) <= LONGEST_TYPED:
            raise InputError(f"Type from 1 to {LONGEST_TYPED} numbers such as 112 118 132, got {len(pieces)}")
        values = np.array([_number(piece) for piece in pieces])
        inputs = ((values - self.level) / self.scale)[np.newaxis, :, np.newaxis]
        return Probe(inputs, None, self.symbols(inputs[0]))

    def _written(self, value: float) -> str:
        """Write a value that was scaled; what its rounding left of a 0 is a 0."""
        return _written(0 if abs(value) <= 1e-14 * max(abs(self.level), self.scale) else value)


def season_of(values: FloatArray) -> int | None:
    """Return after how many values a series repeats itself, by autocorrelation; None if it does not.

    The changes from value to value are compared with those some values before, so that a trend is no season.
    A season is the first peak of the autocorrelation that is about as high as the highest, as its multiples
    are, and higher than noise hardly ever has them.

    Parameters
    ----------
    values : ndarray, shape (N,)
        In which the season must fit three times.

    Examples
    --------
    >>> season_of(np.arange(60.0) + np.array([0, 1, 9, 2, 3] * 12)), season_of(np.arange(60.0))
    (5, None)
    """
    changes = np.diff(values)
    longest = len(values) // FEWEST_SEASONS
    if longest < 2 or np.ptp(changes) <= 1e-10 * np.abs(values).max():
        return None
    changes = changes - changes.mean()
    pairs = [(changes[lag:], changes[:-lag]) for lag in range(1, longest + 2)]
    alike = np.array([one @ other / (math.sqrt((one @ one) * (other @ other)) or 1) for one, other in pairs])
    before, lags, after = alike[:-2], alike[1:-1], alike[2:]
    peaks = np.where((lags > before) & (lags >= after), lags, 0)
    if peaks.max() <= math.sqrt(4 * math.log(longest) / (len(changes) - longest)):
        return None
    return 2 + int(np.argmax(peaks >= 0.9 * peaks.max()))


def make(rng: np.random.Generator, own: object, window: int, *, test: bool) -> TaskData:
    """Make the task of the ice-cream stand, or that of another series."""
    series = ice_cream(rng) if own is None else _given(own)
    values, filled, notes = _complete(series.values)
    kept_back = round(HELD_OUT * len(values))
    test = test and len(values) - 2 * kept_back - window >= MIN_WINDOWS
    first_held_out = len(values) - kept_back * (1 + test)
    if first_held_out - window < MIN_WINDOWS:
        longest = first_held_out - MIN_WINDOWS
        raise InputError(
            f"The window must have at most {longest} values, as {len(values)} values with the last "
            f"{kept_back} held out must leave {MIN_WINDOWS} windows to learn from, "
            f"got {window}"
        )
    known = values[:first_held_out]
    level, scale = float(known.mean()), float(known.std())
    before = f"but the {first_held_out} before the held-out end"
    if known.min() == known.max():
        raise InputError(f"The values must differ from each other, {before} are all {_written(level)}")
    peak = float(np.abs(known).max())
    least = max(LEAST_DEVIATION, 1e-12 * peak)
    if scale <= least:
        raise InputError(
            f"The standard deviation of the values must be above {least:.3g}, {before} "
            f"have one of {float((known / peak).std()) * peak:.3g}"
        )
    scaled = (values - level) / scale
    windows = np.lib.stride_tricks.sliding_window_view(scaled, window)[:-1, :, np.newaxis].copy()
    changes = (scaled[window:] - scaled[window - 1 : -1])[:, np.newaxis]
    split = first_held_out - window
    there = ~filled[window:]
    if not there[:split].any():
        raise InputError(
            f"A window of {window} values leaves only windows to learn from whose next value is missing"
        )
    train, validation, *tested = (
        Dataset(windows[begin:end], changes[begin:end], weights=there[begin:end] if filled.any() else None)
        for begin, end in pairwise([0, *range(split, len(windows) + 1, kept_back)])
    )
    metric = Metric(
        "mean absolute error",
        "away from the true value on average",
        series.unit,
        "lower",
        AbsoluteError(scale),
    )
    batch_size = 32
    # Every input is noisy: only a mean of several seasons forecasts better than one season ago, and small
    # weights take one.
    penalty = 1e-3
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Raw(1),
            layers=(
                RecurrentLayer(
                    cell=LSTM(),
                    hidden_size=16,
                    recurrent_dropout=0.2,
                    kernel_l2=penalty,
                    recurrent_l2=penalty,
                ),
            ),
            outputs=1,
        ),
        loss="squared_error",
        optimizer=Adam(0.005),
        batch_size=batch_size,
        epochs=epochs_for(1200, split, batch_size),
        clip=ClipNorm(1.0),
    )
    season = season_of(known)

    def measured_on(dataset: Dataset, first: int, which: str) -> dict[str, Any]:
        """Return what the cheap answers reach on windows whose next values begin at a place of the series."""
        repeats = repeated(examples(train), examples(dataset))
        said = (
            *notes,
            f"Of {len(values)} values {which}; each is forecast from the {counted(window, 'value')} before.",
            f"The values that are learned from repeat themselves after {season}: that is their season."
            if season
            else "No season was found in the values that are learned from.",
            *repeats,
        )
        answers = [
            guess(name, change[first:, np.newaxis][: len(dataset)], dataset, metric, recipe.loss, "linear")
            for name, change in _cheap_answers(scaled, first_held_out, season)
        ]
        return {"validation": dataset, "notes": said, "repeats": repeats, **cheapest(answers, metric)}

    ends = ends_in_words(kept_back, test=test)
    data = TaskData(
        train=train,
        held_out=True,
        inputs=(series.unit or "value",),
        outputs=("change to the next value",),
        recipe=recipe,
        metric=metric,
        reader=SeriesReader(values, first_held_out, series.unit, level, scale),
        **measured_on(validation, first_held_out, ends[0]),
    )
    return with_test(data, measured_on(tested[0], first_held_out + kept_back, ends[1]) if test else None)


def _cheap_answers(
    scaled: FloatArray, first_held_out: int, season: int | None
) -> Iterator[tuple[str, FloatArray]]:
    """Return the changes that need no network, one for each value, from the values before it alone."""
    steps = np.diff(scaled, prepend=scaled[0])  # of each value, from the one before it
    yield "the last value", np.zeros_like(scaled)
    mean = float(steps[1:first_held_out].mean())
    yield "the last value and the mean change", np.full_like(scaled, mean)
    if season is not None:
        before = f"one season ago, {season} values before"
        places = np.arange(len(scaled))
        yield f"the value {before}", scaled[places - season] - scaled[places - 1]
        yield f"the last value and the change {before}", steps[places - season]


def _given(own: object) -> Series:
    """Return a series; anything else is taken for its values, which `Series` checks."""
    return own if isinstance(own, Series) else Series("your series", "", own)  # type: ignore[arg-type]


def _complete(values: Sequence[float | None]) -> tuple[FloatArray, NDArray[np.bool_], tuple[str, ...]]:
    """Fill gaps in, and say so and where; missing values at the ends are left out.

    A gap gets the value before it. Any rule that looks at the value after it would tell the network, or the
    part that it learns from, something of what is to be forecast.
    """
    array = np.array([_value(value, row) for row, value in enumerate(values, start=1)], dtype=float)
    there = np.flatnonzero(~np.isnan(array))
    first, end = (there[0], there[-1] + 1) if len(there) else (0, 0)
    left_out = len(array) - (end - first)
    array = array[first:end]
    if len(array) < MIN_VALUES:
        raise InputError(f"A series must have at least {MIN_VALUES} values, got {len(array)}")
    missing = np.isnan(array)
    gaps = np.flatnonzero(missing)
    if len(gaps) > MAX_GAPS * len(array):
        raise InputError(
            f"At most {MAX_GAPS:.0%} of the values may be missing, as each one that is filled in is "
            f"invented, got {counted(len(gaps), 'gap')} in {len(array)} values"
        )
    notes = []
    if left_out:
        notes.append(f"Left out {counted(left_out, 'missing value')} at the ends of the series.")
    if len(gaps):
        array = array[np.maximum.accumulate(np.where(missing, 0, np.arange(len(array))))]
        notes.append(
            f"Filled in {counted(len(gaps), 'missing value')} with the last value before: value "
            f"{first_few((gaps + first + 1).tolist())}. The network reads what was filled in; what it "
            "says in its place is not counted."
        )
    return array, missing, tuple(notes)


def _value(value: object, row: int) -> float:
    """Return a finite number, or NaN for a missing one."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InputError(f"Row {row} must be a number, got {value!r:.40}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if abs(number) > 1e15:
        raise InputError(f"Row {row} must be a number of at most 1e15 in size, got {number:g}")
    return number


def _number(piece: str) -> float:
    try:
        number = float(piece)
    except ValueError:
        number = math.nan
    if not abs(number) <= 1e15:
        raise InputError(f"Type numbers such as 112 118 132, got “{piece:.30}”")
    return number


def _written(value: float) -> str:
    return f"{value:.6g}"


TASK = Task(
    key="forecasting",
    name="Forecasting",
    hard="One season ago is a good guess already; to beat it the season must be found under the noise.",
    answer="series",
    typed="92 99 124 122 80",
    make=make,
    sizes=(Size("window", "Values the network sees", 28, 1, 200, keeps_split=True),),
    own="a column of numbers at equal distances",
)
