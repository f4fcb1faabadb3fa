"""What every task declares, so that training and showing it need not know which it is. No task is in here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import FloatArray, generator, one_of, same_keys, whole_number
from lstm_core.dense import OUTPUT_ACTIVATIONS
from lstm_core.errors import InputError
from lstm_core.losses import LOSSES, LossName
from lstm_core.network import NetworkConfig
from lstm_core.optimizers import Optimizer
from lstm_core.training import ClipNorm, ClipValue, Dataset
from lstm_core.training.data import position_weights

PADDING = "∅"
"""How a timestep that only fills up a shorter sequence is written, unless a word is written so."""

Answer = Literal["label", "labels", "writing", "series", "value", "values"]
"""What a network says about a sequence, and so how its answers are best shown.

- "label": one of a few classes for the whole sequence.
- "labels": a class at every timestep.
- "writing": at every timestep what comes next, in the same ids that it reads, so that it can go on by itself.
- "series": the next value of a series; the reader is a `SeriesReader` and knows the whole of it.
- "value": one number for the whole sequence.
- "values": a number at every timestep.
"""

DATA = Path(__file__).parent / "data"
"""Where the texts and the series lie that are too long for a module."""

EachFunction: TypeAlias = Callable[[FloatArray, Dataset], FloatArray]
"""Takes outputs, shape (N, K) or (N, T, K), and the dataset; returns a number for each position."""


def mean_that_counts(values: FloatArray, data: Dataset) -> float:
    """Return the mean of a value for each position, shape (N,) or (N, T), as mask and weights say.

    Examples
    --------
    >>> mean_that_counts(np.array([[8.0, 1.0], [2.0, 3.0]]), Dataset([[1, 2]] * 2, [1, 2], [[0, 1], [1, 1]]))
    2.0
    """
    weights = position_weights(data.mask, data.weights, values.shape)
    return float(values.mean() if weights is None else np.average(values, weights=weights))


@dataclass(frozen=True, slots=True)
class Metric:
    """How well a network does, in the words of the task.

    Parameters
    ----------
    name : str
        Such as "accuracy".
    words : str
        What the number says, to be read after it or under it.
    unit : str
        Such as "nats"; "" for a share in [0, 1].
    better : {"lower", "higher"}
        Which way is better.
    function : callable
        What it is the mean of: (outputs, dataset) to a number for each position, shape (N,) or (N, T), with
        outputs of shape (N, K) or (N, T, K).

    Examples
    --------
    >>> metric = Metric("error", "on average", "", "lower", lambda y, data: abs(y - data.targets)[:, 0])
    >>> metric(np.array([[1.0], [2.0]]), Dataset([[[0.0]], [[0.0]]], [[3.0], [2.0]]))
    1.0
    >>> metric.beats(1.5, 2.0), metric.beats(2.0, 2.0)
    (True, False)
    """

    name: str
    words: str
    unit: str
    better: Literal["lower", "higher"]
    function: EachFunction

    def __call__(self, outputs: FloatArray, data: Dataset) -> float:
        """Compute it for the outputs of a network, or of anything else, for a dataset."""
        return mean_that_counts(self.function(outputs, data), data)

    def beats(self, value: float, other: float) -> bool:
        """Return whether one value is better than another."""
        return value < other if self.better == "lower" else value > other


@dataclass(frozen=True, slots=True)
class Baseline:
    """What can be had without a network, or without any order of the words.

    Parameters
    ----------
    name : str
        What is done, such as "always the most frequent word".
    value : float
        What it reaches in the task's metric.
    loss : float
        What it reaches in the loss that is trained with, to be drawn beside the curve of the loss.
    each : ndarray, shape (N,) or (N, T), optional
        What `value` is the mean of, for each position of the held-out data; None where only that is known.
    loss_name : str
        What is done to reach `loss`, if that is something else than `name` says; else "".
    """

    name: str
    value: float
    loss: float
    each: FloatArray | None = field(default=None, repr=False, compare=False)
    loss_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A network, and how to train it, that beats the baseline in a few seconds.

    Parameters
    ----------
    network : NetworkConfig
        Sized for the data that it came with.
    loss : {"squared_error", "cross_entropy", "binary_cross_entropy"}
        By its name in `LOSSES`.
    optimizer : Optimizer
        With its learning rate.
    batch_size, epochs : int
        How many examples an update sees, and how often all of them are seen.
    clip : ClipNorm or ClipValue, optional
        How large a gradient may be.
    """

    network: NetworkConfig
    loss: LossName
    optimizer: Optimizer
    batch_size: int
    epochs: int
    clip: ClipNorm | ClipValue | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One sequence, ready for a network and for the eye.

    Parameters
    ----------
    inputs : ndarray, shape (1, T) or (1, T, D)
        What the network reads.
    mask : ndarray of bool, shape (1, T), optional
        False where a timestep only fills up.
    symbols : tuple of str
        What stands at each timestep, T of them.
    target : str, optional
        The right answer in words, where it is known.
    notes : tuple of str
        What was left out or changed on the way.
    """

    inputs: NDArray[Any]
    mask: NDArray[np.bool_] | None
    symbols: tuple[str, ...]
    target: str | None = None
    notes: tuple[str, ...] = ()


class Reader(ABC):
    """Puts the examples of one task into words, and words into an example."""

    __slots__ = ()

    @abstractmethod
    def symbols(self, inputs: NDArray[Any]) -> tuple[str, ...]:
        """Return what stands at each timestep of one sequence, shape (T,) or (T, D)."""

    @abstractmethod
    def target(self, inputs: NDArray[Any], target: NDArray[Any]) -> str:
        """Return the right answer of one sequence in words."""

    @abstractmethod
    def read(self, text: str) -> Probe:
        """Read a sequence that was typed.

        Raises
        ------
        InputError
            If it cannot be read; the message says what a sequence of this task looks like.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaskData:
    """The data of a task with all that belongs to it.

    Parameters
    ----------
    train, validation : Dataset
        What is learned from, and what the metric is measured on.
    held_out : bool
        Whether `validation` was kept back: it comes after what is learned from, or was drawn apart from it.
        In text or numbers that repeat themselves the same example can still stand in both; the notes then say
        how many do. False only where there is too little data to keep some back; the notes say that too.
    inputs : tuple of str
        The name of each input: of every id, or of every number of a timestep.
    outputs : tuple of str
        The name of each output.
    recipe : Recipe
        The defaults.
    metric : Metric
        How well it goes.
    baseline : Baseline
        What a network must beat to have learned anything: the best answer that is cheap to have.
    references : tuple of Baseline
        The other cheap answers, the better ones first.
    tested : TaskData, optional
        The same with the third part in the place of `validation`, and what the cheap answers reach on it;
        None unless that part was asked for and there is enough data for it.
    forward_only : bool
        Whether a network that looks ahead, as one with a second direction or with attention does, would read
        the answer off its inputs.
    reader : Reader
        Puts examples into words.
    notes : tuple of str
        What was left out, filled in or changed, in full sentences.
    repeats : tuple of str
        That one of the notes which says that held-out examples were learned from too, if some were.
    """

    train: Dataset
    validation: Dataset
    held_out: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    recipe: Recipe
    metric: Metric
    baseline: Baseline
    references: tuple[Baseline, ...] = ()
    tested: TaskData | None = None
    forward_only: bool = False
    reader: Reader
    notes: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()

    @property
    def test(self) -> Dataset | None:
        """The part that neither training nor validation sees, or None."""
        return None if self.tested is None else self.tested.validation

    @property
    def parts(self) -> tuple[Dataset, ...]:
        """The datasets: `train`, `validation`, and `test` if there is one."""
        return (self.train, self.validation, *(() if self.test is None else (self.test,)))

    def example(self, dataset: Dataset, index: int) -> Probe:
        """Return one example in numbers and in words.

        Parameters
        ----------
        dataset : Dataset
            One of `parts`.
        index : int
            Which, from 0.

        Raises
        ------
        InputError
            If the dataset is none of these, or there is no such example.

        Examples
        --------
        >>> from lstm_core.tasks import TASKS
        >>> data = TASKS["next_word"].build(np.random.default_rng(0))
        >>> probe = data.example(data.train, 0)
        >>> probe.symbols, probe.target
        (('this', 'is'), 'an')
        """
        if not any(dataset is part for part in self.parts):
            raise InputError(
                "dataset must be the train, the validation or the test of the same data, got another object "
                f"of type {type(dataset).__name__}"
            )
        index = whole_number("index", index, low=0, high=len(dataset) - 1)
        inputs = dataset.inputs[index]
        return Probe(
            inputs[np.newaxis],
            None if dataset.mask is None else dataset.mask[index : index + 1],
            self.reader.symbols(inputs),
            self.reader.target(inputs, dataset.targets[index]),
        )


