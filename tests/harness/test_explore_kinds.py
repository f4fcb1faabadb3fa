"""A GRU, a plain cell and the mutations: stepping, phases, formulas and weights."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer.cell_styles import CELL_STYLES
from explorer.model.presets import PRESETS
from explorer.sequence import NumbersConfig, read_sequence
from lstm_core import CELLS, GRU, LSTM, MUT1, MUT3
from tests.harness.formula import number_in

LATCH_GRU = "Latch, flip, fade in a GRU"  # 12 timesteps, 3 units, opens at t = 6, unit 2, n
ECHOES = "A plain RNN forgets"
LATCH = "Latch, count, fade"
PHONE = (390, 844)


def run_of(title):
    """Return the trace of a preset as it opens."""
    return next(preset for preset in PRESETS if preset.title == title).experiment().run()


def shown(value):
    return f"{value:.3f}".replace("-0.000", "0.000").replace("-", "−")


def test_gru_opens_with_the_numbers_of_its_run(explore):
    page = explore(LATCH_GRU)
    trace = run_of(LATCH_GRU)
    page.expect_t(6)
    assert page.formula().title == "n₂ candidate of unit 2 at t = 6"
    for signal in ("z", "r", "recalled", "reset", "n", "kept", "written", "h"):
        assert page.values(signal) == [shown(value) for value in trace[signal][0, 5]], signal
    assert page.values("h", previous=True) == [shown(value) for value in trace["h"][0, 4]]


def test_what_is_left_of_z_is_shown_where_it_writes(explore):
    page = explore(LATCH_GRU)
    page.look_at("z", 1, 7)
    rest = page.diagram.locator(".stack[data-signal=z][data-again] .value")
    z = [number_in(text) for text in page.values("z")]
    assert [number_in(text) for text in rest.all_text_contents()] == pytest.approx(
        [1 - value for value in z], abs=1.1e-3
    )


@pytest.mark.parametrize(
    ("title", "known"),
    [
        (LATCH_GRU, [("x", "h₋"), ("z", "r"), ("recalled", "reset", "n"), ("kept", "written", "h")]),
        (ECHOES, [("x", "h₋"), ("pre_h",), ("h",)]),
    ],
)
def test_p_walks_through_the_phases_of_the_kind(explore, title, known):
    page = explore(title)
    page.look_at("h", 1, 4)
    page.press("p")
    page.expect_t(5)
    expect(page.view.locator(".phase")).to_have_count(len(known))
    for phase in range(len(known)):
        expect(page.view.locator(".phase").nth(phase)).to_have_attribute("aria-pressed", "true")
        for later, signals in enumerate(known):
            for signal in signals:
                values = page.values(signal.removesuffix("₋"), previous=signal.endswith("₋"))
                assert (values == ["·"] * len(values)) == (later > phase), f"{signal} in phase {phase + 1}"
        page.press("p")
    page.expect_t(6)


@pytest.mark.parametrize("t", [1, 6, 8])
@pytest.mark.parametrize("signal", ["z", "r", "n"])
def test_formula_of_a_gru_adds_up_to_what_was_computed(explore, signal, t):
    page = explore(LATCH_GRU)
    trace = run_of(LATCH_GRU)
    formula = page.look_at(signal, 2, t)
    assert formula.value == pytest.approx(trace[signal][0, t - 1, 1], abs=6e-4)
    assert formula.inside == pytest.approx(trace[f"pre_{signal}"][0, t - 1, 1], abs=6e-3)
    assert sum(row.product for row in formula.rows) == pytest.approx(formula.inside, abs=2e-2)
    assert formula.rows[-1].total == pytest.approx(formula.inside, abs=6e-3)


def test_memory_of_a_gru_is_what_is_kept_and_what_is_written(explore):
    page = explore(LATCH_GRU)
    formula = page.look_at("h", 3, 7)
    assert [row[0] for row in formula.cells] == ["kept", "written"]
    kept, written = (number_in(row[2]) for row in formula.cells)
    assert kept + written == pytest.approx(formula.value, abs=1.1e-3)
    assert "(1 − z₃)" in formula.text


def test_what_was_recalled_opens_as_a_sum_of_its_own_with_the_weights_of_the_candidate(explore):
    page = explore(LATCH_GRU, weights=True)
    page.look_at("n", 2, 6)
    page.cell("recalled", 2).click()
    formula = page.formula()
    assert formula.title.startswith("recalled₂ recalled of unit 2")
    assert [row.weight for row in formula.rows[:3]] == [0, -4, 0]
    assert formula.value == pytest.approx(-3.613, abs=2e-3)
    outline = page.editor.locator("section[data-gate='2'] .column-outline")
    expect(outline).to_be_visible()


def test_pointing_at_the_row_of_what_was_reset_rings_its_value(explore):
    page = explore(LATCH_GRU)
    page.look_at("n", 2, 6)
    page.formula_panel.locator("tbody tr").nth(1).hover()
    assert page.rings() == ["reset1"]


def test_plain_cell_shows_its_sum_and_what_tanh_makes_of_it(explore):
    page = explore(ECHOES)
    trace = run_of(ECHOES)
    formula = page.look_at("h", 3, 4)
    assert formula.title == "h₃ memory of unit 3 at t = 4"
    assert formula.value == pytest.approx(trace["h"][0, 3, 2], abs=6e-4)
    assert formula.inside == pytest.approx(trace["pre_h"][0, 3, 2], abs=6e-3)
    assert page.values("pre_h") == [shown(value) for value in trace["pre_h"][0, 3]]
    assert "s₃ sum" in page.look_at("pre_h", 3, 4).title


@pytest.mark.parametrize(
    ("title", "words"),
    [
        (
            LATCH_GRU,
            "Unit 2: keep 0.000 × memory 0.903 + write 1.000 × candidate −0.967 gives memory −0.967.",
        ),
        (ECHOES, "Unit 3: the weighted sum is 0.905; tanh 0.905 gives memory 0.719."),
    ],
)
def test_screen_reader_is_told_a_step_of_the_kind(explore, title, words):
    page = explore(title)
    page.look_at("h", {LATCH_GRU: 2, ECHOES: 3}[title], {LATCH_GRU: 6, ECHOES: 4}[title])
    expect(page.view.get_by_role("status")).to_contain_text(words)


def test_in_a_mutation_what_is_left_of_z_keeps(explore):
    page = explore(LATCH)
    page.put_cell(MUT3())
    page.look_at("z", 1, 6)
    z = number_in(page.values("z")[0])
    sentence = page.view.get_by_role("status").text_content()
    assert f"keep {shown(1 - z)}" in sentence or f"keep {shown(1 - z + 0.001)}" in sentence
    assert f"write {shown(z)}" in sentence


def test_switching_the_kind_keeps_time_and_unit_and_comes_back_to_the_signal(explore):
    page = explore(LATCH)
    page.look_at("o", 2, 8)
    page.put_cell(GRU())
    page.expect_t(8)
    assert page.formula().title.endswith("of unit 2 at t = 8")
    page.diagram.focus()
    page.press("3")
    assert page.formula().title == "n₂ candidate of unit 2 at t = 8"
    page.put_cell(LSTM())
    assert page.formula().title == "o₂ show gate of unit 2 at t = 8"
    page.put_cell(GRU())
    assert page.formula().title == "n₂ candidate of unit 2 at t = 8"


def test_weight_of_a_gru_is_edited_and_the_picture_follows(explore):
    page = explore(LATCH_GRU, weights=True)
    before = page.experiment
    cell = page.weight("reset gate, recurrent bias of unit 1")
    cell.dblclick()
    page.page.keyboard.type("-9")
    page.press("Enter")
    page.look_at("r", 1, 6)
    expect(page.formula_panel.locator(".result")).to_contain_text("= 0.007")
    page.put(before)
    expect(page.formula_panel.locator(".result")).to_contain_text("= 0.982")


@pytest.mark.parametrize("kind", CELL_STYLES)
@pytest.mark.parametrize("viewport", [(1280, 800), PHONE], ids=["laptop", "phone"])
def test_nothing_of_a_drawing_is_cut_off_or_covers_a_value(explore, kind, viewport):
    page = explore(LATCH, viewport=viewport)
    page.put_cell(CELLS[kind]())
    found = page.diagram.evaluate(
        """node => {
            const frame = node.querySelector('svg').getBoundingClientRect();
            const boxes = [...node.querySelectorAll('.value-box')];
            const cells = boxes.map(box => box.getBoundingClientRect());
            const labels = [...node.querySelectorAll('.label, .bead')];
            const out = [];
            for (const text of labels) {
                const box = text.getBoundingClientRect();
                if (!box.width) continue;
                const outside = box.left < frame.left - 2 || box.right > frame.right + 2;
                if (outside) out.push('cut: ' + text.textContent);
                // A line of text is higher than its letters.
                const [top, bottom] = [box.top + box.height * 0.25, box.bottom - box.height * 0.3];
                const hit = cells.some(cell => box.left < cell.right - 1 && box.right > cell.left + 1 &&
                    top < cell.bottom - 1 && bottom > cell.top + 1);
                if (hit) out.push('covers: ' + (text.textContent || text.getAttribute('class')));
            }
            return out;
        }"""
    )
    assert found == []


def test_bare_input_is_drawn_without_weights(explore):
    page = explore(LATCH)
    page.put(page.experiment.with_parts(read_sequence(NumbersConfig("1 0 0.5; -1 0.25 0; 0 0 1"))))
    page.put_cell(MUT1(projected=False))
    expect(page.diagram.locator(".gate[data-gate=squashed]")).to_have_count(0)
    squashed = [number_in(text) for text in page.values("squashed")]
    x = [number_in(text) for text in page.values("x")]
    assert squashed == pytest.approx(np.tanh(x), abs=1e-3)
    formula = page.look_at("n", 1)
    assert formula.cells[0][0] == "tanh(x)₁"
    assert formula.cells[0][1:3] == ["", ""]
