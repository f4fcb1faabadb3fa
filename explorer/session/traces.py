"""Runs and what is drawn from them, kept by content: the same experiment is never run twice in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.model.experiment import Experiment
from explorer.model.opening import Opening
from explorer.theme import Mode
from explorer.views.cell_view.payload import ReadoutTrace, pack_trace
from lstm_core import InputError, LayerTrace, OverflowInputError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def in_words(error: InputError) -> str:
    """Return why something cannot be run, for a reader who counts timesteps from 1."""
    if not isinstance(error, OverflowInputError):
        return str(error)
    return (
        f"At t = {error.timestep + 1} the numbers of unit {error.unit + 1} grow past the largest that "
        "a computer can hold. tanh and σ keep numbers small; relu and identity let them grow."
    )


# Few entries: the largest run allowed takes 14 MB, its message as much again, and a host may have 690 MB.
@st.cache_resource(show_spinner=False, max_entries=4)
def run(key: str, _experiment: Experiment) -> LayerTrace:
    """Return the trace of an experiment; ``key`` is ``_experiment.key``."""
    return _experiment.run()


@st.cache_resource(show_spinner=False, max_entries=4)
def message(key: str, scene: str, opening: Opening, _experiment: Experiment) -> bytes:
    """Return what the cell view draws, for one experiment in one scene."""
    trace = run(key, _experiment)
    return pack_trace(
        trace,
        _experiment.sequence,
        scene=scene,
        opening=opening,
        readout=_readout(_experiment, trace["h"][0]),
    )


def _readout(experiment: Experiment, h: np.ndarray) -> ReadoutTrace | None:
    """Let the layer after the cell read h, if it fits the cell and was trained for such a sequence."""
    readout, fed = experiment.readout, experiment.sequence
    if readout is None or not readout.reads(experiment.cell, experiment.hidden_size, fed):
        return None
    logits = readout.dense.logits(h)
    outputs = readout.outputs(logits)
    units = readout.units
    values = None if units is None else (fed.values[:, :1] + outputs) * units.scale + units.level
    return ReadoutTrace(readout, logits, outputs, readout.truths_of(fed), values)


@st.cache_resource(show_spinner=False, max_entries=4)
def heatmap_figure(key: str, mode: Mode, _experiment: Experiment) -> Figure:
    """Return the heatmaps of a run, made once: at full size they take over a second."""
    from explorer.figures.heatmaps import heatmaps  # Plotly: only for those who open the tab

    return heatmaps(run(key, _experiment), _experiment.sequence, mode)
