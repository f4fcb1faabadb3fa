"""Losses: values against plain Python, gradients against central differences, weights, extremes, refusals."""

import math

import numpy as np
import pytest

from lstm_core import InputError
from lstm_core.central_differences import central_differences, relative_error
from lstm_core.dense import OUTPUT_ACTIVATIONS, Dense, softmax
from lstm_core.losses import LOSSES, BinaryCrossEntropy

PAIRS = [(name, activation) for name, loss in LOSSES.items() for activation in loss.activations]


def of_one_position(name, logits, outputs, target):
    """Return the loss of one position from lists of floats."""
    if name == "squared_error":
        return sum((y - t) ** 2 for y, t in zip(outputs, target, strict=True)) / len(outputs)
    if name == "cross_entropy":
        return math.log(sum(math.exp(logit) for logit in logits)) - logits[target]
    cut = [min(max(y, 1e-7), 1 - 1e-7) for y in outputs]
    terms = (t * math.log(y) + (1 - t) * math.log(1 - y) for y, t in zip(cut, target, strict=True))
    return -sum(terms) / len(outputs)


class Case:
    def __init__(self, name, activation, positions=(3, 4), K=5, dtype=np.float64):
        rng = np.random.default_rng(2)
        self.name, self.loss, self.activation = name, LOSSES[name], activation
        self.logits = rng.normal(0, 1, (*positions, K)).astype(dtype)
        targets = rng.integers(0, K, positions) if name == "cross_entropy" else rng.random((*positions, K))
        self.targets = self.loss.check("targets", targets, (*positions, K), dtype)
        self.weights = rng.random(positions).astype(dtype) * (rng.random(positions) > 0.3)

    def __call__(self, weights=None):
        outputs = OUTPUT_ACTIVATIONS[self.activation].forward(self.logits)
        return self.loss(self.logits, outputs, self.targets, weights, activation=self.activation)

    def by_hand(self, weights):
        outputs = OUTPUT_ACTIVATIONS[self.activation].forward(self.logits)
        values = np.empty(weights.shape)
        for at in np.ndindex(weights.shape):
            one = self.logits[at].tolist(), outputs[at].tolist(), self.targets[at].tolist()
            values[at] = of_one_position(self.name, *one)
        return float((values * weights).sum() / weights.sum())


@pytest.mark.parametrize("positions", [(3,), (3, 4)], ids=["last", "every"])
@pytest.mark.parametrize(("name", "activation"), PAIRS)
def test_value_is_the_weighted_mean_of_the_textbook_formula(name, activation, positions):
    case = Case(name, activation, positions)
    assert case()[0] == pytest.approx(case.by_hand(np.ones(positions)), rel=1e-13)
    assert case(case.weights)[0] == pytest.approx(case.by_hand(case.weights), rel=1e-13)
    assert isinstance(case()[0], float)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("name", "activation"), PAIRS)
def test_gradient_equals_central_differences_at_the_logits(name, activation, weighted):
    case = Case(name, activation)
    weights = case.weights if weighted else None
    expected = central_differences(lambda: case(weights)[0], case.logits)
    gradient = case(weights)[1]
    assert gradient.shape == case.logits.shape
    assert relative_error(gradient, expected) <= 1e-8
    if weighted:
        assert not gradient[case.weights == 0].any()


@pytest.mark.parametrize(("name", "activation"), PAIRS)
def test_only_the_proportions_of_the_weights_count(name, activation):
    case = Case(name, activation)
    once, thrice = case(case.weights), case(3 * case.weights)
    assert once[0] == pytest.approx(thrice[0], rel=1e-14)
    np.testing.assert_allclose(once[1], thrice[1], rtol=0, atol=1e-16)


@pytest.mark.parametrize(("name", "activation"), PAIRS)
def test_a_batch_in_which_nothing_counts_has_no_loss_and_no_gradient(name, activation):
    case = Case(name, activation)
    value, gradient = case(np.zeros((3, 4)))
    assert value == 0
    assert not gradient.any()


