"""How long the Explore page takes: a step in the browser, a weight edit on the server, the first picture.

Run with ``python -m benchmarks.explore_page``. It starts its own servers and browser and prints a
table. The frozen collector is compared with the same app without it, edits taken in turns.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools import live

STEPS = 199
EDITS = 40

_KEY_TO_PAINT = """
async ([steps]) => {
  const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean);
  const diagram = roots.map((root) => root.querySelector(".cell-view .diagram")).find(Boolean);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    // The message arrives after the frame that the callback belongs to was painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  const press = (key) => diagram.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
  press("Home");
  const times = [];
  const script = [];
  for (let step = 0; step < steps; step += 1) {
    await frame();
    await new Promise((done) => setTimeout(done, Math.random() * 16));
    const start = performance.now();
    press("ArrowRight");
    script.push(performance.now() - start);
    await painted();
    times.push(performance.now() - start);
  }
  return { times, script };
}
"""

_ENTER_TO_PICTURE = """
([text]) => {
  window.taken = new Promise((done) => {
    addEventListener("keydown", () => {
      const start = performance.now();
      const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean);
      const formula = roots.map((root) => root.querySelector(".cell-view .formula")).find(Boolean);
      const look = () => {
        const cell = formula.querySelector("tbody tr td:nth-of-type(2)");
        if (cell?.textContent.includes(text)) done(performance.now() - start);
        else requestAnimationFrame(look);
      };
      look();
    }, { capture: true, once: true });
  });
}
"""


def main() -> None:
    """Print every figure."""
    with sync_playwright() as playwright:
        browser = live.launch(playwright, live.find_browser(playwright) or sys.exit(live.NO_BROWSER))
        start = time.perf_counter()
        with live.serve() as server:
            print("from command or click to the painted diagram")
            print(f"  command, first visitor: {first_picture(browser, server.url, start):.2f} s")
            print(f"  resident memory after the first session: {memory(server.pid):.0f} MB")
            print(f"  click, second visitor: {first_picture(browser, server.url, time.perf_counter()):.2f} s")
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(server.url)
            live.wait_until_ready(page)
            key_to_paint(page)
        edits(browser.new_page)
        browser.close()


def first_picture(browser: Browser, url: str, start: float) -> float:
    """Return the seconds from ``start`` until a new visitor sees the first value of the diagram."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    page.locator(".cell-view .diagram-svg .value").first.wait_for()
    seconds = time.perf_counter() - start
    live.wait_until_ready(page)
    page.context.close()
    return seconds


def key_to_paint(page: Page) -> None:
    """Step through 200 timesteps of 64 units."""
    fill(page, "hidden_size", "64")
    field = page.locator(".st-key-numbers textarea")
    field.fill(" ".join(str(value % 7 / 10) for value in range(STEPS + 1)))
    field.press("Control+Enter")
    page.get_by_text("200 timesteps").wait_for()
    live.wait_until_ready(page)
    measured = page.evaluate(_KEY_TO_PAINT, [STEPS])
    print(f"key to painted step, T = 200, H = 64, {STEPS} steps")
    for name, words in (("times", "key to paint"), ("script", "of it JavaScript")):
        values = measured[name]
        tail = statistics.quantiles(values, n=20)[-1]
        print(f"  {words}: median {statistics.median(values):.1f} ms, 95th percentile {tail:.1f} ms")


def edits(new_page: Callable[..., Page]) -> None:
    """Edit weights in turns against a server with the frozen collector and one without."""
    with tempfile.TemporaryDirectory() as folder:
        thawed = Path(folder) / "thawed.py"
        thawed.write_text(
            f"import sys; sys.path.insert(0, {str(live.ROOT)!r})\n"
            "from explorer.app import frame\nframe.freeze_collector = lambda loaded: True\n"
            f"import os; os.chdir({str(live.ROOT)!r})\nframe.show()\n"
        )
        with live.serve() as frozen, live.serve(thawed) as plain:
            apps = {"frozen": frozen, "not frozen": plain}
            pages = {name: opened(new_page, app.url) for name, app in apps.items()}
            used: dict[str, list[float]] = {name: [] for name in apps}
            waited: dict[str, list[float]] = {name: [] for name in apps}
            answered: dict[str, list[float]] = {name: [] for name in apps}
            for edit in range(EDITS):
                for name in sorted(apps, reverse=bool(edit % 2)):
                    before, start = cpu(apps[name].pid), time.perf_counter()
                    answered[name].append(type_weight(pages[name], edit % 7 + 1))
                    waited[name].append(time.perf_counter() - start)
                    time.sleep(0.25)  # what the server does after it answered counts too
                    used[name].append(cpu(apps[name].pid) - before)
    print(f"server CPU per weight edit, {EDITS} edits each, in turns")
    for name in apps:
        print(
            f"  {name}: mean {1000 * statistics.mean(used[name][5:]):.1f} ms CPU, "
            f"{1000 * statistics.median(waited[name]):.0f} ms with typing until the picture shows it, "
            f"{statistics.median(answered[name]):.0f} ms from Enter on"
        )
    ratio = statistics.mean(used["not frozen"][5:]) / statistics.mean(used["frozen"][5:])
    print(f"  ratio {ratio:.1f}")


def opened(new_page: Callable[..., Page], url: str) -> Page:
    """Open the app and choose the formula that the edits change."""
    page = new_page(viewport={"width": 1280, "height": 1100})
    page.goto(url)
    live.wait_until_ready(page)
    page.locator(".cell-view .diagram svg").wait_for()
    page.locator(".cell-view .diagram").press("1")
    return page


def type_weight(page: Page, value: int) -> float:
    """Type a number into the first weight; return the milliseconds from Enter to its picture."""
    cell = page.locator(".st-key-weights [role=gridcell]").first
    cell.click()
    page.keyboard.type(str(value))
    page.evaluate(_ENTER_TO_PICTURE, [f"{value}.00"])
    page.keyboard.press("Enter")
    return float(page.evaluate("window.taken"))


def fill(page: Page, key: str, text: str) -> None:
    """Type into a number field."""
    field = page.locator(f".st-key-{key} input")
    field.fill(text)
    field.press("Enter")
    live.wait_until_ready(page)


def cpu(pid: int) -> float:
    """Return the seconds of CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
