"""Training runs of every shape, packed for the curves as the Train page packs them."""

from __future__ import annotations

import numpy as np

from explorer.training.history import History
from explorer.views.curves.payload import Line, pack_curves
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


def picture(
    run: str = "plain",
    updates: int = TOTAL,
    *,
    is_loss: bool = False,
    held_out: bool = True,
    others: int | None = None,
    beside: bool = True,
    baseline: str = "always the most frequent label, “positive” <img src=x onerror=alert(1)>",
    loss_name: str = "",
    at: int | None = None,
    answered: int = 0,
    exact: tuple[float, float] | None = None,
    scene: str = "",
) -> bytes:
    """Pack a run.

    Parameters
    ----------
    run : str
        Its shape.
    updates : int
        How far it has come.
    is_loss : bool
        Whether the metric is the loss.
    held_out : bool
        Whether anything is held out.
    others : int, optional
        So many runs with long names laid over it, in the place of one with a name that is markup.
    beside : bool
        Whether the run "beside" has another one beside it, which has come far below.
    baseline : str
        What it is called.
    loss_name : str
        Another answer, that reaches the loss of the baseline.
    at, answered : int, optional
        What was asked for: the index of a moment, and the number of the request.
    scene : str
        What it belongs to; the run by default.
    exact : tuple of float, optional
        Loss and metric of the moment that is shown, on the held-out data.
    """
    history = make_history(run, updates)
    overlaid = (
        [] if run in (*NEAR, "empty") else [Line(LONG_NAME, make_history("plain", 700), words="GRU <i>16")]
    )
    if run == "beside":
        overlaid = [Line("Run 1", make_history("tiny", len(history)), beside)]
    if others is not None:
        name = (
            "The run with every unit doubled and a learning rate that falls as in the paper, again, number {}"
        )
        overlaid = [
            Line(name.format(i), make_history(run, len(history), i), words=WORDS)
            for i in range(1, 1 + others)
        ]
    naive = 0.5
    if run in NEAR:
        naive = NEAR[run][0] + NEAR[run][1] * 3.0
    return pack_curves(
        [Line("Run 2", history, words=WORDS), *overlaid],
        metric="mean absolute error",
        better="higher" if run == "plateau" else "lower",
        unit="µg/m³",
        baseline=Baseline(baseline, naive, naive if is_loss or run in NEAR else 0.7, loss_name=loss_name),
        moments=MOMENTS if len(history) == TOTAL else [0],
        at=at,
        answered=answered,
        exact=exact,
        total=max(TOTAL, len(history)),
        scene=scene or run,
        clip=None if run in NEAR else 0.5,
        every=10,
        held_out=held_out,
        is_loss=is_loss,
    )
