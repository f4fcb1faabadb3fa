"""Training: the same numbers for the same seed, going on from checkpoints, stopping, clipping, divergence."""

import dataclasses
import math
import pickle
from collections.abc import Mapping

import numpy as np
import pytest

from lstm_core import GRU, LSTM, InputError, OverflowInputError, SimpleRNN, SizeInputError
from lstm_core.fused import workspace
from lstm_core.losses import LOSSES
from lstm_core.network import Embedding, Network, NetworkConfig, Raw, RecurrentLayer
from lstm_core.network.runners import ReadableRunner
from lstm_core.optimizers import SGD, Adam, RMSprop
from lstm_core.training import (
    Best,
    Checkpoint,
    ClipNorm,
    ClipValue,
    Dataset,
    DivergedError,
    EarlyStopping,
    engine,
    evaluate,
    predict,
    train,
)


def layer(cell=None, hidden_size=3, **options):
    return RecurrentLayer(cell=cell or LSTM(), hidden_size=hidden_size, **options)


PLAIN = Network(NetworkConfig(inputs=Raw(2), layers=(layer(),), outputs=1))
EVERYTHING = Network(
    NetworkConfig(
        inputs=Embedding(6, 3),
        layers=(
            layer(dropout=0.2, recurrent_dropout=0.2, bidirectional=True, kernel_l1=1e-3, recurrent_l2=1e-2),
            layer(GRU(), 4, dropout=0.1),
            layer(LSTM(peephole=True), 3),
        ),
        read="every",
        attention=True,
        head_dropout=0.1,
        outputs=4,
        activation="softmax",
    )
)


def numbers(examples=22, timesteps=5, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (examples, timesteps, 2))
    return Dataset(x, x[:, :, 0].mean(axis=1, keepdims=True))


def words(examples=22, timesteps=5, seed=0):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 6, (examples, timesteps))
    mask = np.arange(timesteps) < rng.integers(2, timesteps + 1, (examples, 1))
    return Dataset(ids, (ids + np.roll(ids, 1, axis=1)) % 4, mask, rng.uniform(0.5, 2, examples))


def start(network=PLAIN, data=None, *, seed=3, dtype=np.float64, params=None, **options):
    settings = {
        "loss": "squared_error",
        "optimizer": Adam(0.02),
        "rng": np.random.default_rng(seed),
        "batch_size": 5,
        "epochs": 3,
    }
    params = network.init(np.random.default_rng(1), dtype) if params is None else params
    return train(network, params, numbers() if data is None else data, **(settings | options))


def start_everything(**options):
    settings = {"loss": "cross_entropy", "validation": words(9, 5, 1), "clip": ClipNorm(0.5)}
    return start(EVERYTHING, words(), **(settings | options))


def told(step):
    """Return everything that a step says as plain values, and its parameters as bytes."""
    values = [
        getattr(step, field.name) for field in dataclasses.fields(step) if not field.name.startswith("_")
    ]
    values = [(v.loss, v.update, v.epoch, v.metric) if isinstance(v, Best) else v for v in values]
    return values, {name: array.tobytes() for name, array in step.params.items()}


def story(run):
    return [told(step) for step in run]


STARTS = {
    "plain": start,
    "momentum_value": lambda **o: start(optimizer=SGD(0.1, momentum=0.9), clip=ClipValue(0.01), **o),
    "rmsprop_float32": lambda **o: start(optimizer=RMSprop(0.01), dtype=np.float32, **o),
    "everything": start_everything,
    "everything_float32": lambda **o: start_everything(dtype=np.float32, **o),
}


def updates_by_hand(network, data, loss, optimizer, seed, batch_size, epochs, clip=None):
    """Train through the public readable path; yield loss, penalty, norm and the parameters of each update."""
    rng = np.random.default_rng(seed)
    params = network.init(np.random.default_rng(1))
    updater = optimizer.start(network.parameter_count, np.float64)
    N = len(data.inputs)
    for _ in range(epochs):
        order = rng.permutation(N)
        for first in range(0, N, batch_size):
            rows = order[first : first + batch_size]
            mask = None if data.mask is None else data.mask[rows]
            weights = None if data.weights is None else data.weights[rows]
            if mask is not None and network.config.read == "every":
                weights = mask * (1 if weights is None else weights[:, np.newaxis])
            trace = network.forward(params, data.inputs[rows], mask, rng=rng)
            activation = network.config.activation
            value, d_logits = LOSSES[loss](
                trace.logits, trace.outputs, data.targets[rows], weights, activation=activation
            )
            penalty, d_penalty = network.penalty(params)
            gradients = network.backward(trace, d_logits).params
            flat = np.concatenate([(gradients[name] + d_penalty[name]).ravel() for name in params])
            norm = float(np.linalg.norm(flat))
            if clip is not None:
                flat *= min(1.0, clip / (norm + 1e-6))
            vector = np.concatenate([array.ravel() for array in params.values()])
            updater.update(vector, flat, optimizer.learning_rate)
            start_of = np.cumsum([0, *(array.size for array in params.values())])
            params = {
                name: vector[a:b].reshape(array.shape)
                for (name, array), a, b in zip(params.items(), start_of, start_of[1:], strict=False)
            }
            yield value + penalty, penalty, norm, params


@pytest.mark.parametrize(
    ("network", "data", "loss", "clip"),
    [
        (PLAIN, numbers(), "squared_error", None),
        (EVERYTHING, words(), "cross_entropy", 0.5),
        (
            Network(NetworkConfig(inputs=Raw(2), layers=(layer(bidirectional=True), layer()), outputs=1)),
            numbers(),
            "squared_error",
            None,
        ),
    ],
    ids=["plain", "everything", "stacked"],
)
def test_training_makes_the_updates_of_the_readable_path(network, data, loss, clip):
    run = start(network, data, loss=loss, clip=clip and ClipNorm(clip))
    expected = updates_by_hand(network, data, loss, Adam(0.02), 3, 5, 3, clip)
    count = 0
    for step, (value, penalty, norm, params) in zip(run, expected, strict=True):
        assert step.loss == pytest.approx(value, rel=1e-10, abs=1e-12)
        assert step.penalty == pytest.approx(penalty, rel=1e-10)
        assert step.gradient_norm == pytest.approx(norm, rel=1e-8)
        for name, array in params.items():
            np.testing.assert_allclose(step.params[name], array, rtol=0, atol=1e-9)
        count += 1
    assert count == 15


