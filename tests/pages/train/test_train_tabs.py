"""The tabs below: data, order matters, the walk by hand, and the words."""

import json

import numpy as np
import pytest

from explorer.model import published
from explorer.training.plan import Source, default_plan
from lstm_core.tasks.base import PADDING

ALWAYS = ["Runs", "Data", "About"]


def labels(page):
    return [tab.label for tab in page.at.tabs]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("parity", ALWAYS),
        ("sentiment", ["Runs", "Data", "Order matters", "About"]),
        ("next_word", ["Runs", "Data", "By hand", "About"]),
    ],
)
def test_each_task_has_the_tabs_that_it_can_fill(opened, task, expected):
    page = opened(task)
    assert labels(page) == expected
    for tab in expected:
        page.tab(tab)


def test_tab_that_another_task_does_not_have_gives_way_to_the_first(opened):
    page = opened("sentiment").tab("Order matters").set(task="parity")
    assert labels(page) == ALWAYS
    assert "train_load_0" in page.present  # of the first tab, Runs


@pytest.mark.parametrize("task", ["sentiment", "parity", "forecasting", "next_word"])
def test_data_tab_counts_the_examples_and_shows_them_with_their_answers(opened, task):
    page, data = opened(task).tab("Data"), default_plan(Source(task=task)).data()
    rows = page.at.dataframe[0].value
    assert f"{len(data.train)} example" in page.shown
    expected = data.example(data.train, 0)
    assert rows["right answer"][0] == expected.target
    read = "".join(symbol for symbol in expected.symbols if symbol != PADDING)
    assert rows["sequence"][0].replace(" ", "") == read.replace(" ", "")
    assert PADDING not in "".join(rows["sequence"])
    assert data.baseline.name in page.said("train_data_notes")


def test_data_tab_follows_the_settings(parity):
    before = parity.tab("Data").at.dataframe[0].value
    parity.set(size_parity_length=6)
    after = parity.at.dataframe[0].value
    assert len(before["sequence"][0]) == 5
    assert len(after["sequence"][0]) == 6


def test_about_explains_the_words_of_training(page):
    words = page.tab("About").shown
    for word in (
        "Update.",
        "Epoch.",
        "Held out, validation, test.",
        "Baseline, without learning.",
        "Gradient norm and clipping.",
    ):
        assert word in words


# ---- order matters


@pytest.fixture
def order(opened):
    return opened("sentiment").tab("Order matters")


def test_two_orders_of_the_same_words_are_read_by_network_and_bag(order):
    header, arrays = order.unpacked("word_order")
    first, second = (reading["words"] for reading in header["readings"])
    assert sorted(first) == sorted(second)
    assert first != second
    assert arrays["bag0"][-1] == pytest.approx(arrays["bag1"][-1], abs=1e-6)
    assert arrays["network0"].shape == (len(first),)


def test_other_sentences_can_be_typed(order):
    order.set(order_first="good but bad", order_second="bad but good")
    assert [reading["words"] for reading in order.unpacked("word_order")[0]["readings"]] == [
        ["good", "but", "bad"],
        ["bad", "but", "good"],
    ]


def test_sentence_without_a_known_word_is_refused_in_place(order):
    order.set(order_first="…!?")
    assert "This cannot be read." in order.said("order_refused")
    assert order.field("order_first") == "…!?"
    order.set(order_first="")
    assert "Type two sentences." in order.said("order_refused")
    order.set(order_first="good")
    assert order.notices("order_refused") == []


def test_typed_sentences_stay_while_it_learns(order):
    order.set(order_first="good but bad", order_second="bad but good")
    before = order.unpacked("word_order")[1]["network0"]
    order.train(2)
    assert order.field("order_first") == "good but bad"
    assert not np.array_equal(order.unpacked("word_order")[1]["network0"], before)


def test_typed_sentences_stay_with_another_seed(order):
    order.set(order_first="good but bad", order_second="bad but good").set(seed=1)
    assert (order.field("order_first"), order.field("order_second")) == ("good but bad", "bad but good")
    assert order.unpacked("word_order")[0]["readings"][0]["words"] == ["good", "but", "bad"]


def test_sentences_give_way_to_those_of_other_data(order):
    order.set(order_first="good but bad")
    texts = [
        f"the soup was {word} {n}; {label}"
        for word, label in (("hot", "yes"), ("cold", "no"))
        for n in range(9)
    ]
    order.set(data_sentiment="own").set(paste_sentiment="\n".join(texts))
    assert order.field("order_first") != "good but bad"


# ---- by hand


@pytest.fixture
def walk(opened):
    return opened("next_word").tab("By hand")


def shares(page):
    """The probabilities of the next word after the example that is watched, the largest first."""
    chances = page.unpacked("predictions")[0]["chances"][-1]
    return [row["share"] for row in chances["rows"]]


def test_published_weights_give_the_published_prediction(walk):
    walk.set(typed_next_word="this is")
    expected = sorted(published.PREDICTION, reverse=True)
    assert shares(walk) != pytest.approx(expected, abs=1e-3)
    walk.click("example_load")
    assert walk.state == "ready to start"
    assert walk.progress[-1] == "begins with the published weights"
    assert shares(walk) == pytest.approx(expected, abs=1e-6)
    plan = default_plan(Source(task="next_word"))
    probe = plan.data().reader.read("this is")
    own = plan.network().forward(published.params(), probe.inputs, probe.mask)
    np.testing.assert_allclose(walk.h, own.layers[0].forward["h"][0], rtol=0, atol=1e-6)


def test_published_weights_can_be_trained_further(walk):
    walk.click("example_load")
    begun = walk.strips
    walk.train(2)
    assert (walk.state, walk.updates) == ("paused", 2)
    assert walk.go_to(0).strips == begun
    walk.click("back")
    assert walk.strips == begun


def test_published_weights_put_aside_a_run_that_has_begun_and_other_settings(walk):
    walk.set(units_0=3).train(1).click("example_load")
    assert (walk.run_name, walk.field("units_0")) == ("Run 2", 1)
    assert walk.h.shape[1] == 1
    assert [row["name"] for row in walk.tab("Runs").table] == ["Run 1"]


def test_published_weights_are_loaded_also_while_another_run_is_looked_at(walk):
    walk.set(size_next_word_window=3).train(1).set(size_next_word_window=4).click("back").train(1)
    walk.tab("Runs").set(runs_one="Run 1").click("look").tab("By hand").click("example_load")
    assert walk.progress[-1] == "begins with the published weights"
    assert walk.field("size_next_word_window") == 3


def test_walk_can_be_done_with_the_weights_of_the_run(walk):
    walk.set(example_weights="current")
    before = walk.component("example_rest").json
    walk.train(2)
    assert walk.component("example_rest").json != before
    walk.go_to(0)
    assert json.loads(walk.component("example_rest").json) == json.loads(before)


def test_walk_does_not_offer_weights_of_another_shape(walk):
    offered = len(walk.at.get_by_key("example_weights").options)
    walk.set(units_0=3)
    assert len(walk.at.get_by_key("example_weights").options) == offered - 1
