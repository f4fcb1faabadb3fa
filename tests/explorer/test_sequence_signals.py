"""Generated signals: each component against its definition, sums, round-off, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest

from explorer.errors import SequenceError
from explorer.sequence import Component, SignalConfig, generate_signal


def values(length: int, *components: Component) -> list[float]:
    return generate_signal(SignalConfig(length, components)).values[:, 0].tolist()


def refused(config: SignalConfig) -> SequenceError:
    with pytest.raises(SequenceError) as caught:
        generate_signal(config)
    return caught.value


def test_the_default_is_four_periods_of_a_sine() -> None:
    sequence = generate_signal(SignalConfig())
    assert sequence.kind == "signal"
    assert sequence.inputs == ("x",)
    assert sequence.summary == "48 timesteps, 1 number each"
    assert sequence.values[:12, 0].tolist() == sequence.values[36:, 0].tolist()
    assert sequence.notes == ()


@pytest.mark.parametrize(("amplitude", "period", "phase"), [(1, 12, 0), (2.5, 7.3, 1.75), (-3, 5, -40)])
def test_sine_follows_its_formula(amplitude: float, period: float, phase: float) -> None:
    expected = [amplitude * math.sin(2 * math.pi * (t - phase) / period) for t in range(100)]
    assert values(100, Component("sine", amplitude, period, phase)) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("period", [2, 12, 3.3, 0.1 * 30])
def test_sine_is_exactly_zero_where_it_crosses_zero(period: float) -> None:
    signal = values(1000, Component("sine", period=period))
    assert all(value == 0 for value in signal if abs(value) < 1e-9)
    assert signal[0] == 0


def test_sine_is_exact_at_its_simple_angles() -> None:
    signal = values(13, Component("sine", 2.0, 12))
    assert [signal[t] for t in (0, 1, 3, 5, 6, 7, 9, 11, 12)] == [0, 1, 2, 1, 0, -1, -2, -1, 0]


def test_square_is_high_in_the_first_half_of_each_period() -> None:
    assert values(8, Component("square", 2.0, 4)) == [2, 2, -2, -2, 2, 2, -2, -2]
    assert values(6, Component("square", 1.0, 4, phase=1)) == [-1, 1, 1, -1, -1, 1]


@pytest.mark.parametrize("period", [3.3, 2.1, 7.7, 12, 1])
def test_square_never_rests_at_zero_and_starts_high_at_every_whole_multiple(period: float) -> None:
    signal = values(1000, Component("square", 3.0, period))
    assert set(signal) <= {3.0, -3.0}
    multiples = [t for t in range(1000) if (t * 10) % round(period * 10) == 0]
    assert [signal[t] for t in multiples] == [3.0] * len(multiples)


def test_impulse_returns_every_period_after_its_phase() -> None:
    assert values(8, Component("impulse", 2.0, 3, phase=1)) == [0, 2, 0, 0, 2, 0, 0, 2]
    assert values(8, Component("impulse", 2.0, 3, phase=-4)) == [0, 0, 2, 0, 0, 2, 0, 0]


def test_impulse_comes_at_the_nearest_timestep() -> None:
    assert np.flatnonzero(values(12, Component("impulse", 1.0, 2.5))).tolist() == [0, 3, 5, 8, 10]


def test_impulse_with_period_zero_comes_once() -> None:
    assert values(5, Component("impulse", 1.0, 0, phase=2)) == [0, 0, 1, 0, 0]


def test_impulse_outside_the_sequence_is_told() -> None:
    sequence = generate_signal(SignalConfig(5, (Component("sine"), Component("impulse", period=0, phase=9))))
    assert sequence.notes == ("Component 2, impulse, is 0 at every timestep.",)


def test_a_silent_component_is_not_told() -> None:
    assert generate_signal(SignalConfig(5, (Component("sine", 0.0),))).notes == ()


def test_ramp_rises_and_starts_again_after_each_period() -> None:
    assert values(6, Component("ramp", 2.0, 4)) == [0, 0.5, 1, 1.5, 0, 0.5]


def test_ramp_with_period_zero_reaches_its_amplitude_at_the_last_timestep() -> None:
    assert values(5, Component("ramp", 2.0, 0)) == [0, 0.5, 1, 1.5, 2]
    assert values(5, Component("ramp", 2.0, 0, phase=2)) == [0, 0, 0, 1, 2]
    assert values(1, Component("ramp", 2.0, 0)) == [0]


def test_noise_is_the_same_for_the_same_seed_only() -> None:
    first = values(200, Component("noise", 0.5, seed=3))
    assert first == values(200, Component("noise", 0.5, seed=3))
    assert first != values(200, Component("noise", 0.5, seed=4))
    assert first[:50] == values(50, Component("noise", 0.5, seed=3)), "a longer signal begins the same"


def test_noise_has_the_amplitude_as_its_standard_deviation() -> None:
    signal = np.array(values(1000, Component("noise", 0.5, seed=1)))
    assert signal.std() == pytest.approx(0.5, rel=0.1)
    assert signal.mean() == pytest.approx(0, abs=0.06)


def test_noise_leaves_the_global_random_state_alone() -> None:
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    values(10, Component("noise"))
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_a_signal_is_the_sum_of_its_components() -> None:
    parts = (Component("sine", 2.0, 9), Component("ramp", 1.0, 5), Component("noise", 0.1, seed=2))
    expected = np.sum([values(30, part) for part in parts], axis=0)
    assert values(30, *parts) == pytest.approx(expected, abs=1e-14)


def test_components_that_cancel_leave_exactly_zero() -> None:
    parts = (Component("sine", 0.1, 7.3), Component("sine", 0.2, 7.3), Component("sine", -0.3, 7.3))
    assert set(values(100, *parts)) == {0.0}


def test_small_noise_beside_a_large_sine_is_not_cleaned_away() -> None:
    signal = values(12, Component("sine", 1e6, 6), Component("noise", 1e-3, seed=1))
    assert signal[3] != 0


def test_zero_is_never_negative() -> None:
    assert not np.signbit(values(3, Component("sine", -1.0, 2))).any()


# --- what is refused


@pytest.mark.parametrize("length", [0, -3, 1001, 2.5])
def test_a_length_out_of_range_is_refused(length: int) -> None:
    error = refused(SignalConfig(length))
    assert error.headline.endswith("timesteps is not possible.")
    assert error.advice == "Choose a whole number from 1 to 1 000."


def test_a_signal_without_components_is_refused() -> None:
    assert str(refused(SignalConfig(5, ()))) == "The signal has no component. Add one, like a sine."


def test_thirty_three_components_are_too_many() -> None:
    error = refused(SignalConfig(5, (Component("sine"),) * 33))
    assert error.headline == "The signal has 33 components; at most 32 are added."


@pytest.mark.parametrize("name", ["amplitude", "period", "phase"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, "x", None])
def test_what_is_not_a_finite_number_is_refused(name: str, number: Any) -> None:
    error = refused(SignalConfig(5, (Component("noise"), Component("sine", **{name: number}))))
    assert error.headline == f"Component 2, sine, has the {name} “{number}”, which is not a finite number."
    assert error.row == 2


@pytest.mark.parametrize("name", ["amplitude", "period", "phase"])
def test_what_is_beyond_a_million_is_refused(name: str) -> None:
    error = refused(SignalConfig(5, (Component("sine", **{name: 1e7}),)))
    assert error.headline == f"Component 1, sine, has the {name} 10000000, which is too large."
    assert "too large" in refused(SignalConfig(5, (Component("sine", **{name: 10**400}),))).headline


@pytest.mark.parametrize("kind", ["sine", "square", "impulse", "ramp"])
def test_a_period_below_one_timestep_is_refused(kind: Any) -> None:
    error = refused(SignalConfig(5, (Component(kind, period=0.5),)))
    assert error.headline == f"Component 1, {kind}, has a period of 0.5; the shortest is 1 timestep."
    assert ("or 0 for only once" in error.advice) == (kind in ("impulse", "ramp"))


@pytest.mark.parametrize("kind", ["sine", "square"])
def test_period_zero_is_refused_where_there_is_no_once(kind: Any) -> None:
    assert "a period of 0;" in refused(SignalConfig(5, (Component(kind, period=0),))).headline


def test_a_sum_beyond_a_million_is_refused() -> None:
    error = refused(SignalConfig(12, (Component("square", -8e5), Component("square", -8e5))))
    assert error.headline == "The signal reaches −1.6e6; at most ±1 000 000 is read."


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_a_seed_that_is_no_whole_number_is_refused(seed: Any) -> None:
    error = refused(SignalConfig(5, (Component("noise", seed=seed),)))
    assert error.advice == "Choose a whole number, 0 or more."


def test_a_kind_that_does_not_exist_is_quoted() -> None:
    component = Component("<script>")  # type: ignore[arg-type]
    assert refused(SignalConfig(5, (component,))).headline == "Component 1, “<script>”, is not a signal."


def test_extreme_phases_stay_exact_and_quick() -> None:
    for kind in ("sine", "square", "ramp"):
        far, near = Component(kind, 1.0, 8.0, 1e6), Component(kind, 1.0, 8.0, 0.0)  # type: ignore[arg-type]
        assert values(100, far) == values(100, near)
    assert values(1000, Component("impulse", 1.0, 8.0, -1e6)) == values(1000, Component("impulse", 1.0, 8.0))
    assert not any(values(1000, Component("impulse", 1.0, 8.0, 1e6)))
