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
    built = [lstm_core.Signal("f", "f", "gate", (0.0, 1.0), "f = 1 − i"), lstm_core.LSTM().memory]
    for kind in lstm_core.CELLS.values():
        cell = kind()
        trace = lstm_core.unroll(cell, cell.init(1, 2, rng), np.ones((1, 3, 1)))
        gradients = lstm_core.backpropagate(trace, np.ones((1, 3, 2)))
        assert gradients.x.shape == (1, 3, 1)
        assert lstm_core.trace_bytes(cell, 1, 3, 1, 2, gradients=True) > 0
        built += [cell, trace, gradients]
    dense = lstm_core.Dense(np.ones((2, 4)), np.zeros(4))
    shares = lstm_core.softmax(dense.logits(trace["h"]))
    np.testing.assert_array_equal(shares, dense.probabilities(trace["h"]))
    for initializer in lstm_core.INITIALIZERS.values():
        assert initializer((2, 3), rng).shape == (2, 3)
    built.append(dense)

    layer = lstm_core.RecurrentLayer(cell=cell, hidden_size=2)
    for inputs in (lstm_core.Raw(1), lstm_core.OneHot(3), lstm_core.Embedding(3, 2)):
        config = lstm_core.NetworkConfig(inputs=inputs, layers=(layer,), outputs=1)
        network = lstm_core.Network(config)
        values = np.ones((1, 3, 1) if isinstance(inputs, lstm_core.Raw) else (1, 3), int)
        data = lstm_core.Dataset(values, [[0.5]])
        params = network.init(rng)
        trace = network.forward(params, values)
        built += [inputs, layer, config, network, data, trace, trace.layers[0]]
        built.append(network.backward(trace, np.ones((1, 1))))
    for optimizer in (lstm_core.SGD(0.1), lstm_core.RMSprop(), lstm_core.Adam()):
        clip, stopping = lstm_core.ClipNorm(1.0), lstm_core.EarlyStopping(patience=1)
        steps = lstm_core.train(
            network, params, data, loss="squared_error", optimizer=optimizer, rng=rng, batch_size=1, epochs=1,
            validation=data, clip=clip, early_stopping=stopping,
        )  # fmt: skip
        built += [optimizer, clip, stopping, step := next(steps), step.checkpoint()]
        built.append(lstm_core.evaluate(network, params, data, loss=lstm_core.LOSSES["squared_error"]))
        np.testing.assert_array_equal(lstm_core.predict(network, params, values), built[-1].outputs)
    built.append(lstm_core.ClipValue(1.0))
    task = lstm_core.TASKS["characters"].build(rng)
    speaker = lstm_core.Network(task.recipe.network)
    drawn = next(lstm_core.sample(speaker, speaker.init(rng), task.train.inputs[0], rng))
    assert np.isclose(drawn.shares.sum(), 1)

    names = {type(value).__name__ for value in built}
    assert all(type(value) is getattr(lstm_core, type(value).__name__) for value in built)
    errors = {"InputError", "OverflowInputError", "SizeInputError", "DivergedError"}
    assert all(issubclass(getattr(lstm_core, name), ValueError) for name in errors)
    called = {"backpropagate", "evaluate", "predict", "sample", "softmax", "trace_bytes", "train", "unroll"}
    assert {*names, *errors, *called, "CELLS", "INITIALIZERS", "LOSSES", "TASKS"} == set(lstm_core.__all__)


def test_every_public_name_can_be_seen_and_others_cannot():
    assert set(lstm_core.__all__) <= set(dir(lstm_core))
    with pytest.raises(AttributeError, match="module 'lstm_core' has no attribute 'Netwrok'"):
        lstm_core.Netwrok  # noqa: B018


def test_looking_at_a_cell_does_not_load_what_only_training_needs():
    program = "import sys; from lstm_core import LSTM, unroll; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"lstm_core.network", "lstm_core.training", "lstm_core.fused"} & set(ran.stdout.split())


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
