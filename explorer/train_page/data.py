"""A look at the data: how much there is, what is held out, and the examples themselves."""

from __future__ import annotations

import streamlit as st

from explorer.notice import Notice, notices
from explorer.sequence.wording import counted, grouped
from explorer.studio_state import studio
from explorer.training.plan import remembered
from explorer.training.probes import in_a_line
from explorer.training.verdict import written
from lstm_core.tasks import TaskData

_SHOWN = 100


def draw() -> None:
    """Draw the tab."""
    plan = studio().plan
    data = plan.data()
    timesteps = data.train.inputs.shape[1]
    learned = f"{counted(len(data.train), 'example')} to learn from"
    held = f"{grouped(len(data.validation))} held out" if data.held_out else "none held out"
    st.markdown(
        f"{learned}, {held}; {counted(timesteps, 'timestep')} each, shorter ones padded on the left."
        if data.train.mask is not None
        else f"{learned}, {held}; {counted(timesteps, 'timestep')} each."
    )
    lines = [
        Notice(f"{word}: {written(data.metric, guess.value)}.", guess.name, tone="note")
        for word, guess in (
            ("Without learning", data.baseline),
            *(("For comparison", reference) for reference in data.references),
        )
    ]
    notices([*lines, *(Notice(note, tone="note") for note in data.notes)], key="train_data_notes")
    rows = remembered(plan.source, "rows", lambda: _rows(data))
    st.dataframe(rows, key="train_examples", hide_index=True, width="stretch", height=320)


def _rows(data: TaskData) -> list[dict[str, object]]:
    """Return the first examples of both parts, in words."""
    rows: list[dict[str, object]] = []
    parts = [("learned from", data.train)]
    if data.held_out:
        parts.append(("held out", data.validation))
    for word, dataset in parts:
        for place in range(min(_SHOWN, len(dataset))):
            probe = data.example(dataset, place)
            rows.append(
                {"": f"{word} {place + 1}", "sequence": in_a_line(probe), "right answer": probe.target}
            )
    return rows
