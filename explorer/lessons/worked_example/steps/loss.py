"""Stage 8, the loss: binary cross-entropy of a document, line by line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.lessons.worked_example.arithmetic import total
from explorer.lessons.worked_example.steps.chain import Chain, chain
from explorer.lessons.worked_example.steps.forward import shares
from explorer.lessons.worked_example.steps.parameters import Params
from explorer.lessons.worked_example.steps.texts import Document, vocabulary
from explorer.lessons.worked_example.steps.training import assess
from lstm_core.losses import BinaryCrossEntropy


@dataclass(frozen=True, slots=True)
class LossByHand:
    """Binary cross-entropy of one document.

    Attributes
    ----------
    cut : bool
        Whether cutting to [1e-7, 1 − 1e-7] changed one of the probabilities.
    terms : tuple of Chain
        The logarithm that counts for each class.
    mean : Chain
        The loss: their mean, with its sign turned.
    of_both : Chain
        The mean of both documents, the loss of training.
    """

    cut: bool
    terms: tuple[Chain, ...]
    mean: Chain
    of_both: Chain


def loss_by_hand(params: Params, document: Document) -> LossByHand:
    """Compute the loss of a document, and from it that of both."""
    assessment = assess(params)
    losses = {answer.document: answer.loss for answer in assessment.answers}
    epsilon = BinaryCrossEntropy.epsilon
    said = shares(params, document.reading)
    kept = tuple(min(max(share, epsilon), 1 - epsilon) for share in said)
    terms = tuple(
        _term(word.word, right, share)
        for word, right, share in zip(vocabulary(), document.one_hot, kept, strict=True)
    )
    values = [term.value for term in terms]
    count = len(terms)
    mean = chain(
        "loss",
        f"−(sum of the {count} logarithms) ÷ {count}",
        losses[document],
        (f"−({' + '.join(['{}'] * count)}) ÷ {count}", lambda *terms: -total(*terms) / count, values),
        (f"{{}} ÷ {count}", lambda value: value / count, (-total(*values),)),
    )
    of_both = chain(
        "loss of training",
        "the mean of both documents",
        assessment.loss,
        ("({} + {}) ÷ 2", lambda one, other: (one + other) / 2, tuple(losses.values())),
    )
    return LossByHand(kept != said, terms, mean, of_both)


def _term(word: str, right: int, share: float) -> Chain:
    """Return the logarithm that counts for a class: of y for the right one, of what is left for another."""
    if right:
        return chain(word, "ln y", math.log(share), ("ln({})", math.log, (share,)))
    return chain(word, "ln(1 − y)", math.log1p(-share), ("ln(1 − {})", lambda y: math.log(1 - y), (share,)))
