"""What comes to the Train page from elsewhere: from Explore, and from before a reload."""

from __future__ import annotations

from explorer import studio_state, workspace
from explorer.studio_state import studio
from explorer.training.plan import Plan
from lstm_core import InputError


def remembered() -> None:
    """Let a tab that is loaded again find its runs, with the fields as its last run has them."""
    studio_state.remember_tab(_found)


def _found(plan: Plan) -> None:
    studio_state.want(plan)
    studio_state.take("pace")  # what it was drawn with is not the pace of the run that was found


def arrivals() -> None:
    """Let the run begin with the weights that were edited in Explore, if any were sent."""
    params = workspace.take_weights_for_train()
    if params is None:
        return
    try:
        plan = studio().begin_with(params, "the weights from Explore")
    except InputError as error:
        studio_state.notice(f"The weights from Explore do not fit this run: {error}.")
    else:
        studio_state.want(plan)  # fields that say something else would ask for another network
