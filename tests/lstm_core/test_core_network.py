"""Networks: numbers against plain loops, gradients against central differences, and what is refused."""

import dataclasses
import math
import pickle
import tracemalloc
from collections.abc import Mapping

import numpy as np
import pytest

from lstm_core import (
    GRU,
    LSTM,
    MUT1,
    InputError,
    LayerGradients,
    LayerTrace,
    OverflowInputError,
    SimpleRNN,
    SizeInputError,
    backpropagate,
    unroll,
)
from lstm_core.central_differences import central_differences, relative_error
from lstm_core.losses import LOSSES
from lstm_core.network import (
    Embedding,
    LayerRun,
    Network,
    NetworkConfig,
    NetworkGradients,
    NetworkTrace,
    OneHot,
    Raw,
    RecurrentLayer,
    passes,
)
from lstm_core.network.runners import FastRunner, ReadableRunner

B, T = 3, 4


def layer(cell=None, hidden_size=2, **options):
    return RecurrentLayer(cell=cell or LSTM(), hidden_size=hidden_size, **options)


def config(**options):
    return NetworkConfig(**({"inputs": Raw(2), "layers": (layer(),), "outputs": 2} | options))


both = layer(bidirectional=True)
CASES = {
    "raw_last": (config(), "squared_error"),
    "raw_every": (config(read="every", layers=(layer(hidden_size=3),)), "squared_error"),
    "one_hot_softmax": (config(inputs=OneHot(4), activation="softmax"), "cross_entropy"),
    "embedding_every_softmax": (
        config(inputs=Embedding(4, 2), read="every", activation="softmax", outputs=3),
        "cross_entropy",
    ),
    "softmax_with_binary_cross_entropy": (config(activation="softmax", outputs=3), "binary_cross_entropy"),
    "sigmoid_with_binary_cross_entropy": (config(activation="sigmoid"), "binary_cross_entropy"),
    "sigmoid_every_with_squared_error": (config(activation="sigmoid", read="every"), "squared_error"),
    "softmax_with_squared_error": (config(activation="softmax", outputs=3), "squared_error"),
    "stacked_mixed": (
        config(
            inputs=Embedding(5, 3),
            layers=(
                layer(LSTM(peephole=True, coupled=True)),
                layer(GRU(), 3),
                layer(MUT1()),
                layer(SimpleRNN()),
            ),
        ),
        "squared_error",
    ),
    "bidirectional_last": (config(layers=(both,)), "squared_error"),
    "bidirectional_every_stacked": (
        config(layers=(both, layer(GRU(), 3)), read="every"),
        "squared_error",
    ),
    "attention_last": (config(attention=True), "squared_error"),
    "attention_every": (config(attention=True, read="every"), "squared_error"),
    "attention_bidirectional_last": (config(attention=True, layers=(layer(), both)), "squared_error"),
    "attention_bidirectional_every": (
        config(attention=True, layers=(both,), read="every", inputs=OneHot(4), activation="softmax"),
        "cross_entropy",
    ),
    "no_head_last": (config(head=False, layers=(layer(hidden_size=3),)), "squared_error"),
    "no_head_every_sigmoid": (
        config(head=False, read="every", activation="sigmoid", attention=True),
        "squared_error",
    ),
    "dropout_everywhere": (
        config(
            layers=(
                layer(hidden_size=3, dropout=0.4, recurrent_dropout=0.3, bidirectional=True),
                layer(GRU(), dropout=0.5, recurrent_dropout=0.2),
            ),
            read="every",
            attention=True,
            head_dropout=0.3,
        ),
        "squared_error",
    ),
    "dropout_of_an_embedding": (
        config(inputs=Embedding(4, 3), layers=(layer(dropout=0.5),), head_dropout=0.4),
        "squared_error",
    ),
    "penalties": (
        config(
            layers=(
                layer(bidirectional=True, kernel_l1=0.02, recurrent_l2=0.03),
                layer(kernel_l2=0.05, recurrent_l1=0.01),
            )
        ),
        "squared_error",
    ),
}


