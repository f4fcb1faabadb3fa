"""How numbers of other packages are kept and compared: one .npz per case, read without those packages.

A key is a path with dots. What the keys mean, B sequences of T timesteps, D inputs and H units:

- ``x`` (B, T, D), ``mask`` (B, T), and the weights in the layout and order of this project under ``params``:
  ``params.layer_0.W``, ``params.layer_0.reverse.W`` for the direction from last to first, and so on. Initial
  states in the same way: ``initial.layer_0.h``.
- ``h`` (B, T, ·): what the last layer says, in the order of ``x``, directions side by side.
- ``loss_weights``: R of the loss Σ h·R. Every key that starts with ``d_`` is the gradient of that loss (or of
  ``loss`` where there is one) with respect to what the rest of the key names.
- ``final`` and ``final_weights``: the states that a run ends with, and S of Σ h·R + Σ final·S where the loss
  has a part for each of them.
- ``peer``: the weights as the peer itself keeps them, under its own names.
- ``run_names`` and ``runs``: several runs with the same shapes, stacked on a leading axis; the rest of the
  file belongs to all of them.
- ``versions`` (packages, 2): what wrote the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
PACKAGES = ("python", "numpy", "torch", "keras", "onnx", "onnxruntime")
"""What every file records the version of."""

Array = NDArray[np.generic]
Arrays = dict[str, Array]


class Case(Mapping[str, Array]):
    """The arrays of one case by their keys."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = dict(arrays)

    def __getitem__(self, key: str) -> Array:
        return self._arrays[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def group(self, prefix: str) -> Arrays:
        """Return what lies under a key, by the rest of the key; empty if nothing does."""
        start = f"{prefix}."
        return {key.removeprefix(start): array for key, array in self.items() if key.startswith(start)}

    def leaves(self, prefix: str) -> Arrays:
        """Return what lies directly under a key: of ``params.layer_0`` not what is under its ``reverse``."""
        return {key: array for key, array in self.group(prefix).items() if "." not in key}

    def run(self, name: str) -> Case:
        """Return one of several runs: its own arrays, and those that all runs share."""
        index = self["run_names"].tolist().index(name)
        return Case({**self, **{key: array[index] for key, array in self.group("runs").items()}})


def load(name: str) -> Case:
    """Read a case."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        return Case({key: file[key] for key in file.files})


def close(
    actual: Array | float, expected: Array | float, what: str, *, rtol: float = 1e-11, atol: float = 1e-13
) -> None:
    """Fail unless numbers of this project equal those of a peer, by default almost to the last digit."""
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=rtol, atol=atol, err_msg=what)


def under(prefix: str, arrays: Mapping[str, Array]) -> Arrays:
    """Return the same arrays, each key behind a prefix."""
    return {f"{prefix}.{key}": array for key, array in arrays.items()}


def stack(runs: Mapping[str, Arrays]) -> Arrays:
    """Put runs with the same shapes into one set of arrays; what is the same in all of them is kept once."""
    names = list(runs)
    arrays: Arrays = {"run_names": np.array(names)}
    for key, first in runs[names[0]].items():
        values = [runs[name][key] for name in names]
        if all(np.array_equal(first, value) for value in values):
            arrays[key] = first
        else:
            arrays[f"runs.{key}"] = np.stack(values)
    return arrays


def generator(name: str) -> np.random.Generator:
    """Return the random numbers of a case, the same every time and whichever other cases there are."""
    return np.random.default_rng(list(name.encode()))
