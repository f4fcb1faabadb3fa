"""The fast path gives the numbers of the readable path, whatever ran before, in the memory that it names."""

import tracemalloc

import numpy as np
import pytest

from lstm_core import CELLS, LSTM, InputError, backpropagate, unroll
from lstm_core.fused import Workspace, Workspaces, applies
from lstm_core.fused.memory import FAR_APART
from lstm_core.fused.run import BACKWARD_STEPS, FORWARD_STEPS

TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}
EXTRAS = ("initial", "mask", "reverse", "recurrent_scale")
SIZES = {
    "one of each": (1, 1, 1, 1),
    "one timestep": (3, 1, 2, 4),
    "one input": (4, 9, 1, 3),
    "one unit": (2, 9, 3, 1),
    "one example": (1, 30, 3, 4),
    "some examples": (3, 30, 3, 4),
    "exactly one stage": (1, FORWARD_STEPS, 2, 3),
    "one timestep more than a stage": (2, FORWARD_STEPS + 1, 2, 3),
    "one timestep more than a stage back": (1, BACKWARD_STEPS + 1, 2, 3),
    "rows too long for a full stage": (20, 15, 2, 120),
    "examples far apart": (4, 30, FAR_APART // 120 + 1, FAR_APART // 120 + 1),
}


class Batch:
    """Parameters, inputs, a gradient and every kind of extra, for one set of sizes."""

    def __init__(self, sizes, dtype=np.float64, seed=3):
        rng = np.random.default_rng(seed)
        self.sizes, self.dtype = sizes, dtype
        B, T, D, H = sizes
        self.params = {
            name: rng.uniform(-0.9, 0.9, shape).astype(dtype) / H**0.5
            for name, shape in LSTM().parameter_shapes(D, H).items()
        }
        self.x = rng.uniform(-2, 2, (B, T, D)).astype(dtype)
        self.d_h = rng.uniform(-1, 1, (B, T, H)).astype(dtype)
        self.extras = {
            "initial": {key: rng.uniform(-1, 1, (B, H)).astype(dtype) for key in ("h", "c")},
            "mask": rng.random((B, T)) < 0.7,
            "reverse": True,
            "recurrent_scale": ((rng.random((B, H)) < 0.7) / 0.7).astype(dtype),
        }
        self.d_final = {key: rng.uniform(-1, 1, (B, H)).astype(dtype) for key in ("h", "c")}

    def chosen(self, names):
        return {name: self.extras[name] for name in names}

    def workspace(self):
        return Workspace(*self.sizes, self.dtype)

    def run(self, workspace, names=()):
        return workspace.forward(**self.params, x=self.x, **self.chosen(names))

    def run_back(self, workspace, need_x=True, d_final=None):
        gradients = {f"d_{name}": np.full_like(array, np.nan) for name, array in self.params.items()}
        d_x = workspace.backward(self.d_h, d_final=d_final, **gradients, need_x=need_x)
        return {name: gradients[f"d_{name}"] for name in self.params} | {"x": d_x}

    def readable(self, names=()):
        return unroll(LSTM(), self.params, self.x, **self.chosen(names))


@pytest.fixture(params=TOLERANCE, ids=lambda dtype: dtype.__name__)
def dtype(request):
    return request.param


@pytest.fixture(params=SIZES.values(), ids=SIZES.keys())
def batch(request, dtype):
    return Batch(request.param, dtype)


@pytest.fixture
def small():
    return Batch((2, 7, 2, 3))


def assert_equal(actual, expected, name, dtype):
    """Compare within the tolerance of a float type, relative to the largest number if that is above 1."""
    assert actual.dtype == expected.dtype == dtype, name
    tolerance = TOLERANCE[dtype] * max(1, np.abs(expected).max())
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance, err_msg=name)


def assert_equal_to_readable(batch, workspace, names, d_final=None):
    trace = batch.readable(names)
    assert_equal(batch.run(workspace, names), trace["h"], "h", batch.dtype)
    for key, state in workspace.final.items():
        assert_equal(state, trace.final[key], f"final {key}", batch.dtype)
    expected = backpropagate(trace, batch.d_h, d_final)
    gradients = batch.run_back(workspace, d_final=d_final)
    for name, gradient in gradients.items():
        assert_equal(gradient, expected.x if name == "x" else expected.params[name], name, batch.dtype)
    for key, gradient in workspace.d_initial.items():
        assert_equal(gradient, expected.initial[key], f"initial {key}", batch.dtype)


