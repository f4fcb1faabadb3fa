"""The cell view as strips alone: what is followed stays while one run after the other comes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from explorer.experiment import Draw, Experiment
from explorer.sequence import TextConfig, read_sequence
from lstm_core import LSTM
from tests.browser.opener import Opener
from tools import live

APP = """
import sys

sys.path.insert(0, {root!r})
import numpy as np
import streamlit as st

from explorer.cell_view import cell_view
from explorer.cell_view.payload import Opening, pack_trace
from explorer.experiment import Draw, Experiment
from explorer.sequence import TextConfig, read_sequence
from lstm_core import LSTM

st.set_page_config(layout="wide")
units = int(st.query_params.get("units", 3))
factor = st.number_input("factor", value=1.0, key="factor")
sequence = read_sequence(TextConfig("to be or not to be", "word"))
experiment = Experiment.start(LSTM(), sequence, units, draw=Draw())
blocks = {{block: factor * array for block, array in experiment.blocks.items()}}
trace = experiment.with_blocks(blocks).run()
opening = Opening(2, 0, "f")
cell_view(pack_trace(trace, sequence, opening=opening, scene="a", form="strips"), key="strips")
st.write(f"factor {{factor}}")
"""


def most_telling(units: int, factor: float) -> int:
    """Number the unit whose gates vary most over the run that the page shows."""
    sequence = read_sequence(TextConfig("to be or not to be", "word"))
    experiment = Experiment.start(LSTM(), sequence, units, draw=Draw())
    blocks = {block: factor * array for block, array in experiment.blocks.items()}
    trace = experiment.with_blocks(blocks).run()
    spread = sum(trace[gate].reshape(-1, units).var(axis=0) for gate in "fio")
    return int(np.argmax(spread)) + 1


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class StripsPage:
    """A page with nothing but strips, whose weights can be multiplied with a factor."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.view = page.locator(".cell-view")
        self.strips = self.view.locator(".strips")
        self.moment = self.view.locator(".moment")
        self.legend = self.view.locator(".legend")
        self.telling = self.view.get_by_role("button", name="most telling")
        expect(self.moment).to_contain_text("t = ")

    def follow(self, unit: int) -> None:
        self.view.get_by_role("button", name=f"Follow unit {unit}").click()

    def multiply(self, factor: float) -> None:
        """Let another run of the same scene come in."""
        box = self.page.get_by_label("factor")
        box.fill(str(factor))
        box.press("Enter")
        expect(self.page.get_by_text(f"factor {float(factor)}", exact=True)).to_be_visible()
        live.wait_until_ready(self.page)

    def hidden(self) -> list[Locator]:
        names = ("transport", "diagram-box", "readout", "formula", "phases", "keep-scale")
        return [self.view.locator(f".{name}") for name in names]


@pytest.fixture(scope="module")
def strips_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Server]:
    app = tmp_path_factory.mktemp("strips") / "app.py"
    app.write_text(APP.format(root=str(Path(live.ROOT))), "utf-8")
    with live.serve(app) as server:
        yield server


@pytest.fixture
def show(browser: Browser, strips_server: live.Server):
    """Open the page: ``show(units, viewport) -> StripsPage``."""
    opener = Opener(browser, strips_server)
    try:
        yield lambda units=3, **options: StripsPage(opener(f"/?units={units}", **options))
        opener.assert_clean()
    finally:
        opener.close()


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


@pytest.mark.parametrize("colour", ["light", "dark"])
@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)])
def test_strips_alone_meet_wcag(show, axe, viewport, colour):
    page = show(units=20, viewport=viewport, colour=colour)
    page.multiply(12)
    axe(page.page)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
