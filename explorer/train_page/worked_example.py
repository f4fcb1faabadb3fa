"""The published next-word example, worked through by hand: what can be chosen, and the stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from explorer.lessons.worked_example.payload import message, opening
from explorer.lessons.worked_example.payload.blocks import Block
from explorer.lessons.worked_example.payload.by_hand import hand_stage
from explorer.lessons.worked_example.payload.network import network_stage
from explorer.lessons.worked_example.payload.prediction import prediction_stage
from explorer.lessons.worked_example.payload.texts import data_stages
from explorer.lessons.worked_example.payload.training import training_head, training_rest
from explorer.lessons.worked_example.steps.choices import CHOICES, chosen
from explorer.lessons.worked_example.steps.forward import work_through
from explorer.lessons.worked_example.steps.parameters import Params, checked
from explorer.lessons.worked_example.steps.texts import Reading, read, vocabulary
from explorer.model import published
from explorer.session.fields import field, set_field, set_first
from explorer.views.notice import Notice, notices
from explorer.views.worked_example import stages
from lstm_core import InputError

_TEXT, _READ, _WEIGHTS, _SEED, _PADDING = (
    f"example_{name}" for name in ("text", "read", "weights", "seed", "padding")
)
_LONGEST_TEXT = 200
_LARGEST_SEED = 9_999
_PADDING_WORDS = {True: "skipped, as in this app", False: "read as 0, as in the notebook"}


def worked_example(
    current: Mapping[str, np.ndarray] | None = None,
    *,
    load_published: Callable[[], None] | None = None,
) -> None:
    """Draw the tab.

    Parameters
    ----------
    current : mapping of ndarray, optional
        The weights of the run that is looked at. They are offered if they are those of a network of this
        shape: one LSTM unit that reads plain ids, and five classes.
    load_published : callable, optional
        Takes the published weights over into the run; it stands behind a button. It is called before the
        page runs again, so it may fill in fields.
    """
    _draw(None if current is None else checked(current), load_published)


@st.fragment
def _draw(current: Params | None, load_published: Callable[[], None] | None) -> None:
    for key, value in {_TEXT: published.TEXT, _SEED: 0}.items():
        set_first(key, value)
    _show("example_opening", opening())
    left, right = st.columns([1, 2], gap="medium")
    with left:
        reading, skip = _choose_text()
    with right:
        choice = _choose_weights(current)
        _offer_to_load(load_published)
    # The field of the seed stands further down.
    weights = chosen(choice, int(str(field(_SEED))), current)
    _show("example_first", data_stages(reading), network_stage(weights), training_head())
    rest = [training_rest(_choose_seed())]
    try:
        through = work_through(weights.params, reading, skip=skip)
        rest += [prediction_stage(weights, reading), hand_stage(weights.params, through)]
    except InputError as error:
        notices([Notice("These weights cannot be worked with.", f"{error}.")], key="example_weights_notice")
    _show("example_rest", *rest)


def _offer_to_load(load_published: Callable[[], None] | None) -> None:
    if load_published is not None and st.button(
        "Load the published weights into this run",
        key="example_load",
        on_click=load_published,
        icon=":material/download:",
    ):
        st.rerun()  # all of the page shows them


def _show(key: str, *shown: Block) -> None:
    stages(message(*shown), key=key)


def _choose_text() -> tuple[Reading, bool]:
    """Let a text be typed; one that cannot be read leaves the last one on screen."""
    text = st.text_input(
        "Text to work through",
        key=_TEXT,
        max_chars=_LONGEST_TEXT,
        persist_state="session",
        help=f"The last two words are read. The network knows: {_known()}.",
    )
    problems = []
    try:
        reading = read(text)
        set_field(_READ, text)
        problems = [Notice(note, tone="note") for note in reading.notes]
    except InputError as error:
        reading = read(str(field(_READ, published.TEXT)))
        problems = [
            Notice("This text cannot be read.", f"{error}. Everything below is still about “{reading.text}”.")
        ]
    notices(problems, key="example_text_notice")
    if not reading.padded:
        return reading, True
    skip = st.radio(
        "Padding, as this text is short, is",
        list(_PADDING_WORDS),
        key=_PADDING,
        format_func=_PADDING_WORDS.__getitem__,
        horizontal=True,
        persist_state="session",
    )
    return reading, bool(skip)


def _known() -> str:
    return ", ".join(word.word for word in vocabulary() if word.id)


def _choose_weights(current: Params | None) -> str:
    offered = [key for key in CHOICES if key != "current" or current is not None]
    if field(_WEIGHTS, offered[0]) not in offered:
        set_field(_WEIGHTS, offered[0])
    chosen: str = st.radio(
        "Weights to work with",
        offered,
        key=_WEIGHTS,
        format_func=CHOICES.__getitem__,
        horizontal=True,
        persist_state="session",
    )
    return chosen


def _choose_seed() -> int:
    seed: Any = st.number_input(
        "Seed of the first weights",
        0,
        _LARGEST_SEED,
        step=1,
        key=_SEED,
        width=220,
        persist_state="session",
        help="Another seed draws other weights to begin with.",
    )
    return int(seed)
