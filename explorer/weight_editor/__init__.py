"""The editor of all weights of one cell: a coloured matrix to type and paste into.

``weight_editor`` mounts it; ``payload`` holds what is sent to it and what comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.web import bundle, styles
from explorer.weight_editor.payload import (
    Blocks,
    WeightRow,
    bound_of,
    edit_number,
    gates_of,
    pack_weights,
    read_changes,
    weight_rows,
)

__all__ = [
    "WeightRow",
    "bound_of",
    "gates_of",
    "pack_weights",
    "read_changes",
    "weight_editor",
    "weight_rows",
]

_FOLDER = Path(__file__).parent

_mount = st.components.v2.component(
    name="weight_editor",
    html=(_FOLDER / "component.html").read_text("utf-8"),
    css=styles(_FOLDER),
    js=bundle(_FOLDER, "words", "model", "clipboard", "cursor", "card", "cells", "heatmap", "component"),
)


def weight_editor(blocks: Blocks, *, inputs: Sequence[str], key: str, on_edit: Callable[[], None]) -> Any:
    """Show all weights and let the reader type and paste into them.

    Parameters
    ----------
    blocks : mapping of (name, gate) to ndarray
        The weights: W (D, H), U (H, H) and b (H,) of every gate; for some gates also P (H,) and
        R (k·H, H), k being the number of gates that have an R.
    inputs : sequence of str, length D
        What each number of x is called.
    key : str
        The key of the component. While it stays the same the editor is never mounted anew: it keeps
        its focus, its scroll and what was typed but not yet accepted.
    on_edit : callable
        Called without arguments after an edit, before the script runs again. It reads what came from
        ``st.session_state[key]["edit"]``, which is there during this one run only.

    Returns
    -------
    ComponentResult
        Its ``edit`` is what ``on_edit`` read, in the run after an edit, and None in any other.

    Raises
    ------
    InputError
        If a size is over its limit, or the shapes do not belong together.

    Notes
    -----
    An edit is ``{"edit": number, "changes": [{"name", "gate", "row", "unit", "value"}, …]}``, rows and
    units from 0. It holds every change whose effect the browser has not seen yet, so a change may come
    twice and none is lost. The number of the last edit is kept in the session state, under
    ``f"{key} heard"``: an edit that ``on_edit`` refuses then disappears from the screen too.

    Examples
    --------
    >>> def take_edit():
    ...     st.session_state.weights = read_changes(
    ...         st.session_state["editor"]["edit"], st.session_state.weights
    ...     )
    >>> weight_editor(
    ...     st.session_state.weights, inputs=["x"], key="editor", on_edit=take_edit
    ... )  # doctest: +SKIP
    """
    memory = f"{key} heard"

    def hear() -> None:
        number = edit_number(st.session_state[key].get("edit"))
        if number:
            st.session_state[memory] = number
        on_edit()

    data = pack_weights(
        blocks,
        gates=gates_of(blocks),
        inputs=inputs,
        bound=bound_of(blocks),
        heard=st.session_state.get(memory, 0),
    )
    return _mount(key=key, data=data, on_edit_change=hear)
