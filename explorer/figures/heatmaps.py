"""All six signals of a run as one Plotly figure: units down, time across, to zoom and download."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from explorer.cell_view.payload import bounds_of
from explorer.sequence import Sequence
from explorer.theme import CIVIDIS, COLOURS, LOOKS, SCREEN_ORDER, SIGNED, Mode
from lstm_core import LayerTrace

_GAP = 0.035
_MAX_TICKS = 24


def heatmaps(trace: LayerTrace, sequence: Sequence, mode: Mode, example: int = 0) -> go.Figure:
    """Return the gates, the candidate, the memory and the output over time.

    Parameters
    ----------
    trace : LayerTrace
        What ran.
    sequence : Sequence
        Its symbols label the time axis; padding is left blank.
    mode : {"light", "dark"}
        The page's theme.
    example : int
        Which sequence of the batch.

    Returns
    -------
    plotly.graph_objects.Figure
        Six heatmaps that share the time axis, on three colour scales: 0..1 for the gates, ±s for the
        candidate and the output, ±s for the memory, with the same s as in the cell view.
    """
    colours = COLOURS[mode]
    bounds = bounds_of(trace, example)
    timesteps, units = trace.timesteps, trace.hidden_size
    steps = list(range(1, timesteps + 1))
    live = trace.mask[example]
    figure = go.Figure()
    height = (1 - _GAP * (len(SCREEN_ORDER) - 1)) / len(SCREEN_ORDER)
    # Plotly reads a little HTML in labels: what a person typed is escaped.
    symbols = [escape(symbol) for symbol in sequence.symbols]
    for row, key in enumerate(SCREEN_ORDER):
        look = LOOKS[key]
        top = 1 - row * (height + _GAP)
        axis = "" if row == 0 else str(row + 1)
        values = trace[key][example].T.copy()  # (H, T)
        if look.scale == "unit":
            values[:, ~live] = float("nan")
        figure.add_heatmap(
            x=steps,
            y=list(range(1, units + 1)),
            z=values,
            coloraxis=_scale_of(key),
            yaxis=f"y{axis}",
            xaxis="x",
            customdata=[symbols] * units,
            hovertemplate=f"<b>{look.symbol}</b> {look.word}, unit %{{y}}<br>t = %{{x}}  %{{customdata}}<br>"
            "<b>%{z:.6f}</b><extra></extra>",
        )
        figure.layout[f"yaxis{axis}"] = {
            "domain": [max(top - height, 0), top],
            "autorange": "reversed",
            "showgrid": False,
            "zeroline": False,
            "title": {
                "text": f"<b>{look.symbol}</b>  {look.word}",
                "font": {"color": getattr(look, mode)},
                "standoff": 4,
            },
            "tickmode": "array",
            "tickvals": sorted({1, (units + 1) // 2, units}) if units > 3 else list(range(1, units + 1)),
            "tickfont": {"color": colours["muted"]},
            "anchor": "x",
        }
    every = -(-timesteps // _MAX_TICKS)
    shown = steps[::every]
    named = timesteps <= _MAX_TICKS and any(symbols)
    figure.update_layout(
        xaxis={
            "title": {"text": "timestep"},
            "tickmode": "array",
            "tickvals": shown,
            "anchor": f"y{len(SCREEN_ORDER)}",
            "ticktext": [f"{t}<br>{symbols[t - 1][:12]}" for t in shown] if named else shown,
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"color": colours["muted"]},
        },
        coloraxis={"colorscale": _stops(CIVIDIS), "cmin": 0, "cmax": 1, "colorbar": _bar("f i o", 0.84)},
        coloraxis2={
            "colorscale": _stops(SIGNED[mode]),
            "cmin": -max(bounds["g"], bounds["h"]),
            "cmax": max(bounds["g"], bounds["h"]),
            "colorbar": _bar("g h", 0.5),
        },
        coloraxis3={
            "colorscale": _stops(SIGNED[mode]),
            "cmin": -bounds["c"],
            "cmax": bounds["c"],
            "colorbar": _bar("c", 0.16),
        },
        height=max(560, min(96 * len(SCREEN_ORDER), 960)),
        margin={"l": 72, "r": 64, "t": 12, "b": 64},
        paper_bgcolor=colours["background"],
        plot_bgcolor=colours["background"],
        font={"color": colours["text"], "family": "Source Sans, sans-serif", "size": 14},
        hoverlabel={
            "bgcolor": colours["body"],
            "bordercolor": colours["border"],
            "font": {"color": colours["text"]},
        },
    )
    return figure


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
