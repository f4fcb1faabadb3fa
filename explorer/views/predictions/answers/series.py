"""The next value of a series: what was said of each of its values, drawn over the series itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.views.predictions.answers.run import Run
from explorer.views.predictions.pictures import Curve, Predictions
from explorer.views.predictions.wording import counted, decimals_for, number, together
from lstm_core import Dataset, InputError
from lstm_core.checks import FloatArray
from lstm_core.tasks import TaskData
from lstm_core.tasks.forecasting import SeriesReader

_MOST_VALUES, _FEWEST_VALUES = 160, 60
_OVERVIEW = 150
"""Columns of the picture of a whole series."""


def series_predictions(run: Run) -> Predictions:
    """Return the part of the series around its held-out end, with what was said of each value."""
    data, reader = run.data, run.data.reader
    if not isinstance(reader, SeriesReader):
        raise InputError(f"A series must come with a SeriesReader, got {type(reader).__name__}")
    window, split, count = data.train.inputs.shape[1], reader.first_held_out, len(reader.series)
    first, end = _shown(split, count)
    truth, said = reader.series[first:end].copy(), np.full(end - first, np.nan)
    errors = []
    for dataset, start, where in _parts(data, window, split):
        # The value at place p is forecast from the window that ends before it.
        seen = np.arange(max(first, start), min(end, start + len(dataset)))
        forecast, known, error = _forecasts(run, reader, dataset, seen - start)
        said[seen - first] = forecast
        truth[seen[~known] - first] = np.nan
        if error is not None:
            errors.append(f"{_written(reader, error)} {where}")
    columns = np.array_split(reader.series, min(_OVERVIEW, count))
    return Predictions(
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
            decimals=decimals_for(reader.scale),
            chosen=_place_in_series(run, window, split),
        ),
        summary=(f"Wrong by {together(errors)}, on average.", _this_example(run, reader)),
        notes=_left_out(run, first, end, count),
    )


def _parts(data: TaskData, window: int, split: int) -> list[tuple[Dataset, int, str]]:
    """Return each part of the data, the place of the first value that it asks for, and what to call it."""
    parts = [(data.train, window, "on what it learned from")]
    if data.test is None:
        return [*parts, (data.validation, split, "on the held-out end")]
    parts.append((data.validation, split, "on the validation data"))
    return [*parts, (data.test, split + len(data.validation), "on the test data")]


def _forecasts(
    run: Run, reader: SeriesReader, dataset: Dataset, seen: NDArray[np.intp]
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
    if 2 * held_out <= _MOST_VALUES:
        return max(0, count - max(2 * held_out, _FEWEST_VALUES)), count
    first = max(0, split - _MOST_VALUES // 2)
    return first, min(first + _MOST_VALUES, count)


def _place_in_series(run: Run, window: int, split: int) -> int:
    """Return the place of the value that the probe asks for, or −1."""
    home = run.home_of_probe()
    if home is None:
        return -1
    dataset, place = home
    return place + next(start for part, start, _ in _parts(run.data, window, split) if part is dataset)


def _this_example(run: Run, reader: SeriesReader) -> str:
    answers = {"next": run.of_probe(), "truth": run.truth_of_probe()}
    told = (
        f"{name} {_written(reader, float(reader.forecast(run.probe.inputs, answer[np.newaxis])[0]))}"
        for name, answer in answers.items()
        if answer is not None
    )
    return f"This example: {', '.join(told)}."


def _written(reader: SeriesReader, value: float) -> str:
    """Write a value with the unit of its series."""
    unit = f" {reader.unit}" if reader.unit else ""
    return f"{number(value, decimals_for(reader.scale))}{unit}"


def _left_out(run: Run, first: int, end: int, count: int) -> tuple[str, ...]:
    """Say what was not measured on, and what is not shown."""
    notes = []
    measured = [(len(run.places(dataset)), len(dataset)) for dataset in run.data.parts]
    if any(some < every for some, every in measured):
        counts = [f"{number(some)} of {number(every)}" for some, every in measured]
        notes.append(f"The errors are measured on {together(counts)} values, evenly taken.")
    if end - first < count:
        notes.append(f"The picture shows values {number(first + 1)} to {number(end)} of {number(count)}.")
    return tuple(notes)
