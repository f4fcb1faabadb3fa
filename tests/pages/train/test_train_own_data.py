"""A visitor's own text, table and sentences: read or refused in place, learned from, never markup."""

import math

import pytest

TEXT = "the dog saw the cat and the cat saw the dog and then the dog ran and the cat ran too " * 4
SENTENCES = "\n".join(
    f"{start} {word}{end}; {label}"
    for word, label in (("good", "yes"), ("bad", "no"))
    for start in ("the food was", "a really", "so", "it is")
    for end in ("", " indeed", " for us")
)


def waves(rows=80, columns=1):
    """A table with decimal commas, and one or two columns of numbers."""
    lines = ["; ".join(["step", "sales", "returns"][: columns + 1])]
    for step in range(rows):
        numbers = [100 + 10 * math.sin(step / 3), 5 + math.cos(step / 2)][:columns]
        lines.append("; ".join([f"s{step}", *(f"{number:.2f}".replace(".", ",") for number in numbers)]))
    return "\n".join(lines)


@pytest.fixture
def own(opened):
    """Open a task with the visitor's own data, which is not there yet: ``own(task) -> page``."""
    return lambda task: opened(task, **{f"data_{task}": "own"})


def inputs(page):
    """What the examples of the data tab read."""
    (table,) = page.tab("Data").at.dataframe
    return table.value["sequence"].tolist()


def test_without_data_of_ones_own_it_says_what_is_used_until_then(own):
    page = own("next_word")
    (said,) = page.notices("own_notice_next_word")
    assert (said["tone"], said["headline"]) == ("empty", "No data yet.")
    assert "Until then the page shows: two documents." in said["advice"]
    assert page.enabled("start", "step") == [False, False]
    page.set(data_next_word="two documents")
    assert page.enabled("start", "step") == [True, True]


def test_data_that_cannot_be_used_leave_those_of_the_program_while_there_are_no_others(own):
    page = own("next_word")
    before = page.strips
    page.set(paste_next_word="only a few words")
    refused, note = page.notices("own_notice_next_word")
    assert refused["tone"] == "error"
    assert note == {"headline": "Until then the page shows: two documents.", "advice": "", "tone": "note"}
    assert page.enabled("start", "step") == [False, False]
    assert page.strips == before


@pytest.mark.parametrize("task", ["next_word", "characters"])
def test_text_that_is_pasted_is_learned_from(own, task):
    page = own(task)
    page.set(**{f"paste_{task}": TEXT})
    assert [said for said in page.notices(f"own_notice_{task}") if said["tone"] == "error"] == []
    assert any("dog" in text for text in inputs(page))
    page.set(epochs=1).start().finish()
    assert page.state == "finished"
    assert page.notices("train_verdict")[0]["tone"] in ("good", "bad")


def test_text_can_come_in_a_file(own):
    page = own("next_word").upload("file_next_word_0", "story.txt", TEXT.encode("utf-16"))
    assert any("dog" in text for text in inputs(page))
    assert page.element("paste_next_word").disabled


def test_data_stay_when_the_text_is_taken_away_and_it_is_said(own):
    page = own("next_word").set(paste_next_word=TEXT)
    read = inputs(page)
    page.set(paste_next_word="")
    (said,) = page.notices("own_notice_next_word")
    assert said == {"headline": "The data before are still in use.", "advice": "", "tone": "note"}
    assert inputs(page) == read
    assert page.enabled("start") == [True]


def test_settings_of_a_run_bring_its_data_also_when_a_file_is_chosen(own):
    other = TEXT.replace("dog", "fox").encode()
    page = own("next_word").upload("file_next_word_0", "dog.txt", TEXT.encode()).train(1)
    page.upload("file_next_word_0", "fox.txt", other).train(1)
    assert any("fox" in text for text in inputs(page))
    page.tab("Runs").set(runs_one="Run 1").click("settings_of")
    assert any("dog" in text for text in inputs(page))
    assert page.said("own_notice_next_word").startswith("The data before are still in use.")
    assert any("fox" in text for text in inputs(page.upload("file_next_word_1", "fox.txt", other)))


def test_sentences_that_are_pasted_are_learned_from(own):
    page = own("sentiment").set(paste_sentiment=SENTENCES)
    assert [said for said in page.notices("own_notice_sentiment") if said["tone"] == "error"] == []
    assert any("food" in text for text in inputs(page))
    assert set(page.at.dataframe[0].value["right answer"]) == {"yes", "no"}
    page.set(epochs=1).start().finish()
    assert page.state == "finished"
    assert page.unpacked("predictions")[0]["picture"]["labels"] == ["yes", "no"]


def test_column_of_a_table_is_read_with_decimal_commas(own):
    page = own("forecasting").set(paste_forecasting=waves())
    assert "comma" in page.said("own_notice_forecasting")
    assert "train_column_forecasting" not in page.present
    page.set(epochs=1).start().finish()
    assert page.state == "finished"
    truth = page.unpacked("predictions")[1]["truth"]
    assert 85 < truth[~(truth != truth)].min() < truth[~(truth != truth)].max() < 115


