"""Every recorded number of every cell and option against the same equations in plain Python floats."""

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


def run_lstm(cell, params, x, h, c, *gates_before, mask, reverse):
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
    fed_back = dict(zip(gates, gates_before, strict=True)) if cell.full_gate_recurrence else {}

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


def run_without_c(cell, params, x, h, *, mask, reverse):
    """Return {signal: rows over time} for one sequence of a cell whose only state is h."""
    now = {
        "GRU": gru_step,
        "SimpleRNN": rnn_step,
        "MUT1": mutation_step,
        "MUT2": mutation_step,
        "MUT3": mutation_step,
    }[type(cell).__name__]
    rows = [None] * len(x)
    for t in range(len(x) - 1, -1, -1) if reverse else range(len(x)):
        computed = now(cell, params, x[t], h)
        if mask[t]:
            h = computed["h"]
        else:
            computed = {key: [0.0] * len(h) for key in computed} | {"h": h}
        rows[t] = computed
    return {key: [row[key] for row in rows] for key in rows[0]}


def product(vector, matrix, column):
    return sum(value * row[column] for value, row in zip(vector, matrix, strict=True))


def rnn_step(cell, params, x, h):
    pre = [product(x, params["W"], j) + product(h, params["U"], j) + params["b"][j] for j in range(len(h))]
    return {"pre_h": pre, "h": [SQUASH[cell.activation](v) for v in pre]}


def gru_step(cell, params, x, h):
    H = len(h)
    sigma, extra = SQUASH["sigmoid"], params.get("b_rec", [0.0] * 3 * H)
    now = {key: [] for key in ("pre_z", "pre_r", "z", "r", "reset", "pre_n", "n", "kept", "written", "h")}
    for gate, first in (("z", 0), ("r", H)):
        for j in range(first, first + H):
            total = product(x, params["W"], j) + product(h, params["U"], j) + params["b"][j] + extra[j]
            now[f"pre_{gate}"].append(total)
            now[gate].append(sigma(total))
    if cell.reset_after:
        now["recalled"] = [product(h, params["U"], 2 * H + j) + extra[2 * H + j] for j in range(H)]
        now["reset"] = [r * value for r, value in zip(now["r"], now["recalled"], strict=True)]
    else:
        now["reset"] = [r * value for r, value in zip(now["r"], h, strict=True)]
    for j in range(H):
        past = now["reset"][j] if cell.reset_after else product(now["reset"], params["U"], 2 * H + j)
        now["pre_n"].append(product(x, params["W"], 2 * H + j) + params["b"][2 * H + j] + past)
        now["n"].append(math.tanh(now["pre_n"][j]))
        now["kept"].append(now["z"][j] * h[j])
        now["written"].append((1 - now["z"][j]) * now["n"][j])
        now["h"].append(now["kept"][j] + now["written"][j])
    return now


def mutation_step(cell, params, x, h):
    """The three mutations as the paper writes them, with x W in the place of a bare x if it is projected."""
    H, sigma, name = len(h), SQUASH["sigmoid"], type(cell).__name__
    bare = {"MUT1": "n", "MUT2": "r"}.get(name) if not getattr(cell, "projected", True) else None
    kernel = [block for block in "zrn" if block != bare]
    recurrent = ["r", "n"] if name == "MUT1" else ["z", "r", "n"]

    def from_x(block, j):
        return x[j] if block == bare else product(x, params["W"], kernel.index(block) * H + j)

    def from_h(block, seen, j):
        return product(seen, params["U"], recurrent.index(block) * H + j)

    def bias(block, j):
        return params["b"]["zrn".index(block) * H + j]

    keys = ("pre_z", "pre_r", "z", "r", "reset", "pre_n", "n", "keep", "kept", "written", "h")
    now = {key: [0.0] * H for key in keys}
    if name == "MUT1":
        now["squashed"] = [math.tanh(from_x("n", j)) for j in range(H)]
    if name == "MUT3":
        now["squashed"] = [math.tanh(v) for v in h]
    for j in range(H):
        past = {"MUT1": lambda j: 0.0, "MUT2": lambda j: from_h("z", h, j)}.get(
            name, lambda j: from_h("z", now["squashed"], j)
        )
        now["pre_z"][j] = from_x("z", j) + past(j) + bias("z", j)
        now["pre_r"][j] = from_x("r", j) + from_h("r", h, j) + bias("r", j)
        now["z"][j], now["r"][j] = sigma(now["pre_z"][j]), sigma(now["pre_r"][j])
        now["reset"][j] = now["r"][j] * h[j]
    for j in range(H):
        offered = now["squashed"][j] if name == "MUT1" else from_x("n", j)
        now["pre_n"][j] = offered + from_h("n", now["reset"], j) + bias("n", j)
        now["n"][j] = math.tanh(now["pre_n"][j])
        now["keep"][j] = 1 - now["z"][j]
        now["kept"][j] = (1 - now["z"][j]) * h[j]
        now["written"][j] = now["z"][j] * now["n"][j]
        now["h"][j] = now["kept"][j] + now["written"][j]
    return now


def run(problem, initial, mask, reverse):
    params = {name: array.tolist() for name, array in problem.params.items()}
    zeros = np.zeros((len(problem.x), problem.hidden_size))
    states = [(initial or {}).get(key, zeros).tolist() for key in problem.cell.carried]
    live = np.ones(problem.x.shape[:2], dtype=bool) if mask is None else mask
    run_one = run_lstm if "c" in problem.cell.states else run_without_c
    per_example = [
        run_one(
            problem.cell, params, x.tolist(), *(state[n] for state in states), mask=live[n], reverse=reverse
        )
        for n, x in enumerate(problem.x)
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
    text = re.sub(r"(\w+₋?) ([WU])_", r"\1 @ \2_", text)
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
    bounds = {signal.key: signal.bounds for signal in problem.cell.signals}
    initial = {key: np.clip(state, *bounds[key]) for key, state in problem.initial.items()}
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
