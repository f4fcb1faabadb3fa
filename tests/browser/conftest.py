"""A real server and a real browser for the tests in this folder.

``open_page`` opens the app and, when the test ends, asserts that nothing went wrong unseen;
``axe`` asserts that a page meets WCAG 2.2 AA as far as a program can tell.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response, sync_playwright

from tools import live

HERE = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and run them last: they are the slowest."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.is_relative_to(HERE))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why the tests of this folder did not run."""
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


@pytest.fixture(scope="session")
def server(browser: Browser) -> Iterator[live.Server]:
    """Serve the app. Asks for the browser first: without one, nothing needs to start."""
    with live.serve(live.APP) as server:
        yield server


@dataclass
class Opener:
    """Opens the app in new pages and notes what goes wrong in each of them.

    Attributes
    ----------
    problems : dict of Page to list of str
        Console errors, uncaught errors, failed requests and requests that left the server, so far.
    """

    browser: Browser
    server: live.Server
    problems: dict[Page, list[str]] = field(default_factory=dict)
    watched: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._printed_before = len(self.server.printed())

    def __call__(
        self,
        path: str = "/",
        viewport: tuple[int, int] = (1280, 800),
        colour: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] | None = None,
        *,
        expect_clean: bool = True,
    ) -> Page:
        """Open the app as a new visitor and wait until it is ready.

        Parameters
        ----------
        path : str
            The address after the host, with its query.
        viewport : (int, int)
            Width and height in pixels.
        colour : {"light", "dark"}
            What the visitor's system asks for.
        reduced_motion : {"reduce", "no-preference"}, optional
            What the visitor's system asks for.
        expect_clean : bool
            Whether the test fails if anything went wrong in this page. Without, the test reads
            ``open_page.problems[page]`` itself.
        """
        context = self.browser.new_context(
            viewport={"width": viewport[0], "height": viewport[1]},
            color_scheme=colour,
            reduced_motion=reduced_motion,
        )
        page = context.new_page()
        self._listen(page)
        if expect_clean:
            self.watched.append(page)
        page.goto(self.server.url + path)
        live.wait_until_ready(page)
        return page

    def _listen(self, page: Page) -> None:
        problems = self.problems[page] = []

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error" and not self._is_probe(message.location["url"]):
                problems.append(f"console error: {message.text} ({message.location['url']})")

        def on_request(request: Request) -> None:
            if not self._is_own(request.url):
                problems.append(f"request to another server: {request.url}")

        def on_response(response: Response) -> None:
            if response.status >= 400 and not self._is_probe(response.url):
                problems.append(f"request answered {response.status}: {response.url}")

        def on_failed(request: Request) -> None:
            # Leaving a page ends what it was still loading.
            if request.failure != "net::ERR_ABORTED":
                problems.append(f"request failed: {request.url} ({request.failure})")

        def on_websocket(url: str) -> None:
            if not self._is_own(url):
                problems.append(f"connection to another server: {url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.append(f"uncaught error: {error.stack or error.message}"))
        page.on("request", on_request)
        page.on("response", on_response)
        page.on("requestfailed", on_failed)
        page.on("websocket", lambda websocket: on_websocket(websocket.url))

    def _is_own(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in {"data", "blob"} or parts.netloc == urlsplit(self.server.url).netloc

    def _is_probe(self, url: str) -> bool:
        """Return whether this is how Streamlit finds its server from a page that is not the first.

        Opened at /train, its JavaScript asks for /train/_stcore/health, is told 404, and asks for
        /_stcore/health. The browser reports the first as an error.
        """
        return re.search(r"/[^/]+/_stcore/(health|host-config)$", urlsplit(url).path) is not None

    def assert_clean(self) -> None:
        """Assert that nothing went wrong in the pages that were to stay clean."""
        found = [problem for page in self.watched for problem in self.problems[page]]
        for page in self.watched:
            if not page.is_closed():
                found += [f"exception on {page.url}: {text}" for text in live.exceptions(page)]
        if found:
            printed = self.server.printed()[self._printed_before :]
            pytest.fail("\n".join([*found, "The server printed:", printed or "nothing"]), pytrace=False)

    def close(self) -> None:
        """Close every page that was opened."""
        for page in self.problems:
            page.context.close()


@pytest.fixture
def open_page(browser: Browser, server: live.Server) -> Iterator[Opener]:
    """Open the app in a new page: ``open_page(path, viewport, colour, reduced_motion) -> Page``."""
    opener = Opener(browser, server)
    try:
        yield opener
        opener.assert_clean()
    finally:
        opener.close()


AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
STREAMLIT_FLAWS = {
    # The menu of a narrow window puts a <div> between <ul> and <li> when pages have sections.
    "list": '[data-testid="stSidebarNav"]',
    "listitem": '[data-testid="stSidebarNav"]',
}
"""What Streamlit's own frame does wrong (rule: where), which this project cannot change."""


def readable(target: list[str | list[str]]) -> str:
    """Return the way to an element; » leads into a frame or into a component's own tree."""
    return " » ".join(part if isinstance(part, str) else " » ".join(part) for part in target)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that a page has no violation that axe-core can find: ``axe(page)``."""
    checker = Axe()

    def is_known(page: Page, rule: str, target: list[str | list[str]]) -> bool:
        """Return whether this is one of STREAMLIT_FLAWS."""
        if rule not in STREAMLIT_FLAWS or not isinstance(target[0], str):
            return False
        return bool(page.locator(target[0]).evaluate("(e, s) => !!e.closest(s)", STREAMLIT_FLAWS[rule]))

    def check(page: Page) -> None:
        options = {
            "runOnly": {"type": "tag", "values": AXE_TAGS},
            "rules": {"target-size": {"enabled": True}},
            "resultTypes": ["violations"],
        }
        found = [
            f"{violation['id']}: {readable(node['target'])}\n    {node['html'][:200]}\n"
            + "\n".join(f"    {line.strip()}" for line in node["failureSummary"].splitlines())
            for violation in checker.run(page, options=options).response["violations"]
            for node in violation["nodes"]
            if not is_known(page, violation["id"], node["target"])
        ]
        if found:
            heading = f"axe-core found {len(found)} violations on {page.url}:"
            pytest.fail("\n".join([heading, *found]), pytrace=False)

    return check
