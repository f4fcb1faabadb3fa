"""From a trace to bytes and back: every number bit for bit, and what stands in the header."""

import json
import struct
import sys

import numpy as np
import pytest

from explorer.cell_styles import style_of
from explorer.model.experiment import Readout, Units
from explorer.sequence import TextConfig
from explorer.views.cell_view.equations import equations_of
from explorer.views.cell_view.payload import Opening, ReadoutTrace, bounds_of, pack_trace
from explorer.web.payload import pack, unpack
from lstm_core import GRU, LSTM, MUT3, Dense, SimpleRNN, unroll

ODD = [0.1 + 0.2, -0.0, 5e-324, -1.7976931348623157e308, 1 / 3, np.pi]


def packed(experiment, **more):
    trace = experiment.run()
    return pack_trace(trace, experiment.sequence, **({"opening": Opening(), "scene": "a"} | more))


# ---- packing


@pytest.mark.parametrize(
    "array",
    [
        np.array(ODD),
        np.array(ODD).reshape(2, 3),
        np.array(ODD).reshape(3, 2).T,
        np.array(ODD)[::2],
        np.array([[[1.5]]]),
        np.zeros((0, 3)),
        np.array(2.5),
        np.array([np.nan, np.inf, -np.inf]),
    ],
    ids=["vector", "matrix", "transposed", "strided", "3 dimensions", "empty", "scalar", "not finite"],
)
def test_arrays_come_back_bit_for_bit(array):
    _, arrays = unpack(pack({}, {"first": np.ones(3), "a": array, "last": np.ones(1)}))
    assert arrays["a"].shape == array.shape
    assert arrays["a"].tobytes() == array.tobytes()
    assert arrays["last"].tolist() == [1]


def test_float32_and_integers_are_widened():
    _, arrays = unpack(pack({}, {"f": np.array([0.1], np.float32), "i": np.array([3])}))
    assert arrays["f"].dtype == np.float64
    assert arrays["f"][0] == float(np.float32(0.1))
    assert arrays["i"].tolist() == [3.0]


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        ([0.1, 0.7, -0.3], np.float32),
        ([1, 2, 16_000_000], np.float32),
        ([np.nan, 0.1, 0.9], np.float32),
        ([np.nan, np.inf], np.float32),
        ([], np.float32),
        ([1e9, 1e9 + 1], np.float64),  # they would be one number
        ([0.7, 0.7], np.float64),
        ([1e300, 0.0], np.float64),
        ([-1.7e308, 1.7e308], np.float64),
    ],
    ids=str,
)
def test_what_is_only_drawn_is_sent_in_half_the_bytes_where_nobody_sees_it(array, kind):
    values = np.array(array)
    sent = {"single": np.array([0.5, 1.5]), "a": values, "double": np.array([0.7, 0.7])}
    _, arrays = unpack(pack({}, sent, only_drawn=True))
    assert arrays["a"].dtype == kind
    assert arrays["double"].tolist() == [0.7, 0.7]
    assert arrays["single"].tolist() == [0.5, 1.5]
    if kind == np.float64:
        assert arrays["a"].tolist() == array
    else:
        np.testing.assert_array_equal(arrays["a"], values.astype(np.float32))


def test_unpacked_arrays_cannot_be_written_to():
    _, arrays = unpack(pack({}, {"a": np.zeros(2)}))
    with pytest.raises(ValueError, match="read-only"):
        arrays["a"][0] = 1


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "é", "𝄞", "<script>&\u2028", '"\\\n\0'])
def test_layout_is_length_header_padding_and_aligned_numbers(text):
    data = pack({"text": text}, {"a": np.array([1.5, -2.5]), "b": np.array([[7.0]])})
    (length,) = struct.unpack("<I", data[:4])
    header = json.loads(data[4 : 4 + length].decode("utf-8"))
    assert header == {"text": text, "shapes": {"a": [2], "b": [1, 1]}, "singles": 0}
    assert len(data) % 8 == 0
    assert struct.unpack("<3d", data[-24:]) == (1.5, -2.5, 7.0)
    assert data[4 + length : -24].strip(b"\0") == b""
    assert len(data[4 + length : -24]) < 8
    assert unpack(data)[0] == {"text": text}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_header_refuses_what_json_has_no_word_for(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"bounds": {"c": value}}, {})


