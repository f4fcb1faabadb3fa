"""What every page stands in: style sheet, navigation, and the collector frozen once."""

from __future__ import annotations

import threading
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.app.catalog import PAGES
from explorer.app.collector import freeze_collector
from explorer.session import train_state, workspace
from explorer.session.fields import field, set_field
from explorer.session.visitor import remember_tab, take_lost
from explorer.views import connection
from explorer.views.notice import Notice, notices

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_STYLE = (_HERE / "frame.css").read_text("utf-8")
_LOGO = str(_HERE / "logo.svg")
_PAGE = "frame_page"
_shown = threading.Event()


def enter() -> None:
    """Begin a page: every page calls it first. Who was here before is told what was lost.

    A server whose first visitor opens the address of a page takes the folder ``pages`` for an app of
    Streamlit's older kind and runs that page alone, until somebody has called ``st.navigation``. Then the
    page brings its frame itself.
    """
    if not _shown.is_set():
        show()
        st.stop()
    lost = take_lost()
    notices([Notice(lost, tone="note")] if lost else [], key="lost_notice")


def leave() -> None:
    """End a page: every page calls it last. Who was here before finds again what there was.

    What the browser answers to this draws the page once more. Any earlier, that would break off a page that
    is still being drawn: of a field that was filled in and not yet sent, the browser would have nothing.
    """
    remember_tab(_come_back)
    connection.watch()


def show() -> None:
    """Configure the app and run the page that the address names."""
    _shown.set()
    st.set_page_config(page_title="LSTM Explorer", page_icon=_LOGO, layout="wide", initial_sidebar_state=300)
    st.html(f"<style>{_STYLE}</style>")
    st.logo(_LOGO, size="large", icon_image=_LOGO)
    sections: dict[str, list[st.Page]] = {}
    for entry in PAGES:
        page = st.Page(
            _ROOT / entry.file,
            title=entry.title,
            icon=entry.icon,
            url_path=entry.url_path or None,
            default=not entry.url_path,
        )
        sections.setdefault(entry.section, []).append(page)
    page = st.navigation(sections, position="top")
    _come_to(page.url_path)
    page.run()
    freeze_collector("pages")


def _come_back() -> None:
    workspace.come_back()
    train_state.come_back()


def _come_to(page: str) -> None:
    """Let nothing of the page that was left be drawn over this one.

    A fragment that draws itself again is asked for by the browser, which goes on asking until it has heard
    of the new page. Streamlit would answer such a late request after the new page is drawn, as a run of the
    page that was left, and the new one would be empty. So the fragments of the other page are forgotten
    here, which refuses what still comes; what came already is taken up by running this page once more.
    """
    before = field(_PAGE, page)
    set_field(_PAGE, page)
    context = get_script_run_ctx()
    if before != page and context is not None:
        context.fragment_storage.clear()
        st.rerun()
