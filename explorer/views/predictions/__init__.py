"""Predictions against truth: what a network says about its task at one moment of its training.

``predictions_of`` runs the network, ``pack_predictions`` makes the message, ``predictions`` shows it. Which
form the answers take follows from what the task declares.
"""

from __future__ import annotations

from explorer.views.predictions.answers import Writing, predictions_of
from explorer.views.predictions.payload import pack_predictions
from explorer.views.predictions.pictures import Predictions
from explorer.web import component

__all__ = ["Predictions", "Writing", "pack_predictions", "predictions", "predictions_of"]

_component = component("predictions")


def predictions(data: bytes, *, key: str) -> None:
    """Show what a network says.

    Parameters
    ----------
    data : bytes
        What ``pack_predictions`` returned.
    key : str
        With the same key the component stays in the browser and takes only what is new.
    """
    _component(data=data, key=key)
