"""What the Train page costs a run, and how live it is: ``python -m benchmarks.train_page``.

For some tasks, in turns: updates a second of a bare ``train`` in a process of its own, and of the same run in
the page at full speed; how often the page is drawn, and how much is sent for it. The browser runs on the same
machine, but gets only the time that is left over, as far as the system lets it: it stands for one on another
machine. Then every task with its defaults, started by one click: what it reaches, and after how many seconds.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.explore_page import cpu
from tools import live

ROUNDS = 3
SECONDS = 6.0
TASKS = {"sentiment": "Sentiment", "characters": "Character", "parity": "Parity", "adding": "Adding"}
ALL = ("Next word", "Sentiment", "Forecasting", "Character", "Adding", "Copy", "Parity", "Four targets")
LONG = "20000"
"""Epochs that nobody waits for."""
received: dict[Page, int] = {}
"""Bytes that came from the server, by page."""

HEAD = """\
                updates a second         for each second of CPU         drawn   sent, kB
                  bare   in the page  share       bare   in the page  share    each a second"""

_BARE = """
import sys, time
from dataclasses import replace
import explorer
import numpy as np
from explorer.training.plan import Source, default_plan
from lstm_core import train
plan = replace(default_plan(Source(task=sys.argv[1])), epochs=int(sys.argv[3]))
data, rng, network = plan.data(), plan.generator(), plan.network()
steps = train(
    network, network.init(rng, np.float64), data.train, loss=data.recipe.loss,
    optimizer=plan.optimizer_config(), rng=rng, batch_size=plan.batch_size, epochs=plan.epochs,
    validation=data.validation, validate_every=plan.measure_every, clip=plan.clipping(), metric=data.metric,
)
for _ in zip(range(20), steps): pass
start, count = time.perf_counter(), 0
used = time.process_time()
while time.perf_counter() - start < float(sys.argv[2]):
    next(steps)
    count += 1
print(count / (time.perf_counter() - start), count / (time.process_time() - used))
"""

_DRAWN = """
seconds => new Promise(done => {
  const text = document.querySelector('.st-key-train_progress');
  let count = 0;
  const watch = new MutationObserver(() => { count += 1; });
  watch.observe(text, { subtree: true, childList: true, characterData: true });
  setTimeout(() => { watch.disconnect(); done(count / seconds); }, 1000 * seconds);
})
"""


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--defaults", action="store_true", help="only the second table")
    only_defaults: bool = parser.parse_args().defaults
    with live.serve() as server:
        os.nice(
            19
        )  # what is started from here on: the browser, and the bare runs while it has nothing to draw
        with sync_playwright() as playwright:
            browser = live.launch(playwright, live.find_browser(playwright) or sys.exit(live.NO_BROWSER))
            if not only_defaults:
                print(HEAD)
                for key, name in TASKS.items():
                    page = opened(browser.new_page, server.url, name)
                    print(compared(page, server.pid, key), flush=True)
                    page.context.close()
            print("defaults, one click on Start")
            for name in ALL:
                page = opened(browser.new_page, server.url, name)
                print(f"  {name:<13}{defaults(page)}", flush=True)
                page.context.close()
            browser.close()


def opened(new_page: object, url: str, task: str) -> Page:
    """Open the page at a task."""
    page: Page = new_page(viewport={"width": 1280, "height": 800})  # type: ignore[operator]
    received[page] = 0

    def hear(frame: str | bytes) -> None:
        received[page] += len(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    page.goto(f"{url}/train")
    live.wait_until_ready(page)
    pick(page, "train_task", task)
    return page


def pick(page: Page, key: str, option: str) -> None:
    """Choose from a menu."""
    page.locator(f".st-key-{key} input").first.click()
    page.get_by_role("option", name=option).first.click()
    page.wait_for_timeout(500)
    live.wait_until_ready(page)


def compared(page: Page, pid: int, task: str) -> str:
    """Return a row of the first table."""
    field = page.locator(".st-key-train_epochs input")
    field.fill(LONG)
    field.press("Enter")
    live.wait_until_ready(page)
    pick(page, "train_pace", "full speed")
    bare, bare_cpu, shown, shown_cpu, drawn, sent = [], [], [], [], [], []
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", _BARE, task, str(SECONDS), LONG]
        found = subprocess.run(command, cwd=live.ROOT, capture_output=True, text=True, check=True)
        rate, for_cpu = map(float, found.stdout.split())
        bare.append(rate)
        bare_cpu.append(for_cpu)
        press(page, "start")
        page.wait_for_timeout(1500)
        first, began, before, bytes_before = updates(page), time.perf_counter(), cpu(pid), received[page]
        drawn.append(page.evaluate(_DRAWN, SECONDS))
        seconds = time.perf_counter() - began
        sent.append((received[page] - bytes_before) / seconds / 1000)
        made = updates(page) - first
        shown.append(made / seconds)
        shown_cpu.append(made / (cpu(pid) - before))
        press(page, "start")
        page.wait_for_timeout(1000)
    rates = [statistics.median(values) for values in (bare, shown, bare_cpu, shown_cpu)]
    return (
        f"  {task:<14}{rates[0]:>9.0f}{rates[1]:>14.0f}{rates[1] / rates[0]:>8.0%}"
        f"{rates[2]:>16.0f}{rates[3]:>14.0f}{rates[3] / rates[2]:>8.0%}{statistics.median(drawn):>9.1f}"
        f"{statistics.median(sent):>10.0f}"
    )


def defaults(page: Page) -> str:
    """Return a row of the second table."""
    start = time.perf_counter()
    press(page, "start")
    page.locator(".st-key-train_progress", has_text="finished").wait_for(timeout=60_000)
    seconds = time.perf_counter() - start
    said = page.locator(".st-key-train_verdict .headline").first.inner_text()
    computing = re.search(r"([\d.]+) s of computing", page.locator(".st-key-train_progress").inner_text())
    return f"{seconds:5.1f} s, {computing[1] if computing else '?'} s of them computing: {said}"


def press(page: Page, key: str) -> None:
    """Press a button of the run."""
    page.locator(f".st-key-train_{key} button").click()


def updates(page: Page) -> int:
    """Return the number of updates that the page tells."""
    text = page.locator(".st-key-train_progress").inner_text()
    found = re.search(r"update ([\d\s]+) of", text)
    assert found is not None, text
    return int(re.sub(r"\s", "", found[1]))


if __name__ == "__main__":
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    main()
