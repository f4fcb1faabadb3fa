"""A plan as plain values and arrays, to be written to a file, and back without trusting who wrote them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.training.limits import MAX_LAYERS, MAX_UPDATES, SEED, UNITS, largest_size
from explorer.training.plan import Own, Plan, Source
from explorer.training.settings import SETTINGS
from lstm_core import CELLS, TASKS, InputError
from lstm_core.cells.base import Cell
from lstm_core.checks import one_of, same_keys, whole_number
from lstm_core.tasks.forecasting import Series
from lstm_core.tasks.sentiment import MAX_SENTENCES

Arrays = Mapping[str, NDArray[Any]]

_LONGEST_WORDS = 200


def plan_record(plan: Plan) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return a plan as what JSON can hold, and the visitor's own data as arrays.

    Examples
    --------
    >>> record, arrays = plan_record(Plan(source=Source(task="characters", own="ab", seed=3)))
    >>> record["source"], record["cell"]["kind"], arrays["own/text"].tolist()
    ({'task': 'characters', 'sizes': [], 'seed': 3, 'test': False, 'own': {'kind': 'text'}}, 'LSTM', [97, 98])
    """
    record = {field.name: getattr(plan, field.name) for field in fields(plan)}
    kind = next(name for name, known in CELLS.items() if type(plan.cell) is known)
    options = {field.name: getattr(plan.cell, field.name) for field in fields(plan.cell)}  # type: ignore[arg-type]
    own, arrays = _own_record(plan.source.own)
    source = {
        "task": plan.source.task,
        "sizes": [list(size) for size in plan.source.sizes],
        "seed": plan.source.seed,
        "test": plan.source.test,
        "own": own,
    }
    return record | {"cell": {"kind": kind, "options": options}, "source": source}, arrays


def read_plan(record: object, arrays: Arrays) -> Plan:
    """Return the plan of a record, in which everything has been checked, and whose data has been built.

    Raises
    ------
    InputError
        If a field is missing, unknown, or not what a plan of the page can have.
    """
    same_keys("plan", record, [field.name for field in fields(Plan)])
    assert isinstance(record, Mapping)  # same_keys has seen to it
    values = dict(record)
    values["source"] = _read_source(values["source"], arrays)
    values["cell"] = _read_cell(values["cell"])
    sizes = _rows("hidden_sizes", values["hidden_sizes"], MAX_LAYERS)
    values["hidden_sizes"] = tuple(whole_number("a hidden size", size, *UNITS) for size in sizes)
    if not sizes:
        raise InputError("hidden_sizes must hold at least one size, got none")
    for row in SETTINGS.values():
        values[row.key] = row.checked(values[row.key])
    plan = Plan(**values)
    for part in (plan.optimizer_config, plan.clipping, plan.config):
        part()  # refuses what it cannot have
    whole_number("the number of updates", plan.updates, 1, MAX_UPDATES)
    return plan


def own_arrays(record: object) -> tuple[str, ...]:
    """Return the names of the arrays that the own data of a checked record has."""
    kind = record["source"]["own"] and record["source"]["own"]["kind"]  # type: ignore[index]
    return {"text": ("own/text",), "series": ("own/values",), "sentences": ("own/text", "own/lengths")}.get(
        kind, ()
    )


# ---- the data


def _own_record(own: Own | None) -> tuple[dict[str, str] | None, dict[str, NDArray[Any]]]:
    if own is None:
        return None, {}
    if isinstance(own, str):
        return {"kind": "text"}, {"own/text": _bytes_of(own)}
    if isinstance(own, Series):
        values = np.array([math.nan if value is None else value for value in own.values], np.float64)
        words = {name: getattr(own, name) for name in ("name", "unit", "source")}
        return {"kind": "series", **words}, {"own/values": values}
    lengths = np.array([[len(sentence), len(label)] for sentence, label in own], np.int64).reshape(-1, 2)
    return {"kind": "sentences"}, {
        "own/text": _bytes_of("".join(part for row in own for part in row)),
        "own/lengths": lengths,
    }


