"""A text as a sequence: split into characters or words, numbered, cut or padded, encoded.

A character is what a reader sees as one (a grapheme cluster): an emoji with its skin tone is one
timestep. Case and punctuation are kept. A word is what stands between spaces, in lower case and without
the punctuation at its ends. Right-to-left text is read in the order it is written in, first letter first.

Symbols are numbered from 1, the most frequent first and among equals the first to appear; 0 is padding.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import SequenceError
from explorer.limits import MAX_INPUT, MAX_TIMESTEPS
from explorer.sequence.base import Sequence, input_names, is_whole
from explorer.sequence.symbols import Unit, fold, split
from explorer.wording import counted, grouped, listed, quoted, visible

PADDING = "∅"
OTHER = "other"

_NAMED_IN_ERRORS = 12  # symbols of the vocabulary listed when a text has none of them


@dataclass(frozen=True, slots=True)
class TextConfig:
    """A text and how to read it.

    Parameters
    ----------
    text : str
        As typed or pasted; at most its first (or last, see `truncate`) 100 000 characters are read.
    unit : {"character", "word"}
        What becomes one timestep.
    encoding : {"one-hot", "id"}
        One column per symbol, or the id as one number.
    length : int, optional
        Timesteps to cut or pad to, in 1..1000. Without it the text is only cut, at 1 000.
    pad : {"before", "after"}
        Where padding is added to a text shorter than `length`.
    truncate : {"before", "after"}
        Which end is cut off a longer text: "after" keeps the first symbols, "before" the last.
    skip_padding : bool
        Whether the cell skips padded timesteps; otherwise it reads them as zeros.
    vocabulary : tuple of str, optional
        The symbols that are known, the one with id 1 first; others are skipped. Without it the
        vocabulary is made from what is left of the text after cutting.
    """

    text: str
    unit: Unit = "character"
    encoding: Literal["one-hot", "id"] = "one-hot"
    length: int | None = None
    pad: Literal["before", "after"] = "before"
    truncate: Literal["before", "after"] = "after"
    skip_padding: bool = True
    vocabulary: tuple[str, ...] | None = None


def encode_text(config: TextConfig) -> Sequence:
    """Turn a text into numbers, one timestep per character or word.

    Symbols that are not in a given vocabulary are skipped first, then the text is cut, then padded.

    Parameters
    ----------
    config : TextConfig
        The text and how to read it.

    Returns
    -------
    Sequence
        `values` has shape (T, D): D = 1 for ids, else one column per symbol of the vocabulary and at
        most 64, the last of which is shared by all symbols beyond the first 63. Padding is 0.

    Raises
    ------
    SequenceError
        If there is no symbol to read, none is in the vocabulary, or an option is out of range.

    Examples
    --------
    >>> config = TextConfig("this is", "word", "id", vocabulary=("is", "an", "this", "example"))
    >>> encode_text(config).values.tolist()
    [[3.0], [1.0]]
    """
    _check_options(config)
    found = split(config.text, config.unit, keep_end=config.truncate == "before")
    notes = list(found.notes)
    tokens = found.tokens
    if not tokens:
        raise _nothing_to_read(config)

    vocabulary = None if config.vocabulary is None else _given_vocabulary(config)
    left = ""
    if vocabulary is not None:
        known = set(vocabulary)
        unknown = [token for token in tokens if token not in known]
        if len(unknown) == len(tokens):
            raise _nothing_known(config.unit, vocabulary)
        if unknown:
            tokens = [token for token in tokens if token in known]
            notes.append(_note_on_unknown(unknown, config.unit))
            left = "the remaining "

    kept = _cut(tokens, config)
    if len(kept) < len(tokens) or found.is_partial:
        end = "first" if config.truncate == "after" else "last"
        total = f"{'at least ' if found.is_partial else ''}{left}{counted(len(tokens), config.unit)}"
        notes.append(f"Kept the {end} {grouped(len(kept))} of {total}.")
    if vocabulary is None:
        vocabulary = tuple(symbol for symbol, _ in Counter(kept).most_common())

    number = {symbol: index for index, symbol in enumerate(vocabulary, start=1)}
    ids = np.array([number[token] for token in kept])
    if config.encoding == "id":
        values, inputs = ids[:, None].astype(np.float64), input_names(1)
    else:
        values, inputs = _one_hot(ids, vocabulary)
        if len(vocabulary) > MAX_INPUT:
            notes.append(_note_on_other(config, len(vocabulary)))

    padding = 0 if config.length is None else config.length - len(kept)
    if padding:
        notes.append(_note_on_padding(padding, config))
    before, after = (padding, 0) if config.pad == "before" else (0, padding)
    padded = np.pad(np.zeros(len(kept), dtype=bool), (before, after), constant_values=True)
    return Sequence(
        kind="text",
        values=np.pad(values, ((before, after), (0, 0))),
        symbols=(PADDING,) * before + tuple(map(visible, kept)) + (PADDING,) * after,
        inputs=inputs,
        padded=padded,
        mask=~padded if config.skip_padding else np.ones_like(padded),
        notes=tuple(notes),
        unit=config.unit,
        encoding=config.encoding,
        vocabulary=vocabulary,
    )


def _check_options(config: TextConfig) -> None:
    choices = {
        "unit": ("character", "word"),
        "encoding": ("one-hot", "id"),
        "pad": ("before", "after"),
        "truncate": ("before", "after"),
    }
    for name, allowed in choices.items():
        chosen = getattr(config, name)
        if chosen not in allowed:
            raise SequenceError(
                f"{quoted(str(chosen))} is not a choice for {name}.", f"Choose {' or '.join(allowed)}."
            )
    length = config.length
    if length is not None and not is_whole(length, 1, MAX_TIMESTEPS):
        raise SequenceError(
            f"A length of {visible(str(length))} is not possible.",
            f"Choose a whole number from 1 to {grouped(MAX_TIMESTEPS)}.",
        )


def _given_vocabulary(config: TextConfig) -> tuple[str, ...]:
    """Return the given symbols, written as symbols of a text are."""
    folded = tuple(fold(symbol, config.unit) for symbol in config.vocabulary or ())
    if not folded or "" in folded:
        raise SequenceError(
            "The vocabulary is empty." if not folded else "The vocabulary has an empty symbol.",
            f"List at least one {config.unit}, each one once.",
        )
    symbol, times = Counter(folded).most_common(1)[0]
    if times > 1:
        raise SequenceError(f"The vocabulary lists {quoted(symbol)} twice.", f"List each {config.unit} once.")
    return folded


def _cut(tokens: list[str], config: TextConfig) -> list[str]:
    limit = MAX_TIMESTEPS if config.length is None else config.length
    return tokens[:limit] if config.truncate == "after" else tokens[-limit:]


def _one_hot(
    ids: NDArray[np.int_], vocabulary: tuple[str, ...]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    input_size = min(len(vocabulary), MAX_INPUT)
    values = np.zeros((len(ids), input_size))
    values[np.arange(len(ids)), np.minimum(ids, input_size) - 1] = 1.0
    if len(vocabulary) <= MAX_INPUT:
        return values, tuple(map(visible, vocabulary))
    return values, (*map(visible, vocabulary[: MAX_INPUT - 1]), OTHER)


# --- words for what was not read as it stands


def _nothing_to_read(config: TextConfig) -> SequenceError:
    if not config.text:
        return SequenceError("Type some text to begin.", f"Each {config.unit} becomes one timestep.")
    return SequenceError("There is no word in this text.", "Type at least one word, or read it by character.")


def _nothing_known(unit: Unit, vocabulary: tuple[str, ...]) -> SequenceError:
    return SequenceError(
        f"No {unit} of this text is in the vocabulary.",
        f"The vocabulary is {listed(vocabulary, _NAMED_IN_ERRORS)}.",
    )


def _note_on_unknown(unknown: list[str], unit: Unit) -> str:
    verb = "is" if len(unknown) == 1 else "are"
    names = listed(dict.fromkeys(unknown))
    return f"Skipped {counted(len(unknown), unit)} that {verb} not in the vocabulary: {names}."


def _note_on_other(config: TextConfig, size: int) -> str:
    own = MAX_INPUT - 1
    where, which = ("vocabulary", "first") if config.vocabulary is not None else ("text", "most frequent")
    return (
        f"The {where} has {grouped(size)} different {config.unit}s: the {own} {which} have a column each, "
        f"the other {grouped(size - own)} share the column “{OTHER}”."
    )


def _note_on_padding(padding: int, config: TextConfig) -> str:
    them = "it" if padding == 1 else "them"
    treatment = f"skips {them}" if config.skip_padding else f"reads {them} as zeros"
    return f"Padded with {counted(padding, 'step')} {config.pad} the text; the cell {treatment}."
