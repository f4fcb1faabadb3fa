"""Arrays for the fast path: where they start, and how numbers are copied between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray
from lstm_core.errors import InputError

STAGE_NUMBERS = 2**15
"""How many numbers the rows of a stage may hold if they are to stay in the cache."""

FAR_APART = 2**15
"""Bytes between two examples from which on it pays to bring them together before they are transposed."""

ALIGNMENT = 64
"""Bytes of a cache line. A matrix that starts elsewhere makes its product with a vector a tenth slower."""

BoolArray: TypeAlias = NDArray[np.bool_]
Views: TypeAlias = tuple[FloatArray, ...]
Copies: TypeAlias = tuple[tuple[FloatArray, FloatArray], ...]
"""Pairs of a target and a source."""


def even_parts(total: int, most: int) -> int:
    """Return the size of the parts when a whole is cut into as few as possible, all of about one size."""
    return math.ceil(total / math.ceil(total / most))


def copy_all(pairs: Copies) -> None:
    """Copy each source into its target."""
    for target, source in pairs:
        target[...] = source


def copy_transposed(source: FloatArray, target: FloatArray) -> None:
    """Copy (B, T, ·) into (T, ·, B)."""
    B, T, size = source.shape
    if B == 1 or abs(source.strides[0]) < FAR_APART:
        target[...] = source.transpose(1, 2, 0)
        return
    steps = max(1, STAGE_NUMBERS // (B * size))
    for start in range(0, T, steps):
        together = np.ascontiguousarray(source[:, start : start + steps].transpose(1, 0, 2))
        target[start : start + steps] = together.transpose(0, 2, 1)


def as_matrix(array: FloatArray, batch_size: int) -> FloatArray:
    """Return a matrix with a column per example, or a vector for one: BLAS is faster with vectors."""
    return array.reshape(-1) if batch_size == 1 else array


def allocate(shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[Any]) -> dict[str, FloatArray]:
    """Return arrays of zeros by their names."""
    return {name: aligned(shape, dtype) for name, shape in shapes.items()}


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
    """Return zeros that start at a multiple of `ALIGNMENT` bytes."""
    size = math.prod(shape) * dtype.itemsize
    memory = np.zeros(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    array: FloatArray = memory[start : start + size].view(dtype).reshape(shape)
    return array


def require_shape(name: str, array: object, shape: tuple[int, ...]) -> None:
    """Raise InputError unless it is an array of the shape."""
    if not isinstance(array, np.ndarray):
        raise InputError(f"{name} must be an array of shape {shape}, got {type(array).__name__}")
    if array.shape != shape:
        raise InputError(f"{name} must have shape {shape}, got {array.shape}")
