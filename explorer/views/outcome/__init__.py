"""Predictions against truth: what a network says about its task at one moment of its training.

``outcome_of`` runs the network, ``pack_outcome`` makes the message, ``outcome`` shows it. Which form the
answers take follows from what the task declares.
"""

from __future__ import annotations

from explorer.views.outcome.answers import Writing, outcome_of
from explorer.views.outcome.payload import pack_outcome
from explorer.views.outcome.pictures import Outcome
from explorer.web import component

__all__ = ["Outcome", "Writing", "outcome", "outcome_of", "pack_outcome"]

_component = component("outcome")


def outcome(data: bytes, *, key: str) -> None:
    """Show what a network says.

    Parameters
    ----------
    data : bytes
        What ``pack_outcome`` returned.
    key : str
        With the same key the component stays in the browser and takes only what is new.
    """
    _component(data=data, key=key)