@pytest.mark.parametrize("name", ["plain", "everything"])
def test_losses_are_the_same_with_and_without_the_fast_path(name, monkeypatch):
    fast = [step.loss for step in STARTS[name](epochs=6)]
    monkeypatch.setattr(engine, "FastRunner", ReadableRunner)
    readable = [step.loss for step in STARTS[name](epochs=6)]
    np.testing.assert_allclose(fast, readable, rtol=1e-10, atol=0)
    assert fast != readable  # or the fast path took no part


def test_steps_are_counted_from_one_and_the_last_says_why():
    steps = list(start())
    assert [step.update for step in steps] == list(range(1, 16))
    assert [step.epoch for step in steps] == [1] * 5 + [2] * 5 + [3] * 5
    assert [step.batch for step in steps] == [1, 2, 3, 4, 5] * 3
    assert [step.stopped for step in steps] == [None] * 14 + ["epochs"]
    assert all(step.validation_loss is None and step.metric is None for step in steps)
    assert {step.learning_rate for step in steps} == {0.02}


def test_every_example_is_seen_once_in_an_epoch_and_in_another_order_in_the_next():
    seen = []

    class Spy(type(LOSSES["squared_error"])):
        def value_and_gradient(self, logits, outputs, targets, share, activation):
            seen.append(targets[:, 0].tolist())
            return super().value_and_gradient(logits, outputs, targets, share, activation)

    data = Dataset(numbers().inputs, np.arange(22.0)[:, np.newaxis])
    list(start(data=data, loss=Spy(), epochs=2))
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 2] * 2
    epochs = [[value for batch in part for value in batch] for part in (seen[:5], seen[5:])]
    assert all(sorted(epoch) == list(range(22)) for epoch in epochs)
    assert epochs[0] != epochs[1] != sorted(epochs[1])


def test_training_learns_what_can_be_learned():
    steps = list(start(epochs=60, validation=numbers(30, seed=9)))
    assert steps[-1].validation_loss < 0.1 * np.var(numbers(30, seed=9).targets)


@pytest.mark.parametrize("name", STARTS)
def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(name):
    first = story(STARTS[name]())
    assert first == story(STARTS[name]())
    assert first != story(STARTS[name](seed=4))


def test_what_was_given_is_not_changed():
    params, data = PLAIN.init(np.random.default_rng(1)), numbers()
    before = {name: array.copy() for name, array in params.items()}
    list(start(params=params, data=data))
    for name, array in params.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("pickled", [False, True], ids=["kept", "pickled"])
@pytest.mark.parametrize("after", [1, 4, 5, 7, 14])
@pytest.mark.parametrize("name", STARTS)
def test_going_on_from_a_checkpoint_continues_to_the_last_bit(name, after, pickled):
    whole = story(STARTS[name]())
    run = STARTS[name]()
    for _ in range(after):
        step = next(run)
    checkpoint = step.checkpoint()
    list(run)  # must not reach the checkpoint
    if pickled:
        checkpoint = pickle.loads(pickle.dumps(checkpoint))
    rest = story(STARTS[name](resume=checkpoint, seed=99, params={}))
    assert rest == whole[after:]


def test_early_stopping_goes_on_from_a_checkpoint_as_if_never_interrupted():
    options = {
        "optimizer": SGD(0.9),
        "epochs": 50,
        "validation": numbers(7, seed=5),
        "early_stopping": EarlyStopping(patience=3),
    }
    whole = story(start(**options))
    stops = len(whole)
    assert whole[-1][0][-1] == "early stopping"
    for after in (3, stops - 12, stops - 1):
        run = start(**options)
        for _ in range(after):
            step = next(run)
        rest = story(start(**options, resume=step.checkpoint()))
        assert rest == whole[after:]


def test_more_epochs_can_be_trained_from_the_end_of_a_run():
    *_, last = start(epochs=2)
    more = story(start(epochs=3, resume=last.checkpoint()))
    assert more == story(start(epochs=3))[10:]


def test_a_checkpoint_can_go_on_with_other_settings():
    run = start()
    checkpoint = [next(run) for _ in range(7)][-1].checkpoint()
    steps = list(start(resume=checkpoint, batch_size=9, optimizer=Adam(0.5), clip=ClipNorm(1.0), epochs=2))
    assert [(step.epoch, step.update) for step in steps] == [(2, 8), (2, 9)]
    assert steps[-1].learning_rate == 0.5


def test_a_checkpoint_holds_read_only_copies():
    run = start(validation=numbers(7, seed=5), early_stopping=EarlyStopping(patience=3))
    checkpoint = [next(run) for _ in range(6)][-1].checkpoint()
    arrays = [*checkpoint.params.values(), *checkpoint.optimizer.moments, *checkpoint.best.params.values()]
    before = [array.copy() for array in arrays]
    list(run)
    for array, kept in zip(arrays, before, strict=True):
        assert not array.flags.writeable
        np.testing.assert_array_equal(array, kept)


def test_a_step_shows_the_parameters_without_a_copy_until_the_run_goes_on():
    run = start()
    first = next(run)
    kept = {name: array.copy() for name, array in first.params.items()}
    assert first.params["head.bias"] is first.params["head.bias"]
    with pytest.raises(ValueError, match="read-only"):
        first.params["head.bias"][:] = 0
    np.testing.assert_array_equal(first.checkpoint().params["layer_0.U"], kept["layer_0.U"])
    second = next(run)
    assert not np.array_equal(second.params["layer_0.U"], kept["layer_0.U"])
    for ask in (first.checkpoint, lambda: first.params):
        with pytest.raises(InputError, match="got update 1 when the run is at 2"):
            ask()
    run.close()
    assert second.checkpoint().update == 2
    assert "_source" not in repr(second)


