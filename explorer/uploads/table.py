"""A table as it was written: what separates its cells, whether it has a heading, and what its columns hold.

No cell is turned into a number or a date here; it is only seen what most of a column look like.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from explorer.errors import OwnDataError
from explorer.training.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from explorer.uploads.decode import clean
from explorer.wording import cited, counted, grouped

Kind = Literal["number", "date", "text"]
Separator = Literal["\t", ";", ",", ""]

SEPARATORS: dict[Separator, str] = {"\t": "tab", ";": "semicolon", ",": "comma", "": "new line"}
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "–", "—", "?", ".", "missing"})
"""How a value that is not there is written, in lower case."""

_HEADINGS = {
    *("text", "sentence", "sentences", "review", "comment", "message", "phrase", "document"),
    *("label", "labels", "class", "category", "sentiment", "target", "rating", "opinion"),
    *("date", "day", "month", "year", "time", "timestamp", "datetime", "period", "value", "values"),
}
"""Names that columns have and cells of text do not."""

LONGEST = 40
"""Characters that a number or a date has at most."""
_SAMPLE = 200
"""Rows by which columns are judged."""
_LONGEST_NAME = 60
_FEWEST_IN_A_LINE = 10

_NUMBER = re.compile(r"[-+−]?(?=[.,]?\d)[\d.,'’ \u00a0\u2009\u202f]*\d[.,]?(?:[eE][-+]?\d+)?", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d{1,2}(-\d{1,2})?([T ].*)?"
    r"|\d{4}[/.]\d{1,2}([/.]\d{1,2})?( .*)?"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}( .*)?"
    r"|(\d{1,2}[ -])?[A-Za-z]{3,9}\.?[ -]\d{4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}"
    r"|\d{4}[ -]?Q[1-4]|Q[1-4][ -/]\d{4}",
    re.ASCII,
)
_HALVES = re.compile(r" *[-+−]?\d[\d .'’]*,\d+ *", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        From the heading, or "Column 1".
    index : int
        Its place, from 0.
    kind : {"number", "date", "text"}
        What most of its cells look like.
    """

    name: str
    index: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    r"""Cells as they were written, without the spaces around them.

    Attributes
    ----------
    columns : tuple of Column
        At least one.
    rows : tuple of tuple of str
        At least one, each with a cell for every column; the heading is none of them.
    numbers : tuple of int
        What number each row has in the file, from 1, empty rows counted.
    separator : {"\t", ";", ",", ""}
        What stands between two cells; "" if there is one column only.
    heading : bool
        Whether the first row gave the names.
    notes : tuple of str
        What was assumed.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    separator: Separator
    heading: bool
    notes: tuple[str, ...] = ()

    def cells(self, index: int) -> list[str]:
        """Return a column."""
        return [row[index] for row in self.rows]


def read_table(text: str) -> Table:
    r"""Read a table whose cells are separated by tabs, semicolons or commas, or one column of lines.

    Parameters
    ----------
    text : str
        As CSV is written: a cell in double quotes may hold anything. One line of many numbers is turned into
        a column.

    Returns
    -------
    Table

    Raises
    ------
    OwnDataError
        If there is no row, rows have different numbers of cells, or there are too many.

    Examples
    --------
    >>> table = read_table("day;cones\n1949-01;1,5\n1949-02;2,5")
    >>> [(column.name, column.kind) for column in table.columns], table.rows[1]
    ([('day', 'date'), ('cones', 'number')], ('1949-02', '2,5'))
    """
    text = clean(text)
    if not text.strip():
        raise OwnDataError("There is nothing to read.", "Paste rows, or choose a file with some.")
    separator, text = _separator(text)
    if text.count("\n") + (text.count(separator) if separator else 0) > MAX_CELLS:
        raise OwnDataError(
            f"There are more than {grouped(MAX_CELLS)} cells, which is the most that are read.",
            "Keep only the columns and rows that are needed.",
        )
    records, notes = _records(text, separator)
    if len(records) == 1:
        records, turned = _in_a_line(records[0])
        notes += turned
    numbers, rows = _rectangle(records, separator)
    if separator == ",":
        notes += _doubtful_commas(rows)
    heading = _has_heading(rows)
    if heading and len(rows) == 1:
        raise OwnDataError("There is a heading but no row under it.", "Add the rows.")
    names = _names(rows[0] if heading else [""] * len(rows[0]))
    if heading:
        numbers, rows = numbers[1:], rows[1:]
    columns = tuple(
        Column(name, index, _kind([row[index] for row in _some(rows)], name))
        for index, name in enumerate(names)
    )
    return Table(columns, tuple(map(tuple, rows)), tuple(numbers), separator, heading, notes)


def _separator(text: str) -> tuple[Separator, str]:
    """Decide what separates cells, and return the text without the line in which Excel says so."""
    first, _, rest = text.partition("\n")
    for separator in SEPARATORS:
        if separator and first.strip().lower() == f"sep={separator}" and rest.strip():
            return separator, rest
    lines = list(islice((line for line in io.StringIO(text) if line.strip()), _SAMPLE))
    sample = "".join(line for line in lines if len(line) < 10_000) or lines[0][:100_000]
    for separator in SEPARATORS:
        if not separator:
            continue
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=separator) if row]
        except csv.Error:
            continue
        widths = Counter(map(len, rows))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and 2 * count > len(rows) and not (separator == "," and _decimal_commas(rows)):
            return separator, text
    return "", text


def _decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the commas are those of decimals under a heading that has none."""
    return len(rows[0]) == 1 and all(len(row) == 2 and _HALVES.fullmatch(",".join(row)) for row in rows[1:])


