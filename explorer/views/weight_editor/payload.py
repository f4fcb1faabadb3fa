"""From weights to the bytes that the weight editor shows, and from what it sends back to weights.

The blocks are those of ``lstm_core``: one array per parameter name and gate, such as
``("W", "i")``. Nothing that comes back is trusted: it was sent by a browser.
"""

from __future__ import annotations

import operator
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, cast

import numpy as np

from explorer.cell_styles import style_of
from explorer.limits import MAX_ABSOLUTE, MAX_HIDDEN, MAX_INPUT
from explorer.theme import nice_bound
from explorer.views.cell_view.equations import equations_of
from explorer.web.payload import digest, pack
from lstm_core.cells.base import Cell
from lstm_core.errors import InputError

Name = Literal["W", "U", "R", "P", "b", "b_rec"]
Blocks = Mapping[tuple[str, str], np.ndarray]

_NAMES: tuple[Name, ...] = ("W", "U", "R", "P", "b", "b_rec")
"""From top to bottom on the screen."""

_FIELDS = ("name", "gate", "row", "unit", "value")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One row of the matrix on the screen, the same in every gate that has it.

    Attributes
    ----------
    name : {"W", "U", "R", "P", "b", "b_rec"}
        The parameter it belongs to.
    row : int
        Its index in there; 0 for P and the biases.
    label : str
        What the weights of the row are multiplied by, as the equations write it: "x", "h₂", "i₁₋";
        "p" for a peephole, "b" and "b rec" for a bias.
    labels : mapping of str
        The same for the gates in which they are multiplied by something else, such as "r×h₂".
    """

    name: Name
    row: int
    label: str
    labels: Mapping[str, str] = field(default_factory=dict)


def gates_of(cell: Cell) -> tuple[str, ...]:
    """Return the gates that have weights, in the order of the screen."""
    return tuple(gate for gate in style_of(cell).order if gate in cell.blocks)


def bound_of(blocks: Blocks) -> float:
    """Return the bound s of the one scale ±s that all weights are coloured on."""
    largest = (np.abs(block[np.isfinite(block)]).max(initial=0.0) for block in blocks.values())
    return nice_bound(float(max(largest, default=0.0)))


def weight_rows(cell: Cell, blocks: Blocks, inputs: Sequence[str]) -> tuple[WeightRow, ...]:
    """Return the rows of the editor from top to bottom: x, h, earlier gates, peephole, biases.

    Parameters
    ----------
    cell : Cell
        Whose equations say what is multiplied by what.
    blocks : mapping of (name, gate) to ndarray
        Its weights.
    inputs : sequence of str, length D
        What each number of x is called.

    Returns
    -------
    tuple of WeightRow
    """
    shapes = {name: block.shape for (name, _), block in blocks.items()}
    units = range(shapes["U"][0])
    # The rows of R are the units of every gate that has an R, in the order of the weights.
    earlier = [gate for name, gate in blocks if name == "R"]
    rows = [WeightRow("W", row, label) for row, label in enumerate(inputs)]
    others = _recurrent_sources(cell)
    rows += [
        WeightRow(
            "U",
            unit,
            _subscripted("h", unit),
            {gate: _subscripted(symbol, unit) for gate, symbol in others.items()},
        )
        for unit in units
    ]
    rows += [
        WeightRow("R", part * len(units) + unit, f"{_subscripted(gate, unit)}₋")
        for part, gate in enumerate(earlier)
        for unit in units
    ]
    rows += [
        WeightRow(name, 0, name.lower().replace("_", " ")) for name in ("P", "b", "b_rec") if name in shapes
    ]
    return tuple(rows)


def _recurrent_sources(cell: Cell) -> dict[str, str]:
    """Return, by gate, the symbol of what its U is multiplied by where that is not h of the step before."""
    looks = style_of(cell).signals
    terms = [term for equation in equations_of(cell).values() for term in equation.get("terms", ())]
    return {
        term["block"]: looks[source].symbol
        for term in terms
        if term["param"] == "U"
        for source in term["sources"]
        if source != "h"
    }


def pack_weights(
    cell: Cell,
    blocks: Blocks,
    *,
    inputs: Sequence[str],
    bound: float,
    answered: int = 0,
    group: str = "",
) -> bytes:
    """Return the weights as the message for the editor.

    Parameters
    ----------
    cell : Cell
        Whose weights they are: its gates stand from left to right in the order of the screen.
    blocks : mapping of (name, gate) to ndarray
        Of every gate some of W (D, H), U (H, H), b (H,), b_rec (H,), P (H,) and R (k·H, H), k being the
        number of gates that have an R.
    inputs : sequence of str, length D
        What each number of x is called.
    bound : float
        The s of the scale ±s.
    answered : int
        The number of the last edit that Python has dealt with, taken or refused. The editor shows
        later ones over these weights and sends them again with the next edit, so that none is lost
        when two overtake one another.
    group : str
        The views that tell each other where the reader points: those that name the same group.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        If a size is over its limit, or the shapes do not belong together.
    """
    hidden = _hidden_size(blocks)
    gates = gates_of(cell)
    _check_shapes(blocks, gates, inputs, hidden)
    ordered = {
        f"{name}.{gate}": blocks[name, gate] for gate in gates for name in _NAMES if (name, gate) in blocks
    }
    header: dict[str, object] = {
        "gates": list(gates),
        "hidden": hidden,
        "rows": [asdict(row) for row in weight_rows(cell, blocks, inputs)],
        "style": style_of(cell).for_browser(),
        "bound": bound,
        "limit": MAX_ABSOLUTE,
        "answered": answered,
        "group": group,
    }
    header["revision"] = digest(header, ordered)
    return pack(header, ordered)


def read_changes(value: object, blocks: Blocks) -> dict[tuple[str, str], np.ndarray]:
    """Return the weights with the edits of the editor applied.

    Parameters
    ----------
    value : object
        What came from the browser; expected is
        ``{"changes": [{"name", "gate", "row", "unit", "value"}, …]}`` with a row of 0 for P and the biases.
        Where a weight is named twice, the last value counts.
    blocks : mapping of (name, gate) to ndarray
        The weights as they are; they are left alone.

    Returns
    -------
    dict of (name, gate) to ndarray
        New arrays, one for every block.

    Raises
    ------
    InputError
        If anything is not as expected. The message names what was expected and what came, and no
        edit is applied at all.

    Examples
    --------
    >>> blocks = {("b", "i"): np.zeros(2)}
    >>> edit = {"changes": [{"name": "b", "gate": "i", "row": 0, "unit": 1, "value": -5}]}
    >>> read_changes(edit, blocks)["b", "i"]
    array([ 0., -5.])
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("changes"), list):
        raise InputError(f'An edit must be a mapping with a list "changes", got {_shown(value)}.')
    edited = {key: np.array(block) for key, block in blocks.items()}
    most = sum(block.size for block in edited.values())
    changes = cast("list[object]", value["changes"])
    if len(changes) > most:
        raise InputError(f"An edit can change at most {most} weights, got {len(changes)} changes.")
    for number, change in enumerate(changes, start=1):
        _apply(change, f"Change {number}", edited)
    return edited