@pytest.mark.parametrize(("name", "activation"), PAIRS)
def test_float32_stays_float32_and_changes_no_input(name, activation):
    low, high = Case(name, activation, dtype=np.float32), Case(name, activation)
    before = low.logits.copy(), low.targets.copy(), low.weights.copy()
    value, gradient = low(low.weights)
    assert gradient.dtype == np.float32
    assert value == pytest.approx(high(high.weights)[0], rel=1e-5)
    for array, kept in zip((low.logits, low.targets, low.weights), before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_cross_entropy_is_right_where_the_share_itself_rounds_to_nothing():
    logits = np.array([[-900.0, 900.0]])
    outputs = OUTPUT_ACTIVATIONS["softmax"].forward(logits)
    value, gradient = LOSSES["cross_entropy"](logits, outputs, np.array([0]), activation="softmax")
    assert value == 1800
    np.testing.assert_array_equal(gradient, [[-1, 1]])


def test_cross_entropy_of_a_guess_is_the_logarithm_of_the_number_of_classes():
    logits = np.zeros((2, 7))
    outputs = OUTPUT_ACTIVATIONS["softmax"].forward(logits)
    value, gradient = LOSSES["cross_entropy"](logits, outputs, np.array([3, 6]), activation="softmax")
    assert value == pytest.approx(math.log(7), rel=1e-15)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binary_cross_entropy_is_cut_where_keras_cuts_it_and_has_no_gradient_there(dtype):
    logits = np.array([[-17.0, 40.0, 0.0]], dtype)
    outputs = OUTPUT_ACTIVATIONS["sigmoid"].forward(logits)
    targets = np.array([[1, 0, 1]], dtype)
    value, gradient = BinaryCrossEntropy()(logits, outputs, targets, activation="sigmoid")
    assert value == pytest.approx((2 * math.log(1e7) + math.log(2)) / 3, rel=1e-2)
    np.testing.assert_allclose(gradient, [[0, 0, -0.5 / 3]], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "targets", "words"),
    [
        ("squared_error", np.zeros((3, 4)), r"targets must have shape \(3, 5\), got \(3, 4\)"),
        ("squared_error", np.full((3, 5), np.inf), "targets must hold finite numbers, got inf"),
        ("cross_entropy", np.zeros((3, 5), int), r"targets must have shape \(3,\), got \(3, 5\)"),
        ("cross_entropy", [0, 5, 1], r"integers from 0 to 4, as there are 5 classes, got 5 at targets\[1\]"),
        ("cross_entropy", [0.0, 1.0, 1.0], "integers from 0 to 4, got values of type float64"),
        ("binary_cross_entropy", np.zeros((1, 5)), r"targets must have shape \(3, 5\), got \(1, 5\)"),
        ("binary_cross_entropy", np.full((3, 5), -0.5), r"targets must lie in \[0, 1\], got -0.5 to -0.5"),
    ],
)
def test_targets_that_do_not_fit_are_refused(name, targets, words):
    with pytest.raises(InputError, match=words):
        LOSSES[name].check("targets", targets, (3, 5), np.float64)


def test_an_activation_that_a_loss_makes_no_sense_with_is_refused():
    y = np.ones((1, 2))
    for name, activation in (("cross_entropy", "sigmoid"), ("binary_cross_entropy", "linear")):
        with pytest.raises(InputError, match=r"the activation for .* must be one of"):
            LOSSES[name](y, y, y, activation=activation)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outputs": np.ones((1, 2))}, r"logits must have shape \(1, 2\), got \(3, 2\)"),
        (
            {"outputs": np.ones(2), "logits": np.ones(2)},
            r"outputs must have shape .* got \(2,\)",
        ),
        ({"outputs": np.ones((3, 0))}, r"at least 1 position and output, got \(3, 0\)"),
        ({"targets": np.ones((1, 2))}, r"targets must have shape \(3, 2\), got \(1, 2\)"),
        ({"targets": [["a", "b"]]}, "targets must hold real numbers"),
        ({"weights": np.ones((3, 1))}, r"weights must have shape \(3,\), got \(3, 1\)"),
        ({"weights": [1, -1, 1]}, "weights must be at least 0, got -1"),
        ({"logits": np.full((3, 2), np.nan)}, "logits must hold finite numbers, got nan"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_never_broadcast(change, words):
    given = {name: np.ones((3, 2)) for name in ("logits", "outputs", "targets")} | change
    with pytest.raises(InputError, match=words):
        LOSSES["squared_error"](**given, activation="linear")


def test_lists_are_taken_as_arrays():
    y = [[0.0, 1.0], [2.0, 4.0]]
    value, gradient = LOSSES["squared_error"](y, y, [[0, 0], [0, 0]], [1, 3], activation="linear")
    assert value == pytest.approx((0.5 + 3 * 10) / 4, rel=1e-15)
    np.testing.assert_allclose(gradient, [[0, 0.25], [1.5, 3]], rtol=1e-15)


def test_cross_entropy_of_logits_too_far_apart_to_subtract_is_infinite_with_a_finite_gradient():
    logits = np.array([[1e308, -1e308]])
    outputs = softmax(logits)
    np.testing.assert_array_equal(outputs, [[1, 0]])
    value, gradient = LOSSES["cross_entropy"](logits, outputs, [1], activation="softmax")
    assert value == math.inf
    np.testing.assert_array_equal(gradient, [[1, -1]])
    assert LOSSES["cross_entropy"](logits, outputs, [0], activation="softmax")[0] == 0


def test_weights_as_large_as_their_type_allows_count_by_their_proportions():
    y = np.array([[1.0], [2.0]])
    value, _ = LOSSES["squared_error"](y, y, np.zeros((2, 1)), [1.7e308, 1.7e308], activation="linear")
    assert value == pytest.approx(2.5, rel=1e-15)


def test_softmax_takes_what_can_be_read_as_numbers_and_refuses_the_rest():
    np.testing.assert_allclose(softmax([1, 2]), [1 / (1 + math.e), math.e / (1 + math.e)], rtol=1e-15)
    assert softmax(np.zeros((2, 4), np.float32)).dtype == np.float32
    for wrong, words in (
        (np.zeros((3, 0)), r"at least 1 class on their last axis, got shape \(3, 0\)"),
        (3.0, r"at least 1 class on their last axis, got shape \(\)"),
        (["a"], "logits must hold real numbers"),
        ([math.inf, 0.0], "logits must hold finite numbers"),
    ):
        with pytest.raises(InputError, match=words):
            softmax(wrong)


def test_a_dense_layer_refuses_text_and_scores_that_grow_too_large():
    head = Dense([[1e200, 1.0]], [0.0, 0.0])
    with pytest.raises(InputError, match="h must hold real numbers"):
        head.logits("abc")
    with pytest.raises(InputError, match="the logits must hold finite numbers, got inf"):
        head.logits([[1e200]])
    np.testing.assert_array_equal(head.logits([[2]]), [[2e200, 2]])
