"""Whole networks of Keras layers and Keras' losses, differentiated by torch.

A network's layers are called once to be built, get drawn weights, and are called again.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import torch
from numpy.typing import NDArray

from tests.lstm_core.peers.keras_layers import draw_weights, weights
from tests.lstm_core.peers.stored import Arrays, generator, stack
from tests.lstm_core.peers.torch_layers import numbers

Numbers = NDArray[np.generic]
LEFT_PADDED = np.array([[1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 0, 1]], dtype=bool)
RIGHT_PADDED = LEFT_PADDED[:, ::-1].copy()
MASKS = {"whole": np.ones_like(LEFT_PADDED), "left_padded": LEFT_PADDED, "right_padded": RIGHT_PADDED}
MEAN = {"reduction": "mean_with_sample_weight"}
"""Divides by the sum of the weights, as Keras does with a mask, and not by the number of positions."""


def places(layer: keras.Layer, index: int) -> dict[str, keras.Layer]:
    """Name the one or two layers inside a recurrent layer as this project does."""
    if isinstance(layer, keras.layers.Bidirectional):
        return {f"layer_{index}": layer.forward_layer, f"layer_{index}.reverse": layer.backward_layer}
    return {f"layer_{index}": layer}


def results(recurrent: list[keras.Layer], head: keras.layers.Dense) -> Arrays:
    """Collect weights and gradients after a backward pass."""
    arrays: Arrays = {}
    for index, layer in enumerate(recurrent):
        for where, single in places(layer, index).items():
            arrays |= weights(single, where)
    for key, variable in zip(("kernel", "bias"), head.weights, strict=True):
        arrays[f"params.head.{key}"] = numbers(variable.value)
        arrays[f"d_params.head.{key}"] = numbers(variable.value.grad)
    return arrays


def clear(layers: list[keras.Layer]) -> None:
    """Forget the gradients of the run before."""
    for layer in layers:
        for variable in layer.weights:
            variable.value.grad = None


def network(
    name: str,
    x: Numbers,
    recurrent: list[keras.Layer],
    head: keras.layers.Dense,
    activation: str,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    *,
    mask: NDArray[np.bool_] | None = None,
    attention: bool = False,
    last: bool = False,
    steepness: float = 1.0,
) -> Arrays:
    """Run layers, attention if wanted, the head and the loss, and back.

    ``loss`` is given logits and outputs; penalties of the layers are added to it. With attention, ``last``
    lets the last states of the last layer, which is bidirectional, be the only query. ``steepness`` scales
    the head.
    """
    rng = generator(name)
    inputs = torch.tensor(x, requires_grad=True)
    given = None if mask is None or mask.all() else torch.tensor(mask)
    attend = keras.layers.Attention()
    scores: torch.Tensor | None = None

    def features() -> torch.Tensor:
        nonlocal scores
        h = inputs
        for layer in recurrent:
            h = layer(h, mask=given)
        if not attention:
            return h
        query, query_mask = h, given
        if last:
            h, forward_h, _, backward_h, _ = h
            query, query_mask = torch.cat([forward_h, backward_h], dim=-1)[:, None], None
        masks = None if given is None else [query_mask, given]
        attended, scores = attend([query, h], mask=masks, return_attention_scores=True)
        both = keras.layers.Concatenate()([query, attended])
        return both[:, 0] if last else both

    head(features())
    for layer in [*recurrent, head]:
        draw_weights(layer, rng)
    head.set_weights([steepness * numbers(weight.value) for weight in head.weights])
    logits = head(features())
    logits.retain_grad()
    outputs = keras.activations.get(activation)(logits)
    value = loss(logits, outputs)
    penalties = sum((penalty for layer in recurrent for penalty in layer.losses), torch.zeros(()))
    (value + penalties).backward()

    arrays = results(recurrent, head)
    if mask is not None:
        arrays["mask"] = mask
    if scores is not None:
        arrays["attention"] = numbers(scores)
    clear([*recurrent, head])
    return arrays | {
        "inputs": x,
        "d_inputs": numbers(inputs.grad),
        "logits": numbers(logits),
        "d_logits": numbers(logits.grad),
        "outputs": numbers(outputs),
        "loss": numbers(value),
        "penalty": numbers(penalties),
    }


def attention(name: str) -> Arrays:
    """Dot-product attention over the steps, beside h, for every step; whole and padded at either end.

    At a skipped step Keras attends to nothing and says 0, and no step attends to it; the loss does not look
    there.
    """
    rng = generator(f"{name}.data")
    x, targets = rng.uniform(-2, 2, (3, 4, 2)), rng.integers(0, 4, (3, 4))
    compute = keras.losses.SparseCategoricalCrossentropy(from_logits=True, **MEAN)

    def run(mask: NDArray[np.bool_]) -> Arrays:
        return network(
            name,
            x,
            [keras.layers.LSTM(3, return_sequences=True)],
            keras.layers.Dense(4),
            "softmax",
            lambda logits, _: compute(targets, logits, mask.astype(float)),
            mask=mask,
            attention=True,
        )

    return stack({padding: run(mask) for padding, mask in MASKS.items()}) | {"targets": targets}


def attention_of_last_step(name: str) -> Arrays:
    """Attention of a bidirectional layer's last states to all its steps; cross-entropy of the softmax."""
    rng = generator(f"{name}.data")
    x, targets = rng.uniform(-2, 2, (3, 4, 2)), np.array([2, 0, 1])
    compute = keras.losses.CategoricalCrossentropy()
    recurrent = keras.layers.LSTM(2, return_sequences=True, return_state=True)
    arrays = network(
        name,
        x,
        [keras.layers.Bidirectional(recurrent)],
        keras.layers.Dense(3),
        "softmax",
        lambda _, outputs: compute(np.eye(3)[targets], outputs),
        mask=LEFT_PADDED,
        attention=True,
        last=True,
    )
    return arrays | {"targets": targets}


