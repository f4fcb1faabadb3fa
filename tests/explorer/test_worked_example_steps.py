"""The published next-word example: its tables, against plain floats and against what was published."""

import math
import re

import numpy as np
import pytest

from explorer.lessons.worked_example.arithmetic import fixed
from explorer.lessons.worked_example.payload.network import network_stage
from explorer.lessons.worked_example.steps.choices import chosen
from explorer.lessons.worked_example.steps.forward import shares, work_through
from explorer.lessons.worked_example.steps.loss import loss_by_hand
from explorer.lessons.worked_example.steps.parameters import checked, class_weights, gate_weights
from explorer.lessons.worked_example.steps.texts import document_of, documents, read, vocabulary
from explorer.lessons.worked_example.steps.training import assess, trained
from explorer.model import published
from lstm_core import InputError

# From the notebook, row by row: i, f, g, o, c, h.
NOTEBOOK = {
    "this is": [
        [0.895031217, 0.939564924, 0.955457882, 0.979899435, 0.855164631, 0.679813045],
        [0.781308408, 0.887048502, 0.779109430, 0.862287805, 1.367297254, 0.757153169],
    ],
    "is an": [
        [0.725095379, 0.858902001, 0.680217551, 0.824935575, 0.493222603, 0.376806173],
        [0.848735980, 0.918055926, 0.901210867, 0.946646826, 1.217696021, 0.794211345],
    ],
}
SHARES = {
    "this is": [0.06413898, 0.04268872, 0.38673618, 0.05115727, 0.45527885],
    "is an": [0.06118220, 0.03986964, 0.38773374, 0.04822958, 0.46298484],
}
DOCUMENTS = [([3, 1], 2), ([1, 2], 4)]


def plain_floats(params, ids, live=None):
    """Run the network one number at a time: (gates, c and h of every step that is not skipped, shares)."""
    W, U, b = (np.asarray(params[f"layer_0.{name}"]).ravel().tolist() for name in "WUb")
    kernel, bias = (np.asarray(params[f"head.{name}"]).ravel().tolist() for name in ("kernel", "bias"))
    h = c = 0.0
    rows = []
    for x, alive in zip(ids, live or [True] * len(ids), strict=True):
        if not alive:
            continue
        a = [x * W[k] + h * U[k] + b[k] for k in range(4)]
        i, f, o = (1 / (1 + math.exp(-a[k])) for k in (0, 1, 3))
        g = math.tanh(a[2])
        c = f * c + i * g
        h = o * math.tanh(c)
        rows.append([i, f, g, o, c, h])
    powers = [math.exp(h * k + b_k) for k, b_k in zip(kernel, bias, strict=True)]
    return rows, [p / sum(powers) for p in powers]


def plain_loss(params, ids, label):
    _, said = plain_floats(params, ids)
    return -sum(math.log(y if k == label else 1 - y) for k, y in enumerate(said)) / len(said)


def rows_of(worked):
    return [
        [*(gate.value for gate in step.unit.gates), step.unit.c.value, step.unit.h.value]
        for step in worked.timesteps
        if step.unit
    ]


def chains_of(worked):
    for unit in (step.unit for step in worked.timesteps if step.unit):
        yield from (*unit.sums, *unit.gates, unit.c, unit.squashed, unit.h)
    yield from (*worked.head.logits, *worked.head.powers, worked.head.total, *worked.head.shares)


def typed_in(line: str) -> float:
    python = line.replace("−", "-").replace("×", "*").replace("÷", "/")
    python = python.replace("e^(", "exp(").replace("ln(", "log(")
    assert re.fullmatch(r"(?:exp|log|[\d.e()+*/ -])+", python), python
    return eval(python, {"__builtins__": {}, "exp": math.exp, "log": math.log})


def some_params(seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=array.shape) * scale for name, array in published.params().items()}


WEIGHTS = {
    "published": published.params,
    "trained as published": lambda: trained(0, "published").params,
    "trained": lambda: trained(0, "own").params,
    "random": lambda: some_params(1),
    "large": lambda: some_params(2, 6.0),
}
ANY_WEIGHTS = pytest.mark.parametrize("params", [make() for make in WEIGHTS.values()], ids=list(WEIGHTS))


# ---- from words to numbers


def test_ids_are_by_frequency_then_by_first_appearance():
    assert [(word.id, word.word, word.count, word.first) for word in vocabulary()] == [
        (0, "∅", 0, 0),
        (1, "is", 2, 2),
        (2, "an", 2, 3),
        (3, "this", 1, 1),
        (4, "example", 1, 6),
    ]


def test_documents_are_read_up_to_their_last_word_which_is_the_label():
    first, second = documents()
    assert (first.reading.words, first.reading.ids) == (("this", "is"), (3, 1))
    assert (second.reading.words, second.reading.ids) == (("is", "an"), (1, 2))
    assert (first.text, first.after, first.label) == ("this is an", "an", 2)
    assert (second.text, second.after, second.label) == ("is an example", "example", 4)
    assert (first.one_hot, second.one_hot) == ((0, 0, 1, 0, 0), (0, 0, 0, 0, 1))


