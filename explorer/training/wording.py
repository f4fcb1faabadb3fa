"""How times, names, networks and runs are written on the Train page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

from explorer.cell_styles import CELL_STYLES, kind_of
from explorer.training.plan import Plan, Source
from explorer.training.settings import SETTINGS
from explorer.wording import counted, grouped
from lstm_core import TASKS
from lstm_core.cells.base import Cell
from lstm_core.tasks import Size

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
    >>> network_words(Plan(source=Source(task="sentiment"), embedding=16))
    'LSTM 16, embedding 16'
    """
    parts = [_layers(plan)]
    parts += [f"embedding {plan.embedding}"] * bool(plan.embedding)
    parts += ["both ways"] * plan.bidirectional + ["attention"] * plan.attention
    return ", ".join(parts)


def task_words(source: Source) -> str:
    """Return a task with those of its sizes that are not what they are by default.

    Examples
    --------
    >>> task_words(Source(task="adding", sizes=(("length", 50), ("examples", 1000))))
    'Adding problem, 50 numbers in a sequence'
    """
    task, chosen = TASKS[source.task], dict(source.sizes)
    sizes = [(size, chosen.get(size.key, size.default)) for size in task.sizes]
    return ", ".join([task.name, *(_sized(size, value) for size, value in sizes if value != size.default)])


def setting_words(plan: Plan) -> dict[str, str | None]:
    """Return by name how a plan trains, beside its optimiser and its learning rate.

    What is off is "", and what does not apply is None.

    Examples
    --------
    >>> ", ".join(filter(None, setting_words(Plan(source=Source(task="adding"), dropout=0.5)).values()))
    'batch 32, dropout 0.5, 10 epochs, forget bias 1, seed 0'
    """
    plain = {row.short: getattr(plan, row.key) for row in SETTINGS.values() if row.short}
    return {
        "momentum": f"momentum {plan.momentum:g}" if plan.optimizer == "SGD" else None,
        "batch": f"batch {grouped(plan.batch_size)}",
        **{name: f"{name} {value:g}" * bool(value) for name, value in plain.items()},
        "epochs": counted(plan.epochs, "epoch"),
        "clipping": f"clip {plan.clip} {plan.clip_limit:g}" * (plan.clip != "none"),
        "early stopping": f"early stopping {grouped(plan.patience)}" * bool(plan.patience),
        "forget bias": f"forget bias {plan.forget_bias:g}" if "f" in plan.cell.blocks else None,
        "seed": f"seed {plan.source.seed}",
    }


def differences(plans: Sequence[Plan], origins: Sequence[str] = ()) -> tuple[str, ...]:
    """Return for each of some runs on the same data what tells it from the others, in about three parts.

    The most telling come first, and none that the runs have in common. Where more than three differ,
    those are said without which two runs would be called the same.

    Parameters
    ----------
    plans : sequence of Plan
        Of the runs, as they were asked for.
    origins : sequence of str, optional
        What each began with, "" for first weights.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from lstm_core import GRU
    >>> plan = Plan(source=Source(task="adding"))
    >>> differences([plan, replace(plan, cell=GRU())])
    ('LSTM 16 · 1 233 parameters', 'GRU 16 · 977 parameters')
    >>> differences([plan, replace(plan, learning_rate=0.1)])
    ('learning rate 0.01', 'learning rate 0.1')
    >>> differences([plan])
    ('',)
    """
    origins = origins or [""] * len(plans)
    each = [
        (*_aspects(plan), f"from {origin or 'first weights'}")
        for plan, origin in zip(plans, origins, strict=True)
    ]
    differing = [words for words in zip(*each, strict=True) if len({*words} - {""}) > 1]
    runs = list(zip(*differing, strict=True)) or [()] * len(plans)
    needed = [_needed(place, runs) for place in range(len(runs))]
    told = []
    for words, own in zip(runs, needed, strict=True):
        # What tells others apart is said of this one, too, before what only differs.
        order = dict.fromkeys([*own, *sorted(set().union(*needed)), *range(len(words))])
        chosen = sorted([*order][: max(len(own), _USUAL_PARTS)])
        told.append(" · ".join(filter(None, (words[part] for part in chosen))))
    return tuple(told)


_USUAL_PARTS = 3


def _needed(place: int, runs: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the most telling parts of a run's words without which it would be called as another one."""
    alike, found = {*range(len(runs))} - {place}, []
    for part, words in enumerate(runs[place]):
        still = {other for other in alike if runs[other][part] == words}
        if still != alike:
            found.append(part)
            alike = still
    return found


def _aspects(plan: Plan) -> tuple[str, ...]:
    """Return what can differ between runs on the same data, the most telling first; "" is no difference."""
    settings = setting_words(plan).items()
    return (
        _layers(plan),
        _options(plan.cell) or "plain cell",
        f"embedding {plan.embedding}" if plan.embedding else "one-hot",
        "both ways" if plan.bidirectional else "one way",
        "attention" if plan.attention else "no attention",
        counted(plan.network().parameter_count, "parameter"),
        plan.optimizer,
        f"learning rate {plan.learning_rate:g}",
        *(f"no {name}" if words == "" else words or "" for name, words in settings),
    )


def _layers(plan: Plan) -> str:
    return f"{CELL_STYLES[kind_of(plan.cell)].name} {' + '.join(map(str, plan.hidden_sizes))}"


_SWITCHED_OFF = {"reset_after": "reset before the product", "projected": "bare input"}


def _options(cell: Cell) -> str:
    """Return in a few words where a cell is not the usual one of its kind."""
    words = []
    for option in fields(cell):  # type: ignore[arg-type]  # every cell is a dataclass
        value, name = getattr(cell, option.name), option.name.replace("_", " ")
        if value == option.default:
            continue
        if value is False:
            words.append(_SWITCHED_OFF.get(option.name, f"no {name}"))
        else:
            words.append(name if value is True else f"{name} {value}".replace("_", " "))
    return ", ".join(words)


def _sized(size: Size, value: int) -> str:
    """Write a size with its value before its name; one of several is one: 1 symbol to remember."""
    name = f"{size.words[:1].lower()}{size.words[1:]}"
    if value == 1:
        name = re.sub(r"s\b", "", name, count=1)
    return f"{grouped(value)} {name}"
