"""What the formula panel writes beside its result, against the worked examples and against plain Python."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import expect

from tests.harness.worked_examples import EXAMPLE_A, products_of, run, same, sigma


@pytest.mark.parametrize("t", [1, 2])
def test_products_running_sum_and_preactivation_follow_from_the_numbers(explore, t):
    page = explore("Two steps by hand")
    page.show_digits("all")
    inputs, weights = EXAMPLE_A
    before = run(*EXAMPLE_A)[t - 1]["h"]
    at = "start" if t == 1 else f"t = {t - 1}"
    for gate in "fg":
        for unit in (1, 2, 3):
            formula = page.look_at(gate, unit, t)
            assert [row.source for row in formula.rows] == [
                "x₁",
                "x₂",
                *(f"h{k} at {at}" for k in "₁₂₃"),
                "b bias",
            ]
            total = 0.0
            for row, (value, weight) in zip(
                formula.rows, products_of(weights[gate], unit - 1, inputs[t - 1], before), strict=True
            ):
                total += value * weight
                assert row.product == same(value * weight)
                assert row.total == same(total)
                if row.source != "b bias":
                    assert (row.value, row.weight) == (same(value), weight)
            assert formula.inside == same(total)
    page.show_digits("3")


@pytest.mark.parametrize("preset", ["Latch, count, fade", "Two steps by hand", "Next word", "One unit"])
def test_pocket_calculator_agrees_with_what_three_digits_show(explore, preset):
    page = explore(preset)
    last = int(page.scrubber.get_attribute("max") or 1)
    for t in {1, min(6, last), last}:
        for signal, formula in page.formulas(1, t).items():
            if signal in "figo":
                squash = math.tanh if signal == "g" else sigma
                assert formula.value == pytest.approx(squash(formula.inside), abs=0.0011), (
                    f"{signal} at t = {t}"
                )
                assert formula.inside == formula.rows[-1].total


def test_full_recurrence_adds_the_gates_of_the_step_before_and_opens_to_all_of_them(explore):
    page = explore("Two steps by hand")
    page.option("Full gate recurrence")
    page.show_digits("all")
    page.look_at("o", 2, 2)
    page.view.get_by_role("button", name=re.compile("[0-9]+ more")).click()
    formula = page.formula()
    earlier = [row for row in formula.rows if row.source[0] in "ifo"]
    assert [row.source for row in earlier] == [f"{gate}{k} at t = 1" for gate in "ifo" for k in "₁₂₃"]
    assert formula.inside == same(math.fsum(row.product for row in formula.rows))
    assert [row.value for row in earlier[:3]] == [page.look_at("i", unit, 1).value for unit in (1, 2, 3)]
    page.show_digits("3")
    page.option("Full gate recurrence", on=False)
    expect(page.formula_panel.locator("tbody tr")).to_have_count(6)
