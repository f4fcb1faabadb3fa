"""Arrays to .npz and back; and archives that lie, are broken, or want to be unpickled."""

import io
import pickle
import struct
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from lstm_core import InputError
from lstm_core.formats import FormatError, read_npz, write_npz
from lstm_core.formats.npz import MAX_MEMBERS

RNG = np.random.default_rng(0)
ARRAYS = {
    "params/layer_0.W": RNG.normal(size=(3, 8)),
    "about.json": np.frombuffer(b'{"a": 1}', np.uint8),
    "clipped": np.array([True, False, True]),
    "order": RNG.permutation(50),
    "scalar": np.array(2.5),
    "empty": np.empty((0, 4)),
    "half": np.array([1.5, np.nan, np.inf], np.float16),
    "single": RNG.normal(size=5).astype(np.float32),
    "größe": np.array([-1], np.int8),
}
ENOUGH = 100_000


def equal(first, second):
    assert list(first) == list(second)
    for name, array in first.items():
        assert array.dtype == second[name].dtype
        np.testing.assert_array_equal(array, second[name])


def archive(members, method=zipfile.ZIP_STORED):
    """Return a zip of raw contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in members:
            file.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def npy(header, content=b"", version=1):
    """Return an .npy file with a header of one's own."""
    text = header if isinstance(header, bytes) else header.encode("latin-1")
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + content


