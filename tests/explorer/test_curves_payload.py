import math
import statistics
from dataclasses import replace

import numpy as np
import pytest

from explorer.theme import COLOURS
from explorer.training.history import History
from explorer.views.curves import payload
from explorer.views.curves.payload import (
    BASELINE,
    CLIP,
    EMPTY_TEXT,
    LEAST_SPAN,
    MOST_POINTS,
    SETTLED,
    TRAINING,
    VALIDATION,
    Line,
    bucket_size,
    buckets_of,
    is_the_loss,
    other_look,
    pack_curves,
    summary,
)
from explorer.web.payload import unpack
from lstm_core.errors import InputError
from lstm_core.network import Network
from lstm_core.tasks import TASKS
from lstm_core.tasks.base import Baseline
from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR, nats_per
from lstm_core.training import evaluate

BASE = Baseline("always the most frequent label, “positive”", 0.5, 0.7)


def make_history(n, begin=1, every=10, loss=None, rates=None, seed=0):
    """Return a run of n updates that was measured before it and every so many updates."""
    rng = np.random.default_rng(seed)
    update = np.arange(begin, begin + n)
    measured = np.arange(begin - 1, begin + n, every)
    return History(
        update,
        rng.uniform(0.5, 1.0, n) if loss is None else loss,
        rng.uniform(1.0, 2.0, n),
        rng.random(n) < 0.3,
        np.full(n, 0.01) if rates is None else rates,
        measured,
        rng.uniform(0.5, 1.0, len(measured)),
        rng.uniform(0.3, 0.9, len(measured)),
    )


def packed(*histories, shown=None, **options):
    shown = shown or [True] * len(histories)
    lines = [Line(f"Run {i}", h, s) for i, (h, s) in enumerate(zip(histories, shown, strict=True), 1)]
    standard = {
        "metric": "accuracy",
        "better": "higher",
        "baseline": BASE,
        "moments": [0],
        "at": None,
        "total": 1000,
        "scene": "a",
    }
    return unpack(pack_curves(lines, **(standard | options)))


