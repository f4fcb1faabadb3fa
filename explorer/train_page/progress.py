"""How the run stands: its name, how far it is, and what can be said of what it has learned."""

from __future__ import annotations

import math

import streamlit as st

from explorer.session.train_state import key
from explorer.training.advice import advice
from explorer.training.held_out import measure
from explorer.training.plan import default_plan
from explorer.training.runs import Runs
from explorer.training.saved_run import SavedRun
from explorer.training.verdict import so_far, verdict
from explorer.training.wording import duration, network_words, unformatted
from explorer.training.worker import UNFORESEEN
from explorer.views.notice import Notice, notices
from explorer.wording import counted, grouped
from lstm_core import InputError


def progress(held: Runs) -> None:
    """Draw the line above the bar, the bar, and what is to be said."""
    if held.opened is not None:
        _of_a_kept_run(held, held.opened)
        return
    run, trainer = held.worker, held.worker.trainer
    now = run.now
    done = (now.update - trainer.first) / max(trainer.total - trainer.first, 1)
    words: list[str] = ["ready to start" if run.state == "ready" else run.state]
    if held.begun or run.state == "running":
        words.append(f"epoch {min(now.epoch, trainer.plan.epochs)} of {grouped(trainer.plan.epochs)}")
        words.append(f"update {grouped(now.update)} of {grouped(trainer.total)}")
    if run.state == "running" and run.speed:
        words.append(f"{run.speed:.0f} updates a second")
        words.append(f"{duration((trainer.total - now.update) / run.speed)} left")
    elif held.begun:
        words.append(f"{trainer.seconds:.1f} s of computing")
    else:
        parameters = grouped(trainer.network.parameter_count)
        words.append(f"{parameters} parameters, {counted(trainer.plan.updates, 'update')}")
        if trainer.origin is not None:
            words.append(f"begins with {unformatted(trainer.origin.words)}")
    if run.state == "running" and run.sharing > 1:
        words.append(f"{counted(run.sharing, 'run')} share this machine")
    with st.container(key="train_progress"):
        st.progress(min(max(done, 0.0), 1.0), f"**{unformatted(held.name)}** · {' · '.join(words)}")
    with st.container(key="train_said"):  # always there: what stands below it must not move to another place
        notices(_said(held), key="train_verdict")


def _of_a_kept_run(held: Runs, run: SavedRun) -> None:
    """Say what is looked at instead of the run of the moment, and how to return to that."""
    last = run.snapshots[-1]
    words = [f"kept, {run.state}", f"update {grouped(last.update)}", f"{run.seconds:.1f} s of computing"]
    words.append(unformatted(network_words(run.plan)))
    if run.parent:
        words.append(f"began with {unformatted(run.parent)}")
    with st.container(key="train_progress"):
        st.progress(1.0, f"**{unformatted(run.name)}** · {' · '.join(words)}")
    with st.container(key="train_said"):
        if len(run.history):
            notices(_judged(held, run.state, run.reason), key="train_verdict")
        st.button(
            f"Return to {unformatted(held.name)}",
            key=key("return"),
            icon=":material/arrow_back:",
            on_click=held.look_at,
            help="The run of the moment.",
        )


def _said(held: Runs) -> list[Notice]:
    """Return what is to be said of how the run stands or ended."""
    run, trainer = held.worker, held.worker.trainer
    if run.state == "failed" and run.reason == UNFORESEEN:
        return [Notice("The run broke off.", f"{run.reason}. What it had learned before is kept.")]
    if run.state == "failed":
        last = trainer.snapshots[-1].update
        reason = f"{run.reason[:1].upper()}{run.reason[1:]}"
        usual = default_plan(trainer.plan.source).learning_rate
        smaller = f"{trainer.learning_rate / 10:g}"
        rate = f"{usual:g}, the task’s default," if trainer.learning_rate > usual else smaller
        advice = (
            f"{reason}. The weights after update {grouped(last)}, the last good ones, are kept. Try a "
            f"learning rate of {rate} or clip the gradient."
        )
        return [Notice("The numbers ran away.", advice)]
    if run.state == "paused" and run.reason:
        return [Notice(run.reason, "Resume goes on where it stopped.", tone="note")]
    if not run.over or not held.begun:
        return [Notice(so_far(trainer.data, _reached(held) if held.begun else None), tone="live")]
    return _judged(held, run.state, run.reason)


def _reached(held: Runs) -> float:
    """Return the metric by now: the last one measured, or that of the weights of a run that rests."""
    last = float(held.worker.trainer.history().metric[-1])
    if held.live or held.at is not None or held.opened is not None:
        return last
    _, exact = held.measured()
    return exact if math.isfinite(exact) else last


def _judged(held: Runs, state: str, reason: str) -> list[Notice]:
    """Return the verdict on the run that is looked at, by what it ended with; none if that overflows."""
    plan, end = held.plan, held.snapshots[-1]

    def judged() -> list[Notice]:
        data = plan.data()
        try:
            reached = measure(plan, end.params)
            test = None if data.test is None else measure(plan, end.params, data.test)
        except InputError:
            return []
        stopped_early = state == "finished" and plan.patience > 0
        found = verdict(data, reached, test=test, stopped_early=stopped_early)
        causes = advice(
            plan,
            held.history(),
            end.params,
            learned=found.tone == "good",
            loss=reached.loss,
            restored=stopped_early,
        )
        mark = "✓" if found.tone == "good" else "✕"
        return [
            Notice(
                f"{mark} {found.headline}",
                " ".join(filter(None, (reason, *found.sentences, *causes, found.others))),
                tone=found.tone,
            )
        ]

    notes: list[Notice] = held.pictures["verdict"].get(held.subject, (end.update, state), judged, live=False)
    return notes
