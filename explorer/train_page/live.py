"""What changes while a run runs: progress, curves, the strips of one example, and predictions against truth.

It is one fragment that draws itself again several times a second while the run runs, and only then. The
pictures are web components that keep their place; each is made anew as often as its cost allows.
"""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st

from explorer import studio_state, workspace
from explorer.carried import Carried
from explorer.cell_view import cell_view
from explorer.cell_view.payload import Opening, pack_trace
from explorer.curves import asked_for, curves
from explorer.curves.payload import Line, pack_curves
from explorer.notice import Notice, notices
from explorer.outcome import outcome
from explorer.outcome.answers import Writing, outcome_of
from explorer.outcome.payload import pack_outcome
from explorer.sequence import Sequence
from explorer.sequence.wording import counted, grouped
from explorer.studio_state import key, studio
from explorer.theme import face_of
from explorer.training.kept import Moment, SavedRun
from explorer.training.plan import Plan
from explorer.training.probes import example, offered, typed
from explorer.training.studio import Studio
from explorer.training.verdict import Verdict, final, so_far, verdict
from explorer.training.wording import duration, unformatted
from explorer.training.worker import UNFORESEEN
from lstm_core import InputError
from lstm_core.tasks.base import Probe

_TICK = 0.195
"""Seconds between two drawings while a run runs: more than five a second, and each costs about 20 ms."""
_CURVES = "train_curves"
_WRITTEN_LIVE = 60
_WRITTEN = 200


def live() -> None:
    """Draw it, and again while the run runs."""
    held = studio()
    held.told(False)  # the tabs are drawn after this, whatever they showed before
    running = held.worker.state == "running"
    st.fragment(_draw, run_every=_TICK if running else None)(running)


def _draw(running: bool) -> None:
    held = studio()
    held.worker.look()
    turned = (held.worker.state == "running") != running
    _progress(held)
    _curves(held)
    probe = _choose_probe(held)
    left, right = st.columns([576, 324], gap="small")
    moment = held.moment
    with left:
        _strips(held, moment, probe)
    with right:
        _outcome(held, moment, probe)
    # Only now, when what was pressed in here is answered: the buttons of the run and the pace of this
    # fragment depend on whether the run runs, and a tab below shows the moment, too.
    if turned or held.tabs_are_late(live=_is_live(held)):
        st.rerun()


# ---- progress and result


def _progress(held: Studio) -> None:
    if held.opened is not None:
        _of_a_kept_run(held, held.opened)
        return
    run = held.worker
    now = run.now
    first = run.moments[0].update
    done = (now.update - first) / max(run.total - first, 1)
    words: list[str] = ["ready to start" if run.state == "ready" else run.state]
    if held.begun or run.state == "running":
        words.append(f"epoch {min(now.epoch, run.plan.epochs)} of {grouped(run.plan.epochs)}")
        words.append(f"update {grouped(now.update)} of {grouped(run.total)}")
    if run.state == "running" and run.speed:
        words.append(f"{run.speed:.0f} updates a second")
        words.append(f"{duration((run.total - now.update) / run.speed)} left")
    elif held.begun:
        words.append(f"{run.seconds:.1f} s of computing")
    else:
        words.append(
            f"{grouped(run.network.parameter_count)} parameters, {counted(run.plan.updates, 'update')}"
        )
        if run.origin is not None:
            words.append(f"begins with {unformatted(run.origin.words)}")
    if run.state == "running" and run.sharing > 1:
        words.append(f"{counted(run.sharing, 'run')} share this machine")
    with st.container(key="train_progress"):
        st.progress(min(max(done, 0.0), 1.0), f"**{unformatted(held.name)}** · {' · '.join(words)}")
    with st.container(key="train_said"):  # always there: what stands below it must not move to another place
        notices(_said(held), key="train_verdict")


def _of_a_kept_run(held: Studio, run: SavedRun) -> None:
    """Say what is looked at instead of the run of the moment, and how to return to that."""
    last = run.moments[-1]
    words = [f"kept, {run.state}", f"update {grouped(last.update)}", f"{run.seconds:.1f} s of computing"]
    if run.parent:
        words.append(f"began with {unformatted(run.parent)}")
    with st.container(key="train_progress"):
        st.progress(1.0, f"**{unformatted(run.name)}** · {' · '.join(words)}")
    with st.container(key="train_said"):
        if len(run.history):
            loss, value = held.measured()
            known = math.isfinite(loss) and math.isfinite(value)
            found = [_judged(verdict(run.plan.data(), run.history, value, loss), run.reason)] if known else []
            notices(found, key="train_verdict")
        st.button(
            f"Return to {unformatted(held.name)}",
            key=key("return"),
            icon=":material/arrow_back:",
            on_click=held.look_at,
            help="The run of the moment.",
        )


