"""Initialisers: shapes, ranges, orthonormality, and one generator as the only source of chance."""

import numpy as np
import pytest

from lstm_core.initializers import INITIALIZERS, glorot_uniform, orthogonal, uniform

SHAPES = [(1, 1), (3, 3), (7, 2), (2, 7)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["zeros", "uniform", "glorot", "orthogonal"])
def test_shape_type_and_repeatability(name, shape):
    one, again = (INITIALIZERS[name](shape, np.random.default_rng(3)) for _ in range(2))
    assert one.shape == shape
    assert one.dtype == np.float64
    assert one.flags.c_contiguous
    np.testing.assert_array_equal(one, again)
    assert (one == 0).all() == (name == "zeros")


def test_the_registry_holds_what_is_tested():
    assert set(INITIALIZERS) == {"zeros", "uniform", "glorot", "orthogonal"}


def test_global_numpy_seed_has_no_say():
    draws = []
    for seed in (0, 1):
        np.random.seed(seed)  # noqa: NPY002 - what is tested is that it has no effect
        draws.append(uniform((4,), np.random.default_rng(3)))
    np.testing.assert_array_equal(*draws)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_uniform_fills_its_range(scale):
    draw = uniform((50, 50), np.random.default_rng(0), scale=scale)
    assert 0.99 * scale < draw.max() <= scale
    assert -scale <= draw.min() < -0.99 * scale


def test_glorot_fills_the_range_of_its_shape():
    limit = (6 / 70) ** 0.5
    draw = glorot_uniform((30, 40), np.random.default_rng(0))
    assert 0.99 * limit < abs(draw).max() <= limit


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_has_orthonormal_rows_or_columns(shape):
    draw = orthogonal(shape, np.random.default_rng(0))
    product = draw @ draw.T if shape[0] <= shape[1] else draw.T @ draw
    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-12)


def test_orthogonal_draws_either_sign_about_equally_often():
    rng = np.random.default_rng(0)
    signs = [float(np.sign(orthogonal((2, 2), rng)[0, 0])) for _ in range(400)]
    assert abs(sum(signs)) < 80