class Problem:
    """A network with parameters without a zero, a batch, a mask with holes, targets and weights."""

    def __init__(self, network_config, loss, masked=False, dtype=np.float64):
        rng = np.random.default_rng(11)
        self.network, self.loss = Network(network_config), LOSSES[loss]
        self.params = {
            name: rng.uniform(0.1, 0.9, shape) * rng.choice([-1, 1], shape)
            for name, shape in self.network.parameter_shapes().items()
        }
        self.params = {name: array.astype(dtype) for name, array in self.params.items()}
        inputs = network_config.inputs
        if isinstance(inputs, Raw):
            self.inputs = rng.uniform(-1, 1, (B, T, inputs.size)).astype(dtype)
        else:
            self.inputs = rng.integers(0, inputs.vocabulary, (B, T))
        self.mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]], bool) if masked else None
        positions = (B, T) if network_config.read == "every" else (B,)
        K = network_config.outputs
        self.targets = (
            rng.integers(0, K, positions) if loss == "cross_entropy" else rng.uniform(0, 1, (*positions, K))
        )
        self.weights = rng.uniform(0.5, 2, positions)
        if masked and network_config.read == "every":
            self.weights *= self.mask

    def forward(self):
        return self.network.forward(self.params, self.inputs, self.mask, rng=np.random.default_rng(5))

    def value_and_gradient(self, trace):
        activation = self.network.config.activation
        return self.loss(trace.logits, trace.outputs, self.targets, self.weights, activation=activation)

    def total(self):
        return self.value_and_gradient(self.forward())[0] + self.network.penalty(self.params)[0]

    def gradients(self):
        trace = self.forward()
        return self.network.backward(trace, self.value_and_gradient(trace)[1])


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize("name", CASES)
def test_gradients_of_a_network_equal_central_differences(name, masked):
    problem = Problem(*CASES[name], masked=masked)
    found, penalty = problem.gradients(), problem.network.penalty(problem.params)[1]
    assert list(found.params) == list(problem.params)
    for key, array in problem.params.items():
        expected = central_differences(problem.total, array)
        assert relative_error(found.params[key] + penalty[key], expected) <= 1e-7, key
    if isinstance(problem.network.config.inputs, Raw):
        expected = central_differences(problem.total, problem.inputs)
        assert relative_error(found.x, expected) <= 1e-7
        if masked:
            assert not found.x[~problem.mask].any()


MIXED = (
    layer(LSTM(full_gate_recurrence=True)),
    layer(GRU(), 3),
    layer(MUT1()),
    layer(LSTM(peephole=True, coupled=True, full_gate_recurrence=True)),
    layer(),
)
STATEFUL = {
    "last": config(layers=(layer(), layer(GRU(), 3))),
    "every_kind_of_cell": config(layers=MIXED, read="every"),
    "bidirectional_with_attention": config(layers=(both, both), attention=True, read="every"),
    "bidirectional_last": config(layers=(both, layer(LSTM(full_gate_recurrence=True), bidirectional=True))),
}


def states_like(network, rng):
    """Draw a value for everything that every layer and direction carries."""
    return tuple(
        tuple(
            {key: rng.uniform(-1, 1, (B, own.hidden_size)) for key in own.cell.carried}
            for _ in own.directions
        )
        for own in network.config.layers
    )


def flat(states):
    return [array for sides in states for own in sides for array in own.values()]


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize("name", STATEFUL)
def test_gradients_at_initial_states_from_a_loss_at_final_ones_equal_central_differences(name, masked):
    problem, rng = Problem(STATEFUL[name], "squared_error", masked=masked), np.random.default_rng(2)
    network, params = problem.network, problem.params
    initial, ends = (states_like(network, rng) for _ in range(2))

    def forward():
        return network.forward(params, problem.inputs, problem.mask, initial)

    d_logits = rng.uniform(-1, 1, forward().logits.shape)

    def loss():
        trace = forward()
        at_end = sum((state * end).sum() for state, end in zip(flat(trace.final), flat(ends), strict=True))
        return float((trace.logits * d_logits).sum() + at_end)

    gradients = network.backward(forward(), d_logits, ends)
    assert [[list(own) for own in sides] for sides in gradients.initial] == [
        [list(own) for own in sides] for sides in initial
    ]
    found = [*flat(gradients.initial), *gradients.params.values(), gradients.x]
    for gradient, array in zip(found, [*flat(initial), *params.values(), problem.inputs], strict=True):
        assert relative_error(gradient, central_differences(loss, array)) <= 1e-7


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
def test_two_runs_of_which_the_second_goes_on_from_the_first_are_one_run(masked):
    problem, rng = (
        Problem(STATEFUL["every_kind_of_cell"], "squared_error", masked=masked),
        np.random.default_rng(2),
    )
    network, params = problem.network, problem.params
    whole = network.forward(params, problem.inputs, problem.mask)
    d_logits = rng.uniform(-1, 1, whole.logits.shape)
    expected = network.backward(whole, d_logits)
    first = network.forward(params, problem.inputs[:, :3], whole.mask[:, :3])
    second = network.forward(params, problem.inputs[:, 3:], whole.mask[:, 3:], first.final)
    d_second = network.backward(second, d_logits[:, 3:])
    d_first = network.backward(first, d_logits[:, :3], d_second.initial)

    def equal(found, wanted):
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)

    equal(np.concatenate([first.logits, second.logits], axis=1), whole.logits)
    equal(np.concatenate([d_first.x, d_second.x], axis=1), expected.x)
    for name, array in expected.params.items():
        equal(d_first.params[name] + d_second.params[name], array)
    for found, wanted in ((second.final, whole.final), (d_first.initial, expected.initial)):
        for state, other in zip(flat(found), flat(wanted), strict=True):
            equal(state, other)


