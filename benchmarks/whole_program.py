"""A small program from start to end, beside the same in PyTorch and Keras.

``python -m benchmarks.whole_program``: one LSTM unit and a dense layer learn the last words of two documents
in 500 epochs, as in a well-known notebook. Each runs in a process of its own, in turns; printed are medians
of the seconds from its start to its end, imports included, and the most memory it took. A package that is not
installed has a dash.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import statistics
import subprocess
import sys
import time

import numpy as np

EPOCHS, LEARNING_RATE, CLASSES = 500, 0.001, 5
INPUTS = np.array([[[3.0], [1.0]], [[1.0], [2.0]]])  # this is, is an
TARGETS = np.eye(CLASSES)[[2, 4]]  # an, example


def ours() -> None:
    """Train with the core."""
    from lstm_core import LSTM, Network, train
    from lstm_core.network import NetworkConfig, Raw, RecurrentLayer
    from lstm_core.optimizers import Adam
    from lstm_core.training import Dataset

    layers = (RecurrentLayer(cell=LSTM(), hidden_size=1),)
    network = Network(NetworkConfig(inputs=Raw(1), layers=layers, outputs=CLASSES, activation="softmax"))
    rng = np.random.default_rng(0)
    for step in train(
        network,
        network.init(rng),
        Dataset(INPUTS, TARGETS),
        loss="binary_cross_entropy",
        optimizer=Adam(LEARNING_RATE),
        rng=rng,
        batch_size=2,
        epochs=EPOCHS,
    ):
        last = step.loss
    print(last)


def torch() -> None:
    """Train with PyTorch."""
    t = importlib.import_module("torch")
    lstm, head = t.nn.LSTM(1, 1, batch_first=True), t.nn.Linear(1, CLASSES)
    optimizer = t.optim.Adam([*lstm.parameters(), *head.parameters()], LEARNING_RATE)
    x, target = t.tensor(INPUTS, dtype=t.float32), t.tensor(TARGETS, dtype=t.float32)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        shares = t.softmax(head(lstm(x)[0][:, -1]), -1)
        loss = t.nn.functional.binary_cross_entropy(shares, target)
        loss.backward()
        optimizer.step()
    print(loss.item())


def keras() -> None:
    """Train with Keras."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    k = importlib.import_module("keras")

    model = k.Sequential([k.Input((2, 1)), k.layers.LSTM(1), k.layers.Dense(CLASSES, activation="softmax")])
    model.compile(k.optimizers.Adam(LEARNING_RATE), "binary_crossentropy")
    print(model.fit(INPUTS, TARGETS, batch_size=2, epochs=EPOCHS, verbose=0).history["loss"][-1])


PROGRAMS = {"ours": ours, "torch": torch, "keras": keras}


def measured(name: str) -> tuple[float, float, float]:
    """Return the seconds and the MB that a program took, and its last loss."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.whole_program", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{name} ended with {status}")
    return seconds, used.ru_maxrss / 1e3, float(printed.split()[-1])


def main() -> None:
    """Run one program, or all of them in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", nargs="?", choices=PROGRAMS)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if asked.program:
        PROGRAMS[asked.program]()
        return
    there = [name for name in PROGRAMS if name == "ours" or importlib.util.find_spec(name)]
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in there}
    for turn in range(asked.rounds):
        for name in there[turn % len(there) :] + there[: turn % len(there)]:
            found[name].append(measured(name))
    print(f"{'':10}{'seconds':>9}{'MB':>7}{'last loss':>11}")
    for name in PROGRAMS:
        if name in found:
            seconds, megabytes, loss = (
                statistics.median(column) for column in zip(*found[name], strict=True)
            )
            print(f"{name:10}{seconds:9.2f}{megabytes:7.0f}{loss:11.3f}")
        else:
            print(f"{name:10}{'–':>9}{'–':>7}{'–':>11}")


if __name__ == "__main__":
    main()
