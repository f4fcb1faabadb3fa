"""How fast the core's LSTM is, beside PyTorch, Keras, onnxruntime and textbook NumPy.

Run with ``python -m benchmarks.core_speed``; `timing` says how it measures: on one thread, interleaved.
Every ratio is a peer's time over ours: above 1 ours is faster, below 1 slower. A peer that is not installed,
or does not know the float type, has a dash. ``--quick`` takes fewer rounds and sizes; ``--only S1,S2``,
``--dtype float32`` and ``--tables full,memory`` choose.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np

from benchmarks import timing
from benchmarks.peers import KerasModel, NotKnownError, OnnxSession, TorchByHand, TorchLayer
from benchmarks.problem import LEARNING_RATE, Problem, Sizes
from benchmarks.textbook import Textbook
from lstm_core.checks import FloatArray
from lstm_core.fused import Workspace
from lstm_core.optimizers import Adam

SIZES = {
    "S1": Sizes(10, 1, 3, 4),
    "S2": Sizes(50, 1, 8, 16),
    "S3": Sizes(200, 1, 32, 64),
    "S4": Sizes(20, 16, 8, 16),
    "S5": Sizes(50, 32, 32, 64),
    "S6": Sizes(100, 64, 64, 128),
    "S7": Sizes(100, 32, 64, 256),
}
QUICK_SIZES, QUICK_ROUNDS = ("S1", "S3", "S5"), 5
DTYPES = ("float32", "float64")
TOLERANCE = {"float32": 1e-3, "float64": 1e-9}
LENGTHS = (10, 100, 1000, 10_000)
UNITS = (2, 8, 32, 128, 512)
PROCESSES = 9
OURS, AGAIN = "ours", "A/A"
PACKAGES = ("numpy", "torch", "keras", "onnxruntime")


class Fused:
    """The core's fast path with its Adam, on one flat vector of parameters.

    Parameters
    ----------
    problem : Problem
        What to solve.
    """

    def __init__(self, problem: Problem) -> None:
        T, B, D, H = problem.sizes
        given = (problem.W, problem.U, problem.b)
        self.x = problem.x
        self.flat = np.concatenate([array.ravel() for array in given])
        self.gradient = np.empty_like(self.flat)
        self.weights, self.d_weights = (_parts(flat, given) for flat in (self.flat, self.gradient))
        self.workspace = Workspace(B, T, D, H, problem.dtype)
        self.updater = Adam().start(self.flat.size, problem.dtype)
        # The target lies in memory as h does, whose axes are views of another order.
        self.target = np.empty_like(self.forward())
        self.target[...] = problem.target
        self.difference = np.empty_like(self.target)
        self.differences = self.difference.ravel(order="K")
        self.scale = np.array(2 / self.target.size, problem.dtype)

    def forward(self) -> FloatArray:
        """Return h of every timestep, shape (B, T, H); the gates stay in the workspace."""
        W, U, b = self.weights
        return self.workspace.forward(W, U, b, self.x)

    h = forward

    def train(self) -> float:
        """Update the weights, and return the loss."""
        np.subtract(self.forward(), self.target, self.difference)
        loss = float(self.differences.dot(self.differences)) / self.differences.size
        np.multiply(self.differences, self.scale, self.differences)
        d_W, d_U, d_b = self.d_weights
        self.workspace.backward(self.difference, d_W=d_W, d_U=d_U, d_b=d_b, need_x=False)
        self.updater.update(self.flat, self.gradient, LEARNING_RATE)
        return loss


@dataclass(frozen=True, slots=True)
class Comparison:
    """One table: what is timed, and beside whom."""

    title: str
    method: str
    peers: dict[str, Callable[[Problem], Any]]


COMPARISONS = {
    "full": Comparison(
        "Forward with i, f, g, o, c and h of every timestep",
        "forward",
        {"torch by hand": TorchByHand, "NumPy textbook": Textbook},
    ),
    "forward": Comparison(
        "Forward: the peers give h alone, ours the same as above",
        "forward",
        {"torch.nn.LSTM": TorchLayer, "onnxruntime": OnnxSession},
    ),
    "training": Comparison(
        "Training step: forward, loss, backward, Adam",
        "train",
        {"torch.nn.LSTM": TorchLayer, "Keras on torch": KerasModel, "NumPy textbook": Textbook},
    ),
}
TABLES = (*COMPARISONS, "growth", "memory", "import")


def main() -> None:
    """Print the tables that were asked for."""
    timing.require_one_thread()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and sizes")
    parser.add_argument("--only", type=_choice(SIZES), metavar="S1,S2", help="the sizes to measure")
    parser.add_argument("--dtype", type=_choice(DTYPES), default=DTYPES, help="float32 or float64")
    parser.add_argument("--tables", type=_choice(TABLES), default=TABLES, help=", ".join(TABLES))
    options = parser.parse_args()
    names = options.only or (QUICK_SIZES if options.quick else tuple(SIZES))
    rounds = QUICK_ROUNDS if options.quick else timing.ROUNDS

    print_machine()
    for name, comparison in COMPARISONS.items():
        if name in options.tables:
            for dtype in options.dtype:
                print_comparison(comparison, names, dtype, rounds)
    if "growth" in options.tables:
        for dtype in options.dtype:
            print_growth(dtype, rounds)
    if "memory" in options.tables:
        for dtype in options.dtype:
            print_memory(names, dtype)
    if "import" in options.tables:
        print_import()


def print_machine() -> None:
    """Print what the numbers depend on."""
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, one thread")
    print(", ".join(f"{package} {_version(package)}" for package in PACKAGES))
    if coretype := os.environ.get("OPENBLAS_CORETYPE"):
        print(f"OPENBLAS_CORETYPE={coretype} is set, which can halve the speed of NumPy's matrix products")


def print_comparison(comparison: Comparison, names: Sequence[str], dtype: str, rounds: int) -> None:
    """Print one table: ours in µs, and how many times as long the others take."""
    print(f"\n{comparison.title}, {dtype}: time over ours")
    columns = [AGAIN, *comparison.peers]
    print(f"{'T':>9}{'B':>4}{'D':>4}{'H':>5}{'ours µs':>11}" + "".join(f"{name:>16}" for name in columns))
    for name in names:
        problem = Problem.draw(SIZES[name], dtype)
        ours = Fused(problem)
        candidates: dict[str, Any] = {OURS: ours, AGAIN: Fused(problem)}
        for label, make in comparison.peers.items():
            try:
                candidates[label] = make(problem)
            except (ModuleNotFoundError, NotKnownError):
                continue
            _require_same(label, candidates[label].h(), ours.h(), TOLERANCE[dtype])
        timings = timing.compare(
            {label: getattr(candidate, comparison.method) for label, candidate in candidates.items()}, rounds
        )
        cells = [f"{timings.ratio(label, OURS):.2f}" if label in candidates else "-" for label in columns]
        T, B, D, H = problem.sizes
        print(
            f"{name} {T:>6}{B:>4}{D:>4}{H:>5}{timings.seconds(OURS) * 1e6:>11.1f}"
            + "".join(f"{cell:>16}" for cell in cells),
            flush=True,
        )


def print_growth(dtype: str, rounds: int) -> None:
    """Print how the time of ours grows with the number of timesteps and of units."""
    print(f"\nGrowth of ours, {dtype}: µs per timestep")
    print(f"{'T':>9}{'B':>4}{'D':>4}{'H':>5}{'forward':>11}{'training step':>16}")
    for sizes in [Sizes(T, 1, 8, 16) for T in LENGTHS] + [Sizes(50, 1, 8, H) for H in UNITS]:
        ours = Fused(Problem.draw(sizes, dtype))
        timings = timing.compare({"forward": ours.forward, "train": ours.train}, rounds)
        T, B, D, H = sizes
        cells = [timings.seconds(name) * 1e6 / T for name in ("forward", "train")]
        print(f"{T:>9}{B:>4}{D:>4}{H:>5}{cells[0]:>11.2f}{cells[1]:>16.2f}", flush=True)


def print_memory(names: Sequence[str], dtype: str) -> None:
    """Print what a workspace holds after a run, beside the least that a trace can."""
    print(f"\nMemory, {dtype}: bytes per timestep of one example; x, i, f, g, o, c and h are the least")
    print(f"{'T':>9}{'B':>4}{'D':>4}{'H':>5}{'least':>9}{'run':>9}{'ratio':>8}{'and back':>10}{'ratio':>8}")
    for name in names:
        problem = Problem.draw(SIZES[name], dtype)
        T, B, D, H = problem.sizes
        least = (D + 6 * H) * problem.x.itemsize
        run, back = (held / (T * B) for held in _held(problem))
        print(
            f"{name} {T:>6}{B:>4}{D:>4}{H:>5}{least:>9}{run:>9.0f}{run / least:>8.2f}"
            f"{back:>10.0f}{back / least:>8.2f}"
        )
    print("Of a run all but its copy of the weights is counted; of a run back everything.")


def print_import() -> None:
    """Print what it costs to import the core, in new processes."""
    code = (
        "import time\n"
        "def now(): return time.perf_counter(), int(open('/proc/self/statm').read().split()[1])\n"
        "a = now()\nimport numpy\nb = now()\nimport lstm_core\nc = now()\n"
        "print(*(later - earlier for one, other in ((a, b), (b, c)) for earlier, later in zip(one, other)))"
    )
    rows = [
        [float(word) for word in subprocess.check_output([sys.executable, "-c", code]).split()]
        for _ in range(PROCESSES)
    ]
    numpy_time, numpy_size, core_time, core_size = map(statistics.median, zip(*rows, strict=True))
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    print("\nImport: median of new processes, time and resident memory")
    print(f"numpy                {numpy_time * 1e3:6.1f} ms {numpy_size * page:6.1f} MB")
    print(f"lstm_core after it   {core_time * 1e3:6.1f} ms {core_size * page:6.1f} MB")


def _held(problem: Problem) -> tuple[int, int]:
    """Return the bytes that a workspace holds after a run, without the weights, and after a run back."""
    T, B, D, H = problem.sizes
    W, U, b = problem.W, problem.U, problem.b
    d_W, d_U, d_b = (np.empty_like(array) for array in (W, U, b))
    tracemalloc.start()
    try:
        workspace = Workspace(B, T, D, H, problem.dtype)
        workspace.forward(W, U, b, problem.x)
        run, _ = tracemalloc.get_traced_memory()
        workspace.backward(problem.target, d_W=d_W, d_U=d_U, d_b=d_b)
        back, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return run - sum(array.nbytes for array in (W, U, b)), back


def _parts(flat: FloatArray, like: Sequence[FloatArray]) -> list[FloatArray]:
    """Return views of one vector in the shapes of some arrays."""
    ends = np.cumsum([array.size for array in like])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), like, strict=True)]


def _require_same(label: str, h: FloatArray, ours: FloatArray, tolerance: float) -> None:
    difference = float(np.abs(h - ours).max())
    if not difference <= tolerance:
        raise SystemExit(f"{label} must compute the same h to {tolerance}, it differs by {difference}")


def _choice(allowed: Sequence[str] | dict[str, Sizes]) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of names separated by commas."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        if unknown := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"expected some of {', '.join(allowed)}, got {unknown[0]}")
        return names

    return read


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
