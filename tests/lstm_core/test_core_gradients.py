"""Gradients of every signal against its written equation, their types, and what is refused.

That gradients of parameters, inputs and initial values are those of central differences is in the battery.
"""

import pickle
import re

import numpy as np
import pytest

from lstm_core import LSTM, InputError, OverflowInputError, SimpleRNN, backpropagate, unroll
from lstm_core.activations import ACTIVATIONS
from lstm_core.central_differences import relative_error

STEP = 1e-5
TOLERANCE = 1e-7


class Run:
    """A loss, Σ h ⊙ weights, whose every input can be nudged."""

    def __init__(self, problem, masked=False, reverse=False):
        self.problem, self.masked, self.reverse = problem, masked, reverse
        self.weights = problem.d_h

    def trace(self):
        return self.problem.run(self.masked, self.reverse)

    def loss(self):
        return float((self.trace()["h"] * self.weights).sum())

    def gradients(self):
        return backpropagate(self.trace(), self.weights)


def assert_close(gradient, expected, name):
    assert gradient.shape == expected.shape
    if expected.any():
        assert relative_error(gradient, expected) <= TOLERANCE, name
    else:
        assert not gradient.any(), name


def dependencies(cell):
    """Return {signal: its equation with every recorded intermediate by its name}, ready for eval."""
    texts = {signal.key: signal.equation.split(" = ", 1)[1] for signal in cell.signals}
    programs, internal = {}, []
    roles = {signal.key: signal.role for signal in cell.signals}
    for key, text in texts.items():
        for name in sorted(internal, key=lambda name: len(texts[name]), reverse=True):
            text = re.sub(rf"(?<![\w]){re.escape(texts[name])}(?![\w₋])", name, text)
        text = re.sub(r"\[(.*?)\] R", lambda found: f"concat([{','.join(found[1].split())}]) @ R", text)
        text = re.sub(r"(\w+₋?) ([WU])_", r"\1 @ \2_", text)
        for written, code in (
            ("hard_σ", "hard_sigmoid"),
            ("σ", "sigmoid"),
            ("⊙", "*"),
            ("−", "-"),
            ("₋", "_prev"),
        ):
            text = text.replace(written, code)
        programs[key] = compile(text, key, "eval")
        internal += [key] if roles[key] == "internal" else []
    return programs


def replay(problem, weights, programs, order, live, nudge=None):
    """Evaluate the written equations over time, one signal nudged by (example, t, key, unit, amount)."""
    cell = problem.cell
    words = {f"{name}_{block}": array for (name, block), array in cell.split(problem.params).items()}
    words |= {name: activation.function for name, activation in ACTIVATIONS.items()}
    words["concat"] = np.concatenate
    total = 0.0
    for example in range(len(problem.x)):
        before = {
            key: problem.initial.get(key, np.zeros((2, problem.hidden_size)))[example] for key in cell.carried
        }
        for t in order:
            if live[example, t]:
                values = {"x": problem.x[example, t]} | {
                    f"{key}_prev": value for key, value in before.items()
                }
                for key, program in programs.items():
                    values[key] = eval(program, {"__builtins__": {}}, words | values) + np.zeros(
                        problem.hidden_size
                    )
                    if nudge is not None and nudge[:3] == (example, t, key):
                        values[key][nudge[3]] += nudge[4]
                before = {key: values[key] for key in cell.carried}
            total += before["h"] @ weights[example, t]
    return total


@pytest.mark.parametrize("masked", [False, True], ids=["whole_forward", "masked_reverse"])
def test_gradient_of_every_signal_equals_nudging_it_in_the_written_equations(cell, make_problem, masked):
    problem = make_problem(cell, timesteps=3, hidden_size=2)
    run = Run(problem, masked, reverse=masked)
    gradients, programs = run.gradients(), dependencies(cell)
    live = problem.mask if masked else np.ones_like(problem.mask)
    order = range(3)[:: -1 if masked else 1]
    assert replay(problem, run.weights, programs, order, live) == pytest.approx(run.loss(), abs=1e-12)
    example = 1
    for key, gradient in gradients.signals.items():
        expected = np.zeros((3, 2))
        for t in np.flatnonzero(live[example]):
            for unit in range(2):
                above, below = (
                    replay(problem, run.weights, programs, order, live, (example, t, key, unit, amount))
                    for amount in (STEP, -STEP)
                )
                expected[t, unit] = (above - below) / (2 * STEP)
        found = gradient[example] * live[example][:, np.newaxis]
        assert_close(found, expected, key)


def test_states_pass_their_gradient_through_masked_timesteps_and_other_signals_have_none(problem):
    run = Run(problem, masked=True)
    gradients = run.gradients()
    last_live = [np.flatnonzero(row)[-1] for row in problem.mask]
    for example, t in enumerate(last_live):
        after = run.weights[example, t:].sum(axis=0)
        np.testing.assert_allclose(gradients.signals["h"][example, t], after, rtol=0, atol=1e-12)
    skipped = ~problem.mask
    assert not gradients.x[skipped].any()
    for key, gradient in gradients.signals.items():
        assert key in problem.cell.states or not gradient[skipped].any(), key