def test_learning_rate_is_asked_before_each_update_and_may_be_zero():
    asked = []

    def rate(update):
        asked.append(update)
        return 0.0 if update == 2 else 0.1 / update

    run = start(learning_rate=rate, optimizer=SGD(5.0))
    before = {name: array.copy() for name, array in next(run).params.items()}
    second = next(run)
    for name, array in before.items():
        np.testing.assert_array_equal(second.params[name], array)
    assert second.learning_rate == 0
    assert next(run).learning_rate == 0.1 / 3
    assert asked == [1, 2, 3]
    assert next(start(learning_rate=0.25)).learning_rate == 0.25


def test_clipping_by_norm_scales_the_whole_gradient_and_reports_the_norm_before():
    free, cut = next(start(optimizer=SGD(1.0))), next(start(optimizer=SGD(1.0), clip=ClipNorm(0.01)))
    assert not free.clipped
    assert cut.clipped
    assert cut.gradient_norm == free.gradient_norm > 0.01
    begin = PLAIN.init(np.random.default_rng(1))
    factor = 0.01 / (free.gradient_norm + 1e-6)
    for name, array in begin.items():
        change = factor * (free.params[name] - array)
        np.testing.assert_allclose(cut.params[name] - array, change, rtol=0, atol=1e-15)
    assert not next(start(clip=ClipNorm(100.0))).clipped


def test_clipping_by_value_cuts_each_number():
    free, cut = next(start(optimizer=SGD(1.0))), next(start(optimizer=SGD(1.0), clip=ClipValue(0.02)))
    assert cut.clipped
    begin = PLAIN.init(np.random.default_rng(1))
    for name, array in begin.items():
        change = np.clip(free.params[name] - array, -0.02, 0.02)
        np.testing.assert_allclose(cut.params[name] - array, change, rtol=0, atol=1e-15)
    assert not next(start(clip=ClipValue(100.0))).clipped


def test_clipping_leaves_a_gradient_on_the_limit_alone_and_handles_either_sign():
    for values, limit in (([1.0, -0.5], 1.0), ([0.5, -1.0], 1.0)):
        assert not ClipValue(limit).apply(np.array(values), 0.0)
    gradient = np.array([0.5, -3.0])
    assert ClipValue(1.0).apply(gradient, 0.0)
    np.testing.assert_array_equal(gradient, [0.5, -1.0])


def test_penalties_are_in_the_loss_and_told_apart():
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(kernel_l2=0.1),), outputs=1))
    params = network.init(np.random.default_rng(1))
    step = next(start(network, params=params))
    assert step.penalty == pytest.approx(0.1 * float((params["layer_0.W"] ** 2).sum()), rel=1e-12)
    assert step.loss - step.penalty == pytest.approx(next(start()).loss, rel=1e-12)


def test_validation_is_measured_after_each_epoch_or_every_few_updates():
    data = numbers(9, seed=5)
    by_epoch = list(start(validation=data))
    assert [step.update for step in by_epoch if step.validation_loss is not None] == [5, 10, 15]
    often = list(start(validation=data, validate_every=4))
    assert [step.update for step in often if step.validation_loss is not None] == [4, 8, 12]
    assert [step.loss for step in often] == [step.loss for step in by_epoch]


def mean_error(outputs, data):
    return float(np.abs(outputs - data.targets).mean())


@pytest.mark.parametrize("examples", [9, 1200])
def test_validation_is_the_loss_of_the_whole_set_without_dropout_and_penalties(examples):
    network = Network(
        NetworkConfig(inputs=Raw(2), layers=(layer(dropout=0.5, kernel_l2=1.0),), outputs=1, head_dropout=0.5)
    )
    data = numbers(examples, seed=5)
    run = start(network, validation=data, validate_every=1, metric=mean_error)
    for _ in range(2):
        step = next(run)
        outputs = network.forward(step.params, data.inputs).outputs
        assert step.validation_loss == pytest.approx(float(((outputs - data.targets) ** 2).mean()), rel=1e-12)
        assert step.metric == pytest.approx(mean_error(outputs, data), rel=1e-12)
        result = evaluate(network, step.params, data, loss="squared_error", metric=mean_error, batch_size=7)
        np.testing.assert_allclose(result.outputs, outputs, rtol=0, atol=1e-14)
        assert (result.loss, result.metric) == (
            pytest.approx(step.validation_loss, rel=1e-12),
            pytest.approx(step.metric, rel=1e-12),
        )
        assert not result.outputs.flags.writeable


def test_outputs_of_examples_that_are_evaluated_one_by_one_do_not_overwrite_each_other(monkeypatch):
    network = Network(
        NetworkConfig(inputs=Raw(2), layers=(layer(hidden_size=1),), outputs=1, read="every", head=False)
    )
    params, x = network.init(np.random.default_rng(0)), numbers(4).inputs
    monkeypatch.setattr(engine, "POSITIONS", 1)
    mask = np.array([[1, 1, 0, 1, 1]] * 4)
    data = Dataset(x, np.zeros((4, 5, 1)), mask)
    outputs = evaluate(network, params, data, loss="squared_error", batch_size=1).outputs
    np.testing.assert_allclose(outputs, network.forward(params, x, mask).outputs, rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_predictions_are_the_outputs_of_the_readable_path_however_many_run_together(
    monkeypatch, dtype, batch_size
):
    monkeypatch.setattr(engine, "POSITIONS", 1)
    for network, data in ((PLAIN, numbers()), (EVERYTHING, words())):
        params = network.init(np.random.default_rng(4), dtype)
        outputs = predict(network, params, data.inputs, data.mask, batch_size=batch_size)
        expected = network.forward(params, data.inputs, data.mask).outputs
        np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-14 if dtype == np.float64 else 1e-6)
        assert outputs.dtype == dtype
        assert not outputs.flags.writeable


