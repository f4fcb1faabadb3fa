"""The worked example as a view gets it: stages of sentences, tables, lines of arithmetic and a chart.

Every text in here is shown as text. What a person typed stands only where a sentence quotes it.
"""

from __future__ import annotations

from explorer.cell_styles import CELL_STYLES
from explorer.lessons.worked_example.payload.blocks import Block, text


def message(*stages: Block) -> dict[str, object]:
    """Return what the component shows."""
    return {"stages": list(stages), "looks": CELL_STYLES["LSTM"].for_browser()["signals"]}


def opening() -> Block:
    """Say what this is."""
    return text(
        "The notebook “Building an LSTM from scratch” trains the smallest network that can guess a next "
        "word, and works out its prediction by hand. Here is every stage of it, in order. Only the 22 "
        "published weights and the five published probabilities are copied from there; all else is "
        "computed now, so any line can be checked."
    )
