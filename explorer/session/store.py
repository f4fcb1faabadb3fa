"""What a visitor has, and where it waits when the session ends, as with every reload."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakValueDictionary

from explorer.model.workspace import History, Workspace, nbytes_of
from explorer.training.limits import MAX_STORED_BYTES
from explorer.training.runs import Runs
from explorer.training.worker import ASIDE_NAME

TIME_TO_LIVE = 900.0
"""Seconds for which a visitor who has left is remembered."""
_GOES_ON = 15.0
"""Seconds within which a run that was running goes on by itself when its visitor is back."""
_SPARED = 500_000
"""Bytes that the snapshots of each run keep when there is no room for all of them."""
_EACH = 100_000
"""Bytes of all that is not counted of a visitor."""
_MOST_LOST = 1_000
"""Tabs of which it is remembered what they have lost."""

_FEWER = (
    "Many visitors left at once: there was no room for every moment of your runs. Go back in time to fewer, "
    "the first and the last among them."
)
_CROWDED = "Your work is gone: too many visitors left at once, and there was no room for that of all."
_LATE = f"Your work is gone: it waits for {TIME_TO_LIVE / 60:.0f} minutes after a page was left."


@dataclass(slots=True, eq=False, weakref_slot=True)
class Visitor:
    """All that one visitor has.

    Attributes
    ----------
    tab : str, optional
        A name of the browser's tab that nobody else knows, if it is known.
    runs : Runs, optional
        The runs, once the page Train was opened.
    workspace : Workspace, optional
        What Explore shows, once it was opened.
    fields : mapping
        What the fields of Explore held then, by key.
    history : History
        What was changed there.
    """

    tab: str | None = None
    runs: Runs | None = None
    workspace: Workspace | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    history: History = field(default_factory=History)

    @property
    def has_runs(self) -> bool:
        """Whether there are runs that one would miss."""
        made = self.runs
        if made is None:
            return False
        worker = made.worker
        return worker.state == "running" or made.begun or bool(made.kept) or worker.trainer.origin is not None

    @property
    def nbytes(self) -> int:
        """What it takes while nobody looks, without the data of the runs."""
        runs = 0 if self.runs is None else self.runs.nbytes
        shown = [] if self.workspace is None else [self.workspace]
        return runs + nbytes_of([*shown, *self.history.workspaces])

    def move_from(self, other: Visitor) -> None:
        """Take over all that another one has, who has nothing then."""
        if other is not self:
            self.close()
            self.runs = other.runs
            self._show_as(other)
            other.tab = other.runs = other.workspace = None

    def copy_from(self, other: Visitor) -> None:
        """Have the same as another one, who keeps it all; a run that has begun there is a kept one here."""
        self.close()
        self.runs = None if other.runs is None else other.runs.copy()
        self._show_as(other)

    def _show_as(self, other: Visitor) -> None:
        self.workspace, self.fields, self.history = other.workspace, other.fields, other.history

    def close(self) -> None:
        """End the thread of a run."""
        if self.runs is not None:
            self.runs.close()


class _Stored:
    def __init__(self, visitor: Visitor, since: float, was_running: bool) -> None:
        self.visitor, self.since, self.was_running = visitor, since, was_running
        self.reduced, self.size = False, _EACH + visitor.nbytes
        built = [] if visitor.runs is None else [visitor.runs.worker.trainer.built]
        self.data = {id(data): data.nbytes for data in built}  # which others may look at too

    def reduce(self) -> bool:
        """Make it small; return whether anything went that one would miss."""
        before = self.size
        if self.visitor.runs is not None:
            self.visitor.runs.reduce(_SPARED)
        self.reduced, self.size = True, _EACH + self.visitor.nbytes
        return self.size < before


class SessionStore:
    """Finds visitors by their tab: those who are here, and for a while those whose session has ended.

    Parameters
    ----------
    most_bytes : int
        What those who have left may take together.
    clock : callable
        Seconds that only ever grow.
    """

    def __init__(self, most_bytes: int = MAX_STORED_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._clock = most_bytes, clock
        self._lock = threading.Lock()
        self._here: WeakValueDictionary[str, Visitor] = WeakValueDictionary()
        self._stored: OrderedDict[str, _Stored] = OrderedDict()
        self._lost: OrderedDict[str, str] = OrderedDict()

    def enter(self, visitor: Visitor, tab: str | None, copy_of: str | None = None) -> bool:
        """Give a visitor what its tab had; return whether there was anything.

        A run that was interrupted just now goes on. Whoever comes, those who have waited too long go.

        Parameters
        ----------
        visitor : Visitor
            Who has come.
        tab : str, optional
            The name of its tab. A page that is loaded again has the same one, and may come before its
            earlier session has ended.
        copy_of : str, optional
            The name that the tab had as the copy of another one, which is still open.
        """
        with self._lock:
            self._evict()
            known = None if tab is None else self._stored.pop(tab, None)
            before = self._here.get((copy_of or tab) or "")
            if visitor.tab is not None:
                self._here.pop(visitor.tab, None)
            visitor.tab = tab
            if tab is not None:
                self._here[tab] = visitor
            if known is not None:
                visitor.move_from(known.visitor)
            elif before is None or before is visitor:
                return False
            elif copy_of is None:
                visitor.move_from(before)
        if known is None:
            if copy_of is not None and before is not None:
                visitor.copy_from(before)
        elif known.was_running and visitor.runs and self._clock() - known.since < _GOES_ON:
            visitor.runs.worker.run()
        return True

    def leave(self, visitor: Visitor) -> None:
        """Keep what a visitor has, its run paused, if it can be found again and there is something to find.

        It does not wait for the update that is being made. Where there is no room for all, those who left
        first keep fewer snapshots, and if that is not enough, they go.
        """
        with self._lock:  # or a page that is loaded again could take it over meanwhile
            made, tab = visitor.runs, visitor.tab
            if tab is None or not (visitor.has_runs or visitor.workspace):
                visitor.close()
                return
            running = made is not None and made.worker.state == "running"
            if made is not None:
                made.worker.pause("Paused, as the page was left.", wait=False)
                threading.Thread(target=made.release_memory, name=ASIDE_NAME, daemon=True).start()
            before = self._stored.pop(tab, None)
            self._stored[tab] = _Stored(visitor, self._clock(), running)
            self._evict()
        if before is not None and before.visitor is not visitor:
            before.visitor.close()

    def lost(self, tab: str | None) -> str:
        """Return what is to be told of what a tab has lost while it was away, once; mostly nothing."""
        with self._lock:
            return "" if tab is None else self._lost.pop(tab, "")

    def _evict(self) -> None:
        """Let go of what has waited too long, and of what there is no room for."""
        for tab, known in list(self._stored.items()):
            if self._clock() - known.since > TIME_TO_LIVE:
                self._drop(tab, _LATE)
        over = self._size() - self._most
        for tab, known in self._stored.items():
            if over > 0 and not known.reduced:
                over -= known.size
                if known.reduce():
                    self._note(tab, _FEWER)
                over += known.size
        while over > 0 and self._stored:
            self._drop(next(iter(self._stored)), _CROWDED)
            over = self._size() - self._most

    def _size(self) -> int:
        data: dict[int, int] = {}
        for known in self._stored.values():
            data |= known.data
        return sum(data.values()) + sum(known.size for known in self._stored.values())

    def _drop(self, tab: str, why: str) -> None:
        self._stored.pop(tab).visitor.close()
        self._note(tab, why)

    def _note(self, tab: str, what: str) -> None:
        self._lost[tab] = what
        self._lost.move_to_end(tab)
        if len(self._lost) > _MOST_LOST:
            self._lost.popitem(last=False)
