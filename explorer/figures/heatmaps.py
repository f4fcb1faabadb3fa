"""All six signals of a run as one Plotly figure: units down, time across, to zoom and download."""

from __future__ import annotations

from html import escape

import numpy as np
import plotly.graph_objects as go

from explorer.cell_view.payload import bounds_of
from explorer.sequence import Sequence
from explorer.theme import CIVIDIS, COLOURS, LOOKS, SCREEN_ORDER, SIGNED, Mode
from lstm_core import LayerTrace

_GAP = 0.035
_HEIGHT = (1 - _GAP * (len(SCREEN_ORDER) - 1)) / len(SCREEN_ORDER)
_MAX_TICKS = 12
_MAX_SYMBOL = 12
# Above this many cells the symbols would double the size of the figure.
_MAX_NAMED_CELLS = 20_000


def heatmaps(trace: LayerTrace, sequence: Sequence, mode: Mode, example: int = 0) -> go.Figure:
    """Return the gates, the candidate, the memory and the output over time.

    Parameters
    ----------
    trace : LayerTrace
        What ran.
    sequence : Sequence
        Its symbols label the time axis.
    mode : {"light", "dark"}
        The page's theme.
    example : int
        Which sequence of the batch.

    Returns
    -------
    plotly.graph_objects.Figure
        Six heatmaps that share the time axis, on three colour scales: 0..1 for the gates, ±s for the
        candidate and the output, ±s for the memory, with the same s as in the cell view. Where a
        timestep was skipped only c and h are drawn.
    """
    bounds = bounds_of(trace, example)
    # Plotly reads a little HTML in labels: what a person typed is escaped, after it was cut.
    symbols = [escape(symbol[:_MAX_SYMBOL]) for symbol in sequence.symbols]
    figure = go.Figure()
    for row, key in enumerate(SCREEN_ORDER):
        figure.add_heatmap(**_trace_of(trace, key, row, symbols, example))
        figure.layout["yaxis" if row == 0 else f"yaxis{row + 1}"] = _units_axis(
            key, row, trace.hidden_size, mode
        )
    both = max(bounds["g"], bounds["h"])
    figure.update_layout(
        coloraxis={"colorscale": _stops(CIVIDIS), "cmin": 0, "cmax": 1, "colorbar": _bar("f i o", 0.84)},
        coloraxis2={
            "colorscale": _stops(SIGNED[mode]),
            "cmin": -both,
            "cmax": both,
            "colorbar": _bar("g h", 0.5),
        },
        coloraxis3={
            "colorscale": _stops(SIGNED[mode]),
            "cmin": -bounds["c"],
            "cmax": bounds["c"],
            "colorbar": _bar("c", 0.16),
        },
        xaxis=_time_axis(symbols, mode),
        height=600,
        margin={"l": 72, "r": 64, "t": 36, "b": 64},
        **_colours(mode),
    )
    return figure


def _trace_of(trace: LayerTrace, key: str, row: int, symbols: list[str], example: int) -> dict[str, object]:
    """Return one heatmap."""
    look = LOOKS[key]
    values = trace[key][example].T  # (H, T)
    if key not in trace.cell.states:
        values = np.where(trace.mask[example], values, np.nan)
    found: dict[str, object] = {
        "x": np.arange(1, trace.timesteps + 1),
        "y": np.arange(1, trace.hidden_size + 1),
        "z": values,
        "coloraxis": _scale_of(key),
        "xaxis": "x",
        "yaxis": "y" if row == 0 else f"y{row + 1}",
    }
    named = values.size <= _MAX_NAMED_CELLS
    if named:
        found["customdata"] = np.broadcast_to(np.array(symbols, dtype=object), values.shape)
    found["hovertemplate"] = (
        f"<b>{look.symbol}</b> {look.word}, unit %{{y}}<br>t = %{{x}}{'  %{customdata}' if named else ''}<br>"
        "<b>%{z:.6f}</b><extra></extra>"
    )
    return found


def _units_axis(key: str, row: int, units: int, mode: Mode) -> dict[str, object]:
    """Return the axis of one signal, the first unit on top."""
    look = LOOKS[key]
    top = 1 - row * (_HEIGHT + _GAP)
    hue = look.dark if mode == "dark" else look.light
    return {
        "domain": [max(top - _HEIGHT, 0), top],
        "autorange": "reversed",
        "showgrid": False,
        "zeroline": False,
        "title": {"text": f"<b>{look.symbol}</b>  {look.word}", "font": {"color": hue}, "standoff": 4},
        "tickmode": "array",
        "tickvals": sorted({1, (units + 1) // 2, units}) if units > 3 else list(range(1, units + 1)),
        "tickfont": {"color": COLOURS[mode]["muted"]},
        "anchor": "x",
    }


def _time_axis(symbols: list[str], mode: Mode) -> dict[str, object]:
    """Return the shared axis: at most 12 numbers, with the symbols where all of them fit."""
    steps = range(1, len(symbols) + 1)
    shown = list(steps[:: -(-len(symbols) // _MAX_TICKS)])
    named = len(symbols) <= _MAX_TICKS and any(symbols)
    return {
        "title": {"text": "timestep, and its input" if named else "timestep"},
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": [f"{t}<br>{symbols[t - 1]}" if named else str(t) for t in shown],
        "anchor": f"y{len(SCREEN_ORDER)}",
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"color": COLOURS[mode]["muted"]},
    }


def _colours(mode: Mode) -> dict[str, object]:
    """Return what makes the figure part of the page."""
    colours = COLOURS[mode]
    return {
        "paper_bgcolor": colours["background"],
        "plot_bgcolor": colours["background"],
        "font": {"color": colours["text"], "family": "Source Sans, sans-serif", "size": 14},
        "hoverlabel": {
            "bgcolor": colours["body"],
            "bordercolor": colours["border"],
            "font": {"color": colours["text"]},
        },
    }


def _scale_of(key: str) -> str:
    """Return the colour axis of a signal."""
    if LOOKS[key].scale == "unit":
        return "coloraxis"
    return "coloraxis3" if key == "c" else "coloraxis2"


def _stops(colours: tuple[str, ...]) -> list[tuple[float, str]]:
    """Space the colours of a scale evenly."""
    return [(index / (len(colours) - 1), colour) for index, colour in enumerate(colours)]


def _bar(title: str, middle: float) -> dict[str, object]:
    """Place a colour bar beside the heatmaps."""
    return {
        "title": {"text": title, "side": "top"},
        "len": 0.3,
        "y": middle,
        "thickness": 12,
        "outlinewidth": 0,
        "x": 1.01,
    }