@pytest.mark.parametrize(
    "names",
    [(), *((name,) for name in EXTRAS), ("mask", "reverse"), EXTRAS],
    ids=lambda names: "+".join(names) or "plain",
)
def test_run_and_gradients_equal_the_readable_path(batch, names):
    assert_equal_to_readable(batch, batch.workspace(), names)


@pytest.mark.parametrize("names", [(), ("mask",), EXTRAS], ids=["plain", "mask", "all extras"])
def test_gradient_at_the_final_states_goes_the_way_it_goes_in_the_readable_path(batch, names):
    assert_equal_to_readable(batch, batch.workspace(), names, batch.d_final)


def test_gradient_at_one_of_the_final_states_alone_is_enough(small):
    for key in ("h", "c"):
        assert_equal_to_readable(small, small.workspace(), (), {key: small.d_final[key]})


@pytest.mark.parametrize("names", [(), EXTRAS], ids=["plain", "all extras"])
def test_trace_is_that_of_the_readable_path(batch, names):
    workspace = batch.workspace()
    batch.run(workspace, names)
    trace, expected = workspace.trace(), batch.readable(names)
    assert trace.cell == expected.cell
    assert trace.reverse == expected.reverse
    np.testing.assert_array_equal(trace.mask, expected.mask)
    np.testing.assert_array_equal(trace.x, expected.x)
    assert list(trace.signals) == list(expected.signals)
    for part in ("params", "initial", "signals"):
        for key, array in getattr(expected, part).items():
            assert_equal(getattr(trace, part)[key], array, f"{part} {key}", batch.dtype)
    if names:
        assert_equal(trace.recurrent_scale, expected.recurrent_scale, "recurrent_scale", batch.dtype)
    else:
        assert trace.recurrent_scale is expected.recurrent_scale is None


@pytest.mark.parametrize("before", [(), ("mask",), EXTRAS], ids=["plain", "mask", "all extras"])
@pytest.mark.parametrize("names", [(), ("mask",), ("recurrent_scale",)], ids=["plain", "mask", "scale"])
def test_nothing_is_left_of_a_run_before(dtype, before, names):
    sizes = (2, FORWARD_STEPS + 3, 2, 3)
    batch, other = Batch(sizes, dtype), Batch(sizes, dtype, seed=4)
    workspace = batch.workspace()
    other.run(workspace, before)
    other.run_back(workspace, d_final=other.d_final)
    assert_equal_to_readable(batch, workspace, names)


@pytest.mark.parametrize("sizes", [(1, 5, 2, 3), (2, 5, 2, 3)], ids=["one example", "two examples"])
def test_numbers_that_ran_away_do_not_reach_the_next_run(sizes):
    batch, broken = Batch(sizes), Batch(sizes)
    broken.x[:] = np.nan
    broken.d_h[:] = np.inf
    workspace = batch.workspace()
    assert np.isnan(broken.run(workspace)).all()
    broken.run_back(workspace)
    assert_equal_to_readable(batch, workspace, ())


def test_overflow_gives_no_warning():
    batch = Batch((2, 5, 2, 3), np.float32)
    batch.params = {name: array * 1e38 for name, array in batch.params.items()}
    batch.x *= 1e38
    workspace = batch.workspace()
    batch.run(workspace)
    batch.run_back(workspace)
    workspace.trace()


def test_saturated_gates_stay_equal_to_the_readable_path(small):
    small.params = {name: array * 1e6 for name, array in small.params.items()}
    assert_equal_to_readable(small, small.workspace(), ())


def test_run_continues_from_a_single_given_state(small):
    trace = unroll(LSTM(), small.params, small.x, {"c": small.extras["initial"]["c"]})
    h = small.workspace().forward(**small.params, x=small.x, initial={"c": small.extras["initial"]["c"]})
    assert_equal(h, trace["h"], "h", np.float64)


def test_trace_is_not_changed_by_the_next_run(small):
    workspace, other = small.workspace(), Batch(small.sizes, seed=4)
    small.run(workspace, EXTRAS)
    trace = workspace.trace()
    before = {key: array.copy() for key, array in trace.signals.items()}
    other.run(workspace, ("mask",))
    for key, array in before.items():
        np.testing.assert_array_equal(trace[key], array, err_msg=key)
        assert not trace[key].flags.writeable
    np.testing.assert_array_equal(trace.mask, small.extras["mask"])
    np.testing.assert_array_equal(trace.x, small.x)


