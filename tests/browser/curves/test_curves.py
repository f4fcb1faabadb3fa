"""The curves of a training run in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.opener import Opener
from tools import live

RUNS = ["plain", "empty", "huge", "tiny", "spread", "broken", "nothing"]
WIDE, PHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def server(browser):
    with live.serve(Path(__file__).with_name("app.py")) as server:
        yield server


@pytest.fixture
def open_page(browser, server):
    opener = Opener(browser, server)
    try:
        yield opener
        opener.assert_clean()
    finally:
        opener.close()


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Training time")


def expect_shown(page: Page, index: int | None, times: int) -> None:
    expect(page.get_by_test_id("stText")).to_have_text(f"shown: {index}, asked {times} times")


def click_at(page: Page, chart: str, share: float) -> None:
    """Click where an update lies, as a share of those that are shown."""
    plot = page.locator(f".{chart} .plot")
    width, left, right = plot.evaluate(
        """(plot) => [plot.clientWidth, ...["--left", "--right"].map(
        (name) => parseFloat(plot.style.getPropertyValue(name)))]"""
    )
    plot.click(position={"x": left + share * (width - left - right), "y": 40})


@pytest.mark.parametrize("run", RUNS)
def test_any_run_is_drawn_without_an_error(open_page, run):
    page = open_page(f"/?run={run}")
    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        painted = page.locator(".curves canvas").evaluate_all(
            """(canvases) => canvases.map((canvas) => canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))"""
        )
        assert painted == [True, True, True]
        expect(page.locator(".curves .empty").first).to_be_visible(visible=run == "empty")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("updates", [1, 2])
def test_first_updates_have_numbers(open_page, updates):
    page = open_page(f"/?updates={updates}")
    expect(page.locator(".loss .values")).to_contain_text("training 1.")
    expect(page.locator(".loss .values")).to_contain_text("validation 1.15")


def test_numbers_that_are_not_finite_are_called_so(open_page):
    page = open_page("/?run=nothing")
    expect(page.locator(".loss .values")).to_have_text("training not finitevalidation not finite")


def test_charts_stand_side_by_side_where_there_is_room(open_page):
    wide = [box["y"] for box in boxes(open_page())]
    assert len(set(wide)) == 1
    loss, metric, gradient = boxes(open_page("/", PHONE))
    assert loss["y"] < metric["y"] == gradient["y"]
    assert loss["width"] > 1.9 * metric["width"]


def boxes(page: Page) -> list[dict]:
    return [figure.bounding_box() for figure in page.locator(".curves figure").all()]


def test_keys_of_the_slider_go_back_in_training_time_and_return(open_page):
    page = open_page()
    slider(page).focus()
    expect(slider(page)).to_have_attribute("aria-valuetext", "update 1\u00a0200 of 1\u00a0200, the latest")
    page.keyboard.press("ArrowLeft")
    expect_shown(page, 11, 1)
    expect(slider(page)).to_have_attribute("aria-valuetext", "update 1\u00a0100 of 1\u00a0200")
    page.keyboard.press("Home")
    expect_shown(page, 0, 2)
    page.keyboard.press("End")
    expect_shown(page, None, 3)


@pytest.mark.parametrize("chart", ["loss", "metric", "gradient"])
def test_click_in_a_chart_goes_to_the_nearest_moment_and_latest_returns(open_page, chart):
    page = open_page()
    latest = page.get_by_role("button", name="Latest")
    expect(latest).to_have_attribute("aria-pressed", "true")
    click_at(page, chart, 0.52)  # update 624
    expect_shown(page, 6, 1)
    expect(page.locator(".mark.cursor .tag").all()[0]).to_have_text("600")
    expect(latest).to_have_attribute("aria-pressed", "false")
    latest.click()
    expect_shown(page, None, 2)
    expect(page.locator(".mark.cursor").first).to_be_hidden()


def test_moment_can_be_asked_for_again_after_the_page_has_left_it(open_page):
    page = open_page()
    click_at(page, "loss", 0.5)
    expect_shown(page, 6, 1)
    page.get_by_role("button", name="Back to live").click()
    expect_shown(page, None, 1)
    click_at(page, "loss", 0.5)
    expect_shown(page, 6, 2)


def test_pointing_shows_the_numbers_there_and_tells_the_server_nothing(open_page):
    page = open_page()
    values = page.locator(".loss .values")
    before = values.inner_text()
    page.locator(".gradient .plot").hover(position={"x": 60, "y": 40})
    expect(values).not_to_have_text(before, use_inner_text=True)
    expect(page.locator(".loss .mark.pointer")).to_be_visible()
    page.mouse.move(0, 0)
    expect(values).to_have_text(before, use_inner_text=True)
    assert open_page.sent[page] == 0


def test_scale_becomes_logarithmic_by_itself_only_where_numbers_are_widely_spread(open_page):
    pressed = {
        run: open_page(f"/?run={run}").locator(".loss .log").get_attribute("aria-pressed")
        for run in ("plain", "spread")
    }
    assert pressed == {"plain": "false", "spread": "true"}


def test_switch_changes_the_scale_of_its_chart_alone(open_page):
    page = open_page()
    pictures = "(canvases) => canvases.map((canvas) => canvas.toDataURL())"
    before = page.locator(".curves canvas").evaluate_all(pictures)
    page.get_by_role("button", name="log scale, Loss").click()
    after = page.locator(".curves canvas").evaluate_all(pictures)
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_finger_that_scrolls_the_page_does_not_move_in_time_and_a_tap_does(open_page):
    page = open_page("/", PHONE)
    plot = page.locator(".loss .plot")
    where = plot.bounding_box()
    place = {"clientX": where["x"] + 200, "clientY": where["y"] + 40}
    touch = {"pointerId": 1, "pointerType": "touch", "button": 0, "bubbles": True, **place}
    # A pointer that was made up cannot be captured.
    plot.evaluate("(plot) => { plot.setPointerCapture = () => {}; plot.hasPointerCapture = () => true; }")
    plot.dispatch_event("pointerdown", touch)
    plot.dispatch_event("pointermove", touch | {"clientY": place["clientY"] - 30})
    plot.dispatch_event("pointercancel", touch)
    plot.dispatch_event("pointerdown", touch)
    expect_shown(page, None, 0)
    plot.dispatch_event("pointerup", touch)
    expect_shown(page, 6, 1)


@pytest.mark.parametrize(("viewport", "colour"), [(WIDE, "light"), (PHONE, "dark")])
def test_curves_are_accessible(open_page, axe, viewport, colour):
    axe(open_page("/", viewport, colour))
