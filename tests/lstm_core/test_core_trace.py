"""The trace: read-only, complete, and able to say what came before."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from lstm_core import LSTM, InputError, LayerTrace, unroll


@pytest.fixture
def trace(plain):
    return unroll(plain.cell, plain.params, plain.x, plain.initial, plain.mask)


def arrays_of(trace):
    parts = (trace.params, trace.initial, trace.signals)
    return {"x": trace.x, "mask": trace.mask} | {
        f"{number}.{key}": array for number, part in enumerate(parts) for key, array in part.items()
    }


def test_nothing_in_a_trace_can_be_written_to(trace):
    for name, array in arrays_of(trace).items():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        assert array.flags.owndata, name
    for part in (trace.params, trace.initial, trace.signals):
        with pytest.raises(TypeError):
            part["c"] = np.zeros(3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.reverse = True


def test_later_edits_of_the_inputs_do_not_reach_the_trace(plain, trace):
    before = {name: array.copy() for name, array in arrays_of(trace).items()}
    for array in (plain.x, plain.mask, *plain.params.values(), *plain.initial.values()):
        array[...] = 1
    for name, array in arrays_of(trace).items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_a_trace_built_by_hand_copies_what_can_still_be_written(plain, trace):
    signals = {key: array.copy() for key, array in trace.signals.items()}
    built = LayerTrace(plain.cell, plain.params, plain.x, plain.mask, plain.initial, False, signals)
    signals["c"][:] = 9
    plain.x[:] = 9
    np.testing.assert_array_equal(built["c"], trace["c"])
    np.testing.assert_array_equal(built.x, trace.x)
    assert dataclasses.replace(trace, reverse=True)["c"] is trace["c"]


def test_a_read_only_view_of_something_writable_is_copied(trace):
    x = trace.x.copy()
    view = x[:]
    view.flags.writeable = False
    built = dataclasses.replace(trace, x=view)
    x[:] = 9
    np.testing.assert_array_equal(built.x, trace.x)


@pytest.mark.parametrize("duplicate", [lambda t: pickle.loads(pickle.dumps(t)), copy.deepcopy, copy.copy])
def test_a_copy_is_equal_and_just_as_read_only(trace, duplicate):
    other = duplicate(trace)
    assert other.cell == trace.cell
    for name, array in arrays_of(other).items():
        np.testing.assert_array_equal(array, arrays_of(trace)[name])
        assert not array.flags.writeable


def test_sizes(trace):
    assert (trace.batch_size, trace.timesteps, trace.input_size, trace.hidden_size) == (2, 6, 2, 3)


def test_the_mask_is_all_true_when_none_was_given(plain):
    assert unroll(plain.cell, plain.params, plain.x).mask.all()


def test_previous_of_a_state_starts_with_the_initial_value(problem):
    trace = unroll(problem.cell, problem.params, problem.x, problem.initial)
    for key in problem.cell.states:
        np.testing.assert_array_equal(trace.previous(key)[:, 0], problem.initial[key])
        np.testing.assert_array_equal(trace.previous(key)[:, 1:], trace[key][:, :-1])


def test_previous_in_reverse_is_the_timestep_after(problem):
    trace = unroll(problem.cell, problem.params, problem.x, problem.initial, reverse=True)
    for key in problem.cell.states:
        np.testing.assert_array_equal(trace.previous(key)[:, -1], problem.initial[key])
        np.testing.assert_array_equal(trace.previous(key)[:, :-1], trace[key][:, 1:])


def test_previous_of_a_gate_starts_at_zero(trace):
    np.testing.assert_array_equal(trace.previous("f")[:, 0], 0)


@pytest.mark.parametrize("reverse", [False, True])
def test_previous_looks_past_masked_timesteps_and_final_is_what_is_left(make_problem, reverse):
    problem = make_problem(LSTM(full_gate_recurrence=True))
    trace = unroll(problem.cell, problem.params, problem.x, problem.initial, problem.mask, reverse)
    times = range(5, -1, -1) if reverse else range(6)
    final = trace.final
    assert list(final) == ["h", "c", "i", "f", "o"]
    for key, start in problem.initial.items():
        for example in range(2):
            latest = start[example]
            for t in times:
                np.testing.assert_array_equal(trace.previous(key)[example, t], latest)
                if problem.mask[example, t]:
                    latest = trace[key][example, t]
            np.testing.assert_array_equal(final[key][example], latest)


def test_a_run_that_is_masked_throughout_ends_as_it_began(problem):
    trace = unroll(problem.cell, problem.params, problem.x, problem.initial, np.zeros((2, 6), bool))
    for key, state in problem.initial.items():
        np.testing.assert_array_equal(trace.final[key], state)


@pytest.mark.parametrize("reverse", [False, True])
def test_one_timestep_holds_every_number_of_it(problem, reverse):
    trace = unroll(problem.cell, problem.params, problem.x, problem.initial, problem.mask, reverse)
    for example in range(2):
        for t in range(6):
            numbers = trace.at(example, t)
            before = {f"{key}_prev" for key in problem.cell.carried}
            assert set(numbers) == {"x"} | before | set(trace.signals)
            np.testing.assert_array_equal(numbers["x"], problem.x[example, t])
            for key in trace.signals:
                np.testing.assert_array_equal(numbers[key], trace[key][example, t])
            for key in problem.cell.carried:
                np.testing.assert_array_equal(numbers[f"{key}_prev"], trace.previous(key)[example, t])


def test_an_unknown_signal_is_refused_with_those_there_are(trace):
    for ask in (lambda: trace["z"], lambda: trace.previous("z"), lambda: trace[["c"]]):
        with pytest.raises(InputError, match=r"the signal must be one of pre_i, pre_f, .*, h, got "):
            ask()


@pytest.mark.parametrize(
    ("example", "t", "words"),
    [
        (2, 0, "example must be an integer from 0 to 1, got 2"),
        (-1, 0, "example must be an integer from 0 to 1, got -1"),
        (0, 6, "t must be an integer from 0 to 5, got 6"),
        (0, 1.0, "t must be an integer from 0 to 5, got 1.0"),
        (0, "1", "t must be an integer from 0 to 5, got '1'"),
    ],
)
def test_a_timestep_that_is_not_there_is_refused(trace, example, t, words):
    with pytest.raises(InputError, match=words):
        trace.at(example, t)
