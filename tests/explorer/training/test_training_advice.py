"""What is said of a run names the cause that it was given, with its numbers, and nothing else."""

from __future__ import annotations

import doctest
import re
from dataclasses import replace

import numpy as np
import pytest

from explorer.training import advice as module
from explorer.training.advice import advice
from explorer.training.history import History
from explorer.training.limits import UNITS
from explorer.training.plan import Source, default_plan
from explorer.training.trainer import run as train
from explorer.wording import grouped
from lstm_core import CELLS, GRU, LSTM, TASKS, Network, SimpleRNN, unroll

FLAT = np.full(100, 0.7)
FALLING = np.linspace(2.0, 0.3, 100)


def plan(task="parity", sizes=(), own=None, **choices):
    return replace(default_plan(Source(task=task, sizes=tuple(sizes), own=own)), **choices)


def history(loss, measured=None, validation=(0.7, 0.7), rate=0.02) -> History:
    count = len(loss)
    measured = np.linspace(0, count, len(validation)).round() if measured is None else measured
    return History(
        update=np.arange(1, count + 1),
        loss=loss,
        gradient_norm=np.ones(count),
        clipped=np.zeros(count),
        learning_rate=np.broadcast_to(rate, count),
        measured=measured,
        validation_loss=validation,
        metric=validation,
    )


def first_weights(plan):
    return plan.network().init(plan.generator(), forget_bias=plan.forget_bias)


def said(seen=None, loss=0.7, *, of=None, params=None, learned=False, restored=False):
    """What is said of a run; where nothing is given, of parity at its defaults whose loss never changes."""
    of = plan() if of is None else of
    seen = history(FLAT, rate=of.learning_rate) if seen is None else seen
    params = first_weights(of) if params is None else params
    return advice(of, seen, params, learned=learned, loss=loss, restored=restored)


def noise(seed, count=200, level=0.7, spread=0.1):
    return np.random.default_rng(seed).normal(level, spread, count)


# ---- overfitting, and what else the curves show of a run that learned


@pytest.mark.parametrize("learned", [True, False])
def test_validation_loss_that_has_risen_is_said_with_its_lowest_update(learned):
    seen = history(FALLING, [0, 20, 40, 100], [2.0, 0.61, 0.82, 1.3])
    (found,) = said(seen, 1.3, learned=learned)
    assert found.startswith("Overfitting: the validation loss was lowest after update 20 (0.61)")
    assert (
        "has risen to 1.3 since; the training loss, averaged over the last tenth of the run, is 0.377"
        in found
    )
    assert "“Stop early after”" in found


@pytest.mark.parametrize("losses", [[2.0, 0.61, 0.55], [2.0, 0.61, 0.63], [9.0, 2.0, 2.1], [0.3, 2.0, 0.9]])
def test_validation_loss_that_has_not_risen_since_is_not_said_to_have(losses):
    seen = history(np.linspace(2, 0.5, 90), [0, 45, 90], losses)
    for learned in (True, False):
        assert not any("has risen" in sentence for sentence in said(seen, losses[-1], learned=learned))


def test_validation_loss_that_rose_with_the_training_loss_is_no_overfitting():
    rising = np.linspace(0.1, 1.3, 100)
    found = said(history(rising, [0, 20, 100], [2, 0.61, 1.3]), 1.3, learned=True)
    assert [sentence[:4] for sentence in found] == ["The "]
    assert "has risen to 1.3 since: go back" in found[0]


def test_learning_by_heart_is_said_when_others_are_known_much_worse():
    def of(level, loss):
        return said(history(np.full(100, level), validation=[0.9, loss]), loss, learned=True)

    assert of(0.1, 0.6) == (
        "Overfitting: in the end it knew the examples that it saw better than others (loss 0.1 against 0.6): "
        "dropout, L2, fewer units or more data may help.",
    )
    assert of(0.4, 0.6) == ()
    assert of(0.001, 0.004) == ()


def test_run_that_fails_although_it_knows_what_it_learned_from_is_overfitted():
    (found,) = said(history(np.full(100, 0.5), validation=[0.9, 0.75]), 0.75)
    assert found.startswith("Overfitting: ")
    assert "(loss 0.5 against 0.75)" in found
    (no_better,) = said(history(np.full(100, 0.7), validation=[0.9, 0.75]), 0.75)
    assert "Overfitting" not in no_better


