"""What is on the bench, and how something is put there."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import streamlit as st

from explorer.model.carried import CARRIED_KEY, Carried
from explorer.model.experiment import Experiment
from explorer.model.presets import BY_KEY, PRESETS, Preset
from explorer.model.workspace import Workspace
from explorer.session.visitor import visitor
from explorer.session.workspace.fields import PRESET_KEY, fields

_KEY = "workspace"


def current() -> Workspace:
    """Return the workspace; the first call of a session opens the first preset."""
    if not is_open():
        open_preset(PRESETS[0].key)
    return cast(Workspace, st.session_state[_KEY])


def is_open() -> bool:
    """Tell whether anything was put on the bench yet."""
    return _KEY in st.session_state


def put(bench: Workspace) -> None:
    """Put another workspace in the place of the one that is there."""
    st.session_state[_KEY] = visitor().workspace = bench


def update(experiment: Experiment) -> None:
    """Put another experiment on the bench, the one that the fields describe."""
    bench = replace(st.session_state[_KEY], experiment=experiment)
    put(bench)
    known = st.session_state
    visitor().fields = {key: known[key] for key in (PRESET_KEY, *fields(bench.preset)) if key in known}


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
    bench = current()
    opened = bench.carried if bench.trained is None else bench.origin
    begin(opened or PRESETS[0])


def begin(opened: Preset | Carried, carried: Carried | None = None) -> None:
    """Put something on the bench as a scene of its own and fill in all fields.

    Parameters
    ----------
    opened : Preset or Carried
        What to put there.
    carried : Carried, optional
        The trained network to keep from now on; without it the one that was kept stays.
    """
    count = 0
    if is_open():
        before = current()
        count, carried = before.opened + 1, carried or before.carried
    put(Workspace(opened, opened.experiment(), count, carried=carried))
    st.session_state.update(fields(opened))


def keep_length() -> None:
    """Begin padding and cutting at the length the sequence has, so that switching it on changes nothing."""
    st.session_state["text_length"] = current().experiment.sequence.timesteps
