"""One training run in a thread of its own, that a page can start, pause, step, stop and look at.

The thread exists only while the run is running. It never calls Streamlit: it writes down numbers and
publishes copies, and a page reads them whenever it draws.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Literal

import numpy as np

from explorer.training.history import History
from explorer.training.kept import Moment
from explorer.training.log import Log
from explorer.training.plan import Plan
from explorer.training.schedule import moments
from explorer.training.turns import Turns
from lstm_core import Checkpoint, DivergedError, TrainingStep, evaluate, train
from lstm_core.training.limits import Best

State = Literal["ready", "running", "paused", "finished", "stopped", "failed"]
OVER: frozenset[State] = frozenset({"finished", "stopped", "failed"})

PATIENCE = 5.0
"""Seconds after which a run that nobody looks at pauses itself."""
_BURST = 0.03
"""Seconds of training for which a worker keeps its turn."""
_LONGEST_SLEEP = 0.1
"""Seconds for which a worker with a slow pace does not look up."""
_PUBLISH = 0.1
"""Seconds between two copies of the parameters for those who look."""
_SPEED = 1.5
"""Seconds over which the speed is averaged."""
THREAD_NAME = "lstm-explorer-train"

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

    Raises
    ------
    InputError
        If the plan cannot be run, before anything is computed.
    """

    def __init__(self, plan: Plan, origin: Origin | None = None, turns: Turns = TURNS) -> None:
        self.plan, self.origin = plan, origin
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
        self._looked = monotonic()
        self._pace: deque[tuple[float, int]] = deque(maxlen=512)

        rng = plan.generator()
        first = self.network.init(rng, np.float64, forget_bias=plan.forget_bias)
        params = first if origin is None else origin.params
        self._good: Checkpoint | None = None if origin is None else origin.checkpoint
        self._resumed = 0 if self._good is None else self._good.update
        self.offset = 0 if origin is None else origin.update - self._resumed
        self._last: TrainingStep | None = None
        recipe = self.data.recipe
        self._steps = train(
            self.network,
            params,
            self.data.train,
            loss=recipe.loss,
            optimizer=plan.optimizer_config(),
            rng=rng,
            batch_size=plan.batch_size,
            epochs=plan.epochs,
            validation=self.data.validation,
            validate_every=plan.measure_every,
            clip=plan.clipping(),
            early_stopping=plan.stopping(),
            learning_rate=lambda update: self.learning_rate,
            metric=self.data.metric,
            resume=self._good,
        )
        first_epoch = 0 if self._good is None else self._good.epoch
        self._published = Moment(self.offset + self._resumed, first_epoch, params)
        self._published_at = 0.0
        self._moments = [self._published]
        size = sum(array.nbytes for array in params.values())
        self._due = deque(update for update in moments(plan.updates, size) if update > self._resumed)
        self._log = Log()
        self._measure(self._published)

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
        pace = list(self._pace)
        if len(pace) < 2:
            return 0.0
        (began, first), (ended, last) = pace[0], pace[-1]
        return (last - first) / (ended - began) if ended > began else 0.0

    @property
    def sharing(self) -> int:
        """How many runs share the machine at this moment."""
        return self._turns.sharing

    def history(self) -> History:
        """Return the numbers so far."""
        return self._log.history()

    def checkpoint(self) -> Checkpoint | None:
        """Return what the run can be gone on with exactly, or None before its first update; not while it runs."""
        with self._advancing:
            return self._good if self._last is None else self._last.checkpoint()

    # ---- what a page does

    def look(self) -> None:
        """Tell that somebody is looking."""
        self._looked = monotonic()

    def run(self) -> None:
        """Start, or go on."""
        with self._deciding:
            if self.over or self._state == "running":
                return
            self._state, self.reason = "running", ""
            self._looked = monotonic()
            self._pace.clear()
            # A thread that still waits for its turn finds that its ticket is an old one.
            self._ticket = ticket = object()
        threading.Thread(target=self._work, args=(ticket,), name=THREAD_NAME, daemon=True).start()

    def step(self) -> None:
        """Make one update and pause."""
        if self.over or self._state == "running":
            return
        with self._turns.turn(), self._advancing:
            self._advance()
            if not self.over:
                self._state, self.reason = "paused", ""
            self._publish()

    def pause(self, reason: str = "") -> None:
        """Pause, after the update that is being made."""
        self._halt("paused", reason)

    def stop(self, reason: str = "Stopped by hand.") -> None:
        """End the run after the update that is being made; what it learned stays."""
        self._halt("stopped", reason)

    def _halt(self, state: State, reason: str) -> None:
        with self._deciding:
            if self.over or (state == "paused" and self._state != "running"):
                return
            self._state, self.reason = state, reason
        with self._advancing:
            self._publish()
            if state == "stopped" and self._last is not None:
                self._measure_the_end()

    # ---- what the thread does

    def _work(self, ticket: object) -> None:
        try:
            allowed = 1.0
            while self._goes_on(ticket):
                began = monotonic()
                with self._turns.turn():
                    allowed -= self._burst(ticket, allowed)
                if allowed < 1:
                    sleep(min((1 - allowed) / self.pace, _LONGEST_SLEEP))
                # What was not used in the last moment is lost: a slow run does not catch up in jumps.
                most = 1 + self.pace * _LONGEST_SLEEP
                allowed = most if math.isinf(most) else min(allowed + (monotonic() - began) * self.pace, most)
        except BaseException:
            self._end("failed", "The run ended on an error that nobody foresaw; the server's log has it.")
            raise

    def _burst(self, ticket: object, allowed: float) -> int:
        """Make updates until the turn is over, or as many as the pace allows; return how many."""
        began, made = monotonic(), 0
        while (now := monotonic()) - began < _BURST and made + 1 <= allowed:
            with self._advancing:
                if not self._goes_on(ticket):
                    break
                self._advance()
                made += 1
                if now - self._published_at > _PUBLISH or self.over:
                    self._publish()
        self._pace.append((monotonic(), self._at))
        while len(self._pace) > 2 and now - self._pace[0][0] > _SPEED:
            self._pace.popleft()
        return made

    def _goes_on(self, ticket: object) -> bool:
        if monotonic() - self._looked > PATIENCE:
            self._halt_unseen(ticket)
        return self._state == "running" and ticket is self._ticket

    def _halt_unseen(self, ticket: object) -> None:
        with self._deciding:
            if self._state == "running" and ticket is self._ticket:
                self._state, self.reason = "paused", "Paused, as nobody was looking."

    @property
    def _at(self) -> int:
        """The number of updates by now."""
        return self.offset + (self._resumed if self._last is None else self._last.update)

    def _advance(self) -> None:
        """Make one update and write it down."""
        began = monotonic()
        try:
            step = next(self._steps)
        except DivergedError as error:
            self._diverged(error)
            return
        finally:
            self.seconds += monotonic() - began
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
        if self._due and step.update >= self._due[0]:
            self._due = deque(update for update in self._due if update > step.update)
            self._moments.append(self._copy())
        if step.stopped:
            self._measure_the_end()
            self.restored = step.restored
            early = step.stopped == "early stopping"
            self._end("finished", "It stopped early: no measurement was better for a while." if early else "")

    def _measure_the_end(self) -> None:
        """Let the last measurement and the last moment be those of the weights that the run ends with."""
        end = self._copy()
        if end.update > self._moments[-1].update:
            self._moments.append(end)
        if end.update > self._log.last_measured:
            self._measure(end)

    def _diverged(self, error: DivergedError) -> None:
        """Keep the last good weights, and say why there are no others."""
        good = error.checkpoint
        self._good, self._last = good, None
        self._resumed = good.update
        if self._at > self._moments[-1].update:
            self._moments.append(Moment(self._at, good.epoch, good.params))
        self._end("failed", str(error))

    def _end(self, state: State, reason: str) -> None:
        with self._deciding:
            self._state, self.reason = state, reason

    def _copy(self) -> Moment:
        """Return the parameters as they are, under the number of their update."""
        if self._last is None:
            return self._moments[-1]
        params = {name: array.copy() for name, array in self._last.params.items()}
        return Moment(self._at, self._last.epoch, params)

    def _publish(self) -> None:
        self._published = self._copy()
        self._published_at = monotonic()

    def _measure(self, moment: Moment) -> None:
        """Measure the held-out data where training does not."""
        result = evaluate(
            self.network,
            moment.params,
            self.data.validation,
            loss=self.data.recipe.loss,
            metric=self.data.metric,
            batch_size=self.plan.batch_size,
        )
        assert result.metric is not None
        self._log.measured(measured=moment.update, validation_loss=result.loss, metric=result.metric)
