"""Stage 5: the 22 weights, each by its place in the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.lessons.worked_example.steps.example import data, network
from lstm_core import InputError
from lstm_core.checks import FloatArray

Params = Mapping[str, FloatArray]
_GATES = ("i", "f", "g", "o")


@dataclass(frozen=True, slots=True)
class GateWeights:
    """The three numbers of a gate."""

    gate: str
    kernel: float
    recurrent: float
    bias: float


@dataclass(frozen=True, slots=True)
class ClassWeights:
    """The two numbers of a class."""

    word: str
    kernel: float
    bias: float


def gate_weights(params: Params) -> tuple[GateWeights, ...]:
    """Return the 12 numbers of the unit."""
    columns = zip(params["layer_0.W"][0], params["layer_0.U"][0], params["layer_0.b"], strict=True)
    return tuple(GateWeights(gate, *map(float, own)) for gate, own in zip(_GATES, columns, strict=True))


def class_weights(params: Params) -> tuple[ClassWeights, ...]:
    """Return the 10 numbers of the dense layer."""
    columns = zip(params["head.kernel"][0], params["head.bias"], strict=True)
    return tuple(
        ClassWeights(word, *map(float, own)) for word, own in zip(data().outputs, columns, strict=True)
    )


def checked(params: Mapping[str, object]) -> Params | None:
    """Return weights as float64 if they are 22 finite ones of this network, else None."""
    try:
        clean = network().check(params)
    except InputError:
        return None
    return {name: array.astype(np.float64) for name, array in clean.items()}
