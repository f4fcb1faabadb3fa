"""The metrics that more than one task is measured by, and what they are computed with.

All are means over the positions that count: a timestep that a mask skips does not, where every timestep is
read, and one position counts more than another where the dataset has weights. The functions here return what
is averaged, a number for each position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lstm_core.checks import FloatArray
from lstm_core.losses import LossName
from lstm_core.tasks.base import Baseline, Metric, guess, mean_that_counts
from lstm_core.training import Dataset


def is_right(outputs: FloatArray, data: Dataset) -> FloatArray:
    """Return 1 where the largest output is the right one, else 0.

    Parameters
    ----------
    outputs : ndarray, shape (N, K) or (N, T, K)
        A number for each class. Among equals the first counts as the largest.
    data : Dataset
        With targets of shape (N) or (N, T), the right classes, or of the shape of the outputs, rows with a 1
        at the right class.

    Examples
    --------
    >>> is_right(np.array([[0.2, 0.8], [0.9, 0.1]]), Dataset([[1], [1]], [1, 1])).tolist()
    [1.0, 0.0]
    """
    targets = data.targets
    right = targets.argmax(axis=-1) if targets.ndim == outputs.ndim else targets
    found: FloatArray = (outputs.argmax(axis=-1) == right).astype(float)
    return found


def surprise(outputs: FloatArray, data: Dataset) -> FloatArray:
    """Return −log p of the right class, in nats; never infinite.

    Parameters
    ----------
    outputs : ndarray, shape (N, K) or (N, T, K)
        The share of each class.
    data : Dataset
        With targets of shape (N) or (N, T), the right classes.

    Examples
    --------
    >>> surprise(np.array([[0.25, 0.75]]), Dataset([[1]], [0])).round(6).tolist()
    [1.386294]
    """
    right = np.take_along_axis(outputs, data.targets[..., np.newaxis], axis=-1)[..., 0]
    found: FloatArray = -np.log(np.maximum(right, np.finfo(outputs.dtype).tiny))
    return found


def mean_squared_error(outputs: FloatArray, data: Dataset) -> FloatArray:
    """Return the mean of (output − target)² over the outputs; targets have the shape of the outputs.

    Examples
    --------
    >>> mean_squared_error(np.array([[1.0, 2.0]]), Dataset([[0]], [[1.0, 4.0]])).tolist()
    [2.0]
    """
    found: FloatArray = np.square(outputs - data.targets).mean(axis=-1)
    return found


def accuracy_of(what: str) -> Metric:
    """Return the accuracy of a task, in its words: "of the sentences labelled right"."""
    return Metric("accuracy", what, "", "higher", is_right)


def nats_per(position: str, answer: str) -> Metric:
    """Return the surprise of a task, in its words.

    Examples
    --------
    >>> metric = nats_per("character", "next character")
    >>> metric.name, metric.words
    ('nats per character', 'of surprise at the next character')
    """
    return Metric(f"nats per {position}", f"of surprise at the {answer}", "nats", "lower", surprise)


def constant_answers(
    names: Sequence[str], shares: FloatArray, measured: Dataset, metric: Metric, loss: LossName
) -> list[Baseline]:
    """Return what can be had by saying the same at every position: one label, or that all are equally likely.

    The label is the one that is right most often in the data that is measured on, so no single label does
    better there, and neither does chance.

    Parameters
    ----------
    names : sequence of str
        Of the K labels.
    shares : ndarray, shape (K,)
        How often each label is right in what is learned from: what the loss of the single label is had with.
    measured : Dataset
        With targets of shape (N,) or (N, T), the right classes, or of shape (N, K), rows with a 1 at it.
    metric : Metric
        The accuracy.
    loss : {"cross_entropy", "binary_cross_entropy"}
        Of the shares.

    Examples
    --------
    >>> data = Dataset([[1], [1], [1]], [1, 0, 1])
    >>> for found in constant_answers(("no", "yes"), np.ones(2) / 2, data, accuracy_of(""), "cross_entropy"):
    ...     print(found.name, round(found.value, 3), round(found.loss, 3))
    always the most frequent label, “yes” 0.667 0.693
    chance 0.5 0.693
    """
    K, targets = len(names), measured.targets
    classes = targets if targets.dtype.kind == "i" else targets.argmax(axis=-1)
    favourite = int(np.bincount(classes.ravel(), minlength=K).argmax())
    found = []
    for name, said, each in (
        (
            f"always the most frequent label, “{names[favourite]}”",
            shares,
            (classes == favourite).astype(float),
        ),
        ("chance", np.full(K, 1 / K), np.full(classes.shape, 1 / K)),
    ):
        outputs = np.broadcast_to(said, (*classes.shape, K))
        known = guess(name, outputs, measured, metric, loss, "softmax")
        each.flags.writeable = False
        found.append(replace(known, value=mean_that_counts(each, measured), each=each))
    return found


MEAN_SQUARED_ERROR = Metric(
    "mean squared error", "mean of (answer − right answer)²", "", "lower", mean_squared_error
)
