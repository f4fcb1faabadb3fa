"""Opening the app in new pages, with an ear for what goes wrong and for what goes out in each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response, WebSocket

from tools import live


@dataclass
class Opener:
    """Opens the app in new pages and notes what goes wrong in each of them.

    Attributes
    ----------
    problems : dict of Page to list of str
        Console errors, uncaught errors, dialogs, failed requests and requests that left the server, so far.
    requests : dict of Page to list of str
        The address of everything that was asked for.
    sent : dict of Page to int
        How many messages went to the server after the page was opened.
    """

    browser: Browser
    server: live.Server
    problems: dict[Page, list[str]] = field(default_factory=dict)
    requests: dict[Page, list[str]] = field(default_factory=dict)
    sent: dict[Page, int] = field(default_factory=dict)
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
        page.set_default_timeout(20_000)
        self._listen(page)
        if expect_clean:
            self.watched.append(page)
        page.goto(self.server.url + path)
        live.wait_until_ready(page)
        self.sent[page] = 0
        return page

    def _listen(self, page: Page) -> None:
        problems = self.problems[page] = []
        requests = self.requests[page] = []
        self.sent[page] = 0

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error" and not self._is_probe(message.location["url"]):
                problems.append(f"console error: {message.text} ({message.location['url']})")

        def on_dialog(dialog: Dialog) -> None:
            problems.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        def on_request(request: Request) -> None:
            requests.append(request.url)
            if not self._is_own(request.url):
                problems.append(f"request to another server: {request.url}")

        def on_response(response: Response) -> None:
            if response.status >= 400 and not self._is_probe(response.url):
                problems.append(f"request answered {response.status}: {response.url}")

        def on_failed(request: Request) -> None:
            # Leaving a page ends what it was still loading.
            if request.failure != "net::ERR_ABORTED":
                problems.append(f"request failed: {request.url} ({request.failure})")

        def on_sent(_: str | bytes) -> None:
            self.sent[page] += 1

        def on_websocket(websocket: WebSocket) -> None:
            if not self._is_own(websocket.url):
                problems.append(f"connection to another server: {websocket.url}")
            websocket.on("framesent", on_sent)

        page.on("console", on_console)
        page.on("dialog", on_dialog)
        page.on("pageerror", lambda error: problems.append(f"uncaught error: {error.stack or error.message}"))
        page.on("request", on_request)
        page.on("response", on_response)
        page.on("requestfailed", on_failed)
        page.on("websocket", on_websocket)

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
            found += self.problems[page]
            self.problems[page].clear()
            if not page.is_closed():
                found += [f"exception on {page.url}: {text}" for text in live.exceptions(page)]
        if found:
            printed = self.server.printed()[self._printed_before :]
            pytest.fail("\n".join([*found, "The server printed:", printed or "nothing"]), pytrace=False)

    def close(self) -> None:
        """Close every page that was opened."""
        for page in self.problems:
            page.context.close()