# ---- the cell view's message


def test_message_holds_every_signal_weight_and_first_state(begin, cells):
    for cell in cells[::5]:
        start = {"h": np.array([0.5, -1, 0]), "c": np.array([2.0, 0, -1 / 3])}
        experiment = begin(cell=cell).with_initial(start)
        trace = experiment.run()
        header, arrays = unpack(packed(experiment))
        assert arrays["x"].tobytes() == trace.x[0].tobytes()
        for signal in cell.signals:
            assert arrays[signal.key].tobytes() == trace[signal.key][0].tobytes(), signal.key
        for (name, gate), block in experiment.blocks.items():
            assert arrays[f"{name}.{gate}"].tobytes() == block.tobytes()
        assert arrays["initial_h"].tolist() == [0.5, -1, 0]
        assert arrays["initial_c"].tolist() == [2, 0, -1 / 3]
        signals = {signal.key for signal in cell.signals}
        blocks = {f"{name}.{gate}" for name, gate in experiment.blocks}
        assert set(arrays) == signals | blocks | {"x", "initial_h", "initial_c"}
        assert header["equations"] == equations_of(cell)
        assert set(header["bounds"]) == signals | {"x"}


def test_header_says_what_is_looked_at(begin):
    experiment = begin("1 -2; 0.5 4; 0 0; -1 0.5")
    header, _ = unpack(packed(experiment, opening=Opening(2, 1, "o"), scene="latch:3"))
    assert header["scene"] == "latch:3"
    assert header["open"] == {"t": 2, "unit": 1, "signal": "o"}
    assert header["size"] == {"T": 4, "H": 3, "D": 2}
    assert header["kind"] == "numbers"
    assert header["symbols"] == ["1, −2", "0.5, 4", "0, 0", "−1, 0.5"]
    assert header["inputs"] == ["x₁", "x₂"]
    assert header["padded"] == [False] * 4
    assert header["mask"] == [True] * 4
    assert header["readout"] is None


@pytest.mark.parametrize("skip", [True, False])
def test_header_tells_padding_from_what_is_skipped(begin, skip):
    config = TextConfig("a<b", length=5, pad="before", skip_padding=skip)
    header, _ = unpack(packed(begin(config)))
    assert header["symbols"] == ["∅", "∅", "a", "<", "b"]
    assert header["padded"] == [True, True, False, False, False]
    assert header["mask"] == [not skip, not skip, True, True, True]


def test_layer_after_the_cell_is_sent_with_its_words(begin):
    kernel, bias = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([0.5, -0.5])
    logits, shares = np.arange(8.0).reshape(4, 2), np.full((4, 2), 0.5)
    readout = Readout(Dense(kernel, bias), ("no", "<b>"))
    truths = ("", "", "", "no")
    header, arrays = unpack(packed(begin(), readout=ReadoutTrace(readout, logits, shares, truths)))
    assert header["readout"] == {
        "words": ["no", "<b>"],
        "truths": list(truths),
        "activation": "softmax",
        "every": False,
        "wording": {
            "question": "which word comes next?",
            "answer": "predicted next word",
            "right": ", as in its training text",
            "wrong": "; its training text goes on with {}",
        },
        "units": None,
    }
    sent = [arrays[name].tolist() for name in ("readout_kernel", "readout_bias", "logits", "outputs")]
    assert sent == [array.tolist() for array in (kernel, bias, logits, shares)]
    assert "readout_values" not in arrays


def test_numbers_that_stand_for_others_are_sent_with_them(begin):
    readout = Readout(
        Dense(np.ones((3, 1)), np.zeros(1)), ("change",), activation="linear", units=Units(100.0, 5.0, "next")
    )
    change = np.arange(4.0).reshape(4, 1)
    trace = ReadoutTrace(readout, change, change, ("",) * 4, 100 + 5 * change)
    header, arrays = unpack(packed(begin(), readout=trace))
    assert header["readout"]["units"] == {"level": 100.0, "scale": 5.0, "name": "next"}
    assert arrays["readout_values"].tolist() == [[100], [105], [110], [115]]


# ---- strips alone


