"""What a visitor had when the session ended: who finds it again, and for how long."""

from __future__ import annotations

import threading
import tracemalloc

import pytest

from explorer.session.store import TIME_TO_LIVE, SessionStore, Visitor
from explorer.training import worker
from explorer.training.limits import MAX_STORED_BYTES
from explorer.training.plan import Source, default_plan
from explorer.training.runs import Runs
from explorer.training.worker import ASIDE_NAME, LOCK, THREAD_NAME
from lstm_core import TASKS

CLASS = 40


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", 600.0)  # a slow machine must not pause a run by itself


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    return SessionStore(clock=clock)


def some_runs(updates: int = 1, task: str = "parity", **sizes: int) -> Runs:
    sizes = sizes or ({"length": 5} if task == "parity" else {})
    made = Runs(default_plan(Source(task=task, sizes=tuple(sizes.items()))))
    for _ in range(updates):
        made.worker.step()
    return made


def settled(made: Runs) -> Runs:
    """Wait until it has released its memory."""
    for thread in threading.enumerate():
        if thread.name == ASIDE_NAME:
            thread.join(10)
    return made


def weight(made: Runs) -> int:
    """What the runs of one visitor take of the store."""
    return made.nbytes + made.worker.trainer.built.nbytes + 100_000


def leave(store: SessionStore, made: Runs, tab: str | None) -> None:
    """Let a visitor leave who has runs."""
    store.leave(Visitor(tab, made))


def take(store: SessionStore, tab: str | None) -> Runs | None:
    """Return the runs that wait for a tab."""
    found = Visitor()
    store.enter(found, tab)
    return found.runs


def threads() -> int:
    return sum(thread.name == THREAD_NAME and thread.is_alive() for thread in threading.enumerate())


def running() -> Runs:
    made = some_runs()
    made.worker.pace = 1.0
    made.worker.run()
    return made


def test_work_is_found_by_its_tab_and_by_no_other(store):
    left = some_runs()
    leave(store, left, "a")
    assert take(store, "b") is None
    assert take(store, "a") is left
    assert take(store, "a") is None


def test_run_pauses_when_its_visit_breaks_off_and_goes_on_when_the_tab_is_back_at_once(store, clock):
    left = running()
    leave(store, left, "a")
    assert left.worker.state == "paused"
    clock.now += 3
    assert take(store, "a") is left
    assert left.worker.state == "running"
    left.close()


def test_run_stays_paused_when_the_tab_is_back_late(store, clock):
    left = running()
    leave(store, left, "a")
    clock.now += 60
    assert take(store, "a").worker.state == "paused"
    assert "left" in left.worker.reason


def test_run_that_was_paused_by_hand_stays_paused(store):
    left = some_runs()
    leave(store, left, "a")
    assert take(store, "a").worker.state == "paused"


@pytest.mark.parametrize("tab", [None, "a"])
def test_work_that_nobody_can_find_or_that_has_nothing_is_closed(store, tab):
    left = some_runs(updates=tab is None)
    leave(store, left, tab)
    assert left.worker.state == "stopped"
    assert tab is None or take(store, tab) is None


def test_work_is_closed_when_it_has_waited_too_long(store, clock):
    left, late = some_runs(), some_runs()
    leave(store, left, "a")
    leave(store, late, "b")
    clock.now += TIME_TO_LIVE + 1
    assert take(store, "a") is None
    leave(store, some_runs(), "c")
    assert left.worker.state == late.worker.state == "stopped"


@pytest.mark.parametrize("comes", [None, "b"])
def test_work_that_has_waited_too_long_is_closed_whoever_comes(store, clock, comes):
    left = some_runs()
    leave(store, left, "a")
    clock.now += TIME_TO_LIVE
    take(store, comes)
    assert left.worker.state == "paused"
    clock.now += 1
    take(store, comes)
    assert left.worker.state == "stopped"
    assert "waits for 15 minutes" in store.lost("a")
    assert store.lost("a") == ""


@pytest.mark.parametrize("begins", ["running", "given weights"])
def test_work_whose_first_update_is_still_to_come_is_kept_too(store, begins):
    left = some_runs(updates=0)
    with LOCK.turn():
        if begins == "running":
            left.worker.run()
        else:
            left.begin_with(left.snapshot.params, left.asked, "Explore")
        assert not left.begun
        leave(store, left, "a")
        assert take(store, "a") is left
        left.close()


def test_class_that_leaves_while_all_run_and_comes_back_finds_every_run_going_on(store, clock):
    left = [running() for _ in range(30)]
    for place, each in enumerate(left):
        leave(store, each, f"tab {place}")
    clock.now += 5
    found = [take(store, f"tab {place}") for place in range(30)]
    assert found == left
    assert {each.worker.state for each in found} == {"running"}
    assert [store.lost(f"tab {place}") for place in range(30)] == [""] * 30
    for each in left:
        each.close()


