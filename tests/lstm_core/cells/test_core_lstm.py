"""What the LSTM cell declares: options, blocks, sizes, first values, and cutting parameters into blocks."""

import dataclasses

import numpy as np
import pytest

from lstm_core import LSTM, InputError, Signal


def count(cell, D, H):
    return sum(int(np.prod(shape)) for shape in cell.parameter_shapes(D, H).values())


@pytest.mark.parametrize(("D", "H"), [(1, 1), (2, 3), (7, 4)])
def test_parameter_counts_of_the_variants(D, H):
    gate = D * H + H * H + H
    assert count(LSTM(), D, H) == 4 * gate
    assert count(LSTM(peephole=True), D, H) == 4 * gate + 3 * H
    assert count(LSTM(coupled=True), D, H) == 3 * gate
    assert count(LSTM(full_gate_recurrence=True), D, H) == 4 * gate + 9 * H * H
    for held in ("input_gate", "forget_gate", "output_gate"):
        assert count(LSTM(**{held: False}), D, H) == 3 * gate


@pytest.mark.parametrize(
    ("options", "blocks", "gates"),
    [
        ({}, "ifgo", "ifo"),
        ({"coupled": True}, "igo", "io"),
        ({"input_gate": False}, "fgo", "fo"),
        ({"forget_gate": False}, "igo", "io"),
        ({"output_gate": False}, "ifg", "if"),
    ],
)
def test_only_computed_gates_have_a_block(options, blocks, gates):
    cell = LSTM(**options, peephole=True, full_gate_recurrence=True)
    assert cell.blocks == tuple(blocks)
    assert cell.computed_gates == tuple(gates)
    assert cell.carried == ("h", "c", *gates)
    shapes = cell.parameter_shapes(2, 3)
    assert shapes["P"] == (len(gates), 3)
    assert shapes["R"] == (3 * len(gates), 3 * len(gates))
    keys = [signal.key for signal in cell.signals]
    assert [key[4:] for key in keys if key.startswith("pre_")] == list(blocks)


def test_plain_cell_records_its_signals_in_computation_order():
    roles = {signal.key: signal.role for signal in LSTM().signals}
    assert list(roles) == [
        "pre_i", "pre_f", "pre_g", "i", "f", "g", "kept", "written", "c", "pre_o", "o", "c_out", "h",
    ]  # fmt: skip
    assert [key for key, role in roles.items() if role == "gate"] == ["i", "f", "o"]
    assert (roles["g"], roles["c"], roles["h"]) == ("candidate", "state", "readout")
    assert all(isinstance(signal, Signal) for signal in LSTM().signals)


@pytest.mark.parametrize(
    ("options", "key", "equation"),
    [
        ({}, "f", "f = σ(x W_f + h₋ U_f + b_f)"),
        ({}, "h", "h = o ⊙ tanh(c)"),
        ({"coupled": True}, "f", "f = 1 − i"),
        ({"input_gate": False}, "i", "i = 1"),
        ({"peephole": True}, "i", "i = σ(x W_i + h₋ U_i + P_i ⊙ c₋ + b_i)"),
        ({"peephole": True}, "pre_o", "pre_o = x W_o + h₋ U_o + P_o ⊙ c + b_o"),
        ({"full_gate_recurrence": True}, "o", "o = σ(x W_o + h₋ U_o + [i₋ f₋ o₋] R_o + b_o)"),
        ({"activation": "identity"}, "g", "g = x W_g + h₋ U_g + b_g"),
        ({"output_activation": "relu"}, "c_out", "c_out = relu(c)"),
        ({"gate_activation": "hard_sigmoid"}, "i", "i = hard_σ(x W_i + h₋ U_i + b_i)"),
    ],
)
def test_equation_follows_the_options(options, key, equation):
    assert {signal.key: signal.equation for signal in LSTM(**options).signals}[key] == equation


@pytest.mark.parametrize(
    ("options", "key", "bounds"),
    [
        ({}, "i", (0, 1)),
        ({}, "g", (-1, 1)),
        ({}, "h", (-1, 1)),
        ({}, "c", (None, None)),
        ({"activation": "relu"}, "g", (0, None)),
        ({"activation": "relu"}, "written", (0, None)),
        ({"output_activation": "identity"}, "h", (None, None)),
    ],
)
def test_bounds_follow_the_activations(options, key, bounds):
    assert {signal.key: signal.bounds for signal in LSTM(**options).signals}[key] == bounds


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"activation": "sine"}, "activation must be one of 'tanh', 'relu', 'identity', got 'sine'"),
        ({"output_activation": None}, "output_activation must be one of .* got None"),
        ({"gate_activation": "tanh"}, "gate_activation must be one of 'sigmoid', 'hard_sigmoid', got 'tanh'"),
        ({"peephole": 1}, "peephole must be one of True, False, got 1"),
        ({"coupled": True, "forget_gate": False}, "got forget_gate=False, which holds the gate at 1"),
        ({"coupled": True, "input_gate": False}, "got input_gate=False"),
        (
            {"coupled": True, "input_gate": False, "forget_gate": False},
            "got input_gate=False and forget_gate=False",
        ),
    ],
)
def test_options_that_mean_nothing_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        LSTM(**options)


