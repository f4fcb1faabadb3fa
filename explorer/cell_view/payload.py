"""From a trace to the bytes that the cell view draws. Nothing is computed here but scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cell_view.equations import equations_of
from explorer.sequence import Sequence
from explorer.theme import face_of, nice_bound
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
        "face": face_of(trace.cell).for_browser(),
        "equations": equations_of(trace.cell),
        "bounds": bounds_of(trace, example),
        "readout": None if readout is None else {"words": readout.words, "truth": readout.truth},
    }
    # The view redraws when this changes, and only then.
    header["revision"] = digest(header, arrays)
    return pack(header, arrays)


def bounds_of(trace: LayerTrace, example: int = 0) -> dict[str, float]:
    """Return the bound s of the scale ±s of every signal, and of x; no value lies beyond it.

    The memory line (the memory, what is kept and what is written, before the first timestep too) shares
    one, so that a colour means the same all along it; so do the weighted sums. All others are shown on ±1,
    unless a value lies beyond: an initial state may be any number.
    """
    looks = face_of(trace.cell).looks
    largest = {"x": float(np.abs(trace.x[example]).max())}
    for signal in trace.cell.signals:
        largest[signal.key] = float(np.abs(trace[signal.key][example]).max())
    for state, values in trace.initial.items():
        largest[state] = max(largest[state], float(np.abs(values[example]).max()))
    bounds = {key: nice_bound(value) for key, value in largest.items()}
    for scale in ("state", "sum"):
        shared = [key for key, look in looks.items() if look.scale == scale]
        bounds |= dict.fromkeys(shared, max((bounds[key] for key in shared), default=1.0))
    return bounds