def header(descr="'<f8'", order="False", shape="(2,)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def test_what_was_written_is_read_back_to_the_last_bit():
    equal(read_npz(write_npz(ARRAYS), max_bytes=ENOUGH), ARRAYS)


def test_numpy_reads_what_was_written():
    with np.load(io.BytesIO(write_npz(ARRAYS)), allow_pickle=False) as file:
        equal(dict(file), ARRAYS)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_wrote_is_read(save):
    buffer = io.BytesIO()
    save(buffer, **ARRAYS)
    equal(read_npz(buffer.getvalue(), max_bytes=ENOUGH), ARRAYS)


def test_what_was_streamed_with_its_sizes_behind_it_is_read():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError

    pipe = Pipe()
    content = npy(header(), np.array([1.0, 2.0]).tobytes())
    with zipfile.ZipFile(pipe, "w") as file:
        file.writestr("a.npy", content)
    np.testing.assert_array_equal(read_npz(pipe.getvalue(), max_bytes=ENOUGH)["a"], [1, 2])


def test_same_arrays_give_the_same_bytes():
    assert write_npz(ARRAYS) == write_npz({name: array.copy() for name, array in ARRAYS.items()})


def test_arrays_of_any_order_and_byte_order_come_back_in_those_of_this_machine():
    array = np.arange(6.0).reshape(2, 3)
    given = {
        "fortran": np.asfortranarray(array),
        "big": array.astype(">f8"),
        "ints": np.arange(3, dtype=">i2"),
    }
    found = read_npz(write_npz(given), max_bytes=ENOUGH)
    for name, value in found.items():
        np.testing.assert_array_equal(value, given[name])
        assert value.flags.c_contiguous
        assert value.flags.writeable
        assert value.dtype.isnative


def test_header_may_have_its_keys_in_any_order_and_be_of_any_version():
    content = np.array([1.0, 2.0]).tobytes()
    text = "{'shape': (2,), 'fortran_order': False, 'descr': '<f8'}"
    for version in (1, 2, 3):
        data = archive([("a.npy", npy(text, content, version))])
        np.testing.assert_array_equal(read_npz(data, max_bytes=ENOUGH)["a"], [1, 2])


@pytest.mark.parametrize(
    "array",
    [
        np.array([None]),
        np.array(["text"]),
        np.array([1j]),
        np.array([b"x"]),
        np.zeros(1, [("a", "f8")]),
        np.zeros(1, "M8[s]"),
        np.zeros(1, np.longdouble),
    ],
)
def test_what_is_no_plain_number_is_neither_written_nor_read(array):
    with pytest.raises(FormatError, match="must hold booleans, integers or floats"):
        write_npz({"a": array})
    buffer = io.BytesIO()
    np.savez(buffer, a=array)
    with pytest.raises(FormatError):
        read_npz(buffer.getvalue(), max_bytes=ENOUGH)


def test_pickle_in_an_array_is_never_run():
    trap = b"cbuiltins\nexec\n(S'import sys; sys.sprung = True'\ntR."
    pickle.loads(trap)
    assert vars(sys).pop("sprung")
    for text in (header("'|O'", shape="(1,)"), header("'O8'", shape="()")):
        with pytest.raises(FormatError, match="booleans, integers or floats"):
            read_npz(archive([("a.npy", npy(text, trap))]), max_bytes=ENOUGH)
    for name in ("a.pkl", "a.npy"):
        with pytest.raises(FormatError):
            read_npz(archive([(name, trap)]), max_bytes=ENOUGH)
    assert not hasattr(sys, "sprung")


@pytest.mark.parametrize(
    "name",
    ["../a", "/a", "a/../b", "a\\b", "C:a", "", "a//b", "a/", ".", "a\nb", "a\u202eb", "x" * 201],
)
def test_name_that_could_be_a_path_is_neither_written_nor_read(name):
    with pytest.raises(FormatError, match="must have at most 200 characters and be no path"):
        write_npz({name: np.zeros(1)})
    with pytest.raises(FormatError):
        read_npz(archive([(f"{name}.npy", npy(header(shape="(1,)"), bytes(8)))]), max_bytes=ENOUGH)


def test_bomb_is_refused_before_it_is_unpacked():
    bomb = archive([("a.npy", npy(header(shape="(12500000,)"), bytes(100_000_000)))], zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    tracemalloc.start()
    with pytest.raises(FormatError, match="at most 1000000 bytes together, “a” goes beyond"):
        read_npz(bomb, max_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def patched(data, at, form, value):
    data = bytearray(data)
    struct.pack_into(form, data, at, value)
    return bytes(data)


def test_bomb_that_says_it_is_small_is_unpacked_only_as_far_as_it_says():
    bomb = archive([("a.npy", npy(header(shape="(12500000,)"), bytes(100_000_000)))], zipfile.ZIP_DEFLATED)
    small = patched(bomb, bomb.rfind(b"PK\x01\x02") + 24, "<I", 500)
    tracemalloc.start()
    with pytest.raises(FormatError, match="must have the 500 bytes that the archive says"):
        read_npz(small, max_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_several_arrays_count_together():
    data = write_npz({"a": np.zeros(100), "b": np.zeros(100)})
    read_npz(data, max_bytes=2 * (800 + 128))
    with pytest.raises(FormatError, match="“b” goes beyond"):
        read_npz(data, max_bytes=2 * (800 + 128) - 1)


CONTENT = np.array([1.0, 2.0]).tobytes()


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (
            npy(header(shape="(3,)"), CONTENT),
            "must have the 24 bytes that float64 of shape (3,) takes, got 16",
        ),
        (npy(header(shape="(1,)"), CONTENT), "must have the 8 bytes"),
        (npy(header(shape="(999999999999, 999999999999)"), CONTENT), "bytes that float64"),
        (npy(header(shape="(9999999999999,)"), CONTENT), "dimensions below 1e12"),
        (npy(header(shape="(" + "1," * 33 + ")"), CONTENT), "at most 32 dimensions"),
        (npy(header(shape="(-2,)"), CONTENT), "header with a type, an order and a shape"),
        (npy(header(shape="(2 2,)"), CONTENT), "a shape such as (2, 3)"),
        (npy(header(shape="2"), CONTENT), "header with a type"),
        (npy(header(order="1"), CONTENT), "header with a type"),
        (npy(header(order="'True'"), CONTENT), "header with a type"),
        (npy(header(descr="'<f1'"), CONTENT), "booleans, integers or floats of at most 8 bytes"),
        (npy(header(descr="'<f16'"), CONTENT), "booleans, integers or floats of at most 8 bytes"),
        (npy(header(descr="[('a', '<f8')]"), CONTENT), "header with a type"),
        (npy(header()[:-3] + "'x': True}", CONTENT), "header with a type"),
        (npy(header()[:-3] + "'shape': (2,)}", CONTENT), "header with a type"),
        (npy("__import__('os')", CONTENT), "header with a type"),
        (npy("{" * 9_000, CONTENT), "header with a type"),
        (npy(" " * 10_001, CONTENT), "a header of at most 10000 bytes"),
        (npy(header(), CONTENT)[:20], "a header of at most"),
        (npy(header(), CONTENT, version=4), "version 1, 2 or 3"),
        (npy(header(descr="'|b1'"), b"\0\2"), "only 0 and 1 for its booleans"),
        (b"\x93NUMPY", "version 1, 2 or 3"),
        (b"", "version 1, 2 or 3"),
        (pickle.dumps([1.0]), "version 1, 2 or 3"),
    ],
)
def test_array_that_is_not_what_its_header_says_is_refused(member, words):
    with pytest.raises(FormatError) as caught:
        read_npz(archive([("a.npy", member)]), max_bytes=ENOUGH)
    assert words in str(caught.value)


def test_archive_that_is_no_npz_is_refused_in_words():
    array = npy(header(), CONTENT)
    good = archive([("a.npy", array)])
    central, end = good.rfind(b"PK\x01\x02"), good.rfind(b"PK\x05\x06")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a.npy", array)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = archive([("a.npy", array), ("a.npy", array)])
    cases = {
        "got 0 other bytes": b"",
        "nothing behind it": good + b"more",
        "must hold each name once, got “a” twice": twice,
        "must hold arrays only, got “readme.txt”": archive([("readme.txt", b"hello")]),
        "got it by method 14": buffer.getvalue(),
        "got it encrypted": patched(good, central + 8, "<H", 1),
        "“a.npy” is damaged": patched(good, central + 16, "<I", 7),
        "must begin inside the archive": patched(good, central + 42, "<I", len(good)),
        "got other bytes or too few": patched(good, central + 42, "<I", 1),
        "lies over another": patched(good, central + 20, "<I", 4_000_000),
        "“a.npy” must have the 90 bytes": patched(good, central + 24, "<I", 90),
        "hold entries only": patched(good, central + 28, "<H", 60_000),
        "must have a directory of at most": patched(good, end + 16, "<I", 3),
        "one zip archive": patched(good, end + 8, "<H", 2),
        "a directory of at most 4096 entries": archive([(f"{n}.npy", array) for n in range(MAX_MEMBERS + 1)]),
    }
    for words, data in cases.items():
        with pytest.raises(FormatError) as caught:
            read_npz(data, max_bytes=10**7)
        assert words in str(caught.value)


def test_deflated_bytes_that_are_none_are_refused():
    data = write_npz({"a": np.arange(100.0)})
    begin = data.find(b"a.npy") + 5
    with pytest.raises(FormatError, match=r"must be deflated|is damaged|another number"):
        read_npz(data[:begin] + b"\xff\xff\xff\xff" + data[begin + 4 :], max_bytes=ENOUGH)


def test_file_cut_off_anywhere_is_refused():
    data = write_npz(ARRAYS)
    for length in range(0, len(data), 97):
        with pytest.raises(FormatError):
            read_npz(data[:length], max_bytes=ENOUGH)


def test_changed_and_random_bytes_give_arrays_or_the_one_error():
    rng = np.random.default_rng(2)
    data = write_npz(ARRAYS)
    read = 0
    for _ in range(3_000):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), rng.integers(1, 5)):
            broken[at] = rng.integers(256)
        try:
            read_npz(bytes(broken), max_bytes=ENOUGH)
            read += 1
        except FormatError:
            continue
    assert read < 3_000  # dates and attributes can change without harm
    for _ in range(300):
        noise = rng.integers(0, 256, rng.integers(0, 300)).astype(np.uint8).tobytes()
        with pytest.raises(FormatError):
            read_npz(noise + data[-22:], max_bytes=ENOUGH)


def test_headers_changed_behind_a_right_checksum_give_an_array_or_the_one_error():
    rng = np.random.default_rng(3)
    content = npy(header(shape="(2, 1)"), CONTENT)
    for _ in range(2_000):
        broken = bytearray(content)
        for at in rng.integers(0, len(content) - len(CONTENT), rng.integers(1, 4)):
            broken[at] = rng.choice(list(b"0123456789,() '{}:TFalse<>|ifub\0\xff"))
        try:
            (found,) = read_npz(archive([("a.npy", bytes(broken))]), max_bytes=ENOUGH).values()
        except FormatError:
            continue
        assert found.nbytes == len(CONTENT)


def test_too_many_arrays_are_not_written():
    with pytest.raises(FormatError, match="at most 4096 arrays"):
        write_npz({str(number): np.zeros(0) for number in range(MAX_MEMBERS + 1)})


def test_error_is_one_that_callers_expect():
    assert issubclass(FormatError, InputError)
