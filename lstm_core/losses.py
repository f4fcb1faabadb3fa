"""How far a network's outputs are from its targets, as one number, and that number's gradient at the logits.

A loss is the weighted mean over positions: the examples, or every timestep of every example if the network is
read at every one. Weights and masks both come as `weights`; a position of weight 0 does not count.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_core.checks import FloatArray, one_of, real_array, whole_array
from lstm_core.dense import OUTPUT_ACTIVATIONS, OutputActivationName
from lstm_core.errors import InputError

LossName = Literal["squared_error", "cross_entropy", "binary_cross_entropy"]


class Loss(ABC):
    """What is minimised. It holds no numbers.

    Examples
    --------
    >>> loss = LOSSES["squared_error"]
    >>> outputs = np.array([[0.5], [2.0]])
    >>> value, d_logits = loss(outputs, outputs, np.array([[0.0], [0.0]]), activation="linear")
    >>> value, d_logits.tolist()
    (2.125, [[0.5], [2.0]])
    """

    __slots__ = ()

    activations: ClassVar[tuple[OutputActivationName, ...]]
    """The activations of the head that it makes sense with."""

    @abstractmethod
    def check(self, name: str, targets: object, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return a clean copy of the targets for outputs of a shape.

        Parameters
        ----------
        name : str
            What to call them in a message.
        targets : array_like
            What came.
        shape : tuple of int
            Of the outputs: the positions, then K.
        dtype : dtype
            The float type of the outputs.

        Raises
        ------
        InputError
            If their shape or a value does not fit.
        """

    @abstractmethod
    def value_and_gradient(
        self,
        logits: FloatArray,
        outputs: FloatArray,
        targets: NDArray[Any],
        share: FloatArray,
        activation: OutputActivationName,
    ) -> tuple[float, FloatArray]:
        """Compute the loss; `share`, that broadcasts to (…, 1), is what part of the mean a position is."""

    def __call__(
        self,
        logits: object,
        outputs: object,
        targets: object,
        weights: object = None,
        *,
        activation: OutputActivationName,
    ) -> tuple[float, FloatArray]:
        """Compute the loss and its gradient.

        Parameters
        ----------
        logits : array_like, shape (…, K)
            What entered the activation of the head.
        outputs : array_like, shape (…, K)
            What left it.
        targets : array_like
            As `check` takes them.
        weights : array_like, shape (…), optional
            At least 0: how much each position counts. By default all count the same.
        activation : {"linear", "sigmoid", "softmax"}
            That of the head.

        Returns
        -------
        value : float
            Σ w · loss / Σ w over the positions, in nats for both cross-entropies; 0 if no position counts,
            and inf if it is larger than the float type can hold.
        d_logits : ndarray, shape (…, K)
            dL/d of each logit.

        Raises
        ------
        InputError
            If the loss makes no sense with the activation, a number is not finite, or a shape does not fit.
        """
        one_of(f"the activation for {type(self).__name__}", activation, self.activations)
        z, y = real_array("logits", logits), real_array("outputs", outputs)
        if y.ndim < 2 or y.size == 0:
            raise InputError(
                f"outputs must have shape (…, outputs) with at least 1 position and output, got {y.shape}"
            )
        _require_shape("logits", z, y.shape)
        clean = self.check("targets", targets, y.shape, y.dtype)
        counts = None if weights is None else real_array("weights", weights, y.dtype)
        if counts is not None:
            _require_shape("weights", counts, y.shape[:-1])
            counts = relative("weights", counts)
        with np.errstate(all="ignore"):
            return self.value_and_gradient(z, y, clean, shares(counts, y), activation)


def relative(name: str, weights: FloatArray) -> FloatArray:
    """Divide weights by the largest, so that no sum of them overflows; InputError if one is below 0."""
    if weights.min() < 0:
        raise InputError(f"{name} must be at least 0, got {weights.min():g}")
    largest = weights.max()
    return weights / largest if largest > 0 else weights


def shares(weights: FloatArray | None, outputs: FloatArray) -> FloatArray:
    """Return what part of the mean each position is: a 0-d array for equal parts, else shape (…, 1)."""
    if weights is None:
        positions = outputs.size // outputs.shape[-1]
        return np.asarray(1 / positions, outputs.dtype)
    total = weights.sum()
    share: FloatArray = weights / total if total > 0 else np.zeros_like(weights)
    return share[..., np.newaxis].astype(outputs.dtype, copy=False)


