"""What moves while a run runs: often enough, in place, and back to any moment of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.train.train_page import ENDS

# Each new text of the progress and each new number of the loss, for three seconds.
_COUNT = """async () => {
    const texts = { progress: new Set(), loss: new Set() };
    const curves = [...document.querySelectorAll('*')].map(node => node.shadowRoot).filter(Boolean)
        .map(tree => tree.querySelector('.curves')).find(Boolean) ?? document.querySelector('.curves');
    const loss = curves.querySelector('.loss .values');
    const take = () => {
        texts.progress.add(document.querySelector('.st-key-train_progress').textContent);
        texts.loss.add(loss.textContent);
    };
    const observer = new MutationObserver(take);
    const all = { subtree: true, childList: true, characterData: true };
    observer.observe(document.querySelector('[data-testid=stMain]'), all);
    observer.observe(loss, all);
    take();
    await new Promise(done => setTimeout(done, 3000));
    observer.disconnect();
    return [texts.progress.size - 1, texts.loss.size - 1];
}"""
_OFTEN_ENOUGH = 6
"""Drawings in three seconds, where all is well about 16: others may keep the machine busy for a while."""


@pytest.mark.parametrize("task", ["sentiment", "characters"])
def test_progress_and_curves_are_drawn_several_times_a_second(train, record_property, task):
    page = train(task)
    page.choose("train_pace", "1 minute")
    page.begin()
    counts = []
    for _ in range(4):
        counts.append(page.page.evaluate(_COUNT))
        if min(counts[-1]) >= _OFTEN_ENOUGH:
            break
    record_property("drawings of progress and curves in 3 s", counts)
    page.expect_state("running")
    assert min(counts[-1]) >= _OFTEN_ENOUGH


def test_pictures_stay_in_place_through_a_run_and_its_past(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.mark()
    page.begin()
    before = page.shown()
    expect(page.predictions).not_to_have_text(before[2], use_inner_text=True)
    expect(page.moment).not_to_have_text(before[1], use_inner_text=True)
    assert page.marked() == [True] * 3
    page.pause()
    page.slider.focus()
    page.page.keyboard.press("Home")
    expect(page.time).to_have_text(re.compile("^update 0 of"))
    page.latest.click()
    expect(page.latest).to_have_attribute("aria-pressed", "true")
    page.press("Step")
    page.settle()
    page.press("Stop")
    page.expect_state("stopped")
    assert page.marked() == [True] * 3


def test_pictures_stay_in_place_when_messages_come_and_go(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.pause()
    page.mark()
    page.fill("units_0", 17)
    expect(page.page.locator(".st-key-train_differs")).to_be_visible()
    page.type_example("good ∑")
    expect(page.page.locator(".st-key-probe_notice .notice")).to_be_visible()
    page.press("Stop")
    expect(page.verdict).to_contain_text("Stopped by hand.")
    page.press("New run")
    expect(page.progress).to_contain_text("Run 2")
    page.pause()
    expect(page.verdict).to_contain_text("So far: ")
    page.type_example("")
    expect(page.page.locator(".st-key-probe_notice .notice")).to_have_count(0)
    assert page.marked() == [True] * 3


def test_keys_on_the_slider_go_back_in_training_time_and_latest_returns(train):
    page = train("next_word")
    first = page.shown()
    page.finish()
    last = page.shown()
    assert all(one != other for one, other in zip(first[1:], last[1:], strict=True))

    page.slider.focus()
    page.page.keyboard.press("Home")
    expect(page.moment).to_have_text(first[1], use_inner_text=True)
    expect(page.predictions).to_have_text(first[2], use_inner_text=True)
    expect(page.time).to_have_text("update 0 of 500")
    expect(page.latest).to_have_attribute("aria-pressed", "false")

    page.page.keyboard.press("ArrowRight")
    expect(page.time).not_to_have_text("update 0 of 500")
    expect(page.moment).not_to_have_text(first[1], use_inner_text=True)
    page.page.keyboard.press("ArrowLeft")
    expect(page.moment).to_have_text(first[1], use_inner_text=True)
    expect(page.slider).to_be_focused()

    page.page.keyboard.press("End")
    expect(page.moment).to_have_text(last[1], use_inner_text=True)
    expect(page.predictions).to_have_text(last[2], use_inner_text=True)
    expect(page.latest).to_have_attribute("aria-pressed", "true")

    page.page.keyboard.press("Home")
    expect(page.moment).to_have_text(first[1], use_inner_text=True)
    page.latest.click()
    expect(page.moment).to_have_text(last[1], use_inner_text=True)
    expect(page.predictions).to_have_text(last[2], use_inner_text=True)


def test_keys_pressed_faster_than_the_server_answers_end_where_they_lead(train):
    page = train("next_word")
    page.finish()
    page.slider.focus()
    page.page.keyboard.press("Home")
    for _ in range(12):
        page.page.keyboard.press("ArrowRight")
    expect(page.slider).to_have_value("12")
    page.settle()
    reached = page.shown()
    page.page.keyboard.press("ArrowLeft")
    expect(page.moment).not_to_have_text(reached[1], use_inner_text=True)
    page.page.keyboard.press("ArrowRight")
    expect(page.moment).to_have_text(reached[1], use_inner_text=True)
    assert page.shown() == reached


def test_moment_that_is_looked_at_stays_while_the_run_goes_on(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.slider.focus()
    page.page.keyboard.press("Home")
    expect(page.time).to_have_text(re.compile("^update 0 of"))
    expect(page.latest).to_have_attribute("aria-pressed", "false")
    page.page.wait_for_timeout(500)
    before, update = page.shown(), page.read_progress().update
    expect(page.progress).not_to_contain_text(f"update {update} of")
    page.page.wait_for_timeout(1_000)
    assert page.shown() == before
    assert page.read_progress().update > update
    page.latest.click()
    expect(page.moment).not_to_have_text(before[1], use_inner_text=True)


def test_run_goes_on_from_the_moment_that_is_looked_at(train):
    page = train("next_word")
    page.finish()
    page.slider.focus()
    page.page.keyboard.press("Home")
    for _ in range(5):
        page.page.keyboard.press("ArrowRight")
    expect(page.slider).to_have_value("5")
    page.settle()
    update = page.time.inner_text().split()[1]
    page.press("Go on from here")
    expect(page.progress).to_contain_text("Run 2")
    page.expect_state("finished", ENDS)
    assert page.read_progress().update == int(update) + 500
    page.settle()
    rows = page.table()
    assert [row[1] for row in rows] == ["Run 1", "Run 2"]
    assert rows[1][9].endswith(f"from Run 1 after update {update}")


def test_run_that_is_looked_at_again_shows_its_own_pictures(train):
    page = train("next_word")
    page.finish()
    first = page.shown()
    page.fill("seed", 3)
    page.press("New run")
    expect(page.progress).to_contain_text("Run 2")
    page.expect_state("finished", ENDS)
    page.settle()
    second = page.shown()
    assert second[1:] != first[1:]
    page.choose_run("Run 1")
    page.page.get_by_role("button", name="Look at it").click()
    expect(page.moment).to_have_text(first[1], use_inner_text=True)
    expect(page.predictions).to_have_text(first[2], use_inner_text=True)


def test_list_of_runs_says_the_run_that_is_looked_at(train):
    page = train("next_word")
    page.finish()
    page.fill("seed", 3)
    page.press("New run")
    expect(page.progress).to_contain_text("Run 2")
    page.expect_state("finished", ENDS)
    expect(page.list_of_runs).to_have_value("Run 2")


def test_light_dark_and_window_sizes_leave_no_picture_empty(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.mark()
    page.begin()
    for scheme, width in (("dark", 1280), ("dark", 390), ("light", 390), ("light", 1900), ("light", 1280)):
        page.page.emulate_media(color_scheme=scheme)
        page.page.set_viewport_size({"width": width, "height": 800})
        page.page.wait_for_function(_IN_COLOURS, arg=scheme)
        assert_drawn(page)
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.marked() == [True] * 3
    page.pause()
    assert_drawn(page)


def assert_drawn(page) -> None:
    """Assert that there is something in the three charts, the strips, and the scales beside them."""
    drawn = page.drawn()
    assert len(drawn) >= 4
    assert all(drawn)


_IN_COLOURS = """scheme => {
    const trees = [...document.querySelectorAll('*')].map(node => node.shadowRoot).filter(Boolean);
    const views = trees.flatMap(tree => [...tree.querySelectorAll('[data-theme]')]);
    return views.length >= 3 && views.every(view => view.dataset.theme === scheme);
}"""
