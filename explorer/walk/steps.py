"""Every table of the published next-word example, from its two documents to the loss of one of them.

Nothing is drawn here, and no number is written down: the words, ids and answers are those of the task in the
core, what a network says is what the core computes with the 22 weights it is given, and a line that is worked
through "by hand" ends in the core's own number.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer import published
from explorer.training.plan import Plan, Source, default_plan
from explorer.walk.arithmetic import fixed, power, put_in, total
from lstm_core import Adam, Dataset, InputError, Network, evaluate, train
from lstm_core.checks import FloatArray
from lstm_core.losses import BinaryCrossEntropy
from lstm_core.network import NetworkTrace
from lstm_core.optimizers import Optimizer
from lstm_core.tasks import TaskData
from lstm_core.tasks.next_word import DOCUMENTS
from lstm_core.tasks.vocabulary import left_padded, words

Params = Mapping[str, FloatArray]
Rate = Literal["published", "own"]
"""The learning rate of the notebook, or that of this app's own recipe."""
GATES = ("i", "f", "g", "o")
_TASK = "next_word"
_LARGE_LOGIT = 30.0
"""Beyond it a power of e has more digits than a calculator shows."""


# ---- the documents


@dataclass(frozen=True, slots=True)
class Word:
    """A class of the network.

    Attributes
    ----------
    id : int
        0 for the padding.
    word : str
        The word.
    count : int
        How often it stands in the documents; 0 for the padding.
    first : int
        Where it stands for the first time, counted from 1; 0 for the padding.
    """

    id: int
    word: str
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Document:
    """One example to learn.

    Attributes
    ----------
    text : str
        All of it.
    before : tuple of str
        The words that are read.
    after : str
        The word that comes next.
    ids : tuple of int
        Of the words that are read.
    label : int
        The id of the word that comes next.
    one_hot : tuple of int
        The same as a row of 0 and one 1, a number for each class.
    """

    text: str
    before: tuple[str, ...]
    after: str
    ids: tuple[int, ...]
    label: int
    one_hot: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the network gets it.

    Attributes
    ----------
    text : str
        The words that are read, with a space between.
    words : tuple of str
        The same, one a timestep; the padding's name where there is none.
    ids : tuple of int
        As many as there are timesteps, 0 for padding on the left.
    live : tuple of bool
        False where a timestep only pads.
    notes : tuple of str
        What was left out of what was typed.
    """

    text: str
    words: tuple[str, ...]
    ids: tuple[int, ...]
    live: tuple[bool, ...]
    notes: tuple[str, ...] = ()

    @property
    def padded(self) -> bool:
        """Whether it is shorter than what the network reads."""
        return not all(self.live)


def vocabulary() -> tuple[Word, ...]:
    """Return the five classes in the order of their ids."""
    tokens = [token for text in DOCUMENTS for token in words(text)]
    counts = Counter(tokens)
    padding, *real = _data().outputs
    return (
        Word(0, padding, 0, 0),
        *(Word(id_, word, counts[word], tokens.index(word) + 1) for id_, word in enumerate(real, 1)),
    )


def documents() -> tuple[Document, ...]:
    """Return the two documents, as the task in the core cuts them."""
    data = _data()
    found = []
    for text, inputs, target in zip(DOCUMENTS, data.train.inputs, data.train.targets, strict=True):
        found.append(
            Document(
                text,
                data.reader.symbols(inputs),
                data.reader.target(inputs, target),
                tuple(int(id_) for id_ in inputs.ravel()),
                int(target.argmax()),
                tuple(int(number) for number in target),
            )
        )
    return tuple(found)


def read(text: str) -> Reading:
    """Read a text that was typed, and fill it up on the left.

    Raises
    ------
    InputError
        If no word of it is known.

    Examples
    --------
    >>> reading = read("is")
    >>> reading.words, reading.ids, reading.live
    (('∅', 'is'), (0, 1), (False, True))
    """
    data = _data()
    probe = data.reader.read(text)
    typed = [int(id_) for id_ in probe.inputs.ravel()]
    ids, mask = left_padded([*(document.ids for document in documents()), typed])
    live = np.ones(ids.shape[1], np.bool_) if mask is None else mask[-1]
    return Reading(
        " ".join(probe.symbols),
        tuple(data.outputs[id_] for id_ in ids[-1]),
        tuple(ids[-1].tolist()),
        tuple(live.tolist()),
        probe.notes,
    )


def document_of(reading: Reading) -> Document | None:
    """Return the document that a text is the beginning of, if it is one."""
    return next((document for document in documents() if document.ids == reading.ids), None)


# ---- the network


@dataclass(frozen=True, slots=True)
class Shape:
    """An array of weights: its name as in Keras, its name and shape here, and how many numbers it holds."""

    words: str
    name: str
    shape: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class GateWeights:
    """The three numbers of a gate."""

    gate: str
    kernel: float
    recurrent: float
    bias: float


@dataclass(frozen=True, slots=True)
class ClassWeights:
    """The two numbers of a class."""

    word: str
    kernel: float
    bias: float


_WORDS = {
    "layer_0.W": "kernel: weighs the input x",
    "layer_0.U": "recurrent kernel: weighs h of the step before",
    "layer_0.b": "bias",
    "head.kernel": "dense kernel: weighs h of the last step",
    "head.bias": "dense bias",
}


def shapes() -> tuple[Shape, ...]:
    """Return the arrays of weights."""
    return tuple(
        Shape(_WORDS[name], name, shape, math.prod(shape))
        for name, shape in _network().parameter_shapes().items()
    )


def gate_weights(params: Params) -> tuple[GateWeights, ...]:
    """Return the 12 numbers of the unit."""
    columns = zip(params["layer_0.W"][0], params["layer_0.U"][0], params["layer_0.b"], strict=True)
    return tuple(GateWeights(gate, *map(float, own)) for gate, own in zip(GATES, columns, strict=True))


def class_weights(params: Params) -> tuple[ClassWeights, ...]:
    """Return the 10 numbers of the dense layer."""
    columns = zip(params["head.kernel"][0], params["head.bias"], strict=True)
    return tuple(
        ClassWeights(word, *map(float, own)) for word, own in zip(_data().outputs, columns, strict=True)
    )


def checked(params: Mapping[str, object]) -> Params | None:
    """Return weights as float64 if they are 22 finite ones of this network, else None."""
    try:
        clean = _network().check(params)
    except InputError:
        return None
    return {name: array.astype(np.float64) for name, array in clean.items()}


# ---- training


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network says after a document.

    Attributes
    ----------
    document : Document
        What it read.
    share : float
        The probability of the word that comes next, in [0, 1].
    said : str
        The word with the highest probability.
    loss : float
        Binary cross-entropy of this document, in nats.
    """

    document: Document
    share: float
    said: str
    loss: float

    @property
    def right(self) -> bool:
        """Whether the right word has the highest probability."""
        return self.said == self.document.after


