"""The Train page as a visitor uses it: what can be pressed, typed and read there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from lstm_core import TASKS
from tests.browser.explore_page import ExplorePage
from tests.browser.opener import Opener
from tools import live

FULL_SPEED = "full speed"
ENDS = 90_000
"""Milliseconds within which a run held back to ten seconds has ended, on a slow machine."""

_COMPONENTS = (".curves", ".cell-view", ".predictions")
_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_ACTIVE = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const words = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent
        ?? [...element.querySelectorAll('p')].map(part => part.textContent).join('');
    return words || element.textContent || element.tagName;
}"""


@dataclass(frozen=True, slots=True)
class Progress:
    """The line above the progress bar."""

    name: str
    state: str
    update: int


class TrainPage:
    """One visitor on the page.

    Parameters
    ----------
    opener : Opener
        Opens it, and knows afterwards what went wrong and what went out.
    path : str
    options
        More for the opener.
    """

    def __init__(self, opener: Opener, path: str = "/train", **options) -> None:
        self.page: Page = opener(path, **options)
        self.run_bar = self.page.locator(".st-key-run_bar")
        self.progress = self.page.locator(".st-key-train_progress")
        self.verdict = self.page.locator(".st-key-train_verdict .notice")
        self.curves = self.page.locator(".curves")
        self.slider = self.curves.get_by_role("slider", name="training time")
        self.time = self.curves.locator(".timeline .time")
        self.latest = self.curves.get_by_role("button", name="Latest")
        self.strips = self.page.locator(".cell-view")
        self.moment = self.strips.locator(".moment")
        self.predictions = self.page.locator(".predictions")
        self.typed = self.page.get_by_label("or type one")
        self.list_of_runs = self.page.get_by_label("Run", exact=True)
        expect(self.moment).to_contain_text("t = ")
        expect(self.predictions.get_by_role("heading")).to_be_visible()

    # --- the run

    def button(self, name: str) -> Locator:
        """A button of the run."""
        return self.run_bar.get_by_role("button", name=name, exact=True)

    def boxes(self) -> list[dict[str, float]]:
        """Where the buttons of the run stand, without those for help and for the numbers of a field."""
        return self.run_bar.locator(".stButton button").evaluate_all(
            "all => all.map(button => button.getBoundingClientRect().toJSON()).filter(box => box.width)"
        )

    def press(self, *names: str) -> None:
        for name in names:
            self.button(name).click()

    def expect_state(self, state: str, timeout: float = 30_000) -> None:
        expect(self.progress).to_contain_text(f"· {state}", timeout=timeout)
        if state != "running":
            self.settle()  # the pictures come after it

    def begin(self) -> None:
        """Start, and wait until it has learned something."""
        self.press("Start")
        self.expect_state("running")
        expect(self.curves.locator(".loss .values")).to_contain_text(re.compile(r"training [\d.]"))

    def pause(self) -> None:
        self.press("Pause")
        self.expect_state("paused")

    def finish(self) -> None:
        """Let a run of tiny or default length come to its end as fast as it can."""
        self.choose("train_pace", FULL_SPEED)
        self.press("Start")
        self.expect_state("finished", ENDS)
        self.settle()

    def make_it_fail(self) -> None:
        """Let the weights of a task with plain numbers grow out of bounds."""
        self.unfold_sidebar()
        self.open_options("Optimiser and clipping")
        self.choose("train_optimizer", "SGD")
        self.choose("train_clip", "none")
        self.fold_sidebar()
        self.fill("learning_rate", 100)
        self.choose("train_pace", FULL_SPEED)
        self.press("Start")
        self.expect_state("failed", ENDS)
        self.settle()

    def read_progress(self) -> Progress:
        name, state, *more = self.progress.inner_text().split(" · ")
        updates = [part for part in more if part.startswith("update ")]
        digits = re.sub(r"\D", "", updates[0].partition(" of ")[0]) if updates else "0"
        return Progress(name.strip(), state, int(digits))

    # --- the pictures

    def loss(self, which: str = "training") -> float:
        """What the curves say of the loss."""
        text = self.curves.locator(".loss .values").inner_text().replace("\u2212", "-")
        (number,) = re.findall(rf"{which}\s+([\d.]+(?:e-?\d+)?)", text)
        return float(number)

    def shown(self) -> tuple[str, str, str]:
        """What curves, strips and predictions say of the moment that is shown."""
        return self.time.inner_text(), self.moment.inner_text(), self.predictions.inner_text()

    def mark(self) -> None:
        """Leave a mark in each picture, which is gone if the picture is made anew."""
        for name in _COMPONENTS:
            self.page.locator(name).evaluate("node => { node.wasHere = true; }")

    def marked(self) -> list[bool]:
        return [
            self.page.locator(name).evaluate("node => node.wasHere === true && node.isConnected")
            for name in _COMPONENTS
        ]

    def drawn(self) -> list[bool]:
        """Whether there is something on each canvas."""
        return self.page.locator(":is(.curves, .cell-view) canvas").evaluate_all(
            """canvases => canvases.map(canvas => canvas.width > 0 && canvas.height > 0
            && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))"""
        )

    # --- everything around it

    choose = ExplorePage.choose  # the lists are the same on every page

    def choose_run(self, name: str) -> None:
        """Pick from the list of runs, whose key has an end that differs."""
        (key,) = re.findall(r"st-key-(train_runs_one\S*)", self.page.locator(".st-key-runs_bar").inner_html())
        self.choose(key, name)

    def choose_task(self, key: str) -> None:
        self.choose("train_task", TASKS[key].name)
        expect(self.page.locator(".st-key-train_hard")).to_contain_text(TASKS[key].hard[:40])
        self.settle()

    def field(self, name: str) -> Locator:
        """A field of the sidebar or the run bar by its key."""
        return self.page.locator(f".st-key-train_{name} input")

    def sidebar_fields(self) -> list[str]:
        """The names of the fields of the sidebar from top to bottom."""
        return self.page.get_by_test_id("stSidebar").get_by_test_id("stWidgetLabel").all_inner_texts()

    def fill(self, name: str, value: object) -> None:
        """Type into a field, wait until the page knows."""
        field = self.field(name)
        field.fill(str(value))
        field.press("Enter")
        self.settle()

    def type_example(self, text: str) -> None:
        """Type an example to watch."""
        self.typed.fill(text)
        self.typed.press("Enter")
        self.settle()

    def fill_behind_the_menu(self, name: str, value: object, *, fold: bool = True) -> None:
        """Type into a field of the sidebar, which a phone shows folded away."""
        self.unfold_sidebar()
        self.fill(name, value)
        if fold:
            self.fold_sidebar()

    def unfold_sidebar(self) -> None:
        sidebar = self.page.get_by_test_id("stSidebar")
        if sidebar.get_attribute("data-collapsed") == "true":
            self.page.get_by_test_id("stExpandSidebarButton").click()
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        expect(sidebar).to_be_in_viewport(ratio=0.9)  # and not still on its way

    def fold_sidebar(self) -> None:
        """Fold the sidebar away if it stands in front of the page."""
        if self.page.viewport_size["width"] < 640:
            sidebar = self.page.get_by_test_id("stSidebar")
            self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
            expect(sidebar).to_have_attribute("data-collapsed", "true")

    def open_options(self, title: str) -> None:
        """Unfold a part of the sidebar."""
        self.page.get_by_test_id("stSidebar").get_by_text(title, exact=True).click()

    def open_tab(self, name: str) -> None:
        tab = self.page.get_by_role("tab", name=name)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        self.settle()

    def table(self) -> list[list[str]]:
        """The cells of the table of runs, row by row; the first are checkboxes."""
        rows = self.page.locator("[data-testid=stDataFrame] canvas table tbody tr")
        expect(rows.first).to_be_attached()
        return rows.evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
        )

    def active(self) -> str:
        """The name of what has the focus, also inside a picture."""
        return self.page.evaluate(_ACTIVE)

    def go(self, section: str, name: str) -> None:
        """Go to another page by the menu."""
        self.page.get_by_test_id("stTopNav").get_by_role("button", name=section).click()
        self.page.get_by_role("menuitem", name=name).click()
        live.wait_until_ready(self.page)

    def open_in_explore(self) -> None:
        """Take what is shown along to Explore."""
        self.page.get_by_role("button", name="Open in Explore").click()
        expect(self.page.get_by_label("Preset")).to_have_value(re.compile("From Train: "))
        live.wait_until_ready(self.page)

    def settle(self) -> None:
        """Wait until the server has answered what was done last, and the answer is to be seen."""
        expect(self.page.locator(".curves")).not_to_have_attribute("aria-busy", "true")
        live.wait_until_ready(self.page)
        self.page.evaluate(_TWO_FRAMES)
