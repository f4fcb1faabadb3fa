"""One training run, update by update: its numbers, its snapshots, and how it ends.

No thread, lock or page: whoever calls it decides when the next update is made, and calls it from one thread
at a time. Only what says so may be read from others meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from time import thread_time
from typing import Literal
from weakref import proxy

import numpy as np

from explorer.training.held_out import measure
from explorer.training.history import History
from explorer.training.limits import MAX_RUN_BYTES
from explorer.training.log import Log
from explorer.training.plan import Plan
from explorer.training.saved_run import SavedRun, Snapshot, as_asked
from explorer.training.schedule import snapshot_updates, thinned
from lstm_core import Checkpoint, DivergedError, InputError, TrainingStep, train
from lstm_core.training import Best

Ended = Literal["finished", "stopped", "failed"]

_SETS = 5
"""Sets of weights of a run that rests: as it stands, the best ones, and those that it can be gone on with."""


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


class Trainer:
    """One run.

    Parameters
    ----------
    plan : Plan
        What to run.
    origin : Origin, optional
        Where it begins, unless at first weights drawn for the plan.
    cost : callable
        Tells the computing time that this thread has used, in seconds.

    Attributes
    ----------
    learning_rate : float
        Of the next update. It may be changed at any time, also by another thread.
    ended : {"finished", "stopped", "failed"} or None
        How the run ended; None while there is a next update.
    reason : str
        Why it ended, in words; may be empty.
    seconds : float
        Of computing: what the processor was busy with the updates.
    restored : Best, optional
        The measurement whose weights stopping early went back to.

    Raises
    ------
    InputError
        If the plan cannot be run, before anything is computed.

    Examples
    --------
    >>> from explorer.training.plan import Source, default_plan
    >>> trainer = Trainer(default_plan(Source(task="parity", sizes=(("length", 5),))))
    >>> trainer.advance()
    >>> trainer.update, trainer.ended, len(trainer.history())
    (1, None, 1)
    >>> trainer.conclude("stopped", "That is enough.")
    >>> trainer.saved("Mine").state, [snapshot.update for snapshot in trainer.snapshots]
    ('stopped', [0, 1])
    """

    def __init__(
        self, plan: Plan, origin: Origin | None = None, *, cost: Callable[[], float] = thread_time
    ) -> None:
        plan.check_length()
        self.plan, self.origin, self._cost = plan, origin, cost
        self.built = plan.built()  # held, so that whoever asks for the same data shares them
        self.data, self.network = self.built.data, plan.network()
        self.learning_rate = plan.learning_rate
        self.ended: Ended | None = None
        self.reason = ""
        self.seconds = 0.0
        self.restored: Best | None = None

        rng = plan.generator()
        first = self.network.init(rng, np.float64, forget_bias=plan.forget_bias)
        params = first if origin is None else origin.params
        self._good: Checkpoint | None = None if origin is None else origin.checkpoint
        resumed = 0 if self._good is None else self._good.update
        self.offset = 0 if origin is None else origin.update - resumed
        self._last: TrainingStep | None = None
        self._steps: Generator[TrainingStep, None, None] | None = self._training(params, rng)
        first_epoch = 0 if self._good is None else self._good.epoch
        # Where it stands as long as there is no last step.
        self._stands = Snapshot(self.offset + resumed, first_epoch, params)
        self._snapshots = [self._stands]
        size = self._stands.nbytes
        self._due = deque(update for update in snapshot_updates(plan.updates, size) if update > resumed)
        self._log = Log()
        self._measure(self._stands)

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

    # ---- what it says; all of this may be read by other threads while an update is made

    @property
    def asked(self) -> Plan:
        """The plan as it was asked for."""
        return as_asked(self.plan, self.had)

    @property
    def had(self) -> int:
        """The epochs of the plan that were over before the run began; 0 unless it goes on exactly."""
        return 0 if self.origin is None or self.origin.checkpoint is None else self.origin.checkpoint.epoch

    @property
    def first(self) -> int:
        """The number of updates behind the weights that it began with."""
        return self._snapshots[0].update

    @property
    def total(self) -> int:
        """The number of the last update if nothing stops the run."""
        return self.offset + self.plan.updates

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The weights one can go back to, from the first ones on."""
        return tuple(self._snapshots)

    def history(self) -> History:
        """Return the numbers so far."""
        return self._log.history()

    @property
    def nbytes(self) -> int:
        """What it takes after `release_memory`, without its data; shared weights are counted as its own."""
        sets = _SETS if self.origin is None else 2 * _SETS
        snapshots = self.snapshots
        size = sum(snapshot.nbytes for snapshot in snapshots)
        return size + sets * snapshots[0].nbytes + self.history().nbytes

    # ---- where it stands, between two updates

    @property
    def update(self) -> int:
        """The number of updates by now."""
        last = self._last  # another thread may be about to release it
        return self._stands.update if last is None else self.offset + last.update

    def snapshot(self) -> Snapshot:
        """Return the weights as they are, under the number of their update."""
        if self._last is None:
            return self._stands
        params = {name: array.copy() for name, array in self._last.params.items()}
        return Snapshot(self.update, self._last.epoch, params)

    def checkpoint(self) -> Checkpoint | None:
        """Return what the run can be gone on with exactly, or None if it has made no update."""
        return self._good if self._last is None else self._last.checkpoint()

    def saved(self, name: str) -> SavedRun:
        """Return the run as it is now, under a name; without an end it counts as paused."""
        now = self.snapshot()
        kept = [*self._snapshots, now] if now.update > self._snapshots[-1].update else self._snapshots
        return SavedRun(
            name=name,
            plan=self.plan,
            history=self.history().thinned(),
            seconds=self.seconds,
            state=self.ended or "paused",
            reason=self.reason,
            snapshots=thinned(kept),
            last=self.checkpoint(),
            parent="" if self.origin is None else self.origin.words,
            had=self.had,
        )

    # ---- what it does

    def advance(self) -> None:
        """Make one update and write it down; not after the end.

        Numbers that run away end the run as failed, with the last good weights. What else is raised leaves it
        where it stood before.
        """
        began = self._cost()
        if self._steps is None:  # they were released
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
            update=self.update,
            loss=step.loss,
            gradient_norm=step.gradient_norm,
            clipped=step.clipped,
            learning_rate=step.learning_rate,
        )
        if step.metric is not None and step.validation_loss is not None:
            self._log.measured(measured=self.update, validation_loss=step.validation_loss, metric=step.metric)
        if step.stopped:
            self.restored = step.restored
            early = step.stopped == "early stopping"
            self.conclude(
                "finished", "It stopped early: no measurement was better for a while." if early else ""
            )
        elif self._due and step.update >= self._due[0]:
            self._due.popleft()
            self._snapshots.append(self.snapshot())

    def conclude(self, ended: Ended, reason: str) -> None:
        """End the run with a snapshot of the weights that it has, measured after its last update.

        If they cannot be measured, it has failed, and ends with the snapshot before.
        """
        end = self.snapshot()
        try:
            if end.update > self._log.last_measured:
                self._measure(end)
        except InputError as error:
            # The next update would have come to this too: the snapshot before is the last good one.
            self._good = self._last = self.restored = None
            self._snapshots = [each for each in self._snapshots if each.update < end.update]
            self._stands = self._snapshots[-1]
            ended, reason = "failed", str(error)
        else:
            if end.update > self._snapshots[-1].update:
                self._snapshots.append(end)
        self._end(ended, reason)

    def break_off(self, reason: str) -> None:
        """End the run as failed where it stands, and look at nothing of it again."""
        self._end("failed", reason)

    def release_memory(self, most_bytes: int | None = None) -> None:
        """Give back what the next update makes again; the run goes on from here to the same last bit.

        Parameters
        ----------
        most_bytes : int, optional
            What the snapshots may take; of more than that, some between the first and the last one go.
        """
        if self._last is not None:
            self._release()
        if most_bytes is not None:
            self._snapshots = list(thinned(self._snapshots, most_bytes))

    def _release(self) -> None:
        """Keep where the run stands, and nothing of what it computed with."""
        if self._last is not None:
            self._stands = self.snapshot()
            self._good = self._last.checkpoint()
            self._last = None
        if self._steps is not None:
            self._steps.close()
            self._steps = None
        self._log.trim()

    def _diverged(self, error: DivergedError) -> None:
        """Keep the last good weights, and say why there are no others."""
        good = error.checkpoint
        update = self.offset + good.update
        # An update may leave finite weights behind with which nothing can be computed any more.
        kept = [snapshot for snapshot in self._snapshots if snapshot.update <= update]
        if update > kept[-1].update:
            kept.append(Snapshot(update, good.epoch, good.params))
        self._snapshots, self._stands = kept, kept[-1]
        self._good, self._last = good, None
        self._end("failed", str(error))

    def _end(self, ended: Ended, reason: str) -> None:
        try:
            self._release()
        finally:
            self.ended, self.reason = ended, reason

    def _measure(self, snapshot: Snapshot) -> None:
        """Measure the held-out data where training does not."""
        found = measure(self.plan, snapshot.params)
        self._log.measured(measured=snapshot.update, validation_loss=found.loss, metric=found.metric)


def run(plan: Plan, name: str = "Run 1") -> SavedRun:
    """Train a plan to its end and return what is kept of it; another process can be asked to.

    Numbers that run away are no error: then the run that is returned has failed, and says why.

    Raises
    ------
    InputError
        If the plan cannot be run, before anything is computed.

    Examples
    --------
    >>> from explorer.training.plan import Source, default_plan
    >>> found = run(default_plan(Source(task="four_targets")))
    >>> found.state, found.snapshots[-1].update == found.plan.updates
    ('finished', True)
    """
    trainer = Trainer(plan)
    while trainer.ended is None:
        trainer.advance()
    return trainer.saved(name)
