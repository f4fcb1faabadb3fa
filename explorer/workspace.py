"""The one state that all pages share, and the only place that touches ``st.session_state``.

The state is a frozen ``Workspace``; a page reads it with ``current`` and changes it with the
functions below. What is derived from it (runs, pictures) is not kept here: see ``explorer.runs``.
The values of the sidebar's fields live in Streamlit under the keys of ``fields``, so that a preset
can fill them in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from dataclasses import fields as options_of
from typing import cast

import streamlit as st

from explorer.experiment import MAX_REMEMBERED, Blocks, Draw, Experiment
from explorer.presets import BY_KEY, PRESETS, Preset
from explorer.runs import in_words, run
from explorer.sequence import Component, NumbersConfig, SignalConfig, TextConfig
from explorer.theme import kind_of
from explorer.weight_editor.payload import edit_number, read_changes
from lstm_core import CELLS, InputError
from lstm_core.cells.base import Cell

WEIGHTS_KEY = "weights"
PRESET_KEY = "preset"
_KEY = "workspace"
MAX_UNDO = 20
"""Changes of the weights that can be taken back, as far as they fit into ``MAX_REMEMBERED``."""
Earlier = tuple[str, Blocks]
_REFUSED = "weights_refused"
_HEARD = "weights_heard"

SIGNAL_PARTS: dict[str, Component] = {
    "sine": Component("sine"),
    "sine2": Component("sine", amplitude=0.5, period=5.0),
    "square": Component("square"),
    "impulse": Component("impulse"),
    "ramp": Component("ramp"),
    "noise": Component("noise"),
}
"""What a signal can be the sum of, by the name of its fields, as it is before anyone changes it."""


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """What is on the bench.

    Attributes
    ----------
    preset : Preset
        What it began as.
    experiment : Experiment
        What it is now.
    opened : int
        How often a preset was opened: with ``preset`` it names the scene.
    earlier : tuple of (str, mapping)
        The weights before each of their last changes, and the kind of cell they were for; the latest last.
    """

    preset: Preset
    experiment: Experiment
    opened: int = 0
    earlier: tuple[Earlier, ...] = ()

    @property
    def scene(self) -> str:
        """Changes when everything was replaced, not when something was edited."""
        return f"{self.preset.key}:{self.opened}"


def current() -> Workspace:
    """Return the workspace; the first call of a session opens the first preset."""
    if _KEY not in st.session_state:
        open_preset(PRESETS[0].key)
    return cast(Workspace, st.session_state[_KEY])


def update(experiment: Experiment) -> None:
    """Put another experiment on the bench."""
    st.session_state[_KEY] = replace(st.session_state[_KEY], experiment=experiment)


def open_preset(key: str | None = None) -> None:
    """Open a preset and fill in all fields; without a key, the one the picker shows."""
    preset = BY_KEY[key or st.session_state[PRESET_KEY]]
    opened = st.session_state[_KEY].opened + 1 if _KEY in st.session_state else 0
    st.session_state[_KEY] = Workspace(preset, preset.experiment(), opened)
    for name, value in fields(preset).items():
        st.session_state[name] = value


def fields(preset: Preset) -> dict[str, object]:
    """Return the value of every field of the sidebar when a preset opens."""
    numbers, text, signal = (
        NumbersConfig("0 0 1 0 0 1 0 1 0 0 0 0"),
        TextConfig("to be or not to be"),
        SignalConfig(),
    )
    match preset.sequence:
        case NumbersConfig():
            kind, numbers = "Numbers", preset.sequence
        case TextConfig():
            kind, text = "Text", preset.sequence
        case SignalConfig():
            kind, signal = "Signal", preset.sequence
    return {
        PRESET_KEY: preset.key,
        "sequence_kind": kind,
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
        "hidden_size": preset.hidden_size,
        **_cell_fields(preset.cell),
        **_draw_fields(preset.draw),
    }


def option_key(kind: str, option: str) -> str:
    """Return the key of the field of an option: the kinds share names such as "activation"."""
    return f"{kind}_{option}".lower()


def _cell_fields(cell: Cell) -> dict[str, object]:
    """Return the fields of every kind of cell, so that switching back finds what was there."""
    kinds = {kind: known() for kind, known in CELLS.items()} | {kind_of(cell): cell}
    options = {
        option_key(kind, option.name): getattr(known, option.name)
        for kind, known in kinds.items()
        for option in options_of(known)  # type: ignore[arg-type]  # every cell is a dataclass
    }
    states = {f"initial_{state}": "0" for known in kinds.values() for state in known.states}
    return {"cell_kind": kind_of(cell), **options, **states}


def _draw_fields(draw: Draw) -> dict[str, object]:
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


def field(name: str) -> object:
    """Return what a field holds, also while it is not on screen."""
    return st.session_state.get(name)


def set_field(name: str, value: object) -> None:
    """Fill in a field; only before it is drawn, so from a callback."""
    st.session_state[name] = value


def keep_length() -> None:
    """Begin padding and cutting at the length the sequence has, so that switching it on changes nothing."""
    st.session_state["text_length"] = current().experiment.sequence.timesteps


def edit_weights() -> None:
    """Take what was typed or pasted in the weight editor; all of it or, if it cannot be used, nothing."""
    edit = st.session_state[WEIGHTS_KEY]["edit"]
    st.session_state[_HEARD] = max(edit_number(edit), heard_edit())
    experiment = current().experiment
    _try(lambda: experiment.with_blocks(read_changes(edit, experiment.blocks)))


def heard_edit() -> int:
    """Return the number of the last edit that was taken or refused."""
    return cast(int, st.session_state.get(_HEARD, 0))


def draw_weights() -> None:
    """Draw all weights with the settings of the fields."""
    settings = Draw(**{name: st.session_state[f"draw_{name}"] for name in asdict(Draw())})
    _try(lambda: current().experiment.redrawn(settings))


def reset_weights() -> None:
    """Go back to the weights the preset came with, where they fit the cell and the sizes as they are now."""
    bench = current()
    if _try(lambda: bench.experiment.with_weights_of(bench.preset.experiment())):
        st.session_state.update(_draw_fields(bench.preset.draw))


def undo_weights() -> None:
    """Take back the last change of the weights that still fits; all else stays as it is now."""
    bench = current()
    at = max(index for index, (kind, blocks) in enumerate(bench.earlier) if _fits(bench, kind, blocks))
    if _try(lambda: bench.experiment.with_blocks(bench.earlier[at][1])):
        others = (*bench.earlier[:at], *bench.earlier[at + 1 :])  # later ones are for other cells or sizes
        st.session_state[_KEY] = replace(current(), earlier=others)


def can_undo() -> bool:
    """Tell whether a change of the weights can be taken back."""
    bench = current()
    return any(_fits(bench, kind, blocks) for kind, blocks in bench.earlier)


def _fits(bench: Workspace, kind: str, blocks: Blocks) -> bool:
    """Tell whether weights are for the cell as it is now: those of a GRU have the shapes of some MUTs."""
    return kind == kind_of(bench.experiment.cell) and bench.experiment.takes(blocks)


def take_refusal() -> str:
    """Return why the last change of the weights was refused, once."""
    return str(st.session_state.pop(_REFUSED, ""))


def _try(change: Callable[[], Experiment]) -> bool:
    """Put a changed experiment on the bench if it can be run; else keep the one that is there and say why."""
    try:
        changed = change()
        run(changed.key, changed)
    except InputError as error:
        st.session_state[_REFUSED] = in_words(error)
        return False
    bench = current()
    replaced = (kind_of(bench.experiment.cell), bench.experiment.blocks)
    earlier = _recent((*bench.earlier, replaced))
    st.session_state[_KEY] = replace(bench, experiment=changed, earlier=earlier)
    return True


def _recent(history: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """Drop the oldest weights until the rest are few and small enough; the latest always stay."""
    sizes = [sum(array.size for array in blocks.values()) for _, blocks in history]
    start = max(len(history) - MAX_UNDO, 0)
    while start < len(history) - 1 and sum(sizes[start:]) > MAX_REMEMBERED:
        start += 1
    return history[start:]
