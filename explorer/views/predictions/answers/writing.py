"""What comes next at every timestep, so that the network can go on by itself: a text that it writes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np

from explorer.views.predictions.answers.classes import chances
from explorer.views.predictions.answers.run import Run, live, live_symbols
from explorer.views.predictions.pictures import Predictions, Text
from explorer.views.predictions.wording import visible
from lstm_core import InputError, Network, predict, sample
from lstm_core.checks import FloatArray

_END = 10
"""Symbols by which a text is recognised."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a text is written.

    Attributes
    ----------
    start : str
        What the network reads first; "" takes the probe.
    length : int
        How many symbols it writes, at least 1.
    temperature : float
        At least 0; see `lstm_core.sample`.
    seed : int
        Draws the symbols: the same seed and the same weights write the same text.
    """

    start: str
    length: int = 120
    temperature: float = 0.8
    seed: int = 0


def writing_predictions(run: Run, writing: Writing) -> Predictions:
    """Return a start with what was written after it, and how probable each symbol is after that.

    Raises
    ------
    InputError
        If the start cannot be read.
    """
    outputs = run.data.outputs
    names = tuple(map(visible, outputs))
    probe = run.data.reader.read(writing.start) if writing.start else run.probe
    start = "".join(live_symbols(probe))
    ids = probe.inputs[0][live(probe)]
    about = f"What comes after “{'…' if len(start) > _END else ''}{''.join(map(visible, start[-_END:]))}”"
    notes = probe.notes if writing.start else ()  # those of the example are told where it is typed
    try:
        draws = sample(
            run.network, run.params, ids, np.random.default_rng(writing.seed), temperature=writing.temperature
        )
    except InputError as error:
        shares: FloatArray = predict(run.network, run.params, ids[np.newaxis])[0, -1]
        return Predictions(
            see="How probable each symbol is after the grey text.",
            picture=Text(start, "", _why_not(run.network, error)),
            chances=(chances(about, names, shares),),
            notes=notes,
        )
    drawn = list(islice(draws, writing.length))
    at = f"at temperature {writing.temperature:g}"
    return Predictions(
        see=f"It reads the grey text and goes on from there, drawing one symbol after the other {at}.",
        picture=Text(start, "".join(outputs[draw.id] for draw in drawn)),
        # After the example, where the strips end: what follows the written text nobody sees.
        chances=(chances(f"{about}, {at}", names, drawn[0].shares),),
        notes=notes,
    )


def _why_not(network: Network, error: InputError) -> str:
    """Say why a network cannot write, in words that need no knowledge of the program."""
    config = network.config
    if config.attention or any(layer.bidirectional for layer in config.layers):
        what = "attention" if config.attention else "a second direction"
        return (
            f"This network cannot write: with {what} it looks at the whole text, also at what comes later, "
            "and while it writes there is nothing later yet."
        )
    if any(layer.cell.carried != layer.cell.states for layer in config.layers):
        return (
            "This network cannot write here: its cells hand on their gates as well (full gate recurrence), "
            "and writing one symbol at a time carries the memory only."
        )
    return f"This network cannot write. {error}."
