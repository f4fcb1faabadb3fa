"""Numbers typed by hand or pasted: what is read, what is refused and in which words."""

import numpy as np
import pytest

from explorer.errors import SequenceError
from explorer.limits import MAX_ABSOLUTE, MAX_INPUT, MAX_NUMBERS_TEXT, MAX_TIMESTEPS
from explorer.sequence import format_numbers, parse_numbers

ADVICE = "Write numbers with spaces or commas between them, like 0 0 1."
RANGE = "Numbers may go from −1 000 000 to 1 000 000."


def refused(text: str) -> SequenceError:
    with pytest.raises(SequenceError) as caught:
        parse_numbers(text)
    return caught.value


# --- what is read


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0 0 1", [[0], [0], [1]]),
        ("5", [[5]]),
        ("  0\t0   1 ", [[0], [0], [1]]),
        ("0,1,0", [[0], [1], [0]]),
        ("0, 5", [[0], [5]]),
        ("0, 1,", [[0], [1]]),
        ("1 2\n", [[1], [2]]),
        ("\ufeff1 2", [[1], [2]]),
        ("0\u00a01", [[0], [1]]),
    ],
)
def test_one_row_is_one_number_per_timestep(text: str, values: list[list[float]]) -> None:
    sequence = parse_numbers(text)
    assert sequence.values.tolist() == values
    assert sequence.notes == ()


@pytest.mark.parametrize(
    "text", ["1 2; 3 4", "1 2\n3 4", "1, 2\r\n3, 4\r\n", "\n1\t2\n\n3\t4\n", "1 2;;3 4;"]
)
def test_several_rows_are_one_timestep_each_whatever_separates_them(text: str) -> None:
    sequence = parse_numbers(text)
    assert sequence.values.tolist() == [[1, 2], [3, 4]]
    assert sequence.inputs == ("x₁", "x₂")
    assert sequence.notes == ()


@pytest.mark.parametrize("text", ["0\n0\n1", "0;0;1", "0\r0\r1", "0,\n0,\n1"])
def test_a_pasted_column_is_one_number_per_timestep(text: str) -> None:
    assert parse_numbers(text).values.tolist() == [[0], [0], [1]]
    assert parse_numbers(text).inputs == ("x",)


def test_one_row_that_ends_in_a_semicolon_is_one_timestep_and_a_note_says_so() -> None:
    sequence = parse_numbers("1 2;")
    assert sequence.values.tolist() == [[1, 2]]
    assert sequence.notes == ("Read as one timestep of 2 numbers: a semicolon or bracket ends a row.",)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[0, 0, 1]", [[0], [0], [1]]),
        ("[0. 0.\n 1.]", [[0], [0], [1]]),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("[[1. 2.]\n [3. 4.]]", [[1, 2], [3, 4]]),
        ("[[1,\n2],\n[3, 4]]", [[1, 2], [3, 4]]),
        ("[1,2]\n[3,4]", [[1, 2], [3, 4]]),
        ("[[1], [0]]", [[1], [0]]),
        ("[[1, 2]]", [[1, 2]]),
    ],
)
def test_lists_printed_by_python_and_numpy_are_read(text: str, values: list[list[float]]) -> None:
    assert parse_numbers(text).values.tolist() == values


def test_every_way_to_write_a_number_is_read() -> None:
    sequence = parse_numbers("−2 -2 +3 .5 5. 1e-3 2E+2 007")
    assert sequence.values[:, 0].tolist() == [-2, -2, 3, 0.5, 5, 0.001, 200, 7]
    assert sequence.symbols == ("−2", "−2", "3", "0.5", "5", "0.001", "200", "7")


def test_labels_show_both_of_two_short_numbers_and_nothing_when_they_do_not_fit() -> None:
    assert parse_numbers("1 2; 3 4").symbols == ("1, 2", "3, 4")
    assert parse_numbers("1 2; 3.125 4.125").symbols == ("", "")
    assert parse_numbers("1 2 3; 4 5 6").symbols == ("", "")


