"""One pass through a network, forward and back, over whatever runs its layers. Nothing is checked or kept.

`Network` and training both go through these two functions and differ in the runner they hand in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray
from lstm_core.dense import OUTPUT_ACTIVATIONS, affine, affine_backward
from lstm_core.errors import OverflowInputError
from lstm_core.network.attention import attend, attend_backward
from lstm_core.network.config import Embedding, NetworkConfig
from lstm_core.network.runners import Runner

States: TypeAlias = tuple[tuple[Mapping[str, FloatArray], ...], ...]
"""For each layer, for each of its directions, values of shape (B, H) by what its cell carries."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Arrays named after the parameters, parameters or gradients, sorted by where they are used."""

    table: FloatArray | None
    layers: tuple[tuple[Mapping[str, FloatArray], ...], ...]  # a mapping for each layer and direction
    kernel: FloatArray | None
    bias: FloatArray | None

    @classmethod
    def of(cls, config: NetworkConfig, arrays: Mapping[str, FloatArray]) -> Parts:
        """Sort arrays with the names of `parameter_shapes`."""
        layers = tuple(
            tuple(
                {name: arrays[f"{prefix}.{name}"] for name in layer.cell.layout}
                for prefix in layer_names(index, layer.directions)
            )
            for index, layer in enumerate(config.layers)
        )
        return cls(arrays.get("embedding"), layers, arrays.get("head.kernel"), arrays.get("head.bias"))


def layer_names(index: int, directions: tuple[bool, ...]) -> Iterator[str]:
    """Name the directions of a layer: "layer_0" and "layer_0.reverse"."""
    for reverse in directions:
        yield f"layer_{index}.reverse" if reverse else f"layer_{index}"


@dataclass(frozen=True, slots=True)
class DirectionPass:
    """One direction of one layer: h, what its runner keeps, and what dropout multiplied its inputs with."""

    h: FloatArray
    kept: Any
    input_scale: FloatArray | None


@dataclass(frozen=True, slots=True)
class LayerPass:
    """One layer: its directions, and their h side by side."""

    directions: tuple[DirectionPass, ...]
    output: FloatArray


@dataclass(frozen=True, slots=True)
class Pass:
    """What a way forward leaves for the way back; the names are those of `NetworkTrace`."""

    inputs: NDArray[Any]
    x: FloatArray
    layers: tuple[LayerPass, ...]
    attention: FloatArray | None
    features: FloatArray
    head_scale: FloatArray | None
    logits: FloatArray
    outputs: FloatArray


def forward(
    config: NetworkConfig,
    params: Parts,
    inputs: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    rng: np.random.Generator | None,
    runner: Runner,
    dtype: np.dtype[Any],
    initial: States | None = None,
) -> Pass:
    """Run a batch of checked inputs from checked states, by default 0; with `rng`, dropout is on."""
    x = output = config.inputs.embed(inputs, params.table, dtype)
    B, T, _ = x.shape
    layers = []
    for index, (layer, sides) in enumerate(zip(config.layers, params.layers, strict=True)):
        directions = []
        for side, (reverse, own) in enumerate(zip(layer.directions, sides, strict=True)):
            input_scale = _dropout(rng, layer.dropout, (B, 1, output.shape[2]), dtype)
            recurrent_scale = _dropout(rng, layer.recurrent_dropout, (B, layer.hidden_size), dtype)
            seen = output if input_scale is None else output * input_scale
            start = None if initial is None else initial[index][side]
            h, kept = runner.forward((index, reverse), layer.cell, own, seen, mask, recurrent_scale, start)
            directions.append(DirectionPass(h, kept, input_scale))
        output = _side_by_side([direction.h for direction in directions])
        if config.attention:
            output = np.ascontiguousarray(output)  # products of stacks of matrices need it to be fast
        layers.append(LayerPass(tuple(directions), output))

    features, weights = np.ascontiguousarray(_read(config, layers[-1])), None
    if config.attention:
        queries = features.reshape(B, -1, features.shape[-1])  # (B, Q, F)
        seen_steps = np.ones((B, T), np.bool_) if mask is None else mask
        looks = seen_steps if config.read == "every" else np.ones((B, 1), np.bool_)
        weights, mixed = attend(queries, output, looks, seen_steps)
        features = np.concatenate([features, mixed.reshape(features.shape)], axis=-1)
    head_scale = _dropout(rng, config.head_dropout, features.shape, dtype)
    if head_scale is not None:
        features = features * head_scale

    if params.kernel is not None and params.bias is not None:
        logits = affine(features, params.kernel, params.bias)
    else:
        logits = features[..., : config.outputs]
    outputs = OUTPUT_ACTIVATIONS[config.activation].forward(logits)
    return Pass(inputs, x, tuple(layers), weights, features, head_scale, logits, outputs)


