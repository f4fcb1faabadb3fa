"""What Explore shows: which weights stay, are drawn or come back, what is said about it, and its key."""

import re
from dataclasses import replace

import numpy as np
import pytest

from explorer.model import experiment as module
from explorer.model.experiment import Draw, Experiment
from explorer.sequence import NumbersConfig, TextConfig, read_sequence
from lstm_core import LSTM


def lists(blocks):
    return {block: array.tolist() for block, array in blocks.items()}


def numbers(text):
    return read_sequence(NumbersConfig(text))


def told(news):
    """Read what news say: {(verb, parameters, gates)}, without the words around them."""
    found = set()
    for sentence in news:
        claim = re.split(r" \(seed| that you had|\. ", sentence)[0]
        gates = re.search(r" of ([figo](?:(?:, | and )[figo])*)$", claim)
        names = "".join(re.findall(r"\b[WURPb]\b", claim))
        found.add((sentence.split()[0], names, gates[1].replace(" and ", "") if gates else "all"))
    return found


# ---- drawing


def test_draw_gives_the_same_blocks_for_the_same_seed_and_others_for_another():
    first = lists(Draw(seed=4).blocks(LSTM(), 2, 3))
    assert lists(Draw(seed=4).blocks(LSTM(), 2, 3)) == first
    assert lists(Draw(seed=5).blocks(LSTM(), 2, 3)) != first


def test_draw_sets_the_forget_bias_and_no_two_gates_alike():
    blocks = Draw(forget_bias=-2.5).blocks(LSTM(), 2, 3)
    assert blocks["b", "f"].tolist() == [-2.5] * 3
    assert not any(blocks["b", gate].any() for gate in "igo")
    for name in "WU":
        assert len({blocks[name, gate].tobytes() for gate in "ifgo"}) == 4


def test_experiment_starts_from_a_zero_state_with_drawn_or_given_weights():
    sequence = numbers("1 2; 3 4")
    drawn = Experiment.start(LSTM(), sequence, 3, draw=Draw(seed=2))
    assert lists(drawn.blocks) == lists(Draw(seed=2).blocks(LSTM(), 2, 3))
    assert (drawn.input_size, drawn.hidden_size) == (2, 3)
    assert lists(drawn.initial) == {"h": [0, 0, 0], "c": [0, 0, 0]}
    assert drawn.news == ()
    given = Experiment.start(LSTM(), sequence, 3, draw=Draw(), blocks=drawn.blocks)
    assert lists(given.blocks) == lists(drawn.blocks)


def test_run_starts_from_the_state_and_skips_what_the_sequence_masks(begin):
    config = TextConfig("ab", length=4, pad="after")
    experiment = begin(config).with_initial({"h": np.array([0.5, 0, 0]), "c": np.array([0, -1.0, 2])})
    trace = experiment.run()
    assert trace.x.shape == (1, 4, 2)
    assert trace.initial["h"][0].tolist() == [0.5, 0, 0]
    assert trace.initial["c"][0].tolist() == [0, -1, 2]
    assert trace["c"][0, 3].tolist() == trace["c"][0, 1].tolist()


# ---- what changes do to the weights


def test_nothing_is_drawn_and_nothing_said_when_nothing_changes(begin):
    experiment = begin()
    same = experiment.with_parts(experiment.sequence).with_parts(cell=LSTM()).with_parts(hidden_size=3)
    assert lists(same.blocks) == lists(experiment.blocks)
    assert same.key == experiment.key
    assert same.news == ()


def test_other_input_size_draws_w_alone_and_back_brings_it_back(begin):
    experiment = begin("1 -2; 0.5 4")
    wide = experiment.with_parts(numbers("1 2 3; 4 5 6"))
    assert told(wide.news) == {("Drew", "W", "all")}
    assert wide.blocks["W", "o"].shape == (3, 3)
    assert wide.blocks["U", "o"] is experiment.blocks["U", "o"]
    back = wide.with_parts(experiment.sequence)
    assert told(back.news) == {("Brought", "W", "all")}
    assert lists(back.blocks) == lists(experiment.blocks)
    assert back.key == experiment.key


