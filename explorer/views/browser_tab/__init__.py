"""Which tab of a browser a visit comes from, so that a reload finds again what it had. Nothing is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a browser.

    Attributes
    ----------
    name : str
        What a reload does not change, and nobody else can guess.
    copy_of : str, optional
        The name of the tab that it was duplicated from, if that is still open.
    """

    name: str
    copy_of: str | None = None


def tab_of(state: object) -> Tab | None:
    """Return the tab in what the component has sent, of which no part is trusted: a browser wrote it."""
    tab = state.get("tab") if isinstance(state, Mapping) else None
    if not isinstance(tab, Mapping):
        return None
    name = _name(tab.get("name"))
    return None if name is None else Tab(name, _name(tab.get("copyOf")))


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None
