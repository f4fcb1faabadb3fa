"""The published walk through the smallest of these networks, number by number."""

from __future__ import annotations

import streamlit as st

from explorer.training.plan import Plan


def applies(plan: Plan) -> bool:
    """Tell whether a plan is that of the two documents."""
    return plan.source.task == "next_word" and plan.source.own is None


def draw() -> None:
    """Draw the tab."""
    st.write("walk")
