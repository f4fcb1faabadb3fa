"""How numbers, symbols and pasted tokens are written in labels and messages.

Everything returned is plain text that is safe to show: no control character, no invisible character and
no character that changes the direction of the text around it. It is not escaped: what draws it as
Markdown or HTML has to do that.
"""

import re
from collections.abc import Iterable

import regex

_LONGEST_LABEL = 24  # characters of a pasted token that are worth quoting
_LONGEST_SHORT_NUMBER = 6
_LONGEST_CITED = 40

_NAMED = {" ": "␣", "\n": "⏎", "\t": "⇥"}
_HIDDEN = regex.compile(r"[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]")
_HIDDEN_INSIDE = regex.compile(
    # Joiners, selectors and tags belong to the character before them: emoji, flags, Persian.
    r"(?![\p{M}\u200c\u200d\U000e0020-\U000e007f])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]"
)
_MARK = regex.compile(r"\p{M}")
_TOWER_OF_MARKS = regex.compile(r"(\p{M}{6})\p{M}+")  # taller ones are drawn over the lines around them


def _code_point(match: regex.Match[str]) -> str:
    character = match[0]
    return _NAMED.get(character, f"U+{ord(character):04X}")


def visible(text: str) -> str:
    r"""Make a symbol visible and harmless: a space is ␣, a control character its code point.

    Letters of every script, emoji and markup are kept as they are; more than 24 characters are cut
    and end in "…".

    Examples
    --------
    >>> visible(" "), visible("<b>"), visible("\u202e")
    ('␣', '<b>', 'U+202E')
    """
    first, rest = text[:1], text[1 : _LONGEST_LABEL + 1]
    shown: str = _HIDDEN.sub(_code_point, first) + _HIDDEN_INSIDE.sub(_code_point, rest)
    shown = _TOWER_OF_MARKS.sub(r"\1…", shown)
    if _MARK.match(shown):
        shown = "◌" + shown  # a mark without its letter would settle on the text before it
    if len(text) <= _LONGEST_LABEL and len(shown) <= _LONGEST_LABEL:
        return shown
    return shown[:_LONGEST_LABEL].rstrip("…") + "…"


def quoted(token: str) -> str:
    """Quote a token as typed, shortened and harmless: “x1”."""
    return f"“{visible(token)}”"


def listed(tokens: Iterable[str], most: int = 5) -> str:
    """Quote the first few of many tokens: “a”, “b” and 3 more."""
    tokens = list(tokens)
    named = ", ".join(quoted(token) for token in tokens[:most])
    left_out = len(tokens) - most
    return f"{named} and {grouped(left_out)} more" if left_out > 0 else named


def grouped(count: int) -> str:
    """Write a whole number with its thousands apart and a true minus: 1 000."""
    return f"{count:,}".replace(",", " ").replace("-", "−")


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, in the plural where it belongs: 1 row, 2 rows."""
    return f"{grouped(count)} {noun}" if count == 1 else f"{grouped(count)} {noun}s"


def exact_number(value: float) -> str:
    """Write a float so that reading it gives the same float back, integers without ".0"."""
    return repr(float(value)).removesuffix(".0")


def short_number(value: float) -> str:
    """Write a number for a narrow column: all of it up to 6 characters, else 3 significant digits.

    Examples
    --------
    >>> short_number(0.5), short_number(-2.0), short_number(1 / 3), short_number(1e6)
    ('0.5', '−2', '0.333', '1e6')
    """
    if value == 0:
        return "0"
    text = exact_number(value)
    if len(text.lstrip("-")) > _LONGEST_SHORT_NUMBER:
        text = f"{value:.3g}"
    text = re.sub(r"e([+-])0*", lambda match: "e" + match[1].strip("+"), text)
    return text.replace("-", "−")


def cited(text: str) -> str:
    r"""Quote what was written, shortened and harmless, with its spaces as spaces.

    Examples
    --------
    >>> cited("good  film"), cited("it was " * 10), cited("a\x00")
    ('“good film”', '“it was it was it was it was it was it wa…”', '“aU+0000”')
    """
    words = " ".join(visible(word) for word in text[: 4 * _LONGEST_CITED].split())
    return f"“{words}”" if len(words) <= _LONGEST_CITED else f"“{words[:_LONGEST_CITED].rstrip()}…”"
