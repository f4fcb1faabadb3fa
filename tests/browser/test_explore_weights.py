"""The weight editor: typing, pasting, refusing, and what the picture does meanwhile."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from tests.browser.explore_page import ExplorePage
from tests.browser.formula import number_in
from tests.browser.opener import Opener

LATCH = "Latch, count, fade"
W_I = "write gate, weight from x to unit 1"
U_F = "keep gate, weight from {} to unit {}"

_PASTE = """(node, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const reach = { bubbles: true, composed: true, cancelable: true };
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, ...reach }));
}"""


@pytest.fixture
def page(explore):
    """The first preset with its own weights, at t = 6, the write gate of unit 1 open."""
    page = explore(LATCH, "Weights")
    page.look_at("i", unit=1, t=6)
    opened = {"f": ["0.998", "0.990", "0.500"], "c": ["0.986", "1.948", "1.112"]}
    if any(page.values(signal) != values for signal, values in opened.items()):
        page.page.get_by_role("button", name="Reset weights").click()
    for signal, values in opened.items():
        for unit, value in enumerate(values, start=1):
            expect(page.cell(signal, unit)).to_have_text(value)
    return page


def type_weight(page, name, text):
    """Choose a cell and type over it."""
    page.weight(name).click()
    page.page.keyboard.type(text)
    page.press("Enter")


def paste(page, name, text):
    page.weight(name).click()
    page.weight(name).evaluate(_PASTE, text)


def sources(page):
    return {row.source.split(" at ")[0]: row.weight for row in page.formula().rows}


def test_typed_weight_redraws_the_picture_and_keeps_time_unit_and_scroll(page):
    page.look_at("i", unit=2, t=8)
    page.weight(W_I).scroll_into_view_if_needed()
    scroll = page.scroll
    assert scroll > 0
    before = page.picture()
    type_weight(page, W_I.replace("unit 1", "unit 2"), "3.5")
    expect(page.cell("c", 2)).not_to_have_text(before[4][1])
    assert (page.t, page.scroll) == (8, scroll)
    formula = page.formula()
    assert formula.title == "i₂ write gate of unit 2 at t = 8"
    assert sources(page)["x"] == 3.5
    # i = σ(3.5·1 + 0·h − 5), and the memory of unit 2 was 0 with no 1 before t = 3
    assert formula.value == pytest.approx(1 / (1 + math.exp(1.5)), abs=5e-4)
    page.look_at("i", 2, 3)
    assert number_in(page.values("c")[1]) == pytest.approx(formula.value * math.tanh(3), abs=2e-3)


def test_enter_goes_down_tab_goes_right_and_arrows_move_between_cells(page):
    page.weight("write gate, weight from h₁ to unit 1").click()
    page.press("Enter", "Enter")  # opens it, leaves it as it was
    expect(page.weight("write gate, weight from h₂ to unit 1")).to_be_focused()
    page.press("ArrowRight", "ArrowUp")
    expect(page.weight("write gate, weight from h₁ to unit 2")).to_be_focused()
    page.press("End", "ArrowRight")
    expect(page.weight("candidate, weight from h₁ to unit 1")).to_be_focused()
    page.expect_t(6)


def test_block_from_a_spreadsheet_is_laid_over_the_matrix(page):
    paste(page, U_F.format("h₁", 2), "1\t2\n0,5\t−4\r\n")
    expect(page.weight(U_F.format("h₁", 2))).to_have_text("1.0")
    expect(page.weight(U_F.format("h₂", 3))).to_have_text("−4.0")
    page.look_at("f", 3, 6)
    expect(page.formula_panel.locator("tbody")).to_contain_text("−4")
    assert sources(page) == {"x": 0, "h₁": 2, "h₂": -4, "h₃": 0, "b bias": None}
    page.look_at("f", 2)
    assert sources(page) == {"x": 0, "h₁": 1, "h₂": 0.5, "h₃": 0, "b bias": None}


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("1\t2\n3", "row 2"),
        ("1\tabc", "“abc” is not a number"),
        ("1\t\n2\t3", "the cell is empty"),
        ("\n".join(["1"] * 9), "9 rows"),
    ],
    ids=["ragged", "word", "hole", "too high"],
)
def test_block_that_cannot_be_used_changes_nothing_and_says_why(page, block, message):
    before = page.picture()
    paste(page, U_F.format("h₁", 2), block)
    expect(page.editor.get_by_role("alert")).to_contain_text(message)
    expect(page.editor.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(page.weight(U_F.format("h₁", 2))).to_have_text("0.0")
    assert page.picture() == before
    page.weight(U_F.format("h₁", 2)).click()
    page.press("Escape")
    expect(page.editor.locator(".problem")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "shown", "message"),
    [
        ("", "", "Write gate, x → unit 1 is empty."),
        ("1 2x", "1 2x", "“1 2x” is not a number"),
        ("1e400", "1e400", "“1e400”"),
        ("2000000", "2000000", "“2000000” is too large."),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", "“<img src=x onerror=alert(1)>”"),
    ],
    ids=["empty", "word", "infinite", "large", "markup"],
)
def test_cell_that_is_no_weight_keeps_its_text_and_the_last_picture_until_escape(page, text, shown, message):
    before = page.picture()
    page.weight(W_I).click()
    page.press("Delete")
    page.page.keyboard.insert_text(text)
    page.press("Enter")
    cell = page.editor.get_by_role("gridcell", name=W_I)
    expect(page.editor.get_by_role("alert")).to_contain_text(message)
    expect(page.editor.get_by_role("alert")).to_contain_text("The picture still shows the last good value.")
    expect(cell).to_have_text(shown)
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(page.editor.locator("img")).to_have_count(0)
    assert page.picture() == before
    cell.press("Escape")
    expect(cell).to_have_text("10.0")
    expect(page.editor.locator(".problem")).to_have_count(0)
    assert page.picture() == before


def test_text_in_a_cell_outlives_an_edit_of_another_cell(page):
    page.weight(W_I).click()
    page.press("x", "Enter", "-", "x", "Enter")
    expect(page.editor.get_by_role("gridcell", name=W_I)).to_have_text("-x")
    before = page.picture()
    type_weight(page, "candidate, weight from x to unit 3", "-2")
    expect(page.cell("c", 3)).not_to_have_text(before[4][2])
    expect(page.editor.get_by_role("gridcell", name=W_I)).to_have_text("-x")
    expect(page.editor.get_by_role("alert")).to_contain_text("is not a number")
    page.editor.get_by_role("gridcell", name=W_I).click()
    page.press("Escape")
    expect(page.weight(W_I)).to_have_text("10.0")


def test_over_eight_units_one_field_edits_the_weight_under_the_cursor(explore):
    page = explore("Random weights on your text", "Weights")
    field = page.editor.locator(".field input")
    page.look_at("f", 1, 3)  # the third character is a space, the most frequent symbol
    row = page.formula_panel.locator("tbody tr").filter(has_text="␣")
    expect(page.editor.get_by_role("gridcell")).to_have_count(0)
    page.editor.get_by_role("application").first.focus()
    page.press("Control+Home")
    expect(page.editor.locator(".field .at")).to_have_text("f keep · ␣ → unit 1")
    before = page.values("c")
    field.fill("−7.25")
    field.press("Enter")
    expect(row).to_contain_text("−7.25")
    expect(page.cell("c", 1).first).not_to_have_text(before[0])
    assert page.t == 3
    page.press("ArrowUp")  # Enter went one row down
    expect(field).to_have_value("-7.25")
    field.fill("seven")
    field.press("Enter")
    expect(page.editor.get_by_role("alert")).to_contain_text("“seven” is not a number")
    expect(field).to_have_value("seven")
    field.press("Escape")
    expect(field).to_have_value("-7.25")
    expect(page.editor.locator(".problem")).to_have_count(0)


def test_sessions_do_not_share_edits(page, browser, server):
    other = ExplorePage(Opener(browser, server))
    try:
        untouched = other.picture()
        type_weight(page, W_I, "-10")
        expect(page.cell("c", 1)).not_to_have_text("0.986")
        other.type_numbers("1 0")
        expect(other.view.locator(".time")).to_contain_text("of 2")
        other.type_numbers("0 0 1 0 0 1 0 1 0 0 0 0")
        expect(other.view.locator(".time")).to_contain_text("of 12")
        other.look_at("i", 1, 6)
        assert other.picture() == untouched
        assert other.weight(W_I).inner_text() == "10.0"
        other.opener.assert_clean()
    finally:
        other.close()
    page.page.get_by_role("button", name="Reset weights").click()
    expect(page.weight(W_I)).to_have_text("10.0")
    expect(page.cell("c", 1)).to_have_text("0.986")
