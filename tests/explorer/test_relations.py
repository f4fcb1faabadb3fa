"""What the formula says of a signal besides its numbers, beside the equations as the core writes them."""

import re

import pytest

from explorer.cell_styles import style_of
from explorer.views.cell_view.relations import known_from, relations_of
from lstm_core import GRU, LSTM, MUT1, SimpleRNN

WORD = re.compile(r"[A-Za-z_]+₋?")


def texts(cell):
    return {signal.key: signal.equation.split(" = ", 1)[1] for signal in cell.signals}


def words(text):
    return set(WORD.findall(text))


def assert_relations_hold(cell):
    equations, relations, style = texts(cell), relations_of(cell), style_of(cell)
    assert list(relations) == list(equations)
    for key, its in relations.items():
        assert its.block is None or its.block in cell.blocks
        assert (its.block is not None) == any(
            re.match(r"(?:[WUPR]|b|b_rec)_[a-z]$", w) for w in words(equations[key])
        )
        assert its.is_held == (words(equations[key]) == set())
        # What is used in an equation stands there, by itself or in what it is a part of.
        for other in its.used_in:
            parts = [key, *(part for part in relations if other in relations[part].used_in)]
            assert any(
                part in words(equations[other]) or equations[part] in equations[other] for part in parts
            ), other
        for other in its.weighed_in:
            total = equations.get(f"pre_{other}", equations[other])
            assert key in words(total)
        if its.products is not None:
            assert " + ".join(equations[part] for part in its.products) == equations[key]
        if its.function:
            assert equations[key].replace("hard_σ", "hard σ").startswith(f"{its.function}(")
        later = any(f"{key}₋" in words(text) for text in equations.values())
        assert (its.next_use is not None) == later
    # Every signal that is shown goes somewhere, but for what is said.
    lost = {
        key
        for key in style.order
        if not (its := relations[key]).used_in and not its.weighed_in and not its.next_use
    }
    assert lost <= {"h"}


def test_relations_of_every_lstm_are_those_of_its_equations(cells):
    for cell in cells:
        assert_relations_hold(cell)


def test_relations_of_every_other_kind_are_those_of_its_equations(other):
    assert_relations_hold(other)


@pytest.mark.parametrize("cell", [LSTM(), LSTM(peephole=True), GRU(), MUT1(), SimpleRNN()], ids=repr)
def test_value_is_known_no_earlier_than_what_it_is_made_of(cell):
    known, equations, style = known_from(cell), texts(cell), style_of(cell)
    assert {"x", *equations} <= known.keys()
    assert all(1 <= phase <= len(style.phases) for phase in known.values())
    for key, text in equations.items():
        made_of = words(text) & known.keys()
        assert all(known[key] >= known[word] for word in made_of if not word.endswith("₋")), key


def test_lstm_in_words():
    relations = relations_of(LSTM())
    assert relations["kept"].used_in == ("c",)
    assert relations["f"].used_in == ("c",)
    assert relations["pre_f"].used_in == ("f",)
    assert relations["c"].products == ("kept", "written")
    assert relations["c"].next_use == "the memory"
    assert relations["h"].next_use == "every gate"
    assert relations["o"].next_use is None
    assert relations["c_out"].function == "tanh"
    assert relations["f"].block == "f"


def test_options_of_an_lstm_in_words():
    peephole = relations_of(LSTM(peephole=True))["c"]
    assert (peephole.weighed_in, peephole.next_use) == (("o",), "the memory")
    assert relations_of(LSTM(coupled=True))["f"].is_held is False
    assert relations_of(LSTM(forget_gate=False))["f"].is_held is True
    assert relations_of(LSTM(output_activation="identity"))["c_out"].function == ""
    assert relations_of(LSTM(gate_activation="hard_sigmoid"))["i"].function == "hard σ"
    assert relations_of(LSTM(full_gate_recurrence=True))["i"].next_use == "every gate"


def test_reset_gate_lets_the_memory_into_the_candidate():
    relations = relations_of(GRU(reset_after=False))
    assert relations["r"].used_in == ("reset",)
    assert relations["reset"].weighed_in == ("n",)
    assert relations["h"].next_use == "the memory and every gate"


def test_phases_of_an_lstm_are_those_of_its_style():
    assert known_from(LSTM())["c₋"] == 1
    assert known_from(LSTM())["f"] == 2
    assert known_from(LSTM())["c"] == 3
    assert known_from(LSTM(peephole=True))["o"] == 3
