"""Whole networks of torch modules: what goes in, recurrent layers, a linear head and a loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from tests.lstm_core.peers.stored import Arrays, generator, under
from tests.lstm_core.peers.torch_layers import build, numbers, tensor, weights_and_gradients


def results(
    kind: str,
    module: torch.nn.RNNBase,
    kernel: torch.Tensor,
    bias: torch.Tensor,
    logits: torch.Tensor,
    loss: torch.Tensor,
) -> Arrays:
    """Go back from the loss and collect what every network has; the head's kernel has a row per feature."""
    logits.retain_grad()
    loss.backward()
    return weights_and_gradients(kind, module) | {
        "params.head.kernel": numbers(kernel),
        "params.head.bias": numbers(bias),
        "d_params.head.kernel": numbers(kernel.grad),
        "d_params.head.bias": numbers(bias.grad),
        "logits": numbers(logits),
        "d_logits": numbers(logits.grad),
        "loss": numbers(loss),
    }


def embedding_to_last_step(name: str) -> Arrays:
    """Embedding, two bidirectional LSTM layers, the last state of each direction, cross-entropy."""
    rng = generator(name)
    vocabulary, size, H, classes = 6, 3, 2, 4
    ids = rng.integers(0, vocabulary, (3, 4))
    targets = rng.integers(0, classes, 3)
    embedding = tensor(rng, vocabulary, size)
    module = build("LSTM", rng, size, H, num_layers=2, bidirectional=True)
    kernel, bias = tensor(rng, 2 * H, classes), tensor(rng, classes)
    _, (h, _) = module(torch.nn.functional.embedding(torch.tensor(ids), embedding))
    logits = torch.cat([h[-2], h[-1]], dim=-1) @ kernel + bias
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(targets))
    arrays = results("LSTM", module, kernel, bias, logits, loss)
    return arrays | {
        "inputs": ids,
        "targets": targets,
        "params.embedding": numbers(embedding),
        "d_params.embedding": numbers(embedding.grad),
    }


def numbers_to_every_step(name: str) -> Arrays:
    """Raw numbers, two GRU layers, an output for every timestep, squared error."""
    rng = generator(name)
    D, H, outputs = 2, 3, 2
    x = tensor(rng, 2, 4, D, scale=2)
    targets = rng.uniform(-1, 1, (2, 4, outputs))
    module = build("GRU", rng, D, H, num_layers=2)
    kernel, bias = tensor(rng, H, outputs), tensor(rng, outputs)
    logits = module(x)[0] @ kernel + bias
    loss = torch.nn.functional.mse_loss(logits, torch.tensor(targets))
    arrays = results("GRU", module, kernel, bias, logits, loss)
    return arrays | {"inputs": numbers(x), "d_inputs": numbers(x.grad), "targets": targets}


def one_hot_with_padding(name: str) -> Arrays:
    """One-hot symbols, packed sequences of unequal length, cross-entropy over what is not padding."""
    rng = generator(name)
    vocabulary, H, lengths = 5, 3, torch.tensor([5, 2, 3])
    ids, targets = rng.integers(0, vocabulary, (2, 3, 5))
    mask = np.arange(5) < lengths.numpy()[:, np.newaxis]
    module = build("RNN", rng, vocabulary, H, nonlinearity="tanh")
    kernel, bias = tensor(rng, H, vocabulary), tensor(rng, vocabulary)
    x = torch.nn.functional.one_hot(torch.tensor(ids), vocabulary).double()
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    h, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True)
    logits = h @ kernel + bias
    wanted = torch.tensor(np.where(mask, targets, -100))
    loss = torch.nn.functional.cross_entropy(logits.movedim(-1, 1), wanted, ignore_index=-100)
    arrays = results("RNN", module, kernel, bias, logits, loss)
    return arrays | {"inputs": ids, "mask": mask, "targets": targets}


def encoder_and_decoder(name: str) -> Arrays:
    """Two networks of two LSTM layers, the second begun with the states that the first ended with."""
    rng = generator(name)
    H, outputs = 2, 2
    x, y = tensor(rng, 2, 4, 3, scale=2), tensor(rng, 2, 3, 1, scale=2)
    targets = rng.uniform(-1, 1, (2, 3, outputs))
    encoder = build("LSTM", rng, 3, H, num_layers=2)
    decoder = build("LSTM", rng, 1, H, num_layers=2)
    kernel, bias = tensor(rng, H, outputs), tensor(rng, outputs)
    _, final = encoder(x)
    logits = decoder(y, final)[0] @ kernel + bias
    loss = torch.nn.functional.mse_loss(logits, torch.tensor(targets))
    arrays = results("LSTM", decoder, kernel, bias, logits, loss)
    arrays |= under("encoder", weights_and_gradients("LSTM", encoder))
    arrays |= under("encoder", {"inputs": numbers(x), "d_inputs": numbers(x.grad)})
    return arrays | {"inputs": numbers(y), "d_inputs": numbers(y.grad), "targets": targets}


CASES: dict[str, Callable[[str], Arrays]] = {
    "torch_network_embedding_to_last_step": embedding_to_last_step,
    "torch_network_numbers_to_every_step": numbers_to_every_step,
    "torch_network_one_hot_with_padding": one_hot_with_padding,
    "torch_network_encoder_and_decoder": encoder_and_decoder,
}
