"""A run that rests releases what it computes with, and goes on from there as if it had kept it."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from explorer.training.fair_lock import FairLock
from explorer.training.plan import Source, default_plan
from explorer.training.runs import Runs
from explorer.training.trainer import Trainer
from explorer.training.worker import Worker

CHOICES = {
    "plain": {},
    "dropout": {"dropout": 0.3, "recurrent_dropout": 0.2, "head_dropout": 0.2, "l2": 0.01},
    "rmsprop": {"optimizer": "RMSprop", "clip": "norm", "clip_limit": 0.05},
    "momentum": {"optimizer": "SGD", "momentum": 0.9, "learning_rate": 0.5},
    "early": {"patience": 2, "learning_rate": 0.3, "epochs": 60},
}


def advanced(plan, count):
    trainer = Trainer(plan)
    for _ in range(count):
        trainer.advance()
    return trainer


def to_the_end(trainer):
    while trainer.ended is None:
        trainer.advance()
    return trainer


@pytest.mark.parametrize("after", [0, 1, 6, 8])
@pytest.mark.parametrize("name", CHOICES)
def test_run_that_released_its_memory_has_the_numbers_of_one_that_did_not(tiny, bare, same_run, name, after):
    plan = tiny(**CHOICES[name])
    trainer = advanced(plan, after)
    trainer.release_memory()
    trainer.release_memory()
    assert (trainer.update, trainer.ended) == (after, None)
    same_run(to_the_end(trainer), bare(plan))


def test_run_releases_its_memory_while_it_is_running(tiny, bare, same_run, until, ended):
    plan = tiny(epochs=300)
    worker = Worker(plan, turns=FairLock())
    worker.pace = 500.0
    worker.run()
    for count in (5, 20, 50):
        until(lambda count=count: len(worker.trainer.history()) > count)
        worker.release_memory()
    worker.pace = float("inf")
    ended()
    assert worker.state == "finished"
    same_run(worker, bare(plan))


def test_worker_publishes_where_it_stands_when_it_releases_its_memory(tiny, same_weights):
    worker = Worker(tiny(), turns=FairLock())
    for _ in range(3):
        worker.step()
    before = worker.now
    worker.release_memory(0)
    assert (worker.now.update, worker.state) == (3, "paused")
    same_weights(worker.now.params, before.params)
    assert [snapshot.update for snapshot in worker.trainer.snapshots] == [0, 3]


def test_what_a_run_says_stays_when_it_releases_its_memory(tiny, same_weights):
    trainer = advanced(tiny(epochs=100), 117)
    before = trainer.snapshot(), trainer.snapshots, len(trainer.history()), trainer.checkpoint()
    assert before[1][-1].update < 117
    trainer.release_memory()
    assert (trainer.update, trainer.snapshots, len(trainer.history())) == (117, before[1], before[2])
    same_weights(trainer.snapshot().params, before[0].params)
    same_weights(trainer.checkpoint().params, before[3].params)
    assert trainer.saved("x").snapshots[-1].update == 117


@pytest.mark.parametrize("end", ["finish", "stop"])
def test_run_that_is_over_can_release_its_memory(tiny, same_weights, end):
    trainer = advanced(tiny(), 24 if end == "finish" else 7)
    if end == "stop":
        trainer.conclude("stopped", "")
    before = trainer.saved("x")
    trainer.release_memory()
    after = trainer.saved("x")
    assert (after.state, after.last.update) == (before.state, before.last.update)
    same_weights(after.snapshots[-1].params, before.snapshots[-1].params)


def test_run_that_released_its_memory_is_measured_when_it_is_concluded(tiny):
    trainer = advanced(tiny(epochs=100), 13)
    trainer.release_memory()
    trainer.conclude("stopped", "")
    assert (trainer.snapshots[-1].update, trainer.history().measured[-1]) == (13, 13)
    assert trainer.ended == "stopped"


def test_run_that_released_its_memory_and_runs_away_keeps_its_last_good_weights(tiny, same_weights):
    trainer = advanced(tiny("adding", epochs=20), 5)
    good = trainer.snapshot()
    trainer.release_memory()
    trainer.learning_rate = 1e200
    to_the_end(trainer)
    assert (trainer.ended, trainer.update) == ("failed", 5)
    same_weights(trainer.snapshot().params, good.params)
    same_weights(trainer.snapshots[-1].params, good.params)


def test_snapshots_are_thinned_to_what_is_asked_for_and_keep_their_ends(tiny):
    trainer = advanced(tiny(epochs=100), 117)
    before = trainer.snapshots
    each = before[0].nbytes
    trainer.release_memory(10 * each)
    assert len(trainer.snapshots) == 10
    assert (trainer.snapshots[0], trainer.snapshots[-1]) == (before[0], before[-1])
    assert set(trainer.snapshots) < set(before)
    trainer.release_memory(0)
    assert trainer.snapshots == (before[0], before[-1])


@pytest.mark.parametrize("task", ["sentiment", "characters", "adding", "copy", "forecasting"])
def test_run_that_released_its_memory_takes_what_it_says_and_little_more(task):
    plan = default_plan(Source(task=task))
    plan = replace(plan, hidden_sizes=(max(plan.hidden_sizes[0], 16),))  # enough to be seen beside the rest
    for _ in range(2):  # what is made once for all runs does not count
        advanced(plan, 2).saved("x")
    tracemalloc.start()
    try:
        held = Runs(plan)
        for _ in range(40):
            held.worker.step()
        before = tracemalloc.get_traced_memory()[0]
        held.release_memory()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after < held.nbytes + 100_000
    assert after < before / 3


def test_studio_that_is_reduced_keeps_every_run_and_where_it_begins_and_ends(tiny, same_weights):
    held = Runs(tiny(epochs=100))
    for _ in range(60):
        held.worker.step()
    held.begin(tiny())
    for _ in range(24):
        held.worker.step()
    held.look_at("Run 1")
    held.at, kept, worker = 7, held.opened, held.worker.trainer.snapshots
    before = held.nbytes
    held.reduce(3 * kept.snapshots[0].nbytes)
    assert held.opened is held.kept[0]
    assert (held.shown_name, held.at) == ("Run 1", None)
    assert [moment.update for moment in held.snapshots] == [0, *(held.snapshots[1].update,), 60]
    assert held.snapshots[0] is kept.snapshots[0]
    left = held.worker.trainer.snapshots
    assert [snapshot.update for snapshot in left] == [0, left[1].update, 24]
    assert left[-1] is worker[-1]
    assert held.nbytes < before
    assert replace(kept, snapshots=()).history is held.kept[0].history
