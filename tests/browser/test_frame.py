"""What every page owes its visitors; a new page of the catalog is held to it without being named here."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from explorer.app.catalog import PAGES
from explorer.theme import COLOURS
from tests.browser.accessible import PHONE, assert_accessible

PATHS = [f"/{page.url_path}" for page in PAGES]


@pytest.mark.parametrize("path", PATHS)
def test_page_opens_without_errors_and_is_accessible(open_page, axe, path):
    page = open_page(path)
    assert page.get_by_role("heading", level=1).count() == 1
    assert_accessible(page, axe)


@pytest.mark.parametrize("path", PATHS)
def test_page_that_opens_on_a_phone_in_the_dark_is_accessible(open_page, axe, path):
    axe(open_page(path, PHONE, "dark"))


@pytest.mark.parametrize("colour", ["light", "dark"])
def test_page_comes_up_in_the_colours_of_the_theme(open_page, colour):
    page = open_page(colour=colour)
    expected = COLOURS[colour]
    assert style_of(page, "stApp", "background-color") == expected["background"]
    assert style_of(page, "stApp", "color") == expected["text"]
    assert style_of(page, "stSidebar", "background-color") == expected["sidebar"]


@pytest.mark.parametrize("colour", ["light", "dark"])
def test_visitor_can_choose_light_or_dark(open_page, colour):
    page = open_page(colour="light")
    page.get_by_test_id("stMainMenu").click()
    page.get_by_role("menuitemradio", name=colour.capitalize()).click()
    page.wait_for_function(
        "scheme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === scheme",
        arg=colour,
    )
    assert style_of(page, "stApp", "background-color") == COLOURS[colour]["background"]


def style_of(page: Page, test_id: str, name: str) -> str:
    """Return a colour of an element as #RRGGBB."""
    value: str = page.get_by_test_id(test_id).evaluate("(e, name) => getComputedStyle(e)[name]", name)
    numbers = value.removeprefix("rgb(").removesuffix(")").split(",")
    return "#" + "".join(f"{int(number):02X}" for number in numbers)
