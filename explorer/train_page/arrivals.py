"""What comes to the Train page from Explore."""

from __future__ import annotations

from explorer.session import train_state, workspace
from explorer.session.train_state import training_runs
from lstm_core import InputError


def arrivals() -> None:
    """Let the run begin with the weights that were edited in Explore, if any were sent."""
    taken = workspace.take_weights_for_train()
    if taken is None:
        return
    params, plan = taken
    try:
        training_runs().begin_with(params, plan, "the weights from Explore")
    except InputError as error:
        train_state.notice(f"The weights from Explore do not fit this run: {error}.")
    else:
        train_state.want(plan)  # fields that say something else would ask for another network
