"""How times, names and networks are written on the Train page."""

from __future__ import annotations

import re

from explorer.theme import FACES, kind_of
from explorer.training.plan import Plan

_FORMATTING = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")


def duration(seconds: float) -> str:
    """Return a time in the unit that fits.

    Examples
    --------
    >>> duration(0.2), duration(12.3), duration(300), duration(9000)
    ('1 s', '12 s', '5 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def unformatted(text: str) -> str:
    r"""Return a text in which Markdown sees no formatting.

    Examples
    --------
    >>> print(unformatted("a *b* [c](d)"))
    a \*b\* \[c\]\(d\)
    """
    return _FORMATTING.sub(r"\\\1", text)


def network_words(plan: Plan) -> str:
    """Return a network in a few words.

    Examples
    --------
    >>> from explorer.training.plan import Source, default_plan
    >>> network_words(default_plan(Source(task="sentiment")))
    'LSTM 16, embedding 16'
    """
    parts = [f"{FACES[kind_of(plan.cell)].name} {' + '.join(map(str, plan.hidden_sizes))}"]
    parts += [f"embedding {plan.embedding}"] * bool(plan.embedding)
    parts += ["both ways"] * plan.bidirectional + ["attention"] * plan.attention
    return ", ".join(parts)