def test_gradients_have_the_keys_shapes_and_type_of_the_trace(cell, make_problem):
    for dtype in (np.float32, np.float64):
        problem = make_problem(cell, dtype)
        trace = unroll(cell, problem.params, problem.x, problem.initial, problem.mask)
        gradients = backpropagate(trace, np.ones(trace["h"].shape))
        pairs = [(trace.x, gradients.x)]
        for name in ("params", "signals", "initial"):
            there, here = getattr(trace, name), getattr(gradients, name)
            assert set(there) == set(here)
            pairs += [(there[key], here[key]) for key in there]
        for value, gradient in pairs:
            assert gradient.shape == value.shape
            assert gradient.dtype == dtype
            assert not gradient.flags.writeable


def test_float32_gradients_are_those_of_float64_but_for_rounding(cell, make_problem):
    low, high = (Run(make_problem(cell, dtype)).gradients() for dtype in (np.float32, np.float64))
    for name in high.params:
        scale = np.abs(high.params[name]).max()
        np.testing.assert_allclose(low.params[name], high.params[name], rtol=0, atol=2e-5 * scale)


def test_gradients_survive_pickling(plain):
    gradients = Run(plain).gradients()
    again = pickle.loads(pickle.dumps(gradients))
    np.testing.assert_array_equal(again.params["W"], gradients.params["W"])
    assert not again.params["W"].flags.writeable


def test_a_gradient_that_does_not_fit_is_refused(plain):
    trace = unroll(plain.cell, plain.params, plain.x)
    for d_h, words in (
        (np.ones((2, 6, 4)), r"d_h must have shape \(2, 6, 3\), got \(2, 6, 4\)"),
        (np.full((2, 6, 3), np.nan), "d_h must hold finite numbers, got nan"),
        ("ones", "d_h must hold real numbers"),
    ):
        with pytest.raises(InputError, match=words):
            backpropagate(trace, d_h)
    for d_final, words in (
        ({"f": np.ones((2, 3))}, "d_final must hold only h and c, got f"),
        ({"c": np.ones((1, 3))}, r"d_final c must have shape \(2, 3\) .* got \(1, 3\)"),
        ({"h": np.full((2, 3), np.inf)}, "d_final h must hold finite numbers, got inf"),
        (np.ones((2, 3)), "d_final must be a mapping with some of h and c, got ndarray"),
    ):
        with pytest.raises(InputError, match=words):
            backpropagate(trace, np.ones((2, 6, 3)), d_final)
    with pytest.raises(InputError, match="trace must be what unroll returns, got dict"):
        backpropagate({}, np.ones((2, 6, 3)))


def test_a_gradient_that_explodes_past_its_type_names_the_timestep():
    cell = SimpleRNN(activation="identity")
    params = {"W": [[0.0]], "U": [[10.0]], "b": [0.0]}
    trace = unroll(cell, params, np.zeros((1, 400, 1)))
    d_h = np.zeros((1, 400, 1))
    d_h[0, -1] = 1
    with pytest.raises(
        OverflowInputError, match=r"at timestep 90 \(gradient of signal pre_h, example 0, unit 0"
    ) as caught:
        backpropagate(trace, d_h)
    assert caught.value.timestep == 90


@pytest.mark.parametrize(
    ("weights", "x", "d_h", "name"),
    [((1e-200, 0), 1e200, 1e200, "W"), ((1e200, 0), 0, 1e200, "x"), ((0, 1e200), 0, 1e200, "initial h")],
)
def test_a_sum_of_gradients_past_its_type_is_refused_by_name(weights, x, d_h, name):
    cell = SimpleRNN(activation="identity")
    params = {"W": [[weights[0]]], "U": [[weights[1]]], "b": [0]}
    trace = unroll(cell, params, np.full((1, 1, 1), x, float))
    with pytest.raises(
        InputError, match=f"the gradient of {name} grew past the largest that float64 can hold"
    ):
        backpropagate(trace, np.full((1, 1, 1), d_h))


def test_gradient_of_c_is_what_the_forget_gate_and_the_output_let_through(plain):
    """dL/dc_t = dL/dc_{t+1} ⊙ f_{t+1} + dL/dh_t ⊙ o_t ⊙ (1 − tanh² c_t)."""
    run = Run(plain)
    trace, gradients = run.trace(), run.gradients()
    d_c, d_h = gradients.signals["c"], gradients.signals["h"]
    through_output = d_h * trace["o"] * (1 - np.tanh(trace["c"]) ** 2)
    through_forget = np.zeros_like(d_c)
    through_forget[:, :-1] = d_c[:, 1:] * trace["f"][:, 1:]
    np.testing.assert_allclose(d_c, through_output + through_forget, rtol=0, atol=1e-13)
    assert isinstance(plain.cell, LSTM)
