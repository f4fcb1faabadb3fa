"""A text as a sequence: splitting, numbering, cutting, padding, and what is said about it."""

import unicodedata

import numpy as np
import pytest

from explorer.errors import SequenceError
from explorer.sequence import TextConfig, encode_text
from explorer.sequence.symbols import split


def refused(config: TextConfig) -> SequenceError:
    with pytest.raises(SequenceError) as caught:
        encode_text(config)
    return caught.value


# --- encodings


def test_one_hot_has_a_column_per_character_the_most_frequent_first() -> None:
    sequence = encode_text(TextConfig("hello"))
    assert sequence.inputs == ("l", "h", "e", "o")
    assert sequence.symbols == ("h", "e", "l", "l", "o")
    assert sequence.values.tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    assert sequence.summary == "5 characters, one-hot over 4 symbols"
    assert sequence.notes == ()


@pytest.mark.parametrize(("text", "ids"), [("this is", [[3], [1]]), ("is an", [[1], [2]])])
def test_ids_are_those_of_the_next_word_example(text: str, ids: list[list[float]]) -> None:
    config = TextConfig(text, "word", "id", vocabulary=("is", "an", "this", "example"))
    assert encode_text(config).values.tolist() == ids


def test_vocabulary_is_by_frequency_then_first_appearance() -> None:
    sequence = encode_text(TextConfig("this is is an an example is an", "word", "id"))
    assert sequence.vocabulary == ("is", "an", "this", "example")
    assert sequence.inputs == ("x",)
    assert sequence.summary == "8 words, each its id as one number"


def test_a_vocabulary_encodes_a_second_text_the_same_way() -> None:
    first = encode_text(TextConfig("hello world"))
    second = encode_text(TextConfig("low", vocabulary=first.vocabulary))
    assert second.inputs == first.inputs
    assert second.symbols == ("l", "o", "w")
    assert second.values.argmax(axis=1).tolist() == [first.vocabulary.index(symbol) for symbol in "low"]


def test_one_symbol_alone_is_one_column() -> None:
    sequence = encode_text(TextConfig("a"))
    assert sequence.values.tolist() == [[1]]
    assert sequence.summary == "1 character, one-hot over 1 symbol"


def test_case_is_kept_by_character_and_lowered_by_word_with_a_note() -> None:
    assert encode_text(TextConfig("Aa")).inputs == ("A", "a")
    sequence = encode_text(TextConfig("Not not", "word"))
    assert sequence.inputs == ("not",)
    assert sequence.notes == ("Words are read in lower case.",)


def test_words_lose_punctuation_at_their_ends_and_a_note_names_it() -> None:
    sequence = encode_text(TextConfig("not «good», but - don't…", "word"))
    assert sequence.symbols == ("not", "good", "but", "don't")
    assert sequence.notes == ("Left out punctuation around words: “«”, “»”, “,”, “-”, “…”.",)


def test_letters_with_accents_are_one_symbol_however_they_are_stored() -> None:
    sequence = encode_text(TextConfig("é\u0065\u0301"))
    assert sequence.symbols == ("é", "é")
    assert sequence.input_size == 1


# --- more symbols than columns


def many(count: int) -> str:
    return "".join(chr(0x4E00 + index) for index in range(count))


def test_sixty_four_symbols_have_a_column_each() -> None:
    sequence = encode_text(TextConfig(many(64)))
    assert sequence.input_size == 64
    assert "other" not in sequence.inputs
    assert sequence.notes == ()


def test_beyond_sixty_four_symbols_the_rarest_share_a_column_with_a_note() -> None:
    sequence = encode_text(TextConfig(many(70) + many(66)[3:]))
    assert sequence.input_size == 64
    assert sequence.inputs[-1] == "other"
    assert sequence.values.sum(axis=1).tolist() == [1] * sequence.timesteps
    assert sequence.values[0, 63] == 1, "the first three characters appear once only"
    assert sequence.notes == (
        "The text has 70 different characters: the 63 most frequent have a column each, "
        "the other 7 share the column “other”.",
    )


