"""What stays of a long history: everything that is read off its curves."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from explorer.training.history import History
from explorer.training.limits import MAX_HISTORY_BYTES, MAX_UPDATES
from explorer.views.curves.payload import buckets_of, summary


def falling(n: int, first: int = 1, every: int = 50) -> History:
    """Return a run of n updates that learns, with noise, spikes, and rates that were changed by hand."""
    rng = np.random.default_rng(n)
    update = np.arange(first, first + n)
    loss = (0.1 + np.exp(-np.arange(n) / (n / 5))) * rng.lognormal(0, 0.3, n)
    norm = loss * rng.lognormal(0, 0.5, n)
    norm[rng.integers(0, n, 3)] *= 50
    rate = np.full(n, 0.01)
    for place in (n // 3, n // 3 + 1, n // 2):
        rate[place:] *= 0.7
    measured = np.arange(first - 1, first + n, every)
    m = len(measured)
    validation = 0.2 + np.exp(-np.arange(m) / (m / 5)) + 0.1 * rng.random(m) + np.arange(m) / m
    metric = rng.random(m)
    return History(update, loss, norm, norm > 1, rate, measured, validation, metric)


def assert_equal(one: History, other: History) -> None:
    for field in fields(History):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


LONG = [(MAX_UPDATES, 1, 10), (MAX_UPDATES, 1, 1000), (300_001, 777_778, 3), (95_000, 8, 95_000)]


@pytest.mark.parametrize(("n", "first", "every"), LONG)
def test_long_history_has_room_and_keeps_its_rows_whole(n, first, every):
    history = falling(n, first, every)
    kept = history.thinned()
    assert MAX_HISTORY_BYTES / 2 < kept.nbytes <= MAX_HISTORY_BYTES
    rows = kept.update - first
    for name in ("loss", "gradient_norm", "clipped", "learning_rate"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(history, name)[rows])
    rows = np.searchsorted(history.measured, kept.measured)
    for name in ("measured", "validation_loss", "metric"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(history, name)[rows])
    assert (kept.update[0], kept.update[-1]) == (history.update[0], history.update[-1])
    assert (kept.measured[0], kept.measured[-1]) == (history.measured[0], history.measured[-1])
    assert_equal(kept.thinned(), kept)


@pytest.mark.parametrize(("n", "first", "every"), LONG)
@pytest.mark.parametrize("most", [200, 400])
def test_curves_of_a_thinned_history_have_the_same_points_and_ranges(n, first, every, most):
    history = falling(n, first, every)
    kept = history.thinned()
    for at, names in (("update", ("loss", "gradient_norm")), ("measured", ("validation_loss", "metric"))):
        full, thin = (buckets_of(getattr(each, at), most) for each in (history, kept))
        assert len(full.start) == len(thin.start)
        for name in names:
            expected, found = (
                summary(getattr(each, name), buckets) for each, buckets in ((history, full), (kept, thin))
            )
            np.testing.assert_array_equal(found[1:], expected[1:])
            error = np.abs(found[0] - expected[0]) / (expected[2] - expected[1] + 1e-9)
            assert error.max() < 0.1


@pytest.mark.parametrize(("n", "first", "every"), LONG)
def test_what_is_told_of_a_run_is_told_of_its_thinned_history(n, first, every):
    history = falling(n, first, every)
    kept = history.thinned()
    assert (kept.metric.max(), kept.metric.min()) == (history.metric.max(), history.metric.min())
    lowest = [int(np.argmin(each.validation_loss)) for each in (history, kept)]
    assert history.measured[lowest[0]] == kept.measured[lowest[1]]
    assert (kept.metric[-1], kept.validation_loss[-1]) == (history.metric[-1], history.validation_loss[-1])
    rates = [each.learning_rate[np.flatnonzero(np.diff(each.learning_rate)) + 1] for each in (history, kept)]
    assert rates[0].tolist() == rates[1].tolist()
    assert len(rates[0]) == 3
    changed = [each.update[np.flatnonzero(np.diff(each.learning_rate)) + 1] for each in (history, kept)]
    assert changed[0].tolist() == changed[1].tolist()
    for part in (slice(-len(history) // 10, None), slice(-len(history) // 5, -len(history) // 10)):
        begin, end = (history.update[part][place] for place in (0, -1))
        inside = (kept.update >= begin) & (kept.update <= end)
        assert kept.loss[inside].mean() == pytest.approx(history.loss[part].mean(), rel=0.02)
    assert kept.clipped.mean() == pytest.approx(history.clipped.mean(), abs=0.02)


def test_short_history_stays_as_it_is_in_arrays_of_its_own():
    history = falling(1000)
    kept = history.thinned()
    assert_equal(kept, history)
    for field in fields(History):
        assert not np.shares_memory(getattr(kept, field.name), getattr(history, field.name))
    assert_equal(History.empty().thinned(), History.empty())


@pytest.mark.parametrize("most", [2_000, 5_000, 50_000])
@pytest.mark.parametrize("first", [1, 7, 1000])
def test_little_room_is_kept_to_whatever_the_history_is(most, first):
    rng = np.random.default_rng(0)
    n = 20_000
    loss = rng.random(n)
    loss[::7], loss[5000:6000] = np.nan, np.inf
    rate, gaps = rng.random(n), np.full(n, np.nan)  # another one at every update
    update = np.arange(first, first + n)
    history = History(update, loss, loss, loss > 0.5, rate, update - 1, gaps, loss)
    kept = history.thinned(most)
    assert most / 3 < kept.nbytes <= most
    assert (np.diff(kept.update) > 0).all()
    assert (kept.update[-1], kept.measured[-1]) == (update[-1], update[-1] - 1)
    assert np.nanmin(kept.loss) == np.nanmin(loss)