def test_prediction_refuses_what_does_not_fit_and_what_has_no_room():
    params, x = PLAIN.init(np.random.default_rng(0)), numbers().inputs
    with pytest.raises(InputError, match="network must be a Network, got dict"):
        predict({}, params, x)
    with pytest.raises(InputError, match="batch_size must be an integer of at least 1, got 0"):
        predict(PLAIN, params, x, batch_size=0)
    with pytest.raises(InputError, match="inputs"):
        predict(PLAIN, params, x[..., :1])
    with pytest.raises(InputError, match="the mask of inputs must have shape"):
        predict(PLAIN, params, x, np.ones((1, 1)))
    with pytest.raises(SizeInputError) as caught:
        predict(PLAIN, params, x, batch_size=2, max_bytes=1_000)
    tight = predict(PLAIN, params, x, batch_size=2, max_bytes=caught.value.needed)
    np.testing.assert_allclose(tight, predict(PLAIN, params, x), rtol=0, atol=1e-15)


@pytest.mark.parametrize("cell", [LSTM(), GRU()])
def test_prediction_whose_numbers_grow_too_large_is_refused(cell):
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(cell),), outputs=1))
    params, x = network.init(np.random.default_rng(0)), numbers(1).inputs
    h = network.forward(params, x).features
    params["head.kernel"] = 1.7e308 * np.sign(h.T)
    params["head.bias"] = np.full(1, 1.7e308)
    with pytest.raises(OverflowInputError, match="logits"):
        predict(network, params, x)


def test_validation_of_masked_and_weighted_timesteps_is_one_mean_over_all_of_them():
    data = words(1500, 5, 1)
    step = next(start_everything(validation=data, validate_every=1))
    trace = EVERYTHING.forward(step.params, data.inputs, data.mask)
    weights = data.mask * data.weights[:, np.newaxis]
    value, _ = LOSSES["cross_entropy"](
        trace.logits, trace.outputs, data.targets, weights, activation="softmax"
    )
    assert step.validation_loss == pytest.approx(value, rel=1e-12)


def scripted(losses, **options):
    """Train against validation losses that are written down, one for each update."""
    told = iter(losses)

    class Script(type(LOSSES["squared_error"])):
        def value_and_gradient(self, logits, outputs, targets, share, activation):
            value, d_logits = super().value_and_gradient(logits, outputs, targets, share, activation)
            return (next(told) if len(targets) == 1 else value), d_logits

    options = {"validation": numbers(1, seed=5), "validate_every": 1, "epochs": 10} | options
    return start(loss=Script(), data=numbers(10), **options)


@pytest.mark.parametrize(
    ("losses", "rule", "stops_at", "best_at"),
    [
        ([5, 4, 3, 4, 4, 4], EarlyStopping(3), 6, 3),
        ([5, 4, 5, 3, 5, 5, 5], EarlyStopping(3), 7, 4),
        ([5, 4.9, 4.8, 4.7], EarlyStopping(2, min_delta=0.5), 3, 1),
        ([5, 4.4, 4.3, 4.2, 3.8, 4, 4], EarlyStopping(2, min_delta=0.5), 4, 2),
        ([5, 5, 5], EarlyStopping(2), 3, 1),
        ([5, 6], EarlyStopping(1), 2, 1),
    ],
)
def test_early_stopping_waits_as_long_as_it_should_and_ends_with_the_best(losses, rule, stops_at, best_at):
    kept = {}
    for step in scripted(losses, early_stopping=rule):
        if step.stopped is None:
            kept[step.update] = {name: array.copy() for name, array in step.params.items()}
    assert (step.update, step.stopped) == (stops_at, "early stopping")
    for name, array in kept[best_at].items():
        np.testing.assert_array_equal(step.params[name], array)
    best = step.checkpoint().best
    assert (best.update, best.loss) == (best_at, losses[best_at - 1])


def test_early_stopping_keeps_the_last_parameters_if_asked_to():
    rule = EarlyStopping(2, restore_best=False)
    *_, last = scripted([5, 6, 7], early_stopping=rule)
    free = scripted([5, 6, 7])
    third = [next(free) for _ in range(3)][-1]
    for name, array in third.params.items():
        np.testing.assert_array_equal(last.params[name], array)


def test_a_run_that_was_not_stopped_early_still_ends_with_its_best():
    steps = scripted([5, 1, 5, 5], early_stopping=EarlyStopping(9), epochs=2, batch_size=5)
    for step in steps:
        if step.update == 2:
            best = {name: array.copy() for name, array in step.params.items()}
    assert step.stopped == "epochs"
    for name, array in best.items():
        np.testing.assert_array_equal(step.params[name], array)


def exploding(cell, rate, **options):
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(cell),), outputs=1))
    return network, start(network, optimizer=SGD(rate), epochs=200, **options)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("cell", "rate"),
    [(LSTM(), 1e30), (LSTM(activation="relu", output_activation="identity"), 3.0), (SimpleRNN(), 1e200)],
    ids=["head", "layer", "at_once"],
)
def test_divergence_ends_the_run_with_the_last_good_checkpoint(cell, rate, dtype):
    if dtype == np.float32 and rate > 1e38:
        rate = 1e30
    network, run = exploding(cell, rate, dtype=dtype)
    states = [network.init(np.random.default_rng(1), dtype)]

    def watch():
        for step in run:
            states.append({name: array.copy() for name, array in step.params.items()})

    with pytest.raises(DivergedError, match=r"not finite at update \d+: .* smaller learning rate") as caught:
        watch()
    checkpoint = caught.value.checkpoint
    assert checkpoint.update < len(states)
    assert len(states) - checkpoint.update <= 2
    for name, array in states[checkpoint.update].items():
        np.testing.assert_array_equal(checkpoint.params[name], array)
        assert np.isfinite(array).all()
    _, again = exploding(cell, 1e-3, dtype=dtype, resume=checkpoint)
    step = next(again)
    assert step.update == checkpoint.update + 1
    assert math.isfinite(step.loss)


def test_the_checkpoint_of_a_divergence_continues_to_the_last_bit():
    def rate(update):
        return 1e300 if update == 9 else 0.02

    plain = {"clip": None, "optimizer": SGD(0.02, momentum=0.5)}
    run = start_everything(learning_rate=rate, **plain)
    with pytest.raises(DivergedError) as caught:
        list(run)
    whole = story(start_everything(**plain))
    checkpoint = caught.value.checkpoint
    rest = story(start_everything(**plain, resume=checkpoint))
    assert checkpoint.update == 8
    assert rest == whole[8:]


