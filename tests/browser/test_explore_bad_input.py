"""What the fields say to input that cannot be read, and that nothing typed is ever more than text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tools import live

LATCH = "Latch, count, fade"
STILL = "The picture still shows the last good sequence."
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
MARKDOWN = "**b** [l](http://e.x) `k` :red[r]"
FORMULA = "$x$"
SPREADSHEET = "=HYPERLINK(1)"
EMOJI = "👩🏽‍🚀🏳️‍🌈"
HEBREW = "שלום"

# Everything that markup could have become, in the page and in every component's own tree.
_MADE = """() => {
    const found = [];
    const walk = root => {
        for (const node of root.querySelectorAll('*')) {
            if (node.matches('img[src="x"], a[href*="e.x"], .katex, [style*="red"] > p, [onerror], math')
                || (node.matches('script') && node.textContent.includes('alert'))
                || (node.matches('strong, code') && ['b', 'k'].includes(node.textContent)))
                found.push(node.outerHTML);
            if (node.shadowRoot) walk(node.shadowRoot);
        }
    };
    walk(document);
    return found;
}"""


@pytest.fixture
def page(explore):
    """The first preset with the field for numbers, whatever stands in it."""
    page = explore(LATCH)
    if not page.numbers.is_visible():
        page.read_as("Numbers")
    if page.numbers.input_value() != "0 0 1 0 0 1 0 1 0 0 0 0":
        page.type_numbers("0 0 1 0 0 1 0 1 0 0 0 0")
    expect(page.notices.filter(has_text="picture still shows")).to_have_count(0)
    expect(page.view.locator(".time")).to_contain_text("of 12")
    page.look_at("i", 1, 6)
    expect(page.cell("c", 1)).to_have_text("0.986")
    return page


def assert_nothing_was_made(page):
    assert page.page.evaluate(_MADE) == []
    assert live.exceptions(page.page) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Type a first number to begin."),
        ("1 2; 3", "Row 2 has 1 number, the row before has 2."),
        ("1 2\n3 4\n5 x", "Row 3, column 2, “x”, is not a number."),
        ("0 0 x1 1", "Value 3, “x1”, is not a number."),
        ("0 nan 1", "Value 2, “nan”, is not a finite number."),
        ("0 −inf", "Value 2, “−inf”, is not a finite number."),
        ("1e400", "Value 1, “1e400”, is too large."),
        ("1 " * 1001, "1 001 timesteps; at most 1 000 are read."),
        ("1 " * 25_000, "timesteps; at most 1 000 are read."),
        ("7" * 50_000, "Value 1, “777777777777777777777777…”, is too large."),
        (SCRIPT, "Value 1, “<script>alert(1)</script…”, is not a number."),
        (f"1 {IMAGE}", "Value 2, “<img”, is not a number."),
        (MARKDOWN, "Value 1, “**b**”, is not a number."),
        (FORMULA, "Value 1, “$x$”, is not a number."),
        (f"0 {EMOJI}", f"Value 2, “{EMOJI}”, is not a number."),
        (f"0 {HEBREW}", f"Value 2, “{HEBREW}”, is not a number."),
        ("٠ ١", "is not written in the digits 0 to 9."),
    ],
    ids=lambda value: ascii(value[:24]),
)
def test_numbers_that_cannot_be_read_are_refused_in_place(page, text, message):
    before = page.picture()
    page.type_numbers(text)
    notice = page.page.locator(".st-key-sequence_notice, [data-testid=stSidebar]").locator(".notice")
    expect(notice.first).to_contain_text(message)
    expect(notice.first).to_contain_text(STILL)
    assert page.numbers.input_value() == text
    assert page.picture() == before
    assert_nothing_was_made(page)
    # Between the field and what comes after it.
    field, box = page.numbers.bounding_box(), notice.first.bounding_box()
    cell = page.page.get_by_role("heading", name="Cell").bounding_box()
    assert field["y"] + field["height"] <= box["y"] < cell["y"]


def test_error_is_an_alert_and_goes_when_the_field_can_be_read_again(page):
    page.type_numbers("1 two")
    expect(page.page.get_by_role("alert").filter(has_text="“two”")).to_be_visible()
    page.type_numbers("1 2; 3 4")
    expect(page.notices.filter(has_text="“two”")).to_have_count(0)
    expect(page.view.locator(".time")).to_contain_text("of 2")
    assert page.values("x")[0] == "3.000"


def test_decimal_commas_are_understood_and_said_to_be(page):
    page.type_numbers("0,5 1,25")
    expect(page.notices.filter(has_text="Read 0,5 as 0.5")).to_be_visible()
    expect(page.view.locator(".time")).to_contain_text("of 2")
    page.press("Escape")
    page.look_at("f", 1, 2)
    assert page.values("x") == ["1.250"]


@pytest.mark.parametrize("text", ["1 2 3", "x", "1e400", IMAGE])
def test_first_state_that_cannot_be_read_is_refused_in_place(page, text):
    before = page.picture()
    field = page.page.locator(".st-key-initial_c input")
    field.fill(text if text != "1 2 3" else "1 2")
    field.press("Enter")
    notice = page.notices.filter(has_text="c₀:")
    expect(notice).to_be_visible()
    assert page.picture() == before
    assert_nothing_was_made(page)
    field.fill("0")
    field.press("Enter")
    expect(notice).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (SCRIPT, 25),
        (IMAGE, 28),
        (MARKDOWN, 33),
        (FORMULA, 3),
        (SPREADSHEET, 13),
        (EMOJI * 3, 6),
        (HEBREW * 2, 8),
        ("a\u202eb\u200b", 4),
    ],
    ids=lambda value: ascii(value)[:16],
)
def test_text_is_shown_literally_symbol_by_symbol(explore, text, length):
    page = explore("Random weights on your text", "Weights")
    page.type_text(text)
    # The symbol of the first timestep changes with the text.
    expect(page.view.locator(".time")).to_contain_text(f"of {length} ·")
    page.scrubber.fill("1")
    page.diagram.focus()
    shown = []
    for t in range(1, length + 1):
        page.expect_t(t)
        shown.append(page.view.locator(".time").inner_text().partition("· “")[2].removesuffix("”"))
        page.press("ArrowRight")
    assert page.text.input_value() == text
    assert "".join(shown) == text.replace(" ", "␣").replace("\u202e", "U+202E").replace("\u200b", "U+200B")
    assert_nothing_was_made(page)


def test_whole_words_of_markup_stay_words_in_every_tab(explore):
    page = explore("Random weights on your text", "Weights")
    words = ["a<b>c</b>d", "x<img/src=x>y", "q<a/href=http://e.x>w", "k**b**k", "m$x$m"]
    page.type_text(" ".join(words))
    page.choose("text_unit", "word")
    expect(page.view.locator(".time")).to_contain_text("of 5")
    for t, word in enumerate(words, start=1):
        page.scrubber.fill(str(t))
        expect(page.view.locator(".time")).to_contain_text(f"“{word}”")
    expect(page.editor.locator(".block-labels, .row-label").first).to_be_visible()
    assert_nothing_was_made(page)
    page.open_tab("Heatmaps")
    ticks = page.page.locator(".xtick text")
    expect(ticks).to_have_count(len(words))
    for tick, word in zip(ticks.all(), words, strict=True):
        label = (tick.text_content() or "")[1:]
        # A long label may be cut, but never in the middle of what stands for one character.
        assert label
        assert word.startswith(label.removesuffix("…"))
    assert_nothing_was_made(page)
    for tab in ("Values", "About"):
        page.open_tab(tab)
        assert_nothing_was_made(page)


def test_fifty_thousand_characters_are_cut_and_said_to_be(explore):
    page = explore("Random weights on your text", "Weights")
    text = "to be or not " * 3846 + "to"
    assert len(text) == 50_000
    page.type_text(text)
    expect(page.notices.filter(has_text="Kept the first 1 000 of")).to_be_visible()
    expect(page.view.locator(".time")).to_contain_text("of 1 000")
    assert page.text.input_value() == text
    page.diagram.focus()
    page.press("End")
    page.expect_t(1000)
    assert_nothing_was_made(page)
