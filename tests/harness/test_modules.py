"""Modules that draw nothing: numbers as text, text as numbers, pasted blocks."""

import pytest


@pytest.fixture
def call(harness):
    """Call a function of the browser: ``call("web/format", "readNumber", "1,5")``."""
    source = "async ([path, name, values]) => (await import(`/static/${path}.js`))[name](...values)"
    return lambda path, name, *values: harness.page.evaluate(source, [path, name, values])


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-0.0001, 3, "0.000"),
        (-0.0, 2, "0.00"),
        (-1.5, 3, "−1.500"),
        (1e7, 3, "1.000e7"),
        (-123456789.0, 2, "−1.23e8"),
        (0.1, "all", "0.1"),
        (1e-9, "all", "1e−9"),
    ],
)
def test_number_is_written_with_a_true_minus_and_never_as_minus_zero(call, value, digits, text):
    assert call("web/format", "formatNumber", value, digits) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("1,5", 1.5),
        (" −2 ", -2),
        ("+.5", 0.5),
        ("1e-3", 0.001),
        ("1.", 1),
        ("", None),
        ("1,2,3", None),
        ("1 2", None),
        ("0x10", None),
        ("1e999", None),
        ("nan", None),
    ],
)
def test_number_is_read_as_people_type_it_or_not_at_all(call, text, value):
    assert call("web/format", "readNumber", text) == value


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("1\t2\n3\t4", [["1", "2"], ["3", "4"]]),
        ("1;2\r\n3;4\r\n", [["1", "2"], ["3", "4"]]),
        ("1 2\u00a03", [["1", "2", "3"]]),
        ("\t2\n3\t", [["", "2"], ["3", ""]]),
        ("1,5; 2,5", [["1,5", "2,5"]]),
        ("7", [["7"]]),
    ],
)
def test_pasted_text_is_cut_at_tabs_else_at_semicolons_else_at_spaces(call, text, cells):
    assert call("weight_editor/clipboard", "readBlock", text) == cells


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1000, "1\u00a0000"), (1234567, "1\u00a0234\u00a0567")]
)
def test_digits_stand_in_threes(call, number, text):
    assert call("web/format", "grouped", number) == text