@pytest.mark.parametrize(
    ("task", "runs"), [*((task, 3) for task in TASKS if task != "four_targets"), ("four_targets", 1)]
)
def test_class_has_room_each_with_several_runs_or_one_of_the_largest_network(task, runs):
    left = some_runs(30, task)
    for _ in range(runs - 1):
        left.begin(left.worker.trainer.plan)
        for _ in range(30):
            left.worker.step()
    store = SessionStore(MAX_STORED_BYTES // CLASS)
    leave(store, left, "a")
    assert take(store, "a") is settled(left)
    assert len(left.kept) == runs - 1


def test_those_who_left_first_keep_fewer_moments_when_there_is_no_room_for_all(clock):
    left = [some_runs(300, "sentiment") for _ in range(3)]
    before = [each.worker.now for each in left], len(left[0].snapshots)
    store = SessionStore(int(2.75 * weight(left[0])), clock)
    for place, each in enumerate(left):
        leave(store, each, f"tab {place}")
    assert [take(store, f"tab {place}") for place in range(3)] == left
    counts = [len(each.snapshots) for each in left]
    assert 2 <= counts[0] < counts[1] == counts[2] == before[1]
    told = [store.lost(f"tab {place}") for place in range(3)]
    assert "no room for every moment" in told[0]
    assert told[1:] == ["", ""]
    for each, now in zip(left, before[0], strict=True):
        assert each.snapshots[0].update == 0
        assert settled(each).worker.now.update == now.update == 300


def test_oldest_goes_first_and_is_told_when_there_is_no_room_at_all(clock):
    left = [some_runs() for _ in range(4)]
    data = left[0].worker.trainer.built.nbytes  # of which they have one
    store = SessionStore(int(3.5 * (weight(left[0]) - data)) + data, clock)
    for place, each in enumerate(left):
        clock.now += 1
        leave(store, each, f"tab {place}")
    assert [take(store, f"tab {place}") for place in range(4)] == [None, *left[1:]]
    assert left[0].worker.state == "stopped"
    assert "too many visitors left at once" in store.lost("tab 0")
    assert store.lost("tab 1") == ""  # a few moments of a small network were not too many


def test_work_that_has_no_room_by_itself_goes_and_takes_no_other_with_it():
    small, large = some_runs(), some_runs(30, "four_targets")
    store = SessionStore(weight(small) + weight(large) // 2)
    leave(store, large, "large")
    leave(store, small, "small")
    assert (take(store, "large"), take(store, "small")) == (None, small)


def test_data_that_several_look_at_are_counted_once():
    sizes = {"length": 100, "examples": 2_000}
    left = [some_runs(1, "adding", **sizes) for _ in range(5)]
    store = SessionStore(2 * weight(left[0]))
    for place, each in enumerate(left):
        leave(store, each, f"tab {place}")
    assert [take(store, f"tab {place}") for place in range(5)] == left
    other = [some_runs(1, "adding", length=100, examples=2_000 + place) for place in range(5)]
    store = SessionStore(int(2.5 * max(map(weight, other))))
    for place, each in enumerate(other):
        leave(store, each, f"tab {place}")
    assert sum(take(store, f"tab {place}") is not None for place in range(5)) == 2


def test_work_that_a_later_one_of_the_same_tab_replaces_is_closed(store):
    first, second = some_runs(), some_runs()
    leave(store, first, "a")
    leave(store, second, "a")
    assert first.worker.state == "stopped"
    assert take(store, "a") is second


def test_work_that_waits_gives_back_what_it_computed_with(store):
    settled(some_runs(2, "copy"))  # what is made once for all runs does not count
    tracemalloc.start()
    try:
        left = some_runs(2, "copy")
        before = tracemalloc.get_traced_memory()[0]
        leave(store, left, "a")
        settled(left)
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after < weight(left) < before / 3
    assert take(store, "a") is left


def test_no_thread_is_left_when_a_run_waits(store):
    left = running()
    leave(store, left, "a")
    for _ in range(200):
        if threads() == 0:
            break
        threading.Event().wait(0.02)
    assert threads() == 0


def here(store: SessionStore, tab: str, made: Runs) -> Visitor:
    visitor = Visitor()
    store.enter(visitor, tab)
    visitor.runs = made
    return visitor


def test_tab_that_is_loaded_again_has_its_run_before_the_earlier_session_ends(store):
    left = running()
    earlier, later = here(store, "a", left), Visitor()
    assert store.enter(later, "a")
    store.leave(earlier)
    assert later.runs is left
    assert left.worker.state == "running"
    store.leave(later)
    assert take(store, "a") is left
    left.close()


def test_copy_of_a_tab_keeps_the_run_of_the_other_as_it_is_now_and_lets_it_go_on(store):
    left = running()
    left.worker.step()
    first, copy = here(store, "a", left), Visitor()
    assert store.enter(copy, "b", copy_of="a")
    assert first.runs is left
    assert left.worker.state == "running"
    (kept,) = copy.runs.kept
    assert kept.name == left.name
    copy.runs.begin(copy.runs.plan)
    assert left.kept == []
    mine = copy.runs
    store.leave(copy)
    assert take(store, "b") is mine
    left.close()


def test_copy_that_loses_the_connection_finds_what_it_had_and_not_the_other_once_more(store):
    first, copy = here(store, "a", some_runs()), Visitor()
    store.enter(copy, "b", copy_of="a")
    had = copy.runs
    had.rename(had.kept[0].name, "mine")
    store.leave(copy)
    again = Visitor()
    store.enter(again, "b", copy_of="a")
    assert again.runs is had
    assert first.runs is not had


def test_copy_of_a_tab_that_nobody_knows_begins_anew(store):
    copy = Visitor()
    assert not store.enter(copy, "b", copy_of="a")
    assert copy.runs is None
