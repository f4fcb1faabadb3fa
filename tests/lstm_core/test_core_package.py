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
    rng = np.random.default_rng(0)
    signal = lstm_core.Signal("f", "f", "gate", (0.0, 1.0), "f = 1 − i")
    built = {"Signal": signal}
    for kind in lstm_core.CELLS.values():
        cell = kind()
        trace = lstm_core.unroll(cell, cell.init(1, 2, rng), np.ones((1, 3, 1)))
        gradients = lstm_core.backpropagate(trace, np.ones((1, 3, 2)))
        assert gradients.x.shape == (1, 3, 1)
        assert lstm_core.trace_bytes(cell, 1, 3, 1, 2, gradients=True) > 0
        built |= {kind.__name__: cell, "LayerTrace": trace, "LayerGradients": gradients}
    dense = lstm_core.Dense(np.ones((2, 4)), np.zeros(4))
    shares = lstm_core.softmax(dense.logits(trace["h"]))
    np.testing.assert_array_equal(shares, dense.probabilities(trace["h"]))
    for initializer in lstm_core.INITIALIZERS.values():
        assert initializer((2, 3), rng).shape == (2, 3)
    built["Dense"] = dense
    for name, value in built.items():
        assert type(value) is getattr(lstm_core, name)
    with pytest.raises(lstm_core.InputError):
        trace["no such signal"]
    errors = {"InputError", "OverflowInputError", "SizeInputError"}
    assert all(issubclass(getattr(lstm_core, name), ValueError) for name in errors)
    others = {"CELLS", "INITIALIZERS", "backpropagate", "softmax", "trace_bytes", "unroll"}
    assert {*built, *errors, *others} == set(lstm_core.__all__)


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
