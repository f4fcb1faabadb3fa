"""Draw a fragment again after some seconds, for as long as this is drawn in it. Nothing is shown.

Streamlit's ``run_every`` asks by the clock, also while the whole page is being drawn. A fragment that follows
at once takes back what of its own has not been sent yet, but not the word that the page is complete: the
browser drops those elements, and what comes then may stand beside what was there before. Here the browser
asks in a rhythm, but for none before the last one has arrived.
"""

from __future__ import annotations

from time import monotonic

from explorer.web import component

_component = component("refresh")


def refresh(seconds: float, *, key: str) -> None:
    """Let the fragment in which this is called be drawn again, every so many seconds."""
    # Streamlit does not hand a message to a view that has just had the same one.
    _component(key=key, data={"seconds": seconds, "drawn": monotonic()}, on_due_change=_draw)


def _draw() -> None:
    """Do nothing: that the browser asked is what draws the fragment."""
