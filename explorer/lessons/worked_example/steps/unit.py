"""Stage 8, the LSTM unit: what it computes at one timestep, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.lessons.worked_example.arithmetic import total
from explorer.lessons.worked_example.steps.chain import Chain, chain, sigmoid, tanh
from explorer.lessons.worked_example.steps.parameters import GateWeights, Params, gate_weights


@dataclass(frozen=True, slots=True)
class UnitByHand:
    """What is computed at one timestep.

    Attributes
    ----------
    sums, gates : tuple of Chain
        What enters the activation of i, f, g, o, and what leaves it.
    c, squashed, h : Chain
        The memory, its tanh and the output.
    """

    sums: tuple[Chain, ...]
    gates: tuple[Chain, ...]
    c: Chain
    squashed: Chain
    h: Chain


def unit_by_hand(
    params: Params, x: float, h_prev: float, c_prev: float, now: Mapping[str, float]
) -> UnitByHand:
    """Compute the lines of a timestep.

    Parameters
    ----------
    params : mapping of ndarray
        The 22 weights, float64.
    x, h_prev, c_prev : float
        The input, and h and c of the timestep before.
    now : mapping of float
        What the core has for every signal at this timestep.
    """
    weights = gate_weights(params)
    return UnitByHand(
        tuple(_sum(own, x, h_prev, now[f"pre_{own.gate}"]) for own in weights),
        tuple(_gate(own.gate, now[f"pre_{own.gate}"], now[own.gate]) for own in weights),
        chain(
            "c",
            "f × c₋ + i × g",
            now["c"],
            ("{} × {} + {} × {}", lambda f, c, i, g: f * c + i * g, (now["f"], c_prev, now["i"], now["g"])),
            ("{} + {}", total, (now["kept"], now["written"])),
            signal="c",
        ),
        tanh("tanh(c)", "", now["c"], now["c_out"], "c"),  # its name says it all
        chain(
            "h",
            "o × tanh(c)",
            now["h"],
            ("{} × {}", lambda o, c: o * c, (now["o"], now["c_out"])),
            signal="h",
        ),
    )


def _sum(own: GateWeights, x: float, h_prev: float, value: float) -> Chain:
    """Compute what enters the activation of a gate."""
    gate = own.gate
    return chain(
        f"a_{gate}",
        f"x × W_{gate} + h₋ × U_{gate} + b_{gate}",
        value,
        (
            "{} × {} + {} × {} + {}",
            lambda x, w, h, u, b: x * w + h * u + b,
            (x, own.kernel, h_prev, own.recurrent, own.bias),
        ),
        ("{} + {} + {}", total, (x * own.kernel, h_prev * own.recurrent, own.bias)),
        signal=gate,
    )


def _gate(gate: str, entered: float, value: float) -> Chain:
    """Compute what leaves it: σ of a gate, tanh of the candidate."""
    return tanh("g", "tanh(a_g)", entered, value, "g") if gate == "g" else sigmoid(gate, entered, value)
