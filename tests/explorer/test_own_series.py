"""A column as a series: every way to write numbers and dates that is read, assumed aloud or refused."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from explorer.errors import OwnDataError
from explorer.uploads import read_series, read_table
from lstm_core import TASKS

DAYS = [date(2020, 1, 1) + timedelta(day) for day in range(60)]
QUARTERS = [datetime(2020, 1, 1) + timedelta(minutes=15 * step) for step in range(50)]
MONTHS = [date(1949 + month // 12, month % 12 + 1, 1) for month in range(60)]


def read(text, column=-1):
    table = read_table(text)
    return read_series(table, table.columns[column])


def dated(days, written="{:%Y-%m-%d}", separator=";"):
    rows = (f"{written.format(day)}{separator}{value}" for value, day in enumerate(days))
    return f"when{separator}value\n" + "\n".join(rows)


def written(*cells, separator=";"):
    """Write cells that are read, and enough others for a series."""
    rows = [*cells, *(["7"] * 50)]
    return "n;value\n" + "\n".join(f"x;{row}" for row in rows) if separator == ";" else "\n".join(rows)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1'234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("0,125", 0.125),
        ("0.125", 0.125),
        ("−2,5", -2.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("12 345", 12345.0),
    ],
)
def test_number_is_read_as_it_is_meant(cell, value):
    assert read(written(cell))[0].values[0] == value


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "-", "null", "NaN", "None", "–", "#N/A"])
def test_missing_value_is_a_gap(cell):
    series, _ = read(written("5", cell, "6"))
    assert series.values[:3] == (5.0, None, 6.0)


def test_one_cell_decides_how_the_whole_column_is_written():
    assert read(written("1.234", "0,5"))[0].values[:2] == (1234.0, 0.5)
    assert read(written("1.234", "0.5"))[0].values[:2] == (1.234, 0.5)
    assert read(written("1,234", "5,678.9"))[0].values[:2] == (1234.0, 5678.9)


def test_decimal_comma_is_said_in_a_note():
    assert read(written("1,5"))[1] == ("Read “1,5” in column “value” as 1.5: a decimal comma.",)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        (written("1.234", separator=""), 1.234, "as 1.234: a decimal point"),
        (written("1,234"), 1.234, "as 1.234: a decimal comma"),
        ("a,value\n" + 'x,"1,234"\n' * 50, 1234.0, "as 1234: the mark sets thousands apart"),
    ],
)
def test_mark_before_three_digits_is_read_as_the_separator_of_the_table_tells(text, value, note):
    series, notes = read(text)
    assert series.values[0] == value
    assert note in " ".join(notes)


@pytest.mark.parametrize(
    "text",
    [written("1.234"), "value\n" + "1,234\n" * 50, written("1.234", "5,678"), "a\tb\n" + "x\t1,234\n" * 50],
)
def test_mark_that_can_be_either_is_refused(text):
    with pytest.raises(OwnDataError, match=r"can be .* or .*, and nothing else in the column tells which"):
        read(text)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("12 €", "“12 €” has a currency sign"),
        ("$5", "“$5” has a currency sign"),
        ("5 %", "“5 %” has a percent sign"),
        ("inf", "“inf” is not a finite number"),
        ("٣", "not written in the digits 0 to 9"),
        ("abc", "“abc” is not a number"),
        ("1.2.3", "“1.2.3” is not a number"),
        ("12 34", "“12 34” is not a number"),
        ("1e16", "“1e16” is too large"),
        ("1e9999", "“1e9999” is too large"),
    ],
)
def test_cell_that_is_no_number_is_named_with_its_row_and_column(cell, words):
    with pytest.raises(OwnDataError) as caught:
        read(written("5", cell, "6"))
    assert caught.value.row == 3
    assert caught.value.headline.startswith("Row 3, column “value”: ")
    assert words in caught.value.headline


def test_two_ways_of_writing_decimals_in_one_column_are_refused_with_both_rows():
    with pytest.raises(
        OwnDataError, match=r"row 4, “2.5”, has a decimal point and row 2, “1,5”, a decimal comma"
    ):
        read(written("1,5", "3", "2.5"))


def test_heading_gives_the_name_and_the_unit():
    series, _ = read("cones sold [a day]\n" + "5\n" * 40)
    assert (series.name, series.unit, series.source) == ("cones sold", "a day", "")


@pytest.mark.parametrize(
    ("days", "form", "step"),
    [
        (DAYS, "{:%Y-%m-%d}", "1 day"),
        (DAYS, "{:%Y/%m/%d}", "1 day"),
        (DAYS, "{:%d.%m.%Y}", "1 day"),
        (DAYS, "{:%d/%m/%Y}", "1 day"),
        (DAYS, "{:%m/%d/%Y}", "1 day"),
        (DAYS, "{:%d %B %Y}", "1 day"),
        (DAYS, "{:%b %d, %Y}", "1 day"),
        (DAYS, "{:%Y-%m-%d 12:00}", "1 day"),
        (DAYS, "{:%Y-%m-%dT12:00:00+02:00}", "1 day"),
        (MONTHS, "{:%Y-%m}", "1 month"),
        (MONTHS, "{:%b %Y}", "1 month"),
        (MONTHS, "{:%d/%m/%Y}", "1 month"),
        (MONTHS, "{:%m/%d/%Y}", "1 month"),
        ([day - timedelta(1) for day in MONTHS], "{:%Y-%m-%d}", "1 month"),
        ([date(1900 + year, 7, 1) for year in range(50)], "{:%Y-%m-%d}", "1 year"),
        ([DAYS[0] + timedelta(7 * week) for week in range(50)], "{:%Y-%m-%d}", "1 week"),
        (QUARTERS, "{:%Y-%m-%d %H:%M}", "15 minutes"),
        ([day for day in DAYS if day.weekday() < 5], "{:%Y-%m-%d}", "1 working day"),
    ],
)  # fmt: skip
def test_equal_steps_are_found_in_every_way_to_write_dates(days, form, step):
    series, notes = read(dated(days, form))
    assert series.values == tuple(map(float, range(len(days))))
    assert f"By column “when” a step is {step}." in notes


def test_day_and_month_are_told_apart_by_what_is_regular_and_a_note_says_so():
    _, notes = read(dated(MONTHS, "{:%d/%m/%Y}"))
    assert "Read “01/02/1949” in column “when” as 1949-02-01, with the day first" in notes[0]
    _, notes = read(dated(MONTHS, "{:%m/%d/%Y}"))
    assert "Read “02/01/1949” in column “when” as 1949-02-01, with the month first" in notes[0]


def test_day_and_month_that_cannot_be_told_apart_are_refused():
    rows = "".join(f"{5 - 2 * (n % 2):02d}/{3 + n % 7:02d}/{1990 + n};1\n" for n in range(45))
    with pytest.raises(OwnDataError, match="cannot be told whether “05/03/1990”"):
        read("when;value\n" + rows)


def test_day_first_beside_month_first_is_refused_with_both_rows():
    with pytest.raises(OwnDataError, match=r"row 3, “13/01/2020”, has the day first and row 2, “01/13/2020”"):
        read("when;value\n01/13/2020;1\n13/01/2020;2\n" + "01/02/2020;3\n" * 40)


def test_newest_row_first_is_turned_round_with_a_note():
    rows = dated(DAYS).splitlines()
    series, notes = read("\n".join([rows[0], *rows[:0:-1]]))
    assert series.values == tuple(map(float, range(60)))
    assert "The newest row came first: the rows were turned round." in notes


def test_rows_out_of_order_are_sorted_with_a_note_that_names_the_first():
    rows = dated(DAYS).splitlines()
    rows[5], rows[9] = rows[9], rows[5]
    series, notes = read("\n".join(rows))
    assert series.values == tuple(map(float, range(60)))
    assert "The rows were put in the order of column “when”; row 6 was not in its place." in notes


@pytest.mark.parametrize(
    ("days", "gone", "name"),
    [
        (DAYS, 20, "2020-01-21"),
        (MONTHS, 20, "1950-09"),
        ([d for d in DAYS if d.weekday() < 5], 20, "2020-01-29"),
    ],
)
def test_missing_date_is_a_gap_and_a_note_names_it(days, gone, name):
    series, notes = read(dated(days[:gone] + days[gone + 1 :]))
    assert series.values[gone - 1 : gone + 2] == (gone - 1, None, gone)
    assert len(series.values) == len(days)
    assert f"In column “when” 1 date is missing and is a gap: {name}." in notes


def test_hours_are_equal_steps_where_clocks_are_put_forward_if_they_name_their_zone():
    hours = [f"2020-03-29T{h:02d}:00+01:00" for h in range(2)] + [
        f"2020-03-29T{h:02d}:00+02:00" for h in range(3, 24)
    ]
    hours += [f"2020-03-30T{h:02d}:00+02:00" for h in range(24)]
    series, notes = read(dated(hours, "{}"))
    assert len(series.values) == 47
    assert notes == ("By column “when” a step is 1 hour.",)


def test_february_of_a_leap_year_is_one_step_like_any_month():
    assert len(read(dated(MONTHS))[0].values) == 60


def test_dates_that_come_twice_are_refused_with_both_rows():
    with pytest.raises(OwnDataError, match="Rows 4 and 62 have the same date in column “when”, 2020-01-03"):
        read(dated([*DAYS, DAYS[2]]))


def test_unequal_distances_are_refused_with_the_row():
    hours = [datetime(2020, 1, 1) + timedelta(hours=hour) for hour in range(60)]
    hours[30] += timedelta(minutes=7)
    with pytest.raises(OwnDataError, match="Row 32, column “when”: 2020-01-02 06:07 comes 67 minutes after"):
        read(dated(hours, "{:%Y-%m-%d %H:%M}"))


@pytest.mark.parametrize("last", [date(2030, 1, 1), date(2999, 12, 31)])
def test_large_hole_is_refused_before_it_is_filled(last):
    with pytest.raises(OwnDataError, match="are missing in column “when”, most between rows 61 and 62"):
        read(dated([*DAYS, last]))


@pytest.mark.parametrize(
    "wrong", ["2020-02-30", "31/31/2020", "Foo 2020", "0000-01-01", "2020-01-01 25:00", "soon"]
)
def test_what_is_no_date_is_named_with_its_row(wrong):
    with pytest.raises(OwnDataError) as caught:
        read(dated(DAYS) + f"\n{wrong};5")
    assert (caught.value.row, caught.value.value) == (62, wrong)


def test_value_without_a_date_is_refused_and_a_row_without_both_is_left_out():
    assert len(read(dated(DAYS) + "\n;\nNA;NA")[0].values) == 60
    with pytest.raises(OwnDataError, match="Row 62 has a value but no date in column “when”"):
        read(dated(DAYS) + "\n;5")


def test_some_dates_with_a_time_zone_and_some_without_are_refused():
    with pytest.raises(OwnDataError, match="time zone"):
        read(dated(DAYS) + "\n2020-03-01 00:00Z;5")


@pytest.mark.parametrize(("count", "words"), [(39, "Found 39 values"), (20_001, "20 001 values")])
def test_too_few_and_too_many_values_are_refused(count, words):
    with pytest.raises(OwnDataError, match=words):
        read("value\n" + "5\n" * count)


def test_column_without_a_number_is_refused():
    with pytest.raises(OwnDataError, match="no number in column “b”"):
        read("a;b\n" + "1;NA\n" * 50)


def test_what_was_read_can_be_learned_from():
    rng = np.random.default_rng(0)
    values = 100 + 10 * np.sin(np.arange(60)) + rng.normal(size=60)
    rows = (
        f"{day:%d.%m.%Y};" + f"{value:.3f}".replace(".", ",") for day, value in zip(DAYS, values, strict=True)
    )
    series, _ = read("Tag;Wert\n" + "\n".join(rows))
    data = TASKS["forecasting"].build(rng, series)
    np.testing.assert_allclose(data.reader.series, values.round(3))
