"""Draw the whole page when its connection comes back. Nothing is shown.

A server that was started anew has never drawn the page, and answers none of its fragments until it has.
"""

from __future__ import annotations

from explorer.web import component

_component = component("connection")


def watch() -> None:
    """Let the browser say when it is connected again."""
    _component(key="connection", data={}, on_back_change=_draw)


def _draw() -> None:
    """Do nothing: that the browser said it is what draws the page."""
