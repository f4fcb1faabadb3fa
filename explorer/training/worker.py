"""A training run in a thread of its own, that a page can start, pause, step, stop and look at.

When updates are made and who may look is decided here; what an update is and how a run ends, by the trainer.
The thread exists only while the run is running. It never calls Streamlit: it publishes copies, and a page
reads them whenever it draws.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic, sleep
from typing import Literal

from explorer.training.fair_lock import FairLock
from explorer.training.plan import Plan
from explorer.training.saved_run import SavedRun, SavedState, Snapshot
from explorer.training.trainer import Origin, Trainer
from lstm_core import Checkpoint

State = Literal["ready", "running", "paused", "finished", "stopped", "failed"]
_LEFT: Mapping[State, SavedState] = {
    "ready": "paused",
    "running": "paused",
    "paused": "paused",
    "finished": "finished",
    "stopped": "stopped",
    "failed": "failed",
}
OVER: frozenset[State] = frozenset({"finished", "stopped", "failed"})

PATIENCE = 10.0
"""Seconds after which a run that nobody looks at pauses itself; a full server may draw no page for some."""
_BURST = 0.03
"""Seconds of training for which a worker keeps its turn."""
_FEW = 8
"""Runs from which on each keeps its turn for a moment in which nobody trains, so that pages are drawn."""
_BREATH = 0.01
_LONGEST_SLEEP = 0.1
"""Seconds for which a worker with a slow pace does not look up."""
_PUBLISH = 0.1
"""Seconds between two copies of the parameters for those who look."""
_SPEED = 1.5
"""Seconds over which the speed is averaged."""
THREAD_NAME = "lstm-explorer-train"
ASIDE_NAME = "lstm-explorer-aside"
UNFORESEEN = "The run ended on an error that nobody foresaw; the server's log has it"

LOCK = FairLock()
"""Shared by every run of this server."""


class Worker:
    """One run and its thread.

    Parameters
    ----------
    plan : Plan
        What to run.
    origin : Origin, optional
        Where it begins, unless at first weights drawn for the plan.
    turns : FairLock
        Whom it shares the machine with.
    clock, rest : callable
        Tells the seconds, and waits so many.

    Raises
    ------
    InputError
        If the plan cannot be run, before anything is computed.
    """

    def __init__(
        self,
        plan: Plan,
        origin: Origin | None = None,
        turns: FairLock = LOCK,
        *,
        clock: Callable[[], float] = monotonic,
        rest: Callable[[float], None] = sleep,
    ) -> None:
        self.trainer = Trainer(plan, origin)
        self._turns, self._clock, self._rest = turns, clock, rest
        # `_advancing` protects the trainer and what is published of it: who holds it makes an update, or must
        # not see half of one. `_deciding` protects state, reason and ticket, and is held for a moment only.
        # Who needs both takes `_advancing` first.
        self._advancing, self._deciding = threading.Lock(), threading.Lock()
        self._ticket: object = None
        self._state: State = "ready"
        self.reason = ""
        self.pace = math.inf  # updates a second at most
        self._looked = clock()
        self._lately: deque[tuple[float, int]] = deque(maxlen=512)
        self._published = self.trainer.snapshot()
        self._published_at = 0.0

    # ---- what a page reads

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._state

    @property
    def over(self) -> bool:
        """Whether it will never go on by itself."""
        return self._state in OVER

    @property
    def now(self) -> Snapshot:
        """The latest parameters that were published: at most a tenth of a second old while it runs."""
        return self._published

    @property
    def speed(self) -> float:
        """Updates a second by the clock, lately; 0 before it is known."""
        lately = list(self._lately)
        if len(lately) < 2:
            return 0.0
        (began, first), (ended, last) = lately[0], lately[-1]
        return (last - first) / (ended - began) if ended > began else 0.0

    @property
    def sharing(self) -> int:
        """How many runs share the machine at this moment."""
        return self._turns.members

    @property
    def lasts(self) -> float:
        """The seconds that the whole run takes at least; 0 for as short as it can."""
        return self._updates / self.pace

    @lasts.setter
    def lasts(self, seconds: float) -> None:
        self.pace = self._updates / seconds if seconds else math.inf

    @property
    def _updates(self) -> int:
        """The number of updates from the first weights of this run to its end."""
        return self.trainer.total - self.trainer.first

    def checkpoint(self) -> Checkpoint | None:
        """Return what the run can be gone on with exactly, or None if it has made no update."""
        with self._advancing:
            return self.trainer.checkpoint()

    def saved(self, name: str) -> SavedRun:
        """Return the run as it is now, under a name: all of it as of the same update."""
        with self._advancing:
            return replace(self.trainer.saved(name), state=_LEFT[self._state], reason=self.reason)

    # ---- what a page does

    def look(self) -> None:
        """Tell that somebody is looking."""
        self._looked = self._clock()

    def run(self) -> None:
        """Start, or go on."""
        with self._deciding:
            if self.over or self._state == "running":
                return
            self._state, self.reason = "running", ""
            self._looked = self._clock()
            self._lately = deque(maxlen=512)  # a thread that is about to end may still hold the old one
            # A thread that still waits for its turn finds that its ticket is an old one.
            self._ticket = ticket = object()
        threading.Thread(target=self._work, args=(ticket,), name=THREAD_NAME, daemon=True).start()

    def step(self) -> None:
        """Make one update and pause; nothing while the run is running or when it is over."""
        with self._turns.turn(), self._advancing:
            if self.over or self._state == "running":
                return
            try:
                self._advance()
            except BaseException:
                self._break_off()
                raise
            self._publish()
            with self._deciding:
                if self._state in ("ready", "paused"):
                    self._state, self.reason = "paused", ""

    def pause(self, reason: str = "", *, wait: bool = True) -> None:
        """Pause, after the update that is being made.

        Without waiting for it, what it learned is published a moment later.
        """
        self._halt("paused", reason, wait)

    def stop(self, reason: str = "Stopped by hand.", *, wait: bool = True) -> None:
        """End the run after the update that is being made; what it learned stays."""
        self._halt("stopped", reason, wait)

    def release_memory(self, most_bytes: int | None = None, *, timeout: float = -1) -> None:
        """Do what `Trainer.release_memory` does, after the update that is being made.

        Nothing is done if that takes longer than so many seconds; −1 waits for it.
        """
        if not self._advancing.acquire(timeout=timeout):
            return
        try:
            self.trainer.release_memory(most_bytes)
            self._publish()
        finally:
            self._advancing.release()

    def _halt(self, state: State, reason: str, wait: bool) -> None:
        with self._deciding:
            if self.over or (state == "paused" and self._state != "running"):
                return
            self._state, self.reason = state, reason
        if wait:
            self._settle(state, reason)
        else:
            threading.Thread(target=self._settle, args=(state, reason), name=ASIDE_NAME, daemon=True).start()

    def _settle(self, state: State, reason: str) -> None:
        """Publish what there is, once nobody makes an update any more."""
        with self._advancing:
            if state == "stopped" and self.trainer.ended is None:
                self.trainer.conclude(state, reason)
            self._publish()

    # ---- what the thread does

    def _work(self, ticket: object) -> None:
        with self._turns.taking_part():
            self._train(ticket)

    def _train(self, ticket: object) -> None:
        try:
            allowed = 1.0
            while self._goes_on(ticket):
                began = self._clock()
                with self._turns.turn():
                    made = self._burst(ticket, allowed)
                    if made and self._turns.members > _FEW:
                        self._rest(_BREATH)
                allowed -= made
                pace = self.pace  # read once: a page may change it at any time
                if allowed < 1:
                    self._rest(min((1 - allowed) / pace, _LONGEST_SLEEP))
                # What was not used in the last moment is lost: a slow run does not catch up in jumps.
                most = 1 + pace * _LONGEST_SLEEP
                allowed = most if math.isinf(most) else min(allowed + (self._clock() - began) * pace, most)
        except BaseException:
            with self._advancing:
                self._break_off()
            raise

    def _burst(self, ticket: object, allowed: float) -> int:
        """Make updates until the turn is over, or as many as the pace allows; return how many."""
        lately = self._lately
        began, made = self._clock(), 0
        while True:
            with self._advancing:
                now = self._clock()
                self._pause_unseen(ticket, now)
                over_time = made > 0 and now - began >= _BURST
                if over_time or made + 1 > allowed or not self._goes_on(ticket):
                    break
                self._advance()
                made += 1
                if now - self._published_at > _PUBLISH:
                    self._publish()
        lately.append((now, self.trainer.update))
        while len(lately) > 2 and now - lately[0][0] > _SPEED:
            lately.popleft()
        return made

    def _goes_on(self, ticket: object) -> bool:
        return self._state == "running" and ticket is self._ticket

    def _pause_unseen(self, ticket: object, now: float) -> None:
        """Pause if nobody has looked for a while."""
        if now - self._looked <= PATIENCE:
            return
        self._publish()
        with self._deciding:
            if self._goes_on(ticket):
                self._state, self.reason = "paused", "Paused, as nobody was looking."

    def _advance(self) -> None:
        """Make one update; publish the end before it is told."""
        self.trainer.advance()
        if self.trainer.ended is not None:
            self._publish()

    def _break_off(self) -> None:
        """End the run on an error."""
        try:
            self.trainer.break_off(UNFORESEEN)
            self._publish()
        finally:  # there may be no memory for it
            with self._deciding:
                self._state, self.reason = "failed", UNFORESEEN

    def _publish(self) -> None:
        """Publish the weights as they are, and then that the run has ended, if it has."""
        self._published = self.trainer.snapshot()
        self._published_at = self._clock()
        if self.trainer.ended is not None:
            with self._deciding:
                self._state, self.reason = self.trainer.ended, self.trainer.reason
