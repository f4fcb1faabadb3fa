"""A class trains at once: ``python -m benchmarks.train_class 1 8 30``.

For each number of visitors a server of its own. Every visitor opens the Train page, presses Start, and asks
for drawings as a browser would, without drawing anything itself. Printed: the updates of all runs together,
how often each visitor's page is drawn, after how many seconds the first hear back that they pressed Stop,
and the memory of the server.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.explore_page import cpu
from tools import live

SECONDS = 5.0
STOPPED = 3
"""Visitors whose Stop is timed."""
PATIENCE = 60.0


class Visitor:
    """What a browser does with the page, but for the pictures.

    Attributes
    ----------
    progress : str
        What stands above the progress bar.
    drawings : int
        How often the page was drawn.
    """

    def __init__(self) -> None:
        self.progress, self.drawings = "", 0
        self._buttons: dict[str, str] = {}
        self._page = ""
        self._asking: asyncio.Task[None] | None = None

    async def enter(self, url: str) -> None:
        """Open the Train page."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await websockets.connect(
            address, max_size=None, subprotocols=[websockets.Subprotocol("streamlit")], ping_interval=None
        )
        self._listening = asyncio.create_task(self._listen())
        await self._send()
        await until(lambda: "Start" in self._buttons)

    async def press(self, button: str) -> None:
        """Press a button by its words."""
        await self._send(press=self._buttons[button])

    async def leave(self) -> None:
        """Close the tab."""
        self._ask(None)
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

    async def _send(self, press: str = "", fragment: str = "") -> None:
        message = BackMsg()
        wish = message.rerun_script
        wish.page_name, wish.page_script_hash = "train", self._page
        wish.fragment_id, wish.is_auto_rerun = fragment, bool(fragment)
        if press:
            wish.widget_states.widgets.add(id=press, trigger_value=True)
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for data in self._socket:
            message = ForwardMsg.FromString(bytes(data) if not isinstance(data, str) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._page = message.new_session.page_script_hash
            elif kind == "navigation":
                self._page = message.navigation.page_script_hash
            elif kind == "auto_rerun":
                self._ask(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "stop_auto_rerun":
                self._ask(None)
            elif kind == "script_finished":
                self.drawings += 1
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "button":
                    self._buttons[element.button.label] = element.button.id
                elif element.WhichOneof("type") == "progress":
                    self.progress = element.progress.text

    def _ask(self, fragment: str | None, interval: float = 0.0) -> None:
        """Ask for drawings of a fragment from now on, or for none."""
        if self._asking is not None:
            self._asking.cancel()
        self._asking = (
            None if fragment is None else asyncio.create_task(self._go_on_asking(fragment, interval))
        )

    async def _go_on_asking(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self._send(fragment=fragment)


async def until(there: Callable[[], bool], most: float = PATIENCE) -> float:
    """Wait until something is there; return the seconds it took."""
    began = time.perf_counter()
    while not there():
        if time.perf_counter() - began > most:
            raise TimeoutError(f"not within {most} seconds")
        await asyncio.sleep(0.01)
    return time.perf_counter() - began


async def measure(server: live.Server, count: int) -> str:
    """Let so many visitors train at once, and return a row of the table."""
    visitors = [Visitor() for _ in range(count)]
    for visitor in visitors:
        await visitor.enter(server.url)
    for visitor in visitors:
        await visitor.press("Start")
    await until(lambda: not any(visitor.rests() for visitor in visitors))
    before = [(visitor.updates, visitor.drawings) for visitor in visitors]
    used, began = cpu(server.pid), time.perf_counter()
    await asyncio.sleep(SECONDS)
    seconds = time.perf_counter() - began
    made = sum(visitor.updates - was for visitor, (was, _) in zip(visitors, before, strict=True)) / seconds
    drawn = [(visitor.drawings - was) / seconds for visitor, (_, was) in zip(visitors, before, strict=True)]
    cores = (cpu(server.pid) - used) / seconds
    waits = []
    for visitor in visitors[:STOPPED]:
        await visitor.press("Stop")
        waits.append(await until(visitor.rests))
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    for visitor in visitors:
        await visitor.leave()
    return (
        f"{count:>8}{made:>16.0f}{min(drawn):>12.1f}{statistics.median(drawn):>8.1f}"
        f"{statistics.median(waits):>12.2f}{max(waits):>8.2f}{cores:>8.2f}{memory:>8.0f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("visitors", nargs="*", type=int, default=[1, 8, 30])
    counts: list[int] = parser.parse_args().visitors
    print("              updates   drawings a second    Stop heard after  server")
    print("visitors     a second       least  median      median    most   cores      MB")
    for count in counts:
        with live.serve() as server:
            print(asyncio.run(measure(server, count)), flush=True)


if __name__ == "__main__":
    main()
