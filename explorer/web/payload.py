"""One bytes value from Python to a view in the browser: a JSON header, then arrays."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping

import numpy as np

DRAWN = 1e-6
"""How far off a number may be that is only drawn, as a share of the range of its array."""


def pack(
    header: Mapping[str, object], arrays: Mapping[str, np.ndarray], *, only_drawn: bool = False
) -> bytes:
    """Return ``header`` and ``arrays`` as the bytes that ``payload.js`` reads.

    Layout: the header's length (u32, little endian), the header as UTF-8 JSON padded to a
    multiple of 8, then each array in C order and little endian: those of float64, then those of float32. The
    header gains ``shapes``: {name: shape}, in this order, and ``singles``, how many are float32.

    The screen can show every digit of what was computed, so all are float64, unless the arrays are
    ``only_drawn``: then those are float32 that lose no more than ``DRAWN`` by it.
    """
    singles = [name for name, array in arrays.items() if only_drawn and _can_be_single(array)]
    names = [*(name for name in arrays if name not in singles), *singles]
    shapes = {name: list(arrays[name].shape) for name in names}
    text = json.dumps(
        {**header, "shapes": shapes, "singles": len(singles)}, ensure_ascii=False, allow_nan=False
    ).encode()
    padding = -(4 + len(text)) % 8
    parts = [struct.pack("<I", len(text)), text, b"\0" * padding]
    parts += [
        np.ascontiguousarray(arrays[name], "<f4" if name in singles else "<f8").tobytes() for name in names
    ]
    return b"".join(parts)


def _can_be_single(array: np.ndarray) -> bool:
    """Tell whether nobody sees that an array is float32: compared with how far its numbers lie apart."""
    finite = np.asarray(array, float)[np.isfinite(array)]
    if not finite.size:
        return True
    with np.errstate(over="ignore"):
        lost = np.abs(finite - finite.astype(np.float32)).max()
    return bool(lost <= DRAWN * (finite.max() / 2 - finite.min() / 2) * 2)


def digest(header: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> str:
    """Return a short name for exactly this content, by which a component sees that nothing changed."""
    found = hashlib.blake2b(repr(header).encode(), digest_size=12)
    for name, array in arrays.items():
        found.update(repr((name, array.shape)).encode())
        found.update(np.ascontiguousarray(array, "<f8").tobytes())
    return found.hexdigest()


def unpack(data: bytes) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """Return the header and the arrays of ``pack``; the arrays are read-only views."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    offset = 4 + length + -(4 + length) % 8
    arrays = {}
    shapes = header.pop("shapes")
    doubles = len(shapes) - header.pop("singles")
    for place, (name, shape) in enumerate(shapes.items()):
        count = int(np.prod(shape, dtype=int))
        kind = np.dtype("<f8" if place < doubles else "<f4")
        arrays[name] = np.frombuffer(data, kind, count, offset).reshape(shape)
        offset += kind.itemsize * count
    return header, arrays