def broken(value, gradient):
    class Broken(type(LOSSES["squared_error"])):
        def value_and_gradient(self, logits, outputs, targets, share, activation):
            return value, np.full_like(logits, gradient)

    return Broken()


@pytest.mark.parametrize("cell", [LSTM(), GRU()], ids=["fast", "readable"])
@pytest.mark.parametrize(
    ("value", "gradient", "words"),
    [
        (math.nan, math.nan, "at update 1: the loss came to nan"),
        (1.0, 1e200, "at update 1: the norm of the gradient came to inf"),
    ],
)
def test_what_is_not_finite_from_the_beginning_keeps_the_first_parameters(cell, value, gradient, words):
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(cell),), outputs=1))
    with pytest.raises(DivergedError, match=words) as caught:
        list(start(network, loss=broken(value, gradient)))
    assert caught.value.checkpoint.update == 0
    assert story(start(network, resume=caught.value.checkpoint)) == story(start(network))


def test_parameters_that_outgrow_their_type_end_the_run_at_once():
    run = start(dtype=np.float32, learning_rate=lambda update: 1e39 if update == 3 else 0.01)
    kept = [told(next(run)) for _ in range(2)]
    with pytest.raises(DivergedError, match="at update 3: the parameters grew too large") as caught:
        next(run)
    checkpoint = caught.value.checkpoint
    assert checkpoint.update == 2
    assert {name: array.tobytes() for name, array in checkpoint.params.items()} == kept[1][1]


def test_a_validation_loss_that_is_not_finite_ends_the_run():
    with pytest.raises(DivergedError, match="the validation loss came to inf") as caught:
        list(scripted([5, math.inf]))
    assert caught.value.checkpoint.update == 1


NEXT_WORD = Network(
    NetworkConfig(inputs=Raw(1), layers=(layer(hidden_size=1),), outputs=5, activation="softmax")
)  # id 0 pads, then is, an, this, example
DOCUMENTS = Dataset([[[3.0], [1.0]], [[1.0], [2.0]]], np.eye(5)[[2, 4]])  # "this is" → an, "is an" → example


def next_word_after(epochs, seed):
    run = train(
        NEXT_WORD,
        NEXT_WORD.init(np.random.default_rng(seed)),
        DOCUMENTS,
        loss="binary_cross_entropy",
        optimizer=Adam(0.001, epsilon=1e-7),
        rng=np.random.default_rng(0),
        batch_size=32,
        epochs=epochs,
    )
    *_, last = run
    assert last.update == epochs
    return evaluate(NEXT_WORD, last.params, DOCUMENTS, loss="binary_cross_entropy")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_next_word_example_cannot_tell_its_two_answers_apart_after_the_published_500_epochs(seed):
    """Nor can the published weights, whose loss is 0.3135: they say "example" after both."""
    result = next_word_after(500, seed)
    answers = result.outputs.argsort(axis=1)[:, -2:]
    np.testing.assert_array_equal(np.sort(answers), [[2, 4], [2, 4]])
    assert answers[0, -1] == answers[1, -1]
    assert 0.3 < result.loss < 0.4


def test_next_word_example_knows_both_answers_after_5000_epochs():
    result = next_word_after(5000, 0)
    np.testing.assert_array_equal(result.outputs.argmax(axis=1), [2, 4])
    assert result.outputs.max(axis=1).min() > 0.9
    assert result.loss < 0.02


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"loss": "hinge"}, "loss must be one of 'squared_error', .* got 'hinge'"),
        (
            {
                "loss": "cross_entropy",
                "network": EVERYTHING,
                "data": Dataset(words().inputs, np.zeros((22, 5))),
            },
            "the targets of data must hold integers from 0 to 3, got values of type float64",
        ),
        ({"optimizer": "adam"}, r"optimizer must be an Optimizer such as Adam\(\), got 'adam'"),
        ({"rng": 3}, "rng must be a numpy.random.Generator, got int"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1, got 0"),
        ({"epochs": 2.5}, "epochs must be an integer of at least 1, got 2.5"),
        ({"clip": 5.0}, r"clip must be ClipNorm\(…\) or ClipValue\(…\), got 5.0"),
        ({"early_stopping": 3, "validation": numbers()}, r"early_stopping must be EarlyStopping\(…\), got 3"),
        ({"early_stopping": EarlyStopping(3)}, "early_stopping, .* need validation data, got none"),
        ({"metric": mean_error}, "metric need validation data, got none"),
        ({"validate_every": 2}, "need validation data, got none"),
        ({"validate_every": 0, "validation": numbers()}, "validate_every must be an integer of at least 1"),
        ({"learning_rate": -1}, "learning_rate must be a number above 0, got -1"),
        ({"learning_rate": "fast"}, "learning_rate must be a number above 0, got 'fast'"),
        ({"data": numbers().inputs}, "data must be a Dataset, got ndarray"),
        ({"validation": words()}, "the inputs of validation must have shape"),
        ({"params": {}}, "params must hold exactly layer_0.W"),
        ({"network": None, "params": {}}, "network must be a Network, got NoneType"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_before_the_first_update(options, words):
    with pytest.raises(InputError, match=words):
        start(**options)


def test_a_batch_that_would_not_fit_is_refused_before_memory_is_taken():
    with pytest.raises(SizeInputError, match=r"Training on batches of 5 × 5 timesteps needs 3\.2 MB"):
        start(
            max_bytes=500_000,
            network=Network(dataclasses.replace(PLAIN.config, layers=(layer(hidden_size=90),))),
        )


def test_a_learning_rate_that_a_callable_gets_wrong_is_refused_when_it_is_asked():
    run = start(learning_rate=lambda update: math.nan)
    with pytest.raises(InputError, match="learning_rate must be a number of at least 0, got nan"):
        next(run)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1], [2]], [1]), "the same number of examples, .* got inputs 2, targets 1"),
        (([], []), "at least 1, in all: got inputs 0, targets 0"),
        (([[1]], [1], [[1], [1]]), "got inputs 1, targets 1, mask 2"),
        (([[1]], [1], None, 3.0), "weights 0"),
        (([["a"]], [1]), "inputs must hold real numbers"),
        (([[math.inf]], [1]), "inputs must hold finite numbers"),
        (([[1], [1, 2]], [1, 1]), "inputs must be an array of numbers with rows of equal length"),
    ],
)
def test_data_that_mean_nothing_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        Dataset(*arguments)