def _doubtful_commas(rows: list[list[str]]) -> tuple[str, ...]:
    """Say that commas were taken for borders where they may be those of decimals."""
    if len(rows[0]) != 2 or not all(_HALVES.fullmatch(",".join(row)) for row in _some(rows)):
        return ()
    first, second = rows[0]
    return (
        f"Read {cited(','.join(rows[0]))} as two columns, {first} and {second}: a comma separates columns. "
        f"Write decimals with a point, like {first}.{second}.",
    )


def _records(text: str, separator: Separator) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    """Return the rows that are not empty with their numbers.

    Where quotation marks are not used as CSV uses them, they are taken for what they are in a sentence.
    """
    if not separator:
        return _numbered([line.strip()] for line in text.split("\n")), ()
    try:
        return _numbered(csv.reader(io.StringIO(text), delimiter=separator, strict=True)), ()
    except csv.Error as error:
        if "field larger" in str(error):
            raise OwnDataError(
                "A cell has more than 100 000 characters: a quotation mark may be opened and never closed.",
                'Look for a single " and write it twice, or leave it out.',
            ) from None
    plain = csv.reader(io.StringIO(text), delimiter=separator, quoting=csv.QUOTE_NONE)
    try:
        records = _numbered(plain)
    except csv.Error:
        raise OwnDataError(
            "A line has more than 100 000 characters in one cell.", "Break it up into several rows."
        ) from None
    return records, ("Quotation marks do not come in pairs around cells and were read as plain characters.",)


def _numbered(records: Iterable[list[str]]) -> list[tuple[int, list[str]]]:
    """Return the records that are not empty, cells stripped, with their numbers from 1."""
    kept = []
    for number, record in enumerate(records, start=1):
        cells = [cell.strip() for cell in record]
        if any(cells):
            kept.append((number, cells))
            _require_few_rows(len(kept))
    return kept


def _require_few_rows(count: int) -> None:
    if count > MAX_ROWS:
        raise OwnDataError(
            f"There are more than {grouped(MAX_ROWS)} rows, which is the most that are read.",
            "Keep a part of them, such as the last.",
        )


