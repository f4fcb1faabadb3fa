"""How a network is trained, as a table: a row for each setting of a `Plan` that is a number, switch or name.

The form, the fields that are filled in, a run's file and the words that tell runs apart read it. A new
setting is an attribute of `Plan`, which says its default and uses it, and a row here.
"""

from __future__ import annotations

from typing import get_args

from explorer.fields import Choice, Real, Row, Switch, Whole
from explorer.limits import MAX_ABSOLUTE
from explorer.training.limits import (
    MAX_BATCH,
    MAX_DROPOUT,
    MAX_EMBEDDING,
    MAX_EPOCHS,
    MAX_LEARNING_RATE,
)
from explorer.training.plan import OPTIMIZERS, ClipName

REGULARIZATION = "regularization"

_ROWS: tuple[Row, ...] = (
    Switch(
        key="bidirectional",
        words="Bidirectional",
        help="A second direction reads from the end to the start.",
    ),
    Switch(
        key="attention",
        words="Attention",
        help="The head also sees a weighted mean of h over all timesteps.",
    ),
    Whole(
        key="embedding",
        words="Embedding size",
        low=0,
        high=MAX_EMBEDDING,
        help="How many learned numbers stand for each word or character. 0 feeds it one-hot.",
    ),
    *(
        Real(
            key=key,
            words=words,
            short=key.replace("_", " "),
            low=0.0,
            high=MAX_DROPOUT,
            step=0.05,
            is_share=True,
            group=REGULARIZATION,
        )
        for key, words in (
            ("dropout", "Dropout of the inputs"),
            ("recurrent_dropout", "Dropout of h inside"),
            ("head_dropout", "Dropout before the head"),
        )
    ),
    *(
        Real(key=key, words=name, short=name, low=0.0, high=MAX_ABSOLUTE, step=1e-4, group=REGULARIZATION)
        for key, name in (("l1", "L1"), ("l2", "L2"))
    ),
    Choice(key="optimizer", words="Optimiser", choices=tuple(OPTIMIZERS)),
    Real(key="learning_rate", words="Learning rate", low=0.0, high=MAX_LEARNING_RATE),
    Real(key="momentum", words="Momentum", low=0.0, high=1.0, step=0.1),
    Whole(
        key="batch_size",
        words="Batch size",
        low=1,
        high=MAX_BATCH,
        help="How many examples are averaged for an update.",
    ),
    Whole(key="epochs", words="Epochs", low=1, high=MAX_EPOCHS, help="How often all examples are seen."),
    Choice(key="clip", words="Clipping", choices=get_args(ClipName)),
    Real(key="clip_limit", words="Clip at", low=0.0, high=MAX_ABSOLUTE, step=0.5),
    Whole(
        key="patience",
        words="Stop early after",
        low=0,
        high=MAX_EPOCHS,
        help="Measurements of the held-out data in a row without an improvement; the best weights are then "
        "taken back. 0 never stops early.",
    ),
    Real(key="forget_bias", words="Forget bias", low=-MAX_ABSOLUTE, high=MAX_ABSOLUTE, step=0.5),
)

SETTINGS: dict[str, Row] = {row.key: row for row in _ROWS}
"""By key. A number that an optimiser or a clipping cannot have is refused by them."""


def in_group(group: str) -> list[Row]:
    """Return the settings that a part of the form draws."""
    return [row for row in SETTINGS.values() if row.group == group]
