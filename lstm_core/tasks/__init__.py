"""What a network can be taught here: each task with its data, its metric, its baseline and its defaults.

Examples
--------
>>> import numpy as np
>>> data = TASKS["adding"].build(np.random.default_rng(0))
>>> data.baseline.name, round(data.baseline.value, 4)
('always 1', 0.1668)
"""

from collections.abc import Mapping
from types import MappingProxyType

from lstm_core.tasks import (
    adding,
    characters,
    copying,
    forecasting,
    four_targets,
    next_word,
    parity,
    sentiment,
)
from lstm_core.tasks.base import Answer, Baseline, Metric, Probe, Reader, Recipe, Size, Task, TaskData

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.TASK.key: task.TASK
        for task in (next_word, sentiment, forecasting, characters, adding, copying, parity, four_targets)
    }
)
"""Every task by its key, in the order they are offered."""

__all__ = ["TASKS", "Answer", "Baseline", "Metric", "Probe", "Reader", "Recipe", "Size", "Task", "TaskData"]
