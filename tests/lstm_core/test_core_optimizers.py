"""Optimisers: the textbook formula in plain Python floats, blocks, float32, memory, refusals."""

import dataclasses
import math
import pickle

import numpy as np
import pytest

from lstm_core import InputError, optimizers
from lstm_core.optimizers import SGD, Adam, RMSprop

CONFIGS = {
    "sgd": SGD(0.1),
    "momentum": SGD(0.1, momentum=0.8),
    "rmsprop": RMSprop(0.01, alpha=0.9, epsilon=1e-3),
    "rmsprop_default": RMSprop(0.01),
    "adam": Adam(0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-2),
    "adam_default": Adam(),
}
N, UPDATES = 7, 25


def one_weight(config, weight, gradients, rates):
    """Return where one weight goes, in plain floats and by the formulas as they are published."""
    m = v = 0.0
    path = []
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        if isinstance(config, SGD):
            m = config.momentum * m + g
            weight -= rate * m
        elif isinstance(config, RMSprop):
            v = config.alpha * v + (1 - config.alpha) * g * g
            weight -= rate * g / (math.sqrt(v) + config.epsilon)
        else:
            m = config.beta_1 * m + (1 - config.beta_1) * g
            v = config.beta_2 * v + (1 - config.beta_2) * g * g
            m_hat, v_hat = m / (1 - config.beta_1**t), v / (1 - config.beta_2**t)
            weight -= rate * m_hat / (math.sqrt(v_hat) + config.epsilon)
        path.append(weight)
    return path


def run(config, dtype=np.float64):
    """Return the start, the gradients, the rates, and the weights after every update."""
    rng = np.random.default_rng(4)
    start = rng.standard_normal(N).astype(dtype)
    gradients = (rng.standard_normal((UPDATES, N)) * 10.0 ** rng.uniform(-3, 1, N)).astype(dtype)
    gradients[3] = 0
    rates = config.learning_rate * rng.uniform(0.5, 2, UPDATES)
    weights, updater = start.copy(), config.start(N, dtype)
    path = []
    for gradient, rate in zip(gradients, rates, strict=True):
        before = gradient.copy()
        updater.update(weights, gradient, float(rate))
        np.testing.assert_array_equal(gradient, before)
        path.append(weights.copy())
    return start, gradients, rates, np.array(path)


@pytest.mark.parametrize("name", CONFIGS)
def test_path_equals_the_published_formula_in_plain_floats(name):
    start, gradients, rates, path = run(CONFIGS[name])
    for n in range(N):
        own = gradients[:, n].tolist()
        expected = one_weight(CONFIGS[name], float(start[n]), own, rates.tolist())
        np.testing.assert_allclose(path[:, n], expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", CONFIGS)
def test_float32_follows_the_same_path_but_for_rounding(name):
    low, high = run(CONFIGS[name], np.float32)[3], run(CONFIGS[name])[3]
    assert low.dtype == np.float32
    np.testing.assert_allclose(low, high, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("block", [1, 3, 7])
@pytest.mark.parametrize("name", CONFIGS)
def test_blocks_change_nothing(name, block, monkeypatch):
    whole = run(CONFIGS[name])[3]
    monkeypatch.setattr(optimizers, "BLOCK", block)
    np.testing.assert_array_equal(run(CONFIGS[name])[3], whole)


@pytest.mark.parametrize("name", CONFIGS)
def test_going_on_from_a_state_repeats_the_same_numbers(name):
    start, gradients, rates, path = run(CONFIGS[name])
    weights, updater = start.copy(), CONFIGS[name].start(N, np.float64)
    for t in range(10):
        updater.update(weights, gradients[t], float(rates[t]))
    state, kept = updater.state(), weights.copy()
    updater.update(weights, gradients[10], 1.0)  # must not reach the state
    assert not any(moment.flags.writeable for moment in state.moments)
    again = CONFIGS[name].start(N, np.float64)
    again.restore(state)
    for t in range(10, UPDATES):
        again.update(kept, gradients[t], float(rates[t]))
        np.testing.assert_array_equal(kept, path[t])


def test_first_update_of_adam_is_the_learning_rate_whatever_the_size_of_the_gradient():
    weights = np.zeros(4)
    Adam().start(4, np.float64).update(weights, np.array([1e-3, -1.0, 1e5, -1e12]), 0.25)
    np.testing.assert_allclose(weights, [-0.25, 0.25, -0.25, 0.25], rtol=1e-4)


def test_momentum_under_a_constant_gradient_reaches_the_sum_of_the_geometric_series():
    weights, updater = np.zeros(1), SGD(1.0, momentum=0.5).start(1, np.float64)
    for _ in range(60):
        before = weights.copy()
        updater.update(weights, np.ones(1), 1.0)
    assert before - weights == pytest.approx(1 / (1 - 0.5), rel=1e-12)


def test_learning_rate_comes_first():
    assert SGD(0.5, 0.9) == SGD(learning_rate=0.5, momentum=0.9)
    assert (RMSprop(0.5).learning_rate, Adam(0.5).learning_rate) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SGD(0), "learning_rate must be a number above 0, got 0"),
        (lambda: Adam(math.nan), "learning_rate must be a number above 0, got nan"),
        (lambda: Adam(True), "learning_rate must be a number above 0, got True"),
        (lambda: Adam([0.1, 0.2]), "learning_rate must be a number above 0, got"),
        (lambda: SGD(0.1, momentum=1), "momentum must be a number of at least 0 and below 1, got 1"),
        (lambda: RMSprop(0.1, alpha=1.0), "alpha must be a number of at least 0 and below 1, got 1.0"),
        (lambda: RMSprop(0.1, epsilon=0), "epsilon must be a number above 0, got 0"),
        (lambda: Adam(beta_1=-0.1), "beta_1 must be a number of at least 0 and below 1, got -0.1"),
        (lambda: Adam(beta_2=2), "beta_2 must be a number of at least 0 and below 1, got 2"),
        (lambda: Adam(epsilon="small"), "epsilon must be a number above 0, got 'small'"),
        (lambda: Adam().start(0, np.float64), "size must be an integer of at least 1, got 0"),
    ],
)
def test_numbers_outside_their_range_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_the_state_of_another_optimiser_or_another_size_is_refused():
    for other in (Adam().start(4, np.float64), RMSprop().start(3, np.float64), SGD(0.1).start(3, np.float64)):
        with pytest.raises(InputError, match="the state must be of Adam with moments of shape"):
            Adam().start(3, np.float64).restore(other.state())