def test_strips_alone_are_sent_what_they_show_and_nothing_more(begin):
    for cell in (LSTM(), LSTM(peephole=True, full_gate_recurrence=True), GRU(), SimpleRNN(), MUT3()):
        experiment = begin(cell=cell)
        trace = experiment.run()
        header, arrays = unpack(packed(experiment, form="strips"))
        shown = {*style_of(cell).order, "x", *(f"initial_{state}" for state in cell.states)}
        assert set(arrays) == shown
        for key in style_of(cell).order:
            np.testing.assert_allclose(arrays[key], trace[key][0], rtol=0, atol=2e-6)
            assert arrays[key].dtype == np.float32
        assert (header["form"], header["equations"]) == ("strips", {})
        # On one scale with the whole view of the same run, so that a colour means the same in both.
        assert header["bounds"] == unpack(packed(experiment))[0]["bounds"]
    assert unpack(packed(experiment))[0]["form"] == "whole"


def test_scales_can_be_asked_to_be_at_least_as_large_as_others(begin):
    experiment = begin()
    own = bounds_of(experiment.run())
    bounds = unpack(packed(experiment, form="strips", bounds={"c": 8.0, "x": own["x"] / 2}))[0]["bounds"]
    assert bounds["c"] == bounds["kept"] == bounds["written"] == 8
    assert {key: bounds[key] for key in ("x", "h", "pre_i")} == {key: own[key] for key in ("x", "h", "pre_i")}


def test_one_example_of_a_batch_is_sent(begin):
    experiment = begin()
    x = np.stack([experiment.sequence.values, 2 * experiment.sequence.values])
    trace = unroll(LSTM(), LSTM().join(experiment.blocks), x)
    data = pack_trace(trace, experiment.sequence, opening=Opening(), scene="a", example=1)
    assert unpack(data)[1]["x"].tolist() == x[1].tolist()
    assert unpack(data)[1]["h"].tolist() == trace["h"][1].tolist()


def test_revision_changes_with_everything_that_is_drawn_and_with_nothing_else(begin):
    experiment = begin()
    edited = {block: array.copy() for block, array in experiment.blocks.items()}
    edited["U", "f"][0, 0] = np.nextafter(edited["U", "f"][0, 0], 9)
    revisions = [
        unpack(data)[0]["revision"]
        for data in (
            packed(experiment),
            packed(experiment, scene="b"),
            packed(experiment, opening=Opening(t=1)),
            packed(experiment.with_blocks(edited)),
            packed(experiment.with_parts(cell=LSTM(activation="relu"))),
        )
    ]
    assert len(set(revisions)) == len(revisions)
    assert packed(begin()) == packed(experiment)


# ---- scales


def test_memory_line_shares_one_bound_and_the_rest_is_on_1(begin):
    experiment = begin("1; 1").with_initial({"c": np.array([0, 0, -4.0])})
    trace = experiment.run()
    bounds = bounds_of(trace)
    # The first c is the largest of all, and it is not in the trace's c.
    assert np.abs(trace["c"]).max() < 4
    assert {bounds[key] for key in ("c", "kept", "written")} == {5}
    assert {bounds[key] for key in ("f", "i", "g", "o", "h", "c_out", "x")} == {1}


def test_signal_without_limits_gets_a_bound_of_its_own(begin):
    cell = LSTM(activation="identity", output_activation="relu")
    trace = begin("70 -20; 30 1", cell=cell).run()
    bounds = bounds_of(trace)
    for key in ("g", "h", "c_out", "pre_i", "pre_o"):
        largest = np.abs(trace[key]).max()
        assert largest <= bounds[key] <= max(1, 1.7 * largest)
    assert bounds["x"] == 80
    assert bounds["c"] >= max(np.abs(trace[key]).max() for key in ("c", "kept", "written"))
    assert bounds["f"] == 1


def test_bounds_are_those_of_one_example(begin):
    experiment = begin("1; 1")
    x = np.stack([experiment.sequence.values, 40 * experiment.sequence.values])
    trace = unroll(LSTM(), LSTM().join(experiment.blocks), x)
    assert (bounds_of(trace, 0)["x"], bounds_of(trace, 1)["x"]) == (1, 50)


