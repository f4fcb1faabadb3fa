"""Presets, reset, and the tabs below the picture."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from explorer.model.presets import PRESETS
from tests.browser.explore_page import ExplorePage
from tests.browser.opener import Opener

LATCH, TWO_STEPS = "Latch, count, fade", "Two steps by hand"
PLOTLY = "plotly"


def asked_for_plotly(page):
    return [url for url in page.opener.ears[page.page].requests if PLOTLY in url.lower()]


# --- presets


@pytest.mark.parametrize("preset", PRESETS[1:] + PRESETS[:1], ids=lambda preset: preset.key)
def test_preset_opens_where_its_story_is_and_says_what_to_look_for(explore, preset):
    page = explore(preset.title)
    opening = preset.opening
    page.expect_t(opening.t + 1)
    expect(page.formula_panel.locator("h3")).to_contain_text(
        f"of unit {opening.unit + 1} at t = {opening.t + 1}"
    )
    assert page.formula().title.startswith(opening.signal)
    expect(page.page.locator(".st-key-look_for")).to_contain_text(preset.look_for)
    expect(page.page.locator(".st-key-hidden_size input")).to_have_value(str(preset.hidden_size))
    expect(page.view.locator(".readout")).to_be_visible(visible=preset.readout is not None)
    expect(page.notices).to_have_count(0)


def test_preset_chosen_with_the_keyboard_opens(explore):
    page = explore(LATCH)
    page.page.locator(".st-key-preset").get_by_role("combobox").focus()
    page.press("ArrowDown", "Enter")
    expect(page.page.locator(".st-key-look_for")).to_contain_text(PRESETS[1].look_for)
    page.expect_t(1)
    assert page.values("x") == ["1.000", "2.000"]


def test_reset_brings_back_sequence_weights_options_place_and_state(explore):
    page = explore(TWO_STEPS, "Weights")
    page.look_at("f", 1, 1)
    opened = page.picture()
    page.type_numbers("5 6; 7 8; 9 9")
    expect(page.view.locator(".time")).to_contain_text("of 3")
    page.weight("keep gate, bias of unit 1").click()
    page.page.keyboard.type("-3")
    page.press("Enter")
    expect(page.cell("f", 1)).not_to_have_text(opened[0][0])
    page.option("i write gate", on=False)
    expect(page.gate("i")).to_have_text("i = 1")
    page.look_at("h", 3, 3)
    page.page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.view.locator(".time")).to_contain_text("t = 1 of 2")
    expect(page.numbers).to_have_value("1 2\n3 4")
    assert page.formula().title == "f₁ keep gate of unit 1 at t = 1"
    assert page.picture() == opened
    expect(page.weight("keep gate, bias of unit 1")).to_have_attribute("title", "0.16")
    expect(page.gate("i")).to_contain_text("write")


# --- tabs


def test_plotly_is_downloaded_when_the_heatmaps_are_opened_and_not_before(browser, server):
    page = ExplorePage(Opener(browser, server))
    try:
        for tab in ("Values", "About", "Weights"):
            page.open_tab(tab)
        assert asked_for_plotly(page) == []
        page.open_tab("Heatmaps")
        assert asked_for_plotly(page) != []
        page.opener.assert_clean()
    finally:
        page.close()


def test_heatmaps_draw_six_signals_and_follow_the_sequence(explore):
    page = explore(LATCH, "Heatmaps")
    expect(page.page.locator(".js-plotly-plot .heatmaplayer .hm")).to_have_count(6)
    titles = page.page.locator(".js-plotly-plot .infolayer g[class^=g-y]")
    assert [title.split()[0] for title in titles.all_text_contents()] == ["f", "i", "g", "o", "c", "h"]
    expect(page.page.locator(".xtick text")).to_have_count(12)
    page.type_numbers("0 1 0")
    expect(page.page.locator(".xtick text")).to_have_count(3)
    expect(page.page.locator(".js-plotly-plot .heatmaplayer .hm")).to_have_count(6)
    page.open_tab("Weights")
    page.type_numbers("0 0 1 0 0 1 0 1 0 0 0 0")
    expect(page.view.locator(".time")).to_contain_text("of 12")


def download(page):
    with page.page.expect_download() as event:
        page.page.get_by_role("button", name="Download CSV").click()
    path = Path(event.value.path())
    return event.value.suggested_filename, list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_values_download_holds_every_value_with_all_digits(explore):
    page = explore(TWO_STEPS, "Values")
    name, rows = download(page)
    assert name == "lstm-explorer.csv"
    assert [(row["t"], row["unit"]) for row in rows] == [(t, unit) for t in "12" for unit in "123"]
    page.show_digits("all")
    for row in rows:
        for signal in ("f", "g", "c", "h"):
            shown = page.look_at(signal, int(row["unit"]), int(row["t"])).value
            assert float(row[signal]) == shown
    page.show_digits("3")


def test_values_download_of_a_text_holds_no_formula_for_a_spreadsheet(explore):
    page = explore("Random weights on your text", "Values")
    page.type_text('=1+2,"q"')
    expect(page.view.locator(".time")).to_contain_text("of 8")
    expect(page.page.get_by_test_id("stMain")).to_contain_text("128 rows")
    _, rows = download(page)
    assert [row["symbol"] for row in rows[::16]] == ["'=", "1", "'+", "2", ",", '"', "q", '"']


def test_values_show_one_unit_when_asked(explore):
    page = explore(TWO_STEPS, "Values")
    expect(page.page.get_by_test_id("stMain")).to_contain_text("6 rows")
    page.choose("values_unit", "unit 2")
    expect(page.page.get_by_test_id("stMain")).to_contain_text("2 rows")
    _, rows = download(page)
    assert [(row["t"], row["unit"]) for row in rows] == [("1", "2"), ("2", "2")]


def test_symbol_of_the_equations_leads_to_its_place_in_the_diagram(explore):
    page = explore(TWO_STEPS, "About")
    page.look_at("o", 1, 2)
    page.page.get_by_role("button", name="Show h₋ in the diagram", exact=True).first.click()
    assert page.rings() == ["h₋0"]
    assert page.formula().title == "h₁ output of unit 1 at t = 1"
    expect(page.cell("h", 1, previous=True)).to_be_in_viewport()
    page.press("Escape")


def test_about_shows_the_equations_of_the_cell_as_it_is_now(explore):
    page = explore(TWO_STEPS, "About")
    equations = page.page.locator(".about dt")
    expect(equations).to_have_text(
        [
            "f = σ(x Wf + h₋ Uf + bf)",
            "i = σ(x Wi + h₋ Ui + bi)",
            "g = tanh(x Wg + h₋ Ug + bg)",
            "o = σ(x Wo + h₋ Uo + bo)",
            "c = f ⊙ c₋ + i ⊙ g",
            "h = o ⊙ tanh(c)",
        ]
    )
    page.option("Couple the gates: f = 1 − i")
    expect(equations.first).to_have_text("f = 1 − i")
    page.option("Couple the gates: f = 1 − i", on=False)
    expect(equations.first).to_contain_text("σ(")
