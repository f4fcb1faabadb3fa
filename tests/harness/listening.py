"""An ear for what goes wrong in a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request, Response, WebSocket


def never(url: str) -> bool:
    """Expect no address to fail."""
    return False


@dataclass(eq=False)
class Ear:
    """Hears a page from when it is made until ``stop``.

    Attributes
    ----------
    page : Page
    is_own : callable
        Whether the page may ask for an address.
    may_fail : callable
        Whether it does not matter how a request for an address is answered.
    problems : list of str
        Console errors, uncaught errors, dialogs, failed requests and requests for what is not its own.
    requests : list of str
        The address of everything that was asked for.
    sent : int
        How many messages went out by a websocket.
    """

    page: Page
    is_own: Callable[[str], bool]
    may_fail: Callable[[str], bool] = never
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self._heard: dict[str, Callable[..., None]] = {
            "console": self._on_console,
            "dialog": self._on_dialog,
            "pageerror": self._on_error,
            "request": self._on_request,
            "response": self._on_response,
            "requestfailed": self._on_failed,
            "websocket": self._on_websocket,
        }
        for event, hear in self._heard.items():
            self.page.on(event, hear)

    def stop(self) -> None:
        """Hear no more, as another ear may from now on."""
        for event, hear in self._heard.items():
            self.page.remove_listener(event, hear)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self.may_fail(message.location["url"]):
            self.problems.append(f"console error: {message.text} ({message.location['url']})")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_error(self, error: Error) -> None:
        self.problems.append(f"uncaught error: {error.stack or error.message}")

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not self.is_own(request.url):
            self.problems.append(f"request to another server: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not self.may_fail(response.url):
            self.problems.append(f"request answered {response.status}: {response.url}")

    def _on_failed(self, request: Request) -> None:
        # Leaving a page ends what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"request failed: {request.url} ({request.failure})")

    def _on_websocket(self, websocket: WebSocket) -> None:
        if not self.is_own(websocket.url):
            self.problems.append(f"connection to another server: {websocket.url}")
        websocket.on("framesent", self._on_sent)

    def _on_sent(self, _: str | bytes) -> None:
        self.sent += 1
