"""Every field of the sequence changes what the cell view is sent, as it must."""

import pytest


def x_of(page):
    return page.arrays["x"][:, 0].tolist()


def captions(page):
    return [caption.value for caption in page.at.sidebar.caption]


@pytest.fixture
def text(page):
    """Return the page with a short text, by character and one-hot."""
    return page.set(sequence_kind="Text").set(text="abca")


# ---- numbers


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1 0 -0.5", [[1], [0], [-0.5]]),
        ("1, 0, −0.5", [[1], [0], [-0.5]]),
        ("1 2; 3 4; 5 6", [[1, 2], [3, 4], [5, 6]]),
        ("1\t2\n3\t4", [[1, 2], [3, 4]]),
        ("1e-3 .5", [[0.001], [0.5]]),
        ("1000000", [[1e6]]),
    ],
)
def test_numbers_are_fed_one_row_per_timestep(page, typed, values):
    page.set(numbers=typed)
    assert page.arrays["x"].tolist() == values
    assert page.size == (len(values), len(values[0]), 3)
    assert page.field("numbers") == typed
    assert page.header["kind"] == "numbers"


def test_summary_counts_timesteps_and_numbers(page):
    assert "12 timesteps, 1 number each" in captions(page)
    assert "2 timesteps, 3 numbers each" in captions(page.set(numbers="1 2 3; 4 5 6"))


def test_the_longest_sequence_is_taken(page):
    page.set(numbers=" ".join(["0.5"] * 1000))
    assert page.size == (1000, 1, 3)
    assert page.notices("sequence_notice") == []


# ---- the grid


def test_grid_is_drawn_only_when_it_is_open(page):
    assert not page.at.data_editor
    grid = page.set(numbers="1 2; 3 4").open(grid_open=True).at.data_editor[0]
    assert grid.value.to_numpy().tolist() == [[1, 2], [3, 4]]
    assert list(grid.value.index) == [1, 2]


def test_grid_writes_edited_added_and_deleted_rows_into_the_text(page):
    page.set(numbers="1 2; 3 4; 5 6").open(grid_open=True)
    page.edit_grid({0: {"x2": -0.5}}, added=[{"x1": 7, "x2": 8}], deleted=[1])
    assert page.field("numbers") == "1 -0.5\n5 6\n7 8"
    assert page.arrays["x"].tolist() == [[1, -0.5], [5, 6], [7, 8]]


def test_grid_keeps_all_its_edits_until_the_text_is_typed_anew(page):
    page.set(numbers="1 2 3").open(grid_open=True)
    page.edit_grid({0: {"x": 9}})
    page.edit_grid({0: {"x": 9}, 2: {"x": 8}})
    assert x_of(page) == [9, 2, 8]
    first = page.at.data_editor[0].key
    page.set(numbers="4 5")
    assert page.at.data_editor[0].key != first
    assert page.at.data_editor[0].value["x"].tolist() == [4, 5]
    page.edit_grid({1: {"x": 6}})
    assert x_of(page) == [4, 6]


def test_grid_of_one_timestep_stays_one_timestep(page):
    page.set(numbers="1 2;").open(grid_open=True)
    page.edit_grid({0: {"x2": 5}})
    assert page.arrays["x"].tolist() == [[1, 5]]


def test_grid_of_one_column_keeps_one_number_per_timestep(page):
    page.set(numbers="1 2 3").open(grid_open=True)
    page.edit_grid(deleted=[1, 2])
    assert page.arrays["x"].tolist() == [[1]]


@pytest.mark.parametrize(
    ("typed", "cells", "place"),
    [("1 2; 3 4", {1: {"x2": None}}, "Row 2"), ("1 2 3", {1: {"x": None}}, "2")],
    ids=["two columns", "one column"],
)
def test_emptied_cell_of_the_grid_is_named_and_the_picture_kept(page, typed, cells, place):
    page.set(numbers=typed).open(grid_open=True)
    before = page.message
    page.edit_grid(cells)
    assert place in page.said("sequence_notice")
    assert page.message == before


def test_grid_says_why_it_is_empty_while_the_text_cannot_be_read(page):
    page.open(grid_open=True).set(numbers="1 x")
    assert not page.at.data_editor
    assert any("grid" in caption for caption in captions(page))
    assert page.set(numbers="1 2").at.data_editor[0].value["x"].tolist() == [1, 2]


# ---- text


