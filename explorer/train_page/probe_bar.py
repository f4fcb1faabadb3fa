"""The example that is watched, what of it is shown, and how a network that writes does so."""

from __future__ import annotations

import streamlit as st

from explorer.session import train_state, workspace
from explorer.session.train_state import key
from explorer.train_page.pictures import carried
from explorer.training.probes import example, hint, offered, typed
from explorer.training.runs import Runs
from explorer.views.notice import Notice, notices
from explorer.views.predictions.answers import Writing
from lstm_core import InputError
from lstm_core.tasks.base import Probe


def choose(held: Runs) -> Probe:
    """Draw the choice of the example; one that cannot be read leaves the last one on screen."""
    source = held.plan.source
    names = offered(source)
    picked = key(f"probe_{source.task}_{hash(source.own)}")
    train_state.keep_within(picked, len(names))
    with st.container(horizontal=True, vertical_alignment="bottom", key="probe_bar"):
        place = st.selectbox(
            "Watch one example",
            range(len(names)),
            key=picked,
            format_func=names.__getitem__,
            persist_state="session",
        )
        text = ""
        if held.plan.task.typed:
            text = st.text_input(
                "or type one",
                key=key(f"typed_{source.task}"),
                placeholder=f"such as {hint(source)}",
                persist_state="session",
            )
        layer, reverse = _choose_layer(held)
        left = st.button("Open in Explore", key=key("to_explore"), icon=":material/open_in_new:")
    held.layer = layer, reverse
    problems = []
    if text.strip():
        try:
            problems += [Notice(note, tone="note") for note in typed(source, text).notes]
        except InputError as error:
            problems.append(Notice("This cannot be read.", f"{error}."))
            last = train_state.field("last_read")
            text = last[1] if isinstance(last, tuple) and last[0] == source else ""
    train_state.set_field("last_read", (source, text))
    if text.strip():
        probe, watched = typed(source, text), f"typed {text}"
    else:
        probe, watched = example(source, place), f"example {place}"
    with st.container(key="probe_said"):
        notices(problems, key="probe_notice")
    held.watch(watched)
    if left:
        _open_in_explore(held, probe)
    return probe


def _choose_layer(held: Runs) -> tuple[int, bool]:
    """Draw the choice of the layer whose strips are shown, where there are several."""
    config = held.plan.network().config
    choices = [(place, reverse) for place, layer in enumerate(config.layers) for reverse in layer.directions]
    if len(choices) == 1:
        return choices[0]
    field = key("layer")
    train_state.keep_within(field, len(choices))
    several = len(config.layers) > 1

    def words(index: int) -> str:
        place, reverse = choices[index]
        way = ("backward" if reverse else "forward") if config.layers[place].bidirectional else ""
        return " ".join(part for part in (f"layer {place + 1}" if several else "", way) if part)

    return choices[st.selectbox("Show", range(len(choices)), key=field, format_func=words, width=150)]


def _open_in_explore(held: Runs, probe: Probe) -> None:
    trained = carried(held, probe)
    try:
        if trained.refusal:
            raise InputError(trained.refusal.rstrip("."))
        workspace.open_carried(trained)
    except InputError as error:
        train_state.notice(f"This cannot be opened in Explore: {error}.")
        st.rerun()
    if held.worker.state == "running":
        held.worker.pause("Paused while you were on another page.")
    st.switch_page("pages/explore.py")


def writing(held: Runs) -> Writing:
    """Draw how a network writes, if it does."""
    if held.plan.task.answer != "writing":
        return Writing("")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    temperature = left.slider(
        "Temperature",
        0.0,
        2.0,
        0.5,
        0.1,
        key=key("temperature"),
        help="0 always takes the likeliest character; higher values dare more.",
        persist_state="session",
    )
    if right.button("Write again", key=key("again"), width="stretch"):
        train_state.set_field("draw", train_state.number("draw") + 1)
    return Writing("", temperature=temperature, seed=train_state.number("draw"))
