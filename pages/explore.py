"""Explore: a sequence, a cell, its weights, and every number that follows from them."""

import streamlit as st

from explorer.app import frame
from explorer.explore_page import panels, sidebar
from explorer.session import workspace
from explorer.session.traces import in_words, message, run
from explorer.views.cell_view import cell_view
from explorer.views.notice import Notice, notices
from lstm_core import InputError

frame.enter()

with st.sidebar:
    fields = sidebar.sidebar(workspace.current())

reason = ""
try:
    run(fields.experiment.key, fields.experiment)
except InputError as error:
    # The numbers grew too large: the last good picture stays, with the reason above it.
    reason = f"{in_words(error)} The picture still shows the last good run."
else:
    workspace.update(fields.experiment, readable=fields.readable)

panels.heading()


@st.fragment
def picture(refused: str, before: str) -> None:
    """Draw all that an edit of the weights changes; the fields beside it stay as they are."""
    shown = workspace.current()
    experiment = shown.experiment
    key = experiment.key
    if refused and key != before:
        st.rerun()  # with other weights the fields may be runnable
    with fields.news:
        news = () if refused else experiment.news
        notices([Notice(text, tone="note") for text in news], key="weights_news")
    panels.look_for(shown.preset, changed=bool(refused) or panels.is_changed(shown.preset, key))
    notices([Notice("These numbers cannot be run.", refused)] if refused else [], key="run_notice")
    cell_view(message(key, shown.scene, shown.preset.opening, experiment), key="cell_view")
    panels.tabs(experiment, key, run(key, experiment))


# In a container of its own, see explorer/train_page/live.py.
with st.container():
    picture(reason, workspace.current().experiment.key)
frame.leave()
