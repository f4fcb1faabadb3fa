"""Whether the ones so far are an even or an odd number, said at every bit of a string."""

from __future__ import annotations

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
    cheapest,
    epochs_for,
    with_test,
)
from lstm_core.tasks.metrics import accuracy_of, constant_answers
from lstm_core.tasks.strings import different_strings
from lstm_core.training import ClipNorm, Dataset

LABELS = ("even", "odd")
LONGEST_TYPED = 1_000
_ACCURACY = accuracy_of("of the parities said right, over all timesteps")


class ParityReader(Reader):
    """Bits to numbers, parities to words."""

    __slots__ = ()

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return the bits."""
        return tuple(str(int(bit)) for bit in inputs[:, 0])

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the parity at every bit."""
        return " ".join(LABELS[odd] for odd in target)

    def read(self, text: str) -> Probe:
        """Read bits."""
        bits = "".join(text.split())
        if not 1 <= len(bits) <= LONGEST_TYPED or set(bits) - {"0", "1"}:
            raise InputError(f"Type from 1 to {LONGEST_TYPED} bits such as 0110, got “{text:.30}”")
        inputs, targets = _sequences(np.array([[int(bit) for bit in bits]]))
        return Probe(inputs, None, tuple(bits), self.target(inputs[0], targets[0]))


def make(rng: np.random.Generator, own: None, length: int, *, test: bool) -> TaskData:
    """Draw strings, none of them twice: a quarter of all, at most 1000; one in five is held out."""
    count = min(1000, 2**length // 4)
    kept_back = count // 5
    strings = different_strings(rng, count + kept_back * test, length, 2)
    validation, train, tested = np.split(strings, [kept_back, count])
    learned = Dataset(*_sequences(train))
    batch_size = 32
    recipe = Recipe(
        network=NetworkConfig(
            inputs=Raw(1),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=8),),
            outputs=2,
            read="every",
            activation="softmax",
        ),
        loss="cross_entropy",
        optimizer=Adam(0.02),
        batch_size=batch_size,
        epochs=epochs_for(1000, count - kept_back, batch_size),
        clip=ClipNorm(5.0),
    )
    shares = np.bincount(learned.targets.ravel(), minlength=2) / learned.targets.size

    def measured_on(part: NDArray[np.intp]) -> dict[str, Any]:
        dataset = Dataset(*_sequences(part))
        answers = constant_answers(LABELS, shares, dataset, _ACCURACY, recipe.loss)
        return {"validation": dataset, **cheapest(answers, _ACCURACY)}

    data = TaskData(
        train=learned,
        held_out=True,
        inputs=("bit",),
        outputs=LABELS,
        recipe=recipe,
        metric=_ACCURACY,
        reader=ParityReader(),
        **measured_on(validation),
    )
    return with_test(data, measured_on(tested) if test else None)


def _sequences(strings: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return inputs (N, T, 1) and running parities (N, T) of bits (N, T)."""
    return strings[..., np.newaxis].astype(float), strings.cumsum(axis=1) % 2


TASK = Task(
    key="parity",
    name="Parity",
    hard="Every single bit turns the answer round, so nothing may be forgotten and no bit helps on its own.",
    answer="labels",
    typed="0110",
    make=make,
    sizes=(Size("length", "Bits in a string", 12, 5, 100),),
)
