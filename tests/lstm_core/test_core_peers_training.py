"""Optimisers, clipping and a whole training run against torch."""

import numpy as np
import pytest

from lstm_core import LSTM
from lstm_core.network import Embedding, Network, NetworkConfig, RecurrentLayer
from lstm_core.optimizers import SGD, Adam, RMSprop
from lstm_core.training import ClipNorm, ClipValue, Dataset, train
from tests.lstm_core.peers.stored import close, load

OPTIMIZERS = {
    "sgd": SGD(learning_rate=0.1),
    "momentum": SGD(learning_rate=0.1, momentum=0.9),
    "rmsprop": RMSprop(learning_rate=0.01, alpha=0.99, epsilon=1e-8),
    "rmsprop_large_epsilon": RMSprop(learning_rate=0.01, alpha=0.8, epsilon=1e-2),
    "adam": Adam(learning_rate=0.05, beta_1=0.9, beta_2=0.999, epsilon=1e-8),
    "adam_large_epsilon": Adam(learning_rate=0.05, beta_1=0.6, beta_2=0.9, epsilon=1e-2),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_path_of_the_weights_equals_torch_while_the_learning_rate_changes(name):
    case, config = load("torch_optimizers"), OPTIMIZERS[name]
    weights = case["start"].copy()
    updater = config.start(weights.size, np.float64)
    for update, gradient in enumerate(case["gradients"]):
        updater.update(weights, gradient, config.learning_rate * case["learning_rate_factor"][update])
        close(weights, case[f"{name}.path"][update], f"after update {update}")


@pytest.mark.parametrize(("clip", "kind"), [(ClipNorm, "norm"), (ClipValue, "value")])
def test_clipped_gradient_equals_torch_at_limits_that_bite_and_one_that_does_not(clip, kind):
    case = load("torch_clipping")
    changed = []
    for limit, expected in zip(case[f"{kind}_limits"].tolist(), case[f"by_{kind}"], strict=True):
        gradient = case["gradient"].copy()
        changed.append(clip(limit).apply(gradient, float(np.linalg.norm(gradient))))
        close(gradient, expected, f"limit {limit}")
    assert changed == [True, True, False]


@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_training_equals_torch_update_by_update(name):
    case = load("torch_training")
    layer = RecurrentLayer(cell=LSTM(), hidden_size=3)
    network = Network(NetworkConfig(inputs=Embedding(5, 2), layers=(layer,), outputs=3, activation="softmax"))
    data = Dataset(case["inputs"], case["targets"])
    steps = train(
        network,
        case.group("params"),
        data,
        loss="cross_entropy",
        optimizer=OPTIMIZERS[name],
        rng=np.random.default_rng(0),  # shuffles one whole batch: only the order of the sums changes
        batch_size=len(data),
        epochs=len(case[f"{name}.losses"]),
        clip=ClipNorm(float(case["clip_norm"])),
    )
    clipped = []
    for step, loss, norm in zip(steps, case[f"{name}.losses"], case[f"{name}.norms"], strict=True):
        close(step.loss, loss, f"loss before update {step.update}", rtol=1e-10)
        close(step.gradient_norm, norm, f"norm before update {step.update}", rtol=1e-10)
        clipped.append(step.clipped)
        learned = step.checkpoint().params
    assert True in clipped
    assert False in clipped
    expected = case.group(f"{name}.params")
    assert set(learned) == set(expected)
    for key, array in expected.items():
        close(learned[key], array, key, rtol=1e-10)