@pytest.mark.parametrize(
    ("mask", "weights", "words"),
    [
        (
            None,
            -np.ones(4),
            "the weights of data must be at least 0, got -1",
        ),
        (None, np.ones((4, 3)), r"must have shape \(4,\), got \(4, 3\)"),
        (None, np.zeros(4), "data must have a position that counts, got only weights of 0"),
        (np.ones((4, 2)), None, r"the mask of the inputs of data must have shape \(4, 3\), got \(4, 2\)"),
    ],
)
def test_masks_and_weights_that_do_not_fit_are_refused(mask, weights, words):
    data = Dataset(np.ones((4, 3, 2)), np.ones((4, 1)), mask, weights)
    with pytest.raises(InputError, match=words):
        start(data=data)


def test_data_are_read_only_copies():
    x, mask = np.ones((2, 3, 2)), np.ones((2, 3), bool)
    data = Dataset(x, np.ones((2, 1)), mask, np.ones(2))
    x[:] = mask[:] = 0
    for one in (data, pickle.loads(pickle.dumps(data))):
        assert one.inputs.all()
        assert one.mask.all()
        for array in (one.inputs, one.targets, one.mask, one.weights):
            assert not array.flags.writeable


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"data": numbers(21)}, "data must have the 22 examples of the checkpoint, got 21"),
        ({"optimizer": SGD(0.1)}, "the state must be of SGD with moments .* got one of Adam"),
        (
            {"rng": np.random.Generator(np.random.MT19937(0))},
            "rng must be of the kind that the checkpoint has",
        ),
        (
            {"network": Network(NetworkConfig(inputs=Raw(2), layers=(layer(),), outputs=2))},
            "head.kernel must",
        ),
        ({"epochs": 1}, "epochs must be more than the 1 that the checkpoint has, got 1"),
        ({"resume": "yesterday"}, "resume must be a Checkpoint, got str"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(options, words):
    run = start()
    checkpoint = [next(run) for _ in range(5)][-1].checkpoint()
    with pytest.raises(InputError, match=words):
        start(**({"resume": checkpoint} | options))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ClipNorm(0), "limit must be a number above 0, got 0"),
        (lambda: ClipValue(math.inf), "limit must be a number above 0, got inf"),
        (lambda: EarlyStopping(0), "patience must be an integer of at least 1, got 0"),
        (lambda: EarlyStopping(1, min_delta=-1), "min_delta must be a number of at least 0, got -1"),
        (lambda: EarlyStopping(1, restore_best=1), "restore_best must be one of True, False, got 1"),
    ],
)
def test_limits_that_mean_nothing_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


# --- what a run that goes on, stops or breaks owes its caller


@pytest.mark.parametrize(("after", "epochs"), [(5, 1), (7, 1), (12, 2), (12, 1)])
def test_fewer_epochs_than_a_checkpoint_has_finished_are_refused(after, epochs):
    run = start()
    checkpoint = [next(run) for _ in range(after)][-1].checkpoint()
    with pytest.raises(InputError, match=f"epochs must be more than the {after // 5} that the checkpoint"):
        start(resume=checkpoint, epochs=epochs)
    assert [step.update for step in start(resume=checkpoint, epochs=after // 5 + 1)][-1] == after // 5 * 5 + 5


def test_a_loss_that_makes_no_sense_with_the_head_is_refused_by_training_and_evaluation():
    data = Dataset(numbers().inputs, np.ones((22, 1)))
    words = (
        "the activation of a network that learns by BinaryCrossEntropy must be one of 'sigmoid', 'softmax'"
    )
    with pytest.raises(InputError, match=words):
        start(data=data, loss="binary_cross_entropy")
    with pytest.raises(InputError, match=words):
        evaluate(PLAIN, PLAIN.init(np.random.default_rng(0)), data, loss="binary_cross_entropy")


class Complaint(InputError):
    """What a caller's own function raises."""


def complaining_after(count):
    """Return a loss that raises in the pass after so many."""
    left = [count]

    class Complaining(type(LOSSES["squared_error"])):
        def value_and_gradient(self, logits, outputs, targets, share, activation):
            left[0] -= 1
            if left[0] < 0:
                raise Complaint("not today")
            return super().value_and_gradient(logits, outputs, targets, share, activation)

    return Complaining()


def complaining_metric():
    left = [2]

    def metric(outputs, data):
        left[0] -= 1
        if left[0] < 0:
            raise Complaint("not today")
        return 0.0

    return metric


def silent_metric():
    said = iter([0.0, 0.0, None])
    return lambda outputs, data: next(said)


MEASURED = {"validation": numbers(7, seed=5), "validate_every": 2, "early_stopping": EarlyStopping(9)}


@pytest.mark.parametrize(
    ("options", "good", "error", "words"),
    [
        (
            {"learning_rate": lambda update: 0.02 if update < 4 else -1},
            3,
            InputError,
            "learning_rate must be",
        ),
        ({"learning_rate": lambda update: 0.02 / (update < 4)}, 3, ZeroDivisionError, "division"),
        ({"metric": complaining_metric()}, 5, Complaint, "not today"),
        ({"metric": silent_metric()}, 5, InputError, "what metric returns must be a number .* got None"),
        ({"loss": complaining_after(4)}, 3, Complaint, "not today"),  # 2 updates, a measurement, an update
        ({"loss": complaining_after(2)}, 1, Complaint, "not today"),  # in the measurement
    ],
    ids=["rate", "rate_raises", "metric_raises", "metric_says_nothing", "loss", "loss_of_the_validation"],
)
def test_what_a_callers_own_function_raises_comes_through_and_the_run_can_go_on(options, good, error, words):
    plain = {**MEASURED, "optimizer": Adam(0.02), "metric": lambda outputs, data: 0.0}
    whole = story(start_dropping(**plain))
    run, steps = start_dropping(**(plain | options)), []
    with pytest.raises(error, match=words) as caught:
        steps.extend(run)
    assert not isinstance(caught.value, DivergedError)
    assert len(steps) == good
    assert told(steps[-1]) == whole[good - 1]
    rest = story(start_dropping(**plain, resume=steps[-1].checkpoint()))
    assert rest == whole[good:]


def start_dropping(**options):
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(dropout=0.3),), outputs=1))
    return start(network, **options)


