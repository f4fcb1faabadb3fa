import json

import numpy as np
import pytest

from explorer.limits import MAX_ABSOLUTE, MAX_HIDDEN
from explorer.theme import nice_bound
from explorer.views.weight_editor.payload import (
    WeightRow,
    bound_of,
    edit_number,
    gates_of,
    pack_weights,
    read_changes,
    weight_rows,
)
from explorer.web.payload import unpack
from lstm_core import GRU, LSTM, MUT1, MUT3
from lstm_core.errors import InputError

FILE_ORDER = ("i", "f", "g", "o")


def make_blocks(input_size=2, hidden=3, gates=FILE_ORDER, peephole=(), recurrent=()):
    rng = np.random.default_rng(0)
    blocks = {("W", gate): rng.normal(size=(input_size, hidden)) for gate in gates}
    blocks |= {("U", gate): rng.normal(size=(hidden, hidden)) for gate in gates}
    blocks |= {("b", gate): rng.normal(size=hidden) for gate in gates}
    blocks |= {("P", gate): rng.normal(size=hidden) for gate in peephole}
    blocks |= {("R", gate): rng.normal(size=(len(recurrent) * hidden, hidden)) for gate in recurrent}
    return blocks


def cell_of(blocks):
    """Return the LSTM that has the gates of these blocks."""
    gates = {gate for _, gate in blocks}
    return LSTM(input_gate="i" in gates, forget_gate="f" in gates, output_gate="o" in gates)


def rows_of(blocks, inputs=("x₁", "x₂")):
    return weight_rows(cell_of(blocks), blocks, inputs)


def packed(blocks, **options):
    return pack_weights(cell_of(blocks), blocks, inputs=("x₁", "x₂"), bound=bound_of(blocks), **options)


def change(name="W", gate="i", row=0, unit=0, value=1.0):
    return {"name": name, "gate": gate, "row": row, "unit": unit, "value": value}


# ---- what is sent


def test_gates_stand_in_the_order_of_the_memory_line():
    assert gates_of(LSTM()) == ("f", "i", "g", "o")
    assert gates_of(GRU()) == ("z", "r", "n")


def test_a_gate_without_weights_is_not_shown():
    assert gates_of(LSTM(forget_gate=False)) == ("i", "g", "o")


def test_every_block_arrives_digit_by_digit():
    blocks = make_blocks(peephole=("i", "f", "o"), recurrent=("i", "f", "o"))
    _, arrays = unpack(packed(blocks))
    assert set(arrays) == {f"{name}.{gate}" for name, gate in blocks}
    for (name, gate), block in blocks.items():
        np.testing.assert_array_equal(arrays[f"{name}.{gate}"], block)


def test_rows_are_labelled_as_in_the_equations():
    rows = rows_of(make_blocks(input_size=1, hidden=2), ["x"])
    assert rows == (
        WeightRow("W", 0, "x"),
        WeightRow("U", 0, "h₁"),
        WeightRow("U", 1, "h₂"),
        WeightRow("b", 0, "b"),
    )


def test_rows_of_earlier_gates_follow_the_order_of_the_weights_not_of_the_screen():
    rows = rows_of(make_blocks(hidden=2, recurrent=("i", "f", "o")))
    labels = [(row.row, row.label) for row in rows if row.name == "R"]
    assert labels == [(0, "i₁₋"), (1, "i₂₋"), (2, "f₁₋"), (3, "f₂₋"), (4, "o₁₋"), (5, "o₂₋")]


def test_peephole_and_bias_stand_last():
    rows = rows_of(make_blocks(peephole=("f",), recurrent=("i",)))
    assert rows[-2:] == (WeightRow("P", 0, "p"), WeightRow("b", 0, "b"))


def test_units_over_nine_get_two_subscripts():
    assert rows_of(make_blocks(hidden=12))[2 + 11].label == "h₁₂"


def test_the_bound_holds_the_largest_weight_of_all_gates():
    blocks = make_blocks()
    blocks["U", "g"][1, 2] = -14
    assert bound_of(blocks) == nice_bound(14) == 15


def test_the_bound_ignores_weights_that_overflowed_in_training():
    blocks = make_blocks()
    blocks["U", "g"][1, 2] = np.nan
    blocks["b", "o"][0] = np.inf
    assert np.isfinite(bound_of(blocks))