@pytest.mark.parametrize("name", STATEFUL)
def test_states_go_in_and_their_gradients_come_out_alike_through_the_fast_runner(name):
    problem, rng = Problem(STATEFUL[name], "squared_error", masked=True), np.random.default_rng(2)
    own = problem.network.config
    initial, ends = (states_like(problem.network, rng) for _ in range(2))
    parts, results = passes.Parts.of(own, problem.params), []
    for runner in (ReadableRunner(), FastRunner()):
        done = passes.forward(
            own, parts, problem.inputs, problem.mask, None, runner, np.dtype(np.float64), initial
        )
        d_params = {key: np.empty_like(array) for key, array in problem.params.items()}
        d_parts = passes.Parts.of(own, d_params)
        d_x = passes.backward(own, parts, done, np.ones_like(done.logits), d_parts, runner, True, ends)
        results.append([done.logits.copy(), d_x.copy(), *d_params.values()])
    for readable, fast in zip(*results, strict=True):
        np.testing.assert_allclose(fast, readable, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"h": 0}, "initial must be a tuple with one item for each layer, 2, got dict"),
        (({},), "initial must be a tuple with one item for each layer, 2, got 1 items"),
        (({}, ({},)), r"initial\[0\] must be a tuple with one item for each direction, 2, got dict"),
        (
            (({}, {}), ({}, {})),
            r"initial\[1\] must be a tuple with one item for each direction, 1, got 2 items",
        ),
        ((({}, {"z": 0}), ({},)), "layer_0.reverse: initial must hold only h and c, got z"),
        (
            (({}, {}), ({"h": np.zeros((B, 2))},)),
            r"layer_1: initial h must have shape \(3, 3\) .* got \(3, 2\)",
        ),
        (
            (({}, {}), ({"h": np.full((B, 3), np.nan)},)),
            "layer_1: initial h must hold finite numbers, got nan",
        ),
    ],
)
def test_states_that_do_not_fit_the_layers_are_refused(states, words):
    problem = Problem(config(layers=(both, layer(GRU(), 3))), "squared_error")
    with pytest.raises(InputError, match=words):
        problem.network.forward(problem.params, problem.inputs, None, states)
    trace = problem.forward()
    with pytest.raises(InputError, match=words.replace("initial", "d_final")):
        problem.network.backward(trace, np.ones_like(trace.logits), states)


def test_gradient_at_one_hot_rows_equals_that_of_the_same_rows_given_raw():
    one_hot = Problem(*CASES["one_hot_softmax"], masked=True)
    rows = Problem(dataclasses.replace(one_hot.network.config, inputs=Raw(4)), "cross_entropy", masked=True)
    rows.params, rows.targets, rows.weights = one_hot.params, one_hot.targets, one_hot.weights
    rows.inputs = np.eye(4)[one_hot.inputs]
    np.testing.assert_array_equal(one_hot.forward().logits, rows.forward().logits)
    np.testing.assert_array_equal(one_hot.gradients().x, rows.gradients().x)


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
def test_gradients_of_the_layers_are_those_of_their_signals(masked):
    problem = Problem(*CASES["bidirectional_every_stacked"], masked=masked)
    gradients = problem.gradients()
    assert [len(directions) for directions in gradients.layers] == [2, 1]
    last = gradients.layers[-1][0]
    np.testing.assert_array_equal(last.params["U"], gradients.params["layer_1.U"])
    first = gradients.layers[0]
    np.testing.assert_allclose(first[0].x + first[1].x, gradients.x, rtol=0, atol=1e-15)


def layers_by_hand(problem):
    """Run the layers with `unroll` alone; return what the last one says, and where its directions stop."""
    seen = problem.inputs
    for index, own in enumerate(problem.network.config.layers):
        said = []
        for side, prefix in enumerate(
            [f"layer_{index}.", f"layer_{index}.reverse."][: 1 + own.bidirectional]
        ):
            names = own.cell.layout
            params = {name: problem.params[prefix + name] for name in names}
            said.append(unroll(own.cell, params, seen, mask=problem.mask, reverse=side == 1)["h"])
        seen = np.concatenate(said, axis=-1)
    stops = np.concatenate([said[0][:, -1], *(h[:, 0] for h in said[1:])], axis=-1)
    return seen, stops