@pytest.mark.parametrize("cell", [LSTM(), GRU()], ids=["fast", "readable"])
def test_a_head_whose_gradient_outgrows_its_type_is_a_divergence(cell):
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(cell),), outputs=1))
    params = network.init(np.random.default_rng(0)) | {"head.kernel": np.full((3, 1), 1e200)}
    with pytest.raises(DivergedError) as caught:
        next(start(network, params=params, loss=broken(1.0, 1e200)))
    assert caught.value.checkpoint.update == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Adam(0.02), Adam(0.02, beta_1=0.5, beta_2=0.9)),
        (RMSprop(0.01), RMSprop(0.01, alpha=0.5)),
        (SGD(0.1, momentum=0.9), SGD(0.1, momentum=0.5)),
    ],
    ids=["adam", "rmsprop", "momentum"],
)
def test_going_on_with_other_settings_keeps_the_published_moments(before, after):
    run = start(optimizer=before)
    checkpoint = [next(run) for _ in range(4)][-1].checkpoint()
    moments = [m * s for m, s in zip(checkpoint.optimizer.moments, checkpoint.optimizer.scales, strict=True)]
    later = start(optimizer=after, resume=checkpoint)
    kept = next(later).checkpoint().optimizer
    fresh = after.start(PLAIN.parameter_count, np.float64)
    assert kept.scales == fresh.scales
    decays = {Adam: ("beta_1", "beta_2"), RMSprop: ("alpha",), SGD: ("momentum",)}[type(after)]
    found = [m * s for m, s in zip(kept.moments, kept.scales, strict=True)]
    # What is left of the old moments is what the published rule leaves of them: the rest is the new gradient.
    second = start(optimizer=before, resume=checkpoint)
    same = next(second).checkpoint().optimizer
    for index, name in enumerate(decays):
        old, new = getattr(before, name), getattr(after, name)
        theirs = same.moments[index] * same.scales[index]
        gradient = theirs - old * moments[index]  # (1 − old) · g, or (1 − old) · g²; g with momentum
        if name != "momentum":
            gradient = gradient * (1 - new) / (1 - old)
        np.testing.assert_allclose(found[index], new * moments[index] + gradient, rtol=1e-7, atol=1e-15)


def arrays_in(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from arrays_in(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from arrays_in(part)
    elif isinstance(value, Checkpoint | Best) or type(value).__name__ == "OptimizerState":
        for field in dataclasses.fields(value):
            yield from arrays_in(getattr(value, field.name))


def diverged():
    run = start(
        learning_rate=lambda update: 1e300 if update == 9 else 0.02,
        rng=np.random.Generator(np.random.MT19937(0)),
        validation=numbers(7, seed=5),
        early_stopping=EarlyStopping(9),
        optimizer=Adam(0.02),
        network=Network(dataclasses.replace(PLAIN.config, layers=(layer(kernel_l2=1.0),))),
    )
    with pytest.raises(DivergedError) as caught:
        list(run)
    return caught.value


def regular():
    run = start(
        rng=np.random.Generator(np.random.MT19937(0)),
        validation=numbers(7, seed=5),
        early_stopping=EarlyStopping(9),
    )
    return [next(run) for _ in range(7)][-1].checkpoint()


@pytest.mark.parametrize("pickled", [False, True], ids=["kept", "pickled"])
@pytest.mark.parametrize("make", [regular, lambda: diverged().checkpoint], ids=["step", "divergence"])
def test_nothing_in_a_checkpoint_can_be_written_to(make, pickled):
    checkpoint = make()
    if pickled:
        checkpoint = pickle.loads(pickle.dumps(checkpoint))
    arrays = list(arrays_in(checkpoint))
    assert len(arrays) == 5 + 2 + 1 + 1 + 5  # parameters, moments, order, state of the generator, best
    for array in arrays:
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    for mapping in (checkpoint.params, checkpoint.best.params, checkpoint.rng_state):
        with pytest.raises(TypeError):
            mapping["anything"] = 0


def test_a_divergence_crosses_processes_with_its_checkpoint():
    error = diverged()
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.checkpoint.update) == (DivergedError, str(error), 8)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seen": -1}, "seen of the checkpoint must be an integer of at least 0, got -1"),
        ({"seen": 23}, "got 23 of 22 examples"),
        ({"seen": 0}, "got 0 of 22 examples"),
        ({"update": 1}, "in epoch 2, and 1 updates"),
        ({"update": 7.0}, "update of the checkpoint must be an integer"),
        ({"epoch": 0}, "in epoch 0"),
        ({"order": np.zeros(22, int)}, "order of the checkpoint must have every number from 0 to 21 once"),
        ({"order": np.arange(22.0)}, "order of the checkpoint must have every number"),
        ({"best": 3.0}, "best of the checkpoint must be Best or None, got float"),
        ({"optimizer": None}, "the state must be an OptimizerState, got NoneType"),
        ({"rng_state": {}}, "rng must be of the kind that the checkpoint has"),
        ({"rng_state": None}, "rng must be of the kind that the checkpoint has"),
    ],
)
def test_a_checkpoint_that_could_not_have_been_is_refused(changes, words):
    run = start()
    checkpoint = [next(run) for _ in range(7)][-1].checkpoint()
    with pytest.raises(InputError, match=words):
        start(resume=dataclasses.replace(checkpoint, **changes))


def test_the_last_step_says_how_good_the_parameters_are_that_it_took_back():
    options = {"validation": numbers(7, seed=5), "metric": mean_error}
    *before, last = start(optimizer=SGD(1.5), epochs=9, early_stopping=EarlyStopping(20), **options)
    assert all(step.restored is None for step in before)
    best = last.restored
    measured = [step for step in [*before, last] if step.validation_loss is not None]
    found = min(measured, key=lambda step: step.validation_loss)
    assert (best.loss, best.metric, best.update) == (found.validation_loss, found.metric, found.update)
    assert best.update < last.update
    assert best.loss < last.validation_loss  # which stays that of the last update
    result = evaluate(PLAIN, last.params, options["validation"], loss="squared_error", metric=mean_error)
    assert (best.loss, best.metric) == (pytest.approx(result.loss), pytest.approx(result.metric))
    *_, kept = start(early_stopping=EarlyStopping(20, restore_best=False), **options)
    assert kept.restored is None


