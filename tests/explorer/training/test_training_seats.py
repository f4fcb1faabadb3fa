"""Studios whose visit broke off: who finds them again, and for how long."""

from __future__ import annotations

import threading

import pytest

from explorer.training.plan import Source, default_plan
from explorer.training.seats import MAX_PARKED, PARKED_FOR, Parking, Seat
from explorer.training.studio import Studio
from explorer.training.worker import THREAD_NAME


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def parking(clock):
    return Parking(clock)


def studio(*, begun: bool = True) -> Studio:
    made = Studio(default_plan(Source(task="parity", sizes=(("length", 5),))))
    if begun:
        made.worker.step()
    return made


def threads() -> int:
    return sum(thread.name == THREAD_NAME and thread.is_alive() for thread in threading.enumerate())


def running() -> Studio:
    made = studio()
    made.worker.pace = 1.0
    made.worker.run()
    return made


def test_studio_is_found_by_its_tab_and_by_no_other(parking):
    left = studio()
    parking.leave(Seat(left, "a"))
    assert parking.take("b") is None
    assert parking.take("a") is left
    assert parking.take("a") is None


def test_run_pauses_when_its_visit_breaks_off_and_goes_on_when_the_tab_is_back_at_once(parking, clock):
    left = running()
    parking.leave(Seat(left, "a"))
    assert left.worker.state == "paused"
    clock.now += 3
    assert parking.take("a") is left
    assert left.worker.state == "running"
    left.close()


def test_run_stays_paused_when_the_tab_is_back_late(parking, clock):
    left = running()
    parking.leave(Seat(left, "a"))
    clock.now += 60
    assert parking.take("a").worker.state == "paused"
    assert "left" in left.worker.reason


def test_run_that_was_paused_by_hand_stays_paused(parking):
    left = studio()
    parking.leave(Seat(left, "a"))
    assert parking.take("a").worker.state == "paused"


@pytest.mark.parametrize("tab", [None, "a"])
def test_studio_that_nobody_can_find_or_that_has_nothing_is_closed(parking, tab):
    left = studio(begun=tab is None)
    parking.leave(Seat(left, tab))
    assert left.worker.state == "stopped"
    assert tab is None or parking.take(tab) is None


def test_studio_is_closed_when_it_has_waited_too_long(parking, clock):
    left, late = studio(), studio()
    parking.leave(Seat(left, "a"))
    parking.leave(Seat(late, "b"))
    clock.now += PARKED_FOR + 1
    assert parking.take("a") is None
    parking.leave(Seat(studio(), "c"))
    assert left.worker.state == late.worker.state == "stopped"


def test_oldest_goes_first_when_too_many_wait(parking, clock):
    left = [studio() for _ in range(MAX_PARKED + 1)]
    for place, each in enumerate(left):
        clock.now += 1
        parking.leave(Seat(each, f"tab {place}"))
    assert parking.take("tab 0") is None
    assert left[0].worker.state == "stopped"
    assert parking.take(f"tab {MAX_PARKED}") is left[-1]


def test_studio_that_a_later_one_of_the_same_tab_replaces_is_closed(parking):
    first, second = studio(), studio()
    parking.leave(Seat(first, "a"))
    parking.leave(Seat(second, "a"))
    assert first.worker.state == "stopped"
    assert parking.take("a") is second


def test_no_thread_is_left_when_a_running_studio_waits(parking):
    left = running()
    parking.leave(Seat(left, "a"))
    for _ in range(200):
        if threads() == 0:
            break
        threading.Event().wait(0.02)
    assert threads() == 0


def test_nobody_is_sent_away_while_there_is_room(parking, clock):
    left = [studio() for _ in range(MAX_PARKED)]
    for place, each in enumerate(left):
        clock.now += 1
        parking.leave(Seat(each, f"tab {place}"))
    assert [parking.take(f"tab {place}") for place in range(MAX_PARKED)] == left
