"""Who may train when: in the order in which they came, and never too many."""

from __future__ import annotations

import threading

import pytest

from explorer.training.fair_lock import FairLock


def started(target) -> threading.Thread:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def joined(threads) -> None:
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_turns_are_taken_in_the_order_of_coming(until):
    turns, order, waiting = FairLock(), [], []

    def take(name):
        with turns.turn():
            order.append(name)

    with turns.turn():
        for name in range(12):
            waiting.append(started(lambda name=name: take(name)))
            until(lambda name=name: turns.sharing == name + 2)
        assert order == []
    joined(waiting)
    assert order == list(range(12))
    assert turns.sharing == 0


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_never_more_inside_than_there_is_room_for_and_no_fewer(at_once):
    turns, counting = FairLock(at_once), threading.Lock()
    inside, most = 0, 0
    together = threading.Barrier(at_once)

    def take():
        nonlocal inside, most
        with turns.turn():
            with counting:
                inside += 1
                most = max(most, inside)
            together.wait(20)  # passes only if so many are inside at the same time
            with counting:
                inside -= 1

    joined([started(take) for _ in range(6 * at_once)])
    assert most == at_once


def test_who_gives_its_turn_back_and_asks_at_once_waits_for_those_who_were_there_before(until):
    turns, order, left = FairLock(), [], {name: 40 for name in range(3)}

    def take(name):
        while left[name]:
            with turns.turn():
                until(lambda: turns.sharing == sum(count > 0 for count in left.values()))
                order.append(name)
                left[name] -= 1

    joined([started(lambda name=name: take(name)) for name in left])
    assert set(order[:3]) == {0, 1, 2}
    assert order == order[:3] * 40


def test_a_turn_is_given_back_after_an_exception():
    turns = FairLock()
    with pytest.raises(KeyError), turns.turn():
        raise KeyError
    assert turns.sharing == 0
    with turns.turn():
        assert turns.sharing == 1
