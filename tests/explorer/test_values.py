"""The table of values and its CSV: complete, exact, and no text that a spreadsheet would run."""

import csv
import io

import numpy as np
import pytest

from explorer.figures.values import csv_of, table_of
from explorer.sequence import TextConfig
from lstm_core import LSTM, MUT1


def table(experiment, **options):
    return table_of(experiment.run(), experiment.sequence, **options)


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def test_table_has_every_signal_and_a_row_for_each_timestep_and_unit(begin, cells):
    for cell in cells[::7]:
        experiment = begin(cell=cell)
        trace, found = experiment.run(), table(experiment)
        assert len(found) == 4 * 3
        assert list(found.columns[:9]) == ["t", "symbol", "unit", "f", "i", "g", "o", "c", "h"]
        assert set(found.columns[3:]) == {signal.key for signal in cell.signals}
        assert len(set(found.columns)) == len(found.columns)
        for row in found.itertuples():
            for signal in cell.signals:
                assert getattr(row, signal.key) == trace[signal.key][0, row.t - 1, row.unit - 1]


def test_one_minus_a_gate_has_no_column_beside_the_gate(begin):
    cell = MUT1()
    found = table(begin(cell=cell))
    assert {signal.key for signal in cell.signals} - set(found.columns) == {"keep"}


def test_rows_go_through_the_units_of_each_timestep(begin):
    found = table(begin("1; 2"))
    assert found["t"].tolist() == [1, 1, 1, 2, 2, 2]
    assert found["unit"].tolist() == [1, 2, 3, 1, 2, 3]
    assert found["symbol"].tolist() == ["1"] * 3 + ["2"] * 3


def test_one_unit_alone_has_a_row_for_each_timestep(begin):
    experiment = begin()
    alone, whole = table(experiment, unit=1), table(experiment)
    assert len(alone) == 4
    assert alone.to_numpy().tolist() == whole[whole["unit"] == 2].to_numpy().tolist()


def test_padding_is_named(begin):
    found = table(begin(TextConfig("ab", length=3)))
    assert found["symbol"].tolist() == ["∅"] * 3 + ["a"] * 3 + ["b"] * 3


def test_nothing_but_the_states_has_a_value_where_a_step_was_skipped(begin):
    experiment = begin(TextConfig("ab", length=3, pad="after")).with_initial(
        {"h": np.ones(3), "c": np.ones(3)}
    )
    last = table(experiment)[-3:]
    empty = {name for name in last.columns[3:] if last[name].isna().all()}
    assert empty == set(last.columns[3:]) - {"c", "h"}
    assert last["c"].tolist() == experiment.run()["c"][0, 1].tolist()
    assert {row["f"] for row in rows_of(csv_of(last))} == {""}


def test_csv_has_all_digits_of_every_number(begin, cells):
    for cell in cells[::11]:
        experiment = begin("0.1 0.2; 1e-9 -1e6; 3 4", cell=cell)
        found = table(experiment)
        rows = rows_of(csv_of(found))
        assert len(rows) == len(found)
        for name in found.columns[3:]:
            read = np.array([float(row[name]) for row in rows])
            assert read.tobytes() == found[name].to_numpy().tobytes(), name


def test_csv_of_numbers_that_are_hard_to_write_reads_back_the_same(begin):
    found = table(begin("1"))
    odd = [0.1 + 0.2, 5e-324, -1.7976931348623157e308]
    found["c"] = odd
    assert [float(row["c"]) for row in rows_of(csv_of(found))] == odd


@pytest.mark.parametrize("word", ["=1+1", "@x", "+1", "=cmd|' /C calc'!A0", "-2+3"])
def test_csv_writes_an_apostrophe_before_what_a_spreadsheet_would_run(begin, word):
    experiment = begin(TextConfig(word, unit="word"))
    found = table(experiment)
    before = found["symbol"].tolist()
    written = [row["symbol"] for row in rows_of(csv_of(found))]
    for symbol, cell in zip(before, written, strict=True):
        assert cell == (f"'{symbol}" if symbol[0] in "=+-@" else symbol)
        assert cell[0] not in "=+-@\t\r\n"
    # The table on the page still shows what was typed.
    assert found["symbol"].tolist() == before


@pytest.mark.parametrize("character", "=+-@")
def test_csv_guards_every_character_that_begins_a_formula(begin, character):
    rows = rows_of(csv_of(table(begin(TextConfig(character)))))
    assert [row["symbol"] for row in rows] == [f"'{character}"] * 3


@pytest.mark.parametrize("text", [",", '"', "a,b", "é", "🙂", "שלום", "\n", "\t", "'"])
def test_csv_keeps_every_other_symbol(begin, text):
    experiment = begin(TextConfig(text))
    rows = rows_of(csv_of(table(experiment)))
    assert [row["symbol"] for row in rows[::3]] == list(experiment.sequence.symbols)


def test_csv_of_every_cell_names_its_columns(begin):
    header = csv_of(table(begin(cell=LSTM(coupled=True)))).decode().splitlines()[0]
    assert header.startswith("t,symbol,unit,f,i,g,o,c,h,")
    assert "pre_f" not in header
