"""The sidebar: fields that return frozen configs, with every error beside the field it belongs to."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np
import streamlit as st

from explorer import workspace
from explorer.experiment import Experiment
from explorer.limits import MAX_HIDDEN, MAX_TIMESTEPS
from explorer.notice import Notice, notices
from explorer.sequence import (
    Component,
    NumbersConfig,
    Sequence,
    SequenceConfig,
    SequenceError,
    SignalConfig,
    TextConfig,
    parse_numbers,
    read_sequence,
)
from explorer.sequence.signals import ComponentKind
from lstm_core import LSTM
from lstm_core.cells.lstm import ActivationName, GateActivationName

_UNITS: tuple[Literal["character", "word"], ...] = ("character", "word")
_ENCODINGS: tuple[Literal["one-hot", "id"], ...] = ("one-hot", "id")
_ENDS: tuple[Literal["before", "after"], ...] = ("before", "after")
_SIGNALS: tuple[ComponentKind, ...] = ("sine", "square", "impulse", "ramp", "noise")
_FUNCTIONS: tuple[ActivationName, ...] = ("tanh", "relu", "identity")
_GATE_FUNCTIONS: tuple[GateActivationName, ...] = ("sigmoid", "hard_sigmoid")

# Reading the same text again gives the same object, by which a rerun sees that nothing changed.
_read = lru_cache(maxsize=32)(read_sequence)


def sequence(experiment: Experiment, vocabulary: tuple[str, ...] | None) -> Sequence:
    """Draw the fields of the sequence and return what they say, or the last sequence that could be read."""
    st.subheader("Sequence", anchor=False)
    kind = st.segmented_control(
        "Kind of sequence",
        ("Numbers", "Text", "Signal"),
        key="sequence_kind",
        required=True,
        label_visibility="collapsed",
        width="stretch",
        persist_state="session",
    )
    # Every kind has its own slot, so that a message never slides from one field to another.
    try:
        config: SequenceConfig
        if kind == "Text":
            config = _text(vocabulary)
        elif kind == "Signal":
            config = _signal()
        else:
            config = _numbers()
        found = _read(config)
    except SequenceError as error:
        notices([_problem(error, kind)], key="sequence_notice")
        return experiment.sequence
    st.caption(found.summary)
    notices([Notice(note, tone="note") for note in found.notes], key="sequence_notice")
    return found


def _problem(error: SequenceError, kind: str | None) -> Notice:
    """Say what is wrong; a field that is simply empty is no mistake."""
    last = "The picture still shows the last good sequence."
    field = {"Text": "text", "Numbers": "numbers"}.get(str(kind))
    if field and not str(workspace.field(field) or "").strip():
        return Notice(error.headline, last, "empty")
    return Notice(error.headline, f"{error.advice} {last}")


def _numbers() -> NumbersConfig:
    """Draw the field for numbers, one row per timestep."""
    text = st.text_area(
        "One timestep per number",
        key="numbers",
        height=88,
        persist_state="session",
        placeholder="0 0 1 0",
        help="Separate numbers with spaces or commas, and timesteps of several numbers "
        "with new lines or semicolons: `1 2; 3 4`. A block of cells can be pasted from a spreadsheet.",
    )
    with st.popover(
        "Edit as a grid", icon=":material/grid_on:", key="grid_open", on_change="rerun", width="stretch"
    ) as grid:
        if grid.open:
            _grid(text)
    return NumbersConfig(text)


def _grid(text: str) -> None:
    """Show the numbers as cells; what is typed there goes back into the text."""
    try:
        values = parse_numbers(text).values
    except SequenceError:
        st.caption("The numbers cannot be shown as a grid until the field above can be read.")
        return
    frame, version = workspace.grid_base(text, values)
    st.data_editor(
        frame,
        key=f"grid_{version}",
        num_rows="dynamic",
        hide_index=False,
        height=320,
        on_change=workspace.edit_grid,
        args=(f"grid_{version}",),
    )


def _text(vocabulary: tuple[str, ...] | None) -> TextConfig:
    """Draw a text and how it is read."""
    text = st.text_area(
        "Text", key="text", height=88, persist_state="session", placeholder="Type or paste a text"
    )
    left, right = st.columns(2)
    unit = left.selectbox("One timestep per", _UNITS, key="text_unit", persist_state="session")
    encoding = right.selectbox(
        "Fed as",
        _ENCODINGS,
        key="text_encoding",
        persist_state="session",
        format_func={"one-hot": "one-hot", "id": "its number"}.__getitem__,
        help="One-hot: one input per symbol, 1 for the symbol that comes and 0 for all others. "
        "Its number: one input that holds the symbol's number, counted from the most frequent.",
    )
    config = TextConfig(text, unit, encoding)
    if st.checkbox("Pad or cut to a length", key="text_fixed", persist_state="session"):
        config = _padded(config)
    if vocabulary is None or (unit, encoding) != ("word", "id"):
        return config
    known = ", ".join(f"{word} = {number}" for number, word in enumerate(vocabulary, 1))
    st.caption(f"This network knows: {known}")
    return replace(config, vocabulary=vocabulary)


def _padded(config: TextConfig) -> TextConfig:
    """Draw the length of a text, and what happens at its ends."""
    length = st.number_input("Length", 1, MAX_TIMESTEPS, key="text_length", persist_state="session")
    left, right = st.columns(2)
    pad = left.selectbox("Pad", _ENDS, key="text_pad", persist_state="session")
    truncate = right.selectbox(
        "Cut off",
        _ENDS,
        key="text_truncate",
        persist_state="session",
        format_func={"before": "the start", "after": "the end"}.__getitem__,
    )
    skip = st.checkbox(
        "The cell skips padding",
        key="text_skip",
        persist_state="session",
        help="Skipped: c and h stay what they were. Otherwise the cell reads padding as zeros.",
    )
    return replace(config, length=length, pad=pad, truncate=truncate, skip_padding=skip)


def _signal() -> SignalConfig:
    """Draw a sum of generated signals."""
    length = st.number_input("Timesteps", 1, MAX_TIMESTEPS, key="signal_length", persist_state="session")
    kinds = st.pills("Sum of", _SIGNALS, selection_mode="multi", key="signal_parts", persist_state="session")
    parts = [_component(kind) for kind in _SIGNALS if kind in (kinds or [])]
    return SignalConfig(int(length), tuple(parts))


def _component(kind: ComponentKind) -> Component:
    """Draw the numbers of one part of a signal."""
    st.markdown(f"**{kind}**")
    left, middle, right = st.columns(3)
    amplitude = left.number_input(
        "Height", value=1.0, step=0.1, key=f"{kind}_amplitude", persist_state="session"
    )
    if kind == "noise":
        seed = middle.number_input("Seed", 0, 2**31 - 1, key=f"{kind}_seed", persist_state="session")
        return Component(kind, amplitude, seed=int(seed))
    low = 0.0 if kind in ("impulse", "ramp") else 1.0
    period = middle.number_input(
        "Period",
        low,
        float(MAX_TIMESTEPS),
        12.0,
        step=1.0,
        key=f"{kind}_period",
        persist_state="session",
    )
    phase = right.number_input("Delay", value=0.0, step=1.0, key=f"{kind}_phase", persist_state="session")
    return Component(kind, amplitude, period, phase)


def cell() -> LSTM:
    """Draw the cell's options and return the cell."""
    with st.popover("Cell options", icon=":material/tune:", width="stretch", key="options_open"):
        coupled = st.checkbox("Couple the gates: f = 1 − i", key="coupled", persist_state="session")
        st.caption("A gate that is switched off is held at 1.")
        gates = {
            name: st.checkbox(
                words, key=name, disabled=coupled and name != "output_gate", persist_state="session"
            )
            for name, words in (
                ("forget_gate", "f keep gate"),
                ("input_gate", "i write gate"),
                ("output_gate", "o show gate"),
            )
        }
        peephole = st.checkbox(
            "Peepholes",
            key="peephole",
            help="The gates also see the memory: f and i the old one, o the new one.",
            persist_state="session",
        )
        recurrence = st.checkbox(
            "Full gate recurrence",
            key="full_gate_recurrence",
            help="The gates also see all gates of the step before.",
            persist_state="session",
        )
        activation = st.selectbox(
            "Function of the candidate g", _FUNCTIONS, key="activation", persist_state="session"
        )
        output = st.selectbox(
            "Function of the memory before o", _FUNCTIONS, key="output_activation", persist_state="session"
        )
        gate = st.selectbox(
            "Function of the gates",
            _GATE_FUNCTIONS,
            key="gate_activation",
            format_func={"sigmoid": "σ, sigmoid", "hard_sigmoid": "hard σ, straight lines"}.__getitem__,
            persist_state="session",
        )
    return LSTM(
        input_gate=gates["input_gate"] or coupled,
        forget_gate=gates["forget_gate"] or coupled,
        output_gate=gates["output_gate"],
        coupled=coupled,
        peephole=peephole,
        full_gate_recurrence=recurrence,
        activation=activation,
        output_activation=output,
        gate_activation=gate,
    )


