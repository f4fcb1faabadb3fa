"""Several views on one page: those of a group answer one another, others do not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from explorer.model.presets import BY_KEY
from explorer.views.about import equations
from explorer.views.cell_view.payload import pack_trace

PRESET = BY_KEY["latch"]


@pytest.mark.parametrize(
    ("symbol", "ring", "title"),
    [
        ("g", "g0", "g₁ candidate of unit 1 at t = 2"),
        ("c", "c0", "c₁ memory of unit 1 at t = 2"),
        ("h₋", "h₋0", "h₁ output of unit 1 at t = 1"),
        ("x", "x0", "x₁ input at t = 2"),
    ],
)
def test_symbol_of_the_equations_leads_to_its_place_in_the_diagram(harness, explore, symbol, ring, title):
    page = explore("Two steps by hand", weights=True, reduced_motion="reduce")
    harness.mount("about", equations(page.experiment.cell))
    page.look_at("o", 1, 2)
    page.page.get_by_role("button", name=f"Show {symbol} in the diagram", exact=True).first.click()
    expect(page.diagram).to_be_focused()
    assert page.rings() == [ring]
    assert page.formula().title == title
    expect(page.cell(symbol.removesuffix("₋"), 1, previous="₋" in symbol)).to_be_in_viewport()


@pytest.fixture
def two(harness):
    """Two cell views, each in a group of its own, and the equations beside the second."""
    experiment = PRESET.experiment()
    for group in ("left", "right"):
        data = pack_trace(
            experiment.run(), experiment.sequence, opening=PRESET.opening, scene="two", group=group
        )
        harness.mount("cell_view", data, key=group)
    harness.mount("about", equations(experiment.cell, "right"))
    views = harness.page.locator(".cell-view").all()
    assert len(views) == 2
    for view in views:
        expect(view.locator(".transport .time")).to_contain_text("t = 6 of 12")
    return views


def test_two_views_on_one_page_go_through_time_each_by_itself(harness, two):
    one, other = (view.locator(".transport .time") for view in two)
    two[0].locator(".diagram").focus()
    harness.page.keyboard.press("ArrowRight")
    expect(one).to_contain_text("t = 7 of 12")
    expect(other).to_contain_text("t = 6 of 12")
    # Beside both, the keys are those of the view that was used last.
    harness.page.evaluate("document.activeElement.blur()")
    harness.page.keyboard.press("ArrowRight")
    expect(one).to_contain_text("t = 8 of 12")
    expect(other).to_contain_text("t = 6 of 12")
    # The other one has a formula of its own open.
    two[1].locator("[data-gate='o']").first.click()
    expect(two[1].locator(".formula")).to_contain_text("o₁ show gate")
    expect(two[0].locator(".formula")).to_contain_text("i₁ write gate")


def test_symbol_of_the_equations_is_shown_in_its_group_alone(harness, two):
    harness.page.get_by_role("button", name="Show g in the diagram", exact=True).first.click()
    expect(two[1].locator(".formula h3")).to_contain_text("g₁ candidate")
    expect(two[0].locator(".formula h3")).to_contain_text("i₁ write gate")
