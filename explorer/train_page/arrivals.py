"""What comes to the Train page from elsewhere: from Explore, and from before a reload."""

from __future__ import annotations

from dataclasses import replace

from explorer import studio_state, workspace
from explorer.studio_state import studio
from explorer.training.studio import Studio
from lstm_core import InputError


def remembered() -> None:
    """Let a tab that is loaded again find its runs, with the fields as its last run has them."""
    studio_state.remember_tab(_found)


def _found(held: Studio) -> None:
    run = held.worker  # the fields are about this one, also while a kept one is looked at
    studio_state.want(replace(run.asked, learning_rate=run.learning_rate))
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
