"""A run to a file and back: every bit of it, going on from it, and files that are none."""

import dataclasses
import doctest
import io
import json
import struct

import numpy as np
import pytest

from explorer.training import plan_record, run_file
from explorer.training.history import History
from explorer.training.limits import MAX_HISTORY_BYTES, MAX_RUN_FILE_BYTES
from explorer.training.plan import Plan, Source, default_plan
from explorer.training.run_file import RunFileError, left_out, read_run, write_run
from explorer.training.saved_run import SavedRun, Snapshot
from explorer.wording import grouped
from lstm_core import GRU, LSTM, train
from lstm_core.formats import read_npz, write_npz
from lstm_core.tasks.forecasting import Series

PARITY = Source(task="parity", sizes=(("length", 7),), seed=3)


def steps(plan, resume=None):
    data, network, rng = plan.data(), plan.network(), plan.generator()
    params = network.init(rng, np.float64, forget_bias=plan.forget_bias)
    return train(
        network,
        params,
        data.train,
        loss=data.recipe.loss,
        optimizer=plan.optimizer_config(),
        rng=rng,
        batch_size=plan.batch_size,
        epochs=plan.epochs,
        validation=data.validation,
        validate_every=plan.measure_every,
        clip=plan.clipping(),
        early_stopping=plan.stopping(),
        metric=data.metric,
        resume=resume,
    )


def made(plan, updates, every=2, **changes):
    """Run a plan for so many updates and keep what the page keeps."""
    rows, measured, moments = [], [(0, 0.5, 0.25)], []
    for step in steps(plan):
        rows.append((step.update, step.loss, step.gradient_norm, step.clipped, step.learning_rate))
        if step.metric is not None:
            measured.append((step.update, step.validation_loss, step.metric))
        if step.update % every == 0 or step.update == updates:
            params = {name: array.copy() for name, array in step.params.items()}
            moments.append(Snapshot(step.update, step.epoch, params))
        if step.update == updates:
            break
    history = History(*map(np.array, zip(*rows, strict=True)), *map(np.array, zip(*measured, strict=True)))
    run = SavedRun(
        name="Run 1",
        plan=plan,
        history=history,
        seconds=1.25,
        state="paused",
        reason="Paused, as nobody was looking.",
        snapshots=tuple(moments),
        last=step.checkpoint(),
        parent="Run 0 after update 300",
    )
    return dataclasses.replace(run, **changes)


BASE = Plan(source=PARITY, hidden_sizes=(4,), batch_size=8, epochs=4)
PLANS = {
    "adam": BASE,
    "rmsprop": dataclasses.replace(BASE, hidden_sizes=(3, 2), optimizer="RMSprop"),
    "momentum": dataclasses.replace(BASE, optimizer="SGD", momentum=0.9),
    "plain descent": dataclasses.replace(BASE, cell=GRU(), optimizer="SGD"),
    "dropout": dataclasses.replace(
        BASE,
        cell=LSTM(peephole=True, gate_activation="hard_sigmoid"),
        bidirectional=True,
        attention=True,
        dropout=0.3,
        recurrent_dropout=0.2,
        head_dropout=0.1,
        l1=1e-4,
        l2=1e-3,
        clip="norm",
        clip_limit=0.5,
    ),
    "early stopping": dataclasses.replace(
        BASE,
        epochs=40,
        patience=3,
        learning_rate=0.05,
        source=dataclasses.replace(PARITY, test=True),
    ),
}


@pytest.fixture(scope="module", params=PLANS)
def run(request):
    return made(PLANS[request.param], 5)


@pytest.fixture(scope="module")
def adam():
    return made(PLANS["adam"], 5)


def same_arrays(first, second):
    assert list(first) == list(second)
    for name, array in first.items():
        assert array.dtype == second[name].dtype
        np.testing.assert_array_equal(array, second[name])


@pytest.mark.parametrize("module", [plan_record, run_file])
def test_examples_in_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


def test_everything_comes_back_to_the_last_bit(run):
    found = read_run(write_run(run))
    for name in ("name", "plan", "seconds", "state", "reason", "parent"):
        assert getattr(found, name) == getattr(run, name)
    for field in dataclasses.fields(History):
        np.testing.assert_array_equal(getattr(found.history, field.name), getattr(run.history, field.name))
    assert [moment.update for moment in found.snapshots] == [2, 4, 5]
    for moment, given in zip(found.snapshots, run.snapshots, strict=True):
        assert (moment.update, moment.epoch) == (given.update, given.epoch)
        same_arrays(moment.params, given.params)
        assert not any(array.flags.writeable for array in moment.params.values())


