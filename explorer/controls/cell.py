"""The fields of the cell: its options, its size, and the state it starts from."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from explorer.controls.fields import whole_number
from explorer.experiment import Experiment
from explorer.limits import MAX_HIDDEN
from explorer.notice import Notice, notices
from explorer.sequence import SequenceError, parse_numbers
from lstm_core import LSTM
from lstm_core.cells.lstm import ActivationName, GateActivationName

_FUNCTIONS: tuple[ActivationName, ...] = ("tanh", "relu", "identity")
_GATE_FUNCTIONS: tuple[GateActivationName, ...] = ("sigmoid", "hard_sigmoid")
_GATES = {"forget_gate": "f keep gate", "input_gate": "i write gate", "output_gate": "o show gate"}


def options() -> LSTM:
    """Draw the options and return the cell."""
    with st.expander("Cell options", icon=":material/tune:", key="options_open"):
        coupled = st.checkbox("Couple the gates: f = 1 − i", key="coupled", persist_state="session")
        st.caption("A gate that is switched off is held at 1.")
        gates = {
            name: st.checkbox(
                words, key=name, disabled=coupled and name != "output_gate", persist_state="session"
            )
            for name, words in _GATES.items()
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


def hidden_size(last: int) -> int:
    """Draw the number of units and return it, or ``last`` while the field is empty."""
    try:
        return whole_number(
            st.container(),
            "Hidden size",
            1,
            MAX_HIDDEN,
            "hidden_size",
            f"The number of units, 1 to {MAX_HIDDEN}. Each has its own memory.",
        )
    except SequenceError as error:
        notices([Notice(error.headline, error.advice)], key="size_notice")
        return last


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
    """Read one number for all units, or one for each; shape (size,), read-only."""
    values = parse_numbers(text).values.ravel()
    if values.size not in (1, size):
        many = f"1 number or {size}", f"There are {size} units: type one number for all, or one for each."
        expected, advice = ("1 number", "There is 1 unit.") if size == 1 else many
        raise SequenceError(f"Expected {expected}, got {values.size}.", advice)
    return np.broadcast_to(values, (size,))
