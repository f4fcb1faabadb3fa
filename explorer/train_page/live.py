"""What changes while a run runs: progress, curves, the strips of one example, and predictions against truth.

It is one fragment that draws itself again several times a second while the run runs, and only then. What one
can choose there stands between its pictures but is drawn with the page: each element costs every drawing.
"""

from __future__ import annotations

import streamlit as st

from explorer.session.train_state import key, training_runs
from explorer.train_page import pictures, probe_bar
from explorer.train_page.progress import progress
from explorer.training.refresh_interval import refresh_interval
from explorer.views.refresh import refresh


def live() -> None:
    """Draw it, and again while the run runs."""
    held = training_runs()
    held.told(False)  # the tabs are drawn after this, whatever they showed before
    above = st.container(key="train_above")
    probe = probe_bar.choose(held)
    left, right = st.columns([576, 324], gap="small")
    with right:
        writing = probe_bar.writing(held)
    running, subject = held.worker.state == "running", held.subject

    def draw() -> None:
        held = training_runs()
        held.worker.look()
        if held.subject != subject:
            st.rerun()  # another run is looked at, and may have other examples
        with above:
            progress(held)
            pictures.curves(held)
        with left:
            pictures.strips(held, probe)
        with right:
            pictures.predictions(held, probe, writing)
            if running:
                refresh(refresh_interval(held.worker.sharing), key=key("refresh"))
        # The buttons of the run depend on whether it runs, and a tab below may show the moment, too.
        if (held.worker.state == "running") != running or held.tabs_are_late:
            st.rerun()

    # The browser may lose a fragment for a moment and take it back at its number. In a container of its own
    # that is the place of nothing else.
    with st.container():
        st.fragment(draw)()
