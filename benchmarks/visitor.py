"""Visitors without a browser: they open a page, press, edit and listen, and draw nothing."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 60.0


class Visitor:
    """What a browser does with the page, but for the pictures.

    Attributes
    ----------
    progress : str
        What stands above the progress bar.
    drawings : int
        How often the page was drawn, whole or in part.
    pictures : int
        How often the view of the cell came with new numbers.
    """

    def __init__(self) -> None:
        self.progress, self.drawings, self.pictures = "", 0, 0
        self._buttons: dict[str, str] = {}
        self._editor, self._fragment = "", ""
        self._name, self._page = "", ""
        self._asked = 0.0

    async def enter(self, url: str, page: str) -> None:
        """Open a page by its name, "" or "train", and wait until it is all there."""
        self._name = page
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await websockets.connect(
            address, max_size=None, subprotocols=[websockets.Subprotocol("streamlit")], ping_interval=None
        )
        self._listening = asyncio.create_task(self._listen())
        await self._send()
        await until(lambda: self.drawings > 0)

    async def press(self, button: str) -> None:
        """Press a button by its words."""
        await self._send(widget={"id": self._buttons[button], "trigger_value": True})

    async def edit(self, number: int) -> float:
        """Type a weight, another one each time; return the seconds until the new picture is there."""
        change = {"name": "b", "gate": "f", "row": 0, "unit": 0, "value": number % 7 / 2}
        edit = {"edit": number, "changes": [change]}
        before, began = self.pictures, time.perf_counter()
        await self._send(self._fragment, _triggered(self._editor, "edit", edit))
        await until(lambda: self.pictures > before)
        return time.perf_counter() - began

    async def leave(self) -> None:
        """Close the tab."""
        await self._socket.close()
        await self._listening

    @property
    def updates(self) -> int:
        """The number of updates that the page tells."""
        found = re.search(r"update ([\d\s]+) of", self.progress)
        return int(re.sub(r"\s", "", found[1])) if found else 0

    def rests(self) -> bool:
        """Tell whether the page says that the run does not run."""
        return "running" not in self.progress

    async def _send(self, fragment: str = "", widget: dict[str, object] | None = None) -> None:
        message = BackMsg()
        wish = message.rerun_script
        wish.page_name, wish.page_script_hash = self._name, self._page
        wish.fragment_id = fragment
        if widget:
            wish.widget_states.widgets.add(**widget)
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for data in self._socket:
            message = ForwardMsg.FromString(bytes(data) if not isinstance(data, str) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._page = message.new_session.page_script_hash
            elif kind == "navigation":
                self._page = message.navigation.page_script_hash
            elif kind == "script_finished":
                self.drawings += 1
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "bidi_component":
                    self._see(element.bidi_component, message.delta.fragment_id)
                if element.WhichOneof("type") == "button":
                    self._buttons[element.button.label] = element.button.id
                elif element.WhichOneof("type") == "progress":
                    self.progress = element.progress.text

    def _see(self, component: BidiComponent, fragment: str) -> None:
        if component.component_name.endswith("weight_editor"):
            self._editor, self._fragment = component.id, fragment
        elif component.component_name.endswith("cell_view"):
            self.pictures += 1
        elif component.component_name.endswith("refresh"):
            asyncio.get_running_loop().create_task(self._ask_again(component, fragment))

    async def _ask_again(self, component: BidiComponent, fragment: str) -> None:
        """Ask for the next drawing of a fragment, when it is time."""
        now = time.perf_counter()
        await asyncio.sleep(max(0.03, self._asked + json.loads(component.json)["seconds"] - now))
        self._asked = time.perf_counter()
        with suppress(websockets.ConnectionClosed):  # the tab was closed meanwhile
            await self._send(fragment, _triggered(component.id, "due", True))


def _triggered(component: str, event: str, value: object) -> dict[str, object]:
    """Return the state of a component that has triggered something."""
    # Streamlit collects what a component triggers under this name.
    name = f"$$STREAMLIT_INTERNAL_KEY_{component}__events"
    return {"id": name, "json_trigger_value": json.dumps([{"event": event, "value": value}])}


async def until(there: Callable[[], bool], most: float = PATIENCE) -> float:
    """Wait until something is there; return the seconds it took."""
    began = time.perf_counter()
    while not there():
        if time.perf_counter() - began > most:
            raise TimeoutError(f"not within {most} seconds")
        await asyncio.sleep(0.01)
    return time.perf_counter() - began
