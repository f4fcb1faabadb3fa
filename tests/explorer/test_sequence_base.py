"""The sequence itself, its error, and the one door to every kind."""

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from explorer.errors import SequenceError
from explorer.sequence import (
    Component,
    NumbersConfig,
    Sequence,
    SignalConfig,
    TextConfig,
    parse_numbers,
    read_sequence,
)
from lstm_core.errors import InputError

CONFIGS = [
    NumbersConfig("0 0 1"),
    TextConfig("hello", length=8),
    SignalConfig(5, (Component("noise"),)),
]


@pytest.mark.parametrize("config", CONFIGS, ids=["numbers", "text", "signal"])
def test_every_config_is_a_key_and_gives_the_same_sequence_twice(config: NumbersConfig) -> None:
    first, second = read_sequence(config), read_sequence(config)
    assert {config: first}[config] is first
    assert first.values.tobytes() == second.values.tobytes()
    assert (first.symbols, first.notes, first.inputs) == (second.symbols, second.notes, second.inputs)


@pytest.mark.parametrize(("config", "kind"), [*zip(CONFIGS, ["numbers", "text", "signal"], strict=True)])
def test_every_sequence_has_lengths_that_agree_and_read_only_arrays(config: NumbersConfig, kind: str) -> None:
    sequence = read_sequence(config)
    assert sequence.kind == kind
    assert sequence.values.dtype == np.float64
    assert sequence.values.shape == (sequence.timesteps, sequence.input_size)
    assert len(sequence.symbols) == len(sequence.padded) == len(sequence.mask) == sequence.timesteps
    assert len(sequence.inputs) == sequence.input_size
    for array in (sequence.values, sequence.padded, sequence.mask):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_another_config_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="got str"):
        read_sequence("0 0 1")  # type: ignore[arg-type]


def test_a_sequence_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        parse_numbers("1").notes = ("changed",)  # type: ignore[misc]


def test_a_sequence_keeps_its_own_copy_of_the_values() -> None:
    values = np.ones((2, 1))
    flags = np.zeros(2, dtype=bool)
    sequence = Sequence("numbers", values, ("1", "1"), ("x",), flags, ~flags)
    values[0] = 9
    flags[0] = True
    assert sequence.values[0, 0] == 1
    assert not sequence.padded.any()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"values": np.zeros(2)}, "shape"),
        ({"values": np.zeros((0, 1))}, "shape"),
        ({"symbols": ("1",)}, "symbols must have length 2, got 1"),
        ({"inputs": ()}, "inputs must have length 1"),
        ({"mask": np.ones(3, dtype=bool)}, "mask must have length 2"),
    ],
)
def test_a_sequence_whose_parts_disagree_is_refused(changed: dict[str, object], message: str) -> None:
    parts: dict[str, object] = {
        "kind": "numbers",
        "values": np.zeros((2, 1)),
        "symbols": ("0", "0"),
        "inputs": ("x",),
        "padded": np.zeros(2, dtype=bool),
        "mask": np.ones(2, dtype=bool),
    }
    with pytest.raises(ValueError, match=message):
        Sequence(**(parts | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("0 0 1", "3 timesteps, 1 number each"),
        ("1", "1 timestep, 1 number"),
        ("1 2;", "1 timestep, 2 numbers"),
        ("1 2; 3 4", "2 timesteps, 2 numbers each"),
        ("0 " * 1000, "1 000 timesteps, 1 number each"),
    ],
)
def test_summary_of_numbers_agrees_in_number(text: str, summary: str) -> None:
    assert parse_numbers(text).summary == summary


@pytest.mark.parametrize(
    ("config", "summary"),
    [
        (TextConfig("hello world"), "11 characters, one-hot over 8 symbols"),
        (TextConfig("this is", "word", "id"), "2 words, each its id as one number"),
        (TextConfig("this", "word", "id"), "1 word, its id as one number"),
        (TextConfig("a", length=2), "1 character and 1 padding step, one-hot over 1 symbol"),
    ],
)
def test_summary_of_a_text_names_unit_encoding_and_padding(config: TextConfig, summary: str) -> None:
    assert read_sequence(config).summary == summary


def test_an_error_reads_as_headline_and_advice_and_is_an_input_error() -> None:
    error = SequenceError("Value 5, “x1”, is not a number.", "Write numbers.", row=1, column=5, value="x1")
    assert isinstance(error, InputError)
    assert isinstance(error, ValueError)
    assert str(error) == "Value 5, “x1”, is not a number. Write numbers."


def test_an_error_survives_a_trip_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(SequenceError("Headline.", "Advice.", row=1, column=2, value="x")))
    assert (error.headline, error.advice, error.row, error.column, error.value) == (
        "Headline.",
        "Advice.",
        1,
        2,
        "x",
    )
