"""Explore: a sequence, a cell, its weights, and every number that follows from them."""

import streamlit as st

from explorer import controls, panels, workspace
from explorer.cell_view import cell_view
from explorer.notice import Notice, notices
from explorer.runs import in_words, message, run
from lstm_core import InputError

bench = workspace.current()

with st.sidebar:
    fields = controls.sidebar(bench)

experiment = fields.experiment
key = asked = experiment.key
reason = ""
try:
    trace = run(key, experiment)
except InputError as error:
    # The numbers grew too large: the last good picture stays, with the reason above it.
    reason = f"{in_words(error)} The picture still shows the last good run."
    experiment = bench.experiment
    key = experiment.key
    trace = run(key, experiment)
else:
    workspace.update(experiment)
    with fields.news:
        notices([Notice(text, tone="note") for text in experiment.news], key="weights_news")

panels.heading(bench.preset, asked)
notices([Notice("These numbers cannot be run.", reason)] if reason else [], key="run_notice")
cell_view(message(key, bench.scene, bench.preset.opening, experiment), key="cell_view")
panels.tabs(experiment, key, trace)