def _read_source(record: object, arrays: Arrays) -> Source:
    same_keys("source", record, [field.name for field in fields(Source)])
    assert isinstance(record, Mapping)
    one_of("task", record["task"], TASKS)
    known = {size.key: size for size in TASKS[record["task"]].sizes}
    sizes = []
    for row in _rows("sizes", record["sizes"], len(known)):
        name, value = _rows("a size", row, 2) if isinstance(row, list) and len(row) == 2 else ("", 0)
        one_of("the name of a size", name, known)
        high = largest_size(name, known[name].high)
        sizes.append((name, whole_number(name, value, known[name].low, high)))
    if len(dict(sizes)) != len(sizes):
        raise InputError("sizes must name each size once, got one twice")
    seed = whole_number("seed", record["seed"], *SEED)
    own = None if record["own"] is None else _read_own(record["own"], arrays)
    one_of("test", record["test"], (True, False))
    return Source(task=record["task"], sizes=tuple(sizes), own=own, seed=seed, test=record["test"])


def _read_own(record: object, arrays: Arrays) -> Own:
    kind = record.get("kind") if isinstance(record, Mapping) else None
    one_of("the kind of own data", kind, ("text", "series", "sentences"))
    words = ("name", "unit", "source") if kind == "series" else ()
    same_keys("own", record, ("kind", *words))
    assert isinstance(record, Mapping)
    if kind == "text":
        return _text(arrays)
    if kind == "series":
        said = {name: read_words(f"the {name} of the series", record[name], _LONGEST_WORDS) for name in words}
        values = array(arrays, "own/values", np.float64, 1).tolist()
        given = [None if math.isnan(value) else value for value in values]
        return Series(said["name"], said["unit"], given, said["source"])
    text, lengths = _text(arrays), array(arrays, "own/lengths", np.int64, 2)
    if lengths.shape[1:] != (2,) or len(lengths) > MAX_SENTENCES or (lengths < 0).any():
        raise InputError(f"own/lengths must hold two lengths for at most {MAX_SENTENCES} sentences")
    if (lengths > len(text)).any() or lengths.sum() != len(text):
        raise InputError(f"own/lengths must come to the {len(text)} characters of own/text")
    ends = np.cumsum(lengths.ravel()).tolist()
    parts = [text[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
    return tuple(zip(parts[::2], parts[1::2], strict=True))


def _bytes_of(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), np.uint8)


def _text(arrays: Arrays) -> str:
    try:
        return array(arrays, "own/text", np.uint8, 1).tobytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"own/text must be UTF-8: {error.reason}") from None


def _read_cell(record: object) -> Cell:
    same_keys("cell", record, ("kind", "options"))
    assert isinstance(record, Mapping)
    one_of("the kind of cell", record["kind"], CELLS)
    kind = CELLS[record["kind"]]
    same_keys("the options of the cell", record["options"], [field.name for field in fields(kind)])  # type: ignore[arg-type]
    return kind(**record["options"])


# ---- what any record has


def array(arrays: Arrays, name: str, dtype: type, dimensions: int) -> NDArray[Any]:
    """Return an array of a type and a number of dimensions.

    Raises
    ------
    InputError
        If there is none of that name, or it is another.
    """
    found = arrays.get(name)
    if found is None or found.dtype != dtype or found.ndim != dimensions:
        got = "none" if found is None else f"one of {found.dtype} with {found.ndim}"
        raise InputError(
            f"{name} must be an array of {np.dtype(dtype)} with {dimensions} dimensions, got {got}"
        )
    return found


def read_words(name: str, value: object, longest: int) -> str:
    """Return a text without what cannot be seen or changes the direction of what stands around it.

    Raises
    ------
    InputError
        If it is no text, or longer than allowed.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise InputError(f"{name} must be a text of at most {longest} characters, got {value!r:.60}")
    return "".join(
        letter if letter.isprintable() or letter == "\u200d" else " " if letter.isspace() else ""
        for letter in value
    )


def _rows(name: str, value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise InputError(f"{name} must be a list of at most {most}, got {value!r:.60}")
    return value
