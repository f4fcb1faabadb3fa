"""Every task: what opening it shows, what its defaults are, and that Start alone learns something."""

import numpy as np
import pytest

from explorer.session.train_state import fields
from explorer.training.plan import Source, default_plan
from explorer.views.predictions import Writing, pack_predictions, predictions_of
from explorer.web.payload import unpack
from explorer.wording import grouped
from lstm_core import TASKS


@pytest.fixture(params=TASKS)
def task(request):
    return request.param


def plan_of(task):
    """The task's own plan, with its sizes named as the page names them."""
    sizes = tuple((size.key, size.default) for size in TASKS[task].sizes)
    return default_plan(Source(task=task, sizes=sizes))


def first_weights(plan):
    return plan.network().init(plan.generator(), np.float64, forget_bias=plan.forget_bias)


def test_opening_a_task_shows_its_numbers_and_its_cost(page, task):
    page, plan = page.set(task=task), plan_of(task)
    data, network, params = plan.data(), plan.network(), first_weights(plan)
    assert page.notices("train_refused") == []
    assert plan.task.hard in page.shown
    probe = data.example(data.validation if data.held_out else data.train, 0)
    own = network.forward(params, probe.inputs, probe.mask).layers[0].forward["h"][0]
    np.testing.assert_allclose(page.h, own, rtol=0, atol=1e-6)
    seen = predictions_of(plan.task, data, network, params, probe, writing=Writing("", 200, 0.5))
    assert page.unpacked("predictions")[0] == unpack(pack_predictions(seen))[0]
    assert page.curves["baseline"]["value"] == data.baseline.value
    (cost,) = [caption.value for caption in page.at.caption if "of computing" in caption.value]
    assert f"{grouped(network.parameter_count)} parameters" in cost
    assert f"{grouped(plan.updates)} update" in cost
    assert page.total == 0
    assert {"Runs", "Data", "About"} <= {tab.label for tab in page.at.tabs}


def test_defaults_of_a_task_fill_the_fields(page, task):
    page, plan = page.set(task="four_targets").set(task=task), plan_of(task)
    expected = {name: value for name, value in fields(plan).items() if f"train_{name}" in page.present}
    assert {"learning_rate", "epochs", "batch_size", "units_0", "forget_bias"} <= expected.keys()
    assert {name: page.field(name) for name in expected} == expected


# Each takes a second or two of computing: all together about a quarter of what this folder takes.
def test_start_with_the_defaults_beats_the_baseline(opened, task):
    page = opened(task).start().finish()
    assert page.state == "finished"
    (verdict,) = page.notices("train_verdict")
    assert verdict["tone"] == "good"
    assert verdict["headline"].startswith("✓ It learned: ")
    assert plan_of(task).data().baseline.name in verdict["headline"]
    assert page.unpacked("predictions")[0]["see"]
    assert page.snapshots[0] == 0
    assert page.snapshots[-1] == page.updates
