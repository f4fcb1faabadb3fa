"""What one visitor's Train page holds: the run of the moment, the kept runs, and what is looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from explorer.training.held_out import measure
from explorer.training.history import History
from explorer.training.limits import MAX_EPOCHS
from explorer.training.plan import Plan, Source
from explorer.training.saved_run import SavedRun, Snapshot
from explorer.training.schedule import thinned
from explorer.training.throttle import Throttle
from explorer.training.trainer import Origin
from explorer.training.wording import network_words
from explorer.training.worker import Worker
from explorer.web.payload import digest
from lstm_core import Checkpoint, InputError
from lstm_core.tasks import Size

MAX_KEPT = 8
"""Runs that are kept beside the one of the moment; the oldest goes first."""

_PATIENCE = 0.2
"""Seconds for which others wait until a run that has no room is smaller."""
_LATE = 1.0
"""Seconds by which the tabs below may lag behind a run that is running."""


class Runs:
    """Not shared between visitors; only its worker has a thread of its own.

    Parameters
    ----------
    plan : Plan
        What the page begins with.
    """

    def __init__(self, plan: Plan) -> None:
        self._count = self._serial = 1
        self.name = self._new_name()
        self.worker = Worker(plan)
        self.kept: list[SavedRun] = []
        self.dropped = ""
        self.opened: SavedRun | None = None
        self.at: int | None = None
        self.overlaid: frozenset[str] = frozenset()
        self.layer = (0, False)
        self._told: tuple[int, int] | None = None
        self._told_at = 0.0
        self.watched = ""
        self.pictures = _pictures()
        self.pressed = ""

    # ---- what is looked at

    @property
    def plan(self) -> Plan:
        """Of the run that is looked at."""
        return self.worker.trainer.plan if self.opened is None else self.opened.plan

    @property
    def asked(self) -> Plan:
        """The same as it was asked for, which is what the fields say of it."""
        return self.worker.trainer.asked if self.opened is None else self.opened.asked

    @property
    def shown_name(self) -> str:
        """Of the run that is looked at."""
        return self.name if self.opened is None else self.opened.name

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Of the run that is looked at."""
        return self.worker.trainer.snapshots if self.opened is None else self.opened.snapshots

    @property
    def snapshot(self) -> Snapshot:
        """The moment of training that everything shows."""
        snapshots = self.snapshots
        if self.at is not None and self.at < len(snapshots):
            return snapshots[self.at]
        return self.worker.now if self.opened is None else snapshots[-1]

    def history(self) -> History:
        """Of the run that is looked at."""
        return self.worker.trainer.history() if self.opened is None else self.opened.history

    @property
    def begun(self) -> bool:
        """Whether the run of the moment has made an update."""
        return self.worker.now.update > self.worker.trainer.first

    @property
    def live(self) -> bool:
        """Whether the moment that is shown is the latest of a run that is running."""
        return self.worker.state == "running" and self.at is None and self.opened is None

    @property
    def subject(self) -> int:
        """Another number for every other run that is looked at."""
        return self._serial

    # ---- what can be done

    def press(self, button: str) -> None:
        """Take note of a button that was pressed.

        It is not done at once: who types into a field and then presses a button expects that what was typed
        counts, and the fields are not read yet.
        """
        self.pressed = button

    def prepare(self, plan: Plan) -> None:
        """Let a plan be the run of the moment, if that has not begun; else it waits for the next one.

        Raises
        ------
        InputError
            If it cannot be run.
        """
        run = self.worker.trainer
        afresh = plan
        if run.origin is not None:
            plan = _split_like(plan, run.plan)
        if self.worker.state != "ready" or run.asked == plan:
            return
        if run.origin is None or plan.source != run.plan.source:
            self.worker = Worker(afresh)
        else:
            try:
                self.worker = Worker(*_going_on(plan, run.origin, run.plan))
            except InputError:
                self.worker = Worker(afresh)  # the weights that it was to begin with do not fit any more
        self.look_at()

    def follow(self, plan: Plan) -> str:
        """Let the run of the moment be of other data at once, and of other settings if it has not begun.

        Returns
        -------
        str
            What else came of it that one has to be told.

        Raises
        ------
        InputError
            If the plan cannot be run.
        """
        worker, name = self.worker, self.name
        run = worker.trainer
        if _of_one_kind(run.plan.source, plan.source):
            self.prepare(plan)
            if run.origin is None or self.worker.trainer.origin is not None:
                return ""
            return f"It begins with first weights again, no longer with {run.origin.words}."
        ended = self.begun and not worker.over
        self.begin(plan)
        return f"{name} was stopped at update {worker.now.update}. It is kept under Runs." if ended else ""

    def begin(self, plan: Plan, origin: Origin | None = None) -> None:
        """Put a new run in the place of the one of the moment, which is kept if it has begun.

        Raises
        ------
        InputError
            If the plan cannot be run; then nothing has changed.
        """
        worker = Worker(plan, origin)
        self.worker.stop("Ended by a new run.")
        if self.begun:
            self._keep(self.saved())
            self._count += 1
            self.name = self._new_name()
        self.worker = worker
        self.look_at()

    def back(self) -> None:
        """Return to the weights that the run of the moment began with; if it has not begun, to drawn ones."""
        run = self.worker.trainer
        self.begin(run.plan, run.origin) if self.begun else self.begin(run.asked)

    def measured(self) -> tuple[float, float]:
        """Return loss and metric of the moment that is looked at, on the held-out data; NaN if they overflow.

        Along the way they are not measured at every update.
        """
        plan, moment = self.plan, self.snapshot

        def reached() -> tuple[float, float]:
            try:
                found = measure(plan, moment.params)
            except InputError:
                return math.nan, math.nan
            return found.loss, found.metric

        result: tuple[float, float] = self.pictures["result"].get(
            self._serial, moment.update, reached, live=False
        )
        return result

    @property
    def can_branch(self) -> bool:
        """Whether there is a moment of a run to go on from."""
        return self.opened is not None or self.begun

    def branch(self, plan: Plan) -> None:
        """Go on for all the epochs of a plan from the moment that is looked at.

        If nothing but the epochs and the learning rate differs and the moment is the last one, the run goes
        on as if it had not been interrupted; else the weights are taken over and the optimiser starts afresh.

        Raises
        ------
        InputError
            If the weights do not fit the plan; then nothing has changed.
        """
        moment = self.snapshot
        run = self.saved() if self.opened is None else self.opened
        plan = _split_like(plan, run.plan)
        if _drawn_by(plan) != _drawn_by(run.plan):
            theirs = run.plan.task.sizes
            sizes = " and ".join(f"“{size.words}”" for size in _deciding(plan) if size in theirs)
            alike = f", with the same {sizes}" if sizes else ""
            raise InputError(
                f"the data and the seed must be those of the run that goes on{alike}: others hold other "
                "examples back, and this run has learned some of them"
            )
        latest = moment.update == run.snapshots[-1].update
        # With the best weights taken back, the optimiser remembers others, and patience is at its end.
        returned = run.state == "finished" and run.plan.patience > 0
        exact = run.last if latest and not returned and _alike(plan, run.plan) else None
        if exact is not None:
            plan = _longer(plan, exact)
        words = f"{run.name} after update {moment.update}"
        self.begin(plan, Origin(words, _fitting(plan, moment.params, run.plan), moment.update, exact))

    def begin_with(self, params: Mapping[str, np.ndarray], plan: Plan, words: str) -> None:
        """Prepare a run of a plan with weights that came back from Explore."""
        self.begin(plan, Origin(words, _fitting(plan, params, plan)))

    def look_at(self, name: str | None = None) -> None:
        """Look at a kept run, or at the one of the moment."""
        self.opened = next((run for run in self.kept if run.name == name), None)
        self.at = None
        self._serial += 1

    def shares_a_scale(self, plan: Plan) -> bool:
        """Return whether a run learned from the same examples as the one that is looked at."""
        return _same_examples(self.plan.source, plan.source)

    def draws(self, name: str, plan: Plan) -> bool:
        """Return whether the curves show a run: that looked at, that under way, or a kept one as ticked."""
        if name == self.shown_name:
            return True
        return self.shares_a_scale(plan) and (name == self.name or name in self.overlaid)

    def told(self, shows_the_moment: bool) -> None:
        """Take note of which moment the tabs below were drawn for, if the open one shows it."""
        self._told = (self._serial, self.snapshot.update) if shows_the_moment else None
        self._told_at = monotonic()

    @property
    def tabs_are_late(self) -> bool:
        """Whether the open tab shows another moment than everything else; while live, for a second."""
        late = self._told is not None and self._told != (self._serial, self.snapshot.update)
        return late and (not self.live or monotonic() - self._told_at > _LATE)

    def watch(self, name: str) -> None:
        """Watch an example; the name tells it from the others of the task."""
        self.watched = f"{self.plan.source.task}: {name}"

    def add(self, run: SavedRun) -> SavedRun:
        """Keep a run that was loaded, under a name that nobody has, and look at it."""
        run = replace(run, name=self._free(run.name))
        self._keep(run)
        self.look_at(run.name)
        return run

    def rename(self, old: str, new: str) -> str:
        """Give a run another name; return the one it got, as no two may have the same."""
        new = " ".join(new.split())[:40]
        if not new or new == old or old not in {self.name, *(run.name for run in self.kept)}:
            return old
        new = self._free(new)
        if old == self.name:
            self.name = new
        self.kept = [replace(run, name=new) if run.name == old else run for run in self.kept]
        if self.opened is not None and self.opened.name == old:
            self.opened = next(run for run in self.kept if run.name == new)
        self.overlaid = frozenset(new if name == old else name for name in self.overlaid)
        return new

    def remove(self, name: str) -> None:
        """Forget a kept run."""
        self.kept = [run for run in self.kept if run.name != name]
        self.overlaid -= {name}
        if self.opened is not None and self.opened.name == name:
            self.look_at()

    def saved(self) -> SavedRun:
        """Return the run of the moment as it is now, to be kept or written to a file."""
        return self.worker.saved(self.name)

    @property
    def nbytes(self) -> int:
        """What the runs take after `release_memory`, without data: an estimate that is rather too large."""
        return self.worker.trainer.nbytes + sum(run.nbytes for run in self.kept)

    def release_memory(self) -> None:
        """Give back what is made again when somebody looks."""
        self.pictures = _pictures()
        self.worker.release_memory()

    def reduce(self, most_bytes: int) -> None:
        """Let the moments of each run take so many bytes at most; the first and the last one stay."""
        opened, self.at = self.opened, None
        self.kept = [replace(run, snapshots=thinned(run.snapshots, most_bytes)) for run in self.kept]
        if opened is not None:
            self.opened = next(run for run in self.kept if run.name == opened.name)
        self.worker.release_memory(most_bytes, timeout=_PATIENCE)

    def copy(self) -> Runs:
        """Return another one with the same runs; that of the moment, if it has begun, is a kept one there."""
        made = Runs(self.worker.trainer.asked)
        made.kept, made.overlaid = list(self.kept), self.overlaid
        if self.begun:
            made._keep(self.saved())
        made._count = self._count + self.begun
        made.name = made._new_name()
        made.look_at(self.shown_name)
        return made

    def close(self) -> None:
        """End the thread; for a visitor who has left, and does not wait for its last update."""
        self.worker.stop("The visitor left.", wait=False)

    def _keep(self, run: SavedRun) -> None:
        self.kept.append(run)
        self.overlaid |= {run.name}
        self.dropped = ""
        if len(self.kept) > MAX_KEPT:
            self.dropped = self.kept[0].name
            self.remove(self.dropped)

    def _new_name(self) -> str:
        return self._free(f"Run {self._count}")

    def _free(self, name: str) -> str:
        """Return a name that no run has."""
        taken = {run.name for run in getattr(self, "kept", ())} | {getattr(self, "name", "")}
        number, free = 2, name
        while free in taken:
            free, number = f"{name} ({number})", number + 1
        return free


