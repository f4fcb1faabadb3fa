"""At which updates of a run a copy of its parameters is kept, so that one can go back to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.training.saved_run import Snapshot

MAX_SNAPSHOTS = 64
MAX_SNAPSHOTS_BYTES = 12_000_000
"""What the copies of one run may take together; the first and the last one are kept in any case."""
MAX_KEPT_BYTES = 3_000_000
"""The same of a run that is over and kept beside others."""

_EARLY = 1.7


def snapshot_updates(updates: int, parameter_bytes: int) -> tuple[int, ...]:
    """Return the updates after which a copy is kept: closer together at first, where most is learned.

    Parameters
    ----------
    updates : int
        How many the run makes, at least 1.
    parameter_bytes : int
        What one copy takes.

    Returns
    -------
    tuple of int
        Ascending, from 1; the last update is the last one. 0, the first weights, is kept in any case.

    Examples
    --------
    >>> snapshot_updates(6, 100)
    (1, 2, 3, 4, 5, 6)
    >>> chosen = snapshot_updates(1200, 100)
    >>> chosen[:6], chosen[-2:], len(chosen)
    ((1, 3, 7, 11, 16, 22), (1168, 1200), 63)
    """
    room = max(2, min(MAX_SNAPSHOTS, MAX_SNAPSHOTS_BYTES // max(parameter_bytes, 1))) - 1
    if updates <= room:
        return tuple(range(1, updates + 1))
    return tuple(sorted({max(1, round(updates * (step / room) ** _EARLY)) for step in range(1, room + 1)}))


def thinned(snapshots: Sequence[Snapshot], most_bytes: int = MAX_KEPT_BYTES) -> tuple[Snapshot, ...]:
    """Return the first and the last moment and as many between them as there is room for, evenly taken."""
    size = sum(array.nbytes for array in snapshots[0].params.values())
    room = max(2, most_bytes // max(size, 1))
    if len(snapshots) <= room:
        return tuple(snapshots)
    chosen = np.linspace(0, len(snapshots) - 1, room).round().astype(int)
    return tuple(snapshots[place] for place in chosen)
