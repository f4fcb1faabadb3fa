"""The plan as it was asked for: what the fields say of a run, also of one that went on from another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.training.limits import MAX_EPOCHS, MAX_UPDATES
from explorer.training.runs import Runs
from lstm_core import InputError


@pytest.fixture
def went_on(tiny):
    """Runs, of which one had 4 epochs and went on exactly for 6 more, of which it has made one."""
    held = Runs(tiny(epochs=4))
    steps(held, 16)
    held.branch(tiny(epochs=6))
    steps(held, 4)
    return held


def steps(held, count):
    for _ in range(count):
        held.worker.step()


def test_run_that_went_on_was_asked_for_the_epochs_after_those_it_had(went_on, tiny):
    assert went_on.plan == tiny(epochs=10)
    assert went_on.asked == went_on.worker.trainer.asked == tiny(epochs=6)


def test_kept_run_was_asked_for_the_same(went_on, tiny):
    went_on.begin(tiny(epochs=2))
    assert [run.asked for run in went_on.kept] == [tiny(epochs=4), tiny(epochs=6)]
    went_on.look_at("Run 2")
    assert (went_on.asked, went_on.worker.trainer.asked) == (tiny(epochs=6), tiny(epochs=2))


def test_run_that_took_over_weights_only_was_asked_for_all_its_epochs(went_on, tiny):
    went_on.branch(tiny(epochs=7, batch_size=3))
    assert went_on.asked == went_on.plan == tiny(epochs=7, batch_size=3)


def test_weights_from_explore_begin_a_run_of_what_was_asked_for(went_on, tiny):
    went_on.begin_with(went_on.snapshot.params, went_on.asked, "Explore")
    assert went_on.plan == tiny(epochs=6)


def test_back_to_drawn_weights_has_the_epochs_that_were_asked_for(went_on, tiny):
    went_on.back()
    assert went_on.plan == tiny(epochs=10)
    went_on.back()
    assert (went_on.plan, went_on.worker.trainer.origin) == (tiny(epochs=6), None)


def test_going_on_past_the_most_epochs_is_refused_in_words_and_changes_nothing(tiny):
    held = Runs(tiny(epochs=3))
    steps(held, 12)
    before = held.worker, held.kept, held.name
    with pytest.raises(InputError, match=r"at most 100,000 epochs, but 99,998 .* would be 100,001"):
        held.branch(tiny(epochs=MAX_EPOCHS - 2))
    assert (held.worker, held.kept, held.name) == before
    held.branch(tiny(epochs=MAX_EPOCHS - 3))
    assert held.plan.epochs == MAX_EPOCHS


def test_going_on_past_the_most_updates_is_refused(tiny):
    plan = tiny("adding", epochs=3, batch_size=1)
    held = Runs(plan)
    steps(held, 3 * plan.updates_per_epoch)
    most = MAX_UPDATES // plan.updates_per_epoch
    with pytest.raises(InputError, match="at most 1,000,000 updates"):
        held.branch(replace(plan, epochs=most))
    assert held.name == "Run 1"


def test_prepared_run_that_would_be_too_long_to_go_on_takes_over_the_weights_only(tiny, same_weights):
    held = Runs(tiny(epochs=3))
    steps(held, 12)
    learned = held.snapshot
    held.branch(tiny(epochs=3))
    held.prepare(tiny(epochs=MAX_EPOCHS))
    assert (held.plan.epochs, held.worker.trainer.origin.checkpoint) == (MAX_EPOCHS, None)
    same_weights(held.snapshot.params, learned.params)
    assert held.worker.now.update == 12
