"""The cell view: one timestep of a run as a picture, all timesteps as strips, one value as a formula.

Everything that moves in time moves in the browser. Python sends one message per run and hears
nothing back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from explorer.web import bundle, styles
from explorer.web.light import Light

_HERE = Path(__file__).parent
_MODULES = (
    "model",
    "stack",
    "diagram",
    "lstm",
    "gru",
    "rnn",
    "strips",
    "legend",
    "transport",
    "formula",
    "readout",
    "sentence",
    "component",
)  # fmt: skip

_HTML = (_HERE / "component.html").read_text("utf-8")
_CSS = styles(_HERE)
_component = st.components.v2.component(
    "lstm_explorer_cell_view", html=_HTML, css=_CSS, js=bundle(_HERE, *_MODULES)
)
light = Light("lstm_explorer_cell_view", _component, html=_HTML, css=_CSS)


def cell_view(data: bytes, *, key: str, show: Callable[..., object] = _component) -> None:
    """Show a run.

    Parameters
    ----------
    data : bytes
        What ``explorer.cell_view.payload.pack_trace`` returned.
    key : str
        With the same key the view stays as it is in the browser and takes only the new run.
    show : callable
        ``light`` where it is shown many times a second.
    """
    show(data=data, key=key)
