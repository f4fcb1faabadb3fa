"""How long a run will take: a few of its updates are made on the side and timed.

The time is that of the processor, not of the clock: other visitors do not make it longer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import thread_time

import numpy as np

from explorer.training.limits import MAX_RUN_BYTES
from explorer.training.plan import Plan, Source, remembered
from lstm_core import Dataset, EarlyStopping, InputError, SizeInputError, evaluate, train
from lstm_core.checks import whole_number

LONGEST_UPDATE = 0.8
"""Seconds that one update with its measurement may take: Pause and Stop wait for it."""

_ENOUGH = 0.03
"""Seconds of timed updates that are enough."""
_MOST = 6
_HANDFUL = 4
"""Examples in the first, careful batch."""
_SAMPLE = 32
"""Held-out examples that are enough to time."""
_CAREFUL = 3e8
"""Multiplications in an update above which it is not made in full to be timed."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run costs.

    Attributes
    ----------
    parameters : int
        How many numbers are learned.
    updates : int
        How many updates there are.
    update_seconds : float
        For each of them.
    measurement_seconds : float
        For the held-out data once.
    seconds : float
        For the whole run, if it has a core for itself.
    """

    parameters: int
    updates: int
    update_seconds: float
    measurement_seconds: float
    seconds: float


def estimate(plan: Plan) -> Estimate:
    """Return what a run costs.

    Raises
    ------
    InputError
        If the plan cannot be run, takes too much memory, or one update of it takes longer than anybody would
        wait for Pause.
    """
    whole_number("epochs", plan.epochs, low=1)
    whole_number("batch_size", plan.batch_size, low=1)
    plan.check_length()
    plan.optimizer_config(), plan.stopping()  # they refuse numbers that the timing does not look at
    costly = _what_costs(plan)
    # What is remembered of a source would count it again.
    about = replace(costly, source=Source(task=plan.source.task))
    update, measurement = remembered(plan.source, about, lambda: _timed(costly))
    if update + measurement > LONGEST_UPDATE:
        raise InputError(
            f"One update with its measurement may take at most {LONGEST_UPDATE} seconds, as Pause and Stop "
            f"wait for it, but it would take about {update + measurement:.2g}. Choose fewer units or layers, "
            "a smaller batch, or shorter sequences"
        )
    seconds = update * plan.updates + measurement * (plan.updates // plan.measure_every + 1)
    return Estimate(plan.network().parameter_count, plan.updates, update, measurement, seconds)


def _what_costs(plan: Plan) -> Plan:
    """Return the plan without what changes no time, so that its timing is found again."""
    return replace(plan, epochs=1, patience=0, learning_rate=1e-4, forget_bias=1.0)


def _timed(plan: Plan) -> tuple[float, float]:
    """Return the seconds of an update and of measuring the held-out data."""
    data, network = plan.data(), plan.network()
    rng = plan.generator()
    params = network.init(rng, np.float64)
    _require_room(plan, params)
    batch = min(plan.batch_size, len(data.train))
    timesteps = data.train.inputs.shape[1]
    products = 3 * network.parameter_count * timesteps
    few = batch if products * batch < _CAREFUL else min(_HANDFUL, batch)
    part = _first(data.train, few)
    steps = train(
        network,
        params,
        part,
        loss=data.recipe.loss,
        optimizer=plan.optimizer_config(),
        rng=rng,
        batch_size=few,
        epochs=_MOST + 1,
        clip=plan.clipping(),
        max_bytes=MAX_RUN_BYTES,
    )
    next(steps)  # makes its room
    times: list[float] = []
    for _ in range(_MOST):
        began = thread_time()
        next(steps)
        times.append(thread_time() - began)
        if sum(times) > _ENOUGH:
            break
    held_out = len(data.validation)
    sample = min(held_out, few if few < batch else max(few, _SAMPLE))
    began = thread_time()
    evaluate(
        network,
        params,
        _first(data.validation, sample),
        loss=data.recipe.loss,
        metric=data.metric,
        batch_size=plan.batch_size,
        max_bytes=MAX_RUN_BYTES,
    )
    measurement = (thread_time() - began) * math.ceil(held_out / sample)
    return float(np.median(times)) * batch / few, measurement


def _require_room(plan: Plan, params: Mapping[str, np.ndarray]) -> None:
    """Raise InputError if the run would take more memory than it may; it is not begun."""
    data = plan.data()
    try:
        train(
            plan.network(),
            params,
            data.train,
            loss=data.recipe.loss,
            optimizer=plan.optimizer_config(),
            rng=plan.generator(),
            batch_size=plan.batch_size,
            epochs=plan.epochs,
            validation=data.validation,
            early_stopping=EarlyStopping(1),  # it remembers one set of weights more
            max_bytes=MAX_RUN_BYTES,
        )
    except SizeInputError as error:
        raise InputError(
            f"A run may take at most {MAX_RUN_BYTES / 1e6:.0f} MB of memory, as all visitors share one "
            f"machine, but this one would take about {error.needed / 1e6:.0f} MB. Choose a smaller batch, "
            "shorter sequences, or fewer units or layers"
        ) from None


def _first(data: Dataset, count: int) -> Dataset:
    """Return the first examples."""
    mask, weights = (None if part is None else part[:count] for part in (data.mask, data.weights))
    return Dataset(data.inputs[:count], data.targets[:count], mask, weights)