def attention_by_hand(query, rows, live):
    """Return the weights and the weighted sum for one query over lists of floats."""
    scores = [sum(a * b for a, b in zip(query, row, strict=True)) for row in rows]
    powers = [math.exp(score) if alive else 0.0 for score, alive in zip(scores, live, strict=True)]
    weights = [power / sum(powers) for power in powers]
    return weights, [sum(w * row[f] for w, row in zip(weights, rows, strict=True)) for f in range(len(query))]


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize(
    "name",
    [
        "raw_last",
        "raw_every",
        "bidirectional_last",
        "bidirectional_every_stacked",
        "attention_last",
        "attention_every",
        "attention_bidirectional_last",
        "no_head_last",
        "softmax_with_squared_error",
        "sigmoid_every_with_squared_error",
    ],
)
def test_attention_and_head_equal_plain_loops(name, masked):
    problem = Problem(*CASES[name], masked=masked)
    own, trace = problem.network.config, problem.forward()
    output, stops = layers_by_hand(problem)
    live = (np.ones((B, T), bool) if problem.mask is None else problem.mask).tolist()
    for n in range(B):
        rows = output[n].tolist()
        queries = rows if own.read == "every" else [stops[n].tolist()]
        for q, query in enumerate(queries):
            features = query
            if own.attention:
                looks = own.read == "last" or live[n][q]
                weights, mixed = attention_by_hand(query, rows, live[n])
                if not looks:
                    weights, mixed = [0.0] * T, [0.0] * len(query)
                np.testing.assert_allclose(trace.attention[n, q], weights, rtol=0, atol=1e-14)
                features = query + mixed
            if own.head:
                kernel, bias = problem.params["head.kernel"].tolist(), problem.params["head.bias"].tolist()
                logits = [
                    sum(f * row[k] for f, row in zip(features, kernel, strict=True)) + bias[k]
                    for k in range(own.outputs)
                ]
            else:
                logits = features[: own.outputs]
            outputs = logits
            if own.activation == "sigmoid":
                outputs = [1 / (1 + math.exp(-logit)) for logit in logits]
            elif own.activation == "softmax":
                powers = [math.exp(logit) for logit in logits]
                outputs = [power / sum(powers) for power in powers]
            at = (n, q) if own.read == "every" else n
            np.testing.assert_allclose(trace.features[at], features, rtol=0, atol=1e-14)
            np.testing.assert_allclose(trace.logits[at], logits, rtol=0, atol=1e-14)
            np.testing.assert_allclose(trace.outputs[at], outputs, rtol=0, atol=1e-14)
    assert (trace.attention is not None) == own.attention


def test_embedding_reads_rows_of_its_table():
    problem = Problem(*CASES["embedding_every_softmax"])
    trace = problem.forward()
    for n in range(B):
        for t in range(T):
            np.testing.assert_array_equal(trace.x[n, t], problem.params["embedding"][problem.inputs[n, t]])


def test_last_reads_the_last_timestep_that_was_not_masked_and_reverse_the_first():
    problem = Problem(*CASES["bidirectional_last"], masked=True)
    trace = problem.forward()
    forward, backward = trace.layers[0].forward["h"], trace.layers[0].backward["h"]
    for n, (first, last) in enumerate([(0, 3), (0, 1), (1, 3)]):
        np.testing.assert_array_equal(trace.features[n], [*forward[n, last], *backward[n, first]])


def test_a_sequence_that_is_masked_throughout_attends_to_nothing_and_reads_zeros():
    problem = Problem(*CASES["attention_last"])
    problem.mask = np.array([[1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 0]], bool)
    trace = problem.forward()
    assert not trace.features[1].any()
    np.testing.assert_array_equal(trace.attention[1], np.zeros((1, T)))
    np.testing.assert_array_equal(trace.attention[2], [[1, 0, 0, 0]])


def test_what_a_masked_timestep_holds_changes_nothing():
    problem = Problem(*CASES["attention_bidirectional_every"], masked=True)
    before = problem.forward()
    problem.inputs = np.where(problem.mask, problem.inputs, 0)
    np.testing.assert_array_equal(problem.forward().outputs, before.outputs)


@pytest.mark.parametrize("name", ["attention_bidirectional_last", "stacked_mixed"])
def test_a_sequence_does_not_depend_on_the_others_in_its_batch(name):
    problem = Problem(*CASES[name], masked=True)
    together = problem.forward().logits
    for n in range(B):
        alone = problem.network.forward(problem.params, problem.inputs[[n]], problem.mask[[n]])
        np.testing.assert_allclose(alone.logits[0], together[n], rtol=0, atol=1e-14)


def test_dropout_holds_over_a_sequence_differs_between_them_and_is_scaled_up():
    own = config(layers=(layer(hidden_size=40, dropout=0.25, recurrent_dropout=0.5),), inputs=Raw(50))
    network = Network(own)
    params = network.init(np.random.default_rng(0))
    trace = network.forward(params, np.ones((20, 3, 50)), rng=np.random.default_rng(1))
    run = trace.layers[0]
    for t in range(3):
        np.testing.assert_array_equal(run.forward.x[:, t], run.input_scales[0][:, 0])
    for scale, rate in ((run.input_scales[0], 0.25), (run.forward.recurrent_scale, 0.5)):
        np.testing.assert_array_equal(np.unique(scale), [0, 1 / (1 - rate)])
        assert np.mean(scale == 0) == pytest.approx(rate, abs=0.05)
        assert not (scale == scale[0]).all()
    assert (trace.x == 1).all()


def test_dropout_of_each_direction_is_drawn_by_itself():
    own = config(layers=(layer(dropout=0.5, bidirectional=True),), inputs=Raw(50))
    network = Network(own)
    params = network.init(np.random.default_rng(0))
    run = network.forward(params, np.ones((2, 3, 50)), rng=np.random.default_rng(1)).layers[0]
    assert not np.array_equal(*run.input_scales)


def test_dropout_of_the_head_draws_every_number_by_itself():
    own = config(head_dropout=0.5, read="every", layers=(layer(hidden_size=50),))
    network = Network(own)
    trace = network.forward(
        network.init(np.random.default_rng(0)), np.ones((2, 3, 2)), rng=np.random.default_rng(1)
    )
    assert trace.head_scale.shape == (2, 3, 50)
    assert np.mean(trace.head_scale == 0) == pytest.approx(0.5, abs=0.1)
    np.testing.assert_array_equal(trace.features, trace.layers[0].output * trace.head_scale)


