"""The equations of the cell on the bench, each symbol a way to its place in the diagram."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.cell_view.equations import equations_of
from explorer.theme import LOOKS, SCREEN_ORDER
from explorer.web import bundle, styles
from lstm_core.cells.base import Cell

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "lstm_explorer_about",
    html='<div class="lx about">\n</div>',
    css=styles(_HERE),
    js=bundle(_HERE, "component"),
)

_WORDS = {
    "f": "The keep gate (forget gate in papers): 1 keeps the old memory, 0 forgets it.",
    "i": "The write gate (input gate): how much of the candidate is added.",
    "g": "The candidate: the value on offer to the memory.",
    "o": "The show gate (output gate): how much of the memory is read out.",
    "c": "The memory (cell state): what is kept of the old one, plus what is written.",
    "h": "The output (hidden state): goes to the next timestep and to whatever comes after the cell.",
}


def about(cell: Cell) -> None:
    """Show the equations of a cell in the order of the screen, in its own variant."""
    signals = {signal.key: signal for signal in cell.signals}
    lines = [
        {"signal": key, "equation": signals[key].equation, "words": _WORDS.get(key, LOOKS[key].word)}
        for key in SCREEN_ORDER
        if key in signals
    ]
    _component(data={"lines": lines, "signals": [*equations_of(cell), "x"]}, key="about")