def _is_comparable(one: Plan, other: Plan) -> bool:
    """Tell whether two runs learned from data of one kind, so that their curves may share a scale."""
    return (one.source.task, one.source.own) == (other.source.task, other.source.own)


def _said(held: Studio) -> list[Notice]:
    """Return what is to be said of how the run stands or ended."""
    run = held.worker
    if run.state == "failed" and run.reason == UNFORESEEN:
        return [Notice("The run broke off.", f"{run.reason}. What it had learned before is kept.")]
    if run.state == "failed":
        last = run.moments[-1].update
        reason = f"{run.reason[:1].upper()}{run.reason[1:]}"
        advice = (
            f"{reason}. The weights after update {grouped(last)}, the last good ones, are kept. Try a "
            f"learning rate below {run.learning_rate:g}, or clip the gradient."
        )
        return [Notice("The numbers ran away.", advice)]
    if run.state == "paused" and run.reason:
        return [Notice(run.reason, "Resume goes on where it stopped.", tone="note")]
    history = run.history()
    if not run.over or not held.begun:
        return [Notice(so_far(run.data, history, begun=held.begun), tone="live")]
    value, loss = final(history, run.restored)
    found = verdict(run.data, history, value, loss, restored=run.restored is not None)
    return [_judged(found, run.reason)]


def _judged(found: Verdict, reason: str) -> Notice:
    mark = "✓" if found.tone == "good" else "✕"
    return Notice(
        f"{mark} {found.headline}", " ".join(filter(None, (reason, *found.sentences))), tone=found.tone
    )


# ---- the curves, and the way back in training time


def _curves(held: Studio) -> None:
    data = held.pictures["curves"].get(
        (held.subject, held.overlaid, held.shown_name, held.name),
        (len(held.history()), held.at, held.worker.state, len(held.moments)),
        lambda: _packed_curves(held),
        live=False,
    )
    curves(data, key=_CURVES, on_at=_go_to)


def _packed_curves(held: Studio) -> bytes:
    data = held.plan.data()
    lines = [Line(held.shown_name, held.history(), True)]
    lines += [
        Line(run.name, run.history, run.name in held.overlaid)
        for run in held.kept
        if run.name != held.shown_name and _is_comparable(run.plan, held.plan)
    ]
    if held.opened is not None and held.begun and _is_comparable(held.worker.plan, held.plan):
        lines.append(Line(held.name, held.worker.history(), True))
    return pack_curves(
        lines,
        metric=data.metric.name,
        unit=data.metric.unit,
        every=held.plan.measure_every,
        exact=None if _is_live(held) else held.measured(),
        clip=held.plan.clip_limit if held.plan.clip == "norm" else None,
        better=data.metric.better,
        baseline=data.baseline,
        references=data.references,
        moments=[moment.update for moment in held.moments],
        at=held.at,
        total=held.worker.total if held.opened is None else held.moments[-1].update,
        scene=str(held.subject),
    )


def _go_to() -> None:
    held, asked = studio(), asked_for(_CURVES)
    held.at = asked if asked is not None and asked < len(held.moments) else None


# ---- the example that is watched


def _choose_probe(held: Studio) -> Probe:
    """Draw the choice of the example; one that cannot be read leaves the last one on screen."""
    source = held.plan.source
    names = offered(source)
    picked = key(f"probe_{source.task}_{hash(source.own)}")
    studio_state.keep_within(picked, len(names))
    with st.container(horizontal=True, vertical_alignment="bottom", key="probe_bar"):
        place = st.selectbox(
            "Watch one example",
            range(len(names)),
            key=picked,
            format_func=names.__getitem__,
            persist_state="session",
        )
        text = ""
        if held.plan.task.typed:
            text = st.text_input(
                "or type one",
                key=key(f"typed_{source.task}"),
                placeholder=f"such as {held.plan.task.typed}",
                persist_state="session",
            )
        layer, reverse = _choose_layer(held)
        left = st.button("Open in Explore", key=key("to_explore"), icon=":material/open_in_new:")
    held.layer = layer, reverse
    problems = []
    if text.strip():
        try:
            problems += [Notice(note, tone="note") for note in typed(source, text).notes]
        except InputError as error:
            problems.append(Notice("This cannot be read.", f"{error}."))
            last = studio_state.field("last_read")
            text = last[1] if isinstance(last, tuple) and last[0] == source else ""
    studio_state.set_field("last_read", (source, text))
    if text.strip():
        probe, watched = typed(source, text), f"typed {text}"
    else:
        probe, watched = example(source, place), f"example {place}"
    with st.container(key="probe_said"):
        notices(problems, key="probe_notice")
    held.watch(watched)
    if left:
        _open_in_explore(held, probe)
    return probe


