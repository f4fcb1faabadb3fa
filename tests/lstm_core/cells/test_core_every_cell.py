"""What every kind of cell declares and draws, whichever it is: one battery over all of them."""

import dataclasses
import itertools
import re

import numpy as np
import pytest

from lstm_core import CELLS, GRU, MUT1, MUT2, MUT3, InputError, SimpleRNN, unroll
from lstm_core.activations import ACTIVATIONS
from lstm_core.cells.base import Cell


def test_every_kind_and_every_value_of_every_option_is_in_the_battery(cells_and_options):
    seen = {
        (type(cell), field.name, getattr(cell, field.name))
        for cell in cells_and_options
        for field in dataclasses.fields(cell)
    }
    assert {type(cell) for cell in cells_and_options} == set(CELLS.values())
    for kind in CELLS.values():
        for field in dataclasses.fields(kind):
            values = {value for known, name, value in seen if (known, name) == (kind, field.name)}
            if isinstance(field.default, bool):
                assert values == {True, False}, (kind, field.name)
            elif field.name == "gate_activation":
                assert values == {"sigmoid", "hard_sigmoid"}
            else:
                assert values == set(ACTIVATIONS) - {"sigmoid", "hard_sigmoid"}, (kind, field.name)


def test_every_cell_of_the_package_is_registered():
    def below(kind):
        return {kind}.union(*(below(sub) for sub in kind.__subclasses__()))

    # by name: a dataclass with slots leaves the class it was made from behind
    own = {kind for kind in below(Cell) if kind.__module__.startswith("lstm_core.cells.")}
    concrete = {kind.__name__ for kind in own if not kind.__abstractmethods__}
    assert concrete == {kind.__name__ for kind in CELLS.values()}


def test_a_default_cell_can_be_built_of_every_kind():
    for kind in CELLS.values():
        assert kind() == kind()
        with pytest.raises(TypeError):
            kind(True)  # options are keyword-only


@pytest.mark.parametrize(("kernel", "recurrent"), [("glorot", "orthogonal"), ("uniform", "uniform")])
def test_no_two_blocks_of_a_parameter_are_equal_after_init(problem, kernel, recurrent):
    rng = np.random.default_rng(0)
    params = problem.cell.init(*problem.sizes, rng, kernel=kernel, recurrent=recurrent)
    blocks = problem.cell.split(params)
    for (first, a), (second, b) in itertools.combinations(blocks.items(), 2):
        if first[0] == second[0] and problem.cell.layout[first[0]].kind != "bias":
            assert not np.isclose(a, b).any(), (first, second)


def count(cell, D, H):
    return sum(int(np.prod(shape)) for shape in cell.parameter_shapes(D, H).values())


@pytest.mark.parametrize(("D", "H"), [(1, 1), (2, 3), (4, 4)])
def test_parameter_counts_of_the_cells_without_c(D, H):
    gate = D * H + H * H + H
    assert count(SimpleRNN(), D, H) == gate
    assert count(GRU(reset_after=False), D, H) == 3 * gate
    assert count(GRU(), D, H) == 3 * gate + 3 * H
    assert count(MUT1(), D, H) == 3 * gate - H * H
    assert count(MUT2(), D, H) == count(MUT3(), D, H) == 3 * gate
    if D == H:
        assert count(MUT1(projected=False), D, H) == 3 * gate - 2 * H * H
        assert count(MUT2(projected=False), D, H) == 3 * gate - H * H


@pytest.mark.parametrize("kind", [MUT1, MUT2])
def test_a_bare_x_needs_as_many_inputs_as_units(kind):
    bare = kind(projected=False)
    block = {MUT1: "n", MUT2: "r"}[kind]
    words = re.escape(
        f"projected=False adds the bare x to block {block}, so the input size must be the hidden size, "
        "got 2 and 3"
    )
    with pytest.raises(InputError, match=words):
        bare.init(2, 3, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: GRU(reset_after=1), "reset_after must be one of True, False, got 1"),
        (
            lambda: SimpleRNN(activation="sigmoid"),
            "activation must be one of 'tanh', 'relu', 'identity', got 'sigmoid'",
        ),
        (lambda: MUT1(projected="no"), "projected must be one of True, False, got 'no'"),
        (lambda: MUT2(projected=None), "projected must be one of True, False, got None"),
    ],
)
def test_options_that_mean_nothing_are_refused_by_name(build, words):
    with pytest.raises(InputError, match=words):
        build()


@pytest.mark.parametrize(
    ("cell", "key", "equation"),
    [
        (SimpleRNN(activation="identity"), "h", "h = x W_h + h₋ U_h + b_h"),
        (GRU(), "z", "z = σ(x W_z + h₋ U_z + b_z + b_rec_z)"),
        (GRU(), "reset", "reset = r ⊙ recalled"),
        (GRU(reset_after=False), "n", "n = tanh(x W_n + reset U_n + b_n)"),
        (GRU(reset_after=False), "h", "h = z ⊙ h₋ + (1 − z) ⊙ n"),
        (MUT1(), "squashed", "squashed = tanh(x W_n)"),
        (MUT1(projected=False), "squashed", "squashed = tanh(x)"),
        (MUT2(projected=False), "r", "r = σ(x + h₋ U_r + b_r)"),
        (MUT3(), "z", "z = σ(x W_z + squashed U_z + b_z)"),
        (MUT3(), "h", "h = (1 − z) ⊙ h₋ + z ⊙ n"),
    ],
)
def test_equation_says_what_the_paper_says(cell, key, equation):
    assert {signal.key: signal.equation for signal in cell.signals}[key] == equation


def test_a_mutation_with_a_bare_input_is_the_projected_one_with_an_identity_matrix():
    rng = np.random.default_rng(0)
    for kind, block in ((MUT1, "n"), (MUT2, "r")):
        bare, projected = kind(projected=False), kind()
        blocks = bare.init_blocks(3, 3, rng)
        full = projected.join(blocks | {("W", block): np.eye(3)})
        x = rng.standard_normal((1, 4, 3))
        np.testing.assert_allclose(
            unroll(bare, bare.join(blocks), x)["h"], unroll(projected, full, x)["h"], rtol=0, atol=1e-15
        )