def test_other_hidden_size_draws_all_and_starts_from_zero(begin):
    experiment = begin().with_initial({"h": np.ones(3), "c": np.ones(3)})
    more = experiment.with_parts(hidden_size=5)
    assert told(more.news) == {("Drew", "WUb", "all")}
    assert lists(more.initial) == {"h": [0] * 5, "c": [0] * 5}
    back = more.with_parts(hidden_size=3)
    assert told(back.news) == {("Brought", "WUb", "all")}
    assert lists(back.blocks) == lists(experiment.blocks)


@pytest.mark.parametrize(
    ("options", "gate"),
    [
        ({"input_gate": False}, "i"),
        ({"forget_gate": False}, "f"),
        ({"output_gate": False}, "o"),
        ({"coupled": True}, "f"),
    ],
)
def test_gate_without_weights_loses_nothing_and_brings_them_back(begin, options, gate):
    experiment = begin()
    held = experiment.with_parts(cell=LSTM(**options))
    expected = {block: array for block, array in experiment.blocks.items() if block[1] != gate}
    assert lists(held.blocks) == lists(expected)
    assert held.news == ()
    back = held.with_parts(cell=LSTM())
    assert told(back.news) == {("Brought", "WUb", gate)}
    assert lists(back.blocks) == lists(experiment.blocks)


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        ({}, {"peephole": True}, ("Drew", "P", "all")),
        ({}, {"peephole": True, "output_gate": False}, ("Drew", "P", "fi")),
        ({}, {"full_gate_recurrence": True}, ("Drew", "R", "all")),
        (
            {"full_gate_recurrence": True},
            {"full_gate_recurrence": True, "coupled": True},
            ("Drew", "R", "io"),
        ),
        ({"coupled": True}, {}, ("Drew", "WUb", "f")),
        ({"output_gate": False, "peephole": True}, {"peephole": True}, ("Drew", "WUbP", "o")),
        ({"input_gate": False, "forget_gate": False}, {}, ("Drew", "WUb", "fi")),
        ({}, {"activation": "relu", "gate_activation": "hard_sigmoid"}, ()),
    ],
)
def test_news_name_the_weights_that_were_drawn(begin, before, after, news):
    experiment = begin(cell=LSTM(**before)).with_parts(cell=LSTM(**after))
    assert told(experiment.news) == ({news} if news else set())


def test_news_do_not_claim_weights_that_stayed(begin):
    before = begin(cell=LSTM(coupled=True, full_gate_recurrence=True))
    after = before.with_parts(cell=LSTM(full_gate_recurrence=True))
    assert after.blocks["W", "i"] is before.blocks["W", "i"]
    # R takes one gate more, so all of it is new; of W, U and b only those of f are.
    said = " ".join(after.news)
    assert re.search(r"\bb of f\b", said)
    assert re.search(r"\bR\b", said)


def test_drawn_and_returned_weights_are_told_apart(begin):
    experiment = begin("1; 2").with_parts(cell=LSTM(coupled=True)).with_parts(numbers("1 2; 3 4"))
    back = experiment.with_parts(cell=LSTM())
    assert told(back.news) == {("Drew", "W", "f"), ("Brought", "Ub", "f")}


def test_edited_weights_are_the_ones_that_come_back(begin):
    experiment = begin()
    blocks = {**experiment.blocks, ("b", "f"): np.array([1 / 3, 0.1 + 0.2, -1e-300])}
    edited = experiment.with_blocks(blocks)
    assert edited.news == ()
    assert lists(edited.with_parts(hidden_size=2).with_parts(hidden_size=3).blocks) == lists(blocks)


