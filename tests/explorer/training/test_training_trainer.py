"""A run without a thread: its numbers are those of the bare loop, and what it keeps is what it ended with."""

from __future__ import annotations

import gc
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from weakref import ref

import numpy as np
import pytest

from explorer.training.fair_lock import FairLock
from explorer.training.limits import MAX_HISTORY_BYTES
from explorer.training.trainer import Origin, Trainer, run
from explorer.training.worker import Worker
from lstm_core import InputError, evaluate


def advanced(plan, count, origin=None):
    trainer = Trainer(plan, origin)
    for _ in range(count):
        trainer.advance()
    return trainer


def to_the_end(trainer):
    while trainer.ended is None:
        trainer.advance()
    return trainer


CHOICES = {
    "plain": {},
    "dropout": {"dropout": 0.3, "recurrent_dropout": 0.2, "head_dropout": 0.2, "l2": 0.01},
    "early": {"patience": 2, "learning_rate": 0.3, "epochs": 60},
    "patient": {"patience": 50, "learning_rate": 0.3, "epochs": 11, "batch_size": 3},
    "momentum": {
        "optimizer": "SGD",
        "momentum": 0.9,
        "learning_rate": 0.5,
        "clip": "norm",
        "clip_limit": 0.05,
    },
    "two layers": {"hidden_sizes": (3, 2), "bidirectional": True, "forget_bias": -1.0, "epochs": 25},
}


# ---- the numbers


@pytest.mark.parametrize("name", CHOICES)
def test_run_has_the_numbers_of_the_bare_loop(tiny, bare, same_run, same_weights, name):
    plan = tiny(**CHOICES[name])
    expected = bare(plan)
    trainer = to_the_end(Trainer(plan))
    assert trainer.ended == "finished"
    end = trainer.snapshots[-1]
    if trainer.history().measured[-1] != expected.measured[-1]:
        assert plan.updates % plan.measure_every  # then the end is measured apart
        history, data = trainer.history(), trainer.data
        result = evaluate(trainer.network, end.params, data.validation, loss=data.recipe.loss)
        assert history.validation_loss[-1] == pytest.approx(result.loss, rel=1e-12)
        expected.measured.append(plan.updates)
        expected.validation_loss.append(history.validation_loss[-1])
        expected.metric.append(history.metric[-1])
    same_run(trainer, expected)
    same_weights(end.params, expected.params[-1])
    assert (trainer.restored is None) is (expected.restored is None)


def test_first_weights_are_measured_and_kept_before_the_first_update(tiny, bare):
    plan = tiny()
    trainer, expected = Trainer(plan), bare(plan)
    history = trainer.history()
    assert len(history) == 0
    assert history.measured.tolist() == [0]
    assert history.validation_loss.tolist() == expected.validation_loss[:1]
    assert history.metric.tolist() == expected.metric[:1]
    assert [snapshot.update for snapshot in trainer.snapshots] == [0]


def test_a_new_run_of_the_plan_begins_with_the_same_weights(tiny, same_weights):
    plan = tiny()
    trainer = advanced(plan, 5)
    same_weights(Trainer(plan).snapshot().params, trainer.snapshots[0].params)


def test_learning_rate_that_changed_has_the_numbers_of_a_bare_run_with_that_schedule(tiny, bare, same_run):
    plan = tiny(learning_rate=0.1)
    trainer = advanced(plan, 7)
    trainer.learning_rate = 0.01
    to_the_end(trainer)
    same_run(trainer, bare(plan, learning_rate=lambda update: 0.1 if update <= 7 else 0.01))


def test_seconds_are_those_that_its_own_updates_kept_the_processor_busy(tiny, clock):
    trainer = Trainer(tiny(), cost=clock)
    steps = trainer._steps
    trainer._steps = (clock.rest(0.25) or step for step in steps)
    while trainer.ended is None:
        trainer.advance()
        clock.rest(100.0)
    assert trainer.seconds == pytest.approx(24 * 0.2501)
    assert trainer.saved("Run").seconds == trainer.seconds


