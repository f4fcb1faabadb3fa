"""A number with the way to it: what every line of the arithmetic by hand is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from explorer.lessons.worked_example.arithmetic import fixed, power, put_in

Part = tuple[str, Callable[..., float], Sequence[float]]
"""A pattern, what it says, and the numbers that go in."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A number and the way to it; every part of the way comes to the same 9 decimals.

    Attributes
    ----------
    symbol : str
        What the number is called.
    formula : str
        In symbols.
    parts : tuple of str
        The formula with its numbers put in, then in fewer and fewer numbers.
    value : float
        The number with all its digits.
    signal : str
        The key of the signal in the trace; "" if it is none.
    """

    symbol: str
    formula: str
    parts: tuple[str, ...]
    value: float
    signal: str = ""

    @property
    def result(self) -> str:
        """The number as it is shown."""
        return fixed(self.value)


def chain(symbol: str, formula: str, value: float, *parts: Part, signal: str = "") -> Chain:
    """Put numbers into each part; leave out a part that no number of digits makes come out right."""
    written = (put_in(pattern, function, *numbers, result=value) for pattern, function, numbers in parts)
    return Chain(symbol, formula, tuple(part for part in written if part), value, signal)


def sigmoid(gate: str, entered: float, value: float) -> Chain:
    """Return what leaves a gate."""
    return chain(
        gate,
        f"σ(a_{gate})",
        value,
        ("1 ÷ (1 + e^({}))", lambda a: 1 / (1 + math.exp(a)), (-entered,)),
        ("1 ÷ (1 + {})", lambda e: 1 / (1 + e), (power(-entered),)),
        signal=gate,
    )


def tanh(symbol: str, formula: str, entered: float, value: float, signal: str) -> Chain:
    """Return the tanh of a number."""
    return chain(
        symbol,
        formula,
        value,
        ("1 − 2 ÷ (e^(2 × {}) + 1)", lambda a: 1 - 2 / (math.exp(2 * a) + 1), (entered,)),
        ("1 − 2 ÷ ({} + 1)", lambda e: 1 - 2 / (e + 1), (power(2 * entered),)),
        signal=signal,
    )