def test_run_goes_on_as_if_it_had_never_been_interrupted(run):
    restored = read_run(write_run(run)).last
    assert 0 < restored.seen < len(restored.order)
    rest = list(steps(run.plan, run.last))
    again = list(steps(run.plan, restored))
    assert [step.loss for step in again] == [step.loss for step in rest]
    assert [step.validation_loss for step in again] == [step.validation_loss for step in rest]
    assert again[-1].stopped == rest[-1].stopped
    same_arrays(dict(again[-1].params), dict(rest[-1].params))


def test_early_stopping_still_knows_its_best_measurement():
    plan = PLANS["early stopping"]
    interrupted = made(plan, 15)
    assert interrupted.last.best is not None
    found = read_run(write_run(interrupted)).last
    assert (found.best.loss, found.best.update, found.best.metric, found.waited) == (
        interrupted.last.best.loss,
        interrupted.last.best.update,
        interrupted.last.best.metric,
        interrupted.last.waited,
    )
    same_arrays(found.best.params, interrupted.last.best.params)
    assert [step.loss for step in steps(plan, found)] == [step.loss for step in steps(plan, interrupted.last)]


def test_numpy_opens_the_file_and_finds_the_last_weights(adam):
    with np.load(io.BytesIO(write_run(adam)), allow_pickle=False) as file:
        np.testing.assert_array_equal(file["params/layer_0.W"], adam.snapshots[-1].params["layer_0.W"])
        np.testing.assert_array_equal(file["moment/000/head.bias"], adam.snapshots[0].params["head.bias"])
        about = json.loads(file["about.json"].tobytes())
    assert about["plan"]["hidden_sizes"] == [4]
    assert about["plan"]["cell"] == {"kind": "LSTM", "options": dataclasses.asdict(LSTM())}


TEXT = "The cat — naïve — saw 𝛼 and a 🐈. " * 12


@pytest.mark.parametrize(
    "source",
    [
        Source(task="characters", own=TEXT, sizes=(("window", 5),)),
        Source(task="next_word", own=TEXT, seed=2**31 - 1),
        Source(
            task="forecasting",
            own=Series("a", "b", [None if n == 20 else n / 3 + n % 7 for n in range(60)], "c"),
        ),
        Source(
            task="sentiment", own=tuple((f"it was {n} 🐈", "good" if n % 2 else "bäd") for n in range(12))
        ),
        Source(task="four_targets"),
    ],
)
def test_own_data_comes_back_and_gives_the_same_task(source):
    plan = dataclasses.replace(default_plan(source), hidden_sizes=(2,), epochs=1)
    found = read_run(write_run(made(plan, 1))).plan
    assert found == plan
    np.testing.assert_array_equal(found.data().train.inputs, plan.data().train.inputs)


def test_run_that_was_only_prepared_comes_back():
    plan = PLANS["adam"]
    params = plan.network().init(plan.generator())
    none = np.empty(0)
    begun = History(none, none, none, none, none, measured=[0], validation_loss=[0.7], metric=[0.5])
    empty = SavedRun("x", plan, begun, 0.0, "paused", "", (Snapshot(0, 0, params),), None, "")
    found = read_run(write_run(empty))
    assert (len(found.history), found.last, found.snapshots[0].update) == (0, None, 0)
    same_arrays(found.snapshots[0].params, params)


@pytest.mark.parametrize("broken", ["no measurement", "not finite", "too large"])
def test_run_that_no_page_could_show_is_refused(broken):
    plan = PLANS["adam"]
    params = plan.network().init(plan.generator())
    none = np.empty(0)
    history = History(none, none, none, none, none, measured=[0], validation_loss=[0.7], metric=[0.5])
    if broken == "no measurement":
        history = History.empty()
    elif broken == "not finite":
        history = dataclasses.replace(history, metric=np.array([np.nan]))
    else:
        params = {name: np.full_like(array, 1e308) for name, array in params.items()}
    run = SavedRun("x", plan, history, 0.0, "paused", "", (Snapshot(0, 0, params),), None, "")
    with pytest.raises(RunFileError):
        read_run(write_run(run))


