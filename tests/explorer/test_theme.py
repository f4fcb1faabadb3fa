"""The one table of looks: bounds of scales, contrast, and the same colours in Streamlit's theme."""

import json
import math
import sys
import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from explorer.cell_styles import CELL_STYLES, kind_of, style_of
from explorer.theme import CIVIDIS, COLOURS, SIGNED, for_browser, nice_bound
from lstm_core import CELLS, GRU, LSTM, MUT1

CONFIG = tomllib.loads(
    (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text("utf-8")
)
KINDS = pytest.mark.parametrize("kind", CELLS)
MODES = pytest.mark.parametrize("mode", ["light", "dark"])


def luminance(colour):
    """Return the relative luminance of #RRGGBB, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


# ---- bounds


@pytest.mark.parametrize(
    ("largest", "bound"),
    [
        (0, 1), (1e-9, 1), (1, 1), (1.0000001, 1.5), (1.5, 1.5), (1.51, 2), (2, 2), (2.9, 3), (3.01, 5),
        (5, 5), (5.5, 8), (8, 8), (8.01, 10), (10, 10), (14, 15), (99, 100), (100, 100), (101, 150),
        (1e6, 1e6), (2.1e6, 3e6), (9.68e278, 1e279),
    ],
)  # fmt: skip
def test_bound_is_the_next_of_1_1_5_2_3_5_8_times_a_power_of_ten(largest, bound):
    assert nice_bound(largest) == bound


def test_bound_holds_what_it_is_for_and_is_not_much_wider():
    for step in range(-20, 3000):
        largest = 1.003**step * 10.0 ** (step % 12)
        bound = nice_bound(largest)
        assert max(largest, 1) <= bound
        assert bound <= 1 or bound <= 1.6667 * largest
        assert nice_bound(bound) == bound


@pytest.mark.parametrize("largest", [1.6e308, sys.float_info.max])
def test_bound_of_the_largest_numbers_is_finite(largest):
    assert largest <= nice_bound(largest) < math.inf


# ---- looks


@KINDS
def test_every_signal_of_a_cell_but_the_sums_inside_gates_and_1_minus_a_gate_has_a_look(kind):
    cell = CELLS[kind]()
    shown = {signal.key for signal in cell.signals if not signal.key.startswith("pre_")} - {"keep"}
    looks = style_of(cell).signals
    assert shown | {"x"} <= set(looks) <= {signal.key for signal in cell.signals} | {"x"}
    assert all(look.symbol and look.word and look.reading for look in looks.values())


@KINDS
def test_style_names_only_what_the_cell_computes(kind):
    style = style_of(CELLS[kind]())
    assert kind_of(CELLS[kind]()) == kind
    assert set(style.order) <= set(style.signals)
    assert "h" in style.order
    # The keys of the screen are the digits.
    assert len(style.order) <= 9
    assert all(style.signals[key].about for key in style.order)


def test_every_kind_of_the_core_has_a_style_and_a_name_of_its_own():
    assert list(CELL_STYLES) == list(CELLS)
    assert (
        len({style.name for style in CELL_STYLES.values()})
        == len({style.line for style in CELL_STYLES.values()})
        == 6
    )


def test_symbols_follow_the_options():
    assert style_of(GRU()).signals["reset"].symbol == "r×recalled"
    assert style_of(GRU(reset_after=False)).signals["reset"].symbol == "r×h₋"
    assert style_of(GRU()).signals["written"].symbol == "(1−z)×n"
    assert style_of(MUT1()).signals["written"].symbol == "z×n"
    assert "recalled" not in style_of(MUT1()).signals


def test_order_of_the_lstm_is_along_its_memory_line():
    assert style_of(LSTM()).order == ("f", "i", "g", "o", "c", "h")


@KINDS
def test_gates_are_on_0_to_1_and_the_memory_line_shares_its_scale(kind):
    cell = CELLS[kind]()
    scales = {key: look.scale for key, look in style_of(cell).signals.items()}
    roles = {signal.key: signal.role for signal in cell.signals}
    assert {key for key, scale in scales.items() if scale == "unit"} == {
        key for key, role in roles.items() if role == "gate"
    }
    line = {key for key, scale in scales.items() if scale == "state"}
    assert line == {key for key, role in roles.items() if role == "state"} | (
        {"kept", "written"} & set(roles)
    )


def test_a_hue_stands_for_a_job_in_every_kind():
    jobs = {}
    for kind in CELLS.values():
        for look in style_of(kind()).signals.values():
            if look.scale == "unit" or look.word == "candidate":
                jobs.setdefault(look.word, set()).add((look.light, look.dark))
    assert {word: len(hues) for word, hues in jobs.items()} == dict.fromkeys(
        ("keep", "write", "candidate", "show", "reset"), 1
    )


@MODES
@pytest.mark.parametrize("ground", ["background", "body", "sidebar"])
def test_every_hue_can_be_read_on_every_ground(mode, ground):
    poor = {
        (kind, key): round(contrast(getattr(look, mode), COLOURS[mode][ground]), 2)
        for kind, style in CELL_STYLES.items()
        for key, look in style.signals.items()
        if contrast(getattr(look, mode), COLOURS[mode][ground]) < 4.3
    }
    assert poor == {}


@MODES
@pytest.mark.parametrize("ground", ["background", "body", "sidebar", "tint"])
def test_words_can_be_read_on_every_ground(mode, ground):
    for name in ("text", "ink", "muted"):
        assert contrast(COLOURS[mode][name], COLOURS[mode][ground]) >= 4.5, name


@MODES
def test_messages_buttons_and_edges_can_be_read(mode):
    colours = COLOURS[mode]
    assert contrast(colours["error"], colours["error-background"]) >= 4.5
    assert contrast(colours["on-primary"], colours["primary"]) >= 4.5
    for name in ("primary", "wire", "error-edge"):
        assert contrast(colours[name], colours["background"]) >= 3, name


@MODES
@KINDS
def test_no_two_signals_of_the_strips_have_one_hue(kind, mode):
    style = CELL_STYLES[kind]
    hues = [getattr(style.signals[key], mode) for key in style.order]
    for first, second in combinations(hues, 2):
        apart = [abs(int(first[at : at + 2], 16) - int(second[at : at + 2], 16)) for at in (1, 3, 5)]
        assert max(apart) >= 24, (first, second)


@MODES
def test_a_number_can_be_read_on_every_colour_of_a_scale(mode):
    def between(first, second, part):
        channels = [(int(first[at : at + 2], 16), int(second[at : at + 2], 16)) for at in (1, 3, 5)]
        return "#" + "".join(f"{round(low + (high - low) * part):02x}" for low, high in channels)

    for scale in (CIVIDIS, SIGNED[mode]):
        for first, second in pairwise(scale):
            for tenth in range(11):
                fill = between(first, second, tenth / 10)
                assert max(contrast(fill, "#000000"), contrast(fill, "#FFFFFF")) >= 4.5, fill


@MODES
def test_signed_scale_is_neutral_in_the_middle_and_as_far_apart_as_can_be_at_its_ends(mode):
    scale = SIGNED[mode]
    assert len(scale) == 9
    red, green, blue = (int(scale[4][at : at + 2], 16) for at in (1, 3, 5))
    assert max(red, green, blue) - min(red, green, blue) <= 20
    # Zero looks like the page: light on light, dark on dark.
    assert contrast(scale[4], COLOURS[mode]["background"]) < 1.5
    distance = [contrast(colour, scale[4]) for colour in scale]
    assert distance[:5] == sorted(distance[:5], reverse=True)
    assert distance[4:] == sorted(distance[4:])


def test_sequential_scale_gets_lighter_all_the_way():
    steps = [luminance(colour) for colour in CIVIDIS]
    assert steps == sorted(steps)


# ---- the same everywhere


@MODES
def test_theme_of_streamlit_has_the_same_colours(mode):
    theme, colours = CONFIG["theme"][mode], COLOURS[mode]
    assert {name: value for name, value in theme.items() if isinstance(value, str)} == {
        "primaryColor": colours["primary"],
        "backgroundColor": colours["background"],
        "secondaryBackgroundColor": colours["sidebar"],
        "textColor": colours["text"],
        "borderColor": colours["border"],
        "linkColor": colours["primary"],
    }
    assert theme["sidebar"]["backgroundColor"] == colours["sidebar"]
    assert theme["sidebar"]["secondaryBackgroundColor"] == colours["background"]


def test_app_sends_no_telemetry_and_takes_10_megabytes():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["maxUploadSize"] == 10


def test_browser_gets_the_tables_as_they_are():
    sent = json.loads(json.dumps(for_browser()))
    assert sent["colours"] == COLOURS
    assert sent["unitScale"] == list(CIVIDIS)
    assert sent["signedScale"] == {mode: list(scale) for mode, scale in SIGNED.items()}


@KINDS
def test_browser_gets_a_style_as_it_is(kind):
    style = style_of(CELLS[kind]())
    sent = json.loads(json.dumps(style.for_browser()))
    assert sent["signals"].keys() == style.signals.keys()
    assert sent["signals"]["h"]["dark"] == style.signals["h"].dark
    assert tuple(sent["order"]) == style.order
    assert [word for word, _ in sent["phases"]] == [word for word, _ in style.phases]


def test_light_and_dark_have_the_same_names_and_every_colour_is_six_digits():
    assert COLOURS["light"].keys() == COLOURS["dark"].keys()
    every = [
        *COLOURS["light"].values(),
        *COLOURS["dark"].values(),
        *CIVIDIS,
        *SIGNED["light"],
        *SIGNED["dark"],
    ]
    every += [
        getattr(look, mode)
        for style in CELL_STYLES.values()
        for look in style.signals.values()
        for mode in ("light", "dark")
    ]
    assert [colour for colour in every if len(colour) != 7 or not int(colour[1:], 16) >= 0] == []
