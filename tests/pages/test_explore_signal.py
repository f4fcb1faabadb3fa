"""Generated signals: every field of every part changes what the cell view is sent, as it must."""

import math

import numpy as np
import pytest


def x_of(page):
    return page.arrays["x"][:, 0].tolist()


@pytest.fixture
def signal(page):
    return page.set(sequence_kind="Signal")


def part(kind, length, amplitude=1.0, period=12, delay=0.0):
    """Compute a signal from its words, one timestep after the other."""
    values = []
    for t in range(length):
        position = (t - delay) % period
        values.append(
            amplitude
            * {
                "sine": math.sin(2 * math.pi * (t - delay) / period),
                "square": 1 if position < period / 2 else -1,
                "impulse": float(position == 0 and t >= delay),
                "ramp": position / period,
            }[kind]
        )
    return values


@pytest.mark.parametrize("kind", ["sine", "square", "impulse", "ramp"])
def test_each_signal_has_its_shape_height_period_and_delay(signal, kind):
    signal.set(signal_parts=[kind], signal_length=20)
    assert signal.size == (20, 1, 3)
    assert x_of(signal) == pytest.approx(part(kind, 20), abs=1e-11)
    signal.set(**{f"{kind}_amplitude": -2.5, f"{kind}_period": 8.0, f"{kind}_phase": 3.0})
    assert x_of(signal) == pytest.approx(part(kind, 20, -2.5, 8, 3.0), abs=1e-11)
    assert signal.header["kind"] == "signal"


def test_noise_depends_on_its_seed_alone(signal):
    signal.set(signal_parts=["noise"], signal_length=300)
    first = x_of(signal)
    assert abs(np.mean(first)) < 0.2
    assert 0.8 < np.std(first) < 1.2
    assert x_of(signal.set(noise_seed=1)) != first
    assert x_of(signal.set(noise_seed=0)) == first
    assert x_of(signal.set(noise_amplitude=2.0)) == [2 * value for value in first]
    assert "noise_period" not in signal.present


def test_signals_add_up(signal):
    signal.set(signal_parts=["square", "ramp"], signal_length=30).set(ramp_amplitude=3.0, square_period=10.0)
    expected = np.add(part("square", 30, 1, 10), part("ramp", 30, 3))
    assert x_of(signal) == pytest.approx(expected.tolist(), abs=1e-12)


def test_two_sines_of_different_lengths_add_up(signal):
    signal.set(signal_parts=["sine", "sine2"], signal_length=30).set(sine2_amplitude=2.0, sine2_period=4.0)
    expected = np.add(part("sine", 30), part("sine", 30, 2, 4))
    assert x_of(signal) == pytest.approx(expected.tolist(), abs=1e-11)


def test_impulse_and_ramp_with_period_0_happen_once(signal):
    signal.set(signal_parts=["impulse", "ramp"], signal_length=5).set(impulse_period=0.0, ramp_period=0.0)
    assert x_of(signal) == [1, 0.25, 0.5, 0.75, 1]


def test_signal_without_a_part_says_so_and_keeps_the_picture(signal):
    before = signal.message
    signal.set(signal_parts=[])
    assert "The signal has no component." in signal.said("sequence_notice")
    assert signal.message == before
    assert signal.set(signal_parts=["ramp"]).notices("sequence_notice") == []


def test_signal_that_grows_too_large_says_so_and_keeps_the_picture(signal):
    before = signal.message
    signal.set(sine_amplitude=1e7)
    assert "too large" in signal.said("sequence_notice")
    assert signal.field("sine_amplitude") == 1e7
    assert signal.message == before


@pytest.mark.parametrize(
    ("part", "field", "said"),
    [
        ("sine", "signal_length", "Timesteps is empty. Type a whole number from 1 to 1"),
        ("sine", "sine_amplitude", "Amplitude is empty. Type a number."),
        ("ramp", "ramp_period", "Period is empty. Type a number."),
        ("square", "square_phase", "Phase is empty. Type a number."),
        ("noise", "noise_seed", "Seed is empty. Type a whole number from 0 to 2 147 483 647."),
    ],
)
def test_emptied_field_of_a_signal_is_named_and_the_picture_kept(signal, part, field, said):
    before = signal.set(signal_parts=[part]).message
    assert said in signal.set(**{field: None}).said("sequence_notice")
    assert signal.message == before


@pytest.mark.parametrize("length", [0, 1001])
def test_length_out_of_range_is_named_and_the_picture_kept(signal, length):
    before = signal.message
    assert "out of range" in signal.set(signal_length=length).said("sequence_notice")
    assert signal.message == before


def test_seed_below_zero_is_named_and_the_picture_kept(signal):
    before = signal.set(signal_parts=["noise"]).message
    assert "Seed −1 is out of range." in signal.set(noise_seed=-1).said("sequence_notice")
    assert signal.message == before
