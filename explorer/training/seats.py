"""Where a visit has its studio, and where that waits when the visit breaks off, as with every reload."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from explorer.training.limits import MAX_PARKED_BYTES
from explorer.training.plan import data_bytes
from explorer.training.studio import Studio
from explorer.training.worker import ASIDE_NAME

PARKED_FOR = 900.0
"""Seconds that a studio waits."""
_GOES_ON = 15.0
"""Seconds within which a run that was running goes on by itself when its visitor is back."""
_SPARED = 500_000
"""Bytes that the moments of each run keep when there is no room for all of them."""
_EACH = 100_000
"""Bytes of all that is not counted of a studio."""
_MOST_LOST = 1_000
"""Tabs of which it is remembered what they lost."""

_FEWER = (
    "Many visitors left at once: there was no room for every moment of your runs. Go back in time to fewer, "
    "the first and the last among them."
)
_CROWDED = "Your runs are gone: too many visitors left at once, and there was no room for the runs of all."
_LATE = f"Your runs are gone: they wait for {PARKED_FOR / 60:.0f} minutes after a page was left."


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


class _Parked:
    def __init__(self, studio: Studio, since: float, was_running: bool) -> None:
        self.studio, self.since, self.was_running = studio, since, was_running
        self.reduced, self.size = False, _EACH + studio.nbytes
        found = [plan.data() for plan in (studio.worker.plan, *(run.plan for run in studio.kept))]
        self.data = {id(data): data_bytes(data) for data in found}  # which others may look at too

    def reduce(self) -> bool:
        """Make it small; return whether anything went that one would miss."""
        before = self.size
        self.studio.reduce(_SPARED)
        self.reduced, self.size = True, _EACH + self.studio.nbytes
        return self.size < before


class Parking:
    """Keeps the studios of visits that broke off, by the tab they came from.

    Parameters
    ----------
    most_bytes : int
        What they may take together.
    clock : callable
        Seconds that only ever grow.
    """

    def __init__(self, most_bytes: int = MAX_PARKED_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._clock = most_bytes, clock
        self._lock = threading.Lock()
        self._parked: OrderedDict[str, _Parked] = OrderedDict()
        self._lost: OrderedDict[str, str] = OrderedDict()

    def leave(self, seat: Seat) -> None:
        """Keep a studio, paused, if it can be found again and there is something to find; else end it.

        It does not wait for the update that is being made. Where there is no room for all, those who left
        first keep fewer moments, and if that is not enough, they go.
        """
        studio, running = seat.studio, seat.studio.worker.state == "running"
        begun = running or studio.begun or studio.kept or studio.worker.origin is not None
        if seat.tab is None or not begun:
            studio.close()
            return
        studio.worker.pause("Paused, as the page was left.", wait=False)
        threading.Thread(target=studio.let_go, name=ASIDE_NAME, daemon=True).start()
        with self._lock:
            before = self._parked.pop(seat.tab, None)
            self._parked[seat.tab] = _Parked(studio, self._clock(), running)
            self._clear()
        if before is not None and before.studio is not studio:
            before.studio.close()

    def take(self, tab: str | None) -> Studio | None:
        """Return the studio that waits for a tab; a run that was interrupted just now goes on.

        Whoever comes, those who have waited too long go.
        """
        with self._lock:
            self._clear()
            known = None if tab is None else self._parked.pop(tab, None)
        if known is None:
            return None
        if known.was_running and self._clock() - known.since < _GOES_ON:
            known.studio.worker.run()
        return known.studio

    def lost(self, tab: str | None) -> str:
        """Return what is to be told of what a tab has lost while it was away, once; mostly nothing."""
        with self._lock:
            return "" if tab is None else self._lost.pop(tab, "")

    def _clear(self) -> None:
        """Let go of what has waited too long, and of what there is no room for."""
        for tab, known in list(self._parked.items()):
            if self._clock() - known.since > PARKED_FOR:
                self._drop(tab, _LATE)
        over = self._size() - self._most
        for tab, known in self._parked.items():
            if over > 0 and not known.reduced:
                over -= known.size
                if known.reduce():
                    self._note(tab, _FEWER)
                over += known.size
        while over > 0 and self._parked:
            self._drop(next(iter(self._parked)), _CROWDED)
            over = self._size() - self._most

    def _size(self) -> int:
        data: dict[int, int] = {}
        for known in self._parked.values():
            data |= known.data
        return sum(data.values()) + sum(known.size for known in self._parked.values())

    def _drop(self, tab: str, why: str) -> None:
        self._parked.pop(tab).studio.close()
        self._note(tab, why)

    def _note(self, tab: str, what: str) -> None:
        self._lost[tab] = what
        self._lost.move_to_end(tab)
        if len(self._lost) > _MOST_LOST:
            self._lost.popitem(last=False)
