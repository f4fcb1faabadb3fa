"""Every recorded number of every variant against the same equations in plain Python floats and loops."""

import math
import re

import numpy as np
import pytest

from lstm_core import unroll

SQUASH = {
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "hard_sigmoid": lambda v: min(1.0, max(0.0, v / 6 + 0.5)),
    "tanh": math.tanh,
    "relu": lambda v: max(v, 0.0),
    "identity": lambda v: v,
}


def run_one_sequence(cell, params, x, h, c, mask, reverse):
    """Return {signal: rows over time} for one sequence, all in lists of floats."""
    hidden = len(h)
    blocks = []
    if cell.input_gate:
        blocks.append("i")
    if cell.forget_gate and not cell.coupled:
        blocks.append("f")
    blocks.append("g")
    if cell.output_gate:
        blocks.append("o")
    gates = [block for block in blocks if block != "g"]
    sigma, phi, psi = (
        SQUASH[name] for name in (cell.gate_activation, cell.activation, cell.output_activation)
    )
    signals = {f"pre_{block}": [None] * len(x) for block in blocks}
    signals |= {key: [None] * len(x) for key in ("i", "f", "g", "kept", "written", "c", "o", "c_out", "h")}
    fed_back = {gate: [0.0] * hidden for gate in gates}

    def affine(block, unit, x_t):
        column = blocks.index(block) * hidden + unit
        total = params["b"][column]
        for d in range(len(x_t)):
            total += x_t[d] * params["W"][d][column]
        for j in range(hidden):
            total += h[j] * params["U"][j][column]
        if cell.full_gate_recurrence and block != "g":
            to = gates.index(block) * hidden + unit
            for source, gate in enumerate(gates):
                for j in range(hidden):
                    total += fed_back[gate][j] * params["R"][source * hidden + j][to]
        return total

    def peep(block, unit, memory):
        return params["P"][gates.index(block)][unit] * memory[unit] if cell.peephole else 0.0

    times = range(len(x) - 1, -1, -1) if reverse else range(len(x))
    for t in times:
        if not mask[t]:
            for key, rows in signals.items():
                rows[t] = {"h": h, "c": c}.get(key, [0.0] * hidden)
            continue
        now = {key: [0.0] * hidden for key in signals}
        for j in range(hidden):
            for block in blocks:
                now[f"pre_{block}"][j] = affine(block, j, x[t])
                if block in "if":
                    now[f"pre_{block}"][j] += peep(block, j, c)
            now["i"][j] = sigma(now["pre_i"][j]) if "i" in gates else 1.0
            now["f"][j] = sigma(now["pre_f"][j]) if "f" in gates else 1.0
            if cell.coupled:
                now["f"][j] = 1.0 - now["i"][j]
            now["g"][j] = phi(now["pre_g"][j])
            now["kept"][j] = now["f"][j] * c[j]
            now["written"][j] = now["i"][j] * now["g"][j]
            now["c"][j] = now["kept"][j] + now["written"][j]
            now["o"][j] = 1.0
            if "o" in gates:
                now["pre_o"][j] += peep("o", j, now["c"])
                now["o"][j] = sigma(now["pre_o"][j])
            now["c_out"][j] = psi(now["c"][j])
            now["h"][j] = now["o"][j] * now["c_out"][j]
        h, c = now["h"], now["c"]
        fed_back = {gate: now[gate] for gate in gates}
        for key, rows in signals.items():
            rows[t] = now[key]
    return signals


def run(problem, initial, mask, reverse):
    batch = range(len(problem.x))
    params = {name: array.tolist() for name, array in problem.params.items()}
    zeros = np.zeros((len(problem.x), problem.hidden_size))
    h, c = ((initial or {}).get(key, zeros).tolist() for key in ("h", "c"))
    live = np.ones(problem.x.shape[:2], dtype=bool) if mask is None else mask
    per_example = [
        run_one_sequence(problem.cell, params, problem.x[n].tolist(), h[n], c[n], live[n], reverse)
        for n in batch
    ]
    return {key: np.array([example[key] for example in per_example]) for key in per_example[0]}


@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize("started", [False, True], ids=["from_zero", "from_initial"])
def test_every_signal_equals_scalar_loops(problem, reverse, masked, started):
    initial, mask = problem.initial if started else None, problem.mask if masked else None
    trace = unroll(problem.cell, problem.params, problem.x, initial, mask, reverse)
    expected = run(problem, initial, mask, reverse)
    assert set(trace.signals) == set(expected)
    for key, values in expected.items():
        np.testing.assert_allclose(trace[key], values, rtol=0, atol=1e-12, err_msg=key)


def as_python(equation):
    """Turn the right side of a signal's equation into an expression over NumPy arrays."""
    text = equation.split(" = ")[1]
    text = re.sub(r"\[(.*?)\] R", lambda found: f"concat([{','.join(found[1].split())}]) @ R", text)
    text = re.sub(r"(x|h₋) ([WU])_", r"\1 @ \2_", text)
    return (
        text.replace("hard_σ", "hard_sigmoid")
        .replace("σ", "sigmoid")
        .replace("⊙", "*")
        .replace("−", "-")
        .replace("₋", "_prev")
    )


def test_every_written_equation_gives_the_recorded_number(problem):
    cell = problem.cell
    trace = unroll(cell, problem.params, problem.x, problem.initial)
    words = {f"{name}_{block}": array for (name, block), array in cell.split(problem.params).items()}
    words |= {name: np.vectorize(function) for name, function in SQUASH.items()}
    words["concat"] = np.concatenate
    for t in range(trace.timesteps):
        numbers = trace.at(1, t)
        for signal in cell.signals:
            assert signal.equation.startswith(f"{signal.key} = ")
            value = eval(as_python(signal.equation), {}, words | numbers)
            np.testing.assert_allclose(numbers[signal.key], value, atol=1e-12, err_msg=signal.equation)


def test_every_number_stays_inside_the_bounds_of_its_signal(problem):
    initial = {"c": problem.initial["c"]}  # a given h may lie outside of what the cell can say
    trace = unroll(problem.cell, problem.params, 5 * problem.x, initial, problem.mask)
    for signal in problem.cell.signals:
        low, high = signal.bounds
        assert low is None or trace[signal.key].min() >= low, signal
        assert high is None or trace[signal.key].max() <= high, signal


def test_signals_are_declared_in_the_order_they_are_computed(problem):
    """Each equation uses only what came before it, the inputs and the timestep before."""
    keys = [signal.key for signal in problem.cell.signals]
    assert len(set(keys)) == len(keys)
    for position, signal in enumerate(problem.cell.signals):
        words = set(re.findall(r"(?<![\w])([a-z_]+)(?![\w₋])", signal.equation.split(" = ")[1]))
        assert not words & set(keys[position:]), signal
