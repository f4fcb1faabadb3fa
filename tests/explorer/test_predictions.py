"""Predictions against truth: what is shown of every task, against numbers that are found another way."""

import json
import math
import re
from collections import Counter
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from explorer.views.predictions import Writing, pack_predictions, predictions_of
from explorer.views.predictions.answers import NOT_FINITE
from explorer.views.predictions.answers.run import evenly, place_of
from explorer.views.predictions.pictures import Confusion, Curve, Mistakes, Pairs, Rows, Scatter, Text
from explorer.web.payload import unpack
from lstm_core import GRU, LSTM, TASKS, Dataset, Embedding, InputError, Network, RecurrentLayer, evaluate
from lstm_core.tasks.forecasting import Series

WORDS = "the cat sat on the mat and the dog sat on the cat while a bird sang to the cat and the dog " * 6


class Scene:
    """A task with its data, an untrained network, and a probe."""

    def __init__(self, key, own=None, config=None, **sizes):
        rng = np.random.default_rng(7)
        self.task = TASKS[key]
        self.data = self.task.build(rng, own, **sizes)
        self.network = Network((config or (lambda known: known))(self.data.recipe.network))
        self.params = {name: 3 * array for name, array in self.network.init(rng).items()}
        self.probe = self.data.example(self.data.validation, 0)

    def look(self, probe=None, writing=None):
        return predictions_of(
            self.task,
            self.data,
            self.network,
            self.params,
            probe or self.probe,
            writing=writing or Writing(""),
        )

    def said(self, dataset=None):
        """Return the outputs of the readable path."""
        dataset = dataset or self.data.validation
        return self.network.forward(self.params, dataset.inputs, dataset.mask).outputs


def with_cell(cell):
    return lambda config: replace(config, layers=(RecurrentLayer(cell=cell, hidden_size=5),))


def numbers_in(sentence):
    return [
        float(text.replace("−", "-").replace("\xa0", ""))
        for text in re.findall(r"−?\d[\d\xa0.]*\d|\d", sentence)
    ]


# --- one of a few classes


def test_confusion_counts_every_held_out_example_by_truth_and_by_what_is_said():
    scene = Scene("sentiment")
    scene.params["head.bias"] = np.array([0.5, -0.5])  # or the table would be symmetric by chance
    picture = scene.look().picture
    assert isinstance(picture, Confusion)
    assert picture.labels == scene.data.outputs
    counted = Counter()
    for shares, truth in zip(scene.said().tolist(), scene.data.validation.targets.tolist(), strict=True):
        counted[truth, shares.index(max(shares))] += 1
    expected = [[counted[truth, said] for said in range(2)] for truth in range(2)]
    assert picture.counts.tolist() == expected
    assert picture.counts.sum() == len(scene.data.validation)


def test_share_right_is_the_metric_of_the_task():
    scene = Scene("sentiment")
    (sentence,) = scene.look().summary
    right, total, share = numbers_in(sentence)
    metric = scene.data.metric(scene.said(), scene.data.validation)
    assert right / total == pytest.approx(metric, abs=1e-12)
    assert share == round(100 * metric)


def test_probabilities_of_the_probe_are_those_of_the_sentence_without_its_padding():
    scene = Scene("sentiment")
    probe = next(
        scene.data.example(scene.data.validation, place)
        for place in range(9)
        if not scene.data.validation.mask[place].all()
    )
    (chances,) = scene.look(probe).chances
    live = probe.inputs[:, probe.mask[0]]
    alone = scene.network.forward(scene.params, live).outputs[0]
    found = {row.name: row.share for row in chances.rows}
    assert found == pytest.approx(dict(zip(scene.data.outputs, alone, strict=True)), abs=1e-12)
    assert [row.name for row in chances.rows if row.right] == [probe.target]
    assert "∅" not in chances.about
    assert [row.share for row in chances.rows] == sorted(found.values(), reverse=True)


def test_typed_sentence_has_no_truth():
    scene = Scene("sentiment")
    (chances,) = scene.look(scene.data.reader.read("not good but bad")).chances
    assert chances.about == "This example: “not good but bad”"
    assert not any(row.right for row in chances.rows)


def test_more_classes_than_a_table_has_room_for_give_the_most_frequent_mistakes():
    scene = Scene("next_word", own=WORDS)
    predictions = scene.look()
    assert isinstance(predictions.picture, Mistakes)
    names, mistakes = scene.data.outputs, Counter()
    for shares, truth in zip(scene.said().tolist(), scene.data.validation.targets.tolist(), strict=True):
        said = shares.index(max(shares))
        if said != truth:
            mistakes[names[said], names[truth]] += 1
    assert {
        (said, truth): times for said, truth, times in predictions.picture.rows
    }.items() <= mistakes.items()
    assert [times for _, _, times in predictions.picture.rows] == sorted(mistakes.values(), reverse=True)[:6]
    assert predictions.picture.others == len(mistakes) - len(predictions.picture.rows)


