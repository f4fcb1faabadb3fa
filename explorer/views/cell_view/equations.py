"""The equations of a cell in the form the formula panel needs, read from ``Signal.equation``.

The core writes every equation once, as text. Here the text is taken apart, so that a variant of
a cell, or a new cell, is explained on screen without a line of its own.
"""

from __future__ import annotations

import re
from typing import Any

from lstm_core.cells.base import Cell

_WORD = re.compile(r"[A-Za-z_]+₋?")
_WEIGHT = re.compile(r"^([A-Z]|b|b_rec)_([a-z])$")
_APPLIED = re.compile(r"^([^\s()]+)\((.*)\)$")
_INPUT = "x"


def equations_of(cell: Cell) -> dict[str, dict[str, Any]]:
    """Return, for every signal, what its formula is made of.

    Returns
    -------
    dict
        By signal key, one of

        - ``{"kind": "affine", "activation": "σ", "pre": "pre_i", "terms": [...]}`` for an
          activation of a weighted sum; ``pre`` names the signal that holds the sum, and is None where
          none does. A term is ``{"param": "U", "block": "i", "sources": ["h"], "previous": True}``; a bias
          has no sources, and what is added as it is has no param and no block.
        - ``{"kind": "expression", "tokens": [...]}`` for anything else. A token is a text, or
          ``{"signal": "c", "previous": True}``. A plus between two terms is a token of its own.
    """
    texts = {signal.key: signal.equation.split(" = ", 1)[1] for signal in cell.signals}
    return {
        key: _affine(key, text, texts) if _weighs(text) else _expression(text, texts)
        for key, text in texts.items()
    }


def _weighs(text: str) -> bool:
    """Tell whether a weight or a bias stands in an equation."""
    return any(_WEIGHT.match(word) for word in _WORD.findall(text))


def _affine(key: str, text: str, texts: dict[str, str]) -> dict[str, Any]:
    """Take apart a weighted sum, or an activation of one."""
    applied = _APPLIED.match(text)
    activation, total = (applied[1], applied[2]) if applied else ("", text)
    sums = [name for name in (f"pre_{key}", key) if texts.get(name) == total]
    return {
        "kind": "affine",
        "activation": activation,
        "pre": sums[0] if sums else None,
        "terms": [_term(term) for term in total.split(" + ")],
    }


def _term(text: str) -> dict[str, Any]:
    """Take apart one term, such as ``h₋ U_i``, ``P_o ⊙ c``, ``b_rec_z`` or a signal alone."""
    words = _WORD.findall(text)
    weights = [match for word in words if (match := _WEIGHT.match(word))]
    sources = [word for word in words if not _WEIGHT.match(word)]
    param, block = weights[0].groups() if weights else (None, None)
    return {
        "param": param,
        "block": block,
        "sources": [source.rstrip("₋") for source in sources],
        "previous": any(source.endswith("₋") for source in sources),
    }


def _expression(text: str, texts: dict[str, str]) -> dict[str, Any]:
    """Cut an equation into its signals and the text between them."""
    tokens: list[object] = []
    end = 0
    for match in _WORD.finditer(text):
        name = match[0].rstrip("₋")
        if name not in texts and name != _INPUT:
            continue
        tokens += [*_between(text[end : match.start()]), {"signal": name, "previous": match[0].endswith("₋")}]
        end = match.end()
    tokens += _between(text[end:])
    return {"kind": "expression", "tokens": tokens}


def _between(text: str) -> list[str]:
    """Cut what stands between two signals, so that a plus stands alone."""
    return [part for part in re.split(r"( \+ )", text) if part]