@pytest.mark.parametrize(
    ("text", "ids", "live"),
    [
        ("this is", (3, 1), (True, True)),
        ("is", (0, 1), (False, True)),
        ("Example!", (0, 4), (False, True)),
        ("this is an example", (2, 4), (True, True)),
        ("is banana", (0, 1), (False, True)),
    ],
)
def test_text_is_padded_on_the_left_to_two_ids(text, ids, live):
    reading = read(text)
    assert (reading.ids, reading.live) == (ids, live)
    assert reading.padded == (not all(live))
    assert ("banana" in " ".join(reading.notes)) == ("banana" in text)


@pytest.mark.parametrize("text", ["", "   ", "banana", "<b>", "∅"])
def test_text_without_a_known_word_is_refused(text):
    with pytest.raises(InputError, match="one that the network has a number for"):
        read(text)


def test_only_the_beginning_of_a_document_has_an_answer():
    assert document_of(read("is an")).after == "example"
    assert document_of(read("is")) is None


def test_network_has_twelve_and_ten_parameters():
    stage = network_stage(chosen("published", 0, None))
    (table,) = (block for block in stage["blocks"] if block.get("total"))
    assert [row[1:] for row in table["rows"]] == [
        ["layer_0.W", "1 × 4", "4"],
        ["layer_0.U", "1 × 4", "4"],
        ["layer_0.b", "4", "4"],
        ["head.kernel", "1 × 5", "5"],
        ["head.bias", "5", "5"],
    ]
    assert (table["total"], stage["title"]) == ("22", "The network: 12 + 10 = 22 parameters")
    gates = gate_weights(published.params())
    assert [own.gate for own in gates] == ["i", "f", "g", "o"]
    assert (gates[1].kernel, gates[1].recurrent, gates[1].bias) == (0.46882355, 0.37472215, 1.3373766)
    classes = class_weights(published.params())
    assert [own.word for own in classes] == ["∅", "is", "an", "this", "example"]
    assert (classes[4].kernel, classes[4].bias) == (1.1733266, 0.28241307)


# ---- the numbers


@pytest.mark.parametrize("text", list(NOTEBOOK))
def test_published_weights_give_the_numbers_of_the_notebook(text):
    worked = work_through(published.params(), read(text))
    np.testing.assert_allclose(rows_of(worked), NOTEBOOK[text], rtol=0, atol=1e-9)
    assert [round(share.value, 8) for share in worked.head.shares] == SHARES[text]


def test_published_weights_give_the_published_prediction():
    said = shares(published.params(), read(published.TEXT))
    np.testing.assert_allclose(said, published.PREDICTION, rtol=0, atol=6e-8)


