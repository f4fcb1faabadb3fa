"""The curves of a training run in a real browser."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.opener import Opener
from tools import live

RUNS = ["plain", "empty", "huge", "tiny", "spread", "broken", "away", "nothing", "constant", "wild"]
NEAR = ["near", "nearsmall", "below"]
WIDE, PHONE = (1280, 800), (390, 844)
AXES = Path(__file__).parents[3] / "explorer" / "outcome" / "axes.js"


@pytest.fixture(scope="module")
def server(browser):
    with live.serve(Path(__file__).with_name("app.py")) as server:
        yield server


class CurvesOpener(Opener):
    """Waits for the curves, too, whose code comes beside them."""

    def __call__(self, *args, **options) -> Page:
        page = super().__call__(*args, **options)
        page.locator(".curves .time").wait_for()
        return page


@pytest.fixture
def open_page(browser, server):
    opener = CurvesOpener(browser, server)
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


@pytest.mark.parametrize("run", RUNS + NEAR)
def test_any_run_is_drawn_without_an_error(open_page, run):
    page = open_page(f"/?run={run}")
    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".curves[data-narrow]")).to_have_count(1 if width == PHONE[0] else 0)
        painted = page.locator(".curves canvas").evaluate_all(
            """(canvases) => canvases.map((canvas) => canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))"""
        )
        assert painted == [True, True, True]
        expect(page.locator(".curves .empty").first).to_be_visible(visible=run == "empty")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wider_than_the_curves(page) == []


def wider_than_the_curves(page: Page) -> list[str]:
    """Return the classes of what reaches over the right edge."""
    return page.locator(".curves").evaluate(
        """(curves) => [...curves.querySelectorAll("p, ul, li, li span, figure")]
        .filter((node) => node.getBoundingClientRect().right > curves.getBoundingClientRect().right + 0.5)
        .map((node) => node.className)"""
    )


@pytest.mark.parametrize("updates", [1, 2])
def test_first_updates_have_numbers(open_page, updates):
    page = open_page(f"/?updates={updates}")
    expect(page.locator(".loss .values")).to_contain_text("training 1.")
    expect(page.locator(".loss .values")).to_contain_text("validation 1.15")


def test_numbers_that_are_not_finite_are_called_so(open_page):
    page = open_page("/?run=nothing")
    expect(page.locator(".loss .values")).to_have_text("training not finitevalidation not finite")


def test_what_is_measured_on_the_training_data_is_never_called_validation(open_page):
    page = open_page("/?own=yes")
    expect(page.locator(".loss .values")).to_have_text("training 0.118on the training data 0.168")
    expect(page.locator(".metric .values")).to_have_text(re.compile("^on the training data"))
    expect(page.locator(".caption")).to_contain_text("On the training data: measured every 10 updates.")
    labels = page.locator(".curves figure").evaluate_all("all => all.map(one => one.ariaLabel).join()")
    assert "on the training data 0.168" in labels
    assert "alidation" not in labels + page.locator(".curves").inner_text()


def test_charts_stand_side_by_side_where_there_is_room(open_page):
    wide = [box["y"] for box in boxes(open_page())]
    assert len(set(wide)) == 1
    loss, metric, gradient = boxes(open_page("/", PHONE))
    assert loss["y"] < metric["y"] == gradient["y"]
    assert loss["width"] > 1.9 * metric["width"]


def boxes(page: Page) -> list[dict]:
    figures = page.locator(".curves figure").locator("visible=true").all()
    return [figure.bounding_box() for figure in figures]


# ---- a metric that is the loss


def test_metric_that_is_the_loss_has_no_chart_of_its_own(open_page):
    page = open_page("/?task=loss")
    expect(page.locator(".curves figure.metric")).to_be_hidden()
    expect(page.locator(".loss .title")).to_have_text("Loss = mean absolute error, µg/m³")
    expect(page.locator(".loss .values")).to_have_text("training 0.118validation 0.168baseline 0.500")
    told = page.locator(".loss .level").all_inner_texts() + page.locator(".legend").all_inner_texts()
    assert any("baseline" in text for text in told)
    assert " is " not in page.locator("figure.loss").get_attribute("aria-label")


def test_two_charts_have_the_room_of_three(open_page):
    loss, gradient = boxes(open_page("/?task=loss"))
    assert loss["y"] == gradient["y"]
    assert loss["width"] > 1.9 * gradient["width"]
    loss, gradient = boxes(open_page("/?task=loss", PHONE))
    assert loss["y"] < gradient["y"]
    assert loss["width"] == gradient["width"]


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_click_in_the_wide_chart_goes_to_the_nearest_moment(open_page, viewport):
    page = open_page("/?task=loss", viewport)
    click_at(page, "loss", 0.52)  # update 624
    expect_shown(page, 6, 1)


# ---- names of lines

CROSSED = """(curves) => [...curves.querySelectorAll("figure")].flatMap((figure) => {
  const canvas = figure.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const hues = [...curves.style].filter((name) => name.startsWith("--hue-")).map((name) =>
    curves.style.getPropertyValue(name).match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16)));
  const zoom = canvas.width / canvas.clientWidth;
  const frame = canvas.getBoundingClientRect();
  return [...figure.querySelectorAll(".level")].map((node) => {
    const box = node.getBoundingClientRect();
    const place = [box.left - frame.left, box.top - frame.top, box.width, box.height];
    const { data } = pen.getImageData(...place.map((pixels) => Math.round(pixels * zoom)));
    const isHue = (at) => data[at + 3] > 200
      && hues.some((hue) => hue.every((part, index) => Math.abs(part - data[at + index]) < 12));
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (isHue(at)) count += 1;
    return [figure.className, node.textContent, count];
  }).filter(([, , count]) => count > 0);
})"""
"""What of the names has pixels of a line under it."""

PHASES = [f"run=plain&updates={updates}" for updates in (1, 40, 300, 1200)]
PHASES += ["run=plateau&updates=40", "run=plateau", "run=plateau&task=loss", "run=plain&task=loss"]
PHASES += [f"run={run}" for run in ("empty", "spread", "away", "constant", "wild", "near")]


@pytest.mark.parametrize(("viewport", "colour"), [(WIDE, "light"), (PHONE, "dark")])
def test_no_line_crosses_a_name_whatever_a_run_has_come_to(open_page, viewport, colour):
    for phase in PHASES:
        page = open_page(f"/?{phase}", viewport, colour)
        assert_names_can_be_read(page, phase)
        for switch in page.locator(".curves .log").locator("visible=true").all():
            switch.click()
        assert_names_can_be_read(page, f"{phase}, the other scale")
        page.close()


def assert_names_can_be_read(page: Page, where: str) -> None:
    assert page.locator(".curves").evaluate(CROSSED) == [], where
    assert_names_stand_apart(page, where)
    assert_every_line_is_named(page, where)


def assert_names_stand_apart(page: Page, where: str) -> None:
    """Names lie in their plot, right of the numbers of its axis, and none lies on another."""
    for chart in page.locator(".curves figure").locator("visible=true").all():
        left, right, top, bottom = chart.locator(".plot").evaluate(
            """(plot) => { const box = plot.getBoundingClientRect();
            const [left, right, top, height] = ["--left", "--right", "--top", "--plot"].map(
              (name) => parseFloat(plot.style.getPropertyValue(name)));
            return [box.left + left, box.right - right, box.top + top, box.top + top + height]; }"""
        )
        names = [name.bounding_box() for name in chart.locator(".level").all()]
        for box in names:
            assert left <= box["x"] <= right + 1 - box["width"], where
            assert top - 1 <= box["y"] <= bottom + 1 - box["height"], where
        for one, other in combinations(names, 2):
            across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
            down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
            assert not (across and down), where


def assert_every_line_is_named(page: Page, where: str) -> None:
    """A name stands beside its line or in the legend."""
    legend = page.locator(".curves .legend").inner_text()
    texts = [*page.locator(".curves .level").all_inner_texts(), legend]
    wanted = ["baseline: always"] + ([] if "near" in where else ["clipped above 0.5"])
    assert [name for name in wanted if not any(name in text for text in texts)] == [], where


def test_name_that_is_short_enough_stands_beside_its_line_in_full(open_page):
    page = open_page("/?baseline=repeat the last value")
    assert page.locator(".metric .level").all_inner_texts() == ["repeat the last value"]
    expect(page.locator(".legend")).not_to_contain_text("repeat")


def test_name_keeps_its_place_while_it_is_free(open_page):
    places = [
        page.locator(".loss .level").evaluate("(name) => name.style.left")
        for page in (open_page(f"/?updates={updates}") for updates in (1, 300, 1200))
    ]
    assert len(set(places)) == 1


def test_long_names_of_runs_are_short_and_different(open_page):
    page = open_page("/?others=8", PHONE)
    legend = page.locator(".legend .run").all_inner_texts()
    names = [text.split(" · ")[0] for text in legend]
    assert len(set(names)) == 9
    assert max(map(len, names)) <= 26
    assert page.locator(".legend .run").last.get_attribute("title").endswith("again, number 8")
    assert all(text.endswith(" · LSTM 16 + 8 · embedding 16 · learning rate 0.01") for text in legend)
    assert wider_than_the_curves(page) == []


def test_run_that_is_looked_at_is_named_only_beside_another_and_no_name_is_markup(open_page):
    page = open_page()
    runs = page.locator(".legend .run")
    expect(runs).to_have_text(
        ["Run 2 · LSTM 16 + 8 · embedding 16 · learning rate 0.01", re.compile("<b> · GRU <i>16$")]
    )
    assert [run.locator(".swatch").count() for run in runs.all()] == [2, 1]
    expect(open_page("/?run=near").locator(".legend .run")).to_have_count(0)


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_answer_that_reaches_the_loss_of_the_baseline_is_named_where_it_is_another(open_page, viewport):
    page = open_page("/?guess=other", viewport)
    beside = page.locator(".loss .level").all_inner_texts()
    told = [*beside, *page.locator(".legend li").all_inner_texts()]
    assert {"the share of each label", "baseline of the loss: the share of each label"}.intersection(told)
    assert page.locator(".loss .level").first.get_attribute("title") == "the share of each label: 0.700"
    assert "always the most frequent label" not in page.locator(".loss").inner_text()


# ---- scales

RANGES = [(0, 1), (0, 622), (112e3, 655e3), (-8_000_810, -8_000_790), (-8e6, 3e6), (1e9, 1e9 + 5)]
RANGES += [
    (1e9 - 3, 1e9 + 4),
    (0, 2e9),
    (-1.2e9, 1.2e9),
    (0, 1e-7),
    (0.1234567, 0.1234569),
    (99_990, 100_010),
]
RANGES += [
    (-1e9 - 5, -1e9),
    (1e12, 1e12 + 0.01),
    (-1.7e308, 1.7e308),
    (5e-324, 2e-323),
    (20_200_000, 20_261_231),
]


@pytest.fixture(scope="module")
def ticks(browser):
    """Return the function of the browser: ``ticks((low, high), most) -> (values, texts, offset)``."""
    source = re.sub(r"^import\s[^;]*;\n|^export ", "", AXES.read_text("utf-8"), flags=re.MULTILINE)
    page = browser.new_page()
    call = "([source, ends, most]) => new Function(`${source}; return roundTicks`)()(ends, most)"

    def find(ends, most=5):
        found = page.evaluate(call, [source, list(ends), most])
        return [t["value"] for t in found["ticks"]], [t["text"] for t in found["ticks"]], found["offset"]

    yield find
    page.close()


def number(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("\u00a0", "") or 0)


@pytest.mark.parametrize("ends", RANGES, ids=str)
def test_numbers_of_a_scale_are_short_different_and_right(ticks, ends):
    values, texts, offset = ticks(ends)
    assert 2 <= len(values) <= 7
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) <= 7
    slack = 1e-6 * (ends[1] / 2 - ends[0] / 2)
    for value, text in zip(values, texts, strict=True):
        assert ends[0] - slack <= value <= ends[1] + slack
        assert number(offset) / 2 + number(text) / 2 == pytest.approx(value / 2, rel=1e-15, abs=slack)


@pytest.mark.parametrize(
    ("ends", "texts", "offset"),
    [
        ((0, 1), "0 0.2 0.4 0.6 0.8 1.0", ""),
        ((0, 12_000), "0 5\u00a0000 10\u00a0000", ""),
        ((0, 2e9), "0 0.5e9 1.0e9 1.5e9 2.0e9", ""),
        ((1e9 - 3, 1e9 + 4), "−2 +0 +2 +4", "1\u00a0000\u00a0000\u00a0000"),
        ((-8_000_810, -8_000_790), "−10 −5 +0 +5 +10", "−8\u00a0000\u00a0800"),
        ((1e9, 1e9 + 1e-7), "1e9", ""),
        ((0, 0), "0", ""),
    ],
)
def test_scale_is_written_as_a_reader_expects(ticks, ends, texts, offset):
    assert ticks(ends)[1:] == (texts.split(" "), offset)


@pytest.mark.parametrize(
    ("run", "training", "baseline"),
    [
        ("near", "1 000 000 000.1", "1 000 000 003.0"),
        ("nearsmall", "0.12345601", "0.12345630"),
        ("below", "−8 000 800", "−8 000 788"),
    ],
)
def test_nearly_equal_numbers_are_told_with_the_digits_that_differ(open_page, run, training, baseline):
    page = open_page(f"/?run={run}")
    expect(page.locator(".loss .values")).to_contain_text(f"training {training}")
    expect(page.locator(".metric .values")).to_contain_text(f"baseline {baseline}")


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


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_scale_that_became_logarithmic_by_itself_says_why_until_it_is_switched(open_page, viewport):
    page = open_page("/?run=spread", viewport)
    log, reason = page.get_by_role("button", name="log scale, Loss"), page.locator(".loss .reason")
    expect(reason).to_have_text("log scale: values differ by more than 30 times")
    assert wider_than_the_curves(page) == []
    for pressed in ("false", "true"):
        log.click()
        expect(log).to_have_attribute("aria-pressed", pressed)
        expect(reason).to_be_empty()


def test_scale_is_linear_again_when_the_run_that_was_far_away_is_hidden(open_page):
    page = open_page("/?run=beside")
    log, reason = page.get_by_role("button", name="log scale, Loss"), page.locator(".loss .reason")
    shown = page.get_by_text("Show Run 1")
    for pressed in ("true", "false", "true"):
        expect(log).to_have_attribute("aria-pressed", pressed)
        expect(reason).to_be_visible(visible=pressed == "true")
        shown.click()


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
