"""What is said of a run is true of its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.training.history import History
from explorer.training.plan import Source, default_plan
from explorer.training.verdict import final, so_far, verdict, written
from lstm_core import TASKS
from lstm_core.tasks import Baseline, Metric
from lstm_core.training.limits import Best


def history(loss, measured=None, validation=(1.0, 0.5), metric=None) -> History:
    count = len(loss)
    measured = np.linspace(0, count, len(validation)).round() if measured is None else measured
    return History(
        update=np.arange(1, count + 1),
        loss=loss,
        gradient_norm=np.ones(count),
        clipped=np.zeros(count),
        learning_rate=np.ones(count),
        measured=measured,
        validation_loss=validation,
        metric=validation if metric is None else metric,
    )


@pytest.fixture
def data():
    """Data of a task with other values of a baseline, other references, or not held out."""

    def make(task="parity", value=0.5, loss=0.7, **changes):
        found = default_plan(Source(task=task)).data()
        return replace(found, baseline=Baseline("always “odd”", value, loss), **changes)

    return make


FLAT = np.full(100, 0.4)
FALLING = np.linspace(2.0, 0.3, 100)


def said(judged, part) -> bool:
    return any(part in sentence for sentence in judged.sentences)


# ---- beaten or not


@pytest.mark.parametrize(
    ("better", "value", "good"),
    [
        *(("higher", 0.6, True), ("higher", 0.5, False), ("higher", 0.4, False)),
        *(("lower", 0.4, True), ("lower", 0.5, False), ("lower", 0.6, False)),
    ],
)
def test_baseline_is_beaten_only_by_a_better_value(data, better, value, good):
    given = data(metric=Metric("error", "", "", better, len))
    judged = verdict(given, history(FLAT), value, 0.5)
    assert judged.tone == ("good" if good else "bad")
    assert judged.headline.startswith("It learned" if good else "Not learned")
    assert f"{value:.3f}" in judged.headline
    assert "0.500" in judged.headline
    assert "always “odd”" in judged.headline
    assert ("no better than" in judged.headline) is not good


def test_references_are_beaten_or_not(data):
    given = data(references=(Baseline("a bag of words", 0.6, 0.6), Baseline("a table", 0.8, 0.3)))
    judged = verdict(given, history(FLAT), 0.7, 0.5)
    assert "It beats a bag of words: 0.600." in judged.sentences
    assert "It does not beat a table: 0.800." in judged.sentences
    same = verdict(given, history(FLAT), 0.8, 0.5)
    assert "It does not beat a table: 0.800." in same.sentences


@pytest.mark.parametrize(
    ("value", "share"),
    [(0.94, "6\u00a0%"), (0.9999, "Less than 1\u00a0%"), (0.9951, "Less than 1\u00a0%")],
)
def test_the_share_that_is_still_wrong_is_never_rounded_away(data, value, share):
    judged = verdict(data(), history(FLAT), value, 0.5)
    assert f"{share} of the answers on the held-out data are still wrong." in judged.sentences


def test_hardly_anything_right_is_not_nothing_right(data):
    judged = verdict(data(value=0.001, held_out=False), history(FLAT), 0.004, 0.5)
    assert said(judged, "More than 99\u00a0% of the answers")


@pytest.mark.parametrize(("value", "tone"), [(0.50, "bad"), (0.51, "bad"), (0.56, "bad"), (0.8, "good")])
def test_share_that_chance_can_explain_is_not_called_learned(data, value, tone):
    given = data()
    examples = len(given.validation)
    margin = 2 * (0.5 * 0.5 / examples) ** 0.5
    assert (value - 0.5 > margin) is (tone == "good")
    judged = verdict(given, history(FLAT), value, 0.5)
    assert judged.tone == tone
    assert said(judged, "still wrong") is (tone == "good")
    assert judged.headline.startswith({0.5: "Not learned", 0.8: "It learned"}.get(value, "Hardly learned"))


def test_chance_plays_no_part_where_nothing_was_held_out_or_an_error_is_measured(data):
    assert verdict(data(held_out=False), history(FLAT), 0.51, 0.5).tone == "good"
    assert verdict(data("adding", 0.5), history(FLAT), 0.49, 0.5).tone == "good"


def test_run_that_is_under_way_says_what_is_to_be_beaten_and_what_it_has_reached(data):
    assert so_far(data(), None).startswith("To be beaten: accuracy 0.500, without learning (")
    assert so_far(data(), 0.75).startswith("So far: accuracy 0.750; without learning (")


def test_nothing_is_called_wrong_when_all_is_right_or_where_answers_are_not_right_or_wrong(data):
    assert not said(verdict(data(), history(FLAT), 1.0, 0.5), "wrong")
    assert not said(verdict(data("adding", 0.5), history(FLAT), 0.3, 0.5), "wrong")


def test_what_was_not_held_out_is_said(data):
    assert said(verdict(data(held_out=False), history(FLAT), 0.9, 0.5), "what it learned from")
    assert not said(verdict(data(), history(FLAT), 0.9, 0.5), "what it learned from")
    assert not said(verdict(data(held_out=False), history(FLAT), 0.9, 0.5), "held-out")


# ---- what the curves show


def test_held_out_loss_that_has_risen_is_said_with_its_lowest_update(data):
    seen = history(FALLING, [0, 20, 40, 100], [2.0, 0.61, 0.82, 1.3])
    judged = verdict(data(), seen, 0.9, 1.3)
    assert said(judged, "lowest after update 20 (0.61) and has risen to 1.3")
    assert not said(judged, "more epochs")


@pytest.mark.parametrize("losses", [[2.0, 0.61, 0.55], [2.0, 0.61, 0.63], [0.3, 2.0, 0.9]])
def test_held_out_loss_that_has_not_risen_since_is_not_said_to_have(data, losses):
    judged = verdict(data(), history(np.linspace(2, 0.5, 90), [0, 45, 90], losses), 0.9, losses[-1])
    assert not said(judged, "has risen")


def test_learning_by_heart_is_said_when_others_are_known_much_worse(data):
    judged = verdict(data(), history(np.full(100, 0.1), validation=[0.9, 0.6]), 0.9, 0.6)
    assert said(judged, "(loss 0.1 against 0.6)")
    assert not said(verdict(data(), history(np.full(100, 0.4), validation=[0.9, 0.6]), 0.9, 0.6), "against")
    tiny = verdict(data(), history(np.full(100, 0.001), validation=[0.9, 0.004]), 0.9, 0.004)
    assert not said(tiny, "against")


def test_nothing_is_known_by_heart_where_nothing_was_held_out(data):
    given = data(held_out=False)
    assert not said(verdict(given, history(np.full(100, 0.1), validation=[0.9, 0.6]), 0.9, 0.6), "saw better")
    assert not said(verdict(given, history(FALLING, [0, 20, 100], [2, 0.2, 1.3]), 0.9, 1.3), "risen")


def test_still_falling_is_said_only_while_it_falls_and_matters(data):
    assert said(verdict(data(), history(FALLING, validation=[2, 0.4]), 0.9, 0.4), "more epochs may help")
    assert not said(verdict(data(), history(FLAT, validation=[2, 0.4]), 0.9, 0.4), "falling")
    small = verdict(data(), history(FALLING / 100, validation=[2, 0.01]), 0.9, 0.01)
    assert not said(small, "falling")


@pytest.mark.parametrize("loss", [FLAT, FLAT + np.linspace(0, 1, 100)])
def test_a_loss_that_does_not_fall_is_said_only_of_a_run_that_learned_nothing(data, loss):
    assert said(verdict(data(), history(loss, validation=[2, 1.5]), 0.4, 1.5), "no longer falls much")
    assert not said(verdict(data(), history(loss, validation=[2, 1.5]), 0.9, 1.5), "no longer falls")


@pytest.mark.parametrize("scale", [1.0, 0.001])
def test_a_loss_that_falls_is_never_said_not_to_fall(data, scale):
    judged = verdict(data(), history(FALLING * scale, validation=[2, 1.5]), 0.4, 1.5)
    assert not said(judged, "no longer falls")


def test_run_that_went_back_is_judged_by_the_weights_it_has(data):
    seen = history(FALLING, [0, 20, 40, 100], [2.0, 0.61, 0.82, 1.3], metric=[0.1, 0.9, 0.8, 0.3])
    best = Best(0.61, 20, 1, {}, 0.9)
    assert final(seen, best) == (0.9, 0.61)
    assert final(seen, None) == (0.3, 1.3)
    judged = verdict(data(), seen, *final(seen, best), restored=True)
    assert judged.tone == "good"
    assert not said(verdict(data(), seen, 0.9, 0.61), "went back")
    assert said(judged, "a loss of 0.61 instead of 1.3")
    for part in ("risen", "against", "falling"):
        assert not said(judged, part)


@pytest.mark.parametrize("count", [1, 2, 9, 19, 20, 21, 200])
@pytest.mark.parametrize("task", TASKS)
def test_a_run_of_any_length_of_any_task_has_a_verdict_in_numbers(task, count):
    data = default_plan(Source(task=task)).data()
    seen = history(np.linspace(3, 1, count), [0, count], [3.0, 1.0])
    for value in (data.baseline.value * 0.5, data.baseline.value, data.baseline.value * 1.5):
        judged = verdict(data, seen, value, 1.0)
        for sentence in (judged.headline, *judged.sentences):
            assert "nan" not in sentence.split()
            assert sentence.endswith((".", "?"))
            assert written(data.metric, data.baseline.value) in judged.headline


# ---- numbers in words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (1.0, "1.00"),
        (0.94, "0.940"),
        (100.0, "100"),
        (99.96, "100"),
        (16.4875, "16.5"),
        (-3.25, "−3.25"),
        (0.00041234, "0.000412"),
        (0.0000012, "1.20e−06"),
        (1234567.0, "1.23e+06"),
    ],
)
def test_value_has_three_digits_and_its_unit(value, text):
    plain = Metric("error", "", "", "lower", len)
    assert written(plain, value) == text
    assert written(replace(plain, unit="cones a day"), value) == f"{text} cones a day"


def test_unit_is_not_said_twice(data):
    assert verdict(data("characters", 2.8), history(FLAT), 1.5, 0.5).headline.startswith(
        "It learned: 1.50 nats per character;"
    )
    assert (
        "mean absolute error 8.20 cones a day"
        in verdict(data("forecasting", 16.5), history(FLAT), 8.2, 0.5).headline
    )
