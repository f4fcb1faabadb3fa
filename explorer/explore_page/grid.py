"""The numbers of a sequence as a grid of cells that writes into the text field above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.app.collector import freeze_collector
from explorer.errors import SequenceError
from explorer.sequence import format_numbers, parse_numbers
from explorer.session.fields import field, set_field
from explorer.wording import exact_number

_STATE = "grid"
_MISSING = "?"


@dataclass(frozen=True, slots=True)
class _Base:
    """What the editor started from.

    An editor that is fed with its own output loses every second edit. So its frame stays as it was
    while the grid itself writes the text, and is made anew when the text changed elsewhere.
    """

    text: str
    values: np.ndarray
    version: int

    @property
    def key(self) -> str:
        return f"grid_{self.version}"

    @property
    def names(self) -> list[str]:
        width = self.values.shape[1]
        return ["x"] if width == 1 else [f"x{column}" for column in range(1, width + 1)]


def popover(text: str) -> None:
    """Draw the button that opens the grid, and the grid while it is open."""
    with st.popover(
        "Edit as a grid", icon=":material/grid_on:", key="grid_open", on_change=_forget, width="stretch"
    ) as place:
        if place.open:
            _grid(text)


def _grid(text: str) -> None:
    """Show the numbers as cells."""
    base = field(_STATE)
    if not isinstance(base, _Base) or base.text != text:
        try:
            values = parse_numbers(text).values
        except SequenceError:
            st.caption("The grid opens when the field above can be read.")
            return
        base = _Base(text, values, base.version + 1 if isinstance(base, _Base) else 0)
        set_field(_STATE, base)
    import pandas  # 0.3 s: only for those who open the grid

    freeze_collector("pandas")
    frame = pandas.DataFrame(base.values, columns=base.names, index=range(1, len(base.values) + 1))
    st.data_editor(frame, key=base.key, num_rows="dynamic", height=320, on_change=_write, args=(base,))


def _forget() -> None:
    """Start from the text again: a closed editor loses what was typed into it."""
    base = field(_STATE)
    if isinstance(base, _Base):
        set_field(_STATE, _Base("", base.values, base.version))


def _write(base: _Base) -> None:
    """Write the cells into the text; one that was left empty becomes a question mark that the field names."""
    change: Any = field(base.key)
    rows: list[list[float | None]] = base.values.tolist()
    for row, cells in change["edited_rows"].items():
        for name, value in cells.items():
            rows[int(row)][base.names.index(name)] = value
    rows = [row for index, row in enumerate(rows) if index not in change["deleted_rows"]]
    rows += [[cells.get(name) for name in base.names] for cells in change["added_rows"]]
    text = _text_of(rows)
    set_field("numbers", text)
    set_field(_STATE, _Base(text, base.values, base.version))


def _text_of(rows: list[list[float | None]]) -> str:
    """Write rows so that reading them gives the same rows back."""
    if not rows:
        return ""
    if all(value is not None for row in rows for value in row):
        return format_numbers(np.array(rows, dtype=float))
    return "\n".join(
        " ".join(_MISSING if value is None else exact_number(value) for value in row) for row in rows
    )
