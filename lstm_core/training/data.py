"""What a network learns from: inputs with their targets, as they are given and as training uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray, one_of, real_array
from lstm_core.errors import InputError
from lstm_core.losses import Loss, relative
from lstm_core.network import Network
from lstm_core.size import MAX_BYTES, require_room


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Examples with their targets. Its arrays are read-only copies.

    Parameters
    ----------
    inputs : array_like, shape (N, T) or (N, T, D)
        Ids, or real numbers, as the network takes them.
    targets : array_like
        As the loss takes them: real numbers with the shape of the outputs, or the numbers of the classes.
    mask : array_like of bool, shape (N, T), optional
        False where a timestep is skipped; with "every" it does not count in the loss either.
    weights : array_like, shape (N,) or with "every" also (N, T), optional
        At least 0: how much each example, or each timestep of it, counts in the loss.

    Raises
    ------
    InputError
        If they are not arrays of finite numbers, or not of the same number of examples, at least 1. Whether
        they fit a network and a loss is known when the two are. As SizeInputError, if one of
        them has more than 2 GB.

    Examples
    --------
    >>> len(Dataset([[[1.0], [2.0]], [[3.0], [4.0]]], [[3.0], [7.0]]))
    2
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    mask: NDArray[Any] | None = None
    weights: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        """Copy and freeze the arrays."""
        lengths = {}
        for name in ("inputs", "targets", "mask", "weights"):
            value = getattr(self, name)
            if value is None and name in ("mask", "weights"):
                continue
            if not isinstance(value, np.ndarray):
                real_array(name, value)  # refuses what is none
                value = np.asarray(value)
            require_room(value.nbytes, MAX_BYTES, f"The array of {name}")
            array = np.array(value) if value.dtype.kind in "biu" else real_array(name, value)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
            lengths[name] = len(array) if array.ndim else 0
        if len(set(lengths.values())) > 1 or 0 in lengths.values():
            found = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise InputError(
                f"a dataset must have the same number of examples, at least 1, in all: got {found}"
            )

    def __len__(self) -> int:
        """Return the number of examples, N."""
        return len(self.inputs)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy be as read-only as the original."""
        return type(self), (self.inputs, self.targets, self.mask, self.weights)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Checked examples: a whole dataset, or some of it."""

    inputs: NDArray[Any]
    targets: NDArray[Any]
    mask: NDArray[np.bool_] | None
    weights: FloatArray | None  # a number for every position, the largest 1

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self.inputs)

    @property
    def weight(self) -> float:
        """What the positions count together."""
        return float(self.targets.size if self.weights is None else self.weights.sum())

    def take(self, examples: NDArray[np.intp]) -> Batch:
        """Return some of the examples, with a mask only if it skips something."""
        mask = None if self.mask is None else self.mask.take(examples, axis=0)
        return Batch(
            self.inputs.take(examples, axis=0),
            self.targets.take(examples, axis=0),
            None if mask is None or mask.all() else mask,
            None if self.weights is None else self.weights.take(examples, axis=0),
        )


def position_weights(
    mask: NDArray[Any] | None, weights: NDArray[Any] | None, positions: tuple[int, ...]
) -> FloatArray | None:
    """Return how much each position of a dataset counts, in its loss and in its metric.

    Parameters
    ----------
    mask : ndarray, shape (N, T), optional
        False where a timestep was skipped.
    weights : ndarray, shape (N,) or (N, T), optional
        How much each example, or each timestep of it, counts.
    positions : tuple of int
        (N,), or (N, T) of a network that is read at every timestep: there a masked timestep does not count.

    Returns
    -------
    ndarray of the shape `positions`, or None
        None if all count the same.

    Examples
    --------
    >>> mask, weights = np.array([[0, 1], [1, 1]]), np.array([2.0, 1.0])
    >>> position_weights(mask, weights, (2, 2)).tolist(), position_weights(mask, weights, (2,)).tolist()
    ([[0.0, 2.0], [1.0, 1.0]], [2.0, 1.0])
    """
    live = mask if len(positions) > 1 else None
    if weights is None:
        return None if live is None else live.astype(np.float64)
    spread = weights.reshape(weights.shape + (1,) * (len(positions) - weights.ndim))
    return np.broadcast_to(spread, positions) * (1 if live is None else live)


def prepare(name: str, data: Dataset, network: Network, loss: Loss, dtype: np.dtype[Any]) -> Batch:
    """Check a dataset against a network and a loss.

    Raises
    ------
    InputError
        If anything in it does not fit; the message calls it by `name`.
    """
    if not isinstance(data, Dataset):
        raise InputError(f"{name} must be a Dataset, got {type(data).__name__}")
    config = network.config
    what = f"the activation of a network that learns by {type(loss).__name__}"
    one_of(what, config.activation, loss.activations)
    inputs, mask = network.check_inputs(data.inputs, data.mask, dtype, name=f"the inputs of {name}")
    positions = inputs.shape[:2] if config.read == "every" else inputs.shape[:1]
    shape = (*positions, config.outputs)
    targets = loss.check(f"the targets of {name}", data.targets, shape, dtype)
    given = None
    if data.weights is not None:
        given = real_array(f"the weights of {name}", data.weights, dtype)
        if given.shape not in (positions, positions[:1]):
            either = f" or {positions}" if len(positions) > 1 else ""
            raise InputError(
                f"the weights of {name} must have shape {positions[:1]}{either}, got {given.shape}"
            )
        given = relative(f"the weights of {name}", given)
    weights = position_weights(mask, given, positions)
    if weights is not None:
        weights = weights.astype(dtype, copy=False)
    if weights is not None and not weights.any():
        raise InputError(
            f"{name} must have a position that counts, got only weights of 0 and masked timesteps"
        )
    return Batch(inputs, targets, mask, weights)