def test_beyond_sixty_four_symbols_of_a_given_vocabulary_the_last_share_a_column() -> None:
    sequence = encode_text(TextConfig(many(70)[-1] + many(1), vocabulary=tuple(many(70))))
    assert sequence.values.argmax(axis=1).tolist() == [63, 0]
    assert sequence.notes[0].startswith("The vocabulary has 70 different characters: the 63 first have")


def test_ids_have_no_limit_of_columns() -> None:
    sequence = encode_text(TextConfig(many(200), encoding="id"))
    assert sequence.values[:, 0].tolist() == list(range(1, 201))
    assert sequence.notes == ()


# --- a given vocabulary


def test_unknown_symbols_are_skipped_with_a_note_that_names_five() -> None:
    sequence = encode_text(TextConfig("a1b2c3d4e5f6f", vocabulary=("a", "b")))
    assert sequence.symbols == ("a", "b")
    assert sequence.notes == (
        "Skipped 11 characters that are not in the vocabulary: “1”, “2”, “c”, “3”, “d” and 5 more.",
    )


def test_one_unknown_word_is_named_in_the_singular() -> None:
    sequence = encode_text(TextConfig("is it", "word", vocabulary=("Is",)))
    assert sequence.notes == ("Skipped 1 word that is not in the vocabulary: “it”.",)


def test_a_text_without_a_known_symbol_names_the_vocabulary() -> None:
    error = refused(TextConfig("xyz", vocabulary=("a", " ")))
    assert str(error) == "No character of this text is in the vocabulary. The vocabulary is “a”, “␣”."


@pytest.mark.parametrize(
    ("vocabulary", "headline"),
    [
        ((), "The vocabulary is empty."),
        (("a", ""), "The vocabulary has an empty symbol."),
        (("a", "b", "a"), "The vocabulary lists “a” twice."),
    ],
)
def test_a_vocabulary_that_cannot_be_numbered_is_refused(vocabulary: tuple[str, ...], headline: str) -> None:
    assert refused(TextConfig("a", vocabulary=vocabulary)).headline == headline


# --- cutting and padding


@pytest.mark.parametrize(
    ("truncate", "symbols", "end"), [("after", ("a", "b"), "first"), ("before", ("e", "f"), "last")]
)
def test_truncate_names_the_end_that_is_cut_off(truncate: str, symbols: tuple[str, ...], end: str) -> None:
    sequence = encode_text(TextConfig("abcdef", length=2, truncate=truncate))  # type: ignore[arg-type]
    assert sequence.symbols == symbols
    assert sequence.inputs == symbols, "the vocabulary is made from what is kept"
    assert sequence.notes == (f"Kept the {end} 2 of 6 characters.",)


def test_what_is_skipped_does_not_count_when_cutting() -> None:
    sequence = encode_text(TextConfig("xaxbxc", length=2, vocabulary=("a", "b", "c")))
    assert sequence.symbols == ("a", "b")
    assert sequence.notes[1] == "Kept the first 2 of the remaining 3 characters."


@pytest.mark.parametrize("encoding", ["one-hot", "id"])
@pytest.mark.parametrize(
    ("pad", "padded"), [("before", [True, True, False, False]), ("after", [False, False, True, True])]
)
def test_padding_is_zero_flagged_and_skipped(encoding: str, pad: str, padded: list[bool]) -> None:
    sequence = encode_text(TextConfig("ab", encoding=encoding, length=4, pad=pad))  # type: ignore[arg-type]
    assert sequence.padded.tolist() == padded
    assert sequence.mask.tolist() == [not step for step in padded]
    assert not sequence.values[sequence.padded].any()
    assert sequence.values[~sequence.padded].any(axis=1).all()
    assert [symbol == "∅" for symbol in sequence.symbols] == padded
    assert sequence.notes == (f"Padded with 2 steps {pad} the text; the cell skips them.",)
    assert sequence.summary.startswith("2 characters and 2 padding steps, ")


