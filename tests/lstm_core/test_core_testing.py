"""The battery of `check_cell`: every cell and option passes it, and slips of many kinds do not."""

import numpy as np
import pytest

from lstm_core import GRU, LSTM, SimpleRNN
from lstm_core.cells.base import Layout, Memory
from lstm_core.testing import check_cell


def test_every_cell_and_option_passes_the_battery(cell):
    check_cell(cell)


def test_every_cell_but_the_plain_recurrent_one_has_a_memory(cell):
    assert (cell.memory is None) == isinstance(cell, SimpleRNN)


class SlipInDerivative(SimpleRNN):
    def step_backward(self, params, previous, computed, d_next):
        d_computed, _ = super().step_backward(params, previous, computed, d_next)
        return d_computed, {"h_seen": d_computed["pre_h"] @ params["U"]}


class ForgottenPath(GRU):
    def step_backward(self, params, previous, computed, d_next):
        d_computed, d_previous = super().step_backward(params, previous, computed, d_next)
        return d_computed, {"h_seen": d_previous["h_seen"]}


class BiasOfOneTimestep(LSTM):
    def accumulate(self, params, x, previous, computed, d_computed):
        d_params, d_x = super().accumulate(params, x, previous, computed, d_computed)
        return d_params | {"b": d_params["b"] * 0.999}, d_x


class LooksAtTheBatch(SimpleRNN):
    def step(self, params, projected, previous):
        return super().step(params, projected + projected.dtype.type(0.1 * len(projected)), previous)


class Counts(SimpleRNN):
    steps = 0

    def step(self, params, projected, previous):
        Counts.steps += 1
        return super().step(params, projected + projected.dtype.type(Counts.steps % 7), previous)


class WritesOnWhatItIsGiven(SimpleRNN):
    def step(self, params, projected, previous):
        previous["h"][...] = 0
        return super().step(params, projected, previous)


class AlwaysDouble(SimpleRNN):
    def step(self, params, projected, previous):
        computed = super().step(params, projected, previous)
        return computed | {"h": computed["h"].astype(np.float64)}


class OneRowForAll(GRU):
    def step(self, params, projected, previous):
        computed = super().step(params, projected, previous)
        return computed | {"r": computed["r"][:1]}


class RecordsLess(GRU):
    def step(self, params, projected, previous):
        computed = super().step(params, projected, previous)
        return {key: value for key, value in computed.items() if key != "r"}


class RunsAway(SimpleRNN):
    def step(self, params, projected, previous):
        computed = super().step(params, projected, previous)
        return computed | {"pre_h": computed["pre_h"] / 0}


class LosesItsMemory(LSTM):
    def step_backward(self, params, previous, computed, d_next):
        d_computed, d_previous = super().step_backward(params, previous, computed, d_next)
        return d_computed, {"h_seen": d_previous["h_seen"]}


class SumsOverTime(SimpleRNN):
    def project(self, params, x):
        return np.cumsum(super().project(params, x), axis=1 if x.ndim == 3 else 0)


class KeepsByTheWrongGate(GRU):
    @property
    def memory(self):
        return Memory("h", "r", "written")


class KeepsByNothing(GRU):
    @property
    def memory(self):
        return Memory("h", "f", "written")


class StrangeBlock(SimpleRNN):
    @property
    def layout(self):
        return super().layout | {"b": Layout(("z",), "bias")}


class SameNameTwice(SimpleRNN):
    @property
    def signals(self):
        return (*super().signals, super().signals[-1])


class SeedsEveryBlock(GRU):
    def init_blocks(self, input_size, hidden_size, rng, **options):
        seed = int(rng.integers(100))
        return {
            key: np.random.default_rng(seed).standard_normal(block.shape)
            for key, block in super().init_blocks(input_size, hidden_size, rng, **options).items()
        }


class IgnoresTheSeed(SimpleRNN):
    def init_blocks(self, input_size, hidden_size, rng, **options):
        return super().init_blocks(input_size, hidden_size, np.random.default_rng(0), **options)


class JoinsTheWrongWayRound(GRU):
    def join(self, blocks):
        joined = super().join(blocks)
        return joined | {"W": joined["W"][:, ::-1].copy()}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (SlipInDerivative, "the gradient of W must be that of central differences, got one .* off"),
        (ForgottenPath, "the gradient of W must be that of central differences"),
        (BiasOfOneTimestep, "the gradient of b must be that of central differences, got one 0.001 off"),
        (LooksAtTheBatch, "pre_h must not depend on the rest of the batch, got a difference of 0.1"),
        (Counts, "the gradient of W must be that of central differences"),
        (
            WritesOnWhatItIsGiven,
            "an error from check_methods: ValueError: assignment destination is read-only",
        ),
        (AlwaysDouble, r"what step returns must be of shape \(2, 3\) and type float32, got .* float64 for h"),
        (OneRowForAll, r"what step returns must be of shape \(2, 3\) .* got \(1, 3\) and float32 for r"),
        (RecordsLess, "what step returns must be for pre_z, pre_r, z, r, .* got pre_z, pre_r, z, recalled"),
        (RunsAway, "what step returns must be finite, got other numbers for pre_h"),
        (LosesItsMemory, "d_previous of step_backward must be for h, c, h_seen, got h, h_seen"),
        (SumsOverTime, "project must treat every timestep by itself, got a difference of"),
        (KeepsByTheWrongGate, "h must be r ⊙ h₋ \\+ written, got a difference of"),
        (KeepsByNothing, "the memory must name recorded signals, got f"),
        (StrangeBlock, r"b must have blocks of the cell, got \('z',\)"),
        (SameNameTwice, "every signal must have its own key, got pre_h, h, h"),
        (SeedsEveryBlock, r"init must draw every block anew, got \('W', 'z'\) like \('W', 'r'\)"),
        (IgnoresTheSeed, "init must draw W from rng"),
        (JoinsTheWrongWayRound, "join must undo split, got another W"),
    ],
)
def test_a_slip_is_found_and_named(kind, sentence):
    with pytest.raises(AssertionError, match=f"^{kind.__name__}.*: {sentence}"):
        check_cell(kind())


def test_what_is_no_cell_is_refused():
    with pytest.raises(AssertionError, match="a cell must be an instance of a subclass of Cell, got <class"):
        check_cell(LSTM)
