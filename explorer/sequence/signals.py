"""Generated signals: sums of sines, squares, impulses, ramps and noise, one number per timestep.

Time t counts from 0 at the first timestep. A phase delays a component by that many timesteps.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import SequenceError
from explorer.limits import MAX_ABSOLUTE, MAX_COMPONENTS, MAX_TIMESTEPS
from explorer.sequence.base import Sequence, input_names, is_whole
from explorer.wording import counted, exact_number, grouped, quoted, short_number

ComponentKind = Literal["sine", "square", "impulse", "ramp", "noise"]

_DECIMALS = 12  # of the sine
_ROUND_OFF = 1e-12  # of a position within a period


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a signal.

    Parameters
    ----------
    kind : {"sine", "square", "impulse", "ramp", "noise"}
        - sine: amplitude · sin(2π (t − phase) / period)
        - square: +amplitude in the first half of each period, −amplitude in the second
        - impulse: amplitude at t = phase and every `period` timesteps after it (each at the nearest
          timestep), else 0; with period 0 only once
        - ramp: rises in a straight line from 0 towards amplitude and starts again at 0 after each
          period; with period 0 it is 0 until t = phase, then reaches amplitude at the last timestep
        - noise: independent normal numbers with mean 0 and standard deviation |amplitude|
    amplitude : float
        In −1 000 000..1 000 000.
    period : float
        In timesteps, at least 1; for impulse and ramp also 0. Noise has none.
    phase : float
        In timesteps, positive is later. Noise has none.
    seed : int
        Of noise, at least 0: the same seed gives the same numbers.
    """

    kind: ComponentKind
    amplitude: float = 1.0
    period: float = 12.0
    phase: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SignalConfig:
    """A sum of components.

    Parameters
    ----------
    length : int
        Timesteps, in 1..1000.
    components : tuple of Component
        At least one, at most 32.
    """

    length: int = 48
    components: tuple[Component, ...] = (Component("sine"),)


def generate_signal(config: SignalConfig) -> Sequence:
    """Add up the components of a signal.

    Parameters
    ----------
    config : SignalConfig
        Length and components.

    Returns
    -------
    Sequence
        `values` has shape (T, 1), magnitudes at most 1 000 000.

    Raises
    ------
    SequenceError
        If an option is out of range, or the sum is.

    Examples
    --------
    >>> config = SignalConfig(6, (Component("square", period=4), Component("impulse", period=0)))
    >>> generate_signal(config).values[:, 0].tolist()
    [2.0, 1.0, -1.0, -1.0, 1.0, 1.0]
    """
    _check(config)
    parts = np.array(
        [_generate(component, config.length) for component in config.components], dtype=np.float64
    )
    values: NDArray[np.float64] = parts.sum(axis=0)
    # Parts that cancel leave 1e-17 or so behind. A step that reads 0 on the screen has to be 0 in the
    # arithmetic, so what is within the round-off of the sum is 0.
    round_off = 4 * np.finfo(np.float64).eps * np.abs(parts).sum(axis=0)
    values[np.abs(values) <= round_off] = 0.0
    if np.abs(values).max() > MAX_ABSOLUTE:
        raise SequenceError(
            f"The signal reaches {short_number(values[np.abs(values).argmax()])}; "
            f"at most ±{grouped(int(MAX_ABSOLUTE))} is read.",
            "Lower an amplitude.",
        )
    return Sequence(
        kind="signal",
        values=values[:, None],
        symbols=tuple(short_number(value) for value in values),
        inputs=input_names(1),
        padded=np.zeros(config.length, dtype=bool),
        mask=np.ones(config.length, dtype=bool),
        notes=_notes(config, parts),
    )