@dataclass(frozen=True, slots=True)
class Size:
    """A whole number that a task can be built with.

    Parameters
    ----------
    key : str
        Its name for `Task.build`.
    words : str
        Its name on screen.
    default, low, high : int
        The value it has unless another is given, and its range, both ends included.
    keeps_split : bool
        Whether nothing that is held out with one value of it is learned from with another, if all else is the
        same: only then may a network that has learned something go on with another value.
    """

    key: str
    words: str
    default: int
    low: int
    high: int
    keeps_split: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to learn.

    Parameters
    ----------
    key : str
        Its name in `TASKS`.
    name : str
        Its name on screen.
    hard : str
        One line on what makes it hard.
    answer : {"label", "labels", "writing", "series", "value", "values"}
        What a network says about a sequence; see `Answer`.
    make : callable
        (rng, own, test=..., **sizes) to TaskData; called through `build`, which checks the sizes.
    typed : str
        A sequence as it can be typed for its reader; "" where none can be.
    sizes : tuple of Size
        What `build` can be told.
    own : str, optional
        What of one's own it can be built from, in words; None if it takes nothing.

    Examples
    --------
    >>> from lstm_core.tasks import TASKS
    >>> TASKS["parity"].build(np.random.default_rng(0), length=5).train.inputs.shape[1:]
    (5, 1)
    """

    key: str
    name: str
    hard: str
    answer: Answer
    make: Callable[..., TaskData]
    typed: str = ""
    sizes: tuple[Size, ...] = ()
    own: str | None = None

    def build(
        self, rng: np.random.Generator, own: object = None, *, test: bool = False, **sizes: int
    ) -> TaskData:
        """Make the data and all that belongs to it.

        Parameters
        ----------
        rng : numpy.random.Generator
            Draws what is random in it. The same state gives the same data. First weights that are drawn from
            another generator of the same seed are the same numbers again; let one generator draw both.
        own : object, optional
            The user's own data, if the task takes any; see `own`.
        test : bool
            Whether to hold a third part back that neither training nor validation sees. What is learned from
            can be less then. Where there is too little data, `TaskData.test` is None all the same.
        **sizes : int
            Any of `sizes` by its key.

        Returns
        -------
        TaskData

        Raises
        ------
        InputError
            If a size is unknown or outside its range, or the user's own data cannot be used.
        """
        generator("rng", rng)
        one_of("test", test, (True, False))
        if own is not None and self.own is None:
            raise InputError(f"The task “{self.name}” makes its own data and takes no other")
        chosen = {size.key: size.default for size in self.sizes} | sizes
        same_keys(f"the sizes of the task “{self.name}”", chosen, [size.key for size in self.sizes])
        checked = {
            size.key: whole_number(size.key, chosen[size.key], size.low, size.high) for size in self.sizes
        }
        return self.make(rng, own, test=test, **checked)


def guess(
    name: str,
    outputs: FloatArray,
    validation: Dataset,
    metric: Metric,
    loss: LossName,
    activation: Literal["linear", "softmax"],
) -> Baseline:
    """Return what outputs that no network made reach on the held-out examples.

    Parameters
    ----------
    name : str
        Where they come from.
    outputs : ndarray, shape (N, K) or (N, T, K)
        One for every position of `validation`; shares of each class if the activation is the softmax.
    validation : Dataset
        With the targets.
    metric : Metric
        Of the task.
    loss : str
        By its name in `LOSSES`.
    activation : {"linear", "softmax"}
        Of the head whose place they take.

    Examples
    --------
    >>> from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
    >>> held_out = Dataset(np.zeros((2, 3, 1)), np.array([[1.0], [2.0]]))
    >>> guess("always 1", np.ones((2, 1)), held_out, MEAN_SQUARED_ERROR, "squared_error", "linear")
    Baseline(name='always 1', value=0.5, loss=0.5, loss_name='')
    """
    logits = outputs if activation == "linear" else np.log(np.maximum(outputs, np.finfo(float).tiny))
    outputs = OUTPUT_ACTIVATIONS[activation].forward(logits)
    rule = LOSSES[loss]
    targets = rule.check("targets", validation.targets, outputs.shape, outputs.dtype)
    weights = position_weights(validation.mask, validation.weights, outputs.shape[:-1])
    value, _ = rule(logits, outputs, targets, weights, activation=activation)
    each = metric.function(outputs, validation)
    each.flags.writeable = False
    return Baseline(name, mean_that_counts(each, validation), value, each)


def cheapest(guesses: Sequence[Baseline], metric: Metric) -> dict[str, Any]:
    """Choose the best of the answers that are cheap to have, as `TaskData` takes them.

    Parameters
    ----------
    guesses : sequence of Baseline
        At least one, all measured on the same data. Among equals the first counts as the best.
    metric : Metric
        Which way is better.

    Returns
    -------
    dict
        "baseline", the best by the metric, with the lowest loss of all; and "references", the others.

    Examples
    --------
    >>> from lstm_core.tasks.metrics import MEAN_SQUARED_ERROR
    >>> found = cheapest([Baseline("a", 2.0, 0.1), Baseline("b", 1.0, 0.2)], MEAN_SQUARED_ERROR)
    >>> found["baseline"]
    Baseline(name='b', value=1.0, loss=0.1, loss_name='a')
    >>> [other.name for other in found["references"]]
    ['a']
    """
    best, *others = sorted(guesses, key=lambda guess: guess.value, reverse=metric.better == "higher")
    lowest = min(guesses, key=lambda guess: guess.loss)
    if lowest.loss < best.loss:
        best = replace(best, loss=lowest.loss, loss_name=lowest.name)
    return {"baseline": best, "references": tuple(others)}


def with_test(data: TaskData, measured: dict[str, Any] | None) -> TaskData:
    """Return data with a third part: the fields in which `tested` differs, or None where there is none."""
    return data if measured is None else replace(data, tested=replace(data, **measured))


def following_shares(
    before: NDArray[np.intp], after: NDArray[np.intp], otherwise: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how often each symbol comes after each other one.

    Parameters
    ----------
    before, after : ndarray of int, shape (N,)
        Symbols that follow each other where one learns from, by their ids.
    otherwise : ndarray, shape (K,)
        The shares of all symbols: they count like one more that was seen after each symbol, so that a symbol
        that is new or seldom is taken to be followed as any other is, and nothing is impossible.

    Returns
    -------
    ndarray, shape (K, K)
        A row for each symbol before.

    Examples
    --------
    >>> following_shares(np.array([0, 1, 0]), np.array([1, 0, 1]), np.array([0.5, 0.5]))
    array([[0.16666667, 0.83333333],
           [0.75      , 0.25      ]])
    """
    pairs = np.zeros((len(otherwise), len(otherwise)))
    np.add.at(pairs, (before, after), 1)
    shares: NDArray[np.float64] = (pairs + otherwise) / (pairs.sum(axis=1, keepdims=True) + 1)
    return shares


