"""Number fields that notice when they are empty."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from explorer.sequence import SequenceError
from explorer.sequence.wording import grouped


def whole_number(
    place: DeltaGenerator, label: str, low: int, high: int, key: str, help_text: str | None = None
) -> int:
    """Draw a field for a whole number and return it.

    Raises
    ------
    SequenceError
        If it is empty or out of range. Streamlit would put the lowest number into an empty field, which
        nobody typed, and refuses a high one without a word.
    """
    value = place.number_input(label, None, None, None, 1, key=key, persist_state="session", help=help_text)
    advice = f"Type a whole number from {low} to {grouped(high)}."
    if value is None:
        raise SequenceError(f"{label} is empty.", advice)
    whole = int(value)
    if not low <= whole <= high:
        raise SequenceError(f"{label} {grouped(whole)} is out of range.", advice)
    return whole


def number(
    place: DeltaGenerator, label: str, key: str, *, low: float | None = None, step: float = 1.0
) -> float:
    """Draw a field for any number from ``low`` up and return it.

    Raises
    ------
    SequenceError
        If it is empty.
    """
    value = place.number_input(label, low, None, None, step, "%g", key=key, persist_state="session")
    if value is None:
        raise SequenceError(f"{label} is empty.", "Type a number.")
    return float(value)
