"""What every page owes its visitors; a new page of the catalog is held to it without being named here."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from explorer.catalog import PAGES
from explorer.theme import COLOURS

PATHS = [f"/{page.url_path}" for page in PAGES]
DESKTOP = (1280, 800)
PHONE = (390, 844)


@pytest.mark.parametrize("path", PATHS)
def test_page_opens_without_errors_and_without_leaving_its_server(open_page, path):
    page = open_page(path)
    assert page.get_by_role("heading", level=1).count() == 1


@pytest.mark.parametrize("colour", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PATHS)
def test_page_is_accessible(open_page, axe, path, viewport, colour):
    axe(open_page(path, viewport, colour))


@pytest.mark.parametrize("path", PATHS)
def test_page_does_not_scroll_sideways_on_a_phone(open_page, path):
    page = open_page(path, PHONE)
    for part in ("html", '[data-testid="stMain"]'):
        width, room = page.locator(part).evaluate("part => [part.scrollWidth, part.clientWidth]")
        assert width <= room, f"{part} is {width} px wide in {room} px"


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
