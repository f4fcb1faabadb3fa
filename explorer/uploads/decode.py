"""From the bytes of a file to text, and the text that a task learns to continue."""

from __future__ import annotations

import codecs
import re

from explorer.errors import OwnDataError
from explorer.training.limits import MAX_UPLOAD_BYTES
from explorer.wording import cited, grouped
from lstm_core.tasks import characters, next_word

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHER_KINDS = {
    b"PK\x03\x04": "a workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "a workbook or a document of an old Office",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"\x93NUMPY": "an array of NumPy",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
}
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b")
_MOST_CONTROLS = 0.01
"""The share of control characters above which a file is no text."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_SAVE_AS_TEXT = "Save it as plain text, or as CSV from a spreadsheet, and choose that file."


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Read a file as text.

    Parameters
    ----------
    data : bytes
        At most 10 MB: UTF-8, UTF-16 or UTF-32 with a byte-order mark, or else Windows' Western European.
    name : str
        Of the file, for messages.

    Returns
    -------
    text : str
    notes : tuple of str
        What was assumed.

    Raises
    ------
    OwnDataError
        If it is too large, empty, or no text.

    Examples
    --------
    >>> decode("café".encode(), "menu.txt")
    ('café', ())
    """
    called = cited(name)
    if len(data) > MAX_UPLOAD_BYTES:
        raise OwnDataError(
            f"The file {called} has {grouped(len(data))} bytes; at most {grouped(MAX_UPLOAD_BYTES)} "
            "are read.",
            "Choose a smaller one, or a part of it.",
        )
    if not data.strip():
        raise OwnDataError(f"The file {called} is empty.", "Choose one with text or numbers in it.")
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _marked(data, encoding, called), ()
    for beginning, kind in _OTHER_KINDS.items():
        if data.startswith(beginning):
            raise OwnDataError(f"The file {called} is {kind}, not text.", _SAVE_AS_TEXT)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\0" in data or controls > _MOST_CONTROLS * len(data):
        raise OwnDataError(f"The file {called} holds bytes that no text has.", _SAVE_AS_TEXT)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        place = error.start
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise OwnDataError(
            f"The file {called} is not text in UTF-8: byte {grouped(place + 1)} does not belong there.",
            "Save it as UTF-8 and choose it again.",
        ) from None
    return text, (
        f"The file {called} is not UTF-8 and was read as Western European text of Windows: look whether "
        "letters with accents are right.",
    )


def read_text(text: str) -> str:
    r"""Return a text that the tasks of characters and of the next word can be built from.

    How long it must be depends on the task, which says so; here only what suits neither is refused.

    Raises
    ------
    OwnDataError
        If there is nothing to read in it, or it is longer than either task takes.

    Examples
    --------
    >>> read_text("\ufeffThe cat sat.\r\n")
    'The cat sat.\n'
    """
    text = clean(text)
    longest = max(characters.MAX_CHARACTERS, next_word.MAX_CHARACTERS)
    if len(text) > longest:
        raise OwnDataError(
            f"The text has {grouped(len(text))} characters; at most {grouped(longest)} are read.",
            "Use a part of it, such as the first chapter.",
        )
    if not any(character.isalnum() for character in text):
        raise OwnDataError("There is no letter and no digit in the text.", "Paste some sentences.")
    return text


def clean(text: str) -> str:
    r"""Return a text without its mark, with every new line as "\n".

    Raises
    ------
    OwnDataError
        If it holds what cannot be in a text file: a zero byte, or half of a pair that stands for a character.
    """
    wrong = _NO_TEXT.search(text)
    if wrong:
        raise OwnDataError(
            f"Character {grouped(wrong.start() + 1)} of the text, {cited(wrong[0])}, is none of text.",
            "Take it out.",
        )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _marked(data: bytes, encoding: str, called: str) -> str:
    """Decode what says by its first bytes how it is written."""
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise OwnDataError(
            f"The file {called} begins like text in {encoding.upper()} but is none from byte "
            f"{grouped(error.start + 1)} on.",
            "Save it as UTF-8 and choose it again.",
        ) from None
    if "\0" in text:
        raise OwnDataError(f"The file {called} holds bytes that no text has.", _SAVE_AS_TEXT)
    if not text.strip():
        raise OwnDataError(f"The file {called} is empty.", "Choose one with text or numbers in it.")
    return text
