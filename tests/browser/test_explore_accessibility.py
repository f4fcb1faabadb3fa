"""WCAG 2.2 AA, and no sideways scrolling, in every state of the Explore page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import assert_accessible

LATCH = "Latch, count, fade"

# How the page opens is looked at with all other pages, in test_frame.py.
STATES = {
    "heatmaps": {"preset": LATCH, "tab": "Heatmaps"},
    "values": {"preset": LATCH, "tab": "Values"},
    "about": {"preset": LATCH, "tab": "About"},
    "two steps": {"preset": "Two steps by hand", "tab": "Weights"},
    "next word": {"preset": "Next word", "tab": "Weights"},
    "one unit": {"preset": "One unit", "tab": "Weights"},
    "gru": {"preset": "Latch, flip, fade in a GRU", "tab": "Weights"},
    "about a gru": {"preset": "Latch, flip, fade in a GRU", "tab": "About"},
    "plain cell": {"preset": "A plain RNN forgets", "tab": "Weights"},
    "random text": {"preset": "Random weights on your text", "tab": "Weights"},
}


def open_sidebar(page):
    """Unfold the sidebar, which a phone shows folded away."""
    sidebar = page.page.get_by_test_id("stSidebar")
    if sidebar.get_attribute("data-collapsed") == "true":
        page.page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    expect(page.numbers).to_be_in_viewport()


@pytest.mark.parametrize("state", STATES)
def test_state_is_accessible_and_fits(explore, axe, state):
    assert_accessible(explore(**STATES[state]).page, axe)


def test_state_with_pins_phases_changed_and_refused_weights_is_accessible_and_fits(explore, axe):
    page = explore(LATCH, "Weights")
    page.look_at("i", 1, 6)
    page.cell("c", 1).click()
    page.view.get_by_role("button", name="2 gates").click()
    page.weight("write gate, bias of unit 2").click()
    page.page.keyboard.insert_text("-4")
    page.press("Enter")
    page.weight("write gate, bias of unit 1").click()
    page.press("Delete", "Enter")
    expect(page.editor.get_by_role("alert")).to_contain_text("is empty")
    assert_accessible(page.page, axe)


def test_state_with_refused_fields_and_the_sidebar_open_is_accessible_and_fits(explore, axe):
    page = explore(LATCH, "Weights")
    open_sidebar(page)
    page.type_numbers("0 0 x1 " + "9" * 60)
    expect(page.notices.filter(has_text="“x1”")).to_be_visible()
    field = page.page.locator(".st-key-initial_h input")
    field.fill("none")
    field.press("Enter")
    expect(page.notices.filter(has_text="h₀:")).to_be_visible()
    assert_accessible(page.page, axe, before=lambda: open_sidebar(page))


def test_options_of_the_cell_are_accessible_and_fit_when_open(explore, axe):
    page = explore(LATCH)
    open_sidebar(page)
    page.open_options()
    assert_accessible(page.page, axe, before=lambda: open_sidebar(page))


def test_grid_that_has_to_wait_for_its_field_is_accessible(explore, axe):
    page = explore(LATCH)
    page.type_numbers("0 0 x1")
    expect(page.notices.filter(has_text="“x1”")).to_be_visible()
    page.page.get_by_role("button", name="Edit as a grid").click()
    expect(page.page.get_by_test_id("stPopoverBody")).to_contain_text("when the field above can be read")
    assert_accessible(page.page, axe)