@ANY_WEIGHTS
@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("text", ["this is", "is an", "is", "example this"])
def test_walk_ends_in_the_numbers_of_plain_floats(params, text, skip):
    reading = read(text)
    worked = work_through(params, reading, skip=skip)
    rows, said = plain_floats(params, reading.ids, reading.live if skip else None)
    np.testing.assert_allclose(rows_of(worked), rows, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose([share.value for share in worked.head.shares], said, rtol=1e-12)
    assert shares(params, reading, skip=skip) == tuple(share.value for share in worked.head.shares)


@ANY_WEIGHTS
@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("text", ["this is", "is an", "is"])
def test_every_line_comes_out_as_shown_when_it_is_typed_into_a_calculator(params, text, skip):
    worked = work_through(params, read(text), skip=skip)
    count = 0
    for chain in chains_of(worked):
        assert chain.result == fixed(chain.value)
        for part in chain.parts:
            assert fixed(typed_in(part)) == chain.result, (chain.symbol, part)
            count += 1
    for document in documents():
        loss = loss_by_hand(params, document)
        for chain in (*loss.terms, loss.mean, loss.of_both):
            assert chain.parts
            for part in chain.parts:
                assert fixed(typed_in(part)) == chain.result, (chain.symbol, part)
    # With the published weights nothing is left out: 4 × 2 + 4 × 2 + 2 + 2 + 1 a step, then 5 + 5 + 1 + 5.
    if params["head.bias"][0] == published.params()["head.bias"][0]:
        computed = sum(step.unit is not None for step in worked.timesteps)
        assert count == 21 * computed + 16


def test_results_are_carried_into_the_lines_that_use_them():
    first, second = work_through(published.params(), read("this is")).timesteps
    assert first.unit.sums[0].parts[0] == "3 × 0.5866583 + 0 × 0.44634107 + 0.3832207"
    assert second.h_prev == first.unit.h.value
    assert second.c_prev == first.unit.c.value
    assert second.unit.sums[0].parts[0].startswith(f"1 × 0.5866583 + {first.unit.h.result} × 0.44634107")


def test_skipped_padding_changes_nothing_and_read_padding_does():
    reading = read("is")
    skipped = work_through(published.params(), reading).timesteps
    assert skipped[0].unit is None
    assert (skipped[1].h_prev, skipped[1].c_prev) == (0, 0)
    taken = work_through(published.params(), reading, skip=False).timesteps
    assert taken[0].x == 0
    assert [own.value for own in taken[0].unit.sums] == list(published.params()["layer_0.b"])
    assert taken[1].h_prev > 0
    _, alone = plain_floats(published.params(), [1])
    np.testing.assert_allclose(shares(published.params(), reading), alone, rtol=1e-14)


def test_large_logits_are_made_smaller_before_their_powers():
    params = published.params()
    params["head.bias"] = params["head.bias"] + 800
    head = work_through(params, read("this is")).head
    assert head.shift == max(logit.value for logit in head.logits) > 800
    assert max(own.value for own in head.powers) == 1
    np.testing.assert_allclose([share.value for share in head.shares], SHARES["this is"], atol=1e-8)


def test_saturated_gates_leave_out_what_no_calculator_can_raise():
    params = published.params()
    params["layer_0.b"] = np.array([-2000.0, 2000.0, 2000.0, -2000.0])
    gates = work_through(params, read("this is")).timesteps[0].unit.gates
    assert [gate.value for gate in gates] == [0, 1, 1, 0]
    assert gates[0].result == "0"


# ---- the loss


@ANY_WEIGHTS
def test_loss_is_the_mean_surprise_of_five_questions(params):
    for document, (ids, label) in zip(documents(), DOCUMENTS, strict=True):
        loss = loss_by_hand(params, document)
        if not loss.cut:
            assert loss.mean.value == pytest.approx(plain_loss(params, ids, label), rel=1e-11)
        both = [loss_by_hand(params, other).mean.value for other in documents()]
        assert loss.of_both.value == pytest.approx(sum(both) / 2, rel=1e-14)


def test_probabilities_are_cut_as_keras_does_before_their_logarithm():
    params = published.params()
    params["head.bias"] = np.array([0.0, 0.0, -40.0, 0.0, 40.0])
    loss = loss_by_hand(params, documents()[0])
    assert loss.cut
    assert loss.terms[2].parts == ("ln(0.0000001)",)
    assert loss.terms[2].value == pytest.approx(-16.11809565, abs=1e-8)
    assert loss.terms[4].parts == ("ln(1 − 0.9999999)",)
    assert loss.terms[4].value == pytest.approx(-16.11809565, abs=1e-8)


def test_published_weights_do_not_know_the_first_answer_and_are_no_better_than_halves():
    found = assess(published.params())
    assert [answer.said for answer in found.answers] == ["example", "example"]
    assert [answer.right for answer in found.answers] == [False, True]
    assert found.right == 1
    assert found.loss == pytest.approx(0.3134, abs=5e-5)
    assert found.baseline == pytest.approx(2 * math.log(2) / 5)
    assert found.loss > found.baseline


# ---- training


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_learning_rate_of_the_notebook_is_too_small_for_500_epochs_and_the_apps_own_is_not(seed):
    slow, fast = trained(seed, "published"), trained(seed, "own")
    assert (slow.learning_rate, fast.learning_rate) == (0.001, 0.05)
    assert len(slow.losses) == len(fast.losses) == 501
    assert slow.losses[0] == fast.losses[0]
    assert assess(slow.params).loss > assess(slow.params).baseline
    assert assess(fast.params).right == 2
    assert fast.losses[-1] < 0.01
    for run in (slow, fast):
        assert run.losses[-1] == assess(run.params).loss < run.losses[0]


def test_another_seed_draws_other_weights():
    assert trained(0, "own").losses[0] != trained(1, "own").losses[0]
    assert trained(0, "own") is trained(0, "own")


def test_what_was_trained_cannot_be_changed_by_who_looks_at_it():
    run = trained(0, "own")
    assert not run.losses.flags.writeable
    assert not any(array.flags.writeable for array in run.params.values())


# ---- weights from outside


def test_weights_of_this_network_are_taken_as_float64():
    single = {name: array.astype(np.float32) for name, array in published.params().items()}
    taken = checked(single)
    assert {name: array.dtype for name, array in taken.items()} == dict.fromkeys(single, np.float64)
    np.testing.assert_allclose(taken["layer_0.W"], published.params()["layer_0.W"], rtol=1e-7)


def test_weights_of_another_network_are_not_taken():
    params = published.params()
    assert checked(params | {"head.bias": np.zeros(6)}) is None
    assert checked({"layer_0.W": params["layer_0.W"]}) is None
    assert checked(params | {"head.bias": np.full(5, np.nan)}) is None
