"""The Explore page as a visitor uses it: what can be pressed, typed and read there."""

from __future__ import annotations

from playwright.sync_api import TimeoutError, expect

from explorer.cell_styles import style_of
from explorer.model.presets import PRESETS
from tests.browser.opener import Opener
from tests.harness.explore_views import ExploreViews
from tools import live

_PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
_SCROLL = "() => document.querySelector('[data-testid=stMain]').scrollTop"


class ExplorePage(ExploreViews):
    """One visitor on the page.

    Parameters
    ----------
    opener : Opener
        Opens it, and knows afterwards what went wrong and what went out.
    viewport : (int, int)
    options
        More for the opener.
    """

    def __init__(self, opener: Opener, viewport: tuple[int, int] = (1280, 800), **options) -> None:
        self.opener = opener
        self.viewport = viewport
        super().__init__(opener(viewport=viewport, **options))
        self.numbers = self.page.locator(".st-key-numbers textarea")
        self.text = self.page.locator(".st-key-text textarea")
        self.notices = self.page.locator(".notice")

    def close(self) -> None:
        self.opener.close()

    @property
    def sent(self) -> int:
        """Messages that went to the server."""
        return self.opener.ears[self.page].sent

    @property
    def scroll(self) -> float:
        return self.page.evaluate(_SCROLL)

    # --- everything around it

    def choose(self, key: str, choice: str) -> None:
        """Pick from a list by the key of its field."""
        box = self.page.locator(f".st-key-{key}").get_by_role("combobox")
        option = self.page.get_by_role("listbox").get_by_role("option", name=choice)
        box.scroll_into_view_if_needed()
        for _ in range(5):
            # A list that opens while the page still moves closes again.
            self.page.evaluate(_PAINTED)
            box.click()
            try:
                option.click(timeout=2_000)
            except TimeoutError:
                continue
            return
        raise AssertionError(f"the list {key} does not offer {choice}")

    def choose_preset(self, title: str) -> None:
        """Pick a preset from the top, unless it is the one that is open."""
        preset = next(preset for preset in PRESETS if preset.title == title)
        self.order = style_of(preset.cell).order
        if preset.look_for in self.page.locator(".st-key-look_for").inner_text():
            return
        self.choose("preset", title)
        expect(self.page.locator(".st-key-look_for")).to_contain_text(preset.look_for)
        live.wait_until_ready(self.page)

    def open_tab(self, name: str) -> None:
        tab = self.page.get_by_role("tab", name=name)
        if tab.get_attribute("aria-selected") != "true":
            tab.click()
        marks = {"Weights": ".weights", "Heatmaps": ".js-plotly-plot .heatmaplayer", "About": ".about dt"}
        expect(self.page.locator(marks.get(name, "[data-testid=stDataFrame] canvas")).first).to_be_visible()
        live.wait_until_ready(self.page)

    def type_numbers(self, text: str) -> None:
        self.numbers.fill(text)
        self.numbers.press("Control+Enter")

    def type_text(self, text: str) -> None:
        self.text.fill(text)
        self.text.press("Control+Enter")

    def read_as(self, kind: str) -> None:
        """Choose between Numbers, Text and Signal."""
        self.page.locator(".st-key-sequence_kind").get_by_text(kind, exact=True).click()
        expect(self.page.locator(f".st-key-{ {'Numbers': 'numbers', 'Text': 'text'}[kind] }")).to_be_visible()
        live.wait_until_ready(self.page)

    def open_options(self) -> None:
        """Show the options of the cell."""
        box = self.page.locator(".st-key-lstm_peephole")
        if not box.is_visible():
            self.page.get_by_test_id("stSidebar").get_by_text("Cell options").click()
        expect(box).to_be_visible()

    def option(self, words: str, *, on: bool = True) -> None:
        """Set a checkbox among the options of the cell."""
        self.open_options()
        sidebar = self.page.get_by_test_id("stSidebar")
        box = sidebar.get_by_role("checkbox", name=words)
        if box.is_checked() != on:
            sidebar.get_by_text(words, exact=True).click()
        expect(box).to_be_checked(checked=on)
