"""Nothing goes wrong unseen in the page of the other tests, and it mounts views as Streamlit does."""

import re

import pytest
from playwright.sync_api import expect

from explorer.theme import COLOURS
from tests.harness.histories import picture


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("console.error('ouch')", "console error: ouch"),
        ("setTimeout(() => { throw new Error('ouch'); })", "uncaught error: Error: ouch"),
        ("setTimeout(() => Promise.reject(new Error('ouch')))", "uncaught error: Error: ouch"),
        ("alert('ouch')", "dialog: ouch"),
        ("fetch('/static/none.js')", "request answered 404: http://harness.test/static/none.js"),
        (
            "fetch('http://elsewhere.test/').catch(() => 0)",
            "request to another server: http://elsewhere.test/",
        ),
    ],
)
def test_what_goes_wrong_in_the_page_fails_the_test(harness, script, problem):
    harness.page.evaluate(f"() => {{ {script}; }}")
    harness.page.wait_for_timeout(100)
    with pytest.raises(pytest.fail.Exception, match=problem):
        harness.close_views()


@pytest.mark.parametrize("colour", ["light", "dark"])
def test_view_has_the_colours_and_the_font_of_the_page(harness, colour):
    harness.open(colour=colour)
    harness.mount("curves", picture())
    curves = harness.page.locator(".curves")
    expect(curves).to_have_attribute("data-theme", colour)
    assert (
        curves.evaluate("node => node.style.getPropertyValue('--background')")
        == COLOURS[colour]["background"]
    )
    assert harness.page.evaluate("document.fonts.check('16px Source Sans')")


def test_view_stays_while_it_gets_new_data_and_is_cleaned_up_at_the_end(harness):
    harness.mount("curves", picture())
    curves = harness.page.locator(".curves")
    curves.evaluate("node => { node.wasHere = true; }")
    harness.update("curves", picture(updates=40))
    expect(curves.locator(".time")).to_have_text("update 40 of 1\u00a0200")
    assert curves.evaluate("node => node.wasHere")
    stopped = harness.page.evaluate_handle(
        """() => {
            const stopped = [];
            const { disconnect } = ResizeObserver.prototype;
            ResizeObserver.prototype.disconnect = function () {
                ResizeObserver.prototype.disconnect = disconnect;
                stopped.push(this);
                disconnect.call(this);
            };
            return stopped;
        }"""
    )
    harness.close_views()
    expect(curves).to_have_count(0)
    assert stopped.evaluate("stopped => stopped.length") == 1


@pytest.mark.parametrize("overtaken", ["before", "after"])
def test_view_goes_on_when_a_call_that_a_later_one_has_overtaken_is_taken_back(harness, overtaken):
    harness.mount("curves", picture())
    curves = harness.page.locator(".curves")
    harness.update("curves", picture(updates=40), overtaken)
    harness.update("curves", picture(updates=80))
    expect(curves.locator(".time")).to_have_text("update 80 of 1\u00a0200")
    narrow = {"width": 500, "height": 800}
    harness.page.set_viewport_size(narrow)
    expect(curves.locator("canvas").first).to_have_css("width", re.compile(r"^4\d\d"))
