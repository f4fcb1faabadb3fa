"""The kinds of cell on the Explore page: offered, with their options, and without losing anything."""

import json
from dataclasses import fields

import numpy as np
import pytest

from explorer.cell_styles import CELL_STYLES, style_of
from lstm_core import CELLS, GRU, MUT1, SimpleRNN, unroll

KINDS = pytest.mark.parametrize("kind", CELLS)
SQUARE = "1 0 0.5; -1 0.25 0; 0 0 1"


def blocks_of(arrays, cell):
    """Return the weights that were sent, under the core's names."""
    return {
        (name, block): arrays[f"{name}.{block}"] for name in cell.layout for block in cell.layout[name].blocks
    }


def assert_runs(page, cell):
    """Assert that the picture shows this cell, run by the core with the weights that were sent."""
    arrays = page.arrays
    initial = {state: arrays[f"initial_{state}"][np.newaxis] for state in cell.states}
    trace = unroll(cell, cell.join(blocks_of(arrays, cell)), arrays["x"][np.newaxis], initial)
    for signal in cell.signals:
        assert arrays[signal.key].tolist() == trace[signal.key][0].tolist(), signal.key


def test_every_kind_is_offered_by_its_name_and_has_a_line(page):
    box = page.at.get_by_key("cell_kind")
    assert list(box.options) == ["LSTM", "GRU", "Simple RNN", "MUT1", "MUT2", "MUT3"]
    for kind, style in CELL_STYLES.items():
        page.set(cell_kind=kind)
        assert style.line in [caption.value for caption in page.at.caption]


@KINDS
def test_kind_runs_and_is_drawn_with_its_own_style(page, kind):
    page.set(cell_kind=kind)
    assert_runs(page, CELLS[kind]())
    style = style_of(CELLS[kind]())
    assert page.header["style"]["order"] == list(style.order)
    assert page.header["style"]["drawing"] == style.drawing


@KINDS
def test_tabs_follow_the_kind(page, kind):
    cell = CELLS[kind]()
    page.set(cell_kind=kind)
    assert {name.split(".")[1] for name in page.editor} == set(cell.blocks)
    assert ("draw_forget_bias" in page.present) == (kind == "LSTM")
    order = style_of(cell).order
    page.open(tab="Values")
    assert list(page.at.dataframe[0].value.columns[3 : 3 + len(order)]) == list(order)
    page.open(tab="Heatmaps").open(tab="About")


@pytest.mark.parametrize(
    ("kind", "equations"),
    [
        ("GRU", {"h": "h = z ⊙ h₋ + (1 − z) ⊙ n", "reset": "reset = r ⊙ recalled"}),
        ("RNN", {"pre_h": "s = x W_h + h₋ U_h + b_h", "h": "h = tanh(x W_h + h₋ U_h + b_h)"}),
        ("MUT1", {"squashed": "squashed = tanh(x W_n)", "z": "z = σ(x W_z + b_z)"}),
    ],
)
def test_about_writes_the_equations_of_the_kind_and_what_they_name(page, kind, equations):
    page.set(cell_kind=kind).open(tab="About")
    about = json.loads(page.component("about").json)
    lines = {line["signal"]: line for line in about["lines"]}
    assert {key: lines[key]["equation"] for key in equations} == equations
    assert all(line["words"].endswith(".") for line in about["lines"])
    # Every signal that an equation names leads to its place in the drawing.
    assert set(about["signals"].values()) == set(about["style"]["signals"])


@KINDS
def test_kind_has_only_the_states_and_options_of_its_own(page, kind):
    cell = CELLS[kind]()
    page.set(cell_kind=kind)
    assert {key for key in page.present if key.startswith("initial_")} - {"initial_notice"} == {
        f"initial_{state}" for state in cell.states
    }
    names = [option.name for option in fields(cell)]
    present = {name.removeprefix("always_") for name in page.present}
    options = {name for other in CELLS for name in present if name.startswith(f"{other.lower()}_")}
    assert options == {f"{kind.lower()}_{name}" for name in names}


@pytest.mark.parametrize(
    ("kind", "options", "cell"),
    [
        ("GRU", {"gru_reset_after": False}, GRU(reset_after=False)),
        ("RNN", {"rnn_activation": "relu"}, SimpleRNN(activation="relu")),
        ("RNN", {"rnn_activation": "identity"}, SimpleRNN(activation="identity")),
    ],
)
def test_option_changes_what_is_computed(page, kind, options, cell):
    page.set(cell_kind=kind).set(**options)
    assert_runs(page, cell)


def test_kind_keeps_sequence_size_and_seed_and_back_brings_everything_back(page):
    page.set(numbers="1 0 0 1", hidden_size=2, draw_seed=5).set(lstm_peephole=True)
    page.edit(("U", "i", 0, 0, 9)).set(initial_c="0.5")
    before = page.arrays
    page.set(cell_kind="GRU")
    assert page.size == (4, 1, 2)
    assert page.field("draw_seed") == 5
    assert "seed" in page.said("weights_news")
    page.edit(("W", "z", 0, 0, 7), number=2).set(cell_kind="MUT2").set(cell_kind="LSTM")
    assert "Brought back" in page.said("weights_news")
    after = page.arrays
    assert {key: value.tolist() for key, value in after.items()} == {
        key: value.tolist() for key, value in before.items()
    }
    page.set(cell_kind="GRU")
    assert page.arrays["W.z"][0, 0] == 7


