"""The heatmaps: the trace's own numbers, the cell view's scales, and nothing typed taken for markup."""

import html
import json
from itertools import pairwise

import numpy as np
import pytest

from explorer.cell_styles import style_of
from explorer.figures.heatmaps import heatmaps
from explorer.sequence import TextConfig
from explorer.theme import CIVIDIS, COLOURS, SIGNED
from explorer.views.cell_view.payload import bounds_of
from lstm_core import LSTM

LOOKS, SCREEN_ORDER = style_of(LSTM()).signals, style_of(LSTM()).order
MODES = pytest.mark.parametrize("mode", ["light", "dark"])


@pytest.fixture
def draw(begin):
    """Draw an experiment: ``draw(config, …) -> (figure, trace)``."""

    def make(*arguments, mode="light", **options):
        experiment = begin(*arguments, **options)
        trace = experiment.run()
        return heatmaps(trace, experiment.sequence, mode), trace

    return make


def test_each_signal_has_its_map_of_units_by_timesteps_from_top_to_bottom(draw):
    figure, trace = draw()
    assert len(figure.data) == len(SCREEN_ORDER) == 6
    tops = []
    for row, (key, data) in enumerate(zip(SCREEN_ORDER, figure.data, strict=True)):
        assert np.asarray(data.z).tolist() == trace[key][0].T.tolist()
        assert list(data.x) == [1, 2, 3, 4]
        assert list(data.y) == [1, 2, 3]
        axis = figure.layout["yaxis" if row == 0 else f"yaxis{row + 1}"]
        assert data.yaxis == ("y" if row == 0 else f"y{row + 1}")
        assert axis.autorange == "reversed"
        assert LOOKS[key].word in axis.title.text
        tops.append(axis.domain[1])
        assert 0 <= axis.domain[0] < axis.domain[1] <= 1
    assert tops == sorted(tops, reverse=True)


@pytest.mark.parametrize(
    "options", [{}, {"activation": "identity"}, {"activation": "relu", "output_activation": "identity"}]
)
def test_scales_are_those_of_the_cell_view(draw, options):
    figure, trace = draw("9 -9; 30 4; 2 8", cell=LSTM(**options))
    bounds = bounds_of(trace)
    layout = figure.layout
    assert (layout.coloraxis.cmin, layout.coloraxis.cmax) == (0, 1)
    assert (layout.coloraxis3.cmin, layout.coloraxis3.cmax) == (-bounds["c"], bounds["c"])
    assert -layout.coloraxis2.cmin == layout.coloraxis2.cmax == max(bounds["g"], bounds["h"])
    axes = {key: data.coloraxis for key, data in zip(SCREEN_ORDER, figure.data, strict=True)}
    assert {axes[key] for key in "fio"} == {"coloraxis"}
    assert axes["g"] == axes["h"] == "coloraxis2"
    assert axes["c"] == "coloraxis3"


@MODES
def test_colours_are_those_of_the_theme(draw, mode):
    figure, _ = draw(mode=mode)
    layout = figure.layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == COLOURS[mode]["background"]
    assert layout.font.color == COLOURS[mode]["text"]
    assert [colour for _, colour in layout.coloraxis.colorscale] == list(CIVIDIS)
    for axis in (layout.coloraxis2, layout.coloraxis3):
        assert [colour for _, colour in axis.colorscale] == list(SIGNED[mode])
    for row, key in enumerate(SCREEN_ORDER):
        axis = layout["yaxis" if row == 0 else f"yaxis{row + 1}"]
        assert axis.title.font.color == getattr(LOOKS[key], mode)


def test_what_was_never_computed_at_a_skipped_step_is_blank(draw):
    figure, trace = draw(TextConfig("abc", length=5, pad="after"))
    for key, data in zip(SCREEN_ORDER, figure.data, strict=True):
        values = np.asarray(data.z, float)
        assert np.isfinite(values[:, :3]).all()
        if key in ("c", "h"):
            # The states are carried through, and are numbers to read.
            assert values[:, 3:].tolist() == trace[key][0, 3:].T.tolist()
        else:
            assert np.isnan(values[:, 3:]).all(), key


def test_padding_that_was_read_is_shown(draw):
    figure, _ = draw(TextConfig("abc", length=5, skip_padding=False))
    assert all(np.isfinite(np.asarray(data.z, float)).all() for data in figure.data)


@pytest.mark.parametrize("word", ["<b>", "<a/href=x>", "&lt;", "a&b", "<script>alert(1)</script>", '"x'])
def test_symbols_are_shown_as_they_are_typed_and_never_as_markup(draw, word):
    figure, _ = draw(TextConfig(f"so {word} so", unit="word"))
    ticks = list(figure.layout.xaxis.ticktext)
    shown = ticks[1].removeprefix("2<br>")
    assert "<" not in shown
    assert ">" not in shown
    symbol = html.unescape(figure.data[0].customdata[0][1])
    assert figure.data[0].customdata[0][1] == html.escape(symbol)
    # A label may be shorter than the symbol, but no entity may be cut in two.
    assert html.escape(html.unescape(shown)) == shown
    assert symbol.startswith(html.unescape(shown))
    assert ticks[0] == "1<br>so"


def test_bold_is_written_with_entities(draw):
    figure, _ = draw(TextConfig("<b> <b>", unit="word"))
    assert list(figure.layout.xaxis.ticktext) == ["1<br>&lt;b&gt;", "2<br>&lt;b&gt;"]


@pytest.mark.parametrize("timesteps", [1, 2, 12, 13, 24, 25, 100, 1000])
def test_time_axis_has_few_labels_at_even_steps_from_the_first_on(draw, timesteps):
    figure, _ = draw("1 " * timesteps)
    shown = list(figure.layout.xaxis.tickvals)
    assert shown[0] == 1
    assert len(shown) == len(figure.layout.xaxis.ticktext) <= 24
    steps = {later - earlier for earlier, later in pairwise(shown)}
    assert len(steps) <= 1
    assert timesteps - shown[-1] < max(steps, default=1)


@pytest.mark.parametrize(("size", "labels"), [(1, [1]), (3, [1, 2, 3]), (4, [1, 2, 4]), (128, [1, 64, 128])])
def test_units_are_labelled_at_both_ends(draw, size, labels):
    figure, _ = draw(hidden_size=size)
    assert list(figure.layout.yaxis.tickvals) == labels


def test_figure_is_valid_json_with_every_option(draw, cells):
    for cell in cells[::9]:
        figure, _ = draw(TextConfig("ab", length=3), cell=cell)
        assert len(json.loads(figure.to_json())["data"]) == 6
