"""Whole networks and losses against Keras and torch: outputs, attention, loss, gradient of every weight."""

import numpy as np
import pytest

from lstm_core import GRU, LSTM, SimpleRNN
from lstm_core.losses import LOSSES
from lstm_core.network import Embedding, Network, NetworkConfig, OneHot, Raw, RecurrentLayer
from tests.lstm_core.peers.stored import close, load


def one_layer(cell, hidden_size, **options):
    return (RecurrentLayer(cell=cell, hidden_size=hidden_size, **options),)


NETWORKS = {
    "torch_network_embedding_to_last_step": (
        NetworkConfig(
            inputs=Embedding(6, 3),
            layers=2 * one_layer(LSTM(), 2, bidirectional=True),
            outputs=4,
            activation="softmax",
        ),
        "cross_entropy",
    ),
    "torch_network_numbers_to_every_step": (
        NetworkConfig(inputs=Raw(2), layers=2 * one_layer(GRU(), 3), outputs=2, read="every"),
        "squared_error",
    ),
    "torch_network_one_hot_with_padding": (
        NetworkConfig(
            inputs=OneHot(5), layers=one_layer(SimpleRNN(), 3), outputs=5, read="every", activation="softmax"
        ),
        "cross_entropy",
    ),
    "keras_network_attention": (
        NetworkConfig(
            inputs=Raw(2),
            layers=one_layer(LSTM(), 3),
            outputs=4,
            read="every",
            attention=True,
            activation="softmax",
        ),
        "cross_entropy",
    ),
    "keras_network_attention_of_last_step": (
        NetworkConfig(
            inputs=Raw(2),
            layers=one_layer(LSTM(), 2, bidirectional=True),
            outputs=3,
            attention=True,
            activation="softmax",
        ),
        "cross_entropy",
    ),
    "keras_network_bidirectional_every_step": (
        NetworkConfig(
            inputs=Raw(2), layers=2 * one_layer(LSTM(), 2, bidirectional=True), outputs=2, read="every"
        ),
        "squared_error",
    ),
    "keras_network_bidirectional_last_step": (
        NetworkConfig(
            inputs=Raw(2), layers=one_layer(LSTM(), 2, bidirectional=True), outputs=3, activation="softmax"
        ),
        "cross_entropy",
    ),
    "keras_network_binary_cross_entropy_of_softmax": (
        NetworkConfig(inputs=Raw(1), layers=one_layer(LSTM(), 1), outputs=5, activation="softmax"),
        "binary_cross_entropy",
    ),
    "keras_network_binary_cross_entropy_of_sigmoid": (
        NetworkConfig(inputs=Raw(2), layers=one_layer(GRU(), 3), outputs=1, activation="sigmoid"),
        "binary_cross_entropy",
    ),
    "keras_network_regularised": (
        NetworkConfig(
            inputs=Raw(2),
            layers=(
                *one_layer(LSTM(), 3, kernel_l1=0.01, kernel_l2=0.02, recurrent_l1=0.03, recurrent_l2=0.04),
                *one_layer(SimpleRNN(), 2, kernel_l2=0.05, recurrent_l1=0.06),
            ),
            outputs=1,
        ),
        "squared_error",
    ),
}
RUNS = [(name, str(run)) for name in NETWORKS for run in load(name).get("run_names", ["only"])]


@pytest.mark.parametrize(("name", "run"), RUNS)
def test_network_and_its_gradients_equal_the_peer(name, run):
    config, loss_name = NETWORKS[name]
    case = load(name) if run == "only" else load(name).run(run)
    network, mask = Network(config), case.get("mask")
    params = case.group("params")
    trace = network.forward(params, case["inputs"], mask)
    # What the peers say at padding is 0, or made of what was said before; the loss does not look there.
    read = mask if mask is not None and config.read == "every" else ...
    close(trace.logits[read], case["logits"][read], "logits")
    if "outputs" in case:
        close(trace.outputs[read], case["outputs"][read], "outputs")
    if "attention" in case:
        close(trace.attention[read], case["attention"][read], "attention")

    loss = LOSSES[loss_name]
    targets = loss.check("targets", case["targets"], trace.outputs.shape, np.float64)
    weights = None if read is ... else mask.astype(float)
    value, d_logits = loss(trace.logits, trace.outputs, targets, weights, activation=config.activation)
    close(value, case["loss"], "loss")
    close(d_logits, case["d_logits"], "d_logits")

    gradients = network.backward(trace, d_logits)
    penalty, d_penalty = network.penalty(params)
    close(penalty, case.get("penalty", 0.0), "penalty")
    if "d_inputs" in case:
        close(gradients.x, case["d_inputs"], "d_inputs")
    expected = case.group("d_params")
    assert set(gradients.params) == set(expected)
    for key, array in expected.items():
        close(gradients.params[key] + d_penalty[key], array, key)


def test_decoder_hands_its_gradient_on_to_the_encoder_as_torch_does():
    case = load("torch_network_encoder_and_decoder")
    encoder, decoder = (
        Network(
            NetworkConfig(inputs=Raw(D), layers=2 * one_layer(LSTM(), 2), outputs=2, read=read, head=head)
        )
        for D, read, head in ((3, "last", False), (1, "every", True))
    )
    read = encoder.forward(case.group("encoder.params"), case["encoder.inputs"])
    said = decoder.forward(case.group("params"), case["inputs"], initial=read.final)
    close(said.logits, case["logits"], "logits")
    gradients = decoder.backward(said, case["d_logits"])
    d_encoder = encoder.backward(read, np.zeros_like(read.logits), gradients.initial)
    for found, prefix in ((gradients, ""), (d_encoder, "encoder.")):
        close(found.x, case[f"{prefix}d_inputs"], f"{prefix}d_inputs")
        expected = case.group(f"{prefix}d_params")
        assert set(found.params) == set(expected)
        for key, array in expected.items():
            close(found.params[key], array, prefix + key)


def test_outputs_are_cut_in_the_case_that_is_meant_to_show_it():
    outputs = load("keras_network_binary_cross_entropy_of_softmax").run("cut")["outputs"]
    assert (outputs < 1e-7).any()
    assert (outputs > 1e-7).all(axis=-1).sum() < len(outputs)


TARGETS = {"squared_error": "real", "cross_entropy": "classes"}
BINARY_TARGETS = {"sigmoid": "soft", "softmax": "one_hot"}


@pytest.mark.parametrize("run", load("keras_losses")["run_names"].tolist())
def test_loss_and_its_gradient_at_the_logits_equal_keras(run):
    case = load("keras_losses").run(run)
    name, activation, _, weighted = run.split(".")
    activation = {"logits": "softmax"}.get(activation, activation)  # Keras' own switch of cross-entropy
    targets = case[TARGETS[name] if name in TARGETS else BINARY_TARGETS[activation]]
    logits = case["logits"]
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    outputs = {
        "linear": logits,
        "sigmoid": 1 / (1 + np.exp(-logits)),
        "softmax": powers / powers.sum(axis=-1, keepdims=True),
    }[activation]
    weights = case["weights"] if weighted == "weighted" else None
    value, d_logits = LOSSES[name](logits, outputs, targets, weights, activation=activation)
    close(value, case["loss"], "loss")
    close(d_logits, case["d_logits"], "d_logits")