def test_truth_that_is_not_among_the_most_probable_stands_last_and_the_rest_adds_up_to_one():
    scene = Scene("next_word", own=WORDS)
    unlikely = int(scene.said()[0].argmin())
    probe = replace(scene.probe, target=scene.data.outputs[unlikely])
    (chances,) = scene.look(probe).chances
    assert [row.right for row in chances.rows] == [False] * 7 + [True]
    assert chances.rows[-1].name == probe.target
    assert chances.others == len(scene.data.outputs) - 8
    assert sum(row.share for row in chances.rows) + chances.others_share == pytest.approx(1)


def test_very_few_examples_are_shown_one_by_one_and_the_probe_once():
    scene = Scene("next_word")
    predictions = scene.look()
    assert predictions.picture is None
    other, probe = predictions.chances
    assert (other.about, probe.about) == ("After “is an”", "This example: “this is”")
    assert (len(other.rows), len(probe.rows)) == (3, 5)
    shares = dict(zip(scene.data.outputs, scene.said()[1], strict=True))
    ranked = sorted(shares, key=lambda name: -shares[name])
    assert [row.name for row in other.rows] == (
        ranked[:3] if "example" in ranked[:3] else [*ranked[:2], "example"]
    )
    assert [row.share for row in other.rows] == pytest.approx([shares[row.name] for row in other.rows])
    assert [row.name for row in other.rows if row.right] == ["example"]
    assert "held-out" not in predictions.summary[0]  # nothing is held out here


def test_no_more_than_500_examples_are_run_and_that_is_said():
    rows = [
        (f"w{place % 40} x{place % 7} y{place % 11}", "yes" if place % 2 else "no") for place in range(2800)
    ]
    scene = Scene("sentiment", own=rows)
    predictions = scene.look()
    total = len(scene.data.validation)
    assert total > 500
    assert predictions.picture.counts.sum() == 500
    (note,) = predictions.notes
    assert note == f"Measured on 500 of {total} held-out examples, evenly taken."


def test_fewer_long_sequences_are_run():
    scene = Scene("parity", length=100)
    predictions = scene.look()
    assert predictions.notes == ("Measured on 150 of 200 held-out sequences, evenly taken.",)
    assert numbers_in(predictions.summary[0])[1] == 150 * 100
    assert [row.name for row in predictions.picture.rows[1:3]] == ["held-out 2", "held-out 4"]


# --- a class at every timestep


def test_every_row_says_what_the_network_says_and_counts_what_is_right():
    scene = Scene("parity")
    picture = scene.look().picture
    assert isinstance(picture, Rows)
    said = scene.said().argmax(axis=-1)
    probe, *rows = picture.rows
    assert probe.name == "this example"
    assert [row.name for row in rows] == [f"held-out {place}" for place in range(2, 10)]
    for place, row in enumerate(picture.rows):
        bits = scene.data.validation.inputs[place, :, 0].astype(int).tolist()
        truth = ["eo"[sum(bits[: t + 1]) % 2] for t in range(12)]
        assert row.inputs == tuple(map(str, bits))
        assert row.truths == tuple(truth)
        assert row.said == tuple("eo"[label] for label in said[place])
        assert row.right == sum(a == b for a, b in zip(row.said, truth, strict=True))
        assert (row.steps, row.before) == (12, 0)
    assert picture.legend == (("e", "even"), ("o", "odd"))


def test_answers_at_every_timestep_are_counted_like_the_metric_counts_them():
    scene = Scene("parity")
    (sentence,) = scene.look().summary
    right, total, _, whole, sequences = numbers_in(sentence)
    assert right / total == pytest.approx(scene.data.metric(scene.said(), scene.data.validation))
    answers = scene.said().argmax(axis=-1) == scene.data.validation.targets
    assert (whole, sequences) == (answers.all(axis=1).sum(), len(answers))


def test_of_long_sequences_the_end_is_shown_and_all_is_counted():
    scene = Scene("copy", delay=60)
    probe, row, *_ = scene.look().picture.rows
    assert (probe.before, len(probe.said), probe.steps) == (32, 36, 68)
    assert (row.before, len(row.said), row.steps) == (54, 14, 68)
    said = scene.said()[0].argmax(axis=-1)
    assert probe.right == (said == scene.data.validation.targets[0]).sum()
    assert probe.said == tuple(scene.data.outputs[label] for label in said[-36:])


