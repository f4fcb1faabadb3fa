"""The cells and options that every test of a cell runs over, and one batch of sequences to run them on."""

import pytest

from lstm_core import GRU, LSTM, MUT1, MUT2, MUT3, SimpleRNN
from lstm_core.testing import Problem

LSTM_OPTIONS = {
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

CELLS_AND_OPTIONS = {f"lstm_{name}": LSTM(**options) for name, options in LSTM_OPTIONS.items()} | {
    "gru": GRU(),
    "gru_reset_before": GRU(reset_after=False),
    "rnn": SimpleRNN(),
    "rnn_relu": SimpleRNN(activation="relu"),
    "rnn_identity": SimpleRNN(activation="identity"),
    "mut1": MUT1(),
    "mut1_bare": MUT1(projected=False),
    "mut2": MUT2(),
    "mut2_bare": MUT2(projected=False),
    "mut3": MUT3(),
}


@pytest.fixture(params=CELLS_AND_OPTIONS.values(), ids=CELLS_AND_OPTIONS.keys())
def cell(request):
    return request.param


@pytest.fixture(params=LSTM_OPTIONS.values(), ids=LSTM_OPTIONS.keys())
def lstm(request):
    return LSTM(**request.param)


@pytest.fixture
def cells_and_options():
    return tuple(CELLS_AND_OPTIONS.values())


@pytest.fixture
def problem(cell):
    return Problem(cell)


@pytest.fixture
def plain():
    return Problem(LSTM())


@pytest.fixture
def make_problem():
    return Problem
