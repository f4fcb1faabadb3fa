"""The numbers, scales, axes and names of ``static/plot``, in a page without views."""

import math
from itertools import pairwise

import numpy as np
import pytest

RANGES = [(0, 1), (0, 622), (112e3, 655e3), (-8_000_810, -8_000_790), (-8e6, 3e6), (1e9, 1e9 + 5)]
RANGES += [
    (1e9 - 3, 1e9 + 4),
    (0, 2e9),
    (-1.2e9, 1.2e9),
    (0, 1e-7),
    (0.1234567, 0.1234569),
    (99_990, 100_010),
]
RANGES += [
    (-1e9 - 5, -1e9),
    (1e12, 1e12 + 0.01),
    (-1.7e308, 1.7e308),
    (5e-324, 2e-323),
    (20_200_000, 20_261_231),
]


@pytest.fixture
def call(harness):
    """Call a function of the browser: ``call("ticks", "roundTicks", (0, 1), 5)``.

    With ``of``, return what the function that comes back makes of each of these values.
    """
    source = """async ([module, name, values, of]) => {
        const found = (await import(`/static/plot/${module}.js`))[name](...values);
        return of ? of.map(found.share ?? found) : found;
    }"""

    def run(module, name, *values, of=None):
        return harness.page.evaluate(source, [module, name, values, of])

    return run


# ---- ticks


@pytest.fixture
def ticks(call):
    """Return ``ticks((low, high), most) -> (values, texts, offset)``."""

    def find(ends, most=5, **options):
        found = call("ticks", "roundTicks", ends, most, options)
        return [t["value"] for t in found["ticks"]], [t["text"] for t in found["ticks"]], found["offset"]

    return find


def number(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("\u00a0", "") or 0)


@pytest.mark.parametrize("ends", RANGES, ids=str)
def test_numbers_of_a_scale_are_short_different_and_right(ticks, ends):
    values, texts, offset = ticks(ends)
    assert 2 <= len(values) <= 7
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) <= 7
    slack = 1e-6 * (ends[1] / 2 - ends[0] / 2)
    for value, text in zip(values, texts, strict=True):
        assert ends[0] - slack <= value <= ends[1] + slack
        assert number(offset) / 2 + number(text) / 2 == pytest.approx(value / 2, rel=1e-15, abs=slack)


@pytest.mark.parametrize(
    ("ends", "texts", "offset"),
    [
        ((0, 1), "0 0.2 0.4 0.6 0.8 1.0", ""),
        ((0, 12_000), "0 5\u00a0000 10\u00a0000", ""),
        ((0, 2e9), "0 0.5e9 1.0e9 1.5e9 2.0e9", ""),
        ((1e9 - 3, 1e9 + 4), "−2 +0 +2 +4", "1\u00a0000\u00a0000\u00a0000"),
        ((-8_000_810, -8_000_790), "−10 −5 +0 +5 +10", "−8\u00a0000\u00a0800"),
        ((1e9, 1e9 + 1e-7), "1e9", ""),
        ((0, 0), "0", ""),
    ],
)
def test_scale_is_written_as_a_reader_expects(ticks, ends, texts, offset):
    assert ticks(ends)[1:] == (texts.split(" "), offset)


