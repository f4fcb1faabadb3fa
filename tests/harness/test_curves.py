"""The curves of a training run."""

import re
from itertools import combinations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.harness.harness import no_answer
from tests.harness.histories import picture

RUNS = ["plain", "empty", "huge", "tiny", "spread", "broken", "away", "nothing", "constant", "wild"]
NEAR = ["near", "nearsmall", "below"]
WIDE, PHONE = (736, 800), (390, 844)  # hardly more than three charts side by side need


@pytest.fixture
def show(harness):
    """Show a run, and each moment that is asked for: ``show(run, viewport, colour) -> Page``."""

    def show(run="plain", viewport=WIDE, colour="light", **options) -> Page:
        def answer(message):
            asked = message.value
            return {"curves": picture(run, **options, at=asked["moment"], answered=asked["number"])}

        harness.open(viewport, colour)
        harness.answer = answer
        harness.mount("curves", picture(run, **options))
        harness.page.locator(".curves .time").wait_for()
        return harness.page

    return show


@pytest.fixture
def expect_asked(harness):
    """Assert which moments have been asked for: ``expect_asked(6, None)``."""

    def check(*moments):
        harness.settle()
        assert [(message.name, message.value["moment"]) for message in harness.sent] == [
            ("at", moment) for moment in moments
        ]

    return check


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Training time")


def click_at(page: Page, chart: str, share: float) -> None:
    """Click where an update lies, as a share of those that are shown."""
    plot = page.locator(f".{chart} .plot")
    width, left, right = plot.evaluate(
        """(plot) => [plot.clientWidth, ...["--left", "--right"].map(
        (name) => parseFloat(plot.style.getPropertyValue(name)))]"""
    )
    plot.click(position={"x": left + share * (width - left - right), "y": 40})


@pytest.mark.parametrize("run", RUNS + NEAR)
def test_any_run_is_drawn_without_an_error(show, run):
    page = show(run)
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
def test_first_updates_have_numbers(show, updates):
    page = show(updates=updates)
    expect(page.locator(".loss .values")).to_contain_text("training 1.")
    expect(page.locator(".loss .values")).to_contain_text("validation 1.15")


def test_numbers_that_are_not_finite_are_called_so(show):
    page = show("nothing")
    expect(page.locator(".loss .values")).to_have_text("training not finitevalidation not finite")


def test_what_is_measured_on_the_training_data_is_never_called_validation(show):
    page = show(held_out=False)
    expect(page.locator(".loss .values")).to_have_text("training 0.118on the training data 0.168")
    expect(page.locator(".metric .values")).to_have_text(re.compile("^on the training data"))
    expect(page.locator(".caption")).to_contain_text("On the training data: measured every 10 updates.")
    labels = page.locator(".curves figure").evaluate_all("all => all.map(one => one.ariaLabel).join()")
    assert "on the training data 0.168" in labels
    assert "alidation" not in labels + page.locator(".curves").inner_text()


def test_charts_stand_side_by_side_where_there_is_room(show):
    wide = [box["y"] for box in boxes(show())]
    assert len(set(wide)) == 1
    loss, metric, gradient = boxes(show(viewport=PHONE))
    assert loss["y"] < metric["y"] == gradient["y"]
    assert loss["width"] > 1.9 * metric["width"]


def boxes(page: Page) -> list[dict]:
    figures = page.locator(".curves figure").locator("visible=true").all()
    return [figure.bounding_box() for figure in figures]


# ---- a metric that is the loss


def test_metric_that_is_the_loss_has_no_chart_of_its_own(show):
    page = show(is_loss=True)
    expect(page.locator(".curves figure.metric")).to_be_hidden()
    expect(page.locator(".loss .title")).to_have_text("Loss = mean absolute error, µg/m³")
    expect(page.locator(".loss .values")).to_have_text("training 0.118validation 0.168baseline 0.500")
    told = page.locator(".loss .level").all_inner_texts() + page.locator(".legend").all_inner_texts()
    assert any("baseline" in text for text in told)
    assert " is " not in page.locator("figure.loss").get_attribute("aria-label")


