"""Checks of what comes from outside: what they let through, and what their errors carry."""

import copy
import pickle

import numpy as np
import pytest

from lstm_core import LSTM, InputError, OverflowInputError, SizeInputError
from lstm_core.checks import float_type, generator, one_of, real_array, real_number, whole_array


@pytest.mark.parametrize(
    "again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))], ids=["copy", "pickle"]
)
@pytest.mark.parametrize(
    "error",
    [InputError("no"), OverflowInputError("no", timestep=3, unit=1), SizeInputError("no", needed=9, limit=4)],
    ids=lambda error: type(error).__name__,
)
def test_errors_can_be_copied_and_sent_to_another_process(error, again):
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == "no"
    for name in getattr(error, "details", ()):
        assert getattr(other, name) == getattr(error, name)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([2**64 - 1], np.uint64), r"got 18446744073709551615 at ids\[0\]"),
        ([2**63 - 1], r"got 9223372036854775807 at ids\[0\]"),
        ([1e300], "got values of type float64"),
        ([-1, 0, 3], r"got -1 at ids\[0\] \(and 1 more\)"),
        ([[1], [2, 3]], "rows of equal length"),
    ],
)
def test_ids_are_compared_as_the_integers_they_are(value, words):
    with pytest.raises(InputError, match=words):
        whole_array("ids", value, 3, "ids")


def test_a_large_id_below_a_larger_count_is_kept_exactly():
    assert whole_array("ids", [2**60 - 1], 2**60, "ids").tolist() == [2**60 - 1]


def test_numbers_of_numpy_stand_for_those_of_python():
    one_of("reverse", np.True_, (True, False))
    one_of("activation", np.str_("tanh"), ("tanh", "relu"))
    assert LSTM(peephole=np.True_).computed_gates == ("i", "f", "o")
    with pytest.raises(InputError, match="reverse must be one of True, False, got 1"):
        one_of("reverse", 1, (True, False))


def test_a_number_too_large_for_the_type_is_named_as_it_was_given():
    with pytest.raises(
        InputError, match=r"x must hold finite numbers that float32 can hold, got 1e\+300 at x\[1\]"
    ):
        real_array("x", [0, 1e300], np.float32)
    with pytest.raises(InputError, match=r"^bias must hold finite numbers, got nan$"):
        real_array("bias", np.nan)


def test_float_types_and_generators_are_told_from_what_they_are_not():
    assert float_type("dtype", float) == np.float64
    rng = np.random.default_rng(0)
    assert generator("rng", rng) is rng
    with pytest.raises(InputError, match=r"rng must be a numpy\.random\.Generator, got RandomState"):
        generator("rng", np.random.RandomState(0))


@pytest.mark.parametrize("value", [True, "1", None, [1, 2], np.nan, -0.1, 1])
def test_a_share_below_one_is_a_finite_number_in_its_range(value):
    with pytest.raises(InputError, match="rate must be a number of at least 0 and below 1, got"):
        real_number("rate", value, 0, 1, below=True)
