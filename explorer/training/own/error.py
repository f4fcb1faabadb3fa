"""The error of data that cannot be used."""

from explorer.sequence.base import SequenceError


class OwnDataError(SequenceError):
    """A visitor's data cannot be read; the headline says what is wrong where, the advice what to do."""
