"""The cell view and the weight editor as a reader uses them, on any page that holds them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from explorer.cell_styles import CELL_STYLES
from tests.harness.formula import Formula

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


class ExploreViews:
    """One reader of one page.

    Attributes
    ----------
    page : Page
    order : tuple of str
        The signals of the cell that is shown, as the keys 1, 2, 3, … choose them.
    """

    def __init__(self, page: Page, order: tuple[str, ...] = CELL_STYLES["LSTM"].order) -> None:
        self.page = page
        self.order = order
        self.view = page.locator(".cell-view")
        self.diagram = self.view.locator(".diagram")
        self.strips = self.view.locator(".strips")
        self.formula_panel = self.view.locator(".formula")
        self.scrubber = self.view.get_by_label("Timestep", exact=True)
        self.editor = page.locator(".weights")
        expect(self.diagram.locator(".stack").first).to_be_visible()

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

    def formulas(self, unit: int, t: int) -> dict[str, Formula]:
        """Open the formula of every signal of a unit, all counted from 1."""
        self.look_at(self.order[0], unit, t)
        found = {}
        for key, signal in enumerate(self.order, start=1):
            self.press(str(key))
            found[signal] = self.formula()
        return found

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

    # --- the weights

    def weight(self, name: str) -> Locator:
        """A cell of the weight editor by its name: "write gate, weight from h₁ to unit 2"."""
        return self.editor.get_by_role("gridcell", name=f"{name}:")
