"""Stages 7 and 8: a text through the network, as its probabilities and as every line of the way to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.lessons.worked_example.steps.example import network
from explorer.lessons.worked_example.steps.head import HeadByHand, head_by_hand
from explorer.lessons.worked_example.steps.parameters import Params
from explorer.lessons.worked_example.steps.texts import Reading
from explorer.lessons.worked_example.steps.unit import UnitByHand, unit_by_hand
from lstm_core.network import NetworkTrace


@dataclass(frozen=True, slots=True)
class Timestep:
    """One timestep.

    Attributes
    ----------
    t : int
        From 1.
    word : str
        What is read.
    x : int
        Its id.
    h_prev, c_prev : float
        h and c of the timestep before; 0 before the first.
    unit : UnitByHand, optional
        None where padding is skipped: h and c then stay as they were.
    """

    t: int
    word: str
    x: int
    h_prev: float
    c_prev: float
    unit: UnitByHand | None


@dataclass(frozen=True, slots=True)
class Worked:
    """A text through the network, by hand.

    Attributes
    ----------
    reading : Reading
        The text.
    skip : bool
        Whether padding is skipped; else it is read as the number 0.
    timesteps : tuple of Timestep
        One for each id.
    head : HeadByHand
        What is made of the last h.
    """

    reading: Reading
    skip: bool
    timesteps: tuple[Timestep, ...]
    head: HeadByHand


def shares(params: Params, reading: Reading, *, skip: bool = True) -> tuple[float, ...]:
    """Return the probability of each class after a text."""
    return tuple(_run(params, reading, skip).outputs[0].tolist())


def work_through(params: Params, reading: Reading, *, skip: bool = True) -> Worked:
    """Compute every line of a text's way through the network.

    Parameters
    ----------
    params : mapping of ndarray
        The 22 weights, float64.
    reading : Reading
        The text.
    skip : bool
        Whether padding is skipped, as this app does; False reads it as the number 0.

    Raises
    ------
    InputError
        If the weights are so large that a number is not finite.
    """
    trace = _run(params, reading, skip)
    layer = trace.layers[0].forward
    timesteps = []
    for t, (word, x, live) in enumerate(zip(reading.words, reading.ids, reading.live, strict=True)):
        h_prev, c_prev = (float(layer.previous(state)[0, t, 0]) for state in ("h", "c"))
        now = {key: float(array[0, t, 0]) for key, array in layer.signals.items()}
        unit = unit_by_hand(params, x, h_prev, c_prev, now) if live or not skip else None
        timesteps.append(Timestep(t + 1, word, x, h_prev, c_prev, unit))
    return Worked(reading, skip, tuple(timesteps), head_by_hand(params, trace))


def _run(params: Params, reading: Reading, skip: bool) -> NetworkTrace:
    inputs = np.array(reading.ids, np.float64).reshape(1, -1, 1)
    return network().forward(params, inputs, np.array([reading.live]) if skip else None)
