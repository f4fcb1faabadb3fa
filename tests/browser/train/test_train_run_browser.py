"""One run from Start to the end, and the buttons on its way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.train.train_page import ENDS, FULL_SPEED

LONG_ENOUGH = 1_000
"""Milliseconds in which a run that goes on would show several new numbers."""


def test_run_learns_pauses_steps_goes_on_ends_and_goes_to_explore_and_back(train):
    page = train()
    page.begin()
    first = page.loss()
    page.page.wait_for_function(
        "update => Number(document.querySelector('.st-key-train_progress').innerText"
        ".match(/update ([\\d\\s]+) of/)?.[1].replace(/\\s/g, '')) > update",
        arg=400,
        timeout=ENDS,
    )

    page.pause()
    assert page.loss() < first / 2
    paused, shown = page.read_progress(), page.shown()
    page.page.wait_for_timeout(LONG_ENOUGH)
    assert (page.read_progress(), page.shown()) == (paused, shown)

    page.press("Step")
    expect(page.progress).not_to_contain_text(page_text(paused.update))
    page.settle()
    assert page.read_progress().update == paused.update + 1
    assert page.read_progress().state == "paused"

    page.press("Resume")
    page.expect_state("finished", ENDS)
    expect(page.button("New run")).to_be_visible()
    expect(page.verdict).to_contain_text("✓ It learned: accuracy 0.9")
    assert page.loss() < first / 10
    end = page.read_progress()
    assert end.update == 799

    page.open_in_explore()
    expect(page.page.locator(".readout .says")).to_contain_text("answer: “negative”, which is right")
    page.page.get_by_role("button", name="Back to Train").click()
    expect(page.verdict).to_contain_text("✓ It learned")
    assert page.read_progress() == end
    assert page.loss() < first / 10


def test_what_is_to_be_beaten_and_what_is_reached_stand_above_the_curves_and_are_not_said_aloud(train):
    page = train()
    expect(page.verdict).to_contain_text("To be beaten: accuracy 0.")
    assert page.verdict.bounding_box()["y"] < page.curves.bounding_box()["y"]
    page.choose("train_pace", "1 minute")
    page.begin()
    expect(page.verdict).to_contain_text("So far: accuracy 0.")
    expect(page.verdict).to_contain_text("without learning")
    # It changes several times a second: a role would have each of them read out.
    assert page.verdict.get_attribute("role") is None
    page.press("Stop")
    expect(page.verdict).to_contain_text("Stopped by hand.")
    expect(page.verdict).to_have_attribute("role", "status")


TASKS_IN_A_ROW = ("characters", "forecasting", "sentiment")


def test_three_tasks_run_one_after_the_other_without_losing_the_connection(train, open_page):
    page = train()
    for place, task in enumerate(TASKS_IN_A_ROW):
        page.choose_task(task)
        page.choose("train_pace", "10 seconds")
        page.press("Start")
        expect(page.progress).to_contain_text(f"Run {place + 1}")
        page.expect_state("running")
        page.expect_state("finished", ENDS)
        page.settle()
        expect(page.page.get_by_role("dialog")).to_have_count(0)
        expect(page.page.get_by_text("Connection error")).to_have_count(0)
        open_page.assert_clean()
    assert [row[1] for row in page.table()] == ["Run 1", "Run 2", "Run 3"]


def page_text(update: int) -> str:
    """Return how the progress says that it is at an update: digits in groups of three."""
    return f"update {update:,} of".replace(",", "\u00a0")


def test_stop_ends_a_run_and_its_number_stands_still(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.press("Stop")
    page.expect_state("stopped")
    stopped, shown = page.read_progress(), page.shown()
    assert 0 < stopped.update < 799
    page.page.wait_for_timeout(LONG_ENOUGH)
    assert (page.read_progress(), page.shown()) == (stopped, shown)
    expect(page.button("New run")).to_be_enabled()
    for name in ("Step", "Stop"):
        expect(page.button(name)).to_be_disabled()


def test_stop_ends_a_paused_run_too_and_says_what_it_learned(train):
    page = train("parity")
    page.choose("train_pace", "1 minute")
    page.begin()
    page.pause()
    paused = page.read_progress()
    page.press("Stop")
    page.expect_state("stopped")
    assert page.read_progress().update == paused.update
    expect(page.verdict).to_contain_text("Stopped by hand.")


def test_back_returns_to_the_same_first_weights_and_keeps_the_run(train):
    page = train("next_word")
    before = page.shown()[1:]
    page.finish()
    assert page.shown()[1:] != before
    page.press("Back")
    page.expect_state("ready to start")
    page.settle()
    assert page.shown()[1:] == before
    assert [row[1] for row in page.table()] == ["Run 1"]
    expect(page.curves.locator(".legend .run")).to_have_text(["Run 2", "Run 1"])


def test_changed_learning_rate_holds_for_a_run_that_is_running(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.fill("learning_rate", "1e-9")
    page.pause()
    expect(page.field("learning_rate")).to_have_value("1e-9")
    expect(page.page.locator(".st-key-train_differs")).to_have_count(0)
    page.press("Step")
    page.settle()
    before = page.shown()[1:]
    update = page.read_progress().update
    page.press("Step")
    expect(page.progress).to_contain_text(page_text(update + 1))
    page.settle()
    assert page.shown()[1:] == before  # a step so short changes no digit


def test_pace_can_be_changed_while_a_run_is_running(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.choose("train_pace", FULL_SPEED)
    # At one minute it would not have ended by then, were the pace not taken over.
    page.expect_state("finished", 40_000)
    assert page.read_progress().update == 799


def test_open_in_explore_pauses_a_run_that_is_running_and_says_so_on_return(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    page.open_in_explore()
    page.page.get_by_role("button", name="Back to Train").click()
    page.expect_state("paused")
    expect(page.verdict).to_contain_text("Paused while you were on another page.")
    assert page.read_progress().update > 0


@pytest.mark.parametrize("menu", [False, True], ids=["button", "menu"])
def test_page_that_is_left_while_it_draws_itself_leaves_the_next_one_whole(train, menu):
    """Leave six times: what the browser asked for just before may not empty the other page."""
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    for _ in range(6):
        if menu:
            page.go("Understand", "Explore")
        else:
            page.open_in_explore()
        expect(page.page.get_by_role("heading", name="Explore")).to_be_visible()
        expect(page.strips.get_by_role("group", name="Move in time")).to_be_visible()
        expect(page.page.locator(".st-key-initial_c input")).to_have_value("0")
        if menu:
            page.go("Learn by doing", "Train")
        else:
            page.page.get_by_role("button", name="Back to Train").click()
            page.expect_state("paused")
            page.press("Resume")
        page.expect_state("running")


def test_failed_run_is_drawn_without_an_error(train, open_page):
    page = train("forecasting")
    page.make_it_fail()
    open_page.assert_clean()


def test_failed_run_says_why_and_keeps_the_last_good_weights(train):
    page = train("adding")
    page.make_it_fail()
    expect(page.verdict).to_contain_text("The numbers ran away.")
    expect(page.verdict).to_contain_text("the last good ones, are kept")
    expect(page.verdict).to_contain_text("Try a learning rate of 0.01")
    assert not re.search("not finite|nan|inf", page.predictions.inner_text(), re.IGNORECASE)
    expect(page.button("New run")).to_be_enabled()