def bidirectional_every_step(name: str) -> Arrays:
    """Two bidirectional layers, every step read, squared error over what is not padding."""
    rng = generator(f"{name}.data")
    x, targets = rng.uniform(-2, 2, (3, 4, 2)), rng.uniform(-1, 1, (3, 4, 2))
    compute = keras.losses.MeanSquaredError(**MEAN)
    arrays = network(
        name,
        x,
        [keras.layers.Bidirectional(keras.layers.LSTM(2, return_sequences=True)) for _ in range(2)],
        keras.layers.Dense(2),
        "linear",
        lambda _, outputs: compute(targets, outputs, RIGHT_PADDED.astype(float)),
        mask=RIGHT_PADDED,
    )
    return arrays | {"targets": targets}


def bidirectional_last_step(name: str) -> Arrays:
    """A bidirectional layer that hands on the last state of each direction; cross-entropy of the softmax."""
    rng = generator(f"{name}.data")
    x, targets = rng.uniform(-2, 2, (3, 4, 2)), np.array([0, 2, 2])
    compute = keras.losses.SparseCategoricalCrossentropy()

    def run(mask: NDArray[np.bool_]) -> Arrays:
        return network(
            name,
            x,
            [keras.layers.Bidirectional(keras.layers.LSTM(2))],
            keras.layers.Dense(3),
            "softmax",
            lambda _, outputs: compute(targets, outputs),
            mask=mask,
        )

    return stack({padding: run(mask) for padding, mask in MASKS.items()}) | {"targets": targets}


def binary_cross_entropy_of_softmax(name: str) -> Arrays:
    """The network of a published example, in range and with a head so steep that outputs are cut."""
    x, targets = np.array([[[3.0], [1.0]], [[1.0], [2.0]]]), np.eye(5)[[2, 4]]
    compute = keras.losses.BinaryCrossentropy()

    def run(steepness: float) -> Arrays:
        return network(
            name,
            x,
            [keras.layers.LSTM(1)],
            keras.layers.Dense(5),
            "softmax",
            lambda _, outputs: compute(targets, outputs),
            steepness=steepness,
        )

    return stack({"in_range": run(1), "cut": run(60)}) | {"targets": targets}


