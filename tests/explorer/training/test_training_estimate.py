"""What a run costs: counted rightly, timed sparingly, and refused before it is computed in full."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from explorer.training import estimate as module
from explorer.training.estimate import LONGEST_UPDATE, estimate
from explorer.training.limits import MAX_RUN_BYTES, largest_size
from explorer.training.plan import Source, default_plan
from explorer.training.trainer import Trainer
from lstm_core import TASKS, InputError, SizeInputError


class Spent:
    """A processor that every training update and every evaluated example costs a given time."""

    def __init__(self, monkeypatch, update, example=0.0):
        self.now, self.batches, self.measured = 0.0, [], []
        train, evaluate = module.train, module.evaluate

        def timed_train(network, params, data, **settings):
            steps = train(network, params, data, **settings)  # checks what it is given

            def timed():
                for step in steps:
                    cost = update(len(data)) if callable(update) else update
                    self.now += cost
                    self.batches.append(len(data))
                    yield step

            return timed()

        def timed_evaluate(network, params, data, **settings):
            self.now += example * len(data)
            self.measured.append(len(data))
            return evaluate(network, params, data, **settings)

        monkeypatch.setattr(module, "train", timed_train)
        monkeypatch.setattr(module, "evaluate", timed_evaluate)
        monkeypatch.setattr(module, "thread_time", lambda: self.now)


@pytest.fixture(autouse=True)
def _nothing_timed_before(data_cache):
    data_cache()


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_run_as_it_comes(task):
    plan = default_plan(Source(task=task))
    cost = estimate(plan)
    drawn = plan.network().init(plan.generator())
    assert cost.parameters == sum(array.size for array in drawn.values())
    assert cost.updates == plan.epochs * -(-len(plan.data().train) // plan.batch_size)
    assert cost.update_seconds > 0
    assert cost.measurement_seconds > 0


def test_seconds_are_those_of_all_updates_and_all_measurements(tiny, monkeypatch):
    Spent(monkeypatch, update=0.002, example=0.001)
    plan = tiny("adding", epochs=30)
    held_out = len(plan.data().validation)
    cost = estimate(plan)
    assert cost.update_seconds == pytest.approx(0.002)
    assert cost.measurement_seconds == pytest.approx(0.001 * held_out, rel=0.2)
    measurements = 30 + 1
    assert cost.seconds == pytest.approx(120 * 0.002 + measurements * cost.measurement_seconds)


def test_the_middle_of_several_times_counts_not_the_slowest(tiny, monkeypatch):
    costs = iter([9.0, 0.001, 0.001, 0.005, 0.001, 0.001, 0.001, 0.001])
    Spent(monkeypatch, update=lambda examples: next(costs))
    assert estimate(tiny()).update_seconds == pytest.approx(0.001)


def test_timing_stops_when_it_has_seen_enough(tiny, monkeypatch):
    spent = Spent(monkeypatch, update=0.05)
    estimate(tiny())
    assert len(spent.batches) == 2


def test_what_changes_no_time_is_not_timed_again(tiny, monkeypatch):
    spent = Spent(monkeypatch, update=0.001)
    plan = tiny()
    first = estimate(plan)
    made = len(spent.batches)
    for change in ({"epochs": 60}, {"learning_rate": 0.5}, {"patience": 4}, {"forget_bias": 3.0}):
        assert estimate(replace(plan, **change)).update_seconds == first.update_seconds
    assert estimate(replace(plan, epochs=60)).updates == 10 * first.updates
    assert estimate(replace(plan, epochs=60)).seconds > 5 * first.seconds
    assert len(spent.batches) == made
    estimate(replace(plan, hidden_sizes=(4,)))
    assert len(spent.batches) > made


def test_a_large_update_is_timed_on_a_handful_of_examples_and_scaled(tiny, monkeypatch):
    monkeypatch.setattr(module, "_CAREFUL", 100)
    spent = Spent(monkeypatch, update=lambda examples: 0.01 * examples, example=0.0001)
    plan = tiny("adding", batch_size=30)
    cost = estimate(plan)
    assert set(spent.batches) == {4}
    assert spent.measured == [4]
    assert cost.update_seconds == pytest.approx(0.3)
    assert cost.measurement_seconds == pytest.approx(0.0001 * len(plan.data().validation), rel=0.2)


def test_what_takes_too_long_is_refused_without_a_full_update(tiny, monkeypatch):
    monkeypatch.setattr(module, "_CAREFUL", 100)
    spent = Spent(monkeypatch, update=lambda examples: 0.1 * examples)
    with pytest.raises(InputError, match=r"at most 0\.8 seconds.* about 3\."):
        estimate(tiny("adding", batch_size=30))
    assert sum(spent.batches) <= 2 * 4


def test_an_update_is_refused_together_with_its_measurement(tiny, monkeypatch):
    held_out = len(tiny("adding").data().validation)
    Spent(monkeypatch, update=0.7 * LONGEST_UPDATE, example=0.4 * LONGEST_UPDATE / held_out)
    with pytest.raises(InputError, match="Pause and Stop"):
        estimate(tiny("adding"))


def largest(task):
    sizes = TASKS[task].sizes
    return Source(task=task, sizes=tuple((size.key, largest_size(size.key, size.high)) for size in sizes))


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_room_at_its_largest_sizes(task, monkeypatch):
    Spent(monkeypatch, update=0.001)
    estimate(default_plan(largest(task)))


def test_run_that_takes_too_much_memory_is_refused_before_it_is_taken():
    plan = replace(default_plan(largest("adding")), hidden_sizes=(8,), batch_size=1024)
    plan.data()
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"at most 64 MB .* about 383 MB\. Choose a smaller batch"):
            estimate(plan)
        with pytest.raises(SizeInputError, match="382"):
            Trainer(plan)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_RUN_BYTES


def test_what_is_refused_is_what_a_run_itself_would_refuse(monkeypatch):
    Spent(monkeypatch, update=0.001)
    refused = []
    for batch in (150, 165, 171, 175, 190):
        plan = replace(default_plan(largest("adding")), hidden_sizes=(8,), batch_size=batch)
        try:
            estimate(plan)
        except InputError:
            refused.append(batch)
            with pytest.raises(SizeInputError):
                Trainer(plan)
        else:
            Trainer(plan)
    assert refused == [175, 190]


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"batch_size": -3},
        {"learning_rate": -1.0},
        {"learning_rate": float("nan")},
        {"patience": -1},
        {"clip": "value", "clip_limit": 0.0},
        {"hidden_sizes": (0,)},
        {"dropout": 1.5},
        {"optimizer": "SGD", "momentum": -0.1},
    ],
)
def test_plan_that_cannot_be_run_has_no_cost(tiny, wrong):
    with pytest.raises(InputError):
        estimate(tiny(**wrong))


def test_timing_changes_nothing_of_the_run(tiny, same_weights):
    plan = tiny(dropout=0.5)
    first = plan.network().init(plan.generator())
    estimate(plan)
    same_weights(plan.network().init(plan.generator()), first)