def test_validation_loss_that_rises_away_from_the_training_loss_is_overfitting_above_the_baseline_too():
    seen = history(FLAT, [0, 20, 100], [2.0, 0.72, 1.3])
    assert [sentence[:11] for sentence in said(seen, 1.3)] == ["Overfitting"]
    of = plan(hidden_sizes=(1,))
    gates, before = said(seen, 1.3, of=of, params=with_biases(of, [20, 20, 0, 20]))
    assert gates.startswith("Saturated gates")
    assert before.startswith("The validation loss was lowest after update 20")


def test_run_that_is_far_above_the_baseline_is_not_overfitted():
    seen = history(np.full(1000, 0.9), [0, 20, 1000], [2.0, 0.95, 1.5])
    found, before = said(seen, 1.5)
    assert found.startswith("Perhaps too few units")
    assert before.startswith("The validation loss was lowest after update 20")


def test_rate_far_above_the_default_comes_before_overfitting_unless_the_training_examples_are_known():
    seen = history(FLAT, [0, 20, 100], [2.0, 0.72, 1.3], rate=1.0)
    assert said(seen, 1.3)[0].startswith("The learning rate of 1 is probably too high")
    known = history(FLAT - 0.3, [0, 20, 100], [2.0, 0.72, 1.3], rate=1.0)
    assert said(known, 1.3)[0].startswith("Overfitting")


def test_loss_on_others_that_chance_explains_is_no_overfitting():
    losses = noise(0, level=0.5, spread=0.4)
    assert "Overfitting" not in said(history(losses, validation=[0.9, 0.68]), 0.68)[0]
    assert "Overfitting" in said(history(noise(0, level=0.5, spread=0.04), validation=[0.9, 0.68]), 0.68)[0]


def test_more_of_what_is_there_already_is_advised_against_overfitting():
    of = plan(head_dropout=0.2, l2=0.1)
    (found,) = said(history(np.full(100, 0.1), validation=[0.9, 0.6]), 0.6, of=of, learned=True)
    assert "more dropout, more L2, fewer units" in found


@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("task", ["next_word", "four_targets"])
def test_nothing_is_overfitted_where_nothing_was_held_out(task, learned):
    of = plan(task)
    assert not of.data().held_out
    for seen in (
        history(np.full(100, 0.1), validation=[0.9, 0.6]),
        history(FALLING, [0, 20, 100], [2, 0.2, 1.3]),
    ):
        found = said(seen, float(seen.validation_loss[-1]), of=of, learned=learned)
        assert not any(re.search("Overfitting|risen|saw better", sentence) for sentence in found)


def test_still_falling_is_said_only_while_it_falls_and_matters():
    def of(losses, validation):
        return said(history(losses, validation=validation), validation[-1], learned=True)

    assert of(FALLING, [2, 0.4]) == ("The training loss was still falling: more epochs may help.",)
    assert of(np.full(100, 0.4), [2, 0.4]) == ()
    assert of(FALLING / 100, [2, 0.01]) == ()
    assert of(FALLING[:19], [2, 0.4]) == ()


@pytest.mark.parametrize("seed", range(5))
def test_training_loss_that_is_lower_in_the_end_by_chance_is_not_said_to_fall(seed):
    losses = noise(seed, spread=0.3)
    last, before = (slice(-20, None), slice(-40, -20))
    losses[last] += 0.94 * losses[before].mean() - losses[last].mean()
    assert not any("still falling" in sentence for sentence in said(history(losses), learned=True))


def test_run_that_went_back_is_judged_by_the_weights_it_has():
    seen = history(FALLING / 2, [0, 20, 40, 100], [2.0, 0.61, 0.82, 1.3])
    found = said(seen, 0.61, learned=True, restored=True)
    assert found == ("It went back to its best weights: they have a loss of 0.61 instead of 1.3.",)
    assert not any("went back" in sentence for sentence in said(seen, 1.3, learned=True, restored=True))


def test_run_that_went_back_and_failed_hears_what_it_came_to_before():
    seen = history(FALLING, [0, 20, 40, 100], [2.0, 0.71, 0.82, 1.3])
    back, cause = said(seen, 0.71, restored=True)
    assert back == "It went back to its best weights: they have a loss of 0.71 instead of 1.3."
    assert "(loss 0.377 against 1.3)" in cause


# ---- the learning rate


