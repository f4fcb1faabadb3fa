"""How every signal looks and is called, everywhere: colour, symbol, word, scale.

One table each for the signals, the page colours and the two value scales, in light and dark.
Figures read it in Python; the web components receive it as the constant ``THEME`` (see
``explorer.web``), so no colour and no word is written in JavaScript or CSS.
All pairs were chosen for contrast (text at least 4.5:1 on the page) and for colour blindness
(scales: cividis for 0..1, PuOr for signed values).
"""

from __future__ import annotations

import math
import sys
from dataclasses import asdict, dataclass
from typing import Literal

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Look:
    """The face of one signal.

    Attributes
    ----------
    symbol : str
        The letter of the equations.
    word : str
        What it does, in one word.
    light, dark : str
        Its hue on a light and on a dark page, ``#RRGGBB``.
    scale : {"unit", "state", "signed", "input"}
        ``unit``: 0..1, sequential. ``signed``: ±1. ``state``: ±s, one s for the memory line of a run.
        ``input``: ±s with an s of its own.
    reading : str
        A sentence pattern for a value; ``{}`` takes "almost nothing", "about 42 %" and so on.
    paper : str
        What papers and libraries call it.
    """

    symbol: str
    word: str
    light: str
    dark: str
    scale: Literal["unit", "state", "signed", "input"]
    reading: str = ""
    paper: str = ""


_KEEP = ("#0072B2", "#56B4E9")
_WRITE = ("#00664B", "#009E73")
_CANDIDATE = ("#574400", "#D8C48A")
_SHOW = ("#9C3F83", "#CC79A7")
_MEMORY = ("#BF4B00", "#FF8F52")
_OUTPUT = ("#31333F", "#FAFAFA")
_INPUT = ("#5B5F6B", "#A9AEBB")

LOOKS: dict[str, Look] = {
    "f": Look("f", "keep", *_KEEP, "unit", "keeps {} of the old memory", "forget gate"),
    "i": Look("i", "write", *_WRITE, "unit", "writes {} of the candidate", "input gate"),
    "g": Look("g", "candidate", *_CANDIDATE, "signed", "the value on offer"),
    "o": Look("o", "show", *_SHOW, "unit", "shows {} of the memory", "output gate"),
    "c": Look("c", "memory", *_MEMORY, "state", "what the unit remembers after this step", "cell state"),
    "h": Look(
        "h",
        "output",
        *_OUTPUT,
        "signed",
        "what the unit tells the next step and the next layer",
        "hidden state",
    ),
    "x": Look("x", "input", *_INPUT, "input", "what comes in at this timestep"),
    "kept": Look("f×c₋", "kept", *_MEMORY, "state", "what is left of the old memory"),
    "written": Look("i×g", "written", *_MEMORY, "state", "what this step adds to the memory"),
    "c_out": Look("tanh c", "squashed memory", *_MEMORY, "signed", "the memory, ready to be shown"),
}
"""Every signal that the explorer draws, by its key in the trace."""

SCREEN_ORDER = ("f", "i", "g", "o", "c", "h")
"""The order of strips and keys 1-6: along the memory line. Files keep i, f, g, o."""

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
    power = 10.0 ** math.floor(math.log10(largest))
    steps = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0)
    bound = next(step * power for step in steps if step * power >= largest)
    return min(bound, sys.float_info.max)


def for_browser() -> dict[str, object]:
    """Return everything a web component needs to look right, as plain JSON types."""
    return {
        "looks": {key: asdict(look) for key, look in LOOKS.items()},
        "screenOrder": SCREEN_ORDER,
        "unitScale": CIVIDIS,
        "signedScale": SIGNED,
        "colours": COLOURS,
    }
