"""The blocks that every stage is made of, as the component draws them."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.cell_styles import CELL_STYLES

Block = dict[str, object]
Cell = str | dict[str, object]
_LOOKS = CELL_STYLES["LSTM"].signals


def stage(number: int, title: str, *blocks: Block) -> Block:
    """Return a stage of the worked example."""
    return {"kind": "stage", "number": number, "title": title, "blocks": list(blocks)}


def text(words: str, *, note: bool = False) -> Block:
    """Return a paragraph."""
    return {"kind": "text", "text": words, "note": note}


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    numbers: Sequence[int] = (),
    caption: str = "",
    total: str = "",
    mark: int | None = None,
) -> Block:
    """Return a table; the columns in `numbers` are set to the right."""
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "numbers": list(numbers),
        "caption": caption,
        "total": total,
        "mark": mark,
    }


def signal(key: str) -> dict[str, object]:
    """Return the name of a signal, to be shown in its colour."""
    return {"signal": key, "text": _LOOKS[key].word}


def quoted(words: str) -> str:
    """Put words in quotation marks."""
    return f"“{words}”"
