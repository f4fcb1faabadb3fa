"""The recurrent cells and nothing around them: what a cell is, how it runs over time, what it recorded.

Needs NumPy and the standard library only; it draws nothing, reads no file and keeps no state.
So far: the LSTM with its published variants, forward in time or backward, with masks, and a dense
layer with softmax to read it. No gradients yet.

Examples
--------
>>> import numpy as np
>>> from lstm_core import LSTM, unroll
>>> cell = LSTM()
>>> params = cell.init(input_size=1, hidden_size=2, rng=np.random.default_rng(0))
>>> trace = unroll(cell, params, np.ones((1, 3, 1)))
>>> trace["f"].shape
(1, 3, 2)
"""

from lstm_core.cells import LSTM, Signal
from lstm_core.dense import Dense, softmax
from lstm_core.errors import InputError, OverflowInputError
from lstm_core.initializers import INITIALIZERS
from lstm_core.trace import LayerTrace
from lstm_core.unroll import unroll

__all__ = [
    "INITIALIZERS",
    "LSTM",
    "Dense",
    "InputError",
    "LayerTrace",
    "OverflowInputError",
    "Signal",
    "softmax",
    "unroll",
]
