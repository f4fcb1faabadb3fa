"""Stage 6: the network trained here, as the notebook did and as this app does, and how good weights are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.lessons.worked_example.steps.example import data, network, plan
from explorer.lessons.worked_example.steps.parameters import Params
from explorer.lessons.worked_example.steps.texts import Document, documents
from explorer.model import published
from lstm_core import Adam, Dataset, evaluate, train
from lstm_core.optimizers import Optimizer

Rate = Literal["published", "own"]
"""The learning rate of the notebook, or that of this app's own recipe."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network says after a document.

    Attributes
    ----------
    document : Document
        What it read.
    share : float
        The probability of the word that comes next, in [0, 1].
    said : str
        The word with the highest probability.
    loss : float
        Binary cross-entropy of this document, in nats.
    """

    document: Document
    share: float
    said: str
    loss: float

    @property
    def right(self) -> bool:
        """Whether the right word has the highest probability."""
        return self.said == self.document.after


@dataclass(frozen=True, slots=True)
class Assessment:
    """How good some weights are.

    Attributes
    ----------
    answers : tuple of Answer
        One for each document.
    loss : float
        Their mean, which is what training makes smaller.
    baseline : float
        The loss of one who always says ½ for each of the two answers.
    """

    answers: tuple[Answer, ...]
    loss: float
    baseline: float

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(answer.right for answer in self.answers)


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """A run of 500 epochs.

    Attributes
    ----------
    learning_rate : float
        Of Adam.
    losses : ndarray, shape (501,)
        Before the first epoch and after each one; read-only.
    params : mapping of ndarray
        The 22 weights at the end; read-only.
    """

    learning_rate: float
    losses: NDArray[np.float64]
    params: Params


# A run takes 0.1 s; thirty visitors mostly look at the same few seeds.
@lru_cache(maxsize=64)
def trained(seed: int, rate: Rate) -> Training:
    """Train the network for as long as the notebook did.

    Parameters
    ----------
    seed : int
        At least 0; draws the first weights, as on the Train page.
    rate : {"published", "own"}
        As the notebook did, with what Keras sets for Adam, or as this app does.
    """
    own = plan(seed)
    known, rng = own.data(), own.generator()
    optimizer: Optimizer = own.optimizer_config()
    if rate == "published":
        optimizer = Adam(published.LEARNING_RATE, epsilon=1e-7)
    untrained = own.network()
    run = train(
        untrained,
        untrained.init(rng, np.float64, forget_bias=own.forget_bias),
        known.train,
        loss=known.recipe.loss,
        optimizer=optimizer,
        rng=rng,
        batch_size=own.batch_size,
        epochs=published.EPOCHS,
    )
    losses = []
    for step in run:
        losses.append(step.loss)
    params = step.checkpoint().params
    curve = np.array([*losses, assess(params).loss])
    curve.flags.writeable = False
    return Training(optimizer.learning_rate, curve, params)


def assess(params: Params) -> Assessment:
    """Measure some weights on both documents."""
    known, measured = data(), network()
    whole = evaluate(measured, params, known.train, loss=known.recipe.loss)
    answers = []
    for place, (document, shares) in enumerate(zip(documents(), whole.outputs, strict=True)):
        alone = Dataset(known.train.inputs[place : place + 1], known.train.targets[place : place + 1])
        answers.append(
            Answer(
                document,
                float(shares[document.label]),
                known.outputs[int(shares.argmax())],
                evaluate(measured, params, alone, loss=known.recipe.loss).loss,
            )
        )
    return Assessment(tuple(answers), whole.loss, known.baseline.loss)