# ---- snapshots


def test_snapshots_go_from_the_first_weights_to_the_end_with_the_weights_of_their_update(
    tiny, bare, same_weights
):
    plan = tiny(epochs=60)
    trainer, expected = to_the_end(Trainer(plan)), bare(plan)
    updates = [snapshot.update for snapshot in trainer.snapshots]
    assert (updates[0], updates[-1]) == (0, 240)
    assert all(sooner < later for sooner, later in pairwise(updates))
    for snapshot in trainer.snapshots:
        same_weights(snapshot.params, expected.params[snapshot.update])
        assert snapshot.epoch == -(-snapshot.update // 4)


def test_snapshot_does_not_change_with_the_run(tiny, same_weights, bare):
    plan = tiny()
    trainer, taken = Trainer(plan), []
    for _ in range(10):
        taken.append(trainer.snapshot())
        trainer.advance()
    expected = bare(plan)
    for update, snapshot in enumerate(taken):
        assert snapshot.update == update
        same_weights(snapshot.params, expected.params[update])


# ---- how it ends


def test_early_stopping_ends_with_the_best_weights(tiny, bare, same_weights):
    plan = tiny(**CHOICES["early"])
    expected = bare(plan)
    made = len(expected.loss)
    best = int(np.argmin(expected.validation_loss[1:])) + 1
    assert made < plan.updates
    assert expected.measured[best] < made
    trainer = to_the_end(Trainer(plan))
    assert (trainer.ended, len(trainer.history())) == ("finished", made)
    assert "stopped early" in trainer.reason
    assert trainer.restored.update == expected.measured[best]
    assert trainer.restored.loss == expected.validation_loss[best]
    assert trainer.restored.metric == expected.metric[best]
    for snapshot in (trainer.snapshot(), trainer.snapshots[-1]):
        assert snapshot.update == made
        same_weights(snapshot.params, expected.params[expected.measured[best]])


def test_run_that_is_concluded_keeps_and_measures_what_it_learned(tiny, bare, same_weights):
    plan = tiny(epochs=100)
    trainer = advanced(plan, 117)
    assert trainer.snapshots[-1].update < 117
    trainer.conclude("stopped", "Why not?")
    assert (trainer.ended, trainer.reason) == ("stopped", "Why not?")
    history, end = trainer.history(), trainer.snapshots[-1]
    assert end.update == history.measured[-1] == trainer.update == 117
    same_weights(end.params, bare(plan).params[117])
    loss = evaluate(trainer.network, end.params, trainer.data.validation, loss=trainer.data.recipe.loss).loss
    assert history.validation_loss[-1] == pytest.approx(loss, rel=1e-12)


def test_run_that_is_concluded_before_the_first_update_keeps_the_first_weights(tiny):
    trainer = Trainer(tiny())
    steps = ref(trainer._steps)
    trainer.conclude("stopped", "No.")
    assert steps() is None
    assert [snapshot.update for snapshot in trainer.snapshots] == [0]
    assert trainer.history().measured.tolist() == [0]
    assert (trainer.ended, trainer.update, trainer.checkpoint()) == ("stopped", 0, None)


@pytest.fixture
def runaway(tiny):
    """A run whose fifth update was its last good one: the sixth leaves finite weights that are too large."""
    trainer = advanced(tiny("adding", epochs=20), 5)
    trainer.learning_rate = 1e200
    return trainer


def test_diverged_run_has_failed_with_its_last_good_weights(same_weights, runaway):
    before = runaway.snapshot()
    runaway.advance()
    assert (runaway.ended, runaway.update) == (None, 6)
    runaway.advance()
    assert runaway.ended == "failed"
    assert "smaller learning rate" in runaway.reason
    assert [snapshot.update for snapshot in runaway.snapshots] == [0, 1, 2, 3, 4, 5]
    assert runaway.update == runaway.checkpoint().update == 5
    for snapshot in (runaway.snapshot(), runaway.snapshots[-1], runaway.checkpoint()):
        same_weights(snapshot.params, before.params)


def test_run_that_diverges_between_two_snapshots_ends_with_one_of_its_last_good_weights(tiny, same_weights):
    trainer = advanced(tiny("adding", epochs=100), 117)
    assert trainer.snapshots[-1].update < 117
    before = trainer.snapshot()
    trainer.learning_rate = 1e200
    to_the_end(trainer)
    assert (trainer.ended, trainer.snapshots[-1].update) == ("failed", 117)
    same_weights(trainer.snapshots[-1].params, before.params)


def test_a_run_that_diverges_at_once_keeps_the_first_weights(tiny, same_weights):
    trainer = Trainer(tiny("adding", epochs=3))
    first = trainer.snapshot()
    trainer.learning_rate = 1e200
    trainer.advance()
    trainer.advance()
    assert trainer.ended == "failed"
    assert [snapshot.update for snapshot in trainer.snapshots] == [0]
    same_weights(trainer.snapshot().params, first.params)


def test_run_that_is_concluded_with_weights_that_cannot_be_measured_has_failed(runaway, same_weights):
    before = runaway.snapshot()
    runaway.advance()
    runaway.conclude("stopped", "")
    assert runaway.ended == "failed"
    assert runaway.reason
    assert runaway.update == runaway.snapshots[-1].update == 5
    same_weights(runaway.snapshot().params, before.params)
    assert runaway.checkpoint() is None


def test_a_failed_run_goes_on_with_a_smaller_learning_rate_from_where_it_was_good(
    runaway, bare, same_weights
):
    last = to_the_end(runaway).checkpoint()
    plan = replace(runaway.plan, learning_rate=0.001)
    trainer = to_the_end(Trainer(plan, Origin("Run 1", last.params, 5, last)))
    assert trainer.ended == "finished"
    assert trainer.history().update.tolist() == list(range(6, plan.updates + 1))
    rate = runaway.plan.learning_rate
    expected = bare(plan, learning_rate=lambda update: rate if update <= 5 else 0.001)
    assert trainer.history().loss.tolist() == expected.loss[5:]
    same_weights(trainer.snapshot().params, expected.params[-1])


def test_what_an_update_raises_leaves_the_run_where_it_stood(tiny, bare, same_weights):
    plan = tiny()
    trainer = advanced(plan, 3)
    trainer.learning_rate = float("nan")
    with pytest.raises(InputError, match="learning_rate"):
        trainer.advance()
    assert (trainer.ended, trainer.update, len(trainer.history())) == (None, 3, 3)
    trainer.break_off("Why?")
    assert (trainer.ended, trainer.reason) == ("failed", "Why?")
    same_weights(trainer.checkpoint().params, bare(plan).params[3])


# ---- what is released


def stop(trainer):
    trainer.conclude("stopped", "")


def diverge(trainer):
    trainer.learning_rate = 1e300
    assert to_the_end(trainer).ended == "failed"


def break_off(trainer):
    trainer.learning_rate = float("nan")
    with pytest.raises(InputError):
        trainer.advance()
    trainer.break_off("")


@pytest.mark.parametrize("end", [to_the_end, stop, diverge, break_off])
def test_run_that_is_over_releases_what_it_computed_with(tiny, same_weights, end):
    trainer = advanced(tiny("adding"), 3)
    engine = ref(trainer._last._source)
    end(trainer)
    gc.collect()
    assert engine() is None
    assert trainer.history().loss.base.nbytes == 8 * len(trainer.history())
    same_weights(trainer.snapshot().params, trainer.snapshots[-1].params)
    same_weights(trainer.snapshot().params, trainer.checkpoint().params)
    saved = trainer.saved("Run 1")
    assert saved.snapshots[-1].update == saved.last.update == trainer.update


def test_run_that_nobody_holds_goes_without_the_collector(tiny):
    trainer = advanced(tiny(), 3)
    gone = ref(trainer)
    gc.disable()
    try:
        del trainer
        assert gone() is None
    finally:
        gc.enable()


def test_long_history_is_thinned_when_the_run_is_saved(tiny):
    trainer = advanced(tiny(), 3)
    for update in range(4, 150_001):
        trainer._log.updated(update=update, loss=1.0, gradient_norm=1.0, clipped=0, learning_rate=0.1)
    saved = trainer.saved("Run 1").history
    assert saved.nbytes <= MAX_HISTORY_BYTES
    assert (len(trainer.history()), saved.update[-1]) == (150_000, 150_000)
    assert all(getattr(saved, name).base.nbytes < 2e6 for name in ("update", "loss"))


# ---- where a run begins


def test_fork_counts_on_from_its_origin_and_begins_with_its_weights(tiny, bare, same_run, same_weights):
    plan, origin = tiny(learning_rate=0.05), advanced(tiny(), 9).snapshot()
    trainer = Trainer(plan, Origin("Run 1 after update 9", origin.params, origin.update))
    assert (trainer.offset, trainer.first, trainer.total) == (9, 9, 33)
    assert trainer.history().measured.tolist() == [9]
    same_weights(trainer.snapshots[0].params, origin.params)
    to_the_end(trainer)
    assert [trainer.snapshots[0].update, trainer.snapshots[-1].update] == [9, 33]
    same_run(trainer, bare(plan, params=origin.params))


@pytest.mark.parametrize("offset", [0, 100])
@pytest.mark.parametrize("after", [1, 4, 10, 23])
def test_resumed_run_has_the_numbers_of_one_that_was_never_interrupted(
    tiny, bare, same_weights, after, offset
):
    plan = tiny(dropout=0.2, optimizer="RMSprop")
    last = advanced(plan, after).checkpoint()
    trainer = Trainer(plan, Origin("Run 1", last.params, offset + after, last))
    assert trainer.checkpoint() is last
    assert (trainer.offset, trainer.total) == (offset, offset + 24)
    assert (trainer.update, trainer.snapshot().epoch) == (offset + after, -(-after // 4))
    to_the_end(trainer)
    expected, history = bare(plan), trainer.history()
    assert history.update.tolist() == list(range(offset + after + 1, offset + 25))
    assert history.loss.tolist() == expected.loss[after:]
    assert history.measured.tolist() == list(range(offset + after, offset + 25))
    assert history.validation_loss[1:].tolist() == expected.validation_loss[after + 1 :]
    assert history.validation_loss[0] == pytest.approx(expected.validation_loss[after], rel=1e-12)
    updates = [snapshot.update - offset for snapshot in trainer.snapshots]
    assert updates == list(range(after, 25))
    for snapshot in trainer.snapshots:
        same_weights(snapshot.params, expected.params[snapshot.update - offset])


def test_checkpoint_is_there_from_the_first_update_to_after_the_end(tiny):
    trainer = Trainer(tiny())
    assert trainer.checkpoint() is None
    trainer.advance()
    assert trainer.checkpoint().update == 1
    assert to_the_end(trainer).checkpoint().update == 24


@pytest.mark.parametrize(
    "wrong",
    [{"learning_rate": -1.0}, {"patience": -1}, {"epochs": 0}, {"clip": "norm", "clip_limit": 0.0}],
)
def test_plan_that_cannot_be_run_is_refused(tiny, wrong):
    with pytest.raises(InputError):
        Trainer(tiny(**wrong))


def test_weights_that_give_no_finite_loss_are_refused(tiny):
    plan = tiny("adding")
    first = Trainer(plan).snapshot().params
    huge = {name: np.full_like(array, 1e200) for name, array in first.items()}
    with pytest.raises(InputError, match="inf"):
        Trainer(plan, Origin("a file", huge))


def test_weights_of_another_network_are_refused(tiny):
    with pytest.raises(InputError):
        Trainer(tiny(hidden_sizes=(5,)), Origin("Run 1", Trainer(tiny()).snapshot().params))


# ---- what is kept of it


def test_saved_run_ends_with_the_weights_that_its_checkpoint_has(tiny, same_weights):
    trainer = advanced(tiny(epochs=100), 117)
    assert trainer.snapshots[-1].update < 117
    saved = trainer.saved("Mine")
    assert (saved.name, saved.parent, saved.state) == ("Mine", "", "paused")
    assert (saved.snapshots[0].update, saved.snapshots[-1].update) == (0, 117)
    same_weights(saved.snapshots[-1].params, saved.last.params)
    assert len(saved.history) == 117


# ---- a plan from its beginning to its end


def same_saved(one, other, same_weights):
    """Whether two runs are the same but for the time they took, bit for bit."""
    for name in ("plan", "state", "reason", "parent", "had"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("update", "loss", "gradient_norm", "clipped", "learning_rate"):
        assert getattr(one.history, name).tolist() == getattr(other.history, name).tolist(), name
    for name in ("measured", "validation_loss", "metric"):
        assert getattr(one.history, name).tolist() == getattr(other.history, name).tolist(), name
    assert [each.update for each in one.snapshots] == [each.update for each in other.snapshots]
    for mine, theirs in zip(one.snapshots, other.snapshots, strict=True):
        same_weights(mine.params, theirs.params)
    assert one.last.rng_state == other.last.rng_state
    assert one.last.order.tolist() == other.last.order.tolist()
    same_weights(one.last.params, other.last.params)
    for mine, theirs in zip(one.last.optimizer.moments, other.last.optimizer.moments, strict=True):
        assert np.array_equal(mine, theirs)


# Slow: a process of its own imports everything again.
def test_plan_run_in_another_process_is_the_run_of_a_worker(tiny, same_weights):
    plans = [
        tiny(dropout=0.2, patience=3, epochs=30),
        tiny("adding", learning_rate=1e200),
        tiny("adding", batch_size=10**9, hidden_sizes=(10**6,)),
    ]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        finished, failed, refused = (pool.submit(run, plan, "Mine") for plan in plans)
        found = finished.result()
        assert failed.result().state == "failed"
        assert "smaller learning rate" in failed.result().reason
        with pytest.raises(InputError):
            refused.result()
    assert (found.name, found.state) == ("Mine", "finished")
    assert not found.history.loss.flags.writeable
    assert not found.snapshots[-1].params["head.kernel"].flags.writeable
    for plan, there in zip(plans, (found, failed.result()), strict=False):
        worker = Worker(plan, turns=FairLock())
        while not worker.over:
            worker.step()
        same_saved(there, worker.saved("Mine"), same_weights)


def test_plan_that_runs_away_comes_back_as_a_failed_run(tiny):
    found = run(tiny("adding", learning_rate=1e200))
    assert (found.state, found.snapshots[-1].update, found.last.update) == ("failed", 0, 0)
    assert "smaller learning rate" in found.reason
    assert found.plan == tiny("adding", learning_rate=1e200)


def test_same_seed_gives_the_same_run_and_another_one_another(tiny, same_weights):
    one, same = (run(tiny("adding", dropout=0.2, seed=3)) for _ in range(2))
    same_saved(one, same, same_weights)
    assert one.history.loss[0] != run(tiny("adding", dropout=0.2, seed=4)).history.loss[0]


def test_saved_run_that_was_pickled_is_as_it_was(tiny, same_weights):
    saved = run(tiny(patience=2, learning_rate=0.3, epochs=60), "Mine")
    again = pickle.loads(pickle.dumps(saved))
    assert (again.name, again.seconds) == ("Mine", saved.seconds)
    same_saved(again, saved, same_weights)
    assert Trainer(again.plan, Origin("x", again.last.params, 0)).snapshot().update == 0
