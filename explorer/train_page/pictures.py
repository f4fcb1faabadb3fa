"""The pictures of a run: its curves, the strips of the example that is watched, predictions against truth.

Each is a web component that keeps its place, and is made anew as often as its cost allows.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.cell_styles import style_of
from explorer.model.carried import Carried
from explorer.model.opening import Opening
from explorer.sequence import Sequence
from explorer.session.fields import field
from explorer.session.train_state import training_runs
from explorer.training.runs import Runs
from explorer.training.wording import differences
from explorer.views.cell_view import cell_view as draw_strips
from explorer.views.cell_view.payload import pack_trace
from explorer.views.curves import Request, request_of
from explorer.views.curves import curves as draw_curves
from explorer.views.curves.payload import Line, is_the_loss, pack_curves
from explorer.views.notice import Notice, notices
from explorer.views.predictions import predictions as draw_predictions
from explorer.views.predictions.answers import Writing, predictions_of
from explorer.views.predictions.payload import pack_predictions
from lstm_core import InputError
from lstm_core.tasks.base import Probe

_CURVES = "train_curves"
_WRITTEN_LIVE = 60
_WRITTEN = 200


def curves(held: Runs) -> None:
    """Draw loss, metric and gradient norm, and the way back in training time."""
    data = held.pictures["curves"].get(
        (held.subject, held.overlaid, held.shown_name, held.name),
        (
            len(held.history()),
            held.at,
            held.worker.state,
            len(held.snapshots),
            _requested().number,
        ),
        lambda: _packed_curves(held),
        live=False,
    )
    draw_curves(data, key=_CURVES, on_at=_go_to)


def _packed_curves(held: Runs) -> bytes:
    data = held.plan.data()
    return pack_curves(
        _lines(held),
        metric=data.metric.name,
        is_loss=is_the_loss(data.metric, data.recipe.loss),
        held_out=data.held_out,
        unit=data.metric.unit,
        every=held.plan.measure_every,
        exact=None if held.live else held.measured(),
        clip=held.plan.clip_limit if held.plan.clip == "norm" else None,
        better=data.metric.better,
        baseline=data.baseline,
        moments=[moment.update for moment in held.snapshots],
        at=held.at,
        answered=_requested().number,
        total=held.worker.trainer.total if held.opened is None else held.snapshots[-1].update,
        scene=str(held.subject),
    )


def _lines(held: Runs) -> list[Line]:
    """Return the run that is looked at, then those that may be drawn beside it, named by what differs."""
    runs = {run.name: (run.history, run.asked, run.parent) for run in held.kept}
    if held.opened is None or held.begun:
        run = held.worker.trainer
        runs[held.name] = (run.history(), run.asked, "" if run.origin is None else run.origin.words)
    others = [name for name in runs if name != held.shown_name and held.shares_a_scale(runs[name][1])]
    names = [held.shown_name, *others]
    drawn = [name for name in names if held.draws(name, runs[name][1])]
    told = differences([runs[name][1] for name in drawn], [runs[name][2] for name in drawn])
    words = dict(zip(drawn, told, strict=True))
    return [Line(name, runs[name][0], name in words, words.get(name, "")) for name in names]


def _requested() -> Request:
    """Return what the reader of the curves has asked for."""
    return request_of(field(_CURVES))


def _go_to() -> None:
    held, asked = training_runs(), _requested().moment
    held.at = asked if asked is not None and asked < len(held.snapshots) else None


def carried(held: Runs, probe: Probe) -> Carried:
    """Return the network of the moment that is shown, as Explore takes it."""
    plan, moment, (layer, reverse) = held.plan, held.snapshot, held.layer
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
        plan=held.asked,
    )


def strips(held: Runs, probe: Probe) -> None:
    """Draw the signals of the example that is watched; say so if they are too large."""
    moment, plan, (layer, reverse) = held.snapshot, held.plan, held.layer
    subject = (held.subject, held.watched, held.layer)

    def packed() -> bytes:
        labels = held.pictures["labels"].get(subject, None, lambda: _in_time(held, probe), live=False)
        run = plan.network().forward(moment.params, probe.inputs, probe.mask)
        trace = run.layers[layer].traces[reverse]
        first = Opening(trace.timesteps - 1, 0, style_of(plan.cell).order[0])
        return pack_trace(trace, labels, opening=first, scene=str(subject[1:]), form="strips")

    problems = []
    try:
        data = held.pictures["strips"].get(subject, moment.update, packed, live=held.live)
    except InputError:
        data = None
        advice = "Go back in training time to a moment before they ran away."
        problems.append(Notice("At this moment the numbers are too large to be shown.", advice))
    with st.container(key="strips_said"):
        notices(problems, key="strips_notice")
    if data is not None:
        draw_strips(data, key="train_strips")


def _in_time(held: Runs, probe: Probe) -> Sequence:
    """Return what stands above the timesteps, in the order of time also where a layer reads backward."""
    # Those of the first weights: they are the same for all, and these can be run.
    return replace(carried(held, probe), params=held.snapshots[0].params, reverse=False).sequence


def predictions(held: Runs, probe: Probe, writing: Writing) -> None:
    """Draw predictions against truth; what is written is shorter while it changes all the time."""
    moment, plan = held.snapshot, held.plan
    writing = replace(writing, length=_WRITTEN_LIVE if held.live else _WRITTEN)
    data = held.pictures["predictions"].get(
        (held.subject, held.watched, writing),
        moment.update,
        lambda: pack_predictions(
            predictions_of(plan.task, plan.data(), plan.network(), moment.params, probe, writing=writing)
        ),
        live=held.live,
    )
    draw_predictions(data, key="train_predictions")
