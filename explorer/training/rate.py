"""The learning rate as people type it."""

from __future__ import annotations

from explorer.training.limits import MAX_LEARNING_RATE
from lstm_core import InputError


def read_rate(text: str) -> float:
    """Read a learning rate, with a decimal point or comma.

    Raises
    ------
    InputError
        If it is not a number above 0, up to ``MAX_LEARNING_RATE``.

    Examples
    --------
    >>> read_rate("0.01"), read_rate("0,01"), read_rate(" 1e-3 ")
    (0.01, 0.01, 0.001)
    """
    advice = f"type a number above 0, up to {MAX_LEARNING_RATE:g}, such as 0.01"
    typed = text.strip()
    if not typed:
        raise InputError(f"it is empty; {advice}")
    try:
        rate = float(typed.replace(",", "."))
    except ValueError:
        raise InputError(f"“{typed[:20]}” is not a number; {advice}") from None
    if not 0 < rate <= MAX_LEARNING_RATE:
        raise InputError(f"{typed[:20]} is not between 0 and {MAX_LEARNING_RATE:g}; {advice}")
    return rate
