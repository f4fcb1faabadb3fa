"""Where a visit has its studio, and where that waits when the visit breaks off, as with every reload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from explorer.training.studio import Studio

MAX_PARKED = 12
"""Studios that wait at the same time; the oldest goes first."""
PARKED_FOR = 900.0
"""Seconds that a studio waits."""
_GOES_ON = 15.0
"""Seconds within which a run that was running goes on by itself when its visitor is back."""


class Seat:
    """The place of one visit.

    Parameters
    ----------
    studio : Studio
        What it holds.
    tab : str, optional
        A name of the browser's tab that nobody else knows, if it is known.
    """

    def __init__(self, studio: Studio, tab: str | None = None) -> None:
        self.studio, self.tab = studio, tab


@dataclass(frozen=True, slots=True)
class _Parked:
    studio: Studio
    since: float
    was_running: bool


class Parking:
    """Keeps the studios of visits that broke off, by the tab they came from.

    Parameters
    ----------
    clock : callable
        Seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._parked: dict[str, _Parked] = {}

    def leave(self, seat: Seat) -> None:
        """Pause what runs; keep it for a while if it can be found again and there is something to find."""
        studio, running = seat.studio, seat.studio.worker.state == "running"
        if seat.tab is None or not (studio.begun or studio.kept):
            studio.close()
            return
        studio.worker.pause("Paused, as the page was left.", wait=False)
        with self._lock:
            gone = [self._parked.pop(seat.tab, None)]
            self._parked[seat.tab] = _Parked(studio, self._clock(), running)
            late = [tab for tab, known in self._parked.items() if self._clock() - known.since > PARKED_FOR]
            late += list(self._parked)[: max(0, len(self._parked) - MAX_PARKED)]
            gone += [self._parked.pop(tab, None) for tab in late]
        for known in gone:
            if known is not None:
                known.studio.close()

    def take(self, tab: str) -> Studio | None:
        """Return the studio that waits for a tab; a run that was interrupted just now goes on."""
        with self._lock:
            known = self._parked.pop(tab, None)
        if known is None:
            return None
        away = self._clock() - known.since
        if away > PARKED_FOR:
            known.studio.close()
            return None
        if known.was_running and away < _GOES_ON:
            known.studio.worker.run()
        return known.studio
