"""What the cell view and the weight editor do in their page: beside its fields, and when it runs again."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from tests.harness.formula import number_in

LATCH = "Latch, count, fade"
W_I = "write gate, weight from x to unit {}"


@pytest.fixture
def at_six(explore):
    """The first preset at t = 6, the write gate of unit 1 chosen."""
    page = explore(LATCH)
    page.look_at("i", unit=1, t=6)
    return page


def test_arrow_keys_step_while_nothing_has_the_focus_but_not_inside_a_field(at_six):
    at_six.page.evaluate("document.activeElement.blur()")
    at_six.press("ArrowRight", "ArrowRight", "ArrowLeft")
    at_six.expect_t(7)
    at_six.numbers.focus()
    at_six.press("ArrowRight", "End", "ArrowLeft")
    at_six.expect_t(7)


def test_letters_typed_into_a_weight_are_no_commands_to_the_page(explore):
    page = explore(LATCH, "Weights")
    before = page.sent
    page.weight(W_I.format(1)).click()
    page.press("r", "Delete", "r", "c", "Enter")  # run again, clear the cache
    cell = page.editor.get_by_role("gridcell", name=W_I.format(1))
    expect(cell).to_have_text("rc")
    # A message that was on its way has come by the time the server answers a question.
    page.page.evaluate("fetch('/_stcore/health').then(answer => answer.text())")
    assert page.sent == before
    cell.press("Escape")
    expect(cell).to_have_text("10.0")


def test_typed_weight_redraws_the_picture_and_keeps_time_unit_scroll_and_focus(explore):
    page = explore(LATCH, "Weights")
    page.look_at("i", unit=2, t=8)
    page.weight(W_I.format(2)).scroll_into_view_if_needed()
    scroll = page.scroll
    assert scroll > 0
    before = page.picture()
    page.weight(W_I.format(2)).click()
    page.page.keyboard.type("3.5")
    page.press("Enter")
    expect(page.cell("c", 2)).not_to_have_text(before[4][1])
    expect(page.weight("write gate, weight from h₁ to unit 2")).to_be_focused()
    assert (page.t, page.scroll) == (8, scroll)
    formula = page.formula()
    assert formula.title == "i₂ write gate of unit 2 at t = 8"
    assert {row.source: row.weight for row in formula.rows}["x"] == 3.5
    # i = σ(3.5·1 + 0·h − 5), and the memory of unit 2 was 0 with no 1 before t = 3
    assert formula.value == pytest.approx(1 / (1 + math.exp(1.5)), abs=5e-4)
    page.look_at("i", 2, 3)
    assert number_in(page.values("c")[1]) == pytest.approx(formula.value * math.tanh(3), abs=2e-3)
    page.page.get_by_role("button", name="Reset weights").click()
    expect(page.weight(W_I.format(2))).to_have_text("10.0")


def test_weights_that_are_opened_later_outline_the_column_of_the_formula(explore):
    page = explore(LATCH, "About")
    page.look_at("o", unit=3, t=8)
    page.open_tab("Weights")
    outline = page.editor.locator(".column-outline:visible")
    expect(outline).to_have_count(1)
    around, cell = outline.bounding_box(), page.weight("show gate, bias of unit 3").bounding_box()
    assert around["x"] <= cell["x"]
    assert cell["x"] + cell["width"] <= around["x"] + around["width"]
    page.expect_t(8)
