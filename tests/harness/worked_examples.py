"""The worked examples in plain Python, and the numbers that were published for them."""

from __future__ import annotations

import math

import pytest

GATES = "ifgo"
SHARED_W = [[0.01, 0.03, 0.05], [0.02, 0.04, 0.06]]
SHARED_U = [
    [0.07, 0.10, 0.13],
    [0.08, 0.11, 0.14],
    [0.09, 0.12, 0.15],
]  # from h of a row to the unit of a column
SHARED_B = [0.16, 0.17, 0.18]
EXAMPLE_A = ([[1, 2], [3, 4]], dict.fromkeys(GATES, (SHARED_W, SHARED_U, SHARED_B)))
PUBLISHED_A = {  # eight decimals
    ("h", 1): (0.06286034, 0.08781966, 0.11427430),
    ("c", 1): (0.11430923, 0.15543206, 0.19732381),
    ("h", 2): (0.12820337, 0.20663375, 0.28833557),
    ("c", 2): (0.22783119, 0.35232310, 0.47891992),
}
TRAINED_B = {
    "i": ([[0.5866583]], [[0.44634107]], [0.3832207]),
    "f": ([[0.46882355]], [[0.37472215]], [1.3373766]),
    "g": ([[0.5307267]], [[0.31417692]], [0.29879212]),
    "o": ([[1.1682754]], [[0.41816187]], [0.38187584]),
}
EXAMPLE_B = ([[3], [1]], TRAINED_B)  # "this is"
PUBLISHED_B = {  # i, f, g, o, c, h at nine decimals
    1: (0.895031217, 0.939564924, 0.955457882, 0.979899435, 0.855164631, 0.679813045),
    2: (0.781308408, 0.887048502, 0.779109430, 0.862287805, 1.367297254, 0.757153169),
}
SOFTMAX_B = {
    "(padding)": 0.06413898,
    "is": 0.04268872,
    "an": 0.38673618,
    "this": 0.05115727,
    "example": 0.45527885,
}
NUMBERS_D = {"f": (0.5, 0.1), "i": (0.6, 0.2), "g": (0.7, 0.3), "o": (0.8, 0.4)}
EXAMPLE_D = ([[1], [2], [3]], {gate: ([[w]], [[u]], [0.0]) for gate, (w, u) in NUMBERS_D.items()})
PUBLISHED_D = {  # f, i, g, o, c, h at six decimals
    1: (0.622459, 0.645656, 0.604368, 0.689974, 0.390214, 0.256356),
    2: (0.736069, 0.777520, 0.900887, 0.845867, 0.987682, 0.639790),
    3: (0.826924, 0.873023, 0.979776, 0.934375, 1.672105, 0.870678),
}


def same(value):
    """Equal but for the order in which a sum was added up."""
    return pytest.approx(value, rel=2e-14, abs=1e-15)


def sigma(x):
    return 1 / (1 + math.exp(-x))


def products_of(weights, unit, x, h):
    """Return (value, weight) of every source of one unit, from x down to the bias."""
    W, U, b = weights
    rows = [(value, row[unit]) for value, row in zip(x, W, strict=True)]
    rows += [(value, row[unit]) for value, row in zip(h, U, strict=True)]
    return [*rows, (1.0, b[unit])]


def run(inputs, weights, squash=sigma, out=math.tanh):
    """Return a dict per timestep, from the start on: of each signal one float per unit."""
    units = range(len(weights["i"][2]))
    steps = [{"h": [0.0] * len(units), "c": [0.0] * len(units)}]
    for x in inputs:
        before = steps[-1]
        now = {}
        for gate in GATES:
            sums = [sum(a * w for a, w in products_of(weights[gate], unit, x, before["h"])) for unit in units]
            now[gate] = [math.tanh(total) if gate == "g" else squash(total) for total in sums]
        now["c"] = [now["f"][k] * before["c"][k] + now["i"][k] * now["g"][k] for k in units]
        now["h"] = [now["o"][k] * out(now["c"][k]) for k in units]
        steps.append(now)
    return steps
