"""Activations: right values, bounds kept, no warning at the extremes, type kept."""

import math

import numpy as np
import pytest

from lstm_core.activations import ACTIVATIONS

EXPECTED = {
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "hard_sigmoid": lambda v: min(1.0, max(0.0, (v + 3) / 6)),
    "tanh": math.tanh,
    "relu": lambda v: v if v > 0 else 0.0,
    "identity": lambda v: v,
}


def test_every_activation_is_tested():
    assert set(ACTIVATIONS) == set(EXPECTED)
    assert all(activation.name == name for name, activation in ACTIVATIONS.items())


@pytest.mark.parametrize("name", EXPECTED)
def test_values_equal_the_textbook_formula(name):
    x = np.linspace(-30, 30, 241)
    expected = [EXPECTED[name](v) for v in x.tolist()]
    np.testing.assert_allclose(ACTIVATIONS[name].function(x), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", EXPECTED)
def test_derivatives_equal_central_differences(name):
    x = np.linspace(-8, 8, 160)  # no kink lies on these
    function, derivative = ACTIVATIONS[name].function, ACTIVATIONS[name].derivative
    expected = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(derivative(x, function(x)), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("name", "kinks"), [("relu", [0.0]), ("hard_sigmoid", [-3.0, 3.0])])
def test_derivative_at_a_kink_is_that_of_the_flat_side(name, kinks):
    x = np.array(kinks)
    activation = ACTIVATIONS[name]
    np.testing.assert_array_equal(activation.derivative(x, activation.function(x)), 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", EXPECTED)
def test_extremes_stay_in_bounds_and_keep_their_type(name, dtype):
    x = np.array([-1e6, -1e3, 0, 1e3, 1e6, np.finfo(dtype).max, np.finfo(dtype).min], dtype)
    before = x.copy()
    y = ACTIVATIONS[name].function(x)
    low, high = ACTIVATIONS[name].bounds
    assert y.dtype == ACTIVATIONS[name].derivative(x, y).dtype == dtype
    assert np.isfinite(y).all()
    assert low is None or y.min() >= low
    assert high is None or y.max() <= high
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(x, y)


@pytest.mark.parametrize(
    ("name", "written"),
    [("sigmoid", "σ(c)"), ("hard_sigmoid", "hard_σ(c)"), ("tanh", "tanh(c)"), ("identity", "c")],
)
def test_how_an_equation_writes_it(name, written):
    assert ACTIVATIONS[name].of("c") == written