def hidden_size() -> int:
    """Draw the number of units and return it."""
    return int(
        st.number_input(
            "Hidden size",
            1,
            MAX_HIDDEN,
            key="hidden_size",
            persist_state="session",
            help=f"The number of units, 1 to {MAX_HIDDEN}. Each has its own memory.",
        )
    )


def initial_state(experiment: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """Draw h₀ and c₀ and return them; a field that cannot be read leaves its state as it was."""
    st.subheader("Initial state", anchor=False)
    size = experiment.hidden_size
    left, right = st.columns(2)
    found, problems = [], []
    for column, name, symbol in ((left, "h", "h₀"), (right, "c", "c₀")):
        text = column.text_input(
            symbol,
            key=f"initial_{name}",
            persist_state="session",
            help="One number for all units, or one for each unit, such as 0 0.5 −1.",
        )
        try:
            found.append(_state(text, size))
        except SequenceError as error:
            problems.append(Notice(f"{symbol}: {error.headline}", error.advice))
            found.append(getattr(experiment, name))
    notices(problems, key="initial_notice")
    return found[0], found[1]


@lru_cache(maxsize=64)
def _state(text: str, size: int) -> np.ndarray:
    """Read one number for all units, or one for each."""
    values = parse_numbers(text).values.ravel()
    if values.size not in (1, size):
        units = "1 unit" if size == 1 else f"{size} units"
        raise SequenceError(
            f"Expected 1 number or {size}, got {values.size}.",
            f"There are {units}: type one number for all, or one for each.",
        )
    state = np.broadcast_to(values, (size,)).copy()
    state.setflags(write=False)
    return state


def experiment(bench: workspace.Workspace) -> Experiment:
    """Draw the whole sidebar and return the experiment it describes."""
    found = bench.experiment
    config = bench.preset.sequence
    vocabulary = config.vocabulary if isinstance(config, TextConfig) else None
    found = found.with_sequence(sequence(found, vocabulary))
    st.subheader("Cell", anchor=False)
    size = hidden_size()
    options = cell()
    found = found.with_cell(options).with_hidden_size(size)
    notices([Notice(text, tone="note") for text in found.news], key="weights_news")
    found = found.with_initial(*initial_state(found))
    st.button(
        "Reset",
        key="reset",
        on_click=workspace.open_preset,
        args=(bench.preset.key,),
        width="stretch",
        help="Back to the preset as it was opened.",
    )
    return found
