"""The tasks: their data against rules written down independently, their baselines, and what they refuse."""

import math
import pickle
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise

import numpy as np
import pytest

from lstm_core import GRU, LSTM, InputError, OverflowInputError, SimpleRNN
from lstm_core.cells import Cell
from lstm_core.losses import LOSSES
from lstm_core.network import Embedding, Network, NetworkConfig, OneHot, Raw, RecurrentLayer
from lstm_core.optimizers import SGD
from lstm_core.sampling import sample
from lstm_core.tasks import TASKS, adding, characters, forecasting, metrics, next_word, sentiment
from lstm_core.tasks.bag_of_words import PENALTY, BagOfWords
from lstm_core.tasks.base import PADDING, guess
from lstm_core.tasks.strings import different_strings
from lstm_core.tasks.vocabulary import composed, words
from lstm_core.tasks.wording import counted, first_few
from lstm_core.training import Dataset, train

TYPED = {
    "next_word": "this is",
    "sentiment": "not good but lovely",
    "forecasting": "90, 95.5 120; 80",
    "characters": "When the",
    "adding": "0.3 0.5* 0.9 0.2*",
    "copy": "CAB",
    "parity": "01101",
}


def rng(seed=0):
    return np.random.default_rng(seed)


def arrays(dataset):
    return [array for array in (dataset.inputs, dataset.targets, dataset.mask) if array is not None]


@pytest.fixture(params=TASKS)
def key(request):
    return request.param


@pytest.fixture
def data(key):
    return TASKS[key].build(rng())


# --- what every task must do


def test_registry_holds_the_eight_tasks_by_their_own_keys():
    assert list(TASKS) == [
        "next_word",
        "sentiment",
        "forecasting",
        "characters",
        "adding",
        "copy",
        "parity",
        "four_targets",
    ]
    assert all(task.key == key for key, task in TASKS.items())


def test_task_says_in_one_sentence_what_makes_it_hard(key):
    hard = TASKS[key].hard
    assert hard.endswith(".")
    assert "\n" not in hard
    assert 40 < len(hard) <= 110


def test_task_declares_what_kind_of_answer_it_asks_for(key, data):
    answer, recipe = TASKS[key].answer, data.recipe
    every, classes = recipe.network.read == "every", recipe.network.activation == "softmax"
    assert every == (answer in ("labels", "writing", "values"))
    assert classes == (answer in ("label", "labels", "writing"))
    # Only who reads what it says can go on by itself; only a series is more than the examples cut from it.
    if classes and every:
        assert (data.inputs == data.outputs) == (answer == "writing")
    assert hasattr(data.reader, "forecast") == (answer == "series")


def test_same_seed_gives_the_same_data(key):
    first, second = (TASKS[key].build(rng(5)) for _ in range(2))
    for mine, other in ((first.train, second.train), (first.validation, second.validation)):
        for left, right in zip(arrays(mine), arrays(other), strict=True):
            np.testing.assert_array_equal(left, right)
    assert first.baseline == second.baseline


def test_what_is_drawn_depends_on_the_seed(key):
    first, second = (TASKS[key].build(rng(seed)).train for seed in (1, 2))
    same = all(np.array_equal(left, right) for left, right in zip(arrays(first), arrays(second), strict=True))
    assert same == (key in ("next_word", "characters"))


def test_recipe_fits_the_data(data):
    recipe = data.recipe
    network = Network(recipe.network)
    params = network.init(rng())
    for dataset in (data.train, data.validation):
        inputs = dataset.inputs[:3]
        trace = network.forward(params, inputs, None if dataset.mask is None else dataset.mask[:3])
        targets = LOSSES[recipe.loss].check("targets", dataset.targets[:3], trace.outputs.shape, np.float64)
        value, _ = LOSSES[recipe.loss](
            trace.logits, trace.outputs, targets, activation=recipe.network.activation
        )
        assert math.isfinite(value)
        measured = data.metric(trace.outputs, Dataset(inputs, dataset.targets[:3]))
        assert math.isfinite(measured)
    assert len(data.outputs) == recipe.network.outputs
    ids = isinstance(recipe.network.inputs, OneHot | Embedding)
    assert len(data.inputs) == (recipe.network.inputs.vocabulary if ids else recipe.network.inputs.width)


def test_notes_say_so_if_nothing_is_held_out(data):
    assert data.held_out == (data.train is not data.validation)
    assert data.held_out or "measured on what it learned from" in " ".join(data.notes)


@pytest.mark.parametrize("key", ["sentiment", "adding", "copy", "parity"])
def test_no_held_out_example_is_learned_from(key):
    data = TASKS[key].build(rng())
    learned = {example.tobytes() for example in data.train.inputs}
    assert not [example for example in data.validation.inputs if example.tobytes() in learned]


@pytest.mark.parametrize(
    ("key", "own", "first_held_out", "window"),
    [
        ("characters", "".join(chr(ord("a") + n % 26) for n in range(170)) + "0123456789" * 3, 170, 2),
        ("next_word", " ".join(f"{'old' if n < 83 else 'new'}{n}" for n in range(103)), 83, 3),
        ("forecasting", [n % 7 if n < 80 else 1000 + n for n in range(100)], 80, 14),
    ],
)
def test_nothing_at_or_after_the_split_is_learned_from(key, own, first_held_out, window):
    data = TASKS[key].build(rng(), own, window=window)
    pieces = own.split() if key == "next_word" else [str(piece) for piece in own]
    before, after = set(pieces[:first_held_out]), set(pieces[first_held_out:])
    assert not before & after
    for dataset, allowed in ((data.train, before), (data.validation, after)):
        for place in range(len(dataset)):
            probe = data.example(dataset, place)
            assert set(probe.target if key == "characters" else probe.target.split()) <= allowed
            assert dataset is data.validation or set(probe.symbols) <= before
    with_last = data.example(data.train, len(data.train) - 1)
    assert with_last.target[-1] == pieces[first_held_out - 1][-1]  # up to the split, all is used


@pytest.mark.parametrize(
    ("key", "own", "count", "of"),
    [
        ("next_word", "the cat sat on the mat and the dog sat on the rug " * 8, 20, 20),
        ("next_word", "one two three four five six seven " * 4 + "one two three four nine ten", 4, 6),
        ("characters", "abcdefghij" * 60, 2, 2),
        ("forecasting", [float(number % 7) for number in range(100)], 20, 20),
        ("forecasting", [float(number % 7) for number in range(99)] + [50.0], 19, 20),
    ],
)
def test_held_out_windows_that_are_also_learned_from_are_counted(key, own, count, of):
    data = TASKS[key].build(rng(), own)
    assert len(data.validation) == of
    assert f"{count} of {of} held-out windows also occur in what is learned from." in data.notes


def test_repeated_window_of_characters_is_found_between_the_windows_that_are_cut():
    text = characters.text()
    data = TASKS["characters"].build(rng(), window=40)
    split = len(text) - round(0.15 * len(text))
    held_out = [text[split:][start : start + 41] for start in range(0, len(text) - split - 40, 40)]
    count = sum(window in text[:split] for window in held_out)
    assert (count, len(held_out)) == (1, 12)
    assert data.notes[1] == "1 of 12 held-out windows also occurs in what is learned from."
    assert data.repeats == (data.notes[1],)
    aligned = {example.tobytes() for example in data.train.inputs}
    assert not [example for example in data.validation.inputs if example.tobytes() in aligned]


@pytest.mark.parametrize("key", ["adding", "copy", "parity", "sentiment", "forecasting"])
def test_nothing_is_said_of_repetition_where_there_is_none(key):
    assert not [note for note in TASKS[key].build(rng()).notes if "also occur" in note]