def _generate(component: Component, length: int) -> NDArray[np.float64]:
    t = np.arange(length, dtype=np.float64)
    amplitude, period, phase = component.amplitude, component.period, component.phase
    match component.kind:
        case "sine":
            # Rounded, for sin(π) is 1.2e-16 in floating point and sin(π/6) is 0.49999999999999994.
            wave: NDArray[np.float64] = np.sin(2 * np.pi * _position(t - phase, period))
            return amplitude * wave.round(_DECIMALS)
        case "square":
            return np.where(_position(t - phase, period) < 0.5, amplitude, -amplitude)
        case "impulse":
            first = max(0, math.ceil(-(phase + 0.5) / period)) if period else 0
            count = int(length / period) + 2 if period else 1
            hits = np.floor(phase + period * (first + np.arange(count)) + 0.5)
            return np.where(np.isin(t, hits), amplitude, 0.0)
        case "ramp":
            if period:
                return amplitude * _position(t - phase, period)
            rise = length - 1 - phase
            return amplitude * np.maximum(t - phase, 0.0) / rise if rise > 0 else np.zeros(length)
        case "noise":
            return amplitude * np.random.default_rng(component.seed).standard_normal(length)


def _position(t: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    """Return the part of its period each time is in, in [0, 1).

    What is within round-off of a start or a middle is there: t = 10 · 3.3 starts a period of 3.3 and is
    not the very end of the one before.
    """
    position = np.mod(t, period) / period
    nearest_half = np.round(2 * position) / 2
    return np.where(np.abs(position - nearest_half) < _ROUND_OFF, nearest_half, position) % 1.0


def _check(config: SignalConfig) -> None:
    if not is_whole(config.length, 1, MAX_TIMESTEPS):
        raise SequenceError(
            f"A signal of {_shown(config.length)} timesteps is not possible.",
            f"Choose a whole number from 1 to {grouped(MAX_TIMESTEPS)}.",
        )
    if not config.components:
        raise SequenceError("The signal has no component.", "Add one, like a sine.")
    if len(config.components) > MAX_COMPONENTS:
        components = counted(len(config.components), "component")
        raise SequenceError(
            f"The signal has {components}; at most {MAX_COMPONENTS} are added.",
            "Remove some.",
        )
    for row, component in enumerate(config.components, start=1):
        _check_component(component, row)


def _check_component(component: Component, row: int) -> None:
    if component.kind not in ("sine", "square", "impulse", "ramp", "noise"):
        raise SequenceError(
            f"Component {row}, {quoted(str(component.kind))}, is not a signal.",
            "Choose sine, square, impulse, ramp or noise.",
            row=row,
        )
    where = f"Component {row}, {component.kind},"
    limit = grouped(int(MAX_ABSOLUTE))
    for name in ("amplitude", "period", "phase"):
        number = getattr(component, name)
        if not isinstance(number, int | float) or number != number or abs(number) == math.inf:
            headline = f"{where} has the {name} {_shown(number)}, which is not a finite number."
            raise SequenceError(headline, f"Choose a number from −{limit} to {limit}.", row=row)
        if abs(number) > MAX_ABSOLUTE:
            headline = f"{where} has the {name} {_shown(number)}, which is too large."
            raise SequenceError(headline, f"Choose a number from −{limit} to {limit}.", row=row)
    may_happen_once = component.kind in ("impulse", "ramp")
    is_once = may_happen_once and component.period == 0
    if component.kind != "noise" and component.period < 1 and not is_once:
        raise SequenceError(
            f"{where} has a period of {_shown(component.period)}; the shortest is 1 timestep.",
            "Choose 1 or more, or 0 for only once." if may_happen_once else "Choose 1 or more.",
            row=row,
        )
    if not is_whole(component.seed, 0, math.inf):
        raise SequenceError(
            f"{where} has the seed {_shown(component.seed)}.", "Choose a whole number, 0 or more.", row=row
        )


def _shown(number: object) -> str:
    if isinstance(number, int | float) and abs(number) < 1e15:
        return exact_number(number).replace("-", "−")
    return quoted(str(number))


def _notes(config: SignalConfig, parts: NDArray[np.float64]) -> tuple[str, ...]:
    return tuple(
        f"Component {row}, {component.kind}, is 0 at every timestep."
        for row, (component, part) in enumerate(zip(config.components, parts, strict=True), start=1)
        if component.amplitude and not part.any()
    )
