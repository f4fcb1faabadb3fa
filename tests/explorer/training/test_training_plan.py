"""A plan: what it makes is always the same, and every task's own recipe comes out of it unchanged."""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from explorer.train_page.data import _rows
from explorer.training import plan as module
from explorer.training.data_cache import bytes_of
from explorer.training.estimate import estimate
from explorer.training.limits import MAX_DATA_BYTES, largest_size
from explorer.training.plan import Plan, Source, default_plan, remembered
from explorer.training.probes import example, offered, typed
from explorer.training.trainer import Trainer
from lstm_core import GRU, TASKS, Adam, ClipNorm, ClipValue, Embedding, InputError, OneHot, RMSprop
from lstm_core.tasks.forecasting import MAX_VALUES, Series

OWN = {
    "next_word": "the cat sat on the mat and the dog sat on the rug " * 3,
    "characters": "to be or not to be that is the question " * 20,
    "forecasting": Series("steps", "steps", [float(day % 7) + day / 50 for day in range(80)]),
    "sentiment": tuple(
        (f"{word} film number {place}", "good" if word == "fine" else "bad")
        for place in range(12)
        for word in ("fine", "dull")
    ),
}


# ---- the recipe of every task


@pytest.mark.parametrize("task", TASKS)
def test_default_plan_is_the_recipe_of_the_task(task):
    plan = default_plan(Source(task=task))
    recipe = plan.data().recipe
    assert plan.config() == recipe.network
    assert plan.optimizer_config() == recipe.optimizer
    assert plan.clipping() == recipe.clip
    assert (plan.epochs, plan.batch_size) == (recipe.epochs, recipe.batch_size)
    assert plan.stopping() is None


@pytest.mark.parametrize("task", OWN)
def test_default_plan_fits_own_data(task):
    source = Source(task=task, own=OWN[task])
    plan = default_plan(source)
    assert plan.config() == plan.data().recipe.network
    assert plan.network().parameter_count > 0
    drawn = plan.network().init(plan.generator(), np.float64)
    plan.network().forward(drawn, plan.data().validation.inputs[:1])


def test_own_data_can_be_told_apart_as_keys():
    sources = [Source(task=task, own=own) for task, own in OWN.items()]
    again = [replace(source) for source in sources]
    assert len({*sources, *again, Source(task="characters")}) == len(sources) + 1
    assert Plan(source=sources[2]).data() is Plan(source=again[2]).data()


# ---- the same plan gives the same run


def test_data_are_those_that_the_task_draws_from_the_seed():
    plan = default_plan(Source(task="parity", sizes=(("length", 7),), seed=5))
    expected = TASKS["parity"].build(np.random.default_rng(5), length=7)
    assert plan.data().train.inputs.tolist() == expected.train.inputs.tolist()
    assert plan.data().validation.targets.tolist() == expected.validation.targets.tolist()


def test_generator_stands_right_after_the_data_each_time():
    plan = default_plan(Source(task="parity", seed=5))
    rng = np.random.default_rng(5)
    TASKS["parity"].build(rng)
    expected = rng.random(4).tolist()
    assert plan.generator().random(4).tolist() == expected
    assert plan.generator().random(4).tolist() == expected


def test_data_that_were_forgotten_are_drawn_again_just_so(same_weights, data_cache):
    plan = default_plan(Source(task="adding", sizes=ADDING, seed=3))
    data, first = plan.data(), plan.network().init(plan.generator())
    data_cache()
    assert plan.data() is not data
    assert plan.data().train.inputs.tolist() == data.train.inputs.tolist()
    same_weights(plan.network().init(plan.generator()), first)


# ---- what is kept of data


ADDING = (("length", 6), ("examples", 60))


def adding(seed):
    return Source(task="adding", sizes=ADDING, seed=seed)