@dataclass(frozen=True, slots=True)
class SquaredError(Loss):
    """The mean over K outputs of (y − target)², then over the positions.

    Targets are real numbers with the shape of the outputs.

    Examples
    --------
    >>> SquaredError().check("targets", [[1, 2]], (1, 2), np.float64)
    array([[1., 2.]])
    """

    activations: ClassVar[tuple[OutputActivationName, ...]] = ("linear", "sigmoid", "softmax")

    def check(self, name: str, targets: object, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return real numbers with the shape of the outputs; see `Loss.check`."""
        array = real_array(name, targets, dtype)
        _require_shape(name, array, shape)
        return array

    def value_and_gradient(
        self,
        logits: FloatArray,
        outputs: FloatArray,
        targets: NDArray[Any],
        share: FloatArray,
        activation: OutputActivationName,
    ) -> tuple[float, FloatArray]:
        """Compute the loss; see `Loss.value_and_gradient`."""
        error = outputs - targets
        d_outputs = error * (share / outputs.shape[-1])
        value = float((d_outputs * error).sum())
        d_outputs *= 2
        return value, OUTPUT_ACTIVATIONS[activation].backward(outputs, d_outputs)


@dataclass(frozen=True, slots=True)
class CrossEntropy(Loss):
    """−log p of the right class, with p the softmax of the logits; finite also where p rounds to 0.

    Targets are the numbers of the right classes, 0 to K − 1, with the shape of the outputs without K.

    Examples
    --------
    >>> logits = np.array([[0.0, 0.0]])
    >>> value, d_logits = CrossEntropy()(logits, np.array([[0.5, 0.5]]), np.array([1]), activation="softmax")
    >>> round(value, 6), d_logits.tolist()
    (0.693147, [[0.5, -0.5]])
    """

    activations: ClassVar[tuple[OutputActivationName, ...]] = ("softmax",)

    def check(self, name: str, targets: object, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return integers with the shape of the positions; see `Loss.check`."""
        return whole_array(name, targets, shape[-1], "classes", shape[:-1])

    def value_and_gradient(
        self,
        logits: FloatArray,
        outputs: FloatArray,
        targets: NDArray[Any],
        share: FloatArray,
        activation: OutputActivationName,
    ) -> tuple[float, FloatArray]:
        """Compute the loss; see `Loss.value_and_gradient`."""
        right = (*np.indices(targets.shape, sparse=True), targets)
        # The largest share is 1 / Σ exp(logit − largest logit), and never too small for its logarithm.
        surprise = logits.max(axis=-1) - np.log(outputs.max(axis=-1)) - logits[right]
        value = float((surprise[..., np.newaxis] * share).sum())
        d_logits = outputs.copy(order="K")
        d_logits[right] -= 1
        d_logits *= share
        return value, d_logits


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropy(Loss):
    """−mean over K of t log y + (1 − t) log(1 − y), each output a probability of its own, as Keras does it.

    y is cut to [1e-7, 1 − 1e-7] first, so that no logarithm is infinite; beyond that it has no gradient.
    After a softmax the K outputs depend on each other, but Keras allows it and Example B trains so.

    Targets are numbers in [0, 1] with the shape of the outputs.

    Examples
    --------
    >>> y = np.array([[0.75, 0.25]])
    >>> value, _ = BinaryCrossEntropy()(np.log(y), y, np.array([[1.0, 0.0]]), activation="softmax")
    >>> round(value, 6)
    0.287682
    """

    activations: ClassVar[tuple[OutputActivationName, ...]] = ("sigmoid", "softmax")
    epsilon: ClassVar[float] = 1e-7

    def check(self, name: str, targets: object, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return numbers in [0, 1] with the shape of the outputs; see `Loss.check`."""
        array = real_array(name, targets, dtype)
        _require_shape(name, array, shape)
        if array.min() < 0 or array.max() > 1:
            raise InputError(f"{name} must lie in [0, 1], got {array.min():g} to {array.max():g}")
        return array

    def value_and_gradient(
        self,
        logits: FloatArray,
        outputs: FloatArray,
        targets: NDArray[Any],
        share: FloatArray,
        activation: OutputActivationName,
    ) -> tuple[float, FloatArray]:
        """Compute the loss; see `Loss.value_and_gradient`."""
        share = share / outputs.shape[-1]
        low, high = (np.asarray(end, outputs.dtype) for end in (self.epsilon, 1 - self.epsilon))
        y = np.clip(outputs, low, high)
        surprise = targets * np.log(y) + (1 - targets) * np.log1p(-y)
        value = -float((surprise * share).sum())
        d_outputs = (y - targets) / (y * (1 - y)) * share
        d_outputs *= (outputs >= low) & (outputs <= high)
        return value, OUTPUT_ACTIVATIONS[activation].backward(outputs, d_outputs)


LOSSES: Mapping[LossName, Loss] = MappingProxyType(
    {
        "squared_error": SquaredError(),
        "cross_entropy": CrossEntropy(),
        "binary_cross_entropy": BinaryCrossEntropy(),
    }
)
"""Every loss by its name."""


def _require_shape(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise InputError(f"{name} must have shape {shape}, got {array.shape}")
