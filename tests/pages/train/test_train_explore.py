"""To Explore and back: the network arrives as it was, and weights that are changed there come back."""

import numpy as np
import pytest


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_trained_network_opens_in_explore_with_the_numbers_of_the_strips(parity):
    parity.train(3).set(typed_parity="0110")
    h = parity.h
    parity.click("to_explore")
    assert parity.at.title[0].value == "Explore"
    explore = parity.explore
    assert explore.header["symbols"] == ["0", "1", "1", "0"]
    close(explore.arrays["h"], h)
    (heading,) = [text.value for text in explore.at.markdown if "Trained on" in text.value]
    assert "Run 1 after 3 updates" in heading
    assert explore.at.get_by_key("preset").options[0] == "From Train: Run 1"


def test_moment_and_layer_that_are_shown_are_those_that_open(parity):
    parity.set(layers=2).set(units_0=4, units_1=3).train(2).set(layer=1).go_to(1)
    h = parity.h
    parity.click("to_explore")
    close(parity.explore.arrays["h"], h)


def test_way_back_finds_the_run_as_it_was(parity):
    parity.train(2).set(typed_parity="0110")
    before = parity.progress, parity.strips, parity.predictions
    parity.click("to_explore").click("back_to_train")
    assert parity.at.title[0].value == "Train"
    assert (parity.progress, parity.strips, parity.predictions) == before
    assert parity.field("typed_parity") == "0110"
    assert (parity.field("task"), parity.field("size_parity_length")) == ("parity", 5)
    assert parity.click("step").updates == 3


def test_run_that_is_running_pauses_while_its_network_is_in_explore(long):
    long.start().until(lambda: long.updates > 0).click("to_explore")
    assert long.at.title[0].value == "Explore"
    long.click("back_to_train")
    assert long.state == "paused"
    assert "Paused while you were on another page." in long.said("train_verdict")


@pytest.fixture
def edited(parity):
    """Come back from Explore with one changed weight, b of f of unit 1."""
    parity.train(2).click("to_explore")
    parity.explore.edit(("b", "f", 0, 0, 3.0))
    return parity.click("weights_to_train")


def test_weights_changed_in_explore_come_back_as_a_run_that_begins_with_them(edited):
    assert edited.at.title[0].value == "Train"
    assert edited.progress[:2] == ["**Run 2**", "ready to start"]
    assert edited.progress[-1] == "begins with the weights from Explore"
    f = edited.unpacked("strips")[1]["f"]
    edited.click("to_explore")
    explore = edited.explore
    close(explore.arrays["f"], f)
    assert explore.editor["b.f"].ravel()[0] == 3


def test_run_that_the_weights_came_from_is_kept(edited):
    edited.train(1)
    assert edited.overlaid == ["Run 2", "Run 1"]
    rows = edited.tab("Runs").table
    assert [row["name"] for row in rows] == ["Run 1", "Run 2"]
    assert "from the weights from Explore" in rows[1]["settings"]


def test_back_returns_to_the_weights_from_explore_first_and_then_to_drawn_ones(edited):
    begun = edited.strips
    edited.train(2).click("back")
    assert edited.strips == begun
    assert edited.enabled("back") == [True]
    edited.click("back")
    assert edited.strips != begun
    assert edited.enabled("back") == [False]


def test_weights_come_back_also_when_the_fields_say_something_else(parity):
    parity.train(2).set(units_0=4).click("to_explore")
    parity.explore.edit(("b", "f", 0, 0, 3.0))
    parity.click("weights_to_train")
    assert parity.progress[-1] == "begins with the weights from Explore"
    assert parity.h.shape == (5, 8)
    assert parity.field("units_0") == 8


def test_weights_of_a_kept_run_come_back_to_its_settings(parity):
    parity.train(2).set(units_0=4).click("anew").finish()
    parity.tab("Runs").set(runs_one="Run 1").click("look").click("to_explore")
    assert parity.explore.size[2] == 8
    parity.explore.edit(("b", "f", 0, 0, 3.0))
    parity.click("weights_to_train")
    assert parity.progress[-1] == "begins with the weights from Explore"
    assert parity.h.shape == (5, 8)


def test_weights_of_a_run_that_went_on_come_back_to_what_was_asked_for(parity):
    parity.set(epochs=4).start().finish()
    parity.set(epochs=6).click("branch").finish().click("to_explore")
    parity.explore.edit(("b", "f", 0, 0, 3.0))
    parity.click("weights_to_train")
    assert parity.field("epochs") == 6
    assert parity.start().finish().total == 6


def test_weights_that_come_back_late_go_to_the_plan_that_was_sent(parity):
    parity.train(2).click("to_explore")
    parity.explore.edit(("b", "f", 0, 0, 3.0))
    parity.explore.set(preset="latch")
    parity.go("train").set(task="copy").train(1)
    parity.go("explore").explore.set(preset="carried").edit(("b", "f", 0, 0, 2.0), number=2)
    parity.click("weights_to_train")
    assert parity.notices("train_notice") == []
    assert (parity.run_name, parity.state) == ("Run 3", "ready to start")
    assert parity.progress[-1] == "begins with the weights from Explore"
    assert (parity.field("task"), parity.field("size_parity_length"), parity.h.shape) == ("parity", 5, (5, 8))
    assert [(row["name"], row["task"]) for row in parity.tab("Runs").table] == [
        ("Run 1", "Parity, 5 bits in a string"),
        ("Run 2", "Copy"),
    ]
