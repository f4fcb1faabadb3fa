"""What stands in the fields of the sidebar when something is opened. Nothing is kept here."""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import fields as options_of

from explorer.cell_styles import kind_of
from explorer.forms.cell import option_key
from explorer.model.carried import Carried
from explorer.model.experiment import Draw
from explorer.model.presets import Preset
from explorer.sequence import Component, NumbersConfig, SignalConfig, TextConfig
from lstm_core import CELLS
from lstm_core.cells.base import Cell

PRESET_KEY = "preset"
TASK_TEXT_KEY = "task_text"
PLACE_KEY = "task_place"

SIGNAL_PARTS: dict[str, Component] = {
    "sine": Component("sine"),
    "sine2": Component("sine", amplitude=0.5, period=5.0),
    "square": Component("square"),
    "impulse": Component("impulse"),
    "ramp": Component("ramp"),
    "noise": Component("noise"),
}
"""What a signal can be the sum of, by the name of its fields, as it is before anyone changes it."""


def fields(opened: Preset | Carried) -> dict[str, object]:
    """Return the value of every field of the sidebar when a preset or a trained network opens."""
    numbers, text, signal = (
        NumbersConfig("0 0 1 0 0 1 0 1 0 0 0 0"),
        TextConfig("to be or not to be"),
        SignalConfig(),
    )
    task: dict[str, object] = {}
    if isinstance(opened, Carried):
        kind = "Task"
        place = opened.places.index((opened.layer, opened.reverse))
        task = {TASK_TEXT_KEY: opened.typed, PLACE_KEY: place}
    else:
        match opened.sequence:
            case NumbersConfig():
                kind, numbers = "Numbers", opened.sequence
            case TextConfig():
                kind, text = "Text", opened.sequence
            case SignalConfig():
                kind, signal = "Signal", opened.sequence
    return {
        PRESET_KEY: opened.key,
        "sequence_kind": kind,
        **task,
        "numbers": numbers.text,
        "text": text.text,
        "text_unit": text.unit,
        "text_encoding": text.encoding,
        "text_fixed": text.length is not None,
        "text_length": text.length or 12,
        "text_pad": text.pad,
        "text_truncate": text.truncate,
        "text_skip": text.skip_padding,
        "signal_length": signal.length,
        "signal_parts": [part.kind for part in signal.components],
        **_signal_fields(signal),
        "hidden_size": opened.hidden_size,
        **_cell_fields(opened.cell),
        **draw_fields(opened.draw),
    }


def _cell_fields(cell: Cell) -> dict[str, object]:
    """Return the fields of the cell, and the first values of all states that a cell can have."""
    states = {f"initial_{state}": "0" for known in CELLS.values() for state in known().states}
    return {"cell_kind": kind_of(cell), **option_fields(cell), **states}


def option_fields(cell: Cell) -> dict[str, object]:
    """Return the fields of the options of every kind of cell, so that switching back finds what was there."""
    kinds = {kind: known() for kind, known in CELLS.items()} | {kind_of(cell): cell}
    return {
        option_key(kind, option.name): getattr(known, option.name)
        for kind, known in kinds.items()
        for option in options_of(known)  # type: ignore[arg-type]  # every cell is a dataclass
    }


def draw_fields(draw: Draw) -> dict[str, object]:
    """Return the fields that say how weights are drawn."""
    return {f"draw_{name}": value for name, value in asdict(draw).items()}


def _signal_fields(signal: SignalConfig) -> dict[str, object]:
    """Return the numbers of every part a signal can have."""
    parts: dict[str, Component] = dict(SIGNAL_PARTS)
    parts.update((part.kind, part) for part in signal.components)
    return {
        f"{name}_{field}": getattr(part, field)
        for name, part in parts.items()
        for field in ("amplitude", "period", "phase", "seed")
    }
