"""Which tab of a browser a visit comes from, so that a reload finds again what it had. Nothing is shown."""

from __future__ import annotations

import re
from collections.abc import Callable

from explorer.web import component

_NAME = re.compile(r"[0-9a-f]{32}")

_component = component("browser_tab")


def browser_tab(*, known: bool, key: str, on_tab: Callable[[], None]) -> None:
    """Ask the browser for the name of its tab, once.

    Parameters
    ----------
    known : bool
        Whether it has told already.
    key : str
        For `tab_of`.
    on_tab : callable
        Called before the page is drawn again when it has told.
    """
    _component(data={"known": known}, key=key, on_tab_change=on_tab)


def tab_of(state: object) -> str | None:
    """Return the name in what the component has sent, if it is one: a browser wrote it."""
    name = state.get("tab") if hasattr(state, "get") else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else None
