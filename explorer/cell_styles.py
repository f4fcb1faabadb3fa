"""How every kind of cell and every signal is named, coloured and scaled.

One table for the kinds with their signals. Figures read it in Python; the views in the browser get the
style of a cell with each message, so no colour and no word is written in JavaScript or CSS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from lstm_core import CELLS
from lstm_core.cells.base import Cell


@dataclass(frozen=True, slots=True)
class SignalStyle:
    """How one signal is named, coloured and scaled.

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
class CellStyle:
    """How one kind of cell is named, drawn and told.

    Attributes
    ----------
    name, line : str
        For the reader who chooses a kind: its name, and a line on it.
    signals : mapping of SignalStyle
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
    signals: Mapping[str, SignalStyle]
    order: tuple[str, ...]
    phases: tuple[tuple[str, tuple[str, ...]], ...]
    sentence: str
    drawing: Literal["lstm", "gru", "rnn"]

    def for_browser(self) -> dict[str, object]:
        """Return what a web component needs to know, as plain JSON types."""
        return {
            "cell": self.name,
            "signals": {key: asdict(signal) for key, signal in self.signals.items()},
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

_X = SignalStyle("input", *_INPUT, "input", "what comes in at this timestep", symbol="x")
_KEPT = "what is left of the old memory"
_WRITTEN = "what this step adds to the memory"

_LSTM = {
    "f": SignalStyle(
        "keep",
        *_KEEP,
        "unit",
        "keeps {} of the old memory",
        "forget gate",
        "The keep gate (forget gate in papers): 1 keeps the old memory, 0 forgets it.",
    ),
    "i": SignalStyle(
        "write",
        *_WRITE,
        "unit",
        "writes {} of the candidate",
        "input gate",
        "The write gate (input gate): how much of the candidate is added.",
    ),
    "g": SignalStyle(
        "candidate",
        *_CANDIDATE,
        "signed",
        "the value on offer",
        about="The candidate: the value on offer to the memory.",
    ),
    "o": SignalStyle(
        "show",
        *_SHOW,
        "unit",
        "shows {} of the memory",
        "output gate",
        "The show gate (output gate): how much of the memory is read out.",
    ),
    "c": SignalStyle(
        "memory",
        *_MEMORY,
        "state",
        "what the unit remembers after this step",
        "cell state",
        "The memory (cell state): what is kept of the old one, plus what is written.",
    ),
    "h": SignalStyle(
        "output",
        *_OUTPUT,
        "signed",
        "what the unit tells the next step and the next layer",
        "hidden state",
        "The output (hidden state): goes to the next timestep and to whatever comes after the cell.",
    ),
    "x": _X,
    "kept": SignalStyle("kept", *_MEMORY, "state", _KEPT),
    "written": SignalStyle("written", *_MEMORY, "state", _WRITTEN),
    "c_out": SignalStyle("squashed memory", *_MEMORY, "signed", "the memory, ready to be shown"),
}

_H_IS_MEMORY = SignalStyle(
    "memory",
    *_OUTPUT,
    "state",
    "what the unit remembers, and tells the next step and the next layer",
    "hidden state",
    "The memory (hidden state): what the unit remembers is also what it says, to the next timestep and to "
    "whatever comes after the cell.",
)
_GRU = {
    "z": SignalStyle(
        "keep",
        *_KEEP,
        "unit",
        "keeps {} of the old memory; the candidate fills the rest",
        "update gate",
        "The keep gate (update gate in papers): 1 keeps the old memory, 0 takes the candidate in its place. "
        "The two shares add up to 1.",
    ),
    "r": SignalStyle(
        "reset",
        *_SHOW,
        "unit",
        "lets {} of the old memory into the candidate",
        "reset gate",
        "The reset gate: 1 lets the candidate build on the old memory, 0 lets it see the input alone.",
    ),
    "n": SignalStyle(
        "candidate",
        *_CANDIDATE,
        "signed",
        "the value on offer",
        "new gate",
        "The candidate: the value on offer to the memory.",
    ),
    "h": _H_IS_MEMORY,
    "x": _X,
    "kept": SignalStyle("kept", *_OUTPUT, "state", _KEPT),
    "written": SignalStyle("written", *_OUTPUT, "state", _WRITTEN),
    "recalled": SignalStyle("recalled", *_OUTPUT, "sum", "what the old memory says, before the reset gate"),
    "reset": SignalStyle("after reset", *_OUTPUT, "sum", "what the reset gate lets through to the candidate"),
}
_MUT = {
    **_GRU,
    "z": SignalStyle(
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


def _mutation(number: int, line: str, squashed: SignalStyle | None = None) -> CellStyle:
    """Return the style of a mutation; each has its own way to squash something, or none."""
    signals = _MUT if squashed is None else {**_MUT, "squashed": squashed}
    order = ("z", "r", "n", "h")
    return CellStyle(f"MUT{number}", line, signals, order, _GRU_PHASES, _MUT_SENTENCE, "gru")


CELL_STYLES: Mapping[str, CellStyle] = MappingProxyType(
    {
        "LSTM": CellStyle(
            "LSTM",
            "Three gates and a memory of its own: it decides what to keep, to write and to show.",
            _LSTM,
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
        "GRU": CellStyle(
            "GRU",
            "Two gates and one memory, which is also what it says: a lighter LSTM.",
            _GRU,
            ("z", "r", "n", "h"),
            _GRU_PHASES,
            "keep {z} × memory {h₋} + write {1−z} × candidate {n} gives memory {h}.",
            "gru",
        ),
        "RNN": CellStyle(
            "Simple RNN",
            "No gates: every step writes the whole memory anew.",
            {
                "pre_h": SignalStyle(
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
            SignalStyle(
                "squashed input", *_INPUT, "signed", "the input, squeezed before it enters the candidate"
            ),
        ),
        "MUT2": _mutation(2, "A GRU found by search: in the paper its reset gate sees the input unweighed."),
        "MUT3": _mutation(
            3,
            "A GRU found by search: its write gate sees the memory squeezed once more.",
            SignalStyle(
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
def style_of(cell: Cell) -> CellStyle:
    """Return how a cell is shown: the style of its kind, with the signals and symbols that its options leave.

    Examples
    --------
    >>> from lstm_core import GRU
    >>> signals = style_of(GRU(reset_after=False)).signals
    >>> signals["reset"].symbol, "recalled" in signals
    ('r×h₋', False)
    """
    style = CELL_STYLES[kind_of(cell)]
    symbols = {signal.key: signal.symbol.replace(" ⊙ ", "×").replace(" − ", "−") for signal in cell.signals}
    signals = {
        key: signal if signal.symbol else replace(signal, symbol=symbols[key])
        for key, signal in style.signals.items()
        if key in symbols or key == "x"
    }
    return replace(style, signals=MappingProxyType(signals))
