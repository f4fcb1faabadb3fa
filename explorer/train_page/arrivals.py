"""What comes to the Train page from elsewhere: from Explore, and from before a reload."""

from __future__ import annotations

from dataclasses import replace

from explorer.session import train_state, workspace
from explorer.session.train_state import studio
from explorer.training.studio import Studio
from lstm_core import InputError


def remembered() -> None:
    """Let a tab that is loaded again find its runs, with the fields as its last run has them."""
    train_state.remember_tab(_found)


def _found(held: Studio) -> None:
    run = held.worker  # the fields are about this one, also while a kept one is looked at
    train_state.want(replace(run.asked, learning_rate=run.learning_rate))
    train_state.take("pace")  # what it was drawn with is not the pace of the run that was found


def arrivals() -> None:
    """Let the run begin with the weights that were edited in Explore, if any were sent."""
    params = workspace.take_weights_for_train()
    if params is None:
        return
    try:
        plan = studio().begin_with(params, "the weights from Explore")
    except InputError as error:
        train_state.notice(f"The weights from Explore do not fit this run: {error}.")
    else:
        train_state.want(plan)  # fields that say something else would ask for another network
