"""Running a cell over time: masks, direction, initial states, number types, and what is refused."""

import numpy as np
import pytest

from lstm_core import LSTM, InputError, unroll


def test_a_mask_of_ones_and_zeros_is_a_mask_of_booleans(plain):
    one, other = (unroll(plain.cell, plain.params, plain.x, mask=m) for m in (plain.mask, plain.mask * 1.0))
    np.testing.assert_array_equal(one["h"], other["h"])
    assert other.mask.dtype == bool


def test_a_trace_in_reverse_says_so_and_keeps_the_order_of_x(plain):
    backward = plain.run(reverse=True)
    assert backward.reverse
    np.testing.assert_array_equal(backward.x, plain.x)


def test_states_without_an_initial_value_start_at_zero(plain):
    only_c = unroll(plain.cell, plain.params, plain.x, {"c": plain.initial["c"]})
    both = unroll(plain.cell, plain.params, plain.x, {"c": plain.initial["c"], "h": np.zeros((2, 3))})
    np.testing.assert_array_equal(only_c["h"], both["h"])
    assert set(only_c.initial) == {"h", "c"}


@pytest.mark.parametrize("size", [1e6, -1e6])
def test_huge_inputs_and_weights_raise_no_warning(problem, size):
    params = {name: array * 1e6 for name, array in problem.params.items()}
    trace = unroll(problem.cell, params, problem.x * size, problem.initial, problem.mask)
    assert all(np.isfinite(array).all() for array in trace.signals.values())


def test_float32_everywhere_stays_float32_and_anything_else_is_float64(cell, make_problem):
    single, double = make_problem(cell, np.float32), make_problem(cell)
    low = unroll(cell, single.params, single.x, double.initial, single.mask)
    high = unroll(cell, double.params, double.x, double.initial, double.mask)
    mixed = unroll(cell, single.params, double.x)
    arrays = [low.x, *low.params.values(), *low.initial.values(), *low.signals.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    arrays = [mixed.x, *mixed.params.values(), *mixed.initial.values(), *mixed.signals.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float64)}
    for key in high.signals:
        np.testing.assert_allclose(low[key], high[key], rtol=1e-4, atol=1e-5, err_msg=key)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.longdouble])
def test_any_real_number_type_is_accepted(plain, dtype):
    assert unroll(plain.cell, plain.params, np.ones((1, 2, 2), dtype)).x.dtype == np.float64


def test_nothing_that_was_given_is_changed(plain):
    before = [
        array.copy() for array in (plain.x, plain.mask, *plain.params.values(), *plain.initial.values())
    ]
    unroll(plain.cell, plain.params, plain.x, plain.initial, plain.mask, reverse=True)
    after = [plain.x, plain.mask, *plain.params.values(), *plain.initial.values()]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)
        assert new.flags.writeable


