"""What runs a direction of a layer, forward and back: the readable path, or a fast one where there is one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core.cells import Cell
from lstm_core.checks import FloatArray
from lstm_core.errors import InputError
from lstm_core.fused import Workspace, Workspaces, applies
from lstm_core.trace import LayerGradients, LayerTrace
from lstm_core.unroll import backpropagate, unroll

Slot: TypeAlias = tuple[int, bool]
"""A direction of a layer: its index, and whether time runs in reverse."""

UNLIMITED = sys.maxsize
"""The bytes that a layer may take: whoever runs a network has asked for room for all of it."""

WORKSPACE_BYTES = 256 * 10**6
"""What the workspaces that a fast runner keeps may take together."""


class Runner(Protocol):
    """What runs one direction of one layer."""

    def forward(
        self,
        slot: Slot,
        cell: Cell,
        params: Mapping[str, FloatArray],
        x: FloatArray,
        mask: NDArray[np.bool_] | None,
        recurrent_scale: FloatArray | None,
        initial: Mapping[str, FloatArray] | None,
    ) -> tuple[FloatArray, Any]:
        """Return h, shape (B, T, H), and what `backward` needs; the slot is (layer, whether in reverse)."""

    def backward(
        self,
        slot: Slot,
        kept: Any,
        d_h: FloatArray,
        gradients: Mapping[str, FloatArray],
        need_x: bool,
        d_final: Mapping[str, FloatArray] | None,
    ) -> FloatArray | None:
        """Write dL/d of the parameters into the arrays given, and return dL/dx if it is needed."""


class ReadableRunner:
    """Runs any cell through `unroll` and `backpropagate`.

    Parameters
    ----------
    keep : dict, optional
        Where to put all gradients of each direction, by its slot, on the way back.
    """

    def __init__(self, keep: dict[Slot, LayerGradients] | None = None) -> None:
        self._keep = keep

    def forward(
        self,
        slot: Slot,
        cell: Cell,
        params: Mapping[str, FloatArray],
        x: FloatArray,
        mask: NDArray[np.bool_] | None,
        recurrent_scale: FloatArray | None,
        initial: Mapping[str, FloatArray] | None,
    ) -> tuple[FloatArray, LayerTrace]:
        """Return h and the whole trace."""
        trace = unroll(
            cell, params, x, initial, mask, slot[1], recurrent_scale=recurrent_scale, max_bytes=UNLIMITED
        )
        return trace["h"], trace

    def backward(
        self,
        slot: Slot,
        kept: LayerTrace,
        d_h: FloatArray,
        gradients: Mapping[str, FloatArray],
        need_x: bool,
        d_final: Mapping[str, FloatArray] | None,
    ) -> FloatArray | None:
        """Write dL/d of the parameters and return dL/dx."""
        if not np.isfinite(d_h).all():
            raise InputError(
                f"the gradient at h of layer {slot[0]} grew past the largest that {d_h.dtype} can hold. "
                "Expected it to stay finite: use smaller weights or a smaller d_logits"
            )
        found = backpropagate(kept, d_h, d_final, max_bytes=UNLIMITED)
        if self._keep is not None:
            self._keep[slot] = found
        for name, array in gradients.items():
            array[...] = found.params[name]
        return found.x


class FastRunner:
    """Runs the plain LSTM through a workspace and every other cell as `ReadableRunner` does.

    What it returns is valid until the next run of the same slot and shape; it keeps no trace.
    """

    def __init__(self) -> None:
        self._readable = ReadableRunner()
        self._workspaces = Workspaces(WORKSPACE_BYTES)

    def forward(
        self,
        slot: Slot,
        cell: Cell,
        params: Mapping[str, FloatArray],
        x: FloatArray,
        mask: NDArray[np.bool_] | None,
        recurrent_scale: FloatArray | None,
        initial: Mapping[str, FloatArray] | None,
    ) -> tuple[FloatArray, Workspace | LayerTrace]:
        """Return h, and the workspace or the trace."""
        if not applies(cell):
            return self._readable.forward(slot, cell, params, x, mask, recurrent_scale, initial)
        W, U, b = params["W"], params["U"], params["b"]
        B, T, D = x.shape
        workspace = self._workspaces.take(slot, B, T, D, len(U), x.dtype)
        h = workspace.forward(
            W, U, b, x, initial=initial, mask=mask, reverse=slot[1], recurrent_scale=recurrent_scale
        )
        return h, workspace

    def backward(
        self,
        slot: Slot,
        kept: Workspace | LayerTrace,
        d_h: FloatArray,
        gradients: Mapping[str, FloatArray],
        need_x: bool,
        d_final: Mapping[str, FloatArray] | None,
    ) -> FloatArray | None:
        """Write dL/d of the parameters, and return dL/dx if it is needed."""
        if isinstance(kept, LayerTrace):
            return self._readable.backward(slot, kept, d_h, gradients, need_x, d_final)
        d_W, d_U, d_b = gradients["W"], gradients["U"], gradients["b"]
        return kept.backward(d_h, d_final=d_final, d_W=d_W, d_U=d_U, d_b=d_b, need_x=need_x)