def test_two_charts_have_the_room_of_three(show):
    loss, gradient = boxes(show(is_loss=True))
    assert loss["y"] == gradient["y"]
    assert loss["width"] > 1.9 * gradient["width"]
    loss, gradient = boxes(show(is_loss=True, viewport=PHONE))
    assert loss["y"] < gradient["y"]
    assert loss["width"] == gradient["width"]


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_click_in_the_wide_chart_goes_to_the_nearest_moment(show, expect_asked, viewport):
    page = show(is_loss=True, viewport=viewport)
    click_at(page, "loss", 0.52)  # update 624
    expect_asked(6)


# ---- names of lines

PHASES = [{"run": "plain", "updates": 1}, {"run": "plain"}, {"run": "plateau", "is_loss": True}]
PHASES += [{"run": run} for run in ("empty", "wild", "near")]


@pytest.mark.parametrize("phase", PHASES, ids=str)
def test_names_stand_apart_at_the_ends_of_their_lines(show, phase):
    page = show(**phase)
    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".curves[data-narrow]")).to_have_count(1 if width == PHONE[0] else 0)
        assert_names_can_be_read(page, phase["run"], f"{width} wide")
        for switch in page.locator(".curves .log").locator("visible=true").all():
            switch.click()
        assert_names_can_be_read(page, phase["run"], f"{width} wide, the other scale")


def assert_names_can_be_read(page: Page, run: str, where: str) -> None:
    assert_names_stand_apart(page, where)
    assert_every_line_is_named(page, run, where)


def assert_names_stand_apart(page: Page, where: str) -> None:
    """Names lie in their plot, at its right edge, and none lies on another."""
    for chart in page.locator(".curves figure").locator("visible=true").all():
        left, right, top, bottom = chart.locator(".plot").evaluate(
            """(plot) => { const box = plot.getBoundingClientRect();
            const [left, right, top, height] = ["--left", "--right", "--top", "--plot"].map(
              (name) => parseFloat(plot.style.getPropertyValue(name)));
            return [box.left + left, box.right - right, box.top + top, box.top + top + height]; }"""
        )
        names = [name.bounding_box() for name in chart.locator(".level").all()]
        for box in names:
            assert box["x"] >= left, where
            assert box["x"] + box["width"] == pytest.approx(right, abs=1), where
            assert top - 1 <= box["y"] <= bottom + 1 - box["height"], where
        for one, other in combinations(names, 2):
            assert abs(one["y"] - other["y"]) >= one["height"], where


def assert_every_line_is_named(page: Page, run: str, where: str) -> None:
    """A name stands beside its line, above the chart, or in the legend."""
    texts = page.locator(".curves .level, .curves .values, .curves .legend").all_inner_texts()
    wanted = ["training", "validation", "norm", "baseline: always"]
    wanted += [] if run == "near" else ["clipped above 0.5"]
    wanted += ["Run 1, which"] if page.locator(".legend .run").count() else []
    assert [name for name in wanted if not any(name in text for text in texts)] == [], where


def test_name_that_is_short_enough_stands_beside_its_line_in_full(show):
    page = show(baseline="repeat the last value")
    assert page.locator(".metric .level").all_inner_texts() == ["repeat the last value"]
    expect(page.locator(".legend")).not_to_contain_text("repeat")


def test_long_names_of_runs_are_short_and_different(show):
    page = show(others=8, viewport=PHONE)
    legend = page.locator(".legend .run").all_inner_texts()
    names = [text.split(" · ")[0] for text in legend]
    assert len(set(names)) == 9
    assert max(map(len, names)) <= 26
    assert page.locator(".legend .run").last.get_attribute("title").endswith("again, number 8")
    assert all(text.endswith(" · LSTM 16 + 8 · embedding 16 · learning rate 0.01") for text in legend)
    assert wider_than_the_curves(page) == []


def test_run_that_is_looked_at_is_named_only_beside_another_and_no_name_is_markup(show):
    page = show()
    runs = page.locator(".legend .run")
    expect(runs).to_have_text(
        ["Run 2 · LSTM 16 + 8 · embedding 16 · learning rate 0.01", re.compile("<b> · GRU <i>16$")]
    )
    assert [run.locator(".swatch").count() for run in runs.all()] == [2, 1]
    expect(show("near").locator(".legend .run")).to_have_count(0)


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_answer_that_reaches_the_loss_of_the_baseline_is_named_where_it_is_another(show, viewport):
    page = show(loss_name="the share of each label", viewport=viewport)
    beside = page.locator(".loss .level").all_inner_texts()
    told = [*beside, *page.locator(".legend li").all_inner_texts()]
    assert {"the share of each label", "baseline of the loss: the share of each label"}.intersection(told)
    assert page.locator(".loss .level").first.get_attribute("title") == "the share of each label: 0.700"
    assert "always the most frequent label" not in page.locator(".loss").inner_text()


