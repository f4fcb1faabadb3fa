"""Every task is learned by its own defaults: a small network beats the baseline, and not by a hair."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from lstm_core import CELLS
from lstm_core.network import Network
from lstm_core.sampling import sample
from lstm_core.tasks import TASKS, characters, forecasting, sentiment
from lstm_core.training import evaluate, train

MOST_UPDATES = 2500


def learn(key, own=None, *, seed=0, cell=None, **sizes):
    """Follow the recipe to its end; return the data, the network, its parameters and the metric per epoch."""
    rng = np.random.default_rng(seed)
    data = TASKS[key].build(rng, own, **sizes)
    recipe = data.recipe
    config = recipe.network
    if cell is not None:
        config = replace(config, layers=(replace(config.layers[0], cell=cell),))
    network = Network(config)
    measured = []
    run = train(
        network,
        network.init(rng, np.float32),
        data.train,
        loss=recipe.loss,
        optimizer=recipe.optimizer,
        rng=rng,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        clip=recipe.clip,
        validation=data.validation,
        metric=data.metric,
    )
    for step in run:
        assert step.update <= MOST_UPDATES
        if step.metric is not None:
            measured.append(step.metric)
    return data, network, step.checkpoint().params, measured


# For an error the largest part of the baseline's that may be left, for an accuracy the least it must reach.
MARGINS = {
    "next_word": 1.0,
    "sentiment": 0.9,
    "forecasting": 0.9,
    "characters": 0.3,
    "adding": 0.1,
    "copy": 0.4,
    "parity": 0.95,
    "four_targets": 0.1,
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("key", TASKS)
def test_defaults_beat_the_baseline_clearly(key, seed):
    data, _, _, measured = learn(key, seed=seed)
    if data.metric.better == "lower":
        assert measured[-1] <= MARGINS[key] * data.baseline.value
    else:
        assert measured[-1] >= MARGINS[key] > data.baseline.value + 0.2


def test_order_of_the_words_is_what_the_bag_of_words_misses():
    data, network, params, measured = learn("sentiment")
    assert measured[-1] >= data.baseline.value + 0.1
    result = evaluate(network, params, data.validation, loss=data.recipe.loss)
    right = result.outputs.argmax(axis=1) == data.validation.targets
    pairs = np.array(sentiment.mirrored(data.validation))
    assert right[pairs].all(axis=1).mean() >= 0.6  # both orders right, which no bag of words can do once


def test_other_orders_of_the_same_words_are_told_apart_while_they_are_read():
    data, network, params, _ = learn("sentiment")
    every = Network(replace(network.config, read="every"))
    positive = data.outputs.index("positive")
    ends = []
    for sentence in ("boring at first but great in the end", "great at first but boring in the end"):
        outputs = every.forward(params, data.reader.read(sentence).inputs).outputs[0, :, positive]
        assert outputs.shape == (8,)
        ends.append(outputs[-1])
    assert ends[0] > 0.8 > 0.2 > ends[1]


def test_passengers_are_forecast_better_than_by_repeating_the_last_month():
    data, _, _, measured = learn("forecasting", forecasting.passengers())
    last = next(known for known in data.references if known.name == "the last value")
    assert measured[-1] <= 0.7 * last.value


def test_next_words_of_a_text_of_ones_own_are_learned():
    data, _, _, measured = learn("next_word", characters.text())
    assert measured[-1] >= data.baseline.value + 0.05


def test_what_it_writes_is_made_of_the_words_of_the_text():
    data, network, params, _ = learn("characters")
    start = data.reader.read("When the ").inputs[0]
    drawn = islice(sample(network, params, start, np.random.default_rng(1), temperature=0.5), 300)
    written = "".join(data.outputs[draw.id] for draw in drawn)
    known = set(characters.text().split())
    found = written.split()[:-1]
    assert len(found) >= 40
    assert np.mean([word in known for word in found]) >= 0.9


@pytest.mark.parametrize("cell", ["GRU", "RNN", "MUT1"])
def test_recipe_works_with_another_cell(cell):
    data, _, _, measured = learn("parity", cell=CELLS[cell](), length=6)
    assert data.metric.beats(measured[-1], data.baseline.value)
