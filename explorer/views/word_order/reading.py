"""A sentence read word after word, by a network and by a classifier that only counts words. Nothing is drawn.

What is said after a word is what would be said if the sentence ended there: every beginning is run as a
sentence of its own. That is right for any network, also for one that reads backwards too or has attention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.views.predictions.answers import NOT_FINITE
from explorer.views.predictions.wording import quoted
from lstm_core import Network, OverflowInputError, predict
from lstm_core.checks import FloatArray
from lstm_core.tasks import TaskData
from lstm_core.tasks.sentiment import bag_of_words, mirrored
from lstm_core.tasks.vocabulary import left_padded
from lstm_core.training import Dataset

_TURNING_WORDS = ("but", "not")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One sentence as it is read.

    Attributes
    ----------
    words : tuple of str, length n
        Those that there is a number for.
    network, bag : ndarray, shape (n, K)
        The probability of each label after each word, by the network and by the bag of words.
    truth : int, optional
        The right label, if the sentence is one of the data.
    notes : tuple of str
        What was left out of it, and whether it was learned from.
    """

    words: tuple[str, ...]
    network: FloatArray
    bag: FloatArray
    truth: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Two sentences side by side.

    Attributes
    ----------
    labels : tuple of str, length K
        The labels.
    followed : int
        The label whose probability is drawn.
    readings : tuple of Reading
        Two, or none if the numbers of the network are not finite.
    sentence : str
        What the two readings show, in words.
    """

    labels: tuple[str, ...]
    followed: int
    readings: tuple[Reading, ...]
    sentence: str


def default_pair(data: TaskData) -> tuple[str, str] | None:
    """Return two sentences of the data with the same words in two orders and two labels.

    Held-out ones come first, and among these the ones with a word that turns the meaning round.

    Returns
    -------
    tuple of str, or None
        None if there is no such pair.

    Examples
    --------
    >>> from lstm_core import TASKS
    >>> first, second = default_pair(TASKS["sentiment"].build(np.random.default_rng(0)))
    >>> sorted(first.split()) == sorted(second.split()), "but" in first.split()
    (True, True)
    """
    for dataset in reversed(data.parts):
        pairs = [
            (_sentence(data, dataset, one), _sentence(data, dataset, other))
            for one, other in mirrored(dataset)
        ]
        for word in _TURNING_WORDS:
            for first, second in pairs:
                if word in first.split():
                    return first, second
        if pairs:
            return pairs[0]
    return None


def order_of(
    data: TaskData, network: Network, params: Mapping[str, FloatArray], first: str, second: str
) -> Order:
    """Read two sentences word after word.

    Parameters
    ----------
    data : TaskData
        Of the task "sentiment".
    network : Network
        That fits the data.
    params : mapping of ndarray
        Its parameters.
    first, second : str
        The sentences, as they were typed.

    Returns
    -------
    Order

    Raises
    ------
    InputError
        If the data is that of another task, or a sentence has no word that is known, or too many words.
    """
    bag = bag_of_words(data)
    rows = [data.reader.read(text) for text in (first, second)]
    labels = data.outputs
    truths = [_found(data, row.inputs[0]) for row in rows]
    known = [truth for truth, _ in truths if truth is not None]
    followed = known[0] if known else 0
    try:
        if not all(np.isfinite(array).all() for array in params.values()):
            return Order(labels, followed, (), NOT_FINITE)
        readings = tuple(
            Reading(
                row.symbols,
                _after_every_word(network, params, row.inputs[0]),
                bag.shares(_beginnings(row.inputs[0])[0]),
                truth,
                (*row.notes, *(("The network learned from this sentence.",) * learned)),
            )
            for row, (truth, learned) in zip(rows, truths, strict=True)
        )
    except OverflowInputError:
        return Order(labels, followed, (), NOT_FINITE)
    return Order(labels, followed, readings, told(labels, *readings))


def _beginnings(ids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.bool_] | None]:
    """Return every beginning of a sentence as a row, filled up on the left, and the mask."""
    return left_padded([ids[: end + 1].tolist() for end in range(len(ids))])


def _after_every_word(
    network: Network, params: Mapping[str, FloatArray], ids: NDArray[np.intp]
) -> FloatArray:
    """Return what a network says of every beginning of a sentence: (n, K)."""
    said = predict(network, params, *_beginnings(ids))
    return said[:, -1] if network.config.read == "every" else said


def _sentence(data: TaskData, dataset: Dataset, place: int) -> str:
    symbols = data.reader.symbols(dataset.inputs[place])
    live = np.ones(len(symbols), np.bool_) if dataset.mask is None else dataset.mask[place]
    return " ".join(symbols[t] for t in np.flatnonzero(live))


def _found(data: TaskData, ids: NDArray[np.intp]) -> tuple[int | None, bool]:
    """Return the right label of a sentence and whether it was learned from, if it is in the data."""
    for dataset in data.parts:
        room = dataset.inputs.shape[1] - len(ids)
        if room >= 0:
            same = (dataset.inputs == np.pad(ids, (room, 0))).all(axis=1)
            labels = set(dataset.targets[same].tolist())
            if len(labels) == 1:
                return labels.pop(), dataset is data.train
    return None, False


def told(labels: tuple[str, ...], first: Reading, second: Reading) -> str:
    """Say in a sentence what two readings show: nothing that does not follow from their numbers."""
    if first.words == second.words:
        return "Both are the same sentence, so everything is the same twice."
    if sorted(first.words) != sorted(second.words):
        return (
            "The two do not have the same words, so a bag of words may tell them apart as well: "
            "exchange words without adding any to see what the order does."
        )
    by_network = [int(reading.network[-1].argmax()) for reading in (first, second)]
    by_bag = int(first.bag[-1].argmax())
    bag = f"Both have the same words, so the bag of words says “{labels[by_bag]}” both times"
    truths = [first.truth, second.truth]
    if by_network[0] == by_network[1]:
        also = "also " if by_network[0] == by_bag else ""
        network = f"the network {also}says “{labels[by_network[0]]}” both times"
    else:
        network = f"the network says “{labels[by_network[0]]}”, then “{labels[by_network[1]]}”"
    if None in truths or truths[0] == truths[1]:
        tells = "tells the two orders apart" if by_network[0] != by_network[1] else "does not tell them apart"
        return f"{bag}; {network}: it {tells}."
    fooled = [reading for reading, truth in zip((first, second), truths, strict=True) if truth != by_bag]
    wrong = [
        reading
        for reading, truth, said in zip((first, second), truths, by_network, strict=True)
        if said != truth
    ]
    about = quoted(" ".join(fooled[0].words)) if len(fooled) == 1 else "both"
    end = {0: "and is right both times", 1: "and is right once", 2: "and is wrong both times"}[len(wrong)]
    return f"{bag} and is wrong about {about}; {network} {end}."