def test_training_loss_that_rose_blames_the_learning_rate_with_both_losses():
    losses = np.concatenate([np.full(40, 0.5), np.linspace(0.5, 3.0, 30), np.full(30, 3.0)])
    found = said(history(losses, validation=[0.7, 3.0], rate=0.9), 3.0)
    assert found[0] == (
        "The learning rate of 0.9 is too high: the training loss rose from 0.5 around update 6 to 3 around "
        "update 76. Try 0.02."
    )


def test_training_loss_above_that_of_the_first_weights_blames_the_learning_rate():
    found = said(history(np.concatenate([[0.7], np.full(99, 2.5)]), rate=0.9))
    assert "rose from 0.7 around update 1 to 2.5" in found[0]


def test_learning_rate_of_the_rise_is_blamed_not_that_of_the_end():
    losses = np.concatenate([np.full(40, 0.5), np.full(60, 3.0)])
    found = said(history(losses, rate=np.repeat([0.9, 0.001], [70, 30])))
    assert found[0].startswith("The learning rate of 0.9 is too high")


def test_rate_that_is_too_high_comes_before_what_follows_from_it():
    losses = np.concatenate([np.full(40, 0.1), np.full(60, 0.5)])
    rate, before = said(history(losses, [0, 40, 100], [0.7, 0.3, 1.3]), 1.3)
    assert rate.startswith("The learning rate of 0.02 is too high")
    assert before.startswith(
        "The validation loss was lowest after update 40 (0.3) and has risen to 1.3 since"
    )
    falling = np.concatenate([np.full(40, 1.0), np.linspace(9.0, 2.0, 60)])
    (only,) = said(history(falling))
    assert only.startswith("The learning rate of 0.02 is too high")


@pytest.mark.parametrize("losses", [np.repeat([1.5, 1.0, 1.2], [1, 49, 50]), np.repeat([0.4, 0.7], [1, 99])])
def test_training_loss_that_rose_a_little_or_above_its_first_batch_does_not_blame_the_learning_rate(losses):
    assert not any("too high" in sentence for sentence in said(history(losses, validation=[0.3, 0.7])))


def test_training_loss_that_came_down_again_does_not_blame_the_learning_rate():
    losses = np.concatenate([np.full(30, 1.0), np.full(20, 3.0), np.linspace(1.0, 0.72, 50)])
    assert not any("too high" in sentence for sentence in said(history(losses)))


def test_training_loss_that_jumps_by_chance_does_not_blame_the_learning_rate():
    for seed in range(20):
        for count in (20, 35, 200):
            losses = noise(seed, count, spread=0.3)
            losses[0] = 0.2
            assert not any("too high" in sentence for sentence in said(history(losses)))


@pytest.mark.parametrize(
    ("rate", "times"), [(0.02, None), (0.06, None), (0.07, "4"), (1.0, "50"), (30.0, grouped(1500))]
)
def test_rate_far_above_the_default_is_blamed_where_nothing_was_learned(rate, times):
    found = said(history(FLAT, rate=rate))
    assert ("too high" in found[0]) is (times is not None)
    if times:
        assert f"it is {times} times the task’s default" in found[0]
        assert "stays at 0.7 (0.693 without learning). Try 0.02." in found[0]


def test_rate_far_above_the_default_is_not_blamed_while_the_loss_comes_down():
    found = said(history(np.linspace(4.0, 0.8, 100), rate=0.2))
    assert found[0].startswith("The training loss was still falling")


def test_rates_of_other_optimisers_are_not_compared():
    found = said(history(FLAT, rate=1.0), of=plan(optimizer="SGD"))
    assert not any("too high" in sentence for sentence in found)
    assert found[0].endswith("Try a larger one, or Adam with 0.02 as is the task’s default.")
    rmsprop = said(history(FLAT, rate=1.0), of=plan(optimizer="RMSprop"))
    assert "50 times" in rmsprop[0]


def test_lower_rate_is_a_tenth_where_there_is_no_default_to_compare_with():
    losses = np.concatenate([np.full(40, 0.5), np.full(60, 3.0)])
    assert said(history(losses, rate=0.02))[0].endswith("Try 0.002.")
    assert said(history(losses, rate=100.0), of=plan(optimizer="SGD"))[0].endswith("Try 10.")


