"""Labelled sentences out of tables and lines, whichever column is the label."""

from functools import partial

import numpy as np
import pytest

from explorer.errors import OwnDataError
from explorer.uploads import read_sentences, read_series, read_table
from lstm_core import TASKS

PAIRS = [
    (f"this {word} was {thing}", label)
    for word in ("film", "book", "meal", "song")
    for thing, label in (("good", "positive"), ("bad", "negative"), ("fine, really", "positive"))
]


def lines(separator, label_first=False, heading=()):
    rows = [pair[::-1] if label_first else pair for pair in PAIRS]
    return "\n".join(separator.join(row) for row in [*([heading] if heading else []), *rows])


@pytest.mark.parametrize("separator", ["\t", ";", ","])
@pytest.mark.parametrize("label_first", [False, True])
@pytest.mark.parametrize("heading", [(), ("label", "text"), ("stuff", "what")])
def test_label_is_found_on_either_side_with_any_separator(separator, label_first, heading):
    sentences, _ = read_sentences(lines(separator, label_first, heading))
    assert sentences == tuple(PAIRS)


def test_sentence_with_commas_is_split_at_the_comma_of_its_label_and_a_note_says_so():
    assert "last comma" in " ".join(read_sentences(lines(","))[1])
    assert "first comma" in " ".join(read_sentences(lines(",", label_first=True))[1])


def test_rows_split_at_a_comma_keep_their_numbers():
    text = lines(",").replace("\n", "\n\n", 3) + "\n...,positive"
    with pytest.raises(OwnDataError) as caught:
        read_sentences(text)
    assert caught.value.row == 16


def test_heading_of_words_nobody_knows_is_taken_for_one_with_a_note():
    _, notes = read_sentences(lines(";", heading=("stuff", "what")))
    assert notes == ("Row 1, “what”, was taken for the heading.",)


def test_of_many_columns_the_one_called_label_and_the_longest_text_are_used():
    rows = [f"{n};{['a', 'b', 'c'][n % 3]};{s};{label}" for n, (s, label) in enumerate(PAIRS)]
    sentences, notes = read_sentences(read_table("id;who;text;label\n" + "\n".join(rows)))
    assert sentences == tuple(PAIRS)
    assert notes == ("Of 4 columns these two are used: column “text”, column “label”.",)


def test_labels_that_differ_only_in_capitals_are_pointed_out():
    text = lines(";") + "\nit was fine;Positive\nit was great;Positive"
    assert "capitals" in " ".join(read_sentences(text)[1])


def test_numbers_can_be_labels():
    text = lines(";").replace("positive", "1").replace("negative", "0")
    assert {label for _, label in read_sentences(text)[0]} == {"0", "1"}


def test_empty_rows_do_not_count():
    assert len(read_sentences(lines(";") + "\n;\n\n")[0]) == len(PAIRS)


@pytest.mark.parametrize(
    ("extra", "row", "words"),
    [
        ("it was odd;", 13, "Row 13, “it was odd”, has no label"),
        (";positive", 13, "Row 13, “positive”, has no sentence"),
        ("...;positive", 13, "row 13, “...”, has 0 words; it must have from 1 to 100"),
        ("word " * 101 + ";positive", 13, "has 101 words"),
        ("x" * 2_001 + ";positive", 13, "has 2 001 characters; at most 2 000"),
    ],
)
def test_row_that_cannot_be_used_is_named(extra, row, words):
    with pytest.raises(OwnDataError) as caught:
        read_sentences(lines(";") + "\n" + extra)
    assert words in caught.value.headline
    assert caught.value.row == row


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("only a sentence\n" * 20, "one column only"),
        ("\n".join(f"sentence {n};label {n}" for n in range(40)), "No column is a label"),
        ("good film;positive\nbad film;negative", "Found 2 labelled sentences; from 10 to 5 000"),
        ("\n".join(f"sentence {n};positive" for n in range(40)), "labels must differ; found 1: “positive”"),
        ("\n".join(f"sentence {n};label {n % 11}" for n in range(44)), "must be at most 10; found 11"),
        ("\n".join(f"sentence {n};{n % 2}" for n in range(5_001)), "Found 5 001 labelled sentences"),
        ("\n".join(f"{'word ' * 60}{n};{n % 2}" for n in range(1_000)), "more than 50 000 words in all"),
    ],
)
def test_what_holds_no_labelled_sentences_is_refused(text, words):
    with pytest.raises(OwnDataError, match=words):
        read_sentences(text)


def test_what_was_read_can_be_learned_from():
    sentences, _ = read_sentences(lines("\t"))
    data = TASKS["sentiment"].build(np.random.default_rng(0), sentences)
    assert data.outputs == ("positive", "negative")


def test_random_tables_give_data_or_the_one_error():
    rng = np.random.default_rng(1)
    pieces = [
        *("1", "2,5", "1.234", "NA", "", "-", "2020-01-05", "05/06/2020", "Jan 2020", "good film", "pos"),
        *('"', "a,b", "x;y", "\u202e", "0" * 50, "1e400", "∞", "٣", "99/99/9999", "12 €", "2020Q5", "'"),
        *(" ", "−3", "neg", "01/13/2020", "13/01/2020", "1 000"),
    ]  # fmt: skip
    read, errors = 0, []
    for _ in range(1_500):
        few = rng.choice(pieces, size=rng.integers(1, 5))
        separator = rng.choice([",", ";", "\t", " "])
        width, height = rng.integers(1, 4), rng.integers(1, 60)
        text = "\n".join(
            separator.join(rng.choice(few, size=width if rng.random() < 0.99 else width + 1))
            for _ in range(height)
        )
        try:
            table = read_table(text)
        except OwnDataError:
            continue
        for use in (
            read_sentences,
            *(partial(read_series, column=column) for column in table.columns),
        ):
            try:
                use(table)
                read += 1
            except OwnDataError as error:
                errors.append(error)
    assert read > 20
    assert all(error.headline.endswith(".") and error.advice.endswith(".") for error in errors)