def test_data_can_be_sent_to_another_process(data):
    copy = pickle.loads(pickle.dumps(data))
    outputs = np.full((*data.validation.targets.shape[:2], len(data.outputs)), 0.3)
    outputs = outputs if data.recipe.network.read == "every" else outputs[:, 0]
    assert copy.metric(outputs, copy.validation) == data.metric(outputs, data.validation)
    assert copy.example(copy.train, 0).symbols == data.example(data.train, 0).symbols
    assert copy.baseline == data.baseline


def test_example_of_anything_but_the_data_itself_is_refused(data):
    other = TASKS["adding"].build(rng(1)).train
    for wrong in (None, other, "train"):
        with pytest.raises(
            InputError, match="the train, the validation or the test of the same data, got an"
        ):
            data.example(wrong, 0)


@pytest.mark.parametrize(
    ("metric", "outputs", "targets", "errors"),
    [
        (
            metrics.accuracy_of("right"),
            [[[0.2, 0.8], [0.2, 0.8]], [[0.7, 0.3], [0.7, 0.3]]],
            [[0, 1], [0, 1]],
            [[0, 1], [1, 0]],
        ),
        (
            metrics.nats_per("position", "answer"),
            [[[0.2, 0.8]] * 2, [[0.7, 0.3]] * 2],
            [[0, 1], [0, 1]],
            -np.log([[0.2, 0.8], [0.7, 0.3]]),
        ),
        (
            metrics.MEAN_SQUARED_ERROR,
            [[[1, 2]] * 2] * 2,
            [[[1, 0], [4, 2]], [[1, 2], [1, 0]]],
            [[2, 4.5], [0, 2]],
        ),
    ],
)
def test_metric_is_the_mean_over_what_counts(metric, outputs, targets, errors):
    outputs, targets, errors = np.array(outputs, float), np.array(targets), np.array(errors)
    inputs = np.zeros((2, 2), int)

    def measured(mask=None, weights=None):
        return metric(outputs, Dataset(inputs, targets, mask, weights))

    (a, b), (c, d) = errors.tolist()
    assert measured() == pytest.approx((a + b + c + d) / 4)
    assert measured([[0, 1], [1, 1]]) == pytest.approx((b + c + d) / 3)
    assert measured(None, [1.0, 3.0]) == pytest.approx((a + b + 3 * c + 3 * d) / 8)
    assert measured([[0, 1], [1, 0]], [[5.0, 1.0], [3.0, 7.0]]) == pytest.approx((b + 3 * c) / 4)
    at_the_end = metric(outputs[:, 1], Dataset(inputs, targets[:, 1], [[1, 0], [0, 1]], [1.0, 3.0]))
    assert at_the_end == pytest.approx((b + 3 * d) / 4)


def test_loss_of_a_guess_counts_as_its_metric_does():
    held_out = Dataset([[1, 2], [3, 4]], [[[1.0], [2.0]], [[3.0], [5.0]]], [[0, 1], [1, 1]], [1.0, 2.0])
    found = guess("0", np.zeros((2, 2, 1)), held_out, metrics.MEAN_SQUARED_ERROR, "squared_error", "linear")
    assert found.value == pytest.approx((4 + 2 * 9 + 2 * 25) / 5)
    assert found.loss == pytest.approx(found.value)
    assert found.each.tolist() == [[1, 4], [9, 25]]


def test_baseline_is_the_mean_of_what_it_reaches_at_each_held_out_position(data):
    for known in (data.baseline, *data.references):
        assert len(known.each) == len(data.validation)
        assert not known.each.flags.writeable
        weights = None if data.validation.mask is None or known.each.ndim == 1 else data.validation.mask
        assert np.average(known.each, weights=weights) == pytest.approx(known.value, rel=1e-12)