def test_column_can_be_chosen_among_several(own):
    page = own("forecasting").set(paste_forecasting=waves(columns=2))
    columns = page.element("column_forecasting")
    assert columns.options == ["sales", "returns"]
    assert page.unpacked("predictions")[0]["picture"]["range"][1] < 10
    page.set(column_forecasting=1)
    assert page.unpacked("predictions")[0]["picture"]["range"][0] > 80


def test_column_without_numbers_is_named_and_not_that_of_the_dates(own):
    page = own("forecasting").set(paste_forecasting="date;sales\n2024-01-01;abc\n2024-01-02;def")
    said = page.said("own_notice_forecasting")
    assert "column “sales”" in said
    assert "“abc” is not a number" in said


BAD = {
    "short text": ("next_word", "only a few words", TEXT),
    "short story": ("characters", "too short", TEXT),
    "no label": ("sentiment", "a good film\na bad film", SENTENCES),
    "one label": ("sentiment", "a good film; yes\n" * 12, SENTENCES),
    "no number": ("forecasting", "step; sales\n1; many\n2; few", waves()),
    "few numbers": ("forecasting", "1\n2\n3", waves()),
}


@pytest.mark.parametrize(("task", "bad", "good"), BAD.values(), ids=BAD.keys())
def test_data_that_cannot_be_used_are_refused_in_place_and_the_last_good_ones_stay(own, task, bad, good):
    page = own(task)
    page.set(**{f"paste_{task}": good})
    shown = page.progress, page.strips
    page.set(**{f"paste_{task}": bad})
    refused, note = page.notices(f"own_notice_{task}")[-2:]
    assert refused["tone"] == "error"
    assert refused["advice"]
    assert note == {"headline": "Until then the page shows the data before.", "advice": "", "tone": "note"}
    assert page.field(f"paste_{task}") == bad
    assert (page.progress, page.strips) == shown
    assert page.enabled("start", "step") == [False, False]
    page.set(**{f"paste_{task}": good})
    assert "error" not in {said["tone"] for said in page.notices(f"own_notice_{task}")}
    assert (page.progress, page.strips) == shown
    assert page.enabled("start", "step") == [True, True]


def test_begun_run_goes_on_while_data_cannot_be_used(own):
    page = own("next_word").set(paste_next_word=TEXT).train(1).set(paste_next_word="too few words")
    assert (page.run_name, page.state) == ("Run 1", "paused")
    assert page.enabled("start", "step", "branch") == [True, True, False]
    assert page.click("step").updates == 2


def test_gap_in_a_series_that_is_filled_in_is_told_beside_the_field(own):
    lines = waves().split("\n")
    lines[40] = "s39; "
    page = own("forecasting").set(paste_forecasting="\n".join(lines))
    notes = page.notices("own_notice_forecasting")
    (told,) = [said for said in notes if said["headline"].startswith("Filled in 1 missing value")]
    assert told["tone"] == "note"
    assert told["headline"] in page.tab("Data").said("train_data_notes")


def test_file_that_is_no_text_is_refused_in_place(own):
    page = own("next_word")
    before = page.strips
    page.upload("file_next_word_0", "story.txt", b"PK\x03\x04" + bytes(100))
    assert "zip" in page.said("own_notice_next_word")
    assert page.strips == before
    assert page.enabled("start", "step") == [False, False]


def test_other_data_keep_the_begun_run_and_say_so(opened):
    page = opened("next_word").train(1).set(data_next_word="own")
    assert (page.run_name, page.state) == ("Run 1", "paused")  # there are no other data yet
    page.set(paste_next_word=TEXT)
    (said,) = page.notices("train_notice")
    assert said["headline"] == "Run 1 was stopped at update 1. It is kept under Runs."
    assert (page.run_name, page.state) == ("Run 2", "ready to start")
    assert [row["name"] for row in page.tab("Runs").table] == ["Run 1"]


def test_runs_on_other_data_are_not_laid_over_each_other(opened):
    page = opened("next_word").train(1).set(data_next_word="own").set(paste_next_word=TEXT).train(1)
    assert page.overlaid == ["Run 2"]
    page.tab("Runs").set(runs_one="Run 1").click("look")
    assert page.overlaid == ["Run 1"]


def test_run_cannot_go_on_with_other_data(opened):
    page = opened("next_word").train(1).set(data_next_word="own").set(paste_next_word=TEXT)
    page.tab("Runs").set(runs_one="Run 1").click("look").click("branch")
    (refused,) = page.notices("train_notice")
    assert (refused["tone"], refused["headline"]) == ("error", "Nothing was changed.")
    assert "the data and the seed must be those of the run that goes on" in refused["advice"]
    assert page.run_name == "Run 1"
    assert page.progress[1] == "kept, stopped"


def test_text_of_ones_own_is_never_markup(own):
    evil = "<img src=x onerror=alert(1)>"
    text = SENTENCES.replace("good", "good **bold** :red[x]").replace("yes", evil)
    page = own("sentiment").set(paste_sentiment=text)
    assert "error" not in {said["tone"] for said in page.notices("own_notice_sentiment")}
    for tab in ("Data", "Order matters", "Runs"):
        page.tab(tab)
        assert evil not in page.shown
        assert "**bold**" not in page.shown
    assert evil in page.unpacked("predictions")[0]["picture"]["labels"]
