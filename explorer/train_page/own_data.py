"""Where the data of a task comes from: what the program brings, or what the visitor has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import streamlit as st

from explorer.errors import SequenceError
from explorer.session import train_state
from explorer.session.train_state import key
from explorer.training.limits import MAX_UPLOAD_BYTES
from explorer.training.plan import Own, Source, default_plan
from explorer.uploads import Table, decode, read_sentences, read_series, read_table, read_text
from explorer.views.notice import Notice, notices
from lstm_core import InputError
from lstm_core.tasks import Task
from lstm_core.tasks.forecasting import passengers

OWN = "own"
_NO_NOTES: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a task can be fed with.

    Attributes
    ----------
    built_in : mapping of str to callable
        The data that come with the program, by what they are called; None is what the task makes itself.
    read : callable
        (text, column) to the visitor's own data, and what was assumed on the way.
    types : tuple of str
        Of the files.
    placeholder : str
        What such a text looks like.
    table : bool
        Whether a column has to be picked.
    """

    built_in: Mapping[str, Callable[[], Own | None]]
    read: Callable[[str, int | None], tuple[Own, tuple[str, ...]]]
    types: tuple[str, ...]
    placeholder: str
    table: bool = False


def _itself() -> None:
    """Let the task make its data."""


def _text(text: str, column: int | None) -> tuple[Own, tuple[str, ...]]:
    return read_text(text), _NO_NOTES


def _sentences(text: str, column: int | None) -> tuple[Own, tuple[str, ...]]:
    return read_sentences(text)


def _series(text: str, column: int | None) -> tuple[Own, tuple[str, ...]]:
    table = _table(text)
    numbers = [known.index for known in table.columns if known.kind == "number"]
    # Without a column of numbers the one that was meant for it says what is wrong, not that of the dates.
    others = [known.index for known in table.columns if known.kind != "date"]
    series, notes = read_series(table, column if column in numbers else (numbers[-1:] or others or [0])[0])
    return series, (*table.notes, *notes)


OFFERS: Mapping[str, Offer] = {
    "next_word": Offer({"two documents": _itself}, _text, ("txt",), "A text of at least 23 words"),
    "characters": Offer(
        {"a chain of sentences": _itself}, _text, ("txt",), "A text of at least 200 characters"
    ),
    "sentiment": Offer(
        {"1000 short sentences": _itself},
        _sentences,
        ("csv", "tsv", "txt"),
        "a good film; positive\nthe food was cold; negative",
    ),
    "forecasting": Offer(
        {"ice-cream sales": _itself, "airline passengers": passengers},
        _series,
        ("csv", "tsv", "txt"),
        "date; sales\n2024-01-01; 112,5\n2024-01-02; 118",
        table=True,
    ),
}


def choose(task: Task) -> tuple[Own | None, bool]:
    """Draw the choice of data.

    Returns
    -------
    own : Own, optional
        What the task is to be built from; None is what it makes itself.
    usable : bool
        Whether that is what was chosen: of data that cannot be read the last that could be stay on screen.
    """
    offer = OFFERS.get(task.key)
    if offer is None:
        return None, True
    chosen: str = st.selectbox(
        "From",
        [*offer.built_in, OWN],
        key=key(f"data_{task.key}"),
        format_func=lambda name: "my own" if name == OWN else name,
        help=f"Your own: {task.own}.",
        persist_state="session",
    )
    if chosen != OWN:
        return offer.built_in[chosen](), True
    return _own(task, offer)


def fill_choice(source: Source) -> None:
    """Let the fields say where the data of a run came from."""
    offer = OFFERS.get(source.task)
    if offer is None:
        return
    names = [name for name, make in offer.built_in.items() if make() == source.own]
    train_state.set_field(f"data_{source.task}", names[0] if names else OWN)
    train_state.set_field("files", train_state.number("files") + 1)  # a file given before no longer counts
    if not names:
        train_state.set_field(f"own_{source.task}", source.own)
        train_state.set_field(f"paste_{source.task}", "")


def _own(task: Task, offer: Offer) -> tuple[Own | None, bool]:
    """Draw the ways in; return the last data that could be used, and whether those are what was given."""
    given = st.file_uploader(
        "File",
        type=list(offer.types),
        key=key(f"file_{task.key}_{train_state.number('files')}"),
        max_upload_size=MAX_UPLOAD_BYTES // 1_000_000,
    )
    pasted = st.text_area(
        "or paste it",
        key=key(f"paste_{task.key}"),
        height=88,
        placeholder=offer.placeholder,
        persist_state="session",
        disabled=given is not None,
    )
    messages: list[Notice] = []
    try:
        notes = _NO_NOTES
        if given is not None:
            pasted, notes = _decoded(given.getvalue(), given.name)
        if pasted.strip():
            column = _column(task, pasted) if offer.table else None
            own, more = _read(task.key, pasted, column)
            plan = default_plan(Source(task=task.key, own=own))  # what the task refuses is refused here
            train_state.set_field(f"own_{task.key}", own)
            messages += [Notice(note, tone="note") for note in (*notes, *more, *plan.data().notes)]
    except SequenceError as error:
        messages.append(Notice(error.headline, error.advice))
    except InputError as error:
        messages.append(Notice("This cannot be learned from.", f"{error}."))
    usable = not any(message.tone == "error" for message in messages)
    last = cast("Own | None", train_state.field(f"own_{task.key}"))
    if last is None:
        shown = f"Until then the page shows: {next(iter(offer.built_in))}."
        usable = False
        if not messages:
            messages.append(
                Notice("No data yet.", f"Choose a file or paste {task.own}. {shown}", tone="empty")
            )
        else:
            messages.append(Notice(shown, tone="note"))
    elif not usable:
        messages.append(Notice("Until then the page shows the data before.", tone="note"))
    elif not pasted.strip():
        messages.append(Notice("The data before are still in use.", tone="note"))
    notices(messages, key=f"own_notice_{task.key}")
    return last, usable


def _column(task: Task, text: str) -> int | None:
    """Draw the choice of the column, where several hold numbers."""
    numbers = {known.index: known.name for known in _table(text).columns if known.kind == "number"}
    if len(numbers) < 2:
        return None
    field = key(f"column_{task.key}")
    if train_state.field(f"column_{task.key}") not in numbers:
        train_state.set_field(f"column_{task.key}", list(numbers)[-1])
    return int(st.selectbox("Column", list(numbers), key=field, format_func=numbers.__getitem__))


@lru_cache(maxsize=2)
def _table(text: str) -> Table:
    return read_table(text)


# Every rerun asks again for what was pasted long ago.
@lru_cache(maxsize=4)
def _read(task: str, text: str, column: int | None) -> tuple[Own, tuple[str, ...]]:
    return OFFERS[task].read(text, column)


@lru_cache(maxsize=2)
def _decoded(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    return decode(data, name)
