"""Add the two numbers of a sequence that are marked [1]_.

References
----------
.. [1] S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997,
       experiment 4.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.errors import InputError
from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
from lstm_core.optimizers import Adam
from lstm_core.tasks.base import (
    Probe,
    Reader,
    Recipe,
    Size,
    Task,
    TaskData,
    epochs_for,
    guess,
    with_test,
)
from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
from lstm_core.tasks.wording import counted
from lstm_core.training import ClipNorm, Dataset

HELD_OUT = 500
LONGEST_TYPED = 1_000


class AddingReader(Reader):
    """A number is written with two decimals, and a star if it is marked."""

    __slots__ = ()

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return the numbers."""
        return tuple(f"{number:.2f}{'*' if mark else ''}" for number, mark in inputs)

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the sum."""
        first, second = inputs[inputs[:, 1] == 1, 0]
        return f"{first:.2f} + {second:.2f} = {target[0]:.2f}"

    def read(self, text: str) -> Probe:
        """Read numbers in [0, 1], two of them with a star."""
        like = "Type numbers from 0 to 1, two of them with a star, such as 0.3 0.5* 0.9 0.2*"
        rows = []
        for piece in text.split():
            try:
                number = float(piece.removesuffix("*"))
            except ValueError:
                number = math.nan
            if not 0 <= number <= 1:
                raise InputError(f"{like}, got “{piece:.30}”")
            rows.append((abs(number), float(piece.endswith("*"))))
        marks = sum(piece.endswith("*") for piece in text.split())
        if marks != 2 or len(rows) > LONGEST_TYPED:
            raise InputError(f"{like}, got {counted(len(rows), 'number')} with {counted(marks, 'star')}")
        inputs = np.array(rows)
        answer = self.target(inputs, np.array([inputs[:, 0] @ inputs[:, 1]]))
        return Probe(inputs[np.newaxis], None, self.symbols(inputs), answer)


def draw(rng: np.random.Generator, examples: int, length: int) -> Dataset:
    """Draw sequences with a mark somewhere in each half.

    Examples
    --------
    >>> dataset = draw(np.random.default_rng(0), examples=3, length=6)
    >>> dataset.inputs.shape, dataset.targets.shape
    ((3, 6, 2), (3, 1))
    """
    inputs = np.zeros((examples, length, 2))
    inputs[..., 0] = rng.random((examples, length))
    every = np.arange(examples)
    for low, high in ((0, length // 2), (length // 2, length)):
        inputs[every, rng.integers(low, high, examples), 1] = 1
    return Dataset(inputs, (inputs[..., 0] * inputs[..., 1]).sum(axis=1, keepdims=True))


def make(rng: np.random.Generator, own: None, length: int, examples: int, *, test: bool) -> TaskData:
    """Draw the examples."""
    batch_size = 32
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Raw(2), layers=(RecurrentLayer(cell=LSTM(), hidden_size=16),), outputs=1
        ),
        loss="squared_error",
        optimizer=Adam(0.01),
        batch_size=batch_size,
        epochs=epochs_for(1500, examples, batch_size),
        clip=ClipNorm(1.0),
    )
    train = draw(rng, examples, length)

    def held_out() -> dict[str, Any]:
        drawn = draw(rng, HELD_OUT, length)
        # About 1/6, the variance of the sum of two numbers that are even in [0, 1]; exactly, as was drawn.
        always = guess(
            "always 1", np.ones_like(drawn.targets), drawn, MEAN_SQUARED_ERROR, recipe.loss, "linear"
        )
        return {"validation": drawn, "baseline": always}

    data = TaskData(
        train=train,
        held_out=True,
        inputs=("number", "mark"),
        outputs=("sum",),
        recipe=recipe,
        metric=MEAN_SQUARED_ERROR,
        reader=AddingReader(),
        **held_out(),
    )
    return with_test(data, held_out() if test else None)


TASK = Task(
    key="adding",
    name="Adding problem",
    hard="Two numbers among many count, the first long before the end, and only a mark says which they are.",
    answer="value",
    typed="0.3 0.5* 0.9 0.2*",
    make=make,
    sizes=(
        Size("length", "Numbers in a sequence", 20, 2, 500, keeps_split=True),
        Size("examples", "Sequences to learn from", 1000, 50, 20_000),
    ),
)
