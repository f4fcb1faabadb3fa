"""How candidates are timed against each other: interleaved in one process, so that what slows one slows all.

Every round times every candidate, in an order that is rotated from round to round, each after a call that is
not counted, because the one before it has emptied the caches. What counts is the ratio within a round, and of
these the median. The clock counts the processor time of this process, which on an idle machine is the time
that passes: what other programs take does not go into it.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

TARGET = 3e-3
"""Seconds that the inner loop of one measurement should take."""

ROUNDS = 13
"""The fewest rounds whose median is worth printing."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Timings:
    """The seconds that one call of each candidate took, in every round.

    Examples
    --------
    >>> timings = Timings({"a": [1.0, 2.0, 1.0], "b": [3.0, 6.0, 3.0]})
    >>> timings.seconds("a"), timings.ratio("b", "a")
    (1.0, 3.0)
    """

    rounds: Mapping[str, list[float]]

    def seconds(self, name: str) -> float:
        """Return the median processor time of a candidate."""
        return statistics.median(self.rounds[name])

    def ratio(self, slow: str, fast: str) -> float:
        """Return how many times as long one candidate takes as another: the median over the rounds."""
        pairs = zip(self.rounds[slow], self.rounds[fast], strict=True)
        return statistics.median(one / other for one, other in pairs)


def compare(candidates: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> Timings:
    """Time candidates against each other.

    Parameters
    ----------
    candidates : mapping of callable
        What to call, without arguments.
    rounds : int
        How often each is measured.

    Returns
    -------
    Timings
    """
    with _no_garbage_collection():
        calls = {name: _calibrate(run) for name, run in candidates.items()}
        measured: dict[str, list[float]] = {name: [] for name in candidates}
        names = list(candidates)
        for turn in range(rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                candidates[name]()
                measured[name].append(_time(candidates[name], calls[name]) / calls[name])
    return Timings(measured)


def require_one_thread() -> None:
    """Start the program again with one thread per library unless it was started so.

    The libraries read the environment when they are imported, which is before any function can run.
    """
    if any(os.environ.get(name) != "1" for name in THREADS):
        environment = os.environ | dict.fromkeys(THREADS, "1")
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def _calibrate(run: Callable[[], object]) -> int:
    """Return how many calls take about `TARGET` seconds."""
    run()
    calls = 1
    while (taken := _time(run, calls)) < TARGET:
        calls = max(calls + 1, min(2 * calls, round(calls * TARGET / taken)))
    return calls


def _time(run: Callable[[], object], calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        run()
    return time.process_time() - start


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
