"""From a trace to the bytes that the cell view draws. Nothing is computed here but scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cell_view.equations import equations_of
from explorer.sequence import Sequence
from explorer.theme import LOOKS, nice_bound
from explorer.web.payload import digest, pack
from lstm_core import LayerTrace


@dataclass(frozen=True, slots=True)
class Opening:
    """What the view shows first.

    Attributes
    ----------
    t, unit : int
        The timestep and the unit, from 0.
    signal : str
        The signal whose formula is open.
    """

    t: int = 0
    unit: int = 0
    signal: str = "f"


@dataclass(frozen=True, slots=True, eq=False)
class ReadoutTrace:
    """A dense layer with softmax that reads h at every timestep, as the screen shows it.

    Attributes
    ----------
    words : tuple of str
        What each class stands for.
    kernel : ndarray, shape (H, K)
    bias : ndarray, shape (K,)
    logits, probabilities : ndarray, shape (T, K)
    truth : str
        What really comes next, or empty when nobody knows.
    """

    words: tuple[str, ...]
    kernel: np.ndarray
    bias: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    truth: str = ""


def pack_trace(
    trace: LayerTrace,
    sequence: Sequence,
    *,
    opening: Opening,
    scene: str,
    readout: ReadoutTrace | None = None,
    example: int = 0,
) -> bytes:
    """Return one example of ``trace`` as the message for the cell view.

    Parameters
    ----------
    trace : LayerTrace
        What ran.
    sequence : Sequence
        What was fed: symbols, padding and names of the inputs.
    opening : Opening
        Where the view opens when ``scene`` is new to it.
    scene : str
        Names what is being looked at. While it stays the same, the reader's place in time, the
        followed unit and the open formula stay too.
    readout : ReadoutTrace, optional
        Drawn after the cell.
    example : int
        Which sequence of the batch.
    """
    arrays: dict[str, np.ndarray] = {"x": trace.x[example]}
    arrays |= {key: values[example] for key, values in trace.signals.items()}
    arrays |= {f"initial_{key}": values[example] for key, values in trace.initial.items()}
    arrays |= {f"{name}.{block}": values for (name, block), values in trace.cell.split(trace.params).items()}
    if readout is not None:
        arrays |= {
            "readout_kernel": readout.kernel,
            "readout_bias": readout.bias,
            "logits": readout.logits,
            "probabilities": readout.probabilities,
        }
    header = {
        "scene": scene,
        "open": {"t": opening.t, "unit": opening.unit, "signal": opening.signal},
        "size": {"T": trace.timesteps, "H": trace.hidden_size, "D": trace.input_size},
        "kind": sequence.kind,
        "symbols": sequence.symbols,
        "inputs": sequence.inputs,
        "padded": sequence.padded.tolist(),
        "mask": trace.mask[example].tolist(),
        "states": trace.cell.states,
        "equations": equations_of(trace.cell),
        "bounds": bounds_of(trace, example),
        "readout": None if readout is None else {"words": readout.words, "truth": readout.truth},
    }
    # The view redraws when this changes, and only then.
    header["revision"] = digest(header, arrays)
    return pack(header, arrays)


def bounds_of(trace: LayerTrace, example: int = 0) -> dict[str, float]:
    """Return the bound s of the scale ±s of every signal, and of x.

    The memory line (c, what is kept, what is written, c before the first timestep) shares one, so
    that a colour means the same all along it. A signal with limits of its own is shown on ±1.
    """
    limits = {signal.key: signal.bounds for signal in trace.cell.signals}
    memory = [trace[key][example] for key, look in LOOKS.items() if look.scale == "state" and key in limits]
    memory.append(trace.initial["c"][example] if "c" in trace.initial else np.zeros(1))
    shared = nice_bound(max(float(np.abs(values).max()) for values in memory))
    bounds = {"x": nice_bound(float(np.abs(trace.x[example]).max()))}
    for key, (low, high) in limits.items():
        if key in LOOKS and LOOKS[key].scale == "state":
            bounds[key] = shared
        elif low is not None and high is not None:
            bounds[key] = 1.0
        else:
            bounds[key] = nice_bound(float(np.abs(trace[key][example]).max()))
    return bounds
