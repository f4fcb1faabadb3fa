"""The package as a whole: what it exports, what it imports, and that its examples run."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lstm_core

ROOT = Path(lstm_core.__file__).parent.parent
MODULES = ["lstm_core", *(found.name for found in pkgutil.walk_packages(lstm_core.__path__, "lstm_core."))]


def test_every_public_name_is_built_and_run():
    signal = lstm_core.Signal("f", "f", "gate", (0.0, 1.0), "f = 1 − i")
    cell = lstm_core.LSTM()
    trace = lstm_core.unroll(cell, cell.init(1, 2, np.random.default_rng(0)), np.ones((1, 3, 1)))
    dense = lstm_core.Dense(np.ones((2, 4)), np.zeros(4))
    shares = lstm_core.softmax(dense.logits(trace["h"]))
    np.testing.assert_array_equal(shares, dense.probabilities(trace["h"]))
    for initializer in lstm_core.INITIALIZERS.values():
        assert initializer((2, 3), np.random.default_rng(0)).shape == (2, 3)
    built = {"Signal": signal, "LSTM": cell, "LayerTrace": trace, "Dense": dense}
    for name, value in built.items():
        assert type(value) is getattr(lstm_core, name)
    with pytest.raises(lstm_core.InputError):
        trace["no such signal"]
    assert issubclass(lstm_core.InputError, ValueError)
    assert {*built, "INITIALIZERS", "InputError", "OverflowInputError", "softmax", "unroll"} == set(
        lstm_core.__all__
    )


def test_importing_the_core_loads_numpy_and_nothing_else_from_outside():
    program = (
        "import sys; before = set(sys.modules); import numpy; import lstm_core; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    outside = {name for name in ran.stdout.split() if name not in sys.stdlib_module_names}
    # numpy's compiled parts register helpers of Cython under names of their own
    assert {name for name in outside if not name.startswith(("_cython", "cython_"))} == {"numpy", "lstm_core"}


def test_the_walk_finds_the_modules():
    assert {"lstm_core.unroll", "lstm_core.cells.lstm"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    module = importlib.import_module(name)
    assert module.__doc__
    assert doctest.testmod(module).failed == 0
