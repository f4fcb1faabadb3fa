"""The sidebar of the Train page: what to learn, with which network, and how. It returns a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.cell_styles import CELL_STYLES
from explorer.fields import Real
from explorer.forms.cell import options
from explorer.forms.numbers import Fields
from explorer.session import train_state
from explorer.session.train_state import field, key, size_key
from explorer.train_page import own_data
from explorer.training.estimate import Estimate, estimate
from explorer.training.limits import LAYERS, SEED, UNITS, largest_size
from explorer.training.plan import ClipName, Plan, Source
from explorer.training.settings import REGULARIZATION, SETTINGS, in_group
from explorer.training.wording import duration
from explorer.views.notice import Notice, notices
from explorer.wording import counted, grouped
from lstm_core import TASKS, Embedding, InputError, OneHot
from lstm_core.cells.base import Cell
from lstm_core.tasks import TaskData

_CLIPS: dict[ClipName, str] = {"none": "none", "norm": "by norm", "value": "by value"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the sidebar says.

    Attributes
    ----------
    plan : Plan, optional
        The plan, or None while the fields cannot be read.
    cost : Estimate, optional
        What it costs, or None while it cannot be run.
    source : Source, optional
        What the fields were drawn for, if they were drawn to the last one.
    readable : bool
        Whether all of them could be read.
    refused : str
        Why it cannot be run although all could be read.
    """

    plan: Plan | None
    cost: Estimate | None
    source: Source | None = None
    readable: bool = True
    refused: str = ""


def sidebar() -> Choice:
    """Draw all fields in the order of the questions they answer."""
    train_state.first_values()
    fields, source = Fields(), None
    try:
        if (wanted := train_state.wanted()) is not None:
            train_state.fill_all(wanted)
            own_data.fill_choice(wanted.source)
        source = _source(fields)
        if wanted is None and fields.usable:
            train_state.fill_for(source)
        plan = _settings(source, fields)
        if not fields.usable:
            st.caption("A field above cannot be read. Nothing can be started until it can.")
            return Choice(None, None, source, readable=False)
        cost = estimate(plan)
    except InputError as error:
        notices([Notice("This cannot be trained.", f"{error}.")], key="train_refused")
        return Choice(None, None, source, refused=f"{error}.")
    _summary(cost)
    return Choice(plan, cost, source)


def task_picker(place: DeltaGenerator) -> None:
    """Draw the choice of the task; it stands beside the title, like the presets of Explore."""
    place.selectbox(
        "Task",
        list(TASKS),
        key=key("task"),
        format_func=lambda name: TASKS[name].name,
        label_visibility="collapsed",
        persist_state="session",
    )


def _source(fields: Fields) -> Source:
    """Draw the data of the task that is picked, and its sizes."""
    task = TASKS[str(field("task"))]
    st.subheader("Data", anchor=False)
    own, usable = own_data.choose(task)
    fields.usable = usable
    sizes = []
    for size in task.sizes:
        high = largest_size(size.key, size.high)
        found = fields.whole(st.container(), size.words, size.low, high, key(size_key(task.key, size.key)))
        sizes.append((size.key, found))
    left, right = st.columns(2, vertical_alignment="bottom")
    seed = fields.whole(
        left, "Seed", *SEED, key("seed"), "The same seed gives the same data, weights and order."
    )
    right.button(
        "Defaults",
        key=key("defaults"),
        on_click=train_state.forget_filled,
        width="stretch",
        help="The task's own settings again.",
    )
    return Source(task=task.key, sizes=tuple(sizes), own=own, seed=seed)


