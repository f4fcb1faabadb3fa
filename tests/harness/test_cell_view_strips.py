"""The cell view as strips alone: what is followed stays while one run after the other comes in."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from explorer.model.experiment import Draw, Experiment
from explorer.model.opening import Opening
from explorer.sequence import TextConfig, read_sequence
from explorer.views.cell_view.payload import pack_trace
from lstm_core import LSTM, LayerTrace
from tests.harness.harness import Harness

SEQUENCE = read_sequence(TextConfig("to be or not to be", "word"))
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def run(units: int, factor: float) -> LayerTrace:
    """Return a run whose weights are multiplied with a factor."""
    experiment = Experiment.start(LSTM(), SEQUENCE, units, draw=Draw())
    return experiment.with_blocks({block: factor * array for block, array in experiment.blocks.items()}).run()


def most_telling(units: int, factor: float) -> int:
    """Number the unit whose gates vary most over the run that is shown."""
    trace = run(units, factor)
    spread = sum(trace[gate].reshape(-1, units).var(axis=0) for gate in "fio")
    return int(np.argmax(spread)) + 1


class StripsAlone:
    """A page with nothing but strips, whose weights can be multiplied with a factor."""

    def __init__(self, harness: Harness, units: int) -> None:
        self._harness = harness
        self._units = units
        harness.mount("cell_view", self._data(1.0))
        self.page = harness.page
        self.view = self.page.locator(".cell-view")
        self.strips = self.view.locator(".strips")
        self.moment = self.view.locator(".moment")
        self.legend = self.view.locator(".legend")
        self.telling = self.view.get_by_role("button", name="most telling")
        expect(self.moment).to_contain_text("t = ")

    def follow(self, unit: int) -> None:
        self.view.get_by_role("button", name=f"Follow unit {unit}").click()

    def multiply(self, factor: float) -> None:
        """Let another run of the same scene come in."""
        self._harness.update("cell_view", self._data(factor))

    def _data(self, factor: float) -> bytes:
        trace = run(self._units, factor)
        return pack_trace(trace, SEQUENCE, opening=Opening(2, 0, "f"), scene="a", form="strips")

    def hidden(self) -> list[Locator]:
        names = ("transport", "diagram-box", "readout", "formula", "phases", "keep-scale")
        return [self.view.locator(f".{name}") for name in names]


@pytest.fixture
def show(harness):
    """Show the strips: ``show(units) -> StripsAlone``."""
    return lambda units=3: StripsAlone(harness, units)


def test_nothing_but_strips_and_their_legend_is_shown(show):
    page = show()
    for part in page.hidden():
        expect(part).to_be_hidden()
    expect(page.strips).to_be_visible()
    expect(page.legend).to_contain_text("f i o")
    room = page.view.bounding_box()["width"]
    assert page.strips.bounding_box()["width"] > 0.98 * room


def test_cursor_unit_and_signal_stay_when_another_run_comes(show):
    page = show()
    page.follow(1)
    page.strips.focus()
    for key in ("ArrowRight", "ArrowDown", "5"):
        page.page.keyboard.press(key)
    expect(page.moment).to_contain_text("t = 4 of 6 · “not” · c₂ memory")
    before = page.moment.inner_text()
    page.multiply(2)
    expect(page.moment).to_contain_text("t = 4 of 6 · “not” · c₂ memory")
    assert page.moment.inner_text() != before
    expect(page.view.get_by_role("button", name="Follow unit 2")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("factor", [1, 30])
def test_unit_whose_gates_change_most_is_followed_until_one_is_chosen(show, factor):
    page = show(units=20)
    expect(page.telling).to_have_attribute("aria-pressed", "true")
    page.multiply(factor)
    page.telling.click()
    expect(page.moment).to_contain_text(f"f{str(most_telling(20, factor)).translate(SUBSCRIPTS)}")
    expect(page.telling).to_have_attribute("aria-pressed", "true")
    page.view.locator(".follow select").select_option(label="unit 3")
    expect(page.telling).to_have_attribute("aria-pressed", "false")
    page.multiply(5)
    expect(page.moment).to_contain_text("f₃")


def test_cell_that_is_clicked_is_followed_and_says_its_value(show):
    page = show()
    content = page.view.locator(".strip-content")
    box = content.bounding_box()
    content.click(position={"x": box["width"] * 0.9, "y": 24 + 17 + 12})
    expect(page.moment).to_contain_text("t = 6 of 6 · “be” · f₃ keep")
    tip = page.view.locator(".strip-tip")
    expect(tip).to_contain_text("unit 3, t = 6")
    before = tip.inner_text()
    page.multiply(3)
    expect(tip).not_to_have_text(before)


def test_menu_of_many_units_is_not_drawn_anew_by_another_run(show):
    page = show(units=20)
    menu = page.view.locator(".follow select")
    menu.select_option(label="unit 7")
    menu.evaluate("menu => { menu.wasHere = true; }")
    page.multiply(2)
    expect(page.moment).to_contain_text("f₇")
    assert menu.evaluate("menu => menu.wasHere && menu.value") == "6"


def test_scales_grow_and_never_shrink_while_a_network_learns(show):
    page = show()
    expect(page.legend).to_contain_text("c, this run")
    page.multiply(12)
    grown = page.legend.inner_text()
    assert "c scale ±1 → ±" in grown
    ends = page.legend.locator(".scale").last.locator(".scale-ends").inner_text()
    page.multiply(1)
    assert page.legend.locator(".scale").last.locator(".scale-ends").inner_text() == ends


def test_new_runs_are_not_said_aloud_but_steps_are(show):
    page = show()
    page.follow(1)
    said = page.view.locator(".sentence")
    page.strips.focus()
    expect(said).to_contain_text("Timestep 3 of 6")
    before = said.text_content()
    page.page.evaluate("document.activeElement.blur()")
    page.multiply(2)
    assert said.text_content() == before
    page.strips.focus()
    page.page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Timestep 4 of 6, input “not”. Unit 1: keep 0.")
