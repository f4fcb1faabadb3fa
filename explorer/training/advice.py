"""Why a run learned nothing, or could have learned more: what was seen of it in numbers, and what to do.

Nothing is trained here. The causes are read off the curves of a run that is over, and off a few of its
training examples that are run once more through the weights it ended with, and back.

References
----------
.. [1] C. Tallec and Y. Ollivier, "Can recurrent neural networks warp time?", ICLR 2018, arXiv:1804.11188.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.training.history import History
from explorer.training.limits import MAX_RUN_BYTES, UNITS
from explorer.training.plan import Plan, default_plan
from explorer.wording import counted, grouped
from lstm_core import InputError
from lstm_core.losses import LOSSES
from lstm_core.network import NetworkTrace
from lstm_core.tasks import TaskData

_FALLING = 0.97
"""The last tenth of the training loss, as a share of the tenth before, below which it was still falling."""
_BY_HEART = 2.0
"""How many times the training loss the validation loss must be to say that examples were learned by heart."""
_WORSE = 1.25
"""The same where nothing else was learned, or where the validation loss has risen: that says it already."""
_MUCH = 0.05
"""The share of the baseline's loss from which a difference between losses is worth a word."""
_MATTERS = 0.2
"""The same where a run has learned: what is lost by overfitting is little beside what was learned."""
_RISEN = 1.1
"""The same for the validation loss and its lowest value."""

_ROSE = 1.25
"""How many times an earlier tenth of the training loss a later one is where the learning rate is to blame.
Far too high a rate makes it 1.4 to 45; in runs that fail at their usual rate it is up to 1.2, by chance."""
_BEYOND_CHANCE = 4.0
"""Standard errors that no two of ten means are apart by chance: one pair in 16,000 is, and there are 45."""
_UNUSUAL = 3.0
"""How many times the task's own learning rate is more than a matter of taste, up or down."""
_COMES_DOWN = 0.7
"""The share of the first tenth of the training loss below which it has come down, if it still falls."""

_SATURATED = 0.9
"""The share of saturated gate values that is to blame. Where the defaults of the tasks have learned it is at
most 0.7, with a forget bias of 20 at most 0.8; where nothing was learned at too high a rate, 0.92 to 1."""
_NEAR_END = 0.01
"""How close to an end of its range a value is saturated: there σ is at most 4 % as steep as in its middle."""

_LEFT = 1e-3
"""The share of a gradient below which it does not arrive: what is near outweighs it a thousand times. Where
the defaults have learned it is 0.0007 to 2, but less in texts; where they fail at a gap, 0.0008 and less."""
_LONG = 10
"""Timesteps of a gap that can still be made smaller."""
_GO_BACK = "go back to that moment, or let early stopping do it (“Stop early after”)"

_GAPS = ("length", "delay", "window")
"""The sizes of tasks that say how far back there is something to remember."""
_SAMPLE = 16
"""Training examples that are enough for the order of magnitude of a share."""