def _choose_layer(held: Studio) -> tuple[int, bool]:
    """Draw the choice of the layer whose strips are shown, where there are several."""
    config = held.plan.network().config
    choices = [(place, reverse) for place, layer in enumerate(config.layers) for reverse in layer.directions]
    if len(choices) == 1:
        return choices[0]
    field = key("layer")
    studio_state.keep_within(field, len(choices))
    several = len(config.layers) > 1

    def words(index: int) -> str:
        place, reverse = choices[index]
        way = ("backward" if reverse else "forward") if config.layers[place].bidirectional else ""
        return " ".join(part for part in (f"layer {place + 1}" if several else "", way) if part)

    return choices[st.selectbox("Show", range(len(choices)), key=field, format_func=words, width=150)]


def _carried(held: Studio, moment: Moment, probe: Probe) -> Carried:
    plan = held.plan
    layer, reverse = held.layer
    return Carried(
        task=plan.task,
        data=plan.data(),
        network=plan.network(),
        params=moment.params,
        probe=probe,
        run=held.shown_name,
        update=moment.update,
        layer=layer,
        reverse=reverse,
    )


def _open_in_explore(held: Studio, probe: Probe) -> None:
    carried = _carried(held, held.moment, probe)
    try:
        if carried.refusal:
            raise InputError(carried.refusal.rstrip("."))
        workspace.open_carried(carried)
    except InputError as error:
        studio_state.notice(f"This cannot be opened in Explore: {error}.")
        st.rerun()
    held.sent = held.plan
    if held.worker.state == "running":
        held.worker.pause("Paused while you were on another page.")
    st.switch_page("pages/explore.py")


def _strips(held: Studio, moment: Moment, probe: Probe) -> None:
    plan, (layer, reverse) = held.plan, held.layer
    subject = (held.subject, held.watched, held.layer)

    def packed() -> bytes:
        # The labels are those of the first weights: they are the same for all, and these can be run.
        labels = held.pictures["labels"].get(
            subject, None, lambda: _in_time(_carried(held, held.moments[0], probe)), live=False
        )
        run = plan.network().forward(moment.params, probe.inputs, probe.mask)
        trace = run.layers[layer].traces[reverse]
        first = Opening(trace.timesteps - 1, 0, face_of(plan.cell).order[0])
        return pack_trace(trace, labels, opening=first, scene=str(subject[1:]), form="strips")

    problems = []
    try:
        data = held.pictures["strips"].get(subject, moment.update, packed, live=_is_live(held))
    except InputError:
        data = None
        advice = "Go back in training time to a moment before they ran away."
        problems.append(Notice("At this moment the numbers are too large to be shown.", advice))
    with st.container(key="strips_said"):
        notices(problems, key="strips_notice")
    if data is not None:
        cell_view(data, key="train_strips")


def _in_time(carried: Carried) -> Sequence:
    """Return what stands above the timesteps, in the order of time also where a layer reads backward."""
    return replace(carried, reverse=False).sequence


def _is_live(held: Studio) -> bool:
    return held.worker.state == "running" and held.at is None and held.opened is None


def _outcome(held: Studio, moment: Moment, probe: Probe) -> None:
    plan = held.plan
    writing = _writing(held, probe)
    data = held.pictures["outcome"].get(
        (held.subject, held.watched, writing),
        moment.update,
        lambda: pack_outcome(
            outcome_of(plan.task, plan.data(), plan.network(), moment.params, probe, writing=writing)
        ),
        live=_is_live(held),
    )
    outcome(data, key="train_outcome")


def _writing(held: Studio, probe: Probe) -> Writing:
    """Draw how a network writes, if it does."""
    length = _WRITTEN_LIVE if _is_live(held) else _WRITTEN
    if held.plan.task.answer != "writing":
        return Writing("")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    temperature = left.slider(
        "Temperature",
        0.0,
        2.0,
        0.5,
        0.1,
        key=key("temperature"),
        help="0 always takes the likeliest character; higher values dare more.",
        persist_state="session",
    )
    if right.button("Write again", key=key("again"), width="stretch"):
        studio_state.set_field("draw", studio_state.number("draw") + 1)
    return Writing("", length, temperature, studio_state.number("draw"))
