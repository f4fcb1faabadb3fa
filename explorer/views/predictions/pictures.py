"""What is shown of what a network says, as values. Nothing is computed or drawn in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability of one class; `right` if it is the truth."""

    name: str
    share: float
    right: bool


@dataclass(frozen=True, slots=True)
class Chances:
    """The most probable classes for one sequence, and what is left for the others together.

    The truth is always among the rows, as the last one if it is not one of the most probable.
    """

    about: str
    rows: tuple[Chance, ...]
    others: int
    others_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often each class was said for each: counts of shape (K, K), a row for each truth."""

    labels: tuple[str, ...]
    counts: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The most frequent mistakes: (said, truth, times), and how many other kinds there are."""

    rows: tuple[tuple[str, str, int], ...]
    others: int


@dataclass(frozen=True, slots=True)
class Text:
    """What was written after a start; `refused` says why nothing was."""

    start: str
    written: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """One sequence with an answer at every timestep; what is masked is left out.

    Attributes
    ----------
    name : str
        Which sequence.
    before : int
        Timesteps that come before those that are shown.
    inputs, said : tuple of str
        What stands at each timestep that is shown, and what the network says.
    truths : tuple of str, optional
        The right answers, where they are known.
    right, steps : int
        How many answers of all timesteps are right.
    """

    name: str
    before: int
    inputs: tuple[str, ...]
    said: tuple[str, ...]
    truths: tuple[str, ...] | None
    right: int
    steps: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Sequences with an answer at every timestep, and what the short names of the answers stand for."""

    rows: tuple[Steps, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A part of a series with what the network said each of its values would be, one step ahead.

    Attributes
    ----------
    unit : str
        Of the values.
    first, split, count : int
        The place of the first value that is shown, of the first that is held out, and how many there are.
    truth, said : ndarray, shape (n,)
        NaN where there was a gap, or nothing was said.
    low, high : ndarray, shape (columns,)
        The whole series, each column the smallest and the largest of some values that follow each other.
    decimals : int
        With how many the values are written.
    chosen : int
        The place of the value that the probe asks for; −1 if that is none of the series.
    """

    unit: str
    first: int
    split: int
    count: int
    truth: FloatArray
    said: FloatArray
    low: FloatArray
    high: FloatArray
    decimals: int
    chosen: int


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """What was said for each true value, shapes (n,); `chosen` is the place of the probe's, or −1."""

    truth: FloatArray
    said: FloatArray
    chosen: int


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A number said at each timestep, shape (n,), beside the right one; `before` timesteps are not shown."""

    said: FloatArray
    truth: FloatArray | None
    before: int


Picture: TypeAlias = Confusion | Mistakes | Text | Rows | Curve | Scatter | Pairs


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Predictions:
    """All that is shown of what a network says.

    Attributes
    ----------
    see : str
        What one sees, in a sentence; empty if there is nothing to see.
    picture : one of the pictures, optional
        None where `chances` say it all, or nothing can be shown.
    summary : tuple of str
        How well it does, in sentences.
    chances : tuple of Chances
        The probabilities for single sequences, the probe's last.
    notes : tuple of str
        What was left out.
    """

    see: str = ""
    picture: Picture | None = None
    summary: tuple[str, ...] = ()
    chances: tuple[Chances, ...] = ()
    notes: tuple[str, ...] = ()
