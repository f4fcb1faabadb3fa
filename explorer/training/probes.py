"""The example that is watched while a network learns: one of the data, or one that was typed."""

from __future__ import annotations

from functools import lru_cache

from explorer.training.plan import Plan, Source
from lstm_core.tasks.base import PADDING, Probe

_OFFERED = 15
_LONGEST = 60


@lru_cache(maxsize=16)
def offered(source: Source) -> tuple[str, ...]:
    """Return the names of the examples that can be picked, those that are only measured on first."""
    data = Plan(source=source).data()
    names = []
    parts = [(data.validation, "held out"), (data.train, "learned from")]
    for dataset, word in parts if data.held_out else parts[1:]:
        for place in range(min(_OFFERED, len(dataset))):
            text = in_a_line(data.example(dataset, place))
            names.append(f"{text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''} ({word} {place + 1})")
    return tuple(names)


def in_a_line(probe: Probe) -> str:
    """Return a sequence as a line of text, without its padding."""
    symbols = [symbol for symbol in probe.symbols if symbol != PADDING]
    apart = "" if all(len(symbol) == 1 for symbol in symbols) else " "
    return apart.join(symbols).replace("\n", "⏎")


@lru_cache(maxsize=64)
def example(source: Source, place: int) -> Probe:
    """Return the example of that place in `offered`."""
    data = Plan(source=source).data()
    first = min(_OFFERED, len(data.validation))
    return data.example(data.validation, place) if place < first else data.example(data.train, place - first)


@lru_cache(maxsize=64)
def typed(source: Source, text: str) -> Probe:
    """Read an example that was typed.

    Raises
    ------
    InputError
        If it cannot be read as one of this task.
    """
    return Plan(source=source).data().reader.read(text)
