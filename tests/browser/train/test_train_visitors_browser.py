"""Several visitors at once, one that comes back, and the very first one of a server."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.opener import Opener
from tests.browser.train.train_page import ENDS, TrainPage
from tools import live


def test_two_visitors_train_at_once_and_share_nothing(train):
    one, other = train("next_word"), train("parity")
    one.finish()
    one.fill("seed", 3)
    for page in (one, other):
        page.choose("train_pace", "1 minute")
    one.press("New run")
    other.press("Start")
    for page in (one, other):
        page.expect_state("running")
    updates = one.read_progress().update, other.read_progress().update
    for page, update in zip((one, other), updates, strict=True):
        expect(page.progress).not_to_contain_text(f"update {update} of")
        page.expect_state("running")

    assert (one.read_progress().name, other.read_progress().name) == ("Run 2", "Run 1")
    expect(one.curves.locator(".legend .run")).to_have_text(["Run 2 · seed 3", "Run 1 · seed 0"])
    expect(other.curves.locator(".legend .run")).to_have_count(0)
    for page in (one, other):
        page.pause()
    expect(other.field("seed")).to_have_value("0")
    expect(other.field("task")).to_have_value("Parity")
    expect(one.field("task")).to_have_value("Next word")
    assert [(row[1], row[9][-6:]) for row in one.table()] == [("Run 1", "seed 0"), ("Run 2", "seed 3")]
    assert [(row[1], row[9][-6:]) for row in other.table()] == [("Run 1", "seed 0")]
    other.press("Stop")
    other.expect_state("stopped")
    one.expect_state("paused")


def test_visitor_who_pauses_leaves_the_run_of_another_alone(train):
    one, other = train(), train()
    for page in (one, other):
        page.choose("train_pace", "1 minute")
        page.begin()
    one.pause()
    update = other.read_progress().update
    expect(other.progress).not_to_contain_text(f"update {update} of")
    other.expect_state("running")


@pytest.fixture
def fresh_server(browser):
    """A server that nobody has visited yet."""
    with live.serve(live.APP) as server:
        yield server


def test_first_visit_of_a_server_may_be_the_train_page(browser, fresh_server):
    opener = Opener(browser, fresh_server)
    try:
        page = TrainPage(opener, "/train")
        expect(page.page.get_by_role("heading", level=1)).to_have_text("Train")
        page.choose_task("next_word")
        page.finish()
        page.go("Understand", "Explore")
        expect(page.page.get_by_role("heading", level=1)).to_have_text("Explore")
        page.go("Learn by doing", "Train")
        page.expect_state("finished")
        opener.assert_clean()
    finally:
        opener.close()


def reload(page: TrainPage) -> None:
    page.page.reload()
    page.settle()


def test_reload_finds_a_finished_run_again_with_its_settings(train):
    page = train("next_word")
    page.fill("seed", 3)
    page.finish()
    end, shown = page.read_progress(), page.shown()
    reload(page)
    page.expect_state("finished")
    page.settle()
    assert page.read_progress() == end
    assert page.shown() == shown
    expect(page.field("seed")).to_have_value("3")
    expect(page.field("task")).to_have_value("Next word")
    assert [row[1] for row in page.table()] == ["Run 1"]


def test_reload_during_a_run_finds_it_and_the_run_goes_on(train):
    page = train()
    page.choose("train_pace", "1 minute")
    page.begin()
    update = page.read_progress().update
    reload(page)
    page.expect_state("running")
    assert page.read_progress().update >= update
    expect(page.field("pace")).to_have_value("1 minute")
    later = page.read_progress().update
    expect(page.progress).not_to_contain_text(f"update {later} of")
    page.pause()
    assert page.read_progress().update > update


def test_run_survives_a_connection_that_breaks(open_page, train):
    page = train(expect_clean=False)
    sockets = []

    def through(route) -> None:
        route.connect_to_server()
        sockets.append(route)

    page.page.route_web_socket("**/_stcore/stream", through)
    reload(page)
    page.choose("train_pace", "1 minute")
    page.begin()
    update = page.read_progress().update
    sockets[-1].close()
    expect(page.progress).to_contain_text("· running", timeout=ENDS)
    page.settle()
    assert page.read_progress().name == "Run 1"
    assert page.read_progress().update >= update
    page.pause()
    # Streamlit complains of each drawing that it could not ask for in the meantime.
    others = [problem for problem in open_page.ears[page.page].problems if _CUT_OFF not in problem]
    assert others == []


_CUT_OFF = "Cannot send rerun backMessage when disconnected from server."


def test_two_tabs_are_two_visitors(train):
    one = train("next_word")
    one.finish()
    second = one.page.context.new_page()
    second.goto(one.page.url)
    live.wait_until_ready(second)
    expect(second.locator(".st-key-train_progress")).to_contain_text("ready to start")
    second.close()  # a page behind another one is not drawn
    one.expect_state("finished")


def test_duplicated_tab_has_a_copy_and_the_run_of_the_first_goes_on(train):
    one = train()
    one.choose("train_pace", "1 minute")
    one.begin()
    update = one.read_progress().update
    with one.page.expect_popup() as opened:
        one.page.evaluate("window.open(location.href)")  # a copy of the tab's memory, as for a duplicate
    copy = opened.value
    expect(copy.locator(".st-key-train_progress")).to_contain_text("kept, paused", timeout=30_000)
    expect(one.progress).not_to_contain_text(f"update {update} of")
    one.expect_state("running")
    copy.locator(".st-key-run_bar").get_by_role("button", name="Start", exact=True).click()
    expect(copy.locator(".st-key-train_progress")).to_contain_text("Run 2 · running")
    copy.reload()
    expect(copy.locator(".st-key-train_progress")).to_contain_text("Run 2 · ", timeout=30_000)
    one.expect_state("running")
    assert one.read_progress().name == "Run 1"
    copy.close()
    one.pause()
