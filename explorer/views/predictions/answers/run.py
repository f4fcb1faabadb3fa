"""What every kind of answer is made from: a network run on the probe, and on some of the examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core import Dataset, Network, predict
from lstm_core.checks import FloatArray
from lstm_core.tasks import Probe, TaskData

Params: TypeAlias = Mapping[str, FloatArray]

MOST_EXAMPLES = 500
"""Examples that are run at most, evenly taken; more would not change what is seen."""

MOST_TIMESTEPS, LEAST_EXAMPLES = 15_000, 20
"""Of long sequences so many timesteps are run at most, unless that were very few sequences."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A network with its parameters, the data of its task, and the sequence that is looked at."""

    data: TaskData
    network: Network
    params: Params
    probe: Probe

    def of_probe(self) -> FloatArray:
        """Return what is said of the probe: (K,) or (T, K)."""
        outputs: FloatArray = predict(self.network, self.params, self.probe.inputs, self.probe.mask)[0]
        return outputs

    def of(self, dataset: Dataset, places: NDArray[np.intp]) -> FloatArray:
        """Return what is said of some of the examples."""
        mask = None if dataset.mask is None else dataset.mask[places]
        return predict(self.network, self.params, dataset.inputs[places], mask)

    def places(self, dataset: Dataset, most: int = MOST_EXAMPLES) -> NDArray[np.intp]:
        """Return which examples are run, where only a mean or some of them are shown."""
        room = max(MOST_TIMESTEPS // dataset.inputs.shape[1], LEAST_EXAMPLES)
        return evenly(len(dataset), min(most, room))

    def home_of_probe(self) -> tuple[Dataset, int] | None:
        """Return the dataset that the probe is an example of, and its place there, if it is one."""
        for dataset in reversed(self.data.parts):
            place = place_of(dataset, self.probe)
            if place >= 0:
                return dataset, place
        return None

    def truth_of_probe(self) -> NDArray[Any] | None:
        """Return the target of the probe if it is one of the examples."""
        home = self.home_of_probe()
        return None if home is None else home[0].targets[home[1]]

    def measured(self, noun: str) -> str:
        """Name what is measured on, such as "held-out example"."""
        if not self.data.held_out:
            return noun
        return f"held-out {noun}" if self.data.test is None else f"validation {noun}"

    def sampled(self, count: int, nouns: str) -> tuple[str, ...]:
        """Say that only some of the examples were run, if so."""
        total = len(self.data.validation)
        if count == total:
            return ()
        return (f"Measured on {count} of {total} {self.measured(nouns)}, evenly taken.",)


def live(probe: Probe) -> NDArray[np.intp]:
    """Return the timesteps of a sequence that are not masked."""
    return np.arange(len(probe.symbols)) if probe.mask is None else np.flatnonzero(probe.mask[0])


def live_symbols(probe: Probe) -> list[str]:
    """Return what stands at the timesteps of a sequence that are not masked."""
    return [probe.symbols[t] for t in live(probe)]


def place_of(dataset: Dataset, probe: Probe) -> int:
    """Return the place of the first example with the inputs of a probe, or −1."""
    if dataset.inputs.shape[1:] != probe.inputs.shape[1:]:
        return -1
    # Few examples end alike: the rest is compared for those only.
    ends = dataset.inputs[:, -1] == probe.inputs[:, -1]
    for place in np.flatnonzero(ends.reshape(len(ends), -1).all(axis=1)):
        same_mask = dataset.mask is None or probe.mask is None or (dataset.mask[place] == probe.mask).all()
        if same_mask and (dataset.inputs[place] == probe.inputs[0]).all():
            return int(place)
    return -1


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """Return the places of so many of `count` things at most, the first and the last among them.

    Examples
    --------
    >>> evenly(3, 5).tolist(), evenly(9, 5).tolist()
    ([0, 1, 2], [0, 2, 4, 6, 8])
    """
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.intp)