# ---- scales


@pytest.mark.parametrize(
    ("run", "training", "baseline"),
    [
        ("near", "1 000 000 000.1", "1 000 000 003.0"),
        ("nearsmall", "0.12345601", "0.12345630"),
        ("below", "−8 000 800", "−8 000 788"),
    ],
)
def test_nearly_equal_numbers_are_told_with_the_digits_that_differ(show, run, training, baseline):
    page = show(run)
    expect(page.locator(".loss .values")).to_contain_text(f"training {training}")
    expect(page.locator(".metric .values")).to_contain_text(f"baseline {baseline}")


def test_keys_of_the_slider_go_back_in_training_time_and_return(show, expect_asked):
    page = show()
    slider(page).focus()
    expect(slider(page)).to_have_attribute("aria-valuetext", "update 1\u00a0200 of 1\u00a0200, the latest")
    page.keyboard.press("ArrowLeft")
    expect_asked(11)
    expect(slider(page)).to_have_attribute("aria-valuetext", "update 1\u00a0100 of 1\u00a0200")
    page.keyboard.press("Home")
    expect_asked(11, 0)
    page.keyboard.press("End")
    expect_asked(11, 0, None)


@pytest.mark.parametrize("chart", ["loss", "metric", "gradient"])
def test_click_in_a_chart_goes_to_the_nearest_moment_and_latest_returns(show, expect_asked, chart):
    page = show()
    latest = page.get_by_role("button", name="Latest")
    expect(latest).to_have_attribute("aria-pressed", "true")
    click_at(page, chart, 0.52)  # update 624
    expect_asked(6)
    expect(page.locator(".mark.cursor .tag").all()[0]).to_have_text("600")
    expect(latest).to_have_attribute("aria-pressed", "false")
    latest.click()
    expect_asked(6, None)
    expect(page.locator(".mark.cursor").first).to_be_hidden()


def test_moment_can_be_asked_for_again_after_the_page_has_left_it(show, harness, expect_asked):
    page = show()
    click_at(page, "loss", 0.5)
    expect_asked(6)
    harness.update("curves", picture(at=None, answered=harness.sent[0].value["number"]))
    expect(page.get_by_role("button", name="Latest")).to_have_attribute("aria-pressed", "true")
    click_at(page, "loss", 0.5)
    expect_asked(6, 6)


@pytest.mark.parametrize("late", [False, True])  # the view waits for 1.5 s before it asks for more
def test_reader_stays_where_he_went_however_long_the_server_takes(show, harness, expect_asked, late):
    page = show()
    harness.answer = no_answer
    slider(page).focus()
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    seen = page.evaluate_handle(
        """() => {
            const range = document.activeElement.shadowRoot.activeElement;
            const seen = new Set();
            const look = () => { seen.add(range.value); requestAnimationFrame(look); };
            look();
            return seen;
        }"""
    )
    curves = page.locator(".curves")
    if late:
        harness.wait_for_sent(2)
    for index, moment in enumerate((0, 5)):
        harness.wait_for_sent(index + 1)
        expect(curves).to_have_attribute("aria-busy", "true")
        harness.update("curves", picture(at=moment, answered=harness.sent[index].value["number"]))
    expect(curves).not_to_have_attribute("aria-busy", "true")
    expect_asked(0, 5)
    assert seen.evaluate("seen => [...seen]") == ["5"]


def test_pointing_shows_the_numbers_there_and_tells_the_server_nothing(show, expect_asked):
    page = show()
    values = page.locator(".loss .values")
    before = values.inner_text()
    page.locator(".gradient .plot").hover(position={"x": 60, "y": 40})
    expect(values).not_to_have_text(before, use_inner_text=True)
    expect(page.locator(".loss .mark.pointer")).to_be_visible()
    page.mouse.move(0, 0)
    expect(values).to_have_text(before, use_inner_text=True)
    expect_asked()


