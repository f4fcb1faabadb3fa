"""How much memory a run takes is known before it is taken."""

import tracemalloc

import numpy as np
import pytest

from lstm_core import LSTM, InputError, SizeInputError, backpropagate, trace_bytes, unroll


def held(arrays):
    return sum(array.nbytes for array in arrays)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_estimate_is_what_the_trace_and_its_gradients_hold(cell, make_problem, dtype):
    problem = make_problem(cell, dtype)
    trace = unroll(cell, problem.params, problem.x, problem.initial)
    (B, T, D), H = problem.x.shape, problem.hidden_size
    parts = [trace.x, trace.mask, *trace.params.values(), *trace.initial.values(), *trace.signals.values()]
    assert trace_bytes(cell, B, T, D, H, dtype) == held(parts)
    gradients = backpropagate(trace, np.ones((B, T, H)))
    parts += [
        gradients.x,
        *gradients.params.values(),
        *gradients.initial.values(),
        *gradients.signals.values(),
    ]
    parts += [trace.previous(key) for key in cell.carried]
    assert trace_bytes(cell, B, T, D, H, dtype, gradients=True) == held(parts)


def test_a_run_that_is_too_large_is_refused_before_memory_is_taken():
    cell = LSTM()
    params = cell.init(1, 64, np.random.default_rng(0))
    x = np.broadcast_to(np.float64(0), (1000, 1000, 1))  # eight bytes that look like a million numbers
    needed = trace_bytes(cell, 1000, 1000, 1, 64)
    tracemalloc.start()
    words = r"1000 × 1000 timesteps with 1 inputs and 64 units needs 6\.7 GB, expected at most 2\.0 GB"
    with pytest.raises(SizeInputError, match=words) as caught:
        unroll(cell, params, x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (caught.value.needed, caught.value.limit) == (needed, 2 * 10**9)
    assert peak < 5 * held(params.values())


def test_the_limit_is_the_callers_choice():
    cell = LSTM()
    params = cell.init(2, 3, np.random.default_rng(0))
    x = np.ones((1, 10, 2))
    needed = trace_bytes(cell, 1, 10, 2, 3)
    unroll(cell, params, x, max_bytes=needed)
    with pytest.raises(SizeInputError, match=r"needs 3\.9 kB, expected at most 3\.9 kB"):
        unroll(cell, params, x, max_bytes=needed - 1)


def test_backpropagation_is_refused_too_where_only_the_trace_has_room():
    cell = LSTM()
    trace = unroll(cell, cell.init(2, 3, np.random.default_rng(0)), np.ones((1, 10, 2)))
    limit = trace_bytes(cell, 1, 10, 2, 3, gradients=True)
    backpropagate(trace, np.ones((1, 10, 3)), max_bytes=limit)
    with pytest.raises(SizeInputError, match="Gradients of 1 × 10 timesteps"):
        backpropagate(trace, np.ones((1, 10, 3)), max_bytes=limit - 1)


def test_sizes_that_are_no_sizes_are_refused():
    for sizes, name in (
        ((0, 1, 1, 1), "batch_size"),
        ((1, 1.5, 1, 1), "timesteps"),
        ((1, 1, 1, -2), "hidden_size"),
    ):
        with pytest.raises(InputError, match=f"{name} must be an integer of at least 1"):
            trace_bytes(LSTM(), *sizes)


def test_making_a_trace_takes_little_more_memory_than_holding_it():
    cell = LSTM()
    params = cell.init(32, 64, np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((1, 2000, 32))
    unroll(cell, params, x[:, :10])
    tracemalloc.start()
    trace = unroll(cell, params, x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 1.25 * trace_bytes(cell, 1, 2000, 32, 64)
    assert trace.timesteps == 2000


def test_sizes_may_be_numpy_integers_of_any_width():
    plain = trace_bytes(LSTM(), 100_000, 100_000, 1, 64)
    sizes = np.int32(100_000), np.int32(100_000), np.int8(1), np.int8(64)
    assert trace_bytes(LSTM(), *sizes) == plain


@pytest.mark.parametrize("limit", ["2GB", None, -1, 1.5, True])
def test_a_limit_that_is_no_number_of_bytes_is_refused(limit):
    cell = LSTM()
    params, x = cell.init(2, 3, np.random.default_rng(0)), np.ones((1, 10, 2))
    with pytest.raises(InputError, match="max_bytes must be an integer of at least 0"):
        unroll(cell, params, x, max_bytes=limit)


@pytest.mark.parametrize("dtype", ["foo", None, np.int8, np.float16])
def test_a_type_that_is_no_float_of_ours_is_refused(dtype):
    with pytest.raises(InputError, match="dtype must be float32 or float64, got"):
        trace_bytes(LSTM(), 1, 1, 1, 1, dtype)


def test_weights_too_large_to_draw_are_refused_before_memory_is_taken():
    with pytest.raises(SizeInputError, match="A cell with 1000000 inputs and 10000000 units needs"):
        LSTM().init(10**6, 10**7, np.random.default_rng(0))
