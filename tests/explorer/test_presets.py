"""The examples: complete, runnable, and saying what to look for in two sentences."""

import re

import numpy as np
import pytest

from explorer.cell_styles import style_of
from explorer.model.presets import BY_KEY, PRESETS
from explorer.sequence import TextConfig
from lstm_core import LSTM

ALL = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)


def test_presets_stand_in_the_order_of_the_picker_and_have_names_of_their_own():
    assert [preset.title for preset in PRESETS] == [
        "Latch, count, fade",
        "Two steps by hand",
        "Next word",
        "One unit",
        "Latch, flip, fade in a GRU",
        "A plain RNN forgets",
        "Random weights on your text",
    ]
    assert [BY_KEY[preset.key] for preset in PRESETS] == list(PRESETS)


@ALL
def test_preset_says_what_to_look_for_in_two_sentences(preset):
    assert len(re.findall(r"[.!?](?:\s|$)", preset.look_for)) == 2
    assert preset.look_for.endswith(".")
    # It is shown by an element that reads Markdown.
    assert not re.search(r"[*_`$\[\]<>#~]|:\w+:", preset.look_for)


@ALL
def test_preset_runs_and_opens_inside_of_its_run(preset):
    experiment = preset.experiment()
    trace = experiment.run()
    assert experiment.cell == preset.cell
    assert experiment.hidden_size == trace.hidden_size == preset.hidden_size
    assert 0 <= preset.opening.t < trace.timesteps
    assert 0 <= preset.opening.unit < trace.hidden_size
    assert preset.opening.signal in style_of(preset.cell).order
    zeros = dict.fromkeys(preset.cell.states, [0] * preset.hidden_size)
    assert {state: values.tolist() for state, values in experiment.initial.items()} == zeros
    assert experiment.sequence.notes == ()


@ALL
def test_preset_is_made_anew_each_time_it_opens(preset):
    first, second = preset.experiment(), preset.experiment()
    assert first.key == second.key
    for block, array in first.blocks.items():
        assert not np.shares_memory(array, second.blocks[block])


def test_first_preset_has_the_weights_that_give_each_unit_one_job():
    blocks = BY_KEY["latch"].experiment().blocks
    assert {gate: blocks["W", gate].tolist() for gate in "ifgo"} == {
        "i": [[10, 10, 10]],
        "f": [[0, 0, 0]],
        "g": [[3, 3, 3]],
        "o": [[0, 8, 0]],
    }
    assert {gate: blocks["b", gate].tolist() for gate in "ifgo"} == {
        "i": [-5, -5, -5],
        "f": [6, 4.6, 0],
        "g": [0, 0, 0],
        "o": [4, -4, 4],
    }
    recurrent = {(gate, *place) for gate in "ifgo" for place in np.argwhere(blocks["U", gate]).tolist()}
    assert recurrent == {("i", 0, 0)}
    assert blocks["U", "i"][0, 0] == -14


def test_two_steps_share_their_weights_among_all_gates():
    blocks = BY_KEY["two-steps"].experiment().blocks
    for gate in "ifgo":
        assert blocks["W", gate].tolist() == [[0.01, 0.03, 0.05], [0.02, 0.04, 0.06]]
        # From unit 3 to unit 1 stands in the first row of the tutorial's matrix, which is by output unit.
        assert blocks["U", gate][2, 0] == 0.09
        assert blocks["U", gate][0, 2] == 0.13
        assert blocks["b", gate].tolist() == [0.16, 0.17, 0.18]


def test_next_word_has_22_parameters_and_words_for_all_classes():
    experiment = BY_KEY["next-word"].experiment()
    dense = experiment.readout.dense
    inside = sum(array.size for array in experiment.blocks.values())
    assert (inside, dense.kernel.size + dense.bias.size) == (12, 10)
    assert experiment.readout.words == ("(padding)", "is", "an", "this", "example")
    assert experiment.sequence.values.tolist() == [[3], [1]]
    config = BY_KEY["next-word"].sequence
    assert isinstance(config, TextConfig)
    assert experiment.readout.words[1:] == config.vocabulary


def test_only_the_trained_network_has_a_layer_after_it():
    assert [preset.key for preset in PRESETS if preset.readout] == ["next-word"]


def test_random_weights_are_drawn_with_the_seed_that_is_shown():
    preset = BY_KEY["random-text"]
    experiment = preset.experiment()
    expected = LSTM().init_blocks(experiment.input_size, 16, np.random.default_rng(preset.draw.seed))
    assert {block: array.tolist() for block, array in experiment.blocks.items()} == {
        block: array.tolist() for block, array in expected.items()
    }
