"""Which moments of a run are kept: few enough for the memory, the ends always."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from explorer.training.saved_run import Snapshot
from explorer.training.schedule import (
    MAX_KEPT_BYTES,
    MAX_SNAPSHOTS,
    MAX_SNAPSHOTS_BYTES,
    snapshot_updates,
    thinned,
)


@pytest.mark.parametrize("size", [0, 1, 3_000, 400_000, 1_500_000, 5_000_000, 50_000_000])
@pytest.mark.parametrize("updates", [1, 2, 7, 62, 63, 64, 65, 100, 1200, 99_991, 1_000_000])
def test_moments_ascend_from_1_at_least_to_the_end_within_their_room(updates, size):
    chosen = snapshot_updates(updates, size)
    assert chosen[0] >= 1
    assert chosen[-1] == updates
    assert all(sooner < later for sooner, later in pairwise(chosen))
    kept = 1 + len(chosen)  # the first weights are kept too
    assert kept <= MAX_SNAPSHOTS
    assert kept == 2 or kept * size <= MAX_SNAPSHOTS_BYTES


def test_every_update_is_kept_of_a_short_run():
    assert snapshot_updates(5, 100) == (1, 2, 3, 4, 5)


def test_moments_are_closer_together_where_most_is_learned():
    distances = np.diff(snapshot_updates(10_000, 100))
    assert distances[0] < distances[20] < distances[40] < distances[-1]


def many(count: int, numbers: int) -> tuple[Snapshot, ...]:
    return tuple(
        Snapshot(update, 1, {"W": np.broadcast_to(float(update), numbers)}) for update in range(count)
    )


@pytest.mark.parametrize("numbers", [1, 20_000, 100_000, 1_000_000])
@pytest.mark.parametrize("count", [1, 2, 3, 17, 64])
def test_thinned_keeps_both_ends_and_what_there_is_room_for(count, numbers):
    given = many(count, numbers)
    kept = thinned(given)
    assert (kept[0], kept[-1]) == (given[0], given[-1])
    updates = [moment.update for moment in kept]
    assert updates == sorted(set(updates))
    room = MAX_KEPT_BYTES // (8 * numbers)
    assert len(kept) == min(count, max(2, room))


def test_thinned_takes_evenly():
    kept = thinned(many(64, 1), most_bytes=8 * 10)
    assert np.ptp(np.diff([moment.update for moment in kept])) <= 1


def test_moment_cannot_be_written_to():
    moment = many(1, 3)[0]
    with pytest.raises(ValueError, match="read-only"):
        moment.params["W"][0] = 1.0
    with pytest.raises(TypeError):
        moment.params["W"] = np.zeros(3)
