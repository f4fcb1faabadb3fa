"""The example that is watched while a network learns: one of the data, or one that was typed."""

from __future__ import annotations

from explorer.training.plan import Plan, Source, remembered
from lstm_core.tasks.base import PADDING, Probe, TaskData

_OFFERED = 15
_LONGEST = 60
_HINTED = 24


def offered(source: Source) -> tuple[str, ...]:
    """Return the names of the examples that can be picked, those that are only measured on first."""
    data = Plan(source=source).data()
    return remembered(source, "offered", lambda: _names(data))


def _names(data: TaskData) -> tuple[str, ...]:
    names = []
    parts = [(data.validation, "held out"), (data.train, "learned from")]
    for dataset, word in parts if data.held_out else parts[1:]:
        for place in range(min(_OFFERED, len(dataset))):
            text = in_a_line(data.example(dataset, place))
            names.append(f"{text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''} ({word} {place + 1})")
    return tuple(names)


def hint(source: Source) -> str:
    """Return an example as one might type it, from a visitor's own data where there are such."""
    if source.own is None:
        return Plan(source=source).task.typed
    text = in_a_line(example(source, 0))
    whole = text[:_HINTED].rpartition(" ")[0]  # no half word or number
    return text if len(text) <= _HINTED else whole or text[:_HINTED]


def in_a_line(probe: Probe) -> str:
    """Return a sequence as a line of text, without its padding."""
    symbols = [symbol for symbol in probe.symbols if symbol != PADDING]
    apart = "" if all(len(symbol) == 1 for symbol in symbols) else " "
    return apart.join(symbols).replace("\n", "⏎")


def example(source: Source, place: int) -> Probe:
    """Return the example of that place in `offered`."""
    data = Plan(source=source).data()
    first = min(_OFFERED, len(data.validation))
    part, index = (data.validation, place) if place < first else (data.train, place - first)
    return remembered(source, ("example", place), lambda: data.example(part, index))


def typed(source: Source, text: str) -> Probe:
    """Read an example that was typed.

    Raises
    ------
    InputError
        If it cannot be read as one of this task.
    """
    reader = Plan(source=source).data().reader
    return remembered(source, ("typed", text), lambda: reader.read(text))
