"""The cells: what one timestep computes. A new kind of cell is a new file here."""

from lstm_core.cells.base import Cell, Layout, Signal
from lstm_core.cells.lstm import LSTM

__all__ = ["LSTM", "Cell", "Layout", "Signal"]
