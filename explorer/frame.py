"""What every page stands in: style sheet, navigation, and the collector frozen once."""

from __future__ import annotations

import threading
from pathlib import Path

import streamlit as st

from explorer.catalog import PAGES
from explorer.runs import freeze_collector

_HERE = Path(__file__).parent
_STYLE = (_HERE / "frame.css").read_text("utf-8")
_LOGO = str(_HERE / "logo.svg")
_shown = threading.Event()


def enter() -> None:
    """Begin a page.

    A server whose first visitor opens the address of a page takes the folder ``pages`` for an app of
    Streamlit's older kind and runs that page alone, until somebody has called ``st.navigation``. Then the
    page brings its frame itself.
    """
    if not _shown.is_set():
        show()
        st.stop()


def show() -> None:
    """Configure the app and run the page that the address names."""
    _shown.set()
    st.set_page_config(page_title="LSTM Explorer", page_icon=_LOGO, layout="wide", initial_sidebar_state=300)
    st.html(f"<style>{_STYLE}</style>")
    st.logo(_LOGO, size="large", icon_image=_LOGO)
    sections: dict[str, list[st.Page]] = {}
    for entry in PAGES:
        page = st.Page(
            _HERE.parent / entry.file,
            title=entry.title,
            icon=entry.icon,
            url_path=entry.url_path or None,
            default=not entry.url_path,
        )
        sections.setdefault(entry.section, []).append(page)
    page = st.navigation(sections, position="top")
    page.run()
    freeze_collector("pages")