def test_numbers_of_things_are_written_in_the_singular_and_the_plural():
    assert [counted(number, "row") for number in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert first_few(range(8)) == "0, 1, 2, 3, 4, 5, 6, 7"
    assert first_few(range(9)) == "0, 1, 2, 3, 4, 5, 6, 7 and 1 more"


def test_metric_knows_which_way_is_better(data):
    worse = data.baseline.value + (1 if data.metric.better == "lower" else -0.1)
    assert data.metric.beats(data.baseline.value, worse)
    assert not data.metric.beats(worse, data.baseline.value)
    assert not data.metric.beats(data.baseline.value, data.baseline.value)


def test_example_is_shown_symbol_by_symbol(data):
    for dataset in (data.train, data.validation):
        probe = data.example(dataset, len(dataset) - 1)
        assert len(probe.symbols) == probe.inputs.shape[1] == dataset.inputs.shape[1]
        assert probe.target
        if probe.mask is not None:
            assert [symbol == PADDING for symbol in probe.symbols] == (~probe.mask[0]).tolist()
    with pytest.raises(InputError, match="index must be an integer from 0"):
        data.example(data.train, len(data.train))


def test_typed_sequence_can_be_run(key, data):
    if key == "four_targets":
        with pytest.raises(InputError, match="cannot be typed"):
            data.reader.read("1 2 3")
        return
    probe = data.reader.read(TYPED[key])
    network = Network(data.recipe.network)
    trace = network.forward(network.init(rng()), probe.inputs, probe.mask)
    assert trace.timesteps == len(probe.symbols)


NONSENSE = ("", "§ §", "0.5 0.5", "1e999", "0.1* 0.2* 0.3*", "2", "-1*", "nan", "ABC1")
READ = {
    ("forecasting", "0.5 0.5"): ("0.5", "0.5"),
    ("forecasting", "2"): ("2",),
    # Of these, the text that comes with the task has the points, the spaces and small letters.
    ("characters", "§ §"): (" ",),
    ("characters", "0.5 0.5"): (".", " ", "."),
    ("characters", "0.1* 0.2* 0.3*"): (".", " ", ".", " ", "."),
    ("characters", "1e999"): ("e",),
    ("characters", "nan"): ("n", "a", "n"),
}


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_that_is_typed_is_refused_unless_something_in_it_is_known(key, data, text):
    if (key, text) in READ:
        probe = data.reader.read(text)
        assert probe.symbols == READ[key, text]
        assert np.isfinite(probe.inputs).all()
    else:
        with pytest.raises(InputError):
            data.reader.read(text)


def test_sizes_outside_their_range_or_unknown_are_refused(key):
    task = TASKS[key]
    for size in task.sizes:
        for value in (size.low - 1, size.high + 1, 2.5, True):
            with pytest.raises(InputError, match=f"{size.key} must be an integer from {size.low}"):
                task.build(rng(), **{size.key: value})
    with pytest.raises(InputError, match="unknown colour"):
        task.build(rng(), colour=1)


SMALLEST = {
    ("next_word", "window"): (4, 1, 1),
    ("forecasting", "window"): (479, 1, 1),
    ("characters", "window"): (2832, 2),
    ("adding", "length"): (1000, 2, 2),
    ("adding", "examples"): (50, 20, 2),
    ("copy", "symbols"): None,
    ("copy", "alphabet"): None,
    ("copy", "delay"): (1000, 9),
    ("copy", "examples"): (50, 13),
    ("parity", "length"): (7, 5, 1),
}


def test_smallest_sizes_build_unless_there_are_too_few_strings(key):
    for size in TASKS[key].sizes:
        shape = SMALLEST[key, size.key]
        if shape is None:
            with pytest.raises(InputError, match=r"Raise “Symbols to remember” or “Different symbols”$"):
                TASKS[key].build(rng(), **{size.key: size.low})
        else:
            data = TASKS[key].build(rng(), **{size.key: size.low})
            assert data.train.inputs.shape == shape
            assert data.validation.inputs.shape[1:] == shape[1:]


def test_copy_with_too_few_strings_says_how_many_would_do():
    with pytest.raises(InputError, match=r"or lower “Strings to learn from” to at most 312$"):
        TASKS["copy"].build(rng(), symbols=10, alphabet=2)  # 1024 strings, half of them 512
    assert len(TASKS["copy"].build(rng(), symbols=10, alphabet=2, examples=312).train) == 312
    with pytest.raises(InputError, match=r"to at most 312$"):
        TASKS["copy"].build(rng(), symbols=10, alphabet=2, examples=313)


def test_only_a_generator_draws(key):
    with pytest.raises(InputError, match=r"rng must be a numpy\.random\.Generator"):
        TASKS[key].build(np.random.RandomState(0))


def test_own_data_is_refused_where_a_task_makes_its_own(key):
    wrong = object()
    with pytest.raises(InputError):
        TASKS[key].build(rng(), own=wrong)
    assert (TASKS[key].own is None) == (key in ("adding", "copy", "parity", "four_targets"))


# --- the third part


def test_third_part_is_there_only_if_it_is_asked_for_and_nothing_in_it_is_seen_before(key, data):
    assert data.test is None
    assert data.parts == (data.train, data.validation)
    asked = TASKS[key].build(rng(), test=True)
    if not data.held_out:
        assert asked.test is None
        return
    assert asked.parts == (asked.train, asked.validation, asked.test)
    again = TASKS[key].build(rng(), test=True)
    for part, other in zip(asked.parts, again.parts, strict=True):
        for one, same in zip(arrays(part), arrays(other), strict=True):
            np.testing.assert_array_equal(one, same)
    if key not in ("forecasting", "characters"):  # what is learned of a text or a series comes before
        seen = {example.tobytes() for part in asked.parts[:2] for example in part.inputs}
        assert not [example for example in asked.test.inputs if example.tobytes() in seen]
    for known in (asked.tested.baseline, *asked.tested.references):
        assert len(known.each) == len(asked.test)
    assert asked.example(asked.test, 0).symbols
    assert pickle.loads(pickle.dumps(asked)).tested.baseline == asked.tested.baseline


@pytest.mark.parametrize(
    ("key", "own", "test_starts", "validation_starts", "window"),
    [
        ("characters", "".join(chr(ord("a") + n % 26) for n in range(140)) + "0123456789" * 6, 170, 140, 2),
        ("next_word", " ".join(f"word{n}" for n in range(103)), 83, 63, 3),
        ("forecasting", [float(n % 7 + n) for n in range(100)], 80, 60, 14),
    ],
)
def test_third_part_of_a_text_or_a_series_comes_last(key, own, test_starts, validation_starts, window):
    data = TASKS[key].build(rng(), own, window=window, test=True)
    pieces = own.split() if key == "next_word" else [str(piece) for piece in own]
    for part, start in ((data.validation, validation_starts), (data.test, test_starts)):
        first = data.example(part, 0)
        at = start + 1 if key == "characters" else start  # the target of its first character
        assert first.target.split()[0].startswith(pieces[at].removesuffix(".0"))
    alone = TASKS[key].build(rng(), own, window=window)
    assert len(alone.validation) == len(data.validation) == len(data.test)
    np.testing.assert_array_equal(data.train.inputs.shape[1:], alone.train.inputs.shape[1:])
    assert len(data.train) < len(alone.train)


def test_sentences_too_few_to_be_judged_by_are_learned_from_instead():
    rows = [(f"w{number} x", f"label{number % 10}") for number in range(21)]
    data = TASKS["sentiment"].build(rng(), rows, test=True)
    assert data.test is None
    assert len(data.train) + len(data.validation) == 21


def test_series_or_strings_too_few_for_a_third_part_have_none():
    assert TASKS["forecasting"].build(rng(), list(range(50)), window=15, test=True).test is None
    data = TASKS["copy"].build(rng(), symbols=10, alphabet=2, examples=312, test=True)
    assert data.test is None
    assert (len(data.train), len(data.validation)) == (312, 200)


# --- next word


def test_two_documents_are_those_of_the_notebook():
    data = TASKS["next_word"].build(rng())
    assert data.outputs == (PADDING, "is", "an", "this", "example")
    assert data.train.inputs.tolist() == [[[3], [1]], [[1], [2]]]
    assert data.train.targets.tolist() == [[0, 0, 1, 0, 0], [0, 0, 0, 0, 1]]
    assert data.train.mask is None
    assert Network(data.recipe.network).parameter_count == 22
    assert data.recipe.loss == "binary_cross_entropy"
    assert data.baseline.value == 0.5
    share = [0, 0, 0.5, 0, 0.5]  # the loss of always saying so, by hand
    clipped = [min(max(y, 1e-7), 1 - 1e-7) for y in share]
    by_hand = -sum(
        math.log(y) if right else math.log(1 - y) for y, right in zip(clipped, (0, 0, 1, 0, 0), strict=True)
    )
    assert data.baseline.loss == pytest.approx(by_hand / 5, rel=1e-9)


def test_published_weights_give_the_published_prediction():
    data = TASKS["next_word"].build(rng())
    params = {
        "layer_0.W": [[0.5866583, 0.46882355, 0.5307267, 1.1682754]],
        "layer_0.U": [[0.44634107, 0.37472215, 0.31417692, 0.41816187]],
        "layer_0.b": [0.3832207, 1.3373766, 0.29879212, 0.38187584],
        "head.kernel": [[-0.55315286, -1.1231616, 0.7899263, -0.8698494, 1.1733266]],
        "head.bias": [-0.3702354, -0.34576902, 0.40953848, -0.35659516, 0.28241307],
    }
    outputs = Network(data.recipe.network).forward(params, data.train.inputs).outputs
    published = [0.06413898, 0.04268872, 0.38673618, 0.05115727, 0.4552788]
    np.testing.assert_allclose(outputs[0], published, rtol=0, atol=1e-7)  # published in float32
    # The published model says "example" to both: half of its answers are right, as many as the baseline has.
    assert data.metric(outputs, data.validation) == 0.5


TEXT = "the cat sat on the mat and the dog sat on the rug " * 4


def test_own_text_becomes_windows_with_the_word_after_them():
    data = TASKS["next_word"].build(rng(), own=TEXT, window=3)
    vocabulary = data.outputs
    assert vocabulary[:4] == (PADDING, "the", "sat", "on")
    tokens = TEXT.split()
    windows = [(tokens[at : at + 3], tokens[at + 3]) for at in range(len(tokens) - 3)]
    found = [
        ([vocabulary[id_] for id_ in ids], vocabulary[target])
        for dataset in (data.train, data.validation)
        for ids, target in zip(dataset.inputs, dataset.targets, strict=True)
    ]
    assert found == windows
    assert len(data.validation) == round(0.2 * len(windows))
    learned, asked = windows[: len(data.train)], windows[len(data.train) :]
    after = [target for _, target in asked]
    always = next(known for known in data.references if known.name.startswith("always"))
    assert always.value == max(after.count(word) for word in after) / len(after)
    followers = {before[-1]: [] for before, _ in learned}
    for before, target in learned:
        followers[before[-1]].append(target)
    every = [target for _, target in learned]

    def mostly(word):
        return max(vocabulary, key=lambda then: (followers[word].count(then), every.count(then)))

    assert data.baseline.name == "the word that mostly followed the last one"
    assert data.baseline.value == np.mean([mostly(before[-1]) == target for before, target in asked])


def test_shorter_document_is_padded_on_the_left():
    vocabulary, ids, mask, targets = next_word._windows([["a", "b", "c", "d"], ["b", "a"]], 3)
    assert [[vocabulary.symbols[id_] for id_ in row] for row in ids] == [["a", "b", "c"], ["∅", "∅", "b"]]
    assert mask.tolist() == [[True] * 3, [False, False, True]]
    assert [vocabulary.symbols[id_] for id_ in targets] == ["d", "a"]


def test_words_that_stand_only_in_the_held_out_end_are_told():
    for ending, count in (("zebra yak", "2 words"), ("zebra", "1 word")):
        data = TASKS["next_word"].build(rng(), own=TEXT + ending)
        assert f"No network can know {count} asked for there but found nowhere before." in data.notes
    data = TASKS["characters"].build(rng(), own="ab" * 200 + "c", window=30)
    assert data.notes[-1] == "No network can know 1 character found there but nowhere before."
    data = TASKS["characters"].build(rng(), own="ab" * 100, window=29)
    assert data.notes[0] == "Of 200 characters the last 30 are held out, in 1 window of 29."


def test_sign_of_the_padding_can_be_a_word_of_the_text():
    data = TASKS["next_word"].build(rng(), own=TEXT + "∅ b∅ " * 5)
    assert len(set(data.outputs)) == len(data.outputs)
    probe = data.reader.read("∅ b∅")
    assert probe.symbols == ("∅", "b∅")
    assert probe.notes == ()
    assert [data.outputs[id_] for id_ in probe.inputs[0]] == ["∅", "b∅"]
    assert 0 not in probe.inputs
    data = TASKS["sentiment"].build(rng(), own=[*ROWS, *[("∅ is nice", "yes")] * 3])
    assert data.reader.read("∅ nice").symbols == ("∅", "nice")
    rows = [data.example(data.train, place) for place in range(len(data.train))]
    assert data.inputs[0] == "∅∅"
    assert all("∅∅" not in row.symbols for row in rows)  # no padding, as all rows are of one length
    data = TASKS["characters"].build(rng(), own="∅ab" * 100)
    assert data.reader.read("a∅").symbols == ("a", "∅")


def test_name_of_the_padding_is_no_word():
    data = TASKS["next_word"].build(rng())
    with pytest.raises(InputError, match="got “∅”"):
        data.reader.read("∅")
    probe = data.reader.read("this ∅ is")
    assert probe.symbols == ("this", "is")
    assert probe.notes == ("Left out what the network has no number for: “∅”.",)


@pytest.mark.parametrize(
    ("own", "window", "message"),
    [
        (5, 4, "must be a str, got int"),
        ("too short", 4, "from 20 to 20000 words, got 2"),
        ("word " * 21, 4, "at least 23 words, got 21"),
        ("word " * 20_001, 4, "got 20001"),
        ("x" * 200_001, 4, "at most 200000 characters"),
        (" ".join(f"w{number}" for number in range(2_500)), 4, "at most 2000 different words"),
    ],
)
def test_own_text_outside_the_limits_is_refused(own, window, message):
    with pytest.raises(InputError, match=message):
        TASKS["next_word"].build(rng(), own=own, window=window)


def test_words_are_lower_case_and_lose_the_punctuation_around_them():
    assert words("“Don't”, said Zoë — twice!") == ["don't", "said", "zoë", "twice"]
    assert words("cafe\u0301") == ["café"]
    assert words("... — !") == []


def test_pathological_text_is_composed_in_linear_time():
    marks = "a" + "\u0315\u0300\u0327" * 400
    assert composed(marks) == marks  # longer than any word is, and left as it is


def test_unknown_words_are_left_out_with_a_note():
    data = TASKS["next_word"].build(rng())
    probe = data.reader.read("This zebra IS!")
    assert probe.symbols == ("this", "is")
    assert probe.notes == ("Left out what the network has no number for: “zebra”.",)
    with pytest.raises(InputError, match="such as “is”, “an”"):
        data.reader.read("zebra")


# --- sentiment


def test_corpus_is_balanced_and_says_nothing_twice():
    corpus = sentiment.sentences()
    assert 200 <= len(corpus) <= 1400
    assert len({tuple(words(sentence)) for sentence, _ in corpus}) == len(corpus)
    positive = sum(label == "positive" for _, label in corpus)
    assert abs(2 * positive - len(corpus)) <= 0.05 * len(corpus)


def test_corpus_holds_many_sentences_whose_meaning_turns_with_their_order():
    corpus = sentiment.sentences()
    labels = {}
    for sentence, label in corpus:
        labels.setdefault(tuple(sorted(words(sentence))), set()).add(label)
    assert sum(len(both) == 2 for both in labels.values()) >= 60


def test_patterns_are_labelled_by_what_they_mean():
    meant = dict(sentiment.sentences())
    assert (
        meant["the book was great"] == meant["a good book"] == meant["the book was not silly"] == "positive"
    )
    assert (
        meant["the book was boring"] == meant["a bad book"] == meant["the book was not fresh"] == "negative"
    )
    assert meant["not dull but good"] == meant["bad at first but good in the end"] == "positive"
    assert meant["not good but dull"] == meant["good at first but bad in the end"] == "negative"


def test_both_orders_of_the_same_words_are_held_out_together():
    data = TASKS["sentiment"].build(rng())
    bags = [
        {tuple(sorted(ids.tolist())) for ids in dataset.inputs} for dataset in (data.train, data.validation)
    ]
    assert not bags[0] & bags[1]
    assert len(data.validation) == round(0.25 * (len(data.train) + len(data.validation)))
    pairs = sentiment.mirrored(data.validation)
    assert len(pairs) >= 10
    for first, second in pairs:
        left, right = (data.example(data.validation, place) for place in (first, second))
        assert sorted(left.symbols) == sorted(right.symbols)
        assert left.symbols != right.symbols
        assert left.target != right.target


def test_sentences_are_padded_on_the_left_and_masked():
    data = TASKS["sentiment"].build(rng())
    for dataset in (data.train, data.validation):
        np.testing.assert_array_equal(dataset.mask, dataset.inputs > 0)
        assert (np.diff(dataset.mask.astype(int), axis=1) >= 0).all()


THREE_LABELS = [(f"{label}{number} is {label}", label) for number in range(40) for label in ("a", "b")]
THREE_LABELS += [(f"c{number} is c", "c") for number in range(11)]
BOTH_ORDERS = [
    (sentence, label) for n in range(15) for sentence, label in ((f"x{n} y", "a"), (f"y x{n}", "b"))
]


@pytest.mark.parametrize("own", [None, THREE_LABELS, BOTH_ORDERS], ids=["corpus", "three", "orders"])
@pytest.mark.parametrize("seed", range(8))
def test_every_label_has_its_share_of_every_part(own, seed):
    data = TASKS["sentiment"].build(rng(seed), own, test=True)
    counts = np.array([np.bincount(part.targets, minlength=len(data.outputs)) for part in data.parts])
    wanted = 0.25 * counts.sum(axis=0)
    assert abs(counts[1:] - wanted).max() <= 1
    for judged in (data, data.tested):
        share = np.bincount(judged.validation.targets).max() / len(judged.validation)
        assert judged.baseline.value >= share >= 1 / len(data.outputs)


def test_label_of_too_few_sentences_is_only_learned_and_that_is_said():
    data = TASKS["sentiment"].build(rng(), own=[*ROWS, ("who knows", "maybe")])
    assert 2 in data.train.targets
    assert 2 not in data.validation.targets
    assert "Too few different sentences to keep one back have the label “maybe”." in data.notes


def test_single_label_counts_as_the_one_that_is_right_most_often_where_it_is_measured():
    data = TASKS["sentiment"].build(rng())
    label = next(known for known in data.references if known.name.startswith("always"))
    assert label.value == np.bincount(data.validation.targets).max() / len(data.validation)
    chance = next(known for known in data.references if known.name == "chance")
    assert (chance.value, chance.loss) == (0.5, pytest.approx(math.log(2), rel=1e-12))
    assert data.baseline.loss == min(known.loss for known in (data.baseline, *data.references))


def test_bag_of_words_cannot_tell_the_orders_apart():
    data = TASKS["sentiment"].build(rng())
    bag = sentiment.bag_of_words(data)
    shares = bag.shares(data.validation.inputs)
    right = shares.argmax(axis=1) == data.validation.targets
    pairs = np.array(sentiment.mirrored(data.validation))
    np.testing.assert_allclose(shares[pairs[:, 0]], shares[pairs[:, 1]], rtol=0, atol=1e-12)
    assert right[pairs].sum() == len(pairs)  # one of each two
    assert data.baseline.name == "a bag of words, which cannot see their order"
    assert data.baseline.value == right.mean()


def test_bag_of_words_is_where_its_gradient_vanishes():
    generator = rng()
    ids, labels = generator.integers(0, 5, (30, 4)), generator.integers(0, 2, 30)
    bag = BagOfWords.fit(ids, labels, vocabulary=5, classes=2)
    counts = np.array([[(row == word).sum() if word else 0 for word in range(5)] for row in ids])
    error = bag.shares(ids) - np.eye(2)[labels]
    gradient = counts.T @ error / 30 + 2 * PENALTY * bag.weights
    assert abs(gradient).max() < 1e-6
    assert abs(bag.weights[0]).max() == 0  # padding is no word


ROWS = [(f"nice{number} is nice", "yes") for number in range(12)]
ROWS += [(f"poor{number} is poor", "no") for number in range(12)]


def learned(data):
    return [set(data.example(data.train, place).symbols) for place in range(len(data.train))]


def held_out(data):
    return [set(data.example(data.validation, place).symbols) for place in range(len(data.validation))]


def test_labelled_sentences_of_ones_own_are_read():
    data = TASKS["sentiment"].build(rng(), own=[*ROWS, ("who knows", "maybe"), ("nobody knows", "maybe")])
    assert data.outputs == ("yes", "no", "maybe")
    assert len(data.train) + len(data.validation) == 26
    assert data.recipe.network.outputs == 3
    new = {word for probe in held_out(data) for word in probe} - {
        word for probe in learned(data) for word in probe
    }
    assert data.notes == (
        f"The network never learns {len(new)} words found only in sentences that are kept back.",
    )


def test_most_sentences_of_the_most_words_are_built_and_more_are_refused():
    numbers = rng().integers(0, 4_900, (5_000, 10))
    rows = [
        (" ".join(f"w{number}" for number in row), f"label{at % 2}")
        for at, row in enumerate(numbers.tolist())
    ]
    data = TASKS["sentiment"].build(rng(), own=rows)
    assert len(data.train) + len(data.validation) == 5_000
    with pytest.raises(InputError, match="at most 50000 words in all, got 50001"):
        TASKS["sentiment"].build(rng(), own=[*rows[:-1], (rows[-1][0] + " more", "label1")])


def test_bag_of_words_is_learned_once():
    data = TASKS["sentiment"].build(rng())
    bag = sentiment.bag_of_words(data)
    assert sentiment.bag_of_words(data) is bag
    again = BagOfWords.fit(data.train.inputs, data.train.targets, len(data.inputs), len(data.outputs))
    np.testing.assert_array_equal(bag.weights, again.weights)
    for wrong in (TASKS["adding"].build(rng()), None):
        with pytest.raises(InputError, match="task “Sentiment of short sentences”, got"):
            sentiment.bag_of_words(wrong)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("a,b", "rows of two columns, got str"),
        (ROWS[:9], "from 10 to 5000 rows, got 9"),
        ([*ROWS, ("only one",)], "Row 25 must have two columns"),
        ([*ROWS, (3, "yes")], "Row 25 must be a sentence and a label"),
        ([*ROWS, ("nice", " ")], "Row 25 must be a sentence and a label"),
        ([*ROWS, ("!!!", "yes")], "Row 25 must have from 1 to 100 words, got 0"),
        ([*ROWS, ("word " * 101, "yes")], "Row 25 must have from 1 to 100 words, got 101"),
        (ROWS[:12], "from 2 to 10 different labels in the second column, got 1"),
        (
            [(f"w{number} x", str(number)) for number in range(11)],
            "different labels in the second column, got 11",
        ),
        ([(f"w{number} x", str(number)) for number in range(10)], "must have several different ones"),
        ([("same", "yes"), ("same", "no")] * 10, "must have several different ones"),
    ],
)
def test_labelled_sentences_that_cannot_be_used_are_refused_by_their_row(own, message):
    with pytest.raises(InputError, match=message):
        TASKS["sentiment"].build(rng(), own=own)