def _settings(source: Source, fields: Fields) -> Plan:
    """Draw the network and how it is trained."""
    data = Plan(source=source).data()
    st.subheader("Network", anchor=False)
    left, right = st.columns([5, 4])
    kind: str = left.selectbox(
        "Kind",
        list(CELL_STYLES),
        key=key("kind"),
        format_func=lambda kind: CELL_STYLES[kind].name,
        persist_state="session",
    )
    layers = fields.whole(right, "Layers", *LAYERS, key("layers"))
    units = _units(layers, fields)
    found = _shape(data, fields)
    cell = _cell(data, kind, units, found["embedding"], found["bidirectional"])
    with st.expander("Against learning by heart", icon=":material/shield:", key=key("open_regular")):
        st.caption("Dropout leaves out a share of the numbers while it trains; L1 and L2 keep weights small.")
        rows = in_group(REGULARIZATION)
        shares = [row.key for row in rows if isinstance(row, Real) and row.is_share]
        for name in shares:
            found[name] = _draw(fields, st.container(), name)
        others = [row.key for row in rows if row.key not in shares]
        for column, name in zip(cycle(st.columns(2)), others, strict=False):
            found[name] = _draw(fields, column, name)
    st.subheader("Training", anchor=False)
    left, right = st.columns(2)
    found["epochs"] = _draw(fields, left, "epochs")
    found["batch_size"] = _draw(fields, right, "batch_size")
    with st.expander("Optimiser and clipping", icon=":material/tune:", key=key("open_optimiser")):
        left, right = st.columns(2)
        found["optimizer"] = _draw(fields, left, "optimizer")
        if found["optimizer"] == "SGD":
            found["momentum"] = _draw(fields, right, "momentum")
        left, right = st.columns(2)
        found["clip"] = _draw(fields, left, "clip", names=_CLIPS)
        if found["clip"] != "none":
            found["clip_limit"] = _draw(fields, right, "clip_limit")
        found["patience"] = _draw(fields, st.container(), "patience")
        if "f" in cell.blocks:
            found["forget_bias"] = _draw(fields, st.container(), "forget_bias")
    return Plan(
        # What stopped the run has chosen by the validation data, so that a third part is needed to judge it.
        source=replace(source, test=True) if found["patience"] else source,
        cell=cell,
        hidden_sizes=units,
        learning_rate=_learning_rate(),
        **found,
    )


def _draw(fields: Fields, place: DeltaGenerator, name: str, **options: Any) -> Any:
    """Draw the field of a setting."""
    return fields.draw(place, SETTINGS[name], key(name), **options)


def _units(layers: int, fields: Fields) -> tuple[int, ...]:
    """Draw the number of units of each layer."""
    label: Callable[[int], str] = lambda place: "Units" if layers == 1 else f"Layer {place + 1}"  # noqa: E731
    return tuple(
        fields.whole(column, label(place), *UNITS, key(f"units_{place}"))
        for place, column in enumerate(st.columns(layers))
    )


def _shape(data: TaskData, fields: Fields) -> dict[str, Any]:
    """Draw how ids are fed, and whether the network looks both ways and back over all timesteps."""
    found: dict[str, Any] = {"embedding": 0}
    if isinstance(data.recipe.network.inputs, OneHot | Embedding):
        found["embedding"] = _draw(fields, st.container(), "embedding")
    options: dict[str, Any] = {}
    if data.forward_only:
        options = {"disabled": True, "help": "It would see the answer: this task is to say what comes next."}
    for name in ("bidirectional", "attention"):
        chosen = _draw(fields, st.container(), name, **options)
        found[name] = chosen and not data.forward_only
    return found


def _cell(data: TaskData, kind: str, units: tuple[int, ...], embedding: int, bidirectional: bool) -> Cell:
    """Draw the options of the cell; all layers have the same."""
    below = [width * (2 if bidirectional else 1) for width in units[:-1]]
    widths = [embedding or data.recipe.network.inputs.width, *below]
    # Some options need as many inputs as units, in every layer.
    fits = all(width == size for width, size in zip(widths, units, strict=True))
    return options(kind, units[0] if fits else units[0] + 1, units[0], page=key(""))


def _learning_rate() -> float:
    """Return what the field of the run bar holds; while that is none, what the run uses until then."""
    try:
        return train_state.learning_rate()
    except InputError:
        return train_state.training_runs().worker.trainer.learning_rate


def _summary(cost: Estimate) -> None:
    """Say what the choice costs."""
    seconds = "less than a second" if cost.seconds < 1 else f"about {duration(cost.seconds)}"
    updates = counted(cost.updates, "update")
    st.caption(f"**{grouped(cost.parameters)} parameters** · {updates} · {seconds} of computing")
