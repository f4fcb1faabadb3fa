"""Data of a visitor's own: from the bytes of a file, or what was pasted, to what a task learns from.

Nothing is drawn here and nothing is guessed in silence: what had to be assumed is said in a note, and what
cannot be read in an error that names its row and its column.
"""

from explorer.errors import OwnDataError
from explorer.uploads.decode import decode, read_text
from explorer.uploads.sentences import read_sentences
from explorer.uploads.series import read_series
from explorer.uploads.table import Column, Table, read_table

__all__ = [
    "Column",
    "OwnDataError",
    "Table",
    "decode",
    "read_sentences",
    "read_series",
    "read_table",
    "read_text",
]
