"""What Explore shows, as one value: the experiment, and what it began as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.model.carried import Carried
from explorer.model.experiment import Experiment
from explorer.model.presets import Preset

MAX_STEPS = 50
"""States that can be returned to."""
MAX_STEPS_BYTES = 8_000_000
"""What their arrays may take together: most of them share all but the weights of one change."""


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """What Explore shows.

    Attributes
    ----------
    preset : Preset or Carried
        What it began as: an example, or a trained network.
    experiment : Experiment
        What it is now.
    opened : int
        How often something was opened: with ``preset`` it names the scene.
    carried : Carried, optional
        The trained network as it came from Train, whether it is shown now or not.
    """

    preset: Preset | Carried
    experiment: Experiment
    opened: int = 0
    carried: Carried | None = None

    @property
    def scene(self) -> str:
        """Changes when everything was replaced, not when something was edited."""
        return f"{self.preset.key}:{self.opened}"

    @property
    def trained(self) -> Carried | None:
        """The trained network, while it is what is shown."""
        return self.preset if isinstance(self.preset, Carried) else None

    @property
    def origin(self) -> Preset | Carried:
        """What to go back to: of a trained network the layer that is shown, as it came from Train."""
        if self.trained is None or self.carried is None:
            return self.preset
        return self.carried.at(self.trained.layer, self.trained.reverse)

    def arrays(self) -> Iterator[np.ndarray]:
        """Yield every array that it holds; several may share one."""
        sequence, carried = self.experiment.sequence, self.carried
        yield from self.experiment.known.values()
        yield from (sequence.values, sequence.mask, sequence.padded)
        for network in (carried, self.preset):
            if isinstance(network, Carried):
                yield from network.params.values()
                for part in (network.data.train, network.data.validation, network.data.test):
                    if part is not None:
                        found = (part.inputs, part.targets, part.mask, part.weights)
                        yield from (array for array in found if array is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One of the states that can be returned to: the workspace, and what the fields held, by key."""

    workspace: Workspace
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What was changed, one step after the other, and what was taken back.

    Attributes
    ----------
    past, future : tuple of Step
        What undo and redo return to; the nearest stands last.
    """

    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def after(self, step: Step) -> History:
        """Return the history once a state was left by a change; what was taken back before is gone."""
        return History(_bounded((*self.past, step)))

    def undone(self, present: Step) -> tuple[Step, History]:
        """Return the state before, and the history there."""
        return self.past[-1], History(self.past[:-1], (*self.future, present))

    def redone(self, present: Step) -> tuple[Step, History]:
        """Return the state that was taken back last, and the history there."""
        return self.future[-1], History((*self.past, present), self.future[:-1])

    @property
    def workspaces(self) -> list[Workspace]:
        """All that can be returned to."""
        return [step.workspace for step in (*self.past, *self.future)]


def nbytes_of(workspaces: Iterable[Workspace]) -> int:
    """Return the bytes of all arrays of some workspaces, each array once."""
    found = {id(array): array.nbytes for workspace in workspaces for array in workspace.arrays()}
    return sum(found.values())


def _bounded(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Drop the oldest states until the rest are few and small enough; the latest always stays."""
    steps = steps[-MAX_STEPS:]
    while len(steps) > 1 and nbytes_of(step.workspace for step in steps) > MAX_STEPS_BYTES:
        steps = steps[1:]
    return steps
