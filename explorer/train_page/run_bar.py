"""The top of the Train page: what is to be learned, and the buttons of the run."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.session import train_state
from explorer.session.train_state import field, key, training_runs
from explorer.train_page.sidebar import Choice, task_picker
from explorer.training.plan import Plan
from explorer.training.worker import Worker
from explorer.views.notice import Notice, notices
from lstm_core import InputError

_PACES = {"watch": 10.0, "slow": 60.0, "full": 0.0}
"""Seconds that a run takes at least: it is held back so that one can watch."""
_PACE_WORDS = {"watch": "10 seconds", "slow": "1 minute", "full": "full speed"}


def heading(choice: Choice) -> None:
    """Show title, picker of tasks, and what makes the task hard."""
    with st.container(key="heading"):
        left, right = st.columns([7, 4], vertical_alignment="center")
        left.title("Train", anchor=False)
        task_picker(right)
    with st.container(key="train_hard"):
        st.markdown(training_runs().plan.task.hard if choice.plan is None else choice.plan.task.hard)


def run_bar(choice: Choice) -> None:
    """Draw the buttons of the run, its learning rate and its pace, for the run that the fields describe."""
    held = training_runs()
    if choice.plan is not None and choice.cost is not None:
        told = held.follow(choice.plan)
        if told:
            train_state.notice(told, "note")
    _do(choice)
    run = held.worker
    state = run.state
    running = state == "running"
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_bar"):
        # One button in every state: the keyboard's focus stays on it.
        st.button(
            {"ready": "Start", "running": "Pause", "paused": "Resume"}.get(state, "New run"),
            key=key("start"),
            type="primary",
            icon=":material/pause:" if running else ":material/play_arrow:",
            on_click=run.pause if running else held.press,
            args=() if running else ("start",),
            disabled=choice.cost is None and state not in ("running", "paused"),
            width=_WIDE,
        )
        st.button(
            "Step",
            key=key("step"),
            icon=":material/skip_next:",
            on_click=held.press,
            args=("step",),
            disabled=running or run.over or (state == "ready" and choice.cost is None),
            help="Make one update: one look at one batch of examples.",
        )
        st.button(
            "Back",
            key=key("back"),
            icon=":material/first_page:",
            on_click=held.back,
            disabled=state == "ready" and run.trainer.origin is None,
            help="Back to the weights that this run began with; once more, to first weights. What was "
            "learned is kept under Runs.",
        )
        st.button(
            "Stop",
            key=key("stop"),
            icon=":material/stop:",
            on_click=run.stop,
            disabled=state not in ("running", "paused"),
            help="End this run. What was learned stays.",
        )
        st.button(
            "Go on from here",
            key=key("branch"),
            icon=":material/fork_right:",
            on_click=held.press,
            args=("branch",),
            disabled=running or choice.cost is None or not held.can_branch,
            help="A new run that begins with the weights of the moment that is shown, under the settings "
            "of the sidebar. This one is kept under Runs.",
        )
        st.text_input(
            "Learning rate",
            key=key("learning_rate"),
            on_change=_set_rate,
            width=_NARROW,
            persist_state="session",
            help="How far an update goes. It can be changed at any time, also while the run is running.",
        )
        if field("pace") is None:
            train_state.set_field("pace", _pace_of(run))
        st.selectbox(
            "Pace",
            list(_PACES),
            key=key("pace"),
            on_change=_set_pace,
            format_func=_PACE_WORDS.__getitem__,
            width=_NARROW,
            persist_state="session",
            help="A run is held back so that it takes about this long and one can watch it learn.",
        )
    with st.container(key="run_said"):  # always there: what stands below it must not move to another place
        _differs(choice, run)
    if choice.source is not None:
        train_state.drawn(choice.source, readable=choice.readable)


_WIDE = 112
_NARROW = 136


def _do(choice: Choice) -> None:
    """Do what a button was pressed for, with the settings as they are now."""
    held = training_runs()
    plan = choice.plan if choice.cost is not None else None
    rate, pace = _rate(), _pace()
    # Wherever a script touches its state, Streamlit may break it off for a newer one. From here on nothing
    # does, or what was pressed could be lost before it is done.
    button, held.pressed = held.pressed, ""
    if not button or (plan is None and (button not in ("start", "step") or held.worker.state != "paused")):
        return
    if plan is not None and (button == "anew" or (button == "start" and held.worker.over)):
        held.begin(plan)
    elif plan is not None and button == "branch":
        try:
            held.branch(plan)
        except InputError as error:
            train_state.notice(f"This run cannot go on under the new settings: {error}.")
            return
    held.look_at()
    if rate is not None:
        held.worker.trainer.learning_rate = rate
    held.worker.lasts = pace
    if button == "step":
        held.worker.step()
    else:
        held.worker.run()


def _differs(choice: Choice, run: Worker) -> None:
    """Say so if the fields no longer describe the run, and offer what can be done about it."""
    plan = choice.plan
    left, tone = train_state.take_notice()
    problems = []
    if left:
        refused = tone == "error"
        problems.append(
            Notice("Nothing was changed." if refused else left, left if refused else "", tone=tone)
        )
    if choice.refused:
        problems.append(Notice("This cannot be trained.", choice.refused))
    try:
        train_state.learning_rate()
    except InputError as error:
        advice = f"Until it can, it is {run.trainer.learning_rate:g}: {error}."
        problems.append(Notice("The learning rate cannot be read.", advice))
    notices(problems, key="train_notice")
    if plan is None or run.state == "ready" or _settings(plan) == _settings(run.trainer.asked):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="train_differs"):
        st.caption(
            "You have changed settings. They hold for a new run, or if you go on from here.", width="content"
        )
        if not run.over:  # else "New run" is what it would be
            st.button(
                "Start anew",
                key=key("anew"),
                on_click=training_runs().press,
                args=("anew",),
                help="A new run from first weights, under the settings of the sidebar; this one is kept.",
            )


def _settings(plan: Plan) -> Plan:
    """Return a plan without what changes while it runs, and what a run that goes on keeps as it was."""
    return replace(plan, learning_rate=1.0, source=replace(plan.source, test=False))


def _set_rate() -> None:
    rate = _rate()
    if rate is not None:  # else the run goes on with the rate that it has, and the page says so
        training_runs().worker.trainer.learning_rate = rate


def _rate() -> float | None:
    """Return the rate that the field says, or None if it says none."""
    try:
        return train_state.learning_rate()
    except InputError:
        return None


def _set_pace() -> None:
    training_runs().worker.lasts = _pace()


def _pace() -> float:
    """Return the seconds that the field says a run is to take at least."""
    return _PACES[str(field("pace") or "watch")]


def _pace_of(run: Worker) -> str:
    """Return the pace that a run has, such as one that was found again after a reload."""
    if run.state == "ready":
        return "watch"
    return min(_PACES, key=lambda name: abs(_PACES[name] - run.lasts))
