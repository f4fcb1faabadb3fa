"""The signals of a run as one Plotly figure: units down, time across, to zoom and download."""

from __future__ import annotations

from html import escape

import numpy as np
import plotly.graph_objects as go

from explorer.cell_styles import CellStyle, SignalStyle, style_of
from explorer.sequence import Sequence
from explorer.theme import CIVIDIS, COLOURS, SIGNED, Mode
from explorer.views.cell_view.payload import bounds_of
from lstm_core import LayerTrace

_GAP = 0.035
_AXES = {"unit": "coloraxis", "signed": "coloraxis2", "state": "coloraxis3", "sum": "coloraxis4"}
"""Plotly's name for the colour axis of each scale."""
_MAX_TICKS = 12
_MAX_SYMBOL = 12
# Above this many cells the symbols would double the size of the figure.
_MAX_NAMED_CELLS = 20_000


def heatmaps(trace: LayerTrace, sequence: Sequence, mode: Mode, example: int = 0) -> go.Figure:
    """Return the signals of the screen's order over time: gates, candidate, memory and what the cell says.

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
        Heatmaps that share the time axis, and a colour scale for each kind of value: 0..1 for gates, ±s for
        what is signed, for the memory and for sums, with the same s as in the cell view. Where a timestep
        was skipped only the states are drawn.
    """
    bounds = bounds_of(trace, example)
    style = style_of(trace.cell)
    # Plotly reads a little HTML in labels: what a person typed is escaped, after it was cut.
    symbols = [escape(symbol[:_MAX_SYMBOL]) for symbol in sequence.symbols]
    figure = go.Figure()
    for row, key in enumerate(style.order):
        figure.add_heatmap(**_trace_of(trace, key, style.signals[key], row, symbols, example))
        figure.layout["yaxis" if row == 0 else f"yaxis{row + 1}"] = _units_axis(
            style.signals[key], _domain(row, len(style.order)), trace.hidden_size, mode
        )
    figure.update_layout(
        **_colour_axes(style, bounds, mode),
        xaxis=_time_axis(symbols, len(style.order), mode),
        height=600 if len(style.order) > 3 else 400,
        margin={"l": 72, "r": 64, "t": 36, "b": 64},
        **_colours(mode),
    )
    return figure


def _domain(row: int, rows: int) -> list[float]:
    """Return where a map lies between 0 and 1, the first on top."""
    height = (1 - _GAP * (rows - 1)) / rows
    top = 1 - row * (height + _GAP)
    return [max(top - height, 0), top]


def _colour_axes(style: CellStyle, bounds: dict[str, float], mode: Mode) -> dict[str, object]:
    """Return the colour scales that the shown signals need, their bars one below the other."""
    groups: dict[str, list[str]] = {}
    for key in style.order:
        groups.setdefault(style.signals[key].scale, []).append(key)
    axes: dict[str, object] = {}
    for index, (scale, keys) in enumerate(groups.items()):
        largest = max(bounds[key] for key in keys)
        title = " ".join(style.signals[key].symbol for key in keys)
        axes[_AXES[scale]] = {
            "colorscale": _stops(CIVIDIS if scale == "unit" else SIGNED[mode]),
            "cmin": 0 if scale == "unit" else -largest,
            "cmax": 1 if scale == "unit" else largest,
            "colorbar": _bar(title, 1 - (index + 0.5) / len(groups), 0.9 / len(groups)),
        }
    return axes


def _trace_of(
    trace: LayerTrace, key: str, look: SignalStyle, row: int, symbols: list[str], example: int
) -> dict[str, object]:
    """Return one heatmap."""
    values = trace[key][example].T  # (H, T)
    if key not in trace.cell.states:
        values = np.where(trace.mask[example], values, np.nan)
    found: dict[str, object] = {
        "x": np.arange(1, trace.timesteps + 1),
        "y": np.arange(1, trace.hidden_size + 1),
        "z": values,
        "coloraxis": _AXES[look.scale],
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


def _units_axis(look: SignalStyle, domain: list[float], units: int, mode: Mode) -> dict[str, object]:
    """Return the axis of one signal, the first unit on top."""
    hue = look.dark if mode == "dark" else look.light
    return {
        "domain": domain,
        "autorange": "reversed",
        "showgrid": False,
        "zeroline": False,
        "title": {"text": f"<b>{look.symbol}</b>  {look.word}", "font": {"color": hue}, "standoff": 4},
        "tickmode": "array",
        "tickvals": sorted({1, (units + 1) // 2, units}) if units > 3 else list(range(1, units + 1)),
        "tickfont": {"color": COLOURS[mode]["muted"]},
        "anchor": "x",
    }


def _time_axis(symbols: list[str], rows: int, mode: Mode) -> dict[str, object]:
    """Return the shared axis: at most 12 numbers, with the symbols where all of them fit."""
    steps = range(1, len(symbols) + 1)
    shown = list(steps[:: -(-len(symbols) // _MAX_TICKS)])
    named = len(symbols) <= _MAX_TICKS and any(symbols)
    return {
        "title": {"text": "timestep, and its input" if named else "timestep"},
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": [f"{t}<br>{symbols[t - 1]}" if named else str(t) for t in shown],
        "anchor": f"y{rows}",
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


def _stops(colours: tuple[str, ...]) -> list[tuple[float, str]]:
    """Space the colours of a scale evenly."""
    return [(index / (len(colours) - 1), colour) for index, colour in enumerate(colours)]


def _bar(title: str, middle: float, length: float) -> dict[str, object]:
    """Place a colour bar beside the heatmaps."""
    return {
        "title": {"text": title, "side": "top"},
        "len": length,
        "y": middle,
        "thickness": 12,
        "outlinewidth": 0,
        "x": 1.01,
    }
