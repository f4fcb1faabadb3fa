"""What a visitor's page holds: nothing that has begun is lost, and what is refused changes nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from explorer.training import runs as module
from explorer.training.plan import Source, default_plan
from explorer.training.runs import MAX_KEPT, Runs
from lstm_core import LSTM, Dataset, InputError
from lstm_core.tasks.forecasting import Series


@pytest.fixture
def held(tiny):
    """The runs of a visitor; their threads are ended with the test."""
    runs = Runs(tiny())
    yield runs
    runs.close()


def steps(runs, count):
    for _ in range(count):
        runs.worker.step()


def begun(runs, count=3):
    steps(runs, count)
    return runs.worker


def state_of(runs):
    """Everything that a refusal must leave as it was."""
    return (
        runs.name,
        runs.worker,
        runs.worker.state,
        tuple(runs.kept),
        runs.opened,
        runs.at,
        runs.overlaid,
        runs.subject,
        runs.dropped,
    )


def names(runs):
    return [run.name for run in runs.kept]


# ---- prepare


def test_prepared_plan_takes_the_place_of_a_run_that_has_not_begun(held, tiny):
    held.prepare(tiny(hidden_sizes=(5,)))
    assert held.plan.hidden_sizes == (5,)
    assert (held.name, held.kept, held.begun) == ("Run 1", [], False)


def test_prepared_plan_that_is_the_same_changes_nothing(held, tiny):
    before = state_of(held)
    held.prepare(tiny())
    assert state_of(held) == before


@pytest.mark.parametrize("act", ["step", "finish", "stop"])
def test_prepared_plan_waits_while_there_is_a_run_that_has_begun(held, tiny, act):
    steps(held, 24 if act == "finish" else 1)
    if act == "stop":
        held.worker.stop()
    before = state_of(held)
    held.prepare(tiny(hidden_sizes=(5,)))
    assert state_of(held) == before


def test_prepared_plan_waits_while_a_run_is_running(held, tiny, ended):
    held.begin(tiny(epochs=100_000))
    held.worker.run()
    before = held.worker
    held.prepare(tiny(hidden_sizes=(5,)))
    assert held.worker is before
    held.close()
    ended()


def test_prepared_plan_that_cannot_be_run_is_refused_and_changes_nothing(held, tiny):
    before = state_of(held)
    with pytest.raises(InputError):
        held.prepare(tiny(dropout=2.0))
    assert state_of(held) == before


def test_prepared_plan_keeps_the_weights_that_a_run_was_to_begin_with_while_they_fit(
    held, tiny, same_weights
):
    begun(held, 5)
    held.branch(tiny(batch_size=3))
    origin = held.worker.now
    held.prepare(tiny(batch_size=4))
    assert held.worker.now.update == 5
    same_weights(held.worker.now.params, origin.params)
    held.prepare(tiny(hidden_sizes=(5,)))
    assert (held.worker.now.update, held.worker.trainer.origin) == (0, None)


def test_prepared_plan_that_can_go_on_exactly_still_does(held, tiny, bare):
    begun(held, 9)
    held.branch(tiny())
    before = state_of(held)
    held.prepare(tiny())
    assert state_of(held) == before
    held.prepare(tiny(epochs=1))
    steps(held, 7)
    assert held.worker.state == "finished"
    assert held.history().loss.tolist() == bare(tiny()).loss[9:16]


@pytest.mark.parametrize("change", [{"batch_size": 3}, {"optimizer": "RMSprop"}])
def test_prepared_plan_that_differs_takes_over_weights_but_not_the_optimiser(
    held, tiny, change, same_weights
):
    worker = begun(held, 9)
    held.branch(tiny())
    assert held.worker.trainer.origin.checkpoint is not None
    held.prepare(tiny(**change))
    assert held.worker.trainer.origin.checkpoint is None
    same_weights(held.worker.now.params, worker.now.params)
    assert (held.worker.now.update, held.worker.trainer.offset) == (9, 9)


# ---- begin


def test_begin_keeps_a_run_that_has_begun_under_its_name(held, tiny, same_weights):
    first = begun(held)
    held.begin(tiny(hidden_sizes=(5,)))
    assert (names(held), held.name, held.overlaid) == (["Run 1"], "Run 2", {"Run 1"})
    kept = held.kept[0]
    assert (kept.state, kept.plan, len(kept.history)) == ("stopped", first.trainer.plan, 3)
    assert kept.history.measured[-1] == 3
    same_weights(kept.snapshots[-1].params, first.now.params)
    assert (held.worker.state, held.plan.hidden_sizes) == ("ready", (5,))


def test_begin_keeps_no_run_that_has_not_begun(held, tiny):
    held.begin(tiny(hidden_sizes=(5,)))
    assert (held.kept, held.name) == ([], "Run 1")


def test_begin_ends_the_thread_of_the_run_before(held, tiny, ended, until):
    held.begin(tiny(epochs=100_000))
    held.worker.run()
    until(lambda: len(held.worker.trainer.history()) > 5)
    held.begin(tiny())
    ended()
    assert held.kept[0].state == "stopped"
    assert held.kept[0].history.update[-1] == held.kept[0].snapshots[-1].update


def test_finished_run_is_kept_as_finished(held, tiny):
    begun(held, 24)
    held.begin(tiny())
    assert (held.kept[0].state, held.kept[0].reason) == ("finished", "")


@pytest.mark.parametrize("running", [False, True])
def test_begin_that_is_refused_changes_nothing(held, tiny, running, ended):
    held.begin(tiny(epochs=100_000))
    steps(held, 2)
    if running:
        held.worker.run()
    before = state_of(held)
    with pytest.raises(InputError):
        held.begin(tiny(dropout=2.0))
    assert state_of(held) == before
    held.close()
    ended()


def test_back_returns_to_the_same_weights_and_keeps_what_was_learned(held, same_weights):
    first = begun(held)
    held.back()
    assert names(held) == ["Run 1"]
    assert held.plan == first.trainer.plan
    same_weights(held.worker.now.params, first.trainer.snapshots[0].params)
    steps(held, 3)
    assert held.history().loss.tolist() == held.kept[0].history.loss.tolist()


def test_back_of_a_run_that_went_on_returns_to_where_it_began_and_then_to_drawn_weights(
    held, tiny, same_weights
):
    first = begun(held)
    held.branch(tiny(batch_size=3))
    origin = held.worker.trainer.origin
    steps(held, 2)
    held.back()
    assert held.worker.trainer.origin is origin
    assert held.worker.now.update == 3
    held.back()
    assert held.worker.trainer.origin is None
    assert held.worker.now.update == 0
    same_weights(held.worker.now.params, first.trainer.snapshots[0].params)
    assert names(held) == ["Run 1", "Run 2"]


# ---- branch


@pytest.mark.parametrize("after", [7, 16, 24])
@pytest.mark.parametrize("reopened", [False, True])
def test_branch_of_the_same_settings_goes_on_to_the_bit_for_all_its_epochs(
    held, tiny, bare, same_weights, after, reopened
):
    begun(held, after)
    if reopened:
        held.begin(tiny(hidden_sizes=(2,)))
        held.look_at("Run 1")
    held.branch(tiny(epochs=3))
    assert held.worker.trainer.origin.words == f"Run 1 after update {after}"
    total = 4 * (-(-after // 4) + 3)
    assert (held.worker.trainer.offset, held.worker.trainer.total) == (0, total)
    steps(held, total - after)
    expected = bare(tiny(epochs=total // 4))
    assert held.worker.state == "finished"
    assert held.history().update.tolist() == list(range(after + 1, total + 1))
    assert held.history().loss.tolist() == expected.loss[after:]
    same_weights(held.snapshot.params, expected.params[-1])
    assert held.saved().parent == f"Run 1 after update {after}"


def test_branch_between_two_kept_moments_goes_on_from_where_the_run_stands(held, tiny, bare):
    held.begin(tiny(epochs=100))
    begun(held, 117)
    assert held.snapshots[-1].update < 117
    held.branch(tiny(epochs=101))
    assert (held.worker.now.update, held.worker.trainer.offset) == (117, 0)
    steps(held, 3)
    assert held.history().loss.tolist() == bare(tiny(epochs=30)).loss[117:]


def test_branch_from_the_last_kept_moment_is_not_from_where_the_run_stands(held, tiny, same_weights):
    held.begin(tiny(epochs=100))
    begun(held, 117)
    held.at = len(held.snapshots) - 1
    moment = held.snapshot
    assert moment.update < 117
    held.branch(tiny(epochs=101))
    assert held.worker.trainer.origin.checkpoint is None
    assert held.worker.trainer.offset == held.worker.now.update == moment.update
    same_weights(held.worker.now.params, moment.params)


def test_branch_with_another_learning_rate_uses_it_from_the_next_update(held, tiny, bare):
    begun(held, 8)
    held.branch(tiny(learning_rate=0.5))
    assert held.worker.trainer.origin.checkpoint is not None
    steps(held, 4)
    assert held.history().learning_rate.tolist() == [0.5] * 4
    rate = tiny().learning_rate
    expected = bare(tiny(), learning_rate=lambda update: rate if update <= 8 else 0.5)
    assert held.history().loss.tolist() == expected.loss[8:12]


@pytest.mark.parametrize(
    ("after", "change"),
    [(8, {"batch_size": 4}), (8, {"dropout": 0.1}), (24, {"optimizer": "SGD"})],
)
def test_branch_with_other_settings_takes_over_the_weights_only(held, tiny, bare, after, change):
    begun(held, after)
    params, plan = held.snapshot.params, tiny(**change)
    held.branch(plan)
    assert held.worker.trainer.origin.checkpoint is None
    assert (held.worker.trainer.offset, held.worker.trainer.total) == (after, after + plan.updates)
    steps(held, 5)
    assert held.history().loss.tolist() == bare(plan, params=params).loss[:5]


def test_branch_of_a_run_that_took_its_best_weights_back_starts_afresh_from_them(held, tiny, same_weights):
    held.begin(tiny(patience=2, learning_rate=0.3, epochs=60))
    while not held.worker.over:
        held.worker.step()
    assert held.worker.trainer.restored is not None
    best = held.worker.trainer.restored.params
    held.branch(tiny(patience=2, learning_rate=0.3, epochs=80))
    assert held.worker.trainer.origin.checkpoint is None
    same_weights(held.worker.now.params, best)
    steps(held, 3)
    assert held.worker.state == "paused"


def test_branch_that_stops_early_keeps_the_parts_that_the_run_has_learned_from(held, tiny):
    begun(held, 10)
    plan = tiny(patience=2)
    held.branch(replace(plan, source=replace(plan.source, test=True)))
    assert held.worker.trainer.plan.patience == 2
    assert held.plan.source == tiny().source
    worker, serial = held.worker, held.subject
    held.prepare(replace(held.asked, source=replace(plan.source, test=True)))  # the sidebar asks again
    assert (held.worker, held.subject) == (worker, serial)


def test_branch_whose_size_brings_a_third_part_is_refused(held):
    values = tuple(np.sin(np.arange(100.0)).tolist())
    plans = [
        replace(
            default_plan(Source(task="forecasting", own=Series("s", "", values), sizes=sizes, test=True)),
            patience=3,
            hidden_sizes=(2,),
            epochs=2,
        )
        for sizes in ((("window", 50),), (("window", 30),))
    ]
    assert [plan.data().test is None for plan in plans] == [True, False]
    held.begin(plans[0])
    steps(held, 2)
    with pytest.raises(InputError, match="this run has learned some of them"):
        held.branch(plans[1])


def test_run_that_begins_afresh_after_all_holds_back_what_it_was_asked_to(held, tiny):
    begun(held, 3)
    held.branch(tiny(epochs=2))
    asked = tiny(patience=2, hidden_sizes=(9,))
    held.prepare(replace(asked, source=replace(asked.source, test=True)))
    assert held.worker.trainer.origin is None
    assert held.worker.trainer.plan.source.test


def test_branch_from_an_earlier_moment_begins_with_its_weights(held, tiny, same_weights):
    first = begun(held, 10)
    held.at = 4
    held.branch(tiny(epochs=20))
    assert held.worker.trainer.origin.checkpoint is None
    assert held.worker.trainer.total == 4 + 80
    assert held.worker.trainer.origin.words == "Run 1 after update 4"
    assert held.worker.trainer.offset == 4
    same_weights(held.worker.now.params, first.trainer.snapshots[4].params)
    assert len(held.kept[0].history) == 10


def test_branch_of_a_branch_counts_on(held, tiny, bare):
    begun(held, 10)
    held.branch(tiny(batch_size=1))
    steps(held, 5)
    params = held.kept[0].snapshots[-1].params
    held.branch(tiny(batch_size=1, epochs=7))
    assert held.worker.trainer.origin.words == "Run 2 after update 15"
    assert (held.worker.trainer.offset, held.worker.now.update) == (10, 15)
    steps(held, 2)
    assert held.history().update.tolist() == [16, 17]
    assert held.history().loss.tolist() == bare(tiny(batch_size=1), params=params).loss[5:7]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hidden_sizes": (4,)}, "LSTM 3, but the sidebar says LSTM 4;"),
        ({"hidden_sizes": (3, 3)}, "LSTM 3, but the sidebar says LSTM 3 + 3;"),
        ({"bidirectional": True}, "LSTM 3, but the sidebar says LSTM 3, both ways;"),
        ({"cell": LSTM(peephole=True)}, "LSTM 3, but the options of its cell are others now;"),
    ],
)
def test_branch_whose_weights_do_not_fit_is_refused_in_words_and_changes_nothing(held, tiny, change, said):
    begun(held)
    before = state_of(held)
    with pytest.raises(InputError, match=re.escape(said)):
        held.branch(tiny(**change))
    assert state_of(held) == before


def test_branch_goes_on_from_a_failed_run_where_it_was_good(held, tiny, same_weights):
    held.begin(tiny("adding", epochs=20))
    steps(held, 5)
    good = held.snapshot
    held.worker.trainer.learning_rate = 1e200
    steps(held, 2)
    assert held.worker.state == "failed"
    held.branch(tiny("adding", epochs=20, learning_rate=0.001))
    assert (held.kept[-1].state, held.kept[-1].snapshots[-1].update) == ("failed", 5)
    assert held.worker.now.update == held.worker.checkpoint().update == 5
    same_weights(held.worker.now.params, good.params)
    steps(held, 5)
    assert held.worker.state == "paused"


# ---- what is held out stays held out

WORDS = " ".join(f"w{place}" for place in range(100))


def sized(task, own=None, **sizes):
    plan = default_plan(Source(task=task, own=own, sizes=tuple(sizes.items())))
    return replace(plan, epochs=2, hidden_sizes=(3,))


@pytest.mark.parametrize(
    ("task", "own", "before", "after", "name"),
    [
        ("next_word", WORDS, {"window": 50}, {"window": 1}, "Words the network sees"),
        ("next_word", WORDS, {}, {"window": 5}, "Words the network sees"),
        ("parity", None, {"length": 9}, {"length": 5}, "Bits in a string"),
        ("adding", None, {"examples": 60}, {"examples": 50}, "Sequences to learn from"),
    ],
)
def test_branch_with_a_size_that_holds_other_examples_back_is_refused_and_named(
    task, own, before, after, name
):
    held = Runs(sized(task, own, **before))
    begun(held, 2)
    state = state_of(held)
    with pytest.raises(InputError, match=f"with the same “{name}”: others hold other examples back"):
        held.branch(sized(task, own, **after))
    assert state_of(held) == state


@pytest.mark.parametrize(
    ("task", "own", "before", "after"),
    [
        ("next_word", WORDS, {}, {"window": 4}),  # what it is by default
        ("next_word", None, {"window": 4}, {"window": 1}),  # nothing is held out
        ("forecasting", None, {"window": 14}, {"window": 7}),
        ("adding", None, {"length": 5, "examples": 50}, {"length": 9, "examples": 50}),
        ("copy", None, {"delay": 1, "examples": 50}, {"delay": 9, "examples": 50}),
    ],
)
def test_branch_with_a_size_that_holds_the_same_back_goes_on(task, own, before, after, same_weights):
    held = Runs(sized(task, own, **before))
    begun(held, 2)
    params = held.snapshot.params
    held.branch(sized(task, own, **after))
    assert held.worker.now.update == 2
    same_weights(held.worker.now.params, params)


def test_run_begun_with_given_weights_says_where_they_are_from(held, same_weights):
    params = {name: array + 0.5 for name, array in held.snapshot.params.items()}
    held.begin_with(params, held.asked, "Explore")
    same_weights(held.snapshot.params, params)
    assert held.saved().parent == "Explore"
    before = state_of(held)
    with pytest.raises(InputError):
        held.begin_with({"W": np.zeros(3)}, held.asked, "Explore")
    assert state_of(held) == before


# ---- what is kept


def test_oldest_run_goes_when_there_are_too_many_and_it_is_told(held, tiny):
    for number in range(MAX_KEPT):
        begun(held, 1)
        held.begin(tiny())
        assert held.dropped == ""
        assert len(held.kept) == number + 1
    held.look_at("Run 1")
    begun(held, 1)
    held.begin(tiny())
    assert held.dropped == "Run 1"
    assert names(held) == [f"Run {number}" for number in range(2, MAX_KEPT + 2)]
    assert held.opened is None
    assert "Run 1" not in held.overlaid


def test_run_that_is_added_gets_a_free_name_and_is_looked_at(held):
    begun(held)
    saved = held.saved()
    added = [held.add(saved).name for _ in range(3)]
    assert added == names(held) == ["Run 1 (2)", "Run 1 (3)", "Run 1 (4)"]
    assert held.shown_name == "Run 1 (4)"
    assert held.overlaid == set(added)
    assert held.name == "Run 1"


def test_next_run_never_gets_a_name_that_is_taken(held, tiny):
    begun(held)
    held.add(replace(held.saved(), name="Run 2"))
    held.begin(tiny())
    assert held.name not in names(held)
    assert len({held.name, *names(held)}) == 3


@pytest.mark.parametrize(
    ("new", "got"),
    [
        *(
            ("Best", "Best"),
            ("  much\n space ", "much space"),
            ("Run 2", "Run 2 (2)"),
            ("Other", "Other (2)"),
        ),
        *(("", "Run 1"), (" \t", "Run 1"), ("Run 1", "Run 1"), ("x" * 60, "x" * 40)),
    ],
)
def test_name_that_a_run_gets(held, tiny, new, got):
    begun(held)
    held.begin(tiny())
    held.add(replace(held.kept[0], name="Other"))
    held.look_at("Run 1")
    assert held.rename("Run 1", new) == got
    assert names(held) == [got, "Other"]
    assert held.shown_name == held.opened.name == got
    assert held.overlaid == {got, "Other"}
    assert held.opened is held.kept[0]


def test_run_of_the_moment_can_be_renamed_and_keeps_its_name(held, tiny):
    held.rename("Run 1", "Mine")
    assert held.shown_name == "Mine"
    begun(held)
    held.begin(tiny())
    assert names(held) == ["Mine"]
    assert held.name == "Run 2"


def test_nothing_is_renamed_that_is_not_there(held):
    before = state_of(held)
    assert held.rename("gone", "new") == "gone"
    assert state_of(held) == before


def test_removed_run_is_looked_at_no_more(held, tiny):
    begun(held)
    held.begin(tiny())
    held.look_at("Run 1")
    held.remove("Run 1")
    assert (held.kept, held.opened, held.overlaid) == ([], None, frozenset())
    held.remove("Run 1")


# ---- what is looked at


def test_look_at_shows_a_kept_run_and_then_the_run_of_the_moment(held, tiny, same_weights):
    begun(held, 5)
    held.begin(tiny(hidden_sizes=(5,)))
    begun(held, 2)
    subject = held.subject
    held.at = 1
    held.look_at("Run 1")
    assert held.at is None
    assert held.subject != subject
    assert (held.shown_name, held.plan.hidden_sizes, len(held.history())) == ("Run 1", (3,), 5)
    assert held.snapshot.update == held.snapshots[-1].update == 5
    held.at = 2
    assert held.snapshot.update == 2
    same_weights(held.snapshot.params, held.kept[0].snapshots[2].params)
    for name in (None, "Run 2", "gone"):
        held.look_at(name)
        assert (held.opened, held.shown_name, len(held.history())) == (None, "Run 2", 2)


def test_moment_is_the_latest_unless_another_one_is_asked_for(held):
    begun(held, 6)
    assert held.snapshot.update == 6
    held.at = 0
    assert held.snapshot.update == 0
    held.at = 99
    assert held.snapshot.update == 6


def test_watched_example_is_told_apart_by_task_and_name(held):
    held.watch("3")
    assert held.watched == "parity: 3"


# ---- what shares a chart

OWN = " ".join(f"w{place % 7}" for place in range(60))
SALES = Series("sales", "boxes", [float(day % 7 + day % 3) for day in range(200)])
LARGER = Series("sales", "boxes", [8 * value for value in SALES.values])
IN_PIECES = Series("sales", "pieces", SALES.values)


@pytest.mark.parametrize(
    ("one", "other", "shares"),
    [
        (Source(task="forecasting", own=SALES), Source(task="forecasting", own=SALES, seed=1), True),
        (Source(task="next_word", own=OWN), Source(task="next_word", own=OWN, seed=1), True),
        (Source(task="adding"), Source(task="adding", sizes=(("length", 20),)), True),
        (Source(task="parity"), Source(task="copy"), False),
        (Source(task="sentiment"), Source(task="sentiment", seed=1), False),
        (Source(task="adding"), Source(task="adding", seed=1), False),
        (Source(task="adding"), Source(task="adding", sizes=(("length", 50),)), False),
        (Source(task="next_word", own=OWN), Source(task="next_word"), False),
        (Source(task="next_word", own=OWN), Source(task="next_word", own=OWN, sizes=(("window", 2),)), False),
        (Source(task="forecasting", own=SALES), Source(task="forecasting", own=SALES, test=True), False),
        (Source(task="forecasting", own=SALES), Source(task="forecasting", own=LARGER), False),
        (Source(task="forecasting", own=SALES), Source(task="forecasting", own=IN_PIECES), False),
    ],
    ids=[
        *("own series, other seed", "own text, other seed", "size as by default", "other task"),
        *("other split", "other draw", "other length", "other text", "other window", "third part held back"),
        *("other scale", "other unit"),
    ],
)
def test_runs_share_a_chart_only_where_their_examples_are_the_same(one, other, shares):
    held, plan = Runs(default_plan(one)), default_plan(other)
    assert held.shares_a_scale(plan) is shares
    held.overlaid = frozenset({"kept"})
    assert held.draws("kept", plan) is shares
    assert not held.draws("not ticked", plan)


@pytest.mark.parametrize("part", ["train", "validation"])
@pytest.mark.parametrize("array", ["inputs", "targets", "mask", "weights"])
def test_run_whose_data_differ_in_a_single_number_does_not_share_a_chart(
    held, tiny, monkeypatch, part, array
):
    mask = np.ones((2, 3), bool)
    arrays = {
        "inputs": np.zeros((2, 3), int),
        "targets": np.zeros(2, int),
        "mask": mask,
        "weights": np.ones(2),
    }
    data = replace(tiny().data(), train=Dataset(**arrays), validation=Dataset(**arrays))
    changed = arrays[array].copy()
    changed.flat[0] = 1 - changed.flat[0]
    other = replace(data, **{part: Dataset(**arrays | {array: changed})})
    drawn = {5: data, 6: replace(data), 7: other}
    monkeypatch.setattr(module.Plan, "data", lambda plan: drawn[plan.source.seed])
    held.worker.trainer.plan = tiny(seed=5)
    assert held.shares_a_scale(tiny(seed=6))
    assert not held.shares_a_scale(tiny(seed=7))


def test_whether_runs_share_a_chart_is_known_when_their_data_are_gone(held, tiny, monkeypatch):
    same, other = tiny("adding", epochs=2), tiny("adding", seed=5)
    held.begin(tiny("adding"))
    assert (held.shares_a_scale(same), held.shares_a_scale(other)) == (True, False)
    monkeypatch.setattr(module.Plan, "data", None)
    assert (held.shares_a_scale(same), held.shares_a_scale(other)) == (True, False)


def test_other_settings_of_a_task_wait_while_a_run_is_under_way_although_its_data_would_be_others(held, tiny):
    begun(held)
    other = tiny(seed=1)
    assert not held.shares_a_scale(other)
    assert held.follow(other) == ""
    assert (held.name, held.plan.source.seed) == ("Run 1", 0)
    assert held.follow(tiny("adding")) == "Run 1 was stopped at update 3. It is kept under Runs."
    assert held.name == "Run 2"


def test_tabs_are_late_when_another_moment_is_shown(held):
    assert not held.tabs_are_late
    held.told(True)
    assert not held.tabs_are_late
    steps(held, 1)
    assert held.tabs_are_late
    held.told(False)
    steps(held, 1)
    assert not held.tabs_are_late


def test_tabs_are_late_only_after_a_second_while_live(held, tiny, ended, until, monkeypatch):
    now = [10.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    held.begin(tiny(epochs=100_000))
    held.told(True)
    held.worker.run()
    until(lambda: held.begun)
    assert held.live
    assert not held.tabs_are_late
    now[0] += 1.5
    assert held.tabs_are_late
    held.at = 0
    assert not held.live
    held.close()
    ended()


def test_close_ends_the_thread(held, tiny, ended, until):
    held.begin(tiny(epochs=100_000))
    held.worker.run()
    until(lambda: len(held.worker.trainer.history()) > 5)
    held.close()
    ended()
    assert held.worker.over


def test_two_studios_share_nothing(tiny, same_weights):
    one, other = Runs(tiny()), Runs(tiny())
    begun(one, 4)
    one.begin(tiny())
    assert (other.kept, other.begun, other.overlaid) == ([], False, frozenset())
    begun(other, 4)
    same_weights(other.snapshot.params, one.kept[0].snapshots[-1].params)