# --- forecasting


def test_passengers_are_the_published_ones():
    values = np.array(forecasting.passengers().values).reshape(12, 12)
    assert values.sum() == 40363
    assert values[0].tolist() == [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]
    assert values.max() == values[11, 6] == 622


def test_made_series_is_what_it_says():
    values = np.array(forecasting.ice_cream(rng(), days=6300).values)
    t = np.arange(6300)
    rest = values - 90 - 0.05 * t - 15 * np.sin(2 * np.pi * t / 90)
    week = rest.reshape(-1, 7).mean(axis=0)
    np.testing.assert_allclose(week, [-22, -14, -8, -2, 8, 26, 18], atol=0.8)
    assert (rest - np.tile(week, 900)).std() == pytest.approx(6, rel=0.05)


def test_scaling_is_that_of_the_part_before_the_held_out_end():
    values = list(forecasting.passengers().values)
    data = TASKS["forecasting"].build(rng(), own=values, window=14)
    other = TASKS["forecasting"].build(
        rng(), own=values[:115] + [1000 * value for value in values[115:]], window=14
    )
    assert data.reader.first_held_out == 115
    np.testing.assert_array_equal(data.train.inputs, other.train.inputs)
    np.testing.assert_array_equal(data.train.targets, other.train.targets)
    known = np.array(values[:115])
    np.testing.assert_allclose(data.train.inputs[0, :, 0], (known[:14] - known.mean()) / known.std())


