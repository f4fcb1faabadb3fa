"""From predictions to the bytes that the component draws. Nothing is computed here but the ends of axes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.theme import nice_bound
from explorer.views.predictions.pictures import (
    Chances,
    Confusion,
    Curve,
    Pairs,
    Picture,
    Predictions,
    Scatter,
)
from explorer.views.predictions.wording import probability
from explorer.web.payload import digest, pack
from lstm_core.checks import FloatArray

LOOKS = {
    "truth": {"light": "#31333F", "dark": "#FAFAFA"},
    "learned": {"light": "#0072B2", "dark": "#56B4E9"},
    "held": {"light": "#D55E00", "dark": "#FF8F52"},
    "right": {"light": "#00664B", "dark": "#2FBF94"},
}
"""The lines and marks: what is true, what is said of what was learned from, and of what was held out."""

_MARGIN = 0.12
"""Of the range of the true values, above and below; what is said beyond is told in words."""


def pack_predictions(predictions: Predictions) -> bytes:
    """Return predictions as the message for the component.

    Parameters
    ----------
    predictions : Predictions
        What ``explorer.views.predictions.predictions_of`` returned.
    """
    picture, arrays = _picture(predictions.picture)
    header: dict[str, object] = {
        "see": predictions.see,
        "picture": picture,
        "summary": list(predictions.summary),
        "chances": [_chances(chances) for chances in predictions.chances],
        "notes": list(predictions.notes),
        "looks": LOOKS,
    }
    header["revision"] = digest(header, arrays)
    return pack(header, arrays)


def _chances(chances: Chances) -> dict[str, object]:
    """Return bars with their numbers written out."""
    return {
        "about": chances.about,
        "rows": [{**asdict(row), "text": probability(row.share)} for row in chances.rows],
        "others": f"{chances.others} more with {probability(chances.others_share)} together"
        if chances.others
        else "",
    }


def _picture(picture: Picture | None) -> tuple[dict[str, object] | None, dict[str, NDArray[Any]]]:
    """Return what the picture is made of: plain JSON types, and arrays."""
    match picture:
        case None:
            return None, {}
        case Confusion(labels=labels, counts=counts):
            return {"form": "confusion", "labels": list(labels)}, {"counts": counts}
    parts = {name: part for name, part in asdict(picture).items() if part is not None}
    arrays = {name: part for name, part in parts.items() if isinstance(part, np.ndarray)}
    plain = {name: part for name, part in parts.items() if name not in arrays}
    return {"form": type(picture).__name__.lower(), **plain, **_axis(picture)}, arrays


def _axis(picture: Picture) -> dict[str, object]:
    """Return the ends of the axis that a picture has, if any, and how much of what is said lies beyond."""
    match picture:
        case Curve(truth=truth, said=said) | Scatter(truth=truth, said=said):
            low, high = _range(truth)
            return {"range": [low, high], "beyond": _beyond(said, low, high)}
        case Pairs(said=said, truth=truth):
            bound = nice_bound(float(np.abs(said if truth is None else truth).max()))
            return {"bound": bound, "beyond": _beyond(said, -bound, bound)}
    return {}


def _range(truth: FloatArray) -> tuple[float, float]:
    """Return the ends of an axis that holds all true values; it stays while the network learns."""
    low, high = float(np.nanmin(truth)), float(np.nanmax(truth))
    margin = _MARGIN * (high - low) or max(1.0, abs(low))
    return low - margin, high + margin


def _beyond(said: FloatArray, low: float, high: float) -> int:
    """Return how much of what is said has no place on the axis."""
    return int(((said < low) | (said > high)).sum())
