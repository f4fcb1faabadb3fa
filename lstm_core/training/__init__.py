"""Training: data, the loop, what it tells about each update, and what keeps it in bounds."""

from lstm_core.training.data import Dataset
from lstm_core.training.engine import Evaluation, MetricFunction, evaluate, predict
from lstm_core.training.limits import Best, ClipNorm, ClipValue, EarlyStopping
from lstm_core.training.loop import train
from lstm_core.training.steps import Checkpoint, DivergedError, TrainingStep

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
