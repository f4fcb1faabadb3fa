"""One bytes value from Python to a web component: a JSON header, then float64 arrays."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping

import numpy as np


def pack(header: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return ``header`` and ``arrays`` as the bytes that ``payload.js`` reads.

    Layout: the header's length (u32, little endian), the header as UTF-8 JSON padded to a
    multiple of 8, then each array as little-endian float64 in C order. The header gains
    ``shapes``: {name: shape}, in the order of the arrays. float64, not float32: the screen can
    show every digit of what was computed.
    """
    shapes = {name: list(array.shape) for name, array in arrays.items()}
    text = json.dumps({**header, "shapes": shapes}, ensure_ascii=False, allow_nan=False).encode()
    padding = -(4 + len(text)) % 8
    parts = [struct.pack("<I", len(text)), text, b"\0" * padding]
    parts += [np.ascontiguousarray(array, "<f8").tobytes() for array in arrays.values()]
    return b"".join(parts)


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
    for name, shape in header.pop("shapes").items():
        count = int(np.prod(shape, dtype=int))
        arrays[name] = np.frombuffer(data, "<f8", count, offset).reshape(shape)
        offset += 8 * count
    return header, arrays