def test_dropout_is_off_without_a_generator_and_the_same_for_the_same_seed():
    problem = Problem(*CASES["dropout_everywhere"])
    network, params, inputs = problem.network, problem.params, problem.inputs
    off = network.forward(params, inputs)
    assert off.head_scale is None
    assert all(scale is None for run in off.layers for scale in run.input_scales)
    assert all(trace.recurrent_scale is None for run in off.layers for trace in run.traces)
    np.testing.assert_array_equal(problem.forward().logits, problem.forward().logits)
    assert not np.array_equal(off.logits, problem.forward().logits)


def test_penalty_is_that_of_the_kernels_alone():
    own, _ = CASES["penalties"]
    network = Network(own)
    params = network.init(np.random.default_rng(0))
    expected = 0.0
    for prefix in ("layer_0.", "layer_0.reverse."):
        expected += 0.02 * sum(abs(w) for w in params[prefix + "W"].ravel().tolist())
        expected += 0.03 * sum(w * w for w in params[prefix + "U"].ravel().tolist())
    expected += 0.05 * sum(w * w for w in params["layer_1.W"].ravel().tolist())
    expected += 0.01 * sum(abs(w) for w in params["layer_1.U"].ravel().tolist())
    value, gradient = network.penalty(params)
    assert value == pytest.approx(expected, rel=1e-14)
    assert list(gradient) == list(params)
    assert not any(gradient[name].any() for name in gradient if name[-1] not in "WU")


def test_published_next_word_model_gives_its_published_prediction():
    own = NetworkConfig(
        inputs=Raw(1), layers=(layer(hidden_size=1),), outputs=5, activation="softmax"
    )  # id 0 pads, then is, an, this, example
    params = {
        "layer_0.W": [[0.5866583, 0.46882355, 0.5307267, 1.1682754]],
        "layer_0.U": [[0.44634107, 0.37472215, 0.31417692, 0.41816187]],
        "layer_0.b": [0.3832207, 1.3373766, 0.29879212, 0.38187584],
        "head.kernel": [[-0.55315286, -1.1231616, 0.7899263, -0.8698494, 1.1733266]],
        "head.bias": [-0.3702354, -0.34576902, 0.40953848, -0.35659516, 0.28241307],
    }
    network = Network(own)
    assert network.parameter_count == 22
    trace = network.forward(params, [[[3], [1]], [[1], [2]]])
    printed = [[f"{share:.8f}" for share in row] for row in trace.outputs]
    assert printed[0] == ["0.06413898", "0.04268872", "0.38673618", "0.05115727", "0.45527885"]
    assert printed[1] == ["0.06118220", "0.03986964", "0.38773374", "0.04822958", "0.46298484"]


def test_parameters_have_flat_names_in_order_and_init_draws_them_all():
    own = config(inputs=Embedding(7, 3), layers=(layer(bidirectional=True), layer(GRU())), attention=True)
    network = Network(own)
    shapes = network.parameter_shapes()
    assert shapes == {
        "embedding": (7, 3),
        "layer_0.W": (3, 8),
        "layer_0.U": (2, 8),
        "layer_0.b": (8,),
        "layer_0.reverse.W": (3, 8),
        "layer_0.reverse.U": (2, 8),
        "layer_0.reverse.b": (8,),
        "layer_1.W": (4, 6),
        "layer_1.U": (2, 6),
        "layer_1.b": (6,),
        "layer_1.b_rec": (6,),
        "head.kernel": (4, 2),
        "head.bias": (2,),
    }
    assert network.parameter_count == 21 + 2 * (24 + 16 + 8) + 24 + 12 + 6 + 6 + 8 + 2
    params = network.init(np.random.default_rng(3))
    assert list(params) == list(shapes)
    assert {name: array.shape for name, array in params.items()} == shapes
    assert not np.isclose(params["layer_0.W"], params["layer_0.reverse.W"]).any()
    table = Network(config(inputs=Embedding(500, 8))).init(np.random.default_rng(3))["embedding"]
    assert 0.049 < abs(table).max() <= 0.05
    np.testing.assert_array_equal(params["layer_0.b"], [0, 0, 1, 1, 0, 0, 0, 0])
    open_gates = network.init(np.random.default_rng(3), forget_bias=3.0)
    np.testing.assert_array_equal(open_gates["layer_0.reverse.b"], [0, 0, 3, 3, 0, 0, 0, 0])
    low = network.init(np.random.default_rng(3), np.float32)
    for name, array in low.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, params[name].astype(np.float32))


def test_float32_parameters_compute_in_float32():
    for name in ("dropout_everywhere", "attention_bidirectional_every", "embedding_every_softmax"):
        low, high = (Problem(*CASES[name], masked=True, dtype=dtype) for dtype in (np.float32, np.float64))
        high.inputs = low.inputs
        trace, gradients = low.forward(), low.gradients()
        for array in (trace.x, trace.features, trace.logits, trace.outputs, trace.layers[0].output):
            assert array.dtype == np.float32
        assert all(array.dtype == np.float32 for array in gradients.params.values())
        np.testing.assert_allclose(trace.outputs, high.forward().outputs, rtol=0, atol=1e-5)
        for key, array in high.gradients().params.items():
            np.testing.assert_allclose(gradients.params[key], array, rtol=0, atol=1e-5)


