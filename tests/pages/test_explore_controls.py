"""Every option of the cell, the hidden size, the first state and Reset change what is sent, as they must."""

import json
import re

import numpy as np
import pytest

from explorer.limits import MAX_HIDDEN


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def sums(arrays, gate):
    """Compute x W + h₋ U + b of a gate from what was sent."""
    before = np.vstack([arrays["initial_h"], arrays["h"][:-1]])
    return arrays["x"] @ arrays[f"W.{gate}"] + before @ arrays[f"U.{gate}"] + arrays[f"b.{gate}"]


def previous_c(arrays):
    return np.vstack([arrays["initial_c"], arrays["c"][:-1]])


def weights(arrays):
    return {name: array.tolist() for name, array in arrays.items() if "." in name}


def assert_close(left, right):
    np.testing.assert_allclose(left, right, rtol=0, atol=1e-12)


@pytest.fixture
def two(opened):
    """Return a page with small weights, where nothing is saturated: two inputs, three units."""
    return opened("two-steps").set(numbers="1 -2; 0.5 4; -3 1; 0 0", initial_c="0.5 -1 2")


# ---- options


def test_plain_cell_sends_numbers_that_follow_from_the_weights_it_sends(two):
    arrays = two.arrays
    for gate in "ifo":
        assert_close(arrays[gate], sigmoid(sums(arrays, gate)))
    assert_close(arrays["g"], np.tanh(sums(arrays, "g")))
    assert_close(arrays["c"], arrays["f"] * previous_c(arrays) + arrays["i"] * arrays["g"])
    assert_close(arrays["h"], arrays["o"] * np.tanh(arrays["c"]))


@pytest.mark.parametrize("gate", ["i", "f", "o"])
def test_gate_that_is_switched_off_is_1_and_has_no_weights(two, gate):
    key = {"i": "lstm_input_gate", "f": "lstm_forget_gate", "o": "lstm_output_gate"}[gate]
    arrays = two.set(**{key: False}).arrays
    assert (arrays[gate] == 1).all()
    assert f"pre_{gate}" not in arrays
    assert {name for name in arrays if name.endswith(f".{gate}")} == set()
    assert gate not in {name.split(".")[1] for name in two.editor}
    assert two.header["equations"][gate] == {"kind": "expression", "tokens": ["1"]}
    assert_close(arrays["c"], arrays["f"] * previous_c(arrays) + arrays["i"] * arrays["g"])
    assert_close(arrays["h"], arrays["o"] * np.tanh(arrays["c"]))


def test_coupled_keeps_what_is_not_written(two):
    arrays = two.set(lstm_coupled=True).arrays
    assert arrays["f"].tolist() == (1 - arrays["i"]).tolist()
    assert "W.f" not in arrays
    assert_close(arrays["i"], sigmoid(sums(arrays, "i")))


def test_coupled_takes_over_the_switches_of_both_gates_and_gives_them_back(two):
    two.set(lstm_forget_gate=False).set(lstm_coupled=True)
    switches = {
        key: two.at.get_by_key(key) for key in ("lstm_forget_gate", "lstm_input_gate", "lstm_output_gate")
    }
    assert {key: switch.disabled for key, switch in switches.items()} == {
        "lstm_forget_gate": True,
        "lstm_input_gate": True,
        "lstm_output_gate": False,
    }
    assert two.arrays["f"].tolist() == (1 - two.arrays["i"]).tolist()
    two.set(lstm_coupled=False)
    assert (two.arrays["f"] == 1).all()


def test_peepholes_let_the_gates_see_the_memory(two):
    arrays = two.set(lstm_peephole=True).arrays
    before = previous_c(arrays)
    assert_close(arrays["pre_i"], sums(arrays, "i") + arrays["P.i"] * before)
    assert_close(arrays["pre_f"], sums(arrays, "f") + arrays["P.f"] * before)
    assert_close(arrays["pre_o"], sums(arrays, "o") + arrays["P.o"] * arrays["c"])
    assert "P.g" not in arrays
    assert re.search(r"^Drew new .*\bP \(seed 0\)", two.said("weights_news"))


def test_full_gate_recurrence_feeds_the_gates_back(two):
    arrays = two.set(lstm_full_gate_recurrence=True).arrays
    gates = np.hstack([arrays[gate] for gate in "ifo"])
    before = np.vstack([np.zeros(9), gates[:-1]])
    for gate in "ifo":
        assert_close(arrays[f"pre_{gate}"], sums(arrays, gate) + before @ arrays[f"R.{gate}"])
    assert_close(arrays["pre_g"], sums(arrays, "g"))


