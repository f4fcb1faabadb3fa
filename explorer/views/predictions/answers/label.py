"""One of a few classes for the whole sequence: how often it is right, and how probable each class is."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from explorer.views.predictions.answers.classes import chances, right_classes
from explorer.views.predictions.answers.run import Run, live_symbols, place_of
from explorer.views.predictions.pictures import Chances, Confusion, Mistakes, Picture, Predictions
from explorer.views.predictions.wording import counted, quoted, share, visible
from lstm_core.checks import FloatArray
from lstm_core.tasks import Probe

_FEW_EXAMPLES = 4
"""So few are shown one by one."""
_BARS_OF_ONE_OF_A_FEW = 3

_MOST_CLASSES = 10
"""Classes that a table of all against all still has room for."""
_MOST_MISTAKES = 6


def label_predictions(run: Run) -> Predictions:
    """Return the table of all classes or the most frequent mistakes, or every example if they are few."""
    held_out, outputs, target = run.data.validation, run.data.outputs, run.probe.target
    names = tuple(map(visible, outputs))
    places = run.places(held_out)
    shares = run.of(held_out, places)  # (n, K)
    truth, said = right_classes(held_out.targets[places], shares), shares.argmax(axis=-1)
    hits = int((truth == said).sum())
    examples = counted(len(places), run.measured("example"))
    summary = (f"{hits} of {examples} right ({share(hits, len(places))}).",)
    of_probe = chances(
        f"This example: {_in_words(run.probe)}",
        names,
        run.of_probe(),
        outputs.index(target) if target in outputs else None,
    )
    if len(places) <= _FEW_EXAMPLES:
        return Predictions(
            see=f"Each {run.measured('example')} with the most probable answers; ✓ marks the true one.",
            summary=summary,
            chances=(*_one_by_one(run, names, shares, truth), of_probe),
        )
    if len(names) <= _MOST_CLASSES:
        counts = np.zeros((len(names), len(names)), np.intp)
        np.add.at(counts, (truth, said), 1)
        picture: Picture = Confusion(names, counts)
        see = "A row for each truth, a column for what was said of it; outlined is what is right."
    else:
        picture = _mistakes(names, truth, said)
        see = "The most frequent mistakes: what was said, and what would have been right."
    return Predictions(
        see=see,
        picture=picture,
        summary=summary,
        chances=(of_probe,),
        notes=run.sampled(len(places), "examples"),
    )


def _one_by_one(
    run: Run, names: tuple[str, ...], shares: FloatArray, truth: NDArray[np.intp]
) -> list[Chances]:
    """Return the most probable answers to every example but the probe."""
    held_out = run.data.validation
    mine = place_of(held_out, run.probe)
    return [
        chances(
            f"After {_in_words(run.data.example(held_out, place))}",
            names,
            shares[place],
            int(truth[place]),
            _BARS_OF_ONE_OF_A_FEW,
        )
        for place in range(len(truth))
        if place != mine
    ]


def _mistakes(names: tuple[str, ...], truth: NDArray[np.intp], said: NDArray[np.intp]) -> Mistakes:
    kinds = Counter(pair for pair in zip(truth.tolist(), said.tolist(), strict=True) if pair[0] != pair[1])
    frequent = sorted(kinds, key=lambda pair: (-kinds[pair], pair))[:_MOST_MISTAKES]
    rows = tuple((names[wrong], names[right], kinds[right, wrong]) for right, wrong in frequent)
    return Mistakes(rows, len(kinds) - len(rows))


def _in_words(probe: Probe) -> str:
    return quoted(" ".join(live_symbols(probe)))
