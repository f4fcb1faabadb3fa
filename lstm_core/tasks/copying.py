"""Say a few symbols again after a pause [1]_.

References
----------
.. [1] S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997; in the form
       of M. Arjovsky, A. Shah and Y. Bengio, "Unitary Evolution Recurrent Neural Networks", ICML 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import LSTM
from lstm_core.errors import InputError
from lstm_core.network import NetworkConfig, OneHot, RecurrentLayer
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
from lstm_core.tasks.metrics import nats_per
from lstm_core.tasks.strings import different_strings
from lstm_core.training import ClipNorm, Dataset

HELD_OUT = 200
BLANK, RECALL = "·", "?"

NATS_PER_TIMESTEP = nats_per("timestep", "right answer")


def memoryless(symbols: int, alphabet: int, delay: int) -> NDArray[np.float64]:
    """Return the shares that a network gives which knows the rules and remembers nothing, shape (T, K).

    It is sure of every blank, and takes each of the symbols to be any of the alphabet. Whatever was to be
    remembered, that leaves symbols · log(alphabet) / (delay + 2 · symbols) nats per timestep.

    Examples
    --------
    >>> memoryless(symbols=1, alphabet=2, delay=1).tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.5, 0.5, 0.0]]
    """
    shares = np.zeros((delay + 2 * symbols, alphabet + 1))
    shares[:-symbols, alphabet] = 1
    shares[-symbols:, :alphabet] = 1 / alphabet
    return shares


@dataclass(frozen=True, slots=True)
class CopyReader(Reader):
    """Symbols are letters, a blank is a dot, and the signal to speak a question mark.

    Parameters
    ----------
    alphabet : str
        The letters.
    delay : int
        Timesteps between the last symbol and the first time it is said again.
    """

    alphabet: str
    delay: int

    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return what stands at each timestep."""
        return tuple((self.alphabet + BLANK + RECALL)[id_] for id_ in inputs)

    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return what is to be said at each timestep."""
        return "".join((self.alphabet + BLANK)[id_] for id_ in target)

    def read(self, text: str) -> Probe:
        """Read the letters; the pause and the signal are put behind them."""
        letters = "".join(text.split()).upper()
        wrong = [letter for letter in letters if letter not in self.alphabet]
        if wrong or not 1 <= len(letters) <= TASK.sizes[0].high:
            raise InputError(
                f"Type from 1 to {TASK.sizes[0].high} of the letters {', '.join(self.alphabet)}, "
                f"got “{text:.30}”"
            )
        strings = np.array([[self.alphabet.index(letter) for letter in letters]])
        inputs, targets = _sequences(strings, len(self.alphabet), self.delay)
        return Probe(inputs, None, self.symbols(inputs[0]), self.target(inputs[0], targets[0]))


def make(
    rng: np.random.Generator, own: None, symbols: int, alphabet: int, delay: int, examples: int, *, test: bool
) -> TaskData:
    """Draw the strings, none of them twice."""
    letters = ascii_uppercase[:alphabet]
    test = test and 2 * (examples + 2 * HELD_OUT) <= alphabet**symbols
    try:
        strings = different_strings(rng, examples + HELD_OUT * (1 + test), symbols, alphabet)
    except InputError as error:
        raise InputError(
            f"{error}: {examples} to learn from and {HELD_OUT} to be held out. {_way_out(symbols, alphabet)}"
        ) from None
    validation, train, tested = np.split(strings, [HELD_OUT, HELD_OUT + examples])
    batch_size = 32
    recipe = Recipe(
        network=NetworkConfig(
            inputs=OneHot(alphabet + 2),
            layers=(RecurrentLayer(cell=LSTM(), hidden_size=32),),
            outputs=alphabet + 1,
            read="every",
            activation="softmax",
        ),
        loss="cross_entropy",
        optimizer=Adam(0.02),
        batch_size=batch_size,
        epochs=epochs_for(2000, examples, batch_size),
        clip=ClipNorm(5.0),
    )
    shares = memoryless(symbols, alphabet, delay)

    def measured_on(part: NDArray[np.intp]) -> dict[str, Any]:
        dataset = Dataset(*_sequences(part, alphabet, delay))
        said = np.broadcast_to(shares, (*dataset.targets.shape, shares.shape[-1]))
        name = "know when to speak, remember nothing"
        return {
            "validation": dataset,
            "baseline": guess(name, said, dataset, NATS_PER_TIMESTEP, recipe.loss, "softmax"),
        }

    data = TaskData(
        train=Dataset(*_sequences(train, alphabet, delay)),
        held_out=True,
        inputs=(*letters, BLANK, RECALL),
        outputs=(*letters, BLANK),
        recipe=recipe,
        metric=NATS_PER_TIMESTEP,
        reader=CopyReader(letters, delay),
        **measured_on(validation),
    )
    return with_test(data, measured_on(tested) if test else None)


def _way_out(symbols: int, alphabet: int) -> str:
    """Say which sizes to change where there are too few strings."""
    more, different, _, examples = (f"“{size.words}”" for size in TASK.sizes)
    most = alphabet**symbols // 2 - HELD_OUT
    fewer = f", or lower {examples} to at most {most}" if most >= TASK.sizes[3].low else ""
    return f"Raise {more} or {different}{fewer}"


def _sequences(
    strings: NDArray[np.intp], alphabet: int, delay: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Put the pause, the signal and the time to speak behind strings of shape (N, n): twice (N, delay + 2n).

    The signal is the last timestep of the pause, as in [1]_.
    """
    N, n = strings.shape
    blank = alphabet
    inputs = np.full((N, delay + 2 * n), blank, np.intp)
    inputs[:, :n] = strings
    inputs[:, n + delay - 1] = alphabet + 1
    targets = np.full_like(inputs, blank)
    targets[:, n + delay :] = strings
    return inputs, targets


TASK = Task(
    key="copy",
    name="Copy",
    hard="Every symbol has to be kept apart from the others through a pause in which nothing happens.",
    answer="labels",
    typed="ABCA",
    make=make,
    sizes=(
        Size("symbols", "Symbols to remember", 4, 1, 20, keeps_split=True),
        Size("alphabet", "Different symbols", 8, 2, 26),
        Size("delay", "Timesteps of pause", 5, 1, 200, keeps_split=True),
        Size("examples", "Strings to learn from", 1000, 50, 20_000),
    ),
)
