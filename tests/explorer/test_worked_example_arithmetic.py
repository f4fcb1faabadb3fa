"""Numbers put into formulas: whoever computes with the digits on screen gets the digits on screen."""

import math
import re

import numpy as np
import pytest

from explorer.lessons.worked_example.arithmetic import exact, fixed, number, power, put_in, total


def typed_in(line: str) -> float:
    """Compute a line as it is written, knowing nothing of how it was made."""
    python = line.replace("−", "-").replace("×", "*").replace("÷", "/")
    python = python.replace("e^(", "exp(").replace("ln(", "log(")
    assert re.fullmatch(r"(?:exp|log|[\d.e()+*/ -])+", python), python
    return eval(python, {"__builtins__": {}, "exp": math.exp, "log": math.log})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2 / 3, "0.666666667"),
        (-2 / 3, "−0.666666667"),
        (200 / 3, "66.66666667"),
        (1e9 / 3, "333333333.3"),
        (2e-10 / 3, "6.666666667e−11"),
        (3.0, "3.000000000"),
    ],
)
def test_result_has_nine_decimals_and_ten_digits_at_most(value, text):
    assert fixed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (0.5866583, "0.5866583"),
        (-0.25, "−0.25"),
        (1 / 3, "0.333333333"),
        (1e-12, "1.000000000e−12"),
    ],
)
def test_what_goes_into_a_formula_is_written_whole_if_it_is_short(value, text):
    assert exact(value) == text


@pytest.mark.parametrize("value", [0.0, 1.5, -2.25, 1e-12, -3e-20, 123456.789])
def test_a_number_is_read_as_it_was_written(value):
    assert number(exact(value)) == value


def test_line_with_random_numbers_comes_out_as_shown_when_it_is_typed_in():
    rng = np.random.default_rng(0)
    for scale in (1e-3, 1.0, 100.0):
        for _ in range(200):
            a, b, c = (rng.normal(size=3) * scale).tolist()
            result = a * b + c
            line = put_in("{} × {} + {}", lambda a, b, c: a * b + c, a, b, c, result=result)
            assert fixed(typed_in(line)) == fixed(result)


def test_fewest_digits_are_shown_that_are_enough():
    value = 2.123456789423
    line = put_in("e^({})", math.exp, value, result=math.exp(value))
    shown = re.search(r"[\d.]+(?=\))", line)[0]
    assert fixed(typed_in(line)) == fixed(math.exp(value))
    assert fixed(math.exp(float(shown[:-1]))) != fixed(math.exp(value))


def test_signs_are_written_as_on_paper():
    line = put_in("{} × {} + {}", lambda a, b, c: a * b + c, -2.0, -1.5, -4.0, result=-1.0)
    assert line == "−2 × (−1.5) − 4"


def test_nothing_is_shown_where_no_digits_are_enough():
    assert put_in("e^({})", math.exp, 1000.0, result=1.0) == ""
    assert put_in("{}", lambda value: value, 1.0, result=2.0) == ""


def test_power_that_is_too_large_is_infinite():
    assert power(1000.0) == math.inf
    assert power(1.0) == math.e


def test_total_adds_in_order():
    assert total(1e16, 1.0, -1e16) == 0.0
    assert total() == 0.0
