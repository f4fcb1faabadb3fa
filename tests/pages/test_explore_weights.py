"""The Weights tab: edits taken and refused, weights drawn and reset, and numbers that grow too large."""

import numpy as np
import pytest

from lstm_core import LSTM

HELD = {"lstm_input_gate": False, "lstm_forget_gate": False, "lstm_output_gate": False}


def weights(page):
    return {name: array.tolist() for name, array in page.arrays.items() if "." in name}


def shown(page):
    return {name: array.tolist() for name, array in page.editor.items()}


# ---- edits


def test_editor_shows_the_weights_that_were_run(page):
    assert shown(page) == weights(page)
    assert page.editor["U.i"].tolist() == [[-14, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_edit_changes_the_run_and_nothing_else(page):
    before = weights(page)
    page.edit(("b", "f", 0, 0, 0))
    assert weights(page) == before | {"b.f": [0, 4.6, 0]} == shown(page)
    # With b_f = 0 the keep gate of unit 1 is ½: what it kept of the memory before is half of it.
    assert page.arrays["f"][:, 0].tolist() == [0.5] * 12
    kept = page.arrays["kept"][1:, 0].tolist()
    assert kept == (page.arrays["c"][:-1, 0] / 2).tolist()
    assert page.header["scene"] == "latch:0"
    assert page.notices("edit_notice") == []


def test_edits_add_up(page):
    before = weights(page)
    page.edit(("W", "g", 0, 1, -2.5), number=1).edit(("U", "o", 2, 1, 7), ("b", "i", 0, 2, 1e6), number=2)
    expected = before | {"W.g": [[3, -2.5, 3]], "b.i": [-5, -5, 1e6]}
    expected["U.o"] = [[0, 0, 0], [0, 0, 0], [0, 7, 0]]
    assert weights(page) == expected
    assert weights(page.run()) == expected


@pytest.mark.parametrize(
    ("name", "gate", "row", "unit", "option"),
    [("P", "o", 0, 1, "lstm_peephole"), ("R", "f", 4, 2, "lstm_full_gate_recurrence")],
)
def test_weights_of_an_option_can_be_edited(page, name, gate, row, unit, option):
    page.set(**{option: True}).edit((name, gate, row, unit, 0.125))
    array = page.arrays[f"{name}.{gate}"]
    assert array[unit if array.ndim == 1 else (row, unit)] == 0.125


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x1", "value, must be a number, got 'x1'"),
        ("", "value, must be a number, got ''"),
        (None, "value, must be a number, got None"),
        (float("nan"), "must be finite and within ±1,000,000, got nan"),
        (float("inf"), "must be finite and within ±1,000,000, got inf"),
        (1_000_001, "must be finite and within ±1,000,000, got 1000001"),
        ("<img src=x onerror=a()>", "got '<img src=x onerror=a()>'"),
    ],
)
def test_refused_edit_changes_nothing_and_says_why(page, value, said):
    before, shown_before = page.message, shown(page)
    page.edit(("W", "i", 0, 0, 99), ("b", "f", 0, 0, value))
    (notice,) = page.notices("edit_notice")
    assert notice["headline"] == "Nothing was changed."
    assert said in notice["advice"]
    assert page.message == before
    assert shown(page) == shown_before
    assert page.edit(("b", "f", 0, 0, 1), number=2).notices("edit_notice") == []
    assert page.arrays["b.f"][0] == 1


@pytest.mark.parametrize("sent", ["text", 3, [], {"edit": 1}, {"edit": 1, "changes": "W"}])
def test_edit_of_a_wrong_form_changes_nothing_and_says_why(page, sent):
    before = page.message
    page.send_edit(sent)
    assert "An edit must be a mapping" in page.said("edit_notice")
    assert page.message == before


def test_edit_of_weights_that_are_gone_changes_nothing_and_says_why(page):
    page.set(hidden_size=2)
    before = page.message
    page.edit(("b", "f", 0, 2, 1))
    assert "unit of b_f, must lie in 0 to 1, got 2" in page.said("edit_notice")
    assert page.message == before