def test_revision_changes_with_the_weights_and_with_what_was_heard_and_with_nothing_else():
    blocks = make_blocks()
    first = unpack(packed(blocks))[0]["revision"]
    assert unpack(packed({key: block.copy() for key, block in blocks.items()}))[0]["revision"] == first
    assert unpack(packed(blocks, answered=1))[0]["revision"] != first
    blocks["b", "i"][0] += 1e-12
    assert unpack(packed(blocks))[0]["revision"] != first


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda blocks: blocks.update({("W", "g"): np.zeros((3, 3))}), r"W_g must have shape \(2, 3\)"),
        (lambda blocks: blocks.update({("b", "g"): np.zeros(4)}), r"b_g must have shape \(3,\)"),
        (lambda blocks: blocks.update({("U", "i"): np.zeros((3, 4))}), "U_i must be square"),
        (lambda blocks: blocks.update({("R", "i"): np.zeros((6, 3))}), r"R_i must have shape \(3, 3\)"),
        (lambda blocks: blocks.update({("V", "i"): np.zeros(3)}), "got 'V'"),
        (lambda blocks: blocks.clear(), "must hold a block U"),
    ],
)
def test_shapes_that_do_not_belong_together_are_refused(spoil, expected):
    blocks = make_blocks()
    spoil(blocks)
    with pytest.raises(InputError, match=expected):
        packed(blocks)


def test_more_units_than_the_limit_are_refused():
    with pytest.raises(InputError, match=f"1 to {MAX_HIDDEN} units, got {MAX_HIDDEN + 1}"):
        packed(make_blocks(hidden=MAX_HIDDEN + 1))


def test_gates_other_than_those_of_the_weights_are_refused():
    with pytest.raises(InputError, match="those of the gates z, r, n of the cell"):
        pack_weights(GRU(), make_blocks(), inputs=("x₁", "x₂"), bound=1.0)


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        (GRU(), {}),
        (GRU(reset_after=False), {"n": "r×h₁"}),
        (MUT3(), {"n": "r×h₁", "z": "tanh(h₋)₁"}),
    ],
)
def test_rows_of_u_name_what_each_gate_multiplies_by(cell, labels):
    blocks = cell.init_blocks(2, 3, np.random.default_rng(0))
    rows = weight_rows(cell, blocks, ("x₁", "x₂"))
    assert (rows[2].label, dict(rows[2].labels)) == ("h₁", labels)
    header, arrays = unpack(pack_weights(cell, blocks, inputs=("x₁", "x₂"), bound=1.0))
    assert header["rows"][2]["labels"] == labels
    assert set(arrays) == {f"{name}.{gate}" for name, gate in blocks}


def test_second_bias_stands_below_the_first():
    blocks = GRU().init_blocks(2, 3, np.random.default_rng(0))
    rows = weight_rows(GRU(), blocks, ("x₁", "x₂"))
    assert rows[-2:] == (WeightRow("b", 0, "b"), WeightRow("b_rec", 0, "b rec"))
    edited = read_changes({"changes": [change("b_rec", "n", 0, 2, -1.5)]}, blocks)
    assert edited["b_rec", "n"].tolist() == [0, 0, -1.5]


def test_cell_with_blocks_missing_in_w_and_u_is_packed_without_them():
    cell = MUT1(projected=False)
    blocks = cell.init_blocks(3, 3, np.random.default_rng(0))
    _, arrays = unpack(pack_weights(cell, blocks, inputs=("x₁", "x₂", "x₃"), bound=1.0))
    assert {"W.n", "U.z"}.isdisjoint(arrays)
    assert {"W.z", "W.r", "U.r", "U.n", "b.z", "b.r", "b.n"} == set(arrays)


# ---- what comes back


def test_changes_are_written_where_they_belong_and_nowhere_else():
    blocks = make_blocks(peephole=("f",), recurrent=("i", "f"))
    before = {key: block.copy() for key, block in blocks.items()}
    changes = [
        change("W", "i", 1, 2, 10),
        change("U", "f", 2, 0, -14.5),
        change("b", "o", 0, 1, 0),
        change("P", "f", 0, 2, 1e-300),
        change("R", "i", 5, 1, 3),
    ]
    edited = read_changes({"edit": 4, "changes": changes}, blocks)
    expected = {key: block.copy() for key, block in before.items()}
    expected["W", "i"][1, 2] = 10
    expected["U", "f"][2, 0] = -14.5
    expected["b", "o"][1] = 0
    expected["P", "f"][2] = 1e-300
    expected["R", "i"][5, 1] = 3
    assert edited.keys() == blocks.keys()
    for key, block in before.items():
        np.testing.assert_array_equal(edited[key], expected[key])
        np.testing.assert_array_equal(blocks[key], block)
        assert not np.shares_memory(edited[key], blocks[key])


