"""Layers against torch, Keras and onnxruntime: what they say, and the gradient of everything that went in."""

import numpy as np
import pytest

from lstm_core import GRU, LSTM, SimpleRNN, backpropagate, unroll
from lstm_core.fused import Workspace
from tests.lstm_core.peers.stored import close, load

SINGLE = {"rtol": 1e-5, "atol": 1e-6}
"""onnxruntime computes in float32, and its tanh and σ are approximations."""

TORCH = {
    "torch_lstm": LSTM(),
    "torch_lstm_two_layers": LSTM(),
    "torch_lstm_bidirectional": LSTM(),
    "torch_lstm_two_layers_bidirectional": LSTM(),
    "torch_lstm_packed": LSTM(),
    "torch_gru": GRU(),
    "torch_gru_bidirectional": GRU(),
    "torch_rnn_tanh": SimpleRNN(),
    "torch_rnn_relu": SimpleRNN(activation="relu"),
}
RELU = LSTM(activation="relu", output_activation="relu")  # Keras has one activation for both
KERAS = {
    "keras_lstm": LSTM(),
    "keras_lstm_backwards": LSTM(),
    "keras_lstm_relu": RELU,
    "keras_lstm_relu_backwards": RELU,
    "keras_gru_reset_after": GRU(reset_after=True),
    "keras_gru_reset_after_backwards": GRU(reset_after=True),
    "keras_gru_reset_before": GRU(reset_after=False),
    "keras_gru_reset_before_backwards": GRU(reset_after=False),
    "keras_simple_rnn": SimpleRNN(),
    "keras_simple_rnn_backwards": SimpleRNN(),
}
SIGNALS = {
    "torch_signals_lstm": LSTM(),
    "torch_signals_lstm_peephole": LSTM(peephole=True),
    "torch_signals_lstm_coupled": LSTM(coupled=True),
    "torch_signals_lstm_full_gate_recurrence": LSTM(full_gate_recurrence=True),
    "torch_signals_lstm_everything": LSTM(
        coupled=True,
        peephole=True,
        full_gate_recurrence=True,
        gate_activation="hard_sigmoid",
        activation="relu",
        output_activation="identity",
    ),
    "torch_signals_gru_reset_after": GRU(reset_after=True),
    "torch_signals_gru_reset_before": GRU(reset_after=False),
    "torch_signals_rnn": SimpleRNN(),
}
ONNXRUNTIME = {
    "onnxruntime_lstm": LSTM(),
    "onnxruntime_lstm_peephole": LSTM(peephole=True),
    "onnxruntime_lstm_coupled": LSTM(coupled=True),
    "onnxruntime_lstm_coupled_peephole": LSTM(coupled=True, peephole=True),
}


def all_close(actual, expected, what):
    assert set(actual) == set(expected), what
    for key, array in expected.items():
        close(actual[key], array, f"{what} {key}")


def run_layers(cell, case):
    """Return, for each layer, the trace of every direction it has by its place, such as "layer_0.reverse"."""
    places = sorted({key.rpartition(".")[0] for key in case.group("params")})
    layers, x = [], case["x"]
    while here := [place for place in places if place.split(".")[0] == f"layer_{len(layers)}"]:
        traces = {}
        for place in here:
            params, initial = case.leaves(f"params.{place}"), case.leaves(f"initial.{place}")
            reverse = place.endswith(".reverse")
            traces[place] = unroll(cell, params, x, initial, case.get("mask"), reverse)
        layers.append(traces)
        x = np.concatenate([trace["h"] for trace in traces.values()], axis=-1)
    assert sum(map(len, layers)) == len(places)
    return layers, x


def run_layers_back(layers, d_h):
    """Return the gradients of every direction by its place, and that of the first layer's input."""
    gradients = {}
    for traces in reversed(layers):
        parts = np.split(d_h, len(traces), axis=-1)
        here = {
            place: backpropagate(trace, part)
            for (place, trace), part in zip(traces.items(), parts, strict=True)
        }
        d_h = sum(gradient.x for gradient in here.values())
        gradients |= here
    return gradients, d_h


def check_layers(cell, case):
    layers, h = run_layers(cell, case)
    gradients, d_x = run_layers_back(layers, case["loss_weights"])
    looked_at = case["loss_weights"] != 0
    close(h[looked_at], case["h"][looked_at], "h")
    close(d_x, case["d_x"], "d_x")
    for place, gradient in gradients.items():
        all_close(gradient.params, case.leaves(f"d_params.{place}"), f"d_params of {place}")
        all_close(gradient.initial, case.leaves(f"d_initial.{place}"), f"d_initial of {place}")


@pytest.mark.parametrize("name", TORCH)
def test_layers_and_their_gradients_equal_torch(name):
    check_layers(TORCH[name], load(name))


@pytest.mark.parametrize("padding", ["whole", "right_padded", "left_padded", "with_holes"])
@pytest.mark.parametrize("name", KERAS)
def test_layer_and_its_gradients_equal_keras_with_and_without_a_mask(name, padding):
    case = load(name).run(padding)
    assert case["mask"].all() == (padding == "whole")
    check_layers(KERAS[name], case)