def _in_a_line(record: tuple[int, list[str]]) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    """Turn one line of many numbers into a column; of too many the first decide whether they are numbers."""
    cells = record[1]
    if len(cells) == 1:
        cells = cells[0].split(maxsplit=MAX_ROWS)  # the last of them may be all that is too much
    cells = [cell for cell in cells if cell]
    some = cells[:MAX_ROWS]
    if len(some) < _FEWEST_IN_A_LINE or any(looks_like(cell) != "number" for cell in some):
        return [record], ()
    _require_few_rows(len(cells))
    note = (
        f"Read one line of {grouped(len(cells))} numbers as a column: what a row is below is a place in it."
    )
    return [(place, [cell]) for place, cell in enumerate(cells, start=1)], (note,)


def _rectangle(
    records: list[tuple[int, list[str]]], separator: Separator
) -> tuple[list[int], list[list[str]]]:
    """Check that all rows have one number of cells; empty ones at the end of a row do not count."""
    if not records:
        raise OwnDataError("There is nothing to read.", "Paste rows, or choose a file with some.")
    width = Counter(len(cells) for _, cells in records[:_SAMPLE]).most_common(1)[0][0]
    for number, cells in records:
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) != width:
            between = SEPARATORS[separator]
            raise OwnDataError(
                f"Row {grouped(number)} has {counted(len(cells), 'cell')}, most rows have {width}: "
                f"{cited((separator or ' ').join(cells))}.",
                f"Give every row the same number of cells, with a {between} between them; put one that holds "
                f"a {between} itself in double quotes.",
                row=number,
            )
    if width > MAX_COLUMNS:
        raise OwnDataError(
            f"There are {grouped(width)} columns; at most {MAX_COLUMNS} are read.",
            "Keep those that are needed.",
        )
    return [number for number, _ in records], [cells for _, cells in records]


def _has_heading(rows: list[list[str]]) -> bool:
    """Return whether the first row names the columns."""
    first, rest = rows[0], rows[1:]
    if not rest:
        return False
    words = [cell.lower() for cell in first if cell]
    if any(looks_like(cell) != "text" or cell.lower() in MISSING for cell in first if cell):
        return False
    below = [_kind([row[index] for row in _some(rest)], "") for index in range(len(first))]
    return any(kind != "text" for kind in below) or any(word in _HEADINGS for word in words)


def _names(given: Sequence[str]) -> list[str]:
    """Return a name for every column, no two the same."""
    names: list[str] = []
    for index, cell in enumerate(given, start=1):
        name = " ".join(cell.split())[:_LONGEST_NAME] or f"Column {index}"
        names.append(f"{name} ({index})" if name in names else name)
    return names


def _some(rows: list[list[str]]) -> list[list[str]]:
    """Return up to so many rows from all over the table."""
    return rows[:: -(-len(rows) // _SAMPLE)]


def _kind(cells: Sequence[str], name: str) -> Kind:
    """Return what most cells of a column that are not missing look like."""
    there = [cell for cell in cells if cell.lower() not in MISSING]
    if not there:
        return "text"
    if name.lower() in ("year", "years") and all(_YEAR.fullmatch(cell) for cell in there):
        return "date"
    kind, count = Counter(map(looks_like, there)).most_common(1)[0]
    return kind if 2 * count > len(there) else "text"


def looks_like(cell: str) -> Kind:
    """Return what a cell looks like.

    Examples
    --------
    >>> [looks_like(cell) for cell in ("1.234,5", "2020-05-17", "17/05/2020", "Jan 1949", "1949 was good")]
    ['number', 'date', 'date', 'date', 'text']
    """
    if len(cell) > LONGEST:
        return "text"
    if _DATE.fullmatch(cell):
        return "date"
    return "number" if _NUMBER.fullmatch(cell) else "text"


def shown(column: Column) -> str:
    """Return how a message calls a column."""
    return f"column {cited(column.name)}"
