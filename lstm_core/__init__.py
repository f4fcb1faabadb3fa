"""Recurrent cells and what is built of them: how one runs, what it recorded, its gradients, and learning.

Needs NumPy and the standard library only; it draws nothing, reads no file but the data of its own tasks, and
keeps no state. The LSTM with its published variants, the GRU, the plain recurrent cell and MUT1 to MUT3, in
either direction, with masks; networks of any of them, a training loop, and tasks to train on.

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

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lstm_core.cells import CELLS, GRU, LSTM, MUT1, MUT2, MUT3, Memory, Signal, SimpleRNN
from lstm_core.dense import Dense, softmax
from lstm_core.errors import InputError, OverflowInputError, SizeInputError
from lstm_core.initializers import INITIALIZERS
from lstm_core.size import trace_bytes
from lstm_core.trace import LayerGradients, LayerTrace
from lstm_core.unroll import backpropagate, unroll

if TYPE_CHECKING:
    from lstm_core.losses import LOSSES
    from lstm_core.network import (
        Embedding,
        LayerRun,
        Network,
        NetworkConfig,
        NetworkGradients,
        NetworkTrace,
        OneHot,
        Raw,
        RecurrentLayer,
    )
    from lstm_core.optimizers import SGD, Adam, RMSprop
    from lstm_core.sampling import sample
    from lstm_core.tasks import TASKS
    from lstm_core.training import (
        Checkpoint,
        ClipNorm,
        ClipValue,
        Dataset,
        DivergedError,
        EarlyStopping,
        Evaluation,
        TrainingStep,
        evaluate,
        predict,
        train,
    )

# Who only looks at a cell need not wait for what only a network needs: these are imported when first used.
_LATER = {
    "lstm_core.losses": ("LOSSES",),
    "lstm_core.network": (
        "Embedding",
        "LayerRun",
        "Network",
        "NetworkConfig",
        "NetworkGradients",
        "NetworkTrace",
        "OneHot",
        "Raw",
        "RecurrentLayer",
    ),
    "lstm_core.optimizers": ("SGD", "Adam", "RMSprop"),
    "lstm_core.sampling": ("sample",),
    "lstm_core.tasks": ("TASKS",),
    "lstm_core.training": (
        "Checkpoint",
        "ClipNorm",
        "ClipValue",
        "Dataset",
        "DivergedError",
        "EarlyStopping",
        "Evaluation",
        "TrainingStep",
        "evaluate",
        "predict",
        "train",
    ),
}

__all__ = [
    "CELLS",
    "GRU",
    "INITIALIZERS",
    "LOSSES",
    "LSTM",
    "MUT1",
    "MUT2",
    "MUT3",
    "SGD",
    "TASKS",
    "Adam",
    "Checkpoint",
    "ClipNorm",
    "ClipValue",
    "Dataset",
    "Dense",
    "DivergedError",
    "EarlyStopping",
    "Embedding",
    "Evaluation",
    "InputError",
    "LayerGradients",
    "LayerRun",
    "LayerTrace",
    "Memory",
    "Network",
    "NetworkConfig",
    "NetworkGradients",
    "NetworkTrace",
    "OneHot",
    "OverflowInputError",
    "RMSprop",
    "Raw",
    "RecurrentLayer",
    "Signal",
    "SimpleRNN",
    "SizeInputError",
    "TrainingStep",
    "backpropagate",
    "evaluate",
    "predict",
    "sample",
    "softmax",
    "trace_bytes",
    "train",
    "unroll",
]


def __getattr__(name: str) -> Any:
    """Import the module that has the name, and keep what it has under it here."""
    for module, names in _LATER.items():
        if name in names:
            value = globals()[name] = getattr(import_module(module), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what is there already and what can be imported."""
    return sorted({*globals(), *__all__})
