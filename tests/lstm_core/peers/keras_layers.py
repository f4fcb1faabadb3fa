"""Keras' LSTM, GRU and SimpleRNN, differentiated by torch: masks, both directions, fixed dropout masks.

Asked for float64, Keras on torch still rounds the operands of ``ops.matmul`` to float32, by a table of
promotions that spares only its TensorFlow backend. That line of the table is set here to what it says for
TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras
import numpy as np
import torch
from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE
from numpy.typing import NDArray

from tests.lstm_core.peers.stored import Arrays, generator, stack, under
from tests.lstm_core.peers.torch_layers import B, D, H, T, numbers

BIT64_TO_BIT32_DTYPE["float64"] = "float64"
keras.config.set_floatx("float64")
keras.config.set_epsilon(1e-7)

LAYERS: dict[str, Callable[..., keras.layers.RNN]] = {
    "lstm": keras.layers.LSTM,
    "lstm_relu": partial(keras.layers.LSTM, activation="relu"),
    "gru_reset_after": partial(keras.layers.GRU, reset_after=True),
    "gru_reset_before": partial(keras.layers.GRU, reset_after=False),
    "simple_rnn": keras.layers.SimpleRNN,
}
MASKS = {
    "whole": [[1, 1, 1, 1], [1, 1, 1, 1]],
    "right_padded": [[1, 1, 1, 0], [1, 1, 0, 0]],
    "left_padded": [[0, 1, 1, 1], [0, 0, 1, 1]],
    "with_holes": [[1, 0, 1, 1], [0, 1, 0, 1]],
}
Numbers = NDArray[np.generic]


def in_our_layout(kernel: Numbers, recurrent_kernel: Numbers, bias: Numbers) -> Arrays:
    """Name the three arrays as ours: only the two biases of GRU(reset_after=True) need cutting apart."""
    names = {"W": kernel, "U": recurrent_kernel}
    return names | ({"b": bias} if bias.ndim == 1 else {"b": bias[0], "b_rec": bias[1]})


def weights(layer: keras.Layer, prefix: str) -> Arrays:
    """Collect a recurrent layer's weights and, after a backward pass, their gradients."""
    variables = [variable.value for variable in layer.weights]
    return under(f"params.{prefix}", in_our_layout(*(numbers(value) for value in variables))) | under(
        f"d_params.{prefix}", in_our_layout(*(numbers(value.grad) for value in variables))
    )


def draw_weights(layer: keras.Layer, rng: np.random.Generator) -> None:
    """Give every weight of a built layer a number drawn evenly."""
    layer.set_weights([rng.uniform(-0.9, 0.9, weight.shape) for weight in layer.weights])


def seen(mask: NDArray[np.bool_], backwards: bool) -> NDArray[np.bool_]:
    """Tell where a live timestep is at or before each one, in the direction that time runs.

    Before the first live timestep Keras says 0 even if it was given an initial state, and this project says
    that state: the loss does not look there.
    """
    if backwards:
        return np.logical_or.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
    return np.logical_or.accumulate(mask, axis=1)


def runs(name: str, kind: str, *, backwards: bool) -> Arrays:
    """Run one layer with the same weights whole and with masks, from given states."""
    rng = generator(name)
    x = rng.uniform(-2, 2, (B, T, D))
    states = {key: rng.uniform(-0.9, 0.9, (B, H)) for key in ("hc" if "lstm" in kind else "h")}
    R = rng.uniform(-1, 1, (B, T, H))
    layer = LAYERS[kind](H, return_sequences=True, go_backwards=backwards)
    layer.build((B, T, D))
    draw_weights(layer, rng)
    stacked = stack(
        {run: one_run(layer, x, states, R, np.array(mask, dtype=bool)) for run, mask in MASKS.items()}
    )
    arrays = stacked | {"x": x, **under(f"initial.{place(layer)}", states)}
    if backwards or kind == "lstm_relu":  # they lie as those of the others
        return arrays
    return arrays | under("peer", {weight.name: numbers(weight.value) for weight in layer.weights})


def place(layer: keras.layers.RNN) -> str:
    """Name the only layer by its direction."""
    return "layer_0.reverse" if layer.go_backwards else "layer_0"


def one_run(
    layer: keras.layers.RNN, x: Numbers, states: Arrays, R: Numbers, mask: NDArray[np.bool_]
) -> Arrays:
    """Run a layer once, and back from Σ h·R, with h in the order of x."""
    inputs = torch.tensor(x, requires_grad=True)
    initial = {key: torch.tensor(state, requires_grad=True) for key, state in states.items()}
    R = R * seen(mask, layer.go_backwards)[:, :, np.newaxis]
    given = None if mask.all() else torch.tensor(mask)  # without a mask Keras takes another path
    h = layer(inputs, mask=given, initial_state=list(initial.values()))
    if layer.go_backwards:
        h = torch.flip(h, [1])  # Keras says it in the order it was computed
    for weight in layer.weights:
        weight.value.grad = None
    (h * torch.tensor(R)).sum().backward()
    return {
        "mask": mask,
        "h": numbers(h),
        "loss_weights": R,
        "d_x": numbers(inputs.grad),
        **under(f"d_initial.{place(layer)}", {key: numbers(state.grad) for key, state in initial.items()}),
        **weights(layer, place(layer)),
    }


def dropout(name: str) -> Arrays:
    """Train-mode runs in which both dropout masks are given instead of drawn, the same for every gate.

    Left alone, Keras draws one pair of masks per sequence and holds them over time; with recurrent dropout it
    draws a pair for each block (four for an LSTM, three for a GRU), and one pair for a SimpleRNN.
    """
    rng = generator(name)
    x = rng.uniform(-2, 2, (B, T, D))
    input_mask = np.array([[2.0, 0.0], [2.0, 2.0]])
    recurrent_mask = np.array([[0.0, 2.0, 2.0], [2.0, 2.0, 0.0]])
    R = rng.uniform(-1, 1, (B, T, H))
    arrays: Arrays = {
        "x": x,
        "loss_weights": R,
        "input_mask": input_mask,
        "recurrent_mask": recurrent_mask,
    }
    for kind, count in {"lstm": 4, "gru_reset_after": 3, "gru_reset_before": 3, "simple_rnn": 0}.items():
        layer = LAYERS[kind](H, return_sequences=True, dropout=0.5, recurrent_dropout=0.5)
        layer.build((B, T, D))
        draw_weights(layer, rng)
        given = [torch.tensor(mask) for mask in (input_mask, recurrent_mask)]
        for method, mask in zip(("get_dropout_mask", "get_recurrent_dropout_mask"), given, strict=True):
            setattr(layer.cell, method, lambda _, mask=mask, count=count: [mask] * count if count else mask)
        inputs = torch.tensor(x, requires_grad=True)
        h = layer(inputs, training=True)
        (h * torch.tensor(R)).sum().backward()
        run = {"h": numbers(h), "d_x": numbers(inputs.grad)} | weights(layer, "layer_0")
        arrays |= under(kind, run)
    return arrays


CASES: dict[str, Callable[[str], Arrays]] = {
    **{f"keras_{kind}": partial(runs, kind=kind, backwards=False) for kind in LAYERS},
    **{f"keras_{kind}_backwards": partial(runs, kind=kind, backwards=True) for kind in LAYERS},
    "keras_dropout": dropout,
}