def test_typed_bits_have_their_own_truth_and_are_no_held_out_example():
    scene = Scene("parity")
    rows = scene.look(scene.data.reader.read("1101")).picture.rows
    assert (rows[0].inputs, rows[0].truths) == (tuple("1101"), tuple("oeeo"))
    assert rows[1].name == "held-out 1"


def test_letters_that_are_copied_are_their_own_names():
    picture = Scene("copy").look().picture
    assert picture.legend == ()
    assert set(picture.rows[0].truths) <= set("ABCDEFGH·")


# --- a text that is written


def test_text_at_temperature_0_is_always_the_likeliest_character():
    scene = Scene("characters")
    predictions = scene.look(writing=Writing("When the", length=12, temperature=0))
    ids = scene.data.reader.read("When the").inputs[0].tolist()
    written = ""
    for _ in range(12):
        shares = scene.network.forward(scene.params, [ids]).outputs[0, -1]
        ids.append(int(shares.argmax()))
        written += scene.data.outputs[ids[-1]]
    assert predictions.picture == Text("When the", written)
    (chances,) = predictions.chances
    assert chances.rows[0].share == 1
    assert chances.rows[0].name == {" ": "␣", "\n": "↵"}.get(written[0], written[0])


def test_probabilities_are_those_of_the_character_after_the_example_at_the_temperature():
    scene = Scene("characters")
    predictions = scene.look(writing=Writing("When the", length=5, temperature=0.5, seed=3))
    ids = scene.data.reader.read("When the").inputs
    logits = scene.network.forward(scene.params, ids).logits[0, -1]
    powers = [math.exp(logit / 0.5) for logit in logits]
    expected = sorted((power / sum(powers) for power in powers), reverse=True)[:8]
    (chances,) = predictions.chances
    assert [row.share for row in chances.rows] == pytest.approx(expected)


def test_text_goes_on_from_the_probe_unless_a_start_is_given_and_depends_on_the_seed_only():
    scene = Scene("characters")
    first, again, other = (scene.look(writing=Writing("", length=30, seed=seed)) for seed in (0, 0, 1))
    assert first.picture.start == "".join(scene.probe.symbols)
    assert len(first.picture.written) == 30
    assert first.picture == again.picture
    assert first.picture.written != other.picture.written


def test_start_with_unknown_characters_is_told_and_one_without_known_ones_is_refused():
    scene = Scene("characters")
    predictions = scene.look(writing=Writing("We§", length=3))
    assert predictions.picture.start == "We"
    assert "“§”" in predictions.notes[0]
    with pytest.raises(InputError, match="character"):
        scene.look(writing=Writing("§§"))


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (lambda known: replace(known, attention=True), "with attention"),
        (
            lambda known: replace(
                known, layers=(RecurrentLayer(cell=LSTM(), hidden_size=4, bidirectional=True),)
            ),
            "with a second direction",
        ),
        (with_cell(LSTM(full_gate_recurrence=True)), "full gate recurrence"),
    ],
)
def test_network_that_cannot_write_says_why_and_shows_what_comes_next(config, why):
    scene = Scene("characters", config=config)
    predictions = scene.look()
    assert predictions.picture.written == ""
    assert why in predictions.picture.refused
    shares = scene.network.forward(scene.params, scene.probe.inputs).outputs[0, -1]
    assert [row.share for row in predictions.chances[0].rows] == pytest.approx(
        sorted(shares, reverse=True)[:8]
    )


# --- a series


def test_forecasts_stand_at_the_value_that_they_are_of():
    scene = Scene("forecasting")
    picture = scene.look().picture
    assert isinstance(picture, Curve)
    reader, window = scene.data.reader, 28
    assert (picture.count, picture.split, picture.first, len(picture.truth)) == (600, 480, 400, 160)
    np.testing.assert_allclose(picture.truth, reader.series[400:560])
    for place in (400, 479, 480, 559):
        scaled = (reader.series[place - window : place] - reader.level) / reader.scale
        change = scene.network.forward(scene.params, scaled[np.newaxis, :, np.newaxis]).outputs.item()
        expected = reader.series[place - 1] + change * reader.scale
        assert picture.said[place - 400] == pytest.approx(expected, abs=1e-9)
    assert picture.chosen == 480


