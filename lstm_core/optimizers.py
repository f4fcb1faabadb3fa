"""How a gradient becomes a change of the weights: SGD, momentum, RMSprop and Adam, by PyTorch's conventions.

All parameters are one flat vector. It is changed in place, block by block, by ufuncs that write into arrays
made once; the moments are kept rescaled, which saves every multiplication by 1 − β.

References
----------
.. [1] B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational
       Mathematics and Mathematical Physics 4(5), 1964.
.. [2] T. Tieleman and G. Hinton, "Lecture 6.5 - RMSProp", COURSERA: Neural Networks for Machine Learning,
       2012.
.. [3] D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lstm_core.checks import FloatArray, float_type, real_number, whole_number
from lstm_core.errors import InputError

BLOCK = 131072
"""Parameters that are updated at a time. Fewer cost more in calls than they save in memory traffic."""


@dataclass(frozen=True, slots=True, eq=False)
class OptimizerState:
    """What an optimiser remembers between two updates.

    Parameters
    ----------
    name : str
        Whose it is: "SGD", "RMSprop" or "Adam".
    updates : int
        How many there have been.
    moments : tuple of ndarray, shape (N,)
        Copied; read-only. How many there are is the optimiser's own.
    scales : tuple of float
        What each moment is to be multiplied with to be the m or v of the published formula. An updater with
        other settings goes on from that; one with the same settings takes the moments as they are, to the
        last bit.
    """

    name: str
    updates: int
    moments: tuple[FloatArray, ...]
    scales: tuple[float, ...]

    def __post_init__(self) -> None:
        """Copy and freeze the moments."""
        moments = tuple(np.array(moment) for moment in self.moments)
        for moment in moments:
            moment.flags.writeable = False
        object.__setattr__(self, "moments", moments)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy be as read-only as the original."""
        return type(self), (self.name, self.updates, self.moments, self.scales)


@dataclass(frozen=True, slots=True)
class Optimizer(ABC):
    """A rule of updating, without any memory; `start` begins to keep one.

    Parameters
    ----------
    learning_rate : float
        Above 0.

    Raises
    ------
    InputError
        If a number is outside its range.
    """

    learning_rate: float

    @property
    @abstractmethod
    def remembers(self) -> int:
        """How many moments an updater keeps of each parameter."""

    def __post_init__(self) -> None:
        """Refuse a learning rate that is not above 0."""
        self._keep("learning_rate", above=True)

    def _keep(self, name: str, high: float = math.inf, *, above: bool = False, below: bool = False) -> None:
        """Check an option that is at least 0, and keep it as a float."""
        number = real_number(name, getattr(self, name), 0, high, above=above, below=below)
        object.__setattr__(self, name, number)

    @abstractmethod
    def start(self, size: int, dtype: DTypeLike) -> Updater:
        """Return an updater of a vector of the given length and float type that remembers nothing yet."""


@dataclass(frozen=True, slots=True)
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum [1]_ if asked for.

    With the gradient g::

        v = momentum · v + g
        w = w − learning_rate · v

    Parameters
    ----------
    learning_rate : float
        Above 0.
    momentum : float
        In [0, 1).

    Raises
    ------
    InputError
        If a number is outside its range.

    Examples
    --------
    >>> updater = SGD(learning_rate=0.5).start(2, np.float64)
    >>> weights = np.array([1.0, 2.0])
    >>> updater.update(weights, np.array([2.0, -2.0]), 0.5)
    >>> weights
    array([0., 3.])
    """

    learning_rate: float = 0.01
    momentum: float = 0.0

    @property
    def remembers(self) -> int:
        """One with momentum, none without."""
        return 1 if self.momentum else 0

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges."""
        Optimizer.__post_init__(self)
        self._keep("momentum", 1, below=True)

    def start(self, size: int, dtype: DTypeLike) -> Updater:
        """Return an updater; see `Optimizer.start`."""
        return _MomentumUpdater(self, size, dtype) if self.momentum else _DescentUpdater(self, size, dtype)


