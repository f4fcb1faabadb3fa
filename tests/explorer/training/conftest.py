"""Runs that are over in a moment, clocks that are set by hand, and the same runs by the bare loop."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from time import monotonic, sleep

import numpy as np
import pytest

from explorer.training import plan as plans
from explorer.training.data_cache import DataCache
from explorer.training.plan import Plan, Source, default_plan
from explorer.training.trainer import Trainer
from explorer.training.worker import THREAD_NAME, Worker
from lstm_core import evaluate, train

LONGEST_WAIT = 10.0


@pytest.fixture
def data_cache(monkeypatch):
    """An empty cache of data: ``data_cache(1000)`` has room for 1000 bytes."""

    def empty(most_bytes: int = plans.MAX_DATA_BYTES) -> DataCache:
        monkeypatch.setattr(plans, "_DATA", DataCache(plans._build, most_bytes))
        return plans._DATA

    return empty


@pytest.fixture
def tiny():
    """A plan of 4 updates an epoch: ``tiny(epochs=2)``; ``tiny(task="adding")`` is one that can run away."""

    def make(task: str = "parity", seed: int = 0, **choices) -> Plan:
        sizes = {"parity": (("length", 5),), "adding": (("length", 5), ("examples", 50))}[task]
        plan = default_plan(Source(task=task, sizes=sizes, seed=seed))
        batch = -(-len(plan.data().train) // 4)
        return replace(plan, **{"hidden_sizes": (3,), "batch_size": batch, "epochs": 6} | choices)

    return make


@dataclass(frozen=True)
class Bare:
    """What `lstm_core.train` makes of a plan when nobody holds it up."""

    loss: list[float]
    gradient_norm: list[float]
    clipped: list[bool]
    measured: list[int]
    validation_loss: list[float]
    metric: list[float]
    params: list[dict[str, np.ndarray]]
    restored: object


@pytest.fixture
def bare():
    def run(plan: Plan, params=None, learning_rate=None) -> Bare:
        data, network, rng = plan.data(), plan.network(), plan.generator()
        recipe = data.recipe
        first = network.init(rng, np.float64, forget_bias=plan.forget_bias)
        params = first if params is None else params
        weights = [{name: array.copy() for name, array in params.items()}]
        before = evaluate(
            network,
            params,
            data.validation,
            loss=recipe.loss,
            metric=data.metric,
            batch_size=plan.batch_size,
        )
        steps = []
        for step in train(
            network,
            params,
            data.train,
            loss=recipe.loss,
            optimizer=plan.optimizer_config(),
            rng=rng,
            batch_size=plan.batch_size,
            epochs=plan.epochs,
            validation=data.validation,
            validate_every=plan.measure_every,
            clip=plan.clipping(),
            early_stopping=plan.stopping(),
            learning_rate=learning_rate,
            metric=data.metric,
        ):
            steps.append(step)
            weights.append({name: array.copy() for name, array in step.params.items()})
        measured = [step for step in steps if step.validation_loss is not None]
        return Bare(
            [step.loss for step in steps],
            [step.gradient_norm for step in steps],
            [step.clipped for step in steps],
            [0, *(step.update for step in measured)],
            [before.loss, *(step.validation_loss for step in measured)],
            [before.metric, *(step.metric for step in measured)],
            weights,
            steps[-1].restored,
        )

    return run


@pytest.fixture
def same_run():
    """Whether a run has been through what a bare one has, and ends where it ends, bit for bit."""

    def check(run: Trainer | Worker, expected: Bare) -> None:
        trainer, now = (run.trainer, run.now) if isinstance(run, Worker) else (run, run.snapshot())
        history = trainer.history()
        count = len(expected.loss)
        assert (history.update - trainer.offset).tolist() == list(range(1, count + 1))
        for name in ("loss", "gradient_norm", "clipped", "validation_loss", "metric"):
            assert getattr(history, name).tolist() == getattr(expected, name), name
        assert (history.measured - trainer.offset).tolist() == expected.measured
        assert now.update == trainer.offset + count
        assert_same_weights(now.params, expected.params[-1])

    return check


def assert_same_weights(one, other) -> None:
    assert list(one) == list(other)
    for name in one:
        assert np.array_equal(one[name], other[name]), name


@pytest.fixture
def same_weights():
    return assert_same_weights


class Clock:
    """A clock that only goes on when it is told to, or by a little at every look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now, self.tick = 100.0, tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now

    def rest(self, seconds: float) -> None:
        self.now += seconds + 1e-4  # no sleep takes no time


@pytest.fixture
def clock() -> Clock:
    return Clock()


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == THREAD_NAME]


@pytest.fixture
def training_threads():
    return threads


@pytest.fixture
def ended():
    """Wait until every training thread has ended."""

    def wait() -> None:
        for thread in threads():
            thread.join(LONGEST_WAIT)
        assert threads() == []

    return wait


@pytest.fixture
def until():
    """Wait until something has become true."""

    def wait(true) -> None:
        latest = monotonic() + LONGEST_WAIT
        while not true():
            assert monotonic() < latest, "it never came"
            sleep(0.001)

    return wait


@pytest.fixture(autouse=True)
def _leaves_no_thread():
    yield
    for thread in threads():
        thread.join(LONGEST_WAIT)
    assert threads() == []
