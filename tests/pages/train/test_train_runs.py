"""The runs: listed, named, overlaid, looked at again, removed, saved to a file and loaded."""

import numpy as np
import pytest

from explorer.training.plan import Source, default_plan
from explorer.training.run_file import read_run
from explorer.training.runs import MAX_KEPT

PARITY = default_plan(Source(task="parity", sizes=(("length", 5),)))


@pytest.fixture
def two(parity):
    """Two runs of the same task: one of two updates with 8 units, then one of three with 4."""
    parity.train(2)
    parity.set(units_0=4, epochs=3).click("anew").finish()
    return parity.tab("Runs")


def test_without_a_run_the_tab_says_what_it_is_for(page):
    (said,) = page.notices("runs_empty")
    assert (said["tone"], said["headline"]) == ("empty", "No runs yet.")
    assert page.at.data_editor.len == 0


def test_table_says_what_was_run_and_what_it_reached(two):
    first, second = two.table
    assert [row["name"] for row in (first, second)] == ["Run 1", "Run 2"]
    assert [row["updates"] for row in (first, second)] == [2, 3]
    assert [row["state"] for row in (first, second)] == ["stopped", "finished"]
    assert [row["network"] for row in (first, second)] == ["LSTM 8", "LSTM 4"]
    assert first["parameters"] == PARITY.network().parameter_count
    assert (first["task"], first["shown"]) == ("Parity, 5 bits in a string", True)
    assert list(first)[:3] == ["shown", "name", "task"]  # what fits on a phone
    assert "Adam 0.02" in first["settings"]
    assert "batch 32" in first["settings"]
    assert "seed 0" in first["settings"]
    assert first["best"].startswith("accuracy ")
    assert float(first["without learning"]) == pytest.approx(PARITY.data().baseline.value, abs=5e-4)
    assert first["seconds"] >= 0


def test_best_is_the_best_measurement_of_the_run(opened):
    page = opened("next_word").start().finish().tab("Runs")
    metric = page.unpacked("curves")[1]["0.metric"]
    (row,) = page.table
    assert float(row["best"].split(" ")[1]) == pytest.approx(metric[2].max(), abs=5e-4)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("wide one", "wide one"),
        ("  wide \n one ", "wide one"),
        ("**bold** <b>x</b>", "**bold** <b>x</b>"),
        ("x" * 60, "x" * 40),
        ("Run 2", "Run 2 (2)"),
        ("", "Run 1"),
    ],
)
def test_kept_run_can_be_renamed(two, typed, name):
    two.edit_grid({0: {"name": typed}})
    assert [row["name"] for row in two.table] == [name, "Run 2"]
    assert two.overlaid == ["Run 2", name]
    assert "**bold**" not in two.shown
    assert "<b>" not in two.shown


def test_run_of_the_moment_can_be_renamed_and_its_name_is_no_markup(parity):
    parity.train(1).tab("Runs").edit_grid({0: {"name": "**bold** <b>:red[x]</b>"}})
    assert parity.table[0]["name"] == "**bold** <b>:red[x]</b>"
    assert r"\*\*bold\*\* \<b\>\:red\[x\]\</b\>" in parity.run_name
    assert "**bold**" not in parity.shown
    assert ":red[x]" not in parity.shown


def test_second_edit_of_the_table_is_taken_too(two):
    tables = [two.at.data_editor[0].proto.id]
    for row, name in ((0, "one"), (1, "other"), (0, "first")):
        tables.append(two.edit_grid({row: {"name": name}}).at.data_editor[0].proto.id)
    assert len(set(tables)) == 4  # a table that is fed with its own edits loses every second one
    assert [row["name"] for row in two.table] == ["first", "other"]
    assert two.run_name == "other"
    assert two.overlaid == ["other", "first"]


def test_name_of_the_only_run_reaches_the_curves(parity):
    parity.train(2).tab("Runs").edit_grid({0: {"name": "My run"}})
    assert (parity.run_name, parity.overlaid) == ("My run", ["My run"])


def test_table_says_of_the_run_of_the_moment_how_it_stands(long):
    long.tab("Runs").start().until(lambda: long.updates > 0).run()
    assert [row["state"] for row in long.table] == [long.state] == ["running"]
    assert [row["state"] for row in long.pause().table] == ["paused"]
    assert [row["state"] for row in long.click("stop").table] == ["stopped"]


def test_run_can_be_hidden_in_the_curves_and_shown_again(two):
    assert two.overlaid == ["Run 2", "Run 1"]
    two.edit_grid({0: {"shown": False}})
    assert two.overlaid == ["Run 2"]
    assert two.table[0]["shown"] is False
    two.edit_grid({0: {"shown": True}})
    assert two.overlaid == ["Run 2", "Run 1"]


