"""The cache of data: it holds no more than it may, and builds nothing twice."""

from __future__ import annotations

import threading
from random import Random
from weakref import ref

import numpy as np
import pytest

from explorer.training.data_cache import DataCache, bytes_of

WAIT = 10.0


class Value:
    def __init__(self, nbytes):
        self.nbytes = nbytes


@pytest.fixture
def made():
    """The keys in the order in which they were built."""
    return []


@pytest.fixture
def cache(made):
    """A cache of 100 bytes, in which a key takes as many bytes as it says: "a30" takes 30."""
    return DataCache(lambda key: made.append(key) or Value(int(key[1:])), 100)


def test_value_is_built_once(cache, made):
    assert cache.get("a30") is cache.get("a30")
    assert made == ["a30"]


def test_those_asked_for_last_stay_and_the_others_are_built_again(cache, made):
    for key in ("a30", "b30", "c30", "a30", "d30"):
        cache.get(key)
    assert cache.nbytes == 90
    for key in ("a30", "c30", "d30"):
        cache.get(key)
    assert made == ["a30", "b30", "c30", "d30"]
    cache.get("b30")
    assert made[4:] == ["b30"]


def test_it_never_holds_more_than_it_may(cache):
    rng = Random(0)
    for _ in range(2_000):
        cache.get(f"{rng.choice('abcdefgh')}{rng.choice((1, 9, 40, 99, 100, 101, 5000))}")
        assert cache.nbytes <= 100


def test_value_without_room_pushes_nothing_out(cache, made):
    for key in ("a50", "b50", "c101", "a50", "b50", "c101"):
        cache.get(key)
    assert made == ["a50", "b50", "c101", "c101"]


def test_value_that_somebody_holds_is_found_although_it_was_pushed_out(cache, made):
    held = cache.get("a60")
    cache.get("b60")
    assert cache.nbytes == 60
    assert cache.get("a60") is held
    assert made == ["a60", "b60"]


def test_value_that_was_pushed_out_goes_when_nobody_holds_it(cache):
    gone = ref(cache.get("a60"))
    assert gone() is not None
    cache.get("b60")
    assert gone() is None


def test_value_that_grows_pushes_others_out_and_itself_if_it_must(cache):
    old, grown = ref(cache.get("a30")), cache.get("b30")
    grown.nbytes = 80
    cache.grew()
    assert old() is None
    assert cache.nbytes == 80
    grown.nbytes = 101
    cache.grew()
    assert cache.nbytes == 0
    assert cache.get("b30") is grown


def ask(cache, key, found):
    """Ask in a thread of its own."""

    def get():
        try:
            found.append(cache.get(key))
        except ValueError as error:
            found.append(error)

    thread = threading.Thread(target=get, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("fails", [False, True])
def test_who_asks_while_it_is_built_waits_and_gets_the_same(made, fails):
    began, may_end = threading.Event(), threading.Event()

    def build(key):
        made.append(key)
        began.set()
        assert may_end.wait(WAIT)
        if fails:
            raise ValueError(key)
        return Value(1)

    cache, found = DataCache(build, 100), []
    threads = [ask(cache, "a", found)]
    assert began.wait(WAIT)
    threads += [ask(cache, "a", found) for _ in range(5)]
    for thread in threads[1:]:
        thread.join(0.02)
    assert (made, found) == (["a"], [])
    may_end.set()
    for thread in threads:
        thread.join(WAIT)
    assert len(found) == 6
    if fails:  # who was too slow to wait has tried it again
        assert all(isinstance(error, ValueError) for error in found)
    else:
        assert (made, len(set(map(id, found)))) == (["a"], 1)


def test_nobody_waits_for_what_another_key_takes_to_build(made):
    may_end, began = threading.Event(), threading.Event()

    def build(key):
        if key == "slow":
            began.set()
            assert may_end.wait(WAIT)
        return Value(1)

    cache, found = DataCache(build, 100), []
    slow = ask(cache, "slow", found)
    assert began.wait(WAIT)
    cache.get("quick")
    assert found == []
    may_end.set()
    slow.join(WAIT)
    assert len(found) == 1


def test_what_could_not_be_built_is_tried_again(made):
    def build(key):
        made.append(key)
        if len(made) == 1:
            raise ValueError(key)
        return Value(1)

    cache = DataCache(build, 100)
    with pytest.raises(ValueError, match="a"):
        cache.get("a")
    assert cache.get("a").nbytes == 1


def test_many_threads_build_everything_once_where_there_is_room(made):
    cache = DataCache(lambda key: made.append(key) or Value(1), 100)
    found = {key: [] for key in range(50)}

    def worry(seed):
        keys = list(found) * 3
        Random(seed).shuffle(keys)
        for key in keys:
            found[key].append(cache.get(key))

    threads = [threading.Thread(target=worry, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert sorted(made) == list(found)
    assert all(len(values) == 24 and len(set(map(id, values))) == 1 for values in found.values())


def test_bytes_are_those_of_all_that_is_referred_to_each_once():
    numbers = np.zeros(10_000)
    assert 80_000 < bytes_of(numbers) < 80_200
    assert 80_000 < bytes_of({"one": [numbers, [numbers]], "other": (numbers,)}) < 81_000
    round_about = [numbers]
    round_about.append(round_about)
    assert 80_000 < bytes_of(round_about) < 81_000
    assert 1e6 < bytes_of(["a" * 1_000_000]) < 1.001e6
    assert bytes_of(np, dict, bytes_of) == 0
