"""How far every cell's gradients are from central differences: ``python -m benchmarks.gradient_errors``.

For each kind of cell, and each option set to each of its values, with and without a mask, in both directions:
the largest difference between `backpropagate` and central differences in float64, as a share of the largest
central difference of the same array. One row per kind: the worst, and where it was.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import numpy as np

from lstm_core import CELLS, backpropagate, unroll
from lstm_core.cells import Cell
from lstm_core.central_differences import central_differences, relative_error

BATCH_SIZE, TIMESTEPS, UNITS = 2, 5, 3


def variants(kind: type[Cell]) -> Iterator[Cell]:
    """Return the cell as it is by default, and with each option set to each other value."""
    yield kind()
    hints: dict[str, Any] = get_type_hints(kind)
    for field in fields(kind):  # type: ignore[arg-type]
        choices = (True, False) if hints[field.name] is bool else get_args(hints[field.name])
        for value in choices:
            if value != field.default:
                yield kind(**{field.name: value})


def errors(cell: Cell, masked: bool, reverse: bool) -> dict[str, float]:
    """Return the relative error of every parameter's gradient, and of those of x and the initial states."""
    rng = np.random.default_rng(1)
    shapes = cell.parameter_shapes(UNITS, UNITS)
    params = {name: rng.uniform(-0.9, 0.9, shape) for name, shape in shapes.items()}
    x = rng.uniform(-1, 1, (BATCH_SIZE, TIMESTEPS, UNITS))
    initial = {key: rng.uniform(-1, 1, (BATCH_SIZE, UNITS)) for key in cell.states}
    mask = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 0, 0]]) if masked else None
    weights = rng.standard_normal((BATCH_SIZE, TIMESTEPS, UNITS))

    def loss() -> float:
        return float((unroll(cell, params, x, initial, mask, reverse)["h"] * weights).sum())

    gradients = backpropagate(unroll(cell, params, x, initial, mask, reverse), weights)
    pairs = {name: (params[name], gradients.params[name]) for name in params}
    pairs["x"] = (x, gradients.x)
    pairs |= {f"initial {key}": (initial[key], gradients.initial[key]) for key in initial}
    return {name: relative_error(found, central_differences(loss, a)) for name, (a, found) in pairs.items()}


def main() -> None:
    """Print one row for each kind of cell."""
    print(f"{'cell':<6}{'options tried':>14}{'worst error':>14}  where")
    for name, kind in CELLS.items():
        worst, where, tried = 0.0, "", 0
        for cell in variants(kind):
            tried += 1
            for masked, reverse in itertools.product((False, True), repeat=2):
                for array, error in errors(cell, masked, reverse).items():
                    if error > worst:
                        way = f"{'masked' if masked else 'whole'}, {'reverse' if reverse else 'forward'}"
                        worst, where = error, f"{array} of {cell}, {way}"
        print(f"{name:<6}{tried:>14}{worst:>14.1e}  {where}")


if __name__ == "__main__":
    main()
