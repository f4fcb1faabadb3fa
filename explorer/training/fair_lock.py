"""Workers take turns: thirty runs on one small machine each get their share, and the pages stay quick."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class FairLock:
    """Lets a few at a time pass, in the order in which they came.

    Python runs one thread at a time anyway. With one trainer per visitor, a page that wants to draw would
    have to wait for each of them; with one that trains while the others wait, it waits for one. A plain lock
    would not do: who gives it back and asks again at once mostly gets it again.

    Parameters
    ----------
    at_once : int
        How many may pass at the same time.

    Examples
    --------
    >>> turns = FairLock()
    >>> with turns.turn():
    ...     turns.sharing
    1
    """

    def __init__(self, at_once: int = 1) -> None:
        self._room = at_once
        self._queue: deque[object] = deque()
        self._changed = Condition()
        self._inside = self._members = 0

    @property
    def members(self) -> int:
        """How many take part, also while they rest."""
        return self._members

    @contextmanager
    def taking_part(self) -> Iterator[None]:
        """Be counted among the members."""
        with self._changed:
            self._members += 1
        try:
            yield
        finally:
            with self._changed:
                self._members -= 1

    @property
    def sharing(self) -> int:
        """How many are inside or wait."""
        return self._inside + len(self._queue)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and hold it."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                self._changed.wait_for(lambda: self._inside < self._room and self._queue[0] is ticket)
            except BaseException:  # nobody behind may wait for one who no longer does
                self._queue.remove(ticket)
                self._changed.notify_all()
                raise
            self._queue.popleft()
            self._inside += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()
