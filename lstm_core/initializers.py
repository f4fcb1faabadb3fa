"""First values for weights, each drawn from a NumPy generator that is handed in; there is no global seed.

References
----------
.. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
       AISTATS 2010.
.. [2] A. M. Saxe, J. L. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in
       deep linear neural networks", ICLR 2014, arXiv:1312.6120.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from lstm_core.checks import FloatArray

Initializer: TypeAlias = Callable[[tuple[int, ...], "np.random.Generator"], FloatArray]
# In quotes, because numpy.random takes a tenth of the time of importing this package.


def zeros(shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """Return zeros; nothing is drawn from `rng`."""
    return np.zeros(shape)


def uniform(shape: tuple[int, ...], rng: np.random.Generator, scale: float = 0.5) -> FloatArray:
    """Draw every number evenly from [−scale, scale).

    Examples
    --------
    >>> draw = uniform((100, 2), np.random.default_rng(0), scale=0.1)
    >>> bool(abs(draw).max() <= 0.1)
    True
    """
    return rng.uniform(-scale, scale, shape)


def glorot_uniform(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Draw evenly from ±√(6 / (rows + columns)), so that signals neither fade nor grow on average [1]_.

    Examples
    --------
    >>> draw = glorot_uniform((4, 2), np.random.default_rng(0))
    >>> bool(abs(draw).max() <= 1.0)
    True
    """
    rows, columns = shape
    return uniform(shape, rng, scale=(6 / (rows + columns)) ** 0.5)


def orthogonal(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Draw a matrix whose rows or columns, whichever are fewer, are orthonormal [2]_.

    The signs of R's diagonal are moved into Q, so that every orthogonal matrix is equally likely.

    Examples
    --------
    >>> draw = orthogonal((5, 3), np.random.default_rng(0))
    >>> bool(np.allclose(draw.T @ draw, np.eye(3)))
    True
    """
    rows, columns = shape
    q, r = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return np.ascontiguousarray(q if rows >= columns else q.T)


INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {"zeros": zeros, "uniform": uniform, "glorot": glorot_uniform, "orthogonal": orthogonal}  # type: ignore[dict-item]
)
"""Every initialiser of a matrix by its name; all of them take a shape (rows, columns)."""
