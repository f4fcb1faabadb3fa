"""Stage 6 in words: where weights come from, two runs, and what came of them."""

from __future__ import annotations

from explorer.lessons.worked_example.payload.blocks import Block, quoted, stage, table, text
from explorer.lessons.worked_example.steps.texts import Document, documents
from explorer.lessons.worked_example.steps.training import Assessment, Training, assess, trained
from explorer.model import published

_NO_BREAK = "\u00a0"


def training_head() -> Block:
    """6: how weights are found; the runs follow under the seed."""
    return stage(
        6,
        f"Training: {published.EPOCHS} epochs",
        text(
            "Training begins with drawn weights and changes all 22 a little after each look at both "
            "documents, an epoch. The optimiser Adam decides how far each goes. What is made smaller is "
            "the loss, binary cross-entropy: how surprised the network is by the right answers (worked out "
            f"at the end). The notebook trained with Adam’s usual learning rate, {published.LEARNING_RATE}. "
            "Both runs below start from the same drawn weights and were just computed here."
        ),
    )


def training_rest(seed: int) -> Block:
    """Return the two runs, and what came of them."""
    notebook, own = trained(seed, "published"), trained(seed, "own")
    of_notebook, of_own, of_published = (
        assess(params) for params in (notebook.params, own.params, published.params())
    )
    return {
        "kind": "stage",
        "title": "",
        "blocks": [
            {
                "kind": "chart",
                "curves": [_curve(notebook, "c", "6 3"), _curve(own, "f", "")],
                "level": {"name": "½ for “an” and ½ for “example”, always", "value": of_published.baseline},
                "about": f"Loss against epochs. {_in_words(notebook)} {_in_words(own)}",
            },
            table(
                ["weights", "loss before", "loss after", *map(_share_of, documents()), "right"],
                [
                    _row(_name(notebook), of_notebook, f"{notebook.losses[0]:.4f}"),
                    _row(_name(own), of_own, f"{own.losses[0]:.4f}"),
                    _row("the published weights", of_published, "–"),
                ],
                numbers=range(1, 6),
            ),
            text(_verdict(_name(notebook), of_notebook)),
            text(_verdict(_name(own), of_own)),
            text(_published_verdict(of_published)),
        ],
    }


def _share_of(document: Document) -> str:
    """Name the probability of the right word; what was read stays on one line."""
    return f"P(“{document.after}” after “{_NO_BREAK.join(document.reading.words)}”)"


def _name(run: Training) -> str:
    return f"Adam {run.learning_rate}"


def _in_words(run: Training) -> str:
    return f"{_name(run)}: from {run.losses[0]:.3f} to {run.losses[-1]:.3f}."


def _curve(run: Training, hue: str, dash: str) -> Block:
    losses = [round(loss, 5) for loss in run.losses.tolist()]
    return {"name": _name(run), "hue": hue, "dash": dash, "losses": losses}


def _row(name: str, found: Assessment, loss_before: str) -> list[str]:
    return [
        name,
        loss_before,
        f"{found.loss:.4f}",
        *(f"{answer.share:.3f}" for answer in found.answers),
        f"{found.right} of {len(found.answers)}",
    ]


def _verdict(name: str, found: Assessment) -> str:
    """Say what a run has learned, measured by what can be had without reading."""
    both = found.right == len(found.answers)
    if found.loss < found.baseline:
        learned = (
            "it gets both right and has learned the example" if both else "it has learned something, not all"
        )
        return (
            f"{name}: after {published.EPOCHS} epochs the loss of {found.loss:.4f} is below "
            f"{found.baseline:.4f}, what one gets who never reads and always says ½ and ½: {learned}."
        )
    top = (
        "though the right word is ahead in both, it is not sure of either"
        if both
        else f"it gets {found.right} of {len(found.answers)} right"
    )
    return (
        f"{name}: after {published.EPOCHS} epochs the loss of {found.loss:.4f} is still above "
        f"{found.baseline:.4f}, what one gets who never reads and always says ½ and ½. It has not learned "
        f"the example: {top}. {published.EPOCHS} steps as small as these are too few; another seed can be "
        "tried above."
    )


def _published_verdict(found: Assessment) -> str:
    said = " and ".join(
        f"after {quoted(answer.document.reading.text)} they say {quoted(answer.said)}, "
        f"not {quoted(answer.document.after)}"
        for answer in found.answers
        if not answer.right
    )
    return (
        f"The published weights have a loss of {found.loss:.4f}, above {found.baseline:.4f} too: {said}. "
        "They are a fair example of the arithmetic, not of a network that has learned."
    )