def test_gap_in_a_curve_comes_back_as_a_gap(adam):
    loss = adam.history.loss.copy()
    loss[2] = np.nan
    found = read_run(
        write_run(dataclasses.replace(adam, history=dataclasses.replace(adam.history, loss=loss)))
    )
    np.testing.assert_array_equal(found.history.loss, loss)


def test_name_from_a_file_cannot_disturb_what_stands_around_it(adam):
    run = dataclasses.replace(adam, name="a\u202eb\nc\0 <b> 👩‍🏫")
    assert read_run(write_run(run)).name == "ab c <b> 👩‍🏫"


# ---- what there is no room for


def large(moments, hidden=128, **changes):
    run = made(dataclasses.replace(BASE, hidden_sizes=(hidden,)), 1)
    rng = np.random.default_rng(0)
    others = tuple(
        Snapshot(
            number,
            1,
            {name: rng.normal(size=array.shape) for name, array in run.snapshots[-1].params.items()},
        )
        for number in range(moments)
    )
    last = dataclasses.replace(run.snapshots[-1], update=moments)
    return dataclasses.replace(run, snapshots=(*others, last), **changes)


def test_moments_are_thinned_to_what_has_room_and_that_is_said():
    run = large(30)
    data = write_run(run)
    assert len(data) <= MAX_RUN_FILE_BYTES
    found = read_run(data)
    updates = [moment.update for moment in found.snapshots]
    assert 5 < len(updates) < 30
    assert (updates[0], updates[-1]) == (0, 30)
    assert max(np.diff(updates)) - min(np.diff(updates)) <= 1
    assert found.last is not None
    assert left_out(run) == (f"There is room for {len(updates)} moments of 31 to go back to.",)


def test_long_curves_are_thinned_and_that_is_said(adam):
    n = 250_001
    update = np.arange(1, n + 1)
    numbers = np.random.default_rng(0).random(n)
    history = History(update, numbers, numbers, numbers > 0.5, numbers, np.array([0]), np.ones(1), np.ones(1))
    run = dataclasses.replace(adam, history=history)
    found = read_run(write_run(run)).history
    assert left_out(run) == (
        f"Its curves have {grouped(len(found))} points of 250 001 updates, among them the lowest and the "
        "highest.",
    )
    assert MAX_HISTORY_BYTES / 2 < found.nbytes <= MAX_HISTORY_BYTES
    assert (found.update[0], found.update[-1]) == (1, n)
    assert (found.loss.min(), found.loss.max()) == (numbers.min(), numbers.max())
    np.testing.assert_array_equal(found.loss, numbers[found.update - 1])
    assert left_out(dataclasses.replace(run, history=found)) == left_out(run)


def test_file_whose_curves_are_too_long_is_thinned_when_it_is_read(adam):
    arrays, about = opened(adam)
    n = 200_000
    for name, first in (("update", 1), ("measured", 0)):
        arrays[f"history/{name}"] = np.arange(first, first + n)
    for name in ("loss", "gradient_norm", "learning_rate", "validation_loss", "metric"):
        arrays[f"history/{name}"] = np.ones(n)
    arrays["history/clipped"] = np.ones(n, bool)
    assert read_run(closed(arrays, about)).history.nbytes <= MAX_HISTORY_BYTES


def test_what_goes_on_to_the_last_bit_is_left_out_before_the_weights_are():
    size = 340  # more than the page allows: its weights take 3.8 MB, and Adam remembers twice as much
    run = large(0, hidden=size)
    (note,) = left_out(run)
    assert "not to the last bit" in note


def test_weights_that_have_no_room_are_refused():
    with pytest.raises(RunFileError, match="The run is too large for a file"):
        write_run(large(0, hidden=600))


def test_run_that_could_not_be_loaded_is_not_saved(adam):
    with pytest.raises(RunFileError, match="The run cannot be saved: name must be a text of at most 200"):
        write_run(dataclasses.replace(adam, name="x" * 201))


# ---- files that are none


def opened(run):
    arrays = read_npz(write_run(run), max_bytes=10**8)
    return arrays, json.loads(arrays["about.json"].tobytes())


def closed(arrays, about):
    text = about if isinstance(about, bytes) else json.dumps(about).encode()
    return write_npz({**arrays, "about.json": np.frombuffer(text, np.uint8)})


def refused(data):
    with pytest.raises(RunFileError) as caught:
        read_run(data)
    assert caught.value.headline.endswith(".")
    assert caught.value.advice.endswith(".")
    return caught.value.headline