@dataclass(frozen=True, slots=True)
class RMSprop(Optimizer):
    """Steps measured by the root of a running mean of the squared gradient [2]_.

    With the gradient g::

        v = alpha · v + (1 − alpha) · g²
        w = w − learning_rate · g / (√v + epsilon)

    Parameters
    ----------
    learning_rate : float
        Above 0.
    alpha : float
        In [0, 1).
    epsilon : float
        Above 0.

    Raises
    ------
    InputError
        If a number is outside its range.

    Examples
    --------
    >>> updater = RMSprop(learning_rate=0.1, alpha=0.75).start(1, np.float64)
    >>> weights = np.array([1.0])
    >>> updater.update(weights, np.array([4.0]), 0.1)
    >>> weights.round(6)
    array([0.8])
    """

    learning_rate: float = 0.01
    alpha: float = 0.99
    epsilon: float = 1e-8

    @property
    def remembers(self) -> int:
        """One: v."""
        return 1

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges."""
        Optimizer.__post_init__(self)
        self._keep("alpha", 1, below=True)
        self._keep("epsilon", above=True)

    def start(self, size: int, dtype: DTypeLike) -> Updater:
        """Return an updater; see `Optimizer.start`."""
        return _RMSpropUpdater(self, size, dtype)


@dataclass(frozen=True, slots=True)
class Adam(Optimizer):
    """Momentum and step size, both from running means whose slow start is corrected [3]_.

    With the gradient g at update t = 1, 2, …::

        m = beta_1 · m + (1 − beta_1) · g
        v = beta_2 · v + (1 − beta_2) · g²
        w = w − learning_rate · m / (1 − beta_1ᵗ) / (√(v / (1 − beta_2ᵗ)) + epsilon)

    Parameters
    ----------
    learning_rate : float
        Above 0.
    beta_1, beta_2 : float
        In [0, 1).
    epsilon : float
        Above 0. Keras has 1e-7.

    Raises
    ------
    InputError
        If a number is outside its range.

    Examples
    --------
    >>> updater = Adam(learning_rate=0.1).start(1, np.float64)
    >>> weights = np.array([1.0])
    >>> updater.update(weights, np.array([-3.0]), 0.1)
    >>> weights.round(6)
    array([1.1])
    """

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    @property
    def remembers(self) -> int:
        """Two: m and v."""
        return 2

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges."""
        Optimizer.__post_init__(self)
        self._keep("beta_1", 1, below=True)
        self._keep("beta_2", 1, below=True)
        self._keep("epsilon", above=True)

    def start(self, size: int, dtype: DTypeLike) -> Updater:
        """Return an updater; see `Optimizer.start`."""
        return _AdamUpdater(self, size, dtype)


class Updater(ABC):
    """An optimiser at work on one vector, made by `Optimizer.start`: its moments and how often it updated.

    Parameters
    ----------
    config : Optimizer
        The rule.
    size : int
        The number of parameters.
    dtype : dtype
        float32 or float64.

    Raises
    ------
    InputError
        If `size` is not a positive integer, or the dtype is another.
    """

    scales: tuple[float, ...] = ()
    """What each moment is to be multiplied with to be that of the published formula."""

    def __init__(self, config: Optimizer, size: int, dtype: DTypeLike) -> None:
        size, dtype = whole_number("size", size, low=1), float_type("dtype", dtype)
        self.name = type(config).__name__
        self.updates = 0
        self.moments: tuple[FloatArray, ...] = tuple(np.zeros(size, dtype) for _ in range(config.remembers))
        scratch: FloatArray = np.empty(min(size, BLOCK), dtype)
        self._blocks: list[tuple[slice, FloatArray, tuple[FloatArray, ...]]] = []
        for start in range(0, size, BLOCK):
            where = slice(start, min(start + BLOCK, size))
            moments = tuple(moment[where] for moment in self.moments)
            self._blocks.append((where, scratch[: where.stop - start], moments))

    def update(self, weights: FloatArray, gradient: FloatArray, learning_rate: float) -> None:
        """Change the weights in place.

        Parameters
        ----------
        weights : ndarray, shape (N,)
            Of the size and float type that the updater was started for.
        gradient : ndarray, shape (N,)
            dL/d of each weight; left as it is.
        learning_rate : float
            Takes the place of the one in the config.
        """
        self.updates += 1
        self._prepare(learning_rate)
        for where, scratch, moments in self._blocks:
            self._update(weights[where], gradient[where], scratch, *moments)

    @abstractmethod
    def _prepare(self, learning_rate: float) -> None:
        """Set the constants of this update."""

    @abstractmethod
    def _update(
        self, weights: FloatArray, gradient: FloatArray, scratch: FloatArray, *moments: FloatArray
    ) -> None:
        """Update one block; `scratch` has its size and any content."""

    def state(self) -> OptimizerState:
        """Return a copy of what it remembers."""
        return OptimizerState(self.name, self.updates, self.moments, self.scales)

    def restore(self, state: OptimizerState) -> None:
        """Go on from what an updater of the same optimiser remembered, as if these settings had been its own.

        Raises
        ------
        InputError
            If it was another optimiser, or of another number of parameters.
        """
        if not isinstance(state, OptimizerState):
            raise InputError(f"the state must be an OptimizerState, got {type(state).__name__}")
        shapes = [moment.shape for moment in self.moments]
        if state.name != self.name or [moment.shape for moment in state.moments] != shapes:
            raise InputError(
                f"the state must be of {self.name} with moments of shape {shapes}, got one of {state.name} "
                f"with {[moment.shape for moment in state.moments]}"
            )
        if len(state.scales) != len(shapes):
            raise InputError(f"the state must have a scale for each moment, got {state.scales}")
        scales = [real_number("a scale of the state", scale, 0, above=True) for scale in state.scales]
        self.updates = whole_number("the updates of the state", state.updates, low=0)
        for moment, saved, theirs, own in zip(self.moments, state.moments, scales, self.scales, strict=True):
            np.copyto(moment, saved, casting="same_kind")
            if theirs != own:
                np.multiply(moment, theirs / own, moment)


