"""The variants that every test of a cell runs over, and one batch of sequences to run them on."""

import numpy as np
import pytest

from lstm_core import LSTM

VARIANTS = {
    "plain": {},
    "no_input_gate": {"input_gate": False},
    "no_forget_gate": {"forget_gate": False},
    "no_output_gate": {"output_gate": False},
    "no_gate_at_all": {"input_gate": False, "forget_gate": False, "output_gate": False},
    "coupled": {"coupled": True},
    "peephole": {"peephole": True},
    "full_gate_recurrence": {"full_gate_recurrence": True},
    "relu": {"activation": "relu"},
    "identity": {"activation": "identity"},
    "output_relu": {"output_activation": "relu"},
    "output_identity": {"output_activation": "identity"},
    "hard_sigmoid": {"gate_activation": "hard_sigmoid"},
    "peephole_coupled": {"peephole": True, "coupled": True},
    "peephole_recurrent": {"peephole": True, "full_gate_recurrence": True},
    "coupled_recurrent": {"coupled": True, "full_gate_recurrence": True},
    "peephole_no_input_gate": {"peephole": True, "input_gate": False},
    "peephole_no_forget_gate": {"peephole": True, "forget_gate": False},
    "peephole_no_output_gate": {"peephole": True, "output_gate": False},
    "recurrent_no_forget_gate": {"full_gate_recurrence": True, "forget_gate": False},
    "no_gate_to_feed_or_peep": {
        "input_gate": False,
        "forget_gate": False,
        "output_gate": False,
        "peephole": True,
        "full_gate_recurrence": True,
    },
    "everything": {
        "coupled": True,
        "peephole": True,
        "full_gate_recurrence": True,
        "activation": "relu",
        "output_activation": "identity",
        "gate_activation": "hard_sigmoid",
    },
}


class Problem:
    """Parameters without a zero in them, a batch of two sequences, a mask with holes and initial states."""

    def __init__(self, cell: LSTM, dtype: type = np.float64) -> None:
        rng = np.random.default_rng(7)
        batch_size, timesteps, self.input_size, self.hidden_size = 2, 6, 2, 3
        self.cell = cell
        self.params = {
            name: rng.uniform(-0.9, 0.9, shape).astype(dtype)
            for name, shape in cell.parameter_shapes(self.input_size, self.hidden_size).items()
        }
        self.x = rng.uniform(-2, 2, (batch_size, timesteps, self.input_size)).astype(dtype)
        self.mask = np.array([[1, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0]], dtype=bool)
        self.initial = {
            key: rng.uniform(-1, 1, (batch_size, self.hidden_size)).astype(dtype) for key in ("h", "c")
        }


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def cell(request: pytest.FixtureRequest) -> LSTM:
    return LSTM(**request.param)


@pytest.fixture
def problem(cell: LSTM) -> Problem:
    return Problem(cell)


@pytest.fixture
def plain() -> Problem:
    return Problem(LSTM())


@pytest.fixture
def make_problem() -> type[Problem]:
    return Problem
