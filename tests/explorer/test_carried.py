"""A trained network in Explore: the same numbers as in the network, for every task and many architectures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import SequenceError
from explorer.model.carried import MAX_CARRIED_INPUTS, Carried, text_of
from explorer.training.plan import Plan, Source, default_plan
from explorer.wording import grouped
from lstm_core import GRU, LSTM, TASKS, SimpleRNN
from lstm_core.tasks.forecasting import Series

ARCHITECTURES: dict[str, dict[str, object]] = {
    "default": {},
    "two layers": {"hidden_sizes": (7, 5)},
    "both directions": {"hidden_sizes": (6,), "bidirectional": True},
    "two layers, both directions": {"hidden_sizes": (4, 3), "bidirectional": True},
    "attention": {"attention": True},
    "one-hot": {"embedding": 0},
    "embedding": {"embedding": 5},
    "GRU": {"cell": GRU()},
    "RNN": {"cell": SimpleRNN()},
    "peepholes": {"cell": LSTM(peephole=True)},
}


def carry(task: str, index: int = 0, own: object = None, update: int = 1197, **changes: object) -> Carried:
    """Return a network with its first weights, moved a little so that none of them is 0."""
    plan: Plan = replace(default_plan(Source(task=task, own=own)), **changes)
    data, network = plan.data(), plan.network()
    rng = np.random.default_rng(4)
    params = {
        name: array + rng.normal(0, 0.1, array.shape)
        for name, array in network.init(plan.generator()).items()
    }
    return Carried(plan.task, data, network, params, data.example(data.validation, index), "Run 2", update)


def forward(carried: Carried):
    return carried.network.forward(carried.params, carried.probe.inputs, carried.probe.mask)


def is_close(found, expected) -> bool:
    return float(np.abs(np.asarray(found) - np.asarray(expected)).max()) <= 1e-12


# ---- the same numbers


@pytest.mark.parametrize("changes", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize("task", TASKS)
def test_every_layer_and_direction_computes_what_it_computes_in_the_network(task, changes):
    carried = carry(task, **changes)
    whole = forward(carried)
    seen = 0
    for layer, reverse in carried.places:
        own = whole.layers[layer].traces[int(reverse)]
        found = carried.at(layer, reverse).experiment().run()
        step = -1 if reverse else 1
        assert np.array_equal(found.mask[0], own.mask[0, ::step])
        assert np.array_equal(found.x[0], own.x[0, ::step])
        assert set(found.signals) == set(own.signals)
        for key, values in own.signals.items():
            assert is_close(found[key][0], values[0, ::step]), (layer, reverse, key)
        seen += 1
    assert seen == sum(len(run.traces) for run in whole.layers)


@pytest.mark.parametrize("changes", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize("task", TASKS)
def test_readout_says_what_the_network_says_or_is_not_there(task, changes):
    carried = carry(task, **changes)
    config, whole = carried.config, forward(carried)
    for place in carried.places:
        experiment = carried.at(*place).experiment()
        alone = config.head and not config.attention and not config.layers[-1].bidirectional
        if not alone or place[0] < len(config.layers) - 1:
            assert experiment.readout is None
            continue
        trace = experiment.run()
        assert experiment.readout.reads(experiment.cell, experiment.hidden_size, experiment.sequence)
        logits = experiment.readout.dense.logits(trace["h"][0])
        outputs = experiment.readout.outputs(logits)
        every = config.read == "every"
        assert is_close(outputs if every else outputs[-1], whole.outputs[0])
        assert is_close(logits if every else logits[-1], whole.logits[0])


def test_forecast_is_told_in_the_unit_of_the_series():
    carried = carry("forecasting")
    readout, fed = carried.readout, carried.sequence
    step = forward(carried).outputs
    units = readout.units
    assert units.name == "next value, cones a day"
    found = (fed.values[-1, 0] + step[0, 0]) * units.scale + units.level
    assert found == pytest.approx(carried.data.reader.forecast(carried.probe.inputs, step)[0], abs=1e-9)
    stacked = carry("forecasting", hidden_sizes=(4, 3)).at(1, False)
    assert stacked.readout.units is None


# ---- the sequence


def test_padding_and_mask_are_those_of_the_example():
    carried = carry("sentiment")
    fed = carried.sequence
    assert fed.mask.tolist() == carried.probe.mask[0].tolist()
    assert fed.padded.tolist() == (~carried.probe.mask[0]).tolist()
    assert 0 < fed.padded.sum() < fed.timesteps
    assert {fed.symbols[t] for t in np.flatnonzero(fed.padded)} == {"∅"}
    assert [fed.symbols[t] for t in np.flatnonzero(fed.mask)] == ["everybody", "hated", "it"]


@pytest.mark.parametrize(
    ("task", "changes", "names"),
    [
        ("characters", {}, ("␣", "e")),
        ("sentiment", {}, ("e₁", "e₂")),
        ("parity", {}, ("bit",)),
        ("adding", {}, ("number", "mark")),
        ("next_word", {}, ("x",)),
        ("forecasting", {}, ("x",)),
        ("four_targets", {}, ("x[0]", "x[1]")),
    ],
)
def test_inputs_are_named_after_what_they_stand_for(task, changes, names):
    assert carry(task, **changes).sequence.inputs[: len(names)] == names


def test_inputs_of_a_higher_layer_are_named_after_the_layer_below():
    inputs = carry("sentiment", hidden_sizes=(2, 3), bidirectional=True).at(1, False).sequence.inputs
    assert inputs == ("layer 1 h₁", "layer 1 h₂", "layer 1 ←h₁", "layer 1 ←h₂")


def test_reverse_direction_reads_from_the_end_and_says_so():
    carried = carry("parity", bidirectional=True)
    there, back = carried.sequence, carried.at(0, True).sequence
    assert back.symbols == there.symbols[::-1]
    assert back.values.tolist() == there.values[::-1].tolist()
    assert any("from its end" in note for note in back.notes)
    assert not any("from its end" in note for note in there.notes)


@pytest.mark.parametrize(
    ("task", "changes", "summary"),
    [
        ("sentiment", {}, "3 words and 8 padding steps, each its row of the embedding: 16 numbers"),
        ("characters", {}, "40 characters, one-hot over 27 symbols"),
        ("next_word", {}, "2 words, each its id as one number"),
        ("adding", {}, "20 timesteps, 2 numbers each"),
        ("sentiment", {"layer": 1}, "3 words and 8 padding steps, each what the layer below says: 4 numbers"),
    ],
)
def test_summary_says_how_the_sequence_is_fed(task, changes, summary):
    layer = changes.get("layer", 0)
    carried = carry(task, **({"hidden_sizes": (4, 3)} if layer else {})).at(layer, False)
    assert carried.sequence.summary == summary


@pytest.mark.parametrize(
    ("task", "answers"),
    [
        ("sentiment", ["", "", "negative"]),
        ("next_word", ["", "an"]),
        ("parity", ["odd", "even", "even"]),
        ("copy", ["A", "C", "F"]),
        ("characters", ["l", "d", "␣"]),
    ],
)
def test_right_answers_stand_at_the_timesteps_they_are_asked_for(task, answers):
    found = carry(task).sequence.answers
    assert list(found[-len(answers) :]) == answers


def test_right_answers_are_those_of_the_data_at_every_timestep():
    carried = carry("parity", index=3)
    targets = carried.data.validation.targets[3]
    assert list(carried.sequence.answers) == [carried.data.outputs[int(target)] for target in targets]


# ---- typing


@pytest.mark.parametrize(
    ("task", "typed"),
    [
        ("next_word", "this is"),
        ("sentiment", ""),  # the first example is padded, which nobody can type
        (
            "forecasting",
            "128 141 133 91 100 119 118 134 141 130 96 118 124 126 130 152 144 104 99 115 125 146 156 155 "
            "104 113 96 128",
        ),
        ("characters", "s up, the child runs out.\nWhen the child"),
        ("adding", ""),  # two decimals are shown of numbers that have more
        ("copy", "CACF"),  # the pause and the signal are added to the letters
        ("parity", "011000100010"),
        ("four_targets", ""),
    ],
)
def test_typed_text_of_an_example_gives_the_example_back(task, typed):
    carried = carry(task)
    text = text_of(carried.data, carried.probe)
    assert text == typed == carried.typed
    if text:
        again = carried.reading(text)
        assert np.array_equal(again.probe.inputs, carried.probe.inputs)
        assert again.sequence.values.tolist() == carried.sequence.values.tolist()


@pytest.mark.parametrize("task", [task for task in TASKS if task != "four_targets"])
def test_every_task_shows_how_a_sequence_is_typed(task):
    carried = carry(task)
    fed, typed = carried.sequence, carried.reading(carried.typed_like).sequence
    shown = [symbol for symbol, padded in zip(fed.symbols, fed.padded, strict=True) if not padded]
    assert list(typed.symbols) == shown
    assert (typed.source, typed.inputs, typed.encoding) == (fed.source, fed.inputs, fed.encoding)


def test_four_targets_cannot_be_typed():
    assert carry("four_targets").typed_like == ""


def test_typed_sequence_is_run_through_the_network():
    carried = carry("sentiment", hidden_sizes=(4, 3)).at(1, False).reading("not good but bad")
    own = forward(carried).layers[1].forward
    assert carried.sequence.symbols == ("not", "good", "but", "bad")
    assert is_close(carried.experiment().run()["h"][0], own["h"][0])
    assert carried.sequence.answers == ()


def test_what_was_left_out_of_a_typed_sequence_is_said():
    notes = carry("sentiment").reading("a bad zzyzx").sequence.notes
    assert notes == ("Left out what the network has no number for: “zzyzx”.",)


@pytest.mark.parametrize(("task", "text"), [("parity", "012"), ("sentiment", "zzyzx"), ("adding", "0.5")])
def test_what_cannot_be_read_is_refused_in_words(task, text):
    with pytest.raises(SequenceError, match="This cannot be read") as refused:
        carry(task).reading(text)
    assert refused.value.advice.endswith(".")
    assert not refused.value.advice.endswith("..")


# ---- words


def test_heading_says_where_the_network_comes_from():
    first = "Trained on “Sentiment of short sentences”: Run 2 after"
    assert carry("sentiment").look_for.startswith(f"{first} {grouped(1197)} updates. ")
    assert carry("sentiment", update=1).look_for.startswith(f"{first} 1 update. ")
    deep = carry("sentiment", hidden_sizes=(4, 3), bidirectional=True).at(1, True)
    assert "You look at layer 2 of 2, reverse." in deep.look_for
    wide = carry("sentiment", bidirectional=True)
    assert "You look at forward direction." not in wide.look_for
    assert "You look at the forward direction." in wide.look_for


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        ({"hidden_sizes": (4, 3)}, (0, False), "layer 2 reads what it says"),
        ({"attention": True}, (0, False), "by attention"),
        ({"bidirectional": True}, (0, True), "both directions together"),
    ],
)
def test_page_says_why_there_is_no_readout(changes, place, reason):
    carried = carry("sentiment", **changes).at(*place)
    assert carried.readout is None
    assert reason in carried.look_for
    assert carry("sentiment").readout is not None


def test_without_a_head_the_first_unit_is_what_the_network_says():
    carried = carry("four_targets")
    said = "No layer comes after it: h of unit 1 is what the network says."
    assert said in carried.look_for
    assert said in carried.sequence.notes
    assert is_close(carried.experiment().run()["h"][0, :, :1], forward(carried).outputs[0])


def test_name_of_a_run_is_no_markup():
    carried = replace(carry("parity"), run="**bold** [x](y) `z`")
    assert "**bold**" not in carried.look_for
    assert "[x](y)" not in carried.look_for
    assert carried.title == "From Train: **bold** [x](y) `z`"


# ---- the way back


def test_changed_weights_take_the_place_of_the_layer_alone():
    carried = carry("sentiment", hidden_sizes=(4, 3), bidirectional=True).at(1, True)
    blocks = {block: array.copy() for block, array in carried.blocks().items()}
    blocks["U", "f"][0, 1] = 2.5
    back = carried.with_weights(carried.cell, blocks)
    changed = {name for name, array in back.items() if not np.array_equal(array, carried.params[name])}
    assert changed == {"layer_1.reverse.U"}
    assert list(back) == list(carried.params)
    again = replace(carried, params=back).blocks()
    assert again["U", "f"][0, 1] == 2.5


@pytest.mark.parametrize("cell", [GRU(), LSTM(coupled=True), LSTM(activation="relu")])
def test_weights_of_another_cell_do_not_fit(cell):
    carried = carry("sentiment")
    blocks = cell.init_blocks(16, 16, np.random.default_rng(0))
    assert carried.with_weights(cell, blocks) is None


@pytest.mark.parametrize("size", [(16, 16), (15, 8)])
def test_weights_of_another_size_do_not_fit(size):
    carried = carry("sentiment")
    assert carried.with_weights(LSTM(), LSTM().init_blocks(*size, np.random.default_rng(0))) is None


# ---- limits


def test_layers_that_are_too_large_are_refused_with_the_reason():
    assert carry("sentiment").refusal == ""
    assert "128 units; this layer has 129" in carry("sentiment", hidden_sizes=(129,)).refusal
    words = " ".join(f"word{number}" for number in range(MAX_CARRIED_INPUTS + 40))
    wide = carry("next_word", own=words, embedding=0, hidden_sizes=(3,))
    assert "at most 512 inputs; this layer reads 553 numbers" in wide.refusal
    assert replace(wide, data=wide.data).at(0, False).refusal == wide.refusal


def test_series_of_ones_own_is_not_named_after_its_unit():
    values = tuple(float(value) for value in np.random.default_rng(0).normal(5, 1, 80))
    carried = carry("forecasting", own=Series("heat", "°C", values))
    assert carried.sequence.inputs == ("x",)
    assert carried.readout.units.name == "next value, °C"
