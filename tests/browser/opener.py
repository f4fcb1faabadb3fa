"""Opening the app in new pages, with an ear for what goes wrong and for what goes out in each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.harness.listening import Ear
from tools import live


class Tabs:
    """The pages of all tests, each used again: to load Streamlit anew takes twice as long.

    Each has a context of its own, which is a window: a page behind another one would not be drawn.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Page] = []

    def take(self) -> Page:
        """Return an empty page."""
        page = self._free.pop() if self._free else self._browser.new_context().new_page()
        page.set_default_timeout(20_000)
        return page

    def give_back(self, page: Page) -> None:
        """Empty a page, and forget what it has stored."""
        if not page.is_closed():
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.mouse.move(0, 0)
            page.goto("about:blank")
            self._free.append(page)

    def close(self) -> None:
        """Close all that are free."""
        for page in self._free:
            page.context.close()


tabs_of = cache(Tabs)


@dataclass
class Opener:
    """Opens the app in new pages and notes what goes wrong in each of them.

    Attributes
    ----------
    ears : dict of Page to Ear
        What was heard of each page so far.
    tabs : Tabs, optional
        Where the pages come from, if they are not to be those of all tests.
    """

    browser: Browser
    server: live.Server
    tabs: Tabs | None = None
    ears: dict[Page, Ear] = field(default_factory=dict)
    watched: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._printed_before = len(self.server.printed())
        self._tabs = self.tabs or tabs_of(self.browser)

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
            ``open_page.ears[page].problems`` itself.
        """
        page = self._tabs.take()
        page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        page.emulate_media(color_scheme=colour, reduced_motion=reduced_motion or "no-preference")
        self.ears[page] = Ear(page, self._is_own, self._is_probe)
        if expect_clean:
            self.watched.append(page)
        page.goto(self.server.url + path)
        live.wait_until_ready(page)
        self.ears[page].sent = 0
        return page

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
        """Assert that nothing went wrong since the last time in the pages that were to stay clean."""
        found = []
        for page in self.watched:
            found += self.ears[page].problems
            self.ears[page].problems.clear()
            if not page.is_closed():
                found += [f"exception on {page.url}: {text}" for text in live.exceptions(page)]
        if found:
            printed = self.server.printed()[self._printed_before :]
            pytest.fail("\n".join([*found, "The server printed:", printed or "nothing"]), pytrace=False)

    def close(self) -> None:
        """Close every page that was opened."""
        for page, ear in self.ears.items():
            ear.stop()
            self._tabs.give_back(page)
