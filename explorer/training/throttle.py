"""Pictures of a run that is under way, drawn again only as often as their cost allows."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic, thread_time
from typing import Generic, TypeVar, cast

Made = TypeVar("Made")


class Throttle(Generic[Made]):
    """Keeps one result. The same subject may be shown as of a moment before; another subject may not.

    Parameters
    ----------
    rest : float
        How many times its own cost a picture waits before it is drawn again: with 25 it takes a 26th of a
        core at most.
    clock, cost : callable
        The time, and the computing time that this thread has used.
    """

    def __init__(
        self,
        rest: float = 25,
        clock: Callable[[], float] = monotonic,
        cost: Callable[[], float] = thread_time,
    ) -> None:
        self._rest, self._clock, self._cost = rest, clock, cost
        self._subject: Hashable = None
        self._moment: Hashable = None
        self._made: Made | None = None
        self._due = 0.0

    def get(self, subject: Hashable, moment: Hashable, make: Callable[[], Made], *, live: bool) -> Made:
        """Return what `make` makes of a subject at a moment, or of a moment just before while it is live."""
        same = self._made is not None and subject == self._subject
        if same and (moment == self._moment or (live and self._clock() < self._due)):
            return cast(Made, self._made)
        began = self._cost()
        made = make()
        self._due = self._clock() + self._rest * (self._cost() - began)
        self._subject, self._moment, self._made = subject, moment, made
        return made
