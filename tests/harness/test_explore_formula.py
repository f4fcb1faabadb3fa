"""The numbers of the formula panel, against the worked examples and against plain Python."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from lstm_core import LSTM
from tests.harness.worked_examples import (
    EXAMPLE_A,
    EXAMPLE_B,
    EXAMPLE_D,
    PUBLISHED_A,
    PUBLISHED_B,
    PUBLISHED_D,
    SOFTMAX_B,
    run,
    same,
    sigma,
)

ORDER = "figoch"  # as the keys 1 to 6 choose them


@pytest.mark.parametrize(
    ("preset", "example"),
    [("Two steps by hand", EXAMPLE_A), ("Next word", EXAMPLE_B), ("One unit", EXAMPLE_D)],
)
def test_all_digits_of_every_formula_are_those_of_a_recomputation(explore, preset, example):
    page = explore(preset)
    page.show_digits("all")
    expected = run(*example)
    for t in range(1, len(expected)):
        for unit in range(1, len(expected[0]["h"]) + 1):
            for signal, formula in page.formulas(unit, t).items():
                assert formula.value == same(expected[t][signal][unit - 1]), (
                    f"{signal} of unit {unit} at t = {t}"
                )


def test_example_a_shows_the_published_states_to_six_digits(explore):
    page = explore("Two steps by hand")
    page.show_digits("6")
    for (signal, t), values in PUBLISHED_A.items():
        for unit, value in enumerate(values, start=1):
            assert page.look_at(signal, unit, t).result.endswith(f"= {value:.6f}")
    page.show_digits("3")
    assert page.look_at("h", 2, 2).result.endswith("= 0.207")


def test_example_b_shows_the_published_gates_and_the_probability_of_every_word(explore):
    page = explore("Next word")
    page.show_digits("all")
    for t, values in PUBLISHED_B.items():
        shown = page.formulas(1, t)
        for signal, value in zip("ifgoch", values, strict=True):
            assert shown[signal].value == pytest.approx(value, abs=1e-9)
    cards = page.view.locator(".readout .card")
    shares = {
        card.locator(".word").inner_text(): float(card.locator(".share").inner_text()) for card in cards.all()
    }
    assert shares == pytest.approx(SOFTMAX_B, abs=1e-8)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-13)
    page.show_digits("3")
    expect(page.view.locator(".says")).to_contain_text("predicted next word: “example”")
    expect(cards.locator("visible=true").and_(page.view.locator(".best"))).to_contain_text("0.455")


def test_word_opens_the_score_and_share_that_follow_from_h(explore):
    page = explore("Next word")
    page.look_at("h", 1, 2)
    page.show_digits("all")
    page.view.get_by_role("button", name="an: probability 0.387").click()
    text = page.formula().text
    score = 0.7899263 * run(*EXAMPLE_B)[2]["h"][0] + 0.40953848
    assert float(text.split("0.40953848 = ")[1].partition("s")[0]) == same(score)
    assert page.formula().value == pytest.approx(SOFTMAX_B["an"], abs=1e-8)


def test_example_d_shows_the_published_values_to_six_digits(explore):
    page = explore("One unit")
    page.show_digits("6")
    for t, values in PUBLISHED_D.items():
        shown = page.formulas(1, t)
        assert [shown[signal].result.rpartition("= ")[2] for signal in ORDER] == [
            f"{value:.6f}" for value in values
        ]


@pytest.mark.parametrize(
    ("option", "gate", "word"),
    [("forget_gate", "f", "keep"), ("input_gate", "i", "write"), ("output_gate", "o", "show")],
)
def test_gate_that_is_held_has_no_sum_but_says_so(explore, option, gate, word):
    page = explore("One unit")
    page.put_cell(LSTM(**{option: False}))
    expect(page.gate(gate)).to_have_text(f"{gate} = 1")
    held = page.look_at(gate, 1, 2)
    assert held.cells == []
    assert held.result == f"{gate}₁ is held at 1.000"
    assert page.values(gate) == ["1.000"]
    page.put_cell(LSTM())
    expect(page.gate(gate)).to_contain_text(word)
    assert len(page.look_at(gate, 1, 2).rows) == 3


def test_coupled_keep_gate_is_one_minus_the_write_gate(explore):
    page = explore("One unit")
    page.put_cell(LSTM(coupled=True))
    expect(page.gate("f")).to_have_text("f = 1 − i")
    page.show_digits("all")
    coupled = page.look_at("f", 1, 2)
    assert coupled.cells == []
    assert "f₁ = 1 − i₁" in coupled.text
    assert coupled.value == same(1 - page.look_at("i", 1, 2).value)
    page.put_cell(LSTM())
    expect(page.gate("f")).to_contain_text("keep")


def test_peepholes_add_a_row_for_the_memory_that_each_gate_sees(explore):
    page = explore("Two steps by hand", weights=True)
    page.put_cell(LSTM(peephole=True))
    expect(page.weight("keep gate, peephole of unit 2")).to_be_visible()
    page.show_digits("all")
    memory = {"c₂ at t = 1": page.look_at("c", 2, 1).value, "c₂": page.look_at("c", 2, 2).value}
    for gate, word, source in (
        ("f", "keep", "c₂ at t = 1"),
        ("i", "write", "c₂ at t = 1"),
        ("o", "show", "c₂"),
    ):
        formula = page.look_at(gate, 2, 2)
        peephole = formula.rows[-2]
        weight = page.weight(f"{word} gate, peephole of unit 2").get_attribute("title") or ""
        assert peephole.source == source
        assert peephole.value == same(memory[source])
        assert peephole.weight == same(float(weight.replace("−", "-")))
        assert formula.inside == same(math.fsum(row.product for row in formula.rows))
        assert formula.value == same(sigma(formula.inside))
    assert not any(row.source.startswith("c") for row in page.look_at("g", 2, 2).rows)
    page.put_cell(LSTM())
    expect(page.weight("keep gate, peephole of unit 2")).to_have_count(0)
    assert len(page.look_at("f", 2, 2).rows) == 6


def test_other_functions_are_named_and_used(explore):
    page = explore("One unit")
    bead = page.diagram.locator(".gate[data-gate=f] .bead-text")
    pill = page.diagram.locator(".bead-text.pill")
    page.put_cell(LSTM(gate_activation="hard_sigmoid"))
    expect(bead).to_have_text("hard σ")
    page.put_cell(LSTM(gate_activation="hard_sigmoid", output_activation="identity"))
    expect(pill).to_have_count(0)
    page.show_digits("all")
    expected = run(*EXAMPLE_D, squash=lambda x: min(max(x / 6 + 0.5, 0), 1), out=lambda c: c)
    for t in (1, 2, 3):
        for signal, formula in page.formulas(1, t).items():
            assert formula.value == same(expected[t][signal][0]), f"{signal} at t = {t}"
    assert "hard σ(" in page.look_at("i", 1, 2).result
    assert "tanh" not in page.look_at("h", 1, 2).text
    page.put_cell(LSTM(output_activation="identity"))
    expect(bead).to_have_text("σ")
    page.put_cell(LSTM())
    expect(pill).to_have_text("tanh")
