"""One number for the whole sequence: a point for each, what was said against what is true."""

from __future__ import annotations

import numpy as np

from explorer.views.predictions.answers.run import Run
from explorer.views.predictions.pictures import Predictions, Scatter
from explorer.views.predictions.wording import decimals_for, number

_MOST_POINTS = 300


def value_predictions(run: Run) -> Predictions:
    """Return the points of the held-out sequences, and that of the probe if its truth is known."""
    held_out = run.data.validation
    places = run.places(held_out, _MOST_POINTS)
    truth, said = held_out.targets[places, 0].astype(np.float64), run.of(held_out, places)[:, 0]
    error = float(np.abs(said - truth).mean())
    decimals = decimals_for(float(np.ptp(truth))) + 1
    said_of_probe, truth_of_probe = float(run.of_probe()[0]), run.truth_of_probe()
    chosen = -1
    if truth_of_probe is not None:
        chosen = len(truth)
        truth, said = np.append(truth, truth_of_probe[0]), np.append(said, said_of_probe)
    answer = f"{run.probe.target}, said" if run.probe.target else "It says"
    return Predictions(
        see=f"A point for each {run.measured('sequence')}; on the line, what was said is true.",
        picture=Scatter(truth, said.astype(np.float64), chosen),
        summary=(
            f"This example: {answer} {number(said_of_probe, 2)}.",
            f"Wrong by {number(error, decimals)} on average.",
        ),
        notes=run.sampled(len(places), "sequences"),
    )
