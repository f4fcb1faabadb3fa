"""The cells: what one timestep computes, and its derivative. A new kind is a new file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from lstm_core.cells.base import Cell, Layout, Memory, Signal
from lstm_core.cells.gru import GRU
from lstm_core.cells.lstm import LSTM
from lstm_core.cells.mut import MUT1, MUT2, MUT3
from lstm_core.cells.simple_rnn import SimpleRNN

CELLS: Mapping[str, type[Cell]] = MappingProxyType(
    {"LSTM": LSTM, "GRU": GRU, "RNN": SimpleRNN, "MUT1": MUT1, "MUT2": MUT2, "MUT3": MUT3}
)
"""Every kind of cell by its short name."""

__all__ = ["CELLS", "GRU", "LSTM", "MUT1", "MUT2", "MUT3", "Cell", "Layout", "Memory", "Signal", "SimpleRNN"]
