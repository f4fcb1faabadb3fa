"""A class at once: ``python -m benchmarks.classroom``, on a server of this machine alone.

``train 1 8 30`` lets so many visitors train; ``edit 30`` lets them change a weight each every 0.6 s;
``first 60`` opens so many pages at once; ``start 30`` presses Start everywhere at once; ``memory 600`` lets
thirty edit for so many seconds. Without arguments all are run, the last one for a minute only.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence

from benchmarks.explore_page import cpu, memory
from benchmarks.visitor import Visitor, until
from tools import live

SECONDS = 5.0
STOPPED = 3
"""Visitors whose Stop is timed."""
CLASS = 30
EVERY = 0.6
"""Seconds between two edits of a visitor."""
MOST_VISITORS, MOST_SECONDS = 100, 1_200


async def train(server: live.Server, count: int) -> str:
    """Let so many visitors train at once, and return a row of the table."""
    visitors = [Visitor() for _ in range(count)]
    for visitor in visitors:
        await visitor.enter(server.url, "train")
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
    used_memory = memory(server.pid)
    for visitor in visitors:
        await visitor.leave()
    return (
        f"{count:>8}{made:>16.0f}{min(drawn):>12.1f}{statistics.median(drawn):>8.1f}"
        f"{statistics.median(waits):>12.2f}{max(waits):>8.2f}{cores:>8.2f}{used_memory:>8.0f}"
    )


def spread(seconds: Sequence[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    tail = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return f"median {1e3 * statistics.median(seconds):.0f} ms, 95th percentile {1e3 * tail:.0f} ms"


async def entered(server: live.Server, count: int, page: str) -> list[Visitor]:
    """Let visitors come one after the other."""
    visitors = [Visitor() for _ in range(count)]
    for visitor in visitors:
        await visitor.enter(server.url, page)
    return visitors


async def edit(server: live.Server, count: int, seconds: float = 20.0) -> str:
    """Let visitors edit, each in a rhythm of its own; return how long they wait for their pictures."""
    visitors = await entered(server, count, "")
    waited: list[float] = []
    end = time.perf_counter() + seconds

    async def go_on(visitor: Visitor, place: int) -> None:
        await asyncio.sleep(EVERY * place / count)
        number = 0
        while time.perf_counter() < end:
            number += 1
            waited.append(await visitor.edit(number))
            await asyncio.sleep(max(EVERY - waited[-1], 0.0))

    used = cpu(server.pid)
    await asyncio.gather(*(go_on(visitor, place) for place, visitor in enumerate(visitors)))
    used = (cpu(server.pid) - used) / len(waited)
    for visitor in visitors:
        await visitor.leave()
    return f"{count} visitors, {len(waited)} edits: {spread(waited)}; {1e3 * used:.1f} ms CPU an edit"


async def first(server: live.Server, count: int) -> str:
    """Open pages at once on a server that has had one visitor; return how long they take."""
    rows = []
    for page, words in (("", "Explore"), ("train", "Train")):
        (one,) = await entered(server, 1, page)
        visitors = [Visitor() for _ in range(count)]

        async def enter(visitor: Visitor, page: str = page) -> float:
            began = time.perf_counter()
            await visitor.enter(server.url, page)
            return time.perf_counter() - began

        waited = await asyncio.gather(*(enter(visitor) for visitor in visitors))
        rows.append(f"{count} first pages of {words} at once: {spread(waited)}")
        for visitor in (one, *visitors):
            await visitor.leave()
    return "\n".join(rows)


async def start(server: live.Server, count: int) -> str:
    """Press Start everywhere at once; return how long it takes until the pages say that they run."""
    visitors = await entered(server, count, "train")

    async def press(visitor: Visitor) -> float:
        await visitor.press("Start")
        return await until(lambda: not visitor.rests())

    waited = await asyncio.gather(*map(press, visitors))
    for visitor in visitors:
        await visitor.leave()
    return f"{count} press Start at once: {spread(waited)}"


async def grow(server: live.Server, seconds: int) -> str:
    """Let a class edit; return the memory of the server before and after."""
    await edit(server, CLASS, 5.0)
    before = memory(server.pid)
    await edit(server, CLASS, seconds)
    return f"{CLASS} visitors edit for {seconds} s: {before:.0f} MB, then {memory(server.pid):.0f} MB"


PARTS: dict[str, tuple[Callable[[live.Server, int], Coroutine[None, None, str]], tuple[int, ...]]] = {
    "train": (train, (1, 8, 30)),
    "edit": (edit, (CLASS,)),
    "first": (first, (60,)),
    "start": (start, (CLASS,)),
    "memory": (grow, (60,)),
}


def main() -> None:
    """Print what was asked for, each number on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("numbers", nargs="*", type=int)
    asked = parser.parse_args()
    if any(
        not 0 < number <= (MOST_SECONDS if asked.part == "memory" else MOST_VISITORS)
        for number in asked.numbers
    ):
        parser.error(f"at most {MOST_VISITORS} visitors and {MOST_SECONDS} seconds")
    for name in [asked.part] if asked.part else PARTS:
        measure, usual = PARTS[name]
        if name == "train":
            print("              updates   drawings a second    Stop heard after  server")
            print("visitors     a second       least  median      median    most   cores      MB")
        for number in asked.numbers or usual:
            with live.serve() as server:
                print(asyncio.run(measure(server, number)), flush=True)


if __name__ == "__main__":
    main()