@pytest.mark.parametrize("padding", ["whole", "right_padded", "left_padded", "with_holes"])
@pytest.mark.parametrize(
    ("name", "place"), [("keras_lstm", "layer_0"), ("keras_lstm_backwards", "layer_0.reverse")]
)
def test_fast_lstm_and_its_gradients_equal_keras(name, place, padding):
    case = load(name).run(padding)
    params, initial = case.leaves(f"params.{place}"), case.leaves(f"initial.{place}")
    workspace = Workspace(*case["x"].shape, len(params["U"]), np.float64)
    mask = None if padding == "whole" else case["mask"]
    h = workspace.forward(
        **params, x=case["x"], initial=initial, mask=mask, reverse=place.endswith("reverse")
    )
    looked_at = case["loss_weights"] != 0
    close(h[looked_at], case["h"][looked_at], "h")
    d_params = {f"d_{key}": np.empty_like(array) for key, array in params.items()}
    close(workspace.backward(case["loss_weights"], **d_params), case["d_x"], "d_x")
    all_close(d_params, {f"d_{key}": d for key, d in case.leaves(f"d_params.{place}").items()}, "params")
    all_close(workspace.d_initial, case.leaves(f"d_initial.{place}"), "d_initial")


@pytest.mark.parametrize("name", SIGNALS)
def test_every_signal_and_its_gradient_equal_torch_at_every_timestep(name):
    case, cell = load(name), SIGNALS[name]
    trace = unroll(
        cell,
        case.leaves("params"),
        case["x"],
        case.leaves("initial"),
        case["mask"],
        reverse=bool(case["reverse"]),
    )
    all_close(trace.final, case.leaves("final"), "final")
    gradients = backpropagate(trace, case["loss_weights"], case.leaves("final_weights"))
    keys = case["signal_keys"].tolist()
    all_close(trace.signals, dict(zip(keys, case["signals"], strict=True)), "signal")
    all_close(gradients.signals, dict(zip(keys, case["d_signals"], strict=True)), "gradient of signal")
    close(gradients.x, case["d_x"], "d_x")
    all_close(gradients.params, case.leaves("d_params"), "d_params")
    all_close(gradients.initial, case.leaves("d_initial"), "d_initial")


def test_fast_lstm_with_a_loss_at_its_final_states_equals_torch():
    case = load("torch_signals_lstm")
    params = case.leaves("params")
    workspace = Workspace(*case["x"].shape, len(params["U"]), np.float64)
    workspace.forward(**params, x=case["x"], initial=case.leaves("initial"), mask=case["mask"])
    all_close(workspace.final, case.leaves("final"), "final")
    d_params = {f"d_{key}": np.empty_like(array) for key, array in params.items()}
    d_x = workspace.backward(case["loss_weights"], d_final=case.leaves("final_weights"), **d_params)
    close(d_x, case["d_x"], "d_x")
    all_close(d_params, {f"d_{key}": d for key, d in case.leaves("d_params").items()}, "params")
    all_close(workspace.d_initial, case.leaves("d_initial"), "d_initial")


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("lstm", LSTM()),
        ("gru_reset_after", GRU(reset_after=True)),
        ("gru_reset_before", GRU(reset_after=False)),
        ("simple_rnn", SimpleRNN()),
    ],
)
def test_dropout_of_inputs_and_of_the_recurrent_state_equals_keras(kind, cell):
    case = load("keras_dropout")
    input_mask = case["input_mask"][:, np.newaxis]
    trace = unroll(
        cell,
        case.leaves(f"{kind}.params.layer_0"),
        case["x"] * input_mask,
        recurrent_scale=case["recurrent_mask"],
    )
    gradients = backpropagate(trace, case["loss_weights"])
    close(trace["h"], case[f"{kind}.h"], "h")
    close(gradients.x * input_mask, case[f"{kind}.d_x"], "d_x")
    all_close(gradients.params, case.leaves(f"{kind}.d_params.layer_0"), "d_params")


@pytest.mark.parametrize(
    ("run", "places"),
    [
        ("forward", ["layer_0"]),
        ("reverse", ["layer_0.reverse"]),
        ("bidirectional", ["layer_0", "layer_0.reverse"]),
        ("unequal", ["layer_0", "layer_0.reverse"]),
    ],
)
@pytest.mark.parametrize("name", ONNXRUNTIME)
def test_outputs_and_last_states_equal_onnxruntime(name, run, places):
    case = load(name)
    mask = case.get(f"{run}.mask")
    expected = {
        key: np.split(case[f"{run}.{key}"], len(places), axis=-1) for key in ("h", "last_h", "last_c")
    }
    for index, place in enumerate(places):
        params, initial = case.leaves(f"params.{place}"), case.leaves(f"initial.{place}")
        reverse = place.endswith(".reverse")
        trace = unroll(ONNXRUNTIME[name], params, case["x"], initial, mask, reverse)
        assert trace["h"].dtype == np.float32
        said = trace["h"] if mask is None else trace["h"] * mask[:, :, np.newaxis]  # it says 0 at padding
        close(said, expected["h"][index], place, **SINGLE)
        last = 0 if reverse else -1
        close(trace["h"][:, last], expected["last_h"][index], place, **SINGLE)
        close(trace["c"][:, last], expected["last_c"][index], place, **SINGLE)