@pytest.mark.parametrize(
    ("key", "name", "squashed", "source", "function"),
    [
        ("lstm_activation", "relu", "g", "pre_g", lambda v: np.maximum(v, 0)),
        ("lstm_activation", "identity", "g", "pre_g", lambda v: v),
        ("lstm_output_activation", "relu", "c_out", "c", lambda v: np.maximum(v, 0)),
        ("lstm_output_activation", "identity", "c_out", "c", lambda v: v),
        ("lstm_gate_activation", "hard_sigmoid", "i", "pre_i", lambda v: np.clip(v / 6 + 0.5, 0, 1)),
        ("lstm_gate_activation", "hard_sigmoid", "o", "pre_o", lambda v: np.clip(v / 6 + 0.5, 0, 1)),
    ],
)
def test_functions_can_be_changed_and_changed_back(two, key, name, squashed, source, function):
    before, plain = two.arrays, two.field(key)
    arrays = two.set(**{key: name}).arrays
    assert_close(arrays[squashed], function(arrays[source]))
    assert_close(arrays["h"], arrays["o"] * arrays["c_out"])
    assert arrays[squashed].tolist() != before[squashed].tolist()
    assert weights(arrays) == weights(before)
    assert two.notices("weights_news") == []
    assert two.set(**{key: plain}).arrays["h"].tolist() == before["h"].tolist()


def test_all_options_at_once(two):
    two.set(
        lstm_coupled=True,
        lstm_peephole=True,
        lstm_full_gate_recurrence=True,
        lstm_gate_activation="hard_sigmoid",
    )
    two.set(lstm_activation="identity", lstm_output_activation="identity", lstm_output_gate=False)
    arrays = two.arrays
    fed_back = np.vstack([np.zeros(3), arrays["i"][:-1]]) @ arrays["R.i"]
    pre = sums(arrays, "i") + arrays["P.i"] * previous_c(arrays) + fed_back
    assert_close(arrays["i"], np.clip(pre / 6 + 0.5, 0, 1))
    assert_close(arrays["h"], arrays["c"])
    about = json.loads(two.open(tab="About").component("about").json)
    assert [line["equation"] for line in about["lines"] if line["signal"] in "foh"] == [
        "f = 1 − i",
        "o = 1",
        "h = o ⊙ c",
    ]


# ---- what changes bring back


@pytest.mark.parametrize(
    "option",
    [
        {"lstm_coupled": True},
        {"lstm_input_gate": False},
        {"lstm_forget_gate": False},
        {"lstm_output_gate": False},
    ],
)
def test_options_there_and_back_bring_back_the_exact_weights(page, option):
    page.edit(("b", "f", 0, 1, 0.1 + 0.2), ("W", "i", 0, 0, 1 / 3), ("U", "o", 2, 1, -1e-17))
    before = page.arrays
    page.set(**option)
    assert weights(page.arrays) != weights(before)
    page.set(**{key: not value for key, value in option.items()})
    assert weights(page.arrays) == weights(before)
    assert page.arrays["h"].tolist() == before["h"].tolist()
    assert re.search(r"^Brought back .*W.*U.*\bb of [ifo]\b", page.said("weights_news"))


def test_hidden_size_draws_what_it_must_and_back_brings_the_exact_weights(page):
    page.edit(("U", "g", 0, 0, 1 / 7))
    before = page.arrays
    page.set(hidden_size=5)
    assert page.size == (12, 1, 5)
    assert page.editor["U.i"].shape == (5, 5)
    assert re.search(r"^Drew new .*W.*U.*\bb \(seed 0\)\. Switch back", page.said("weights_news"))
    page.set(hidden_size=3)
    assert weights(page.arrays) == weights(before)
    assert page.arrays["c"].tolist() == before["c"].tolist()
    assert re.search(r"^Brought back .*W.*U.*\bb\b", page.said("weights_news"))


