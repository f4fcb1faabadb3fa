"""nn.LSTM, nn.GRU and nn.RNN: outputs and gradients of one layer, of stacks and of both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from tests.lstm_core.peers.stored import Arrays, generator, under

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

MODULES: dict[str, type[torch.nn.RNNBase]] = {
    "LSTM": torch.nn.LSTM,
    "GRU": torch.nn.GRU,
    "RNN": torch.nn.RNN,
}
PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
B, T, D, H = 2, 4, 2, 3


def tensor(rng: np.random.Generator, *shape: int, scale: float = 0.9) -> torch.Tensor:
    """Draw numbers that gradients are wanted for."""
    return torch.tensor(rng.uniform(-scale, scale, shape), requires_grad=True)


def numbers(value: torch.Tensor | None) -> NDArray[np.generic]:
    """Return a copy as an array."""
    assert value is not None
    return value.detach().numpy().copy()


def build(kind: str, rng: np.random.Generator, *sizes: int, **options: object) -> torch.nn.RNNBase:
    """Return a module in float64 whose every weight is drawn evenly."""
    module = MODULES[kind](*sizes, batch_first=True, dtype=torch.float64, **options)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(tensor(rng, *parameter.shape))
    return module


def in_our_layout(kind: str, own: Mapping[str, NDArray[np.generic]], *, gradient: bool) -> Arrays:
    """Turn the four arrays of one layer and direction into W, U and b, and b_rec of a GRU.

    Torch has a row per unit and the gate order i f g o, which is ours, or r z n, where ours is z r n. The two
    biases of an LSTM and of an RNN add up to ours, so that each of them has the gradient of ours.
    """

    def turned(array: NDArray[np.generic]) -> NDArray[np.generic]:
        if kind == "GRU":
            r, z, n = np.split(array, 3)
            array = np.concatenate([z, r, n])
        return np.ascontiguousarray(array.T)

    weight_ih, weight_hh, bias_ih, bias_hh = (turned(own[name]) for name in PARAMETERS)
    ours = {"W": weight_ih, "U": weight_hh}
    if kind == "GRU":
        return ours | {"b": bias_ih, "b_rec": bias_hh}
    return ours | {"b": bias_ih if gradient else bias_ih + bias_hh}


def parameters(
    kind: str,
    module: torch.nn.RNNBase,
    values: Callable[[torch.Tensor], NDArray[np.generic]],
    *,
    gradient: bool,
) -> Arrays:
    """Collect every layer and direction under the names of this project."""
    named = {name: values(parameter) for name, parameter in module.named_parameters()}
    ours: Arrays = {}
    for layer in range(module.num_layers):
        for suffix in ("", "_reverse")[: 1 + module.bidirectional]:
            own = {name: named[f"{name}_l{layer}{suffix}"] for name in PARAMETERS}
            ours |= under(place(layer, suffix), in_our_layout(kind, own, gradient=gradient))
    return ours


def place(layer: int, suffix: str) -> str:
    """Name a layer and direction as this project does."""
    return f"layer_{layer}.reverse" if suffix else f"layer_{layer}"


def weights_and_gradients(kind: str, module: torch.nn.RNNBase) -> Arrays:
    """Collect the weights of a module after its backward pass."""
    return under("params", parameters(kind, module, numbers, gradient=False)) | under(
        "d_params", parameters(kind, module, lambda p: numbers(p.grad), gradient=True)
    )


def layers(
    name: str,
    kind: str,
    *,
    lengths: tuple[int, ...] | None = None,
    own_layout: bool = False,
    **options: object,
) -> Arrays:
    """Run a module from given states, and back from Σ h·R; with lengths, as packed sequences."""
    rng = generator(name)
    module = build(kind, rng, D, H, **options)
    directions = 1 + module.bidirectional
    x = tensor(rng, B, T, D, scale=2)
    initial = {
        key: tensor(rng, module.num_layers * directions, B, H) for key in ("hc" if kind == "LSTM" else "h")
    }
    R = rng.uniform(-1, 1, (B, T, directions * H))
    arrays: Arrays = {}
    fed: object = x
    if lengths is not None:
        mask = np.arange(T) < np.array(lengths)[:, np.newaxis]
        R *= mask[:, :, np.newaxis]
        arrays["mask"] = mask
        fed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), True, enforce_sorted=False)
    out, _ = module(fed, tuple(initial.values()) if kind == "LSTM" else initial["h"])
    if lengths is not None:
        out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, True, total_length=T)
    (out * torch.tensor(R)).sum().backward()

    places = [
        place(layer, suffix) for layer in range(module.num_layers) for suffix in ("", "_reverse")[:directions]
    ]
    for key, state in initial.items():
        for index, where in enumerate(places):
            arrays[f"initial.{where}.{key}"] = numbers(state)[index]
            arrays[f"d_initial.{where}.{key}"] = numbers(state.grad)[index]
    if own_layout:
        arrays |= under("peer", {key: numbers(value) for key, value in module.state_dict().items()})
    arrays |= {"x": numbers(x), "d_x": numbers(x.grad), "h": numbers(out), "loss_weights": R}
    return arrays | weights_and_gradients(kind, module)


CASES: dict[str, Callable[[str], Arrays]] = {
    "torch_lstm": partial(layers, kind="LSTM", own_layout=True),
    "torch_lstm_two_layers": partial(layers, kind="LSTM", num_layers=2),
    "torch_lstm_bidirectional": partial(layers, kind="LSTM", bidirectional=True, own_layout=True),
    "torch_lstm_two_layers_bidirectional": partial(layers, kind="LSTM", num_layers=2, bidirectional=True),
    "torch_lstm_packed": partial(layers, kind="LSTM", bidirectional=True, lengths=(4, 2)),
    "torch_gru": partial(layers, kind="GRU", own_layout=True),
    "torch_gru_bidirectional": partial(layers, kind="GRU", bidirectional=True),
    "torch_rnn_tanh": partial(layers, kind="RNN", nonlinearity="tanh", own_layout=True),
    "torch_rnn_relu": partial(layers, kind="RNN", nonlinearity="relu"),
}
