"""Four numbers to be said to four random inputs: the toy that nicodjimenez/lstm trains its LSTM with [1]_.

100 units read 50 numbers at each of four timesteps, and the first unit is to say −0.5, 0.2, 0.1 and −0.5. No
dense layer reads them. The toy sums the squared errors of the four timesteps and descends with a rate of 0.1.
Here they are averaged, so its steps are those of ``SGD(0.4)``. Its weights start within ±0.1; those that
`Network` draws are larger and overshoot at that rate, so the default is a quarter of it.

References
----------
.. [1] N. D. Jimenez, "Simple LSTM", 2014, https://nicodjimenez.github.io/2014/08/08/lstm.html
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.checks import FloatArray
from lstm_core.errors import InputError
from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
from lstm_core.optimizers import SGD
from lstm_core.tasks.base import Metric, Probe, Reader, Recipe, Task, TaskData, guess
from lstm_core.training import Dataset

TARGETS = (-0.5, 0.2, 0.1, -0.5)
INPUTS = 50
UNITS = 100


def _sum_of_squares(outputs: FloatArray, data: Dataset) -> FloatArray:
    """Return it for each sequence: there is only one."""
    found: FloatArray = np.square(outputs - data.targets).sum(axis=(1, 2))
    return found


SUM_OF_SQUARES = Metric("sum of squared errors", "over the four timesteps", "", "lower", _sum_of_squares)


class FourTargetsReader(Reader):
    """The inputs mean nothing and are only numbered."""

    __slots__ = ()

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return a name for each input."""
        return tuple(f"x{t}" for t in range(1, len(inputs) + 1))

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the four numbers."""
        return ", ".join(f"{value:g}" for value in target[:, 0])

    def read(self, text: str) -> Probe:
        """Refuse: nobody can type them."""
        raise InputError(
            f"The inputs of this task are {len(TARGETS)} times {INPUTS} random numbers and cannot be typed"
        )


def make(rng: np.random.Generator, own: None, *, test: bool) -> TaskData:
    """Draw the inputs, evenly from [0, 1)."""
    targets = np.array(TARGETS)[np.newaxis, :, np.newaxis]
    dataset = Dataset(rng.random((1, len(TARGETS), INPUTS)), targets)
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Raw(INPUTS),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=UNITS),),
            outputs=1,
            read="every",
            head=False,
        ),
        loss="squared_error",
        optimizer=SGD(0.1),
        batch_size=1,
        epochs=300,
    )
    return TaskData(
        train=dataset,
        validation=dataset,
        held_out=False,
        inputs=tuple(f"x[{place}]" for place in range(INPUTS)),
        outputs=("h[0]",),
        recipe=recipe,
        metric=SUM_OF_SQUARES,
        baseline=guess(
            "always the mean of the four targets",
            np.full_like(targets, targets.mean()),
            dataset,
            SUM_OF_SQUARES,
            recipe.loss,
            "linear",
        ),
        reader=FourTargetsReader(),
        notes=(
            "There is only one sequence, so the network is measured on what it learned from: this shows that "
            "it can learn by heart.",
        ),
    )


TASK = Task(
    key="four_targets",
    name="Four targets",
    hard="100 units read 50 random numbers a timestep, but only one is asked, with no layer to correct it.",
    answer="values",
    make=make,
)
