"""From the histories of training runs to the bytes that the curves are drawn from. No drawing is in here.

A run of any length becomes at most 200 points a line. A point stands for the updates of one bucket: their
mean, with the lowest and the highest of them. Buckets hold 1, 2, 4, 8, … updates and begin at fixed updates,
so that a finished point stays where it is while the run grows, until all buckets double.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.theme import COLOURS
from explorer.training.history import History
from explorer.web.payload import digest, pack
from lstm_core.errors import InputError
from lstm_core.losses import LossName
from lstm_core.tasks.base import Baseline, EachFunction, Metric
from lstm_core.tasks.metrics import mean_squared_error, surprise

MOST_POINTS = 200
"""Points of one line: a chart is hardly wider than that many pixels."""

EMPTY_TEXT = "Press Start: the loss is drawn here while it falls."
"""What stands in the first chart before the first update."""

WIDE_SPREAD = 30.0
"""How many times a small value the largest may be before a chart opens with a logarithmic scale."""

LEAST_SPAN = 2000
"""Updates that the charts show at least, or all of a run that is shorter."""

NARROW_SPREAD = 1 / 500
"""Of the largest number, below which differences would not be seen on a scale that begins at 0."""

SETTLED = 50
"""Updates before which a scale begins at 0: the first numbers of every run are nearly equal."""

_LEAST_SPREAD = 1e-12
"""Of the largest number, below which differences are those of rounding."""

_COMPUTED_BY: Mapping[LossName, EachFunction] = MappingProxyType(
    {"squared_error": mean_squared_error, "cross_entropy": surprise}
)
"""The metrics that are the mean of a loss over held-out data."""

_SMOOTHED = 20
"""Means of the training loss at most whose spread is looked at: a single batch says little."""

_BESIDE = 10.0
"""How many times the largest number of the run that is looked at, or of its lines, those of others may be."""


def is_the_loss(metric: Metric, loss: LossName) -> bool:
    """Return whether a metric is the loss under another name, so that one chart shows both.

    Parameters
    ----------
    metric : Metric
        What the task measures.
    loss : str
        What is trained with, by its name in ``LOSSES``.

    Examples
    --------
    >>> from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
    >>> is_the_loss(MEAN_SQUARED_ERROR, "squared_error"), is_the_loss(MEAN_SQUARED_ERROR, "cross_entropy")
    (True, False)
    """
    return metric.function is _COMPUTED_BY.get(loss)


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a line is drawn: its hue on a light and on a dark page, and its dashes.

    Attributes
    ----------
    light, dark : str
        ``#RRGGBB``, at least 3:1 on the page.
    dash : tuple of float
        Pixels of line and gap in turn; empty for an unbroken line.
    """

    light: str
    dark: str
    dash: tuple[float, ...] = ()


TRAINING = LineLook("#0072B2", "#56B4E9")
VALIDATION = LineLook("#D55E00", "#FF8F52", (6, 3))
BASELINE = LineLook(COLOURS["light"]["muted"], COLOURS["dark"]["muted"])
CLIP = LineLook(COLOURS["light"]["muted"], COLOURS["dark"]["muted"], (8, 3, 2, 3))

_OTHER_HUES = (("#009E73", "#009E73"), ("#9C3F83", "#CC79A7"), ("#574400", "#D8C48A"), ("#14161C", "#FFFFFF"))
_OTHER_DASHES: tuple[tuple[float, ...], ...] = ((10, 3), (3, 2), (10, 3, 2, 3), (5, 2, 1, 2, 1, 2), ())


