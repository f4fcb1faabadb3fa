"""The sidebar: fields that return what they say, with every error beside the field it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.explore_page import sequence
from explorer.forms import cell
from explorer.model.experiment import Experiment
from explorer.model.workspace import Workspace
from explorer.session.workspace import open_preset

__all__ = ["Sidebar", "sidebar"]


@dataclass(frozen=True, slots=True)
class Sidebar:
    """What the fields say.

    Attributes
    ----------
    experiment : Experiment
        The experiment they describe; a field that cannot be read leaves its part as it was.
    news : DeltaGenerator
        Where to say what happened to the weights, once it has been run.
    readable : bool
        Whether all fields could be read.
    """

    experiment: Experiment
    news: DeltaGenerator
    readable: bool


def sidebar(shown: Workspace) -> Sidebar:
    """Draw all fields in the order they are explained: what goes in, the cell, where it starts."""
    found = shown.experiment
    fed, fed_readable = sequence.choose(found.sequence, shown.preset)
    st.subheader("Cell", anchor=False)
    kind, size, size_readable = cell.kind_and_size(found.hidden_size)
    found = found.with_parts(fed, cell.options(kind, fed.input_size, size), size)
    news = st.container()
    initial = cell.initial_state(found)
    found = found.with_initial(initial)
    st.button(
        "Reset",
        key="reset",
        on_click=open_preset,
        args=(shown.preset.key,),
        width="stretch",
        help="Back to the preset as it was opened."
        if shown.trained is None
        else "Back to the weights and the sequence that came from Train.",
    )
    readable = fed_readable and size_readable and len(initial) == len(found.cell.states)
    return Sidebar(found, news, readable)
