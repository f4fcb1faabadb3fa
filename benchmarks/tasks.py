"""What every task reaches with its defaults, and in how many seconds: ``python -m benchmarks.tasks``.

One thread, float32; a row for each seed that is named (``--seeds 0,1,2``). Everything but the making of the
data is counted, measuring on the held-out examples at the end of each epoch left out.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

from lstm_core import TASKS, Network, evaluate, train


def learn(key: str, seed: int) -> str:
    """Train one task by its recipe and return its row."""
    rng = np.random.default_rng(seed)
    data = TASKS[key].build(rng)
    recipe = data.recipe
    network = Network(recipe.network)
    start = time.perf_counter()
    for step in train(
        network,
        network.init(rng, np.float32),
        data.train,
        loss=recipe.loss,
        optimizer=recipe.optimizer,
        rng=rng,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        clip=recipe.clip,
    ):
        last = step
    seconds = time.perf_counter() - start
    result = evaluate(network, last.params, data.validation, loss=recipe.loss, metric=data.metric)
    assert result.metric is not None  # one was asked for
    held_out = "" if data.held_out else "  (not held out)"
    return (
        f"{key:<13}{seed:>5}  {data.metric.name:<26}{data.baseline.value:>10.4f}{result.metric:>10.4f}"
        f"{seconds:>9.2f}{last.update:>9}{network.parameter_count:>12}{held_out}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", default="0", help="which, such as 0,1,2")
    seeds = [int(seed) for seed in parser.parse_args().seeds.split(",")]
    print(f"{'task':<13}{'seed':>5}  {'metric':<26}{'baseline':>10}{'reached':>10}{'seconds':>9}", end="")
    print(f"{'updates':>9}{'parameters':>12}")
    for key in TASKS:
        for seed in seeds:
            print(learn(key, seed), flush=True)


if __name__ == "__main__":
    main()
