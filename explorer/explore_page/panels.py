"""The parts of the Explore page around the cell view: the heading with the presets, and the tabs below."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.app.catalog import PAGES
from explorer.app.collector import freeze_collector
from explorer.cell_styles import style_of
from explorer.limits import MAX_INPUT, MAX_SEED
from explorer.model.carried import CARRIED_KEY, Carried
from explorer.model.experiment import Experiment
from explorer.model.presets import PRESETS, Preset
from explorer.session import workspace
from explorer.session.traces import heatmap_figure
from explorer.theme import Mode
from explorer.views.about import about
from explorer.views.notice import Notice, notices
from explorer.views.weight_editor import weight_editor
from explorer.wording import grouped
from lstm_core import INITIALIZERS, LayerTrace

_WORDS = {"zeros": "zeros", "uniform": "uniform", "glorot": "Glorot", "orthogonal": "orthogonal"}


def heading() -> None:
    """Show title and picker of presets."""
    opened, carried = workspace.current().preset, workspace.carried()
    titles = {entry.key: entry.title for entry in PRESETS}
    if carried is not None:
        titles = {CARRIED_KEY: carried.title} | titles
    with st.container(key="heading"):
        left, right = st.columns([7, 4], vertical_alignment="center")
        if isinstance(opened, Carried):
            with left.container(horizontal=True, vertical_alignment="center", key="way_back"):
                st.title("Explore", anchor=False, width="content")
                _way_back()
        else:
            left.title("Explore", anchor=False)
        right.selectbox(
            "Preset",
            list(titles),
            key=workspace.PRESET_KEY,
            on_change=workspace.open_preset,
            format_func=titles.__getitem__,
            label_visibility="collapsed",
            persist_state="session",
        )


def look_for(opened: Preset | Carried, *, changed: bool) -> None:
    """Show what to look for, and what takes changes back.

    Of a changed example the words may no longer be true, so they step back.
    """
    with st.container(key="look_for"):
        st.markdown(f":gray[As it opened: {opened.look_for}]" if changed else opened.look_for)
    with st.container(horizontal=True, key="history"):
        _take_back("Undo", "undo", workspace.undo, possible=workspace.can_undo())
        _take_back("Redo", "redo", workspace.redo, possible=workspace.can_redo())


def _take_back(words: str, name: str, act: Callable[[], None], *, possible: bool) -> None:
    """Draw a button that goes a step back or forth in what was changed; the fields are drawn anew, too."""
    if st.button(
        words,
        key=name,
        on_click=act,
        icon=f":material/{name}:",
        type="tertiary",
        disabled=not possible,
    ):
        st.rerun()


def is_changed(opened: Preset | Carried, key: str) -> bool:
    """Tell whether the experiment of this key is another one than the one that was opened."""
    return key != opened.experiment().key


def _way_back() -> None:
    """Show the way back to the page that the network was trained on."""
    train = next((entry.file for entry in PAGES if entry.url_path == "train"), None)
    if train is None:
        return
    back = st.button("Back to Train", key="back_to_train", icon=":material/arrow_back:")
    take = workspace.carried_edited() and st.button(
        "Take these weights to Train",
        key="weights_to_train",
        on_click=workspace.weights_for_train,
        icon=":material/model_training:",
        help="Training goes on from the weights as they are here.",
    )
    if back or take:
        st.switch_page(train)


def tabs(experiment: Experiment, key: str, trace: LayerTrace) -> None:
    """Weights, heatmaps, values and equations; each is computed and loaded when it is opened."""
    weights, heat, values, words = st.tabs(
        ["Weights", "Heatmaps", "Values", "About"], key="tab", on_change="rerun"
    )
    if weights.open:
        with weights:
            _weights(experiment)
    if heat.open:
        with heat:
            _heatmaps(experiment, key, trace)
    if values.open:
        with values:
            _values(experiment, trace)
    if words.open:
        with words:
            about(experiment.cell)


def _weights(experiment: Experiment) -> None:
    """Show the editor, and below it what draws all weights anew."""
    refused = workspace.take_refusal()
    notices([Notice("Nothing was changed.", refused)] if refused else [], key="edit_notice")
    if experiment.input_size > MAX_INPUT:
        st.caption(
            f"The editor shows weights for up to {MAX_INPUT} inputs; this layer reads "
            f"{experiment.input_size} numbers at each timestep. Each weight stands in a formula above."
        )
    else:
        weight_editor(
            experiment.cell,
            experiment.blocks,
            inputs=experiment.sequence.inputs,
            answered=workspace.answered_edit(),
            key=workspace.WEIGHTS_KEY,
            on_edit=workspace.edit_weights,
        )
    with st.container(horizontal=True, vertical_alignment="bottom", key="draw"):
        for name, key in (("W", "draw_kernel"), ("U", "draw_recurrent")):
            st.selectbox(
                f"Draw {name} as",
                list(INITIALIZERS),
                key=key,
                format_func=_WORDS.__getitem__,
                width=140,
                persist_state="session",
            )
        st.number_input("Seed", 0, MAX_SEED, key="draw_seed", width=120, persist_state="session")
        if ("b", "f") in experiment.blocks:
            st.number_input(
                "Forget bias",
                step=0.5,
                key="draw_forget_bias",
                width=120,
                persist_state="session",
            )
        st.button(
            "Draw",
            key="draw_weights",
            on_click=workspace.draw_weights,
            icon=":material/casino:",
            help="Draw all weights anew with these settings.",
        )
        st.button(
            "Reset weights",
            key="reset_weights",
            on_click=workspace.reset_weights,
            icon=":material/restart_alt:",
            help="Back to the weights of the preset, where they fit.",
        )


def _heatmaps(experiment: Experiment, key: str, trace: LayerTrace) -> None:
    """Show one figure to zoom into and to download."""
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    figure = heatmap_figure(key, mode, experiment)
    style = style_of(experiment.cell)
    *first, last = (style.signals[signal].symbol for signal in style.order)
    symbols = f"{', '.join(first)} and {last}"
    freeze_collector("plotly")
    st.caption(
        "Units from top to bottom, timesteps from left to right. "
        "Drag to zoom, double-click to come back; the camera saves a PNG."
    )
    st.plotly_chart(
        figure,
        key="heatmaps",
        width="stretch",
        theme=None,
        config={"displaylogo": False, "toImageButtonOptions": {"filename": "lstm-explorer", "scale": 2}},
        alt=f"Heatmaps of {symbols}: {trace.hidden_size} units over {trace.timesteps} timesteps.",
    )


def _values(experiment: Experiment, trace: LayerTrace) -> None:
    """Show the table of all values and its download."""
    from explorer.figures.values import csv_of, table_of

    with st.container(horizontal=True, vertical_alignment="bottom", key="values_bar"):
        units: list[int | None] = [None, *range(trace.hidden_size)]
        unit = st.selectbox(
            "Show",
            units,
            key="values_unit",
            width=180,
            format_func=lambda index: "all units" if index is None else f"unit {index + 1}",
        )
        table = table_of(trace, experiment.sequence, unit)
        freeze_collector("pandas")
        st.download_button(
            "Download CSV",
            lambda: csv_of(table),
            "lstm-explorer.csv",
            "text/csv",
            key="download_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.caption(f"{grouped(len(table))} rows, one for each timestep and unit. The file has all digits.")
    st.dataframe(
        table,
        key="values_table",
        hide_index=True,
        width="stretch",
        column_config={name: st.column_config.NumberColumn(format="%.6f") for name in table.columns[3:]},
    )
