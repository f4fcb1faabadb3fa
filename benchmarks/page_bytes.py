"""What a page gets over the line: bytes of the websocket as they are sent, bytes and requests over HTTP.

Run ``python -m benchmarks.page_bytes``.
"""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tools import live

SECONDS = 5
EXPLORE, CURVES = ".cell-view .diagram svg", ".curves .time"


class Relay:
    """Passes on what a browser and a server say, and counts the bytes of the websockets that come back."""

    def __init__(self, port: int) -> None:
        """Listen on a free port for what is meant for another one."""
        self.bytes = 0
        self._target = port
        listening = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._listen(listening)), daemon=True).start()
        listening.wait()

    async def _listen(self, listening: threading.Event) -> None:
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        await server.serve_forever()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        first = await reader.read(2**16)
        to_server.write(first)
        is_websocket = b"/_stcore/stream" in first.split(b"\r\n", 1)[0]

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counted: bool) -> None:
            try:
                while data := await source.read(2**16):
                    self.bytes += len(data) * counted
                    target.write(data)
                    await target.drain()
            except ConnectionError:
                pass  # a page that is closed does not say goodbye
            finally:
                target.close()

        await asyncio.gather(
            pump(reader, to_server, counted=False), pump(from_server, writer, counted=is_websocket)
        )


@dataclass
class Http:
    """Requests of a page over HTTP, and their bytes with headers: for modules of the project, and in all."""

    requests: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    def listen(self, page: Page) -> None:
        """Count what a page asks for from now on."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        urls: dict[str, str] = {}
        kept: set[str] = set()
        session.on(
            "Network.requestWillBeSent", lambda it: urls.update({it["requestId"]: it["request"]["url"]})
        )
        session.on("Network.requestServedFromCache", lambda it: kept.add(it["requestId"]))

        def finished(it: dict[str, object]) -> None:
            name, size = str(it["requestId"]), int(str(it["encodedDataLength"]))
            if name not in kept and size:
                for kind in ("all", *["ours"] * ("/app/static/" in urls.get(name, ""))):
                    self.requests[kind] += 1
                    self.bytes[kind] += size

        session.on("Network.loadingFinished", finished)


def opened(context: BrowserContext, url: str, view: str) -> tuple[Page, Http]:
    """Open a page and wait until it is drawn and nothing more comes."""
    page, http = context.new_page(), Http()
    http.listen(page)
    page.goto(url)
    live.wait_until_ready(page)
    page.locator(view).wait_for()
    page.wait_for_timeout(1_500)
    return page, http


def edit(page: Page) -> None:
    """Type a weight and wait for the picture."""
    page.locator(".weights [role=gridcell]").nth(3).click()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1_500)


def main() -> None:
    """Print the table."""
    with sync_playwright() as playwright:
        browser = live.launch(playwright, live.find_browser(playwright) or sys.exit(live.NO_BROWSER))
        with live.serve() as server:
            relay = Relay(urlsplit(server.url).port or 0)
            url = f"http://127.0.0.1:{relay.port}"

            def since(before: int) -> str:
                return f"{(relay.bytes - before) / 1e3:12.1f}"

            def show(words: str, before: int, http: Http) -> None:
                kinds = [
                    f"{http.bytes[kind] / 1e3:13.1f}{http.requests[kind]:10}" for kind in ("ours", "all")
                ]
                print(f"{words:24}{since(before)}{''.join(kinds)}")

            print(
                f"{'kB':24}{'websocket':>12}{'modules':>13}{'requests':>10}{'all HTTP':>13}{'requests':>10}"
            )
            for path, view, words in (("/", EXPLORE, "Explore"), ("/train", CURVES, "Train")):
                context = browser.new_context(viewport={"width": 1280, "height": 800})
                before = relay.bytes
                page, http = opened(context, url + path, view)
                show(f"{words}, first visit", before, http)
                before = relay.bytes
                if words == "Explore":
                    edit(page)
                    print(f"{'  one edit of a weight':24}{since(before)}")
                else:
                    page.get_by_role("button", name=re.compile("^Start")).first.click()
                    page.wait_for_timeout(500)
                    before = relay.bytes
                    page.wait_for_timeout(1000 * SECONDS)
                    print(f"{f'  {SECONDS} s of a run':24}{since(before)}")
                page.close()
                before = relay.bytes
                show(f"{words}, later visit", before, opened(context, url + path, view)[1])
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
