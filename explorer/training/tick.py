"""How often a run that is running is drawn: what a class may cost the server is shared by its pages."""

from __future__ import annotations

SHORTEST = 0.195
"""Seconds between two drawings of a run that has the server for itself: more than five a second."""
_EACH = 0.05
"""Seconds for each run: a drawing costs some 15 ms of the one thread that Python runs at a time, the runs too
want their share, and a server that is asked for more than it can draw answers nobody."""
_OFF = 1.5


def tick(sharing: int) -> float:
    """Return the seconds between two drawings when so many runs share the server.

    Examples
    --------
    >>> tick(1), tick(30)
    (0.195, 1.5)
    """
    return max(SHORTEST, _EACH * sharing)


def is_off(seconds: float, sharing: int) -> bool:
    """Tell whether a tick that was right once has become far too short or far too long."""
    right = tick(sharing)
    return not right / _OFF <= seconds <= right * _OFF
