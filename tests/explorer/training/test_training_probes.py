"""The examples that can be watched are named after what is shown."""

from __future__ import annotations

import pytest

from explorer.training import probes
from explorer.training.plan import Source, default_plan
from explorer.training.probes import example, offered, typed
from lstm_core import TASKS, InputError


@pytest.mark.parametrize("task", TASKS)
def test_every_name_stands_for_the_example_of_its_place(task):
    source = Source(task=task)
    data, names = default_plan(source).data(), offered(source)
    assert len(set(names)) == len(names)
    for place, name in enumerate(names):
        probe = example(source, place)
        text, number = name.rsplit(" (", 1)
        shown = (
            "".join(symbol for symbol in probe.symbols if symbol != "∅").replace("\n", "⏎").replace(" ", "")
        )
        assert shown.startswith(text.replace(" ", "").rstrip("…"))
        place_in = int(number.rstrip(")").rsplit(" ", 1)[1]) - 1
        held_out = number.startswith("held out")
        assert held_out or number.startswith("learned from")
        dataset = data.validation if held_out else data.train
        assert probe.inputs.tolist() == dataset.inputs[place_in : place_in + 1].tolist()
        assert not (held_out and not data.held_out)


def test_held_out_examples_are_offered_first_and_no_more_than_fifteen_of_each():
    names = offered(Source(task="parity"))
    assert len(names) == 30
    assert ["held out" in name for name in names] == [True] * 15 + [False] * 15


def test_name_is_cut_before_it_is_too_long():
    names = offered(Source(task="copy", sizes=(("symbols", 20), ("delay", 100))))
    assert max(len(name) for name in names) < 100
    assert all("…" in name for name in names)


def test_example_that_is_typed_is_read_by_the_task():
    source = Source(task="parity")
    probe = typed(source, "01 1")
    assert probe.symbols == ("0", "1", "1")
    assert typed(source, "01 1") is probe
    with pytest.raises(InputError, match="bits"):
        typed(source, "two")


def test_place_that_is_not_offered_is_refused():
    with pytest.raises(InputError):
        example(Source(task="parity"), 10_000)


def test_offered_is_counted_as_example_counts():
    source = Source(task="parity", sizes=(("length", 5),))
    data = default_plan(source).data()
    assert len(data.validation) < probes._OFFERED
    assert len(offered(source)) == len(data.validation) + len(data.train)