def test_the_last_value_counts_where_a_weight_is_named_twice():
    edited = read_changes({"changes": [change(value=1), change(value=2)]}, make_blocks())
    assert edited["W", "i"][0, 0] == 2


def test_an_edit_survives_json_as_the_browser_sends_it():
    edit = json.loads('{"edit": 1, "changes": [{"name":"b","gate":"g","row":0,"unit":2,"value":-0.25}]}')
    assert read_changes(edit, make_blocks())["b", "g"][2] == -0.25


def test_the_largest_magnitude_is_taken_and_the_next_is_not():
    assert read_changes({"changes": [change(value=-MAX_ABSOLUTE)]}, make_blocks())["W", "i"][0, 0] == -1e6
    with pytest.raises(InputError, match=r"within ±1,000,000, got 1000000\.0000000001"):
        read_changes({"changes": [change(value=np.nextafter(1e6, 2e6).item())]}, make_blocks())


@pytest.mark.parametrize(
    "value", [None, "text", 3, [], [change()], {}, {"changes": None}, {"changes": {}}, {"changes": "W"}]
)
def test_an_edit_without_a_list_of_changes_is_refused(value):
    with pytest.raises(InputError, match='must be a mapping with a list "changes", got'):
        read_changes(value, make_blocks())


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (None, "Change 2 must be a mapping of name, gate, row, unit, value, got None"),
        ([], "Change 2 must be a mapping"),
        ({"name": "W"}, "Change 2 must be a mapping"),
        (change() | {"more": 1}, "Change 2 must be a mapping"),
        (change(name="V"), "must name one of the weights W_i, .*'V'"),
        (change(name=["W"]), "must name one of the weights"),
        (change(name="P"), "must name one of the weights"),
        (change(gate="c"), "must name one of the weights"),
        (change(gate=None), "must name one of the weights"),
        (change(row=2), "row of W_i, must lie in 0 to 1, got 2"),
        (change(row=-1), "row of W_i, must lie in 0 to 1, got -1"),
        (change(name="b", row=1), "row of b_i, must lie in 0 to 0, got 1"),
        (change(unit=3), "unit of W_i, must lie in 0 to 2, got 3"),
        (change(unit=10**5000), "unit of W_i, must lie in 0 to 2, got a number of too many digits"),
        (change(unit=1.0), r"unit of W_i, must be a whole number, got 1\.0"),
        (change(row="0"), "row of W_i, must be a whole number, got '0'"),
        (change(row=True), "row of W_i, must be a whole number, got True"),
        (change(value=float("nan")), "value, must be finite and within .* got nan"),
        (change(value=float("-inf")), "value, must be finite and within .* got -inf"),
        (change(value=10**400), "value, must be finite and within .* got 1000"),
        (change(value=-1_000_001), "value, must be finite and within .* got -1000001"),
        (change(value="1"), "value, must be a number, got '1'"),
        (change(value=None), "value, must be a number, got None"),
        (change(value=True), "value, must be a number, got True"),
        (change(value=[1.0]), r"value, must be a number, got \[1\.0\]"),
        (change(value="x" * 10_000), "value, must be a number, got 'xxx"),
    ],
)
def test_a_change_that_is_not_as_expected_is_refused_with_a_short_message(wrong, expected):
    blocks = make_blocks()
    before = {key: block.copy() for key, block in blocks.items()}
    with pytest.raises(InputError, match=expected) as refusal:
        read_changes({"changes": [change(value=99), wrong]}, blocks)
    assert len(str(refusal.value)) < 300
    for key, block in before.items():
        np.testing.assert_array_equal(blocks[key], block)


def test_more_changes_than_weights_are_refused():
    blocks = {("b", "i"): np.zeros(2)}
    with pytest.raises(InputError, match="at most 2 weights, got 3 changes"):
        read_changes({"changes": [change("b")] * 3}, blocks)


@pytest.mark.parametrize(
    ("value", "number"),
    [({"edit": 3}, 3), ({"edit": True}, 0), ({"edit": -1}, 0), ({"edit": "3"}, 0), ({}, 0), (None, 0)],
)
def test_the_number_of_an_edit_is_read_or_0(value, number):
    assert edit_number(value) == number