TWICE = {"task": "adding", "sizes": [["length", 5], ["length", 6]], "seed": 0, "own": None, "test": False}
MANY = {"task": "adding", "sizes": [["examples", 5_001]], "seed": 0, "own": None, "test": False}
CHANGES = [
    (("version",), 4, "written by a newer LSTM Explorer, in version 4"),
    (("version",), 0, "version must be"),
    (("version",), "1", "version must be"),
    (("what",), "a cake", "must say that it is of a run of LSTM Explorer"),
    (("name",), 5, "name must be a text"),
    (("state",), "running", "state must be one of"),
    (("seconds",), -1, "seconds must be"),
    (("more",), 1, "unknown more"),
    (("had",), 4, "had must be an integer from 0 to 3"),
    (("had",), -1, "had must be an integer from 0 to 3"),
    (("moments",), [], "moments must be a list of 1 to"),
    (("moments",), {}, "moments must be a list of 1 to"),
    (("moments", 0, "update"), 3.5, "the update of a moment must be an integer"),
    (("moments", 0, "update"), 9, "in the order of their updates"),
    (("moments", 0, "params"), "moment/007", "moment/007/"),
    (("moments", 0, "params"), "../params", "parameters must be at a place"),
    (("moments", 0, "params"), ["params"], "parameters must be at a place"),
    (("plan",), None, "plan must be a mapping"),
    (("plan", "hidden_sizes"), [129], "a hidden size must be an integer from 1 to 128"),
    (("plan", "hidden_sizes"), [4, 4, 4, 4], "hidden_sizes must be a list of at most 3"),
    (("plan", "hidden_sizes"), [], "at least one size"),
    (("plan", "hidden_sizes"), [5], "must have shape"),
    (("plan", "hidden_sizes"), [True], "a hidden size must be an integer"),
    (("plan", "bidirectional"), 1, "bidirectional must be one of"),
    (("plan", "bidirectional"), True, "layer_0.reverse.W must be an array"),
    (("plan", "embedding"), 65, "embedding must be an integer from 0 to 64"),
    (("plan", "dropout"), 0.95, "dropout must be a number of at least 0 and at most 0.9"),
    (("plan", "head_dropout"), -0.1, "head_dropout must be a number"),
    (("plan", "momentum"), 1.5, "momentum must be a number of at least 0 and at most 1"),
    (("plan", "l1"), 1e7, "l1 must be a number of at least 0 and at most 1e+06"),
    (("plan", "l2"), -1e-9, "l2 must be a number"),
    (("plan", "optimizer"), "Magic", "optimizer must be one of"),
    (("plan", "optimizer"), "SGD", "optimizer must have 0 scales"),
    (("plan", "learning_rate"), 0, "learning_rate must be a number above 0"),
    (("plan", "learning_rate"), 100.5, "learning_rate must be a number of at least 0 and at most 100"),
    (("plan", "batch_size"), 1025, "batch_size must be an integer from 1 to 1024"),
    (("plan", "epochs"), 100_001, "epochs must be an integer from 1 to 100000"),
    (("plan", "clip"), "hard", "clip must be one of"),
    (("plan", "clip_limit"), "5", "clip_limit must be a number"),
    (("plan", "clip_limit"), 1e7, "clip_limit must be a number of at least 0 and at most 1e+06"),
    (("plan", "patience"), -1, "patience must be an integer"),
    (("plan", "forget_bias"), 1e7, "forget_bias must be a number"),
    (("plan", "surprise"), 1, "unknown surprise"),
    (("plan", "cell", "kind"), "CNN", "the kind of cell must be one of"),
    (("plan", "cell", "options", "peephole"), "yes", "peephole must be one of"),
    (("plan", "cell", "options", "spice"), 1, "unknown spice"),
    (("plan", "source", "task"), "chess", "task must be one of"),
    (("plan", "source", "task"), ["parity"], "task must be one of"),
    (("plan", "source", "seed"), 2**31, "seed must be an integer"),
    (("plan", "source", "sizes"), [["length", 10**9]], "length must be an integer from 5 to 100"),
    (("plan", "source", "sizes"), [["width", 5]], "the name of a size must be one of"),
    (("plan", "source", "sizes"), [["length"]], "the name of a size must be one of"),
    (("plan", "source", "sizes"), [["length", 5], ["length", 6]], "sizes must be a list of at most 1"),
    (("plan", "source"), TWICE, "sizes must name each size once"),
    (("plan", "source"), MANY, "examples must be an integer from 50 to 5000"),
    (("plan", "source", "test"), 1, "test must be one of"),
    (("plan", "source", "own"), {"kind": "text"}, "own/text must be an array of uint8"),
    (("plan", "source", "own"), {"kind": "pickle"}, "the kind of own data must be one of"),
    (("plan", "source", "own"), {"kind": "text", "path": "/etc"}, "unknown path"),
    (("last", "seen"), 10**6, "must have seen some of its order"),
    (("last", "params"), "best/params", "best/params/"),
    (("last", "optimizer", "name"), "SGD", "the name of the optimiser must be one of"),
    (("last", "optimizer", "scales"), [0.1, 0], "a scale of the optimiser must be a number above 0"),
    (("last", "generator", "bit_generator"), "MT19937", "bit_generator must be one of"),
    (("last", "generator", "state", "inc"), 2, "inc of the generator must be odd"),
    (("last", "generator", "state", "state"), 2**128, "state must be an integer"),
    (("last", "generator", "uinteger"), -1, "uinteger must be an integer"),
    (("last", "best"), {}, "best must hold exactly"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "words"), CHANGES, ids=[f"{path}={value}" for path, value, _ in CHANGES]
)
def test_text_that_says_what_cannot_be_is_refused_in_words(adam, path, value, words):
    arrays, about = opened(adam)
    place = about
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert words in refused(closed(arrays, about))


