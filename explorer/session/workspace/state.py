"""What Explore shows, and how something takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import streamlit as st

from explorer.model.carried import CARRIED_KEY, Carried
from explorer.model.experiment import Experiment
from explorer.model.presets import BY_KEY, PRESETS, Preset
from explorer.model.workspace import History, Step, Workspace
from explorer.session.visitor import visitor
from explorer.session.workspace.fields import PRESET_KEY, fields

_KEY = "workspace"


def current() -> Workspace:
    """Return the workspace; the first call of a session opens the first preset."""
    if not is_open():
        open_preset(PRESETS[0].key)
    return cast(Workspace, st.session_state[_KEY])


def is_open() -> bool:
    """Tell whether Explore was opened yet."""
    return _KEY in st.session_state


def put(shown: Workspace) -> None:
    """Put another workspace in the place of the one that is there."""
    st.session_state[_KEY] = visitor().workspace = shown


def update(experiment: Experiment, *, readable: bool = True) -> None:
    """Show another experiment, the one that the fields describe, as far as they could be read."""
    shown = current()
    if experiment.key != shown.experiment.key:
        record()
    put(replace(shown, experiment=experiment))
    if not readable:
        return  # what nobody could read is nothing to return to
    known = st.session_state
    visitor().fields = {key: known[key] for key in (PRESET_KEY, *fields(shown.preset)) if key in known}


def record() -> None:
    """Keep what is there, which is about to be changed, to return to."""
    here = visitor()
    if here.workspace is not None:
        here.history = here.history.after(Step(here.workspace, here.fields))


def can_undo() -> bool:
    """Tell whether there is a change to take back."""
    return bool(visitor().history.past)


def can_redo() -> bool:
    """Tell whether there is a change that was taken back."""
    return bool(visitor().history.future)


def undo() -> None:
    """Take back the last change, whatever it was, and let the fields say so."""
    _return_by(History.undone)


def redo() -> None:
    """Make the change again that was taken back last."""
    _return_by(History.redone)


def _return_by(way: Callable[[History, Step], tuple[Step, History]]) -> None:
    here = visitor()
    step, here.history = way(here.history, Step(current(), here.fields))
    # What was said of the weights then was said.
    put(replace(step.workspace, experiment=replace(step.workspace.experiment, news=())))
    here.fields = step.fields
    st.session_state.update(step.fields)


def come_back() -> None:
    """Show what the visitor had before the page was loaded again, and let the fields say it."""
    found = visitor()
    if found.workspace is not None:
        st.session_state[_KEY] = found.workspace
        st.session_state.update(found.fields)


def open_preset(key: str | None = None) -> None:
    """Open a preset and fill in all fields; without a key, the one the picker shows.

    The key of a carried network goes back to it as it came from Train, to the layer that is shown.
    """
    key = key or st.session_state[PRESET_KEY]
    if key != CARRIED_KEY:
        begin(BY_KEY[key])
        return
    shown = current()
    opened = shown.carried if shown.trained is None else shown.origin
    begin(opened or PRESETS[0])


def begin(opened: Preset | Carried, carried: Carried | None = None) -> None:
    """Show something as a scene of its own and fill in all fields.

    Parameters
    ----------
    opened : Preset or Carried
        What to show.
    carried : Carried, optional
        The trained network to keep from now on; without it the one that was kept stays.
    """
    filled, count = fields(opened), 0
    experiment = opened.experiment()
    if is_open():
        before, here = current(), visitor()
        if (before.preset, before.experiment.key, here.fields) != (opened, experiment.key, filled):
            record()
        count, carried = before.opened + 1, carried or before.carried
    put(Workspace(opened, experiment, count, carried))
    visitor().fields = filled
    st.session_state.update(filled)


def keep_length() -> None:
    """Begin padding and cutting at the length the sequence has, so that switching it on changes nothing."""
    st.session_state["text_length"] = current().experiment.sequence.timesteps