def test_forecast_of_the_targets_is_the_series_itself():
    values = np.array(forecasting.passengers().values)
    data = TASKS["forecasting"].build(rng(), own=values, window=10)
    forecasts = [data.reader.forecast(part.inputs, part.targets) for part in (data.train, data.validation)]
    np.testing.assert_allclose(forecasts[0], values[10:115], rtol=1e-12)
    np.testing.assert_allclose(forecasts[1], values[115:], rtol=1e-12)
    last = next(known for known in data.references if known.name == "the last value")
    np.testing.assert_allclose(last.value, np.abs(np.diff(values))[114:].mean(), rtol=1e-12)  # in passengers
    guess = np.full_like(data.validation.targets, 2 / data.reader.scale)  # two more than the last
    by_hand = np.abs(np.diff(values)[114:] - 2).mean()
    assert data.metric(guess, data.validation) == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(
    ("own", "season", "values"),
    [
        (
            forecasting.ice_cream(rng(), days=400),
            7,
            {"last": 16.5, "mean": 16.5, "value": 6.69, "change": 8.56},
        ),
        (forecasting.passengers(), 12, {"last": 44.7, "mean": 44.4, "value": 41.3, "change": 14.3}),
    ],
)
def test_cheap_forecasts_are_those_of_numbers_read_off_the_series(own, season, values):
    data = TASKS["forecasting"].build(rng(), own)
    series, first = data.reader.series, data.reader.first_held_out
    truth, before = series[first:], series[first - 1 : -1]
    mean = np.diff(series[:first]).mean()
    said = {
        "the last value": before,
        "the last value and the mean change": before + mean,
        f"the value one season ago, {season} values before": series[first - season : -season],
        f"the last value and the change one season ago, {season} values before": before
        + np.diff(series)[first - 1 - season : -season],
    }
    found = {known.name: known.value for known in (data.baseline, *data.references)}
    assert found == {name: pytest.approx(np.abs(truth - guess).mean()) for name, guess in said.items()}
    assert sorted(found.values()) == pytest.approx(sorted(values.values()), abs=0.05)
    assert data.baseline.value == min(found.values())
    assert f"repeat themselves after {season}: that is their season." in " ".join(data.notes)