def advice(
    plan: Plan,
    history: History,
    params: Mapping[str, np.ndarray],
    *,
    learned: bool,
    loss: float,
    restored: bool = False,
) -> tuple[str, ...]:
    """Say what a run that is over shows, and what to do about it.

    Parameters
    ----------
    plan : Plan
        What was run.
    history : History
        Of the run, with at least one update and one measurement.
    params : mapping of ndarray
        The weights that it ended with.
    learned : bool
        Whether it clearly did better than without learning; if not, the cause is looked for.
    loss : float
        Theirs on the validation data.
    restored : bool
        Whether it went back to its best weights in the end.

    Returns
    -------
    tuple of str
        At most three, the most certain cause first.

    Examples
    --------
    >>> from explorer.training.plan import Source
    >>> plan = default_plan(Source(task="parity", sizes=(("length", 5),)))
    >>> params, flat = plan.network().init(plan.generator()), np.full(100, 0.7)
    >>> history = History(np.arange(100), flat, flat, flat < 0, flat, [0, 100], [0.7, 0.7], [0.5, 0.5])
    >>> advice(plan, history, params, learned=False, loss=0.7)[0][:61]
    'The learning rate of 0.7 is probably too high: it is 35 times'
    """
    data, curve = plan.data(), _Curve.of(history)
    last = float(history.validation_loss[-1])
    went_back = restored and loss < last
    found = []
    if went_back:
        found.append(
            f"It went back to its best weights: they have a loss of {loss:.3g} instead of {last:.3g}."
        )
    lower = _lower_before(data, history, loss)
    could_be = min(float(history.validation_loss.min()), curve.end)
    matters = loss - could_be > _MATTERS * data.baseline.loss
    if not learned:
        found += _causes(plan, history, params, curve, last if went_back else loss, lower)
    elif matters and lower and _overfits(data, curve, loss, _WORSE):
        found.append(_overfitting(plan, curve, loss, lower))
    elif matters and lower:
        found.append(_better_before(lower, loss))
    elif matters and not went_back and _overfits(data, curve, loss, _BY_HEART):
        found.append(_overfitting(plan, curve, loss))
    elif not went_back and curve.is_falling and curve.end > _MUCH * data.baseline.loss:
        found.append("The training loss was still falling: more epochs may help.")
    return tuple(found)


def _causes(
    plan: Plan,
    history: History,
    params: Mapping[str, np.ndarray],
    curve: _Curve,
    loss: float,
    lower: str,
) -> list[str]:
    """Say why nothing was learned; `loss` is what training ended with, before it went back to anything."""
    data = plan.data()
    if not curve.is_long:
        return [f"It made only {counted(len(history), 'update')}: more epochs may help."]
    sample = _Sample.of(plan, params)
    rose, naive = _rose(plan, history, curve), data.baseline.loss
    fits = curve.beats(naive)
    # Who is far above what can be had without learning has not learned too much.
    knows = fits or (lower and curve.end < (1 + _MUCH) * naive)
    too_high = rose or _unusually_high(plan, history, curve)
    saturated = _saturated(plan, history, sample)
    others_first = rose or (not fits and (too_high or saturated))
    if knows and not others_first and _overfits(data, curve, loss, _WORSE):
        return [_overfitting(plan, curve, loss, lower)]
    causes = [
        too_high,
        saturated,
        "" if too_high else _too_slow(plan, history, curve),
        # The gradient does not get through saturated gates either: then they are to blame, not the gap. And
        # where what was learned from is known, enough of it arrived.
        "" if saturated or fits else _gap(plan, sample),
    ]
    found = [cause for cause in causes if cause]
    if not found:
        # Where nothing could be looked at inside of the network, it need not be the units.
        found.append(_no_longer_falls(plan, history, curve, is_units=sample is not None and not fits))
    return found + [_better_before(lower, loss)] * bool(lower)


# ---- the curves


