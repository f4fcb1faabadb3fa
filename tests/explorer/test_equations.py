"""The equations as the formula panel gets them: put in numbers, and what was recorded comes out."""

import math
import re

import numpy as np
import pytest

from explorer.cell_view.equations import equations_of
from lstm_core import LSTM

FUNCTIONS = {
    "σ": np.vectorize(lambda v: 1 / (1 + math.exp(-v))),
    "hard_σ": np.vectorize(lambda v: min(1.0, max(0.0, v / 6 + 0.5))),
    "tanh": np.vectorize(math.tanh),
    "relu": np.vectorize(lambda v: max(v, 0.0)),
    "": lambda v: v,
}
BIAS = {"param": "b", "sources": [], "previous": False}


def values_of(trace, name, previous):
    """Return what a source held, shape (T, ·)."""
    if name == "x":
        return trace.x[0]
    return (trace.previous(name) if previous else trace[name])[0]


def affine(equation, key, trace, blocks):
    """Add up the terms of a weighted sum, as the panel lists them."""
    total = 0.0
    for term in equation["terms"]:
        weight = blocks[term["param"], key]
        sources = [values_of(trace, name, term["previous"]) for name in term["sources"]]
        if not sources:
            total = total + weight
        elif weight.ndim == 1:
            total = total + sources[0] * weight
        else:
            total = total + np.hstack(sources) @ weight
    return total


def expression(equation, trace):
    """Compute an expression from its tokens alone."""
    values, text = {}, ""
    for token in equation["tokens"]:
        if isinstance(token, dict):
            name = f"v{len(values)}"
            values[name] = values_of(trace, token["signal"], token["previous"])
            text += name
        else:
            text += token
    text = text.replace("⊙", "*").replace("−", "-")
    return eval(text, {"tanh": FUNCTIONS["tanh"], "relu": FUNCTIONS["relu"]}, values)


def started(experiment):
    rng = np.random.default_rng(8)
    return experiment.with_initial(rng.uniform(-1, 1, 3), rng.uniform(-1, 1, 3))


def test_every_equation_gives_the_recorded_numbers(begin, cells):
    for cell in cells:
        experiment = started(begin(cell=cell))
        trace = experiment.run()
        for key, equation in equations_of(cell).items():
            if equation["kind"] == "affine":
                total = affine(equation, key, trace, experiment.blocks)
                np.testing.assert_allclose(trace[equation["pre"]][0], total, rtol=0, atol=1e-12, err_msg=key)
                value = FUNCTIONS[equation["activation"]](total)
            else:
                value = expression(equation, trace)
            np.testing.assert_allclose(trace[key][0], value + 0 * trace[key][0], atol=1e-12, err_msg=key)


def test_every_signal_but_the_pre_activations_has_an_equation(cells):
    for cell in cells:
        equations = equations_of(cell)
        assert set(equations) == {"i", "f", "g", "o", "kept", "written", "c", "c_out", "h"}
        computed = {key for key, equation in equations.items() if equation["kind"] == "affine"}
        assert computed == set(cell.blocks)


def test_every_weight_is_in_exactly_one_term(cells):
    for cell in cells:
        terms = [
            (term["param"], key)
            for key, equation in equations_of(cell).items()
            for term in equation.get("terms", [])
        ]
        blocks = [(name, block) for name, layout in cell.layout.items() for block in layout.blocks]
        assert sorted(terms) == sorted(blocks)


def test_text_between_signals_names_no_signal(cells):
    for cell in cells:
        for equation in equations_of(cell).values():
            texts = [token for token in equation.get("tokens", []) if isinstance(token, str)]
            words = {word for text in texts for word in re.findall(r"[A-Za-z_]+", text)}
            assert words <= {"tanh", "relu"}
            assert "₋" not in "".join(texts)


def test_gate_of_the_plain_cell():
    assert equations_of(LSTM())["f"] == {
        "kind": "affine",
        "activation": "σ",
        "pre": "pre_f",
        "terms": [
            {"param": "W", "sources": ["x"], "previous": False},
            {"param": "U", "sources": ["h"], "previous": True},
            BIAS,
        ],
    }


@pytest.mark.parametrize(("gate", "previous"), [("i", True), ("f", True), ("o", False)])
def test_peephole_sees_the_memory_before_and_of_o_the_new_one(gate, previous):
    terms = equations_of(LSTM(peephole=True))[gate]["terms"]
    assert {"param": "P", "sources": ["c"], "previous": previous} in terms
    assert [term["param"] for term in terms] == ["W", "U", "P", "b"]


def test_full_gate_recurrence_reads_all_computed_gates_of_the_step_before():
    terms = equations_of(LSTM(full_gate_recurrence=True, forget_gate=False))["o"]["terms"]
    assert {"param": "R", "sources": ["i", "o"], "previous": True} in terms
    assert all(term["param"] != "R" for term in equations_of(LSTM(full_gate_recurrence=True))["g"]["terms"])


@pytest.mark.parametrize(
    ("options", "key", "tokens"),
    [
        ({"forget_gate": False}, "f", ["1"]),
        ({"coupled": True}, "f", ["1 − ", {"signal": "i", "previous": False}]),
        ({}, "kept", [{"signal": "f", "previous": False}, " ⊙ ", {"signal": "c", "previous": True}]),
        ({"output_activation": "identity"}, "c_out", [{"signal": "c", "previous": False}]),
        (
            {"output_activation": "relu"},
            "h",
            [{"signal": "o", "previous": False}, " ⊙ relu(", {"signal": "c", "previous": False}, ")"],
        ),
    ],
)
def test_expression_is_cut_at_its_signals(options, key, tokens):
    assert equations_of(LSTM(**options))[key] == {"kind": "expression", "tokens": tokens}


@pytest.mark.parametrize(
    ("options", "key", "activation"),
    [
        ({}, "g", "tanh"),
        ({"activation": "identity"}, "g", ""),
        ({"activation": "relu"}, "g", "relu"),
        ({"gate_activation": "hard_sigmoid"}, "o", "hard_σ"),
    ],
)
def test_activation_is_named(options, key, activation):
    assert equations_of(LSTM(**options))[key]["activation"] == activation
