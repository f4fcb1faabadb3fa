"""What is said of a run is true of its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.training.held_out import Measured, measure
from explorer.training.history import History
from explorer.training.plan import Source, default_plan
from explorer.training.turns import Turns
from explorer.training.verdict import so_far, verdict, written
from explorer.training.worker import Worker
from lstm_core import TASKS
from lstm_core.tasks import Baseline, Metric
from lstm_core.tasks.base import guess
from lstm_core.tasks.forecasting import Series
from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
from lstm_core.training import Dataset


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


def end(value, loss=0.5, outputs=()) -> Measured:
    """What a run ended with; what it said is not looked at where the baseline is a number only."""
    return Measured(loss, value, np.array(outputs))


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
    judged = verdict(given, history(FLAT), end(value, 0.5))
    assert judged.tone == ("good" if good else "bad")
    assert judged.headline.startswith("It learned" if good else "Not learned")
    assert f"{value:.3f}" in judged.headline
    assert "0.500" in judged.headline
    assert "always “odd”" in judged.headline
    assert ("no better than" in judged.headline) is not good


def test_references_are_beaten_or_not(data):
    given = data(references=(Baseline("a bag of words", 0.6, 0.6), Baseline("a table", 0.8, 0.3)))
    judged = verdict(given, history(FLAT), end(0.7, 0.5))
    assert "It beats a bag of words: 0.600." in judged.sentences
    assert "It does not beat a table: 0.800." in judged.sentences
    same = verdict(given, history(FLAT), end(0.8, 0.5))
    assert "It does not beat a table: 0.800." in same.sentences


@pytest.mark.parametrize(
    ("value", "share"),
    [(0.94, "6\u00a0%"), (0.9999, "Less than 1\u00a0%"), (0.9951, "Less than 1\u00a0%")],
)
def test_the_share_that_is_still_wrong_is_never_rounded_away(data, value, share):
    judged = verdict(data(), history(FLAT), end(value, 0.5))
    assert f"{share} of the answers on the held-out data are still wrong." in judged.sentences


def test_hardly_anything_right_is_not_nothing_right(data):
    judged = verdict(data(value=0.001, held_out=False), history(FLAT), end(0.004, 0.5))
    assert said(judged, "More than 99\u00a0% of the answers")


# ---- chance


@pytest.fixture
def held_out():
    """Data of one number to be said for each example, of which the baseline always says 0."""

    def make(targets, mask=None, weights=None, **changes):
        targets = np.array(targets, float)[..., np.newaxis]
        inputs = np.zeros((*targets.shape[:1], 3 if mask is None else len(mask[0]), 1))
        examples = Dataset(inputs, targets, mask, weights)
        zeros = np.zeros(targets.shape)
        known = guess("always 0", zeros, examples, MEAN_SQUARED_ERROR, "squared_error", "linear")
        given = default_plan(Source(task="adding")).data()
        return replace(given, validation=examples, baseline=known, **changes)

    return make


def judged_by(data, outputs):
    outputs = np.array(outputs, float)[..., np.newaxis]
    value = data.metric(outputs, data.validation)
    return verdict(data, history(FLAT), Measured(value, value, outputs))


def tossed(differences, rng, throws=20_000) -> float:
    """Two standard deviations of a mean when a coin is tossed for the sign of each difference."""
    signs = rng.choice([-1.0, 1.0], (throws, len(differences)))
    return 2 * float((signs * differences).mean(axis=1).std())


@pytest.mark.parametrize("spread", [0.2, 0.7, 0.9, 1.1, 1.5, 3.0])
def test_error_that_tossing_coins_can_explain_is_not_called_learned(held_out, spread):
    rng = np.random.default_rng(5)
    targets = rng.normal(size=40)
    noise = rng.normal(size=40) * spread
    outputs = targets - noise
    gain = np.square(targets) - np.square(noise)  # of each example, over always saying 0
    found = judged_by(held_out(targets), outputs).headline.split(":")[0]
    if gain.mean() <= 0:
        assert found == "Not learned"
    else:
        assert found == ("It learned" if gain.mean() > tossed(gain, rng) else "Hardly learned")


def test_small_gain_at_every_example_is_learned_and_a_large_one_at_few_is_not(held_out):
    data = held_out(np.linspace(1, 2, 30))
    everywhere = judged_by(data, np.full(30, 0.02))
    assert everywhere.headline.startswith("It learned")
    few = np.zeros(30)
    few[:3] = data.validation.targets[:3, 0]
    seldom = judged_by(data, few)
    assert seldom.headline.startswith("Hardly learned")
    assert seldom.headline.endswith(", and chance alone can make such a difference.")
    assert seldom.tone == "bad"


def test_answers_of_one_example_are_not_counted_as_if_they_were_many(held_out):
    rng = np.random.default_rng(2)
    of_examples = rng.normal(0.3, 1.0, 12)  # what each of 12 is better or worse, at all of its 50 timesteps
    data = held_out(np.full((12, 50), 10.0), mask=np.ones((12, 50), bool))
    assert data.baseline.each.shape == (12, 50)
    outputs = np.repeat(10 - np.sqrt(100 - of_examples)[:, np.newaxis], 50, axis=1)
    assert 0 < of_examples.mean() < tossed(of_examples, rng)
    assert judged_by(data, outputs).headline.startswith("Hardly learned")


@pytest.mark.parametrize("how", ["mask", "weights"])
def test_positions_that_do_not_count_do_not_count_as_chance_either(held_out, how):
    targets = np.full((10, 4), 3.0)
    counts = np.tile([False, True, True, True], (10, 1))
    given = (
        {"mask": counts}
        if how == "mask"
        else {"mask": np.ones((10, 4), bool), "weights": counts.astype(float)}
    )
    outputs = np.full((10, 4), 0.1)
    outputs[:, 0] = 1e6 * np.arange(10)
    assert judged_by(held_out(targets, **given), outputs).headline.startswith("It learned")


def test_weights_change_what_chance_can_explain_as_they_change_the_mean(held_out):
    rng = np.random.default_rng(3)
    targets, weights = rng.normal(size=30), rng.random(30)
    outputs = targets - 0.8 * rng.normal(size=30)
    gain = (np.square(targets) - np.square(targets - outputs)) * weights / weights.mean()
    found = judged_by(held_out(targets, weights=weights), outputs).headline.split(":")[0]
    assert gain.mean() > 0
    assert found == ("It learned" if gain.mean() > tossed(gain, rng) else "Hardly learned")


@pytest.mark.parametrize(
    ("right", "words"), [(1, "Hardly learned"), (4, "Hardly learned"), (5, "It learned")]
)
def test_more_right_answers_are_learned_from_five_without_a_wrong_one_on(data, right, words):
    given = default_plan(Source(task="sentiment")).data()
    count = len(given.validation)
    favourite = given.baseline.each.astype(bool)
    places = np.flatnonzero(~favourite)[:right]
    answers = np.full(count, np.argmax(np.bincount(given.train.targets)))
    answers[places] = given.validation.targets[places]
    outputs = np.eye(len(given.outputs))[answers]
    judged = verdict(given, history(FLAT), end(given.metric(outputs, given.validation), 0.5, outputs))
    assert judged.headline.startswith(words)
    assert said(judged, "still wrong") is (words == "It learned")


@pytest.mark.parametrize(("count", "words"), [(1, "1 held-out example"), (4, "4 held-out examples")])
def test_four_held_out_examples_cannot_tell_learning_from_chance(held_out, count, words):
    judged = judged_by(held_out(np.ones(count)), np.ones(count))
    assert judged.headline.startswith("Hardly learned")
    assert judged.headline.endswith(f", but {words} cannot tell that from chance: more data would.")
    assert judged_by(held_out(np.ones(count + 4)), np.ones(count + 4)).tone == "good"


@pytest.mark.parametrize("kept_back", [True, False])
def test_values_that_are_written_alike_are_never_learned(held_out, kept_back):
    data = held_out(np.ones(50), held_out=kept_back)
    judged = judged_by(data, np.full(50, 1e-5))
    assert judged.headline == (
        "Hardly learned: mean squared error 1.00; without learning (always 0) it would be 1.00, the same to "
        "three digits."
    )
    assert judged.tone == "bad"


def test_chance_plays_no_part_where_nothing_was_held_out(held_out):
    assert judged_by(held_out([1.0, -1.0, 2.0], held_out=False), [0.9, 1.0, 1.5]).tone == "good"


def test_reference_that_chance_may_have_let_behind_is_not_called_beaten_without_a_word(held_out):
    data = held_out(np.linspace(1, 2, 30))
    outputs = np.full((30, 1), 0.2)
    almost = outputs.copy()
    almost[0] = 0.0
    of = (data.validation, MEAN_SQUARED_ERROR, "squared_error", "linear")
    data = replace(data, references=(guess("a line", outputs * 0.5, *of), guess("a curve", almost, *of)))
    clear, doubtful = judged_by(data, outputs[:, 0]).sentences[:2]
    assert clear == f"It beats a line: {data.references[0].value:.2f}."
    assert doubtful.startswith("It beats a curve: ")
    assert doubtful.endswith(", and chance alone can make such a difference.")


def test_random_walk_which_nobody_can_forecast_is_hardly_ever_called_learned():
    learned = 0
    for seed in range(8):
        steps = np.random.default_rng(1000 + seed).normal(size=100)
        walk = Series("walk", "", tuple(np.cumsum(steps).tolist()))
        plan = default_plan(Source(task="forecasting", own=walk, seed=seed, sizes=(("window", 5),)))
        plan = replace(plan, epochs=4, hidden_sizes=(4,))
        worker = Worker(plan, turns=Turns())
        while not worker.over:
            worker.step()
        reached = measure(plan, worker.now.params)
        learned += verdict(worker.data, worker.history(), reached).tone == "good"
    assert learned == 0


def test_run_that_is_under_way_says_what_is_to_be_beaten_and_what_it_has_reached(data):
    assert so_far(data(), None).startswith("To be beaten: accuracy 0.500, without learning (")
    assert so_far(data(), 0.75).startswith("So far: accuracy 0.750; without learning (")


def test_nothing_is_called_wrong_when_all_is_right_or_where_answers_are_not_right_or_wrong(data):
    assert not said(verdict(data(), history(FLAT), end(1.0, 0.5)), "wrong")
    assert not said(verdict(data("adding", 0.5), history(FLAT), end(0.3, 0.5)), "wrong")


def test_what_was_not_held_out_is_said(data):
    assert said(verdict(data(held_out=False), history(FLAT), end(0.9, 0.5)), "what it learned from")
    assert not said(verdict(data(), history(FLAT), end(0.9, 0.5)), "what it learned from")
    assert not said(verdict(data(held_out=False), history(FLAT), end(0.9, 0.5)), "held-out")


# ---- what the curves show


def test_held_out_loss_that_has_risen_is_said_with_its_lowest_update(data):
    seen = history(FALLING, [0, 20, 40, 100], [2.0, 0.61, 0.82, 1.3])
    judged = verdict(data(), seen, end(0.9, 1.3))
    assert said(judged, "lowest after update 20 (0.61) and has risen to 1.3")
    assert not said(judged, "more epochs")


@pytest.mark.parametrize("losses", [[2.0, 0.61, 0.55], [2.0, 0.61, 0.63], [0.3, 2.0, 0.9]])
def test_held_out_loss_that_has_not_risen_since_is_not_said_to_have(data, losses):
    judged = verdict(data(), history(np.linspace(2, 0.5, 90), [0, 45, 90], losses), end(0.9, losses[-1]))
    assert not said(judged, "has risen")


def test_learning_by_heart_is_said_when_others_are_known_much_worse(data):
    judged = verdict(data(), history(np.full(100, 0.1), validation=[0.9, 0.6]), end(0.9, 0.6))
    assert said(judged, "(loss 0.1 against 0.6)")
    assert not said(
        verdict(data(), history(np.full(100, 0.4), validation=[0.9, 0.6]), end(0.9, 0.6)), "against"
    )
    tiny = verdict(data(), history(np.full(100, 0.001), validation=[0.9, 0.004]), end(0.9, 0.004))
    assert not said(tiny, "against")


def test_held_out_examples_that_were_learned_from_too_are_told_beside_what_was_learned(data):
    given = data(repeats=("2 of 3 held-out windows also occur in what is learned from.",))
    told = "2 of 3 held-out windows also occur in what is learned from. Those it may know by heart."
    assert told in verdict(given, history(FLAT), end(0.9, 0.4)).sentences
    assert not said(verdict(given, history(FLAT), end(0.4, 0.9)), "by heart")


def test_nothing_is_known_by_heart_where_nothing_was_held_out(data):
    given = data(held_out=False)
    assert not said(
        verdict(given, history(np.full(100, 0.1), validation=[0.9, 0.6]), end(0.9, 0.6)), "saw better"
    )
    assert not said(verdict(given, history(FALLING, [0, 20, 100], [2, 0.2, 1.3]), end(0.9, 1.3)), "risen")


def test_still_falling_is_said_only_while_it_falls_and_matters(data):
    assert said(verdict(data(), history(FALLING, validation=[2, 0.4]), end(0.9, 0.4)), "more epochs may help")
    assert not said(verdict(data(), history(FLAT, validation=[2, 0.4]), end(0.9, 0.4)), "falling")
    small = verdict(data(), history(FALLING / 100, validation=[2, 0.01]), end(0.9, 0.01))
    assert not said(small, "falling")


@pytest.mark.parametrize("loss", [FLAT, FLAT + np.linspace(0, 1, 100)])
def test_a_loss_that_does_not_fall_is_said_only_of_a_run_that_learned_nothing(data, loss):
    assert said(verdict(data(), history(loss, validation=[2, 1.5]), end(0.4, 1.5)), "no longer falls much")
    assert not said(verdict(data(), history(loss, validation=[2, 1.5]), end(0.9, 1.5)), "no longer falls")


@pytest.mark.parametrize("scale", [1.0, 0.001])
def test_a_loss_that_falls_is_never_said_not_to_fall(data, scale):
    judged = verdict(data(), history(FALLING * scale, validation=[2, 1.5]), end(0.4, 1.5))
    assert not said(judged, "no longer falls")


def test_run_that_went_back_is_judged_by_the_weights_it_has(data):
    seen = history(FALLING, [0, 20, 40, 100], [2.0, 0.61, 0.82, 1.3], metric=[0.1, 0.9, 0.8, 0.3])
    judged = verdict(data(), seen, end(0.9, 0.61), restored=True)
    assert judged.tone == "good"
    assert not said(verdict(data(), seen, end(0.9, 0.61)), "went back")
    assert said(judged, "a loss of 0.61 instead of 1.3")
    for part in ("risen", "against", "falling"):
        assert not said(judged, part)


@pytest.mark.parametrize("count", [1, 2, 9, 19, 20, 21, 200])
@pytest.mark.parametrize("task", TASKS)
def test_a_run_of_any_length_of_any_task_has_a_verdict_in_numbers(task, count):
    plan = default_plan(Source(task=task))
    data, outputs = plan.data(), measure(plan, plan.network().init(plan.generator())).outputs
    seen = history(np.linspace(3, 1, count), [0, count], [3.0, 1.0])
    for value in (data.baseline.value * 0.5, data.baseline.value, data.baseline.value * 1.5):
        judged = verdict(data, seen, Measured(1.0, value, outputs))
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
    assert verdict(data("characters", 2.8), history(FLAT), end(1.5, 0.5)).headline.startswith(
        "It learned: 1.50 nats per character;"
    )
    assert (
        "mean absolute error 8.20 cones a day"
        in verdict(data("forecasting", 16.5), history(FLAT), end(8.2, 0.5)).headline
    )