@pytest.mark.parametrize(
    ("rate", "words"), [(0.001, "more epochs or a larger learning rate may"), (0.05, "more epochs may")]
)
def test_run_that_was_still_falling_far_from_the_baseline_needs_more_epochs(rate, words):
    found = said(history(np.linspace(4.0, 1.0, 100), rate=rate))
    fell = "The training loss was still falling, from 1.44 to 1.14 in the last tenths of the run"
    assert found == (f"{fell}: {words} help.",)


def test_rate_far_below_the_default_is_blamed_where_the_loss_has_hardly_moved():
    (found,) = said(history(np.linspace(2.0, 1.95, 100), rate=1e-6))
    assert found == (
        "The learning rate of 1e-06 is probably too low: the training loss only went from 2 to 1.95 in the "
        "whole run. Try 0.02, the task’s default."
    )
    came_down = np.concatenate([np.linspace(2.0, 0.7, 30), noise(1, 70, spread=0.01)])
    assert "too low" not in said(history(came_down, rate=1e-6))[0]
    assert "too low" not in said(history(np.linspace(2.0, 1.95, 100), rate=0.01))[0]


@pytest.mark.parametrize(("count", "words"), [(1, "1 update"), (19, "19 updates")])
def test_run_of_a_few_updates_is_told_that_they_are_few(count, words):
    assert said(history(FLAT[:count])) == (f"It made only {words}: more epochs may help.",)
    assert "It made only" not in said(history(FLAT[:20]))[0]


# ---- the number of units


LONG = np.full(1000, 0.7)


def test_plateau_without_another_cause_blames_the_units_and_names_twice_as_many():
    assert said(history(LONG), of=plan(hidden_sizes=(1,))) == (
        "Too few units: with 1 unit the training loss no longer falls much, and at 0.7 it is no lower than "
        "without learning (0.693). Try 8 units, the task’s default.",
    )
    assert said(history(LONG - 0.02), 0.68) == (
        "Perhaps too few units: with 8 units the training loss no longer falls much, and at 0.68 it is "
        "hardly lower than without learning (0.693). Try 16 units or another learning rate.",
    )
    found = said(history(LONG), of=plan(hidden_sizes=(8, 3)))[0]
    assert "with 8 + 3 units" in found
    assert "Try 16 + 6 units or" in found


def test_never_more_units_are_advised_than_there_may_be():
    most = UNITS[1]
    assert f"Try {most} units or" in said(history(LONG), of=plan(hidden_sizes=(most - 8,)))[0]
    assert said(history(LONG), of=plan(hidden_sizes=(most,)))[0].endswith("Try another learning rate.")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"dropout": 0.5}, "less dropout, 16 units or another learning rate"),
        ({"recurrent_dropout": 0.5, "head_dropout": 0.5}, "less dropout, 16 units or another learning rate"),
        ({"l1": 0.1, "l2": 0.1}, "less L1, less L2, 16 units or another learning rate"),
    ],
)
def test_what_keeps_the_training_loss_up_is_to_be_less_before_units_are_blamed(choices, words):
    found = said(history(LONG), of=plan(**choices))
    assert found == (f"The training loss no longer falls much and is 0.7: try {words}.",)
    small = said(history(LONG), of=plan(hidden_sizes=(2,), **choices))
    assert small[0].startswith("Too few units: with 2 units ")


def test_what_the_task_comes_with_is_not_to_be_less():
    of = plan("sentiment")
    assert of.dropout or of.head_dropout
    assert "less" not in said(history(np.full(of.updates, 0.7), rate=0.01), of=of)[0].replace("learning", "")


def test_run_that_is_much_shorter_than_the_default_needs_more_epochs_before_units_are_blamed():
    assert said(history(LONG[:499])) == (
        "The training loss no longer falls much after 499 updates (the task’s default makes "
        f"{grouped(1000)}) and is 0.7: try more epochs, 16 units or another learning rate.",
    )
    assert said(history(LONG[:500]))[0].startswith("Perhaps too few units")
    small = said(history(LONG[:499]), of=plan(hidden_sizes=(2,)))[0]
    assert small.endswith("Try 8 units, the task’s default or more epochs.")


def test_another_optimiser_than_the_default_is_named_before_units_are_blamed():
    of = plan(optimizer="SGD")
    fallen = np.concatenate([np.linspace(3.0, 0.7, 300), noise(0, 700, spread=0.01)])
    (found,) = said(history(fallen, rate=1.0), of=of)
    assert found.startswith("The training loss no longer falls much and is 0.7")
    assert "try Adam with 0.02, the task’s default, 16 units" in found


