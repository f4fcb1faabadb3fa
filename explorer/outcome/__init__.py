"""Predictions against truth: what a network says about its task at one moment of its training.

``outcome_of`` runs the network, ``pack_outcome`` makes the message, ``outcome`` shows it. Which form the
answers take follows from what the task declares.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.outcome.answers import Writing, outcome_of
from explorer.outcome.payload import pack_outcome
from explorer.outcome.pictures import Outcome
from explorer.web import bundle, styles
from explorer.web.light import Light

__all__ = ["Outcome", "Writing", "outcome", "outcome_of", "pack_outcome"]

_HERE = Path(__file__).parent
_MODULES = ("axes", "chances", "tables", "rows", "curve", "scatter", "pairs", "component")

_CSS = styles(_HERE)
light = Light(
    "lstm_explorer_outcome",
    st.components.v2.component("lstm_explorer_outcome", css=_CSS, js=bundle(_HERE, *_MODULES)),
    html='<div class="lx outcome">\n</div>',
    css=_CSS,
)


def outcome(data: bytes, *, key: str) -> None:
    """Show what a network says, with the code that ``light.lend`` sends.

    Parameters
    ----------
    data : bytes
        What ``pack_outcome`` returned.
    key : str
        With the same key the component stays in the browser and takes only what is new.
    """
    light(data=data, key=key)
