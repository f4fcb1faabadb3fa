"""Number fields that notice when they are empty."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.sequence import SequenceError


def whole_number(label: str, low: int, high: int, key: str, help_text: str | None = None) -> int:
    """Draw a field for a whole number and return it.

    Raises
    ------
    SequenceError
        If it is empty: Streamlit would put the lowest number there, which nobody typed.
    """
    value = st.number_input(label, low, high, None, 1, key=key, persist_state="session", help=help_text)
    if value is None:
        raise SequenceError(f"{label} is empty.", f"Type a whole number from {low} to {high}.")
    return int(value)


def number(
    place: DeltaGenerator, label: str, key: str, *, low: float | None = None, step: float = 1.0
) -> float:
    """Draw a field for any number from ``low`` up and return it.

    Raises
    ------
    SequenceError
        If it is empty.
    """
    value = place.number_input(label, low, None, None, step, key=key, persist_state="session")
    if value is None:
        raise SequenceError(f"{label} is empty.", "Type a number.")
    return float(value)
