"""What is said of a run is true of its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.training.held_out import Measured, measure
from explorer.training.plan import Source, default_plan
from explorer.training.trainer import run
from explorer.training.verdict import so_far, verdict, written
from lstm_core import TASKS
from lstm_core.tasks import Baseline, Metric
from lstm_core.tasks.base import guess
from lstm_core.tasks.forecasting import Series
from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
from lstm_core.training import Dataset


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
    judged = verdict(given, end(value, 0.5))
    assert judged.tone == ("good" if good else "bad")
    assert judged.headline.startswith("It learned" if good else "Not learned")
    assert f"{value:.3f}" in judged.headline
    assert "0.500" in judged.headline
    assert "always “odd”" in judged.headline
    assert ("no better than" in judged.headline) is not good


def test_other_cheap_answers_stand_in_the_explanation(data):
    given = data(references=(Baseline("a bag of words", 0.48, 0.6), Baseline("a table", 0.25, 0.3)))
    judged = verdict(given, end(0.7, 0.5))
    assert judged.others == "Without learning also: a bag of words: 0.480; a table: 0.250."
    assert verdict(data(references=()), end(0.7, 0.5)).others == ""


@pytest.mark.parametrize(
    ("value", "share"),
    [(0.94, "6\u00a0%"), (0.9999, "Less than 1\u00a0%"), (0.9951, "Less than 1\u00a0%")],
)
def test_the_share_that_is_still_wrong_is_never_rounded_away(data, value, share):
    judged = verdict(data(), end(value, 0.5))
    assert f"{share} of the answers on the validation data are still wrong." in judged.sentences


def test_hardly_anything_right_is_not_nothing_right(data):
    judged = verdict(data(value=0.001, held_out=False), end(0.004, 0.5))
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
    return verdict(data, Measured(value, value, outputs))


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
    always = next(other for other in given.references if other.name.startswith("always"))
    given = replace(given, baseline=always)
    count = len(given.validation)
    favourite = given.baseline.each.astype(bool)
    places = np.flatnonzero(~favourite)[:right]
    answers = np.full(count, np.argmax(np.bincount(given.validation.targets)))
    answers[places] = given.validation.targets[places]
    outputs = np.eye(len(given.outputs))[answers]
    judged = verdict(given, end(given.metric(outputs, given.validation), 0.5, outputs))
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
    where = "validation" if kept_back else "training"
    assert judged.headline == (
        f"Hardly learned: mean squared error 1.00 on the {where} data; without learning (always 0) it would "
        "be 1.00, the same to three digits."
    )
    assert judged.tone == "bad"


def test_chance_plays_no_part_where_nothing_was_held_out(held_out):
    assert judged_by(held_out([1.0, -1.0, 2.0], held_out=False), [0.9, 1.0, 1.5]).tone == "good"


# ---- the loss as well


def test_answers_that_are_mostly_right_with_a_loss_above_that_of_guessing_are_overconfident(data):
    judged = verdict(data("sentiment", 0.6, 0.69), end(0.86, 1.52))
    assert judged.tone == "bad"
    assert judged.headline == (
        "Overconfident: accuracy 0.860 on the validation data is better than 0.600 without learning (always "
        "“odd”), but its loss of 1.52 is not below 0.69: it is too sure where it is wrong."
    )
    assert not said(judged, "still wrong")
    assert verdict(data("sentiment", 0.6, 0.69), end(0.86, 0.69)).tone == "bad"
    assert verdict(data("sentiment", 0.6, 0.69), end(0.86, 0.68)).tone == "good"


def test_error_that_is_small_on_average_and_large_at_some_places_is_not_learned(data):
    judged = verdict(data("forecasting", 6.0, 0.2), end(5.0, 0.3))
    assert judged.headline.startswith("Not learned: mean absolute error 5.00 cones a day on the validation")
    assert judged.headline.endswith("but its loss of 0.3 is not below 0.2: some answers are far off.")
    assert judged.tone == "bad"


def test_whose_the_lowest_loss_is_is_said_where_it_is_another_answer_than_the_best(data):
    given = data("sentiment")
    given = replace(given, baseline=Baseline("a bag", 0.6, 0.69, loss_name="chance"))
    assert "is not below 0.69 (chance): it" in verdict(given, end(0.86, 1.5)).headline


# ---- a third part


def test_run_with_test_data_is_judged_by_them_and_says_so():
    data = default_plan(Source(task="parity", test=True)).data()
    tested = replace(data.tested, baseline=Baseline("always “odd”", 0.9, 0.3))
    data = replace(data, tested=tested, baseline=Baseline("always “odd”", 0.1, 0.9))
    judged = verdict(data, end(0.8, 0.2), test=end(0.85, 0.2), stopped_early=True)
    assert judged.headline.startswith("Not learned: accuracy 0.850 on the test data is no better than 0.900")
    assert judged.sentences[0] == (
        "It is judged on 200 test examples: neither training nor early stopping saw them."
    )
    assert verdict(data, end(0.05, 0.2), test=end(0.95, 0.2)).tone == "good"


def test_run_that_stopped_by_the_data_it_is_judged_on_says_that_this_flatters_it(data):
    flattered = "When it stopped was chosen by the same data: on others it would do a little worse."
    assert flattered in verdict(data(), end(0.9, 0.5), stopped_early=True).sentences
    assert flattered not in verdict(data(), end(0.9, 0.5)).sentences
    assert flattered not in verdict(data(held_out=False), end(0.9, 0.5), stopped_early=True).sentences


def test_random_walk_which_nobody_can_forecast_is_hardly_ever_called_learned():
    learned = 0
    for seed in range(8):
        steps = np.random.default_rng(1000 + seed).normal(size=100)
        walk = Series("walk", "", tuple(np.cumsum(steps).tolist()))
        plan = default_plan(Source(task="forecasting", own=walk, seed=seed, sizes=(("window", 5),)))
        plan = replace(plan, epochs=4, hidden_sizes=(4,))
        reached = measure(plan, run(plan).snapshots[-1].params)
        learned += verdict(plan.data(), reached).tone == "good"
    assert learned == 0


def test_run_that_is_under_way_says_what_is_to_be_beaten_and_what_it_has_reached(data):
    assert so_far(data(), None).startswith("To be beaten: accuracy 0.500, without learning (")
    assert so_far(data(), 0.75).startswith("So far: accuracy 0.750; without learning (")


def test_nothing_is_called_wrong_when_all_is_right_or_where_answers_are_not_right_or_wrong(data):
    assert not said(verdict(data(), end(1.0, 0.5)), "wrong")
    assert not said(verdict(data("adding", 0.5), end(0.3, 0.5)), "wrong")


def test_what_was_not_held_out_is_said(data):
    assert said(verdict(data(held_out=False), end(0.9, 0.5)), "what it learned from")
    assert not said(verdict(data(), end(0.9, 0.5)), "what it learned from")
    assert not said(verdict(data(held_out=False), end(0.9, 0.5)), "held-out")


def test_held_out_examples_that_were_learned_from_too_are_told_beside_what_was_learned(data):
    given = data(repeats=("2 of 3 held-out windows also occur in what is learned from.",))
    told = "2 of 3 held-out windows also occur in what is learned from. Those it may know by heart."
    assert told in verdict(given, end(0.9, 0.4)).sentences
    assert not said(verdict(given, end(0.4, 0.9)), "by heart")


@pytest.mark.parametrize("task", TASKS)
def test_a_run_of_any_task_has_a_verdict_in_numbers(task):
    plan = default_plan(Source(task=task))
    data, outputs = plan.data(), measure(plan, plan.network().init(plan.generator())).outputs
    for value in (data.baseline.value * 0.5, data.baseline.value, data.baseline.value * 1.5):
        judged = verdict(data, Measured(1.0, value, outputs))
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
    assert verdict(data("characters", 2.8), end(1.5, 0.5)).headline.startswith(
        "It learned: 1.50 nats per character on the validation data;"
    )
    assert (
        "mean absolute error 8.20 cones a day" in verdict(data("forecasting", 16.5), end(8.2, 0.5)).headline
    )
