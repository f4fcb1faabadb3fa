"""Order matters, shown: the same words in two orders, read by the network and by a bag of words."""

from __future__ import annotations

import streamlit as st


def draw() -> None:
    """Draw the tab."""
    st.write("order")
