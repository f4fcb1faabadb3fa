"""The browser code gets there: under any address, in a frame, and in the version that the server has."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.app.catalog import PAGES
from tests.browser.opener import Opener, Tabs
from tools import live


@pytest.fixture
def opener(browser: Browser) -> Iterator[Callable[[live.Server], Opener]]:
    """Open pages of any server, in a browser that has never been there."""
    openers: list[Opener] = []
    tabs = Tabs(browser)

    def of(server: live.Server) -> Opener:
        openers.append(Opener(browser, server, tabs=tabs))
        return openers[-1]

    try:
        yield of
        for opener in openers:
            opener.assert_clean()
    finally:
        for opener in openers:
            opener.close()
        tabs.close()


DIAGRAM, CURVES = ".cell-view .diagram svg", ".curves .time"


def go(page: Page, name: str) -> None:
    section = next(entry.section for entry in PAGES if entry.title == name)
    page.get_by_test_id("stTopNav").get_by_role("button", name=section).click()
    page.get_by_role("menuitem", name=name).click()


def expect_view(page: Page, view: str) -> None:
    expect(page.locator(view)).to_be_visible()


@pytest.mark.parametrize(
    ("path", "first", "other", "second"),
    [("/", DIAGRAM, "Train", CURVES), ("/train", CURVES, "Explore", DIAGRAM)],
)
def test_page_that_is_opened_first_has_its_views_under_a_base_path(opener, path, first, other, second):
    with live.serve(base_path="some/base") as server:
        page = opener(server)(path)
        expect_view(page, first)
        go(page, other)
        expect_view(page, second)


def test_view_is_there_in_a_frame_of_another_page(browser, server):
    page = browser.new_page()
    page.set_content(f'<iframe src="{server.url}/?embed=true" width="1200" height="700"></iframe>')
    frame = page.frame_locator("iframe")
    expect(frame.locator(DIAGRAM)).to_be_visible(timeout=20_000)
    page.close()


def test_all_modules_are_asked_for_at_once_and_none_again(opener, server):
    open_page = opener(server)
    page = open_page()
    expect_view(page, DIAGRAM)

    def modules() -> list[str]:
        paths = [urlsplit(url).path for url in open_page.ears[page].requests]
        return [path for path in paths if path.startswith("/app/static/")]

    first = modules()
    assert len(set(first)) == len(first) > 20
    started = page.evaluate(
        """() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/cell_view/"))
        .map(({ startTime, responseEnd }) => [startTime, responseEnd])"""
    )
    # None waits for another one to have come.
    assert max(start for start, _ in started) <= min(end for _, end in started)
    go(page, "Train")
    expect_view(page, CURVES)
    go(page, "Explore")
    expect_view(page, DIAGRAM)
    assert len(set(modules())) == len(modules()) > len(first)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the app, whose modules a test may change."""
    for name in ("explorer", "lstm_core", "pages", "static"):
        shutil.copytree(live.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(live.APP, tmp_path)
    return tmp_path


def test_module_that_has_changed_is_never_served_stale(copy, browser, opener):
    """A shared module, of which each page that is opened must have the same version as of its own."""
    module = copy / "static" / "cell_view" / "transport.js"
    with live.serve(copy / "app.py") as server:
        first = opener(server)
        page = first("/")
        expect_view(page, DIAGRAM)
        expect(page.get_by_role("button", name="Play")).to_be_visible()
        port = urlsplit(server.url).port
    page.locator('[data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])').wait_for()
    source = module.read_text("utf-8")
    module.write_text(source.replace('"Play"', '"Run"'), "utf-8")
    first.watched.clear()  # it has lost its server
    with live.serve(copy / "app.py", port=port) as server:
        # The page that was open is drawn anew, sees that its modules are of another version, and loads itself
        # again.
        expect(page.get_by_role("button", name="Run")).to_be_visible(timeout=30_000)
        # A later visit does not ask for them again, but has them.
        page.goto(server.url)
        expect(page.get_by_role("button", name="Run")).to_be_visible(timeout=30_000)