def test_run_that_went_on_comes_back_as_it_was_asked_for(adam):
    found = read_run(write_run(dataclasses.replace(adam, had=3)))
    assert (found.had, found.plan, found.asked) == (3, adam.plan, dataclasses.replace(adam.plan, epochs=1))


def test_file_of_the_first_version_still_loads(adam):
    arrays, about = opened(adam)
    del about["had"], about["plan"]["source"]["test"]
    about["version"] = 1
    found = read_run(closed(arrays, about))
    assert (found.name, found.had, found.asked) == (adam.name, 0, adam.plan)
    about["version"] = 2
    assert "missing had" in refused(closed(arrays, about))


def test_file_from_before_the_third_part_loads_with_the_two_parts_it_was_trained_on(adam):
    arrays, about = opened(adam)
    del about["plan"]["source"]["test"]
    about["plan"]["patience"] = 3  # runs that stop early ask for a third part today
    about["version"] = 2
    found = read_run(closed(arrays, about))
    assert found.plan == dataclasses.replace(adam.plan, patience=3)
    assert found.plan.data().test is None
    about["version"] = 3
    assert "missing test" in refused(closed(arrays, about))


def test_run_of_too_many_updates_is_refused(adam):
    arrays, about = opened(adam)
    about["plan"] |= {"batch_size": 1, "epochs": 100_000}
    assert "the number of updates must be an integer from 1 to 1000000" in refused(closed(arrays, about))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "must be JSON"),
        (b"\xff", "must be JSON"),
        (b"[1", "must be JSON"),
        (b"[" * 200_000, "must be JSON"),
        (b'{"a": ' * 40_000, "must be JSON"),
        (b"9" * 5_000, "must be JSON"),
        (b'{"a": NaN}', "must hold finite numbers, got NaN"),
        (b'{"version": 1, "version": 1}', "must have each key once"),
        (b" " * 300_001, "must have at most 300000 bytes"),
        (b"7", "must say that it is of a run"),
    ],
)
def test_text_that_is_no_json_is_refused(adam, text, words):
    arrays, _ = opened(adam)
    assert words in refused(closed(arrays, text))


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("params/layer_0.W", lambda array: array[:-1], "must have shape"),
        ("params/layer_0.W", lambda array: array.astype(np.float32), "must be an array of float64"),
        ("params/layer_0.W", lambda array: array * np.nan, "must hold finite numbers"),
        ("params/layer_0.W", None, "got none"),
        ("history/loss", lambda array: array[:-1], "the history does not fit together"),
        ("history/loss", lambda array: array * np.inf, "must hold finite numbers"),
        ("history/gradient_norm", lambda array: array[:, np.newaxis], "with 1 dimensions"),
        ("history/update", lambda array: array[::-1], "must ascend"),
        ("history/update", lambda array: array - 1, "must ascend from 1 on"),
        ("history/measured", lambda array: array * 0, "must ascend"),
        ("history/learning_rate", lambda array: array * np.nan, "must hold finite numbers"),
        ("last/order", lambda array: array * 0, "every number from 0"),
        ("last/order", lambda array: array[:-1], "examples of the checkpoint"),
        ("last/optimizer/1", lambda array: array[:-1], "must have shape"),
        ("last/optimizer/1", lambda array: array * np.inf, "must hold finite numbers"),
        ("about.json", None, "about.json must be an array of uint8"),
    ],
)
def test_array_that_does_not_fit_is_refused(adam, name, change, words):
    arrays, _ = opened(adam)
    if change is None:
        del arrays[name]
    else:
        with np.errstate(invalid="ignore"):
            arrays[name] = change(arrays[name])
    assert words in refused(write_npz(arrays))


