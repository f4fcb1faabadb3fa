"""A run in a thread of its own: what is done to it changes no number, and who looks sees whole updates."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from itertools import pairwise
from weakref import ref

import numpy as np
import pytest

from explorer.training.fair_lock import FairLock
from explorer.training.worker import PATIENCE, Worker
from lstm_core import DivergedError, InputError


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
    worker = Worker(plan, origin, FairLock())
    for _ in range(count):
        worker.step()
    return worker


def run_through(worker, ended):
    worker.run()
    ended()
    return worker


# ---- the numbers


@pytest.mark.parametrize("seed", range(4))
def test_pausing_stepping_and_going_on_at_any_point_change_no_number(
    tiny, bare, same_run, ended, until, seed
):
    plan = tiny(epochs=40, dropout=0.2)
    worker, rng = Worker(plan), np.random.default_rng(seed)
    while not worker.over:
        for _ in range(rng.integers(0, 5)):
            worker.step()
        before = len(worker.trainer.history())
        worker.run()
        until(lambda before=before: worker.over or len(worker.trainer.history()) >= before + 3)
        worker.pause()
        assert worker.over or worker.state == "paused"
    ended()
    same_run(worker, bare(plan))


def test_steps_make_one_update_each_and_publish_it(tiny, bare, same_run, same_weights):
    plan = tiny(epochs=2)
    expected, worker = bare(plan), Worker(plan)
    assert (worker.state, worker.trainer.total) == ("ready", 8)
    for made in range(1, 8):
        worker.step()
        assert worker.state == "paused"
        assert len(worker.trainer.history()) == worker.now.update == made
        assert worker.now.epoch == 1 + (made - 1) // 4
        same_weights(worker.now.params, expected.params[made])
    worker.step()
    assert worker.state == "finished"
    same_run(worker, expected)
    worker.step()
    assert len(worker.trainer.history()) == 8


def test_quick_pauses_leave_one_thread_and_the_right_numbers(tiny, bare, same_run, ended, training_threads):
    plan = tiny(epochs=150)
    worker = Worker(plan, turns=FairLock())
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
    turns = FairLock()
    workers = [Worker(plan, turns=turns) for plan in plans]
    for worker in workers:
        worker.run()
    ended()
    for worker, plan in zip(workers, plans, strict=True):
        same_run(worker, bare(plan))


# ---- the learning rate


def test_learning_rate_is_that_of_the_next_update_while_running(tiny, ended, clock):
    rates = {}

    def change():
        rates[len(worker.trainer.history())] = worker.trainer.learning_rate
        worker.trainer.learning_rate /= 2

    rest = Rests(clock, _3=change, _9=change)
    worker = Worker(tiny(learning_rate=0.08), clock=clock, rest=rest)
    worker.pace = 10.0
    run_through(worker, ended)
    first, second = rates
    assert 0 < first < second < 24
    expected = [0.08] * first + [0.04] * (second - first) + [0.02] * (24 - second)
    assert worker.trainer.history().learning_rate.tolist() == expected


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
    worker.pace, made = 5.0, lambda: len(worker.trainer.history())
    worker.look = lambda: None
    while not worker.over:
        worker.run()
        ended()
    assert all(later - sooner <= 1 for sooner, later in pairwise(counts))
    assert counts[-1] >= 20


def test_pace_can_be_changed_while_running(tiny, ended, clock):
    clock.tick = 0.001
    seen = []

    def slow():
        seen.append(len(worker.trainer.history()))

    def fast():
        seen.append(len(worker.trainer.history()))
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
    made = len(worker.trainer.history())
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
    made = len(worker.trainer.history())
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
    turns = FairLock()
    worker = Worker(tiny(), turns=turns, clock=clock, rest=clock.rest)
    with turns.turn():
        worker.run()
        until(lambda: turns.sharing == 2)
        clock.rest(PATIENCE + 1)
    ended()
    assert worker.state == "paused"
    assert len(worker.trainer.history()) == 0


# ---- pausing, stepping, stopping


def test_pause_while_waiting_for_a_turn_takes_effect_at_once(tiny, bare, same_run, ended, until):
    plan, turns = tiny(), FairLock()
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
    at_work, turns = set(), FairLock()

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
    turns = FairLock()
    worker = Worker(tiny(), turns=turns)
    with turns.turn():
        worker.run()
        worker.run()
        until(lambda: turns.sharing == 2)
        assert len(training_threads()) == 1
    ended()
    assert len(worker.trainer.history()) == 24


def test_step_during_a_run_is_ignored(tiny, bare, same_run, ended, clock):
    made = []

    def step():
        before = len(worker.trainer.history())
        worker.step()
        made.append(len(worker.trainer.history()) - before)

    plan = tiny()
    worker = Worker(plan, clock=clock, rest=Rests(clock, _2=step, _5=step))
    worker.pace = 10.0
    run_through(worker, ended)
    assert made == [0, 0]
    assert worker.state == "finished"
    same_run(worker, bare(plan))


def test_step_that_waits_while_the_run_is_stopped_makes_no_update(tiny, until):
    turns = FairLock()
    worker = Worker(tiny(), turns=turns)
    with turns.turn():
        step = threading.Thread(target=worker.step)
        step.start()
        until(lambda: turns.sharing == 2)
        worker.stop()
    step.join(20)
    assert not step.is_alive()
    assert (worker.state, len(worker.trainer.history())) == ("stopped", 0)


def test_stop_ends_the_thread_and_keeps_and_measures_what_was_learned(tiny, bare, same_weights, ended, until):
    plan = tiny(epochs=5000)
    worker = Worker(plan)
    worker.run()
    until(lambda: len(worker.trainer.history()) > 90)
    worker.stop()
    assert (worker.state, worker.over, worker.reason) == ("stopped", True, "Stopped by hand.")
    made = len(worker.trainer.history())
    ended()
    for act in (worker.run, worker.step, worker.pause, worker.stop):
        act()
    ended()
    history = worker.trainer.history()
    assert (worker.state, len(history)) == ("stopped", made)
    assert worker.now.update == history.measured[-1] == made
    expected = bare(replace(plan, epochs=made // 4 + 1))
    same_weights(worker.now.params, expected.params[made])


def test_run_that_is_stopped_during_its_last_update_has_finished(tiny, until):
    worker = stepped(tiny(), 23)
    stop, advance = threading.Thread(target=worker.stop), worker.trainer.advance

    def stopped_meanwhile():
        stop.start()
        until(lambda: worker.state == "stopped")
        advance()

    worker.trainer.advance = stopped_meanwhile
    worker.step()
    stop.join(20)
    assert (worker.state, worker.reason, worker.now.update) == ("finished", "", 24)


def test_stop_before_the_first_update_leaves_the_first_weights(tiny):
    worker = Worker(tiny())
    worker.stop("No.")
    assert (worker.state, worker.reason) == ("stopped", "No.")
    assert [moment.update for moment in worker.trainer.snapshots] == [0]
    assert worker.checkpoint() is None


def test_pause_and_stop_from_many_threads_do_not_lock_up(tiny, bare, same_run, ended):
    plan = tiny(epochs=200)
    workers = [Worker(plan, turns=turns) for turns in [FairLock()] * 3]

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


# ---- what is published


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
        late.append((clock.now, len(worker.trainer.history()) - worker.now.update))

    rest = Rests(clock, **{f"_{place}": look for place in range(1, 200)})
    worker = Worker(tiny(epochs=10), clock=clock, rest=rest)
    worker.pace = 20.0
    run_through(worker, ended)
    assert len(late) > 20
    assert max(behind for _, behind in late) <= 3


def test_weights_of_the_end_are_published_before_the_run_counts_as_finished(tiny, ended):
    seen = []

    class Watched(Worker):
        def __setattr__(self, name, value):
            if value == "finished":
                seen.append((self.now.update, self.trainer.snapshots[-1].update))
            super().__setattr__(name, value)

    run_through(Watched(tiny()), ended)
    assert seen == [(24, 24)]


def test_end_has_the_state_and_the_reason_that_the_trainer_gives_it(tiny, ended):
    worker = run_through(Worker(tiny(patience=2, learning_rate=0.3, epochs=60)), ended)
    assert (worker.state, worker.over) == ("finished", True)
    assert "stopped early" in worker.reason
    assert worker.saved("A").reason == worker.reason


# ---- numbers that run away


@pytest.fixture
def runaway(tiny):
    """A run whose fifth update was its last good one: the sixth leaves finite weights that are too large."""
    worker = stepped(tiny("adding", epochs=20), 5)
    worker.trainer.learning_rate = 1e200
    return worker


def test_diverged_run_has_failed_with_its_last_good_weights(same_weights, runaway, ended):
    before = runaway.now
    run_through(runaway, ended)
    assert (runaway.state, runaway.over) == ("failed", True)
    assert "smaller learning rate" in runaway.reason
    assert runaway.now.update == runaway.trainer.snapshots[-1].update == runaway.checkpoint().update == 5
    for params in (runaway.now.params, runaway.trainer.snapshots[-1].params, runaway.checkpoint().params):
        same_weights(params, before.params)


def test_a_run_that_diverges_at_a_step_has_failed_too(runaway):
    runaway.step()
    assert (runaway.state, runaway.now.update) == ("paused", 6)
    runaway.step()
    assert (runaway.state, runaway.now.update) == ("failed", 5)
    assert [moment.update for moment in runaway.trainer.snapshots] == [0, 1, 2, 3, 4, 5]
    runaway.run()
    runaway.step()
    assert runaway.state == "failed"


def test_stop_with_weights_that_cannot_be_measured_is_a_failure(runaway, same_weights):
    before = runaway.now
    runaway.step()
    runaway.stop()
    assert runaway.state == "failed"
    assert runaway.reason == runaway.trainer.reason
    same_weights(runaway.now.params, before.params)


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
    worker.trainer.learning_rate = float("nan")
    run_through(worker, ended)
    assert worker.state == "failed"
    assert "nobody foresaw" in worker.reason
    assert [type(error) for error in uncaught] == [InputError]
    assert not isinstance(uncaught[0], DivergedError)
    assert worker.now.update == 3
    same_weights(worker.checkpoint().params, bare(plan).params[3])


def test_unexpected_error_at_a_step_fails_the_run_and_reaches_the_caller(tiny):
    worker = stepped(tiny(), 3)
    worker.trainer.learning_rate = float("nan")
    with pytest.raises(InputError, match="learning_rate"):
        worker.step()
    assert worker.state == "failed"
    worker.step()
    assert len(worker.trainer.history()) == 3


def test_turn_is_given_back_after_an_unexpected_error(tiny, ended, uncaught):
    turns = FairLock()
    worker = Worker(tiny(), turns=turns)
    worker.trainer.learning_rate = float("nan")
    run_through(worker, ended)
    assert len(uncaught) == 1
    assert turns.sharing == 0


# ---- what is released


def test_run_in_a_thread_that_breaks_off_keeps_what_it_learned(tiny, ended, uncaught, same_weights, bare):
    plan = tiny(epochs=100)
    worker = stepped(plan, 117)
    assert worker.trainer.snapshots[-1].update < 117
    engine = ref(worker.trainer._last._source)
    worker.trainer.learning_rate = float("nan")
    run_through(worker, ended)
    uncaught.clear()
    gc.collect()
    assert engine() is None
    saved = worker.saved("Run 1")
    assert (worker.now.update, saved.snapshots[-1].update, saved.last.update) == (117, 117, 117)
    same_weights(saved.snapshots[-1].params, bare(plan).params[117])


def test_run_that_nobody_holds_goes_without_the_collector(tiny):
    worker = stepped(tiny(), 3)
    gone = ref(worker)
    gc.disable()
    try:
        del worker
        assert gone() is None
    finally:
        gc.enable()


# ---- what is kept of it


def test_saved_run_is_all_of_one_update_also_while_it_runs(tiny, ended, until):
    worker = Worker(tiny(epochs=100_000))
    worker.run()
    try:
        for more in range(1, 200, 10):
            until(lambda more=more: len(worker.trainer.history()) > more)
            worker.look()
            saved = worker.saved("A")
            assert saved.state == "paused"
            assert saved.history.update[-1] == saved.snapshots[-1].update == saved.last.update
    finally:
        worker.stop()
    ended()
    assert worker.saved("A").state == "stopped"


def test_saved_run_says_why_it_was_paused(tiny, ended, until):
    worker = Worker(tiny(epochs=100_000))
    worker.run()
    until(lambda: len(worker.trainer.history()) > 1)
    worker.pause("For a while.")
    ended()
    saved = worker.saved("A")
    assert (saved.state, saved.reason) == ("paused", "For a while.")
