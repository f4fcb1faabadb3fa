"""Moving in time, between units and between signals."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer.sequence import NumbersConfig, read_sequence
from lstm_core import LSTM

LATCH = "Latch, count, fade"  # 12 timesteps, 3 units


@pytest.fixture
def at_six(explore):
    """The first preset at t = 6, the write gate of unit 1 chosen."""
    page = explore(LATCH)
    page.look_at("i", unit=1, t=6)
    return page


def test_page_opens_on_timestep_six_with_the_write_gate_of_unit_one(explore):
    page = explore()
    page.expect_t(6)
    assert page.formula().title == "i₁ write gate of unit 1 at t = 6"
    assert page.values("c") == ["0.986", "1.948", "1.112"]
    assert page.values("c", previous=True) == ["0.984", "0.969", "0.247"]
    assert page.values("x") == ["1.000"]


@pytest.mark.parametrize(("name", "t"), [("First", 1), ("Step back", 5), ("Step forward", 7), ("Last", 12)])
def test_button_moves_in_time(at_six, name, t):
    at_six.view.get_by_role("button", name=name).click()
    at_six.expect_t(t)
    expect(at_six.view.locator(".time")).to_contain_text(f"t = {t} of 12")


@pytest.mark.parametrize(("keys", "t"), [("ArrowLeft", 5), ("ArrowRight", 7), ("Home", 1), ("End", 12)])
def test_key_moves_in_time(at_six, keys, t):
    at_six.press(keys)
    at_six.expect_t(t)
    assert at_six.formula().title.endswith(f"at t = {t}")


def test_time_stops_at_both_ends(at_six):
    at_six.press("End", "ArrowRight")
    at_six.expect_t(12)
    expect(at_six.view.get_by_role("button", name="Step forward")).to_have_attribute("aria-disabled", "true")
    at_six.press("Home", "ArrowLeft")
    at_six.expect_t(1)
    expect(at_six.view.get_by_role("button", name="Step back")).to_have_attribute("aria-disabled", "true")
    assert at_six.values("c", previous=True) == ["0.000"] * 3


def test_first_timestep_begins_with_the_initial_state(at_six):
    at_six.put(at_six.experiment.with_initial({"h": np.zeros(3), "c": np.array([0.5, -0.25, 0.125])}))
    at_six.press("Home")
    assert at_six.values("c", previous=True) == ["0.500", "−0.250", "0.125"]


def test_last_timestep_stays_when_something_beside_it_is_changed(at_six):
    at_six.press("End")
    at_six.put_cell(LSTM(coupled=True))
    at_six.expect_t(12)
    at_six.put(at_six.experiment.with_parts(read_sequence(NumbersConfig("1 0 1"))))
    at_six.expect_t(3)


def test_scrubber_moves_in_time_by_key_and_by_dragging(at_six):
    at_six.scrubber.focus()
    at_six.press("ArrowRight", "ArrowRight")
    at_six.expect_t(8)
    box = at_six.scrubber.bounding_box()
    at_six.page.mouse.move(box["x"] + 9 + (box["width"] - 18) * 7 / 11, box["y"] + box["height"] / 2)
    at_six.page.mouse.down()
    for share in (0.5, 0.2, 0.0):
        at_six.page.mouse.move(box["x"] + 9 + (box["width"] - 18) * share, box["y"] + box["height"] / 2)
    at_six.page.mouse.up()
    at_six.expect_t(1)
    assert at_six.values("c") == ["0.000", "0.000", "0.000"]


def test_up_and_down_follow_a_unit_and_stop_at_the_last(at_six):
    at_six.press("ArrowDown")
    assert at_six.formula().title == "i₂ write gate of unit 2 at t = 6"
    at_six.press("ArrowDown", "ArrowDown", "ArrowDown")
    assert at_six.formula().title == "i₃ write gate of unit 3 at t = 6"
    expect(at_six.diagram.locator(".row-label.followed")).to_have_text(["3", "3"])
    at_six.press("ArrowUp", "ArrowUp", "ArrowUp")
    assert at_six.formula().title == "i₁ write gate of unit 1 at t = 6"


def test_digits_one_to_six_choose_a_signal(at_six):
    titles = []
    for digit in "123456":
        at_six.press(digit)
        titles.append(at_six.formula().title.removesuffix(" of unit 1 at t = 6"))
    assert titles == [
        "f₁ keep gate",
        "i₁ write gate",
        "g₁ candidate",
        "o₁ show gate",
        "c₁ memory",
        "h₁ output",
    ]


def test_p_walks_through_the_phases_and_shows_only_what_is_computed(at_six):
    known = [("x", "h₋", "c₋"), ("f", "i", "g", "o"), ("kept", "written", "c"), ("c_out", "h")]
    at_six.press("p")
    at_six.expect_t(7)
    for phase in range(4):
        expect(at_six.view.locator(".phase[aria-pressed=true]")).to_have_count(1)
        expect(at_six.view.locator(".phase").nth(phase)).to_have_attribute("aria-pressed", "true")
        for later, signals in enumerate(known):
            for signal in signals:
                values = at_six.values(signal.removesuffix("₋"), previous=signal.endswith("₋"))
                assert (values == ["·"] * len(values)) == (later > phase), f"{signal} in phase {phase + 1}"
        at_six.press("P")
    at_six.expect_t(8)


def test_phase_button_hides_what_comes_later_and_a_step_shows_all_again(at_six):
    at_six.view.get_by_role("button", name="2 gates").click()
    assert at_six.values("c") == ["·"] * 3
    at_six.look_at("c")
    at_six.view.get_by_role("button", name="2 gates").click()
    assert "Not yet computed" in at_six.formula().text
    at_six.diagram.focus()
    at_six.press("ArrowLeft")
    assert at_six.values("c") == ["0.984", "0.969", "0.247"]


def test_space_plays_and_pauses(at_six):
    at_six.view.get_by_label("Speed").select_option("2")
    at_six.diagram.focus()
    at_six.press("Home", " ")
    expect(at_six.view.get_by_role("button", name="Pause")).to_be_visible()
    expect(at_six.scrubber).not_to_have_value("1")
    at_six.press(" ")
    expect(at_six.view.get_by_role("button", name="Play")).to_be_visible()
    stopped = at_six.t
    # Longer than a step at this speed: a timer that goes on would show.
    at_six.page.wait_for_timeout(700)
    at_six.expect_t(stopped)


def test_step_by_hand_ends_playing(at_six):
    at_six.view.get_by_label("Speed").select_option("0.5")
    at_six.press("Home", " ")
    expect(at_six.view.get_by_role("button", name="Pause")).to_be_visible()
    at_six.press("End")
    expect(at_six.view.get_by_role("button", name="Play")).to_be_visible()
    at_six.press("ArrowLeft")
    at_six.expect_t(11)


def test_space_presses_the_button_that_has_the_focus_and_plays_nothing(at_six):
    at_six.view.get_by_role("button", name="2 gates").focus()
    at_six.press(" ")
    expect(at_six.view.get_by_role("button", name="2 gates")).to_have_attribute("aria-pressed", "true")
    expect(at_six.view.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_play_reaches_the_end_and_stops(explore, motion):
    page = explore(LATCH, reduced_motion=motion)
    glides = page.strips.locator(".strip-cursor").evaluate(
        "cursor => getComputedStyle(cursor).transitionDuration.split(',').some(text => parseFloat(text))"
    )
    assert glides == (motion == "no-preference")
    page.view.get_by_label("Speed").select_option("4")
    page.view.get_by_role("button", name="Play").click()
    expect(page.view.get_by_role("button", name="Pause")).to_be_visible()
    page.expect_t(12)
    expect(page.view.get_by_role("button", name="Play")).to_be_visible()
    page.view.get_by_label("Speed").select_option("0.5")
    page.view.get_by_role("button", name="Play").click()  # from the end it begins again
    page.expect_t(1)
    page.view.get_by_role("button", name="Pause").click()
    assert page.sent == 0


def test_nothing_that_moves_or_points_sends_a_message_to_the_server(explore):
    page = explore(LATCH, weights=True)
    page.look_at("f", unit=2, t=1)
    page.press("ArrowRight", "End", "Home", "p", "p", "Escape", " ", " ", "6")
    page.view.get_by_role("button", name="Step forward").click()
    page.scrubber.fill("9")
    page.cell("c", 3).hover()
    page.cell("c", 3).click()
    page.strips.locator("canvas").click(position={"x": 200, "y": 60})
    page.formula_panel.get_by_role("button").first.click()
    page.show_digits("6")
    page.view.get_by_label("Keep scale").check()
    page.view.get_by_label("Keep scale").uncheck()
    page.show_digits("3")
    page.weight("write gate, bias of unit 2").hover()
    page.weight("write gate, bias of unit 2").click()
    page.press("ArrowRight", "Enter", "Escape")
    assert page.sent == 0


def test_screen_reader_is_told_each_step_in_a_sentence(at_six):
    expect(at_six.view.get_by_role("status")).to_have_text(
        "Timestep 6 of 12, input 1.000. Unit 1: keep 0.998 × memory 0.984 + write 0.005 × candidate 0.995 "
        "gives memory 0.986; show 0.982 × tanh 0.756 gives output 0.742."
    )
    at_six.press("ArrowRight")
    expect(at_six.view.get_by_role("status")).to_contain_text("Timestep 7 of 12, input 0.000.")
