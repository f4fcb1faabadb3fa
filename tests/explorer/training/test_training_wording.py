"""Times as they are read, names that Markdown leaves alone, and what tells runs apart."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from explorer.training.plan import Plan, Source
from explorer.training.wording import (
    differences,
    duration,
    network_words,
    setting_words,
    task_words,
    unformatted,
)
from lstm_core import GRU, LSTM, TASKS

PLAN = Plan(source=Source(task="sentiment"), embedding=16)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "1 s"), (0.4, "1 s"), (1.4, "1 s"), (59.6, "60 s"), (89, "89 s")),
        *((91, "2 min"), (300, "5 min"), (5399, "90 min"), (5400, "1.5 h"), (360_000, "100.0 h")),
    ],
)
def test_duration_in_the_unit_that_fits(seconds, text):
    assert duration(seconds) == text


def test_everything_that_formats_is_escaped():
    text = "<b>*a*</b> [l](u) `c` $x$ :red[r] ~~s~~ # h | &amp; 1. -  "
    shown = unformatted(text)
    bare = re.sub(r"\\.", "", shown)
    assert set(bare).isdisjoint("\\`*_{}[]()#+-.!|<>~:$&")
    assert unformatted("Run 1 – ääh") == "Run 1 – ääh"
    assert shown.replace("\\", "") == text


# ---- what tells runs apart


@pytest.mark.parametrize(
    ("change", "usual", "changed"),
    [
        ({"cell": LSTM(gate_activation="hard_sigmoid")}, "plain cell", "gate activation hard sigmoid"),
        ({"learning_rate": 0.1}, "learning rate 0.01", "learning rate 0.1"),
        ({"optimizer": "RMSprop"}, "Adam", "RMSprop"),
        ({"optimizer": "SGD"}, "Adam", "SGD"),
        ({"batch_size": 1024}, "batch 32", "batch 1 024"),
        ({"epochs": 1}, "10 epochs", "1 epoch"),
        ({"dropout": 0.5}, "no dropout", "dropout 0.5"),
        ({"recurrent_dropout": 0.25}, "no recurrent dropout", "recurrent dropout 0.25"),
        ({"head_dropout": 0.25}, "no head dropout", "head dropout 0.25"),
        ({"l1": 0.001}, "no L1", "L1 0.001"),
        ({"l2": 0.001}, "no L2", "L2 0.001"),
        ({"clip": "norm"}, "no clipping", "clip norm 5"),
        ({"patience": 3}, "no early stopping", "early stopping 3"),
        ({"forget_bias": 0.0}, "forget bias 1", "forget bias 0"),
        ({"source": Source(task="sentiment", seed=4)}, "seed 0", "seed 4"),
    ],
)
def test_runs_are_named_by_the_only_setting_that_differs(change, usual, changed):
    assert differences([PLAN, replace(PLAN, **change)]) == (usual, changed)


@pytest.mark.parametrize(
    ("change", "usual", "changed"),
    [
        ({"cell": GRU()}, "LSTM 16", "GRU 16"),
        ({"cell": LSTM(forget_gate=False, peephole=True)}, "plain cell", "no forget gate, peephole"),
        ({"hidden_sizes": (8, 4)}, "LSTM 16", "LSTM 8 + 4"),
        ({"embedding": 0}, "embedding 16", "one-hot"),
        ({"bidirectional": True}, "one way", "both ways"),
        ({"attention": True}, "no attention", "attention"),
    ],
)
def test_networks_that_differ_are_named_with_their_parameters(change, usual, changed):
    plans = [PLAN, replace(PLAN, **change)]
    counts = [f"{plan.network().parameter_count:,}".replace(",", " ") for plan in plans]
    assert differences(plans) == tuple(
        f"{words} · {count} parameters" for words, count in zip((usual, changed), counts, strict=True)
    )


def test_two_forms_of_the_gru_are_told_apart():
    forms = [replace(PLAN, cell=GRU(reset_after=after)) for after in (True, False)]
    assert differences(forms)[1].startswith("reset before the product · ")


def test_what_runs_have_in_common_is_not_said():
    assert differences([]) == ()
    assert differences([PLAN]) == ("",)
    assert differences([PLAN] * 3) == ("",) * 3


def test_runs_that_only_begin_differently_are_told_apart_by_that():
    origins = ["", "Run 1 after update 30"]
    assert differences([PLAN, PLAN], origins) == ("from first weights", "from Run 1 after update 30")


def test_momentum_and_forget_bias_are_only_named_where_there_are_any():
    sgd = replace(PLAN, optimizer="SGD", momentum=0.5)
    assert differences([PLAN, sgd]) == ("Adam", "SGD")
    assert differences([replace(sgd, momentum=0.0), sgd]) == ("momentum 0", "momentum 0.5")
    plans = [replace(PLAN, forget_bias=0.0), replace(PLAN, cell=GRU())]
    assert all("bias" not in words for words in differences(plans))


def test_most_telling_of_many_differences_come_first_and_there_are_three():
    other = replace(PLAN, cell=GRU(), embedding=8, learning_rate=0.1, dropout=0.5, epochs=3)
    one, two = differences([PLAN, other])
    assert one.startswith("LSTM 16 · embedding 16 · ")
    assert two.startswith("GRU 16 · embedding 8 · ")
    assert one.count(" · ") == two.count(" · ") == 2
    assert one.endswith(" parameters")


def test_what_alone_tells_two_runs_apart_is_said_before_more_telling_differences():
    plans = [PLAN, replace(PLAN, learning_rate=0.1), replace(PLAN, cell=GRU(), embedding=8)]
    assert differences(plans) == (
        "LSTM 16 · embedding 16 · learning rate 0.01",
        "LSTM 16 · embedding 16 · learning rate 0.1",
        "GRU 16 · embedding 8 · learning rate 0.01",
    )


def test_each_of_many_runs_is_told_from_every_other():
    changes = [
        ("learning_rate", 0.1),
        ("embedding", 8),
        ("epochs", 7),
        ("hidden_sizes", (8,)),
        ("dropout", 0.5),
    ]
    plans = [PLAN]
    for name, value in changes:
        plans.append(replace(plans[-1], **{name: value}))
    told = differences(plans)
    assert len(set(told)) == len(plans)
    assert told[0] == "LSTM 16 · embedding 16 · learning rate 0.01"
    assert told[3] == "LSTM 16 · embedding 8 · 7 epochs"
    assert told[4] == "LSTM 8 · embedding 8 · no dropout"


def test_more_than_three_parts_are_said_where_a_run_needs_them():
    plan = replace(PLAN, cell=GRU(), embedding=8, learning_rate=0.1, epochs=3)
    usual = {"cell": LSTM(), "embedding": 16, "learning_rate": 0.01, "epochs": 10}
    plans = [plan, *(replace(plan, **{name: value}) for name, value in usual.items())]
    told = differences(plans)
    assert told[0] == "GRU 16 · embedding 8 · learning rate 0.1 · 3 epochs"
    assert len(set(told)) == 5


def test_settings_leave_out_what_is_off():
    assert [words for words in setting_words(PLAN).values() if words] == [
        *("batch 32", "10 epochs", "forget bias 1", "seed 0")
    ]


def test_network_in_a_few_words():
    assert network_words(Plan(source=Source(task="adding"))) == "LSTM 16"
    both = replace(PLAN, hidden_sizes=(8, 4), bidirectional=True, attention=True)
    assert network_words(both) == "LSTM 8 + 4, embedding 16, both ways, attention"


@pytest.mark.parametrize(
    ("task", "sizes", "words"),
    [
        ("adding", {}, ""),
        ("adding", {"length": 20}, ""),
        ("adding", {"length": 50}, ", 50 numbers in a sequence"),
        ("adding", {"examples": 5000}, ", 5 000 sequences to learn from"),
        ("copy", {"symbols": 1, "delay": 1}, ", 1 symbol to remember, 1 timestep of pause"),
        ("copy", {"alphabet": 3}, ", 3 different symbols"),
        ("next_word", {"window": 1}, ", 1 word the network sees"),
    ],
)
def test_task_is_named_with_the_sizes_that_are_not_as_usual(task, sizes, words):
    assert task_words(Source(task=task, sizes=tuple(sizes.items()))) == TASKS[task].name + words
