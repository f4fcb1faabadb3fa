"""Small experiments to look at, over every option of the cell."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from explorer.model.experiment import Draw, Experiment
from explorer.sequence import NumbersConfig, read_sequence
from lstm_core import GRU, LSTM, MUT1, MUT2, MUT3, SimpleRNN
from lstm_core.cells.base import Cell

# Every way to switch gates, couple them, and let them see more: 40 cells, each with 18 sets of functions.
_GATES = [
    *({"input_gate": i, "forget_gate": f, "output_gate": o} for i, f, o in product((True, False), repeat=3)),
    *({"coupled": True, "output_gate": o} for o in (True, False)),
]
STRUCTURES = [
    gates | {"peephole": peephole, "full_gate_recurrence": recurrence}
    for gates in _GATES
    for peephole, recurrence in product((False, True), repeat=2)
]
FUNCTIONS = [
    {"activation": phi, "output_activation": psi, "gate_activation": gate}
    for phi, psi, gate in product(
        ("tanh", "relu", "identity"), ("tanh", "relu", "identity"), ("sigmoid", "hard_sigmoid")
    )
]


def name_of(options: dict[str, object]) -> str:
    """Name a test by the options that are not as usual."""
    plain = LSTM()
    changed = [f"{key}={value}" for key, value in options.items() if value != getattr(plain, key)]
    return ",".join(changed) or "plain"


@pytest.fixture(params=STRUCTURES, ids=name_of)
def cells(request) -> list[LSTM]:
    """The cells of one structure with every set of functions."""
    return [LSTM(**request.param, **functions) for functions in FUNCTIONS]


OTHERS: list[Cell] = [
    *(GRU(reset_after=after) for after in (True, False)),
    *(SimpleRNN(activation=phi) for phi in ("tanh", "relu", "identity")),
    *(kind(projected=projected) for kind in (MUT1, MUT2) for projected in (True, False)),
    MUT3(),
]
"""Every cell that is no LSTM, with every option."""


@pytest.fixture(params=OTHERS, ids=repr)
def other(request) -> Cell:
    """A cell of another kind."""
    return request.param


@pytest.fixture
def begin():
    """Begin an experiment with weights of which none is 0: ``begin(config, cell, hidden_size)``."""

    def make(config="1 -2; 0.5 4; 0 0; -1 0.25", cell=None, hidden_size=3) -> Experiment:
        if isinstance(config, str):
            config = NumbersConfig(config)
        sequence = read_sequence(config)
        draw = Draw("uniform", "uniform", seed=3)
        experiment = Experiment.start(cell or LSTM(), sequence, hidden_size, draw=draw)
        rng = np.random.default_rng(5)
        blocks = {block: rng.uniform(-0.9, 0.9, array.shape) for block, array in experiment.blocks.items()}
        return experiment.with_blocks(blocks)

    return make
