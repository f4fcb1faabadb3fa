"""How every kind of cell and every signal looks and is called: colour, symbol, word, scale.

One table each for the kinds with their signals, the page colours and the two value scales, in light and dark.
Figures read them in Python. The views in the browser import the colours from a module that
``tools/theme_table.py`` writes, and get the face of a cell with each message, so no colour and no word is
written in JavaScript or CSS.
All pairs were chosen for contrast (text at least 4.5:1 on the page) and for colour blindness
(scales: cividis for 0..1, PuOr for signed values).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from lstm_core import CELLS
from lstm_core.cells.base import Cell

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Look:
    """The face of one signal.

    Attributes
    ----------
    word : str
        What it does, in one word or two.
    light, dark : str
        Its hue on a light and on a dark page, ``#RRGGBB``. A hue stands for a job: what keeps, what writes,
        what is on offer. So it is the same in every kind of cell.
    scale : {"unit", "state", "signed", "input", "sum"}
        ``unit``: 0..1, sequential. ``signed``: ±s, 1 unless a value lies beyond. ``state``, ``sum``: ±s, one
        s for the memory line of a run, and one for its weighted sums. ``input``: ±s with an s of its own.
    reading : str
        A sentence pattern for a value; ``{}`` takes "almost nothing", "about 42 %" and so on.
    paper : str
        What papers and libraries call it.
    about : str
        What it is for, in a sentence; empty for what lies between.
    symbol : str
        The letters of the equations; where it is left empty, those of the core.
    """

    word: str
    light: str
    dark: str
    scale: Literal["unit", "state", "signed", "input", "sum"]
    reading: str = ""
    paper: str = ""
    about: str = ""
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """How one kind of cell is named, drawn and told.

    Attributes
    ----------
    name, line : str
        For the reader who chooses a kind: its name, and a line on it.
    looks : mapping of Look
        Of every signal that is shown, and of x, by its key in the trace.
    order : tuple of str
        The signals of the strips, the heatmaps and the keys 1, 2, 3, …, from left to right in the drawing.
    phases : tuple of (str, tuple of str)
        How a step falls into parts: a word for each, and what is known from then on. "c₋" is c of the
        timestep before.
    sentence : str
        A step in words. ``{f}`` takes the value of f, ``{c₋}`` that of the timestep before, ``{1−z}`` what
        is left of 1, and ``{(c_out)}`` the function that makes a value.
    drawing : {"lstm", "gru", "rnn"}
        Which of the drawings it is shown in; each follows the equations of the cell.
    """

    name: str
    line: str
    looks: Mapping[str, Look]
    order: tuple[str, ...]
    phases: tuple[tuple[str, tuple[str, ...]], ...]
    sentence: str
    drawing: Literal["lstm", "gru", "rnn"]

    def for_browser(self) -> dict[str, object]:
        """Return what a web component needs to know, as plain JSON types."""
        return {
            "cell": self.name,
            "looks": {key: asdict(look) for key, look in self.looks.items()},
            "order": list(self.order),
            "phases": [[word, list(keys)] for word, keys in self.phases],
            "sentence": self.sentence,
            "drawing": self.drawing,
        }


_KEEP = ("#0072B2", "#56B4E9")
_WRITE = ("#00664B", "#009E73")
_CANDIDATE = ("#574400", "#D8C48A")
_SHOW = ("#9C3F83", "#CC79A7")
_MEMORY = ("#BF4B00", "#FF8F52")
_OUTPUT = ("#31333F", "#FAFAFA")
_INPUT = ("#5B5F6B", "#A9AEBB")

_X = Look("input", *_INPUT, "input", "what comes in at this timestep", symbol="x")
_KEPT = "what is left of the old memory"
_WRITTEN = "what this step adds to the memory"

_LSTM_LOOKS = {
    "f": Look(
        "keep",
        *_KEEP,
        "unit",
        "keeps {} of the old memory",
        "forget gate",
        "The keep gate (forget gate in papers): 1 keeps the old memory, 0 forgets it.",
    ),
    "i": Look(
        "write",
        *_WRITE,
        "unit",
        "writes {} of the candidate",
        "input gate",
        "The write gate (input gate): how much of the candidate is added.",
    ),
    "g": Look(
        "candidate",
        *_CANDIDATE,
        "signed",
        "the value on offer",
        about="The candidate: the value on offer to the memory.",
    ),
    "o": Look(
        "show",
        *_SHOW,
        "unit",
        "shows {} of the memory",
        "output gate",
        "The show gate (output gate): how much of the memory is read out.",
    ),
    "c": Look(
        "memory",
        *_MEMORY,
        "state",
        "what the unit remembers after this step",
        "cell state",
        "The memory (cell state): what is kept of the old one, plus what is written.",
    ),
    "h": Look(
        "output",
        *_OUTPUT,
        "signed",
        "what the unit tells the next step and the next layer",
        "hidden state",
        "The output (hidden state): goes to the next timestep and to whatever comes after the cell.",
    ),
    "x": _X,
    "kept": Look("kept", *_MEMORY, "state", _KEPT),
    "written": Look("written", *_MEMORY, "state", _WRITTEN),
    "c_out": Look("squashed memory", *_MEMORY, "signed", "the memory, ready to be shown"),
}

_H_IS_MEMORY = Look(
    "memory",
    *_OUTPUT,
    "state",
    "what the unit remembers, and tells the next step and the next layer",
    "hidden state",
    "The memory (hidden state): what the unit remembers is also what it says, to the next timestep and to "
    "whatever comes after the cell.",
)
_GRU_LOOKS = {
    "z": Look(
        "keep",
        *_KEEP,
        "unit",
        "keeps {} of the old memory; the candidate fills the rest",
        "update gate",
        "The keep gate (update gate in papers): 1 keeps the old memory, 0 takes the candidate in its place. "
        "The two shares add up to 1.",
    ),
    "r": Look(
        "reset",
        *_SHOW,
        "unit",
        "lets {} of the old memory into the candidate",
        "reset gate",
        "The reset gate: 1 lets the candidate build on the old memory, 0 lets it see the input alone.",
    ),
    "n": Look(
        "candidate",
        *_CANDIDATE,
        "signed",
        "the value on offer",
        "new gate",
        "The candidate: the value on offer to the memory.",
    ),
    "h": _H_IS_MEMORY,
    "x": _X,
    "kept": Look("kept", *_OUTPUT, "state", _KEPT),
    "written": Look("written", *_OUTPUT, "state", _WRITTEN),
    "recalled": Look("recalled", *_OUTPUT, "sum", "what the old memory says, before the reset gate"),
    "reset": Look("after reset", *_OUTPUT, "sum", "what the reset gate lets through to the candidate"),
}
_MUT_LOOKS = {
    **_GRU_LOOKS,
    "z": Look(
        "write",
        *_WRITE,
        "unit",
        "writes {} of the candidate; the old memory fills the rest",
        "update gate",
        "The write gate (update gate in papers): 1 takes the candidate in the place of the old memory, 0 "
        "keeps the old memory. It is the other way round than in a GRU.",
    ),
}

_INPUTS = ("inputs", ("c₋", "h₋", "x"))
_GRU_PHASES = (
    _INPUTS,
    ("gates", ("z", "r")),
    ("candidate", ("recalled", "reset", "n")),
    ("update", ("kept", "written", "h")),
)
_MUT_SENTENCE = "keep {1−z} × memory {h₋} + write {z} × candidate {n} gives memory {h}."


def _mutation(number: int, line: str, squashed: Look | None = None) -> Face:
    """Return the face of a mutation; each has its own way to squash something, or none."""
    looks = _MUT_LOOKS if squashed is None else {**_MUT_LOOKS, "squashed": squashed}
    order = ("z", "r", "n", "h")
    return Face(f"MUT{number}", line, looks, order, _GRU_PHASES, _MUT_SENTENCE, "gru")


FACES: Mapping[str, Face] = MappingProxyType(
    {
        "LSTM": Face(
            "LSTM",
            "Three gates and a memory of its own: it decides what to keep, to write and to show.",
            _LSTM_LOOKS,
            ("f", "i", "g", "o", "c", "h"),
            (
                _INPUTS,
                ("gates", ("f", "i", "g", "o")),
                ("update", ("kept", "written", "c")),
                ("output", ("c_out", "h")),
            ),
            "keep {f} × memory {c₋} + write {i} × candidate {g} gives memory {c}; "
            "show {o} × {(c_out)} {c_out} gives output {h}.",
            "lstm",
        ),
        "GRU": Face(
            "GRU",
            "Two gates and one memory, which is also what it says: a lighter LSTM.",
            _GRU_LOOKS,
            ("z", "r", "n", "h"),
            _GRU_PHASES,
            "keep {z} × memory {h₋} + write {1−z} × candidate {n} gives memory {h}.",
            "gru",
        ),
        "RNN": Face(
            "Simple RNN",
            "No gates: every step writes the whole memory anew.",
            {
                "pre_h": Look(
                    "sum",
                    *_INPUT,
                    "sum",
                    "the input and the old memory, weighed and added up",
                    about="The sum: the input and the old memory, weighed and added up.",
                    symbol="s",
                ),
                "h": _H_IS_MEMORY,
                "x": _X,
            },
            ("pre_h", "h"),
            (_INPUTS, ("sum", ("pre_h",)), ("memory", ("h",))),
            "the weighted sum is {pre_h}; {(h)} {pre_h} gives memory {h}.",
            "rnn",
        ),
        "MUT1": _mutation(
            1,
            "A GRU found by search: how much it writes depends on the input alone.",
            Look("squashed input", *_INPUT, "signed", "the input, squeezed before it enters the candidate"),
        ),
        "MUT2": _mutation(2, "A GRU found by search: in the paper its reset gate sees the input unweighed."),
        "MUT3": _mutation(
            3,
            "A GRU found by search: its write gate sees the memory squeezed once more.",
            Look(
                "squashed memory",
                *_OUTPUT,
                "signed",
                "the old memory, squeezed for the write gate",
            ),
        ),
    }
)
"""Every kind of cell by its short name in the core, in the order in which they are offered."""


def kind_of(cell: Cell) -> str:
    """Return the short name of a cell's kind, as in ``lstm_core.CELLS``."""
    return next(kind for kind, known in CELLS.items() if type(cell) is known)


@lru_cache(maxsize=64)
def face_of(cell: Cell) -> Face:
    """Return how a cell is shown: the face of its kind, with the looks and symbols that its options leave.

    Examples
    --------
    >>> from lstm_core import GRU
    >>> looks = face_of(GRU(reset_after=False)).looks
    >>> looks["reset"].symbol, "recalled" in looks
    ('r×h₋', False)
    """
    face = FACES[kind_of(cell)]
    symbols = {signal.key: signal.symbol.replace(" ⊙ ", "×").replace(" − ", "−") for signal in cell.signals}
    looks = {
        key: look if look.symbol else replace(look, symbol=symbols[key])
        for key, look in face.looks.items()
        if key in symbols or key == "x"
    }
    return replace(face, looks=MappingProxyType(looks))


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
