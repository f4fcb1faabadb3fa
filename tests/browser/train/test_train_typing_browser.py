"""Typing and keys while everything around is drawn again and again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.train.train_page import FULL_SPEED

_SLOWLY = 150
"""Milliseconds between two keys: several drawings fall between the first and the last."""


@pytest.fixture
def running(train):
    """A page with a run that lasts longer than the test."""
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    return page


def expect_still_drawing(page) -> None:
    """Assert that the page has gone on being drawn."""
    update = page.read_progress().update
    expect(page.progress).not_to_contain_text(f"update {update} of")
    page.expect_state("running")


def test_example_that_is_being_typed_stays_with_its_focus_and_is_read_on_enter(running):
    running.typed.click()
    running.page.keyboard.type("good but boring", delay=_SLOWLY)
    expect_still_drawing(running)
    expect(running.typed).to_be_focused()
    expect(running.typed).to_have_value("good but boring")
    running.page.keyboard.press("Enter")
    expect(running.moment).to_contain_text("of 3")
    expect(running.predictions).to_contain_text("good but boring")
    expect(running.typed).to_have_value("good but boring")
    expect_still_drawing(running)


def test_number_that_is_being_typed_in_the_sidebar_stays_with_its_focus_and_counts_on_enter(running):
    epochs = running.field("epochs")
    epochs.click()
    running.page.keyboard.press("Control+a")
    running.page.keyboard.type("12345", delay=_SLOWLY)
    expect_still_drawing(running)
    expect(epochs).to_be_focused()
    expect(epochs).to_have_value("12345")
    running.page.keyboard.press("Enter")
    expect(running.page.locator(".st-key-train_differs")).to_contain_text("You have changed settings.")
    expect(epochs).to_be_focused()
    expect(epochs).to_have_value("12345")
    expect_still_drawing(running)


def test_learning_rate_that_is_being_typed_stays_with_its_focus(running):
    rate = running.field("learning_rate")
    rate.click()
    running.page.keyboard.press("Control+a")
    running.page.keyboard.type("0.00321", delay=_SLOWLY)
    expect_still_drawing(running)
    expect(rate).to_be_focused()
    expect(rate).to_have_value("0.00321")


@pytest.mark.parametrize("button", ["Start", "Step", "New run", "Start anew"])
def test_number_that_was_just_typed_counts_for_the_button_that_is_pressed_next(train, button):
    page = train("next_word")
    page.choose("train_pace", FULL_SPEED)
    if button == "New run":
        page.press("Step", "Stop")
        page.expect_state("stopped")
    if button == "Start anew":
        page.press("Step")
        page.expect_state("paused")
        page.fill("units_0", 2)
    page.field("epochs").fill("7")
    page.page.get_by_role("button", name=button, exact=True).click()
    expect(page.progress).to_contain_text("update 1 of 7" if button == "Step" else "update 7 of 7")
    expect(page.page.locator(".st-key-train_differs")).to_have_count(0)


def test_list_of_examples_stays_open_while_a_run_runs(running):
    box = running.page.locator("[class*=st-key-train_probe]").get_by_role("combobox")
    box.click()
    options = running.page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    expect_still_drawing(running)
    options.nth(3).click()
    expect(running.page.get_by_role("listbox")).to_have_count(0)
    running.page.keyboard.press("Escape")
    chosen = box.input_value().rpartition(" (")[0]
    assert chosen
    expect(running.predictions).to_contain_text(f"“{chosen}”")


def test_example_that_cannot_be_read_says_so_and_leaves_the_last_one(train):
    page = train("parity")
    before = page.shown()
    page.type_example("01x1")
    expect(page.page.get_by_role("alert")).to_contain_text("This cannot be read.")
    page.settle()
    assert page.shown() == before
    page.type_example("0110")
    expect(page.page.get_by_role("alert")).to_have_count(0)
    expect(page.moment).to_contain_text("of 4")


@pytest.mark.parametrize(("name", "value"), [("units_0", 10_000), ("epochs", ""), ("seed", -1)])
def test_field_that_cannot_be_read_says_so_below_it_and_keeps_the_others(train, name, value):
    page = train("parity")
    page.fill("batch_size", 7)
    before = page.sidebar_fields()
    page.fill(name, value)
    refused = page.page.locator(f".st-key-train_{name}_refused")
    expect(refused.get_by_role("alert")).to_be_visible()
    assert refused.bounding_box()["y"] > page.field(name).bounding_box()["y"]
    assert page.sidebar_fields() == before
    expect(page.field("batch_size")).to_have_value("7")
    expect(page.button("Start")).to_be_disabled()
    page.fill(name, 3)
    expect(page.page.get_by_role("alert")).to_have_count(0)
    expect(page.field("batch_size")).to_have_value("7")
    expect(page.button("Start")).to_be_enabled()


def tab_through(page, first: str, last: str) -> list[str]:
    """Return the names of what Tab leads to, from one button to another."""
    page.button(first).focus()
    found = [page.active()]
    while found[-1] != last and len(found) < 12:
        page.page.keyboard.press("Tab")
        found.append(page.active())
    return found


def without_help(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("Help for")]


def test_tab_leads_through_the_buttons_of_the_run_in_their_order(train):
    page = train("next_word")
    assert without_help(tab_through(page, "Start", "Pace")) == ["Start", "Step", "Learning rate", "Pace"]
    page.press("Step")
    page.expect_state("paused")
    page.settle()
    assert without_help(tab_through(page, "Resume", "Pace")) == [
        "Resume",
        "Step",
        "Back",
        "Stop",
        "Go on from here",
        "Learning rate",
        "Pace",
    ]


def test_tab_leads_through_the_buttons_of_a_run_that_is_running(running):
    names = without_help(tab_through(running, "Pause", "Pace"))
    assert names == ["Pause", "Back", "Stop", "Learning rate", "Pace"]
    expect_still_drawing(running)


def test_enter_and_space_press_the_buttons(train):
    page = train()
    keyboard = page.page.keyboard
    page.choose("train_pace", "1 minute")
    page.button("Start").focus()
    keyboard.press("Enter")
    page.expect_state("running")
    page.button("Pause").focus()
    keyboard.press("Space")
    page.expect_state("paused")
    before = page.read_progress().update
    page.button("Step").focus()
    for key, update in (("Enter", before + 1), ("Space", before + 2)):
        keyboard.press(key)
        expect(page.progress).to_contain_text(f"update {update} of")
    expect(page.button("Step")).to_be_focused()
    page.button("Stop").focus()
    keyboard.press("Enter")
    page.expect_state("stopped")
    page.button("Back").focus()
    keyboard.press("Space")
    page.expect_state("ready to start")


def test_focus_stays_on_the_button_that_starts_and_pauses(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.button("Start").focus()
    page.page.keyboard.press("Enter")
    page.expect_state("running")
    expect(page.button("Pause")).to_be_focused()
    page.page.keyboard.press("Enter")
    page.expect_state("paused")
    expect(page.button("Resume")).to_be_focused()
