"""A file as text: encodings that say what they are, one that is assumed aloud, and what is no text."""

import pickle

import numpy as np
import pytest

from explorer.errors import OwnDataError
from explorer.training.limits import MAX_UPLOAD_BYTES
from explorer.uploads import decode, read_text

TEXT = "Grüße, 5 €; “naïve”\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_that_says_how_it_is_written_is_read_without_a_note(encoding):
    assert decode(TEXT.encode(encoding), "a.txt") == (TEXT, ())


@pytest.mark.parametrize("mark", ["le", "be"])
def test_utf_16_of_either_byte_order_is_read_by_its_mark(mark):
    assert decode(("\ufeff" + TEXT).encode(f"utf-16-{mark}"), "a.txt") == (TEXT, ())


def test_windows_text_is_read_and_the_note_says_what_was_assumed():
    text, (note,) = decode(TEXT.encode("cp1252"), "letters.csv")
    assert text == TEXT
    assert "“letters.csv” is not UTF-8" in note


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xff\xfe \x00", "is empty"),
        (b"PK\x03\x04" + bytes(range(200)), "is a workbook or a zip archive, not text"),
        (pickle.dumps({"text": "hello"}, protocol=4), "is a Python pickle, not text"),
        (pickle.dumps({"text": "hello"}, protocol=2), "holds bytes that no text has"),
        (b"a,b\n1,\x002\n", "holds bytes that no text has"),
        (bytes(range(1, 32)) * 10, "holds bytes that no text has"),
        ("a\0b".encode("utf-16"), "holds bytes that no text has"),
        (b"\xff\xfea", "begins like text in UTF-16 but is none from byte 3 on"),
        (b"price \x81 \xe9", "byte 7 does not belong there"),
        (b"1" * (MAX_UPLOAD_BYTES + 1), "has 10 000 001 bytes; at most 10 000 000 are read"),
    ],
)
def test_what_is_no_text_is_refused_in_words(data, words):
    with pytest.raises(OwnDataError) as caught:
        decode(data, "upload.csv")
    assert words in caught.value.headline
    assert "“upload.csv”" in caught.value.headline
    assert caught.value.advice.endswith(".")


def test_name_of_a_file_cannot_disturb_the_message():
    with pytest.raises(OwnDataError, match="U\\+202E"):
        decode(b"", "\u202egnp.csv")


def test_text_keeps_what_is_written_but_has_one_kind_of_new_line():
    assert read_text("\ufeffOne.\r\nTwo,\rthree.\n") == "One.\nTwo,\nthree.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no letter and no digit"),
        (" \n — !", "no letter and no digit"),
        ("a\0", r"Character 2 of the text, “U\+0000”, is none of text"),
        ("ab\ud800", r"Character 3 of the text, “U\+D800”"),
        ("word " * 40_001, "has 200 005 characters; at most 200 000"),
    ],
)
def test_text_that_no_task_takes_is_refused(text, words):
    with pytest.raises(OwnDataError, match=words):
        read_text(text)


def test_random_bytes_give_text_or_the_one_error():
    rng = np.random.default_rng(0)
    headlines = []
    for _ in range(300):
        data = rng.integers(0, rng.integers(2, 257), rng.integers(0, 200)).astype(np.uint8).tobytes()
        mark = [b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0"][rng.integers(5)]
        try:
            text, _ = decode(mark + data, "random")
            read_text(text)
        except OwnDataError as error:
            headlines.append(error.headline)
    assert len(headlines) > 100
    assert all(headline.endswith(".") for headline in headlines)
