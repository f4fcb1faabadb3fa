"""The curves alone, with a run that the address names: ?run=plain&updates=1200.

Also ?task=loss, whose metric is its loss, ?others=8, so many runs with long names laid over it, ?own=yes,
where nothing is held out, and ?guess=other, where another answer than the baseline reaches its loss.
"""

import numpy as np
import streamlit as st

from explorer.curves import asked_for, curves, light
from explorer.curves.payload import Line, pack_curves
from explorer.training.history import History
from lstm_core.tasks.base import Baseline

TOTAL = 1200
MOMENTS = range(0, TOTAL, 100)
SCALES = {"huge": 1e12, "tiny": 1e-9}
NEAR = {"near": (1e9, 1.0), "nearsmall": (0.123456, 1e-7), "below": (-8_000_800.0, 4.0)}
LONG_NAME = "Run 1, which has a long name <b>"
WORDS = "LSTM 16 + 8 · embedding 16 · learning rate 0.01"


def make_history(run: str, updates: int, seed: int = 0) -> History:
    if run == "empty":
        return History.empty()
    rng = np.random.default_rng(seed)
    update = np.arange(1, updates + 1)
    measured = np.arange(0, updates + 1, max(updates // 120, 10))
    scale = SCALES.get(run, 1.0)
    loss = scale * (0.1 + np.exp(-update / 300)) * (1 + 0.1 * np.sin(update) + 0.05 * seed)
    validation = scale * (0.15 + np.exp(-measured / 300)) * (1 + 0.05 * seed)
    metric = np.exp(-measured / 500)
    norms = loss.copy()
    if run == "spread":
        loss, validation = 1e12 * np.exp(-update / 15), 1e12 * np.exp(-measured / 15)
    if run == "broken":
        loss[len(loss) // 2 :: 3] = np.nan
        loss[-20:] = np.inf
        validation[3:6] = np.nan
    if run == "away":
        loss[-1] = norms[-1] = validation[-1] = metric[-1] = np.nan
    if run == "nothing":
        loss[:] = validation[:] = np.nan
    if run == "constant":
        loss[:], validation[:], metric[:], norms[:] = 0.7, 0.7, 0.5, 0.25
    if run == "plateau":  # around the naive baseline all the time
        loss = 0.7 + rng.normal(0, 0.02, len(update))
        validation = 0.7 + rng.normal(0, 0.01, len(measured))
        metric = 0.5 + rng.normal(0, 0.02, len(measured))
        norms = 0.5 + rng.normal(0, 0.05, len(update))
    if run == "wild":  # everywhere
        loss, norms = rng.uniform(0, 1.2, len(update)), rng.uniform(0, 1.2, len(update))
        validation, metric = rng.uniform(0, 1.2, len(measured)), rng.uniform(0, 1, len(measured))
    if run in NEAR:
        middle, width = NEAR[run]
        loss, norms = (middle + width * 4 * (np.exp(-update / 300) + 0.05 * np.sin(update)) for _ in range(2))
        validation = metric = middle + width * 5 * np.exp(-measured / 400)
    return History(
        update, loss, norms, norms > 0.5, np.where(update < 600, 0.01, 0.003), measured, validation, metric
    )


state = st.session_state
state.setdefault("at", None)
state.setdefault("times", 0)


def go() -> None:
    state.at = asked_for("curves")
    state.times += 1


query = st.query_params
run, is_loss = query.get("run", "plain"), query.get("task") == "loss"
history = make_history(run, int(query.get("updates", TOTAL)))
others = [] if run in (*NEAR, "empty") else [Line(LONG_NAME, make_history("plain", 700), words="GRU <i>16")]
if run == "beside":  # one that has come far below
    others = [Line("Run 1", make_history("tiny", len(history)), st.checkbox("Show Run 1", True))]
if "others" in query:
    name = "The run with every unit doubled and a learning rate that falls as in the paper, again, number {}"
    others = [
        Line(name.format(i), make_history(run, len(history), i), words=WORDS)
        for i in range(1, 1 + int(query["others"]))
    ]
naive = 0.5
if run in NEAR:
    naive = NEAR[run][0] + NEAR[run][1] * 3.0
naive_loss = naive if is_loss or run in NEAR else 0.7
total = max(TOTAL, len(history))
data = pack_curves(
    [Line("Run 2", history, words=WORDS), *others],
    metric="mean absolute error",
    better="higher" if run == "plateau" else "lower",
    unit="µg/m³",
    baseline=Baseline(
        query.get("baseline", "always the most frequent label, “positive” <img src=x onerror=alert(1)>"),
        naive,
        naive_loss,
        loss_name="the share of each label" if "guess" in query else "",
    ),
    moments=MOMENTS if len(history) == TOTAL else [0],
    at=state.at,
    total=total,
    scene=run,
    clip=None if run in NEAR else 0.5,
    every=10,
    held_out="own" not in query,
    is_loss=is_loss,
)
light.lend()
curves(data, key="curves", on_at=go)
st.text(f"shown: {state.at}, asked {state.times} times")
if st.button("Back to live"):
    state.at = None
    st.rerun()