@dataclass(frozen=True, slots=True)
class Assessment:
    """How good some weights are.

    Attributes
    ----------
    answers : tuple of Answer
        One for each document.
    loss : float
        Their mean, which is what training makes smaller.
    baseline : float
        The loss of one who always says ½ for each of the two answers.
    """

    answers: tuple[Answer, ...]
    loss: float
    baseline: float

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(answer.right for answer in self.answers)


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """A run of 500 epochs.

    Attributes
    ----------
    learning_rate : float
        Of Adam.
    seed : int
        What the first weights were drawn with.
    losses : ndarray, shape (501,)
        Before the first epoch and after each one; read-only.
    params : mapping of ndarray
        The 22 weights at the end; read-only.
    """

    learning_rate: float
    seed: int
    losses: NDArray[np.float64]
    params: Params

    @property
    def epochs(self) -> int:
        """How often it saw both documents."""
        return len(self.losses) - 1


def learning_rate(rate: Rate) -> float:
    """Return the learning rate itself."""
    return published.LEARNING_RATE if rate == "published" else _plan().learning_rate


# A run takes 0.1 s; thirty visitors mostly look at the same few seeds.
@lru_cache(maxsize=64)
def trained(seed: int, rate: Rate) -> Training:
    """Train the network for as long as the notebook did.

    Parameters
    ----------
    seed : int
        At least 0; draws the first weights, as on the Train page.
    rate : {"published", "own"}
        As the notebook did, with what Keras sets for Adam, or as this app does.
    """
    plan = _plan(seed)
    network, data, rng = plan.network(), plan.data(), plan.generator()
    optimizer: Optimizer = plan.optimizer_config()
    if rate == "published":
        optimizer = Adam(published.LEARNING_RATE, epsilon=1e-7)
    run = train(
        network,
        network.init(rng, np.float64, forget_bias=plan.forget_bias),
        data.train,
        loss=data.recipe.loss,
        optimizer=optimizer,
        rng=rng,
        batch_size=plan.batch_size,
        epochs=published.EPOCHS,
    )
    losses = []
    for step in run:
        losses.append(step.loss)
    params = step.checkpoint().params
    curve = np.array([*losses, evaluate(network, params, data.train, loss=data.recipe.loss).loss])
    curve.flags.writeable = False
    return Training(learning_rate(rate), seed, curve, params)