def test_gates_that_change_places_are_run_anew(opened):
    page = opened("one-unit").set(lstm_coupled=True).set(lstm_coupled=False)
    page.edit(("W", "i", 0, 0, 0.5), ("U", "i", 0, 0, 0.1), ("W", "f", 0, 0, 0.6), ("U", "f", 0, 0, 0.2))
    # The first step starts from zero: i = σ(0.5), f = σ(0.6).
    assert page.arrays["i"][0, 0] == pytest.approx(0.622459331, abs=1e-9)
    assert page.arrays["f"][0, 0] == pytest.approx(0.645656306, abs=1e-9)
    assert weights(page) == shown(page)


# ---- drawing


def draw(page, **fields):
    return page.set(**{f"draw_{name}": value for name, value in fields.items()}).click("draw_weights")


def test_drawn_weights_are_those_of_the_seed_and_the_initialisers(page):
    draw(page, kernel="uniform", recurrent="orthogonal", seed=11, forget_bias=2.5)
    drawn = LSTM().init_blocks(
        1, 3, np.random.default_rng(11), kernel="uniform", recurrent="orthogonal", forget_bias=2.5
    )
    assert weights(page) == {f"{name}.{gate}": block.tolist() for (name, gate), block in drawn.items()}
    assert page.arrays["b.f"].tolist() == [2.5] * 3
    for gate in "ifgo":
        U = page.arrays[f"U.{gate}"]
        np.testing.assert_allclose(U.T @ U, np.eye(3), atol=1e-12)


def test_settings_do_nothing_until_weights_are_drawn(page):
    before = page.message
    page.set(draw_seed=3, draw_forget_bias=-1.0, draw_kernel="zeros", draw_recurrent="zeros")
    assert page.message == before
    page.click("draw_weights")
    assert {value for name in ("W.i", "U.o", "b.g") for value in page.arrays[name].ravel()} == {0}
    assert page.arrays["b.f"].tolist() == [-1] * 3


def test_another_seed_draws_other_weights_and_the_same_seed_the_same(page):
    first = weights(draw(page, seed=1))
    assert weights(draw(page, seed=2)) != first
    assert weights(draw(page, seed=1)) == first


@pytest.mark.parametrize("kernel", ["zeros", "uniform", "glorot", "orthogonal"])
@pytest.mark.parametrize("recurrent", ["zeros", "uniform", "glorot", "orthogonal"])
def test_every_pair_of_initialisers_can_be_drawn(page, kernel, recurrent):
    page.set(numbers="1 2; 3 4")
    draw(page, kernel=kernel, recurrent=recurrent, seed=5)
    assert page.arrays["W.i"].any() == (kernel != "zeros")
    assert page.arrays["U.g"].any() == (recurrent != "zeros")


def test_later_weights_are_drawn_with_the_settings_last_used(page):
    draw(page, seed=9, forget_bias=4.0).set(hidden_size=2)
    assert page.arrays["b.f"].tolist() == [4, 4]
    assert "(seed 9)" in page.said("weights_news")


def test_reset_weights_brings_back_those_of_the_preset_and_keeps_the_rest(page):
    before = weights(page)
    draw(page, seed=1).edit(("b", "o", 0, 0, 1)).set(numbers="1 0 1", initial_c="2", lstm_activation="relu")
    page.click("reset_weights")
    assert weights(page) == before
    assert page.arrays["x"].tolist() == [[1], [0], [1]]
    assert page.arrays["initial_c"].tolist() == [2] * 3
    assert (page.arrays["g"] == 3 * page.arrays["x"]).all()


