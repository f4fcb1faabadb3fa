"""Stage 8 in words: every line of the way from a text to its probabilities, and to the loss."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.lessons.worked_example.arithmetic import DECIMALS, fixed
from explorer.lessons.worked_example.payload.blocks import Block, Cell, quoted, signal, stage, text
from explorer.lessons.worked_example.steps.chain import Chain
from explorer.lessons.worked_example.steps.forward import Timestep, Worked
from explorer.lessons.worked_example.steps.head import HeadByHand
from explorer.lessons.worked_example.steps.loss import loss_by_hand
from explorer.lessons.worked_example.steps.parameters import Params
from explorer.lessons.worked_example.steps.texts import Reading, document_of, documents

_FUNCTIONS = {"i": "σ", "f": "σ", "g": "tanh", "o": "σ"}


def hand_stage(params: Params, worked: Worked) -> Block:
    """8: every line of it."""
    reading = worked.reading
    padded = "" if not reading.padded else ", padding skipped" if worked.skip else ", padding read as 0"
    about = text(
        f"Results have {DECIMALS} decimals. What goes into a line has as many as it takes: type the "
        "digits you see into a calculator with keys for eˣ and ln, and you get the digits you see. x "
        "is the input, h₋ and c₋ are output and memory of the step before (0 before the first), a is "
        "the sum that enters a gate, its pre-activation. σ(a) = 1 ÷ (1 + e^(−a)) lies between 0 and 1, "
        "and tanh(a) = 1 − 2 ÷ (e^(2 × a) + 1) between −1 and 1."
    )
    timesteps = [block for step in worked.timesteps for block in _timestep(step)]
    return stage(
        8,
        f"By hand: {quoted(reading.text)}{padded}",
        about,
        *timesteps,
        *_head(worked.head),
        *_loss(params, reading),
    )


def _timestep(step: Timestep) -> list[Block]:
    title = f"t = {step.t}: x = {step.x}"
    unit = step.unit
    if unit is None:
        return [
            _heading(f"{title}, padding"),
            text("Skipped: nothing is computed, h and c stay 0 as they were."),
        ]
    name = quoted(step.word) if step.x else "padding, read as the number 0"
    before = f"h₋ = {fixed(step.h_prev)}, c₋ = {fixed(step.c_prev)}"
    cards = [
        _card(signal(own.signal), own, gate, function=_FUNCTIONS[own.signal])
        for own, gate in zip(unit.sums, unit.gates, strict=True)
    ]
    cards += [_card(signal("c"), unit.c), _card(signal("h"), unit.squashed, unit.h)]
    return [
        _heading(f"{title}, {name}"),
        text(f"From the step before: {before}."),
        {"kind": "cards", "cards": cards},
    ]


def _head(head: HeadByHand) -> list[Block]:
    shifted = (
        " The largest is taken away from each first, so that no power is too large; no probability changes "
        "by it."
        if head.shift
        else ""
    )
    return [
        _heading("Dense layer: a logit z for each class"),
        text("z = h × kernel + bias, with h of the last step and the two numbers of each class."),
        _lines(head.logits),
        _heading("Softmax: from logits to probabilities"),
        text(f"Each logit becomes a positive number, e to the power of z.{shifted}"),
        _lines((*head.powers, head.total), total=True),
        text("Each of these divided by their sum is the probability y of its class."),
        _lines(head.shares),
    ]


def _loss(params: Params, reading: Reading) -> list[Block]:
    document = document_of(reading)
    instead = ""
    if document is None:
        document = documents()[0]
        instead = f" No answer is known for {quoted(reading.text)}, so here is that of the first document."
    loss = loss_by_hand(params, document)
    cut = (
        "Here that changes something"
        if loss.cut
        else "Here that changes nothing, as no y lies so near to 0 or 1"
    )
    return [
        _heading(f"The loss after {quoted(document.reading.text)}, where {quoted(document.after)} is right"),
        text(
            "Binary cross-entropy takes each class as a question of its own: the right one counts ln y, "
            "every other one ln(1 − y). The loss is their mean with its sign turned, so 0 is perfect. As "
            "in Keras, y is first cut to at least 0.0000001 and at most 0.9999999, so that no logarithm is "
            f"infinite. {cut}.{instead}"
        ),
        _lines(loss.terms),
        {
            "kind": "cards",
            "cards": [
                _card({"text": "loss of this document"}, loss.mean),
                _card({"text": "loss of both, as in training"}, loss.of_both),
            ],
        },
    ]


def _heading(words: str) -> Block:
    return {"kind": "heading", "text": words}


def _card(title: Cell, *chains: Chain, function: str = "") -> Block:
    return {"title": title, "function": function, "chains": [_written(chain) for chain in chains]}


def _lines(chains: Sequence[Chain], *, total: bool = False) -> Block:
    return {"kind": "lines", "lines": [_written(chain) for chain in chains], "total": total}


def _written(chain: Chain) -> Block:
    return {
        "symbol": chain.symbol,
        "signal": chain.signal,
        "formula": chain.formula,
        "parts": list(chain.parts),
        "result": chain.result,
    }