def require_finite(done: Pass) -> None:
    """Raise OverflowInputError unless what is read, its logits and its outputs are finite."""
    for name in ("features", "logits", "outputs"):
        array = getattr(done, name)
        if np.isfinite(array).all():
            continue
        example, *step, unit = np.argwhere(~np.isfinite(array))[0].tolist()
        t = step[0] if step else done.x.shape[1] - 1
        raise OverflowInputError(
            f"the numbers grew past the largest that {array.dtype} can hold, "
            f"{np.finfo(array.dtype).max:.1e}, at timestep {t} ({name}, example {example}, unit {unit}; all "
            f"counted from 0). Expected the {name} to stay finite: use smaller weights or "
            "inputs, or an activation with bounds such as tanh",
            timestep=t,
            unit=unit,
        )


def backward(
    config: NetworkConfig,
    params: Parts,
    done: Pass,
    d_logits: FloatArray,
    gradients: Parts,
    runner: Runner,
    need_x: bool,
    d_final: States | None = None,
) -> FloatArray | None:
    """Write dL/d of every parameter into `gradients`, and return dL/dx if it is needed."""
    if params.kernel is None or gradients.kernel is None or gradients.bias is None:
        d_features = np.zeros_like(done.features)
        d_features[..., : config.outputs] = d_logits
    else:
        d_features = affine_backward(done.features, params.kernel, d_logits, gradients.kernel, gradients.bias)
    if done.head_scale is not None:
        d_features = d_features * done.head_scale

    top = done.layers[-1]
    F = top.output.shape[2]
    d_read, d_h = d_features[..., :F], None
    if done.attention is not None:
        d_mixed = d_features[..., F:].reshape(len(d_features), -1, F)  # (B, Q, F)
        queries = _read(config, top).reshape(d_mixed.shape)
        d_queries, d_h = attend_backward(queries, top.output, done.attention, d_mixed)
        d_read = d_read + d_queries.reshape(d_read.shape)
    d_h = _read_backward(config, d_read, d_h, top.output)

    table = gradients.table
    for index in range(len(config.layers) - 1, -1, -1):
        layer = config.layers[index]
        d_x = None
        for side, run in enumerate(done.layers[index].directions):
            d_seen = runner.backward(
                (index, side == 1),
                run.kept,
                d_h[..., side * layer.hidden_size : (side + 1) * layer.hidden_size],
                gradients.layers[index][side],
                need_x or table is not None or index > 0,
                None if d_final is None else d_final[index][side],
            )
            if d_seen is not None and run.input_scale is not None:
                d_seen = d_seen * run.input_scale
            d_x = d_seen if d_x is None or d_seen is None else d_x + d_seen
        if d_x is None:
            return None
        d_h = d_x
    if table is not None and isinstance(config.inputs, Embedding):
        config.inputs.embed_backward(done.inputs, d_h, table)
    return d_h


def add_penalties(config: NetworkConfig, params: Parts, gradients: Parts) -> float:
    """Add dL/d of what the L1 and L2 of all layers add to the loss, and return that."""
    total = 0.0
    for layer, sides, d_sides in zip(config.layers, params.layers, gradients.layers, strict=True):
        for name, l1, l2 in layer.penalties:
            for own, d_own in zip(sides, d_sides, strict=True):
                weights = own[name]
                total += l1 * float(np.abs(weights).sum()) + l2 * float(np.square(weights).sum())
                d_own[name][...] += l1 * np.sign(weights) + 2 * l2 * weights
    return total


def _read(config: NetworkConfig, layer: LayerPass) -> FloatArray:
    """Return what is read of a layer: everything, or of each direction h where it stops."""
    if config.read == "every":
        return layer.output
    return _side_by_side([run.h[:, 0 if side else -1] for side, run in enumerate(layer.directions)])


def _read_backward(
    config: NetworkConfig, d_read: FloatArray, d_h: FloatArray | None, output: FloatArray
) -> FloatArray:
    """Add what reached the numbers that were read to what else reached h, both directions side by side."""
    if config.read == "every":
        return d_read if d_h is None else d_h + d_read
    d_h = np.zeros_like(output) if d_h is None else d_h
    H = config.layers[-1].hidden_size
    d_h[:, -1, :H] += d_read[:, :H]
    d_h[:, 0, H:] += d_read[:, H:]
    return d_h


def _side_by_side(arrays: list[FloatArray]) -> FloatArray:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=-1)


def _dropout(
    rng: np.random.Generator | None, rate: float, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> FloatArray | None:
    """Draw what to multiply with: 0 for the share that is left out, 1/(1 − rate) for the rest."""
    if rng is None or rate == 0:
        return None
    scale: FloatArray = (rng.random(shape) >= rate) * np.asarray(1 / (1 - rate), dtype)
    return scale
