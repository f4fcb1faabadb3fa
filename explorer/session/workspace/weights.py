"""Changes of the weights: edited, drawn, taken back; all of a change or, if it cannot be run, nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import cast

import streamlit as st

from explorer.cell_styles import kind_of
from explorer.model.experiment import MAX_REMEMBERED, Blocks, Draw, Experiment
from explorer.model.workspace import Earlier, Workspace
from explorer.session.traces import in_words, run
from explorer.session.workspace.bench import current, put
from explorer.session.workspace.fields import draw_fields
from explorer.views.weight_editor.payload import edit_number, read_changes
from lstm_core import InputError

WEIGHTS_KEY = "weights"
MAX_UNDO = 20
"""Changes of the weights that can be taken back, as far as they fit into ``MAX_REMEMBERED``."""
_REFUSED = "weights_refused"
_ANSWERED = "weights_answered"


def edit_weights() -> None:
    """Take what was typed or pasted in the weight editor; all of it or, if it cannot be used, nothing."""
    edit = st.session_state[WEIGHTS_KEY]["edit"]
    st.session_state[_ANSWERED] = max(edit_number(edit), answered_edit())
    experiment = current().experiment
    _try(lambda: experiment.with_blocks(read_changes(edit, experiment.blocks)))


def answered_edit() -> int:
    """Return the number of the last edit that was taken or refused."""
    return cast(int, st.session_state.get(_ANSWERED, 0))


def draw_weights() -> None:
    """Draw all weights with the settings of the fields."""
    settings = Draw(**{name: st.session_state[f"draw_{name}"] for name in asdict(Draw())})
    _try(lambda: current().experiment.redrawn(settings))


def reset_weights() -> None:
    """Go back to the weights it all began with, where they fit the cell and the sizes as they are now."""
    bench = current()
    if _try(lambda: bench.experiment.with_weights_of(bench.origin.experiment())):
        st.session_state.update(draw_fields(bench.origin.draw))


def undo_weights() -> None:
    """Take back the last change of the weights that still fits; all else stays as it is now."""
    bench = current()
    at = max(index for index, (kind, blocks) in enumerate(bench.earlier) if _fits(bench, kind, blocks))
    if _try(lambda: bench.experiment.with_blocks(bench.earlier[at][1])):
        others = (*bench.earlier[:at], *bench.earlier[at + 1 :])  # later ones are for other cells or sizes
        put(replace(current(), earlier=others))


def can_undo() -> bool:
    """Tell whether a change of the weights can be taken back."""
    bench = current()
    return any(_fits(bench, kind, blocks) for kind, blocks in bench.earlier)


def _fits(bench: Workspace, kind: str, blocks: Blocks) -> bool:
    """Tell whether weights are for the cell as it is now: those of a GRU have the shapes of some MUTs."""
    return kind == kind_of(bench.experiment.cell) and bench.experiment.takes(blocks)


def take_refusal() -> str:
    """Return why the last change of the weights was refused, once."""
    return str(st.session_state.pop(_REFUSED, ""))


def _try(change: Callable[[], Experiment]) -> bool:
    """Put a changed experiment on the bench if it can be run; else keep the one that is there and say why."""
    try:
        changed = change()
        run(changed.key, changed)
    except InputError as error:
        st.session_state[_REFUSED] = in_words(error)
        return False
    bench = current()
    replaced = (kind_of(bench.experiment.cell), bench.experiment.blocks)
    earlier = _recent((*bench.earlier, replaced))
    put(replace(bench, experiment=changed, earlier=earlier))
    return True


def _recent(history: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """Drop the oldest weights until the rest are few and small enough; the latest always stay."""
    sizes = [sum(array.size for array in blocks.values()) for _, blocks in history]
    start = max(len(history) - MAX_UNDO, 0)
    while start < len(history) - 1 and sum(sizes[start:]) > MAX_REMEMBERED:
        start += 1
    return history[start:]
