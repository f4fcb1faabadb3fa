"""The curves of a training run: loss, metric and gradient norm, with a way back in training time.

``curves`` mounts them; ``payload`` makes what they are drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from explorer.web import component

_component = component("curves")


@dataclass(frozen=True, slots=True)
class Request:
    """What the reader asked for last.

    Attributes
    ----------
    moment : int, optional
        An index of ``moments``, or None for the latest.
    number : int
        The number of the request; 0 before the first. It goes back with the next picture.
    """

    moment: int | None = None
    number: int = 0


def curves(data: bytes, *, key: str, on_at: Callable[[], None] | None = None) -> None:
    """Show runs, and let the reader go back in training time.

    Parameters
    ----------
    data : bytes
        What ``explorer.views.curves.payload.pack_curves`` returned.
    key : str
        With the same key the curves stay as they are in the browser and take only what is new.
    on_at : callable, optional
        Called without arguments when the reader has asked for a moment, before the script runs again. It
        learns which from ``request_of``, given the state of this key. Asking for the same one again calls it
        again: the page may have moved on by itself in the meantime.
    """
    _component(key=key, data=data, on_at_change=on_at or _ignore)


def request_of(state: object) -> Request:
    """Return what was asked for, of which no part is trusted: a browser wrote it."""
    asked = state.get("at") if isinstance(state, Mapping) else None
    if not isinstance(asked, Mapping):
        return Request()
    return Request(_natural(asked.get("moment")), _natural(asked.get("number")) or 0)


def _natural(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _ignore() -> None:
    """Do nothing: a state that nobody listens to is not kept."""
