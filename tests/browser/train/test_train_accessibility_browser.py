"""WCAG 2.2 AA, and no sideways scrolling, in every state of the Train page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import PHONE, assert_accessible

# How the page opens is looked at with all other pages, in test_frame.py.
TABS = {
    "sentiment": ("Data", "Order matters", "About"),
    "next_word": ("Runs", "By hand"),
}
FOLDED = ("Cell options", "Against learning by heart", "Optimiser and clipping")
SMALLEST = 24


def test_run_that_is_running_and_then_paused_is_accessible_and_fits(train, axe):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.pause()
    page.fill_behind_the_menu("units_0", 17)
    expect(page.page.locator(".st-key-train_differs")).to_be_visible()
    assert_accessible(page.page, axe)


@pytest.mark.parametrize("task", TABS)
def test_finished_run_and_each_tab_are_accessible_and_fit(train, axe, task):
    page = train(task)
    page.finish()
    for tab in TABS[task]:
        page.open_tab(tab)
        assert_accessible(page.page, axe)


@pytest.mark.parametrize("task", ["forecasting", "characters", "adding", "copy", "parity", "four_targets"])
def test_task_is_accessible_and_fits_after_an_update(train, axe, task):
    page = train(task)
    page.press("Step")
    page.expect_state("paused")
    assert_accessible(page.page, axe)


def test_several_runs_and_a_moment_of_the_past_are_accessible_and_fit(train, axe):
    page = train("next_word")
    page.finish()
    page.press("New run")
    expect(page.progress).to_contain_text("Run 2")
    page.expect_state("finished")
    page.slider.focus()
    page.page.keyboard.press("Home")
    expect(page.latest).to_have_attribute("aria-pressed", "false")
    page.settle()
    assert_accessible(page.page, axe)


def test_example_that_cannot_be_read_is_accessible_and_fits(train, axe):
    page = train("parity")
    page.type_example("01x1" + "9" * 90)
    expect(page.page.get_by_role("alert")).to_contain_text("This cannot be read.")
    assert_accessible(page.page, axe)


def test_settings_that_cannot_be_run_are_accessible_and_fit(train, axe):
    page = train()
    page.fill_behind_the_menu("units_0", 10_000, fold=False)
    expect(page.page.locator(".st-key-train_units_0_refused [role=alert]")).to_contain_text("is out of range")
    expect(page.button("Start")).to_be_disabled()
    for title in FOLDED:
        page.open_options(title)
    expect(page.field("optimizer")).to_be_visible()
    assert_accessible(page.page, axe, before=page.unfold_sidebar)


def test_settings_that_are_unfolded_are_accessible_and_fit(train, axe):
    page = train()
    page.unfold_sidebar()
    for title in FOLDED:
        page.open_options(title)
    expect(page.field("optimizer")).to_be_visible()
    assert_accessible(page.page, axe, before=page.unfold_sidebar)


def test_field_for_own_data_is_accessible_and_fits(train, axe):
    page = train()
    page.unfold_sidebar()
    page.choose("train_data_sentiment", "my own")
    page.settle()
    pasted = page.page.locator(".st-key-train_paste_sentiment textarea")
    pasted.fill("a good film")
    pasted.press("Control+Enter")
    expect(page.page.get_by_role("alert")).to_be_visible()
    assert_accessible(page.page, axe, before=page.unfold_sidebar)


def test_run_that_failed_is_accessible_and_fits(train, axe):
    page = train("forecasting")
    page.make_it_fail()
    assert_accessible(page.page, axe)


@pytest.mark.parametrize("task", ["sentiment", "characters"])
def test_buttons_of_a_run_are_large_enough_for_a_finger_and_within_a_phone(train, task):
    page = train(task, viewport=PHONE)
    page.choose("train_pace", "1 minute")
    for act in (lambda: None, page.begin, page.pause):
        act()
        assert page.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        boxes = page.boxes()
        assert len(boxes) >= 5
        for box in boxes:
            assert min(box["width"], box["height"]) >= SMALLEST
            assert 0 <= box["left"] < box["right"] <= PHONE[0]
