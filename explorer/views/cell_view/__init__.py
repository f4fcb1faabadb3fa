"""The cell view: one timestep of a run as a picture, all timesteps as strips, one value as a formula.

Everything that moves in time moves in the browser. Python sends one message per run and hears
nothing back.
"""

from __future__ import annotations

from explorer.web import component

_component = component("cell_view")


def cell_view(data: bytes, *, key: str) -> None:
    """Show a run.

    Parameters
    ----------
    data : bytes
        What ``explorer.views.cell_view.payload.pack_trace`` returned.
    key : str
        With the same key the view stays as it is in the browser and takes only the new run.
    """
    _component(data=data, key=key)
