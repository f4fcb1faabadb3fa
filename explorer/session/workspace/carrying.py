"""A trained network comes over from Train, is looked at layer by layer, and goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np
import streamlit as st

from explorer.model.carried import Carried
from explorer.session.workspace.fields import PLACE_KEY, TASK_TEXT_KEY
from explorer.session.workspace.state import begin, current, is_open
from explorer.training.plan import Plan

_FOR_TRAIN = "weights_for_train"


def open_carried(carried: Carried) -> None:
    """Show a trained network, in a scene of its own; Explore shows it when it is opened next.

    Raises
    ------
    InputError
        If the network cannot be run. Ask ``carried.refusal`` first whether Explore can show it at all.
    """
    begin(carried, carried)


def carried() -> Carried | None:
    """Return the trained network as it came from Train, whether it is shown now or not."""
    return current().carried if is_open() else None


def choose_place() -> None:
    """Look at the layer and direction that the picker shows; changed weights and what was typed stay."""
    was = current().trained
    if was is None:
        return
    text = st.session_state.get(TASK_TEXT_KEY, "")
    layer, reverse = was.places[st.session_state[PLACE_KEY]]
    begin(replace(was, params=carried_back() or was.params, layer=layer, reverse=reverse))
    st.session_state[TASK_TEXT_KEY] = text


def carried_back() -> Mapping[str, np.ndarray] | None:
    """Return the network's parameters with the weights that are shown now in their place.

    None if no trained network is shown, or the weights no longer fit it: another kind of cell, other
    options or other sizes.
    """
    shown = current()
    if shown.trained is None:
        return None
    return shown.trained.with_weights(shown.experiment.cell, shown.experiment.blocks)


def carried_edited() -> bool:
    """Tell whether weights of the trained network were changed here, and still fit it."""
    shown, back = current(), carried_back()
    if back is None or shown.carried is None:
        return False
    return any(not np.array_equal(array, shown.carried.params[name]) for name, array in back.items())


def weights_for_train() -> None:
    """Lay the parameters of ``carried_back`` ready for Train, with what their run was asked for."""
    back, shown = carried_back(), current().trained
    if back is not None and shown is not None and shown.plan is not None:
        st.session_state[_FOR_TRAIN] = back, shown.plan


def take_weights_for_train() -> tuple[Mapping[str, np.ndarray], Plan] | None:
    """Return the parameters that were laid ready for Train, and the plan that they go on under, once."""
    return cast("tuple[Mapping[str, np.ndarray], Plan] | None", st.session_state.pop(_FOR_TRAIN, None))