def test_padding_is_read_as_zeros_when_it_is_not_skipped() -> None:
    sequence = encode_text(TextConfig("ab", length=3, skip_padding=False))
    assert sequence.mask.all()
    assert sequence.padded.tolist() == [True, False, False]
    assert sequence.notes == ("Padded with 1 step before the text; the cell reads it as zeros.",)


@pytest.mark.parametrize("length", [0, -1, 1001, 2.5])
def test_a_length_out_of_range_is_refused(length: int) -> None:
    error = refused(TextConfig("a", length=length))
    assert error.headline == f"A length of {length} is not possible."
    assert error.advice == "Choose a whole number from 1 to 1 000."


@pytest.mark.parametrize("name", ["unit", "encoding", "pad", "truncate"])
def test_an_option_that_does_not_exist_is_refused(name: str) -> None:
    assert refused(TextConfig("a", **{name: "<b>"})).headline == f"“<b>” is not a choice for {name}."  # type: ignore[arg-type]


# --- nothing to read


@pytest.mark.parametrize("unit", ["character", "word"])
def test_an_empty_text_asks_for_some(unit: str) -> None:
    error = refused(TextConfig("", unit))  # type: ignore[arg-type]
    assert str(error) == f"Type some text to begin. Each {unit} becomes one timestep."


def test_spaces_are_characters_but_no_word() -> None:
    assert encode_text(TextConfig("  ")).symbols == ("␣", "␣")
    assert refused(TextConfig("  ", "word")).headline == "There is no word in this text."


def test_punctuation_alone_is_no_word() -> None:
    assert refused(TextConfig("?! …", "word")).headline == "There is no word in this text."


# --- any text


def test_an_emoji_with_its_parts_is_one_timestep() -> None:
    sequence = encode_text(TextConfig("👍🏽👩‍👩‍👧❤️🇫🇷🇩🇪1️⃣"))
    assert sequence.symbols == ("👍🏽", "👩‍👩‍👧", "❤️", "🇫🇷", "🇩🇪", "1️⃣")


def test_right_to_left_text_keeps_its_order() -> None:
    assert encode_text(TextConfig("שלום")).symbols == ("ש", "ל", "ו", "ם")
    assert encode_text(TextConfig("هذا جيد", "word")).symbols == ("هذا", "جيد")


def test_spaces_and_line_ends_are_visible() -> None:
    sequence = encode_text(TextConfig("a b\tc\r\nd\re\n"))
    assert "".join(sequence.symbols) == "a␣b⇥c⏎d⏎e⏎"
    assert sequence.vocabulary[0] == "\n"


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\u202e", "U+202E"),
        ("\u2067", "U+2067"),
        ("\u200b", "U+200B"),
        ("\u200d", "U+200D"),
        ("\u00a0", "U+00A0"),
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
        ("\ufe0f", "U+FE0F"),
        ("\u3164", "U+3164"),
        ("\u0301", "◌\u0301"),
    ],
)
def test_characters_that_cannot_be_seen_are_shown_by_their_code(character: str, shown: str) -> None:
    assert encode_text(TextConfig(character)).symbols == (shown,)


@pytest.mark.parametrize("text", ["<script>", "<img onerror=…>", "**b** _i_ `c`", "$x$", "[a](javascript:b)"])
def test_markup_is_kept_literally_character_by_character(text: str) -> None:
    assert "".join(encode_text(TextConfig(text)).symbols) == text.replace(" ", "␣")


@pytest.mark.parametrize("word", ["<script>", "<img", "onerror=…>", "**b**", "$x$", "@name", "#tag", "50%"])
def test_markup_is_kept_literally_word_by_word(word: str) -> None:
    assert encode_text(TextConfig(word, "word")).symbols == (word,)


