"""Arithmetic as one types it into a pocket calculator: numbers put into a formula, with digits enough.

A result is shown with 9 decimals. What leads to it is shown with as many as it takes: whoever computes with
the digits on screen gets the digits on screen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

DECIMALS = 9
_MOST = 17
_MINUS = "−"


def fixed(value: float, decimals: int = DECIMALS) -> str:
    """Write a result: 9 decimals, fewer behind more than one digit, an exponent where they all were 0.

    Examples
    --------
    >>> fixed(0.5), fixed(-148.413159102577), fixed(0.0), fixed(2.5e-11)
    ('0.500000000', '−148.4131591', '0', '2.500000000e−11')
    """
    if value == 0:
        return "0"
    size = abs(value)
    if size < 10.0**-decimals or size >= 10.0**_MOST:
        text = f"{value:.{decimals}e}"
    else:
        before = max(0, math.floor(math.log10(size)))
        text = f"{value:.{max(0, decimals - before)}f}"
    return text.replace("-", _MINUS)


def exact(value: float, decimals: int = DECIMALS) -> str:
    """Write what goes into a formula: all of it if that takes no more decimals than a result, else as one.

    Examples
    --------
    >>> exact(3.0), exact(0.5866583), exact(1 / 3)
    ('3', '0.5866583', '0.333333333')
    """
    text = format(Decimal(repr(float(value))), "f").removesuffix(".0")
    if value == 0 or abs(value) >= 10.0**_MOST or len(text.partition(".")[2]) > decimals:
        return fixed(value, decimals)
    return text.replace("-", _MINUS)


def number(text: str) -> float:
    """Read a number that was written by one of the two.

    Examples
    --------
    >>> number("−0.25")
    -0.25
    """
    return float(text.replace(_MINUS, "-"))


def put_in(pattern: str, function: Callable[..., float], *values: float, result: float) -> str:
    """Write a formula with its numbers put in, each with the digits that it takes to get the result.

    Parameters
    ----------
    pattern : str
        With "{}" for each value, in their order.
    function : callable
        What the pattern says.
    *values : float
        Finite, or what is shown would be no number.
    result : float
        What came out.

    Returns
    -------
    str
        "" if no number of digits is enough: a value is too large, or too much cancels.

    Examples
    --------
    >>> put_in("{} × {} + {}", lambda a, b, c: a * b + c, 2.0, -1.25, -1 / 3, result=-2.5 - 1 / 3)
    '2 × (−1.25) − 0.333333333'
    >>> put_in("e^({})", math.exp, 2.1234567894, result=math.exp(2.1234567894))
    'e^(2.1234567894)'
    """
    wanted = fixed(result)
    for decimals in range(DECIMALS, _MOST + 1):
        texts = [exact(value, decimals) for value in values]
        try:
            found = function(*map(number, texts))
        except (OverflowError, ValueError, ZeroDivisionError):
            return ""
        if fixed(found) == wanted:
            return _tidy(pattern.format(*texts))
    return ""


def total(*values: float) -> float:
    """Add numbers in their order, as a calculator does."""
    result = 0.0
    for value in values:
        result += value
    return result


def power(exponent: float) -> float:
    """Return e to some power, or infinity if that is too large for a float.

    Examples
    --------
    >>> power(0.0), power(1000.0)
    (1.0, inf)
    """
    try:
        return math.exp(exponent)
    except OverflowError:
        return math.inf


def _tidy(text: str) -> str:
    """Take away a negative number where it would be added; put one that multiplies in brackets."""
    return re.sub(rf"× ({_MINUS}[\d.e{_MINUS}+]+)", r"× (\1)", text).replace(f"+ {_MINUS}", f"{_MINUS} ")
