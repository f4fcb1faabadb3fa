"""The equations as the formula panel gets them: put in numbers, and what was recorded comes out."""

import math
import re

import numpy as np
import pytest

from explorer.views.cell_view.equations import equations_of
from lstm_core import GRU, LSTM, MUT1, MUT2, MUT3, SimpleRNN

FUNCTIONS = {
    "σ": np.vectorize(lambda v: 1 / (1 + math.exp(-v))),
    "hard_σ": np.vectorize(lambda v: min(1.0, max(0.0, v / 6 + 0.5))),
    "tanh": np.vectorize(math.tanh),
    "relu": np.vectorize(lambda v: max(v, 0.0)),
    "": lambda v: v,
}


def bias(block):
    return {"param": "b", "block": block, "sources": [], "previous": False}


def values_of(trace, name, previous):
    """Return what a source held, shape (T, ·)."""
    if name == "x":
        return trace.x[0]
    return (trace.previous(name) if previous else trace[name])[0]


def affine(equation, trace, blocks):
    """Add up the terms of a weighted sum, as the panel lists them."""
    total = 0.0
    for term in equation["terms"]:
        sources = [values_of(trace, name, term["previous"]) for name in term["sources"]]
        if term["param"] is None:
            (own,) = sources
            total = total + own
            continue
        weight = blocks[term["param"], term["block"]]
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
    size = experiment.hidden_size
    return experiment.with_initial({state: rng.uniform(-1, 1, size) for state in experiment.cell.states})


def assert_equations_give_the_trace(experiment):
    trace = experiment.run()
    for key, equation in equations_of(experiment.cell).items():
        if equation["kind"] == "affine":
            total = affine(equation, trace, experiment.blocks)
            if equation["pre"]:
                np.testing.assert_allclose(trace[equation["pre"]][0], total, rtol=0, atol=1e-12, err_msg=key)
            value = FUNCTIONS[equation["activation"]](total)
        else:
            value = expression(equation, trace)
        np.testing.assert_allclose(trace[key][0], value + 0 * trace[key][0], atol=1e-12, err_msg=key)


def test_every_equation_gives_the_recorded_numbers(begin, cells):
    for cell in cells:
        assert_equations_give_the_trace(started(begin(cell=cell)))


def test_every_equation_of_the_other_kinds_gives_the_recorded_numbers(begin, other):
    # Three inputs and three units: a bare x fits too.
    assert_equations_give_the_trace(started(begin("1 -2 0.3; 0.5 4 -1; 0 0 2; -1 0.25 0", other)))


def test_every_signal_has_an_equation(cells):
    for cell in cells:
        equations = equations_of(cell)
        assert set(equations) == {signal.key for signal in cell.signals}
        computed = {key for key, equation in equations.items() if equation["kind"] == "affine"}
        assert computed == {*cell.blocks, *(f"pre_{block}" for block in cell.blocks)}


def test_every_weight_is_in_exactly_one_term(cells):
    for cell in cells:
        assert_every_weight_is_in_one_term(cell)


def test_every_weight_of_the_other_kinds_is_in_exactly_one_term(other):
    assert_every_weight_is_in_one_term(other)


def assert_every_weight_is_in_one_term(cell):
    equations = equations_of(cell)
    terms = [
        (term["param"], term["block"])
        for key, equation in equations.items()
        # A sum is told twice: by itself, and inside its activation.
        if not (equation.get("pre") not in (None, key))
        for term in equation.get("terms", [])
        if term["param"]
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
            {"param": "W", "block": "f", "sources": ["x"], "previous": False},
            {"param": "U", "block": "f", "sources": ["h"], "previous": True},
            bias("f"),
        ],
    }


@pytest.mark.parametrize(("gate", "previous"), [("i", True), ("f", True), ("o", False)])
def test_peephole_sees_the_memory_before_and_of_o_the_new_one(gate, previous):
    terms = equations_of(LSTM(peephole=True))[gate]["terms"]
    assert {"param": "P", "block": gate, "sources": ["c"], "previous": previous} in terms
    assert [term["param"] for term in terms] == ["W", "U", "P", "b"]


def test_full_gate_recurrence_reads_all_computed_gates_of_the_step_before():
    terms = equations_of(LSTM(full_gate_recurrence=True, forget_gate=False))["o"]["terms"]
    assert {"param": "R", "block": "o", "sources": ["i", "o"], "previous": True} in terms
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


def test_reset_after_the_product_is_added_as_it_is_and_before_it_is_weighed():
    after, before = (equations_of(GRU(reset_after=reset))["n"]["terms"] for reset in (True, False))
    assert {"param": None, "block": None, "sources": ["reset"], "previous": False} in after
    assert {"param": "U", "block": "n", "sources": ["reset"], "previous": False} in before


def test_recalled_is_a_sum_of_its_own_with_the_weights_of_the_candidate():
    equation = equations_of(GRU())["recalled"]
    assert (equation["pre"], equation["activation"]) == ("recalled", "")
    assert [(term["param"], term["block"]) for term in equation["terms"]] == [("U", "n"), ("b_rec", "n")]


@pytest.mark.parametrize(
    ("cell", "kind"), [(MUT1(), "affine"), (MUT1(projected=False), "expression"), (MUT3(), "expression")]
)
def test_what_is_squashed_has_weights_or_none(cell, kind):
    equation = equations_of(cell)["squashed"]
    assert equation["kind"] == kind
    assert equation.get("pre") is None


def test_bare_input_is_a_term_without_weights():
    terms = equations_of(MUT2(projected=False))["r"]["terms"]
    assert terms[0] == {"param": None, "block": None, "sources": ["x"], "previous": False}


def test_plus_between_two_products_is_a_token_of_its_own():
    z, n = ({"signal": key, "previous": False} for key in "zn")
    h_prev = {"signal": "h", "previous": True}
    assert equations_of(GRU())["h"]["tokens"] == [z, " ⊙ ", h_prev, " + ", "(1 − ", z, ") ⊙ ", n]


@pytest.mark.parametrize(("activation", "symbol"), [("tanh", "tanh"), ("relu", "relu"), ("identity", "")])
def test_plain_cell_names_its_function_and_its_sum(activation, symbol):
    equation = equations_of(SimpleRNN(activation=activation))["h"]
    assert (equation["activation"], equation["pre"]) == (symbol, "pre_h")
