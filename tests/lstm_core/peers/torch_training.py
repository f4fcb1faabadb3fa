"""What torch's optimisers make of given gradients, its two ways of clipping, and a network in training."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch

from tests.lstm_core.peers.stored import Arrays, generator, under
from tests.lstm_core.peers.torch_layers import build, numbers, parameters, tensor

UPDATES = 20
OPTIMIZERS: dict[str, Callable[[list[torch.Tensor]], torch.optim.Optimizer]] = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.99, eps=1e-8),
    "rmsprop_large_epsilon": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.8, eps=1e-2),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.9, 0.999), eps=1e-8),
    "adam_large_epsilon": lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.6, 0.9), eps=1e-2),
}


def optimizers(name: str) -> Arrays:
    """Apply the same gradients with every optimiser, at a learning rate that halves after twelve updates.

    The components of the gradient are of very different sizes; one is 0 throughout and one is 0 at first, and
    in one the sign alternates.
    """
    rng = generator(name)
    start = rng.uniform(-1, 1, 7)
    gradients = rng.normal(size=(UPDATES, 7)) * np.array([1e-9, 1e-3, 1, 1e3, 0, 1, 1])
    gradients[:5, 5] = 0
    gradients[:, 6] = np.abs(gradients[:, 6]) * (-1.0) ** np.arange(UPDATES)
    factor = np.where(np.arange(UPDATES) < 12, 1.0, 0.5)
    arrays = {"start": start, "gradients": gradients, "learning_rate_factor": factor}
    for optimizer, make in OPTIMIZERS.items():
        parameter = torch.tensor(start, requires_grad=True)
        updater = make([parameter])
        first = updater.param_groups[0]["lr"]
        path = np.empty_like(gradients)
        for update in range(UPDATES):
            updater.param_groups[0]["lr"] = first * factor[update]
            parameter.grad = torch.tensor(gradients[update])
            updater.step()
            path[update] = numbers(parameter)
        arrays[f"{optimizer}.path"] = path
    return arrays


def clipping(name: str) -> Arrays:
    """Clip one gradient by its norm and by value, at limits that bite and at limits that do not."""
    rng = generator(name)
    gradient = rng.normal(size=9)

    def clipped(clip: Callable[[torch.Tensor, float], object], limit: float) -> np.ndarray:
        parameter = torch.zeros(9, dtype=torch.float64, requires_grad=True)
        parameter.grad = torch.tensor(gradient)
        clip(parameter, limit)
        return numbers(parameter.grad)

    by_norm, by_value = torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_
    return {
        "gradient": gradient,
        "norm_limits": np.array([0.5, 2.0, 100.0]),
        "by_norm": np.stack([clipped(by_norm, limit) for limit in (0.5, 2.0, 100.0)]),
        "value_limits": np.array([0.25, 1.0, 100.0]),
        "by_value": np.stack([clipped(by_value, limit) for limit in (0.25, 1.0, 100.0)]),
    }


def weights(module: torch.nn.RNNBase, own: Mapping[str, torch.Tensor]) -> Arrays:
    """Collect a network's weights under the names of this project."""
    return parameters("LSTM", module, numbers, gradient=False) | {
        key: numbers(value) for key, value in own.items()
    }


def training(name: str) -> Arrays:
    """Train an embedding, an LSTM and a head on the same whole batch, clipped by norm, with two optimisers.

    The two biases of ``nn.LSTM`` would each take a step of their own; one is held at 0, so that the other
    moves like ours.
    """
    rng = generator(name)
    vocabulary, size, H, classes = 5, 2, 3, 3
    ids = rng.integers(0, vocabulary, (6, 4))
    targets = rng.integers(0, classes, 6)
    limit = 0.3
    arrays: Arrays = {"inputs": ids, "targets": targets, "clip_norm": np.array(limit)}
    seeds = {"momentum": OPTIMIZERS["momentum"], "adam": OPTIMIZERS["adam"]}
    for optimizer, make in seeds.items():
        rng = generator(name)
        module = build("LSTM", rng, size, H)
        with torch.no_grad():
            module.bias_hh_l0.zero_()
        own = {
            "embedding": tensor(rng, vocabulary, size),
            "head.kernel": tensor(rng, H, classes),
            "head.bias": tensor(rng, classes),
        }
        learned = [p for key, p in module.named_parameters() if key != "bias_hh_l0"] + list(own.values())
        updater = make(learned)
        arrays |= under("params", weights(module, own))
        losses, norms = np.empty(UPDATES), np.empty(UPDATES)
        for update in range(UPDATES):
            updater.zero_grad()
            out, _ = module(torch.nn.functional.embedding(torch.tensor(ids), own["embedding"]))
            logits = out[:, -1] @ own["head.kernel"] + own["head.bias"]
            loss = torch.nn.functional.cross_entropy(logits, torch.tensor(targets))
            loss.backward()
            losses[update] = loss.item()
            norms[update] = torch.nn.utils.clip_grad_norm_(learned, limit).item()
            updater.step()
        arrays |= under(optimizer, {"losses": losses, "norms": norms} | under("params", weights(module, own)))
    return arrays


CASES: dict[str, Callable[[str], Arrays]] = {
    "torch_optimizers": optimizers,
    "torch_clipping": clipping,
    "torch_training": training,
}