def in_plain_loops(update, values, most):
    """Return {number of the bucket: (first update, last update, count, mean, lowest, highest)}."""
    update, values = [int(u) for u in update], [float(v) for v in values]
    size = 1
    if len(update) > most:
        while len(range((update[0] - 1) // size, (update[-1] - 1) // size + 1)) > most:
            size *= 2
    found = {}
    for u, value in zip(update, values, strict=True):
        found.setdefault((u - 1) // size, []).append((u, value))
    points = {}
    for number, pairs in found.items():
        finite = [value for _, value in pairs if math.isfinite(value)]
        numbers = (statistics.fmean(finite), min(finite), max(finite)) if finite else (math.nan,) * 3
        points[number] = (pairs[0][0], pairs[-1][0], len(pairs), *numbers)
    return points


# ---- points


@pytest.mark.parametrize(
    ("n", "begin", "most"),
    [(1, 1, 4), (4, 1, 4), (5, 1, 4), (37, 1, 4), (37, 6, 4), (1000, 341, 200), (401, 1, 200)],
)
def test_points_are_those_of_plain_loops(n, begin, most):
    update = np.arange(begin, begin + n)
    values = np.random.default_rng(n).uniform(1, 2, n)
    buckets = buckets_of(update, most)
    expected = np.array(list(in_plain_loops(update, values, most).values())).T
    np.testing.assert_array_equal([buckets.first, buckets.last, buckets.count], expected[:3])
    np.testing.assert_allclose(summary(values, buckets), expected[3:], rtol=1e-14)
    assert len(buckets.first) <= most


def test_points_of_updates_with_gaps_are_those_of_plain_loops():
    update = np.array([0, 1, 2, 7, 8, 9, 40, 41, 77])
    values = np.arange(9.0)
    buckets = buckets_of(update, 5)
    expected = np.array(list(in_plain_loops(update, values, 5).values())).T
    np.testing.assert_array_equal([buckets.first, buckets.last, buckets.count], expected[:3])
    np.testing.assert_array_equal(summary(values, buckets), expected[3:])


def test_few_measurements_far_apart_are_points_of_their_own():
    buckets = buckets_of(np.arange(0, 100_000, 1000), 200)
    assert buckets.largest == 1
    assert len(buckets.first) == 100


def test_every_number_of_a_run_is_in_exactly_one_point():
    buckets = buckets_of(np.arange(1, 100_001))
    assert buckets.count.sum() == 100_000
    assert len(buckets.first) <= MOST_POINTS
    np.testing.assert_array_equal(buckets.first[1:], buckets.last[:-1] + 1)


def test_size_of_a_point_doubles_and_is_no_larger_than_it_must_be():
    sizes = [bucket_size(1, last) for last in range(1, 5000)]
    assert set(sizes) == {1, 2, 4, 8, 16, 32}
    assert sizes == sorted(sizes)
    for last, size in enumerate(sizes, 1):
        assert math.ceil(last / size) <= MOST_POINTS
        assert size == 1 or math.ceil(last / (size // 2)) > MOST_POINTS


@pytest.mark.parametrize("begin", [1, 6, 341])
def test_finished_points_stay_as_they_are_while_a_run_grows(begin):
    values = np.random.default_rng(1).normal(size=3000)
    before, size_before = None, 0
    for n in range(1, 3000, 7):
        update = np.arange(begin, begin + n)
        buckets = buckets_of(update, 100)
        size = bucket_size(begin, begin + n - 1, 100)
        points = np.stack([buckets.first, buckets.last, *summary(values[:n], buckets)])
        if before is not None and size == size_before:
            np.testing.assert_array_equal(points[:, : before.shape[1] - 1], before[:, :-1])
        elif before is not None:
            # Larger points begin where a smaller one began.
            assert set(points[0]) <= set(before[0]) | {before[1, -1] + k for k in range(1, 8)}
        before, size_before = points, size


def test_numbers_that_are_not_finite_are_left_out_of_their_point():
    values = np.array([1.0, np.nan, 3.0, np.inf, -np.inf, np.nan, 5.0, 6.0])
    update = np.arange(1, 9)
    buckets = buckets_of(update, 4)
    expected = np.array(list(in_plain_loops(update, values, 4).values())).T
    np.testing.assert_array_equal(summary(values, buckets), expected[3:])
    assert np.isnan(summary(values, buckets)[:, 2]).all()


def test_numbers_near_the_largest_float_have_a_finite_mean():
    values = np.full(8, 1.7e308)
    np.testing.assert_allclose(summary(values, buckets_of(np.arange(1, 9), 2)), 1.7e308)


def test_mean_of_equal_numbers_is_that_number():
    # 0.1 + 0.1 + 0.1 is a little more than 0.3.
    values = np.full(7, 0.1)
    assert set(summary(values, buckets_of(np.arange(1, 8), 2)).ravel()) == {0.1}


def test_nothing_has_no_points():
    buckets = buckets_of(np.empty(0, np.int64))
    assert summary(np.empty(0), buckets).shape == (3, 0)
    assert buckets.largest == 1


# ---- the message


def test_run_that_has_not_begun_has_axes_a_baseline_and_words():
    header, arrays = packed(History.empty())
    assert header["runs"][0]["n"] == 0
    assert arrays["0.loss"].shape == (3, 0)
    assert header["x"] == [0, 1000]
    loss = {"low": 0.7, "high": 0.7, "positive": 0.7, "log": False, "zero": True}
    assert header["charts"]["loss"] == loss
    assert (header["rate"], header["clipped"], header["rates"]) == (None, None, [])
    assert header["empty"] == EMPTY_TEXT


@pytest.mark.parametrize("n", [1, 2, 1000])
def test_arrays_are_the_points_of_the_history(n):
    history = make_history(n)
    header, arrays = packed(history)
    for key, update, values in (
        ("loss", history.update, history.loss),
        ("gradient", history.update, history.gradient_norm),
        ("validation", history.measured, history.validation_loss),
        ("metric", history.measured, history.metric),
    ):
        expected = np.array(list(in_plain_loops(update, values, MOST_POINTS).values())).T
        np.testing.assert_allclose(arrays[f"0.{key}"], expected[3:], rtol=1e-6, err_msg=key)
    assert header["runs"][0]["updatesEach"] == math.ceil(n / MOST_POINTS) + (n == 1000) * 3
    np.testing.assert_array_equal(arrays["0.updates"][:, 0], [1, min(n, header["runs"][0]["updatesEach"])])


def test_shares_of_clipped_updates_are_those_of_each_point_and_of_the_run():
    history = replace(make_history(702), clipped=np.arange(1, 703) % 3 == 0)
    header, arrays = packed(history)
    expected = in_plain_loops(history.update, history.clipped, MOST_POINTS)
    np.testing.assert_allclose(arrays["0.clipped"], [mean for _, _, _, mean, _, _ in expected.values()])
    assert header["clipped"] == pytest.approx(1 / 3)


def test_overlaid_run_keeps_its_look_when_another_one_is_not_shown():
    three = [make_history(20, seed=seed) for seed in range(3)]
    both, _ = packed(*three)
    one, arrays = packed(*three, shown=[True, False, True])
    assert [run["place"] for run in both["runs"]] == [0, 1, 2]
    assert [run["place"] for run in one["runs"]] == [0, 2]
    assert one["runs"][1]["look"] == both["runs"][2]["look"]
    np.testing.assert_allclose(arrays["1.validation"][0], three[2].validation_loss, rtol=1e-6)


def test_overlaid_run_has_only_the_lines_that_are_drawn_of_it():
    other = make_history(700, seed=1)
    _, arrays = packed(make_history(20), other)
    assert {key for key in arrays if key.startswith("1.")} == {
        f"1.{name}" for name in ("updates", "gradient", "measured", "validation", "metric")
    }
    means = [
        mean
        for _, _, _, mean, _, _ in in_plain_loops(other.update, other.gradient_norm, MOST_POINTS).values()
    ]
    np.testing.assert_allclose(arrays["1.gradient"], [means], rtol=1e-6)


def test_baseline_is_told_by_name():
    header, _ = packed(make_history(5))
    assert header["baseline"] == {"name": BASE.name, "lossName": BASE.name, "value": 0.5, "loss": 0.7}


def test_baseline_whose_loss_is_that_of_another_answer_is_told_by_both_names():
    header, _ = packed(make_history(5), baseline=replace(BASE, loss_name="the share of each label"))
    names = header["baseline"]["name"], header["baseline"]["lossName"]
    assert names == (BASE.name, "the share of each label")


def test_what_is_measured_is_validation_only_where_it_was_held_out():
    history = make_history(5)
    assert packed(history)[0]["measured"] == "validation"
    assert packed(history, held_out=False)[0]["measured"] == "on the training data"


def test_words_of_a_run_are_told_beside_its_name():
    history = make_history(5)
    data = pack_curves(
        [Line("a", history, words="LSTM 16"), Line("b", history)],
        **{"metric": "accuracy", "better": "higher", "baseline": BASE},
        **{"moments": [0], "at": None, "total": 5, "scene": "a"},
    )
    assert [(run["name"], run["words"]) for run in unpack(data)[0]["runs"]] == [("a", "LSTM 16"), ("b", "")]


def test_run_that_is_looked_at_is_drawn_whatever_is_said_of_it():
    header, _ = packed(make_history(5), shown=[False])
    assert [run["name"] for run in header["runs"]] == ["Run 1"]


def test_looks_of_overlaid_runs_differ():
    looks = [other_look(place) for place in range(20)]
    assert len({(look.light, look.dash) for look in looks}) == 20


def test_revision_changes_with_what_is_shown_and_only_then():
    def revision(history, **options):
        return packed(history, **options)[0]["revision"]

    history = make_history(50)
    assert revision(history) == revision(make_history(50))
    others = [
        revision(make_history(51)),
        revision(history, moments=[0, 20]),
        revision(history, moments=[0, 20], at=1),
        revision(history, total=2000),
        revision(history, scene="b"),
    ]
    assert len({revision(history), *others}) == 6


def test_numbers_of_a_baseline_that_are_not_finite_are_left_out():
    header, _ = packed(make_history(5), baseline=Baseline("mean", math.nan, math.inf), clip=math.inf)
    assert (header["baseline"]["value"], header["baseline"]["loss"]) == (None, None)
    assert header["clip"] is None
    assert header["charts"]["loss"]["high"] <= 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"moments": [0, 5, 5]}, "moments must ascend"),
        ({"moments": [0, 5], "at": 2}, "one of 2 moments, got 2"),
        ({"moments": [0, 5], "at": -1}, "one of 2 moments, got -1"),
    ],
)
def test_moments_that_cannot_be_shown_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        packed(make_history(5), **options)


def test_no_run_is_refused():
    with pytest.raises(InputError, match="at least one run"):
        packed()


# ---- a metric that is the loss


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_metric_is_the_loss_where_both_come_to_the_same_number_for_any_weights(task):
    rng = np.random.default_rng(0)
    data = task.build(rng)
    network = Network(data.recipe.network)
    found = evaluate(
        network, network.init(rng), data.validation, loss=data.recipe.loss, metric=data.metric, batch_size=64
    )
    same = found.metric == pytest.approx(found.loss, rel=1e-9)
    assert is_the_loss(data.metric, data.recipe.loss) is same
    assert same is (task.key in {"adding", "characters", "copy"})
    assert not same or data.baseline.value == pytest.approx(data.baseline.loss)


def test_metric_is_not_another_loss():
    assert not is_the_loss(MEAN_SQUARED_ERROR, "cross_entropy")
    assert not is_the_loss(nats_per("step", "answer"), "binary_cross_entropy")


def test_one_chart_stands_for_a_metric_that_is_the_loss():
    histories = make_history(20), make_history(30, seed=1)
    plain, plain_arrays = packed(*histories)
    header, arrays = packed(*histories, is_loss=True)
    assert (plain["metric"]["isLoss"], header["metric"]["isLoss"]) == (False, True)
    assert set(header["charts"]) == {"loss", "gradient"}
    assert set(plain_arrays) - set(arrays) == {"0.metric", "1.metric"}
    assert header["metric"]["name"] == "accuracy"


# ---- axes


def test_extent_holds_every_number_that_is_drawn():
    history, other = make_history(700), make_history(100, seed=3)
    header, _ = packed(history, other, clip=3.0, unit="points")
    loss = [*history.loss, *history.validation_loss, *other.validation_loss, 0.7]
    metric = [*history.metric, *other.metric, 0.5]
    means = in_plain_loops(other.update, other.gradient_norm, MOST_POINTS).values()
    gradient = [*history.gradient_norm, *(mean for _, _, _, mean, _, _ in means), 3.0]
    for name, numbers in (("loss", loss), ("metric", metric), ("gradient", gradient)):
        extent = header["charts"][name]
        ends = (min(numbers), max(numbers), min(numbers))
        assert (extent["low"], extent["high"], extent["positive"]) == ends, name
        assert extent["zero"], name


def test_negative_numbers_extend_a_scale_below_zero():
    header, _ = packed(make_history(3, loss=np.array([-2.0, 1.0, -0.5])))
    assert header["charts"]["loss"]["low"] == -2.0


def test_overlaid_run_that_ran_away_leaves_the_scale_of_the_run_that_is_looked_at():
    calm, wild = make_history(40), make_history(40, loss=np.geomspace(1.0, 1e144, 40))
    wild = replace(wild, validation_loss=wild.validation_loss * 1e100, gradient_norm=wild.gradient_norm * 1e9)
    alone, beside = packed(calm)[0]["charts"], packed(calm, wild)[0]["charts"]
    assert beside["loss"]["high"] <= 10 * alone["loss"]["high"]
    assert not beside["loss"]["log"]
    assert beside["gradient"]["high"] <= 10 * alone["gradient"]["high"]
    assert packed(wild, calm)[0]["charts"]["loss"]["high"] > 1e99


def test_share_of_which_more_is_better_is_shown_up_to_one():
    history = make_history(20)
    assert packed(history)[0]["charts"]["metric"]["high"] == 1.0
    assert packed(history, better="lower")[0]["charts"]["metric"]["high"] < 1.0
    assert packed(history, unit="points")[0]["charts"]["metric"]["high"] < 1.0
    more = packed(history, baseline=Baseline("goals", 3.0, 0.1))
    assert more[0]["charts"]["metric"]["high"] == 3.0


def zero_of(loss, n=SETTLED, level=None):
    """Return whether a scale begins at 0 for a run of these losses in turn, measured as them too."""
    losses = np.resize(np.array(loss, float), n)
    history = History(np.arange(1, n + 1), losses, *np.zeros((3, n)), np.arange(n), losses, losses)
    baseline = Baseline("guess", *[losses[0] if level is None else level] * 2)
    charts = packed(history, baseline=baseline, unit="m")[0]["charts"]
    assert charts["loss"]["zero"] is charts["metric"]["zero"]
    assert charts["gradient"]["zero"]  # of zeros
    return charts["loss"]["zero"]


@pytest.mark.parametrize(
    ("loss", "zero"),
    [
        ([1e9, 1e9 + 5], False),
        ([-8_000_800, -8_000_790], False),
        ([0.1234567, 0.1234568], False),
        ([500, 499.1], False),
        ([500, 498.9], True),
        ([1e9, 1e9], True),
        ([1e9, 1e9 + 1e-5], True),
        ([0, 0], True),
        ([1e9, -1e9], True),
        ([1.7e308, -1.7e308], True),
        ([1e9, 1e9 + 5, 0], True),
        ([math.nan, math.inf], True),
    ],
)
def test_scale_leaves_zero_only_where_numbers_are_nearly_but_not_all_the_same(loss, zero):
    assert zero_of(loss) is zero


def test_scale_begins_at_zero_in_the_first_updates_and_while_a_baseline_is_far():
    assert zero_of([1e9, 1e9 + 5], n=SETTLED - 1)
    assert zero_of([1e9, 1e9 + 5], level=2e9)


def test_scale_of_shares_begins_at_zero():
    history = make_history(SETTLED)
    equal = replace(history, metric=np.full(len(history.metric), 0.5001))
    assert packed(equal)[0]["charts"]["metric"]["zero"]
    assert not packed(equal, unit="points")[0]["charts"]["metric"]["zero"]


@pytest.mark.parametrize(
    ("measured", "wide"),
    [
        ([1.0, 0.0334], False),
        ([1.0, 0.0332], True),
        ([1e12, 1e-9], True),
        ([np.nan, 1.0, np.inf], False),
        ([1.0, 0.5, 0.0], False),
        ([1.0, 0.001, -0.5], False),
        ([1.0, np.nan, 0.001], True),
        ([0.0, 0.0], False),
        ([1.7e308, 1e-300], True),
    ],
)
def test_scale_opens_logarithmic_where_what_is_measured_differs_by_more_than_thirty_times(measured, wide):
    charts = opened(measured=measured)
    assert (charts["loss"]["log"], charts["metric"]["log"]) == (wide, wide)


def opened(*others, loss=(1.0,), measured=(), norms=None, baseline=BASE, **options):
    """Return the charts of a run with these losses, measured losses and metrics, and gradient norms."""
    history = spread(loss=loss, measured=measured, norms=norms)
    return packed(history, *others, baseline=baseline, better="lower", **options)[0]["charts"]


def spread(*, loss=(1.0,), measured=(), norms=None):
    n, m = len(loss), len(measured)
    zeros = np.zeros(n)
    return History(
        *(np.arange(1, n + 1), np.array(loss), zeros if norms is None else norms, zeros, zeros),
        *(np.arange(m), np.array(measured), np.array(measured)),
    )


def test_scale_is_logarithmic_where_the_baseline_is_far_from_what_is_measured():
    for low, wide in ((0.02, False), (0.01, True)):
        charts = opened(loss=[0.03], measured=[0.03, low], baseline=Baseline("mean", 0.5, 0.5))
        assert (charts["loss"]["log"], charts["metric"]["log"]) == (wide, wide)


def test_scale_is_logarithmic_where_runs_that_are_drawn_are_far_from_each_other():
    lower = spread(measured=[0.03, 0.01])
    assert not opened(measured=[1.0, 0.6])["loss"]["log"]
    beside = opened(lower, measured=[1.0, 0.6])
    assert beside["loss"]["log"]
    assert beside["metric"]["log"]
    assert not opened(lower, measured=[1.0, 0.6], shown=[True, False])["loss"]["log"]


@pytest.mark.parametrize("away", [[0.9, 9.5, 1e9], [0.9, 9.5, np.nan]])
def test_run_that_ran_away_does_not_make_a_scale_logarithmic_with_its_numbers_before(away):
    ours = {"loss": [1.0] * 3, "measured": [1.0, 0.31], "norms": [1.0, 1.0, 4.0]}
    calm = spread(loss=[1.0] * 3, measured=[0.9, 9.5, 9.5], norms=[1.0, 35.0, 35.0])
    wild = spread(loss=[1.0] * 3, measured=away, norms=[1.0, 35.0, away[-1]])
    for other, wide in ((calm, True), (wild, False)):
        charts = opened(other, **ours)
        assert [charts[name]["log"] for name in ("loss", "metric", "gradient")] == [wide] * 3


def test_scale_stays_linear_when_only_what_was_learned_by_heart_has_tiny_losses():
    assert not opened(loss=[1.0, 0.5, 1e-5], measured=[1.0, 0.6, 0.8])["loss"]["log"]


def test_scale_is_logarithmic_when_the_training_loss_explodes():
    assert opened(loss=[1.0, 0.5, 1e5], measured=[1.0, 0.6, 0.8])["loss"]["log"]


def test_loss_of_a_single_batch_does_not_make_a_scale_logarithmic():
    noisy = np.ones(1000)
    noisy[500] = 300.0
    assert not opened(loss=noisy, measured=[1.0, 0.6])["loss"]["log"]
    noisy[500:600] = 300.0
    assert opened(loss=noisy, measured=[1.0, 0.6])["loss"]["log"]


@pytest.mark.parametrize(
    ("norms", "wide"), [([1.0, 2.0, 1e-6], False), ([1.0, 2.0, 59.0], False), ([1.0, 2.0, 61.0], True)]
)
def test_scale_of_the_gradient_is_logarithmic_only_when_it_explodes(norms, wide):
    assert opened(loss=[1.0, 1.0, 1.0], norms=norms)["gradient"]["log"] is wide


def test_scale_of_gradients_that_are_zero_is_linear():
    assert not opened(loss=[1.0, 1.0], norms=[0, 0])["gradient"]["log"]


@pytest.mark.parametrize(
    ("begin", "n", "total", "span"),
    [
        (1, 0, 1200, [0, 1200]),
        (1, 1200, 1200, [0, 1200]),
        (1, 1500, 1200, [0, 1500]),
        (341, 10, 1200, [340, 1200]),
        (1, 10, 100_000, [0, 3125]),
        (1, 3126, 100_000, [0, 6250]),
        (1, 99_999, 100_000, [0, 100_000]),
        (1, 0, 0, [0, 1]),
        (341, 0, 1200, [340, 1200]),
    ],
)
def test_updates_that_are_shown(begin, n, total, span):
    history = make_history(n, begin) if n else History.empty()
    assert packed(history, total=total, moments=[begin - 1])[0]["x"] == span


def test_updates_that_are_shown_never_shrink_while_a_run_grows():
    ends = [packed(make_history(n, every=1000), total=50_000)[0]["x"][1] for n in range(1, 50_000, 1777)]
    assert ends == sorted(ends)
    assert ends[0] >= LEAST_SPAN
    assert len(set(ends)) > 3


def test_changes_of_the_learning_rate_are_told_with_the_rate_before():
    rates = np.array([0.1] * 4 + [0.03] * 3 + [0.01])
    header, _ = packed(make_history(8, begin=11, rates=rates))
    assert header["rate"] == 0.1
    assert header["rates"] == [[15, 0.1, 0.03], [18, 0.03, 0.01]]


def test_rate_that_changes_with_every_update_is_told_point_by_point():
    rates = np.linspace(0.1, 0.01, 5000)
    header, _ = packed(make_history(5000, rates=rates))
    changes = header["rates"]
    assert len(changes) <= MOST_POINTS
    assert changes[0][1] == 0.1
    assert changes[-1][2] == 0.01
    assert [before for _, before, _ in changes[1:]] == [after for _, _, after in changes[:-1]]


# ---- colours


def contrast(one, other):
    def light(colour):
        shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_lines_stand_out_from_the_page(mode):
    looks = [TRAINING, VALIDATION, BASELINE, CLIP, *map(other_look, range(20))]
    assert min(contrast(getattr(look, mode), COLOURS[mode]["background"]) for look in looks) >= 3


def test_lines_of_one_chart_differ_in_their_dashes():
    assert len({look.dash for look in (TRAINING, VALIDATION)}) == 2
    assert BASELINE.dash != CLIP.dash


def test_payload_says_what_the_first_chart_is_for():
    assert payload.EMPTY_TEXT == "Press Start: the loss is drawn here while it falls."