@pytest.mark.parametrize(
    ("values", "season"),
    [
        (np.arange(200) % 5 * 1.0, 5),
        (np.sin(np.arange(300) * 2 * np.pi / 24) + 0.01 * np.arange(300), 24),
        (np.sin(np.arange(300) * 2 * np.pi / 60), 60),
        (np.tile([0, 0, 0, 9], 12) + np.random.default_rng(1).normal(size=48), 4),
        (np.random.default_rng(0).normal(size=200).cumsum(), None),
        (np.random.default_rng(0).normal(size=60), None),
        (np.arange(50.0) ** 2, None),
        (np.full(40, 3.0), None),
        (np.array([1.0, 2.0]), None),
    ],
)
def test_season_is_found_where_there_is_one(values, season):
    assert forecasting.season_of(np.asarray(values, float)) == season


def test_series_without_a_season_has_no_answer_of_one():
    walk = np.random.default_rng(3).normal(size=200).cumsum()
    data = TASKS["forecasting"].build(rng(), walk)
    assert {known.name for known in (data.baseline, *data.references)} == {
        "the last value",
        "the last value and the mean change",
    }
    assert "No season was found in the values that are learned from." in data.notes


def test_example_and_typed_values_are_in_their_own_unit():
    data = TASKS["forecasting"].build(rng(), own=forecasting.passengers(), window=3)
    probe = data.example(data.train, 0)
    assert probe.symbols == ("112", "118", "132")
    assert probe.target == "129 thousand passengers a month"
    np.testing.assert_allclose(data.reader.read("112; 118, 132").inputs, probe.inputs, rtol=1e-12)


def test_gaps_are_filled_with_the_value_before_and_told():
    values = [float(number % 7) for number in range(60)]
    gappy = [None, *values, math.nan]
    gappy[10] = gappy[11] = None
    data = TASKS["forecasting"].build(rng(), own=gappy)
    expected = np.array(values)
    expected[9:11] = values[8]
    np.testing.assert_array_equal(data.reader.series, expected)
    assert data.notes[:2] == (
        "Left out 2 missing values at the ends of the series.",
        "Filled in 2 missing values with the last value before: value 11, 12. The network reads what was "
        "filled in; what it says in its place is not counted.",
    )


def test_value_that_was_filled_in_is_not_counted():
    values = list(forecasting.passengers().values)
    values[50] = values[130] = None  # the last 29 of 144 are held out
    data = TASKS["forecasting"].build(rng(), own=values, window=10)
    for dataset, first, gap in ((data.train, 10, 50), (data.validation, 115, 130)):
        assert np.flatnonzero(dataset.weights == 0).tolist() == [gap - first]
    changes = np.abs(np.diff(data.reader.series))[114:]
    last = next(known for known in data.references if known.name == "the last value")
    assert last.value == pytest.approx(np.delete(changes, 130 - 115).mean(), rel=1e-12)
    assert TASKS["forecasting"].build(rng(), own=forecasting.passengers()).train.weights is None


def test_gap_at_the_split_tells_nothing_of_the_held_out_end():
    values = [float(number % 7) for number in range(100)]
    values[79] = None  # the last before the held-out end
    built = [
        TASKS["forecasting"].build(rng(), own=[*values[:80], end, *values[81:]]) for end in (3.0, 1000.0)
    ]
    np.testing.assert_array_equal(built[0].train.inputs, built[1].train.inputs)
    np.testing.assert_array_equal(built[0].train.targets, built[1].train.targets)
    assert built[0].reader.scale == built[1].reader.scale


def test_forecast_in_the_held_out_end_reads_nothing_of_what_comes_later():
    values = [float(number % 7) for number in range(100)]
    values[90] = None
    built = [
        TASKS["forecasting"].build(rng(), own=[*values[:91], end, *values[92:]]) for end in (3.0, 1000.0)
    ]
    np.testing.assert_array_equal(*(data.validation.inputs[:12] for data in built))  # those of 80 to 91


def test_windows_of_which_no_next_value_is_known_are_refused():
    values = [float(number % 7) for number in range(275)]
    values[200:220] = [None] * 20  # with a window of 200 these are all that could be learned from
    with pytest.raises(InputError, match="leaves only windows to learn from whose next value is missing"):
        TASKS["forecasting"].build(rng(), own=values, window=200)


def test_zero_is_shown_as_zero():
    data = TASKS["forecasting"].build(rng(), own=[number % 7 for number in range(100)])
    assert data.example(data.train, 0).symbols[:8] == ("0", "1", "2", "3", "4", "5", "6", "0")
    assert TASKS["forecasting"].build(rng()).reader.read("0 -0").symbols == ("0", "0")
    assert TASKS["adding"].build(rng()).reader.read("-0* 0.5*").symbols == ("0.00*", "0.50*")
    with pytest.raises(InputError, match=r"got 1 number with 1 star$"):
        TASKS["adding"].build(rng()).reader.read("0.5*")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: forecasting.Series("a", "b", 5),
        lambda: forecasting.Series("a", "b", None),
        lambda: forecasting.Series("a", "b", "123"),
        lambda: forecasting.Series("a", None, list(range(50))),
        lambda: forecasting.Series("a", "b", np.zeros((50, 1))),
    ],
)
def test_series_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match="series must be"):
        wrong()


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("1 2 3", "one column of numbers, got str"),
        (np.zeros((50, 2)), "one column of numbers, got ndarray"),
        (list(range(39)), "at least 40 values, got 39"),
        ([None] * 50, "at least 40 values, got 0"),
        ([1, 2, "three", *range(50)], "Row 3 must be a number, got 'three'"),
        ([1, 2, True, *range(50)], "Row 3 must be a number, got True"),
        ([1, math.inf, *range(50)], "Row 2 must be a number of at most 1e15 in size, got inf"),
        ([*range(50), 10**400], "Row 51 must be a number of at most 1e15 in size, got inf"),
        ([*range(50), -Fraction(10**400)], "Row 51 must be a number of at most 1e15 in size, got -?inf"),
        ([number * 1e-301 for number in range(50)], r"above 1e-100, but the 40 .* have one of 1\.15e-300"),
        ([1 + number * 1e-15 for number in range(50)], "above 1e-12, but the 40 .* have one of 1.*e-14"),
        ([5] * 50, "before the held-out end are all 5"),
        ([0.0] * 50, "are all 0"),
        ([None if number % 4 == 1 else number for number in range(101)], "At most 10% of the values"),
        (list(range(20_001)), "at most 20000 values"),
    ],
)
def test_series_that_cannot_be_used_is_refused_with_the_reason(own, message):
    with pytest.raises(InputError, match=message):
        TASKS["forecasting"].build(rng(), own=own, window=14)


def test_window_that_leaves_too_little_to_learn_from_is_refused():
    with pytest.raises(InputError, match="at most 20 values, as 50 values with the last 10 held out"):
        TASKS["forecasting"].build(rng(), own=list(range(50)), window=21)
    assert len(TASKS["forecasting"].build(rng(), own=list(range(50)), window=20).train) == 20


# --- characters


def test_target_is_the_text_one_character_later():
    data = TASKS["characters"].build(rng(), window=30)
    text = characters.text()
    for place in (0, 1, 5):
        probe = data.example(data.train, place)
        start = 15 * place
        assert "".join(probe.symbols) == text[start : start + 30]
        assert probe.target == text[start + 1 : start + 31]
    held_out = data.example(data.validation, 1)
    split = len(text) - round(0.15 * len(text))
    assert "".join(held_out.symbols) == text[split + 30 : split + 60]


