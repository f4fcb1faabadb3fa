"""Messages in place: what is wrong, where, and what to do; or what was done on the reader's behalf.

Streamlit's own boxes read Markdown, and a message can hold what a person typed. Here text stays
text, and a screen reader is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from explorer.web import component

Tone = Literal["error", "note", "empty", "good", "bad", "live"]

_component = component("notice")


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


def notices(messages: Sequence[Notice], *, key: str) -> None:
    """Show messages, or nothing and no empty space when there are none."""
    if messages:
        _component(data={"messages": [asdict(message) for message in messages]}, key=key)
