"""The weight editor: typing, pasting, refusing, and what the picture does meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.harness.harness import no_answer

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
    """The first preset at t = 6, the write gate of unit 1 open."""
    page = explore(LATCH, weights=True)
    page.look_at("i", unit=1, t=6)
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


def test_edit_stays_on_screen_until_it_is_answered_and_goes_if_it_was_refused(harness, page):
    harness.answer = no_answer
    bias = "write gate, bias of unit 1"
    type_weight(page, W_I, "3")
    type_weight(page, bias, "4")
    harness.settle()
    first, second = harness.sent
    # A message that overtakes another is to hold the edits of both.
    assert [[change["value"] for change in sent.value["changes"]] for sent in harness.sent] == [[3], [3, 4]]
    page.draw(page.take(first))
    expect(page.weight(W_I)).to_have_text("3.0")
    expect(page.weight(bias)).to_have_text("4.0")
    page.draw(page.refuse(second))
    expect(page.weight(W_I)).to_have_text("3.0")
    expect(page.weight(bias)).to_have_text("−5.0")


def test_over_eight_units_one_field_edits_the_weight_under_the_cursor(explore):
    page = explore("Random weights on your text", weights=True)
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


def test_text_that_is_no_number_goes_when_the_weights_are_drawn_anew(page):
    page.weight(U_F.format("h₁", 1)).click()
    page.press("Enter")
    page.page.keyboard.insert_text("abc")
    page.press("Enter")
    expect(page.editor.get_by_role("alert")).to_contain_text("abc")
    # The weight below the text stays what it was: it is the others that are new.
    blocks = {key: array + (key == ("b", "o")) for key, array in page.experiment.blocks.items()}
    page.put(page.experiment.with_blocks(blocks))
    expect(page.editor.locator(".problem")).to_have_count(0)
