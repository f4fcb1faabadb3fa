"""What the cell reads: numbers typed by hand, a text, or a generated signal, as one `Sequence`.

A config says what the reader chose; it is frozen and hashable, so it can key a cache or fill a link.
`read_sequence` turns any config into a `Sequence`, or raises a `SequenceError` that says, in words for
the reader, what stands where and what was expected. Files are not read here.
"""

from explorer.sequence.base import Sequence
from explorer.sequence.numbers import NumbersConfig, format_numbers, parse_numbers
from explorer.sequence.read import SequenceConfig, read_sequence
from explorer.sequence.signals import Component, SignalConfig, generate_signal
from explorer.sequence.text import TextConfig, encode_text

__all__ = [
    "Component",
    "NumbersConfig",
    "Sequence",
    "SequenceConfig",
    "SignalConfig",
    "TextConfig",
    "encode_text",
    "format_numbers",
    "generate_signal",
    "parse_numbers",
    "read_sequence",
]
