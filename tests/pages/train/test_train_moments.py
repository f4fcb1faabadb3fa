"""Back to the first weights, back in training time, the example that is watched, layers and directions."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.training.plan import Source, default_plan
from explorer.wording import grouped
from lstm_core import evaluate

# ---- back to the first weights


def test_back_returns_to_the_very_same_first_weights_and_keeps_the_run(parity):
    first = parity.strips, parity.predictions
    parity.train(3)
    assert parity.strips != first[0]
    parity.click("back")
    assert (parity.state, parity.run_name) == ("ready to start", "Run 2")
    assert (parity.strips, parity.predictions) == first
    assert parity.overlaid == ["Run 2", "Run 1"]
    assert parity.enabled("back") == [False]
    parity.train(3).click("back")
    assert (parity.strips, parity.predictions) == first
    assert parity.overlaid == ["Run 3", "Run 1", "Run 2"]


def test_back_while_running_ends_the_run_and_keeps_it(long):
    first = long.strips
    long.start().until(lambda: long.updates > 0).click("back")
    assert (long.state, long.strips) == ("ready to start", first)
    assert long.tab("Runs").table[0]["state"] == "stopped"


# ---- back in training time


def test_an_earlier_moment_is_shown_by_all_parts_and_the_latest_returns(parity):
    untrained = parity.strips, parity.predictions
    parity.train(3)
    shown = parity.strips, parity.predictions
    assert parity.snapshots == [0, 1, 2, 3]
    parity.go_to(0)
    assert parity.curves["at"] == 0
    assert (parity.strips, parity.predictions) == untrained
    assert (parity.state, parity.updates) == ("paused", 3)
    parity.go_to(2)
    assert parity.curves["at"] == 2
    assert parity.strips not in (untrained[0], shown[0])
    parity.go_to(None)
    assert parity.curves["at"] is None
    assert (parity.strips, parity.predictions) == shown


def test_order_tab_shows_the_moment_too(opened):
    page = opened("sentiment").tab("Order matters")
    untrained = page.unpacked("word_order")[0]
    page.train(2)
    shown = page.unpacked("word_order")[0]
    assert shown["revision"] != untrained["revision"]
    assert page.go_to(0).unpacked("word_order")[0] == untrained
    assert page.go_to(None).unpacked("word_order")[0] == shown


def test_an_earlier_moment_stays_while_the_run_goes_on(long):
    untrained = long.strips
    long.start().until(lambda: long.updates > 3).go_to(0)
    made = long.updates
    long.until(lambda: long.updates > made)
    assert long.state == "running"
    assert long.curves["at"] == 0
    assert long.strips == untrained


@pytest.mark.parametrize("patience", [0, 3])
def test_verdict_is_on_what_the_run_ended_with_whatever_moment_is_looked_at(parity, patience):
    parity.set(patience=patience, learning_rate=0.3 if patience else 0.05).start().finish()
    verdict = parity.notices("train_verdict")
    assert verdict[0]["headline"][0] in "✓✕"
    early = "It went back to its best weights" in verdict[0]["advice"]
    assert early is bool(patience)
    # A run that stops by its validation data is judged on a part that neither it nor training saw.
    assert (" on the test data" in verdict[0]["headline"]) is bool(patience)
    assert ("It is judged on 1 test example" in verdict[0]["advice"]) is bool(patience)
    first = parity.go_to(0).curves["exact"]
    assert parity.notices("train_verdict") == verdict
    parity.go_to(None).click("back").tab("Runs").set(runs_one="Run 1").click("look")
    assert parity.progress[:2] == ["**Run 1**", "kept, finished"]
    last = parity.curves["exact"]
    assert parity.notices("train_verdict") == verdict
    assert parity.go_to(0).curves["exact"] == first != last
    assert parity.notices("train_verdict") == verdict


def test_start_and_step_go_back_to_the_latest_moment(parity):
    parity.train(2).go_to(0).click("step")
    assert (parity.updates, parity.curves["at"]) == (3, None)
    parity.go_to(1).start().finish()
    assert parity.curves["at"] is None


def test_going_on_from_an_earlier_moment_begins_with_its_weights(parity):
    parity.train(3).go_to(1)
    earlier = parity.strips
    parity.set(epochs=2).click("branch").finish()
    assert (parity.run_name, parity.snapshots[0], parity.updates) == ("Run 2", 1, 3)
    assert parity.overlaid == ["Run 2", "Run 1"]
    assert parity.go_to(0).strips == earlier


@pytest.mark.parametrize("moment", [999, -1, "2", 1.5, True, [], {"moment": 1}])
def test_moment_that_is_none_shows_the_latest(parity, moment):
    parity.train(2)
    shown = parity.strips
    parity.go_to(moment)
    assert parity.curves["at"] is None
    assert parity.strips == shown


def test_curves_tell_the_measurement_of_exactly_the_moment_that_is_shown(long):
    plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    data = plan.data()
    params = plan.network().init(plan.generator(), np.float64, forget_bias=plan.forget_bias)
    own = evaluate(plan.network(), params, data.validation, loss=data.recipe.loss, metric=data.metric)
    first = {"validation": pytest.approx(own.loss), "metric": pytest.approx(own.metric)}
    assert long.curves["exact"] == first
    long.train(2)
    assert long.curves["exact"] != first
    assert long.curves["every"] == 1
    assert long.go_to(0).curves["exact"] == first
    assert long.go_to(1).curves["exact"] != first
    long.start().until(lambda: long.updates > 2)
    assert (long.state, long.curves["exact"]) == ("running", None)
    assert long.go_to(0).curves["exact"] == first
    assert long.state == "running"


# ---- the example that is watched


def picked(page):
    """The field with which an example is picked."""
    (name,) = [key for key in page.present if key.startswith("train_probe_")]
    return name.removeprefix("train_")


def test_another_example_can_be_picked(parity):
    options = parity.element(picked(parity)).options
    parity.set(**{picked(parity): 2})
    assert "".join(parity.symbols) == options[2].split(" ")[0]
    assert len({options[0], options[2], "".join(parity.symbols)}) == 3


def test_example_can_be_typed(parity):
    parity.set(typed_parity="0110")
    assert parity.symbols == ["0", "1", "1", "0"]
    plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    probe = plan.data().reader.read("0110")
    params = plan.network().init(plan.generator(), np.float64, forget_bias=plan.forget_bias)
    own = plan.network().forward(params, probe.inputs, probe.mask).layers[0].forward["h"][0]
    np.testing.assert_allclose(parity.h, own, rtol=0, atol=1e-6)
    assert parity.set(typed_parity="").symbols != ["0", "1", "1", "0"]


def test_example_that_is_typed_is_not_taken_for_the_one_of_that_place(parity):
    parity.set(**{picked(parity): 1})
    assert len(parity.symbols) == 5
    parity.set(typed_parity="1")
    assert (parity.symbols, parity.h.shape[0]) == (["1"], 1)
    assert len(parity.set(typed_parity="").symbols) == 5


def test_example_that_cannot_be_read_is_named_and_the_last_good_one_stays(parity):
    parity.set(typed_parity="0110")
    shown = parity.strips, parity.predictions
    parity.set(typed_parity="01x")
    (said,) = parity.notices("probe_notice")
    assert (said["tone"], said["headline"]) == ("error", "This cannot be read.")
    assert "x" in said["advice"]
    assert parity.field("typed_parity") == "01x"
    assert (parity.strips, parity.predictions) == shown
    parity.set(typed_parity="01")
    assert parity.notices("probe_notice") == []
    assert parity.symbols == ["0", "1"]


def test_typed_example_is_watched_while_it_learns(parity):
    parity.set(typed_parity="0110").train(1)
    assert parity.symbols == ["0", "1", "1", "0"]
    assert parity.field("typed_parity") == "0110"


def test_words_that_are_not_known_are_told(opened):
    page = opened("sentiment", typed_sentiment="good zebra film")
    assert "zebra" in page.said("probe_notice")


MARKUP = ["<script>alert(1)</script>", "**bold**", "$x$", ":red[x]", "[link](https://example.org)", "`code`"]


@pytest.mark.parametrize("typed", MARKUP)
def test_typed_example_is_never_markup(opened, typed):
    page = opened("characters", typed_characters=typed)
    assert "".join(page.symbols) != ""
    assert typed not in page.shown
    assert page.field("typed_characters") == typed
    page.train(1)
    assert typed not in page.shown


# ---- layers and directions


def of_layer(page, layer, reverse, **choices):
    """The h that a layer of the untrained network has for the example that is watched."""
    plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    plan = replace(plan, **choices)
    data = plan.data()
    probe = data.example(data.validation, 0)
    params = plan.network().init(plan.generator(), np.float64, forget_bias=plan.forget_bias)
    return plan.network().forward(params, probe.inputs, probe.mask).layers[layer].traces[reverse]["h"][0]


def test_one_layer_in_one_direction_leaves_nothing_to_choose(parity):
    assert "train_layer" not in parity.present


def test_each_of_two_layers_can_be_shown(parity):
    parity.set(layers=2).set(units_0=4, units_1=3)
    assert parity.element("layer").options == ["layer 1", "layer 2"]
    for place, width in enumerate((4, 3)):
        parity.set(layer=place)
        assert parity.h.shape == (5, width)
        own = of_layer(parity, place, 0, hidden_sizes=(4, 3))
        np.testing.assert_allclose(parity.h, own, rtol=0, atol=1e-6)


def test_both_directions_of_both_layers_can_be_shown(parity):
    choices = {"hidden_sizes": (4, 3), "bidirectional": True}
    parity.set(layers=2, bidirectional=True).set(units_0=4, units_1=3)
    assert parity.element("layer").options == [
        "layer 1 forward",
        "layer 1 backward",
        "layer 2 forward",
        "layer 2 backward",
    ]
    shown = set()
    for place in range(4):
        parity.set(layer=place)
        own = of_layer(parity, place // 2, place % 2, **choices)
        np.testing.assert_allclose(parity.h, own, rtol=0, atol=1e-6)
        shown.add(parity.strips)
    assert len(shown) == 4


def test_direction_that_is_gone_gives_way_to_the_first(parity):
    parity.set(bidirectional=True).set(layer=1).set(bidirectional=False)
    assert "train_layer" not in parity.present
    np.testing.assert_allclose(parity.h, of_layer(parity, 0, 0), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "choices",
    [
        {"attention": True},
        {"bidirectional": True, "attention": True, "layers": 2},
        {"kind": "GRU", "layers": 2},
        {"lstm_peephole": True},
    ],
    ids=str,
)
def test_network_of_any_shape_can_be_trained(parity, choices):
    before = parity.strips
    parity.set(**choices).set(epochs=3).start().finish()
    assert (parity.state, parity.updates) == ("finished", 3)
    assert parity.strips != before


@pytest.mark.parametrize("size", [0, 7])
def test_embedding_of_any_size_and_none_can_be_trained(opened, size):
    page = opened("sentiment", embedding=size)
    plan = default_plan(Source(task="sentiment"))
    expected = replace(plan, embedding=size).network().parameter_count
    assert f"{grouped(expected)} parameters" in page.shown
    page.train(1)
    assert page.updates == 1