def _pictures() -> Mapping[str, Throttle[Any]]:
    """Return the places of what is drawn of a run."""
    return {
        "curves": Throttle(),
        "strips": Throttle(),
        "labels": Throttle(),
        "result": Throttle(),
        "verdict": Throttle(),
        "predictions": Throttle(rest=100),  # it runs the network over much of the data
    }


def _of_one_kind(one: Source, other: Source) -> bool:
    """Return whether two sources are of the same task, or of the same data of a visitor's own.

    What else they are built with are settings, which wait for the next run while one is under way.
    """
    return (one.task, one.own) == (other.task, other.own)


def _same_examples(one: Source, other: Source) -> bool:
    """Return whether two sources come to the same numbers, so that runs on them belong in one chart."""
    return one.task == other.task and _examples(one) == _examples(other)


_EXAMPLES: WeakKeyDictionary[Source, str] = WeakKeyDictionary()
"""What `_examples` says of a source, for as long as a run has it: every draw of the curves asks for it of
every run, and the data of those that are over may be gone."""


def _examples(source: Source) -> str:
    """Return a short name for exactly what is learned from and measured on."""
    found = _EXAMPLES.get(source)
    if found is None:
        data = Plan(source=source).data()
        # Two series can come to the same once they are scaled: unit and baselines tell them apart.
        found = _EXAMPLES[source] = digest(
            {"metric": (data.metric.name, data.metric.unit), "lines": (data.baseline, *data.references)},
            {
                f"{part}.{field.name}": array
                for part, dataset in (("train", data.train), ("validation", data.validation))
                for field in fields(dataset)
                if (array := getattr(dataset, field.name)) is not None
            },
        )
    return found


