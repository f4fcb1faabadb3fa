"""From a trace to the bytes that the cell view draws. Nothing is computed here but scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from explorer.cell_styles import style_of
from explorer.model.experiment import Readout
from explorer.model.opening import Opening
from explorer.sequence import Sequence
from explorer.theme import nice_bound
from explorer.views.cell_view.equations import equations_of
from explorer.views.cell_view.relations import known_from, relations_of
from explorer.web.payload import digest, pack
from lstm_core import LayerTrace

Form = Literal["whole", "strips"]
"""The whole view, or only its strips with their legend."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadoutTrace:
    """What a layer after the cell made of h at every timestep.

    Attributes
    ----------
    readout : Readout
        The layer, and how it is told.
    logits, outputs : ndarray, shape (T, K)
        Before and after its activation.
    truths : tuple of str, length T
        What is right to answer, empty where nobody knows.
    values : ndarray, shape (T, K), optional
        What the outputs stand for, if that is another number.
    """

    readout: Readout
    logits: np.ndarray
    outputs: np.ndarray
    truths: tuple[str, ...]
    values: np.ndarray | None = None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return everything that is drawn, by the name it has in the message."""
        dense = self.readout.dense
        arrays = {"readout_kernel": dense.kernel, "readout_bias": dense.bias}
        arrays |= {"logits": self.logits, "outputs": self.outputs}
        return arrays if self.values is None else {**arrays, "readout_values": self.values}

    def for_browser(self) -> dict[str, object]:
        """Return its words as plain JSON types."""
        readout = self.readout
        return {
            "words": readout.words,
            "truths": self.truths,
            "activation": readout.activation,
            "every": readout.every,
            "wording": asdict(readout.wording),
            "units": None if readout.units is None else asdict(readout.units),
        }


def pack_trace(
    trace: LayerTrace,
    sequence: Sequence,
    *,
    opening: Opening,
    scene: str,
    readout: ReadoutTrace | None = None,
    example: int = 0,
    form: Form = "whole",
    bounds: Mapping[str, float] | None = None,
    group: str = "",
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
    form : {"whole", "strips"}
        With "strips" only what the strips show is packed, and only the strips are shown. While ``scene``
        stays the same, their scales grow and never shrink.
    bounds : mapping of float, optional
        Scales to be at least this large; see ``bounds_of``.
    group : str
        The views that tell each other where the reader points: those that name the same group.
    """
    style = style_of(trace.cell)
    whole = form == "whole"
    shown = trace.signals if whole else style.order
    arrays: dict[str, np.ndarray] = {"x": trace.x[example]}
    arrays |= {key: trace[key][example] for key in shown}
    arrays |= {f"initial_{key}": trace.initial[key][example] for key in trace.cell.states}
    if whole:
        blocks = trace.cell.split(trace.params)
        arrays |= {f"{name}.{block}": values for (name, block), values in blocks.items()}
    if readout is not None:
        arrays |= readout.arrays()
    header = {
        "form": form,
        "group": group,
        "scene": scene,
        "open": {"t": opening.t, "unit": opening.unit, "signal": opening.signal},
        "size": {"T": trace.timesteps, "H": trace.hidden_size, "D": trace.input_size},
        "kind": sequence.kind,
        "encoding": sequence.encoding,
        "symbols": sequence.symbols,
        "inputs": sequence.inputs,
        "padded": sequence.padded.tolist(),
        "mask": trace.mask[example].tolist(),
        "states": trace.cell.states,
        "style": style.for_browser(),
        "equations": equations_of(trace.cell) if whole else {},
        "relations": {key: asdict(its) for key, its in relations_of(trace.cell).items()} if whole else {},
        "known_from": dict(known_from(trace.cell)),
        "bounds": bounds_of(trace, example, bounds),
        "readout": None if readout is None else readout.for_browser(),
    }
    # The view redraws when this changes, and only then.
    header["revision"] = digest(header, arrays)
    return pack(header, arrays, only_drawn=not whole)


def bounds_of(
    trace: LayerTrace, example: int = 0, least: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the bound s of the scale ±s of every signal, and of x; no value lies beyond it.

    The memory line (the memory, what is kept and what is written, before the first timestep too) shares
    one, so that a colour means the same all along it; so do the weighted sums. All others are shown on ±1,
    unless a value lies beyond: an initial state may be any number. No bound is below that in ``least``, such
    as the bounds of an earlier run that this one is compared with.
    """
    looks = style_of(trace.cell).signals
    largest = {"x": float(np.abs(trace.x[example]).max())}
    for signal in trace.cell.signals:
        largest[signal.key] = float(np.abs(trace[signal.key][example]).max())
    for state, values in trace.initial.items():
        largest[state] = max(largest[state], float(np.abs(values[example]).max()))
    least = least or {}
    bounds = {key: max(nice_bound(value), least.get(key, 1.0)) for key, value in largest.items()}
    for scale in ("state", "sum"):
        shared = [key for key, look in looks.items() if look.scale == scale]
        bounds |= dict.fromkeys(shared, max((bounds[key] for key in shared), default=1.0))
    return bounds
