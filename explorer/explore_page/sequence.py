"""The fields of the sequence: numbers, a text, a generated signal, or one of a trained network's task."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Literal

import streamlit as st

from explorer.errors import SequenceError
from explorer.explore_page import grid
from explorer.forms.numbers import number, whole_number
from explorer.limits import MAX_SEED, MAX_TIMESTEPS
from explorer.model.carried import Carried
from explorer.model.presets import Preset
from explorer.sequence import (
    Component,
    NumbersConfig,
    Sequence,
    SequenceConfig,
    SignalConfig,
    TextConfig,
    read_sequence,
)
from explorer.session import workspace
from explorer.session.fields import field
from explorer.views.notice import Notice, notices

_UNITS: tuple[Literal["character", "word"], ...] = ("character", "word")
_ENCODINGS: tuple[Literal["one-hot", "id"], ...] = ("one-hot", "id")
_ENDS: tuple[Literal["before", "after"], ...] = ("before", "after")

# A rerun for any other reason does not read a long text again; few, since a text can have 1.6 MB.
_read = lru_cache(maxsize=8)(read_sequence)


def choose(last: Sequence, opened: Preset | Carried) -> tuple[Sequence, bool]:
    """Draw the fields; return the sequence they describe, or ``last`` and False while they cannot be read."""
    st.subheader("Sequence", anchor=False)
    trained = isinstance(opened, Carried)
    kind = st.segmented_control(
        "Kind of sequence",
        (*(("Task",) if trained else ()), "Numbers", "Text", "Signal"),
        key="sequence_kind",
        required=True,
        label_visibility="collapsed",
        width="stretch",
        persist_state="session",
    )
    try:
        if kind == "Task" and isinstance(opened, Carried):
            found = _task(opened)
        elif kind == "Text":
            found = _read(_text(None if isinstance(opened, Carried) else opened.sequence))
        elif kind == "Signal":
            found = _read(_signal())
        else:
            found = _read(_numbers())
    except SequenceError as error:
        # The style sheet marks the field beside a container of this name.
        with st.container(key="sequence_refused"):
            notices([_problem(error, str(kind))], key="sequence_notice")
        return last, False
    st.caption(found.summary)
    notices([Notice(note, tone="note") for note in found.notes], key="sequence_notice")
    return found, True


def _task(carried: Carried) -> Sequence:
    """Draw the layer to look at and a sequence in the task's own words; left empty it is the example."""
    if len(carried.places) > 1:
        st.selectbox(
            "Layer",
            range(len(carried.places)),
            key=workspace.PLACE_KEY,
            on_change=workspace.choose_place,
            format_func=lambda index: carried.place_words(carried.places[index]),
            persist_state="session",
        )
    if not carried.typed_like:
        st.caption("The example that the network was shown. Its numbers cannot be typed here.")
        return carried.sequence
    text = st.text_area(
        "In the task’s own words",
        key=workspace.TASK_TEXT_KEY,
        height=88,
        persist_state="session",
        placeholder=carried.typed_like,
        help=f"A sequence for “{carried.task.name}”. Left empty, it is the example that came from Train.",
    )
    own = text in ("", carried.typed)
    return (carried if own else carried.reading(text)).sequence


def _problem(error: SequenceError, kind: str) -> Notice:
    """Say what is wrong; a field that is simply empty is no mistake."""
    last = "The picture still shows the last good sequence."
    text = {"Text": "text", "Numbers": "numbers"}.get(kind)
    if text and not str(field(text) or "").strip():
        return Notice(error.headline, last, "empty")
    return Notice(error.headline, f"{error.advice} {last}")


def _numbers() -> NumbersConfig:
    """Draw the field for numbers, one row per timestep, and the grid that writes into it."""
    text = st.text_area(
        "One timestep per number",
        key="numbers",
        height=88,
        persist_state="session",
        placeholder="0 0 1 0",
        help="Separate numbers with spaces or commas, and timesteps of several numbers "
        "with new lines or semicolons: `1 2; 3 4`. A block of cells can be pasted from a spreadsheet.",
    )
    grid.popover(text)
    return NumbersConfig(text)


def _text(opened: SequenceConfig | None) -> TextConfig:
    """Draw a text and how it is read; one that a preset came with may bring its vocabulary."""
    vocabulary = opened.vocabulary if isinstance(opened, TextConfig) else None
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
    if st.checkbox(
        "Pad or cut to a length", key="text_fixed", persist_state="session", on_change=workspace.keep_length
    ):
        config = _padded(config)
    if vocabulary is None or (unit, encoding) != ("word", "id"):
        return config
    known = ", ".join(f"{word} = {number}" for number, word in enumerate(vocabulary, 1))
    st.caption(f"This network knows: {known}")
    return replace(config, vocabulary=vocabulary)


def _padded(config: TextConfig) -> TextConfig:
    """Draw the length of a text, and what happens at its ends."""
    length = whole_number(st.container(), "Length", 1, MAX_TIMESTEPS, "text_length")
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
    length = whole_number(st.container(), "Timesteps", 1, MAX_TIMESTEPS, "signal_length")
    chosen = st.pills(
        "Sum of",
        tuple(workspace.SIGNAL_PARTS),
        selection_mode="multi",
        key="signal_parts",
        persist_state="session",
        format_func=lambda part: part.replace("sine2", "second sine"),
    )
    parts = [_component(part) for part in workspace.SIGNAL_PARTS if part in chosen]
    return SignalConfig(length, tuple(parts))


def _component(part: str) -> Component:
    """Draw the numbers of one part of a signal."""
    kind = workspace.SIGNAL_PARTS[part].kind
    st.markdown(f"**{part.replace('sine2', 'second sine')}**")
    left, middle, right = st.columns(3)
    amplitude = number(left, "Amplitude", f"{part}_amplitude", step=0.1)
    if kind == "noise":
        seed = whole_number(middle, "Seed", 0, MAX_SEED, f"{part}_seed")
        return Component(kind, amplitude, seed=seed)
    period = number(middle, "Period", f"{part}_period", low=0.0 if kind in ("impulse", "ramp") else 1.0)
    return Component(kind, amplitude, period, number(right, "Phase", f"{part}_phase"))
