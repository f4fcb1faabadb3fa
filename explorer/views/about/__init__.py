"""The equations of the cell that is shown, each symbol a way to its place in the diagram."""

from __future__ import annotations

import re

from explorer.cell_styles import SignalStyle, style_of
from explorer.web import component
from lstm_core.cells.base import Cell

_WORD = re.compile(r"[A-Za-z_]+")

_component = component("about")


def about(cell: Cell, group: str = "") -> None:
    """Show the equations of a cell in its own variant: those of the screen, then what they name besides.

    ``group`` names the views in which a symbol is shown when it is clicked.
    """
    _component(data=equations(cell, group), key="about")


def equations(cell: Cell, group: str = "") -> dict[str, object]:
    """Return what is shown, as plain JSON types."""
    style = style_of(cell)
    texts = {signal.key: signal.equation for signal in cell.signals}
    named = {word for text in texts.values() for word in _WORD.findall(text.split(" = ", 1)[1])}
    between = [key for key in style.signals if key in named & texts.keys() and key not in style.order]
    # A sum has a letter of its own on the screen; all others are called as in the equations.
    names = {key: look.symbol if key.startswith("pre_") else key for key, look in style.signals.items()}
    lines = [
        {
            "signal": key,
            "equation": texts[key].replace(key, names[key], 1),
            "words": style.signals[key].about or _sentence(style.signals[key]),
        }
        for key in (*style.order, *between)
    ]
    signals = {name: key for key, name in names.items()}
    return {"lines": lines, "signals": signals, "style": style.for_browser(), "group": group}


def _sentence(look: SignalStyle) -> str:
    """Make a sentence of the words that the formula has for a value: "After reset: what …"."""
    return f"{look.word[0].upper()}{look.word[1:]}: {look.reading}."
