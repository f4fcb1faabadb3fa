"""A real server for the tests in this folder; the browser is that of ``tests/real_browser.py``.

``open_page`` opens the app and, when the test ends, asserts that nothing went wrong unseen; ``explore``
does the same for the Explore page with a page that the tests of a module share; ``axe`` asserts that a
page meets WCAG 2.2 AA as far as a program can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.explore_page import ExplorePage
from tests.browser.opener import Opener
from tools import live

FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server(browser: Browser) -> Iterator[live.Server]:
    """Serve the app. Asks for the browser first: without one, nothing needs to start."""
    with live.serve(live.APP) as server:
        yield server


@pytest.fixture
def open_page(browser: Browser, server: live.Server) -> Iterator[Opener]:
    """Open the app in a new page: ``open_page(path, viewport, colour, reduced_motion) -> Page``."""
    opener = Opener(browser, server)
    try:
        yield opener
        opener.assert_clean()
    finally:
        opener.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let ``explore`` know whether its page may be used again."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="module")
def shared_pages() -> Iterator[list[ExplorePage]]:
    """Keep what ``explore`` opened until the module ends."""
    pages: list[ExplorePage] = []
    yield pages
    for page in pages:
        page.close()


@pytest.fixture
def explore(
    browser: Browser, server: live.Server, shared_pages: list[ExplorePage], request: pytest.FixtureRequest
) -> Iterator[Callable[..., ExplorePage]]:
    """Show the Explore page: ``explore(preset, tab, viewport) -> ExplorePage``.

    Tests of one module get the same page, in the state that the test before left it: opening one takes
    longer than most tests. A page on which a test failed is not used again.
    """

    def show(preset: str | None = None, tab: str | None = None, viewport: tuple[int, int] = (1280, 800)):
        page = next((page for page in shared_pages if page.viewport == viewport), None)
        if page is None:
            page = ExplorePage(Opener(browser, server), viewport)
            shared_pages.append(page)
        if preset:
            page.choose_preset(preset)
        if tab:
            page.open_tab(tab)
        return page

    try:
        yield show
        for page in shared_pages:
            page.opener.assert_clean()
    finally:
        if request.node.stash.get(FAILED, True):
            while shared_pages:
                shared_pages.pop().close()


AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
STILL = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
    document.getAnimations().every(({ playState, effect }) =>
        playState !== "running" || effect.getTiming().iterations === Infinity)))))"""
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
    """Assert that a page has no violation that axe-core can find: ``axe(page, only=rules)``."""
    checker = Axe()

    def is_known(page: Page, rule: str, target: list[str | list[str]]) -> bool:
        """Return whether this is one of STREAMLIT_FLAWS."""
        if rule not in STREAMLIT_FLAWS or not isinstance(target[0], str):
            return False
        return bool(page.locator(target[0]).evaluate("(e, s) => !!e.closest(s)", STREAMLIT_FLAWS[rule]))

    def check(page: Page, only: tuple[str, ...] = ()) -> None:
        page.wait_for_function(STILL)  # halfway through a fade colours have too little contrast
        options = {
            "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": AXE_TAGS},
            "rules": {} if only else {"target-size": {"enabled": True}},
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
