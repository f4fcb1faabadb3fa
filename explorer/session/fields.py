"""What the fields of a page hold, by key, also while they are not on screen."""

from __future__ import annotations

import streamlit as st


def field(key: str, default: object = None) -> object:
    """Return what a field holds."""
    return st.session_state.get(key, default)


def set_field(key: str, value: object) -> None:
    """Fill in a field; only before it is drawn, so from a callback."""
    st.session_state[key] = value


def set_first(key: str, value: object) -> None:
    """Fill in a field that holds nothing yet."""
    st.session_state.setdefault(key, value)