def test_runs_that_are_ticked_are_those_in_the_curves(two):
    def ticked():
        return {row["name"] for row in two.table if row["shown"]}

    two.set(runs_one="Run 1").click("look")
    assert ticked() == set(two.overlaid) == {"Run 1", "Run 2"}
    two.set(task="copy").click("step")
    assert ticked() == set(two.overlaid) == {"Run 3"}


def test_runs_in_the_curves_are_named_by_what_differs(two):
    def named():
        return {run["name"]: run["words"] for run in two.curves["runs"]}

    both = {"Run 1": "LSTM 8 · 338 parameters · 40 epochs", "Run 2": "LSTM 4 · 106 parameters · 3 epochs"}
    assert named() == both
    two.set(runs_one="Run 1").click("look")
    assert named() == both
    two.edit_grid({1: {"shown": False}})  # it is the run under way, and stays
    assert named() == both
    two.click("return").edit_grid({0: {"shown": False}})
    assert named() == {"Run 2": ""}


def test_run_that_went_on_is_named_by_where_it_began(parity):
    parity.train(3).click("branch").finish()
    assert [run["words"] for run in parity.curves["runs"]] == [
        "from Run 1 after update 3",
        "from first weights",
    ]


def test_run_of_other_examples_of_the_task_is_not_drawn_and_it_is_said(two):
    assert "Learned from other examples" not in two.shown
    two.edit_grid({0: {"name": "*one*"}}).set(seed=1).start().finish()
    assert two.overlaid == ["Run 3"]
    assert [row["shown"] for row in two.table] == [False, False, True]
    said = r"Learned from other examples than Run 3, so not drawn beside it: \*one\*, Run 2."
    assert said in two.shown
    assert two.edit_grid({0: {"shown": True}}).overlaid == ["Run 3"]


@pytest.mark.parametrize(("task", "name"), [("next_word", "on the training data"), ("adding", "validation")])
def test_curves_say_what_is_measured_on(opened, task, name):
    assert opened(task).curves["measured"] == name


def test_kept_run_can_be_looked_at_and_gone_back_in(two):
    latest = two.strips
    two.set(runs_one="Run 1").click("look")
    assert two.overlaid == ["Run 1", "Run 2"]
    assert two.h.shape == (5, 8)
    assert two.snapshots == [0, 1, 2]
    kept = two.strips
    assert two.go_to(0).strips != kept
    assert two.go_to(None).strips == kept
    two.set(runs_one="Run 2").click("look")
    assert two.strips == latest
    assert two.overlaid == ["Run 2", "Run 1"]


def test_kept_run_says_what_it_is_and_how_to_return(two):
    verdict = two.said("train_verdict")
    two.set(runs_one="Run 1").click("look")
    assert two.progress[:3] == ["**Run 1**", "kept, stopped", "update 2"]
    assert "learning" in two.said("train_verdict") != verdict
    two.click("return")
    assert (two.run_name, two.state, two.said("train_verdict")) == ("Run 2", "finished", verdict)
    assert "train_return" not in two.present


def test_finished_run_is_judged_alike_when_it_is_kept(parity):
    verdict = parity.start().finish().notices("train_verdict")
    parity.click("back")
    assert parity.notices("train_verdict")[0]["tone"] == "live"
    parity.tab("Runs").set(runs_one="Run 1").click("look")
    assert parity.progress[:3] == ["**Run 1**", "kept, finished", "update 40"]
    assert parity.notices("train_verdict") == verdict
    assert parity.element("return").label == "Return to Run 2"


def test_run_of_another_task_can_be_looked_at_but_not_gone_on_with(two):
    two.set(task="copy").set(runs_one="Run 1").click("look")
    assert two.overlaid == ["Run 1", "Run 2"]
    two.click("branch")
    (refused,) = two.notices("train_notice")
    assert refused["headline"] == "Nothing was changed."
    assert "the data and the seed must be those of the run that goes on" in refused["advice"]
    assert two.progress[:2] == ["**Run 1**", "kept, stopped"]


def test_going_on_from_a_kept_run_begins_with_its_weights(two):
    two.set(runs_one="Run 1").click("look").go_to(1)
    earlier = two.strips
    two.set(units_0=8).click("branch").finish()
    assert (two.run_name, two.snapshots[0]) == ("Run 3", 1)
    assert two.go_to(0).strips == earlier
    assert "from Run 1 after update 1" in two.table[2]["settings"]


