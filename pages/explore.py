"""Explore: a sequence, a cell, its weights, and every number that follows from them."""

import streamlit as st

from explorer import controls, panels, workspace
from explorer.cell_view import cell_view
from explorer.notice import Notice, notices
from explorer.runs import message, run
from lstm_core import InputError

bench = workspace.current()

with st.sidebar:
    experiment = controls.experiment(bench)

panels.heading(bench.preset, experiment)

try:
    trace = run(experiment.key, experiment)
except InputError as error:
    # The numbers grew too large: the last good picture stays, with the reason above it.
    notices(
        [Notice("These numbers cannot be run.", f"{error} The picture still shows the last good run.")],
        key="run_notice",
    )
    experiment = bench.experiment
    trace = run(experiment.key, experiment)
else:
    workspace.update(experiment)

cell_view(message(experiment.key, bench.scene, bench.preset.opening, experiment), key="cell_view")
panels.tabs(experiment, trace)
