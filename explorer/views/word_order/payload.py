"""From two readings to the bytes that the component draws."""

from __future__ import annotations

import numpy as np

from explorer.views.predictions.payload import LOOKS
from explorer.views.predictions.wording import probability
from explorer.views.word_order.reading import Order, Reading
from explorer.web.payload import digest, pack
from lstm_core.checks import FloatArray


def pack_word_order(order: Order) -> bytes:
    """Return two readings as the message for the component.

    Parameters
    ----------
    order : Order
        What ``explorer.views.word_order.reading.order_of`` returned.
    """
    labels, followed = order.labels, order.followed
    header: dict[str, object] = {
        "label": labels[followed],
        # Of two labels the other one has what is left.
        "other": labels[1 - followed] if len(labels) == 2 else None,
        "readings": [_reading(reading, labels) for reading in order.readings],
        "sentence": order.sentence,
        "looks": {"network": LOOKS["learned"], "bag": LOOKS["held"], "right": LOOKS["right"]},
    }
    arrays = {
        f"{by}{place}": getattr(reading, by)[:, followed].astype(np.float64)
        for place, reading in enumerate(order.readings)
        for by in ("network", "bag")
    }
    header["revision"] = digest(header, arrays)
    return pack(header, arrays)


def _reading(reading: Reading, labels: tuple[str, ...]) -> dict[str, object]:
    return {
        "words": list(reading.words),
        "said": [_said(name, shares[-1], reading, labels) for name, shares in _both(reading)],
        "truth": None if reading.truth is None else labels[reading.truth],
        "notes": list(reading.notes),
    }


def _both(reading: Reading) -> tuple[tuple[str, FloatArray], ...]:
    return ("network", reading.network), ("bag of words", reading.bag)


def _said(name: str, shares: FloatArray, reading: Reading, labels: tuple[str, ...]) -> dict[str, object]:
    """Say which label is the most probable in the end, and whether it is the right one."""
    place = int(shares.argmax())
    right = None if reading.truth is None else place == reading.truth
    return {"by": name, "label": labels[place], "share": probability(float(shares[place])), "right": right}