def test_thirty_visitors_with_the_same_task_share_one_copy(data_cache):
    cache = data_cache()
    plans = [default_plan(adding(4)) for _ in range(30)]
    assert len({id(plan.data()) for plan in plans}) == 1
    assert cache.nbytes == plans[0].built().nbytes


def test_run_shares_its_data_also_when_they_have_no_room(data_cache):
    cache = data_cache(most_bytes=1)
    trainer = Trainer(default_plan(adding(4)))
    assert default_plan(adding(4)).data() is trainer.data
    assert cache.nbytes == 0
    built = ref(trainer.built)
    del trainer
    assert built() is None


def everything_made_of(source, text=TASKS["adding"].typed):
    plan = default_plan(source)
    estimate(plan)
    offered(source), example(source, 0), typed(source, text)
    remembered(source, "rows", lambda: _rows(plan.data()))


@pytest.mark.parametrize("own", [None, OWN["sentiment"]])
def test_what_was_made_of_data_counts_and_goes_with_them(own, data_cache):
    cache, source = data_cache(), Source(task="sentiment", own=own, seed=7)
    built = ref(Plan(source=source).built())
    before = cache.nbytes
    everything_made_of(source, "film")
    assert len(built().made) == 5
    assert before + 1_000 < cache.nbytes == built().nbytes
    remembered(source, "large", lambda: bytes(MAX_DATA_BYTES))  # leaves no room for the rest
    gc.collect()
    assert (built(), cache.nbytes) == (None, 0)


def test_what_a_visitor_brought_counts(data_cache):
    text = "extraordinarily " * 80
    own = tuple((f"{text} {place % 9}", "good" if place % 2 else "bad") for place in range(40))
    cache = data_cache()
    data = default_plan(Source(task="sentiment", own=own)).data()
    assert cache.nbytes > bytes_of(data) + 40 * len(text)


def test_trying_seeds_keeps_no_more_data_than_there_is_room_for(data_cache):
    one = default_plan(adding(0)).built()
    arrays = [each for part in one.data.parts for each in (part.inputs, part.targets)]
    assert one.nbytes > sum(array.nbytes for array in arrays)
    everything_made_of(adding(0))
    cache = data_cache(int(3.5 * one.nbytes))
    built = []
    for seed in range(12):
        everything_made_of(adding(seed))
        built.append(ref(Plan(source=adding(seed)).built()))
        assert cache.nbytes <= 3.5 * one.nbytes
    gc.collect()
    assert [each() is not None for each in built] == [False] * 9 + [True] * 3


def largest(task, own=None):
    sizes = tuple((size.key, largest_size(size.key, size.high)) for size in TASKS[task].sizes)
    return Source(task=task, sizes=sizes, own=own, test=True)


def test_largest_data_that_can_be_brought_leave_room_for_the_largest_that_are_drawn(data_cache):
    cache = data_cache()
    series = Series("long", "", [float(place % 97) + place / 1e6 for place in range(MAX_VALUES)])
    built = [Plan(source=each).built() for each in (largest("forecasting", series), largest("adding"))]
    assert cache.nbytes == sum(each.nbytes for each in built)
    assert 50e6 < cache.nbytes <= MAX_DATA_BYTES


def test_no_more_is_remembered_of_a_source_than_there_is_room_for(monkeypatch, data_cache):
    data_cache()
    monkeypatch.setattr(module, "_MOST_MADE", 3)
    source, made = Source(task="parity", sizes=(("length", 6),)), []

    def make(number):
        return remembered(source, number, lambda: made.append(number) or number)

    before = Plan(source=source).built().nbytes
    assert [make(number) for number in (1, 2, 3, 1, 4, 1, 2)] == [1, 2, 3, 1, 4, 1, 2]
    assert made == [1, 2, 3, 4, 2]
    assert Plan(source=source).built().nbytes == before + 3 * bytes_of(1, 1)


def test_another_seed_gives_other_data_and_other_weights():
    one, other = (default_plan(Source(task="adding", seed=seed)) for seed in (1, 2))
    assert one.data().train.inputs.tolist() != other.data().train.inputs.tolist()
    assert one.generator().random() != other.generator().random()


