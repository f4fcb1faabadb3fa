"""Numbers as people and spreadsheets write them: decimal points and commas, thousands apart, gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.errors import OwnDataError
from explorer.uploads.table import LONGEST, MISSING, Separator
from explorer.wording import cited, exact_number, grouped

Mark = Literal[".", ","]

LARGEST = 1e15
"""What a value may be at most; beyond it neighbouring whole numbers are the same float."""

_SPACES = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "’": "'", "−": "-"})


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    apart = rf"[1-9]\d{{0,2}}(?P<apart>[{thousands} '])\d{{3}}(?:(?P=apart)\d{{3}})*"
    return re.compile(
        rf"[-+]?(?:(?:{apart}|\d+)(?:[{decimal}]\d*)?|[{decimal}]\d+)(?:[eE][-+]?\d{{1,4}})?", re.ASCII
    )


_WRITTEN: dict[Mark, re.Pattern[str]] = {".": _pattern(".", ","), ",": _pattern(",", ".")}
_NAMES: dict[Mark, str] = {".": "decimal point", ",": "decimal comma"}
_CURRENCY = re.compile(r"[€$£¥₹₽₩₺]|\b(?:EUR|USD|GBP|CHF|JPY)\b", re.IGNORECASE)
_INFINITE = re.compile(r"[-+]?(?:inf|infinity|∞)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers.

    Attributes
    ----------
    values : list of (float or None)
        None where a value is missing.
    notes : tuple of str
        What was assumed.
    """

    values: list[float | None]
    notes: tuple[str, ...]


def read_numbers(cells: Sequence[str], rows: Sequence[int], column: str, separator: Separator) -> Numbers:
    r"""Read a column of numbers, all written in one way.

    Parameters
    ----------
    cells : sequence of str
        Without spaces around them.
    rows : sequence of int
        What a message calls the row of each.
    column : str
        What a message calls the column.
    separator : {"\t", ";", ",", ""}
        What separates the cells of the table: where it is a comma, decimals have a point.

    Raises
    ------
    OwnDataError
        If a cell is no number, there is none at all, or it cannot be told which mark the decimals have.

    Examples
    --------
    >>> read_numbers(["1.234,5", "n/a", "-2"], [1, 2, 3], "column “x”", ";").values
    [1234.5, None, -2.0]
    """
    plain = [cell[: LONGEST + 1].translate(_SPACES) for cell in cells]
    there = [place for place, cell in enumerate(plain) if cell.lower() not in MISSING]
    if not there:
        raise OwnDataError(f"There is no number in {column}.", "Choose another column.")
    fits = {
        mark: [len(plain[place]) <= LONGEST and bool(form.fullmatch(plain[place])) for place in there]
        for mark, form in _WRITTEN.items()
    }
    for place, either in zip(there, zip(*fits.values(), strict=True), strict=True):
        if not any(either):
            raise _not_a_number(cells[place], rows[place], column)
    possible = [mark for mark in _WRITTEN if all(fits[mark])]
    if not possible:
        first = {mark: next(p for p, fit in zip(there, fits[mark], strict=True) if not fit) for mark in fits}
        comma, point = first["."], first[","]  # what does not fit one way fits the other
        raise OwnDataError(
            f"In {column} row {grouped(rows[point])}, {cited(cells[point])}, has a decimal point and row "
            f"{grouped(rows[comma])}, {cited(cells[comma])}, a decimal comma.",
            "Write all numbers of a column in one way.",
            row=max(rows[point], rows[comma]),
        )
    mark, notes = _chosen(possible, [plain[place] for place in there], rows[there[0]], column, separator)
    values: list[float | None] = [None] * len(cells)
    for place in there:
        value = _value(plain[place], mark)
        if not abs(value) <= LARGEST:
            raise OwnDataError(
                f"Row {grouped(rows[place])}, {column}: {cited(cells[place])} is too large.",
                f"Numbers may go up to {LARGEST:g}: count in thousands or millions.",
                row=rows[place],
                value=cells[place],
            )
        values[place] = value
    return Numbers(values, notes)


def _chosen(
    possible: list[Mark], cells: list[str], row: int, column: str, separator: Separator
) -> tuple[Mark, tuple[str, ...]]:
    """Decide which mark the decimals have, and say so where the cells alone do not."""
    if len(possible) == 1:
        mark = possible[0]
        example = next((cell for cell in cells if "," in cell), "")
        if mark == "." or not example:
            return mark, ()
        return mark, (f"Read {cited(example)} in {column} as {_written(example, mark)}: a decimal comma.",)
    example = next((cell for cell in cells if _value(cell, ".") != _value(cell, ",")), "")
    if not example:
        return ".", ()
    # Now the only marks stand before three digits, such as in 1.234 or 1,234: a decimal mark, or thousands.
    usual = _usual_mark(cells, separator)
    if usual is None:
        readings = " or ".join(_written(example, mark) for mark in _WRITTEN)
        raise OwnDataError(
            f"{cited(example)} in {column} can be {readings}, and nothing else in the column tells which.",
            "Write decimals with a point and thousands without any mark, like 1234.5.",
            row=row,
            value=example,
        )
    how = f"a {_NAMES[usual]}" if usual in example else "the mark sets thousands apart"
    return usual, (f"Read {cited(example)} in {column} as {_written(example, usual)}: {how}.",)


def _usual_mark(cells: list[str], separator: Separator) -> Mark | None:
    """Return which mark decimals have where such a file was written, if there is one custom only."""
    points, commas = (any(mark in cell for cell in cells) for mark in _WRITTEN)
    if points and commas:
        return None
    if separator == ",":
        return "."
    if separator == ";":
        return "," if commas else None
    return "." if points else None


def _value(cell: str, mark: Mark) -> float:
    """Return the number that a cell with these decimals is."""
    other = "," if mark == "." else "."
    return float(cell.replace(other, "").replace(" ", "").replace("'", "").replace(mark, "."))


def _written(cell: str, mark: Mark) -> str:
    return exact_number(_value(cell, mark)).replace("-", "−")


def _not_a_number(cell: str, row: int, column: str) -> OwnDataError:
    """Say why a cell is no number."""
    cell = cell[: 4 * LONGEST]
    where = f"Row {grouped(row)}, {column}: {cited(cell)}"
    advice = "Write one number in each cell; leave the cell empty, or write NA, where there is none."
    if "%" in cell or "‰" in cell:
        headline, advice = f"{where} has a percent sign.", "Leave it out, and name the unit in the heading."
    elif _CURRENCY.search(cell):
        headline, advice = f"{where} has a currency sign.", "Leave it out, and name the unit in the heading."
    elif _INFINITE.fullmatch(cell):
        headline = f"{where} is not a finite number."
    elif any(character.isnumeric() and not character.isascii() for character in cell):
        headline = f"{where} is not written in the digits 0 to 9."
    else:
        headline = f"{where} is not a number."
    return OwnDataError(headline, advice, row=row, value=cell)
