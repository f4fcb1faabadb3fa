"""The one state that all pages share, and the only place that touches ``st.session_state``.

The state is a frozen ``Workspace``; a page reads it with ``current`` and changes it with the
functions below. What is derived from it (runs, pictures) is not kept here: see ``explorer.runs``.
The values of the sidebar's fields live in Streamlit under the keys of ``fields``, so that a preset
can fill them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import streamlit as st

from explorer.experiment import Draw, Experiment
from explorer.presets import BY_KEY, PRESETS, Preset
from explorer.sequence import NumbersConfig, SignalConfig, TextConfig
from explorer.sequence.wording import exact_number
from explorer.weight_editor.payload import read_changes
from lstm_core import InputError

WEIGHTS_KEY = "weights"
PRESET_KEY = "preset"
_KEY = "workspace"


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
    """

    preset: Preset
    experiment: Experiment
    opened: int = 0

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
        "hidden_size": preset.hidden_size,
        "input_gate": True,
        "forget_gate": True,
        "output_gate": True,
        "coupled": False,
        "peephole": False,
        "full_gate_recurrence": False,
        "activation": "tanh",
        "output_activation": "tanh",
        "gate_activation": "sigmoid",
        "initial_h": "0",
        "initial_c": "0",
        "draw_kernel": preset.draw.kernel,
        "draw_recurrent": preset.draw.recurrent,
        "draw_seed": preset.draw.seed,
        "draw_forget_bias": preset.draw.forget_bias,
    }


def field(name: str) -> object:
    """Return what a field holds, also while it is not on screen."""
    return st.session_state.get(name)


def set_field(name: str, value: object) -> None:
    """Fill in a field; only before it is drawn, so from a callback."""
    st.session_state[name] = value


def edit_weights() -> None:
    """Take what was typed or pasted in the weight editor; all of it or, if it cannot be used, nothing."""
    workspace = st.session_state[_KEY]
    sent: Mapping[str, object] = st.session_state[WEIGHTS_KEY]
    try:
        blocks = read_changes(sent["edit"], workspace.experiment.blocks)
    except InputError as error:
        st.session_state["weights_error"] = str(error)
        return
    update(workspace.experiment.with_blocks(blocks))


def take_weights_error() -> str:
    """Return why the last edit was refused, once."""
    return str(st.session_state.pop("weights_error", ""))


def draw_weights() -> None:
    """Draw all weights with the settings of the fields."""
    workspace = st.session_state[_KEY]
    names = ("kernel", "recurrent", "seed", "forget_bias")
    update(workspace.experiment.redrawn(Draw(**{name: st.session_state[f"draw_{name}"] for name in names})))


def reset_weights() -> None:
    """Go back to the weights the preset came with, for the cell and sizes as they are now where they fit."""
    workspace = st.session_state[_KEY]
    fresh = workspace.preset.experiment()
    now = workspace.experiment
    update(
        replace(fresh, sequence=now.sequence, h=now.h, c=now.c, cell=now.cell).fitted(
            now.sequence.input_size, now.hidden_size
        )
    )


def grid_base(text: str, values: np.ndarray) -> tuple[object, int]:
    """Return the frame that the number grid starts from, and its version.

    An editor that is fed with its own output loses every second edit. So its frame stays as it
    was while the grid itself writes the text, and is made anew when the text changed elsewhere.
    """
    import pandas

    if st.session_state.get("grid_text") != text:
        names = ["x"] if values.shape[1] == 1 else [f"x{column + 1}" for column in range(values.shape[1])]
        frame = pandas.DataFrame(values, columns=names, index=range(1, len(values) + 1))
        version = st.session_state.get("grid_version", 0) + 1
        st.session_state.update(grid_text=text, grid_version=version, grid_frame=frame)
    return st.session_state["grid_frame"], st.session_state["grid_version"]


def edit_grid(key: str) -> None:
    """Write the grid into the field of numbers; an empty cell leaves its row short, and the field says so."""
    change = st.session_state[key]
    rows = [list(row) for row in st.session_state["grid_frame"].itertuples(index=False)]
    names = list(st.session_state["grid_frame"].columns)
    for row, cells in change["edited_rows"].items():
        for name, value in cells.items():
            rows[int(row)][names.index(name)] = value
    rows = [row for index, row in enumerate(rows) if index not in change["deleted_rows"]]
    rows += [[cells.get(name) for name in names] for cells in change["added_rows"]]
    text = "\n".join(" ".join(exact_number(value) for value in row if value is not None) for row in rows)
    st.session_state["numbers"] = st.session_state["grid_text"] = text
