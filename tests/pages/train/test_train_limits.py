"""Every field of the sidebar takes what a file may bring: at both ends of its range, and nothing beyond."""

import json
from dataclasses import replace

import pytest

from explorer.fields import Real, Whole
from explorer.training.limits import LAYERS, MAX_SIZES, SEED, UNITS
from explorer.training.plan import Source, default_plan
from explorer.training.plan_record import plan_record, read_plan
from explorer.training.run_file import write_run
from explorer.training.settings import SETTINGS
from explorer.training.worker import Worker
from lstm_core import TASKS, InputError

PLAN = replace(
    default_plan(Source(task="parity", sizes=(("length", 5),))),
    hidden_sizes=(2,),
    optimizer="SGD",
    momentum=0.5,
    clip="norm",
    learning_rate=0.5,
    batch_size=32,
)
WORDS = replace(default_plan(Source(task="sentiment")), hidden_sizes=(2,))
LEAST = 1e-6
"""Of what has to be above 0, and below 1."""
ENDS = {row.key: (row.low, row.high) for row in SETTINGS.values() if isinstance(row, Real | Whole)}
ENDS |= {"seed": SEED, "layers": LAYERS, "units": UNITS}
ENDS |= {"momentum": (0.0, 1 - LEAST), "learning_rate": (LEAST, 100.0), "clip_limit": (LEAST, 1e6)}
CASES = [(name, end) for name, ends in ENDS.items() for end in ends]


def changed(name, value):
    if name == "seed":
        return replace(PLAN, source=replace(PLAN.source, seed=value))
    if name == "layers":
        return replace(PLAN, hidden_sizes=(2,) * value)
    if name == "units":
        return replace(PLAN, hidden_sizes=(value,))
    return replace(WORDS if name == "embedding" else PLAN, **{name: value})


def filled(page, plan):
    """Load a run of a plan and use its settings."""
    page.tab("Runs").upload("load_0", "run.npz", write_run(Worker(plan).saved("theirs")))
    return page.click("settings_of").run()


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
def test_field_takes_both_ends_of_what_a_file_may_say(parity, name, value):
    page = filled(parity, changed(name, value))
    found = page.field("units_0" if name == "units" else name)
    assert type(value)(found) == value
    assert page.notices(f"train_{name}_refused") == []
    assert "A field above cannot be read" not in page.shown


def recorded(plan):
    record, arrays = plan_record(plan)
    return json.loads(json.dumps(record)), arrays


@pytest.mark.parametrize(("name", "ends"), ENDS.items())
def test_file_beyond_the_range_of_a_field_is_refused(name, ends):
    assert read_plan(*recorded(PLAN)) == PLAN
    for value in (ends[0] - 1, ends[1] + 1):
        with pytest.raises(InputError, match="must"):
            read_plan(*recorded(changed(name, value)))


@pytest.mark.parametrize("task", [task for task in TASKS.values() if task.sizes], ids=lambda task: task.key)
def test_sizes_that_a_file_does_not_name_are_those_that_it_means(opened, task):
    low = {f"size_{task.key}_{size.key}": size.low for size in task.sizes}
    page = filled(opened(task.key, **low), replace(default_plan(Source(task=task.key)), hidden_sizes=(2,)))
    for size in task.sizes:
        assert page.field(f"size_{task.key}_{size.key}") == size.default <= MAX_SIZES.get(size.key, size.high)
