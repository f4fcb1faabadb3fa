"""Fields that notice when they are empty, and the field of a row of options."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from explorer.errors import SequenceError
from explorer.fields import Choice, Real, Row, Whole
from explorer.limits import MAX_ABSOLUTE
from explorer.views.notice import Notice, notices
from explorer.wording import grouped


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
    place: DeltaGenerator,
    label: str,
    key: str,
    *,
    low: float | None = None,
    high: float = math.inf,
    step: float = 1.0,
) -> float:
    """Draw a field for any number from ``low`` up and return it.

    Raises
    ------
    SequenceError
        If it is empty, or beyond ``high`` in size.
    """
    value = place.number_input(label, low, None, None, step, "%g", key=key, persist_state="session")
    if value is None:
        raise SequenceError(f"{label} is empty.", "Type a number.")
    if abs(value) > high:
        raise SequenceError(
            f"{label} {value:g} is out of range.", f"Type a number of at most {high:g} in size."
        )
    return float(value)


class Fields:
    """Fields of a form in which one that cannot be read takes nothing away from the others.

    Attributes
    ----------
    usable : bool
        Whether all could be read so far.
    """

    def __init__(self) -> None:
        self.usable = True

    def whole(
        self,
        place: DeltaGenerator,
        label: str,
        low: int,
        high: int,
        key: str,
        help_text: str | None = None,
    ) -> int:
        """Draw a field for a whole number; return ``low`` if it cannot be read, and say why below it."""
        return int(
            self._read(place, key, low, lambda part: whole_number(part, label, low, high, key, help_text))
        )

    def number(
        self, place: DeltaGenerator, label: str, key: str, *, low: float | None = None, step: float = 1.0
    ) -> float:
        """Draw a field for any number; return ``low`` or 0 if it cannot be read, and say why below it."""

        def draw(part: DeltaGenerator) -> float:
            return number(part, label, key, low=low, high=MAX_ABSOLUTE, step=step)

        return self._read(place, key, low or 0.0, draw)

    def draw(
        self,
        place: DeltaGenerator,
        row: Row,
        key: str,
        *,
        names: Mapping[str, str] = MappingProxyType({}),
        **options: Any,
    ) -> Any:
        """Draw the field of an option and return what it says.

        Parameters
        ----------
        place : DeltaGenerator
            Where.
        row : Row
            The option.
        key : str
            The key of its field.
        names : mapping of str
            What the choices are called, where that is not their name.
        **options
            For the widget of a switch, such as ``disabled``.
        """
        match row:
            case Whole():
                return self.whole(place, row.words, row.low, row.high, key, row.help)
            case Real(is_share=True):
                ends = (row.low, row.high)
                return place.slider(
                    row.words, *ends, step=row.step, key=key, format="%.2f", persist_state="session"
                )
            case Real():
                low = row.low if row.low > -MAX_ABSOLUTE else None
                return self.number(place, row.words, key, low=low, step=row.step)
            case Choice():
                named = {choice: names.get(choice, choice) for choice in row.choices}
                return place.selectbox(
                    row.words, list(named), key=key, format_func=named.__getitem__, persist_state="session"
                )
        return place.checkbox(row.words, key=key, **{"help": row.help, **options})

    def _read(
        self, place: DeltaGenerator, key: str, instead: float, draw: Callable[[DeltaGenerator], float]
    ) -> float:
        part = place.container()
        try:
            return draw(part)
        except SequenceError as error:
            self.usable = False
            with part:
                notices([Notice(error.headline, error.advice)], key=f"{key}_refused")
            return instead
