"""A real browser for the tests that need one: those of the folders ``harness`` and ``browser``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tools import live

FOLDERS = tuple(Path(__file__).with_name(name) for name in ("browser", "harness"))

# How long a condition is waited for before a test fails, on a slow machine.
expect.set_options(timeout=10_000)


def place(item: pytest.Item) -> int:
    """Return when a test is run: the slowest first, so that no worker is left alone with them at the end."""
    return next((n for n, folder in enumerate(FOLDERS) if item.path.is_relative_to(folder)), len(FOLDERS))


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of these folders, and order all: of the slow files those with the most tests first."""
    for item in items:
        if place(item) < len(FOLDERS):
            item.add_marker(pytest.mark.browser)
    tests_of = Counter(item.path for item in items)
    items.sort(key=lambda item: (place(item), -tests_of[item.path], str(item.path)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why the tests of these folders did not run."""
    reports = terminalreporter.stats.get("skipped", ())
    count = sum(live.NO_BROWSER in str(report.longrepr) for report in reports)
    if count:
        terminalreporter.write_line(f"{count} browser tests were skipped: {live.NO_BROWSER}", yellow=True)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = live.find_browser(playwright)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(live.NO_BROWSER, pytrace=False)
    if path is None:
        pytest.skip(live.NO_BROWSER)
    browser = live.launch(playwright, path)
    yield browser
    browser.close()
