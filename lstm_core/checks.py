"""Checks of what comes from outside: each returns a clean value or raises InputError with the reason."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_core.errors import InputError

FloatArray: TypeAlias = NDArray[np.floating[Any]]
"""An array of float32 or float64."""


def real_array(name: str, value: object, dtype: DTypeLike | None = None) -> FloatArray:
    """Copy a value into an array of finite real numbers.

    Parameters
    ----------
    name : str
        What to call the value in a message.
    value : array_like
        Booleans, integers or floats; text, objects and complex numbers are refused.
    dtype : dtype, optional
        What to convert to. Without it float32 stays float32 and everything else becomes float64.

    Returns
    -------
    ndarray
        A new array that shares no memory with `value`.

    Raises
    ------
    InputError
        If the rows have different lengths, the numbers are not real, or one of them is NaN or infinite.

    Examples
    --------
    >>> real_array("x", [[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    raw = _array(name, value)
    if raw.dtype.kind not in "biuf":
        raise InputError(f"{name} must hold real numbers, got values of type {raw.dtype}")
    if dtype is None:
        dtype = np.float32 if raw.dtype == np.float32 else np.float64
    with np.errstate(over="ignore"):
        array: FloatArray = np.array(raw, dtype=dtype, order="C")
    finite = np.isfinite(array)
    if not finite.all():
        wrong = np.argwhere(~finite)
        first = raw[tuple(wrong[0])]
        limit = f" that {array.dtype} can hold" if np.isfinite(first) else ""
        raise InputError(f"{name} must hold finite numbers{limit}, got {_found(name, raw, wrong)}")
    return array


def truth_array(name: str, value: object, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Copy a value into an array of booleans; numbers are accepted if each is 0 or 1.

    Parameters
    ----------
    name : str
        What to call the value in a message.
    value : array_like
        Booleans, or numbers that are all 0 or 1.
    shape : tuple of int
        The shape it must have.

    Returns
    -------
    ndarray of bool
        A new array that shares no memory with `value`.

    Raises
    ------
    InputError
        If the shape is another or a value is neither true nor false.

    Examples
    --------
    >>> truth_array("mask", [[1, 0]], (1, 2))
    array([[ True, False]])
    """
    raw = _array(name, value)
    if raw.shape != shape:
        raise InputError(f"{name} must have shape {shape}, got {raw.shape}")
    if raw.dtype.kind not in "biuf" or not np.isin(raw, (0, 1)).all():
        found = ", ".join(str(item) for item in list(raw.flat)[:5])
        raise InputError(f"{name} must hold only True and False (or 1 and 0), got {found}")
    return np.array(raw, dtype=np.bool_, order="C")


def whole_number(name: str, value: object, low: int, high: int | None = None) -> int:
    """Read an integer in a range.

    Parameters
    ----------
    name : str
        What to call the value in a message.
    value : int
        A Python or NumPy integer; a boolean is refused.
    low, high : int
        The smallest and the largest value allowed, both included; no upper limit without `high`.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If it is not an integer or lies outside the range.

    Examples
    --------
    >>> whole_number("hidden_size", 3, low=1)
    3
    """
    expected = f"an integer of at least {low}" if high is None else f"an integer from {low} to {high}"
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"{name} must be {expected}, got {value!r}") from None
    if isinstance(value, (bool, np.bool_)) or number < low or (high is not None and number > high):
        raise InputError(f"{name} must be {expected}, got {value!r}")
    return number


def real_number(
    name: str, value: object, low: float, high: float = math.inf, *, above: bool = False, below: bool = False
) -> float:
    """Read a finite number in a range.

    Parameters
    ----------
    name : str
        What to call the value in a message.
    value : float
        A Python or NumPy number; a boolean or a text is refused.
    low, high : float
        The range, both ends included.
    above, below : bool
        Leaves out the lower or the upper end.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If it is no number, not finite, or outside the range.

    Examples
    --------
    >>> real_number("rate", 0.5, 0, 1, below=True)
    0.5
    >>> real_number("rate", 1, 0, 1, below=True)
    Traceback (most recent call last):
    ...
    lstm_core.errors.InputError: rate must be a number of at least 0 and below 1, got 1
    """
    expected = f"a number {'above' if above else 'of at least'} {low:g}"
    if high < math.inf:
        expected += f" and {'below' if below else 'at most'} {high:g}"
    number = math.nan
    if not isinstance(value, bool | str | bytes):
        try:
            array = real_array(name, value)
        except InputError:
            raise InputError(f"{name} must be {expected}, got {value!r}") from None
        number = float(array) if array.shape == () else math.nan
    inside = (number > low if above else number >= low) and (number < high if below else number <= high)
    if not inside:
        raise InputError(f"{name} must be {expected}, got {value!r}")
    return number


def whole_array(
    name: str, value: object, count: int, what: str, shape: tuple[int, ...] | None = None
) -> NDArray[np.intp]:
    """Copy a value into an array of numbers from 0 to count − 1.

    Parameters
    ----------
    name : str
        What to call the value in a message.
    value : array_like
        Integers; booleans and floats are refused.
    count : int
        How many different numbers there are.
    what : str
        What they number, for a message.
    shape : tuple of int, optional
        The shape it must have; by default any.

    Raises
    ------
    InputError
        If the shape is another, a value is no integer, or one lies outside the range.

    Examples
    --------
    >>> whole_array("targets", [[0, 2]], 3, "classes")
    array([[0, 2]])
    """
    raw = _array(name, value)
    if raw.dtype.kind not in "iu":
        raise InputError(f"{name} must hold integers from 0 to {count - 1}, got values of type {raw.dtype}")
    if shape is not None and raw.shape != shape:
        raise InputError(f"{name} must have shape {shape}, got {raw.shape}")
    wrong = np.argwhere((raw < 0) | (raw >= count))
    if len(wrong):
        raise InputError(
            f"{name} must hold integers from 0 to {count - 1}, as there are {count} {what}, "
            f"got {_found(name, raw, wrong)}"
        )
    return np.array(raw, dtype=np.intp, order="C")


def generator(name: str, value: object) -> np.random.Generator:
    """Return a NumPy generator, or raise InputError if it is another thing, such as a bare seed.

    Examples
    --------
    >>> generator("rng", 7)
    Traceback (most recent call last):
    ...
    lstm_core.errors.InputError: rng must be a numpy.random.Generator, got int
    """
    if not isinstance(value, np.random.Generator):
        raise InputError(f"{name} must be a numpy.random.Generator, got {type(value).__name__}")
    return value


def float_type(name: str, value: object) -> np.dtype[Any]:
    """Return float32 or float64 as a dtype, or raise InputError if it is another.

    Examples
    --------
    >>> float_type("dtype", "float32")
    dtype('float32')
    """
    try:
        given: np.dtype[Any] | str = np.dtype(value) if value is not None else "None"  # type: ignore[call-overload]
    except TypeError:
        given = repr(value)
    if given not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise InputError(f"{name} must be float32 or float64, got {given}")
    return np.dtype(given)


def one_of(name: str, value: object, choices: Iterable[object]) -> None:
    """Raise InputError unless the value is one of the choices.

    Parameters
    ----------
    name : str
        What to call the value in a message.
    value : object
        What came.
    choices : iterable
        What is allowed; named in the message in this order.

    Raises
    ------
    InputError
        If it is none of them. ``1`` is not ``True``; NumPy's ``True_`` is.
    """
    choices = tuple(choices)
    plain = value.item() if isinstance(value, (np.bool_, np.str_)) else value
    if not any(type(plain) is type(choice) and plain == choice for choice in choices):
        raise InputError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")


def same_keys(name: str, value: object, expected: Iterable[object]) -> None:
    """Raise InputError unless a value is a mapping with exactly the expected keys.

    Parameters
    ----------
    name : str
        What to call the mapping in a message.
    value : mapping
        What came.
    expected : iterable
        The keys it must have; named in the message in this order.

    Raises
    ------
    InputError
        If it is no mapping, or a key is missing or unknown.
    """
    expected = list(expected)
    words = ", ".join(map(str, expected))
    if not isinstance(value, Mapping):
        raise InputError(f"{name} must be a mapping with the keys {words}, got {type(value).__name__}")
    missing = [str(key) for key in expected if key not in value]
    unknown = [str(key) for key in value if key not in expected]
    if missing or unknown:
        problems = [f"missing {', '.join(missing)}"] * bool(missing)
        problems += [f"unknown {', '.join(unknown)}"] * bool(unknown)
        raise InputError(f"{name} must hold exactly {words}, got {' and '.join(problems)}")


def _found(name: str, array: NDArray[Any], wrong: NDArray[np.intp]) -> str:
    """Write the first wrong number of an array, where it stands, and how many others there are."""
    where = ", ".join(str(index) for index in wrong[0])
    place = f" at {name}[{where}]" if where else ""
    others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return f"{array[tuple(wrong[0])]}{place}{others}"


def _array(name: str, value: object) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} must be an array of numbers with rows of equal length: {error}") from error
