"""How well weights do on the held-out data, measured where training itself does not: in one way for all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.training.limits import MAX_RUN_BYTES
from explorer.training.plan import Plan
from lstm_core import Dataset, InputError, evaluate
from lstm_core.checks import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """How well weights do on the held-out data.

    Attributes
    ----------
    loss, metric : float
        Finite. The loss is without penalties.
    outputs : ndarray, shape (N, K) or (N, T, K)
        What the network says to every example.
    """

    loss: float
    metric: float
    outputs: FloatArray


def measure(plan: Plan, params: Mapping[str, np.ndarray], on: Dataset | None = None) -> Measured:
    """Run the network of a plan over its validation data, or another part of its data.

    Raises
    ------
    InputError
        If the weights are not those of such a network, or the numbers grow too large.

    Examples
    --------
    >>> from explorer.training.plan import Source, default_plan
    >>> plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    >>> found = measure(plan, plan.network().init(plan.generator()))
    >>> found.outputs.shape, found.loss > 0, 0 <= found.metric <= 1
    ((1, 5, 2), True, True)
    """
    data = plan.data()
    with np.errstate(all="ignore"):  # what goes wrong is found in the result
        found = evaluate(
            plan.network(),
            params,
            data.validation if on is None else on,
            loss=data.recipe.loss,
            metric=data.metric,
            batch_size=plan.batch_size,
            max_bytes=MAX_RUN_BYTES,
        )
    assert found.metric is not None  # one was asked for
    loss = found.loss
    if not math.isfinite(loss):
        raise InputError(f"the weights must give a finite loss on the held-out data, but it came to {loss}")
    return Measured(loss, found.metric, found.outputs)
