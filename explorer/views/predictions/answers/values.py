"""A number at every timestep: what was said of the probe beside what was asked for."""

from __future__ import annotations

import numpy as np

from explorer.views.predictions.answers.run import Run, live
from explorer.views.predictions.pictures import Pairs, Predictions
from explorer.views.predictions.wording import number

_MOST_PAIRS = 8


def values_predictions(run: Run) -> Predictions:
    """Return the last numbers of the probe."""
    steps = live(run.probe)
    shown = steps[-_MOST_PAIRS:]
    said, truth = run.of_probe()[:, 0].astype(np.float64), run.truth_of_probe()
    summary = "The right numbers are not known."
    if truth is not None:
        truth = truth[:, 0].astype(np.float64)
        summary = f"Wrong by {number(float(np.abs(said - truth)[steps].mean()), 3)} on average."
    return Predictions(
        see="At each timestep what was asked for, and beside it what was said.",
        picture=Pairs(said[shown], None if truth is None else truth[shown], int(shown[0])),
        summary=(summary,),
    )