def test_cheap_surprises_are_those_of_the_counts_before_the_held_out_end():
    data = TASKS["characters"].build(rng(), window=40)
    text = characters.text()
    split = len(text) - round(0.15 * len(text))
    known = text[:split]
    total = len(known) + len(set(text))
    surprises = [
        -math.log((known.count(character) + 1) / total)
        for place in range(len(data.validation))
        for character in data.example(data.validation, place).target
    ]
    (frequent,) = data.references
    assert frequent.value == pytest.approx(sum(surprises) / len(surprises), rel=1e-12)
    shares = {character: (known.count(character) + 1) / total for character in set(text)}
    pairs = [known[at : at + 2] for at in range(len(known) - 1)]
    after = [pair[0] for pair in pairs]
    surprises = [
        -math.log((pairs.count(before + then) + shares[then]) / (after.count(before) + 1))
        for place in range(len(data.validation))
        for probe in [data.example(data.validation, place)]
        for before, then in zip(probe.symbols, probe.target, strict=True)
    ]
    assert data.baseline.value == pytest.approx(sum(surprises) / len(surprises), rel=1e-12)
    assert data.baseline.loss == pytest.approx(data.baseline.value, rel=1e-9)


def test_text_that_comes_with_it_is_a_chain():
    lines = characters.text().splitlines()
    for line, following in pairwise(lines):
        ending = line.removesuffix(".").split(", ")[1]
        assert following.startswith(f"When {ending}, ")


def test_own_text_keeps_its_lines_and_its_accents():
    data = TASKS["characters"].build(rng(), own="une\r\ncafe\u0301 \r" * 50)
    assert set(data.outputs) == set("une\ncafé ")
    assert data.forward_only


@pytest.mark.parametrize(
    ("own", "window", "message"),
    [
        (5, 40, "must be a str"),
        ("short", 40, "at least 200 characters, got 5"),
        ("x" * 100_001, 40, "at most 100000 characters"),
        ("".join(map(chr, range(300, 601))), 40, "at most 200 different characters"),
        ("ab" * 100, 40, "The window must have at most 29 characters"),
    ],
)
def test_own_text_that_cannot_be_used_is_refused(own, window, message):
    with pytest.raises(InputError, match=message):
        TASKS["characters"].build(rng(), own=own, window=window)


# --- sizes

APART = {
    # Own data in which one sees of every target whether it stands at the held-out end.
    "characters": "abcdefghij" * 17 + "ABCDEFGHIJ" * 3,
    "forecasting": np.cumsum([1.0, 3.0] * 80 + [7.0] * 40).tolist(),
    "next_word": " ".join(f"w{place}" for place in range(100)),
}


def learned_and_held_out(key, **sizes):
    """What is asked for in the two parts, each in a form that tells it from all else."""
    data = TASKS[key].build(rng(), APART.get(key), **sizes)
    if key == "forecasting":
        return [
            set((part.targets[:, 0] * data.reader.scale).round().tolist())
            for part in (data.train, data.validation)
        ]
    if key in APART:
        return [{data.outputs[id_] for id_ in part.targets.ravel()} for part in (data.train, data.validation)]
    # Where every timestep is asked for, the beginning of a sequence is a question of its own.
    beginnings = range(1, data.train.inputs.shape[1] + 1) if key == "parity" else (None,)
    return [
        {row[:end].tobytes() for row in part.inputs for end in beginnings}
        for part in (data.train, data.validation)
    ]


@pytest.mark.parametrize(
    ("key", "size", "values", "keeps"),
    [
        ("next_word", "window", (1, 50), False),
        ("forecasting", "window", (1, 14, 50), True),
        ("characters", "window", (2, 20), True),
        ("adding", "length", (5, 20), True),
        ("copy", "symbols", (4, 5), True),
        ("copy", "delay", (1, 5), True),
        ("copy", "examples", (500, 1000), False),
        ("parity", "length", (8, 12), False),
    ],
)
def test_size_keeps_the_split_if_nothing_is_learned_that_another_value_holds_out(key, size, values, keeps):
    found = [learned_and_held_out(key, **{size: value}) for value in values]
    assert any(learned & held_out for learned, _ in found for _, held_out in found) is not keeps
    assert [one.keeps_split for one in TASKS[key].sizes if one.key == size] == [keeps]


def test_size_that_is_not_known_to_keep_the_split_is_taken_not_to():
    keep = {(key, size.key) for key, task in TASKS.items() for size in task.sizes if size.keeps_split}
    known = {("forecasting", "window"), ("characters", "window"), ("adding", "length")}
    assert keep == known | {("copy", "symbols"), ("copy", "delay")}


# --- adding, copy, parity


def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum():
    data = TASKS["adding"].build(rng(), length=9, examples=300)
    for example, (target,) in zip(data.train.inputs, data.train.targets, strict=True):
        marked = [place for place, (_, mark) in enumerate(example) if mark]
        assert len(marked) == 2
        assert marked[0] < 4 <= marked[1]
        assert target == example[marked[0], 0] + example[marked[1], 0]
    assert data.train.inputs.min() >= 0
    assert data.train.inputs.max() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_baseline_of_adding_is_what_always_one_reaches_on_the_very_data(seed):
    data = TASKS["adding"].build(rng(seed))
    ones = np.ones_like(data.validation.targets)
    assert data.baseline.value == data.metric(ones, data.validation)
    assert data.baseline.loss == pytest.approx(np.square(data.validation.targets - 1).mean())
    assert not data.metric.beats(data.metric(ones, data.validation), data.baseline.value)


def test_always_one_has_the_variance_of_the_sum_of_two_even_numbers_as_its_error():
    targets = adding.draw(rng(), examples=100_000, length=2).targets
    assert np.square(targets - 1).mean() == pytest.approx(1 / 6, rel=0.02)


@pytest.mark.parametrize(("symbols", "alphabet", "delay"), [(4, 8, 5), (5, 6, 30), (10, 8, 1)])
def test_copy_baseline_is_the_formula(symbols, alphabet, delay):
    data = TASKS["copy"].build(rng(), symbols=symbols, alphabet=alphabet, delay=delay, examples=100)
    formula = symbols * math.log(alphabet) / (delay + 2 * symbols)
    assert data.baseline.value == pytest.approx(formula, rel=1e-12)
    assert data.baseline.loss == pytest.approx(formula, rel=1e-9)
    memoryless = np.zeros((200, delay + 2 * symbols, alphabet + 1))
    memoryless[:, :-symbols, alphabet] = 1
    memoryless[:, -symbols:, :alphabet] = 1 / alphabet
    assert data.metric(memoryless, data.validation) == pytest.approx(formula, rel=1e-12)


def test_copy_says_the_symbols_again_after_the_pause():
    data = TASKS["copy"].build(rng(), symbols=4, alphabet=8, delay=3)
    for place in range(20):
        probe = data.example(data.train, place)
        said = "".join(probe.symbols)
        assert said[4:] == "··?····"
        assert probe.target == "·" * 7 + said[:4]
    assert data.reader.read("a b").target == "·····AB"
    with pytest.raises(InputError, match="of the letters A, B, C, D, E, F, G, H"):
        data.reader.read("Z")


def test_parity_is_that_of_the_bits_so_far():
    data = TASKS["parity"].build(rng(), length=10)
    for bits, parities in zip(data.train.inputs, data.train.targets, strict=True):
        count = 0
        for bit, parity in zip(bits[:, 0], parities, strict=True):
            count += int(bit)
            assert parity == count % 2
    assert data.reader.read("0110").target == "even odd even even"
    odd = data.validation.targets.mean()
    assert data.baseline.value == max(odd, 1 - odd)


def test_different_strings_are_different_and_not_in_order():
    drawn = different_strings(rng(), count=500, length=10, digits=2)
    assert len({tuple(string) for string in drawn.tolist()}) == 500
    numbers = drawn @ 2 ** np.arange(9, -1, -1)
    assert abs(np.corrcoef(numbers, np.arange(500))[0, 1]) < 0.15
    with pytest.raises(InputError, match="There are 8 different strings of 3 symbols out of 2"):
        different_strings(rng(), count=5, length=3, digits=2)