def other_look(place: int) -> LineLook:
    """Return the look of the run at a place among those overlaid, from 0; 20 of them differ in hue or dashes.

    Examples
    --------
    >>> other_look(0)
    LineLook(light='#009E73', dark='#009E73', dash=(10, 3))
    """
    light, dark = _OTHER_HUES[place % len(_OTHER_HUES)]
    return LineLook(light, dark, _OTHER_DASHES[place % len(_OTHER_DASHES)])


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One run among those that are shown.

    Attributes
    ----------
    name : str
        As the reader knows it.
    history : History
        What it has been through.
    shown : bool
        Whether it is drawn. The first run always is; another keeps its hue while it is not.
    words : str
        What tells it from the others that are drawn; may be empty.
    """

    name: str
    history: History
    shown: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """How numbers that belong to ascending updates fall into points.

    Attributes
    ----------
    first, last : ndarray of int, shape (b,)
        The updates that a point begins and ends with.
    count : ndarray of int, shape (b,)
        How many numbers it stands for.
    start : ndarray of int, shape (b,)
        Where in the array they begin.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    count: NDArray[np.int64]
    start: NDArray[np.int64]

    @property
    def largest(self) -> int:
        """The most numbers that one point stands for; 1 where there is none."""
        return int(self.count.max(initial=1))


def bucket_size(first: int, last: int, most: int = MOST_POINTS) -> int:
    """Return how many updates a point stands for: the least power of two that leaves at most `most` points.

    Buckets of a size begin at the updates 1, 1 + size, 1 + 2·size, …

    Examples
    --------
    >>> bucket_size(1, 200), bucket_size(1, 201), bucket_size(1, 401)
    (1, 2, 4)
    """
    size = 1
    while (last - 1) // size - (first - 1) // size + 1 > most:
        size *= 2
    return size


