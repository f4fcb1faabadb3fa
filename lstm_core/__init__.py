"""Recurrent cells and nothing around them: how one runs over time, what it recorded, and its gradients.

Needs NumPy and the standard library only; it draws nothing, reads no file and keeps no state. The LSTM with
its published variants, the GRU, the plain recurrent cell and MUT1 to MUT3, in either direction, with masks.

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

from lstm_core.cells import CELLS, GRU, LSTM, MUT1, MUT2, MUT3, Signal, SimpleRNN
from lstm_core.dense import Dense, softmax
from lstm_core.errors import InputError, OverflowInputError, SizeInputError
from lstm_core.initializers import INITIALIZERS
from lstm_core.size import trace_bytes
from lstm_core.trace import LayerGradients, LayerTrace
from lstm_core.unroll import backpropagate, unroll

__all__ = [
    "CELLS",
    "GRU",
    "INITIALIZERS",
    "LSTM",
    "MUT1",
    "MUT2",
    "MUT3",
    "Dense",
    "InputError",
    "LayerGradients",
    "LayerTrace",
    "OverflowInputError",
    "Signal",
    "SimpleRNN",
    "SizeInputError",
    "backpropagate",
    "softmax",
    "trace_bytes",
    "unroll",
]