def test_units_are_not_blamed_where_the_training_examples_are_known():
    (found,) = said(history(LONG - 0.3, validation=[2, 0.42]), 0.42)
    assert (
        found == "The training loss no longer falls much and is 0.4: try 16 units or another learning rate."
    )


@pytest.mark.parametrize("scale", [1.0, 0.001])
def test_loss_that_falls_is_never_said_not_to_fall(scale):
    found = said(history(FALLING * scale, validation=[2, 1.5]), 1.5)
    assert not any("no longer falls" in sentence for sentence in found)


# ---- gates


def with_biases(of, biases):
    """Weights of 0 but for the biases of the layer, so that every timestep is like the others."""
    params = {key: np.zeros_like(array) for key, array in first_weights(of).items()}
    params["layer_0.b"][:] = biases
    params["head.kernel"][0, 0] = 1
    return params


@pytest.mark.parametrize(("saturated", "share"), [(17, None), (18, "90"), (19, "95"), (20, "more than 99")])
def test_share_of_saturated_gates_is_counted_and_blamed_from_nine_tenths_on(saturated, share):
    of = plan(cell=GRU(), hidden_sizes=(10,))
    gates = np.concatenate([np.full(saturated // 2, 20.0), np.full(saturated - saturated // 2, -20.0)])
    biases = np.concatenate([gates, np.zeros(20 - saturated), np.zeros(10)])  # z, r and the candidate
    found = said(of=of, params=with_biases(of, biases))
    assert found[0].startswith("Saturated gates: ") is (share is not None)
    if share:
        assert f"{share}\u00a0% of the gate values are within 0.01 of 0 or 1" in found[0]
        assert found[0].endswith("Begin anew with a learning rate of 0.002 or L2.")


@pytest.mark.parametrize(("bias", "blamed"), [(4.5, False), (4.7, True), (-4.5, False), (-4.7, True)])
def test_gate_is_saturated_within_a_hundredth_of_its_ends(bias, blamed):
    of = plan(hidden_sizes=(1,))
    found = said(of=of, params=with_biases(of, [bias, bias, 0.0, bias]))
    assert found[0].startswith("Saturated") is blamed
    assert blamed == (1 / (1 + np.exp(abs(bias))) < 0.01)


def test_candidates_are_not_counted_and_gates_that_are_switched_off_neither():
    of = plan(hidden_sizes=(10,))
    candidates = np.repeat([0.0, 0.0, 20.0, 0.0], 10)
    assert not said(of=of, params=with_biases(of, candidates))[0].startswith("Saturated")
    only_f = plan(cell=LSTM(input_gate=False, output_gate=False), hidden_sizes=(10,))
    biases = np.array([20.0] * 8 + [0.0] * 2 + [0.0] * 10)  # f, of which 8 are saturated, and the candidate
    assert not said(of=only_f, params=with_biases(only_f, biases))[0].startswith("Saturated")


@pytest.mark.parametrize("saturated", [("layer_0.b", "layer_1.b"), ("layer_0.b", "layer_0.reverse.b")])
def test_gates_of_every_layer_and_of_both_directions_are_counted(saturated):
    of = adding(hidden_sizes=(1, 1), bidirectional=True, l2=0.1)
    params = with_biases(of, 0.0)
    for name in saturated:
        params[name][:] = 20
    assert not said(ADDING, 0.2, of=of, params=params)[0].startswith("Saturated")
    for name in ("layer_0.b", "layer_0.reverse.b", "layer_1.b", "layer_1.reverse.b"):
        params[name][:] = 20
    found = said(ADDING, 0.2, of=of, params=params)[0]
    assert found.startswith("Saturated gates: more than 99")
    assert found.endswith("Begin anew with a learning rate of 0.001 or more L2.")


def test_padding_is_not_counted_as_saturated():
    sentences = [("so " * length, label) for length, label in ((99, "a"), *[(1, "b")] * 30, *[(1, "a")] * 30)]
    own = tuple((f"{text}{number}", label) for number, (text, label) in enumerate(sentences))
    of = plan("sentiment", own=own)
    assert of.data().train.mask.mean() < 0.1
    found = said(of=of, params=with_biases(of, 0.0))
    assert not any("Saturated" in sentence for sentence in found)


def test_cell_without_gates_is_told_of_its_units():
    of = plan(cell=SimpleRNN(), hidden_sizes=(4,))
    found = said(of=of, params=with_biases(of, [9.0, -9.0, 9.0, -9.0]))
    assert found[0].startswith(
        "Saturated units: more than 99\u00a0% of the values of h are within 0.01 of −1 or 1"
    )
    unbounded = plan(cell=SimpleRNN(activation="relu"), hidden_sizes=(4,))
    assert not said(of=unbounded, params=with_biases(unbounded, 1.0))[0].startswith("Saturated")


def test_saturated_gates_come_after_a_rate_that_is_too_high_and_instead_of_the_gap():
    of = plan("adding", hidden_sizes=(2,))
    params = with_biases(of, np.repeat([-20.0, -20.0, 0.0, 20.0], 2))
    seen = history(np.full(100, 0.2), validation=[0.2, 0.2], rate=5.0)
    rate, gates = said(seen, 0.2, of=of, params=params)
    assert rate.startswith("The learning rate of 5 is probably too high")
    assert gates.startswith("Saturated gates")


# ---- the gap


def halving(of, factor=0.5, **more):
    """Weights of a network that hands on so much of its state and of its gradient at every timestep."""
    params = {name: np.zeros_like(array) for name, array in first_weights(of).items()}
    for name, array in params.items():
        if name.endswith(".U"):
            np.fill_diagonal(array, factor)
    params["head.kernel"][0, 0] = 1
    return params | {name.replace("__", "."): np.array(value) for name, value in more.items()}


IDENTITY = SimpleRNN(activation="identity")
ADDING = history(np.full(100, 0.2), validation=[0.2, 0.2], rate=0.01)


def adding(length=12, **choices):
    return plan("adding", (("length", length), ("examples", 50)), **choices)


def test_share_that_is_left_of_the_gradient_is_that_of_a_network_that_halves_it():
    of = adding(cell=IDENTITY, hidden_sizes=(3,))
    (found,) = said(ADDING, 0.2, of=of, params=halving(of))
    assert f"{0.5**11:.1g}" == "0.0005"
    assert found == (
        "The gap is longer than the gradient reaches: of the gradient at the last timestep 0.05\u00a0% is "
        "left 11 timesteps before. Try a smaller “Numbers in a sequence” than 12 first or an LSTM with a "
        "forget bias of 2.5 instead of a plain RNN."
    )
    tiny = said(ADDING, 0.2, of=of, params=halving(of, 0.01))[0]
    assert "less than 0.0001\u00a0% is left" in tiny
    assert 0.6**11 > 0.001
    assert "gap" not in said(ADDING, 0.2, of=of, params=halving(of, 0.6))[0]


def test_of_a_network_read_at_every_timestep_only_the_last_one_sends_its_gradient():
    of = plan("parity", (("length", 12),), cell=IDENTITY, hidden_sizes=(3,))
    (found,) = said(of=of, params=halving(of))
    assert "0.05\u00a0% is left 11 timesteps before" in found
    assert "“Bits in a string” than 12" in found


def test_of_a_network_read_both_ways_the_direction_forward_counts():
    of = adding(cell=IDENTITY, hidden_sizes=(2,), bidirectional=True)
    params = halving(of, layer_0__reverse__U=np.eye(2))
    assert "0.05\u00a0% is left 11 timesteps before" in said(ADDING, 0.2, of=of, params=params)[0]


def test_padding_is_no_gap():
    lengths = [12] * 20 + [16] * 20
    own = tuple((f"{'so ' * (n - 1)}{i}", "ab"[i % 2]) for i, n in enumerate(lengths))
    of = plan("sentiment", own=own, cell=IDENTITY, hidden_sizes=(2,))
    mask = of.data().train.mask
    assert set(mask.sum(axis=1)) == {12, 16}
    (found,) = said(of=of, params=halving(of))
    share = np.mean(0.5 ** (mask[np.arange(16) * len(mask) // 16].sum(axis=1) - 1.0))
    assert f"{100 * share:.1g}\u00a0% is left" in found
    assert re.search(r"left 1[234] timesteps before. Try shorter sequences first or", found)


@pytest.mark.parametrize("seed", range(4))
def test_share_at_the_memory_of_an_lstm_is_that_of_central_differences(seed):
    of = replace(adding(hidden_sizes=(2,)), forget_bias=-0.5)
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(0, 0.4, array.shape) for name, array in first_weights(of).items()}
    own = {name.removeprefix("layer_0."): array for name, array in params.items() if name.startswith("layer")}
    data = of.data().train
    shares = []
    for x, target in list(zip(data.inputs, data.targets, strict=True))[:: len(data) // 16]:
        trace = unroll(of.cell, own, x[np.newaxis])

        def loss(t, unit, change, trace=trace, x=x, target=target):
            """What the loss becomes if c of a timestep is changed, and h with it."""
            c = trace["c"][0, t] + change * np.eye(2)[unit]
            h = trace["o"][0, t] * np.tanh(c)
            if t < 11:
                h = unroll(of.cell, own, x[np.newaxis, t + 1 :], {"h": [h], "c": [c]})["h"][0, -1]
            return np.square(h @ params["head.kernel"] + params["head.bias"] - target).mean()

        step = 1e-4
        shares.append(
            [
                np.linalg.norm([loss(t, unit, step) - loss(t, unit, -step) for unit in range(2)])
                for t in (11, 0)
            ]
        )
    near, far = np.mean(shares[:16], axis=0)
    found = said(ADDING, 0.2, of=of, params=params)[0]
    assert ("The gap" in found) == (far / near < 0.001)
    if far / near < 0.001:
        assert f"{100 * far / near:.1g}\u00a0% is left" in found


OWN_FORGET_GATE = "an LSTM with a forget gate of its own and a forget bias of 2.5"


@pytest.mark.parametrize(
    ("choices", "biases", "words"),
    [
        ({"cell": SimpleRNN()}, [0], " or an LSTM with a forget bias of 2.5 instead of a plain RNN"),
        ({"cell": GRU()}, [-2, 0, 0], f" or {OWN_FORGET_GATE}"),
        ({"cell": LSTM(coupled=True)}, [2, 0, 0], f" or {OWN_FORGET_GATE}"),
        ({"forget_bias": -1.0}, [0, -1, 0, 0], " or a larger forget bias, such as 2.5"),
        ({"l2": 0.1, "dropout": 0.5}, [0, -1, 0, 0], ", less L2 or a larger forget bias, such as 2.5"),
        ({"forget_bias": 3.0}, [0, -1, 0, 0], ""),
    ],
)
def test_against_a_gap_only_what_applies_is_advised(choices, biases, words):
    of = adding(hidden_sizes=(1,), **choices)
    found = said(ADDING, 0.2, of=of, params=with_biases(of, biases))[0]
    assert found.startswith("The gap")
    assert found.endswith(f"Try a smaller “Numbers in a sequence” than 12 first{words}.")


def test_sequences_of_the_smallest_size_are_not_to_be_smaller():
    size = next(size for size in TASKS["copy"].sizes if size.key == "delay")
    of = plan("copy", (("delay", size.low), ("symbols", 6)), cell=IDENTITY, hidden_sizes=(2,))
    flat = history(np.full(100, 5.0), validation=[5.0, 5.0])
    found = said(flat, 5.0, of=of, params=halving(of, 0.1))[0]
    assert "left 12 timesteps before. Try an LSTM with a forget bias of 2.5" in found
    kept = replace(of, cell=LSTM(), hidden_sizes=(1,), forget_bias=3.0)
    assert "Try more epochs." in said(flat, 5.0, of=kept, params=with_biases(kept, [0, -2, 0, 0]))[0]


def test_gap_is_not_named_where_little_has_to_arrive():
    def of(length, losses=ADDING):
        of = adding(length, cell=IDENTITY, hidden_sizes=(2,))
        return said(losses, losses.loss[-1], of=of, params=halving(of, 0.3))[0]

    assert "The gap" in of(11)
    assert "The gap" not in of(10)
    assert "The gap" not in of(11, history(np.full(100, 0.1), validation=[0.2, 0.2]))
    flat = history(np.full(100, 3.0), validation=[3.0, 3.0], rate=0.005)
    for task in ("characters", "forecasting"):
        comes_next = plan(task, (("window", 20),), cell=IDENTITY, hidden_sizes=(2,))
        found = said(flat, 3.0, of=comes_next, params=halving(comes_next))
        assert [sentence[:13] for sentence in found] == ["Too few units"]


def test_run_that_learned_is_not_asked_for_a_cause():
    of = adding(cell=IDENTITY, hidden_sizes=(3,))
    assert said(ADDING, 0.2, of=of, params=halving(of), learned=True) == ()
    assert said(history(FLAT, rate=5.0), learned=True) == ()


# ---- any run, any weights


def test_examples_in_docstrings_run():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("count", [1, 2, 9, 10, 19, 20, 21, 200])
@pytest.mark.parametrize("task", TASKS)
def test_run_of_any_length_of_any_task_is_told_at_most_three_full_sentences(task, count):
    of = plan(task)
    seen = history(np.linspace(3, 1, count), [0, count], [3.0, 1.0])
    for learned in (True, False):
        found = said(seen, 1.0, of=of, learned=learned)
        assert len(found) <= 3
        assert learned or found
        for sentence in found:
            assert sentence.endswith(".")
            assert not re.search(r"\b(nan|inf)\b", sentence)


@pytest.mark.parametrize("size", [1e-300, 1e100, 1e155, 1e308])
@pytest.mark.parametrize("cell", [*(cell() for cell in CELLS.values()), SimpleRNN(activation="relu")])
def test_weights_of_any_size_leave_what_the_curves_say_without_a_warning(cell, size):
    for task in ("adding", "copy", "sentiment"):
        of = plan(task, cell=cell, hidden_sizes=(2, 2))
        params = {name: np.where(array < 0, -size, size) for name, array in first_weights(of).items()}
        seen = history(np.repeat([1.0, 1e5], [1, 99]), validation=[1.0, 1e5], rate=0.01)
        assert "rose from 1 around update 1 to 1e+05" in said(seen, 1e5, of=of, params=params)[0]


def test_losses_of_any_finite_size_are_compared_without_a_warning():
    for losses in (np.full(100, 1e308), np.geomspace(1e-300, 1e308, 100), np.geomspace(1e308, 1e-300, 100)):
        found = said(history(losses, validation=[losses[0], losses[-1]]), losses[-1])
        assert not any(re.search(r"\b(nan|inf)\b", sentence) for sentence in found)


@pytest.mark.parametrize(("room_for", "looked_at"), [(0, []), (1, [1]), (3, [2]), (16, [16]), (50, [16])])
def test_no_more_examples_are_looked_at_than_there_is_room_for(monkeypatch, room_for, looked_at):
    of = adding(cell=IDENTITY, hidden_sizes=(3,))
    seen = []
    forward = Network.forward

    def watched(network, params, inputs, mask=None, **more):
        seen.append(len(inputs))
        return forward(network, params, inputs, mask, **more)

    monkeypatch.setattr(Network, "forward", watched)
    room = 2 * of.network().room(room_for, 12, gradients=True) if room_for else 1000
    monkeypatch.setattr(module, "MAX_RUN_BYTES", room)
    (found,) = said(ADDING, 0.2, of=of, params=halving(of))
    assert seen == looked_at
    assert found.startswith("The gap" if looked_at else "The training loss no longer falls much")


# ---- runs that were made to fail


def run(plan):
    done = train(plan)
    assert done.state == "finished"
    return done.history, float(done.history.validation_loss[-1]), done.snapshots[-1].params


@pytest.mark.parametrize(
    ("of", "start"),
    [
        (lambda: plan("copy", hidden_sizes=(1,), epochs=15), "Too few units: with 1 unit "),
        (lambda: plan(learning_rate=1e-5, epochs=4), "The learning rate of 1e-05 is probably too low"),
        (lambda: adding(learning_rate=1.0, batch_size=5, epochs=8), "The learning rate of 1 is "),
        (lambda: plan("next_word", learning_rate=1.0, epochs=60), "The learning rate of 1 is "),
        (
            lambda: adding(100, cell=SimpleRNN(), batch_size=5, epochs=5),
            "The gap is longer than the gradient",
        ),
        (
            lambda: plan("copy", (("examples", 50), ("delay", 1)), epochs=150),
            "Overfitting: the validation loss was lowest after update ",
        ),
    ],
    ids=["units", "low rate", "high rate", "very high rate", "gap", "overfitting"],
)
def test_run_that_was_made_to_fail_hears_its_cause_first(of, start):
    chosen = of()
    seen, loss, params = run(chosen)
    assert said(seen, loss, of=chosen, params=params)[0].startswith(start)


@pytest.mark.parametrize("task", ["next_word", "parity", "four_targets"])
def test_run_that_learns_as_its_task_comes_hears_of_no_failure(task):
    seen, loss, params = run(plan(task))
    assert said(seen, loss, of=plan(task), params=params, learned=True) == ()
