"""Numbers typed by hand or pasted from a spreadsheet, and back to text.

Rows end at a semicolon or a new line, blank rows count for nothing, and numbers in a row stand apart by
spaces, tabs or commas. One row alone is one number per timestep; several rows, or a row that ends in a
semicolon, are one timestep per row. Lists as Python and NumPy print them are read too.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import SequenceError
from explorer.limits import MAX_ABSOLUTE, MAX_INPUT, MAX_NUMBERS_TEXT, MAX_TIMESTEPS
from explorer.sequence.base import Sequence, input_names
from explorer.wording import counted, exact_number, grouped, listed, quoted, short_number, visible

_ROW_BREAK = re.compile(r"[;\n\r\u2028\u2029]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_LOOSE_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9])")
_PAIR = re.compile(r"[+-]?[0-9]+,[0-9]+")

_Comma = Literal["separator", "decimal", "doubtful"]

_LONGEST_STEP_LABEL = 7  # characters; two numbers in more than that do not fit above a column

_WRITE_NUMBERS = "Write numbers with spaces or commas between them, like 0 0 1."
_LIMITS = f"Numbers may go from −{grouped(int(MAX_ABSOLUTE))} to {grouped(int(MAX_ABSOLUTE))}."


@dataclass(frozen=True, slots=True)
class NumbersConfig:
    """Numbers as typed.

    Parameters
    ----------
    text : str
        What stands in the field, read by `parse_numbers`.
    """

    text: str


def parse_numbers(text: str) -> Sequence:
    """Read numbers typed by hand or pasted.

    Parameters
    ----------
    text : str
        "0 0 1" is three timesteps of one number, "1 2; 3 4" two timesteps of two, "1 2;" one timestep
        of two. Commas are decimal commas if every one stands between two digits, none shares its
        number with another, spaces already separate numbers, and there is no decimal point.

    Returns
    -------
    Sequence
        `values` has shape (T, D) with T ≤ 1 000 and D ≤ 64; every magnitude is at most 1 000 000.

    Raises
    ------
    SequenceError
        If there is no number, a token is not a finite number in range, a number is missing between
        two commas, rows have different lengths, or a limit is exceeded.

    Examples
    --------
    >>> parse_numbers("1 2; 3 4").values.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if len(text) > MAX_NUMBERS_TEXT:
        raise SequenceError(
            f"The text is {grouped(len(text))} characters long; "
            f"at most {grouped(MAX_NUMBERS_TEXT)} are read.",
            "Paste a part of it.",
        )
    text = text.removeprefix("\ufeff").strip()
    rows, is_grid = _split_rows(text)
    if not rows:
        raise SequenceError("Type a first number to begin.", _WRITE_NUMBERS)
    if is_grid:
        _check_timesteps(len(rows))
    comma, example = _reading_of_commas([] if text.startswith("[") else rows)
    tokens = [_split_row(row, comma) for row in rows]
    if not is_grid:
        _check_timesteps(len(tokens[0]))

    table: list[list[float]] = []
    notes = _notes_on_commas(comma, example)
    vanished: list[str] = []
    for row, row_tokens in enumerate(tokens, start=1):
        if is_grid and len(row_tokens) > MAX_INPUT:
            width = grouped(len(row_tokens))
            raise SequenceError(
                f"Row {row} has {width} numbers; at most {MAX_INPUT} are read at one timestep.",
                "Give every timestep fewer numbers, or write one number per row.",
                row=row,
            )
        table.append(_read_row(row_tokens, row, is_grid, comma, vanished))
        if is_grid and len(row_tokens) != len(table[0]):
            raise _ragged(row, len(row_tokens), len(table[0]), comma)
    if vanished:
        notes.append(f"Read {listed(vanished)} as 0: a computer number cannot be that small.")
    if len(rows) == 1 and is_grid and len(table[0]) > 1:
        notes.append(f"Read as one timestep of {len(table[0])} numbers: a semicolon or bracket ends a row.")

    values = np.array(table) if is_grid else np.array(table).T  # (T, D)
    timesteps, input_size = values.shape
    return Sequence(
        kind="numbers",
        values=values,
        symbols=_labels(values),
        inputs=input_names(input_size),
        padded=np.zeros(timesteps, dtype=bool),
        mask=np.ones(timesteps, dtype=bool),
        notes=tuple(notes),
    )


