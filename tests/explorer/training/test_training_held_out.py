"""One way to measure weights on the held-out data: as training does it, and overflow by its name."""

import warnings

import numpy as np
import pytest

from explorer.training.held_out import measure
from explorer.training.trainer import Trainer
from lstm_core import InputError
from lstm_core.training import predict


def test_measurement_is_that_of_training(tiny, bare):
    for task in ("parity", "adding"):
        plan = tiny(task, epochs=2)
        expected = bare(plan)
        for place, update in enumerate(expected.measured):
            found = measure(plan, expected.params[update])
            assert (found.loss, found.metric) == (expected.validation_loss[place], expected.metric[place])


def test_outputs_are_those_that_the_metric_is_of(tiny):
    plan = tiny()
    data = plan.data()
    found = measure(plan, Trainer(plan).snapshot().params)
    assert found.outputs.shape == (*data.validation.targets.shape, 2)
    assert data.metric(found.outputs, data.validation) == found.metric


@pytest.mark.parametrize("size", [1e160, 1e308])
def test_weights_whose_numbers_grow_too_large_are_refused_in_words_and_without_a_warning(tiny, size):
    plan = tiny("adding")
    huge = {name: np.full_like(array, size) for name, array in Trainer(plan).snapshot().params.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError, match=r"finite|large|inf"):
            measure(plan, huge)


def test_loss_that_overflows_where_the_answers_do_not_is_refused_by_its_name(tiny):
    plan = tiny()
    params = {name: array * 100 for name, array in Trainer(plan).snapshot().params.items()}
    signs = np.random.default_rng(4)
    huge = {name: signs.choice([-5e307, 5e307], params[name].shape) for name in ("head.kernel", "head.bias")}
    assert np.isfinite(predict(plan.network(), params | huge, plan.data().validation.inputs)).all()
    with pytest.raises(InputError, match="finite loss on the held-out data, but it came to inf"):
        measure(plan, params | huge)


def test_weights_of_another_network_are_refused(tiny):
    with pytest.raises(InputError):
        measure(tiny(hidden_sizes=(5,)), Trainer(tiny()).snapshot().params)