def assess(params: Params) -> Assessment:
    """Measure some weights on both documents."""
    data = _data()
    whole = evaluate(_network(), params, data.train, loss=data.recipe.loss)
    answers = []
    for place, (document, shares) in enumerate(zip(documents(), whole.outputs, strict=True)):
        alone = Dataset(data.train.inputs[place : place + 1], data.train.targets[place : place + 1])
        answers.append(
            Answer(
                document,
                float(shares[document.label]),
                data.outputs[int(shares.argmax())],
                evaluate(_network(), params, alone, loss=data.recipe.loss).loss,
            )
        )
    return Assessment(tuple(answers), whole.loss, data.baseline.loss)


# ---- by hand


@dataclass(frozen=True, slots=True)
class Chain:
    """A number and the way to it; every part of the way comes to the same 9 decimals.

    Attributes
    ----------
    symbol : str
        What the number is called.
    formula : str
        In symbols.
    parts : tuple of str
        The formula with its numbers put in, then in fewer and fewer numbers.
    result : str
        The number.
    value : float
        The same with all its digits.
    signal : str
        The key of the signal in the trace; "" if it is none.
    """

    symbol: str
    formula: str
    parts: tuple[str, ...]
    result: str
    value: float
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Timestep:
    """One timestep.

    Attributes
    ----------
    t : int
        From 1.
    word : str
        What is read.
    x : int
        Its id.
    skipped : bool
        Whether it is padding that is skipped: h and c then stay as they were.
    h_prev, c_prev : float
        h and c of the timestep before; 0 before the first.
    sums, gates : tuple of Chain
        What enters the activation of i, f, g, o, and what leaves it. None if it is skipped.
    c, squashed, h : Chain
        The memory, its tanh and the output; None if it is skipped.
    """

    t: int
    word: str
    x: int
    skipped: bool
    h_prev: float
    c_prev: float
    sums: tuple[Chain, ...] = ()
    gates: tuple[Chain, ...] = ()
    c: Chain | None = None
    squashed: Chain | None = None
    h: Chain | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The dense layer and the softmax.

    Attributes
    ----------
    words : tuple of str
        The classes.
    logits, powers, shares : tuple of Chain
        One for each class.
    total : Chain
        The sum of the powers.
    shift : float
        What was taken away from each logit before its power; 0 unless they are large.
    """

    words: tuple[str, ...]
    logits: tuple[Chain, ...]
    powers: tuple[Chain, ...]
    total: Chain
    shares: tuple[Chain, ...]
    shift: float


@dataclass(frozen=True, slots=True)
class LossByHand:
    """Binary cross-entropy of one document.

    Attributes
    ----------
    document : Document
        Which one.
    words : tuple of str
        The classes.
    shares : tuple of float
        What the network says, cut to [1e-7, 1 − 1e-7].
    cut : bool
        Whether that changed one of them.
    terms : tuple of Chain
        The logarithm that counts for each class.
    mean : Chain
        The loss: their mean, with its sign turned.
    of_both : Chain
        The mean of both documents, the loss of training.
    """

    document: Document
    words: tuple[str, ...]
    shares: tuple[float, ...]
    cut: bool
    terms: tuple[Chain, ...]
    mean: Chain
    of_both: Chain


@dataclass(frozen=True, slots=True)
class Walk:
    """A text through the network, by hand.

    Attributes
    ----------
    reading : Reading
        The text.
    skip : bool
        Whether padding is skipped; else it is read as the number 0.
    timesteps : tuple of Timestep
        One for each id.
    head : Head
        What is made of the last h.
    """

    reading: Reading
    skip: bool
    timesteps: tuple[Timestep, ...]
    head: Head


def shares(params: Params, reading: Reading, *, skip: bool = True) -> tuple[float, ...]:
    """Return the probability of each class after a text."""
    return tuple(_run(params, reading, skip).outputs[0].tolist())


def walk_through(params: Params, reading: Reading, *, skip: bool = True) -> Walk:
    """Compute every line of a text's way through the network.

    Parameters
    ----------
    params : mapping of ndarray
        The 22 weights, float64.
    reading : Reading
        The text.
    skip : bool
        Whether padding is skipped, as this app does; False reads it as the number 0.

    Raises
    ------
    InputError
        If the weights are so large that a number is not finite.
    """
    trace = _run(params, reading, skip)
    layer = trace.layers[0].forward
    signals = {key: array[0, :, 0].tolist() for key, array in layer.signals.items()}
    weights = gate_weights(params)
    timesteps = []
    for t, (word, x, live) in enumerate(zip(reading.words, reading.ids, trace.mask[0], strict=True)):
        h_prev, c_prev = (float(layer.previous(state)[0, t, 0]) for state in ("h", "c"))
        if not live:
            timesteps.append(Timestep(t + 1, word, x, True, h_prev, c_prev))
            continue
        now = {key: values[t] for key, values in signals.items()}
        sums = tuple(_sum(own, x, h_prev, now[f"pre_{own.gate}"]) for own in weights)
        gates = tuple(_activation(own.gate, now[f"pre_{own.gate}"], now[own.gate]) for own in weights)
        timesteps.append(Timestep(t + 1, word, x, False, h_prev, c_prev, sums, gates, *_update(now, c_prev)))
    return Walk(reading, skip, tuple(timesteps), _head(params, trace))


def loss_by_hand(params: Params, document: Document) -> LossByHand:
    """Compute the loss of a document, and from it that of both."""
    assessment = assess(params)
    words_ = _data().outputs
    epsilon = BinaryCrossEntropy.epsilon
    said = shares(params, read(" ".join(document.before)))
    kept = tuple(min(max(share, epsilon), 1 - epsilon) for share in said)
    terms = []
    for word, truth, share in zip(words_, document.one_hot, kept, strict=True):
        value = math.log(share) if truth else math.log1p(-share)
        pattern, formula = ("ln({})", "ln y") if truth else ("ln(1 − {})", "ln(1 − y)")
        function = math.log if truth else _log_of_rest
        terms.append(_chain(word, formula, value, [(pattern, function, (share,))]))
    losses = {answer.document: answer.loss for answer in assessment.answers}
    added = total(*(term.value for term in terms))
    count = len(words_)
    mean = _chain(
        "loss",
        f"−(sum of the {count} logarithms) ÷ {count}",
        losses[document],
        [
            (
                f"−({' + '.join(['{}'] * count)}) ÷ {count}",
                lambda *values: -total(*values) / count,
                tuple(term.value for term in terms),
            ),
            (f"{{}} ÷ {count}", lambda value: value / count, (-added,)),
        ],
    )
    of_both = _chain(
        "loss of training",
        "the mean of both documents",
        assessment.loss,
        [("({} + {}) ÷ 2", lambda one, other: (one + other) / 2, tuple(losses.values()))],
    )
    return LossByHand(document, words_, kept, kept != said, tuple(terms), mean, of_both)


def _run(params: Params, reading: Reading, skip: bool) -> NetworkTrace:
    inputs = np.array(reading.ids, np.float64).reshape(1, -1, 1)
    return _network().forward(params, inputs, np.array([reading.live]) if skip else None)


_Part = tuple[str, Callable[..., float], Sequence[float]]
"""A pattern, what it says, and the numbers that go in."""


def _chain(symbol: str, formula: str, value: float, parts: Sequence[_Part], signal: str = "") -> Chain:
    """Put numbers into each part; leave out a part that no number of digits makes come out right."""
    written = (put_in(pattern, function, *numbers, result=value) for pattern, function, numbers in parts)
    return Chain(symbol, formula, tuple(part for part in written if part), fixed(value), value, signal)


def _sum(own: GateWeights, x: float, h_prev: float, value: float) -> Chain:
    """Compute what enters the activation of a gate."""
    gate = own.gate
    return _chain(
        f"a_{gate}",
        f"x × W_{gate} + h₋ × U_{gate} + b_{gate}",
        value,
        [
            (
                "{} × {} + {} × {} + {}",
                lambda x, w, h, u, b: x * w + h * u + b,
                (x, own.kernel, h_prev, own.recurrent, own.bias),
            ),
            ("{} + {} + {}", total, (x * own.kernel, h_prev * own.recurrent, own.bias)),
        ],
        gate,
    )


def _activation(gate: str, entered: float, value: float) -> Chain:
    """Compute what leaves it: σ of a gate, tanh of the candidate."""
    if gate == "g":
        return _tanh("g", "a_g", entered, value, "g")
    return _chain(
        gate,
        f"σ(a_{gate})",
        value,
        [
            ("1 ÷ (1 + e^({}))", lambda a: 1 / (1 + math.exp(a)), (-entered,)),
            ("1 ÷ (1 + {})", lambda e: 1 / (1 + e), (power(-entered),)),
        ],
        gate,
    )


def _tanh(symbol: str, of: str, entered: float, value: float, signal: str) -> Chain:
    return _chain(
        symbol,
        f"tanh({of})",
        value,
        [
            ("1 − 2 ÷ (e^(2 × {}) + 1)", lambda a: 1 - 2 / (math.exp(2 * a) + 1), (entered,)),
            ("1 − 2 ÷ ({} + 1)", lambda e: 1 - 2 / (e + 1), (power(2 * entered),)),
        ],
        signal,
    )


def _update(now: Mapping[str, float], c_prev: float) -> tuple[Chain, Chain, Chain]:
    """Compute the memory, its tanh and the output."""
    memory = _chain(
        "c",
        "f × c₋ + i × g",
        now["c"],
        [
            (
                "{} × {} + {} × {}",
                lambda f, c, i, g: f * c + i * g,
                (now["f"], c_prev, now["i"], now["g"]),
            ),
            ("{} + {}", total, (now["kept"], now["written"])),
        ],
        "c",
    )
    squashed = _tanh("tanh(c)", "c", now["c"], now["c_out"], "c")
    squashed = replace(squashed, formula="")  # its name says it all
    output = _chain(
        "h", "o × tanh(c)", now["h"], [("{} × {}", lambda o, c: o * c, (now["o"], now["c_out"]))], "h"
    )
    return memory, squashed, output


def _head(params: Params, trace: NetworkTrace) -> Head:
    """Compute the logits, their powers of e, and the share of each in the sum of them."""
    h = float(trace.features[0, 0])
    logits, outputs = trace.logits[0].tolist(), trace.outputs[0].tolist()
    shift = max(logits) if max(map(abs, logits)) > _LARGE_LOGIT else 0.0
    names = _data().outputs
    own = class_weights(params)
    z = tuple(
        _chain(
            word,
            "h × kernel + bias",
            value,
            [("{} × {} + {}", lambda h, k, b: h * k + b, (h, weights.kernel, weights.bias))],
        )
        for word, value, weights in zip(names, logits, own, strict=True)
    )
    powers = [power(value - shift) for value in logits]
    pattern, formula = ("e^({} − {})", "e^(z − largest z)") if shift else ("e^({})", "e^z")
    e = tuple(
        _chain(
            word,
            formula,
            raised,
            [(pattern, lambda *numbers: math.exp(numbers[0] - total(*numbers[1:])), given)],
        )
        for word, raised, given in zip(
            names, powers, [(value, shift) if shift else (value,) for value in logits], strict=True
        )
    )
    added = total(*powers)
    summed = _chain("sum", "of the five powers", added, [(" + ".join(["{}"] * len(names)), total, powers)])
    y = tuple(
        _chain(word, "e^z ÷ sum", share, [("{} ÷ {}", lambda part, whole: part / whole, (raised, added))])
        for word, raised, share in zip(names, powers, outputs, strict=True)
    )
    return Head(names, z, e, summed, y, shift)


def _log_of_rest(share: float) -> float:
    return math.log(1 - share)


def _plan(seed: int = 0) -> Plan:
    return default_plan(Source(task=_TASK, seed=seed))


def _data() -> TaskData:
    return _plan().data()


def _network() -> Network:
    return _plan().network()
