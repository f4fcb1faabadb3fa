"""Who closes the tab or goes to another page leaves no thread behind that trains for nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.opener import Opener
from tests.browser.train.train_page import TrainPage
from tools import live

# The app, and for whoever asks for ?threads a count of the threads that train, in the same process.
APP = """
import sys
import threading

sys.path.insert(0, {root!r})
import streamlit as st

from explorer.app import frame
from explorer.training.worker import THREAD_NAME

if "threads" in st.query_params:

    @st.fragment(run_every=0.5)
    def count():
        names = [thread.name for thread in threading.enumerate()]
        st.text(f"training: {{names.count(THREAD_NAME)}}")

    count()
else:
    frame.show()
"""
GONE = 30_000
"""Milliseconds within which a run that nobody looks at has paused itself, on a slow machine."""


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Server]:
    app = tmp_path_factory.mktemp("threads") / "app.py"
    app.write_text(APP.format(root=str(Path(live.ROOT))), "utf-8")
    with live.serve(app) as server:
        yield server


@pytest.fixture
def expect_training(open_page: Opener) -> Callable[..., None]:
    """Assert how many threads train in the server: ``expect_training(count, timeout)``."""
    page: Page = open_page("/?threads")

    def expect_(count: int, timeout: float = 10_000) -> None:
        expect(page.get_by_test_id("stText")).to_have_text(f"training: {count}", timeout=timeout)

    return expect_


@pytest.fixture
def endless(open_page: Opener) -> Callable[[], TrainPage]:
    """Open the Train page and start a run that is far from its end whenever the test ends."""

    def open_() -> TrainPage:
        page = TrainPage(open_page)
        page.choose("train_pace", "1 minute")
        page.fill("epochs", 600)
        page.begin()
        return page

    return open_


def test_no_thread_exists_before_a_run_starts_nor_after_it_pauses_or_stops(train, expect_training):
    page = train()
    page.choose("train_pace", "1 minute")
    expect_training(0)
    page.begin()
    expect_training(1)
    page.pause()
    expect_training(0)
    page.press("Resume")
    page.expect_state("running")
    expect_training(1)
    page.press("Stop")
    expect_training(0)


def test_closed_tab_stops_the_worker(endless, expect_training):
    page = endless()
    expect_training(1)
    page.page.close()
    expect_training(0, GONE)


def test_going_to_another_page_by_the_menu_pauses_the_run(endless, expect_training):
    page = endless()
    expect_training(1)
    page.go("Understand", "Explore")
    expect(page.page.get_by_role("heading", name="Explore")).to_be_visible()
    expect_training(0, GONE)
    page.go("Learn by doing", "Train")
    page.expect_state("paused")
    expect(page.verdict).to_contain_text("Paused, as nobody was looking.")
    update = page.read_progress().update
    assert update > 0
    page.press("Resume")
    page.expect_state("running")
    expect(page.verdict).to_contain_text("So far: ")
    page.pause()
    assert page.read_progress().update > update