def test_long_numbers_have_short_labels_and_exact_values() -> None:
    sequence = parse_numbers("0.123456789 -0 1000000 0.00000001")
    assert sequence.symbols == ("0.123", "0", "1e6", "1e−8")
    assert sequence.values[0, 0] == 0.123456789


def test_limits_themselves_are_allowed() -> None:
    assert parse_numbers("0 " * MAX_TIMESTEPS).timesteps == MAX_TIMESTEPS
    assert parse_numbers("0 " * MAX_INPUT + ";").input_size == MAX_INPUT
    assert parse_numbers("1e6 -1000000").values[:, 0].tolist() == [MAX_ABSOLUTE, -MAX_ABSOLUTE]


def test_one_row_may_be_longer_than_the_columns_of_a_grid() -> None:
    assert parse_numbers("1 " * (MAX_INPUT + 1)).values.shape == (MAX_INPUT + 1, 1)


def test_a_number_too_small_for_a_float_is_zero_with_a_note() -> None:
    sequence = parse_numbers("1e-400 0 0e5 1")
    assert sequence.values[:, 0].tolist() == [0, 0, 0, 1]
    assert sequence.notes == ("Read “1e-400” as 0: a computer number cannot be that small.",)


# --- decimal commas


@pytest.mark.parametrize("text", ["0,5 1,5", "0,5\t1,5", "0,5 1,5;", " +0,5  1,5 "])
def test_commas_inside_numbers_that_spaces_separate_are_decimal_commas_with_a_note(text: str) -> None:
    sequence = parse_numbers(text)
    assert sequence.values.ravel().tolist() == [0.5, 1.5]
    assert (
        "a comma between digits with spaces around the numbers is taken as a decimal comma."
        in sequence.notes[0]
    )
    assert "0,5 as " in sequence.notes[0]


def test_decimal_commas_are_read_in_a_grid_and_beside_whole_numbers() -> None:
    assert parse_numbers("0,5 1\n2 −2,5").values.tolist() == [[0.5, 1], [2, -2.5]]


def test_tight_commas_alone_separate_numbers_and_a_note_says_how_to_write_a_decimal() -> None:
    sequence = parse_numbers("0,5")
    assert sequence.values.tolist() == [[0], [5]]
    (note,) = sequence.notes
    assert note == (
        "Read 0,5 as two numbers, 0 and 5: a comma separates numbers. Write a decimal with a point, like 0.5."
    )


@pytest.mark.parametrize("text", ["0,5; 1,5", "0,5\n1,5"])
def test_a_column_of_decimal_commas_is_read_as_two_columns_with_a_note(text: str) -> None:
    sequence = parse_numbers(text)
    assert sequence.values.tolist() == [[0, 5], [1, 5]]
    assert len(sequence.notes) == 1


def test_a_list_of_decimal_commas_is_read_as_separate_numbers_with_a_note() -> None:
    sequence = parse_numbers("0,5, 1,5")
    assert sequence.values[:, 0].tolist() == [0, 5, 1, 5]
    assert sequence.notes[0].startswith("Read 0,5 as two numbers")


@pytest.mark.parametrize("text", ["0, 5", "0,1,0", "0.5,1.5", "0,1,0; 1,0,1", "1 , 2", "[1,2]"])
def test_commas_that_can_only_separate_need_no_note(text: str) -> None:
    assert parse_numbers(text).notes == ()


def test_a_decimal_point_anywhere_makes_every_comma_a_separator() -> None:
    assert parse_numbers("0,5 1.5").values[:, 0].tolist() == [0, 5, 1.5]


# --- what is refused


@pytest.mark.parametrize("text", ["", "   ", "\n\n", ";", " ; \n;", "[]", "[[]]", "\ufeff"])
def test_nothing_typed_asks_for_a_first_number(text: str) -> None:
    assert str(refused(text)) == f"Type a first number to begin. {ADVICE}"


