"""WCAG 2.2 AA in light and dark, wide and narrow, and nothing that scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, TimeoutError

DESKTOP, PHONE = (1280, 800), (390, 844)
COLOUR_RULES = ("color-contrast", "link-in-text-block")

_THEMED = """scheme => {
    const own = getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === scheme;
    const trees = [...document.querySelectorAll('*')].map(node => node.shadowRoot).filter(Boolean);
    const views = trees.flatMap(tree => [...tree.querySelectorAll('[data-theme]')]);
    return own && views.every(view => view.dataset.theme === scheme);
}"""
_TOO_WIDE = """() => ['html', '[data-testid=stMain]', '[data-testid=stSidebarContent]']
    .map(part => [part, document.querySelector(part)])
    .filter(([, part]) => part && part.clientWidth > 100 && part.scrollWidth > part.clientWidth)
    .map(([name, part]) => `${name} is ${part.scrollWidth} px wide in ${part.clientWidth} px`)"""
_LAID_OUT = """() => {
    const width = String(document.querySelector('[data-testid=stMain]').clientWidth);
    const same = document.body.dataset.width === width;
    document.body.dataset.width = width;
    return same;
}"""
"""The sidebar takes its time to come and go: the page has the width that it had at the last look."""


def assert_accessible(
    page: Page, axe: Callable[..., None], *, before: Callable[[], None] | None = None
) -> None:
    """Check a page in both sizes and both colours; what is not about colours is the same in both.

    Parameters
    ----------
    page : Page
        As it is to be checked; afterwards it is wide and light.
    axe : callable
        The fixture.
    before : callable, optional
        What to do in each size before it is checked, such as unfolding the sidebar.
    """
    page.mouse.move(0, 0)  # no help that comes and goes while the page is looked at
    try:
        for width, height in (PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": height})
            if before:
                before()
            assert_fits(page)
            axe(page)
            recolour(page, "dark")
            axe(page, only=COLOUR_RULES)
            recolour(page, "light")
    finally:
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        recolour(page, "light")


def assert_fits(page: Page) -> None:
    """Assert that nothing scrolls sideways, as soon as the page is laid out in its size."""
    page.wait_for_function(_LAID_OUT, polling=200)
    try:
        page.wait_for_function(f"() => ({_TOO_WIDE})().length === 0", timeout=5_000)
    except TimeoutError:
        assert page.evaluate(_TOO_WIDE) == []


def recolour(page: Page, scheme: str) -> None:
    """Let the visitor's system ask for other colours, and wait until the page has them."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.wait_for_function(_THEMED, arg=scheme)
