"""A tab of Explore that is loaded again has what it had."""

from playwright.sync_api import expect

from tests.browser.explore_page import ExplorePage
from tools import live


def test_reload_finds_numbers_and_weights_again(open_page):
    explore = ExplorePage(open_page)
    explore.type_numbers("1 0 1 0 0 1")
    explore.open_tab("Weights")
    cell = explore.page.locator(".st-key-weights [role=gridcell]").first
    cell.click()
    explore.page.keyboard.type("7.25")
    explore.page.keyboard.press("Enter")
    expect(explore.page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    live.wait_until_ready(explore.page)
    explore.page.reload()
    expect(explore.page.locator(".st-key-numbers textarea")).to_have_value("1 0 1 0 0 1", timeout=30_000)
    expect(explore.page.locator(".st-key-weights [role=gridcell]").first).to_contain_text("7.25")
