"""A classifier that sees which words a sentence has and not their order: logistic regression on word counts.

It stands beside the LSTM to show what the order is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray
from lstm_core.dense import softmax
from lstm_core.losses import LOSSES
from lstm_core.optimizers import Adam

UPDATES = 300
PENALTY = 1e-3
"""Of the sum of all squared weights, so that they stay finite where the classes can be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class BagOfWords:
    """Softmax of counts @ weights + bias.

    Parameters
    ----------
    weights : ndarray, shape (V, K)
        How much one occurrence of each word speaks for each class.
    bias : ndarray, shape (K,)

    Examples
    --------
    >>> ids, labels = np.array([[1, 2], [2, 1], [3, 2], [2, 3]]), np.array([0, 0, 1, 1])
    >>> bag = BagOfWords.fit(ids, labels, vocabulary=4, classes=2)
    >>> bag.shares(np.array([[1, 2], [2, 1]])).round(2).tolist()
    [[0.99, 0.01], [0.99, 0.01]]
    """

    weights: FloatArray
    bias: FloatArray

    @classmethod
    def fit(cls, ids: NDArray[Any], labels: NDArray[Any], vocabulary: int, classes: int) -> BagOfWords:
        """Learn from sentences, shape (N, T) with 0 for padding, and their classes, shape (N,).

        All of them at once, from weights of 0: the same sentences always give the same weights.
        """
        weights = np.zeros((vocabulary + 1, classes))  # the bias is that of one more word, in every sentence
        ids = np.insert(ids, 0, vocabulary, axis=1)
        rows, words = _found(ids)
        optimizer = Adam(0.1)
        updater = optimizer.start(weights.size, weights.dtype)
        rule = LOSSES["cross_entropy"]
        for _ in range(UPDATES):
            logits = _sums(rows, weights[words], len(ids))
            _, d_logits = rule(logits, softmax(logits), labels, activation="softmax")
            gradient = _sums(words, d_logits[rows], len(weights)) + 2 * PENALTY * weights
            updater.update(weights.reshape(-1), gradient.reshape(-1), optimizer.learning_rate)
        return cls(weights[:-1], weights[-1])

    def shares(self, ids: NDArray[Any]) -> FloatArray:
        """Return the share of each class: (N, T) to (N, K)."""
        rows, words = _found(ids)
        return softmax(_sums(rows, self.weights[words], len(ids)) + self.bias)


def _found(ids: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the sentence and the id of every word; padding is none.

    A word stands in few sentences: a table of counts would hold little but zeros.
    """
    rows, places = np.nonzero(ids)
    return rows, ids[rows, places]


def _sums(groups: NDArray[Any], values: FloatArray, count: int) -> FloatArray:
    """Add up the values, shape (n, K), of each group: (count, K)."""
    return np.stack([np.bincount(groups, column, count) for column in values.T], axis=1)
