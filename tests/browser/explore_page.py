"""The Explore page as a visitor uses it: what can be pressed, typed and read there."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, TimeoutError, expect

from explorer.presets import PRESETS
from explorer.theme import FACES, face_of
from tests.browser.formula import Formula
from tests.browser.opener import Opener
from tools import live

_READ_FORMULA = """node => ({
    title: node.querySelector('h3').textContent,
    rows: [...node.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent)),
    result: node.querySelector('.result')?.textContent ?? '',
    text: node.textContent,
})"""
_READ_TEXTS = "cells => cells.map(cell => cell.textContent)"
# A ring says which value it marks by where it stands: around that value's cell.
_READ_RINGS = """node => [...node.querySelectorAll('.lit-ring')]
    .filter(ring => ring.getAttribute('visibility') === 'visible')
    .flatMap(ring => {
        const around = ring.getBoundingClientRect();
        const stack = ring.closest('.stack');
        return [...stack.querySelectorAll('.cell')].filter(cell => {
            const box = cell.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            return x > around.left && x < around.right && y > around.top && y < around.bottom;
        }).map(cell => stack.dataset.signal + ('previous' in stack.dataset ? '₋' : '') + cell.dataset.unit);
    })"""
_PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
_SCROLL = "() => document.querySelector('[data-testid=stMain]').scrollTop"


class ExplorePage:
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
        self.page: Page = opener(viewport=viewport, **options)
        self.order = FACES["LSTM"].order
        self.view = self.page.locator(".cell-view")
        self.diagram = self.view.locator(".diagram")
        self.strips = self.view.locator(".strips")
        self.formula_panel = self.view.locator(".formula")
        self.scrubber = self.view.get_by_label("Timestep", exact=True)
        self.editor = self.page.locator(".weights")
        self.numbers = self.page.locator(".st-key-numbers textarea")
        self.text = self.page.locator(".st-key-text textarea")
        self.notices = self.page.locator(".notice")
        expect(self.diagram.locator(".stack").first).to_be_visible()

    def close(self) -> None:
        self.opener.close()

    @property
    def sent(self) -> int:
        """Messages that went to the server."""
        return self.opener.sent[self.page]

    @property
    def scroll(self) -> float:
        return self.page.evaluate(_SCROLL)

    # --- where the reader is

    @property
    def t(self) -> int:
        return int(self.scrubber.input_value())

    def expect_t(self, t: int) -> None:
        expect(self.scrubber).to_have_value(str(t))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def look_at(self, signal: str, unit: int = 1, t: int | None = None) -> Formula:
        """Open a formula with the keyboard, all counted from 1."""
        if t is not None:
            self.scrubber.fill(str(t))
        self.diagram.focus()
        up = ["ArrowUp"] * (self.view.locator(".stack[data-signal=h]").first.locator(".cell").count() - 1)
        self.press("Escape", str(self.order.index(signal) + 1), *up, *["ArrowDown"] * (unit - 1))
        return self.formula()

    def formula(self) -> Formula:
        found = self.formula_panel.evaluate(_READ_FORMULA)
        return Formula(found["title"], found["rows"], found["result"], found["text"])

    def show_digits(self, digits: str) -> None:
        """Choose 3, 6 or all digits."""
        self.view.get_by_label("Digits").select_option(digits)

    # --- the picture

    def cell(self, signal: str, unit: int = 1, *, previous: bool = False) -> Locator:
        """A value in the diagram."""
        return self._stack(signal, previous).locator(f"g.cell[data-unit='{unit - 1}']")

    def gate(self, signal: str) -> Locator:
        """What stands in the box of a gate or candidate."""
        return self.diagram.locator(f".gate[data-gate={signal}] .label")

    def values(self, signal: str, *, previous: bool = False) -> list[str]:
        return self._stack(signal, previous).locator("g.cell").evaluate_all(_READ_TEXTS)

    def _stack(self, signal: str, previous: bool) -> Locator:
        before = "[data-previous]" if previous else ":not([data-previous])"
        return self.diagram.locator(f".stack[data-signal={signal}]{before}:not([data-again])")

    def rings(self) -> list[str]:
        """Values with a ring, as signal, ₋ for the timestep before, and unit from 0: "h₋0"."""
        return self.diagram.evaluate(_READ_RINGS)

    def picture(self) -> list[list[str]]:
        """All values of the diagram and where it stands in time."""
        return [self.values(signal) for signal in (*self.order, "x")] + [[self.scrubber.input_value()]]

    def strip_place(self, signal: str, unit: int, t: int, followed: int = 1) -> tuple[float, float]:
        """Where a value of a cell with three units stands in the strips."""
        self.strips.scroll_into_view_if_needed()
        label = self.strips.locator(".strip-unit").nth(self.order.index(signal)).bounding_box()
        canvas = self.strips.locator("canvas").bounding_box()
        assert label
        assert canvas
        column = canvas["width"] / int(self.scrubber.get_attribute("max") or 1)
        # The row of the followed unit is 17 px high, any other 8.
        down = {True: 17 + 8 * (unit - followed - 1) + 4, False: 8 * (unit - followed) + 4}[unit > followed]
        return canvas["x"] + (t - 0.5) * column, label["y"] + (8 if unit == followed else down)

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
        self.order = face_of(preset.cell).order
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

    def choose_kind(self, kind: str) -> None:
        """Choose a kind of cell by its short name."""
        self.choose("cell_kind", FACES[kind].name)
        self.order = FACES[kind].order
        expect(self.page.locator(".st-key-kind_line")).to_contain_text(FACES[kind].line)
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

    def weight(self, name: str) -> Locator:
        """A cell of the weight editor by its name: "write gate, weight from h₁ to unit 2"."""
        return self.editor.get_by_role("gridcell", name=f"{name}:")

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
