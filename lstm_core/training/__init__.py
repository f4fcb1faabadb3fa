"""Training: data, the loop, what it tells about each update, and what keeps it in bounds.

Who calls whom: `loop` calls all others. Its `train` checks what it is given, has `data` turn the examples
into what the network and the loss take, and makes a `Run`. For every update the run asks `engine`, the
network over one flat vector of parameters, for the gradient of a batch and now and then for the validation
loss; it clips by the rule of `clipping`, lets the optimiser change the parameters, ends by the rule of
`stopping`, and yields a `TrainingStep` of `steps`. Such a step asks the run, and only then, for its
parameters or a `Checkpoint`. `evaluate` and `predict` stand in `engine` and need no run.
"""

from lstm_core.training.clipping import ClipNorm, ClipValue
from lstm_core.training.data import Dataset
from lstm_core.training.engine import Evaluation, MetricFunction, evaluate, predict
from lstm_core.training.loop import train
from lstm_core.training.steps import Checkpoint, DivergedError, TrainingStep
from lstm_core.training.stopping import Best, EarlyStopping

__all__ = [
    "Best",
    "Checkpoint",
    "ClipNorm",
    "ClipValue",
    "Dataset",
    "DivergedError",
    "EarlyStopping",
    "Evaluation",
    "MetricFunction",
    "TrainingStep",
    "evaluate",
    "predict",
    "train",
]