def test_array_that_nobody_asked_for_is_refused(adam):
    arrays, _ = opened(adam)
    assert "no other arrays, got “own/text”" in refused(
        write_npz({**arrays, "own/text": np.zeros(3, np.uint8)})
    )


def test_lengths_of_sentences_that_do_not_fit_their_text_are_refused():
    own = tuple((f"it was {n}", "good" if n % 2 else "bad") for n in range(12))
    plan = dataclasses.replace(default_plan(Source(task="sentiment", own=own)), hidden_sizes=(2,))
    arrays, _ = opened(made(plan, 1))
    for wrong in ([[2**62, 2**62]], [[-1, 1]], [[1, 1]], [[10**6, 0]]):
        lengths = np.concatenate([arrays["own/lengths"][:-1], np.array(wrong)])
        assert "own/lengths must" in refused(write_npz({**arrays, "own/lengths": lengths}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "zip archive"),
        (b"PK\x05\x06" + bytes(18), "about.json must be an array"),
        (b"hello" * 1000, "zip archive"),
        (bytes(MAX_RUN_FILE_BYTES + 1), "has 10 000 001 bytes"),
    ],
)
def test_file_that_is_no_run_is_refused(data, words):
    assert words in refused(data)


def test_file_cut_off_anywhere_is_refused(adam):
    data = write_run(adam)
    for length in range(0, len(data), 97):
        refused(data[:length])


def test_changed_bytes_give_a_run_or_the_one_error(adam):
    data = write_run(adam)
    rng = np.random.default_rng(4)
    for _ in range(400):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), rng.integers(1, 4)):
            broken[at] = rng.integers(256)
        try:
            read_run(bytes(broken))
        except RunFileError:
            continue


def test_any_changed_value_in_the_text_gives_a_run_or_the_one_error(adam):
    rng = np.random.default_rng(5)
    odd = [
        None,
        True,
        -1,
        0,
        0.5,
        10**30,
        -(10**400),
        1e308,
        "",
        "params",
        "é" * 10,
        [],
        {},
        [[]],
        [None],
        {"kind": 1},
    ]
    arrays, about = opened(adam)
    arrays = {name: array for name, array in arrays.items() if name != "about.json"}
    text = json.dumps(about)
    for _ in range(200):
        changed = json.loads(text)
        place = changed
        while True:
            key = rng.choice(list(place)) if isinstance(place, dict) else int(rng.integers(len(place)))
            key = str(key) if isinstance(place, dict) else key
            if not isinstance(place[key], dict | list) or not place[key] or rng.random() < 0.2:
                break
            place = place[key]
        place[key] = odd[rng.integers(len(odd))]
        try:
            read_run(closed(arrays, changed))
        except RunFileError:
            continue


def test_any_changed_array_gives_a_run_or_the_one_error(adam):
    rng = np.random.default_rng(6)
    arrays, _ = opened(adam)
    names = list(arrays)
    for _ in range(200):
        name = names[rng.integers(len(names))]
        array = arrays[name]
        ways = [
            array.astype(rng.choice(["f8", "i8", "u1", "?", "f4"])),
            array[..., :0],
            array[..., np.newaxis],
        ]
        if array.dtype != bool:
            shuffled = rng.permutation(np.frombuffer(array.tobytes(), np.uint8)).tobytes()
            ways += [-array, np.frombuffer(shuffled, array.dtype)]
        try:
            read_run(write_npz({**arrays, name: ways[rng.integers(len(ways))]}))
        except RunFileError:
            continue


def test_huge_numbers_in_a_header_take_no_memory(adam):
    data = bytearray(write_run(adam))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 2**32 - 1)
    assert "goes beyond" in refused(bytes(data))