# ---- what the choices become


@pytest.mark.parametrize("task", TASKS)
def test_both_ways_and_attention_only_where_the_answer_is_not_ahead(task):
    plan = replace(default_plan(Source(task=task)), bidirectional=True, attention=True, hidden_sizes=(4, 2))
    try:
        config = plan.config()
    except InputError:
        assert task == "four_targets"  # has no head, so no attention; and no layer of another size
        return
    ahead = not plan.data().forward_only
    assert config.attention is ahead
    assert [layer.bidirectional for layer in config.layers] == [ahead, ahead]
    assert [layer.hidden_size for layer in config.layers] == [4, 2]


def test_network_has_every_choice(tiny):
    plan = tiny(
        cell=GRU(),
        hidden_sizes=(4, 5),
        dropout=0.1,
        recurrent_dropout=0.2,
        head_dropout=0.3,
        l1=0.01,
        l2=0.02,
    )
    config = plan.config()
    assert config.head_dropout == 0.3
    for layer, size in zip(config.layers, (4, 5), strict=True):
        assert (layer.cell, layer.hidden_size) == (GRU(), size)
        assert (layer.dropout, layer.recurrent_dropout) == (0.1, 0.2)
        assert (layer.kernel_l1, layer.recurrent_l1) == (0.01, 0.01)
        assert (layer.kernel_l2, layer.recurrent_l2) == (0.02, 0.02)


def test_embedding_of_0_feeds_ids_one_hot_and_numbers_are_never_embedded(tiny):
    words = default_plan(Source(task="characters"))
    vocabulary = words.config().inputs.vocabulary
    assert replace(words, embedding=0).config().inputs == OneHot(vocabulary)
    assert replace(words, embedding=3).config().inputs == Embedding(vocabulary, 3)
    assert tiny(embedding=3).config() == tiny().config()


def test_optimiser_and_clipping_by_name(tiny):
    assert tiny(optimizer="RMSprop", learning_rate=0.5).optimizer_config() == RMSprop(0.5)
    assert tiny(optimizer="Adam", learning_rate=0.5, momentum=0.9).optimizer_config() == Adam(0.5)
    assert tiny(optimizer="SGD", momentum=0.9).optimizer_config().momentum == 0.9
    assert tiny(clip="none").clipping() is None
    assert tiny(clip="norm", clip_limit=2.0).clipping() == ClipNorm(2.0)
    assert tiny(clip="value", clip_limit=2.0).clipping() == ClipValue(2.0)


def test_stopping_early_after_its_patience(tiny):
    assert tiny(patience=3).stopping().patience == 3
    assert tiny(patience=0).stopping() is None


@pytest.mark.parametrize(
    "wrong", [{"hidden_sizes": ()}, {"dropout": 1.0}, {"l2": -1.0}, {"hidden_sizes": (0,)}]
)
def test_choices_that_do_not_go_together_are_refused(tiny, wrong):
    with pytest.raises(InputError):
        tiny(**wrong).network()


def test_source_that_cannot_be_built_is_refused():
    with pytest.raises(InputError, match="length"):
        default_plan(Source(task="parity", sizes=(("length", 2),)))


# ---- counting


def test_updates_count_the_smaller_last_batch_of_every_epoch(tiny):
    plan = tiny(batch_size=3, epochs=5)
    assert len(plan.data().train) == 7
    assert (plan.updates_per_epoch, plan.updates) == (3, 15)


@pytest.mark.parametrize(
    ("epochs", "every"),
    [(40, 4), (20, 4), (19, 3), (10, 2), (5, 1), (1, 1)],
)
def test_held_out_data_is_measured_each_epoch_or_20_times_in_fewer(tiny, epochs, every):
    plan = tiny(epochs=epochs)
    assert plan.updates_per_epoch == 4
    assert plan.measure_every == every