def test_a_word_among_numbers_is_named_with_its_place() -> None:
    error = refused("0 0 1 0 x1 0")
    assert error.headline == "Value 5, “x1”, is not a number."
    assert error.advice == ADVICE
    assert (error.row, error.column, error.value) == (1, 5, "x1")


def test_a_word_in_a_grid_is_named_with_row_and_column() -> None:
    error = refused("1 2 3\n\n4 5 x1")
    assert error.headline == "Row 2, column 3, “x1”, is not a number."
    assert (error.row, error.column, error.value) == (2, 3, "x1")


def test_a_word_in_a_column_is_named_with_its_row() -> None:
    assert refused("1\n2\nx").headline == "Row 3, “x”, is not a number."


def test_a_word_among_decimal_commas_is_quoted_as_typed() -> None:
    assert refused("0,5 1,5e").headline == "Value 2, “1,5e”, is not a number."


@pytest.mark.parametrize(
    "token", ["1_000", "0x10", "1e", "--1", "1.2.3", "1/2", "e5", ".", "5%", "[1", "1j", "True"]
)
def test_what_only_looks_like_a_number_is_refused(token: str) -> None:
    assert refused(f"0 {token} 1").headline == f"Value 2, “{token}”, is not a number."


@pytest.mark.parametrize("token", ["nan", "NaN", "inf", "-inf", "+Infinity", "−inf", "∞"])
def test_words_for_not_finite_are_named(token: str) -> None:
    error = refused(f"1 {token}")
    assert error.headline == f"Value 2, “{token}”, is not a finite number."
    assert error.advice == RANGE


@pytest.mark.parametrize("token", ["1e400", "-1e400", "1000000.1", "1e7"])
def test_numbers_beyond_a_million_are_too_large(token: str) -> None:
    error = refused(token)
    assert error.headline == f"Value 1, “{token}”, is too large."
    assert error.advice == RANGE


@pytest.mark.parametrize("token", ["１", "٣", "½", "²"])
def test_digits_of_other_scripts_are_refused_with_an_explanation(token: str) -> None:
    error = refused(f"1 {token}")
    assert error.headline == f"Value 2, “{token}”, is not written in the digits 0 to 9."
    assert error.advice == "Type it again with plain digits, like 0 0 1."


@pytest.mark.parametrize(("text", "ordinal"), [("1,,2", 2), (",1", 1), ("1, ,2", 2), (",", 1), ("1,2,,", 3)])
def test_a_missing_number_between_commas_is_named(text: str, ordinal: int) -> None:
    assert refused(text).headline == f"Value {ordinal} is missing: a comma has no number before it."


def test_a_shorter_row_is_named_with_what_the_rows_before_have() -> None:
    error = refused("1 2\n3 4\n5")
    assert str(error) == (
        "Row 3 has 1 number, the rows before have 2. Give every row the same number of values."
    )
    assert (error.row, error.column, error.value) == (3, None, None)


def test_a_longer_second_row_is_named_with_what_the_row_before_has() -> None:
    assert refused("1; 2 3").headline == "Row 2 has 2 numbers, the row before has 1."


def test_ragged_rows_that_decimal_commas_caused_say_how_to_write_a_decimal() -> None:
    assert "write a decimal with a point, like 0.5" in refused("0,5\n1").advice


@pytest.mark.parametrize("text", ["0 " * 1001, "0\n" * 1001, "0;" * 1001, "1 2\n" * 1001])
def test_one_thousand_and_one_timesteps_are_too_many(text: str) -> None:
    assert str(refused(text)) == ("1 001 timesteps; at most 1 000 are read. Paste a part of the sequence.")


def test_too_many_timesteps_are_reported_before_any_number_is_read() -> None:
    assert refused("x " * 1001).headline.startswith("1 001 timesteps")


def test_sixty_five_columns_are_too_many() -> None:
    assert refused("1 " * 65 + ";").headline == "Row 1 has 65 numbers; at most 64 are read at one timestep."


