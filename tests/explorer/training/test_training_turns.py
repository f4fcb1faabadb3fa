"""Who may train when: in the order in which they came, and never too many."""

from __future__ import annotations

import threading

import pytest

from explorer.training.turns import Turns


def started(target) -> threading.Thread:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def joined(threads) -> None:
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_turns_are_taken_in_the_order_of_coming(until):
    turns, order, waiting = Turns(), [], []

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
    turns, counting = Turns(at_once), threading.Lock()
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


def test_greedy_threads_get_equal_shares():
    turns, order, all_here = Turns(), [], threading.Barrier(3)

    def take(name):
        all_here.wait(20)
        for _ in range(200):
            with turns.turn():
                order.append(name)
                if len(order) == 1:
                    begun.wait(20)  # nobody is alone at first

    begun = threading.Event()
    threads = [started(lambda name=name: take(name)) for name in range(3)]
    while turns.sharing < 3:
        pass
    begun.set()
    joined(threads)
    # Whoever gives its turn back waits for both others; it may only come late to the queue by one turn.
    for place in range(0, 300, 30):
        counts = [order[place : place + 30].count(name) for name in range(3)]
        assert max(counts) <= 20, counts


def test_a_turn_is_given_back_after_an_exception():
    turns = Turns()
    with pytest.raises(KeyError), turns.turn():
        raise KeyError
    assert turns.sharing == 0
    with turns.turn():
        assert turns.sharing == 1