def _alike(one: Plan, other: Plan) -> bool:
    """Return whether a run of one plan can go on from a checkpoint of the other as if it had been its own."""
    return replace(one, epochs=1, learning_rate=1.0) == replace(other, epochs=1, learning_rate=1.0)


def _longer(plan: Plan, last: Checkpoint) -> Plan:
    """Return a plan with all its epochs after those that a checkpoint has behind it.

    Raises
    ------
    InputError
        If those are too many.
    """
    epochs = last.epoch + plan.epochs
    if epochs > MAX_EPOCHS:
        raise InputError(
            f"a run may have at most {MAX_EPOCHS:,} epochs, but {plan.epochs:,} after the {last.epoch:,} "
            f"that it has behind it would be {epochs:,}"
        )
    longer = replace(plan, epochs=epochs)
    longer.check_length()
    return longer


def _going_on(plan: Plan, origin: Origin, before: Plan) -> tuple[Plan, Origin]:
    """Return with what a run goes on exactly, if it can; else it takes over the weights only."""
    if origin.checkpoint is not None and _alike(plan, before):
        with suppress(InputError):  # as one run it may be too long
            return _longer(plan, origin.checkpoint), origin
    return plan, replace(origin, checkpoint=None)


def _split_like(plan: Plan, other: Plan) -> Plan:
    """Return a plan that holds a third part of its data back only if the other does.

    Weights that go on must not meet other parts: of what is held back then they may have learned some.
    """
    return replace(plan, source=replace(plan.source, test=other.source.test))


def _drawn_by(plan: Plan) -> tuple[object, ...]:
    """Return what decides which examples are learned from and which are held out."""
    source, given = plan.source, dict(plan.source.sizes)
    sizes = (given.get(size.key, size.default) for size in _deciding(plan))
    # Whether there is a third part can hang on a size that else has no say, such as the window of a series.
    return (source.task, source.own, source.seed, plan.data().test is None, *sizes)


def _deciding(plan: Plan) -> tuple[Size, ...]:
    """Return the sizes of the task that have a say in what is held out, if anything is."""
    if not plan.data().held_out:
        return ()
    return tuple(size for size in plan.task.sizes if not size.keeps_split)


def _fitting(plan: Plan, params: Mapping[str, np.ndarray], of: Plan) -> Mapping[str, np.ndarray]:
    """Return weights of one plan that fit another.

    Raises
    ------
    InputError
        If they do not.
    """
    try:
        return plan.network().check(params)
    except InputError as error:
        theirs, asked = network_words(of), network_words(plan)
        what = "the options of its cell are others now" if asked == theirs else f"the sidebar says {asked}"
        raise InputError(
            f"these weights belong to {theirs}, but {what}; set that back, or begin anew"
        ) from error
