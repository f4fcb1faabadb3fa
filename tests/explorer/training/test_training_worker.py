"""A run in a thread of its own: whatever is done to it, its numbers are those of the bare loop."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from itertools import pairwise
from weakref import ref

import numpy as np
import pytest

from explorer.training.limits import MAX_HISTORY_BYTES
from explorer.training.turns import Turns
from explorer.training.worker import PATIENCE, Origin, Worker
from lstm_core import DivergedError, InputError, evaluate


class Rests:
    """Waits on a clock of its own, and does something at some of the waits."""

    def __init__(self, clock, **at):
        self.clock, self.count, self.spans = clock, 0, []
        self.at = {int(name[1:]): act for name, act in at.items()}

    def __call__(self, seconds):
        self.clock.rest(seconds)
        self.spans.append(seconds)
        self.count += 1
        self.at.get(self.count, lambda: None)()


def stepped(plan, count, origin=None):
    worker = Worker(plan, origin, Turns())
    for _ in range(count):
        worker.step()
    return worker


def run_through(worker, ended):
    worker.run()
    ended()
    return worker


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
def test_run_has_the_numbers_of_the_bare_loop(tiny, bare, same_run, same_weights, ended, name):
    plan = tiny(**CHOICES[name])
    expected = bare(plan)
    worker = run_through(Worker(plan), ended)
    assert worker.state == "finished"
    if worker.history().measured[-1] != expected.measured[-1]:
        assert plan.updates % plan.measure_every  # then the end is measured apart
        history, worker_end = worker.history(), worker.moments[-1]
        result = evaluate(
            worker.network, worker_end.params, worker.data.validation, loss=worker.data.recipe.loss
        )
        assert history.validation_loss[-1] == pytest.approx(result.loss, rel=1e-12)
        expected.measured.append(plan.updates)
        expected.validation_loss.append(history.validation_loss[-1])
        expected.metric.append(history.metric[-1])
    same_run(worker, expected)
    same_weights(worker.moments[-1].params, expected.params[-1])
    assert (worker.restored is None) is (expected.restored is None)


@pytest.mark.parametrize("seed", range(4))
def test_pausing_stepping_and_going_on_at_any_point_change_no_number(
    tiny, bare, same_run, ended, until, seed
):
    plan = tiny(epochs=40, dropout=0.2)
    worker, rng = Worker(plan), np.random.default_rng(seed)
    while not worker.over:
        for _ in range(rng.integers(0, 5)):
            worker.step()
        before = len(worker.history())
        worker.run()
        until(lambda before=before: worker.over or len(worker.history()) >= before + 3)
        worker.pause()
        assert worker.over or worker.state == "paused"
    ended()
    same_run(worker, bare(plan))


def test_steps_make_one_update_each_and_publish_it(tiny, bare, same_run, same_weights):
    plan = tiny(epochs=2)
    expected, worker = bare(plan), Worker(plan)
    assert (worker.state, worker.total) == ("ready", 8)
    for made in range(1, 8):
        worker.step()
        assert worker.state == "paused"
        assert len(worker.history()) == worker.now.update == made
        assert worker.now.epoch == 1 + (made - 1) // 4
        same_weights(worker.now.params, expected.params[made])
    worker.step()
    assert worker.state == "finished"
    same_run(worker, expected)
    worker.step()
    assert len(worker.history()) == 8


def test_quick_pauses_leave_one_thread_and_the_right_numbers(tiny, bare, same_run, ended, training_threads):
    plan = tiny(epochs=150)
    worker = Worker(plan, turns=Turns())
    for _ in range(200):
        worker.run()
        worker.pause()
    ended()
    worker.run()
    assert len(training_threads()) <= 1
    ended()
    assert worker.state == "finished"
    same_run(worker, bare(plan))


def test_two_runs_at_once_share_nothing(tiny, bare, same_run, ended):
    plans = [tiny(epochs=60), tiny(epochs=60), tiny(epochs=50, seed=1)]
    turns = Turns()
    workers = [Worker(plan, turns=turns) for plan in plans]
    for worker in workers:
        worker.run()
    ended()
    for worker, plan in zip(workers, plans, strict=True):
        same_run(worker, bare(plan))


def test_first_weights_are_measured_and_kept_before_the_first_update(tiny, bare):
    plan = tiny()
    worker, expected = Worker(plan), bare(plan)
    history = worker.history()
    assert len(history) == 0
    assert history.measured.tolist() == [0]
    assert history.validation_loss.tolist() == expected.validation_loss[:1]
    assert history.metric.tolist() == expected.metric[:1]
    assert [moment.update for moment in worker.moments] == [0]


def test_a_new_worker_of_the_plan_begins_with_the_same_weights(tiny, same_weights):
    plan = tiny()
    worker = stepped(plan, 5)
    same_weights(Worker(plan).now.params, worker.moments[0].params)


# ---- the learning rate


def test_learning_rate_is_that_of_the_next_update_while_running(tiny, ended, clock):
    rates = {}

    def change():
        rates[len(worker.history())] = worker.learning_rate
        worker.learning_rate /= 2

    rest = Rests(clock, _3=change, _9=change)
    worker = Worker(tiny(learning_rate=0.08), clock=clock, rest=rest)
    worker.pace = 10.0
    run_through(worker, ended)
    first, second = rates
    assert 0 < first < second < 24
    expected = [0.08] * first + [0.04] * (second - first) + [0.02] * (24 - second)
    assert worker.history().learning_rate.tolist() == expected


def test_learning_rate_that_changed_has_the_numbers_of_a_bare_run_with_that_schedule(
    tiny, bare, same_run, ended
):
    plan = tiny(learning_rate=0.1)
    worker = stepped(plan, 7)
    worker.learning_rate = 0.01
    run_through(worker, ended)
    same_run(worker, bare(plan, learning_rate=lambda update: 0.1 if update <= 7 else 0.01))


# ---- pace, speed, seconds


def test_pace_is_kept_on_average_and_without_bursts(tiny, bare, same_run, ended, clock):
    rest = Rests(clock)
    plan = tiny(epochs=5)
    worker = Worker(plan, clock=clock, rest=rest)
    worker.pace = 8.0
    run_through(worker, ended)
    assert 19 / 8 - 0.01 <= clock.now - 100 <= 20 / 8 + 0.2
    assert max(rest.spans) <= 0.1
    same_run(worker, bare(plan))


def test_a_delay_is_not_made_up_for_in_one_jump(tiny, ended, clock):
    counts = []
    worker = Worker(tiny(), clock=clock, rest=lambda seconds: (clock.rest(1.5), counts.append(made())))
    worker.pace, made = 5.0, lambda: len(worker.history())
    worker.look = lambda: None
    while not worker.over:
        worker.run()
        ended()
    assert all(later - sooner <= 1 for sooner, later in pairwise(counts))
    assert counts[-1] >= 20


def test_pace_can_be_let_go_and_taken_up_while_running(tiny, ended, clock):
    clock.tick = 0.001
    seen = []

    def slow():
        seen.append(len(worker.history()))

    def fast():
        seen.append(len(worker.history()))
        worker.pace = float("inf")

    rest = Rests(clock, _2=slow, _12=fast)
    worker = Worker(tiny(epochs=20), clock=clock, rest=rest)
    worker.pace = 10.0
    run_through(worker, ended)
    assert worker.state == "finished"
    assert seen[1] - seen[0] <= 11
    assert rest.count <= 13  # at full speed nobody rests


def test_speed_is_updates_by_the_clock(tiny, ended, clock):
    speeds = []
    rest = Rests(clock, **{f"_{place}": lambda: speeds.append(worker.speed) for place in range(20, 40)})
    worker = Worker(tiny(epochs=10), clock=clock, rest=rest)
    assert worker.speed == 0
    worker.pace = 10.0
    run_through(worker, ended)
    assert speeds
    assert all(9 < speed < 11 for speed in speeds)


def test_seconds_are_those_that_its_own_updates_kept_the_processor_busy(tiny, ended, clock):
    busy = type(clock)()
    worker = Worker(tiny(), clock=clock, rest=Rests(clock), cost=busy)
    steps = worker._steps
    # The clock goes on meanwhile: others share the machine.
    worker._steps = (clock.rest(3.0) or busy.rest(0.25) or step for step in steps)
    worker.pace = 2.0
    for _ in range(4):
        worker.step()
        clock.rest(100.0)
        busy.rest(100.0)
    assert worker.seconds == pytest.approx(4 * 0.2501)
    while not worker.over:
        worker.run()
        ended()
    assert worker.seconds == pytest.approx(24 * 0.2501)
    assert worker.saved("Run").seconds == worker.seconds


# ---- nobody looks


def test_run_that_nobody_looks_at_pauses_itself_and_publishes_where_it_stands(
    tiny, bare, same_run, ended, clock
):
    plan = tiny(epochs=20)
    worker = Worker(plan, clock=clock, rest=Rests(clock))
    worker.pace = 4.0
    run_through(worker, ended)
    assert worker.state == "paused"
    assert "nobody was looking" in worker.reason
    assert PATIENCE < clock.now - 100 < PATIENCE + 0.5
    made = len(worker.history())
    assert 4 * PATIENCE - 2 <= made <= 4 * PATIENCE + 2
    assert worker.now.update == made
    while not worker.over:
        run_through(worker, ended)
    same_run(worker, bare(plan))


def test_run_at_full_speed_that_nobody_looks_at_publishes_its_last_update(
    tiny, bare, same_weights, ended, clock
):
    clock.tick = 0.007
    plan = tiny(epochs=1000)
    worker = run_through(Worker(plan, clock=clock, rest=clock.rest), ended)
    made = len(worker.history())
    assert worker.state == "paused"
    assert 100 < made < plan.updates
    assert worker.now.update == made
    same_weights(worker.now.params, bare(tiny(epochs=made // 4 + 1)).params[made])


def test_run_that_somebody_looks_at_goes_on(tiny, ended, clock):
    rest = Rests(clock, **{f"_{place}": lambda: worker.look() for place in range(0, 400, 20)})
    worker = Worker(tiny(epochs=20), clock=clock, rest=rest)
    worker.pace = 4.0
    run_through(worker, ended)
    assert worker.state == "finished"
    assert clock.now - 100 > PATIENCE


def test_run_that_waited_too_long_for_its_turn_makes_no_update(tiny, ended, until, clock):
    turns = Turns()
    worker = Worker(tiny(), turns=turns, clock=clock, rest=clock.rest)
    with turns.turn():
        worker.run()
        until(lambda: turns.sharing == 2)
        clock.rest(PATIENCE + 1)
    ended()
    assert worker.state == "paused"
    assert len(worker.history()) == 0


# ---- pausing, stepping, stopping


def test_pause_while_waiting_for_a_turn_takes_effect_at_once(tiny, bare, same_run, ended, until):
    plan, turns = tiny(), Turns()
    worker = Worker(plan, turns=turns)
    with turns.turn():
        worker.run()
        until(lambda: turns.sharing == 2)
        worker.pause("For a while.")
        assert (worker.state, worker.reason) == ("paused", "For a while.")
        worker.run()
        until(lambda: turns.sharing == 3)
        assert worker.state == "running"
        assert worker.reason == ""
    ended()
    same_run(worker, bare(plan))


def test_threads_that_a_pause_left_waiting_end_when_their_turn_comes(tiny, ended, until, clock):
    at_work, turns = set(), Turns()

    def rest(seconds):
        at_work.add(threading.get_ident())
        clock.rest(seconds)

    worker = Worker(tiny(), turns=turns, clock=clock, rest=rest)
    worker.pace = 20.0
    with turns.turn():
        for count in range(5):
            worker.run()
            until(lambda count=count: turns.sharing == count + 2)
            worker.pause()
        worker.run()
    ended()
    assert worker.state == "finished"
    assert len(at_work) == 1


def test_nothing_happens_when_a_run_that_does_not_run_is_paused(tiny):
    worker = Worker(tiny())
    worker.pause("Why not?")
    assert (worker.state, worker.reason) == ("ready", "")


def test_running_twice_is_running_once(tiny, ended, training_threads, until):
    turns = Turns()
    worker = Worker(tiny(), turns=turns)
    with turns.turn():
        worker.run()
        worker.run()
        until(lambda: turns.sharing == 2)
        assert len(training_threads()) == 1
    ended()
    assert len(worker.history()) == 24


def test_step_during_a_run_is_ignored(tiny, bare, same_run, ended, clock):
    made = []

    def step():
        before = len(worker.history())
        worker.step()
        made.append(len(worker.history()) - before)

    plan = tiny()
    worker = Worker(plan, clock=clock, rest=Rests(clock, _2=step, _5=step))
    worker.pace = 10.0
    run_through(worker, ended)
    assert made == [0, 0]
    assert worker.state == "finished"
    same_run(worker, bare(plan))


def test_step_that_waits_while_the_run_is_stopped_makes_no_update(tiny, until):
    turns = Turns()
    worker = Worker(tiny(), turns=turns)
    with turns.turn():
        step = threading.Thread(target=worker.step)
        step.start()
        until(lambda: turns.sharing == 2)
        worker.stop()
    step.join(20)
    assert not step.is_alive()
    assert (worker.state, len(worker.history())) == ("stopped", 0)


def test_stop_ends_the_thread_and_keeps_and_measures_what_was_learned(tiny, bare, same_weights, ended, until):
    plan = tiny(epochs=5000)
    worker = Worker(plan)
    worker.run()
    until(lambda: len(worker.history()) > 90)
    worker.stop()
    assert (worker.state, worker.over, worker.reason) == ("stopped", True, "Stopped by hand.")
    made = len(worker.history())
    ended()
    for act in (worker.run, worker.step, worker.pause, worker.stop):
        act()
    ended()
    history = worker.history()
    assert (worker.state, len(history)) == ("stopped", made)
    assert worker.now.update == worker.moments[-1].update == history.measured[-1] == made
    expected = bare(replace(plan, epochs=made // 4 + 1))
    same_weights(worker.now.params, expected.params[made])
    loss = evaluate(
        worker.network, worker.now.params, worker.data.validation, loss=worker.data.recipe.loss
    ).loss
    assert history.validation_loss[-1] == pytest.approx(loss, rel=1e-12)


def test_stop_before_the_first_update_leaves_the_first_weights(tiny):
    worker = Worker(tiny())
    worker.stop("No.")
    assert (worker.state, worker.reason) == ("stopped", "No.")
    assert [moment.update for moment in worker.moments] == [0]
    assert worker.checkpoint() is None


def test_pause_and_stop_from_many_threads_do_not_lock_up(tiny, bare, same_run, ended):
    plan = tiny(epochs=200)
    workers = [Worker(plan, turns=turns) for turns in [Turns()] * 3]

    def worry(worker, seed):
        rng = np.random.default_rng(seed)
        acts = (worker.run, worker.pause, worker.step, worker.look)
        for act in rng.integers(0, len(acts), 60):
            acts[act]()
            worker.saved("Run")
            worker.checkpoint()

    threads = [
        threading.Thread(target=worry, args=(worker, seed), daemon=True)
        for seed, worker in enumerate(workers * 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    for worker in workers:
        worker.run()
    ended()
    for worker in workers:
        same_run(worker, bare(plan))


# ---- moments


def test_moments_go_from_the_first_weights_to_the_end_with_the_weights_of_their_update(
    tiny, bare, same_weights, ended
):
    plan = tiny(epochs=60)
    worker, expected = run_through(Worker(plan), ended), bare(plan)
    updates = [moment.update for moment in worker.moments]
    assert (updates[0], updates[-1]) == (0, 240)
    assert all(sooner < later for sooner, later in pairwise(updates))
    for moment in worker.moments:
        same_weights(moment.params, expected.params[moment.update])
        assert moment.epoch == -(-moment.update // 4)


def test_what_is_published_does_not_change_with_the_run(tiny, same_weights, bare):
    plan = tiny()
    worker, published = Worker(plan), []
    for _ in range(10):
        published.append(worker.now)
        worker.step()
    expected = bare(plan)
    for update, moment in enumerate(published):
        assert moment.update == update
        same_weights(moment.params, expected.params[update])


def test_what_is_published_of_a_run_is_at_most_a_tenth_of_a_second_old(tiny, ended, clock):
    late = []

    def look():
        late.append((clock.now, len(worker.history()) - worker.now.update))

    rest = Rests(clock, **{f"_{place}": look for place in range(1, 200)})
    worker = Worker(tiny(epochs=10), clock=clock, rest=rest)
    worker.pace = 20.0
    run_through(worker, ended)
    assert len(late) > 20
    assert max(behind for _, behind in late) <= 3


def test_weights_of_the_end_are_published_before_the_run_counts_as_finished(tiny, ended, monkeypatch):
    seen = []
    end = Worker._end

    def ending(self, state, reason):
        seen.append((self.now.update, self.moments[-1].update))
        end(self, state, reason)

    monkeypatch.setattr(Worker, "_end", ending)
    run_through(Worker(tiny()), ended)
    assert seen == [(24, 24)]


# ---- stopping early


def test_early_stopping_ends_with_the_best_weights(tiny, bare, same_weights, ended):
    plan = tiny(**CHOICES["early"])
    expected = bare(plan)
    made = len(expected.loss)
    best = int(np.argmin(expected.validation_loss[1:])) + 1
    assert made < plan.updates
    assert expected.measured[best] < made
    worker = run_through(Worker(plan), ended)
    assert (worker.state, len(worker.history())) == ("finished", made)
    assert "stopped early" in worker.reason
    assert worker.restored.update == expected.measured[best]
    assert worker.restored.loss == expected.validation_loss[best]
    assert worker.restored.metric == expected.metric[best]
    for moment in (worker.now, worker.moments[-1]):
        assert moment.update == made
        same_weights(moment.params, expected.params[expected.measured[best]])


# ---- numbers that run away


@pytest.fixture
def runaway(tiny):
    """A run whose fifth update was its last good one: the sixth leaves finite weights that are too large."""
    worker = stepped(tiny("adding", epochs=20), 5)
    worker.learning_rate = 1e200
    return worker


def test_diverged_run_has_failed_with_its_last_good_weights(same_weights, runaway, ended):
    before = runaway.now
    run_through(runaway, ended)
    assert (runaway.state, runaway.over) == ("failed", True)
    assert "smaller learning rate" in runaway.reason
    assert runaway.now.update == runaway.moments[-1].update == runaway.checkpoint().update == 5
    for params in (runaway.now.params, runaway.moments[-1].params, runaway.checkpoint().params):
        same_weights(params, before.params)


def test_a_run_that_diverges_at_a_step_has_failed_too(runaway):
    runaway.step()
    assert (runaway.state, runaway.now.update) == ("paused", 6)
    runaway.step()
    assert (runaway.state, runaway.now.update) == ("failed", 5)
    assert [moment.update for moment in runaway.moments] == [0, 1, 2, 3, 4, 5]
    runaway.run()
    runaway.step()
    assert runaway.state == "failed"


def test_a_run_that_diverges_at_once_keeps_the_first_weights(tiny, same_weights):
    worker = Worker(tiny("adding", epochs=3))
    first = worker.now
    worker.learning_rate = 1e200
    worker.step()
    worker.step()
    assert worker.state == "failed"
    assert [moment.update for moment in worker.moments] == [0]
    same_weights(worker.now.params, first.params)


def test_stop_with_weights_that_cannot_be_measured_is_a_failure(runaway, same_weights):
    before = runaway.now
    runaway.step()
    runaway.stop()
    assert runaway.state == "failed"
    assert runaway.reason
    assert runaway.now.update == runaway.moments[-1].update == 5
    same_weights(runaway.now.params, before.params)
    assert runaway.checkpoint() is None


def test_a_failed_run_goes_on_with_a_smaller_learning_rate_from_where_it_was_good(
    runaway, bare, same_weights, ended
):
    run_through(runaway, ended)
    last = runaway.checkpoint()
    plan = replace(runaway.plan, learning_rate=0.001)
    worker = run_through(Worker(plan, Origin("Run 1", last.params, 5, last)), ended)
    assert worker.state == "finished"
    assert worker.history().update.tolist() == list(range(6, plan.updates + 1))
    rate = runaway.plan.learning_rate
    expected = bare(plan, learning_rate=lambda update: rate if update <= 5 else 0.001)
    assert worker.history().loss.tolist() == expected.loss[5:]
    same_weights(worker.now.params, expected.params[-1])


# ---- errors that nobody foresaw


@pytest.fixture
def uncaught(monkeypatch):
    found = []
    monkeypatch.setattr(threading, "excepthook", lambda args: found.append(args.exc_value))
    return found


def test_unexpected_error_in_the_thread_fails_the_run_and_is_reported(
    tiny, bare, same_weights, ended, uncaught
):
    plan = tiny()
    worker = stepped(plan, 3)
    worker.learning_rate = float("nan")
    run_through(worker, ended)
    assert worker.state == "failed"
    assert "nobody foresaw" in worker.reason
    assert [type(error) for error in uncaught] == [InputError]
    assert not isinstance(uncaught[0], DivergedError)
    assert worker.now.update == 3
    same_weights(worker.checkpoint().params, bare(plan).params[3])


def test_unexpected_error_at_a_step_fails_the_run_and_reaches_the_caller(tiny):
    worker = stepped(tiny(), 3)
    worker.learning_rate = float("nan")
    with pytest.raises(InputError, match="learning_rate"):
        worker.step()
    assert worker.state == "failed"
    worker.step()
    assert len(worker.history()) == 3


def test_turn_is_given_back_after_an_unexpected_error(tiny, ended, uncaught):
    turns = Turns()
    worker = Worker(tiny(), turns=turns)
    worker.learning_rate = float("nan")
    run_through(worker, ended)
    assert len(uncaught) == 1
    assert turns.sharing == 0


# ---- what is let go


def run_out(worker):
    while not worker.over:
        worker.step()


def diverge(worker):
    worker.learning_rate = 1e300
    run_out(worker)
    assert worker.state == "failed"


def break_off(worker):
    worker.learning_rate = float("nan")
    with pytest.raises(InputError):
        worker.step()


@pytest.mark.parametrize("end", [run_out, Worker.stop, diverge, break_off])
def test_run_that_is_over_lets_go_of_what_it_computed_with(tiny, same_weights, end):
    worker = stepped(tiny("adding"), 3)
    engine = ref(worker._last._source)
    end(worker)
    gc.collect()
    assert engine() is None
    made = len(worker.history())
    assert worker.history().loss.base.nbytes == 8 * made
    same_weights(worker.now.params, worker.moments[-1].params)
    same_weights(worker.now.params, worker.checkpoint().params)
    saved = worker.saved("Run 1")
    assert saved.moments[-1].update == saved.last.update == worker.now.update
    for act in (worker.run, worker.step, worker.pause, worker.stop):
        act()
    assert len(worker.history()) == made


def test_run_in_a_thread_that_breaks_off_keeps_what_it_learned(tiny, ended, uncaught, same_weights, bare):
    plan = tiny(epochs=100)
    worker = stepped(plan, 117)
    assert worker.moments[-1].update < 117
    engine = ref(worker._last._source)
    worker.learning_rate = float("nan")
    run_through(worker, ended)
    uncaught.clear()
    gc.collect()
    assert engine() is None
    saved = worker.saved("Run 1")
    assert (worker.now.update, saved.moments[-1].update, saved.last.update) == (117, 117, 117)
    same_weights(saved.moments[-1].params, bare(plan).params[117])


def test_run_that_is_stopped_before_it_began_lets_go_of_its_updates(tiny):
    worker = Worker(tiny())
    steps = ref(worker._steps)
    worker.stop()
    assert steps() is None
    assert (worker.state, worker.now.update, worker.checkpoint()) == ("stopped", 0, None)


def test_run_that_nobody_holds_goes_without_the_collector(tiny):
    worker = stepped(tiny(), 3)
    gone = ref(worker)
    gc.disable()
    try:
        del worker
        assert gone() is None
    finally:
        gc.enable()


def test_long_history_is_thinned_when_the_run_is_saved(tiny):
    worker = stepped(tiny(), 3)
    for update in range(4, 150_001):
        worker._log.updated(update=update, loss=1.0, gradient_norm=1.0, clipped=0, learning_rate=0.1)
    saved = worker.saved("Run 1").history
    assert saved.nbytes <= MAX_HISTORY_BYTES
    assert (len(worker.history()), saved.update[-1]) == (150_000, 150_000)
    assert all(getattr(saved, name).base.nbytes < 2e6 for name in ("update", "loss"))


# ---- where a run begins


def test_fork_counts_on_from_its_origin_and_begins_with_its_weights(
    tiny, bare, same_run, same_weights, ended
):
    plan, origin = tiny(learning_rate=0.05), stepped(tiny(), 9).now
    worker = Worker(plan, Origin("Run 1 after update 9", origin.params, origin.update))
    assert (worker.offset, worker.total) == (9, 33)
    assert worker.history().measured.tolist() == [9]
    same_weights(worker.moments[0].params, origin.params)
    run_through(worker, ended)
    assert [worker.moments[0].update, worker.moments[-1].update] == [9, 33]
    same_run(worker, bare(plan, params=origin.params))


@pytest.mark.parametrize("offset", [0, 100])
@pytest.mark.parametrize("after", [1, 4, 10, 23])
def test_resumed_run_has_the_numbers_of_one_that_was_never_interrupted(
    tiny, bare, same_weights, ended, after, offset
):
    plan = tiny(dropout=0.2, optimizer="RMSprop")
    first = stepped(plan, after)
    last = first.checkpoint()
    worker = Worker(plan, Origin("Run 1", last.params, offset + after, last))
    assert (worker.offset, worker.total) == (offset, offset + 24)
    assert (worker.now.update, worker.now.epoch) == (offset + after, -(-after // 4))
    run_through(worker, ended)
    expected, history = bare(plan), worker.history()
    assert history.update.tolist() == list(range(offset + after + 1, offset + 25))
    assert history.loss.tolist() == expected.loss[after:]
    assert history.measured.tolist() == list(range(offset + after, offset + 25))
    assert history.validation_loss[1:].tolist() == expected.validation_loss[after + 1 :]
    assert history.validation_loss[0] == pytest.approx(expected.validation_loss[after], rel=1e-12)
    updates = [moment.update - offset for moment in worker.moments]
    assert updates == list(range(after, 25))
    for moment in worker.moments:
        same_weights(moment.params, expected.params[moment.update - offset])


def test_checkpoint_of_every_state(tiny, ended):
    worker = Worker(tiny())
    assert worker.checkpoint() is None
    worker.step()
    assert (worker.state, worker.checkpoint().update) == ("paused", 1)
    run_through(worker, ended)
    assert (worker.state, worker.checkpoint().update) == ("finished", 24)


def test_checkpoint_of_a_resumed_run_is_there_before_its_first_update(tiny):
    plan = tiny()
    last = stepped(plan, 3).checkpoint()
    assert Worker(plan, Origin("Run 1", last.params, 3, last)).checkpoint() is last


@pytest.mark.parametrize(
    "wrong",
    [{"learning_rate": -1.0}, {"patience": -1}, {"epochs": 0}, {"clip": "norm", "clip_limit": 0.0}],
)
def test_plan_that_cannot_be_run_is_refused(tiny, wrong):
    with pytest.raises(InputError):
        Worker(tiny(**wrong))


def test_weights_that_give_no_finite_loss_are_refused(tiny):
    plan = tiny("adding")
    huge = {name: np.full_like(array, 1e200) for name, array in Worker(plan).now.params.items()}
    with pytest.raises(InputError, match="inf"):
        Worker(plan, Origin("a file", huge))


def test_weights_of_another_network_are_refused(tiny):
    with pytest.raises(InputError):
        Worker(tiny(hidden_sizes=(5,)), Origin("Run 1", Worker(tiny()).now.params))


# ---- what is kept of it


def test_saved_run_is_all_of_one_update_also_while_it_runs(tiny, ended, until):
    worker = Worker(tiny(epochs=100_000))
    worker.run()
    try:
        for more in range(1, 200, 10):
            until(lambda more=more: len(worker.history()) > more)
            worker.look()
            saved = worker.saved("A")
            assert saved.state == "paused"
            assert saved.history.update[-1] == saved.moments[-1].update == saved.last.update
    finally:
        worker.stop()
    ended()
    assert worker.saved("A").state == "stopped"


def test_saved_run_ends_with_the_weights_that_its_checkpoint_has(tiny, same_weights):
    worker = stepped(tiny(epochs=100), 117)
    assert worker.moments[-1].update < 117
    saved = worker.saved("Mine")
    assert (saved.name, saved.parent, saved.state) == ("Mine", "", "paused")
    assert (saved.moments[0].update, saved.moments[-1].update) == (0, 117)
    same_weights(saved.moments[-1].params, saved.last.params)
    assert len(saved.history) == 117
