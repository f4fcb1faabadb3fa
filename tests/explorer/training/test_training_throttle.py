"""Pictures are drawn as often as they can be afforded, and never of the wrong thing."""

from __future__ import annotations

import pytest

from explorer.training.throttle import Throttle


class Time:
    def __init__(self):
        self.now, self.spent, self.made = 50.0, 7.0, []

    def maker(self, name, cost=0.1):
        def make():
            self.spent += cost
            self.made.append(name)
            return name

        return make


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def paced(time):
    return Throttle(25, lambda: time.now, lambda: time.spent)


def test_the_same_moment_is_drawn_once_however_late(time, paced):
    for later in (0.0, 1.0, 1000.0):
        time.now += later
        assert paced.get("run", 1, time.maker("a"), live=False) == "a"
        assert paced.get("run", 1, time.maker("b"), live=True) == "a"
    assert time.made == ["a"]


def test_a_later_moment_of_a_live_subject_waits_25_times_what_the_last_one_cost(time, paced):
    paced.get("run", 1, time.maker("a", cost=0.1), live=True)
    time.now += 2.4
    assert paced.get("run", 2, time.maker("b"), live=True) == "a"
    time.now += 0.2
    assert paced.get("run", 2, time.maker("b"), live=True) == "b"


def test_a_later_moment_is_drawn_at_once_when_the_subject_is_not_live(time, paced):
    paced.get("run", 1, time.maker("a", cost=9.0), live=True)
    assert paced.get("run", 2, time.maker("b"), live=False) == "b"


def test_another_subject_is_drawn_at_once(time, paced):
    paced.get("run", 1, time.maker("a", cost=9.0), live=True)
    assert paced.get("other", 1, time.maker("b"), live=True) == "b"
    assert paced.get("run", 1, time.maker("c"), live=True) == "c"


def test_what_cannot_be_drawn_leaves_the_last_picture(time, paced):
    def refuse():
        raise RuntimeError

    paced.get("run", 1, time.maker("a"), live=False)
    with pytest.raises(RuntimeError):
        paced.get("run", 2, refuse, live=False)
    assert paced.get("run", 1, time.maker("b"), live=False) == "a"