def edit_number(value: object) -> int:
    """Return the number that the editor gave to an edit, or 0 if there is none to be found."""
    number = value.get("edit") if isinstance(value, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 0


def _subscripted(symbol: str, unit: int) -> str:
    """Write a symbol with the number of its unit; of the timestep before is understood: "r×h₂"."""
    return symbol.rstrip("₋") + str(unit + 1).translate(_SUBSCRIPTS)


def _hidden_size(blocks: Blocks) -> int:
    for (name, gate), block in blocks.items():
        if name == "U":
            if block.ndim != 2 or block.shape[0] != block.shape[1]:
                raise InputError(f"U_{gate} must be square, got shape {block.shape}.")
            return int(block.shape[0])
    raise InputError(f"The weights must hold a block U, got {', '.join(map(str, blocks)) or 'none'}.")


def _check_shapes(blocks: Blocks, gates: Sequence[str], inputs: Sequence[str], hidden: int) -> None:
    if not 1 <= hidden <= MAX_HIDDEN:
        raise InputError(f"The editor shows 1 to {MAX_HIDDEN} units, got {hidden}.")
    if not 1 <= len(inputs) <= MAX_INPUT:
        raise InputError(f"The editor shows 1 to {MAX_INPUT} inputs, got {len(inputs)}.")
    if set(gates) != {gate for _, gate in blocks}:
        raise InputError(f"The weights must be those of the gates {', '.join(gates)} of the cell.")
    earlier = sum(name == "R" for name, _ in blocks)
    shapes = {
        "W": (len(inputs), hidden),
        "U": (hidden, hidden),
        "R": (earlier * hidden, hidden),
        "P": (hidden,),
        "b": (hidden,),
        "b_rec": (hidden,),
    }
    for (name, gate), block in blocks.items():
        if name not in shapes:
            raise InputError(f"A weight is called {', '.join(shapes)}, got {name!r}.")
        if block.shape != shapes[name]:
            raise InputError(f"{name}_{gate} must have shape {shapes[name]}, got {block.shape}.")


def _apply(change: object, where: str, edited: dict[tuple[str, str], np.ndarray]) -> None:
    """Write one change into ``edited``, in place."""
    if not isinstance(change, Mapping) or set(change) != set(_FIELDS):
        raise InputError(f"{where} must be a mapping of {', '.join(_FIELDS)}, got {_shown(change)}.")
    key = (change["name"], change["gate"])
    if not all(isinstance(part, str) for part in key) or key not in edited:
        known = ", ".join(f"{name}_{gate}" for name, gate in edited)
        raise InputError(f"{where} must name one of the weights {known}, got {_shown(key)}.")
    block = edited[key]
    rows = block.shape[0] if block.ndim == 2 else 1
    row = _index(change["row"], rows, f"{where}, row of {key[0]}_{key[1]},")
    unit = _index(change["unit"], block.shape[-1], f"{where}, unit of {key[0]}_{key[1]},")
    block[(row, unit) if block.ndim == 2 else unit] = _number(change["value"], f"{where}, value,")


def _index(value: object, size: int, what: str) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        index = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"{what} must be a whole number, got {_shown(value)}.") from None
    if not 0 <= index < size:
        raise InputError(f"{what} must lie in 0 to {size - 1}, got {_shown(index)}.")
    return index


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{what} must be a number, got {_shown(value)}.")
    if not abs(value) <= MAX_ABSOLUTE:  # so that NaN is refused too
        raise InputError(f"{what} must be finite and within ±{MAX_ABSOLUTE:,.0f}, got {_shown(value)}.")
    return float(value)


def _shown(value: object) -> str:
    """Return a short text for something a stranger sent."""
    try:
        text = reprlib.repr(value)
    except ValueError:  # an integer of more digits than Python writes out
        text = "a number of too many digits"
    return text if len(text) <= 120 else f"{text[:119]}…"