def test_an_endless_word_has_a_short_label() -> None:
    assert encode_text(TextConfig("a" * 900, "word")).symbols == ("a" * 24 + "…",)


def test_a_tower_of_marks_has_a_short_label() -> None:
    sequence = encode_text(TextConfig("a" + "\u0316" * 5000))
    assert sequence.timesteps == 1
    assert len(sequence.symbols[0]) <= 10


# --- much text


def test_without_a_length_a_thousand_characters_are_kept_with_a_note() -> None:
    sequence = encode_text(TextConfig("lorem ipsu" * 5000))
    assert sequence.timesteps == 1000
    assert sequence.notes == ("Kept the first 1 000 of 50 000 characters.",)


def test_the_last_thousand_characters_are_kept_when_the_beginning_is_cut() -> None:
    sequence = encode_text(TextConfig("a" * 50_000 + "b" * 1000, truncate="before"))
    assert sequence.inputs == ("b",)
    assert sequence.notes == ("Kept the last 1 000 of 51 000 characters.",)


@pytest.mark.parametrize(
    ("truncate", "end", "inputs"), [("after", "first", ("a",)), ("before", "last", ("b",))]
)
def test_a_text_longer_than_what_is_read_says_at_least(truncate: str, end: str, inputs: tuple[str]) -> None:
    sequence = encode_text(TextConfig("a" * 150_000 + "b" * 150_000, truncate=truncate))  # type: ignore[arg-type]
    assert sequence.inputs == inputs
    assert sequence.notes == (f"Kept the {end} 1 000 of at least 99 999 characters.",)


@pytest.mark.parametrize("keep_end", [False, True])
def test_a_word_that_the_limit_cuts_through_is_not_read(keep_end: bool) -> None:
    found = split("word " * 30_001, "word", keep_end=keep_end)
    assert set(found.tokens) <= {"word"}
    assert found.is_partial


@pytest.mark.parametrize("unit", ["character", "word"])
@pytest.mark.parametrize(
    "text",
    [
        "lorem ip " * 5556,
        "привет мир " * 4546,
        "👍🏽" * 25_000,
        "🇫" * 50_000,
        "👩\u200d" * 25_000,
        "a" + "\u0316\u0301" * 25_000,
        "!" * 49_999 + "a",
        many(20_000) * 2 + many(10_000),
    ],
    ids=["latin", "cyrillic", "emoji", "flags", "joiners", "marks", "punctuation", "chinese"],
)
def test_fifty_thousand_characters_of_anything_are_encoded(text: str, unit: str) -> None:
    sequence = encode_text(TextConfig(text, unit))  # type: ignore[arg-type]
    assert 1 <= sequence.timesteps <= 1000
    assert all(len(symbol) <= 25 for symbol in sequence.symbols)


def test_pasting_flags_pairs_them_as_the_standard_does() -> None:
    assert split("🇫🇷🇩🇪🇮", "character").tokens == ["🇫🇷", "🇩🇪", "🇮"]
    assert split("a🇫\u0301🇷🇩b", "character").tokens == ["a", "🇫\u0301", "🇷🇩", "b"]


def test_any_text_is_split_without_loss() -> None:
    rng = np.random.default_rng(3)
    alphabet = list("ab \n\t👍🏽👩\u200d🇫🇷\u0316\u202e\ufe0fשक्")
    for _ in range(2000):
        text = "".join(rng.choice(alphabet, int(rng.integers(1, 20))))
        tokens = split(text, "character").tokens
        assert unicodedata.normalize("NFD", "".join(tokens)) == unicodedata.normalize("NFD", text)
        sequence = encode_text(TextConfig(text, encoding="id"))
        assert [sequence.vocabulary[int(value) - 1] for value in sequence.values[:, 0]] == tokens
        assert all(sequence.symbols)
