"""A run that rests gives back what it computes with, and goes on from there as if it had kept it."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from explorer.training.plan import Source, default_plan
from explorer.training.studio import Studio
from explorer.training.turns import Turns
from explorer.training.worker import Worker

CHOICES = {
    "plain": {},
    "dropout": {"dropout": 0.3, "recurrent_dropout": 0.2, "head_dropout": 0.2, "l2": 0.01},
    "rmsprop": {"optimizer": "RMSprop", "clip": "norm", "clip_limit": 0.05},
    "momentum": {"optimizer": "SGD", "momentum": 0.9, "learning_rate": 0.5},
    "early": {"patience": 2, "learning_rate": 0.3, "epochs": 60},
}


def stepped(plan, count, origin=None):
    worker = Worker(plan, origin, Turns())
    for _ in range(count):
        worker.step()
    return worker


def to_the_end(worker):
    while not worker.over:
        worker.step()
    return worker


@pytest.mark.parametrize("after", [0, 1, 6, 8])
@pytest.mark.parametrize("name", CHOICES)
def test_run_that_let_go_has_the_numbers_of_one_that_did_not(tiny, bare, same_run, name, after):
    plan = tiny(**CHOICES[name])
    worker = stepped(plan, after)
    worker.let_go()
    worker.let_go()
    assert (worker.now.update, worker.state) == (after, "paused" if after else "ready")
    same_run(to_the_end(worker), bare(plan))


def test_run_lets_go_while_it_is_running(tiny, bare, same_run, until, ended):
    plan = tiny(epochs=300)
    worker = Worker(plan, turns=Turns())
    worker.pace = 500.0
    worker.run()
    for count in (5, 20, 50):
        until(lambda count=count: len(worker.history()) > count)
        worker.let_go()
    worker.pace = float("inf")
    ended()
    assert worker.state == "finished"
    same_run(worker, bare(plan))


def test_what_a_page_reads_stays_when_a_run_lets_go(tiny, same_weights):
    worker = stepped(tiny(epochs=100), 117)
    before = worker.now, worker.moments, len(worker.history()), worker.checkpoint()
    assert before[1][-1].update < 117
    worker.let_go()
    assert (worker.now.update, worker.moments, len(worker.history())) == (117, before[1], before[2])
    same_weights(worker.now.params, before[0].params)
    same_weights(worker.checkpoint().params, before[3].params)
    assert worker.saved("x").moments[-1].update == 117


@pytest.mark.parametrize("end", ["finish", "stop"])
def test_run_that_is_over_can_let_go(tiny, same_weights, end):
    worker = stepped(tiny(), 24 if end == "finish" else 7)
    worker.stop()
    before = worker.saved("x")
    worker.let_go()
    after = worker.saved("x")
    assert (after.state, after.last.update) == (before.state, before.last.update)
    same_weights(after.moments[-1].params, before.moments[-1].params)


def test_run_that_let_go_is_measured_when_it_is_stopped(tiny, bare):
    worker = stepped(tiny(epochs=100), 13)
    worker.let_go()
    worker.stop()
    assert (worker.moments[-1].update, worker.history().measured[-1]) == (13, 13)
    assert worker.state == "stopped"


def test_run_that_let_go_and_runs_away_keeps_its_last_good_weights(tiny, same_weights):
    worker = stepped(tiny("adding", epochs=20), 5)
    good = worker.now
    worker.let_go()
    worker.learning_rate = 1e200
    to_the_end(worker)
    assert (worker.state, worker.now.update) == ("failed", 5)
    same_weights(worker.now.params, good.params)
    same_weights(worker.moments[-1].params, good.params)


def test_moments_are_thinned_to_what_is_asked_for_and_keep_their_ends(tiny):
    worker = stepped(tiny(epochs=100), 117)
    before = worker.moments
    each = before[0].nbytes
    worker.let_go(10 * each)
    assert len(worker.moments) == 10
    assert (worker.moments[0], worker.moments[-1]) == (before[0], before[-1])
    assert set(worker.moments) < set(before)
    worker.let_go(0)
    assert worker.moments == (before[0], before[-1])


@pytest.mark.parametrize("task", ["sentiment", "characters", "adding", "copy", "forecasting"])
def test_run_that_let_go_takes_what_it_says_and_little_more(task):
    plan = default_plan(Source(task=task))
    plan = replace(plan, hidden_sizes=(max(plan.hidden_sizes[0], 16),))  # enough to be seen beside the rest
    for _ in range(2):  # what is made once for all runs does not count
        stepped(plan, 2).saved("x")
    tracemalloc.start()
    try:
        held = Studio(plan)
        for _ in range(40):
            held.worker.step()
        before = tracemalloc.get_traced_memory()[0]
        held.let_go()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after < held.nbytes + 100_000
    assert after < before / 3


def test_studio_that_is_reduced_keeps_every_run_and_where_it_begins_and_ends(tiny, same_weights):
    held = Studio(tiny(epochs=100))
    for _ in range(60):
        held.worker.step()
    held.begin(tiny())
    for _ in range(24):
        held.worker.step()
    held.look_at("Run 1")
    held.at, kept, worker = 7, held.opened, held.worker.moments
    before = held.nbytes
    held.reduce(3 * kept.moments[0].nbytes)
    assert held.opened is held.kept[0]
    assert (held.shown_name, held.at) == ("Run 1", None)
    assert [moment.update for moment in held.moments] == [0, *(held.moments[1].update,), 60]
    assert held.moments[0] is kept.moments[0]
    assert [moment.update for moment in held.worker.moments] == [0, held.worker.moments[1].update, 24]
    assert held.worker.moments[-1] is worker[-1]
    assert held.nbytes < before
    assert replace(kept, moments=()).history is held.kept[0].history