@pytest.mark.parametrize("block", [2, 100])
def test_settings_may_change_between_two_updates_as_in_the_published_formula(block, monkeypatch):
    monkeypatch.setattr(optimizers, "BLOCK", block)
    rng = np.random.default_rng(8)
    gradients = rng.standard_normal((6, 3))
    settings = [(0.9, 0.999)] * 3 + [(0.5, 0.8)] * 3
    weights, updater = np.zeros(3), Adam(0.1).start(3, np.float64)
    m = v = expected = np.zeros(3)
    for t, (gradient, (beta_1, beta_2)) in enumerate(zip(gradients, settings, strict=True), start=1):
        state, updater = updater.state(), Adam(0.1, beta_1=beta_1, beta_2=beta_2).start(3, np.float64)
        updater.restore(state)
        updater.update(weights, gradient, 0.1)
        m, v = beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2
        expected = expected - 0.1 * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + 1e-8)
        np.testing.assert_allclose(weights, expected, rtol=1e-12)
        for moment, scale, published in zip(*_parts_of(updater.state()), (m, v), strict=True):
            np.testing.assert_allclose(moment * scale, published, rtol=1e-12)


def _parts_of(state):
    return state.moments, state.scales


def test_nothing_in_a_state_can_be_written_to_also_after_pickling():
    updater = Adam().start(3, np.float64)
    for state in (updater.state(), pickle.loads(pickle.dumps(updater.state()))):
        for moment in state.moments:
            with pytest.raises(ValueError, match="read-only"):
                moment[0] = 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scales": (1.0,)}, "a scale for each moment"),
        ({"scales": (0.0, 1.0)}, "a scale of the state must be a number above 0, got 0.0"),
        ({"updates": -1}, "the updates of the state must be an integer of at least 0, got -1"),
        ({"name": "SGD"}, "the state must be of Adam"),
    ],
)
def test_a_state_that_could_not_have_been_is_refused(changes, words):
    updater = Adam().start(3, np.float64)
    with pytest.raises(InputError, match=words):
        updater.restore(dataclasses.replace(updater.state(), **changes))


def test_numbers_are_kept_as_floats_and_the_type_must_be_one_of_two():
    own = Adam(np.float32(0.5), beta_1=np.float64(0.5), epsilon=1)
    assert [type(number) for number in (own.learning_rate, own.beta_1, own.epsilon)] == [float] * 3
    assert SGD() == SGD(0.01)
    with pytest.raises(InputError, match="dtype must be float32 or float64"):
        Adam().start(3, int)
