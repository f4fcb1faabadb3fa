"""Take pictures of every page as visitors see it: ``python -m tools.screenshots``.

For every page of the catalog, in light and in dark, on a laptop and on a phone: what is on the
screen at first, and the whole page. They go to ``screenshots/``, which git ignores.
``--readme`` takes the pictures of the README instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from explorer.app.catalog import PAGES
from tools import live

Colour = Literal["light", "dark"]
COLOURS: tuple[Colour, ...] = ("light", "dark")
README_PICTURES = live.ROOT / "docs"
README_SIZES = {"": (1280, 1104), "train": (1280, 1010)}
README_UPDATE = 700
"""The update at which the picture of a run is taken."""
# width: (height, pixels of the picture per pixel of the page)
SCREENS = {1280: (800, 1), 390: (844, 2)}
LONGEST = 12_000

# Streamlit's main area and its sidebar scroll by themselves, inside a body of the window's height.
# A sidebar that is folded away is still there, with no width.
_HEIGHT = """() => Math.max(...['stMain', 'stSidebarContent']
    .map(id => document.querySelector(`[data-testid="${id}"]`))
    .map(part => part && part.clientWidth > 100 ? part.scrollHeight : 0))"""
_PAST = """update => {
    const found = document.querySelector('.st-key-train_progress')?.innerText.match(/update ([\\d\\s]+) of/);
    return found && Number(found[1].replace(/\\s/g, '')) >= update;
}"""
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


def open_page(browser: Browser, url: str, size: tuple[int, int], colour: Colour, scale: float = 1.0) -> Page:
    """Open a page as a new visitor; wait until it has come to rest."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        color_scheme=colour,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    live.wait_until_ready(page)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until nothing changes any more: same height for half a second, then painted."""
    unchanged, height = 0, -1
    for _ in range(50):
        now = page.evaluate(_HEIGHT)
        unchanged, height = (unchanged + 1, now) if now == height else (0, now)
        if unchanged == 5:
            break
        page.wait_for_timeout(100)
    page.evaluate(_PAINTED)


def show_whole_page(page: Page) -> None:
    """Make the window as high as what it shows."""
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    for _ in range(3):
        height = min(page.evaluate(_HEIGHT), LONGEST)
        if height <= page.viewport_size["height"]:
            return
        page.set_viewport_size({"width": width, "height": height})
        settle(page)


def take_all(browser: Browser, url: str, folder: Path) -> Iterable[Path]:
    """Take the pictures of every page; yield each one's path when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in PAGES:
        for width, (height, scale) in SCREENS.items():
            for colour in COLOURS:
                page = open_page(browser, f"{url}/{entry.url_path}", (width, height), colour, scale)
                name = f"{entry.url_path or 'explore'}-{width}-{colour}"
                yield take(page, folder / f"{name}.png")
                show_whole_page(page)
                yield take(page, folder / f"{name}-whole.png")
                page.context.close()


def take_for_readme(browser: Browser, url: str) -> Iterable[Path]:
    """Take the README's pictures: Explore as it opens, and Train while it runs."""
    README_PICTURES.mkdir(exist_ok=True)
    for path, size in README_SIZES.items():
        page = open_page(browser, f"{url}/{path}", size, "light")
        if path == "train":
            page.locator(".st-key-train_start button").click()
            page.wait_for_function(_PAST, arg=README_UPDATE)
            page.locator(".st-key-train_start button").click()
            page.mouse.move(0, 0)
            settle(page)
        yield take(page, README_PICTURES / f"{path or 'explore'}.png")
        page.context.close()


def take(page: Page, path: Path) -> Path:
    """Save what the window shows."""
    page.screenshot(path=path, animations="disabled", caret="hide")
    return path


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Take pictures of every page, or those of the README.")
    parser.add_argument("--out", type=Path, default=live.ROOT / "screenshots", help="folder for the pictures")
    parser.add_argument("--readme", action="store_true", help="take the README's pictures instead")
    options = parser.parse_args()

    with sync_playwright() as playwright:
        path = live.find_browser(playwright)
        if path is None:
            parser.error(live.NO_BROWSER)
        browser = live.launch(playwright, path)
        with live.serve() as server:
            pictures = (
                take_for_readme(browser, server.url)
                if options.readme
                else take_all(browser, server.url, options.out)
            )
            for picture in pictures:
                print(picture)
        browser.close()


if __name__ == "__main__":
    main()
