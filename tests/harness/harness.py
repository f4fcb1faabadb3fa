"""Views in a page of their own, without a server and without Streamlit.

The page is served from the files of the repository. It mounts views as Streamlit does, hands them the bytes
that their ``payload.py`` packed, and notes what they send. ``import("/static/…")`` works in it too.
"""

from __future__ import annotations

import re
import tomllib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import streamlit
from playwright.sync_api import Browser, Page, Route

from explorer.web import parts_of
from tests.harness.listening import Ear
from tools import live

ADDRESS = "http://harness.test/"
FONT = next((Path(streamlit.__file__).parent / "static/static/media").glob("SourceSansVF-Upright*.woff2"))
"""Names of lines and numbers are placed by their width in it."""

Data = bytes | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """What a view sent: a state that stays or a trigger, under a name of the view's own."""

    view: str
    kind: Literal["state", "trigger"]
    name: str
    value: Any


Answer = Callable[[Message], Mapping[str, Data]]


def no_answer(message: Message) -> Mapping[str, Data]:
    """Draw nothing anew."""
    return {}


class Harness:
    """One page, with any number of views.

    Attributes
    ----------
    page : Page
    sent : list of Message
        What the views of the page have sent so far; it is complete after ``settle``.
    answer : callable
        Given each message, returns the new data of some views by their key. Others can be drawn later by
        ``update``, as when a server takes its time.
    """

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page()
        self._problems = Ear(self.page, _is_own).problems
        self.page.route(f"{ADDRESS}**", _serve)
        self.page.expose_function("tellTest", self._take)
        self.sent: list[Message] = []
        self.answer: Answer = no_answer
        self._is_empty = True

    def load(self) -> None:
        """Begin with nothing that was there before."""
        self.page.goto(ADDRESS)
        self._is_empty = True

    def open(
        self,
        viewport: tuple[int, int] = (1280, 800),
        colour: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
    ) -> None:
        """Begin with an empty page, which keeps the modules that it has loaded."""
        self.close_views()
        self.sent, self.answer = [], no_answer
        self.page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        self.page.emulate_media(color_scheme=colour, reduced_motion=reduced_motion)
        self.page.mouse.move(0, 0)

    def mount(self, folder: str, data: Data, *, key: str | None = None) -> None:
        """Mount the view of a folder of ``static`` below those that are there, with its name as the key."""
        name = f"lstm_explorer_{folder}"
        self._is_empty = False
        self._call("mount", key or folder, name, parts_of(folder), _encoded(data))

    def update(self, key: str, data: Data, overtaken: Literal["", "before", "after"] = "") -> None:
        """Send a view new data; if asked, by two calls, the first of which is taken back then."""
        self._call("update", key, _encoded(data), overtaken)

    def settle(self) -> None:
        """Wait until everything that was sent has been answered and the answers are to be seen."""
        self._call("settle")

    def wait_for_sent(self, count: int) -> None:
        """Wait until at least so many messages have been sent."""
        self._call("waitForSent", count)
        self.settle()

    def close_views(self) -> None:
        """Let every view clean up, and assert that nothing has gone wrong since the page was opened."""
        try:
            if not self._is_empty:
                self._call("unmountAll")
                self.settle()
            self._is_empty = True
        finally:
            self.assert_clean()

    def assert_clean(self) -> None:
        problems = [*self._problems]
        self._problems.clear()
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def _call(self, function: str, *arguments: object) -> None:
        self.page.evaluate(
            f'async (given) => {{ await (await import("/tests/harness/mount.js")).{function}(...given); }}',
            arguments,
        )

    def _take(self, message: dict[str, Any]) -> dict[str, object]:
        taken = Message(message["key"], message["kind"], message["part"], message["value"])
        self.sent.append(taken)
        return {key: _encoded(data) for key, data in self.answer(taken).items()}


def _encoded(data: Data) -> dict[str, object]:
    return {"bytes": b64encode(data).decode()} if isinstance(data, bytes) else {"json": data}


def _is_own(url: str) -> bool:
    return urlsplit(url).scheme in {"data", "blob"} or url.startswith(ADDRESS)


def _serve(route: Route) -> None:
    """Answer with the page, or with a file of the repository, of which Streamlit has some in ``app``."""
    path = urlsplit(route.request.url).path.removeprefix("/").removeprefix("app/")
    file = FONT if path == FONT.name else live.ROOT / path
    if not path:
        route.fulfill(content_type="text/html", body=_html())
    elif file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=404)


def _html() -> str:
    """Return a page in Streamlit's font and colours, as wide as its pages leave a view."""
    theme = tomllib.loads((live.ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"]
    light, dark = (
        "".join(
            f"--st-{_dashed(name)}: {value};" for name, value in theme[mode].items() if isinstance(value, str)
        )
        for mode in ("light", "dark")
    )
    return f"""<!doctype html><html lang="en"><title>Harness</title><style>
        @font-face {{ font-family: "Source Sans"; font-weight: 100 900; src: url("{FONT.name}"); }}
        :root {{ color-scheme: light dark; --st-font: "Source Sans", sans-serif; {light} }}
        @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
        body {{ margin: 0; background: var(--st-background-color); color: var(--st-text-color);
            font: 16px/1.6 var(--st-font); }}
        main {{ max-width: 916px; margin: 0 auto; padding: 60px 16px; }}
        </style><main></main></html>"""


def _dashed(name: str) -> str:
    """Write "backgroundColor" as "background-color"."""
    return re.sub("[A-Z]", lambda letter: f"-{letter.group().lower()}", name)
