"""An LRU cache of what is costly to build and looked at by many, bounded in bytes."""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from types import FunctionType, ModuleType
from typing import Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

import numpy as np


class Sized(Protocol):
    """A value that says what it takes."""

    @property
    def nbytes(self) -> int:
        """The bytes of it and of its key; they may grow, and `DataCache.grew` is to hear of it."""


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Sized)


class DataCache(Generic[Key, Value]):
    """Values by key, each built once, of which those that were asked for last stay.

    One that somebody else holds is found for as long as that, also if it has no room here: there is never a
    second copy. Any thread may ask.

    Parameters
    ----------
    build : callable
        Makes the value of a key. What it raises is raised to all who wait for it, and not remembered.
    most_bytes : int
        What the values that it holds may take together.
    """

    def __init__(self, build: Callable[[Key], Value], most_bytes: int) -> None:
        self._build, self._most = build, most_bytes
        self._lock = Lock()  # for all of these; not held while something is built
        self._recent: OrderedDict[Key, Value] = OrderedDict()
        self._alive: WeakValueDictionary[Key, Value] = WeakValueDictionary()
        self._building: dict[Key, Future[Value]] = {}

    @property
    def nbytes(self) -> int:
        """What it holds."""
        with self._lock:
            return self._size()

    def get(self, key: Key) -> Value:
        """Return the value of a key; who asks while it is built waits for it."""
        with self._lock:
            found = self._alive.get(key)
            if found is not None:
                self._keep(key, found)
                return found
            others = self._building.get(key)
            if others is None:
                mine = self._building[key] = Future()
        if others is not None:
            return others.result()
        try:
            found = self._build(key)
            with self._lock:
                self._alive[key] = found
                self._keep(key, found)
            mine.set_result(found)
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._building[key]
        return found

    def grew(self) -> None:
        """Hear that a value takes more than before."""
        with self._lock:
            self._trim()

    def _keep(self, key: Key, value: Value) -> None:
        if key in self._recent:
            self._recent.move_to_end(key)
        elif value.nbytes <= self._most:  # else all others would go, and it as well
            self._recent[key] = value
            self._trim()

    def _trim(self) -> None:
        over = self._size() - self._most
        while over > 0 and self._recent:  # another thread may let a value grow meanwhile
            over -= self._recent.popitem(last=False)[1].nbytes

    def _size(self) -> int:
        return sum(value.nbytes for value in self._recent.values())


def bytes_of(*values: object) -> int:
    """Return about what values take with all that they refer to, each object once; code does not count.

    Examples
    --------
    >>> numbers = np.zeros(1000)
    >>> 8_000 < bytes_of([numbers, numbers[:500]]) < 13_000
    True
    """
    seen: set[int] = set()
    size, found = 0, list(values)
    while found:
        new = {id(each): each for each in found if not isinstance(each, type | ModuleType | FunctionType)}
        some = [each for place, each in new.items() if place not in seen]
        seen.update(new)
        size += sum(map(sys.getsizeof, some))
        # An array that looks into another one says nothing of what it looks at.
        size += sum(each.nbytes for each in some if isinstance(each, np.ndarray) and not each.flags.owndata)
        found = gc.get_referents(*some)
    return size
