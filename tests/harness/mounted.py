"""An experiment in the views of the Explore page, with what the page does about it in a few lines."""

from __future__ import annotations

from explorer.cell_styles import style_of
from explorer.model.experiment import Experiment
from explorer.model.presets import Preset
from explorer.session.traces import message
from explorer.views.weight_editor.payload import bound_of, edit_number, pack_weights, read_changes
from lstm_core.cells.base import Cell
from tests.harness.explore_views import ExploreViews
from tests.harness.harness import Data, Harness, Message


class MountedExperiment(ExploreViews):
    """The cell view and, if it is wanted, the weight editor of one experiment, on the page of the harness.

    Attributes
    ----------
    experiment : Experiment
        As it is now: an edit in the editor changes it, as on the page.
    """

    def __init__(self, harness: Harness, preset: Preset, *, weights: bool) -> None:
        self._harness = harness
        self._preset = preset
        self._heard = 0
        self.experiment = preset.experiment()
        self._shown = ("cell_view", "weight_editor") if weights else ("cell_view",)
        harness.answer = self.take
        for view, data in self._data().items():
            harness.mount(view, data)
        super().__init__(harness.page, style_of(self.experiment.cell).order)

    @property
    def sent(self) -> int:
        """How many messages the views have sent."""
        self._harness.settle()
        return len(self._harness.sent)

    def put(self, experiment: Experiment) -> None:
        """Show another experiment in the same scene, as when something beside the views is changed."""
        self.experiment = experiment
        self.order = style_of(experiment.cell).order
        self.draw(self._data())

    def draw(self, data: dict[str, Data]) -> None:
        """Draw views anew, by their key."""
        for view, new in data.items():
            self._harness.update(view, new)

    def put_cell(self, cell: Cell) -> None:
        """Show the same with another cell, with the weights that fit it."""
        self.put(self.experiment.with_parts(cell=cell))

    def take(self, message: Message) -> dict[str, Data]:
        """Edit the weights as a message says, and return what is to be drawn then."""
        changed = read_changes(message.value, self.experiment.blocks)
        self.experiment = self.experiment.with_blocks(changed)
        return self.refuse(message)

    def refuse(self, message: Message) -> dict[str, Data]:
        """Have heard an edit, but leave everything as it is."""
        self._heard = edit_number(message.value)
        return self._data()

    def _data(self) -> dict[str, Data]:
        experiment, preset = self.experiment, self._preset
        data = {
            "cell_view": message(experiment.key, preset.key, preset.opening, experiment),
            "weight_editor": pack_weights(
                experiment.cell,
                experiment.blocks,
                inputs=experiment.sequence.inputs,
                bound=bound_of(experiment.blocks),
                answered=self._heard,
            ),
        }
        return {view: data[view] for view in self._shown}
