"""What happened when a cell ran, and its gradients: immutable values that every picture is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells.base import Cell
from lstm_core.checks import FloatArray, whole_number
from lstm_core.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """Every number that one cell computed over a batch of sequences.

    Its arrays are read-only, and no array that can still be written to is shared with whoever made it.

    Parameters
    ----------
    cell : Cell
        What ran.
    params : mapping of ndarray
        The cell's parameters, by name.
    x : ndarray, shape (B, T, D)
        The inputs, timesteps in the order they were given.
    mask : ndarray of bool, shape (B, T)
        False where a timestep was skipped; all True when no mask was given.
    initial : mapping of ndarray, shape (B, H)
        A value for each of what the cell carries, its states and under full gate recurrence its computed
        gates, before the first timestep.
    reverse : bool
        Whether time ran from the last timestep to the first.
    signals : mapping of ndarray, shape (B, T, H)
        A value for each of the cell's signals, timesteps in the order of `x`. Where the mask is False the
        states are what they were before and every other signal is 0.
    recurrent_scale : ndarray, shape (B, H), optional
        What h of the timestep before was multiplied with before the cell used it.

    Examples
    --------
    >>> from lstm_core import LSTM, unroll
    >>> params = LSTM().init(1, 2, np.random.default_rng(0))
    >>> trace = unroll(LSTM(), params, np.ones((1, 3, 1)))
    >>> bool((trace["c"] == trace["f"] * trace.previous("c") + trace["i"] * trace["g"]).all())
    True
    >>> trace.at(0, 2)["h_prev"].shape
    (2,)
    """

    cell: Cell
    params: Mapping[str, FloatArray]
    x: FloatArray
    mask: NDArray[np.bool_]
    initial: Mapping[str, FloatArray]
    reverse: bool
    signals: Mapping[str, FloatArray]
    recurrent_scale: FloatArray | None = None

    def __post_init__(self) -> None:
        """Make everything read-only."""
        freeze_fields(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a trace be pickled and copied, which a mapping proxy alone does not allow."""
        return type(self), plain_fields(self)

    @property
    def batch_size(self) -> int:
        """The number of sequences, B."""
        return int(self.x.shape[0])

    @property
    def timesteps(self) -> int:
        """The number of timesteps, T."""
        return int(self.x.shape[1])

    @property
    def input_size(self) -> int:
        """The number of inputs a timestep has, D."""
        return int(self.x.shape[2])

    @property
    def hidden_size(self) -> int:
        """The number of units, H."""
        return int(self.params["U"].shape[0])

    def __getitem__(self, key: str) -> FloatArray:
        """Return one signal, shape (B, T, H); InputError if the cell does not record it."""
        try:
            return self.signals[key]
        except (KeyError, TypeError):
            recorded = ", ".join(self.signals)
            raise InputError(f"the signal must be one of {recorded}, got {key!r}") from None

    def previous(self, key: str) -> FloatArray:
        """Return what a signal was one timestep before, in the direction that time ran.

        Parameters
        ----------
        key : str
            One of the cell's signals.

        Returns
        -------
        ndarray, shape (B, T, H)
            A new array: at each timestep the value at the last one before it that the mask did not skip.
            Where there is none it is the initial value, and 0 for a signal that the cell does not carry.

        Raises
        ------
        InputError
            If the cell does not record the signal.
        """
        return self._at(key, self._sources()[0])

    @property
    def final(self) -> dict[str, FloatArray]:
        """What the run ends with, shape (B, H) each: a value for each of what the cell carries.

        The values after the last timestep that was run, which in reverse is the first of `x`; new arrays. A
        masked timestep hands on what it got. ``unroll(…, initial=trace.final)`` goes on from there.

        Examples
        --------
        >>> from lstm_core import LSTM, unroll
        >>> params = LSTM().init(1, 2, np.random.default_rng(0))
        >>> whole = unroll(LSTM(), params, np.ones((1, 5, 1)))
        >>> first = unroll(LSTM(), params, np.ones((1, 3, 1)))
        >>> second = unroll(LSTM(), params, np.ones((1, 2, 1)), first.final)
        >>> bool((second.final["c"] == whole["c"][:, -1]).all())
        True
        """
        last = self._sources()[1][:, np.newaxis]
        return {key: self._at(key, last)[:, 0] for key in self.cell.carried}

    def at(self, example: int, t: int) -> dict[str, FloatArray]:
        """Return every number of one timestep of one sequence.

        Parameters
        ----------
        example : int
            Which sequence, from 0 to B − 1.
        t : int
            Which timestep, from 0 to T − 1, in the order of `x` also if time ran in reverse.

        Returns
        -------
        dict of ndarray
            "x" of shape (D,); "h_prev", "c_prev" and so on for each signal that the cell carries from one
            timestep to the next, and every signal by its key, each of shape (H,).

        Raises
        ------
        InputError
            If there is no such sequence or timestep.
        """
        example = whole_number("example", example, low=0, high=self.batch_size - 1)
        t = whole_number("t", t, low=0, high=self.timesteps - 1)
        source = self._sources()[0][example, t]
        values = {"x": self.x[example, t]}
        for key in self.cell.carried:
            before = self._initial(key)[example] if source < 0 else self.signals[key][example, source]
            values[f"{key}_prev"] = before
        return values | {key: signal[example, t] for key, signal in self.signals.items()}

    def _at(self, key: str, times: NDArray[np.intp]) -> FloatArray:
        """Return a signal at some timesteps of each sequence, −1 being before the first: (B, n, H)."""
        values: FloatArray = self[key][np.arange(self.batch_size)[:, np.newaxis], np.maximum(times, 0)]
        before = times < 0
        values[before] = np.broadcast_to(self._initial(key)[:, np.newaxis], values.shape)[before]
        return values

    def _initial(self, key: str) -> FloatArray:
        return self.initial[key] if key in self.initial else np.zeros_like(self.signals[key][:, 0])

    def _sources(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the timestep that the `previous` values of each one, and the `final` ones, come from, or −1.

        Of shape (B, T) and (B,).
        """
        order = np.arange(self.timesteps)[:: -1 if self.reverse else 1]
        positions = np.where(self.mask[:, order], np.arange(self.timesteps), -1)
        latest = np.maximum.accumulate(positions, axis=1)
        before = np.concatenate([np.full((self.batch_size, 1), -1), latest[:, :-1]], axis=1)
        end = latest[:, -1]
        return np.where(before < 0, -1, order[before])[:, order], np.where(end < 0, -1, order[end])


@dataclass(frozen=True, slots=True, eq=False)
class LayerGradients:
    """The gradient of a loss with respect to every number that went into a run or came out of it.

    Its arrays are read-only, with the shapes and the float type of what they belong to in the trace.

    Parameters
    ----------
    params : mapping of ndarray
        dL/d of each parameter, by name.
    x : ndarray, shape (B, T, D)
        dL/d of each input; 0 where the mask skipped it.
    signals : mapping of ndarray, shape (B, T, H)
        dL/d of each signal: how the loss changes if that one value is changed and everything computed from it
        follows. At a timestep that the mask skipped the states pass their gradient on and every other signal
        has none.
    initial : mapping of ndarray, shape (B, H)
        dL/d of each initial value: what `backpropagate` takes as `d_final` for the run that ended there.

    Examples
    --------
    >>> from lstm_core import LSTM, backpropagate, unroll
    >>> params = LSTM().init(1, 2, np.random.default_rng(0))
    >>> trace = unroll(LSTM(), params, np.ones((1, 3, 1)))
    >>> gradients = backpropagate(trace, np.ones((1, 3, 2)))
    >>> bool((gradients.signals["kept"] == gradients.signals["c"]).all())
    True
    """

    params: Mapping[str, FloatArray]
    x: FloatArray
    signals: Mapping[str, FloatArray]
    initial: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        """Make everything read-only."""
        freeze_fields(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let gradients be pickled and copied, which a mapping proxy alone does not allow."""
        return type(self), plain_fields(self)


def freeze_fields(value: Any) -> None:
    """Make every array, and every mapping of arrays, of a frozen dataclass read-only."""
    for field in fields(value):
        content = getattr(value, field.name)
        if isinstance(content, np.ndarray):
            object.__setattr__(value, field.name, _frozen(content))
        elif isinstance(content, Mapping):
            arrays = {key: _frozen(array) for key, array in content.items()}
            object.__setattr__(value, field.name, MappingProxyType(arrays))


def plain_fields(value: Any) -> tuple[Any, ...]:
    """Return the fields of a dataclass with every mapping as a dict."""
    contents = (getattr(value, field.name) for field in fields(value))
    return tuple(dict(content) if isinstance(content, Mapping) else content for content in contents)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array itself if nobody can write to it any more, else a read-only copy."""
    if array.flags.writeable or not array.flags.owndata:
        array = array.copy()
        array.flags.writeable = False
    return array
