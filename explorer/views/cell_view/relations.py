"""What the signals of a cell have to do with one another, read from its equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from explorer.cell_styles import CellStyle, style_of
from explorer.views.cell_view.equations import equations_of
from lstm_core.cells.base import Cell

Equations = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Relations:
    """Where a signal comes from and where it goes.

    Attributes
    ----------
    block : str, optional
        The block of weights that it is computed with.
    function : str
        What makes it of its argument: "tanh", "relu", "hard σ" or "".
    is_held : bool
        Whether it is a constant.
    products : tuple of str, optional
        Of a sum of products that are signals themselves, these, in the order of the sum.
    used_in : tuple of str
        The signals of the same timestep whose equation takes it in; what is part of another equation, as
        "kept" of c, stands for that one.
    weighed_in : tuple of str
        The signals of the same timestep whose weighted sum takes it in.
    next_use : str, optional
        What the next timestep does with it, in words: "the memory and every gate".
    """

    block: str | None
    function: str
    is_held: bool
    products: tuple[str, ...] | None
    used_in: tuple[str, ...]
    weighed_in: tuple[str, ...]
    next_use: str | None


@lru_cache(maxsize=64)
def relations_of(cell: Cell) -> Mapping[str, Relations]:
    """Return the relations of every signal that a cell records, by its key."""
    equations, style = equations_of(cell), style_of(cell)
    wholes = {key: _whole(key, equations, style) for key in equations}
    found = {
        key: Relations(
            block=next((term["block"] for term in _terms(equation) if term["block"]), None),
            function=_function(equation),
            is_held=equation["kind"] == "expression" and not _signals(equation),
            products=_products(key, equations),
            used_in=tuple(
                other
                for other, its in equations.items()
                if other in style.signals
                and (
                    wholes[key] == other
                    or (wholes[other] is None and (key, False) in _signals(its))
                    or (other != key and its.get("pre") == key)
                )
            ),
            weighed_in=tuple(other for other in style.signals if _weighs(equations.get(other), key)),
            next_use=_next_use(key, cell, equations, style),
        )
        for key, equation in equations.items()
    }
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def known_from(cell: Cell) -> Mapping[str, int]:
    """Return from which phase of a step on, from 1, a value is known: x, every signal, and before as "c₋"."""
    equations, style = equations_of(cell), style_of(cell)

    def own(key: str) -> int:
        return next((place for place, (_, keys) in enumerate(style.phases, 1) if key in keys), 1)

    def known(key: str) -> int:
        equation = equations.get(key, {})
        made_of = [source for term in _terms(equation) if not term["previous"] for source in term["sources"]]
        made_of += [signal for signal, previous in _signals(equation) if not previous]
        return max([own(key), *map(known, made_of)])

    before = {f"{key}₋": own(f"{key}₋") for key in equations}
    return MappingProxyType({key: known(key) for key in ("x", *equations)} | before)


def _terms(equation: dict[str, Any] | None) -> list[dict[str, Any]]:
    terms: list[dict[str, Any]] = (equation or {}).get("terms", [])
    return terms


def _signals(equation: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the signals that stand in an expression, each with whether it is that of the step before."""
    return [
        (token["signal"], token["previous"])
        for token in equation.get("tokens", [])
        if isinstance(token, dict)
    ]


def _written(tokens: list[Any]) -> str:
    """Write tokens so that a part of an expression is a part of the text."""
    return "".join(
        token if isinstance(token, str) else f"<{token['signal']}{'₋' * token['previous']}>"
        for token in tokens
    )


def _whole(key: str, equations: Equations, style: CellStyle) -> str | None:
    """Return the equation that a signal stands in as a part, written out: c for "kept"."""
    tokens = equations[key].get("tokens")
    if key in style.order or tokens is None:
        return None
    text = _written(tokens)
    return next(
        (
            other
            for other, its in equations.items()
            if other != key and "tokens" in its and text in _written(its["tokens"])
        ),
        None,
    )


def _products(key: str, equations: Equations) -> tuple[str, ...] | None:
    groups: list[list[Any]] = [[]]
    for token in equations[key].get("tokens", []):
        if token == " + ":
            groups.append([])
        else:
            groups[-1].append(token)
    if len(groups) < 2:
        return None
    named = {
        _written(its["tokens"]): other for other, its in equations.items() if "tokens" in its and other != key
    }
    found = tuple(named.get(_written(group), "") for group in groups)
    return found if all(found) else None


def _function(equation: dict[str, Any]) -> str:
    first = equation.get("activation")
    if first is None:
        token = equation["tokens"][0]
        first = token[:-1] if isinstance(token, str) and token.endswith("(") and " " not in token else ""
    return str(first).replace("hard_σ", "hard σ")


def _weighs(equation: dict[str, Any] | None, source: str, *, previous: bool = False) -> bool:
    """Tell whether a weighted sum takes in a signal, of this step or of the one before."""
    return any(source in term["sources"] and term["previous"] == previous for term in _terms(equation))


def _next_use(key: str, cell: Cell, equations: Equations, style: CellStyle) -> str | None:
    if key not in cell.states and not any(_weighs(its, key, previous=True) for its in equations.values()):
        return None

    def reads(term: dict[str, Any]) -> bool:
        """Tell whether a term sees the signal, by itself or through what it takes in."""
        if term["previous"]:
            return key in term["sources"]
        return any(
            _weighs(equations.get(source), key, previous=True)
            or (key, True) in _signals(equations.get(source, {}))
            for source in term["sources"]
        )

    # An activation whose sum is shown beside it is not named as well.
    sums = [
        other
        for other in style.order
        if (its := equations[other])["kind"] == "affine"
        and not (its["pre"] not in (None, other) and its["pre"] in style.order)
    ]
    readers = [
        other
        for other in sums
        if any(term["param"] != "P" and reads(term) for term in _terms(equations[other]))
    ]
    gates = [other for other in sums if style.signals[other].scale == "unit"]
    if gates and set(gates) <= set(readers):
        uses = ["every gate"]
    else:
        uses = [f"the {style.signals[other].word}{' gate' * (other in gates)}" for other in readers]
    memory = next((other for other in style.order if style.signals[other].scale == "state"), None)
    if key == memory and "kept" in equations:
        uses.insert(0, "the memory")
    return " and ".join([", ".join(uses[:-1]), uses[-1]] if len(uses) > 1 else uses)