# --- four targets: the losses that were published


def toy(*, same_gates):
    """Draw what nicodjimenez/lstm draws, in its order, from its legacy generator."""
    H, D = 100, 50
    legacy = np.random.RandomState(0)

    def draw(*shape):
        if same_gates:
            legacy.seed(0)  # its initialiser does so before each array
        return legacy.rand(*shape) * 0.2 - 0.1

    weights = {gate: draw(H, D + H) for gate in "gifo"}  # they multiply [x, h]
    biases = {gate: draw(H) for gate in "gifo"}
    x = [legacy.random_sample(D) for _ in range(4)]
    params = {
        "layer_0.W": np.hstack([weights[gate][:, :D].T for gate in "ifgo"]),
        "layer_0.U": np.hstack([weights[gate][:, D:].T for gate in "ifgo"]),
        "layer_0.b": np.hstack([biases[gate] for gate in "ifgo"]),
    }
    return params, np.array([x])


@pytest.mark.parametrize(
    ("cell", "same_gates", "first", "last"),
    [
        (LSTM(output_activation="identity"), True, 7.534838862532e-01, 2.610763596734e-06),
        (LSTM(), True, 7.518020666205e-01, 1.692421733e-07),
        (LSTM(), False, 7.328587948e-01, 3.128056520e-05),
    ],
    ids=["as published", "with the output tanh", "and with gates of their own"],
)
def test_toy_reproduces_the_published_losses(cell, same_gates, first, last):
    data = TASKS["four_targets"].build(rng())
    params, x = toy(same_gates=same_gates)
    config = data.recipe.network
    network = Network(replace(config, layers=(replace(config.layers[0], cell=cell),)))
    steps = train(
        network,
        params,
        Dataset(x, data.train.targets),
        loss="squared_error",
        optimizer=SGD(0.4),  # 0.1 on the sum of four
        rng=rng(),
        batch_size=1,
        epochs=100,
    )
    losses = [4 * step.loss for step in steps]
    assert losses[0] == pytest.approx(first, rel=1e-9)
    # A hundred steps amplify the rounding of the first: the order of summation decides about the ninth digit.
    assert losses[99] == pytest.approx(last, rel=2e-8)


def test_toy_is_asked_for_its_first_unit_and_measured_by_the_sum():
    data = TASKS["four_targets"].build(rng())
    network = Network(data.recipe.network)
    assert "head.kernel" not in network.parameter_shapes()
    trace = network.forward(network.init(rng()), data.train.inputs)
    h = trace.layers[0].forward["h"][0, :, 0]
    np.testing.assert_array_equal(trace.outputs[0, :, 0], h)
    by_hand = sum((value - target) ** 2 for value, target in zip(h, (-0.5, 0.2, 0.1, -0.5), strict=True))
    assert data.metric(trace.outputs, data.train) == pytest.approx(by_hand, rel=1e-12)
    targets = np.array([-0.5, 0.2, 0.1, -0.5])
    assert data.baseline.value == pytest.approx(4 * targets.var(), rel=1e-12)


# --- writing


def writer(inputs=None, layers=None, **options):
    layers = layers or (
        RecurrentLayer(cell=LSTM(), hidden_size=5),
        RecurrentLayer(cell=GRU(), hidden_size=4),
    )
    options = {"outputs": 6, "read": "every", "activation": "softmax"} | options
    network = Network(NetworkConfig(inputs=inputs or OneHot(6), layers=layers, **options))
    params = network.init(rng(3))
    return network, {name: 4 * array for name, array in params.items()}  # so that it has opinions


@pytest.mark.parametrize("read", ["every", "last"])
@pytest.mark.parametrize("inputs", [OneHot(6), Embedding(6, 3)])
def test_each_draw_has_the_chances_of_a_run_over_the_whole_text(inputs, read):
    network, params = writer(inputs, read=read)
    text = [2, 5, 0]
    for draw in islice(sample(network, params, text, rng(), temperature=0.7), 12):
        logits = network.forward(params, [text]).logits.reshape(-1, 6)[-1]
        powers = np.exp(logits / 0.7)
        np.testing.assert_allclose(draw.shares, powers / powers.sum(), rtol=1e-10)
        text = [*text, draw.id]


def test_temperature_zero_takes_the_likeliest():
    network, params = writer()
    text = [1]
    for draw in islice(sample(network, params, text, rng(), temperature=0), 8):
        assert draw.id == network.forward(params, [text]).outputs[0, -1].argmax()
        assert draw.shares[draw.id] == 1
        text = [*text, draw.id]
    assert len(set(text)) > 1


@pytest.mark.parametrize("temperature", [1e-300, 1e300])
def test_extreme_temperature_is_finite(temperature):
    network, params = writer()
    for draw in islice(sample(network, params, [1], rng(), temperature=temperature), 5):
        assert np.isfinite(draw.shares).all()
    expected = 1 if temperature < 1 else pytest.approx(1 / 6)
    assert draw.shares.max() == expected


def test_same_seed_writes_the_same_text():
    network, params = writer()
    texts = [[draw.id for draw in islice(sample(network, params, [1], rng(seed)), 30)] for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_draws_are_as_frequent_as_their_chances():
    network, params = writer()
    generator = rng()
    drawn = [next(sample(network, params, [1], generator)) for _ in range(2000)]
    counts = np.bincount([draw.id for draw in drawn], minlength=6) / 2000
    np.testing.assert_allclose(counts, drawn[0].shares, atol=0.04)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": Raw(6)}, "must read the ids that it says"),
        ({"inputs": OneHot(7)}, "must read the ids that it says"),
        ({"activation": "linear"}, "must have a softmax"),
        ({"attention": True}, "must read forward only"),
        (
            {"layers": (RecurrentLayer(cell=SimpleRNN(), hidden_size=2, bidirectional=True),)},
            "must read forward only",
        ),
        (
            {"layers": (RecurrentLayer(cell=LSTM(full_gate_recurrence=True), hidden_size=2),)},
            "full gate recurrence",
        ),
    ],
)
def test_network_that_cannot_write_is_refused_at_once(options, message):
    network, params = writer(**options)
    with pytest.raises(InputError, match=message):
        sample(network, params, [1], rng())


@pytest.mark.parametrize(("start", "temperature"), [([], 1.0), ([6], 1.0), ([1], -1.0), ([1], math.nan)])
def test_start_and_temperature_that_mean_nothing_are_refused_at_once(start, temperature):
    network, params = writer()
    with pytest.raises(InputError):
        sample(network, params, start, rng(), temperature=temperature)


def test_writing_checks_the_weights_once(monkeypatch):
    network, params = writer()
    checked = []
    monkeypatch.setattr(Cell, "check", lambda *arguments, **options: checked.append(1))
    assert len(list(islice(sample(network, params, [1, 2], rng()), 4))) == 4
    assert not checked


@pytest.mark.parametrize(
    "cell", [SimpleRNN(activation="identity"), LSTM(activation="identity", output_activation="identity")]
)
def test_writing_ends_with_a_reason_when_the_numbers_grow_too_large(cell):
    network, params = writer(layers=(RecurrentLayer(cell=cell, hidden_size=5),))
    params = {name: 1e60 * np.abs(array) for name, array in params.items()}
    with pytest.raises(OverflowInputError, match="grew past the largest that"):
        list(islice(sample(network, params, [1], rng()), 50))


def test_only_a_network_writes_and_only_a_generator_draws():
    network, params = writer()
    with pytest.raises(InputError, match="network must be a Network, got NoneType"):
        sample(None, params, [1], rng())
    with pytest.raises(InputError, match=r"rng must be a numpy\.random\.Generator, got int"):
        sample(network, params, [1], 7)