def format_numbers(values: ArrayLike) -> str:
    """Write values as text that `parse_numbers` reads back to the same values, bit for bit.

    Parameters
    ----------
    values : array_like, shape (T, D) or (T,)
        Within the limits of `parse_numbers`.

    Returns
    -------
    str
        Numbers with spaces between them; for D > 1 one line per timestep.

    Examples
    --------
    >>> format_numbers([[0], [0.5], [1]])
    '0 0.5 1'
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(f"values must have shape (T, D) or (T,), got {array.shape}")
    rows = [" ".join(exact_number(value) for value in row) for row in array.tolist()]
    if array.shape[1] == 1:
        return " ".join(rows)
    return rows[0] + ";" if len(rows) == 1 else "\n".join(rows)


# --- from text to tokens


def _split_rows(text: str) -> tuple[list[str], bool]:
    """Split into rows that are not blank; the second value says that each row is one timestep."""
    text = _without_brackets(text)
    rows = [row for row in _ROW_BREAK.split(text) if row and not row.isspace()]
    return rows, len(rows) > 1 or ";" in text


def _without_brackets(text: str) -> str:
    """Rewrite "[[1, 2], [3, 4]]" as "1, 2; 3, 4;". Any other use of brackets is left to be reported."""
    if not (text.startswith("[") and text.endswith("]")):
        return text
    inner = text[1:-1].strip()
    if "[" not in inner and "]" not in inner:
        return text if ";" in inner else _ROW_BREAK.sub(" ", inner)
    rows_alone = inner if inner.startswith("[") and inner.endswith("]") else text
    rows = []
    for piece in rows_alone[1:].split("["):
        row, bracket, rest = piece.partition("]")
        if not bracket or ";" in row or rest.strip() not in ("", ","):
            return text
        rows.append(_ROW_BREAK.sub(" ", row) + ";")  # NumPy wraps a long row
    return "".join(rows)


def _split_row(row: str, comma: _Comma) -> list[str]:
    """Split a row into tokens; a number missing before a comma is an empty token."""
    if comma == "decimal":
        return row.split()
    fields = row.split(",")
    if len(fields) > 1 and not fields[-1].strip():
        fields.pop()  # "1, 2," as pasted from a list
    return [token for field in fields for token in (field.split() or [""])]


def _reading_of_commas(rows: list[str]) -> tuple[_Comma, str]:
    """Decide what a comma means, and give the first token that shows it."""
    if not any("," in row for row in rows) or any("." in row for row in rows):
        return "separator", ""
    words = [row.replace("−", "-").split() for row in rows]
    with_comma = [word.strip(",") for row in words for word in row if "," in word.strip(",")]
    if not with_comma or any(word.count(",") > 1 for word in with_comma):
        return "separator", ""
    is_tight = not any(_LOOSE_COMMA.search(row) for row in rows)
    if is_tight and any(len(row) > 1 for row in words):
        return "decimal", with_comma[0]
    example = next((word for word in with_comma if _PAIR.fullmatch(word)), "")
    return ("doubtful", example) if example else ("separator", "")


def _notes_on_commas(comma: _Comma, example: str) -> list[str]:
    example = visible(example).replace("-", "−")
    point = example.replace(",", ".")
    if comma == "decimal":
        reason = "a comma between digits with spaces around the numbers is taken as a decimal comma."
        return [f"Read {example} as {point}: {reason}"]
    if comma == "doubtful":
        first, _, second = example.partition(",")
        reason = f"a comma separates numbers. Write a decimal with a point, like {point}."
        return [f"Read {example} as two numbers, {first} and {second}: {reason}"]
    return []


# --- from tokens to numbers


def _read_row(tokens: list[str], row: int, is_grid: bool, comma: _Comma, vanished: list[str]) -> list[float]:
    numbers = []
    for column, token in enumerate(tokens, start=1):
        plain = token.replace("−", "-")
        if comma == "decimal":
            plain = plain.replace(",", ".")
        if not _NUMBER.fullmatch(plain):
            raise _not_a_number(token, row, column, _place(row, column, len(tokens), is_grid))
        number = float(plain)
        if abs(number) > MAX_ABSOLUTE:
            place = _place(row, column, len(tokens), is_grid)
            headline = f"{place}, {quoted(token)}, is too large."
            raise SequenceError(headline, _LIMITS, row=row, column=column, value=token)
        if number == 0 and re.search("[1-9]", re.split("[eE]", plain)[0]):
            vanished.append(token)
        numbers.append(number)
    return numbers


def _not_a_number(token: str, row: int, column: int, place: str) -> SequenceError:
    what = f"{place}, {quoted(token)},"
    if not token:
        headline, advice = f"{place} is missing: a comma has no number before it.", _WRITE_NUMBERS
    elif _NOT_FINITE.fullmatch(token.replace("−", "-")):
        headline, advice = f"{what} is not a finite number.", _LIMITS
    elif any(character.isnumeric() and not character.isascii() for character in token):
        headline = f"{what} is not written in the digits 0 to 9."
        advice = "Type it again with plain digits, like 0 0 1."
    else:
        headline, advice = f"{what} is not a number.", _WRITE_NUMBERS
    return SequenceError(headline, advice, row=row, column=column, value=token)


def _place(row: int, column: int, columns: int, is_grid: bool) -> str:
    if not is_grid:
        return f"Value {column}"
    return f"Row {row}" if columns == 1 else f"Row {row}, column {column}"


def _ragged(row: int, width: int, expected: int, comma: _Comma) -> SequenceError:
    before = "the row before has" if row == 2 else "the rows before have"
    advice = "Give every row the same number of values."
    if comma == "doubtful":
        advice += " A comma separates numbers: write a decimal with a point, like 0.5."
    return SequenceError(f"Row {row} has {counted(width, 'number')}, {before} {expected}.", advice, row=row)


def _check_timesteps(timesteps: int) -> None:
    if timesteps > MAX_TIMESTEPS:
        raise SequenceError(
            f"{grouped(timesteps)} timesteps; at most {grouped(MAX_TIMESTEPS)} are read.",
            "Paste a part of the sequence.",
        )


def _labels(values: NDArray[np.float64]) -> tuple[str, ...]:
    """Write each timestep above its column, or nothing anywhere if one of them is too wide."""
    if values.shape[1] > 2:
        return ("",) * len(values)
    labels = tuple(", ".join(map(short_number, row)) for row in values)
    fits = values.shape[1] == 1 or all(len(label) <= _LONGEST_STEP_LABEL for label in labels)
    return labels if fits else ("",) * len(values)
