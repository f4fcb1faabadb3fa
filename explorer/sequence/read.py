"""One door for every kind of sequence."""

from explorer.sequence.base import Sequence
from explorer.sequence.numbers import NumbersConfig, parse_numbers
from explorer.sequence.signals import SignalConfig, generate_signal
from explorer.sequence.text import TextConfig, encode_text

SequenceConfig = NumbersConfig | TextConfig | SignalConfig


def read_sequence(config: SequenceConfig) -> Sequence:
    """Read the sequence a config describes.

    Parameters
    ----------
    config : NumbersConfig, TextConfig or SignalConfig
        What the reader chose. Equal configs give equal sequences.

    Returns
    -------
    Sequence
        The values with everything a view needs to label them.

    Raises
    ------
    SequenceError
        If what was typed or chosen cannot be read.
    TypeError
        If `config` is something else.

    Examples
    --------
    >>> read_sequence(NumbersConfig("0 0 1")).summary
    '3 timesteps, 1 number each'
    """
    match config:
        case NumbersConfig():
            return parse_numbers(config.text)
        case TextConfig():
            return encode_text(config)
        case SignalConfig():
            return generate_signal(config)
    raise TypeError(f"expected a NumbersConfig, TextConfig or SignalConfig, got {type(config).__name__}")
