"""Where a view opens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """What the view shows first.

    Attributes
    ----------
    t, unit : int
        The timestep and the unit, from 0.
    signal : str
        The signal whose formula is open.
    """

    t: int = 0
    unit: int = 0
    signal: str = "f"
