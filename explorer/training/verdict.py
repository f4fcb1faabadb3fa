"""What a run learned and what it did not, in sentences that its numbers bear out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.sequence.wording import counted
from explorer.training.held_out import Measured
from explorer.training.history import History
from lstm_core.checks import FloatArray
from lstm_core.tasks import Baseline, TaskData
from lstm_core.tasks.base import Metric
from lstm_core.training.data import position_weights

_FALLING = 0.97
"""The last tenth of the training loss, as a share of the tenth before, below which it was still falling."""
_BY_HEART = 2.0
"""How many times the training loss the held-out loss must be to say that examples were learned by heart."""
_MUCH = 0.05
"""The share of the baseline's loss from which a difference between losses is worth a word."""
_RISEN = 1.1
"""The same for the held-out loss and its lowest value."""
_TOO_FEW = 4
"""Held-out examples that chance may all decide alike: by tossing a coin, one time in 16."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say of a run.

    Attributes
    ----------
    tone : {"good", "bad"}
        Whether it beat the baseline.
    headline : str
        One sentence.
    sentences : tuple of str
        What else is to be said, the most important first.
    """

    tone: Literal["good", "bad"]
    headline: str
    sentences: tuple[str, ...]


def written(metric: Metric, value: float) -> str:
    """Return a value with its unit, as it is written everywhere.

    Examples
    --------
    >>> from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
    >>> written(MEAN_SQUARED_ERROR, 0.00041234)
    '0.000412'
    """
    return f"{value:#.3g}".rstrip(".").replace("-", "−") + (f" {metric.unit}" if metric.unit else "")


def so_far(data: TaskData, value: float | None) -> str:
    """Say where a run stands that is not over: what its metric has reached, if anything, and is to beat."""
    metric, baseline = data.metric, data.baseline
    naive = written(metric, baseline.value)
    if value is None:
        return f"To be beaten: {named(metric, baseline.value)}, without learning ({baseline.name})."
    return f"So far: {named(metric, value)}; without learning ({baseline.name}) it would be {naive}."


def verdict(data: TaskData, history: History, end: Measured, *, restored: bool = False) -> Verdict:
    """Judge a run by the weights that it ended with.

    Parameters
    ----------
    data : TaskData
        With the baseline.
    history : History
        Of the run, with at least one update.
    end : Measured
        What these weights reach on the held-out data.
    restored : bool
        Whether it went back to its best weights in the end.
    """
    metric, baseline, value = data.metric, data.baseline, end.metric
    beaten = metric.beats(value, baseline.value)
    doubt = _doubt(data, end, baseline) if beaten else ""
    clearly = beaten and not doubt
    reached, naive = named(metric, value), written(metric, baseline.value)
    if beaten:
        learned = "It learned" if clearly else "Hardly learned"
        headline = f"{learned}: {reached}; without learning ({baseline.name}) it would be {naive}{doubt}."
    else:
        headline = f"Not learned: {reached} is no better than {naive} without learning ({baseline.name})."
    sentences = []
    if metric.name == "accuracy" and clearly and value < 1:
        where = "held-out data" if data.held_out else "data"
        sentences.append(f"{_share(1 - value)} of the answers on the {where} are still wrong.")
    for reference in data.references:
        better = metric.beats(value, reference.value)
        comparison = "It beats" if better else "It does not beat"
        doubt = _doubt(data, end, reference) if better else ""
        sentences.append(f"{comparison} {reference.name}: {written(metric, reference.value)}{doubt}.")
    if clearly:
        sentences += [f"{note} Those it may know by heart." for note in data.repeats]
    sentences += _of_the_curves(data, history, end.loss, beaten, restored)
    if not data.held_out:
        sentences.append("It is measured on what it learned from; nothing says what it would do elsewhere.")
    return Verdict("good" if clearly else "bad", headline, tuple(sentences))


def _doubt(data: TaskData, end: Measured, other: Baseline) -> str:
    """Return the end of the sentence that what a network is ahead of may be no worse; "" if that is clear."""
    if written(data.metric, end.metric) == written(data.metric, other.value):
        return ", the same to three digits"
    if not data.held_out or other.each is None:
        return ""
    if len(data.validation) <= _TOO_FEW:
        held_out = counted(len(data.validation), "held-out example")
        return f", but {held_out} cannot tell that from chance: more data would"
    if abs(end.metric - other.value) <= _chance(data, end.outputs, other.each):
        return ", and chance alone can make such a difference"
    return ""


def _chance(data: TaskData, outputs: FloatArray, others: FloatArray) -> float:
    """Return by how much the metric may differ from that of the others by chance.

    If neither were better, each held-out example could as well favour the one as the other. The difference of
    the two means, with a coin tossed for the sign of each example, has this as two standard deviations. The
    positions of one example count together: what is wrong at one of them is often wrong at the next.
    """
    validation = data.validation
    differences = data.metric.function(outputs, validation) - others
    weights = position_weights(validation.mask, validation.weights, differences.shape)
    if weights is not None:
        differences = differences * weights / weights.mean()
    of_examples = differences.reshape(len(validation), -1).sum(axis=1)
    return 2 * float(np.linalg.norm(of_examples)) / differences.size


def named(metric: Metric, value: float) -> str:
    """Return a value with the name of its metric."""
    if metric.unit and metric.name.startswith(f"{metric.unit} "):
        return f"{written(replace(metric, unit=''), value)} {metric.name}"
    return f"{metric.name} {written(metric, value)}"


def _share(value: float) -> str:
    """Return a share between none and all, never rounded to one of the two."""
    if value < 0.01:
        return "Less than 1\u00a0%"
    return "More than 99\u00a0%" if value > 0.99 else f"{100 * value:.0f}\u00a0%"


def _of_the_curves(data: TaskData, history: History, loss: float, beaten: bool, restored: bool) -> list[str]:
    """Say what the curves show: learning by heart, a minimum that was passed, a run that ended too early."""
    last = float(history.validation_loss[-1])
    if restored and loss < last:
        return [f"It went back to its best weights: they have a loss of {loss:.3g} instead of {last:.3g}."]
    found = []
    tenth = max(len(history) // 10, 1)
    trained = float(np.mean(history.loss[-tenth:]))
    lowest = int(np.argmin(history.validation_loss))
    at, least = int(history.measured[lowest]), float(history.validation_loss[lowest])
    much = _MUCH * data.baseline.loss
    if data.held_out and loss > max(_RISEN * least, least + much) and at > history.measured[0]:
        found.append(
            f"Its loss on held-out data was lowest after update {at} ({least:.3g}) and has risen to "
            f"{loss:.3g} since: go back to that moment, or let early stopping do it."
        )
    elif data.held_out and loss > max(_BY_HEART * trained, trained + much):
        found.append(
            f"It knows the examples that it saw better than others (loss {trained:.3g} against {loss:.3g}): "
            "dropout, L2 or more data may help."
        )
    if len(history) >= 20:
        before = float(np.mean(history.loss[-2 * tenth : -tenth]))
        if trained >= _FALLING * before:
            if not beaten:
                found.append(
                    "The training loss no longer falls much: try another learning rate, or more units."
                )
        elif trained > much and not found:
            found.append("The training loss was still falling: more epochs may help.")
    return found
