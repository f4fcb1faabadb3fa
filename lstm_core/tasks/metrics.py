"""The metrics that more than one task is measured by, and what they are computed with."""

from __future__ import annotations

import numpy as np

from lstm_core.checks import FloatArray
from lstm_core.tasks.base import Metric
from lstm_core.training import Dataset


def accuracy(outputs: FloatArray, data: Dataset) -> float:
    """Return the share of positions whose largest output is the right one, in [0, 1].

    Parameters
    ----------
    outputs : ndarray, shape (…, K)
        A number for each class. Among equals the first counts as the largest.
    data : Dataset
        With targets of shape (…), the right classes, or (…, K), rows with a 1 at the right class.

    Examples
    --------
    >>> accuracy(np.array([[0.2, 0.8], [0.9, 0.1]]), Dataset([[1], [1]], [1, 1]))
    0.5
    """
    targets = data.targets
    right = targets.argmax(axis=-1) if targets.ndim == outputs.ndim else targets
    return float((outputs.argmax(axis=-1) == right).mean())


def surprise(outputs: FloatArray, data: Dataset) -> float:
    """Return the mean of −log p of the right class, in nats; never infinite.

    Parameters
    ----------
    outputs : ndarray, shape (…, K)
        The share of each class.
    data : Dataset
        With targets of shape (…), the right classes.

    Examples
    --------
    >>> round(surprise(np.array([[0.25, 0.75]]), Dataset([[1]], [0])), 6)
    1.386294
    """
    right = np.take_along_axis(outputs, data.targets[..., np.newaxis], axis=-1)
    return float(-np.log(np.maximum(right, np.finfo(outputs.dtype).tiny)).mean())


def mean_squared_error(outputs: FloatArray, data: Dataset) -> float:
    """Return the mean of (output − target)²; targets have the shape of the outputs.

    Examples
    --------
    >>> mean_squared_error(np.array([[1.0], [1.0]]), Dataset([[0], [0]], [[1.0], [3.0]]))
    2.0
    """
    return float(np.square(outputs - data.targets).mean())


MEAN_SQUARED_ERROR = Metric(
    "mean squared error", "mean of (answer − right answer)²", "", "lower", mean_squared_error
)
