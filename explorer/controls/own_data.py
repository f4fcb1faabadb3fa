"""Where the data of a task comes from: what the program brings, or what the visitor has."""

from __future__ import annotations

import streamlit as st

from explorer.studio_state import key
from explorer.training.plan import Own
from lstm_core.tasks import Task
from lstm_core.tasks.forecasting import passengers


def choose(task: Task) -> Own | None:
    """Draw the choice of data and return the visitor's own, or None for what the task makes itself."""
    if task.own is None:
        return None
    return None