def buckets_of(update: NDArray[np.int64], most: int = MOST_POINTS) -> Buckets:
    """Return the points of numbers that belong to these updates.

    Parameters
    ----------
    update : ndarray of int, shape (n,)
        Ascending. While there are no more than `most`, each is a point of its own.
    most : int
        Points at most.

    Examples
    --------
    >>> buckets_of(np.arange(1, 6), most=3).count
    array([2, 2, 1])
    """
    n = len(update)
    if n <= most:
        start = np.arange(n)
    else:
        first, last = int(update[0]), int(update[-1])
        size = bucket_size(first, last, most)
        begins = np.arange((first - 1) // size, (last - 1) // size + 1) * size + 1
        # A bucket without a number begins where the next one does.
        start = np.unique(np.searchsorted(update, begins))
    end = np.append(start[1:], n)[: len(start)]
    return Buckets(update[start], update[end - 1], end - start, start)


def summary(values: NDArray[np.float64], buckets: Buckets) -> NDArray[np.float64]:
    """Return the mean, the lowest and the highest number of every point.

    What is not finite is left out; a point of which nothing is left is NaN.

    Parameters
    ----------
    values : ndarray, shape (n,)
    buckets : Buckets
        Of n updates.

    Returns
    -------
    ndarray, shape (3, b)

    Examples
    --------
    >>> summary(np.array([1.0, 3.0, 5.0]), buckets_of(np.arange(1, 4), most=2))
    array([[2., 5.],
           [1., 5.],
           [3., 5.]])
    """
    start = buckets.start
    if not len(start):
        return np.empty((3, 0))
    finite = np.isfinite(values)
    if finite.all():
        low, high = np.minimum.reduceat(values, start), np.maximum.reduceat(values, start)
        return np.stack([_means(values, buckets, buckets.count, low, high), low, high])
    count = np.add.reduceat(finite, start, dtype=np.int64)
    low = np.minimum.reduceat(np.where(finite, values, np.inf), start)
    high = np.maximum.reduceat(np.where(finite, values, -np.inf), start)
    means = _means(np.where(finite, values, 0.0), buckets, np.maximum(count, 1), low, high)
    return np.where(count > 0, np.stack([means, low, high]), np.nan)


def _means(
    values: NDArray[np.float64],
    buckets: Buckets,
    count: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the mean of every point, which lies between its lowest and its highest number."""
    with np.errstate(over="ignore"):
        means: NDArray[np.float64] = np.add.reduceat(values, buckets.start) / count
    if not np.isfinite(means).all():
        # The sum of numbers near the largest float is too large for one; a power of two divides exactly.
        scale = 2.0 ** math.ceil(math.log2(2 * buckets.largest))
        means = np.add.reduceat(values / scale, buckets.start) / count * scale
    # Rounding must not lift the mean of equal numbers above them.
    return np.clip(means, low, high)


def pack_curves(
    lines: Sequence[Line],
    *,
    metric: str,
    better: Literal["lower", "higher"],
    baseline: Baseline,
    moments: NDArray[np.int64] | Sequence[int],
    at: int | None,
    total: int,
    scene: str,
    answered: int = 0,
    unit: str = "",
    clip: float | None = None,
    every: int | None = None,
    exact: tuple[float, float] | None = None,
    is_loss: bool = False,
    held_out: bool = True,
) -> bytes:
    """Return runs as the message for the curves.

    Parameters
    ----------
    lines : sequence of Line
        The first is the run that is looked at, the others are overlaid.
    metric : str
        What the task measures, in its own words.
    better : {"lower", "higher"}
        Which way the metric is better.
    baseline : Baseline
        Drawn in the charts of the loss and of the metric.
    moments : sequence of int
        The updates of the checkpoints that one can go back to, ascending.
    at : int, optional
        Index of the moment that is shown; None is the latest.
    total : int
        The update that the run will end with.
    scene : str
        Names what is being looked at. While it and the runs that are drawn stay the same no scale shrinks,
        and a chart that has become logarithmic stays so.
    answered : int
        The number of the reader's last request that this picture answers.
    unit : str
        Of the metric. A metric without one of which more is better is taken for a share in [0, 1].
    clip : float, optional
        The gradient norm above which an update is clipped, drawn as a line.
    every : int, optional
        After how many updates loss and metric are measured, to be said.
    exact : tuple of float, optional
        Loss and metric as they are measured, of the moment that is shown; without, the last ones are told.
    is_loss : bool
        Whether the metric is the loss, as ``is_the_loss`` tells. There is no chart of the metric then, and
        the chart of the loss has its name.
    held_out : bool
        Whether what is measured was held out, and is validation; else it is what the runs learned from.

    Raises
    ------
    InputError
        If there is no run, `moments` do not ascend, or there is no moment `at`.

    Examples
    --------
    >>> from explorer.web.payload import unpack
    >>> baseline = Baseline("always 1", 0.5, 0.7)
    >>> data = pack_curves([Line("Run 1", History.empty())], metric="accuracy", better="higher",
    ...                    baseline=baseline, moments=[0], at=None, total=1200, scene="Run 1")
    >>> header, arrays = unpack(data)
    >>> header["x"], header["charts"]["loss"]["high"], arrays["0.loss"].shape
    ([0, 1200], 0.7, (3, 0))
    """
    stops = np.asarray(moments, np.int64)
    if not lines:
        raise InputError("lines must hold at least one run, got none")
    if stops.ndim != 1 or np.any(np.diff(stops) <= 0):
        raise InputError("moments must ascend")
    if at is not None and not 0 <= at < len(stops):
        raise InputError(f"at must be None or an index of one of {len(stops)} moments, got {at}")

    arrays: dict[str, np.ndarray] = {"moments": stops}
    runs: list[dict[str, Any]] = []
    for place, line in enumerate(lines):
        if place and not line.shown:
            continue
        looks = asdict(other_look(place - 1)) if place else None
        runs.append(
            {
                "name": line.name,
                "words": line.words,
                "place": place,
                "look": looks,
                "n": len(line.history),
            }
        )
        runs[-1] |= _add_run(
            arrays, f"{len(runs) - 1}.", line.history, complete=not place, with_metric=not is_loss
        )
    main = lines[0].history
    shown = [line.history for place, line in enumerate(lines) if line.shown or not place]
    settled = len(main) >= SETTLED
    smooth = summary(main.loss, buckets_of(main.update, _SMOOTHED))[0]
    charts = _charts(arrays, len(runs), smooth, baseline, clip, is_loss=is_loss, settled=settled)
    if not is_loss and better == "higher" and not unit and charts["metric"].high <= 1:
        charts["metric"] = replace(charts["metric"], high=1.0, zero=True)
    header: dict[str, Any] = {
        "scene": scene,
        "metric": {"name": metric, "unit": unit, "better": better, "isLoss": is_loss},
        "baseline": _guess(baseline),
        "clip": _finite(clip),
        "measured": "validation" if held_out else "on the training data",
        "every": every,
        "exact": None if exact is None else {"validation": _finite(exact[0]), "metric": _finite(exact[1])},
        "at": at,
        "answered": answered,
        "total": total,
        "x": _span(shown, stops, total),
        "runs": runs,
        "rate": float(main.learning_rate[0]) if len(main) else None,
        "rates": _rate_changes(main),
        "clipped": float(main.clipped.mean()) if len(main) else None,
        "looks": {
            "training": asdict(TRAINING),
            "validation": asdict(VALIDATION),
            "baseline": asdict(BASELINE),
            "clip": asdict(CLIP),
        },
        "empty": EMPTY_TEXT,
        "wide": WIDE_SPREAD,
        "charts": {name: asdict(extent) for name, extent in charts.items()},
    }
    # The view redraws when this changes, and only then.
    header["revision"] = digest(header, arrays)
    return pack(header, arrays, only_drawn=True)


def _add_run(
    arrays: dict[str, np.ndarray], prefix: str, history: History, *, complete: bool, with_metric: bool
) -> dict[str, int]:
    """Add the arrays of a run, and return how many numbers its points stand for.

    Of an overlaid run the losses of its updates are not drawn, and of its gradient only the mean.
    """
    updates, measurements = buckets_of(history.update), buckets_of(history.measured)
    norms = summary(history.gradient_norm, updates)
    arrays |= {
        f"{prefix}updates": np.stack([updates.first, updates.last]),
        f"{prefix}gradient": norms if complete else norms[:1],
        f"{prefix}measured": np.stack([measurements.first, measurements.last]),
        f"{prefix}validation": summary(history.validation_loss, measurements),
    }
    if with_metric:
        arrays[f"{prefix}metric"] = summary(history.metric, measurements)
    if complete:
        clipped = np.zeros(0)
        if len(history):
            clipped = np.add.reduceat(history.clipped, updates.start, dtype=np.int64) / updates.count
        arrays |= {f"{prefix}loss": summary(history.loss, updates), f"{prefix}clipped": clipped}
    return {"updatesEach": updates.largest, "measurementsEach": measurements.largest}


@dataclass(frozen=True, slots=True)
class _Extent:
    """The lowest, the highest and the smallest positive number of a chart.

    ``log`` says that what was measured is too widely spread for a linear scale, ``zero`` that a linear scale
    holds 0: it does unless all numbers are so nearly the same that they would be one line.
    """

    low: float
    high: float
    positive: float | None
    log: bool
    zero: bool


def _charts(
    arrays: dict[str, np.ndarray],
    count: int,
    smooth: NDArray[np.float64],
    baseline: Baseline,
    clip: float | None,
    *,
    is_loss: bool,
    settled: bool,
) -> dict[str, _Extent]:
    """Return how far the numbers of each chart reach; `smooth` is the training loss without its noise."""
    parts = {
        "loss": (("loss", "validation"), [baseline.loss]),
        **({} if is_loss else {"metric": (("metric",), [baseline.value])}),
        "gradient": (("gradient",), [] if clip is None else [clip]),
    }
    charts = {}
    for name, (keys, constants) in parts.items():
        ours, others = (
            [arrays[f"{run}.{key}"] for run in runs for key in keys if f"{run}.{key}" in arrays]
            for runs in (range(1), range(1, count))
        )
        reach = _reach(np.concatenate([*(rows.ravel() for rows in ours), constants]))
        drawn = [*ours, *(np.where(np.abs(rows) <= reach, rows, np.nan) for rows in others)]
        everything = np.concatenate([*(rows.ravel() for rows in drawn), constants])
        everything = everything[np.isfinite(everything)]
        positive = everything[everything > 0]
        low, high = (float(everything.min()), float(everything.max())) if len(everything) else (0.0, 0.0)
        # A training loss far below what is measured, of what was learned by heart, or single small gradients
        # leave a linear scale readable; numbers that fall through decades, runs or a baseline far apart, or a
        # loss that explodes, do not. A run laid over this one that ran away has no say.
        measured = [ours[-1][0], *(rows[0] for rows in others if np.all(np.abs(rows) <= reach))]
        if name == "gradient":
            is_wide = _is_wide(np.concatenate(measured), np.median, ours[0][0])
        else:
            standard = np.concatenate([*measured, constants[:1]])
            is_wide = _is_wide(np.append(standard, smooth if name == "loss" else []), np.min, standard)
        charts[name] = _Extent(
            low,
            high,
            float(positive.min()) if len(positive) else None,
            is_wide,
            not (settled and _is_narrow(low, high)),
        )
    return charts


def _reach(ours: NDArray[np.float64]) -> float:
    """Return how large a number of an overlaid run may be to count for the scale.

    Beside one that ran away, a run that did not would be a line on the floor.
    """
    sizes = np.abs(ours[np.isfinite(ours)])
    return _BESIDE * float(sizes.max()) if sizes.any() else math.inf


def _is_narrow(low: float, high: float) -> bool:
    """Return whether numbers between these differ, but too little to be seen beside 0."""
    largest = max(abs(low), abs(high))
    return _LEAST_SPREAD < high / largest - low / largest < NARROW_SPREAD if largest else False


def _is_wide(
    numbers: NDArray[np.float64],
    small: Callable[[NDArray[np.float64]], np.float64],
    standard: NDArray[np.float64],
) -> bool:
    """Return whether the largest number is more than 30 times a small one of `standard`, none being negative.

    Where nothing in `standard` is positive, all numbers take its place.
    """
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers) or numbers.min() < 0:
        return False
    standard = standard[standard > 0] if np.any(standard > 0) else numbers[numbers > 0]
    return bool(len(standard) and numbers.max() / WIDE_SPREAD > small(standard))


def _span(histories: Sequence[History], stops: NDArray[np.int64], total: int) -> list[int]:
    """Return the first and the last update of the charts.

    A long run would begin as a speck at the edge: while it is short, a half, a quarter, … of it is shown.
    """
    drawn = [
        stops,
        *(
            line
            for history in histories
            for line in (history.update[:1] - 1, history.update[-1:], history.measured)
        ),
    ]
    ends = [(int(updates[0]), int(updates[-1])) for updates in drawn if len(updates)]
    begin = max(min((first for first, _ in ends), default=0), 0)
    last = max((last for _, last in ends), default=0)
    end = max(total, last, begin + 1)
    while (half := begin + (end - begin) // 2) >= max(last, begin + LEAST_SPAN):
        end = half
    return [begin, end]


def _rate_changes(history: History) -> list[list[float]]:
    """Return [update, rate before, rate from then on] for every change, one for each point of the curves."""
    rates = history.learning_rate
    changes = np.flatnonzero(rates[1:] != rates[:-1]) + 1
    if not len(changes):
        return []
    updates = history.update[changes]
    buckets = buckets_of(updates)
    ends = np.append(buckets.start[1:], len(changes)) - 1
    return [
        [int(updates[start]), float(rates[changes[start] - 1]), float(rates[changes[end]])]
        for start, end in zip(buckets.start, ends, strict=True)
    ]


def _guess(baseline: Baseline) -> dict[str, object]:
    return {
        "name": baseline.name,
        "lossName": baseline.loss_name or baseline.name,
        "value": _finite(baseline.value),
        "loss": _finite(baseline.loss),
    }


def _finite(number: float | None) -> float | None:
    """Return the number, or None where it has no place on a scale."""
    return float(number) if number is not None and math.isfinite(number) else None