def test_the_largest_sequence_is_read_with_every_digit() -> None:
    values = np.random.default_rng(0).normal(size=(MAX_TIMESTEPS, MAX_INPUT)) * -1e-5
    np.testing.assert_array_equal(parse_numbers(format_numbers(values)).values, values)


def test_a_text_over_the_limit_is_refused_with_its_size() -> None:
    huge = "1 " * 5_000_000
    error = refused(huge)
    assert error.headline == "The text is 10 000 000 characters long; at most 1 664 000 are read."


@pytest.mark.parametrize(
    "text",
    [
        "9" * MAX_NUMBERS_TEXT,
        "[" * MAX_NUMBERS_TEXT,
        "[" + " " * (MAX_NUMBERS_TEXT - 1),
        "," * MAX_NUMBERS_TEXT,
    ],
)
def test_the_largest_hostile_text_is_refused_in_a_short_message(text: str) -> None:
    error = refused(text)
    assert len(str(error)) < 200


def test_a_long_token_is_shortened_in_the_message_and_whole_in_the_value() -> None:
    error = refused("a" * 50)
    assert error.headline == f"Value 1, “{'a' * 24}…”, is not a number."
    assert error.value == "a" * 50


@pytest.mark.parametrize(
    "token", ["<script>", "<img", "onerror=…>", "**bold**", "$x$", "👍🏽", "שלום", "`x`"]
)
def test_markup_emoji_and_right_to_left_words_are_quoted_literally(token: str) -> None:
    assert f"“{token}”" in refused(f"1 {token}").headline


@pytest.mark.parametrize(
    ("token", "shown"),
    [("\u202e5", "U+202E5"), ("1\u200b", "1U+200B"), ("\x00", "U+0000"), ("\u2066x\u2069", "U+2066xU+2069")],
)
def test_characters_that_hide_or_turn_text_around_are_written_out(token: str, shown: str) -> None:
    assert refused(f"1 {token} 2").headline == f"Value 2, “{shown}”, is not a number."


# --- and back to text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([[0], [0], [1]], "0 0 1"),
        ([0.0, 0.5, -2.0], "0 0.5 -2"),
        ([[5]], "5"),
        ([[1, 2], [3, 4.5]], "1 2\n3 4.5"),
        ([[1, 2]], "1 2;"),
        ([[1e-7], [1e6]], "1e-07 1000000"),
    ],
)
def test_values_are_written_shortest_with_a_line_per_timestep(values: list[list[float]], text: str) -> None:
    assert format_numbers(values) == text


def test_every_sequence_survives_being_written_and_read_again_bit_for_bit() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        shape = (int(rng.integers(1, 40)), int(rng.integers(1, 9)))
        values = rng.standard_normal(shape) * 10.0 ** rng.integers(-300, 5, shape)
        values[rng.random(shape) < 0.3] = rng.integers(-3, 4)
        again = parse_numbers(format_numbers(values)).values
        assert again.tobytes() == values.tobytes()


def test_negative_zero_survives() -> None:
    assert np.signbit(parse_numbers(format_numbers([[-0.0]])).values[0, 0])


def test_a_value_that_is_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(T, D\)"):
        format_numbers(np.zeros((1, 2, 3)))


def test_random_text_is_read_or_refused_and_never_fails_otherwise() -> None:
    rng = np.random.default_rng(2)
    alphabet = list("01259 .,;-+eE\n\t[]x−\u202e１½")
    refusals: list[SequenceError] = []
    for _ in range(5000):
        text = "".join(rng.choice(alphabet, int(rng.integers(0, 14))))
        try:
            sequence = parse_numbers(text)
        except SequenceError as error:
            refusals.append(error)
            continue
        assert np.isfinite(sequence.values).all()
        again = parse_numbers(format_numbers(sequence.values))
        assert again.values.tobytes() == sequence.values.tobytes()
    assert 0 < len(refusals) < 5000
    assert all(error.headline.endswith(".") and error.advice.endswith(".") for error in refusals)
