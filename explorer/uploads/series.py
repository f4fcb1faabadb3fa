"""One column of a table as a series: values at equal distances, with gaps where some are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from explorer.errors import OwnDataError
from explorer.uploads.dates import equal_steps, read_dates, written
from explorer.uploads.numbers import read_numbers
from explorer.uploads.table import MISSING, Column, Table, shown
from explorer.wording import counted, grouped
from lstm_core.tasks.forecasting import MAX_GAPS, MAX_VALUES, MIN_VALUES, Series
from lstm_core.tasks.wording import first_few

_UNIT = re.compile(r"(?P<name>.*\S)\s*[(\[](?P<unit>[^()\[\]]{1,20})[)\]]")


def read_series(table: Table, column: Column | int) -> tuple[Series, tuple[str, ...]]:
    r"""Read a column of numbers, put in the order of its dates if the table has some.

    Parameters
    ----------
    table : Table
        Its first column of dates, if there is one, says when each value was.
    column : Column or int
        Which holds the values.

    Returns
    -------
    series : Series
        Missing values, and those of missing dates, are None. What is in brackets in the heading is its unit.
    notes : tuple of str
        What was assumed, turned round or filled in; what was assumed of the table are the table's own.

    Raises
    ------
    OwnDataError
        If a cell cannot be read, dates come twice or at unequal distances, or there are too few or too many
        values.

    Examples
    --------
    >>> from explorer.uploads import read_table
    >>> rows = "\n".join(f"{1949 + month // 12}-{month % 12 + 1:02d},{month}" for month in range(50, -1, -1))
    >>> series, notes = read_series(read_table("month,passengers (thousand)\n" + rows), 1)
    >>> series.name, series.unit, series.values[:3], len(notes)
    ('passengers', 'thousand', (0.0, 1.0, 2.0), 2)
    """
    column = table.columns[column] if isinstance(column, int) else column
    when = next((each for each in table.columns if each.kind == "date" and each.index != column.index), None)
    cells, rows = table.cells(column.index), list(table.numbers)
    dates = [] if when is None else table.cells(when.index)
    if when is not None:
        there = [place for place in range(len(rows)) if not _both_missing(dates[place], cells[place])]
        cells, dates = [cells[place] for place in there], [dates[place] for place in there]
        rows = [rows[place] for place in there]
    numbers = read_numbers(cells, rows, shown(column), table.separator)
    values, notes = numbers.values, numbers.notes
    if when is not None:
        values, more = _in_order(values, dates, rows, when)
        notes += more
    _check_count(len(values), shown(column))
    match = _UNIT.fullmatch(column.name)
    name, unit = (match["name"], match["unit"].strip()) if match else (column.name, "")
    return Series(name, unit, tuple(values)), notes


def _both_missing(date: str, value: str) -> bool:
    return date.lower() in MISSING and value.lower() in MISSING


def _in_order(
    values: Sequence[float | None], cells: Sequence[str], rows: Sequence[int], when: Column
) -> tuple[list[float | None], tuple[str, ...]]:
    """Put values in the order of their dates, with a gap for every date that is missing."""
    column = shown(when)
    for cell, row in zip(cells, rows, strict=True):
        if cell.lower() in MISSING:
            raise OwnDataError(
                f"Row {grouped(row)} has a value but no date in {column}.",
                "Write its date, or take the row out.",
                row=row,
            )
    dates = read_dates(cells, rows, column)
    order = sorted(range(len(rows)), key=dates.seconds.__getitem__)
    seconds = [dates.seconds[place] for place in order]
    ordered = [rows[place] for place in order]
    for place, (sooner, later) in enumerate(pairwise(seconds)):
        if sooner == later:
            first, second = sorted(ordered[place : place + 2])
            clock = " If the clocks were put back, write the times in UTC." if sooner % 86_400 else ""
            raise OwnDataError(
                f"Rows {grouped(first)} and {grouped(second)} have the same date in {column}, "
                f"{written(sooner)}.",
                f"Keep one of them, or add them up.{clock}",
                row=second,
            )
    notes = dates.notes + _order_notes(order, rows, column)
    if len(seconds) < 2:
        return [values[place] for place in order], notes
    steps = equal_steps(seconds, ordered, column)
    count = steps.places[-1] + 1
    missing = count - len(steps.places)
    notes += (f"By {column} a step is {steps.words}.",)
    if not missing:
        return [values[place] for place in order], notes
    widest = max(range(1, len(order)), key=lambda place: steps.places[place] - steps.places[place - 1])
    if missing > MAX_GAPS * count:
        sooner, later = ordered[widest - 1], ordered[widest]
        raise OwnDataError(
            f"In steps of {steps.words}, {counted(missing, 'date')} of {grouped(count)} are missing in "
            f"{column}, most between rows {grouped(sooner)} and {grouped(later)}; at most {MAX_GAPS:.0%} may "
            "be.",
            "Use a part without large gaps, or a larger step such as one value for each week or month.",
            row=later,
        )
    filled: list[float | None] = [None] * count
    for place, where in zip(order, steps.places, strict=True):
        filled[where] = values[place]
    known = set(steps.places)
    absent = [steps.name(place) for place in range(count) if place not in known]
    gaps = "is missing and is a gap" if missing == 1 else "are missing and are gaps"
    return filled, (*notes, f"In {column} {counted(missing, 'date')} {gaps}: {first_few(absent)}.")


def _order_notes(order: Sequence[int], rows: Sequence[int], column: str) -> tuple[str, ...]:
    """Say what was done to have the rows in the order of their dates."""
    wrong = next((place for place, (a, b) in enumerate(pairwise(order), start=1) if b != a + 1), None)
    if wrong is None:
        return ()
    if list(order) == list(range(len(order) - 1, -1, -1)):
        return ("The newest row came first: the rows were turned round.",)
    place = next(place for place in range(len(order)) if order[place] != place)
    return (f"The rows were put in the order of {column}; row {grouped(rows[place])} was not in its place.",)


def _check_count(count: int, column: str) -> None:
    if count < MIN_VALUES:
        raise OwnDataError(
            f"Found {counted(count, 'value')} in {column}; at least {MIN_VALUES} are needed.",
            "Add more rows: the last fifth is held out, and there must be enough to learn from before it.",
        )
    if count > MAX_VALUES:
        raise OwnDataError(
            f"There are {grouped(count)} values in {column}; at most {grouped(MAX_VALUES)} are used.",
            "Keep a part, such as the last, or one value for each hour or day.",
        )
