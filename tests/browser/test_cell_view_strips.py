"""The cell view as strips alone, in the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.opener import Opener
from tools import live

APP = """
import sys

sys.path.insert(0, {root!r})
import numpy as np
import streamlit as st

from explorer.views.cell_view import cell_view
from explorer.model.opening import Opening
from explorer.views.cell_view.payload import pack_trace
from explorer.model.experiment import Draw, Experiment
from explorer.sequence import TextConfig, read_sequence
from lstm_core import LSTM

st.set_page_config(layout="wide")
factor = st.number_input("factor", value=1.0, key="factor")
sequence = read_sequence(TextConfig("to be or not to be", "word"))
experiment = Experiment.start(LSTM(), sequence, 20, draw=Draw())
blocks = {{block: factor * array for block, array in experiment.blocks.items()}}
trace = experiment.with_blocks(blocks).run()
opening = Opening(2, 0, "f")
cell_view(pack_trace(trace, sequence, opening=opening, scene="a", form="strips"), key="strips")
st.write(f"factor {{factor}}")
"""


@pytest.fixture(scope="module")
def strips_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Server]:
    app = tmp_path_factory.mktemp("strips") / "app.py"
    app.write_text(APP.format(root=str(Path(live.ROOT))), "utf-8")
    with live.serve(app) as server:
        yield server


@pytest.fixture
def show(browser: Browser, strips_server: live.Server):
    """Open the page: ``show(viewport, colour) -> Page``."""
    opener = Opener(browser, strips_server)
    try:
        yield lambda **options: opener("/", **options)
        opener.assert_clean()
    finally:
        opener.close()


@pytest.mark.parametrize("colour", ["light", "dark"])
@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)])
def test_strips_alone_meet_wcag(show, axe, viewport, colour):
    page: Page = show(viewport=viewport, colour=colour)
    expect(page.locator(".moment")).to_contain_text("t = ")
    box = page.get_by_label("factor")
    box.fill("12")  # another run of the same scene comes in
    box.press("Enter")
    expect(page.get_by_text("factor 12.0", exact=True)).to_be_visible()
    live.wait_until_ready(page)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
