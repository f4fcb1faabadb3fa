"""What cannot be read: a message where it was typed, the typed text kept, the last good picture kept.

Also what looks dangerous and is only text.
"""

import pytest

KEPT = "The picture still shows the last good sequence."

BAD_NUMBERS = {
    "ragged": ("1 2\n3 4 5\n6 7", "Row 2 has 3 numbers, the row before has 2."),
    "ragged later": ("1 2; 3 4; 5", "Row 3 has 1 number, the rows before have 2."),
    "word": ("0 0 1 0 x1 0", "Value 5, “x1”, is not a number."),
    "word in a grid": ("1 2\n3 four", "Row 2, column 2, “four”, is not a number."),
    "nan": ("1 2 NaN", "Value 3, “NaN”, is not a finite number."),
    "inf": ("1 2\n-inf 3", "Row 2, column 1, “-inf”, is not a finite number."),
    "infinity sign": ("∞", "Value 1, “∞”, is not a finite number."),
    "1e400": ("0 1e400", "Value 2, “1e400”, is too large."),
    "over the limit": ("1000001", "Value 1, “1000001”, is too large."),
    "missing between commas": ("1,,2", "Value 2 is missing"),
    "other digits": ("١ ٢", "is not written in the digits 0 to 9."),
    "formula": ("=1+1", "Value 1, “=1+1”, is not a number."),
    "1001 steps": ("1 " * 1001, "1 001 timesteps; at most 1 000 are read."),
    "1001 rows": ("1 2\n" * 1001, "1 001 timesteps; at most 1 000 are read."),
    "65 columns": ("1 " * 65 + ";", "Row 1 has 65 numbers; at most 64 are read at one timestep."),
    "50 000 characters": ("1 " * 25_000, "25 000 timesteps; at most 1 000 are read."),
    "50 000 digits": ("1" * 50_000, "is too large."),
    "50 000 letters": ("x" * 50_000, "is not a number."),
    "emoji": ("1 🙂", "Value 2, “🙂”, is not a number."),
    "right to left": ("1 שלום", "Value 2, “שלום”, is not a number."),
    "override": ("1 \u202e2", "Value 2, “U+202E2”, is not a number."),
    "script": ("<script>alert(1)</script>", "“<script>alert(1)</script…”, is not a number."),
    "image": ("<img/onerror=alert(1)>", "“<img/onerror=alert(1)>”, is not a number."),
    "markdown": ("**1** 2", "Value 1, “**1**”, is not a number."),
    "mathematics": ("$x$", "Value 1, “$x$”, is not a number."),
}


@pytest.mark.parametrize(("typed", "headline"), BAD_NUMBERS.values(), ids=BAD_NUMBERS.keys())
def test_numbers_that_cannot_be_read_are_named_and_nothing_is_lost(page, typed, headline):
    page.set(numbers="0.5 -1 2")
    before, weights = page.message, page.component("weights").bytes
    page.set(numbers=typed)
    (notice,) = page.notices("sequence_notice")
    assert headline in notice["headline"]
    assert notice["tone"] == "error"
    assert notice["advice"].endswith(KEPT)
    assert len(notice["headline"]) < 120
    assert page.field("numbers") == typed
    assert page.message == before
    assert page.component("weights").bytes == weights
    page.set(numbers="1")
    assert page.notices("sequence_notice") == []
    assert page.arrays["x"].tolist() == [[1]]


@pytest.mark.parametrize("typed", ["", "   ", "\n\n"])
def test_empty_numbers_invite_to_type_and_keep_the_picture(page, typed):
    before = page.message
    page.set(numbers=typed)
    (notice,) = page.notices("sequence_notice")
    assert notice == {"headline": "Type a first number to begin.", "advice": KEPT, "tone": "empty"}
    assert page.message == before


@pytest.mark.parametrize(
    ("typed", "values", "said"),
    [
        ("0,5 1,25 2", [[0.5], [1.25], [2]], "Read 0,5 as 0.5"),
        ("0,5 1,5\n2,5 3,5", [[0.5, 1.5], [2.5, 3.5]], "Read 0,5 as 0.5"),
        ("0,5", [[0], [5]], "Read 0,5 as two numbers, 0 and 5"),
    ],
)
def test_decimal_commas_are_understood_or_explained(page, typed, values, said):
    page.set(numbers=typed)
    assert page.arrays["x"].tolist() == values
    assert said in page.said("sequence_notice")
    assert {notice["tone"] for notice in page.notices("sequence_notice")} == {"note"}


def test_a_bad_sequence_stays_bad_in_its_own_field_only(page):
    page.set(numbers="1 x")
    page.set(sequence_kind="Text").set(text="ab")
    assert page.notices("sequence_notice") == []
    assert page.header["symbols"] == ["a", "b"]
    page.set(sequence_kind="Numbers")
    assert page.field("numbers") == "1 x"
    assert "“x”, is not a number." in page.said("sequence_notice")
    assert page.header["symbols"] == ["a", "b"]


def test_other_fields_work_while_the_sequence_cannot_be_read(page):
    page.set(numbers="1 x").set(initial_c="0.25", lstm_coupled=True)
    assert "is not a number" in page.said("sequence_notice")
    assert page.arrays["initial_c"].tolist() == [0.25] * 3
    assert "W.f" not in page.arrays
    assert page.arrays["x"].shape == (12, 1)


# ---- text


@pytest.fixture
def text(page):
    return page.set(sequence_kind="Text").set(text="good")


