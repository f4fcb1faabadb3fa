"""Rows of text as a table: what separates cells, which row is the heading, what a column holds."""

import doctest
import importlib
import pkgutil
import tracemalloc

import pytest

import explorer.uploads
from explorer.errors import OwnDataError
from explorer.training.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from explorer.uploads import read_table

MODULES = [found.name for found in pkgutil.walk_packages(explorer.uploads.__path__, "explorer.uploads.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    module = importlib.import_module(name)
    assert module.__doc__
    assert doctest.testmod(module).failed == 0


def described(text):
    table = read_table(text)
    return table.separator, [(column.name, column.kind) for column in table.columns], len(table.rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_found_and_a_quoted_cell_may_hold_it(separator):
    text = (
        separator.join(["day", "note", "n"])
        + "\n"
        + separator.join(["2020-01-01", f'"a{separator} ""b"""', "1"])
    )
    table = read_table(text)
    assert table.separator == separator
    assert table.rows == (("2020-01-01", f'a{separator} "b"', "1"),)
    assert [column.kind for column in table.columns] == ["date", "text", "number"]


def test_commas_between_semicolons_are_decimals():
    assert described("day;price\n2020-01-01;1,5\n2020-01-02;2,5\n") == (
        ";",
        [("day", "date"), ("price", "number")],
        2,
    )


def test_commas_under_a_heading_without_one_are_decimals():
    assert described("price\n1,5\n2 000,5\n-3,25") == ("", [("price", "number")], 3)


def test_commas_that_could_be_decimals_are_borders_and_a_note_says_so():
    table = read_table("1,5\n2,5\n4,5")
    assert len(table.columns) == 2
    assert "Read “1,5” as two columns" in table.notes[0]


def test_line_by_which_excel_names_the_separator_is_obeyed():
    assert described("sep=;\na;b\n1,5;2") == (";", [("a", "number"), ("b", "number")], 1)


def test_without_a_heading_columns_have_numbers():
    assert described("2020-01-01,5\n2020-01-02,6") == (",", [("Column 1", "date"), ("Column 2", "number")], 2)


def test_heading_over_text_is_known_by_its_words():
    table = read_table("review;label\ngood;pos\nbad;neg")
    assert (table.heading, table.columns[1].name, table.numbers) == (True, "label", (2, 3))
    assert not read_table("fine;pos\ngood;pos\nbad;neg").heading


def test_missing_cells_do_not_change_the_kind_of_a_column():
    assert described("a;b\nNA;x\n;y\n1;z\n2;\n") == (";", [("a", "number"), ("b", "text")], 4)


def test_two_columns_of_one_name_can_be_told_apart():
    assert [column.name for column in read_table("a,a,\n1,2,3").columns] == ["a", "a (2)", "Column 3"]


def test_rows_keep_the_number_they_have_in_the_file():
    table = read_table("\na,b\n\n1,2\n\n\n3,4\n")
    assert table.numbers == (4, 7)


def test_empty_cells_at_the_end_of_a_row_do_not_count():
    assert described("a,b\n1,2,,\n3,4")[2] == 2


def test_row_of_another_length_is_named():
    with pytest.raises(OwnDataError) as caught:
        read_table("a;b\n1;2\n3;4\n5;6;7\n")
    assert caught.value.row == 4
    assert caught.value.headline == "Row 4 has 3 cells, most rows have 2: “5;6;7”."
    assert "semicolon" in caught.value.advice


def test_one_line_of_numbers_becomes_a_column():
    for line in (" ".join(map(str, range(20))), ",".join(map(str, range(20))), ";".join(["1,5"] * 20)):
        table = read_table(line)
        assert (len(table.columns), len(table.rows)) == (1, 20)
        assert "one line of 20 numbers" in table.notes[0]


def test_quotation_marks_of_a_sentence_are_kept_and_a_note_says_so():
    table = read_table('pos\tI "liked" it\nneg\t"Bad" she said\n')
    assert table.rows[1] == ("neg", '"Bad" she said')
    assert "Quotation marks" in table.notes[0]


def test_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_after_it():
    table = read_table('a,b\n1,"open\n2,closed\n3,closed\n')
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing to read"),
        ("\ufeff \n\n", "nothing to read"),
        (",,,\n,,,", "nothing to read"),
        ("a,b\n1,\0", "Character 7 of the text"),
        ("date,value", ""),
        ("1\n" * (MAX_ROWS + 1), "more than 50 000 rows"),
        ("1,2\n" * (MAX_CELLS // 2 + 1), "more than 1 000 000 cells"),
        (",".join("x" * (MAX_COLUMNS + 1)), "501 columns; at most 500"),
        ("a;b\n" + "x" * 200_000 + ";1\n", "more than 100 000 characters"),
    ],
)
def test_what_is_no_table_is_refused(text, words):
    if not words:
        assert not read_table(text).heading  # one row is data, whatever it says
        return
    with pytest.raises(OwnDataError, match=words):
        read_table(text)


@pytest.mark.parametrize("apart", [" ", ",", ";"])
@pytest.mark.parametrize("count", [MAX_ROWS, MAX_ROWS + 1])
def test_one_line_has_no_more_numbers_than_a_table_has_rows(apart, count):
    line = apart.join(["7"] * count)
    if count == MAX_ROWS:
        assert len(read_table(line).rows) == MAX_ROWS
        return
    with pytest.raises(OwnDataError, match="more than 50 000 rows"):
        read_table(line)


def test_one_line_of_far_too_many_numbers_takes_no_memory_to_be_refused():
    line = "12 " * 2_000_000
    tracemalloc.start()
    try:
        with pytest.raises(OwnDataError, match="more than 50 000 rows"):
            read_table(line)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(line)


def test_long_line_of_words_is_no_column():
    assert len(read_table("1 " * 20 + "word " * (MAX_ROWS + 1)).rows) == 1
