"""Stage 7 in words: what the network says, as probabilities."""

from __future__ import annotations

from explorer.lessons.worked_example.arithmetic import DECIMALS, exact, fixed
from explorer.lessons.worked_example.payload.blocks import Block, Cell, quoted, stage, table, text
from explorer.lessons.worked_example.steps.choices import Weights
from explorer.lessons.worked_example.steps.forward import shares
from explorer.lessons.worked_example.steps.texts import Reading, document_of, read, vocabulary
from explorer.model import published


def prediction_stage(weights: Weights, reading: Reading) -> Block:
    """7: the probabilities."""
    usual = read(published.TEXT)
    title = f"Prediction for {quoted(usual.text)}"
    blocks: list[Block] = [
        text(
            f"{weights.name}. Each class gets a probability; together they are 1. The largest, in bold, is "
            "what the network says."
        ),
        _prediction(weights, usual),
    ]
    if reading.ids != usual.ids:
        blocks.append(_prediction(weights, reading))
        title += f" and for {quoted(reading.text)}"
    return stage(7, title, *blocks)


def _prediction(weights: Weights, reading: Reading) -> Block:
    said = shares(weights.params, reading)
    document = document_of(reading)
    truth = document.after if document else None
    largest = max(range(len(said)), key=said.__getitem__)
    head = ["class", "", "probability"]
    columns: list[list[Cell]] = [
        [f"{word.word} ✓" if word.word == truth else word.word for word in vocabulary()],
        [{"bar": share, "class": "said" if k == largest else ""} for k, share in enumerate(said)],
        [fixed(share) for share in said],
    ]
    after = []
    if reading.padded:
        head[2:] = ["0 skipped", "0 read"]
        columns.append([fixed(share) for share in shares(weights.params, reading, skip=False)])
        after = [
            text(
                "This text is shorter than the network’s two timesteps. This app skips padding: h and c "
                "stay 0 until the first word. The notebook’s Keras model has no Masking layer and reads "
                "the 0 as if it were a word, which moves its gates by their biases alone. "
                + (
                    "So the two differ."
                    if columns[2] != columns[3]
                    else "With these weights that makes no difference."
                ),
                note=True,
            )
        ]
    elif weights.published and reading.text == published.TEXT:
        head += ["as published", "difference"]
        columns.append([exact(share) for share in published.PREDICTION])
        gaps = [share - known for share, known in zip(said, published.PREDICTION, strict=True)]
        columns.append([_signed(gap) for gap in gaps])
        after = [
            text(
                f"The largest difference is {max(map(abs, gaps)):.9f}: the notebook computed with 32 bits a "
                "number, about 7 digits; here it is 64, about 16.",
                note=True,
            )
        ]
    caption = f"After {quoted(reading.text)}" + (f", where {quoted(truth)} is right ✓" if truth else "")
    return {
        "kind": "group",
        "blocks": [
            table(
                head,
                list(zip(*columns, strict=True)),
                numbers=range(2, len(head)),
                caption=caption,
                mark=largest,
            ),
            *after,
        ],
    }


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + f"{abs(value):.{DECIMALS + 1}f}"