def test_no_step_is_smaller_than_the_least(ticks):
    assert ticks((0, 0.3), 6)[0] == pytest.approx([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    assert ticks((0, 0.3), 6, least=0.1)[0] == pytest.approx([0, 0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("ends", "texts"),
    [
        ((0.5, 5), "0.5 1 2 5"),
        ((0.01, 1), "0.01 0.03 0.1 0.3 1"),
        ((10, 5e4), "10 100 1\u00a0000 10\u00a0000"),
        ((1e-21, 1e12), "1e−18 1e−9 1 1e9"),
        ((2, 5), "2 5"),
    ],
)
def test_log_scale_has_as_many_round_numbers_as_there_is_room_for(call, ends, texts):
    found = call("ticks", "logTicks", ends, 4)
    assert [tick["text"] for tick in found] == texts.split(" ")
    assert [tick["value"] for tick in found] == pytest.approx([number(text) for text in texts.split(" ")])


# ---- scales and axes


def test_linear_scale_goes_evenly_from_end_to_end_either_way(call):
    values = [-2, -1, 0.5, 3, 8]
    for places in ((46, 286), (98, 6)):
        found = call("scale", "linearScale", (-2, 8), places, of=values)
        assert found == pytest.approx(np.interp(values, (-2, 8), places))


def test_scale_holds_the_largest_numbers_and_what_lies_far_beyond_it_is_out_of_sight(call):
    largest = 1.7e308
    found = call("scale", "linearScale", (-largest, largest), (0, 100), of=[-largest, 0, largest])
    assert found == [0, 50, 100]
    found = call("scale", "linearScale", (0, 1), (0, 100), of=[1e300, -1e300, math.inf])
    assert found == [1e6, -1e6, 1e6]


def test_log_scale_gives_each_power_of_ten_as_much_room_and_zero_none(call):
    found = call("scale", "logScale", (0.1, 100), (0, 30), of=[0.1, 1, 10, 100, 0, -1, math.nan])
    assert found[:4] == pytest.approx([0, 10, 20, 30])
    assert all(map(math.isnan, found[4:]))


@pytest.mark.parametrize(
    ("extent", "log", "ends", "offset"),
    [
        ((0, 1.15, 0.1), False, (0, 1.2), ""),
        ((-3, 0.7, 0.1), False, (-3, 0.8), ""),
        ((-3, 0, None), False, (-3, 0), ""),
        ((0, 0, None), False, (0, 1), ""),
        ((1e9 + 1, 1e9 + 5, 1e9 + 1), False, (1e9 + 1, 1e9 + 5), "1\u00a0000\u00a0000\u00a0000"),
        ((0, 0.7, 0.03), True, (0.02, 1), ""),
        ((0, 0, None), True, (1, 10), ""),
        ((0, 1.7e308, 5e-324), True, (5e-324, 1.797e308), ""),
    ],
)
def test_axis_ends_at_round_numbers_around_what_is_drawn(call, extent, log, ends, offset):
    low, high, positive = extent
    values = ({"low": low, "high": high, "positive": positive}, log, 4)
    axis = call("axes", "valueAxis", *values)
    assert axis["ends"] == pytest.approx(ends, rel=1e-3)
    assert axis["offset"] == offset
    assert (axis["finest"] > 0) is bool(offset)
    assert call("axes", "valueAxis", *values, of=axis["ends"]) == pytest.approx([0, 1])


def test_axis_of_updates_has_whole_numbers_only(call):
    axis = call("axes", "updateAxis", (0, 3), 8)
    assert [tick["text"] for tick in axis["ticks"]] == ["0", "1", "2", "3"]
    axis = call("axes", "updateAxis", (0, 120_000), 3)
    assert [tick["text"] for tick in axis["ticks"]] == ["0", "50\u00a0000", "100\u00a0000"]


def test_path_of_a_line_has_a_gap_where_a_value_is_missing(harness):
    path = harness.page.evaluate(
        """async () => (await import("/static/plot/frame.js")).linePath(
        [NaN, 1, 2, NaN, 3, NaN], (index) => 10 * index, (value) => 100 - value / 3)"""
    )
    assert path == "M10.0 99.7L20.0 99.3M40.0 99.0"


# ---- names

PLOT = {"left": 46, "right": 286, "top": 6, "bottom": 102}
HEIGHT = 15


@pytest.fixture
def place(call):
    """Return ``place(lines, curves, sides) -> [(text, top) or None]``: a line is (y, text, …)."""

    def find(lines, curves=(), sides=(-1, 1)):
        found = call(
            "labels",
            "placeNames",
            [
                {"y": y, "texts": [{"text": text, "width": 6 * len(text)} for text in texts]}
                for y, *texts in lines
            ],
            [{"x": list(x), "y": list(y)} for x, y in curves],
            PLOT,
            {"height": HEIGHT, "sides": sides},
        )
        return [name and (name["text"], name["top"]) for name in found]

    return find


def test_name_stands_close_to_its_line_on_the_better_side(place):
    assert place([(60, "baseline")]) == [("baseline", 60 - 1.5 - HEIGHT)]
    assert place([(60, "baseline")], sides=(1, -1)) == [("baseline", 60 + 1.5)]
    assert place([(12, "baseline")]) == [("baseline", 12 + 1.5)]  # no room above
    assert place([(95, "baseline")], sides=(1, -1)) == [("baseline", 95 - 1.5 - HEIGHT)]


def test_names_of_near_lines_stand_on_either_side_and_a_third_one_has_no_room(place):
    assert place([(60, "one"), (62, "two"), (61, "three")]) == [("one", 43.5), ("two", 63.5), None]


def test_name_goes_aside_for_a_curve_and_to_its_other_side_where_that_is_too_far(place):
    assert place([(60, "baseline")], [((46, 286), (58, 58))]) == [("baseline", 58 - 1.5 - HEIGHT)]
    assert place([(60, "baseline")], [((46, 286), (46, 46))]) == [("baseline", 61.5)]
    everywhere = (range(46, 287), [(20, 100)[x % 2] for x in range(46, 287)])
    assert place([(60, "baseline")], [everywhere]) == [None]
    assert place([(60, "baseline")], [((46, 200), (46, 46))]) == [("baseline", 43.5)]  # it ends before
    assert place([(60, "baseline")], [((46, 220, 286), (46, math.nan, 46.0))]) == [("baseline", 61.5)]


def test_first_text_that_has_room_is_taken(place):
    falling = [((46, 166, 286), (6, 60, 100))]
    assert place([(60, "always the most frequent", "baseline")], falling, (-1,)) == [("baseline", 43.5)]
    assert place([(60, "always the most frequent", "baseline")]) == [("always the most frequent", 43.5)]
    assert place([(60, "x" * 33, "baseline")]) == [("baseline", 43.5)]  # wider than a name may be


def test_line_that_has_no_place_has_no_name(place):
    assert place([(math.nan, "zero on a log scale"), (300, "beyond")]) == [None, None]


def test_no_name_lies_on_another_on_a_line_on_a_curve_or_outside(place):
    rng = np.random.default_rng(0)
    x = np.linspace(46, 286, 40)
    named = 0
    for _ in range(40):
        lines = [(float(y), "a longer name", "name") for y in rng.uniform(6, 102, rng.integers(1, 5))]
        curves = [(x, rng.uniform(6, 102) + rng.normal(0, 4, len(x))) for _ in range(rng.integers(0, 4))]
        found = place(lines, [(list(x), y.tolist()) for x, y in curves])
        names = [name for name in found if name]
        named += len(names)
        tops = sorted(top for _, top in names)
        assert all(other - one >= HEIGHT for one, other in pairwise(tops))
        for text, top in names:
            assert PLOT["top"] <= top <= PLOT["bottom"] - HEIGHT
            columns = np.linspace(PLOT["right"] - 6 * len(text), PLOT["right"], 500)
            drawn = [np.interp(columns, *curve) for curve in curves] + [np.array([y]) for y, *_ in lines]
            assert not any(((top < y) & (y < top + HEIGHT)).any() for y in drawn)
    assert named > 20