def test_mean_errors_of_both_parts_are_those_of_the_metric():
    scene = Scene("forecasting")
    sentence, this = scene.look().summary
    learned, held_out = numbers_in(sentence)
    for found, dataset in ((learned, scene.data.train), (held_out, scene.data.validation)):
        result = evaluate(
            scene.network, scene.params, dataset, loss="squared_error", metric=scene.data.metric
        )
        assert found == pytest.approx(result.metric, abs=0.05)
    assert f"truth {scene.data.reader.series[480]:.1f} cones a day." in this


def test_gaps_are_no_truth_and_not_counted():
    values = (100 + 10 * np.sin(np.arange(100.0))).tolist()
    values[70], values[90] = None, None
    scene = Scene("forecasting", own=Series("mine", "m", values))
    predictions = scene.look()
    picture = predictions.picture
    assert np.flatnonzero(np.isnan(picture.truth)).tolist() == [70 - picture.first, 90 - picture.first]
    assert not np.isnan(picture.said).any()
    metric = evaluate(
        scene.network, scene.params, scene.data.validation, loss="squared_error", metric=scene.data.metric
    ).metric
    assert numbers_in(predictions.summary[0])[1] == pytest.approx(metric, abs=0.05)


def test_of_a_long_series_the_part_around_the_split_is_shown():
    scene = Scene("forecasting", own=Series("mine", "", np.sin(np.arange(3000.0)).tolist()), window=14)
    predictions = scene.look()
    picture = predictions.picture
    assert (picture.first, picture.split, len(picture.truth)) == (2320, 2400, 160)
    assert len(picture.low) == len(picture.high) == 150
    assert picture.low.min() == scene.data.reader.series.min()
    assert picture.high.max() == scene.data.reader.series.max()
    assert predictions.notes[0].startswith("The errors are measured on 500 of 2\xa0386 and 500 of 600 values")
    assert predictions.notes[1] == "The picture shows values 2\xa0321 to 2\xa0480 of 3\xa0000."


def test_first_values_of_a_short_series_have_no_forecast():
    scene = Scene("forecasting", own=list(np.sin(np.arange(44.0))), window=10)
    picture = scene.look().picture
    assert picture.first == 0
    assert np.flatnonzero(np.isnan(picture.said)).tolist() == list(range(10))


def test_typed_values_are_forecast_without_a_truth_and_have_no_place_in_the_series():
    scene = Scene("forecasting")
    predictions = scene.look(scene.data.reader.read("90 100 110"))
    assert predictions.picture.chosen == -1
    assert "truth" not in predictions.summary[1]


# --- numbers


def test_scatter_holds_held_out_examples_and_the_probe():
    scene = Scene("adding")
    probe = scene.data.example(scene.data.train, 3)
    predictions = scene.look(probe)
    picture = predictions.picture
    assert isinstance(picture, Scatter)
    assert (len(picture.truth), picture.chosen) == (301, 300)
    places = [round(place * 499 / 299) for place in range(300)]
    np.testing.assert_allclose(picture.truth[:300], scene.data.validation.targets[places, 0])
    said = scene.said()[places, 0]
    np.testing.assert_allclose(picture.said[:300], said)
    away = sum(abs(a - b) for a, b in zip(said, picture.truth, strict=False)) / 300
    assert numbers_in(predictions.summary[1]) == [pytest.approx(away, abs=0.0006)]
    mine = scene.network.forward(scene.params, probe.inputs).outputs.item()
    written = f"{mine:.2f}".replace("-", "−")
    assert predictions.summary[0] == f"This example: {probe.target}, said {written}."
    assert predictions.notes == ("Measured on 300 of 500 held-out sequences, evenly taken.",)


def test_typed_sum_is_told_in_words_and_not_drawn():
    scene = Scene("adding")
    predictions = scene.look(scene.data.reader.read("0.3 0.5* 0.9 0.2*"))
    assert (len(predictions.picture.truth), predictions.picture.chosen) == (300, -1)
    assert predictions.summary[0].startswith("This example: 0.50 + 0.20 = 0.70, said ")


def test_number_at_each_timestep_stands_beside_its_target():
    scene = Scene("four_targets")
    predictions = scene.look()
    picture = predictions.picture
    assert isinstance(picture, Pairs)
    assert picture.truth.tolist() == [-0.5, 0.2, 0.1, -0.5]
    np.testing.assert_allclose(picture.said, scene.said()[0, :, 0])
    away = sum(abs(a - b) for a, b in zip(picture.said, picture.truth, strict=True)) / 4
    assert numbers_in(predictions.summary[0]) == [pytest.approx(away, abs=0.0005)]


# --- what holds for all


