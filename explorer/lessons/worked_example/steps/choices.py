"""The weights that can be worked with: what they are called, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.lessons.worked_example.steps.example import plan
from explorer.lessons.worked_example.steps.parameters import Params
from explorer.lessons.worked_example.steps.training import Rate, trained
from explorer.model import published

CHOICES = {
    "published": "Published weights",
    "trained": f"Trained here: {published.EPOCHS} epochs, Adam {published.LEARNING_RATE}",
    "own": f"Trained here: Adam {plan().learning_rate}",
    "current": "This run, at this moment",
}
"""Their names on screen, by key."""
_TRAINED_HERE: dict[str, Rate] = {"trained": "published", "own": "own"}


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weights that are worked with.

    Attributes
    ----------
    name : str
        What they are called on screen.
    params : mapping of ndarray
        The 22 numbers, float64.
    published : bool
        Whether they are the notebook's, whose prediction is known.
    """

    name: str
    params: Params
    published: bool = False


def chosen(choice: str, seed: int, current: Params | None) -> Weights:
    """Return the weights of a choice.

    Parameters
    ----------
    choice : str
        A key of `CHOICES`.
    seed : int
        At least 0; draws the first weights of what is trained here.
    current : mapping of ndarray, optional
        Those of the run that is looked at.
    """
    name = CHOICES[choice]
    if choice in _TRAINED_HERE:
        return Weights(f"{name}, seed {seed}", trained(seed, _TRAINED_HERE[choice]).params)
    if choice == "current" and current is not None:
        return Weights(name, current)
    return Weights(name, published.params(), published=True)
