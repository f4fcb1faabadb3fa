"""The app running for real: a server on a free port and a browser to look at it.

Shared by the browser tests and the screenshot command. Needs the packages of requirements-dev.txt
and a Chromium; installs and downloads nothing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app.py"
STATIC = ROOT / "static"

BROWSER_VARIABLE = "LSTM_EXPLORER_BROWSER"
NO_BROWSER = f"no Chromium found: install one (Debian: apt install chromium) or name it in {BROWSER_VARIABLE}"
_BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
_BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine can be reached, so a page that asks for more is seen to fail.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

_READY = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
_PLACEHOLDERS = '[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]'
_DRAWN = "selector => document.querySelector(selector) === null"
_EXCEPTION = '[data-testid="stException"]'


class ServerError(RuntimeError):
    """The server did not come up; the message holds what it printed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running app.

    Attributes
    ----------
    url : str
        Where it answers, without a slash at the end.
    pid : int
        Its process, for measurements of CPU and memory.
    log : Path
        What it has printed so far; gone when the server is stopped.
    """

    url: str
    pid: int
    log: Path

    def printed(self) -> str:
        """Return what the server has printed so far."""
        return self.log.read_text("utf-8", errors="replace")


@contextmanager
def serve(
    app: Path = APP, *, port: int | None = None, base_path: str = "", timeout: float = 60.0
) -> Iterator[Server]:
    """Run an app until the block ends.

    Parameters
    ----------
    app : Path
        The script to run. The project's configuration is used whatever the script, and so is its browser
        code: beside a script that lies elsewhere a link to it is put.
    port : int, optional
        Where it listens; a free one by default.
    base_path : str
        What stands before every path of its addresses: "some/base".
    timeout : float
        How long to wait until it answers, in seconds.

    Yields
    ------
    Server
        The server, answering.

    Raises
    ------
    ServerError
        If it stops by itself or does not answer in time.
    """
    static = app.parent / STATIC.name
    if not static.exists():
        static.symlink_to(STATIC)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with log.open("wb") as output:
            process, url = _start(app, output, log, timeout, port, base_path)
            try:
                yield Server(url, process.pid, log)
            finally:
                _stop(process)


def _start(
    app: Path,
    output: IO[bytes],
    log: Path,
    timeout: float,
    wanted: int | None,
    base_path: str,
    attempts: int = 3,
) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server; once more on another port if that one was taken in the meantime."""
    for _ in range(attempts):
        port = _free_port() if wanted is None else wanted
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(app)),
                *("--server.port", str(port)),
                *("--server.address", "127.0.0.1"),
                *("--server.baseUrlPath", base_path),
                *("--server.headless", "true"),
                *("--server.fileWatcherType", "none"),
                *("--browser.gatherUsageStats", "false"),
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        url = f"http://127.0.0.1:{port}/{base_path}".rstrip("/")
        try:
            if _answers(process, url, timeout):
                return process, url
        except BaseException:
            _stop(process)
            raise
        _stop(process)
        if "already in use" not in log.read_text("utf-8", errors="replace"):
            break
    raise ServerError(
        f"the server of {app.name} did not come up:\n{log.read_text('utf-8', errors='replace')}"
    )


def _answers(process: subprocess.Popen[bytes], url: str, timeout: float) -> bool:
    """Wait until the health check says ok; return False when the server stopped or time is up."""
    # No proxy of the environment stands between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + timeout
    while time.monotonic() < end and process.poll() is None:
        try:
            with opener.open(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, by force if it does not listen."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def find_browser(playwright: Playwright) -> str | None:
    """Return the Chromium to use, or None.

    The one named in the variable LSTM_EXPLORER_BROWSER, then ``chromium``, ``chromium-browser`` or
    ``google-chrome`` on the PATH, then the one that Playwright has installed.

    Raises
    ------
    FileNotFoundError
        If LSTM_EXPLORER_BROWSER names something that is not there.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"{BROWSER_VARIABLE} is {named!r}, which is not a program")
        return found
    for name in _BROWSER_NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def launch(playwright: Playwright, browser: str) -> Browser:
    """Start the browser at this path, without a window."""
    return playwright.chromium.launch(executable_path=browser, args=_BROWSER_ARGUMENTS)


def wait_until_ready(page: Page, *, timeout: float = 60.0) -> None:
    """Wait until the app is connected, has run its script to the end and has drawn what it was told.

    Raises
    ------
    AssertionError
        If the page shows an exception.
    playwright.sync_api.TimeoutError
        If it is not ready after ``timeout`` seconds.
    """
    page.wait_for_selector(_READY, timeout=1000 * timeout)
    page.wait_for_function(_DRAWN, arg=_PLACEHOLDERS, timeout=1000 * timeout)
    page.evaluate("document.fonts.ready.then(() => true)")
    found = exceptions(page)
    assert not found, f"{page.url} shows an exception:\n" + "\n".join(found)


def exceptions(page: Page) -> list[str]:
    """Return the texts of the exception boxes on the page."""
    return page.locator(_EXCEPTION).all_inner_texts()