def binary_cross_entropy_of_sigmoid(name: str) -> Arrays:
    """One probability from the last state of a GRU."""
    rng = generator(f"{name}.data")
    x, targets = rng.uniform(-2, 2, (2, 3, 2)), np.array([[1.0], [0.0]])
    compute = keras.losses.BinaryCrossentropy()
    arrays = network(
        name,
        x,
        [keras.layers.GRU(3)],
        keras.layers.Dense(1),
        "sigmoid",
        lambda _, outputs: compute(targets, outputs),
    )
    return arrays | {"targets": targets}


def regularised(name: str) -> Arrays:
    """L1 and L2 on kernels and recurrent kernels of two layers of different kinds; squared error."""
    rng = generator(f"{name}.data")
    x, targets = rng.uniform(-2, 2, (3, 4, 2)), rng.uniform(-1, 1, (3, 1))
    compute = keras.losses.MeanSquaredError()
    penalty = keras.regularizers.L1L2
    recurrent = [
        keras.layers.LSTM(
            3,
            return_sequences=True,
            kernel_regularizer=penalty(0.01, 0.02),
            recurrent_regularizer=penalty(0.03, 0.04),
        ),
        keras.layers.SimpleRNN(
            2, kernel_regularizer=penalty(0.0, 0.05), recurrent_regularizer=penalty(0.06, 0.0)
        ),
    ]
    arrays = network(
        name,
        x,
        recurrent,
        keras.layers.Dense(1),
        "linear",
        lambda _, outputs: compute(targets, outputs),
    )
    return arrays | {"targets": targets}


def losses(name: str) -> Arrays:
    """Keras' losses and their gradients at given logits, moderate and extreme, with and without weights."""
    rng = generator(name)
    logits = {"moderate": rng.normal(size=(5, 4)), "extreme": rng.normal(size=(5, 4)) * 25}
    classes, weight = np.array([0, 3, 1, 1, 2]), np.array([1.0, 0.0, 2.5, 0.3, 1.0])
    one_hot, real = np.eye(4)[classes], rng.normal(size=(5, 4))
    soft = rng.uniform(0, 1, (5, 4))
    kinds = {
        "squared_error.linear": (keras.losses.MeanSquaredError(**MEAN), real),
        "squared_error.sigmoid": (keras.losses.MeanSquaredError(**MEAN), real),
        "squared_error.softmax": (keras.losses.MeanSquaredError(**MEAN), real),
        "cross_entropy.logits": (
            keras.losses.SparseCategoricalCrossentropy(from_logits=True, **MEAN),
            classes,
        ),
        "cross_entropy.softmax": (keras.losses.CategoricalCrossentropy(**MEAN), one_hot),
        "binary_cross_entropy.sigmoid": (keras.losses.BinaryCrossentropy(**MEAN), soft),
        "binary_cross_entropy.softmax": (keras.losses.BinaryCrossentropy(**MEAN), one_hot),
    }
    runs: dict[str, Arrays] = {}
    for size, values in logits.items():
        for kind, (compute, targets) in kinds.items():
            if (kind, size) == ("cross_entropy.softmax", "extreme"):
                continue  # Keras cuts the softmax to [1e-7, 1 − 1e-7] there; this project goes by the logits
            for weighted in (False, True):
                given = torch.tensor(values, requires_grad=True)
                activation = kind.partition(".")[2].replace("logits", "linear")
                loss = compute(
                    targets, keras.activations.get(activation)(given), weight if weighted else None
                )
                loss.backward()
                runs[f"{kind}.{size}.{'weighted' if weighted else 'plain'}"] = {
                    "logits": values,
                    "loss": numbers(loss),
                    "d_logits": numbers(given.grad),
                }
    return stack(runs) | {
        "classes": classes,
        "real": real,
        "soft": soft,
        "one_hot": one_hot,
        "weights": weight,
    }


CASES: dict[str, Callable[[str], Arrays]] = {
    "keras_network_attention": attention,
    "keras_network_attention_of_last_step": attention_of_last_step,
    "keras_network_bidirectional_every_step": bidirectional_every_step,
    "keras_network_bidirectional_last_step": bidirectional_last_step,
    "keras_network_binary_cross_entropy_of_softmax": binary_cross_entropy_of_softmax,
    "keras_network_binary_cross_entropy_of_sigmoid": binary_cross_entropy_of_sigmoid,
    "keras_network_regularised": regularised,
    "keras_losses": losses,
}