def test_run_that_is_looked_at_gives_way_to_one_that_starts(two):
    two.set(runs_one="Run 1").click("look").start().finish()
    assert two.run_name == "Run 3"
    assert two.overlaid[0] == "Run 3"
    assert two.h.shape == (5, 4)


def test_settings_of_a_run_fill_the_fields(two):
    two.set(dropout=0.5, learning_rate=0.3)
    two.set(runs_one="Run 1").click("settings_of")
    assert (two.field("units_0"), two.field("epochs"), two.field("dropout")) == (8, 40, 0)
    assert two.field("learning_rate") == "0.02"
    assert two.field("size_parity_length") == 5


def test_settings_of_a_run_that_went_on_are_what_was_asked_for(parity):
    parity.set(epochs=4).start().finish()
    parity.set(epochs=6).click("branch").finish()
    parity.set(epochs=2).start().finish()
    parity.tab("Runs").set(runs_one="Run 2")
    assert "6 epochs" in parity.table[1]["settings"]
    assert parity.click("settings_of").field("epochs") == 6
    saved = read_run(parity.set(runs_one="Run 2").download("save"))
    assert (saved.plan.epochs, saved.asked.epochs) == (10, 6)


def test_settings_of_a_run_of_another_task_bring_its_task(two):
    two.set(task="copy").set(runs_one="Run 1").click("settings_of")
    assert (two.field("task"), two.field("size_parity_length"), two.field("units_0")) == ("parity", 5, 8)
    assert two.state == "ready to start"
    assert two.symbols == [*two.symbols[:5]]


def test_kept_run_can_be_removed_and_the_one_of_the_moment_cannot(two):
    two.set(runs_one="Run 2")
    assert two.enabled("remove") == [False]
    two.set(runs_one="Run 1").click("remove")
    assert [row["name"] for row in two.table] == ["Run 2"]
    assert two.overlaid == ["Run 2"]


def test_removing_the_run_that_is_looked_at_shows_the_one_of_the_moment(two):
    two.set(runs_one="Run 1").click("look").click("remove")
    assert two.overlaid == ["Run 2"]
    assert two.h.shape == (5, 4)


def test_oldest_run_is_dropped_when_there_is_no_room_and_it_is_said(parity):
    for _ in range(MAX_KEPT + 1):
        parity.train(1).click("back")
    parity.tab("Runs")
    assert [row["name"] for row in parity.table] == [f"Run {n}" for n in range(2, MAX_KEPT + 2)]
    assert "The oldest run was dropped" in parity.shown


# ---- files


def test_run_comes_back_from_its_file_as_it_was(two, visit):
    two.set(runs_one="Run 1")
    data = two.download("save")
    assert read_run(data).name == "Run 1"
    two.click("look")
    shown = two.strips, two.predictions, two.snapshots
    other = visit().upload("load_0", "run-1.npz", data)
    assert other.overlaid == ["Run 1 (2)"]  # its own prepared run is called Run 1
    assert other.snapshots == shown[2]
    assert other.predictions == shown[1]
    np.testing.assert_array_equal(other.h, two.h)
    (row,) = other.table
    assert (row["name"], row["task"], row["updates"]) == ("Run 1 (2)", "Parity, 5 bits in a string", 2)


def test_loaded_run_can_be_gone_on_with(two, visit):
    two.set(runs_one="Run 1")
    other = visit().upload("load_0", "run-1.npz", two.download("save")).set(pace="full")
    other.click("settings_of").set(runs_one="Run 1 (2)", epochs=3)
    other.set(runs_one="Run 1 (2)").click("look").click("branch").finish()
    assert other.state == "finished"
    assert other.updates == 5
    assert other.h.shape == (5, 8)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + bytes(60), b"\x93NUMPY" + bytes(60), b"x" * 1000])
def test_file_that_is_no_run_is_refused_in_place_and_nothing_is_lost(two, data):
    before = two.strips, two.overlaid
    two.upload("load_0", "run.npz", data)
    (refused,) = two.notices("load_refused")
    assert refused["headline"] == "This file cannot be loaded."
    assert refused["advice"]
    assert (two.strips, two.overlaid) == before


def test_loading_while_running_pauses_the_run(two):
    data = two.set(runs_one="Run 2").download("save")
    two.set(epochs=50_000).start()
    assert two.state == "running"
    two.upload("load_0", "run.npz", data)
    assert two.overlaid[0] == "Run 2 (2)"
    two.click("return")
    assert (two.run_name, two.state) == ("Run 3", "paused")
    assert "another run was loaded" in two.said("train_verdict")