class _DescentUpdater(Updater):
    """w ← w − rate · g."""

    def __init__(self, config: SGD, size: int, dtype: DTypeLike) -> None:
        super().__init__(config, size, dtype)
        self._rate = np.zeros((), dtype)

    def _prepare(self, learning_rate: float) -> None:
        self._rate[()] = learning_rate

    def _update(
        self, weights: FloatArray, gradient: FloatArray, scratch: FloatArray, *moments: FloatArray
    ) -> None:
        np.multiply(gradient, self._rate, scratch)
        np.subtract(weights, scratch, weights)


class _MomentumUpdater(_DescentUpdater):
    """The same with v ← momentum · v + g in the place of g."""

    scales = (1.0,)

    def __init__(self, config: SGD, size: int, dtype: DTypeLike) -> None:
        super().__init__(config, size, dtype)
        self._momentum = np.asarray(config.momentum, dtype)

    def _update(
        self, weights: FloatArray, gradient: FloatArray, scratch: FloatArray, *moments: FloatArray
    ) -> None:
        (v,) = moments
        np.multiply(v, self._momentum, v)
        np.add(v, gradient, v)
        super()._update(weights, v, scratch)


class _RMSpropUpdater(Updater):
    """With V = v / (1 − alpha) and s = √(1 − alpha): w ← w − rate/s · g / (√V + epsilon/s)."""

    def __init__(self, config: RMSprop, size: int, dtype: DTypeLike) -> None:
        super().__init__(config, size, dtype)
        self._scale = (1 - config.alpha) ** 0.5
        self.scales = (1 - config.alpha,)
        self._alpha = np.asarray(config.alpha, dtype)
        self._epsilon = np.asarray(config.epsilon / self._scale, dtype)
        self._rate = np.zeros((), dtype)

    def _prepare(self, learning_rate: float) -> None:
        self._rate[()] = learning_rate / self._scale

    def _update(
        self, weights: FloatArray, gradient: FloatArray, scratch: FloatArray, *moments: FloatArray
    ) -> None:
        (V,) = moments
        np.multiply(V, self._alpha, V)
        np.multiply(gradient, gradient, scratch)
        np.add(V, scratch, V)
        np.sqrt(V, scratch)
        np.add(scratch, self._epsilon, scratch)
        np.divide(gradient, scratch, scratch)
        np.multiply(scratch, self._rate, scratch)
        np.subtract(weights, scratch, weights)


class _AdamUpdater(Updater):
    """With M = m / (1 − beta_1), V = v / (1 − beta_2) and s = √((1 − beta_2) / (1 − beta_2ᵗ)).

    w ← w − rate · (1 − beta_1) / ((1 − beta_1ᵗ) s) · M / (√V + epsilon/s)
    """

    def __init__(self, config: Adam, size: int, dtype: DTypeLike) -> None:
        super().__init__(config, size, dtype)
        self._config = config
        self.scales = (1 - config.beta_1, 1 - config.beta_2)
        self._beta_1, self._beta_2 = (np.asarray(beta, dtype) for beta in (config.beta_1, config.beta_2))
        self._rate, self._epsilon = np.zeros((), dtype), np.zeros((), dtype)

    def _prepare(self, learning_rate: float) -> None:
        beta_1, beta_2, t = self._config.beta_1, self._config.beta_2, self.updates
        scale = ((1 - beta_2) / (1 - beta_2**t)) ** 0.5
        self._rate[()] = learning_rate * (1 - beta_1) / (1 - beta_1**t) / scale
        self._epsilon[()] = self._config.epsilon / scale

    def _update(
        self, weights: FloatArray, gradient: FloatArray, scratch: FloatArray, *moments: FloatArray
    ) -> None:
        M, V = moments
        np.multiply(M, self._beta_1, M)
        np.add(M, gradient, M)
        np.multiply(V, self._beta_2, V)
        np.multiply(gradient, gradient, scratch)
        np.add(V, scratch, V)
        np.sqrt(V, scratch)
        np.add(scratch, self._epsilon, scratch)
        np.divide(M, scratch, scratch)
        np.multiply(scratch, self._rate, scratch)
        np.subtract(weights, scratch, weights)
