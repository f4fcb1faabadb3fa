"""Stage 5 in words: the network and its 22 numbers."""

from __future__ import annotations

import math

from explorer.lessons.worked_example.arithmetic import exact
from explorer.lessons.worked_example.payload.blocks import Block, signal, stage, table, text
from explorer.lessons.worked_example.steps.choices import Weights
from explorer.lessons.worked_example.steps.example import network
from explorer.lessons.worked_example.steps.parameters import class_weights, gate_weights

_WORDS = {
    "layer_0.W": "kernel: weighs the input x",
    "layer_0.U": "recurrent kernel: weighs h of the step before",
    "layer_0.b": "bias",
    "head.kernel": "dense kernel: weighs h of the last step",
    "head.bias": "dense bias",
}


def network_stage(weights: Weights) -> Block:
    """5: the 22 numbers."""
    gates, classes = gate_weights(weights.params), class_weights(weights.params)
    inside, outside = len(gates) * 3, len(classes) * 2
    shape_rows = [
        [_WORDS[name], name, " × ".join(map(str, shape)), str(math.prod(shape))]
        for name, shape in network().parameter_shapes().items()
    ]
    return stage(
        5,
        f"The network: {inside} + {outside} = {inside + outside} parameters",
        text(
            "One LSTM unit reads the ids; a dense layer turns its last output h into a score for each of "
            "the five classes; softmax turns the scores into probabilities. The unit has three numbers for "
            "each of its gates i, f, o and its candidate g: a kernel that weighs x, a recurrent one that "
            "weighs h of the step before, and a bias. The dense layer has two numbers for each class."
        ),
        table(["array", "name", "shape", "numbers"], shape_rows, numbers=(3,), total=str(inside + outside)),
        text(
            f"Shapes and counts are fixed. The {inside + outside} numbers below, and all of stages 7 and 8, "
            f"depend on the weights to work with, now: {weights.name}."
        ),
        {
            "kind": "pair",
            "blocks": [
                table(
                    ["gate", "kernel W", "recurrent U", "bias b"],
                    [
                        [signal(own.gate), exact(own.kernel), exact(own.recurrent), exact(own.bias)]
                        for own in gates
                    ],
                    numbers=(1, 2, 3),
                    caption="LSTM unit",
                ),
                table(
                    ["class", "kernel", "bias"],
                    [[own.word, exact(own.kernel), exact(own.bias)] for own in classes],
                    numbers=(1, 2),
                    caption="Dense layer and softmax",
                ),
            ],
        },
    )