@dataclass(frozen=True, slots=True)
class _Curve:
    """The training loss in ten parts of one length."""

    middles: NDArray[np.intp]
    """The place of the middle of each in the history."""
    means: NDArray[np.float64]
    errors: NDArray[np.float64]
    """The standard errors of the means."""
    is_long: bool
    """Whether there are enough of them to be compared."""

    @classmethod
    def of(cls, history: History) -> _Curve:
        """Cut a history into parts; the few updates before the first of them are left out."""
        n = len(history)
        count = min(n, 10)
        size = n // count
        start = n - count * size
        parts = history.loss[start:].reshape(count, size)
        means = (parts / size).sum(axis=1)  # a sum of large numbers could overflow
        with np.errstate(over="ignore"):  # what spreads without end never rises or falls by more than chance
            spreads = parts.std(axis=1, ddof=min(size - 1, 1))
        # Two or three losses may be alike by chance: √(size − 1), and never less than what is usual.
        errors = np.maximum(spreads, np.median(spreads)) / math.sqrt(max(size - 1, 1))
        return cls(start + size * np.arange(count) + size // 2, means, errors, n >= 20)

    @property
    def end(self) -> float:
        """The mean of the last part."""
        return float(self.means[-1])

    @property
    def is_falling(self) -> bool:
        """Whether it was still falling in the end, and by more than chance."""
        return self.is_long and self.end < _FALLING * self.means[-2] and self.fell(-2, 2.0)

    def beats(self, baseline: float) -> bool:
        """Return whether it is lower in the end than what can be had without learning."""
        return self.end + max(_MUCH * baseline, 2 * float(self.errors[-1])) < baseline

    def fell(self, since: int, errors: float = _BEYOND_CHANCE) -> bool:
        """Return whether it is lower in the end than in an earlier part by so many standard errors."""
        chance = errors * math.hypot(self.errors[since], self.errors[-1])
        return float(self.means[since] - self.means[-1]) > chance


def _lower_before(data: TaskData, history: History, loss: float) -> str:
    """Return when the validation loss was lower than it is, and how low; "" if it was not by much."""
    lowest = int(np.argmin(history.validation_loss))
    at, least = int(history.measured[lowest]), float(history.validation_loss[lowest])
    much = max((_RISEN - 1) * least, _MUCH * data.baseline.loss)
    if not data.held_out or loss <= least + much or at <= history.measured[0]:
        return ""
    return f"was lowest after update {at} ({least:.3g}) and has risen to"


def _better_before(lower: str, loss: float) -> str:
    return f"The validation loss {lower} {loss:.3g} since: {_GO_BACK}."


def _overfits(data: TaskData, curve: _Curve, loss: float, times: float) -> bool:
    """Return whether the validation loss is so many times the training loss, and by more than chance."""
    chance = _BEYOND_CHANCE * float(curve.errors[-1])
    much = max((times - 1) * curve.end, _MUCH * data.baseline.loss, chance)
    return data.held_out and loss > curve.end + much


def _overfitting(plan: Plan, curve: _Curve, loss: float, lower: str = "") -> str:
    """Say that what was learned from is known better than the rest, and what helps."""
    dropout = "more dropout" if plan.dropout or plan.recurrent_dropout or plan.head_dropout else "dropout"
    others = _either([dropout, "more L2" if plan.l2 else "L2", "fewer units", "more data"])
    if lower:
        return (
            f"Overfitting: the validation loss {lower} {loss:.3g} since; the training loss, averaged over "
            f"the last tenth of the run, is {curve.end:.3g}: {_GO_BACK}, or try {others}."
        )
    return (
        f"Overfitting: in the end it knew the examples that it saw better than others (loss {curve.end:.3g} "
        f"against {loss:.3g}): {others} may help."
    )


# ---- the learning rate


def _rose(plan: Plan, history: History, curve: _Curve) -> str:
    """Say where the training loss rose, unless it has come down again since."""
    # Before the ten parts comes where the run began: a rate that is high enough spoils all ten. That is known
    # from one batch and from other examples only, so it has to be doubled to be beyond chance.
    begin = max(history.loss[0], history.validation_loss[0])
    places = [0, *curve.middles]
    means = np.array([begin, *curve.means])
    errors = [begin / _BEYOND_CHANCE, *curve.errors]
    rises = means - np.minimum.accumulate(means)
    high = int(np.argmax(rises))
    low = int(np.argmin(means[: high + 1]))
    chance = _BEYOND_CHANCE * math.hypot(errors[low], errors[high])
    much = max((_ROSE - 1) * means[low], _MUCH * plan.data().baseline.loss, chance)
    if rises[high] <= much or curve.end < _FALLING * means[low]:
        return ""
    before, after = (int(history.update[places[part]]) for part in (low, high))
    rate = float(history.learning_rate[places[high]])
    return (
        f"The learning rate of {rate:g} is too high: the training loss rose from {means[low]:.3g} around "
        f"update {before} to {means[high]:.3g} around update {after}. Try {_lower(plan, rate)}."
    )


def _unusually_high(plan: Plan, history: History, curve: _Curve) -> str:
    """Say that the learning rate is far above the usual one where the training loss does not come down."""
    rate, usual = float(history.learning_rate[-1]), default_plan(plan.source)
    times = rate / usual.learning_rate
    comes_down = curve.is_falling and curve.end < _COMES_DOWN * curve.means[0]
    if comes_down or times <= _UNUSUAL or not _alike(plan, usual):
        return ""
    naive = plan.data().baseline.loss
    return (
        f"The learning rate of {rate:g} is probably too high: it is {grouped(round(times))} times the task’s "
        f"default, and the training loss stays at {curve.end:.3g} ({naive:.3g} without learning). "
        f"Try {_lower(plan, rate)}."
    )


def _too_slow(plan: Plan, history: History, curve: _Curve) -> str:
    """Say that the training loss had not come down yet."""
    rate, usual = float(history.learning_rate[-1]), default_plan(plan.source)
    alike = _alike(plan, usual)
    if curve.is_falling:
        larger = " or a larger learning rate" * (not alike or rate <= usual.learning_rate)
        return (
            f"The training loss was still falling, from {curve.means[-2]:.3g} to {curve.end:.3g} in the last "
            f"tenths of the run: more epochs{larger} may help."
        )
    # A rate of SGD is usually far larger than one of the optimisers that scale their updates themselves.
    is_low = rate * _UNUSUAL <= usual.learning_rate if alike else plan.optimizer == "SGD"
    creeps = curve.end > (1 - _MUCH) * curve.means[0] or curve.fell(-6)
    if not is_low or not creeps:
        return ""
    other = f"{usual.learning_rate:g}, the task’s default"
    if not alike:
        other = f"a larger one, or {usual.optimizer} with {usual.learning_rate:g} as is the task’s default"
    return (
        f"The learning rate of {rate:g}{'' if alike else f' with {plan.optimizer}'} is probably too low: the "
        f"training loss only went from {curve.means[0]:.3g} to {curve.end:.3g} in the whole run. Try {other}."
    )


def _alike(plan: Plan, usual: Plan) -> bool:
    """Return whether learning rates can be compared: all but SGD scale the updates themselves."""
    return (plan.optimizer == "SGD") == (usual.optimizer == "SGD")


def _lower(plan: Plan, rate: float) -> str:
    """Return a lower learning rate to try: the task's default, or a tenth."""
    usual = default_plan(plan.source)
    is_above = _alike(plan, usual) and rate > usual.learning_rate
    return f"{usual.learning_rate if is_above else float(f'{rate / 10:.1g}'):g}"


# ---- a few examples, forward and back


@dataclass(frozen=True, slots=True)
class _Sample:
    """A few training examples, run through the network."""

    trace: NetworkTrace
    targets: NDArray[np.generic]

    @classmethod
    def of(cls, plan: Plan, params: Mapping[str, np.ndarray]) -> _Sample | None:
        """Run as many as there is room for.

        None are run where a single one would take too much memory, or where the weights are so large that
        their numbers overflow: then only the curves are left to judge by.
        """
        train, network = plan.data().train, plan.network()
        timesteps = train.inputs.shape[1]
        count = min(_SAMPLE, len(train))
        # Half of what a run may take, as the way back takes about half as much again beside what it keeps.
        while count and network.room(count, timesteps, gradients=True) > MAX_RUN_BYTES // 2:
            count //= 2
        chosen = np.arange(count) * len(train) // max(count, 1)
        if not count:
            return None
        mask = None if train.mask is None else train.mask[chosen]
        try:
            trace = network.forward(params, train.inputs[chosen], mask, max_bytes=MAX_RUN_BYTES)
        except InputError:
            return None
        return cls(trace, train.targets[chosen])


def _saturated(plan: Plan, history: History, sample: _Sample | None) -> str:
    """Say that gates stand at an end of their range; of a cell without gates, that its h does."""
    if sample is None:
        return ""
    # What has a block is computed by weights of its own; a gate that is switched off stands at 1 for good.
    signals = [s for s in plan.cell.signals if s.key in plan.cell.blocks and None not in s.bounds]
    gates = [signal for signal in signals if signal.role == "gate"]
    watched = gates or [signal for signal in signals if signal.role == "state"]
    if not watched:
        return ""
    low, high = watched[0].bounds
    assert low is not None
    assert high is not None
    shares = []
    for direction in (direction for layer in sample.trace.layers for direction in layer.traces):
        for signal in watched:  # one by one: all together could take as much memory as the trace
            values = direction[signal.key][sample.trace.mask]
            shares.append(np.mean((values < low + _NEAR_END) | (values > high - _NEAR_END)))
    share = float(np.mean(shares))
    if share < _SATURATED:
        return ""
    what = "gates" if gates else "units"
    whose = "gate values" if gates else f"values of {watched[0].symbol}"
    ends = f"{low:g} or {high:g}".replace("-", "−")
    rate, l2 = _lower(plan, float(history.learning_rate[-1])), "more L2" if plan.l2 else "L2"
    return (
        f"Saturated {what}: {_percent(share)} of the {whose} are within {_NEAR_END:g} of {ends}, where "
        f"hardly any gradient passes. Begin anew with a learning rate of {rate} or {l2}."
    )


def _gap(plan: Plan, sample: _Sample | None) -> str:
    """Say that the gradient at the last timestep does not arrive at the first one."""
    # What comes next in a text or a series hangs on what came last: no fault there that little arrives.
    if sample is None or plan.task.answer in ("writing", "series"):
        return ""
    timesteps, left = _reach(plan, sample)
    if timesteps < _LONG or not left < _LEFT:
        return ""
    return (
        f"The gap is longer than the gradient reaches: of the gradient at the last timestep {_percent(left)} "
        f"is left {timesteps} timesteps before. Try {_either(_against_gap(plan, timesteps))}."
    )


def _reach(plan: Plan, sample: _Sample) -> tuple[int, float]:
    """Return from how many timesteps back how much of a gradient arrives, as a share; nan if it overflows.

    It is the gradient of the loss of each example's last timestep at the memory of the lowest layer, as a
    mean of its norms. Of a layer that is read both ways it is that of the direction forward.
    """
    trace, data, network = sample.trace, plan.data(), plan.network()
    examples = np.arange(trace.batch_size)
    first = trace.mask.argmax(axis=1)
    last = trace.timesteps - 1 - trace.mask[:, ::-1].argmax(axis=1)
    weights = None
    if network.config.read == "every":
        weights = np.zeros(trace.mask.shape)
        weights[examples, last] = 1
    memory = next(signal.key for signal in plan.cell.signals if signal.role == "state")
    try:
        _, d_logits = LOSSES[data.recipe.loss](
            trace.logits, trace.outputs, sample.targets, weights, activation=network.config.activation
        )
        gradients = network.backward(trace, d_logits, max_bytes=MAX_RUN_BYTES)
    except InputError:  # large weights: what overflows is no gradient that is too small
        return 0, math.nan
    d_memory = gradients.layers[0][0].signals[memory]
    with np.errstate(all="ignore"):  # what goes wrong is nan, of which nothing is said
        near, far = (np.linalg.norm(d_memory[examples, t], axis=1).mean() for t in (last, first))
        return round(float(np.mean(last - first))), float(far / near)


def _against_gap(plan: Plan, timesteps: int) -> list[str]:
    """Return what helps against a gap: of what there is, what applies."""
    chosen = dict(plan.source.sizes)
    sizes = [size for size in plan.task.sizes if size.key in _GAPS]
    ways = [
        f"a smaller “{size.words}” than {chosen.get(size.key, size.default)} first"
        for size in sizes
        if chosen.get(size.key, size.default) > size.low
    ]
    if not sizes:
        ways.append("shorter sequences first")
    ways += [f"less {name}" for name in _held_back_by(plan) if name != "dropout"]
    # With this bias a third of a memory is left after so many timesteps: σ(b) ≈ 1 − 1/T for b = log T [1]_.
    bias = round(2 * math.log(timesteps)) / 2
    if "f" in plan.cell.blocks:
        if plan.forget_bias < bias:
            ways.append(f"a larger forget bias, such as {bias:g}")
    elif any(signal.role == "gate" for signal in plan.cell.signals):
        ways.append(f"an LSTM with a forget gate of its own and a forget bias of {bias:g}")
    else:
        ways.append(f"an LSTM with a forget bias of {bias:g} instead of a plain RNN")
    return ways or ["more epochs"]


# ---- what is left


def _no_longer_falls(plan: Plan, history: History, curve: _Curve, *, is_units: bool) -> str:
    """Say that nothing but the number of units is left to blame, or not even that."""
    naive, usual = plan.data().baseline.loss, default_plan(plan.source)
    have, most = plan.hidden_sizes, UNITS[1]
    more = tuple(min(2 * size, most) for size in have)
    is_small, is_alike = sum(have) < sum(usual.hidden_sizes), _alike(plan, usual)
    made = int(history.update[-1])  # a run that went on has more behind it than its history
    is_short = 2 * made < usual.updates
    held_back_by = _held_back_by(plan)
    ways = [f"less {name}" for name in held_back_by]
    if not is_alike:
        ways.append(f"{usual.optimizer} with {usual.learning_rate:g}, the task’s default")
    if is_small:
        ways.append(f"{_units(usual.hidden_sizes)} units, the task’s default")
    elif more != have:
        ways.append(f"{_units(more)} units")
    if not is_small:
        ways.append("another learning rate")
    if is_short:
        ways.insert(len(ways) if is_small else 0, "more epochs")
    if not is_units or (not is_small and (is_short or held_back_by or not is_alike)):
        few = f" after {counted(made, 'update')} (the task’s default makes {grouped(usual.updates)})"
        return (
            f"The training loss no longer falls much{few * is_short} and is {curve.end:.3g}: "
            f"try {_either(ways)}."
        )
    units = counted(have[0], "unit") if len(have) == 1 else f"{_units(have)} units"
    too, no = "Too" if is_small else "Perhaps too", "no" if curve.end >= naive else "hardly"
    return (
        f"{too} few units: with {units} the training loss no longer falls much, and at {curve.end:.3g} it is "
        f"{no} lower than without learning ({naive:.3g}). Try {_either(ways)}."
    )


def _held_back_by(plan: Plan) -> list[str]:
    """Return what keeps the training loss up, by more than the task's default."""
    usual = default_plan(plan.source)
    names = {
        "dropout": "dropout",
        "recurrent_dropout": "dropout",
        "head_dropout": "dropout",
        "l1": "L1",
        "l2": "L2",
    }
    return list(
        dict.fromkeys(word for key, word in names.items() if getattr(plan, key) > getattr(usual, key))
    )


def _units(sizes: tuple[int, ...]) -> str:
    return " + ".join(map(str, sizes))


def _percent(share: float) -> str:
    r"""Return a share between none and all in percent, never rounded to one of the two.

    Examples
    --------
    >>> _percent(2e-5), _percent(3e-40), _percent(0.946), _percent(0.9999)
    ('0.002\xa0%', 'less than 0.0001\xa0%', '95\xa0%', 'more than 99\xa0%')
    """
    if share < 1e-6:
        return "less than 0.0001\u00a0%"
    if share > 0.99:
        return "more than 99\u00a0%"
    return f"{100 * share:.{2 if share >= 0.1 else 1}g}\u00a0%"


def _either(ways: list[str]) -> str:
    """Return ways in a row.

    Examples
    --------
    >>> _either(["L2"]), _either(["dropout", "L2", "more data"])
    ('L2', 'dropout, L2 or more data')
    """
    return " or ".join(filter(None, [", ".join(ways[:-1]), ways[-1]]))
