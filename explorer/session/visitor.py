"""Who is here: one visitor a session, found again by the tab of the browser when the page is loaded again.

What a visitor has lives in a resource of the session, so that a run's thread ends when its visitor leaves. A
tab that is loaded again is another session: it gets what the one before had.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.session.store import SessionStore, Visitor
from explorer.views.browser_tab import Tab, browser_tab, tab_of

_STORE = SessionStore()
_COMPONENT = "browser_tab"
_TAB = "visitor_tab"
"""What it has told: its own state ends with each page."""
_LOST = "lost"


@st.cache_resource(scope="session", on_release=_STORE.leave, show_spinner=False)
def visitor() -> Visitor:
    """Return who is here. Streamlit lets go of it as soon as the connection is lost."""
    made = Visitor()
    _enter(made)
    return made


def remember_tab(found: Callable[[], None]) -> None:
    """Ask for the browser's tab, once; ``found`` is called if there is something that it had before."""

    def told() -> None:
        tab = tab_of(st.session_state.get(_COMPONENT))
        if tab is None:
            return
        st.session_state[_TAB] = tab
        if _enter(visitor()):
            found()

    browser_tab(known=_TAB in st.session_state, key=_COMPONENT, on_tab=told)


def take_lost() -> str:
    """Return what is to be told of what was lost since the page was left, once; mostly nothing."""
    visitor()  # who comes back after a broken connection hears of it at once
    return str(st.session_state.pop(_LOST, ""))


def _enter(made: Visitor) -> bool:
    """Let a visitor have what its tab had; return whether there was anything."""
    tab = st.session_state.get(_TAB)
    if not isinstance(tab, Tab):
        return False
    found = _STORE.enter(made, tab.name, tab.copy_of)
    lost = _STORE.lost(tab.name)
    if lost:
        st.session_state[_LOST] = lost
    return found
