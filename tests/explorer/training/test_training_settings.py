"""The table of settings: complete, and read by everything that deals with a plan."""

import json
from dataclasses import fields, replace

import pytest

from explorer.fields import Choice, Real, Switch, Whole
from explorer.training.plan import Plan, Source, default_plan
from explorer.training.plan_record import plan_record, read_plan
from explorer.training.settings import SETTINGS
from explorer.training.wording import differences
from lstm_core import TASKS, InputError

ROWS = pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
OF_THEIR_OWN = {"source", "cell", "hidden_sizes"}
PLAN = replace(default_plan(Source(task="sentiment")), optimizer="SGD", clip="norm", learning_rate=0.25)


def other(row):
    """Return a value that the plan does not have."""
    match row:
        case Switch():
            return not getattr(PLAN, row.key)
        case Choice():
            return next(choice for choice in row.choices if choice != getattr(PLAN, row.key))
        case Whole():
            return getattr(PLAN, row.key) + 1
    return (getattr(PLAN, row.key) + 0.4) / 2


def test_every_setting_of_a_plan_is_a_row():
    assert {field.name for field in fields(Plan)} - OF_THEIR_OWN == set(SETTINGS)


@pytest.mark.parametrize("task", TASKS)
def test_defaults_of_a_task_are_within_the_limits(task):
    plan = default_plan(Source(task=task))
    for key, row in SETTINGS.items():
        assert row.checked(getattr(plan, key)) == getattr(plan, key)


@ROWS
def test_setting_goes_into_a_file_and_comes_back(row):
    plan = replace(PLAN, **{row.key: other(row)})
    assert plan != PLAN
    record, arrays = plan_record(plan)
    assert read_plan(json.loads(json.dumps(record)), arrays) == plan


@ROWS
@pytest.mark.parametrize("value", [None, "x", [], {}, float("nan"), float("inf"), -1e300, 10**400])
def test_value_that_it_cannot_have_is_refused(row, value):
    record, arrays = plan_record(PLAN)
    record = json.loads(json.dumps(record))
    read_plan(record, arrays)
    with pytest.raises(InputError, match=row.key):
        read_plan(record | {row.key: value}, arrays)


@ROWS
def test_runs_that_differ_in_it_are_told_apart(row):
    one, two = differences([PLAN, replace(PLAN, **{row.key: other(row)})])
    assert one != two


@ROWS
def test_words_of_its_field_are_its_own(row):
    assert row.words
    assert [other.words for other in SETTINGS.values()].count(row.words) == 1
    assert not isinstance(row, Real) or row.step > 0