def test_empty_text_invites_to_type_and_keeps_the_picture(text):
    before = text.message
    text.set(text="")
    (notice,) = text.notices("sequence_notice")
    assert notice == {"headline": "Type some text to begin.", "advice": KEPT, "tone": "empty"}
    assert text.message == before
    assert text.field("text") == ""


@pytest.mark.parametrize("typed", ["…!?", "\u3000 \n"])
def test_text_without_a_word_keeps_the_picture(text, typed):
    text.set(text_unit="word")
    before = text.message
    text.set(text=typed)
    assert "There is no word in this text." in text.said("sequence_notice")
    assert text.message == before


def test_text_without_a_known_word_lists_the_vocabulary_and_keeps_the_picture(opened):
    page = opened("next-word")
    before = page.message
    page.set(text="quick brown fox")
    assert "No word of this text is in the vocabulary." in page.said("sequence_notice")
    assert "“is”, “an”, “this”, “example”" in page.said("sequence_notice")
    assert page.message == before
    assert page.field("text") == "quick brown fox"


SKIN = "👍🏽"
FAMILY = "👨\u200d👩\u200d👧"
LITERAL = {
    "script": ("<script>alert(1)</script>", "<script>alert(1)</script…"),
    "image": ("<img/src=x/onerror=a()>", "<img/src=x/onerror=a()>"),
    "entity": ("&lt;b&gt;", "&lt;b&gt"),  # a semicolon is punctuation at the end of a word
    "markdown": ("**bold**", "**bold**"),
    "mathematics": ("$x$", "$x$"),
    "directive": (":red[x]y", "red[x]y"),
    "backticks": ("`code`", "`code`"),
    "formula": ("=1+1", "=1+1"),
    "emoji": (FAMILY, FAMILY),
    "right to left": ("שלום", "שלום"),
}


@pytest.mark.parametrize(("word", "shown"), LITERAL.values(), ids=LITERAL.keys())
def test_text_is_never_markup(text, word, shown):
    text.set(text_unit="word").set(text=f"so {word} so")
    assert text.header["symbols"] == ["so", shown, "so"]
    assert text.header["inputs"] == ["so", shown]
    assert text.arrays["x"].tolist() == [[1, 0], [0, 1], [1, 0]]
    assert shown.encode() in text.message
    # Streamlit's own elements read Markdown: none of them may hold what was typed.
    streamlit = [element.value for element in (*text.at.markdown, *text.at.caption, *text.at.html)]
    assert [value for value in streamlit if word in str(value)] == []
    for tab in ("Heatmaps", "Values", "About", "Weights"):
        text.open(tab=tab)


def test_emoji_is_one_timestep_with_all_its_parts(text):
    text.set(text=f"a{SKIN}{FAMILY}a")
    assert text.header["symbols"] == ["a", SKIN, FAMILY, "a"]
    assert text.size[:2] == (4, 3)


def test_right_to_left_text_is_read_from_its_first_letter(text):
    assert text.set(text="שלום").header["symbols"] == list("שלום")


def test_characters_that_hide_or_turn_the_text_are_shown_by_their_code(text):
    assert text.set(text="a\u202eb\u200b\x00").header["symbols"] == ["a", "U+202E", "b", "U+200B", "U+0000"]


@pytest.mark.parametrize("unit", ["character", "word"])
@pytest.mark.parametrize(
    "typed", ["ab c " * 10_000, "🙂" * 50_000, "x" * 50_000], ids=["words", "emoji", "one word"]
)
def test_a_long_paste_is_cut_and_it_is_said(text, unit, typed):
    text.set(text=typed, text_unit=unit)
    assert len(typed) == 50_000
    assert text.field("text") == typed
    whole = typed.split() if unit == "word" else typed
    assert text.size[0] == min(len(whole), 1000)
    if len(whole) > 1000:
        assert "Kept the first 1 000 of " in text.said("sequence_notice")


def test_more_symbols_than_columns_share_the_last_and_it_is_said(text):
    text.set(text="".join(map(chr, range(0x4E00, 0x4E00 + 100))))
    assert text.size == (100, 64, 3)
    assert text.header["inputs"][-1] == "other"
    assert "the other 37 share the column “other”" in text.said("sequence_notice")


# ---- the first state


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "h₀: Type a first number to begin."),
        ("x", "h₀: Value 1, “x”, is not a number."),
        ("1 2", "h₀: Expected 1 number or 3, got 2."),
        ("1 2 3 4", "h₀: Expected 1 number or 3, got 4."),
        ("1 NaN 0", "h₀: Value 2, “NaN”, is not a finite number."),
        ("1e400", "h₀: Value 1, “1e400”, is too large."),
        ("<b>1</b>", "h₀: Value 1, “<b>1</b>”, is not a number."),
    ],
)
def test_first_state_that_cannot_be_read_is_named_and_the_last_one_kept(page, typed, said):
    page.set(initial_h="0.5 0 -1")
    before = page.message
    page.set(initial_h=typed)
    assert said in page.said("initial_notice")
    assert page.field("initial_h") == typed
    assert page.message == before


def test_both_first_states_get_a_message_each(page):
    page.set(initial_h="a", initial_c="b")
    assert [notice["headline"][:3] for notice in page.notices("initial_notice")] == ["h₀:", "c₀:"]


def test_first_state_for_one_unit_says_what_was_expected(opened):
    page = opened("one-unit").set(initial_c="1 2")
    assert "c₀: Expected 1 number" in page.said("initial_notice")
    assert "There are 1 unit" not in page.said("initial_notice")
