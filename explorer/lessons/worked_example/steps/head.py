"""Stage 8, the dense layer and the softmax: from the last h to a probability for each class, line by line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.lessons.worked_example.arithmetic import power, total
from explorer.lessons.worked_example.steps.chain import Chain, Part, chain
from explorer.lessons.worked_example.steps.parameters import Params, class_weights
from lstm_core.network import NetworkTrace

_LARGE_LOGIT = 30.0
"""Beyond it a power of e has more digits than a calculator shows."""


@dataclass(frozen=True, slots=True)
class HeadByHand:
    """The dense layer and the softmax.

    Attributes
    ----------
    logits, powers, shares : tuple of Chain
        One for each class.
    total : Chain
        The sum of the powers.
    shift : float
        What was taken away from each logit before its power; 0 unless they are large.
    """

    logits: tuple[Chain, ...]
    powers: tuple[Chain, ...]
    total: Chain
    shares: tuple[Chain, ...]
    shift: float


def head_by_hand(params: Params, trace: NetworkTrace) -> HeadByHand:
    """Compute the logits, their powers of e, and the share of each in the sum of them."""
    h = float(trace.features[0, 0])
    logits, shares = trace.logits[0].tolist(), trace.outputs[0].tolist()
    shift = max(logits) if max(map(abs, logits)) > _LARGE_LOGIT else 0.0
    powers = [power(logit - shift) for logit in logits]
    added = total(*powers)
    weights = class_weights(params)
    return HeadByHand(
        logits=tuple(
            chain(
                own.word,
                "h × kernel + bias",
                logit,
                ("{} × {} + {}", lambda h, k, b: h * k + b, (h, own.kernel, own.bias)),
            )
            for own, logit in zip(weights, logits, strict=True)
        ),
        powers=tuple(
            chain(own.word, "e^(z − largest z)" if shift else "e^z", raised, _power(logit, shift))
            for own, raised, logit in zip(weights, powers, logits, strict=True)
        ),
        total=chain("sum", "of the five powers", added, (" + ".join(["{}"] * len(powers)), total, powers)),
        shares=tuple(
            chain(
                own.word, "e^z ÷ sum", share, ("{} ÷ {}", lambda part, whole: part / whole, (raised, added))
            )
            for own, raised, share in zip(weights, powers, shares, strict=True)
        ),
        shift=shift,
    )


def _power(logit: float, shift: float) -> Part:
    if shift:
        return "e^({} − {})", lambda z, largest: math.exp(z - largest), (logit, shift)
    return "e^({})", math.exp, (logit,)
