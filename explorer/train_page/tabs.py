"""The tabs of the Train page: the runs that were kept, the data, and what a task has to show besides."""

from __future__ import annotations

import streamlit as st

from explorer.session.train_state import training_runs
from explorer.train_page import about, by_hand, data, runs
from explorer.train_page import word_order as order
from lstm_core.tasks.sentiment import SentenceReader

_OF_THE_MOMENT = ("Order matters", "By hand")


def tabs() -> None:
    """Draw the tabs that the task has; each is computed when it is opened."""
    held = training_runs()
    parts = {"Runs": runs.draw, "Data": data.draw}
    if isinstance(held.plan.data().reader, SentenceReader):
        parts["Order matters"] = order.draw
    if by_hand.applies(held.plan):
        parts["By hand"] = by_hand.draw
    parts["About"] = about.draw
    opened = ""
    for name, tab in zip(parts, st.tabs(list(parts), key="train_tab", on_change="rerun"), strict=True):
        if tab.open:
            opened = name
            with tab:
                parts[name]()
    held.told(opened in _OF_THE_MOMENT)
