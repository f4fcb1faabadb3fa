"""The editor of all weights of one cell: a coloured matrix to type and paste into.

``weight_editor`` mounts it; ``payload`` holds what is sent to it and what comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from explorer.views.weight_editor.payload import Blocks, bound_of, pack_weights
from explorer.web import component
from lstm_core.cells.base import Cell

_component = component("weight_editor")


def weight_editor(
    cell: Cell,
    blocks: Blocks,
    *,
    inputs: Sequence[str],
    answered: int,
    key: str,
    on_edit: Callable[[], None],
    group: str = "",
) -> None:
    """Show all weights and let the reader type and paste into them.

    Parameters
    ----------
    cell : Cell
        Whose weights they are.
    blocks : mapping of (name, gate) to ndarray
        Of every gate some of W (D, H), U (H, H), b (H,), b_rec (H,), P (H,) and R (k·H, H), k being the
        number of gates that have an R.
    inputs : sequence of str, length D
        What each number of x is called.
    answered : int
        The number of the last edit that was dealt with, taken or refused; 0 before the first.
    key : str
        The key of the component. While it stays the same the editor is never mounted anew: it keeps
        its focus, its scroll and what was typed but not yet accepted.
    group : str
        The views that it tells where the reader points, and hears it from: those that name the same group.
    on_edit : callable
        Called without arguments after an edit, before the script runs again. It reads what came from
        ``st.session_state[key]["edit"]``, which is there during this one run only.

    Raises
    ------
    InputError
        If a size is over its limit, or the shapes do not belong together.

    Notes
    -----
    An edit is ``{"edit": number, "changes": [{"name", "gate", "row", "unit", "value"}, …]}``, rows and
    units from 0. It holds every change whose effect the browser has not seen yet, so a change may come
    twice and none is lost. Its number comes back as ``answered``: an edit that was refused then disappears
    from the screen too.
    """
    data = pack_weights(cell, blocks, inputs=inputs, bound=bound_of(blocks), answered=answered, group=group)
    _component(key=key, data=data, on_edit_change=on_edit)
