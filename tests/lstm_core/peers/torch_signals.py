"""Every signal of every timestep, with its gradient: cells written out in torch, and torch's autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from tests.lstm_core.peers.stored import Arrays, generator, under
from tests.lstm_core.peers.torch_layers import B, D, H, T, numbers, tensor

Tensors = dict[str, torch.Tensor]
Step = Callable[[Tensors, torch.Tensor, Tensors], Tensors]
Numbers = NDArray[np.generic]
MASK = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], dtype=bool)


def product(p: Tensors, name: str, blocks: str, left: torch.Tensor) -> Tensors:
    """Multiply with a matrix whose column blocks are named."""
    return dict(zip(blocks, (left @ p[name]).chunk(len(blocks), dim=-1), strict=True))


def bias(p: Tensors, name: str, blocks: str) -> Tensors:
    """Cut a bias into its blocks."""
    return dict(zip(blocks, p[name].chunk(len(blocks)), strict=True))


def lstm(
    p: Tensors,
    x_t: torch.Tensor,
    previous: Tensors,
    *,
    coupled: bool = False,
    peephole: bool = False,
    full_gate_recurrence: bool = False,
    gate: Callable[[torch.Tensor], torch.Tensor] = torch.sigmoid,
    activation: Callable[[torch.Tensor], torch.Tensor] = torch.tanh,
    output_activation: Callable[[torch.Tensor], torch.Tensor] = torch.tanh,
) -> Tensors:
    """One timestep of the LSTM and its variants."""
    gates, blocks = ("io", "igo") if coupled else ("ifo", "ifgo")
    h_prev, c_prev = previous["h"], previous["c"]
    from_x, from_h, b = product(p, "W", blocks, x_t), product(p, "U", blocks, h_prev), bias(p, "b", blocks)
    pre = {block: from_x[block] + from_h[block] + b[block] for block in blocks}
    if full_gate_recurrence:
        fed_back = product(p, "R", gates, torch.cat([previous[name] for name in gates], dim=-1))
        pre |= {name: pre[name] + fed_back[name] for name in gates}
    P = dict(zip(gates, p["P"], strict=True)) if peephole else {}
    for name in set(P) - {"o"}:
        pre[name] = pre[name] + P[name] * c_prev
    i = gate(pre["i"])
    f = 1 - i if coupled else gate(pre["f"])
    g = activation(pre["g"])
    kept, written = f * c_prev, i * g
    c = kept + written
    if peephole:
        pre["o"] = pre["o"] + P["o"] * c
    o = gate(pre["o"])
    c_out = output_activation(c)
    h = o * c_out
    signals = {
        "i": i,
        "f": f,
        "g": g,
        "kept": kept,
        "written": written,
        "c": c,
        "o": o,
        "c_out": c_out,
        "h": h,
    }
    return {f"pre_{block}": value for block, value in pre.items()} | signals


def gru(p: Tensors, x_t: torch.Tensor, previous: Tensors, *, reset_after: bool) -> Tensors:
    """One timestep of the GRU, with the reset gate after or before the recurrent product."""
    h_prev = previous["h"]
    from_x, b = product(p, "W", "zrn", x_t), bias(p, "b", "zrn")
    U_z, U_r, U_n = p["U"].chunk(3, dim=-1)
    b_rec = bias(p, "b_rec", "zrn") if reset_after else dict.fromkeys("zrn", torch.zeros(()))
    pre_z = from_x["z"] + b["z"] + h_prev @ U_z + b_rec["z"]
    pre_r = from_x["r"] + b["r"] + h_prev @ U_r + b_rec["r"]
    z, r = torch.sigmoid(pre_z), torch.sigmoid(pre_r)
    recorded: Tensors = {}
    if reset_after:
        recorded["recalled"] = h_prev @ U_n + b_rec["n"]
        reset = r * recorded["recalled"]
        pre_n = from_x["n"] + b["n"] + reset
    else:
        reset = r * h_prev
        pre_n = from_x["n"] + b["n"] + reset @ U_n
    n = torch.tanh(pre_n)
    kept, written = z * h_prev, (1 - z) * n
    recorded |= {"pre_z": pre_z, "pre_r": pre_r, "z": z, "r": r, "reset": reset, "pre_n": pre_n, "n": n}
    return recorded | {"kept": kept, "written": written, "h": kept + written}


def rnn(p: Tensors, x_t: torch.Tensor, previous: Tensors) -> Tensors:
    """One timestep of the plain recurrent cell."""
    pre_h = x_t @ p["W"] + previous["h"] @ p["U"] + p["b"]
    return {"pre_h": pre_h, "h": torch.tanh(pre_h)}


LSTM_SHAPES = {"W": (D, 4 * H), "U": (H, 4 * H), "b": (4 * H,)}
COUPLED_SHAPES = {"W": (D, 3 * H), "U": (H, 3 * H), "b": (3 * H,)}
RNN_SHAPES = {"W": (D, H), "U": (H, H), "b": (H,)}


def signals(
    name: str,
    step: Step,
    shapes: Mapping[str, tuple[int, ...]],
    *,
    states: str = "h",
    carried: str = "",
    reverse: bool = False,
) -> Arrays:
    """Run a step over sequences with skipped timesteps, and back from Σ h·R + Σ final·S.

    A skipped timestep hands on the states, and h is what it says; it hands on the other carried signals too,
    which are gates. What it computes itself reaches nothing: its signals are 0 and have no gradient.
    """
    rng = generator(name)
    steps = T + 1
    p = {key: tensor(rng, *shape) for key, shape in shapes.items()}
    x = tensor(rng, B, steps, D, scale=2)
    initial = {key: tensor(rng, B, H) for key in states}
    R = rng.uniform(-1, 1, (B, steps, H))
    initial |= {key: tensor(rng, B, H) for key in carried}
    S = {key: rng.uniform(-1, 1, (B, H)) for key in initial}
    previous = dict(initial)
    computed: list[Tensors] = [{}] * steps
    handed_on: list[Tensors] = [{}] * steps
    loss = torch.zeros((), dtype=torch.float64)
    for t in range(steps)[:: -1 if reverse else 1]:
        now = step(p, x[:, t], previous)
        live = torch.tensor(MASK[:, t, np.newaxis])
        previous = {key: torch.where(live, now[key], before) for key, before in previous.items()}
        loss = loss + (previous["h"] * torch.tensor(R[:, t])).sum()
        for value in (*now.values(), *previous.values()):
            value.retain_grad()
        computed[t], handed_on[t] = now, previous
    loss = loss + sum((value * torch.tensor(S[key])).sum() for key, value in previous.items())
    loss.backward()

    def over_time(rows: list[Tensors], key: str) -> tuple[Numbers, Numbers]:
        """Return one signal and its gradient, (B, T, H) each; what nothing came back to has gradient 0."""
        values = [row[key] for row in rows]
        gradients = [torch.zeros_like(value) if value.grad is None else value.grad for value in values]
        return np.stack([numbers(v) for v in values], 1), np.stack([numbers(v) for v in gradients], 1)

    collected = []
    for key in computed[0]:
        live, skipped = over_time(computed, key), over_time(handed_on, key) if key in states else (0.0, 0.0)
        collected.append(
            [np.where(MASK[:, :, np.newaxis], *pair) for pair in zip(live, skipped, strict=True)]
        )
    return {
        "x": numbers(x),
        "d_x": numbers(x.grad),
        "mask": MASK,
        "reverse": np.array(reverse),
        "loss_weights": R,
        "signal_keys": np.array(list(computed[0])),
        "signals": np.stack([value for value, _ in collected]),
        "d_signals": np.stack([gradient for _, gradient in collected]),
        **under("final", {key: numbers(value) for key, value in previous.items()}),
        **under("final_weights", S),
        **under("params", {key: numbers(value) for key, value in p.items()}),
        **under("d_params", {key: numbers(value.grad) for key, value in p.items()}),
        **under("initial", {key: numbers(value) for key, value in initial.items()}),
        **under("d_initial", {key: numbers(value.grad) for key, value in initial.items()}),
    }


CASES: dict[str, Callable[[str], Arrays]] = {
    "torch_signals_lstm": partial(signals, step=lstm, shapes=LSTM_SHAPES, states="hc"),
    "torch_signals_lstm_peephole": partial(
        signals, step=partial(lstm, peephole=True), shapes=LSTM_SHAPES | {"P": (3, H)}, states="hc"
    ),
    "torch_signals_lstm_coupled": partial(
        signals, step=partial(lstm, coupled=True), shapes=COUPLED_SHAPES, states="hc"
    ),
    "torch_signals_lstm_full_gate_recurrence": partial(
        signals,
        step=partial(lstm, full_gate_recurrence=True),
        shapes=LSTM_SHAPES | {"R": (3 * H, 3 * H)},
        states="hc",
        carried="ifo",
    ),
    "torch_signals_lstm_everything": partial(
        signals,
        step=partial(
            lstm,
            coupled=True,
            peephole=True,
            full_gate_recurrence=True,
            gate=lambda pre: (pre / 6 + 0.5).clamp(0, 1),  # torch's own has 1/6 in float32
            activation=torch.relu,
            output_activation=lambda c: c.clone(),  # a tensor of its own, with a gradient of its own
        ),
        shapes=COUPLED_SHAPES | {"P": (2, H), "R": (2 * H, 2 * H)},
        states="hc",
        carried="io",
        reverse=True,
    ),
    "torch_signals_gru_reset_after": partial(
        signals, step=partial(gru, reset_after=True), shapes=COUPLED_SHAPES | {"b_rec": (3 * H,)}
    ),
    "torch_signals_gru_reset_before": partial(
        signals, step=partial(gru, reset_after=False), shapes=COUPLED_SHAPES
    ),
    "torch_signals_rnn": partial(signals, step=rnn, shapes=RNN_SHAPES),
}
