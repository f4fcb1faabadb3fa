"""The runs: a table to name and overlay them, a way to look at each again, and files."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from explorer.app.collector import freeze_collector
from explorer.session import train_state
from explorer.session.train_state import key, training_runs
from explorer.training.limits import MAX_RUN_FILE_BYTES
from explorer.training.plan import Plan
from explorer.training.run_file import left_out, read_run, write_run
from explorer.training.runs import Runs
from explorer.training.saved_run import SavedRun
from explorer.training.verdict import named, written
from explorer.training.wording import network_words, setting_words, task_words, unformatted
from explorer.views.notice import Notice, notices
from lstm_core import InputError


def draw() -> None:
    """Draw the tab."""
    held = training_runs()
    runs = [*held.kept, *([held.saved()] if held.begun else [])]
    if not runs:
        notices(
            [
                Notice(
                    "No runs yet.",
                    "Every run is kept here: to be named, laid over others, and gone back to.",
                    tone="empty",
                )
            ],
            key="runs_empty",
        )
    else:
        _table(held, runs)
        _one(held, runs)
    _load(held)


def _table(held: Runs, runs: list[SavedRun]) -> None:
    rows = [_row(held, run) for run in runs]
    version = train_state.number("runs_version")
    st.data_editor(
        rows,
        key=key(f"runs_{version}"),
        on_change=_edited,
        args=([run.name for run in runs], version),
        hide_index=True,
        width="stretch",
        disabled=[name for name in rows[0] if name not in ("shown", "name")],
        column_config={
            "shown": st.column_config.CheckboxColumn(
                "shown", width="small", help="Drawn in the curves, beside runs of the same data."
            ),
            "name": st.column_config.TextColumn("name", max_chars=40, help="Double-click to rename."),
        },
    )
    freeze_collector("pandas")
    apart = [unformatted(run.name) for run in runs if not held.shares_a_scale(run.plan)]
    if apart:
        st.caption(
            f"Learned from other examples than {unformatted(held.shown_name)}, so not drawn beside it: "
            f"{', '.join(apart)}."
        )
    if held.dropped:
        st.caption("The oldest run was dropped to make room; save runs that you want to keep.")


def _row(held: Runs, run: SavedRun) -> dict[str, Any]:
    plan, data = run.plan, run.plan.data()
    values = run.history.metric
    best = float(values.max() if data.metric.better == "higher" else values.min())
    return {
        "shown": held.draws(run.name, plan),
        "name": run.name,
        "task": task_words(plan.source),
        "best": named(data.metric, best),
        "without learning": written(data.metric, data.baseline.value),
        "parameters": plan.network().parameter_count,
        "updates": int(run.history.update[-1]) if len(run.history) else 0,
        "seconds": round(run.seconds, 2),
        "network": network_words(plan),
        "settings": _settings(plan, run),
        "state": held.worker.state if run.name == held.name else run.state,
    }


def _settings(plan: Plan, run: SavedRun) -> str:
    """Return how it was trained in a few words."""
    rates = run.history.learning_rate
    changes = rates[np.flatnonzero(np.diff(rates, prepend=np.nan))] if len(rates) else [plan.learning_rate]
    shown = [f"{rate:g}" for rate in changes]
    several = " → ".join(shown if len(shown) < 3 else [shown[0], "…", shown[-1]])
    origin = f"from {run.parent}" * bool(run.parent)
    return ", ".join(
        filter(None, (f"{plan.optimizer} {several}", *setting_words(run.asked).values(), origin))
    )


def _edited(names: list[str], version: int) -> None:
    held = training_runs()
    changes: dict[int, dict[str, object]] = train_state.edited(key(f"runs_{version}"))
    for row, change in changes.items():
        name = names[int(row)]
        if "shown" in change:
            held.overlaid = held.overlaid | {name} if change["shown"] else held.overlaid - {name}
        if "name" in change:
            held.rename(name, str(change["name"] or ""))
    # Fed with what it changed itself, the table would lose every second edit: it is another one from now on.
    train_state.set_field("runs_version", version + 1)


def _one(held: Runs, runs: list[SavedRun]) -> None:
    """Draw what can be done with one run."""
    names = [run.name for run in runs]
    at = names.index(held.shown_name) if held.shown_name in names else 0
    # Another list when there are other runs, or another is looked at: it begins with that one.
    field = key(f"runs_one_{held.subject}_{hash(tuple(names))}")
    with st.container(horizontal=True, vertical_alignment="bottom", key="runs_bar"):
        name = st.selectbox("Run", names, at, key=field, width=220)
        run = next(run for run in runs if run.name == name)
        st.button(
            "Look at it",
            key=key("look"),
            icon=":material/visibility:",
            on_click=held.look_at,
            args=(name,),
            disabled=name == held.shown_name or held.worker.state == "running",
            help="Curves, strips and predictions show this run; go back in its time, or go on from it.",
        )
        st.button(
            "Use its settings",
            key=key("settings_of"),
            icon=":material/tune:",
            on_click=train_state.want,
            args=(run.asked,),
            help="Fill in the fields of the sidebar.",
        )
        try:
            missing = " ".join(left_out(run))
        except InputError as error:
            too_large, missing = True, f"{error}"
        else:
            too_large = False
        st.download_button(
            "Save",
            lambda: write_run(held.saved() if name == held.name else run),
            f"{_file_name(name)}.npz",
            "application/octet-stream",
            key=key("save"),
            icon=":material/download:",
            on_click="ignore",
            disabled=too_large,
            help=f"A file with settings, curves and weights, which NumPy opens too. {missing}",
        )
        st.button(
            "Remove",
            key=key("remove"),
            icon=":material/delete:",
            on_click=held.remove,
            args=(name,),
            disabled=name == held.name,
        )


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-").lower() or "run"


def _load(held: Runs) -> None:
    """Draw the way for a file to become a run."""
    given = st.file_uploader(
        "Load a run that was saved",
        type=["npz"],
        key=key(f"load_{train_state.number('loads')}"),
        max_upload_size=MAX_RUN_FILE_BYTES // 1_000_000,
    )
    if given is not None:
        try:
            run = read_run(given.getvalue())
        except InputError as error:
            notices([Notice("This file cannot be loaded.", f"{error}")], key="load_refused")
            return
        if held.worker.state == "running":
            held.worker.pause("Paused, as another run was loaded.")
        held.add(run)
        train_state.set_field("loads", train_state.number("loads") + 1)
        st.rerun()
