"""Strips, and pointing at one thing to see where it comes from everywhere else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

LATCH = "Latch, count, fade"


@pytest.fixture
def page(explore):
    """The first preset at t = 6, the write gate of unit 1 open, the pointer on nothing."""
    page = explore(LATCH, weights=True)
    page.look_at("i", unit=1, t=6)
    page.strips.scroll_into_view_if_needed()
    return page


def row(page, source):
    return page.formula_panel.locator("tbody tr").filter(has=page.page.locator("th", has_text=source))


def opens(page, title):
    expect(page.formula_panel.locator("h3")).to_have_text(title)


# --- strips


@pytest.mark.parametrize(
    ("signal", "unit", "t", "title"),
    [
        ("c", 1, 9, "c₁ memory of unit 1 at t = 9"),
        ("h", 3, 2, "h₃ output of unit 3 at t = 2"),
        ("f", 2, 12, "f₂ keep gate of unit 2 at t = 12"),
    ],
)
def test_click_on_a_strip_moves_in_time_and_follows_the_unit_and_signal(page, signal, unit, t, title):
    page.page.mouse.click(*page.strip_place(signal, unit, t))
    page.page.mouse.move(2, 2)
    page.expect_t(t)
    opens(page, title)
    expect(page.diagram.locator(".row-label.followed").first).to_have_text(str(unit))
    expect(page.strips.locator(".strip-unit").first).to_have_text(str(unit))


def test_click_above_the_strips_moves_in_time_only(page):
    x, y = page.strip_place("f", 1, 10)
    page.page.mouse.click(x, y - 18)
    page.expect_t(10)
    opens(page, "i₁ write gate of unit 1 at t = 10")


def test_dragging_over_the_strips_moves_the_cursor_also_past_their_end(page):
    mouse = page.page.mouse
    mouse.move(*page.strip_place("c", 1, 3))
    mouse.down()
    page.expect_t(3)
    for t in (4, 7, 11):
        mouse.move(*page.strip_place("c", 1, t))
        page.expect_t(t)
    x, y = page.strip_place("c", 1, 12)
    mouse.move(x + 200, y + 300)
    page.expect_t(12)
    mouse.up()
    mouse.move(*page.strip_place("c", 1, 5))
    page.expect_t(12)


def test_pointing_at_a_strip_shows_value_and_name_and_opens_its_formula(page):
    tip = page.strips.locator(".strip-tip")
    page.page.mouse.move(*page.strip_place("c", 2, 8))
    expect(tip).to_have_text("c memory, unit 2, t = 8: 2.897")
    opens(page, "c₂ memory of unit 2 at t = 8")
    page.page.mouse.move(*page.strip_place("f", 1, 1))
    expect(tip).to_have_text("f keep, unit 1, t = 1: 0.998")
    page.page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    opens(page, "i₁ write gate of unit 1 at t = 6")
    page.expect_t(6)


@pytest.mark.parametrize("unit", [1, 2, 3])
def test_strip_shows_under_the_pointer_what_the_diagram_shows(page, unit):
    page.look_at("i", unit, 7)
    for signal in "figoch":
        page.page.mouse.move(*page.strip_place(signal, unit, 7, followed=unit))
        expect(page.strips.locator(".strip-tip")).to_contain_text(f": {page.values(signal)[unit - 1]}")


# --- formula, diagram, strips and weights answer one another


def test_pointing_at_a_product_rings_its_source_in_diagram_strip_and_weights(page):
    row(page, "h₁").hover()
    assert page.rings() == ["h₋0"]
    expect(page.editor.locator(".pointed")).to_have_attribute(
        "aria-label", "write gate, weight from h₁ to unit 1: −14.0"
    )
    ring = page.strips.locator(".strip-lit").bounding_box()
    page.page.mouse.move(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    expect(page.strips.locator(".strip-tip")).to_contain_text("h output, unit 1, t = 5")
    page.page.mouse.move(2, 2)
    opens(page, "i₁ write gate of unit 1 at t = 6")

    row(page, "x").first.hover()
    assert page.rings() == ["x0"]
    expect(page.editor.locator(".pointed")).to_have_attribute(
        "aria-label", "write gate, weight from x to unit 1: 10.0"
    )
    row(page, "bias").hover()
    assert page.rings() == []
    expect(page.editor.locator(".pointed")).to_have_attribute(
        "aria-label", "write gate, bias of unit 1: −5.0"
    )
    page.page.mouse.move(2, 2)
    expect(page.editor.locator(".pointed")).to_have_count(0)


def test_product_reached_by_the_keyboard_rings_its_source_too(page):
    row(page, "h₁").get_by_role("button").focus()
    assert page.rings() == ["h₋0"]
    expect(page.editor.locator(".pointed")).to_have_count(1)
    page.diagram.focus()
    assert page.rings() == []


def test_weights_outline_the_column_of_the_formula(page):
    outline = page.editor.locator(".column-outline:visible")
    for signal, unit, name in (("i", 1, "write gate"), ("o", 3, "show gate"), ("f", 2, "keep gate")):
        page.look_at(signal, unit)
        expect(outline).to_have_count(1)
        around = outline.bounding_box()
        cell = page.weight(f"{name}, bias of unit {unit}").bounding_box()
        assert around["x"] <= cell["x"]
        assert cell["x"] + cell["width"] <= around["x"] + around["width"]
        assert around["y"] <= cell["y"] <= around["y"] + around["height"]


def test_pointing_at_a_weight_tints_its_product_and_rings_the_source(page):
    page.weight("write gate, weight from h₃ to unit 1").hover()
    expect(page.formula_panel.locator("tr.lit")).to_have_count(1)
    expect(page.formula_panel.locator("tr.lit")).to_contain_text("h₃")
    assert page.rings() == ["h₋2"]
    page.weight("keep gate, weight from h₃ to unit 1").hover()  # not in this formula
    expect(page.formula_panel.locator("tr.lit")).to_have_count(0)


@pytest.mark.parametrize(
    ("signal", "unit", "ring", "row"),
    [("h", 3, "h₋2", "h₃ at t = 5"), ("h", 1, "h₋0", "h₁ at t = 5"), ("x", 1, "x0", "x")],
)
def test_pointing_at_a_source_of_the_open_gate_lights_its_row(page, signal, unit, ring, row):
    page.cell(signal, unit, previous=signal == "h").hover()
    expect(page.formula_panel.locator("tr.lit th")).to_have_text(row)
    opens(page, "i₁ write gate of unit 1 at t = 6")
    assert page.rings() == [ring]
    page.page.mouse.move(2, 2)
    expect(page.formula_panel.locator("tr.lit")).to_have_count(0)


def test_pointing_at_a_value_in_the_diagram_opens_its_formula_until_the_pointer_leaves(page):
    page.look_at("h", 1, 6)
    page.cell("c", 2).hover()
    opens(page, "c₂ memory of unit 2 at t = 6")
    assert page.rings() == ["c1"]
    page.cell("h", 3, previous=True).hover()
    opens(page, "h₃ output of unit 3 at t = 5")
    page.cell("written", 1).hover()
    opens(page, "i×g₁ written of unit 1 at t = 6")
    page.cell("c_out", 1).hover()
    expect(page.formula_panel.locator("h3")).to_contain_text("tanh c₁")
    page.cell("x").hover()
    opens(page, "x input at t = 6")
    page.page.mouse.move(2, 2)
    opens(page, "h₁ output of unit 1 at t = 6")
    assert page.rings() == []


def test_click_pins_a_value_whatever_is_pointed_at_until_escape(page):
    pinned = page.view.locator(".formula.pinned")
    page.cell("c", 2).click()
    opens(page, "c₂ memory of unit 2 at t = 6")
    expect(pinned).to_have_count(1)
    expect(page.formula_panel.get_by_title("pinned").or_(page.formula_panel.locator(".free"))).to_be_visible()
    page.cell("f", 1).hover()
    opens(page, "c₂ memory of unit 2 at t = 6")
    assert page.rings() == ["f0"]
    page.diagram.focus()
    page.press("ArrowRight")
    opens(page, "c₂ memory of unit 2 at t = 7")
    page.press("Escape")
    expect(pinned).to_have_count(0)
    page.cell("f", 3).hover()
    opens(page, "f₃ keep gate of unit 3 at t = 7")


def test_pinned_value_is_freed_by_its_button_and_by_a_click_beside_it(page):
    pinned = page.view.locator(".formula.pinned")
    page.cell("h", 1).click()
    expect(pinned).to_have_count(1)
    page.formula_panel.locator(".free").click()
    expect(pinned).to_have_count(0)
    page.cell("h", 1).click()
    expect(pinned).to_have_count(1)
    page.diagram.click(position={"x": 300, "y": 300})
    expect(pinned).to_have_count(0)


def test_factor_of_a_formula_opens_its_own_formula(page):
    page.look_at("c", 1, 6)
    page.formula_panel.get_by_role("button", name="Open the formula of f₁ at t = 6").click()
    opens(page, "f₁ keep gate of unit 1 at t = 6")
    page.look_at("i", 1, 6)
    page.formula_panel.get_by_role("button", name="Open the formula of h₂ at t = 5").click()
    opens(page, "h₂ output of unit 2 at t = 5")
    page.expect_t(6)


def test_click_on_a_gate_or_a_row_label_chooses_it(page):
    page.diagram.locator(".gate[data-gate=o]").click()
    page.page.mouse.move(2, 2)
    opens(page, "o₁ show gate of unit 1 at t = 6")
    page.diagram.locator(".row-label", has_text="3").first.click()
    page.page.mouse.move(2, 2)
    opens(page, "o₃ show gate of unit 3 at t = 6")


@pytest.mark.parametrize("signal", ["c", "h"])
def test_value_before_the_first_timestep_is_said_to_be_the_initial_state(page, signal):
    page.look_at("c", 1, 1)
    page.cell(signal, 1, previous=True).hover()
    expect(page.formula_panel).to_contain_text("the initial state, before the first timestep")
    expect(page.formula_panel.locator("h3")).to_contain_text("before the first timestep")