def ends_in_words(kept_back: int, *, test: bool) -> tuple[str, ...]:
    """Say which end of a text or a series is kept back for what, to be read after "Of 100 values".

    Examples
    --------
    >>> ends_in_words(20, test=False)
    ('the last 20 are held out',)
    >>> ends_in_words(20, test=True)
    ('the 20 before the last 20 are the validation data', 'the last 20 are the test data')
    """
    if not test:
        return (f"the last {kept_back} are held out",)
    before = f"the {kept_back} before the last {kept_back} are the validation data"
    return before, f"the last {kept_back} are the test data"


def epochs_for(updates: int, examples: int, batch_size: int) -> int:
    """Return how many epochs make about that many updates, at least one.

    Examples
    --------
    >>> epochs_for(600, 100, 32)
    150
    """
    return max(1, round(updates / -(-examples // batch_size)))


def examples(dataset: Dataset) -> list[bytes]:
    """Return the numbers of each example, its target included, to be compared with those of another."""
    return [
        inputs.tobytes() + target.tobytes()
        for inputs, target in zip(dataset.inputs, dataset.targets, strict=True)
    ]


def repeated(learned: Iterable[Hashable], held_out: Sequence[Hashable]) -> tuple[str, ...]:
    """Say how many of the held-out windows also occur in what is learned from; nothing if none does.

    Examples
    --------
    >>> repeated(["the cat", "cat sat"], ["the cat", "cat ran", "the cat"])
    ('2 of 3 held-out windows also occur in what is learned from.',)
    """
    both = set(held_out).intersection(learned)
    count = sum(window in both for window in held_out)
    if count == 0:
        return ()
    verb = "occurs" if count == 1 else "occur"
    return (f"{count} of {len(held_out)} held-out windows also {verb} in what is learned from.",)
