"""Files of numbers, written so that others can read them and read without trusting who wrote them."""

from lstm_core.formats.npz import FormatError, read_npz, write_npz

__all__ = ["FormatError", "read_npz", "write_npz"]