@pytest.mark.parametrize("key", TASKS)
def test_predictions_is_the_same_for_the_same_weights_and_its_message_says_so(key):
    scene = Scene(key)
    first, again = (pack_predictions(scene.look()) for _ in range(2))
    assert first == again
    scene.params = {name: array / 2 for name, array in scene.params.items()}
    assert unpack(pack_predictions(scene.look()))[0]["revision"] != unpack(first)[0]["revision"]


@pytest.mark.parametrize("key", TASKS)
@pytest.mark.parametrize("cell", [GRU(), LSTM(peephole=True)])
def test_every_task_can_be_looked_at_with_other_cells(key, cell):
    header, _ = unpack(pack_predictions(Scene(key, config=with_cell(cell)).look()))
    assert header["see"].endswith(".")
    assert header["summary"] or header["chances"]


@pytest.mark.parametrize("key", TASKS)
@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_weights_that_are_not_finite_are_told(key, wrong):
    scene = Scene(key)
    broken = dict(scene.params)
    name = next(reversed(broken))
    broken[name] = np.full_like(broken[name], wrong)
    scene.params = MappingProxyType(broken)
    predictions = scene.look()
    assert (predictions.summary, predictions.picture, predictions.chances) == ((NOT_FINITE,), None, ())
    header, _ = unpack(pack_predictions(predictions))
    assert header["picture"] is None


def test_outputs_that_are_not_finite_are_told():
    scene = Scene("adding")
    scene.params["head.kernel"] = np.full_like(scene.params["head.kernel"], 1.7e308)
    scene.params["head.bias"] = np.full_like(scene.params["head.bias"], 1.7e308)
    scene.params["layer_0.b"] = np.full_like(scene.params["layer_0.b"], 50.0)
    assert scene.look().summary == (NOT_FINITE,)


def test_form_follows_what_the_task_declares_and_not_its_name():
    scene = Scene("parity")
    scene.task = replace(scene.task, key="bits", name="Bits")
    assert isinstance(scene.look().picture, Rows)


def test_message_holds_what_the_picture_is_made_of():
    scene = Scene("sentiment")
    predictions = scene.look()
    header, arrays = unpack(pack_predictions(predictions))
    assert header["picture"] == {"form": "confusion", "labels": list(scene.data.outputs)}
    np.testing.assert_array_equal(arrays["counts"], predictions.picture.counts)
    (chances,) = header["chances"]
    assert [row["name"] for row in chances["rows"]] == [row.name for row in predictions.chances[0].rows]


def test_ends_of_an_axis_follow_the_truth_alone_and_what_lies_beyond_is_counted():
    scene = Scene("adding")
    ranges = []
    for factor in (0.0, 100.0):
        scene.params["head.kernel"] = np.full_like(scene.params["head.kernel"], factor)
        predictions = scene.look()
        header, _ = unpack(pack_predictions(predictions))
        low, high = header["picture"]["range"]
        beyond = sum(not low <= said <= high for said in predictions.picture.said.tolist())
        assert header["picture"]["beyond"] == beyond
        ranges.append((low, high))
    assert ranges[0] == ranges[1]
    assert low < predictions.picture.truth.min()
    assert high > predictions.picture.truth.max()
    assert beyond > 0


def test_probability_that_is_only_close_to_1_is_not_written_so():
    scene = Scene("sentiment")
    scene.params["head.bias"] = np.array([8.0, -8.0])
    scene.params["head.kernel"] = np.zeros_like(scene.params["head.kernel"])
    header, _ = unpack(pack_predictions(scene.look()))
    assert [row["text"] for row in header["chances"][0]["rows"]] == [">\xa00.99", "<\xa00.01"]
    assert json.dumps(header)


def test_places_are_taken_evenly():
    assert evenly(500, 500).tolist() == list(range(500))
    places = evenly(1001, 500)
    assert (places[0], places[-1], len(set(places.tolist()))) == (0, 1000, 500)
    assert set(np.diff(places).tolist()) <= {2, 3}


def test_place_of_a_probe_is_that_of_the_example_with_its_numbers():
    data = Dataset(np.array([[1, 2], [3, 2], [3, 2]]), np.zeros((3, 1)))
    scene = Scene("sentiment")
    probe = replace(scene.probe, inputs=np.array([[3, 2]]), mask=None)
    assert place_of(data, probe) == 1
    assert place_of(data, replace(probe, inputs=np.array([[1, 3]]))) == -1
    assert place_of(data, replace(probe, inputs=np.array([[1, 3, 2]]))) == -1


def test_embedding_of_the_probe_is_no_matter():
    scene = Scene("copy", config=lambda known: replace(known, inputs=Embedding(known.inputs.vocabulary, 3)))
    assert isinstance(scene.look().picture, Rows)