def test_text_by_character_is_one_hot_with_the_most_frequent_first(text):
    assert text.header["inputs"] == ["a", "b", "c"]
    assert text.header["symbols"] == ["a", "b", "c", "a"]
    assert text.arrays["x"].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert text.header["kind"] == "text"


def test_text_as_its_number_is_one_column(text):
    text.set(text_encoding="id")
    assert text.arrays["x"].tolist() == [[1], [2], [3], [1]]
    assert text.header["inputs"] == ["x"]


def test_text_by_word_is_one_timestep_per_word(text):
    text.set(text="so so, not good", text_unit="word")
    assert text.header["symbols"] == ["so", "so", "not", "good"]
    assert text.arrays["x"].argmax(axis=1).tolist() == [0, 0, 1, 2]
    assert "Left out punctuation" in text.said("sequence_notice")


@pytest.mark.parametrize(("pad", "places"), [("before", [0, 1]), ("after", [4, 5])])
def test_short_text_is_padded_where_it_was_chosen_and_it_is_said(text, pad, places):
    text.set(text_fixed=True).set(text_length=6, text_pad=pad)
    padded = [t in places for t in range(6)]
    assert text.header["padded"] == padded
    assert text.header["mask"] == [not step for step in padded]
    assert [t for t, symbol in enumerate(text.header["symbols"]) if symbol == "∅"] == places
    assert not text.arrays["x"][places].any()
    assert f"Padded with 2 steps {pad} the text; the cell skips them." in text.said("sequence_notice")
    assert "4 characters and 2 padding steps, one-hot over 3 symbols" in captions(text)


def test_skipped_padding_leaves_the_state_and_read_padding_changes_it(text):
    text.set(text_fixed=True).set(text_length=6, text_pad="after")
    c = text.arrays["c"]
    assert c[4].tolist() == c[5].tolist() == c[3].tolist()
    text.set(text_skip=False)
    assert text.header["mask"] == [True] * 6
    assert text.header["padded"] == [False] * 4 + [True] * 2
    assert text.arrays["c"][4].tolist() != c[3].tolist()
    assert "reads them as zeros" in text.said("sequence_notice")


@pytest.mark.parametrize(("end", "kept"), [("after", ["a", "b"]), ("before", ["c", "a"])])
def test_long_text_is_cut_where_it_was_chosen_and_it_is_said(text, end, kept):
    text.set(text_fixed=True).set(text_length=2, text_truncate=end)
    assert text.header["symbols"] == kept
    which = "first" if end == "after" else "last"
    assert f"Kept the {which} 2 of 4 characters." in text.said("sequence_notice")


def test_options_of_padding_show_only_while_a_length_is_fixed(text):
    assert "text_length" not in text.present
    assert {"text_length", "text_pad", "text_truncate", "text_skip"} <= text.set(text_fixed=True).present
    text.set(text_length=9).set(text_fixed=False)
    assert text.size[0] == 4


def test_fixing_the_length_begins_at_the_length_there_is(text):
    before = text.arrays["x"].tolist()
    text.set(text_fixed=True)
    assert text.field("text_length") == 4
    assert text.arrays["x"].tolist() == before
    assert text.notices("sequence_notice") == []


@pytest.mark.parametrize("length", [0, 1001])
def test_length_out_of_range_is_named_and_the_picture_kept(text, length):
    before = text.set(text_fixed=True).message
    assert "out of range" in text.set(text_length=length).said("sequence_notice")
    assert text.message == before


def test_emptied_length_of_a_text_is_named_and_the_picture_kept(text):
    before = text.set(text_fixed=True).message
    assert "Length is empty." in text.set(text_length=None).said("sequence_notice")
    assert text.message == before


# ---- from one kind to another


def test_each_kind_keeps_what_was_typed_while_another_is_shown(page):
    page.set(numbers="1 2 3").set(sequence_kind="Text").set(text="xyz").set(sequence_kind="Signal")
    page.set(signal_parts=["noise"]).set(noise_seed=5).set(sequence_kind="Numbers")
    assert x_of(page) == [1, 2, 3]
    assert page.set(sequence_kind="Text").header["symbols"] == ["x", "y", "z"]
    page.set(sequence_kind="Signal")
    assert (page.field("signal_parts"), page.field("noise_seed")) == (["noise"], 5)


def test_kind_is_sent_also_when_the_numbers_are_the_same(page):
    page.set(numbers="1 2")
    page.set(sequence_kind="Text").set(text="1 2", text_unit="word", text_encoding="id")
    assert page.arrays["x"].tolist() == [[1], [2]]
    assert page.header["kind"] == "text"
