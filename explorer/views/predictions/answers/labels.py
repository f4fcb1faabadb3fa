"""A class at every timestep: some sequences with every answer, and how many answers are right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.views.predictions.answers.classes import right_classes
from explorer.views.predictions.answers.run import Run, live, place_of
from explorer.views.predictions.pictures import Predictions, Rows, Steps
from explorer.views.predictions.wording import counted, named, number, share, short_names, visible
from lstm_core.tasks import Probe
from lstm_core.training.data import position_weights

_ROWS_BELOW_PROBE = 8
_STEPS_OF_PROBE, _STEPS_OF_ROW = 36, 14


def labels_predictions(run: Run) -> Predictions:
    """Return the probe and some held-out sequences, each with its answers."""
    data, held_out = run.data, run.data.validation
    names = short_names(data.outputs)
    places = run.places(held_out)
    outputs = run.of(held_out, places)  # (n, T, K)
    said, truth = outputs.argmax(axis=-1), right_classes(held_out.targets[places], outputs)
    weights = position_weights(held_out.mask, held_out.weights, held_out.targets.shape[:2])
    counts = np.ones(said.shape, np.bool_) if weights is None else weights[places] > 0
    right = (said == truth) & counts
    hits, answers = int(right.sum()), int(counts.sum())
    whole = int((right | ~counts).all(axis=1).sum())
    said_of_probe = run.of_probe().argmax(axis=-1)
    rows = [_row("this example", run.probe, names, said_of_probe, _truth_of_probe(run), _STEPS_OF_PROBE)]
    kind = "held-out" if data.held_out else "example"
    for at in np.flatnonzero(places != place_of(held_out, run.probe))[:_ROWS_BELOW_PROBE]:
        place = int(places[at])
        example = data.example(held_out, place)
        rows.append(_row(f"{kind} {place + 1}", example, names, said[at], truth[at], _STEPS_OF_ROW))
    legend = zip(names, map(visible, data.outputs), strict=True)
    return Predictions(
        see="Every timestep has an answer of its own; a cross marks one that is wrong.",
        picture=Rows(tuple(rows), tuple((short, label) for short, label in legend if short != label)),
        summary=(
            f"{number(hits)} of {number(answers)} {run.measured('answers')} right ({share(hits, answers)}), "
            f"{whole} of {counted(len(places), 'sequence')} without a mistake.",
        ),
        notes=run.sampled(len(places), "sequences"),
    )


def _truth_of_probe(run: Run) -> NDArray[np.intp] | None:
    """Return the right class at every timestep of the probe, if they are known."""
    outputs, target = run.data.outputs, run.probe.target
    if target is None:
        return None
    for pieces in (target.split(), target):
        if len(pieces) == len(run.probe.symbols) and all(piece in outputs for piece in pieces):
            return np.array([outputs.index(piece) for piece in pieces])
    return None


def _row(
    name: str,
    probe: Probe,
    names: tuple[str, ...],
    said: NDArray[np.intp],
    truth: NDArray[np.intp] | None,
    most: int,
) -> Steps:
    """Return the last timesteps of a sequence, so many at most, with what is said at each."""
    steps = live(probe)
    shown = steps[-most:]
    return Steps(
        name=name,
        before=len(steps) - len(shown),
        inputs=tuple(named(probe.symbols[t]) for t in shown),
        said=tuple(names[said[t]] for t in shown),
        truths=None if truth is None else tuple(names[truth[t]] for t in shown),
        right=0 if truth is None else int((said == truth)[steps].sum()),
        steps=len(steps),
    )
