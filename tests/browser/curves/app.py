"""The curves alone, with a run that the address names: ?run=plain&updates=1200."""

import numpy as np
import streamlit as st

from explorer.curves import asked_for, curves
from explorer.curves.payload import Line, pack_curves
from explorer.training.history import History
from lstm_core.tasks.base import Baseline

TOTAL = 1200
MOMENTS = range(0, TOTAL, 100)
SCALES = {"huge": 1e12, "tiny": 1e-9}


def make_history(run: str, updates: int) -> History:
    if run == "empty":
        return History.empty()
    update = np.arange(1, updates + 1)
    measured = np.arange(0, updates + 1, 10)
    scale = SCALES.get(run, 1.0)
    loss = scale * (0.1 + np.exp(-update / 300)) * (1 + 0.1 * np.sin(update))
    validation = scale * (0.15 + np.exp(-measured / 300))
    if run == "spread":
        loss, validation = 1e12 * np.exp(-update / 15), 1e12 * np.exp(-measured / 15)
    if run == "broken":
        loss[len(loss) // 2 :: 3] = np.nan
        loss[-20:] = np.inf
        validation[3:6] = np.nan
    if run == "nothing":
        loss[:] = validation[:] = np.nan
    rates = np.where(update < 600, 0.01, 0.003)
    return History(update, loss, loss, loss > 0.5, rates, measured, validation, np.exp(-measured / 500))


state = st.session_state
state.setdefault("at", None)
state.setdefault("times", 0)


def go() -> None:
    state.at = asked_for("curves")
    state.times += 1


run = st.query_params.get("run", "plain")
history = make_history(run, int(st.query_params.get("updates", TOTAL)))
data = pack_curves(
    [Line("Run 2", history), Line("Run 1, which has a long name <b>", make_history("plain", 700))],
    metric="mean absolute error",
    better="lower",
    unit="µg/m³",
    baseline=Baseline("always the most frequent label, “positive” <img src=x onerror=alert(1)>", 0.5, 0.7),
    references=[Baseline("bag of words", 0.49, 0.7)],
    moments=MOMENTS if len(history) == TOTAL else [0],
    at=state.at,
    total=TOTAL,
    scene=run,
    clip=0.5,
)
curves(data, key="curves", on_at=go)
st.text(f"shown: {state.at}, asked {state.times} times")
if st.button("Back to live"):
    state.at = None
    st.rerun()