def test_batches_are_counted_on_after_going_on_with_another_size():
    run = start()
    checkpoint = [next(run) for _ in range(7)][-1].checkpoint()
    steps = list(start(resume=checkpoint, batch_size=3))
    assert [step.batch for step in steps] == [3, 4, 5, 6, *range(1, 9)]


def test_weights_as_large_as_their_type_allows_count_by_their_proportions():
    x, y, weights = numbers().inputs, numbers().targets, np.linspace(0.1, 1, 22)
    for run in (start, lambda data: evaluate(PLAIN, PLAIN.init(np.random.default_rng(1)), data, **SQUARED)):
        small, large = (run(data=Dataset(x, y, None, scale * weights)) for scale in (1.0, 1.7e308))
        small, large = (next(found).loss if run is start else found.loss for found in (small, large))
        assert small == pytest.approx(large, rel=1e-12)
        assert small > 0


SQUARED = {"loss": "squared_error"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metric": 3, "validation": numbers()}, "metric must take outputs and a dataset, .* got 3"),
        ({"validate_every": 0}, "validate_every must be an integer of at least 1, got 0"),
        ({"max_bytes": "2GB"}, "max_bytes must be an integer of at least 0, got '2GB'"),
        ({"max_bytes": None}, "max_bytes must be an integer of at least 0, got None"),
        (
            {"data": Dataset(np.ones((6, 2, 2)), np.ones((6, 1)), None, np.ones((6, 0)))},
            r"the weights of data must have shape \(6,\), got \(6, 0\)",
        ),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        start(**options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"network": 5}, "network must be a Network, got int"),
        ({"metric": 3}, "metric must take outputs and a dataset"),
        ({"metric": lambda outputs, data: None}, "what metric returns must be a number .* got None"),
        ({"metric": lambda outputs, data: math.nan}, "what metric returns must be a number .* got nan"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1"),
        ({"max_bytes": "2GB"}, "max_bytes must be an integer of at least 0, got '2GB'"),
        ({"data": 3}, "data must be a Dataset, got int"),
    ],
)
def test_evaluations_of_the_wrong_kind_are_refused(options, words):
    given = {"network": PLAIN, "data": numbers(), "loss": "squared_error"} | options
    with pytest.raises(InputError, match=words):
        evaluate(params=PLAIN.init(np.random.default_rng(0)), **given)


@pytest.mark.parametrize("cell", [LSTM(), SimpleRNN(activation="identity")], ids=["fast", "readable"])
def test_an_evaluation_whose_numbers_grow_too_large_is_refused_without_a_warning(cell):
    network = Network(NetworkConfig(inputs=Raw(2), layers=(layer(cell),), outputs=1))
    params = network.init(np.random.default_rng(0))
    params["head.kernel"] = np.full((3, 1), 1.7e308)
    params["head.bias"] = np.full(1, 1.7e308)
    params["layer_0.b"] = np.full_like(params["layer_0.b"], 50.0)
    with pytest.raises(InputError, match="grew past the largest that float64 can hold"):
        evaluate(network, params, numbers(), loss="squared_error")


# --- memory


def needed_for(**options):
    """Return the bytes that a refusal says."""
    with pytest.raises(SizeInputError) as caught:
        start(max_bytes=5000, **options)
    return caught.value.needed


def test_a_batch_larger_than_the_data_needs_what_the_data_need():
    needed = needed_for(batch_size=22)
    assert needed_for(batch_size=10**9) == needed
    next(start(batch_size=10**9, max_bytes=needed))
    with pytest.raises(SizeInputError):
        start(batch_size=10**9, max_bytes=needed - 1)


@pytest.mark.parametrize(
    ("optimizer", "vectors"), [(SGD(0.1), 1), (SGD(0.1, momentum=0.5), 3), (RMSprop(), 3), (Adam(), 5)]
)
def test_what_training_remembers_of_the_parameters_is_counted(optimizer, vectors):
    base = PLAIN.trace_bytes(5, 5, gradients=True)
    assert needed_for(optimizer=optimizer) == base + (vectors + 1) * 8 * PLAIN.parameter_count


def test_an_evaluation_that_would_not_fit_is_refused_before_memory_is_taken():
    params, data = PLAIN.init(np.random.default_rng(0)), numbers(1000)
    words = "An evaluation of 1000 × 5 timesteps, 32 sequences at a time, needs"
    with pytest.raises(SizeInputError, match=words) as caught:
        evaluate(PLAIN, params, data, loss="squared_error", max_bytes=10_000)
    tight = evaluate(PLAIN, params, data, loss="squared_error", max_bytes=caught.value.needed)
    free = evaluate(PLAIN, params, data, loss="squared_error")
    assert tight.loss == pytest.approx(free.loss, rel=1e-12)
    with pytest.raises(SizeInputError, match="An evaluation of 100000 × 5 timesteps"):
        start(validation=numbers(100_000), max_bytes=300_000)


def test_data_that_exist_only_once_are_refused_before_they_are_copied():
    huge = np.broadcast_to(0.0, (10**6, 10**6, 2))
    with pytest.raises(SizeInputError, match=r"The array of inputs needs 16000\.0 GB"):
        Dataset(huge, np.ones((10**6, 1)))


@pytest.mark.parametrize("name", ["plain", "everything"])
def test_training_makes_its_workspaces_once(name, monkeypatch):
    made = []

    class Counting(workspace.Workspace):
        def __init__(self, *sizes):
            made.append(sizes)
            super().__init__(*sizes)

    monkeypatch.setattr(workspace, "Workspace", Counting)
    list(STARTS[name](epochs=2))
    assert 0 < len(made) == len({(*sizes[:4],) for sizes in made}) * (1 if name == "plain" else 2)
