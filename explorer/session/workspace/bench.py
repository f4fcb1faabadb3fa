"""What is on the bench, and how something is put there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from explorer.model.carried import CARRIED_KEY, Carried
from explorer.model.experiment import Blocks, Experiment
from explorer.model.presets import BY_KEY, PRESETS, Preset
from explorer.session.workspace.fields import PRESET_KEY, fields

_KEY = "workspace"
Earlier = tuple[str, Blocks]


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """What is on the bench.

    Attributes
    ----------
    preset : Preset or Carried
        What it began as: an example, or a trained network.
    experiment : Experiment
        What it is now.
    opened : int
        How often something was opened: with ``preset`` it names the scene.
    earlier : tuple of (str, mapping)
        The weights before each of their last changes, and the kind of cell they were for; the latest last.
    carried : Carried, optional
        The trained network as it came from Train, whether it is on the bench now or not.
    """

    preset: Preset | Carried
    experiment: Experiment
    opened: int = 0
    earlier: tuple[Earlier, ...] = ()
    carried: Carried | None = None

    @property
    def scene(self) -> str:
        """Changes when everything was replaced, not when something was edited."""
        return f"{self.preset.key}:{self.opened}"

    @property
    def trained(self) -> Carried | None:
        """The trained network, while it is what is on the bench."""
        return self.preset if isinstance(self.preset, Carried) else None

    @property
    def origin(self) -> Preset | Carried:
        """What to go back to: of a trained network the layer that is shown, as it came from Train."""
        if self.trained is None or self.carried is None:
            return self.preset
        return self.carried.at(self.trained.layer, self.trained.reverse)


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
    st.session_state[_KEY] = bench


def update(experiment: Experiment) -> None:
    """Put another experiment on the bench."""
    put(replace(st.session_state[_KEY], experiment=experiment))


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