def arrays_of(value):
    """Walk through everything in a trace, or in gradients, and return its arrays."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from arrays_of(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from arrays_of(part)
    elif isinstance(value, LayerTrace | LayerGradients | LayerRun | NetworkTrace | NetworkGradients):
        for field in dataclasses.fields(value):
            yield from arrays_of(getattr(value, field.name))


@pytest.mark.parametrize("copied", [False, True], ids=["original", "unpickled"])
def test_nothing_in_a_trace_can_be_written_to_and_it_shares_nothing_with_what_was_given(copied):
    problem = Problem(*CASES["dropout_everywhere"], masked=True)
    trace, gradients = problem.forward(), problem.gradients()
    given = [problem.inputs, problem.mask, *problem.params.values()]
    if copied:
        before = [array.copy() for array in arrays_of(trace)]
        trace, gradients = pickle.loads(pickle.dumps((trace, gradients)))
        for old, new in zip(before, arrays_of(trace), strict=True):
            np.testing.assert_array_equal(old, new)
    arrays = [*arrays_of(trace), *arrays_of(gradients)]
    assert len(arrays) > 100
    for array in arrays:
        assert not array.flags.writeable
        assert not any(np.shares_memory(array, other) for other in given)
    with pytest.raises(TypeError):
        trace.params["head.bias"] = 0


def bytes_of(value):
    return sum({id(array): array.nbytes for array in arrays_of(value)}.values())


@pytest.mark.parametrize("name", CASES)
def test_size_is_reckoned_from_above_but_not_by_much(name):
    problem = Problem(*CASES[name])
    network = problem.network
    trace = network.forward(problem.params, problem.inputs)
    assert bytes_of(trace) <= network.trace_bytes(B, T) <= 1.4 * bytes_of(trace)
    both_ways = bytes_of((trace, network.backward(trace, np.ones_like(trace.logits))))
    assert both_ways <= network.trace_bytes(B, T, gradients=True) <= 1.4 * both_ways


def test_a_run_that_would_not_fit_is_refused_before_memory_is_taken():
    network = Network(config(attention=True, read="every"))
    params = network.init(np.random.default_rng(0))
    inputs = np.zeros((1, 5000, 2))
    with pytest.raises(
        SizeInputError, match=r"A trace of 1 × 5000 timesteps needs .* expected at most 1\.0 MB"
    ):
        network.forward(params, inputs, max_bytes=10**6)
    trace = network.forward(params, inputs[:, :500])
    words = r"A trace of 1 × 500 timesteps with its gradients needs .* at most 1\.0 MB"
    with pytest.raises(SizeInputError, match=words):
        network.backward(trace, np.zeros((1, 500, 2)), max_bytes=10**6)


def test_a_network_may_take_more_than_its_layers_would_be_allowed_alone(monkeypatch):
    problem = Problem(*CASES["raw_every"])
    for function in (unroll, backpropagate):
        monkeypatch.setitem(function.__kwdefaults__, "max_bytes", 1000)
    with pytest.raises(SizeInputError):
        unroll(LSTM(), LSTM().init(2, 3, np.random.default_rng(0)), problem.inputs)
    problem.gradients()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"inputs": 3}, r"inputs must be Raw\(…\), OneHot\(…\) or Embedding\(…\), got 3"),
        ({"layers": ()}, r"layers must be one or more of RecurrentLayer\(…\), got \(\)"),
        ({"layers": (LSTM(),)}, "layers must be one or more of RecurrentLayer"),
        ({"layers": layer()}, "layers must be one or more of RecurrentLayer"),
        ({"outputs": 0}, "outputs must be an integer of at least 1, got 0"),
        ({"outputs": 3, "head": False}, "outputs must be at most 2, .* if there is no head, got 3"),
        ({"read": "first"}, "read must be one of 'last', 'every', got 'first'"),
        ({"attention": 1}, "attention must be one of True, False, got 1"),
        ({"head_dropout": 1}, "head_dropout must be a number of at least 0 and below 1, got 1"),
        ({"activation": "relu"}, "activation must be one of 'linear', 'sigmoid', 'softmax', got 'relu'"),
    ],
)
def test_a_config_that_means_nothing_is_refused(options, words):
    with pytest.raises(InputError, match=words):
        config(**options)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: layer(LSTM), r"cell must be a cell such as LSTM\(\)"),
        (lambda: layer(hidden_size=0), "hidden_size must be an integer of at least 1, got 0"),
        (lambda: layer(dropout=-0.1), "dropout must be a number of at least 0 and below 1, got -0.1"),
        (lambda: layer(recurrent_dropout="x"), "recurrent_dropout must be a number .* got 'x'"),
        (lambda: layer(kernel_l1=-1), "kernel_l1 must be a number of at least 0, got -1"),
        (lambda: layer(recurrent_l2=math.inf), "recurrent_l2 must be a number of at least 0, got inf"),
        (lambda: layer(bidirectional=2), "bidirectional must be one of True, False, got 2"),
        (lambda: Raw(0), "size must be an integer of at least 1, got 0"),
        (lambda: OneHot(True), "vocabulary must be an integer of at least 1, got True"),
        (lambda: Embedding(3, 0.5), "size must be an integer of at least 1, got 0.5"),
        (lambda: Network(None), "config must be a NetworkConfig, got NoneType"),
        (lambda: Network(config()).init(3), "rng must be a numpy.random.Generator, got int"),
        (
            lambda: Network(config()).init(np.random.default_rng(0), np.int64),
            "dtype must be float32 or float64, got int64",
        ),
    ],
)
def test_parts_that_mean_nothing_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize(
    ("kind", "inputs", "words"),
    [
        (Raw(2), np.zeros((3, 4)), r"inputs must have shape \(examples, timesteps, 2\) .* got \(3, 4\)"),
        (Raw(2), np.zeros((3, 4, 1)), r"got \(3, 4, 1\)"),
        (Raw(2), np.zeros((0, 4, 2)), r"with at least 1 of each, got \(0, 4, 2\)"),
        (Raw(2), np.full((1, 1, 2), np.nan), "inputs must hold finite numbers, got nan"),
        (OneHot(4), [[0, 4]], r"integers from 0 to 3, as there are 4 ids, got 4 at inputs\[0, 1\]"),
        (Embedding(4, 2), [[0, -1], [-1, 9]], r"got -1 at inputs\[0, 1\] \(and 2 more\)"),
        (OneHot(4), [[0.0, 1.0]], "inputs must hold integers from 0 to 3, got values of type float64"),
        (OneHot(4), [[True]], "got values of type bool"),
        (OneHot(4), [0, 1], r"inputs must have shape \(examples, timesteps\) .* got \(2,\)"),
        (OneHot(4), [["a"]], "inputs must hold integers from 0 to 3, got values of type <U1"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(kind, inputs, words):
    network = Network(config(inputs=kind))
    with pytest.raises(InputError, match=words):
        network.forward(network.init(np.random.default_rng(0)), inputs)


def test_parameters_masks_and_gradients_that_do_not_fit_are_refused():
    problem = Problem(*CASES["raw_last"])
    network, params, inputs = problem.network, problem.params, problem.inputs
    for wrong, words in (
        ({}, "params must hold exactly layer_0.W, .* got missing layer_0.W"),
        (params | {"head.bias": [1.0]}, r"head.bias must have shape \(2,\), got \(1,\)"),
        (params | {"layer_0.b": np.full(8, np.inf)}, "layer_0.b must hold finite numbers, got inf"),
    ):
        with pytest.raises(InputError, match=words):
            network.forward(wrong, inputs)
    with pytest.raises(InputError, match=r"the mask of inputs must have shape \(3, 4\), got \(3, 3\)"):
        network.forward(params, inputs, np.ones((3, 3)))
    trace = problem.forward()
    with pytest.raises(InputError, match=r"d_logits must have shape \(3, 2\), got \(3,\)"):
        network.backward(trace, np.ones(3))
    with pytest.raises(InputError, match=r"of this network returned, got one of another network"):
        Network(config(outputs=1)).backward(trace, np.ones((3, 1)))
    with pytest.raises(InputError, match="of this network returned, got ndarray"):
        network.backward(trace.logits, np.ones((3, 2)))


def test_a_layer_whose_numbers_grow_too_large_is_named_by_the_error():
    network = Network(config(layers=(layer(SimpleRNN(activation="identity"), 1),), inputs=Raw(1), outputs=1))
    params = network.init(np.random.default_rng(0)) | {"layer_0.U": [[1e200]], "layer_0.W": [[1.0]]}
    with pytest.raises(OverflowInputError, match="grew past the largest"):
        network.forward(params, np.ones((1, 4, 1)))


def test_the_head_and_attention_over_huge_numbers_are_refused_without_a_warning():
    params, x = {"layer_0.W": [[1.0]], "layer_0.U": [[0.0]], "layer_0.b": [0.0]}, np.full((1, 3, 1), 1e200)
    relu = layer(SimpleRNN(activation="identity"), 1)
    attentive = Network(config(inputs=Raw(1), layers=(relu,), attention=True, head=False, outputs=1))
    with pytest.raises(OverflowInputError, match=r"at timestep 2 \(features, example 0, unit 1;"):
        attentive.forward(params, x)
    every = Network(config(inputs=Raw(1), layers=(relu,), read="every", outputs=2))
    head = params | {"head.kernel": [[1.0, 1e200]], "head.bias": [0.0, 0.0]}
    with pytest.raises(OverflowInputError, match="logits, example 0, unit 1;") as caught:
        every.forward(head, np.array([[[1.0], [1e200], [1.0]]]))
    assert (caught.value.timestep, caught.value.unit) == (1, 1)


@pytest.mark.parametrize("read", ["last", "every"])
def test_logits_that_are_far_apart_have_shares_and_attention_too(read):
    relu = layer(SimpleRNN(activation="identity"), 1)
    own = config(inputs=Raw(1), layers=(relu,), attention=True, activation="softmax", read=read)
    params = {"layer_0.W": [[1.0]], "layer_0.U": [[0.0]], "layer_0.b": [0.0], "head.bias": [0.0, 0.0]}
    params["head.kernel"] = [[1e154, -1e154], [0.0, 0.0]]
    trace = Network(own).forward(params, np.array([[[-1e154], [1e154], [1.2e154]]]))
    np.testing.assert_array_equal(trace.attention[0, -1], [0, 0, 1])
    np.testing.assert_array_equal(trace.outputs.reshape(-1, 2)[-1], [1, 0])


def test_gradients_and_penalties_that_grow_too_large_are_named():
    problem = Problem(*CASES["raw_last"])
    problem.params["head.kernel"][:] = 1e200
    trace = problem.forward()
    with pytest.raises(InputError, match="the gradient at h of layer 0 grew past the largest"):
        problem.network.backward(trace, np.full((B, 2), 1e200))
    problem = Problem(*CASES["penalties"])
    problem.params["layer_1.W"][:] = 1e200
    with pytest.raises(InputError, match="the penalty of all together grew past the largest"):
        problem.network.penalty(problem.params)


def test_sizes_that_no_memory_holds_are_refused_before_it_is_taken():
    rng = np.random.default_rng(0)
    wide = Network(config(layers=(layer(hidden_size=10**6),)))
    with pytest.raises(SizeInputError, match=r"A network of 4000014000002 parameters needs 32000\.1 GB"):
        wide.init(rng)
    table = Network(config(inputs=Embedding(10**12, 100)))
    with pytest.raises(SizeInputError, match=r"A network of \d+ parameters needs"):
        table.init(rng, np.float32)
    small = Network(config()).init(rng)
    rows = {"layer_0.W": np.zeros((100, 8)), "embedding": np.broadcast_to(0.0, (10**12, 100))}
    with pytest.raises(SizeInputError, match=r"A network of \d+ parameters needs"):
        table.forward(small | rows, [[1]])
    with pytest.raises(InputError, match="embedding must have shape"):
        table.check(small | rows | {"embedding": np.broadcast_to(0.0, (10**12, 99))})
    network, huge = Network(config()), np.broadcast_to(0.0, (10**6, 10**6, 2))
    with pytest.raises(SizeInputError, match="A trace of 1000000 × 1000000 timesteps needs"):
        network.forward(small, huge)
    with pytest.raises(InputError, match=r"must have shape \(examples, timesteps, 2\)"):
        network.check_inputs(huge[..., :1])
    count = Network(config()).parameter_count
    network.init(rng, max_bytes=8 * count)
    with pytest.raises(SizeInputError):
        network.init(rng, max_bytes=8 * count - 1)


@pytest.mark.parametrize(("read", "factor"), [("last", 1.5), ("every", 1.1)])
def test_the_peak_of_a_run_with_attention_is_not_far_above_what_is_asked_for(read, factor):
    network = Network(config(attention=True, read=read, layers=(layer(hidden_size=4),)))
    params = network.init(np.random.default_rng(0))
    x = np.zeros((2, 600, 2))
    tracemalloc.start()
    try:
        trace = network.forward(params, x)
        forward = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        network.backward(trace, np.ones_like(trace.logits))
        both_ways = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert forward <= factor * network.room(2, 600)
    assert both_ways <= factor * network.room(2, 600, gradients=True)


def test_arguments_of_the_wrong_kind_are_refused():
    network = Network(config())
    params, x = network.init(np.random.default_rng(0)), np.zeros((1, 2, 2))
    for call, words in (
        (lambda: network.forward(params, x, rng=5), "rng must be a numpy.random.Generator, got int"),
        (lambda: network.forward(params, x, max_bytes="2GB"), "max_bytes must be an integer"),
        (lambda: network.forward(params, x, max_bytes=None), "max_bytes must be an integer"),
        (
            lambda: network.init(np.random.default_rng(0), "foo"),
            "dtype must be float32 or float64, got 'foo'",
        ),
        (lambda: network.trace_bytes(-3, 1), "batch_size must be an integer of at least 1, got -3"),
        (lambda: network.trace_bytes(3, "a"), "timesteps must be an integer of at least 1, got 'a'"),
        (lambda: network.trace_bytes(3, 1, int), "dtype must be float32 or float64"),
    ):
        with pytest.raises(InputError, match=words):
            call()


def test_a_config_keeps_plain_numbers():
    own = config(
        inputs=Embedding(np.int64(5), np.int32(2)),
        layers=(layer(hidden_size=np.int64(3), dropout=np.float32(0.5), kernel_l2=1),),
        outputs=np.int64(2),
        head_dropout=np.float64(0.25),
    )
    numbers = [own.inputs.vocabulary, own.inputs.size, own.outputs, own.layers[0].hidden_size]
    assert [type(number) for number in numbers] == [int] * 4
    rates = [own.head_dropout, own.layers[0].dropout, own.layers[0].kernel_l2]
    assert [type(rate) for rate in rates] == [float] * 3