def test_input_size_draws_only_the_input_weights_and_back_brings_the_exact_ones(page):
    page.edit(("W", "g", 0, 2, 1 / 7))
    before = page.arrays
    page.set(numbers="1 2; 3 4")
    assert page.arrays["W.g"].shape == (2, 3)
    assert page.arrays["U.i"].tolist() == before["U.i"].tolist()
    assert re.search(r"^Drew new [^URPb]*W \(seed 0\)", page.said("weights_news"))
    drawn = page.arrays["W.g"].tolist()
    page.set(numbers="0 0 1 0 0 1 0 1 0 0 0 0")
    assert weights(page.arrays) == weights(before)
    assert page.arrays["h"].tolist() == before["h"].tolist()
    assert re.search(r"^Brought back [^URP]*\bW\b", page.said("weights_news"))
    assert page.set(numbers="9 9;").arrays["W.g"].tolist() == drawn


@pytest.mark.parametrize("size", [1, 2, 8, 9, 32, MAX_HIDDEN])
def test_every_part_of_the_page_takes_any_hidden_size(page, size):
    page.set(hidden_size=size)
    assert page.arrays["h"].shape == (12, size)
    for tab in ("Heatmaps", "Values", "About"):
        page.open(tab=tab)


@pytest.mark.parametrize("size", [0, -3, 129, 10**9])
def test_hidden_size_out_of_range_is_named_and_the_picture_kept(page, size):
    before = page.message
    page.set(hidden_size=size)
    assert "Hidden size" in page.said("size_notice")
    assert "from 1 to 128" in page.said("size_notice")
    assert page.field("hidden_size") == size
    assert page.message == before


def test_visitors_do_not_see_each_others_changes(page, visit):
    before = page.message
    visit().set(preset="one-unit", hidden_size=3).edit(("b", "i", 0, 0, 1))
    assert page.run().message == before
    assert visit().message == before


def test_emptied_hidden_size_is_named_and_the_picture_kept(page):
    before = page.message
    page.set(hidden_size=None)
    assert "Hidden size is empty. Type a whole number from 1 to 128." in page.said("size_notice")
    assert page.message == before
    assert page.set(hidden_size=2).notices("size_notice") == []
    assert page.size == (12, 1, 2)


# ---- the first state


@pytest.mark.parametrize(
    ("typed", "values"),
    [("0.5", [0.5] * 3), ("0 0.5 −1", [0, 0.5, -1]), ("0; 0.5; -1", [0, 0.5, -1]), ("-0.25;", [-0.25] * 3)],
)
@pytest.mark.parametrize("name", ["h", "c"])
def test_first_state_is_one_number_for_all_units_or_one_for_each(page, name, typed, values):
    other = "c" if name == "h" else "h"
    arrays = page.set(**{f"initial_{name}": typed}).arrays
    assert arrays[f"initial_{name}"].tolist() == values
    assert arrays[f"initial_{other}"].tolist() == [0] * 3
    assert_close(arrays["kept"][0], arrays["f"][0] * arrays["initial_c"])
    assert_close(arrays["pre_i"], sums(arrays, "i"))


def test_first_state_that_no_longer_fits_says_so_and_fits_again_later(page):
    page.set(initial_c="0 0.5 -1").set(hidden_size=4)
    assert "c₀: Expected 1 number or 4, got 3." in page.said("initial_notice")
    assert page.arrays["initial_c"].tolist() == [0] * 4
    page.set(hidden_size=3)
    assert page.notices("initial_notice") == []
    assert page.arrays["initial_c"].tolist() == [0, 0.5, -1]


# ---- Reset


def test_reset_brings_back_the_preset_as_it_was_opened(page):
    before = page.header | {"scene": "", "revision": ""}, {k: v.tolist() for k, v in page.arrays.items()}
    fields = {key: page.field(key) for key in ("numbers", "hidden_size", "initial_h", "lstm_activation")}
    page.edit(("W", "i", 0, 0, 1)).set(
        numbers="1 2; 3 4", initial_h="1", lstm_activation="relu", lstm_peephole=True
    )
    page.set(hidden_size=2).set(sequence_kind="Text").set(draw_seed=5).click("reset")
    after = page.header | {"scene": "", "revision": ""}, {k: v.tolist() for k, v in page.arrays.items()}
    assert after == before
    assert page.header["scene"] == "latch:1"
    assert {key: page.field(key) for key in fields} == fields
    assert page.field("draw_seed") == 0
    assert page.notices("weights_news") == []


def test_reset_brings_back_the_settings_of_a_signal_too(page):
    page.set(sequence_kind="Signal").set(sine_amplitude=3.0, sine_period=5.0, signal_length=7)
    page.click("reset").set(sequence_kind="Signal")
    assert (page.field("sine_amplitude"), page.field("sine_period")) == (1.0, 12.0)
    assert page.field("signal_length") == 48
