"""How times and names are written on the Train page."""

from __future__ import annotations

import re

_FORMATTING = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")


def duration(seconds: float) -> str:
    """Return a time in the unit that fits.

    Examples
    --------
    >>> duration(0.2), duration(12.3), duration(300), duration(9000)
    ('1 s', '12 s', '5 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def unformatted(text: str) -> str:
    r"""Return a text in which Markdown sees no formatting.

    Examples
    --------
    >>> print(unformatted("a *b* [c](d)"))
    a \*b\* \[c\]\(d\)
    """
    return _FORMATTING.sub(r"\\\1", text)
