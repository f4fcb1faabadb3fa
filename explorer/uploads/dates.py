"""Dates as they are written in tables, and the equal steps between them.

A month is one step however many days it has, and so is the weekend in a series of working days.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from explorer.errors import OwnDataError
from explorer.uploads.table import LONGEST
from explorer.wording import cited, counted, grouped

_DAY = 86_400
_WEEK, _WORKING = 7, 5
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(_MONTH_NAMES, start=1)
    for length in range(3, len(name) + 1)
}
_TIME = (
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_WORD = r"(?P<word>[A-Za-z]{3,9})\.?"
_BY_NAME = tuple(
    re.compile(form + _TIME, re.ASCII)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?",
        rf"(?:(?P<day>\d{{1,2}})[ -])?{_WORD}[ -](?P<year>\d{{4}})",
        rf"{_WORD} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
        r"(?P<year>\d{4})[ -]?Q(?P<quarter>[1-4])",
        r"Q(?P<quarter>[1-4])[ -/](?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)
_BY_PLACE = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})" + _TIME, re.ASCII
)
_EXAMPLE = "Write dates like 2020-05-17, all in one way."


@dataclass(frozen=True, slots=True)
class Steps:
    """Moments that follow each other at equal distances, some of them missing.

    Attributes
    ----------
    places : list of int
        The place of each moment among all of them, from 0, ascending.
    words : str
        Such as "1 day".
    name : callable
        The date at a place.
    """

    places: list[int]
    words: str
    name: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Dates:
    """The moments of a column.

    Attributes
    ----------
    seconds : list of int
        Each as seconds since the year 1.
    notes : tuple of str
        What was assumed.
    """

    seconds: list[int]
    notes: tuple[str, ...]


def read_dates(cells: Sequence[str], rows: Sequence[int], column: str) -> Dates:
    """Read a column of dates.

    Whether the day or the month comes first in 05/06/2020 is decided by the dates that can be read in one way
    only; if there is none, by the order and then by the distances that one way gives and the other does not.

    Parameters
    ----------
    cells : sequence of str
        None of them empty.
    rows : sequence of int
        What a message calls the row of each.
    column : str
        What a message calls the column.

    Raises
    ------
    OwnDataError
        If a cell is no date, or both ways remain possible.

    Examples
    --------
    >>> dates = read_dates(["31/01/2020", "01/02/2020"], [1, 2], "column “day”")
    >>> [written(second) for second in dates.seconds]
    ['2020-01-31', '2020-02-01']
    """
    matches = []
    for cell, row in zip(cells, rows, strict=True):
        forms = (form.fullmatch(cell) for form in (*_BY_NAME, _BY_PLACE))
        match = next((match for match in forms if match), None) if len(cell) <= LONGEST else None
        if match is None:
            raise _no_date(cell, row, column)
        matches.append(match)
    if len({bool(match["zone"]) for match in matches}) > 1:
        raise OwnDataError(
            f"Some dates in {column} name a time zone and some do not.", "Write all of them in one way."
        )
    by_place = [place for place, match in enumerate(matches) if match.re is _BY_PLACE]
    day_first, notes = True, tuple[str, ...]()
    if by_place:
        day_first, notes = _order(matches, by_place, rows, cells, column)
    seconds = []
    for match, cell, row in zip(matches, cells, rows, strict=True):
        moment = _moment(match, day_first)
        if moment is None:
            raise _no_date(cell, row, column)
        seconds.append(moment)
    return Dates(seconds, notes)


def equal_steps(seconds: Sequence[int], rows: Sequence[int], column: str) -> Steps:
    """Find the step between moments.

    Parameters
    ----------
    seconds : sequence of int
        Ascending, no two the same, at least two.
    rows : sequence of int
        What a message calls the row of each.
    column : str
        What a message calls the column.

    Raises
    ------
    OwnDataError
        If the distances are not whole multiples of the most frequent one.

    Examples
    --------
    >>> days = [second * 86_400 for second in (737425, 737456, 737516)]
    >>> steps = equal_steps(days, [1, 2, 3], "column “month”")
    >>> steps.places, steps.words, steps.name(2)
    ([0, 1, 3], '1 month', '2020-03')
    """
    steps = _in_steps(seconds)
    if isinstance(steps, Steps):
        return steps
    place, usual = steps
    raise OwnDataError(
        f"Row {grouped(rows[place])}, {column}: {written(seconds[place])} comes "
        f"{duration(seconds[place] - seconds[place - 1])} after the date before it; most come {usual} apart.",
        "The network needs values at equal distances: use one for each day, week, month or hour.",
        row=rows[place],
    )


def _order(
    matches: Sequence[re.Match[str]],
    by_place: Sequence[int],
    rows: Sequence[int],
    cells: Sequence[str],
    column: str,
) -> tuple[bool, tuple[str, ...]]:
    """Decide whether the day comes first, and say so where a date alone does not."""
    day_first = next((place for place in by_place if int(matches[place]["first"]) > 12), None)
    month_first = next((place for place in by_place if int(matches[place]["other"]) > 12), None)
    if day_first is not None and day_first == month_first:
        raise _no_date(cells[day_first], rows[day_first], column)
    if day_first is not None and month_first is not None:
        raise OwnDataError(
            f"In {column} row {grouped(rows[day_first])}, {cited(cells[day_first])}, has the day first "
            f"and row {grouped(rows[month_first])}, {cited(cells[month_first])}, the month.",
            _EXAMPLE,
            row=max(rows[day_first], rows[month_first]),
        )
    if day_first is not None or month_first is not None:
        return day_first is not None, ()
    example = next((place for place in by_place if matches[place]["first"] != matches[place]["other"]), None)
    if example is None or matches[example]["mark"] == ".":
        return True, ()
    ways = {way: [_moment(match, way) for match in matches] for way in (True, False)}
    possible = [way for way, moments in ways.items() if _falls_or_rises(moments)]
    if len(possible) == 2:
        possible = [way for way in possible if _is_regular(ways[way])]
    if len(possible) != 1:
        raise OwnDataError(
            f"It cannot be told whether {cited(cells[example])} in {column} has the day or the month first.",
            _EXAMPLE,
            row=rows[example],
            value=cells[example],
        )
    read = written(ways[possible[0]][example] or 0)
    first, why = ("day" if possible[0] else "month"), "only so do the dates follow each other evenly"
    return possible[0], (
        f"Read {cited(cells[example])} in {column} as {read}, with the {first} first: {why}.",
    )


def _falls_or_rises(moments: Sequence[int | None]) -> bool:
    known = [moment for moment in moments if moment is not None]
    rises = [later > sooner for sooner, later in pairwise(known)]
    return len(known) == len(moments) and len(set(rises)) <= 1


def _is_regular(moments: Sequence[int | None]) -> bool:
    """Return whether the distances are equal, and not by counting days where months are meant."""
    known = sorted({moment for moment in moments if moment is not None})
    steps = _in_steps(known) if len(known) > 1 else None
    return isinstance(steps, Steps) and steps.places[-1] < 2 * len(known)


def _in_steps(seconds: Sequence[int]) -> Steps | tuple[int, str]:
    """Return the steps, or the first place that does not fit and the usual distance in words."""
    days = [date.fromordinal(second // _DAY) for second in seconds]
    distances = [later - sooner for sooner, later in pairwise(seconds)]
    if len({second % _DAY for second in seconds}) == 1:
        if min(distances) >= 28 * _DAY and _same_day_of_month(days):
            return _multiples([12 * day.year + day.month - 1 for day in days], _months, _month_name)
        weekends = any(day.weekday() >= _WORKING for day in days)
        if not weekends and _DAY in distances and 3 * _DAY in distances:
            return _multiples([_working_number(day) for day in days], _working_days, _working_name)
    return _multiples(seconds, duration, written)


def _multiples(
    numbers: Sequence[int], words: Callable[[int], str], name: Callable[[int], str]
) -> Steps | tuple[int, str]:
    """Return the steps between ascending numbers, or what does not fit."""
    distances = [later - sooner for sooner, later in pairwise(numbers)]
    step = Counter(distances).most_common(1)[0][0]
    wrong = next((place for place, distance in enumerate(distances, start=1) if distance % step), None)
    if wrong is not None:
        return wrong, words(step)
    first = numbers[0]
    return Steps(
        [(number - first) // step for number in numbers],
        words(step),
        lambda place: name(first + place * step),
    )


def _same_day_of_month(days: Sequence[date]) -> bool:
    """Return whether all are the 5th, say, or all are the last of their month."""
    return len({day.day for day in days}) == 1 or all((day + timedelta(1)).day == 1 for day in days)


def _months(count: int) -> str:
    return counted(count, "month") if count % 12 else counted(count // 12, "year")


def _month_name(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def _working_days(count: int) -> str:
    return counted(count, "working day")


def _working_number(day: date) -> int:
    """Count working days; the first of January of the year 1 was a Monday."""
    weeks, weekday = divmod(day.toordinal() - 1, _WEEK)
    return _WORKING * weeks + weekday


def _working_name(number: int) -> str:
    weeks, weekday = divmod(number, _WORKING)
    return date.fromordinal(_WEEK * weeks + weekday + 1).isoformat()


def duration(seconds: int) -> str:
    """Write a time in the largest unit that divides it.

    Examples
    --------
    >>> duration(86_400), duration(1_209_600), duration(5_400)
    ('1 day', '2 weeks', '90 minutes')
    """
    for unit, size in (("week", _WEEK * _DAY), ("day", _DAY), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return counted(seconds // size, unit)
    return counted(seconds, "second")


def written(seconds: int) -> str:
    """Write a moment, with its time if that is not midnight.

    Examples
    --------
    >>> written(737_425 * 86_400), written(737_425 * 86_400 + 3_660)
    ('2020-01-01', '2020-01-01 01:01')
    """
    day, rest = divmod(seconds, _DAY)
    text = date.fromordinal(day).isoformat()
    if not rest:
        return text
    text += f" {rest // 3600:02d}:{rest // 60 % 60:02d}"
    return text + (f":{rest % 60:02d}" if rest % 60 else "")


def _moment(match: re.Match[str], day_first: bool) -> int | None:
    """Return the seconds since the year 1, or None if there is no such date."""
    found = match.groupdict()
    if match.re is _BY_PLACE:
        day, month = (int(found[name]) for name in (("first", "other") if day_first else ("other", "first")))
    else:
        day = int(found.get("day") or 1)
        month = int(found.get("month") or 3 * int(found.get("quarter") or 1) - 2)
        if found.get("word"):
            month = _MONTHS.get(found["word"].lower(), 0)
    year, hour, minute, second = (int(found.get(name) or 0) for name in ("year", "hour", "minute", "second"))
    if not _FIRST_YEAR <= year <= _LAST_YEAR or hour > 24 or minute > 59 or second > 59:
        return None
    try:
        days = date(year, month, day).toordinal()
    except ValueError:
        return None
    return days * _DAY + hour * 3600 + minute * 60 + second - _offset(found.get("zone"))


def _offset(zone: str | None) -> int:
    """Return the seconds by which a time zone is ahead."""
    if zone is None or zone in ("Z", "UTC"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def _no_date(cell: str, row: int, column: str) -> OwnDataError:
    return OwnDataError(
        f"Row {grouped(row)}, {column}: {cited(cell)} is not a date that can be read.",
        _EXAMPLE,
        row=row,
        value=cell,
    )
