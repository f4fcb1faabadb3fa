"""Messages in place: what is wrong, where, and what to do; or what was done on the reader's behalf.

Streamlit's own boxes read Markdown, and a message can hold what a person typed. Here text stays
text, and a screen reader is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from explorer.web import bundle, styles
from explorer.web.light import Light

Tone = Literal["error", "note", "empty", "good", "bad", "live"]

_HERE = Path(__file__).parent

_HTML = '<div class="lx notices">\n</div>'
_CSS = styles(_HERE)
_component = st.components.v2.component(
    "lstm_explorer_notice", html=_HTML, css=_CSS, js=bundle(_HERE, "component")
)
light = Light("lstm_explorer_notice", _component, html=_HTML, css=_CSS)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes
    ----------
    headline : str
        Bold.
    advice : str
        What to do, or more detail.
    tone : {"error", "note", "empty", "good", "bad", "live"}
        How it looks: an error has an edge, a note does not, an empty field a dashed box; a result is good
        or bad, and its words say which. What is live changes all the time, and is not read aloud.
    """

    headline: str
    advice: str = ""
    tone: Tone = "error"


def notices(messages: Sequence[Notice], *, key: str, show: Callable[..., object] = _component) -> None:
    """Show messages, or nothing and no empty space when there are none.

    ``show=light`` where they are shown many times a second.
    """
    if messages:
        show(data={"messages": [asdict(message) for message in messages]}, key=key)