def test_gradients_belong_to_the_weights_that_ran(small):
    workspace, trace = small.workspace(), small.readable()
    small.run(workspace)
    small.params["U"][:] = 0
    gradients = small.run_back(workspace)
    assert_equal(gradients["U"], backpropagate(trace, small.d_h).params["U"], "U", np.float64)
    np.testing.assert_array_equal(workspace.trace().params["U"], trace.params["U"])


def test_gradients_may_be_views_of_one_vector(small):
    workspace = small.workspace()
    small.run(workspace)
    expected = small.run_back(workspace)
    flat = np.empty(sum(array.size for array in small.params.values()))
    parts, start = {}, 0
    for name, array in small.params.items():
        parts[f"d_{name}"] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
    workspace.backward(small.d_h, **parts)
    np.testing.assert_array_equal(flat, np.concatenate([expected[name].ravel() for name in small.params]))


def test_gradient_of_the_inputs_is_left_out_when_it_is_not_needed(small):
    workspace = small.workspace()
    small.run(workspace)
    with_x, without = small.run_back(workspace), small.run_back(workspace, need_x=False)
    assert without["x"] is None
    for name in small.params:
        np.testing.assert_array_equal(with_x[name], without[name])


def test_gradient_may_come_in_any_memory_order(small):
    workspace = small.workspace()
    small.run(workspace)
    expected = small.run_back(workspace)
    small.d_h = np.asfortranarray(small.d_h)
    np.testing.assert_array_equal(small.run_back(workspace)["W"], expected["W"])


def test_output_is_read_only(small):
    assert not small.run(small.workspace()).flags.writeable


def test_only_the_lstm_with_default_options_is_run(cell):
    assert applies(cell) == (cell == LSTM())


@pytest.mark.parametrize("name", sorted(CELLS.keys() - {"LSTM"}))
def test_other_cells_are_not_run(name):
    assert not applies(CELLS[name]())


@pytest.mark.parametrize("sizes", [(1, 200, 32, 64), (8, 100, 8, 64), (2, 200, 16, 128)])
def test_a_run_holds_little_more_than_its_trace(dtype, sizes):
    B, T, D, H = sizes
    batch = Batch(sizes, dtype)
    tracemalloc.start()
    try:
        workspace = batch.workspace()
        batch.run(workspace)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    weights = sum(array.nbytes for array in batch.params.values())
    trace = B * T * (D + 6 * H) * np.dtype(dtype).itemsize  # x, i, f, g, o, c and h
    assert held <= 1.25 * trace + weights


def test_a_run_back_holds_for_each_timestep_little_but_the_gradient_of_x():
    held = {}
    for timesteps in (500, 1000):
        batch = Batch((1, timesteps, 2, 4))
        workspace = batch.workspace()
        batch.run(workspace)
        tracemalloc.start()
        try:
            batch.run_back(workspace)
            held[timesteps], _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    gradient, views_of_a_stage = 2 * 8, 24
    assert (held[1000] - held[500]) / 500 <= gradient + views_of_a_stage


@pytest.mark.parametrize("sizes", [(1, 50, 3, 20), (30, 40, 10, 20)])
def test_bytes_are_those_of_all_arrays(sizes):
    batch = Batch(sizes)
    tracemalloc.start()
    try:
        workspace = batch.workspace()
        batch.run(workspace, ("mask",))
        batch.run_back(workspace)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 0.7 * held <= workspace.nbytes <= held


def test_workspace_is_kept_for_its_slot_shape_and_type():
    workspaces = Workspaces(10**7)
    first = workspaces.take("a", 1, 5, 2, 3, np.float64)
    assert workspaces.take("a", 1, 5, 2, 3, float) is first
    others = [("b", 1, 5, 2, 3, float), ("a", 2, 5, 2, 3, float), ("a", 1, 5, 2, 3, np.float32)]
    assert len({id(first), *(id(workspaces.take(*other)) for other in others)}) == 4


def test_least_recently_used_workspace_goes_first():
    size = Workspace(1, 5, 2, 3, float).nbytes
    workspaces = Workspaces(2 * size)
    first, second = (workspaces.take(slot, 1, 5, 2, 3, float) for slot in "ab")
    workspaces.take("a", 1, 5, 2, 3, float)
    workspaces.take("c", 1, 5, 2, 3, float)
    assert workspaces.take("a", 1, 5, 2, 3, float) is first
    assert workspaces.take("b", 1, 5, 2, 3, float) is not second


