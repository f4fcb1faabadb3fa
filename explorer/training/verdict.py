"""What a run learned and what it did not, in sentences that its numbers bear out; why not says `advice`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.training.held_out import Measured
from explorer.wording import counted
from lstm_core.checks import FloatArray
from lstm_core.tasks import Baseline, TaskData
from lstm_core.tasks.base import Metric
from lstm_core.training.data import position_weights

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
    others : str
        What other answers reach without learning; "" if there are none.
    """

    tone: Literal["good", "bad"]
    headline: str
    sentences: tuple[str, ...]
    others: str = ""


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


def verdict(
    data: TaskData, end: Measured, *, test: Measured | None = None, stopped_early: bool = False
) -> Verdict:
    """Judge a run by the weights that it ended with.

    It has learned if it does better than the best cheap answer by the metric *and* by the loss: a network
    that is mostly right but sure of its mistakes has not.

    Parameters
    ----------
    data : TaskData
        With the baseline.
    end : Measured
        What these weights reach on the validation data.
    test : Measured, optional
        What they reach on the test data, where there are any: then they are judged by this.
    stopped_early : bool
        Whether the validation data had a say in when the run ended.
    """
    judged, reached = (data, end) if test is None or data.tested is None else (data.tested, test)
    metric, baseline, value = judged.metric, judged.baseline, reached.metric
    beaten = metric.beats(value, baseline.value)
    doubt = _doubt(judged, reached, baseline) if beaten else ""
    is_worse = reached.loss >= baseline.loss
    clearly = beaten and not doubt and not is_worse
    where = _where(judged, is_test=judged is not data)
    told, naive = f"{named(metric, value)} {where}", written(metric, baseline.value)
    if not beaten:
        headline = f"Not learned: {told} is no better than {naive} without learning ({baseline.name})."
    elif doubt or not is_worse:
        learned = "Hardly learned" if doubt else "It learned"
        headline = f"{learned}: {told}; without learning ({baseline.name}) it would be {naive}{doubt}."
    else:
        headline = _sure_of_its_mistakes(judged, reached, told)
    sentences = []
    if judged is not data:
        count = counted(len(judged.validation), "test example")
        sentences.append(f"It is judged on {count}: neither training nor early stopping saw them.")
    elif stopped_early and data.held_out:
        sentences.append("When it stopped was chosen by the same data: on others it would do a little worse.")
    if metric.name == "accuracy" and clearly and value < 1:
        sentences.append(f"{_share(1 - value)} of the answers {where} are still wrong.")
    if clearly:
        sentences += [f"{note} Those it may know by heart." for note in judged.repeats]
    if not data.held_out:
        sentences.append("It is measured on what it learned from; nothing says what it would do elsewhere.")
    bare = replace(metric, unit="")
    others = "; ".join(f"{other.name}: {written(bare, other.value)}" for other in judged.references)
    return Verdict(
        "good" if clearly else "bad",
        headline,
        tuple(sentences),
        f"Without learning also: {others}." if others else "",
    )


def _where(judged: TaskData, *, is_test: bool) -> str:
    """Return what was measured on, to be read after a number."""
    if not judged.held_out:
        return "on the training data"
    return "on the test data" if is_test else "on the validation data"


def _sure_of_its_mistakes(judged: TaskData, reached: Measured, told: str) -> str:
    """Say that the metric is better than without learning, but not the loss, and what that means."""
    baseline = judged.baseline
    naive = f"{written(judged.metric, baseline.value)} without learning ({baseline.name})"
    losses = f"its loss of {reached.loss:.3g} is not below {baseline.loss:.3g}"
    if baseline.loss_name:
        losses += f" ({baseline.loss_name})"
    if judged.recipe.loss == "squared_error":
        return f"Not learned: {told} is better than {naive}, but {losses}: some answers are far off."
    return f"Overconfident: {told} is better than {naive}, but {losses}: it is too sure where it is wrong."


def _doubt(data: TaskData, end: Measured, other: Baseline) -> str:
    """Return the end of the sentence that what a network is ahead of may be no worse; "" if that is clear."""
    if written(data.metric, end.metric) == written(data.metric, other.value):
        return ", the same to three digits"
    if not data.held_out or other.each is None:
        return ""
    if len(data.validation) <= _TOO_FEW:
        held_out = counted(len(data.validation), "held-out example")
        return f", but {held_out} cannot tell that from chance: more data would"
    # A difference that is exactly that of chance must not be taken for more because of its last digit.
    if abs(end.metric - other.value) <= _chance(data, end.outputs, other.each) * (1 + 1e-9):
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