def replaced(array, index, value):
    changed = array.copy()
    changed[index] = value
    return changed


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((2, 2)), r"x must have shape \(examples, timesteps, inputs\).* got 2 dimensions: \(2, 2\)"),
        (1.0, r"got 0 dimensions: \(\)"),
        (np.zeros((0, 3, 2)), r"at least 1 of each, got 3 dimensions: \(0, 3, 2\)"),
        (np.zeros((1, 0, 2)), r"\(1, 0, 2\)"),
        (np.zeros((1, 3, 0)), r"\(1, 3, 0\)"),
        ([[["a", "b"]]], "x must hold real numbers, got values of type <U1"),
        (np.zeros((1, 2, 2), complex), "x must hold real numbers, got values of type complex128"),
        ([[[None, 1]]], "x must hold real numbers, got values of type object"),
        (None, "x must hold real numbers"),
        ([[[1, 2], [3]]], "x must be an array of numbers with rows of equal length"),
        (
            replaced(np.zeros((1, 4, 2)), (0, 3, 1), np.nan),
            r"x must hold finite numbers, got nan at x\[0, 3, 1\]$",
        ),
        (np.full((1, 4, 2), -np.inf), r"got -inf at x\[0, 0, 0\] \(and 7 more\)"),
        (np.zeros((1, 4, 5)), r"W must have shape \(5, 12\), got \(2, 12\): the input size is 5"),
    ],
)
def test_x_that_cannot_be_used_is_refused(plain, x, words):
    with pytest.raises(InputError, match=words):
        unroll(plain.cell, plain.params, x)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("W", np.zeros((3, 12)), r"W must have shape \(2, 12\), got \(3, 12\): the input size is 2"),
        ("W", np.zeros((2, 9)), r"W must have shape \(2, 12\), got \(2, 9\).* the hidden size 3"),
        ("U", np.zeros((3, 3)), r"U must have shape \(3, 12\), got \(3, 3\)"),
        ("U", np.zeros(12), r"U must be a matrix that is not empty, got shape \(12,\)"),
        ("U", np.zeros((0, 0)), r"U must be a matrix that is not empty, got shape \(0, 0\)"),
        ("b", np.zeros((1, 12)), r"b must have shape \(12,\), got \(1, 12\)"),
        ("b", replaced(np.zeros(12), 4, np.nan), r"b must hold finite numbers, got nan at b\[4\]"),
        ("U", np.full((3, 12), np.inf), r"U must hold finite numbers, got inf at U\[0, 0\]"),
        ("W", np.full((2, 12), "1"), "W must hold real numbers"),
        ("P", np.zeros((3, 3)), "params must hold exactly W, U, b, got unknown P"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(plain, name, value, words):
    with pytest.raises(InputError, match=words):
        unroll(plain.cell, plain.params | {name: value}, plain.x)


def test_extra_parameters_of_a_variant_are_checked_too(make_problem):
    problem = make_problem(LSTM(peephole=True, full_gate_recurrence=True))
    for name, shape in {"P": (3, 3), "R": (9, 9)}.items():
        with pytest.raises(InputError, match=f"{name} must have shape {shape}".replace("(", r"\(")[:-1]):
            unroll(problem.cell, problem.params | {name: np.zeros((3, 9))}, problem.x)
    del problem.params["P"]
    with pytest.raises(InputError, match="params must hold exactly W, U, b, P, R, got missing P"):
        unroll(problem.cell, problem.params, problem.x)
    with pytest.raises(InputError, match="params must be a mapping with the keys W, U, b, P, R, got list"):
        unroll(problem.cell, [], problem.x)


@pytest.mark.parametrize(
    ("initial", "words"),
    [
        ({"C": np.zeros((2, 3))}, "initial must hold only h and c, got C"),
        ({"h": np.zeros((1, 3))}, r"initial h must have shape \(2, 3\).* got \(1, 3\)"),
        ({"c": np.zeros(3)}, r"initial c must have shape \(2, 3\).* got \(3,\)"),
        ({"c": [[0, 0, 0], [0, np.nan, 0]]}, r"initial c must hold finite numbers, got nan"),
        ([0, 0], "initial must be a mapping with some of h and c, got list"),
    ],
)
def test_initial_states_that_do_not_fit_are_refused(plain, initial, words):
    with pytest.raises(InputError, match=words):
        unroll(plain.cell, plain.params, plain.x, initial)


def test_with_full_gate_recurrence_the_gates_are_named_among_the_states(make_problem):
    problem = make_problem(LSTM(full_gate_recurrence=True))
    with pytest.raises(InputError, match="initial must hold only h, c, i, f and o, got g"):
        unroll(problem.cell, problem.params, problem.x, {"g": np.zeros((2, 3))})


def test_an_initial_state_too_large_for_float32_is_refused(make_problem):
    problem = make_problem(LSTM(), np.float32)
    with pytest.raises(InputError, match="initial c must hold finite numbers that float32 can hold, got 1e"):
        unroll(problem.cell, problem.params, problem.x, {"c": np.full((2, 3), 1e300)})


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.ones((2, 5), bool), r"mask must have shape \(2, 6\), got \(2, 5\)"),
        (np.full((2, 6), 2), "mask must hold only True and False .* got 2, 2, 2, 2, 2"),
        (np.full((2, 6), np.nan), "mask must hold only True and False .* got nan"),
        (np.full((2, 6), "yes"), "mask must hold only True and False .* got yes"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(plain, mask, words):
    with pytest.raises(InputError, match=words):
        unroll(plain.cell, plain.params, plain.x, mask=mask)


def test_a_class_in_place_of_a_cell_and_a_number_in_place_of_reverse_are_refused(plain):
    with pytest.raises(InputError, match=r"cell must be a cell such as LSTM\(\)"):
        unroll(LSTM, plain.params, plain.x)
    with pytest.raises(InputError, match="reverse must be one of True, False, got -1"):
        unroll(plain.cell, plain.params, plain.x, reverse=-1)


GROWS = LSTM(
    activation="identity",
    output_activation="identity",
    input_gate=False,
    forget_gate=False,
    output_gate=False,
)


@pytest.mark.parametrize(("dtype", "first"), [(np.float64, 309), (np.float32, 39)])
def test_numbers_that_outgrow_their_type_name_the_first_timestep_and_signal(dtype, first):
    params = {"W": [[1]], "U": [[9]], "b": [0]}  # c = 1, 11, 111, …
    params = {name: np.array(value, dtype) for name, value in params.items()}
    x = np.ones((1, first + 20, 1), dtype)
    unroll(GROWS, params, x[:, :first])
    words = (
        rf"{np.dtype(dtype)} can hold, .* at timestep {first} \(signal pre_g, example 0, unit 0; all counted"
    )
    with pytest.raises(InputError, match=words):
        unroll(GROWS, params, x)


@pytest.mark.parametrize(("reverse", "first"), [(False, 1), (True, 2)])
def test_a_memory_that_outgrows_its_type_is_found_in_the_direction_time_ran(reverse, first):
    params = {"W": [[1e308]], "U": [[0]], "b": [0]}
    x = np.array([[[0], [0], [0], [0]], [[1], [1], [1], [1]]])
    with pytest.raises(InputError, match=rf"timestep {first} \(signal c, example 1, unit 0"):
        unroll(GROWS, params, x, reverse=reverse)