def test_the_largest_numbers_that_run_can_be_shown(begin):
    cell = LSTM(activation="identity", output_activation="identity", forget_gate=False, input_gate=False)
    experiment = begin("0", cell=cell).with_initial({"c": np.full(3, sys.float_info.max)})
    header, arrays = unpack(packed(experiment))
    assert arrays["c"].max() == sys.float_info.max
    assert header["bounds"]["c"] >= sys.float_info.max


# ---- every formula from the message alone

APPLY = {
    "σ": lambda v: 0.5 + 0.5 * np.tanh(0.5 * v),
    "hard_σ": lambda v: np.clip(v / 6 + 0.5, 0, 1),
    "tanh": np.tanh,
    "relu": lambda v: np.maximum(v, 0),
    "": lambda v: v,
}


def seen(header, arrays, signal, previous, t, unit):
    """Return one value as the browser looks it up; nothing is skipped here."""
    if previous and t == 0:
        start = arrays.get(f"initial_{signal}")
        return 0.0 if start is None else start[unit]
    return arrays[signal][t - previous, unit]


def computed(header, arrays, key, t, unit):
    """Compute one value from its formula."""
    equation = header["equations"][key]
    sizes = header["size"]
    if equation["kind"] == "expression":
        text, values = "", {}
        for token in equation["tokens"]:
            if isinstance(token, str):
                text += token
                continue
            name = f"v{len(values)}"
            values[name] = seen(header, arrays, token["signal"], token["previous"], t, unit)
            text += name
        return eval(text.replace("⊙", "*").replace("−", "-"), dict(APPLY), values)
    total = 0.0
    for term in equation["terms"]:
        if term["param"] is None:
            total += seen(header, arrays, term["sources"][0], term["previous"], t, unit)
            continue
        weight = arrays[f"{term['param']}.{term['block']}"]
        if not term["sources"]:
            total += weight[unit]
        elif weight.ndim == 1:
            total += seen(header, arrays, term["sources"][0], term["previous"], t, unit) * weight[unit]
        else:
            units = [
                (source, index)
                for source in term["sources"]
                for index in range(sizes["D"] if source == "x" else sizes["H"])
            ]
            total += sum(
                seen(header, arrays, source, term["previous"], t, index) * weight[row, unit]
                for row, (source, index) in enumerate(units)
            )
    return APPLY[equation["activation"]](total)


def assert_formulas_give_the_values(experiment):
    header, arrays = unpack(packed(experiment))
    for key in header["equations"]:
        for t in range(header["size"]["T"]):
            for unit in range(header["size"]["H"]):
                value = computed(header, arrays, key, t, unit)
                assert value == pytest.approx(arrays[key][t, unit], abs=1e-12), (key, t, unit)


def test_every_formula_of_the_lstm_follows_from_the_message_alone(begin, cells):
    for cell in cells[::6]:
        start = {"h": np.array([0.5, -1, 0]), "c": np.array([2.0, 0, -1 / 3])}
        assert_formulas_give_the_values(begin(cell=cell).with_initial(start))


def test_every_formula_of_the_other_kinds_follows_from_the_message_alone(begin, other):
    experiment = begin("1 -2 0.3; 0.5 4 -1; 0 0 2; -1 0.25 0", other)
    assert_formulas_give_the_values(experiment.with_initial({"h": np.array([0.5, -1, 0.25])}))


def test_message_of_the_other_kinds_is_complete(begin, other):
    experiment = begin("1 -2 0.3; 0.5 4 -1", other)
    header, arrays = unpack(packed(experiment))
    signals = {signal.key for signal in other.signals}
    blocks = {f"{name}.{block}" for name, block in experiment.blocks}
    assert set(arrays) == signals | blocks | {"x"} | {f"initial_{state}" for state in other.states}
    assert set(header["bounds"]) == signals | {"x"}
    known = {key.rstrip("₋") for _, keys in header["style"]["phases"] for key in keys}
    # What no phase names is known as soon as what it is made of is.
    assert set(header["style"]["order"]) <= known


def test_no_value_lies_beyond_its_scale_when_the_state_begins_far_out(begin, other):
    trace = begin("1 -2 0.3; 0.5 4 -1", other).with_initial({"h": np.array([5.0, 0, -7])}).run()
    bounds = bounds_of(trace)
    assert bounds["h"] == 8
    for signal in other.signals:
        assert np.abs(trace[signal.key]).max() <= bounds[signal.key]
