"""NumPy's .npz: arrays by name in one zip archive. What each array means is not known here.

Reading takes nothing on trust. An archive says twice how large everything is, and an array a third time: all
of it is compared with what there is, and with what is allowed, before memory is taken. Nothing is unpickled,
and a name is only ever a key.

References
----------
.. [1] PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", sections 4.3.7, 4.3.12 and 4.3.16.
.. [2] NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import whole_number
from lstm_core.errors import InputError

MAX_MEMBERS = 4_096
LONGEST_NAME = 200
MAX_DIMENSIONS = 32

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_FIELDS = struct.Struct("<4s5H3I2H")
_CENTRAL_FIELDS = struct.Struct("<4s6H3I5H2I")
_END_FIELDS = struct.Struct("<4s4H2IH")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF_8 = 0x1, 0x800

_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000
_ENTRY = re.compile(
    r"\s*'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([\d\s,]*\))\s*(?:,|(?=\}))", re.ASCII
)
_TYPE = re.compile(r"'[<>|=]?(b1|[iu][1248]|f[248])'", re.ASCII)


class FormatError(InputError):
    """A file is not what it should be, or is larger than allowed.

    Examples
    --------
    >>> read_npz(b"nothing", max_bytes=100)
    Traceback (most recent call last):
    ...
    lstm_core.formats.npz.FormatError: An .npz file must be a zip archive to its end, got 7 other bytes
    """


@dataclass(frozen=True, slots=True)
class _Member:
    """What the directory of an archive says of one file in it."""

    name: str
    method: int
    checksum: int
    packed: int
    size: int
    offset: int


def write_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as a compressed .npz file, the same bytes for the same arrays.

    Parameters
    ----------
    arrays : mapping of ndarray
        By name. Booleans, integers and floats of at most 8 bytes.

    Raises
    ------
    FormatError
        If a name or a type is none that `read_npz` takes.

    Examples
    --------
    >>> with np.load(io.BytesIO(write_npz({"layer_0.W": np.eye(2)}))) as file:
    ...     file["layer_0.W"].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if len(arrays) > MAX_MEMBERS:
        raise FormatError(f"An .npz file may have at most {MAX_MEMBERS} arrays, got {len(arrays)}")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            _check_name(name)
            if not _TYPE.fullmatch(f"'{array.dtype.str}'"):
                raise FormatError(f"{_shown(name)} must hold booleans, integers or floats, got {array.dtype}")
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read_npz(data: bytes, *, max_bytes: int) -> dict[str, NDArray[Any]]:
    """Read an .npz file that anybody may have written.

    Parameters
    ----------
    data : bytes
        The file.
    max_bytes : int
        How large its arrays may be together, unpacked.

    Returns
    -------
    dict of ndarray
        In the order of the file; new arrays in C order and the byte order of this machine.

    Raises
    ------
    FormatError
        If it is no such file, is damaged, says of itself what is not so, holds anything but arrays of
        booleans, integers or floats, or is larger than allowed, unpacked.

    Examples
    --------
    >>> read_npz(write_npz({"a": np.arange(3)}), max_bytes=1000)["a"]
    array([0, 1, 2])
    """
    room, packed = whole_number("max_bytes", max_bytes, low=0), 0
    arrays: dict[str, NDArray[Any]] = {}
    for member in _directory(data):
        name = member.name.removesuffix(".npy")
        if name == member.name:
            raise FormatError(f"An .npz file must hold arrays only, got {_shown(member.name)}")
        _check_name(name)
        if name in arrays:
            raise FormatError(f"An .npz file must hold each name once, got {_shown(name)} twice")
        room -= member.size
        packed += member.packed
        if packed > len(data):
            raise FormatError(f"The arrays must lie side by side, {_shown(name)} lies over another")
        if room < 0:
            raise FormatError(
                f"The arrays must have at most {max_bytes} bytes together, {_shown(name)} goes beyond"
            )
        arrays[name] = _array(name, _unpacked(data, member))
    return arrays


# ---- the archive


def _directory(data: bytes) -> Iterator[_Member]:
    """Read the directory, which lies at the end."""
    end = data.rfind(_END)
    if end < 0 or end + _END_FIELDS.size > len(data):
        raise FormatError(f"An .npz file must be a zip archive to its end, got {len(data)} other bytes")
    _, disk, first_disk, here, count, size, start, comment = _END_FIELDS.unpack_from(data, end)
    if (disk, first_disk) != (0, 0) or here != count or end + _END_FIELDS.size + comment != len(data):
        raise FormatError("An .npz file must be one zip archive with nothing behind it, got something else")
    if start + size != end or count > MAX_MEMBERS or size < count * _CENTRAL_FIELDS.size:
        raise FormatError(
            f"An .npz file must have a directory of at most {MAX_MEMBERS} entries before its end, got one of "
            f"{count} entries in {size} bytes at byte {start} of {len(data)}"
        )
    at = start
    for _ in range(count):
        if at + _CENTRAL_FIELDS.size > end:
            raise FormatError("The directory of the archive must hold all its entries, got a part of them")
        fields = _CENTRAL_FIELDS.unpack_from(data, at)
        mark, flags, method, offset = fields[0], fields[3], fields[4], fields[16]
        checksum, packed, unpacked, name_length, extra_length, comment_length, disk = fields[7:14]
        name_end = at + _CENTRAL_FIELDS.size + name_length
        if mark != _CENTRAL or disk or name_end > end:
            raise FormatError("The directory of the archive must hold entries only, got something else")
        try:
            raw = data[name_end - name_length : name_end]
            name = raw.decode("utf-8" if flags & _UTF_8 else "cp437")
        except UnicodeDecodeError as error:
            raise FormatError(f"A name in the archive must be UTF-8: {error.reason}") from None
        if flags & _ENCRYPTED or method not in (_STORED, _DEFLATED):
            how = "encrypted" if flags & _ENCRYPTED else f"by method {method}"
            raise FormatError(f"{_shown(name)} must be stored or deflated, got it {how}")
        yield _Member(name, method, checksum, packed, unpacked, offset)
        at = name_end + extra_length + comment_length
    if at != end:
        raise FormatError(
            f"The directory of the archive must hold {count} entries and no more, got other bytes"
        )


def _unpacked(data: bytes, member: _Member) -> bytes:
    """Return the content of a member, whose size has been found to be allowed."""
    name = _shown(member.name)
    begin = member.offset + _LOCAL_FIELDS.size
    if begin > len(data):
        raise FormatError(f"{name} must begin inside the archive, got byte {member.offset} of {len(data)}")
    mark, *_, name_length, extra_length = _LOCAL_FIELDS.unpack_from(data, member.offset)
    begin += name_length + extra_length
    if mark != _LOCAL or begin + member.packed > len(data):
        raise FormatError(
            f"{name} must lie inside the archive, got other bytes or too few where it should be"
        )
    packed = data[begin : begin + member.packed]
    if member.method == _DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, member.size + 1)
        except zlib.error:
            raise FormatError(f"{name} must be deflated, got bytes that are not") from None
        complete = inflater.eof and not inflater.unused_data
    else:
        content, complete = packed, True
    if len(content) != member.size or not complete:
        raise FormatError(
            f"{name} must have the {member.size} bytes that the archive says, got another number"
        )
    if zlib.crc32(content) != member.checksum:
        raise FormatError(f"{name} is damaged: its checksum is another than the one it was written with")
    return content


# ---- one array


def _array(name: str, content: bytes) -> NDArray[Any]:
    """Read what is in an .npy file."""
    shown = _shown(name)
    version = content[len(_MAGIC)] if content.startswith(_MAGIC) and len(content) > len(_MAGIC) + 1 else 0
    if version not in (1, 2, 3):
        raise FormatError(f"{shown} must be an array of NumPy in version 1, 2 or 3, got something else")
    length_size = 2 if version == 1 else 4
    begin = len(_MAGIC) + 2 + length_size
    length = int.from_bytes(content[begin - length_size : begin], "little")
    if begin > len(content) or length > min(_LONGEST_HEADER, len(content) - begin):
        raise FormatError(f"{shown} must have a header of at most {_LONGEST_HEADER} bytes, got {length}")
    dtype, fortran, shape = _header(shown, content[begin : begin + length].decode("latin-1"))
    begin += length
    expected = math.prod(shape) * dtype.itemsize
    if len(content) - begin != expected:
        raise FormatError(
            f"{shown} must have the {expected} bytes that {dtype} of shape {shape} takes, got "
            f"{len(content) - begin}"
        )
    if dtype.kind == "b" and content[begin:].strip(b"\0\1"):
        raise FormatError(f"{shown} must hold only 0 and 1 for its booleans, got other bytes")
    flat = np.frombuffer(content, dtype, offset=begin)
    return np.array(flat.reshape(shape, order="F" if fortran else "C"), dtype.newbyteorder("="), order="C")


def _header(shown: str, text: str) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    """Read the type, the order and the shape, which are written as a Python dict, without evaluating it."""
    found: dict[str, str] = {}
    text = text.strip()
    at = 1
    while text.startswith("{") and (match := _ENTRY.match(text, at)) and match[1] not in found:
        found[match[1]] = match[2]
        at = match.end()
    given_type, order, given_shape = (found.get(key, "") for key in ("descr", "fortran_order", "shape"))
    if text[at:].strip() != "}" or order not in ("True", "False") or not given_shape.startswith("("):
        raise FormatError(f"{shown} must have a header with a type, an order and a shape, got {text[:80]!r}")
    if not _TYPE.fullmatch(given_type):
        raise FormatError(
            f"{shown} must hold booleans, integers or floats of at most 8 bytes, got {given_type:.40}"
        )
    numbers = re.findall(r"\d+", given_shape)
    if re.sub(r"\s", "", given_shape) not in (f"({','.join(numbers)})", f"({','.join(numbers)},)"):
        raise FormatError(f"{shown} must have a shape such as (2, 3), got {given_shape[:80]}")
    if len(numbers) > MAX_DIMENSIONS or any(len(number) > 12 for number in numbers):
        raise FormatError(
            f"{shown} must have at most {MAX_DIMENSIONS} dimensions below 1e12, got {given_shape[:80]}"
        )
    return np.dtype(given_type.strip("'")), order == "True", tuple(map(int, numbers))


def _check_name(name: str) -> None:
    """Refuse a name that could mean a place on a disk, or cannot be shown."""
    parts = name.split("/")
    if (
        len(name) > LONGEST_NAME
        or not name.isprintable()
        or any(mark in name for mark in "\\:")
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise FormatError(
            f"The name of an array must have at most {LONGEST_NAME} characters and be no path, "
            f"got {_shown(name)}"
        )


def _shown(name: str) -> str:
    """Return a name as a message may hold it."""
    return f"“{name[:60].encode('unicode_escape').decode()}”" if not name.isprintable() else f"“{name[:60]}”"
