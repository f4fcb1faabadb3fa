"""The examples the page opens with: small networks that each show one thing.

Numbers and sources: the first, the GRU and the plain RNN are set by hand so that each unit has one job;
the second and the fourth are worked through by hand in tutorials; the third is a published trained model;
the last is drawn at random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from explorer.model import published
from explorer.model.experiment import Draw, Experiment, Readout
from explorer.model.opening import Opening
from explorer.sequence import NumbersConfig, SequenceConfig, TextConfig, read_sequence
from lstm_core import GRU, LSTM, Dense, SimpleRNN
from lstm_core.cells.base import Cell


@dataclass(frozen=True, slots=True)
class Preset:
    """One example.

    Attributes
    ----------
    key, title : str
        For the program and for the reader.
    look_for : str
        Two sentences that say what to see.
    sequence : NumbersConfig, TextConfig or SignalConfig
        What is typed when it opens.
    hidden_size : int
        H.
    opening : Opening
        The timestep, unit and signal shown first.
    blocks : callable, optional
        Makes the weights; without it they are drawn.
    draw : Draw
        The settings for drawn weights.
    readout : callable, optional
        Makes the layer after the cell.
    cell : Cell
        The kind and its options.
    """

    key: str
    title: str
    look_for: str
    sequence: SequenceConfig
    hidden_size: int
    opening: Opening
    blocks: Callable[[], dict[tuple[str, str], np.ndarray]] | None = None
    draw: Draw = field(default_factory=Draw)
    readout: Callable[[], Readout] | None = None
    cell: Cell = LSTM()  # noqa: RUF009  # a frozen value

    def experiment(self) -> Experiment:
        """Return the experiment as it opens."""
        return Experiment.start(
            self.cell,
            read_sequence(self.sequence),
            self.hidden_size,
            draw=self.draw,
            blocks=self.blocks() if self.blocks else None,
            readout=self.readout() if self.readout else None,
        )


def _latch_count_fade() -> dict[tuple[str, str], np.ndarray]:
    """One gate explains each unit: 1 its write gate, 2 its show gate, 3 its keep gate."""
    rows = {"i": [10, 10, 10], "f": [0, 0, 0], "g": [3, 3, 3], "o": [0, 8, 0]}
    biases = {"i": [-5, -5, -5], "f": [6, 4.6, 0], "g": [0, 0, 0], "o": [4, -4, 4]}
    blocks = {("W", gate): np.array([row], float) for gate, row in rows.items()}
    blocks |= {("U", gate): np.zeros((3, 3)) for gate in rows}
    blocks |= {("b", gate): np.array(bias, float) for gate, bias in biases.items()}
    blocks["U", "i"][0, 0] = -14
    return blocks


def _two_steps() -> dict[tuple[str, str], np.ndarray]:
    """All four gates share their weights, so the arithmetic can be done on paper."""
    W = np.array([[0.01, 0.03, 0.05], [0.02, 0.04, 0.06]])
    U = np.array([[0.07, 0.08, 0.09], [0.10, 0.11, 0.12], [0.13, 0.14, 0.15]]).T
    b = np.array([0.16, 0.17, 0.18])
    return {(name, gate): array for name, array in (("W", W), ("U", U), ("b", b)) for gate in "ifgo"}


def _next_word() -> dict[tuple[str, str], np.ndarray]:
    """Trained for 500 epochs on two documents; 12 numbers."""
    params = published.params()
    return {
        (name, gate): params[f"layer_0.{name}"][..., [place]]
        for name in "WUb"
        for place, gate in enumerate("ifgo")
    }


def _next_word_readout() -> Readout:
    """Return the layer that was trained with it: the other 10 numbers."""
    params = published.params()
    return Readout(
        Dense(params["head.kernel"], params["head.bias"]),
        ("(padding)", "is", "an", "this", "example"),
        (("this is", "an"), ("is an", "example")),
    )


def _one_unit() -> dict[tuple[str, str], np.ndarray]:
    """Three numbers a gate."""
    numbers = {"f": (0.5, 0.1), "i": (0.6, 0.2), "g": (0.7, 0.3), "o": (0.8, 0.4)}
    blocks = {("W", gate): np.array([[w]]) for gate, (w, _) in numbers.items()}
    blocks |= {("U", gate): np.array([[u]]) for gate, (_, u) in numbers.items()}
    return blocks | {("b", gate): np.zeros(1) for gate in numbers}


def _latch_flip_fade() -> dict[tuple[str, str], np.ndarray]:
    """One job for each unit: 1 keeps, 2 changes its sign by what it recalls, 3 keeps half."""
    rows = {"z": [-16, -16, 0], "r": [0, 0, 0], "n": [3, 0, 3]}
    biases = {"z": [8, 8, 0], "r": [4, 4, 4], "n": [0, 1.5, 0]}
    blocks = {("W", gate): np.array([row], float) for gate, row in rows.items()}
    blocks |= {("U", gate): np.zeros((3, 3)) for gate in rows}
    blocks |= {("b", gate): np.array(bias, float) for gate, bias in biases.items()}
    blocks |= {("b_rec", gate): np.zeros(3) for gate in rows}
    blocks["U", "n"][1, 1] = -4
    return blocks


def _three_echoes() -> dict[tuple[str, str], np.ndarray]:
    """Each unit sees the input and itself, with another weight from its own past."""
    blocks = {("W", "h"): np.full((1, 3), 1.5), ("b", "h"): np.zeros(3)}
    return blocks | {("U", "h"): np.diag([0.5, 0.9, 1.0])}


PRESETS: tuple[Preset, ...] = (
    Preset(
        "latch",
        "Latch, count, fade",
        "At t = 3 the first 1 is written into all three memories; from then on the keep gate f "
        "decides what survives on the top line. Unit 1 latches because its write gate i closes once "
        "its own h is on, unit 2 adds about one per 1 and shows it only then, unit 3 keeps half per "
        "step.",
        NumbersConfig("0 0 1 0 0 1 0 1 0 0 0 0"),
        3,
        Opening(t=5, unit=0, signal="i"),
        _latch_count_fade,
    ),
    Preset(
        "two-steps",
        "Two steps by hand",
        "Two timesteps of two numbers each, and weights small enough for pen and paper: check any "
        "product in the formula with a calculator. All four gates share the same weights, so i, f and "
        "o are equal in every unit and only the tanh makes g differ.",
        NumbersConfig("1 2\n3 4"),
        3,
        Opening(t=0, unit=0, signal="f"),
        _two_steps,
    ),
    Preset(
        "next-word",
        "Next word",
        "One unit reads the number of each word, and a dense layer with softmax turns its output h "
        "into a probability for every word. Follow h into the five scores below the cell: after “this "
        "is” they favour “example”, although the training text goes on with “an”.",
        TextConfig("this is", unit="word", encoding="id", vocabulary=("is", "an", "this", "example")),
        1,
        Opening(t=1, unit=0, signal="h"),
        _next_word,
        readout=_next_word_readout,
    ),
    Preset(
        "one-unit",
        "One unit",
        "The smallest LSTM there is: one number in, one unit, three weights a gate. The input grows "
        "from 1 to 3, every gate opens further, and the memory c passes 1 while the output h cannot.",
        NumbersConfig("1 2 3"),
        1,
        Opening(t=0, unit=0, signal="f"),
        _one_unit,
    ),
    Preset(
        "gru-latch",
        "Latch, flip, fade in a GRU",
        "At every 1 the keep gate z of units 1 and 2 closes and the candidate n replaces the memory: unit "
        "1 latches, unit 2 flips its sign with each later 1, as its candidate n sees its old memory. "
        "Unit 3 keeps half per step, and no gate hides what it remembers.",
        NumbersConfig("0 0 1 0 0 1 0 1 0 0 0 0"),
        3,
        Opening(t=5, unit=1, signal="n"),
        _latch_flip_fade,
        cell=GRU(),
    ),
    Preset(
        "rnn-fade",
        "A plain RNN forgets",
        "One 1 at t = 3 is written into all three memories, and no gate protects it: every step writes "
        "the memory anew. Unit 1 weighs its past by 0.5, unit 2 by 0.9 and unit 3 by 1, and even then "
        "the tanh wears it down, to 0.37 nine steps later.",
        NumbersConfig("0 0 1 0 0 0 0 0 0 0 0 0"),
        3,
        Opening(t=3, unit=2, signal="h"),
        _three_echoes,
        cell=SimpleRNN(),
    ),
    Preset(
        "random-text",
        "Random weights on your text",
        "Sixteen units that have learned nothing read a text one character at a time: type your own "
        "under Sequence. Equal characters push the gates the same way, yet the memory differs, because "
        "it also holds what came before.",
        TextConfig("to be or not to be"),
        16,
        Opening(t=0, unit=0, signal="f"),
        draw=Draw(seed=7),
    ),
)
"""In the order of the picker; the first opens the page."""

BY_KEY = {preset.key: preset for preset in PRESETS}
