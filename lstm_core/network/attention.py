"""Dot-product attention over timesteps: what is read looks at all of them and takes a weighted sum.

No weights of its own and no scale, as Keras' ``Attention()``.

References
----------
.. [1] M.-T. Luong, H. Pham and C. D. Manning, "Effective Approaches to Attention-based Neural Machine
       Translation", EMNLP 2015, arXiv:1508.04025.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray
from lstm_core.dense import softmax_backward


def attend(
    queries: FloatArray, h: FloatArray, looks: NDArray[np.bool_], seen: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Weight every timestep by its dot product with a query [1]_, and sum.

    With q a query, over the timesteps t that are seen::

        weight_t = exp(q · h_t) / Σ exp(q · h_k)        mixed = Σ weight_t h_t

    Parameters
    ----------
    queries : ndarray, shape (B, Q, F)
        What looks.
    h : ndarray, shape (B, T, F)
        What is looked at.
    looks : ndarray of bool, shape (B, Q)
        False for a query that gets nothing, as Keras' query mask.
    seen : ndarray of bool, shape (B, T)
        False for a timestep that has no weight. A sequence without any gets nothing.

    Returns
    -------
    weights : ndarray, shape (B, Q, T)
        In [0, 1]; a row sums to 1, or is 0 where there is nothing to look or to look at.
    mixed : ndarray, shape (B, Q, F)

    Examples
    --------
    >>> h = np.array([[[1.0], [1.0], [9.0]]])
    >>> weights, mixed = attend(h[:, :1], h, np.array([[True]]), np.array([[True, True, False]]))
    >>> weights.tolist(), mixed.tolist()
    ([[[0.5, 0.5, 0.0]]], [[[1.0]]])
    """
    scores = queries @ h.transpose(0, 2, 1)  # (B, Q, T)
    allowed = looks[:, :, np.newaxis] & seen[:, np.newaxis]
    highest = scores.max(axis=-1, keepdims=True, initial=-np.inf, where=allowed)
    with np.errstate(over="ignore"):  # a difference too large to hold has a weight of 0 all the same
        scores -= highest
    np.copyto(scores, -np.inf, where=~allowed)
    weights = np.exp(scores, out=scores)  # one array for all of it: it is the largest of a run
    total = weights.sum(axis=-1, keepdims=True)
    weights /= np.where(total > 0, total, 1)
    return weights, weights @ h


def attend_backward(
    queries: FloatArray, h: FloatArray, weights: FloatArray, d_mixed: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return dL/d of the queries and of h, the latter as far as it was looked at."""
    d_scores = softmax_backward(weights, d_mixed @ h.transpose(0, 2, 1))
    d_h = weights.transpose(0, 2, 1) @ d_mixed + d_scores.transpose(0, 2, 1) @ queries
    return d_scores @ h, d_h
