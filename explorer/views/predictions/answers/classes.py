"""What all answers share that choose among classes: the right ones by number, the most probable as bars."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.views.predictions.pictures import Chance, Chances
from lstm_core.checks import FloatArray

MOST_BARS = 8


def right_classes(targets: NDArray[Any], outputs: FloatArray) -> NDArray[np.intp]:
    """Return the numbers of the right classes, also where they are rows with a 1 at the right one."""
    found: NDArray[np.intp] = targets.argmax(axis=-1) if targets.ndim == outputs.ndim else targets
    return found


def chances(
    about: str,
    names: tuple[str, ...],
    shares: FloatArray,
    right: int | None = None,
    most: int = MOST_BARS,
) -> Chances:
    """Return the bars of so many classes at most, the right one always among them."""
    order = [int(place) for place in np.argsort(-shares, kind="stable")]
    shown = order[:most]
    if right is not None and right not in shown:
        shown = [*shown[:-1], right]
    rows = tuple(Chance(names[place], float(shares[place]), place == right) for place in shown)
    others = len(order) - len(rows)
    return Chances(about, rows, others, max(0.0, 1 - sum(row.share for row in rows)) if others else 0.0)
