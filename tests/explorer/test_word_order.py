"""Order matters, shown: two readings against sentences that are run one by one, and what is said of them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from explorer.views.predictions.answers import NOT_FINITE
from explorer.views.word_order import default_pair, order_of, pack_word_order
from explorer.views.word_order.reading import Reading, told
from explorer.web.payload import unpack
from lstm_core import GRU, LSTM, TASKS, InputError, Network, RecurrentLayer

FIRST, SECOND = "not bad but good", "not good but bad"


@pytest.fixture(scope="module")
def data():
    return TASKS["sentiment"].build(np.random.default_rng(0))


def network_of(data, **options):
    network = Network(replace(data.recipe.network, **options))
    params = {name: 4 * array for name, array in network.init(np.random.default_rng(1)).items()}
    return network, params


def two_way(cell):
    return {"layers": (RecurrentLayer(cell=cell, hidden_size=4, bidirectional=True),)}


@pytest.mark.parametrize(
    "options",
    [{}, {"attention": True}, two_way(LSTM()), two_way(GRU()) | {"attention": True}, {"read": "every"}],
    ids=["plain", "attention", "both_ways", "both_ways_attention", "every"],
)
def test_after_every_word_stands_what_is_said_of_the_sentence_so_far(data, options):
    network, params = network_of(data, **options)
    for text, reading in zip(
        (FIRST, SECOND), order_of(data, network, params, FIRST, SECOND).readings, strict=True
    ):
        ids = data.reader.read(text).inputs[0]
        for end in range(1, len(ids) + 1):
            outputs = network.forward(params, [ids[:end]]).outputs[0]
            alone = outputs[-1] if options.get("read") == "every" else outputs
            np.testing.assert_allclose(reading.network[end - 1], alone, rtol=0, atol=1e-12)


def test_plain_network_says_the_same_when_it_is_read_at_every_timestep(data):
    network, params = network_of(data)
    first, _ = order_of(data, network, params, FIRST, SECOND).readings
    every = Network(replace(network.config, read="every"))
    expected = every.forward(params, data.reader.read(FIRST).inputs).outputs[0]
    np.testing.assert_allclose(first.network, expected, rtol=0, atol=1e-12)


def test_bag_of_words_adds_up_the_weights_of_the_words_so_far(data):
    network, params = network_of(data)
    first, second = order_of(data, network, params, FIRST, SECOND).readings
    bag, vocabulary = data.reader.bag, data.inputs
    sums = bag.bias.tolist()
    for word, shares in zip(FIRST.split(), first.bag, strict=True):
        weights = bag.weights[vocabulary.index(word)]
        sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
        powers = [math.exp(total) for total in sums]
        assert shares.tolist() == pytest.approx([power / sum(powers) for power in powers])
    np.testing.assert_allclose(first.bag[-1], second.bag[-1])


def test_default_pair_is_held_out_and_means_the_opposite_in_the_same_words(data):
    for seed in range(3):
        data = TASKS["sentiment"].build(np.random.default_rng(seed))
        pair = default_pair(data)
        assert sorted(pair[0].split()) == sorted(pair[1].split())
        assert {"but", "not"} & set(pair[0].split())
        network, params = network_of(data)
        readings = order_of(data, network, params, *pair).readings
        assert {reading.truth for reading in readings} == {0, 1}
        assert all(reading.notes == () for reading in readings)  # none was learned from


def test_data_without_such_a_pair_has_no_default():
    rows = [(f"word{place} thing{place % 3}", "yes" if place % 2 else "no") for place in range(40)]
    assert default_pair(TASKS["sentiment"].build(np.random.default_rng(0), rows)) is None


def test_words_without_a_number_are_left_out_and_told(data):
    network, params = network_of(data)
    first, second = order_of(data, network, params, "not zonk bad", "bad").readings
    assert first.words == ("not", "bad")
    assert any("“zonk”" in note for note in first.notes)
    assert len(second.network) == 1


def test_sentence_that_was_learned_from_is_told(data):
    network, params = network_of(data)
    ids = data.train.inputs[5][data.train.mask[5]]
    text = " ".join(data.reader.symbols(ids))
    first, _ = order_of(data, network, params, text, "zonk bad").readings
    assert first.truth == data.train.targets[5]
    assert first.notes == ("The network learned from this sentence.",)


@pytest.mark.parametrize(
    ("text", "message"), [("zonk", "“zonk”"), ("", "nothing"), ("bad " * 101, "at most 100 words")]
)
def test_sentence_that_cannot_be_read_is_refused(data, text, message):
    network, params = network_of(data)
    with pytest.raises(InputError, match=message):
        order_of(data, network, params, FIRST, text)


def test_data_of_another_task_is_refused():
    other = TASKS["parity"].build(np.random.default_rng(0))
    network = Network(other.recipe.network)
    with pytest.raises(InputError, match="Sentiment"):
        order_of(other, network, network.init(np.random.default_rng(0)), FIRST, SECOND)


def test_weights_that_are_not_finite_are_told(data):
    network, params = network_of(data)
    params["head.bias"] = np.array([np.nan, 0])
    order = order_of(data, network, params, FIRST, SECOND)
    assert (order.readings, order.sentence) == ((), NOT_FINITE)
    header, arrays = unpack(pack_word_order(order))
    assert (header["readings"], arrays) == ([], {})


# --- what is said of two readings

LABELS = ("negative", "positive")


def reading(text, network, bag, truth=None):
    words = tuple(text.split())
    shares = [np.array([[1 - share, share]] * len(words)) for share in (network, bag)]
    return Reading(words, *shares, truth, ())


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (
            ("good not bad", 0.9, 0.4, 1),
            ("bad not good", 0.2, 0.4, 0),
            "Both have the same words, so the bag of words says “negative” both times and is wrong about "
            "“good not bad”; the network says “positive”, then “negative” and is right both times.",
        ),
        (
            ("good not bad", 0.9, 0.6, 1),
            ("bad not good", 0.8, 0.6, 0),
            "Both have the same words, so the bag of words says “positive” both times and is wrong about "
            "“bad not good”; the network also says “positive” both times and is right once.",
        ),
        (
            ("good not bad", 0.1, 0.6, 1),
            ("bad not good", 0.2, 0.6, 0),
            "Both have the same words, so the bag of words says “positive” both times and is wrong about "
            "“bad not good”; the network says “negative” both times and is right once.",
        ),
        (
            ("good not bad", 0.1, 0.6, 1),
            ("bad not good", 0.8, 0.6, 0),
            "Both have the same words, so the bag of words says “positive” both times and is wrong about "
            "“bad not good”; the network says “negative”, then “positive” and is wrong both times.",
        ),
        (
            ("good not bad", 0.9, 0.6),
            ("bad not good", 0.2, 0.6),
            "Both have the same words, so the bag of words says “positive” both times; the network says "
            "“positive”, then “negative”: it tells the two orders apart.",
        ),
        (
            ("good not bad", 0.9, 0.4, 1),
            ("bad not good", 0.7, 0.4),
            "Both have the same words, so the bag of words says “negative” both times; the network says "
            "“positive” both times: it does not tell them apart.",
        ),
    ],
)
def test_sentence_claims_what_the_numbers_show(first, second, sentence):
    assert told(LABELS, reading(*first), reading(*second)) == sentence


def test_nothing_is_claimed_of_sentences_with_other_words():
    sentence = told(LABELS, reading("good", 0.9, 0.9, 1), reading("bad", 0.1, 0.1, 0))
    assert sentence.startswith("The two do not have the same words")
    same = told(LABELS, reading("not bad", 0.9, 0.9), reading("not bad", 0.9, 0.9))
    assert same.startswith("Both are the same sentence")


def test_bag_of_words_that_knows_neither_of_three_labels_is_wrong_about_both():
    labels = ("negative", "positive", "mixed")
    shares = np.array([[0.1, 0.2, 0.7]] * 3)
    first = Reading(("good", "not", "bad"), shares[:, [0, 2, 1]], shares, 1, ())
    second = Reading(("bad", "not", "good"), shares, shares, 0, ())
    sentence = told(labels, first, second)
    assert "says “mixed” both times and is wrong about both;" in sentence
    assert sentence.endswith("says “positive”, then “mixed” and is right once.")


# --- the message


def test_message_holds_both_lines_of_one_label_and_what_is_said_in_the_end(data):
    network, params = network_of(data)
    order = order_of(data, network, params, *default_pair(data))
    header, arrays = unpack(pack_word_order(order))
    followed = order.followed
    assert followed == order.readings[0].truth
    assert (header["label"], header["other"]) == (data.outputs[followed], data.outputs[1 - followed])
    for place, expected in enumerate(order.readings):
        np.testing.assert_array_equal(arrays[f"network{place}"], expected.network[:, followed])
        np.testing.assert_array_equal(arrays[f"bag{place}"], expected.bag[:, followed])
        shown = header["readings"][place]
        assert shown["words"] == list(expected.words)
        assert shown["truth"] == data.outputs[expected.truth]
        for said, shares in zip(shown["said"], (expected.network[-1], expected.bag[-1]), strict=True):
            assert said["label"] == data.outputs[int(shares.argmax())]
            assert said["share"] == f"{max(shares):.2f}"
            assert said["right"] == (said["label"] == shown["truth"])


def test_message_of_the_same_readings_is_the_same_and_of_others_another(data):
    network, params = network_of(data)
    first, again = (pack_word_order(order_of(data, network, params, FIRST, SECOND)) for _ in range(2))
    assert first == again
    turned = pack_word_order(order_of(data, network, params, SECOND, FIRST))
    assert unpack(turned)[0]["revision"] != unpack(first)[0]["revision"]
