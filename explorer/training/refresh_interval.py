"""How often a run that is running is drawn: what a class may cost the server is shared by its pages."""

from __future__ import annotations

SHORTEST = 0.195
"""Seconds between two drawings of a run that has the server for itself: more than five a second."""
_EACH = 0.05
"""Seconds for each run: a drawing costs some 15 ms of the one thread that Python runs at a time, the runs too
want their share, and a server that is asked for more than it can draw answers nobody."""


def refresh_interval(sharing: int) -> float:
    """Return the seconds between two drawings when so many runs share the server.

    Examples
    --------
    >>> refresh_interval(1), refresh_interval(30)
    (0.195, 1.5)
    """
    return max(SHORTEST, _EACH * sharing)
