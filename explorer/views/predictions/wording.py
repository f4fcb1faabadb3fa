"""How names, numbers and shares are written where predictions are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

_WHITE = {" ": "␣", "\n": "↵", "\t": "⇥", "\xa0": "⍽"}
_LONGEST_QUOTE = 60
_LONGEST_NAME = 40


def visible(symbol: str) -> str:
    r"""Write a symbol so that it can be seen: a space as ␣, a new line as ↵.

    Examples
    --------
    >>> visible(" "), visible("\n"), visible("\x07"), visible("the")
    ('␣', '↵', 'U+0007', 'the')
    """
    if symbol in _WHITE:
        return _WHITE[symbol]
    if len(symbol) == 1 and not symbol.isprintable():
        return f"U+{ord(symbol):04X}"
    return symbol if len(symbol) <= _LONGEST_NAME else f"{symbol[: _LONGEST_NAME - 1]}…"


def named(symbol: str) -> str:
    """Write a symbol for a narrow cell: at most three characters."""
    text = visible(symbol)
    return text if len(text) <= 3 else f"{text[:2]}…"


def short_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Return a name of at most two characters for each label, all different.

    Examples
    --------
    >>> short_names(["even", "odd"]), short_names("AB·"), short_names(["past", "pass"])
    (('e', 'o'), ('A', 'B', '·'), ('1', '2'))
    """
    for length in (1, 2):
        short = tuple(visible(label[:length]) for label in labels)
        if len(set(short)) == len(labels) and all(len(name) <= 2 for name in short):
            return short
    return tuple(str(place) for place in range(1, len(labels) + 1))


def quoted(text: str) -> str:
    """Put a text in quotation marks; of a long one, its end.

    Examples
    --------
    >>> quoted("not good"), len(quoted("very " * 100))
    ('“not good”', 62)
    """
    return f"“{text if len(text) <= _LONGEST_QUOTE else '…' + text[-(_LONGEST_QUOTE - 1) :]}”"


def counted(count: int, noun: str) -> str:
    r"""Write a number with its noun, whose plural ends in an s.

    Examples
    --------
    >>> counted(1, "held-out example"), counted(1200, "value")
    ('1 held-out example', '1\xa0200 values')
    """
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def together(parts: Sequence[str]) -> str:
    """Write parts of a sentence after each other.

    Examples
    --------
    >>> together(["a"]), together(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last


def number(value: float, decimals: int = 0) -> str:
    r"""Write a number with a true minus, thousands apart, and never "−0.00".

    Examples
    --------
    >>> number(-0.001, 2), number(-12345.6, 1), number(3e18)
    ('0.00', '−12\xa0345.6', '3e18')
    """
    if abs(value) >= 1e16:
        return f"{value:.3g}".replace("e+", "e").replace("-", "−")
    text = f"{value:,.{decimals}f}".replace(",", "\xa0")
    if not any(digit in text for digit in "123456789"):
        text = text.removeprefix("-")
    return text.replace("-", "−")


def decimals_for(spread: float) -> int:
    """Return with how many decimals numbers are written that differ by about so much.

    Examples
    --------
    >>> decimals_for(25.0), decimals_for(1200.0), decimals_for(0.3), decimals_for(0.0)
    (1, 0, 3, 2)
    """
    if not spread > 0:
        return 2
    return min(max(2 - math.floor(math.log10(spread)), 0), 12)


def share(part: int, whole: int) -> str:
    r"""Write a share in whole per cent; 0 % and 100 % only where nothing or everything is meant.

    Examples
    --------
    >>> share(2, 3), share(999, 1000), share(1, 1000), share(5, 5)
    ('67\xa0%', '99\xa0%', '1\xa0%', '100\xa0%')
    """
    per_cent = round(100 * part / whole)
    if 0 < part < whole:
        per_cent = min(max(per_cent, 1), 99)
    return f"{per_cent}\xa0%"


def probability(value: float) -> str:
    r"""Write a probability with two decimals; never 1.00 or 0.00 for what is only close to it.

    Examples
    --------
    >>> probability(0.123), probability(0.9999), probability(0.0001), probability(1.0)
    ('0.12', '>\xa00.99', '<\xa00.01', '1.00')
    """
    if 0.995 <= value < 1:
        return ">\xa00.99"
    if 0 < value < 0.005:
        return "<\xa00.01"
    return number(value, 2)
