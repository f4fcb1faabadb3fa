"""A trained network in the browser: what the layer after the cell says, and how its formula reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.model.carried import Carried
from explorer.training.plan import Source, default_plan
from tests.browser.opener import Opener
from tools import live

APP = """
import sys

sys.path.insert(0, {root!r})
import streamlit as st

from explorer.app import frame
from explorer.session import workspace
from tests.browser.test_explore_carried import carry

if "came" not in st.session_state:
    st.session_state["came"] = True
    workspace.open_carried(carry(st.query_params["task"]))
frame.show()
"""


def carry(task: str) -> Carried:
    """Return a network with its first weights, made larger so that its answers differ."""
    plan = default_plan(Source(task=task))
    data, network = plan.data(), plan.network()
    params = {name: 3 * array for name, array in network.init(plan.generator()).items()}
    return Carried(plan.task, data, network, params, data.example(data.validation, 0), "Run 2", 12)


def outputs(carried: Carried) -> np.ndarray:
    return carried.network.forward(carried.params, carried.probe.inputs, carried.probe.mask).outputs[0]


@pytest.fixture(scope="module")
def carried_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Server]:
    app = tmp_path_factory.mktemp("carried") / "app.py"
    app.write_text(APP.format(root=str(Path(live.ROOT))), "utf-8")
    with live.serve(app) as server:
        yield server


@pytest.fixture
def show(browser: Browser, carried_server: live.Server):
    """Open Explore with a network from Train: ``show(task, viewport) -> Page``."""
    opener = Opener(browser, carried_server)

    def page(task: str, **options: object) -> Page:
        page = opener(f"/?task={task}", **options)
        expect(page.locator(".cell-view .time")).to_contain_text("t = ")
        return page

    try:
        yield page
        opener.assert_clean()
    finally:
        opener.close()


def cards(page: Page) -> list[tuple[str, float]]:
    """Return the name and the number of every card of the readout."""
    found = page.locator(".readout .card").all()
    return [
        (
            card.locator(".word").inner_text(),
            float(card.locator(".share").inner_text().replace("\u2212", "-")),
        )
        for card in found
    ]


def test_of_many_answers_the_likeliest_stand_first_and_the_right_one_among_them(show):
    page, carried = show("characters"), carry("characters")
    shares, names = outputs(carried), carried.readout.words
    page.locator(".formula .digits").select_option("all")
    for t in (len(shares) - 1, len(shares) - 2, 0):
        page.locator(".scrub input").fill(str(t + 1))
        found, right = cards(page), carried.sequence.answers[t]
        assert len(found) == 9
        likeliest = np.argsort(-shares[t])[:9]
        expected = [names[index] for index in likeliest]
        if right not in expected:
            expected[-1] = right
        assert [name for name, _ in found] == expected
        for name, share in found:
            assert share == pytest.approx(shares[t, names.index(name)], abs=1e-12)
        expect(page.locator(".readout .truth .word")).to_have_text(right)


def test_card_of_many_opens_the_formula_of_its_own_answer(show):
    page, carried = show("characters"), carry("characters")
    page.locator(".formula .digits").select_option("all")
    page.locator(".readout .card").nth(3).click()
    name, share = cards(page)[3]
    expect(page.locator(".formula h3")).to_have_text(f"softmax of “{name}” at t = 40")
    assert float(page.locator(".formula .result").get_attribute("data-result")) == share
    index = carried.readout.words.index(name)
    score = carried.readout.dense.logits(carried.experiment().run()["h"][0])[-1, index]
    text = page.locator(".formula").inner_text().replace("\u2212", "-")
    assert float(text.split("score = h · w + b")[1].split(" = ")[1].split()[0]) == pytest.approx(score)


def test_forecast_and_its_formula_are_in_the_unit_of_the_series(show):
    page, carried = show("forecasting"), carry("forecasting")
    trace = carried.network.forward(carried.params, carried.probe.inputs)
    expected = carried.data.reader.forecast(trace.inputs, trace.outputs)[0]
    page.locator(".formula .digits").select_option("all")
    ((name, value),) = cards(page)
    assert name == "next value, cones a day"
    assert value == pytest.approx(expected, abs=1e-9)
    expect(page.locator(".says")).to_contain_text("predicted next value")
    expect(page.locator(".says")).to_contain_text("; right is 138 cones a day")
    page.locator(".readout .card").click()
    assert float(page.locator(".formula .result").get_attribute("data-result")) == value
    expect(page.locator(".formula")).to_contain_text("answer = (x + score) × scale + level")


def test_plain_number_is_its_own_score(show):
    page, carried = show("adding"), carry("adding")
    page.locator(".formula .digits").select_option("all")
    ((name, value),) = cards(page)
    assert (name, value) == ("sum", pytest.approx(outputs(carried)[0], abs=1e-12))
    page.locator(".readout .card").click()
    expect(page.locator(".formula h3")).to_have_text("sum at t = 20")
    expect(page.locator(".formula")).to_contain_text("the score itself is the answer")


def test_words_typed_in_the_sidebar_are_read_at_once(show):
    page = show("sentiment")
    field = page.locator(".st-key-task_text textarea")
    field.fill("not good but bad")
    field.press("Control+Enter")
    expect(page.locator(".time")).to_contain_text("of 4")
    expect(page.locator(".diagram")).to_contain_text("input “bad”, e₁ of 16")


@pytest.mark.parametrize("task", ["characters", "four_targets"])
@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)])
def test_trained_network_meets_wcag_and_fits_the_page(show, axe, task, viewport):
    page = show(task, viewport=viewport)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