def test_redrawn_weights_use_and_keep_the_new_settings(begin):
    draw = Draw("zeros", "zeros", seed=1, forget_bias=3.0)
    drawn = begin().redrawn(draw)
    assert lists(drawn.blocks) == lists(draw.blocks(LSTM(), 2, 3))
    assert drawn.news == ()
    assert drawn.with_parts(hidden_size=2).blocks["b", "f"].tolist() == [3, 3]
    assert told(drawn.with_parts(hidden_size=2).news) == {("Drew", "WUb", "all")}
    assert "(seed 1)" in drawn.with_parts(hidden_size=2).news[0]


def test_memory_is_limited_and_the_weights_in_use_are_always_in_it(begin):
    experiment = begin()
    for hidden_size in range(60, 129):
        experiment = experiment.with_parts(hidden_size=hidden_size)
    assert sum(array.size for array in experiment.known.values()) <= module.MAX_REMEMBERED
    assert {id(array) for array in experiment.blocks.values()} <= set(map(id, experiment.known.values()))
    last = lists(experiment.with_parts(hidden_size=127).blocks)
    assert told(experiment.with_parts(hidden_size=127).news) == {("Brought", "WUb", "all")}
    assert (
        lists(
            experiment.with_parts(hidden_size=127)
            .with_parts(hidden_size=128)
            .with_parts(hidden_size=127)
            .blocks
        )
        == last
    )


def test_changes_leave_the_experiment_before_as_it_was(begin):
    experiment = begin()
    before, key = lists(experiment.blocks), experiment.key
    experiment.with_parts(hidden_size=7).redrawn(Draw(seed=9)).with_parts(numbers("9"))
    assert lists(experiment.blocks) == before
    assert experiment.key == key


# ---- keys


def changed(experiment, block, place, value):
    array = experiment.blocks[block].copy()
    array[place] = value
    return experiment.with_blocks({**experiment.blocks, block: array})


def swapped(experiment):
    """Let i and f change places: the same numbers, for other gates."""
    other = {"i": "f", "f": "i"}
    return replace(
        experiment,
        blocks={(name, other.get(gate, gate)): array for (name, gate), array in experiment.blocks.items()},
    )


def test_equal_content_has_equal_keys(begin):
    assert begin().key == begin().key
    experiment = begin()
    copies = {block: array.copy() for block, array in reversed(experiment.blocks.items())}
    assert experiment.with_blocks(copies).key == experiment.key


CHANGES = {
    "a weight by one bit": lambda e: changed(
        e, ("U", "g"), (0, 1), np.nextafter(e.blocks["U", "g"][0, 1], 9)
    ),
    "a bias": lambda e: changed(e, ("b", "o"), 2, 0.0),
    "two gates in one another's place": swapped,
    "first h": lambda e: e.with_initial({"h": np.array([1e-300, 0, 0])}),
    "first c": lambda e: e.with_initial({"c": np.array([0, 0, -1e-300])}),
    "a number of the sequence": lambda e: e.with_parts(numbers("1 -2; 0.5 4; 0 0; -1 0.5")),
    "the shape of the sequence": lambda e: e.with_parts(numbers("1 -2; 0.5 4; 0 0")),
    "the cell's functions": lambda e: e.with_parts(cell=LSTM(activation="relu")),
    "a gate that is held": lambda e: e.with_parts(cell=LSTM(output_gate=False)),
    "names of the inputs": lambda e: replace(e, sequence=replace(e.sequence, inputs=("a", "b"))),
    "symbols": lambda e: replace(e, sequence=replace(e.sequence, symbols=("a", "b", "c", "d"))),
    "skipped steps": lambda e: replace(e, sequence=replace(e.sequence, mask=np.arange(4) > 0)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_other_content_has_another_key(begin, change):
    assert change(begin()).key != begin().key


def test_h_and_c_in_one_anothers_place_have_another_key(begin):
    one = np.ones(3)
    assert begin().with_initial({"h": one}).key != begin().with_initial({"c": one}).key