def test_weights_of_one_kind_are_not_given_to_another_that_has_the_same_names(page):
    page.set(cell_kind="GRU").edit(("W", "z", 0, 0, 7))
    page.set(cell_kind="MUT3")
    assert page.arrays["W.z"][0, 0] != 7


def test_options_of_a_kind_are_kept_while_another_is_shown(page):
    page.set(cell_kind="RNN").set(rnn_activation="relu").set(cell_kind="LSTM")
    assert page.field("lstm_activation") == "tanh"
    assert page.set(cell_kind="RNN").field("rnn_activation") == "relu"


def test_reset_brings_the_kind_of_the_preset_back(page):
    before = page.arrays["h"].tolist()
    page.set(cell_kind="RNN").set(rnn_activation="relu").click("reset")
    assert page.field("cell_kind") == "LSTM"
    assert page.arrays["h"].tolist() == before
    assert page.set(cell_kind="RNN").field("rnn_activation") == "tanh"


def test_weights_reset_in_one_kind_stay_edited_in_another(page):
    page.edit(("W", "i", 0, 0, 1.25))
    page.set(cell_kind="GRU").click("reset_weights")
    assert page.set(cell_kind="LSTM").editor["W.i"][0, 0] == 1.25


def test_layer_trained_with_one_kind_does_not_read_another(opened):
    page = opened("next-word")
    before = page.arrays["outputs"].tolist()
    page.set(cell_kind="GRU")
    assert page.header["readout"] is None
    page.set(cell_kind="LSTM")
    assert page.arrays["outputs"].tolist() == before


# ---- the bare x of MUT1 and MUT2


@pytest.mark.parametrize(("kind", "bare"), [("MUT1", "n"), ("MUT2", "r")])
def test_bare_input_has_no_weights_where_there_is_one_input_for_each_unit(page, kind, bare):
    key = f"{kind.lower()}_projected"
    page.set(numbers=SQUARE, cell_kind=kind).set(**{key: False})
    assert_runs(page, CELLS[kind](projected=False))
    assert f"W.{bare}" not in page.editor
    assert f"W.{bare}" in page.set(**{key: True}).editor


@pytest.mark.parametrize("kind", ["MUT1", "MUT2"])
@pytest.mark.parametrize("change", [{"numbers": "1 0 1"}, {"hidden_size": 4}])
def test_bare_input_that_no_longer_fits_is_weighed_says_why_and_comes_back(page, kind, change):
    key = f"{kind.lower()}_projected"
    page.set(numbers=SQUARE, cell_kind=kind).set(**{key: False})
    page.set(**change)
    assert_runs(page, CELLS[kind]())
    always = page.at.get_by_key(f"always_{key}")
    assert (always.disabled, always.value) == (True, True)
    (words,) = [caption.value for caption in page.at.caption if "the paper has" in caption.value.lower()]
    assert "so the input is weighed" in words
    page.set(numbers=SQUARE, hidden_size=3)
    assert page.at.get_by_key(key).value is False
    assert_runs(page, CELLS[kind](projected=False))


def test_words_count_inputs_and_units(page):
    page.set(cell_kind="MUT1")
    assert any("here there is 1 number and 3 units" in caption.value for caption in page.at.caption)
    page.set(numbers="1 2; 3 4", hidden_size=1)
    assert any("here there are 2 numbers and 1 unit" in caption.value for caption in page.at.caption)


# ---- numbers that leave the usual range


@KINDS
def test_initial_state_beyond_1_widens_the_scale_of_the_memory_line(page, kind):
    page.set(cell_kind=kind).set(initial_h="5")
    bounds, arrays = page.header["bounds"], page.arrays
    assert bounds["h"] >= 5
    for key, look in page.header["style"]["signals"].items():
        largest = max(np.abs(arrays[key]).max(), np.abs(arrays.get(f"initial_{key}", np.zeros(1))).max())
        assert look["scale"] == "unit" or bounds[key] >= largest, key


def test_plain_cell_that_grows_without_end_is_named_and_the_picture_kept(page):
    page.set(cell_kind="RNN").set(rnn_activation="identity", numbers=" ".join(["1"] * 60))
    page.edit(("U", "h", 0, 0, 100))
    before = page.message
    page.edit(("U", "h", 0, 0, 1e6), number=2)
    assert "numbers of unit 1 grow past the largest" in page.said("edit_notice")
    assert page.message == before


def test_kind_and_size_that_fit_only_together_can_be_changed_in_one_step(page):
    page.set(numbers=SQUARE, cell_kind="MUT1").set(mut1_projected=False)
    page.set(numbers="1 2; 3 4", hidden_size=2)
    assert_runs(page, MUT1(projected=False))
    assert page.size == (2, 2, 2)
