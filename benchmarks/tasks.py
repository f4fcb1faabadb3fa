"""What every task reaches beside its baseline: ``python -m benchmarks.tasks --seeds 100-109``.

A run is that of the page Train: one thread, float64, judged by the weights that it ends with. A row for each
task: the best cheap answer (the median over the seeds) and its name, the untrained network, what the default
network reached, its loss beside the baseline's, and for how many seeds both are better and the verdict of the
page is good. Seconds are those of the training, measuring along the way included.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from dataclasses import dataclass

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

from explorer.training.held_out import Measured, measure
from explorer.training.plan import Source, default_plan
from explorer.training.verdict import verdict
from explorer.training.worker import Worker
from lstm_core import TASKS
from lstm_core.tasks import Baseline


@dataclass(frozen=True, slots=True)
class Reached:
    """What one seed came to."""

    baseline: Baseline
    untrained: float
    end: Measured
    lowest: float
    learned: bool
    seconds: float


def learn(task: str, seed: int) -> Reached:
    """Train one task as the page does."""
    plan = default_plan(Source(task=task, seed=seed))
    worker = Worker(plan)
    start = time.perf_counter()
    while not worker.over:
        worker.step()
    seconds = time.perf_counter() - start
    data, history = worker.trainer.data, worker.trainer.history()
    end = measure(plan, worker.now.params)
    judged = verdict(data, end)
    return Reached(
        baseline=data.baseline,
        untrained=float(history.metric[0]),
        end=end,
        lowest=float(history.validation_loss.min()),
        learned=judged.tone == "good",
        seconds=seconds,
    )


def row(task: str, seeds: list[int]) -> str:
    """Return the row of a task."""
    found = [learn(task, seed) for seed in seeds]
    metric = default_plan(Source(task=task)).data().metric
    values = [each.end.metric for each in found]
    beaten = sum(metric.beats(each.end.metric, each.baseline.value) for each in found)
    lower = sum(each.end.loss < each.baseline.loss for each in found)
    names = Counter(each.baseline.name for each in found)

    def middle(numbers: list[float]) -> str:
        return f"{np.median(numbers):.3g}"

    return " | ".join(
        (
            f"| {task}",
            metric.name,
            f"{middle([each.baseline.value for each in found])}: {names.most_common(1)[0][0]}",
            middle([each.untrained for each in found]),
            f"{middle(values)} ({min(values):.3g} to {max(values):.3g})",
            f"{middle([each.baseline.loss for each in found])}",
            f"{middle([each.end.loss for each in found])} (to {max(each.end.loss for each in found):.3g})",
            middle([each.lowest for each in found]),
            f"{beaten}, {lower}, {sum(each.learned for each in found)} of {len(seeds)}",
            f"{middle([each.seconds for each in found])} |",
        )
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", default="0", help="such as 0 or 100-109")
    parser.add_argument("--tasks", default=",".join(TASKS), help="which, such as adding,copy")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    seeds = list(range(int(first), int(last or first) + 1))
    print("| task | metric | baseline | untrained | reached | baseline's loss | loss | lowest loss", end="")
    print(" | metric beaten, loss beaten, learned | seconds |")
    print("|---" * 10 + "|")
    for task in given.tasks.split(","):
        print(row(task, seeds), flush=True)


if __name__ == "__main__":
    main()
