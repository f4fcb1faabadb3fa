"""The Train page's state: the runs of a visitor, and the values of its fields.

The fields live in Streamlit under the keys below; nothing else touches them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import streamlit as st

from explorer.cell_styles import kind_of
from explorer.session.visitor import visitor
from explorer.session.workspace.fields import option_fields
from explorer.training.limits import MAX_LAYERS
from explorer.training.plan import Plan, Source, default_plan
from explorer.training.rate import read_rate
from explorer.training.runs import Runs
from explorer.training.settings import SETTINGS
from explorer.views.notice import Tone
from lstm_core import TASKS

FIRST_TASK = "sentiment"
_FILLED = "train_filled_for"
_WANTED = "train_wanted"


def training_runs() -> Runs:
    """Return the runs of this visitor."""
    here = visitor()
    if here.runs is None:
        here.runs = Runs(default_plan(Source(task=FIRST_TASK)))
    return here.runs


def come_back() -> None:
    """Let the fields say what the run has that was found after a reload."""
    if visitor().runs is None:
        return
    run = training_runs().worker.trainer  # the fields are about this one, also while a kept one is looked at
    want(replace(run.asked, learning_rate=run.learning_rate))
    take("pace")  # what it was drawn with is not the pace of the run that was found


def key(name: str) -> str:
    """Return the key of a field: Explore has fields of the same names."""
    return f"train_{name}"


def field(name: str) -> object:
    """Return what a field holds, also while it is not on screen."""
    return st.session_state.get(key(name))


def set_field(name: str, value: object) -> None:
    """Fill in a field; only before it is drawn."""
    st.session_state[key(name)] = value


def take(name: str) -> object:
    """Return what a field holds, and empty it."""
    return st.session_state.pop(key(name), None)


def first_values() -> None:
    """Fill in the fields that say where the data comes from, once for a visitor."""
    values: dict[str, object] = {"task": FIRST_TASK, "seed": 0}
    values |= {size_key(task.key, size.key): size.default for task in TASKS.values() for size in task.sizes}
    for name, value in values.items():
        if key(name) not in st.session_state:
            set_field(name, value)


def size_key(task: str, size: str) -> str:
    """Return the name of the field of a size of a task."""
    return f"size_{task}_{size}"


def want(plan: Plan) -> None:
    """Let every field say what a plan has, the next time the fields are drawn."""
    st.session_state[_WANTED] = plan


def wanted() -> Plan | None:
    """Return the plan that the fields are to say."""
    return cast("Plan | None", st.session_state.get(_WANTED))


def forget_filled() -> None:
    """Let the settings of the task be filled in again."""
    st.session_state.pop(_FILLED, None)


def fill_for(source: Source) -> None:
    """Fill in the task's own settings whenever the task or the data is another one than before."""
    before = cast("Source | None", st.session_state.get(_FILLED))
    if before is None or (before.task, before.own) != (source.task, source.own):
        fill(default_plan(source))
    elif before.sizes != source.sizes and field("epochs") == default_plan(before).epochs:
        set_field("epochs", default_plan(source).epochs)  # as many updates as before, of other data


def drawn(source: Source, *, readable: bool) -> None:
    """Take note that the fields were drawn to the last one, and whether all of them could be read.

    Not before: of a field that was filled in and then not drawn, because something else was pressed in the
    meantime, the browser still has the old value, and sends it.
    """
    st.session_state.pop(_WANTED, None)
    if readable:  # else nothing was filled in for it yet
        st.session_state[_FILLED] = source


def fill_all(plan: Plan) -> None:
    """Fill in every field, so that the sidebar says what a run was made with."""
    source, sizes = plan.source, dict(plan.source.sizes)
    set_field("task", source.task)
    set_field("seed", source.seed)
    for size in plan.task.sizes:
        set_field(size_key(source.task, size.key), sizes.get(size.key, size.default))
    fill(plan)


def fill(plan: Plan) -> None:
    """Fill in every setting of a plan, except where its data comes from."""
    for name, value in fields(plan).items():
        set_field(name, value)


def fields(plan: Plan) -> Mapping[str, object]:
    """Return the value of every field of the settings."""
    units = {
        f"units_{place}": plan.hidden_sizes[min(place, len(plan.hidden_sizes) - 1)]
        for place in range(MAX_LAYERS)
    }
    return {
        "kind": kind_of(plan.cell),
        **option_fields(plan.cell),
        "layers": len(plan.hidden_sizes),
        **units,
        **{name: getattr(plan, name) for name in SETTINGS},
        "learning_rate": str(plan.learning_rate),  # a text: "0,01" is 1 in a field for numbers
    }


def learning_rate() -> float:
    """Return what the field of the learning rate says.

    Raises
    ------
    InputError
        If it says nothing that can be used.
    """
    return read_rate(str(field("learning_rate") or ""))


def number(name: str) -> int:
    """Return a whole number that is no field; 0 at first."""
    return int(st.session_state.get(key(name), 0))


def keep_within(field_key: str, count: int) -> None:
    """Let a field that holds a place among so many begin at the first, also when there are fewer now."""
    if st.session_state.get(field_key, count) not in range(count):
        st.session_state[field_key] = 0


def notice(text: str, tone: Tone = "error") -> None:
    """Leave a message for the next time the page is drawn."""
    st.session_state[key("left_notice")] = (text, tone)


def take_notice() -> tuple[str, Tone]:
    """Return the message that was left, once; empty if there is none."""
    return cast("tuple[str, Tone]", st.session_state.pop(key("left_notice"), ("", "error")))


def edited(table_key: str) -> dict[int, dict[str, object]]:
    """Return the cells of a table that were changed, by row and column."""
    state = cast(Mapping[str, dict[int, dict[str, object]]], st.session_state.get(table_key, {}))
    return state.get("edited_rows", {})
