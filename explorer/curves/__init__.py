"""The curves of a training run: loss, metric and gradient norm, with a way back in training time.

``curves`` mounts them; ``payload`` makes what they are drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.web import bundle, styles
from explorer.web.light import Light

_FOLDER = Path(__file__).parent

_HTML = (_FOLDER / "component.html").read_text("utf-8")
_CSS = styles(_FOLDER)
light = Light(
    "lstm_explorer_curves",
    st.components.v2.component(
        "lstm_explorer_curves",
        css=_CSS,
        js=bundle(_FOLDER, "../outcome/axes", "words", "axes", "room", "chart", "timeline", "component"),
    ),
    html=_HTML,
    css=_CSS,
)


def curves(data: bytes, *, key: str, on_at: Callable[[], None] | None = None) -> int | None:
    """Show runs, and let the reader go back in training time, with the code that ``light.lend`` sends.

    Parameters
    ----------
    data : bytes
        What ``explorer.curves.payload.pack_curves`` returned.
    key : str
        With the same key the curves stay as they are in the browser and take only what is new.
    on_at : callable, optional
        Called without arguments when the reader has asked for a moment, before the script runs again. It
        learns which from ``asked_for(key)``. Asking for the same one again calls it again: the page may have
        moved on by itself in the meantime.

    Returns
    -------
    int or None
        What was asked for last: an index of ``moments``, or None for the latest.
    """
    result = light(key=key, data=data, on_at_change=on_at or _ignore)
    return _moment(result)


def asked_for(key: str) -> int | None:
    """Return the index of the moment that was asked for last, or None for the latest."""
    return _moment(st.session_state.get(key))


def _moment(state: Mapping[str, Any] | None) -> int | None:
    """Read {"moment": index or null, "when": time}, of which no part is trusted: a browser wrote it."""
    asked = state.get("at") if isinstance(state, Mapping) else None
    moment = asked.get("moment") if isinstance(asked, Mapping) else None
    return moment if isinstance(moment, int) and not isinstance(moment, bool) and moment >= 0 else None


def _ignore() -> None:
    """Do nothing: a state that nobody listens to is not kept."""
