"""The one state that all of Explore shares, and the only place that touches ``st.session_state`` for it.

The state is a frozen ``Workspace``; a page reads it with ``current`` and changes it with the functions
here. What is derived from it (runs, pictures) is not kept here: see ``session.traces``. The values of the
sidebar's fields live in Streamlit under the keys of ``fields``, so that a preset can fill them in.
"""

from explorer.session.workspace.carrying import (
    carried,
    carried_back,
    carried_edited,
    choose_place,
    open_carried,
    take_weights_for_train,
    weights_for_train,
)
from explorer.session.workspace.fields import (
    PLACE_KEY,
    PRESET_KEY,
    SIGNAL_PARTS,
    TASK_TEXT_KEY,
    fields,
)
from explorer.session.workspace.state import (
    can_redo,
    can_undo,
    come_back,
    current,
    keep_length,
    open_preset,
    redo,
    undo,
    update,
)
from explorer.session.workspace.weights import (
    WEIGHTS_KEY,
    answered_edit,
    draw_weights,
    edit_weights,
    reset_weights,
    take_refusal,
)

__all__ = [
    "PLACE_KEY",
    "PRESET_KEY",
    "SIGNAL_PARTS",
    "TASK_TEXT_KEY",
    "WEIGHTS_KEY",
    "answered_edit",
    "can_redo",
    "can_undo",
    "carried",
    "carried_back",
    "carried_edited",
    "choose_place",
    "come_back",
    "current",
    "draw_weights",
    "edit_weights",
    "fields",
    "keep_length",
    "open_carried",
    "open_preset",
    "redo",
    "reset_weights",
    "take_refusal",
    "take_weights_for_train",
    "undo",
    "update",
    "weights_for_train",
]
