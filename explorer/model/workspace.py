"""What Explore shows, as one value: the experiment, what it began as, and how its weights were before."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.model.carried import Carried
from explorer.model.experiment import Blocks, Experiment
from explorer.model.presets import Preset

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

    @property
    def nbytes(self) -> int:
        """What its arrays take; one that several share is counted once."""
        sequence, carried = self.experiment.sequence, self.carried
        found = [
            *self.experiment.known.values(),
            *(array for _, blocks in self.earlier for array in blocks.values()),
            *(sequence.values, sequence.mask, sequence.padded),
            *(() if carried is None else carried.params.values()),
        ]
        return sum({id(array): array.nbytes for array in found}.values())
