"""The colours of the page and of the two scales of values, in light and dark.

Figures read them in Python. The views in the browser import them from a module that ``tools/theme_table.py``
writes, so no colour is written in JavaScript or CSS.
All pairs were chosen for contrast (text at least 4.5:1 on the page) and for colour blindness
(scales: cividis for 0..1, PuOr for signed values).
"""

from __future__ import annotations

import math
import sys
from typing import Literal

Mode = Literal["light", "dark"]

CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173",
    "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip
SIGNED: dict[Mode, tuple[str, ...]] = {
    "light": (
        "#b35806", "#e08214", "#fdb863", "#fee0b6", "#f7f7f7", "#d8daeb", "#b2abd2", "#8073ac", "#542788",
    ),
    # Zero is dark on a dark page, so that nothing looks like nothing.
    "dark": (
        "#fdb45c", "#e08a2a", "#a85f1c", "#5f3d20", "#2a2e38", "#3b3562", "#5a4a96", "#8470c4", "#b7a5f0",
    ),
}  # fmt: skip

COLOURS: dict[Mode, dict[str, str]] = {
    "light": {
        "background": "#FFFFFF",
        "sidebar": "#F0F2F6",
        "body": "#F7F8FA",
        "text": "#31333F",
        "ink": "#14161C",
        "muted": "#5B5F6B",
        "border": "#D3D6DD",
        "wire": "#8A8F9C",
        "primary": "#0072B2",
        "on-primary": "#FFFFFF",
        "tint": "#E3F0F8",
        "error": "#8C1D18",
        "error-background": "#FDECEA",
        "error-edge": "#B3261E",
    },
    "dark": {
        "background": "#0E1117",
        "sidebar": "#262730",
        "body": "#171B23",
        "text": "#FAFAFA",
        "ink": "#FFFFFF",
        "muted": "#A9AEBB",
        "border": "#3D414C",
        "wire": "#7C828F",
        "primary": "#56B4E9",
        "on-primary": "#0E1117",
        "tint": "#17303F",
        "error": "#FFB4AB",
        "error-background": "#3A1F20",
        "error-edge": "#FF8A80",
    },
}


def nice_bound(largest: float) -> float:
    """Return the bound s of a scale ±s that holds ``largest``.

    Parameters
    ----------
    largest : float
        The largest magnitude to show, finite.

    Returns
    -------
    float
        The smallest of 1, 1.5, 2, 3, 5, 8 (times a power of ten) that is at least ``largest``,
        and at least 1.

    Examples
    --------
    >>> nice_bound(2.9), nice_bound(0.2), nice_bound(14.0)
    (3.0, 1.0, 15.0)
    """
    if largest <= 1:
        return 1.0
    power = math.floor(math.log10(largest))
    bounds = (
        float(f"{step}e{power}") for step in (1, 1.5, 2, 3, 5, 8, 10, 15)
    )  # a product would not be exact
    bound = next(bound for bound in bounds if bound >= largest)
    return min(bound, sys.float_info.max)


def for_browser() -> dict[str, object]:
    """Return everything a web component needs to look right, as plain JSON types."""
    return {
        "unitScale": CIVIDIS,
        "signedScale": SIGNED,
        "colours": COLOURS,
    }
