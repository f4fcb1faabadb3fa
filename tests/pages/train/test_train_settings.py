"""Settings changed before, while and after a run runs; fields that cannot be used; what costs too much."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.training.plan import Source, default_plan


def captions(page):
    return [caption.value for caption in page.at.caption]


def said_above(page):
    """The tone and the headline of the one message below the buttons."""
    (said,) = page.notices("train_notice")
    return said["tone"], said["headline"]


def rates(page):
    """The changes of the learning rate: [update, before, from then on]."""
    return page.curves["rates"]


# ---- the learning rate and the pace


def test_learning_rate_changed_while_paused_is_used_from_the_next_update_on(parity):
    parity.train(2).set(learning_rate=0.5)
    assert (parity.state, parity.updates) == ("paused", 2)
    parity.click("step")
    assert (parity.run_name, parity.updates) == ("Run 1", 3)
    assert parity.curves["rate"] == 0.02
    assert rates(parity) == [[3, 0.02, 0.5]]


def test_learning_rate_may_have_a_decimal_comma(parity):
    parity.train(2).set(learning_rate="0,5").click("step")
    assert rates(parity) == [[3, 0.02, 0.5]]


def test_learning_rate_changed_while_running_is_used_without_a_reset(long):
    long.start().until(lambda: long.updates > 3).set(learning_rate=0.5)
    long.until(lambda: rates(long))
    assert (long.run_name, long.state) == ("Run 1", "running")
    ((update, before, after),) = rates(long)
    assert update > 3
    assert (before, after) == (0.02, 0.5)
    assert "train_differs" not in long.present


@pytest.mark.parametrize(
    ("rate", "why"),
    [
        ("", "it is empty"),
        ("0", "0 is not between 0 and 100"),
        ("-5", "-5 is not between 0 and 100"),
        ("1000", "1000 is not between 0 and 100"),
        ("fast", "“fast” is not a number"),
        ("nan", "nan is not between 0 and 100"),
        ("1e", "“1e” is not a number"),
    ],
)
def test_learning_rate_that_cannot_be_used_is_refused_in_place(parity, rate, why):
    parity.train(1).set(learning_rate=rate)
    said = parity.said("train_notice")
    assert "The learning rate cannot be read. Until it can, it is 0.02" in said
    assert why in said
    assert parity.field("learning_rate") == rate
    parity.set(learning_rate=0.1).click("step")
    assert parity.updates == 2
    assert rates(parity) == [[2, 0.02, 0.1]]


def test_slow_pace_holds_a_run_back_and_full_speed_lets_it_go(opened):
    page = opened("parity", size_parity_length=5, epochs=1_200)
    page.set(pace="slow").start().until(lambda: page.updates > 0)
    assert page.updates < 600  # 20 a second: half a minute would have to have passed
    page.set(pace="full").finish()
    assert (page.state, page.updates) == ("finished", 1_200)


# ---- other settings


def test_settings_before_the_start_are_those_of_the_run(parity):
    parity.set(units_0=5, epochs=3)
    assert parity.h.shape == (5, 5)
    assert parity.start().finish().total == 3


def test_changed_settings_leave_a_begun_run_alone_and_can_start_anew(parity):
    parity.train(2)
    shown = parity.strips
    parity.set(units_0=4)
    assert "train_differs" in parity.present
    assert parity.strips == shown
    parity.click("anew").finish()
    assert (parity.run_name, parity.state) == ("Run 2", "finished")
    assert parity.h.shape == (5, 4)
    assert "train_differs" not in parity.present


def test_run_that_is_over_leaves_changed_settings_to_the_button_for_a_new_run(parity):
    parity.train(2).set(units_0=4)
    assert parity.start().finish().total == 40
    assert parity.h.shape == (5, 8)
    assert "train_differs" in parity.present
    assert "train_anew" not in parity.present
    parity.start().finish()
    assert (parity.run_name, parity.h.shape) == ("Run 2", (5, 4))
    assert parity.overlaid == ["Run 2", "Run 1"]


def test_settings_changed_back_are_no_change(parity):
    parity.train(1).set(dropout=0.5)
    assert "train_differs" in parity.present
    parity.set(dropout=0.0)
    assert "train_differs" not in parity.present


def test_going_on_with_other_settings_takes_over_the_weights(parity):
    parity.start().finish()
    learned = parity.strips
    parity.set(optimizer="SGD", epochs=50_000).click("branch")
    assert (parity.run_name, parity.state) == ("Run 2", "running")
    parity.click("stop")
    assert parity.snapshots[0] == 40
    assert parity.total == 50_040
    assert parity.go_to(0).strips == learned
    rows = {row["name"]: row["settings"] for row in parity.tab("Runs").table}
    assert "from Run 1 after update 40" in rows["Run 2"]
    assert "SGD" in rows["Run 2"]
    assert "Adam" in rows["Run 1"]


def test_going_on_with_the_same_settings_is_as_if_it_had_never_stopped(opened):
    once, twice = (opened("parity", size_parity_length=5, epochs=epochs) for epochs in (10, 5))
    once.start().finish()
    twice.start().finish()
    twice.click("branch").finish()
    assert (twice.updates, twice.total) == (once.updates, once.total) == (10, 10)
    assert twice.strips == once.strips


@pytest.mark.parametrize("change", [{"seed": 1}, {"size_adding_examples": 60}])
def test_run_cannot_go_on_where_other_examples_are_held_out(opened, change):
    page = opened("adding", size_adding_length=2, size_adding_examples=50, epochs=1).train(1)
    before = page.progress, page.strips
    page.set(**change).click("branch")
    assert said_above(page) == ("error", "Nothing was changed.")
    assert "the data and the seed must be those of the run that goes on" in page.said("train_notice")
    assert (page.progress, page.strips) == before


def test_run_can_go_on_with_other_sizes(opened):
    page = opened("adding", size_adding_length=2, size_adding_examples=50, epochs=1).train(1)
    earlier = page.updates
    page.set(size_adding_length=5).click("branch").finish()
    assert (page.run_name, page.snapshots[0], page.notices("train_notice")) == ("Run 2", earlier, [])
    assert page.h.shape[0] == 5


@pytest.mark.parametrize("change", [{"units_0": 4}, {"kind": "GRU"}, {"layers": 2}, {"bidirectional": True}])
def test_weights_that_do_not_fit_are_refused_and_nothing_is_lost(parity, change):
    parity.start().finish()
    before = parity.progress, parity.strips
    parity.set(**change).click("branch")
    (refused,) = parity.notices("train_notice")
    assert refused["headline"] == "Nothing was changed."
    assert "cannot go on under the new settings" in refused["advice"]
    assert (parity.progress, parity.strips) == before
    assert {name: parity.field(name) for name in change} == change
    assert parity.run().notices("train_notice") == []


def test_settings_that_the_first_weights_do_not_fit_say_that_these_are_gone(parity):
    parity.train(2).click("branch").click("back")
    assert parity.progress[-1] == "begins with Run 1 after update 2"
    parity.set(dropout=0.5)
    assert parity.notices("train_notice") == []
    parity.set(units_0=4)
    headline = "It begins with first weights again, no longer with Run 1 after update 2."
    assert said_above(parity) == ("note", headline)
    assert not parity.progress[-1].startswith("begins with")
    assert parity.run().notices("train_notice") == []


def test_another_task_keeps_the_begun_run_and_prepares_a_new_one(parity):
    parity.train(2).set(task="copy")
    assert said_above(parity) == ("note", "Run 1 was stopped at update 2. It is kept under Runs.")
    assert (parity.run_name, parity.state) == ("Run 2", "ready to start")
    assert parity.field("learning_rate") == str(default_plan(Source(task="copy")).learning_rate)
    assert parity.overlaid == ["Run 2"]  # the curves of another task cannot be compared
    (kept,) = parity.tab("Runs").table
    assert (kept["name"], kept["task"], kept["updates"], kept["state"]) == (
        "Run 1",
        "Parity, 5 bits in a string",
        2,
        "stopped",
    )


def test_another_task_keeps_nothing_of_a_run_that_has_not_begun(parity):
    parity.set(task="copy")
    assert parity.notices("train_notice") == []
    assert (parity.run_name, parity.state) == ("Run 1", "ready to start")
    assert parity.tab("Runs").at.data_editor.len == 0


def test_another_task_while_running_ends_the_run_and_keeps_it(long):
    long.start().until(lambda: long.updates > 0).set(task="copy")
    tone, headline = said_above(long)
    assert (long.run_name, long.state) == ("Run 2", "ready to start")
    (kept,) = long.tab("Runs").table
    assert (kept["name"], kept["state"]) == ("Run 1", "stopped")
    assert kept["updates"] > 0
    assert tone == "note"
    assert headline.startswith("Run 1 was stopped at update ")
    assert headline.endswith(". It is kept under Runs.")


def test_defaults_bring_back_the_settings_of_the_task(parity):
    parity.set(units_0=4, learning_rate=0.5, epochs=3, dropout=0.5)
    parity.click("defaults")
    plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    assert parity.field("units_0") == 8
    assert parity.field("learning_rate") == str(plan.learning_rate)
    assert parity.field("epochs") == plan.epochs
    assert parity.field("dropout") == 0
    assert parity.field("size_parity_length") == 5


def test_epochs_follow_a_size_while_they_are_those_of_the_task(opened):
    page = opened("parity", size_parity_length=20)
    default = {
        length: default_plan(Source(task="parity", sizes=(("length", length),))).epochs for length in (5, 20)
    }
    assert page.field("epochs") == default[20] != default[5]
    page.set(size_parity_length=5)
    assert page.field("epochs") == default[5]
    page.set(size_parity_length=None).set(size_parity_length=20)
    assert page.field("epochs") == default[20]
    page.set(epochs=7).set(size_parity_length=5)
    assert page.field("epochs") == 7


def test_settings_of_a_task_are_filled_in_as_soon_as_its_fields_can_be_read(parity):
    parity.set(size_parity_length=None).set(task="copy").set(learning_rate=0.3).set(task="parity")
    assert parity.notices("train_size_parity_length_refused") != []
    parity.set(size_parity_length=5)
    plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    assert (parity.field("learning_rate"), parity.field("epochs")) == (str(plan.learning_rate), plan.epochs)


def test_other_seed_draws_other_weights_and_the_same_seed_the_same(parity):
    before = parity.strips
    assert parity.set(seed=1).strips != before
    assert parity.set(seed=0).strips == before


# ---- fields that cannot be used

BAD = {
    "epochs empty": ("epochs", None, "Epochs is empty."),
    "no epochs": ("epochs", 0, "Epochs 0 is out of range."),
    "too many epochs": ("epochs", 100_001, "Epochs 100 001 is out of range."),
    "batch empty": ("batch_size", None, "Batch size is empty."),
    "no batch": ("batch_size", 0, "Batch size 0 is out of range."),
    "large batch": ("batch_size", 1_025, "Batch size 1 025 is out of range."),
    "units empty": ("units_0", None, "Units is empty."),
    "no units": ("units_0", 0, "Units 0 is out of range."),
    "negative units": ("units_0", -3, "Units −3 is out of range."),
    "many units": ("units_0", 129, "Units 129 is out of range."),
    "layers empty": ("layers", None, "Layers is empty."),
    "many layers": ("layers", 4, "Layers 4 is out of range."),
    "size empty": ("size_parity_length", None, "Bits in a string is empty."),
    "size too small": ("size_parity_length", 4, "Bits in a string 4 is out of range."),
    "size too large": ("size_parity_length", 101, "Bits in a string 101 is out of range."),
    "seed empty": ("seed", None, "Seed is empty."),
    "negative seed": ("seed", -1, "Seed −1 is out of range."),
    "patience empty": ("patience", None, "Stop early after is empty."),
    "negative patience": ("patience", -1, "Stop early after −1 is out of range."),
    "l1 empty": ("l1", None, "L1 is empty."),
    "l2 empty": ("l2", None, "L2 is empty."),
    "large l2": ("l2", 1e7, "L2 1e+07 is out of range."),
    "forget bias empty": ("forget_bias", None, "Forget bias is empty."),
    "large forget bias": ("forget_bias", -2e6, "Forget bias -2e+06 is out of range."),
}


@pytest.mark.parametrize(("name", "value", "headline"), BAD.values(), ids=BAD.keys())
def test_field_that_cannot_be_used_is_named_and_nothing_is_lost(parity, name, value, headline):
    good, there = parity.field(name), parity.present
    before = parity.progress, parity.strips, parity.predictions
    parity.set(**{name: value})
    (refused,) = parity.notices(f"train_{name}_refused")
    keys = [node.key for node in parity.at if getattr(node, "key", None)]
    assert keys[keys.index(f"train_{name}") + 1] == f"train_{name}_refused"
    assert parity.present - there == {f"train_{name}_refused"}
    assert there <= parity.present
    assert "A field above cannot be read. Nothing can be started until it can." in captions(parity)
    assert parity.notices("train_refused") == []
    assert refused["headline"].replace("\u00a0", " ") == headline
    assert refused["advice"].startswith("Type a ")
    assert parity.field(name) == value
    assert (parity.progress, parity.strips, parity.predictions) == before
    assert parity.enabled("start", "step") == [False, False]
    parity.set(**{name: good})
    assert parity.present == there
    assert not any("cannot be read" in caption for caption in captions(parity))
    assert parity.enabled("start", "step") == [True, True]
    assert (parity.progress, parity.strips, parity.predictions) == before


def test_each_of_several_fields_that_cannot_be_used_is_named(parity):
    parity.set(units_0=0, epochs=None, l1=None)
    for name in ("units_0", "epochs", "l1"):
        assert len(parity.notices(f"train_{name}_refused")) == 1
    parity.set(units_0=8, l1=0.0)
    assert parity.notices("train_units_0_refused") == parity.notices("train_l1_refused") == []
    assert parity.enabled("start") == [False]
    assert parity.set(epochs=1).enabled("start") == [True]


@pytest.mark.parametrize(
    ("option", "name", "headline"),
    [
        ({"optimizer": "SGD"}, "momentum", "Momentum is empty."),
        ({"clip": "norm"}, "clip_limit", "Clip at is empty."),
    ],
)
def test_field_of_an_option_that_is_empty_is_named(parity, option, name, headline):
    parity.set(**option).set(**{name: None})
    assert parity.notices(f"train_{name}_refused")[0]["headline"] == headline
    assert parity.enabled("start", "step") == [False, False]


def test_gradient_can_be_left_alone_or_clipped_in_two_ways(parity):
    assert parity.element("clip").options == ["none", "by norm", "by value"]
    parity.set(clip="none")
    assert "train_clip_limit" not in parity.present
    for clip in ("norm", "value"):
        parity.set(clip=clip)
        assert parity.element("clip_limit").label == "Clip at"


def test_begun_run_goes_on_while_a_field_cannot_be_used(parity):
    parity.train(1).set(epochs=None)
    assert parity.enabled("start", "step", "back", "stop") == [True, True, True, True]
    parity.click("step").start().finish()
    assert (parity.state, parity.updates) == ("finished", 40)
    assert parity.enabled("start", "branch") == [False, False]
    parity.set(epochs=2).start().finish()
    assert (parity.run_name, parity.total) == ("Run 2", 2)


def test_momentum_out_of_range_is_refused(parity):
    parity.set(optimizer="SGD").set(momentum=1.5)
    (refused,) = parity.notices("train_refused")
    assert refused["headline"] == "This cannot be trained."
    assert "momentum" in refused["advice"]
    assert parity.enabled("start", "step") == [False, False]


def test_run_that_is_too_expensive_is_refused_before_it_is_run(opened):
    page = opened("adding", size_adding_length=20)
    before = page.progress, page.strips
    page.set(size_adding_length=200, layers=3, batch_size=1_024).set(units_0=128, units_1=128, units_2=128)
    (refused,) = page.notices("train_refused")
    assert "may take at most 64 MB" in refused["advice"]
    assert refused in page.notices("train_notice")  # beside the buttons, too: on a phone the sidebar is away
    assert page.enabled("start", "step") == [False, False]
    page.set(size_adding_length=20, layers=1, batch_size=32, units_0=16)
    assert page.notices("train_refused") == []
    assert page.enabled("start") == [True]
    assert page.h.shape == np.zeros((20, 16)).shape
    assert before[0][1] == page.state


def test_settings_that_are_too_expensive_can_be_filled_in_and_changed(parity):
    sizes = (("length", 200), ("examples", 50))
    plan = default_plan(Source(task="adding", sizes=sizes))
    wanted = replace(plan, hidden_sizes=(128,) * 3, batch_size=1_024, bidirectional=True)
    parity.open(train_wanted=wanted)
    assert "may take at most 64 MB" in parity.said("train_refused")
    assert (parity.field("task"), parity.field("batch_size")) == ("adding", 1_024)
    parity.set(size_adding_length=10, batch_size=4, units_0=8, units_1=8, units_2=8)
    assert (parity.field("batch_size"), parity.field("units_2")) == (4, 8)
    assert parity.notices("train_refused") == []
    assert parity.enabled("start") == [True]


def test_task_that_looks_back_only_says_why_it_cannot_look_ahead(opened):
    page = opened("characters")
    for name in ("bidirectional", "attention"):
        assert page.element(name).disabled
        assert "It would see the answer" in page.element(name).help
    assert not opened("parity").element("attention").disabled


@pytest.mark.parametrize("button", ["branch", "anew"])
def test_button_does_nothing_when_a_setting_becomes_unreadable_as_it_is_pressed(parity, button):
    parity.train(3).set(units_0=5)
    parity.at.get_by_key("train_epochs").set_value(None)
    parity.click(button)
    assert (parity.state, parity.run_name, parity.updates) == ("paused", "Run 1", 3)
