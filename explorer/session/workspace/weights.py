"""Changes of the weights: edited, drawn; all of a change or, if it cannot be run, nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import cast

import streamlit as st

from explorer.model.experiment import Draw, Experiment
from explorer.session.traces import in_words, run
from explorer.session.workspace.fields import draw_fields
from explorer.session.workspace.state import current, put, record
from explorer.views.weight_editor.payload import edit_number, read_changes
from lstm_core import InputError

WEIGHTS_KEY = "weights"
_REFUSED = "weights_refused"
_ANSWERED = "weights_answered"


def edit_weights() -> None:
    """Take what was typed or pasted in the weight editor; all of it or, if it cannot be used, nothing."""
    edit = st.session_state[WEIGHTS_KEY]["edit"]
    st.session_state[_ANSWERED] = max(edit_number(edit), answered_edit())
    experiment = current().experiment
    _try(lambda: experiment.with_blocks(read_changes(edit, experiment.blocks)))


def answered_edit() -> int:
    """Return the number of the last edit that was taken or refused."""
    return cast(int, st.session_state.get(_ANSWERED, 0))


def draw_weights() -> None:
    """Draw all weights with the settings of the fields."""
    settings = Draw(**{name: st.session_state[f"draw_{name}"] for name in asdict(Draw())})
    _try(lambda: current().experiment.redrawn(settings))


def reset_weights() -> None:
    """Go back to the weights it all began with, where they fit the cell and the sizes as they are now."""
    shown = current()
    if _try(lambda: shown.experiment.with_weights_of(shown.origin.experiment())):
        st.session_state.update(draw_fields(shown.origin.draw))


def take_refusal() -> str:
    """Return why the last change of the weights was refused, once."""
    return str(st.session_state.pop(_REFUSED, ""))


def _try(change: Callable[[], Experiment]) -> bool:
    """Show a changed experiment if it can be run; else keep the one that is there and say why."""
    try:
        changed = change()
        run(changed.key, changed)
    except InputError as error:
        st.session_state[_REFUSED] = in_words(error)
        return False
    if changed.key != current().experiment.key:
        record()
    put(replace(current(), experiment=changed))
    return True
