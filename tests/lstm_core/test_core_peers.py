"""The stored numbers of other packages: what wrote them, that all are used, how weights were converted."""

from pathlib import Path

import numpy as np
import pytest

from tests.lstm_core.peers.stored import FOLDER, PACKAGES, load

FILES = sorted(path.stem for path in FOLDER.glob("*.npz"))
TESTS = sorted(Path(__file__).parent.glob("test_core_peers*.py"))


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_which_versions_wrote_it(name):
    versions = dict(load(name)["versions"].tolist())
    assert tuple(versions) == PACKAGES
    assert all(version[0].isdigit() for version in versions.values())


def test_all_files_were_written_together():
    assert len({load(name)["versions"].tobytes() for name in FILES}) == 1


def test_every_file_is_used_by_a_test():
    source = "".join(path.read_text("utf-8") for path in TESTS)
    assert len(FILES) > 40
    assert [name for name in FILES if f'"{name}"' not in source] == []


def test_files_are_small_and_hold_only_numbers_and_words():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) < 425_000
    assert {array.dtype.kind for name in FILES for array in load(name).values()} <= set("biufU")


def blocks(array, count):
    return np.split(array, count, axis=-1)


@pytest.mark.parametrize(("name", "suffix"), [("torch_lstm", ""), ("torch_lstm_bidirectional", "_reverse")])
def test_weights_of_torch_lstm_are_ours_transposed_with_one_bias_too_many(name, suffix):
    case = load(name)
    own, ours = case.group("peer"), case.leaves("params.layer_0" + suffix.replace("_", "."))
    np.testing.assert_array_equal(ours["W"], own[f"weight_ih_l0{suffix}"].T)
    np.testing.assert_array_equal(ours["U"], own[f"weight_hh_l0{suffix}"].T)
    np.testing.assert_array_equal(ours["b"], own[f"bias_ih_l0{suffix}"] + own[f"bias_hh_l0{suffix}"])


def test_weights_of_torch_rnn_are_ours_transposed_with_one_bias_too_many():
    case = load("torch_rnn_tanh")
    own, ours = case.group("peer"), case.leaves("params.layer_0")
    np.testing.assert_array_equal(ours["W"], own["weight_ih_l0"].T)
    np.testing.assert_array_equal(ours["U"], own["weight_hh_l0"].T)
    np.testing.assert_array_equal(ours["b"], own["bias_ih_l0"] + own["bias_hh_l0"])


def test_weights_of_torch_gru_have_reset_before_update():
    case = load("torch_gru")
    own, ours = case.group("peer"), case.leaves("params.layer_0")
    names = {"W": "weight_ih_l0", "U": "weight_hh_l0", "b": "bias_ih_l0", "b_rec": "bias_hh_l0"}
    for name, own_name in names.items():
        r, z, n = blocks(own[own_name].T, 3)
        np.testing.assert_array_equal(ours[name], np.concatenate([z, r, n], axis=-1))


@pytest.mark.parametrize("name", ["keras_lstm", "keras_gru_reset_before", "keras_simple_rnn"])
def test_weights_of_keras_are_ours_by_other_names(name):
    case = load(name)
    own, ours = case.group("peer"), case.leaves("params.layer_0")
    for ours_name, own_name in {"W": "kernel", "U": "recurrent_kernel", "b": "bias"}.items():
        np.testing.assert_array_equal(ours[ours_name], own[own_name])


def test_keras_gru_with_reset_after_has_both_biases_in_one_array():
    case = load("keras_gru_reset_after")
    own, ours = case.group("peer"), case.leaves("params.layer_0")
    np.testing.assert_array_equal(ours["W"], own["kernel"])
    np.testing.assert_array_equal(ours["U"], own["recurrent_kernel"])
    np.testing.assert_array_equal([ours["b"], ours["b_rec"]], own["bias"])


@pytest.mark.parametrize(
    ("name", "kept"), [("onnxruntime_lstm_peephole", "ifco"), ("onnxruntime_lstm_coupled_peephole", "ico")]
)
@pytest.mark.parametrize(("direction", "place"), [(0, "layer_0"), (1, "layer_0.reverse")])
def test_weights_of_onnx_are_in_the_order_i_o_f_c(name, kept, direction, place):
    case = load(name)
    own = {key: array[direction] for key, array in case.group("peer").items()}
    ours = case.leaves(f"params.{place}")

    def reordered(array, order="iofc"):
        named = dict(zip(order, blocks(array, len(order)), strict=True))
        return [named[block] for block in kept if block in named]

    np.testing.assert_array_equal(ours["W"], np.concatenate(reordered(own["W"].T), axis=-1))
    np.testing.assert_array_equal(ours["U"], np.concatenate(reordered(own["R"].T), axis=-1))
    np.testing.assert_array_equal(ours["b"], np.concatenate(reordered(sum(blocks(own["B"], 2)))))
    np.testing.assert_array_equal(ours["P"], reordered(own["P"], "iof"))
