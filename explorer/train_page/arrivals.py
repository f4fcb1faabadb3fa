"""What other pages hand over to the Train page."""

from __future__ import annotations

from explorer import studio_state, workspace
from explorer.studio_state import studio
from lstm_core import InputError


def arrivals() -> None:
    """Let the run begin with the weights that were edited in Explore, if any were sent."""
    params = workspace.take_weights_for_train()
    if params is None:
        return
    try:
        studio().begin_with(params, "the weights from Explore")
    except InputError as error:
        studio_state.notice(f"The weights from Explore do not fit this run: {error}.")
