"""The tabs of the Train page: the runs that were kept, the data, and what a task has to show besides."""

from __future__ import annotations

import streamlit as st

from explorer.studio_state import studio
from explorer.train_page import about, by_hand, data, order, runs
from lstm_core.tasks.sentiment import SentenceReader


def tabs() -> None:
    """Draw the tabs that the task has; each is computed when it is opened."""
    shown = studio().plan.data()
    parts = {"Runs": runs.draw, "Data": data.draw}
    if isinstance(shown.reader, SentenceReader):
        parts["Order matters"] = order.draw
    if by_hand.applies(studio().plan):
        parts["By hand"] = by_hand.draw
    parts["About"] = about.draw
    for tab, draw in zip(
        st.tabs(list(parts), key="train_tab", on_change="rerun"), parts.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw()