def test_scale_becomes_logarithmic_by_itself_only_where_numbers_are_widely_spread(show):
    pressed = {
        run: show(run).locator(".loss .log").get_attribute("aria-pressed") for run in ("plain", "spread")
    }
    assert pressed == {"plain": "false", "spread": "true"}


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_scale_that_became_logarithmic_by_itself_says_why_until_it_is_switched(show, viewport):
    page = show("spread", viewport=viewport)
    log, reason = page.get_by_role("button", name="log scale, Loss"), page.locator(".loss .reason")
    expect(reason).to_have_text("log scale: values differ by more than 30 times")
    assert wider_than_the_curves(page) == []
    for pressed in ("false", "true"):
        log.click()
        expect(log).to_have_attribute("aria-pressed", pressed)
        expect(reason).to_be_empty()


def test_scale_is_linear_again_when_the_run_that_was_far_away_is_hidden(show, harness):
    page = show("beside")
    log, reason = page.get_by_role("button", name="log scale, Loss"), page.locator(".loss .reason")
    for beside in (True, False, True):
        harness.update("curves", picture("beside", beside=beside))
        expect(log).to_have_attribute("aria-pressed", "true" if beside else "false")
        expect(reason).to_be_visible(visible=beside)


def test_switch_changes_the_scale_of_its_chart_alone(show):
    page = show()
    pictures = "(canvases) => canvases.map((canvas) => canvas.toDataURL())"
    before = page.locator(".curves canvas").evaluate_all(pictures)
    page.get_by_role("button", name="log scale, Loss").click()
    after = page.locator(".curves canvas").evaluate_all(pictures)
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


@pytest.fixture
def touch(show):
    """Send a touch of a finger to the chart of the loss: ``touch("pointerdown", finger=2)``."""
    plot = show(viewport=PHONE).locator(".loss .plot")
    where = plot.bounding_box()
    # A pointer that was made up cannot be captured.
    plot.evaluate("(plot) => { plot.setPointerCapture = () => {}; plot.hasPointerCapture = () => true; }")

    def send(event, *, finger=1, down=0):
        place = {"clientX": where["x"] + 200, "clientY": where["y"] + 40 + down}
        plot.dispatch_event(
            event, {"pointerId": finger, "pointerType": "touch", "button": 0, "bubbles": True, **place}
        )

    return send


def test_finger_that_scrolls_the_page_does_not_move_in_time_and_a_tap_does(touch, expect_asked):
    touch("pointerdown")
    touch("pointermove", down=-30)
    touch("pointercancel")
    touch("pointerdown")
    expect_asked()
    touch("pointerup")
    expect_asked(6)


def test_finger_that_still_moves_after_another_was_lifted_does_nothing(touch, expect_asked):
    touch("pointerdown", finger=1)
    touch("pointerdown", finger=2)
    touch("pointerup", finger=1)
    touch("pointermove", finger=2)
    expect_asked(6)


WRITTEN = """() => {
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        (window.written ??= new Set()).add(text);
        return fillText.call(this, text, ...place);
    };
}"""


def test_scale_only_grows_while_the_same_runs_are_drawn(show, harness):
    def ticks() -> set[str]:
        harness.settle()
        found = harness.page.evaluate(
            "() => { const all = [...window.written]; window.written.clear(); return all; }"
        )
        return {text for text in found if re.fullmatch(r"-?[\d.]+", text)}

    harness.open(WIDE)
    harness.page.evaluate(WRITTEN)
    harness.mount("curves", picture("wild", others=0, scene="a"))
    wide = ticks()
    harness.update("curves", picture("plateau", others=0, scene="a"))
    assert ticks() == wide
    harness.update("curves", picture("plateau", others=0, scene="b"))
    assert ticks() != wide
    harness.load()


def test_values_are_the_exact_ones_of_the_moment_except_where_the_reader_points(show):
    page = show(exact=(0.123456, 0.654321))
    loss, metric = page.locator(".loss .values"), page.locator(".metric .values")
    expect(loss).to_contain_text("0.123")
    expect(metric).to_contain_text("0.654")
    page.locator(".loss .plot").hover()
    expect(loss).not_to_contain_text("0.123")
