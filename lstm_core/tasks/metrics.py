"""The metrics that more than one task is measured by, and what they are computed with.

All are means over the positions that count: a timestep that a mask skips does not, where every timestep is
read, and one position counts more than another where the dataset has weights.
"""

from __future__ import annotations

import numpy as np

from lstm_core.checks import FloatArray
from lstm_core.tasks.base import Metric
from lstm_core.training import Dataset
from lstm_core.training.data import position_weights


def mean_that_counts(values: FloatArray, data: Dataset) -> float:
    """Return the mean of a value for each position, shape (N,) or (N, T), as mask and weights say.

    Examples
    --------
    >>> mean_that_counts(np.array([[8.0, 1.0], [2.0, 3.0]]), Dataset([[1, 2]] * 2, [1, 2], [[0, 1], [1, 1]]))
    2.0
    """
    weights = position_weights(data.mask, data.weights, values.shape)
    return float(values.mean() if weights is None else np.average(values, weights=weights))


def accuracy(outputs: FloatArray, data: Dataset) -> float:
    """Return the share of positions whose largest output is the right one, in [0, 1].

    Parameters
    ----------
    outputs : ndarray, shape (N, K) or (N, T, K)
        A number for each class. Among equals the first counts as the largest.
    data : Dataset
        With targets of shape (N) or (N, T), the right classes, or of the shape of the outputs, rows with a 1
        at the right class.

    Examples
    --------
    >>> accuracy(np.array([[0.2, 0.8], [0.9, 0.1]]), Dataset([[1], [1]], [1, 1]))
    0.5
    """
    targets = data.targets
    right = targets.argmax(axis=-1) if targets.ndim == outputs.ndim else targets
    return mean_that_counts((outputs.argmax(axis=-1) == right).astype(float), data)


def surprise(outputs: FloatArray, data: Dataset) -> float:
    """Return the mean of −log p of the right class, in nats; never infinite.

    Parameters
    ----------
    outputs : ndarray, shape (N, K) or (N, T, K)
        The share of each class.
    data : Dataset
        With targets of shape (N) or (N, T), the right classes.

    Examples
    --------
    >>> round(surprise(np.array([[0.25, 0.75]]), Dataset([[1]], [0])), 6)
    1.386294
    """
    right = np.take_along_axis(outputs, data.targets[..., np.newaxis], axis=-1)[..., 0]
    return mean_that_counts(-np.log(np.maximum(right, np.finfo(outputs.dtype).tiny)), data)


def mean_squared_error(outputs: FloatArray, data: Dataset) -> float:
    """Return the mean of (output − target)²; targets have the shape of the outputs.

    Examples
    --------
    >>> mean_squared_error(np.array([[1.0], [1.0]]), Dataset([[0], [0]], [[1.0], [3.0]]))
    2.0
    """
    return mean_that_counts(np.square(outputs - data.targets).mean(axis=-1), data)


def accuracy_of(what: str) -> Metric:
    """Return the accuracy of a task, in its words: "of the sentences labelled right"."""
    return Metric("accuracy", what, "", "higher", accuracy)


def nats_per(position: str, answer: str) -> Metric:
    """Return the surprise of a task, in its words.

    Examples
    --------
    >>> metric = nats_per("character", "next character")
    >>> metric.name, metric.words
    ('nats per character', 'of surprise at the next character')
    """
    return Metric(f"nats per {position}", f"of surprise at the {answer}", "nats", "lower", surprise)


MEAN_SQUARED_ERROR = Metric(
    "mean squared error", "mean of (answer − right answer)²", "", "lower", mean_squared_error
)
