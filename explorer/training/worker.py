"""One training run in a thread of its own, that a page can start, pause, step, stop and look at.

The thread exists only while the run is running. It never calls Streamlit: it writes down numbers and
publishes copies, and a page reads them whenever it draws.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from time import monotonic, sleep, thread_time
from typing import Literal
from weakref import proxy

import numpy as np

from explorer.training.held_out import measure
from explorer.training.history import History
from explorer.training.kept import Moment, SavedRun, SavedState, as_asked
from explorer.training.limits import MAX_RUN_BYTES
from explorer.training.log import Log
from explorer.training.plan import Plan
from explorer.training.schedule import moments, thinned
from explorer.training.turns import Turns
from lstm_core import Checkpoint, DivergedError, InputError, TrainingStep, train
from lstm_core.training.limits import Best

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
_SETS = 5
"""Sets of weights of a run that rests: as it stands, the best ones, and those that it can be gone on with."""
THREAD_NAME = "lstm-explorer-train"
ASIDE_NAME = "lstm-explorer-aside"
UNFORESEEN = "The run ended on an error that nobody foresaw; the server's log has it"

TURNS = Turns()
"""Shared by every run of this server."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run begins that does not begin from first weights.

    Attributes
    ----------
    words : str
        Such as "Run 1 after update 300".
    params : mapping of ndarray
        The weights it begins with.
    update : int
        The number of updates behind them, from which the new ones are counted on.
    checkpoint : Checkpoint, optional
        Of the very same plan: the run goes on as if it had never been interrupted.
    """

    words: str
    params: Mapping[str, np.ndarray]
    update: int = 0
    checkpoint: Checkpoint | None = None


class Worker:
    """One run.

    Parameters
    ----------
    plan : Plan
        What to run.
    origin : Origin, optional
        Where it begins, unless at first weights drawn for the plan.
    turns : Turns
        Whom it shares the machine with.
    clock, rest : callable
        Tells the seconds, and waits so many.
    cost : callable
        Tells the computing time that this thread has used, in seconds.

    Raises
    ------
    InputError
        If the plan cannot be run, before anything is computed.
    """

    def __init__(
        self,
        plan: Plan,
        origin: Origin | None = None,
        turns: Turns = TURNS,
        *,
        clock: Callable[[], float] = monotonic,
        rest: Callable[[float], None] = sleep,
        cost: Callable[[], float] = thread_time,
    ) -> None:
        plan.check_length()
        self.plan, self.origin = plan, origin
        self._clock, self._rest, self._cost = clock, rest, cost
        self.data, self.network = plan.data(), plan.network()
        self._turns = turns
        self._deciding = threading.Lock()  # held for a moment, to change the state
        self._advancing = threading.Lock()  # held by whoever makes an update, or must not see half of it
        self._ticket: object = None
        self._state: State = "ready"
        self.reason = ""
        self.seconds = 0.0
        self.restored: Best | None = None
        self.learning_rate = plan.learning_rate
        self.pace = math.inf  # updates a second at most
        self._looked = clock()
        self._lately: deque[tuple[float, int]] = deque(maxlen=512)

        rng = plan.generator()
        first = self.network.init(rng, np.float64, forget_bias=plan.forget_bias)
        params = first if origin is None else origin.params
        self._good: Checkpoint | None = None if origin is None else origin.checkpoint
        self._resumed = 0 if self._good is None else self._good.update
        self.offset = 0 if origin is None else origin.update - self._resumed
        self._last: TrainingStep | None = None
        self._steps: Generator[TrainingStep, None, None] | None = self._training(params, rng)
        first_epoch = 0 if self._good is None else self._good.epoch
        # Where it stands as long as there is no last step.
        self._stands = self._published = Moment(self.offset + self._resumed, first_epoch, params)
        self._published_at = 0.0
        self._moments = [self._published]
        size = sum(array.nbytes for array in params.values())
        self._due = deque(update for update in moments(plan.updates, size) if update > self._resumed)
        self._log = Log()
        self._measure(self._published)

    def _training(
        self, params: Mapping[str, np.ndarray], rng: np.random.Generator
    ) -> Generator[TrainingStep, None, None]:
        """Return the updates from some weights on, or from where the run can be gone on with exactly."""
        plan, data, run = self.plan, self.data, proxy(self)  # a run that nobody holds must go at once
        return train(
            self.network,
            params,
            data.train,
            loss=data.recipe.loss,
            optimizer=plan.optimizer_config(),
            rng=rng,
            batch_size=plan.batch_size,
            epochs=plan.epochs,
            validation=data.validation,
            validate_every=plan.measure_every,
            clip=plan.clipping(),
            early_stopping=plan.stopping(),
            learning_rate=lambda update: run.learning_rate,
            metric=data.metric,
            resume=self._good,
            max_bytes=MAX_RUN_BYTES,
        )

    # ---- what a page reads

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._state

    @property
    def asked(self) -> Plan:
        """The plan as it was asked for."""
        return as_asked(self.plan, self.had)

    @property
    def had(self) -> int:
        """The epochs of the plan that were over before the run began; 0 unless it goes on exactly."""
        return 0 if self.origin is None or self.origin.checkpoint is None else self.origin.checkpoint.epoch

    @property
    def over(self) -> bool:
        """Whether it will never go on by itself."""
        return self._state in OVER

    @property
    def total(self) -> int:
        """The number of the last update if nothing stops the run."""
        return self.offset + self.plan.updates

    @property
    def now(self) -> Moment:
        """The latest parameters that were published: at most a tenth of a second old while it runs."""
        return self._published

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The moments one can go back to, from the first weights on."""
        return tuple(self._moments)

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
        return self.total - self._moments[0].update

    @property
    def nbytes(self) -> int:
        """What it takes after `let_go`, without its data; weights that it shares are counted as its own."""
        sets = _SETS if self.origin is None else 2 * _SETS
        moments = sum(moment.nbytes for moment in self.moments)
        return moments + sets * self.now.nbytes + self.history().nbytes

    def history(self) -> History:
        """Return the numbers so far."""
        return self._log.history()

    def checkpoint(self) -> Checkpoint | None:
        """Return what the run can be gone on with exactly, or None if it has made no update."""
        with self._advancing:
            return self._checkpoint()

    def saved(self, name: str) -> SavedRun:
        """Return the run as it is now, under a name: all of it as of the same update."""
        with self._advancing:
            now = self._copy()
            kept = [*self._moments, now] if now.update > self._moments[-1].update else self._moments
            return SavedRun(
                name=name,
                plan=self.plan,
                history=self.history().thinned(),
                seconds=self.seconds,
                state=_LEFT[self._state],
                reason=self.reason,
                moments=thinned(kept),
                last=self._checkpoint(),
                parent="" if self.origin is None else self.origin.words,
                had=self.had,
            )

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
                try:
                    self._release()
                finally:
                    self._end("failed", UNFORESEEN)
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

    def let_go(self, most_bytes: int | None = None) -> None:
        """Give back what the next update makes again; the run goes on from here to the same last bit.

        Parameters
        ----------
        most_bytes : int, optional
            What the moments may take; of more than that, some between the first and the last one go.
        """
        with self._advancing:
            if self._last is not None:
                self._release()
            if most_bytes is not None:
                self._moments = list(thinned(self._moments, most_bytes))

    def _release(self) -> None:
        """Publish and keep where the run stands, and nothing of what it computed with."""
        if self._last is not None:
            self._stands = self._copy()
            self._good = self._last.checkpoint()
            self._resumed, self._last = self._last.update, None
        if self._steps is not None:
            self._steps.close()
            self._steps = None
        self._log.trim()
        self._publish()

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
            if state != "stopped" or self._state != "stopped":
                self._publish()
            elif self._at > self._moments[0].update:
                self._conclude("stopped", reason)
            else:
                self._release()

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
            try:
                with self._advancing:
                    self._release()
            finally:
                self._end("failed", UNFORESEEN)
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
        lately.append((now, self._at))
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

    @property
    def _at(self) -> int:
        """The number of updates by now."""
        return self.offset + (self._resumed if self._last is None else self._last.update)

    def _advance(self) -> None:
        """Make one update and write it down."""
        began = self._cost()
        if self._steps is None:  # they were let go
            self._steps = self._training(self._stands.params, self.plan.generator())
        try:
            step = next(self._steps)
        except DivergedError as error:
            self._diverged(error)
            return
        finally:
            self.seconds += self._cost() - began
        self._last = step
        self._log.updated(
            update=self._at,
            loss=step.loss,
            gradient_norm=step.gradient_norm,
            clipped=step.clipped,
            learning_rate=step.learning_rate,
        )
        if step.metric is not None and step.validation_loss is not None:
            self._log.measured(measured=self._at, validation_loss=step.validation_loss, metric=step.metric)
        if step.stopped:
            self.restored = step.restored
            early = step.stopped == "early stopping"
            self._conclude(
                "finished", "It stopped early: no measurement was better for a while." if early else ""
            )
        elif self._due and step.update >= self._due[0]:
            self._due.popleft()
            self._moments.append(self._copy())

    def _conclude(self, state: State, reason: str) -> None:
        """End the run: with a moment of the weights that it has, and a measurement after its last update."""
        end = self._copy()
        try:
            if end.update > self._log.last_measured:
                self._measure(end)
        except InputError as error:
            # The next update would have come to this too: the moment before is the last good one.
            self._good = self._last = self.restored = None
            self._moments = [moment for moment in self._moments if moment.update < end.update]
            self._stands = self._moments[-1]
            state, reason = "failed", str(error)
        else:
            if end.update > self._moments[-1].update:
                self._moments.append(end)
        self._release()
        self._end(state, reason)

    def _diverged(self, error: DivergedError) -> None:
        """Keep the last good weights, and say why there are no others."""
        good = error.checkpoint
        self._good, self._last = good, None
        self._resumed = good.update
        # An update may leave finite weights behind with which nothing can be computed any more.
        kept = [moment for moment in self._moments if moment.update <= self._at]
        if self._at > kept[-1].update:
            kept.append(Moment(self._at, good.epoch, good.params))
        self._moments, self._stands = kept, kept[-1]
        self._release()
        self._end("failed", str(error))

    def _end(self, state: State, reason: str) -> None:
        with self._deciding:
            self._state, self.reason = state, reason

    def _checkpoint(self) -> Checkpoint | None:
        return self._good if self._last is None else self._last.checkpoint()

    def _copy(self) -> Moment:
        """Return the parameters as they are, under the number of their update."""
        if self._last is None:
            return self._stands
        params = {name: array.copy() for name, array in self._last.params.items()}
        return Moment(self._at, self._last.epoch, params)

    def _publish(self) -> None:
        self._published = self._copy()
        self._published_at = self._clock()

    def _measure(self, moment: Moment) -> None:
        """Measure the held-out data where training does not."""
        found = measure(self.plan, moment.params)
        self._log.measured(measured=moment.update, validation_loss=found.loss, metric=found.metric)