def test_options_are_keyword_only_and_frozen():
    with pytest.raises(TypeError):
        LSTM(True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        LSTM().peephole = True
    assert LSTM(peephole=True) == LSTM(peephole=True)
    assert len({LSTM(), LSTM(), LSTM(coupled=True)}) == 2


def test_a_peephole_does_not_change_how_the_other_weights_are_drawn():
    plain, peephole = (LSTM(peephole=on).init(2, 3, np.random.default_rng(5)) for on in (False, True))
    for name in plain:
        np.testing.assert_array_equal(plain[name], peephole[name])


def test_only_the_forget_gate_starts_with_a_bias(lstm):
    for key, bias in lstm.split(lstm.init(2, 3, np.random.default_rng(0), forget_bias=2.5)).items():
        if key[0] == "b":
            np.testing.assert_array_equal(bias, 2.5 if key == ("b", "f") else 0.0)


def test_zero_initialisers_leave_only_the_forget_bias(lstm):
    rng = np.random.default_rng(0)
    blocks = lstm.init_blocks(2, 3, rng, kernel="zeros", recurrent="zeros")
    assert all((array == (key == ("b", "f"))).all() for key, array in blocks.items())


def test_default_recurrent_blocks_are_orthogonal_and_gate_weights_stay_in_glorots_range():
    cell = LSTM(peephole=True, full_gate_recurrence=True)
    blocks = cell.init_blocks(5, 4, np.random.default_rng(0))
    for gate in "ifgo":
        np.testing.assert_allclose(blocks["U", gate] @ blocks["U", gate].T, np.eye(4), atol=1e-12)
        assert abs(blocks["W", gate]).max() <= (6 / 9) ** 0.5
    for gate in "ifo":
        assert 0 < abs(blocks["P", gate]).max() <= (3 / 4) ** 0.5
        assert 0 < abs(blocks["R", gate]).max() <= (6 / 16) ** 0.5
    wide = LSTM(peephole=True, full_gate_recurrence=True).init_blocks(1, 100, np.random.default_rng(0))
    assert abs(wide["P", "i"]).max() > 0.9 * (3 / 100) ** 0.5  # of a hundred draws
    assert abs(wide["R", "i"]).max() > 0.99 * (6 / 400) ** 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, 3, 0), "input_size must be an integer of at least 1, got 0"),
        ((2, 1.5, 0), "hidden_size must be an integer of at least 1, got 1.5"),
        ((2, True, 0), "hidden_size must be an integer of at least 1, got True"),
        ((2, 3, 7), "rng must be a numpy.random.Generator, got int"),
    ],
)
def test_init_refuses_bad_sizes_and_a_bare_seed(arguments, words):
    with pytest.raises(InputError, match=words):
        LSTM().init(*arguments)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kernel": "he"}, "kernel must be one of 'zeros', 'uniform', 'glorot', 'orthogonal', got 'he'"),
        ({"recurrent": 1}, "recurrent must be one of"),
        ({"forget_bias": float("nan")}, "forget_bias must hold finite numbers, got nan"),
        ({"forget_bias": [1, 2]}, r"forget_bias must be one number, got shape \(2,\)"),
    ],
)
def test_init_refuses_bad_options(options, words):
    with pytest.raises(InputError, match=words):
        LSTM().init(2, 3, np.random.default_rng(0), **options)


def test_split_cuts_in_the_declared_order(lstm, make_problem):
    problem = make_problem(lstm)
    cell, (D, H) = lstm, problem.sizes
    blocks = cell.split(problem.params)
    k = len(cell.computed_gates)
    sizes = {"W": (D, H), "U": (H, H), "b": (H,), "P": (H,), "R": (k * H, H)}
    assert all(array.shape == sizes[name] for (name, _), array in blocks.items())
    for position, block in enumerate(cell.blocks):
        columns = slice(position * H, (position + 1) * H)
        np.testing.assert_array_equal(blocks["U", block], problem.params["U"][:, columns])
    for position, gate in enumerate(cell.computed_gates):
        if cell.peephole:
            np.testing.assert_array_equal(blocks["P", gate], problem.params["P"][position])
        if cell.full_gate_recurrence:
            columns = slice(position * H, (position + 1) * H)
            np.testing.assert_array_equal(blocks["R", gate], problem.params["R"][:, columns])


def test_split_and_join_share_no_memory_with_what_they_were_given(plain):
    blocks = plain.cell.split(plain.params)
    before = plain.params["W"].copy()
    joined = plain.cell.join(blocks)
    blocks["W", "i"][:] = 9
    np.testing.assert_array_equal(plain.params["W"], before)
    np.testing.assert_array_equal(joined["W"], before)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (("W", "f"), np.zeros((2, 4)), r"W_f must have shape \(2, 3\), got \(2, 4\)"),
        (("U", "i"), np.zeros(3), r"U_i must be a matrix that is not empty, got shape \(3,\)"),
        (("P", "o"), [1, np.inf, 2], r"P_o must hold finite numbers, got inf at P_o\[1\]"),
        (("P", "g"), [1, 2, 3], r"blocks must hold exactly .* got unknown \('P', 'g'\)"),
    ],
)
def test_join_names_the_block_that_does_not_fit(key, value, words):
    cell = LSTM(peephole=True)
    blocks = cell.init_blocks(2, 3, np.random.default_rng(0))
    with pytest.raises(InputError, match=words):
        cell.join(blocks | {key: value})


def test_join_names_the_block_that_is_missing():
    blocks = LSTM().init_blocks(2, 3, np.random.default_rng(0))
    del blocks["U", "g"]
    with pytest.raises(InputError, match=r"missing \('U', 'g'\)"):
        LSTM().join(blocks)
