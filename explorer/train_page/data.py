"""A look at the data: how much there is, what is held out, and the examples themselves."""

from __future__ import annotations

import streamlit as st

from explorer.session.train_state import training_runs
from explorer.training.plan import remembered
from explorer.training.probes import in_a_line
from explorer.training.verdict import written
from explorer.views.notice import Notice, notices
from explorer.wording import counted, grouped
from lstm_core import Dataset
from lstm_core.tasks import TaskData

_SHOWN = 100


def draw() -> None:
    """Draw the tab."""
    plan = training_runs().plan
    data = plan.data()
    timesteps = data.train.inputs.shape[1]
    learned = f"{counted(len(data.train), 'example')} to learn from"
    held = "none held out"
    if data.held_out:
        held = ", ".join(f"{grouped(len(part))} {word}" for word, part in _held_out(data))
    st.markdown(
        f"{learned}, {held}; {counted(timesteps, 'timestep')} each, shorter ones padded on the left."
        if data.train.mask is not None
        else f"{learned}, {held}; {counted(timesteps, 'timestep')} each."
    )
    lines = [
        Notice(f"{word}: {written(data.metric, guess.value)}.", guess.name, tone="note")
        for word, guess in (
            ("Without learning, the best", data.baseline),
            *(("Also without learning", other) for other in data.references),
        )
    ]
    said = dict.fromkeys((*data.notes, *(data.tested.notes if data.tested else ())))
    notices([*lines, *(Notice(note, tone="note") for note in said)], key="train_data_notes")
    rows = remembered(plan.source, "rows", lambda: _rows(data))
    st.dataframe(rows, key="train_examples", hide_index=True, width="stretch", height=320)


def _held_out(data: TaskData) -> list[tuple[str, Dataset]]:
    """Return the parts that are held back, each with what it is called."""
    if data.test is None:
        return [("held out", data.validation)] if data.held_out else []
    return [("for validation", data.validation), ("for the test", data.test)]


def _rows(data: TaskData) -> list[dict[str, object]]:
    """Return the first examples of each part, in words."""
    rows: list[dict[str, object]] = []
    for word, dataset in [("learned from", data.train), *_held_out(data)]:
        for place in range(min(_SHOWN, len(dataset))):
            probe = data.example(dataset, place)
            rows.append(
                {"": f"{word} {place + 1}", "sequence": in_a_line(probe), "right answer": probe.target}
            )
    return rows
