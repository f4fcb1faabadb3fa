"""The equations of a cell in the form the formula panel needs, read from ``Signal.equation``.

The core writes every equation once, as text. Here the text is taken apart, so that a variant of
a cell, or a new cell, is explained on screen without a line of its own.
"""

from __future__ import annotations

import re

from lstm_core.cells.base import Cell

_WORD = re.compile(r"[A-Za-z_]+₋?")
_WEIGHT = re.compile(r"^([A-Z]|b)_[a-z]$")


def equations_of(cell: Cell) -> dict[str, dict[str, object]]:
    """Return, for every signal, what its formula is made of.

    Returns
    -------
    dict
        By signal key, one of

        - ``{"kind": "affine", "activation": "σ", "pre": "pre_i", "terms": [...]}`` for an
          activation of a weighted sum. A term is ``{"param": "U", "sources": ["h"],
          "previous": True}``; the bias has no sources.
        - ``{"kind": "expression", "tokens": [...]}`` for anything else. A token is a text, or
          ``{"signal": "c", "previous": True}``.
    """
    texts = {signal.key: signal.equation.split(" = ", 1)[1] for signal in cell.signals}
    return {
        key: _affine(key, text, texts) if f"pre_{key}" in texts else _expression(text, texts)
        for key, text in texts.items()
        if not key.startswith("pre_")
    }


def _affine(key: str, text: str, texts: dict[str, str]) -> dict[str, object]:
    """Take apart the activation of a sum of products."""
    total = texts[f"pre_{key}"]
    return {
        "kind": "affine",
        "activation": text.removesuffix(total + ")").removesuffix("(") if text != total else "",
        "pre": f"pre_{key}",
        "terms": [_term(term) for term in total.split(" + ")],
    }


def _term(text: str) -> dict[str, object]:
    """Take apart one product, such as ``h₋ U_i`` or ``P_o ⊙ c``."""
    words = _WORD.findall(text)
    weight = next(word for word in words if _WEIGHT.match(word))
    sources = [word for word in words if word != weight]
    return {
        "param": weight.partition("_")[0],
        "sources": [source.rstrip("₋") for source in sources],
        "previous": any(source.endswith("₋") for source in sources),
    }


def _expression(text: str, texts: dict[str, str]) -> dict[str, object]:
    """Cut an equation into its signals and the text between them."""
    tokens: list[object] = []
    end = 0
    for match in _WORD.finditer(text):
        name = match[0].rstrip("₋")
        if name not in texts:
            continue
        tokens += [text[end : match.start()], {"signal": name, "previous": match[0].endswith("₋")}]
        end = match.end()
    tokens.append(text[end:])
    return {"kind": "expression", "tokens": [token for token in tokens if token != ""]}