def test_workspace_over_the_limit_is_given_but_not_kept():
    size = Workspace(1, 5, 2, 3, float).nbytes
    workspaces = Workspaces(size)
    kept = workspaces.take("a", 1, 5, 2, 3, float)
    large = workspaces.take("a", 1, 50, 2, 3, float)
    assert large.nbytes > size
    assert workspaces.take("a", 1, 50, 2, 3, float) is not large
    assert workspaces.take("a", 1, 5, 2, 3, float) is kept


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros((2, 7, 3))}, r"x must have shape \(2, 7, 2\), got \(2, 7, 3\)"),
        ({"x": [[0.0]]}, r"x must be an array of shape \(2, 7, 2\), got list"),
        ({"W": np.zeros((3, 12))}, r"W must have shape \(2, 12\), got \(3, 12\)"),
        ({"U": np.zeros((12, 3))}, r"U must have shape \(3, 12\), got \(12, 3\)"),
        ({"b": np.zeros((1, 12))}, r"b must have shape \(12,\), got \(1, 12\)"),
        ({"initial": {"h": np.zeros((3, 2))}}, r"initial h must have shape \(2, 3\), got \(3, 2\)"),
        ({"initial": {"z": np.zeros((2, 3))}}, "initial must hold only h and c, got z"),
        ({"mask": np.ones((7, 2), bool)}, r"mask must have shape \(2, 7\), got \(7, 2\)"),
        ({"recurrent_scale": np.ones(3)}, r"recurrent_scale must have shape \(2, 3\), got \(3,\)"),
    ],
)
def test_wrong_shape_is_refused(small, change, message):
    workspace = small.workspace()
    with pytest.raises(InputError, match=message):
        workspace.forward(**{**small.params, "x": small.x, **change})


@pytest.mark.parametrize("change", [{"initial": {"h": np.zeros(3)}}, {"mask": np.ones(3, bool)}])
def test_run_that_was_refused_leaves_no_numbers_of_two_runs(small, change):
    workspace = small.workspace()
    small.run(workspace)
    with pytest.raises(InputError):
        workspace.forward(**small.params, x=2 * small.x, **change)
    with pytest.raises(InputError, match="forward must be run"):
        workspace.trace()


@pytest.mark.parametrize("name", ["d_h", "d_W", "d_U", "d_b"])
def test_gradient_of_wrong_shape_is_refused(small, name):
    workspace = small.workspace()
    small.run(workspace)
    arrays = {f"d_{key}": np.empty_like(array) for key, array in small.params.items()} | {"d_h": small.d_h}
    with pytest.raises(InputError, match=f"{name} must have shape"):
        workspace.backward(**{**arrays, name: arrays[name][np.newaxis]})


def test_what_needs_a_run_before_says_so(small):
    workspace = small.workspace()
    with pytest.raises(InputError, match="forward must be run"):
        workspace.trace()
    with pytest.raises(InputError, match="forward must be run"):
        small.run_back(workspace)
    with pytest.raises(InputError, match="forward must be run"):
        _ = workspace.final
    small.run(workspace)
    with pytest.raises(InputError, match="backward must be run"):
        _ = workspace.d_initial


@pytest.mark.parametrize(
    ("d_final", "message"),
    [
        ({"h": np.zeros((3, 2))}, r"d_final h must have shape \(2, 3\), got \(3, 2\)"),
        ({"f": np.zeros((2, 3))}, "d_final must hold only h and c, got f"),
    ],
)
def test_wrong_gradient_at_the_final_states_is_refused(small, d_final, message):
    workspace = small.workspace()
    small.run(workspace)
    with pytest.raises(InputError, match=message):
        small.run_back(workspace, d_final=d_final)


@pytest.mark.parametrize("sizes", [(0, 1, 1, 1), (1, 2.5, 1, 1), (1, 1, -1, 1), (1, 1, 1, True)])
def test_size_that_is_no_positive_integer_is_refused(sizes):
    with pytest.raises(InputError, match="must be an integer of at least 1"):
        Workspace(*sizes, np.float64)


def test_other_float_types_are_refused():
    with pytest.raises(InputError, match="dtype must be float32 or float64, got float16"):
        Workspace(1, 1, 1, 1, np.float16)
