"""A plan: what it makes is always the same, and every task's own recipe comes out of it unchanged."""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from explorer.train_page.data import _rows
from explorer.training import plan as module
from explorer.training.estimate import estimate
from explorer.training.plan import Plan, Source, default_plan, remembered
from explorer.training.probes import example, offered, typed
from lstm_core import GRU, TASKS, Adam, ClipNorm, ClipValue, Embedding, InputError, OneHot, RMSprop
from lstm_core.tasks.forecasting import Series

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


def test_data_that_were_forgotten_are_drawn_again_just_so(same_weights, forget):
    plan = default_plan(Source(task="adding", sizes=(("length", 6), ("examples", 60)), seed=3))
    data, first = plan.data(), plan.network().init(plan.generator())
    forget()
    assert plan.data() is data  # as long as the plan is there, so is its data
    plan = replace(plan, source=None)
    forget()
    plan = replace(plan, source=Source(task="adding", sizes=(("length", 6), ("examples", 60)), seed=3))
    assert plan.data() is not data
    assert plan.data().train.inputs.tolist() == data.train.inputs.tolist()
    same_weights(plan.network().init(plan.generator()), first)


# ---- what is kept of data


ADDING = (("length", 6), ("examples", 60))


def test_equal_sources_share_their_data_whichever_goes_first(forget):
    one, other = (Source(task="adding", sizes=ADDING, seed=4) for _ in range(2))
    data = Plan(source=one).data()
    assert Plan(source=other).data() is data
    del one
    forget()
    assert Plan(source=other).data() is data
    assert Plan(source=replace(other)).data() is data


def everything_made_of(source, text=TASKS["adding"].typed):
    plan = default_plan(source)
    estimate(plan)
    offered(source), example(source, 0), typed(source, text)
    remembered(source, "rows", lambda: _rows(plan.data()))


@pytest.mark.parametrize("own", [None, OWN["sentiment"]])
def test_nothing_that_was_made_of_data_holds_their_source(own, forget):
    source = Source(task="sentiment", own=own, seed=7)
    everything_made_of(source, "film")
    built = ref(module._HELD[id(source)])
    assert len(built().made) == 5
    forget()
    assert built() is not None  # the source is still here
    del source
    gc.collect()
    assert built() is None


def test_trying_seeds_keeps_no_more_data_than_there_is_room_for(monkeypatch, forget):
    forget()
    gc.collect()
    before = set(module._SHARED.values())
    one = default_plan(Source(task="adding", sizes=ADDING, seed=0))
    size = module._HELD[id(one.source)].size
    parts = (one.data().train, one.data().validation)
    assert size == sum(part.inputs.nbytes + part.targets.nbytes for part in parts)
    monkeypatch.setattr(module, "MAX_SPARE_BYTES", 3 * size)
    for seed in range(1, 13):
        everything_made_of(Source(task="adding", sizes=ADDING, seed=seed))
    gc.collect()
    kept = set(module._SHARED.values()) - before
    assert len(kept) == 1 + 3  # the first is still held
    latest = Plan(source=Source(task="adding", sizes=ADDING, seed=12))
    assert module._built(latest.source) in kept
    everything_made_of(Source(task="adding", sizes=ADDING, seed=10))  # was asked for longest ago until now
    default_plan(Source(task="adding", sizes=ADDING, seed=99))
    gc.collect()
    assert remembered(Source(task="adding", sizes=ADDING, seed=10), "rows", lambda: None) is not None


def test_data_that_have_no_room_are_let_go_with_their_source(monkeypatch, forget):
    monkeypatch.setattr(module, "MAX_SPARE_BYTES", 1)
    plan = default_plan(Source(task="adding", sizes=ADDING, seed=41))
    built = ref(module._HELD[id(plan.source)])
    assert plan.data() is plan.data()
    assert not module._SPARE
    del plan
    gc.collect()
    assert built() is None


def test_no_more_is_remembered_of_a_source_than_there_is_room_for(monkeypatch, forget):
    monkeypatch.setattr(module, "_MOST_MADE", 3)
    source, made = Source(task="parity", sizes=(("length", 6),)), []

    def make(number):
        return remembered(source, number, lambda: made.append(number) or number)

    assert [make(number) for number in (1, 2, 3, 1, 4, 1, 2)] == [1, 2, 3, 1, 4, 1, 2]
    assert made == [1, 2, 3, 4, 2]


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