def test_reset_weights_brings_back_what_fits_and_draws_the_rest(page):
    before = weights(page)
    page.set(numbers="1 2; 3 4", lstm_peephole=True).edit(("U", "i", 0, 0, 5), ("b", "f", 0, 0, 5))
    after = weights(page.click("reset_weights"))
    kept = {name: block for name, block in before.items() if name[0] in "Ub"}
    assert {name: block for name, block in after.items() if name[0] in "Ub"} == kept
    assert set(after) - set(kept) == {"W.i", "W.f", "W.g", "W.o", "P.i", "P.f", "P.o"}
    assert shown(page) == after


# ---- undo


def test_undo_takes_back_edits_and_draws_one_after_the_other(page):
    assert page.at.get_by_key("undo").disabled
    states = [weights(page)]
    states.append(weights(page.edit(("b", "f", 0, 0, 1), number=1)))
    states.append(weights(draw(page, seed=4)))
    states.append(weights(page.edit(("U", "o", 1, 1, 2), number=2)))
    for before in reversed(states[:-1]):
        assert weights(page.click("undo")) == before == shown(page)
    assert page.at.get_by_key("undo").disabled


def test_refused_edit_leaves_nothing_to_undo(page):
    page.edit(("b", "f", 0, 0, "x"))
    assert page.at.get_by_key("undo").disabled


# ---- numbers that grow too large


@pytest.fixture
def growing(page):
    """Return a page whose memory can grow without limit: no gate, no squashing, a hundred steps."""
    page.set(
        numbers=" ".join(["1"] * 100), lstm_activation="identity", lstm_output_activation="identity", **HELD
    )
    return page.edit(("W", "g", 0, 0, 1))


def assert_last_good_run(page, message):
    assert "These numbers cannot be run." in page.said("run_notice")
    assert ". The picture still shows the last good run." in page.said("run_notice")
    assert page.message == message


def test_sequence_that_overflows_is_told_and_the_picture_kept(page):
    page.set(lstm_activation="identity", lstm_output_activation="identity", **HELD)
    page.edit(("U", "g", 0, 0, 1e6))
    before, typed = page.message, " ".join(["1000000"] * 100)
    page.set(numbers=typed)
    assert_last_good_run(page, before)
    assert page.field("numbers") == typed
    assert_last_good_run(page.run(), before)
    page.set(numbers="1 1")
    assert page.notices("run_notice") == []
    assert page.arrays["x"].tolist() == [[1], [1]]


def test_option_that_overflows_is_told_and_the_picture_kept(growing):
    growing.set(lstm_output_activation="tanh").edit(("U", "g", 0, 0, 1e6))
    before = growing.message
    assert_last_good_run(growing.set(lstm_output_activation="identity"), before)
    for tab in ("Heatmaps", "Values", "About", "Weights"):
        assert_last_good_run(growing.open(tab=tab), before)
    assert growing.set(lstm_output_activation="tanh").notices("run_notice") == []


def assert_refused(page, message, blocks):
    assert "Nothing was changed." in page.said("edit_notice")
    assert "grow past the largest that a computer can hold" in page.said("edit_notice")
    assert page.message == message
    assert shown(page) == blocks
    assert page.notices("run_notice") == []


def test_edit_that_overflows_is_refused_and_the_picture_kept(growing):
    before, blocks = growing.message, shown(growing)
    growing.edit(("U", "g", 0, 0, 1e6), number=2)
    assert_refused(growing, before, blocks)
    assert growing.run().message == before
    growing.edit(("U", "g", 0, 0, 0), number=3)
    assert growing.notices("edit_notice") == []
    # c grows by x W = 1 at each step.
    assert growing.arrays["c"][:, 0].tolist() == list(range(1, 101))


def test_drawn_weights_that_overflow_are_refused_and_the_picture_kept(growing):
    growing.set(lstm_output_activation="tanh").set(numbers=" ".join(["1"] * 1000), hidden_size=128)
    before = draw(growing, recurrent="zeros").set(lstm_output_activation="identity").message
    blocks = shown(growing)
    draw(growing, recurrent="uniform", seed=1)
    assert_refused(growing, before, blocks)
    assert draw(growing, recurrent="zeros").notices("edit_notice") == []
