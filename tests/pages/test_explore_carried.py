"""A trained network on the Explore page: it comes over from Train, can be changed, and goes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.app import frame
from explorer.app.catalog import PAGES, PageEntry
from explorer.explore_page import panels
from explorer.model.carried import Carried
from explorer.training.plan import Source, default_plan
from explorer.web.payload import unpack
from lstm_core import GRU
from tests.pages.conftest import ExplorePage

ROOT = Path(__file__).resolve().parents[2]
TRAIN = """
import streamlit as st
from explorer.session import workspace

st.title("Train")
weights = workspace.take_weights_for_train()
st.session_state["taken"] = weights
if "bring" in st.session_state:
    bring = st.session_state["bring"]
    if st.button("Open in Explore", key="open", on_click=workspace.open_carried, args=(bring,)):
        st.switch_page(st.session_state["explore"])
"""


def script(carried) -> None:
    import streamlit as st

    from explorer.app import frame
    from explorer.session import workspace

    if "came" not in st.session_state:
        st.session_state["came"] = True
        workspace.open_carried(carried)
    frame.show()


class CarriedPage(ExplorePage):
    """A visit that begins with a network from Train."""

    def __init__(self, carried: Carried) -> None:
        self.carried = carried
        self.at = AppTest.from_function(script, default_timeout=60, args=(carried,))
        self.run()

    def trace(self, probe=None):
        probe = probe or self.carried.probe
        return self.carried.network.forward(self.carried.params, probe.inputs, probe.mask)

    def heading(self) -> str:
        (words,) = [text.value for text in self.at.markdown if "Trained on" in text.value]
        return words

    def picker(self):
        return self.at.get_by_key("preset")


def carry(task="sentiment", **changes) -> Carried:
    plan = replace(default_plan(Source(task=task)), **changes)
    data, network = plan.data(), plan.network()
    params = network.init(plan.generator())
    return Carried(
        plan.task, data, network, params, data.example(data.validation, 0), "Run 2", 1197, plan=plan
    )


@pytest.fixture(autouse=True)
def stub(monkeypatch, tmp_path):
    """Let a page stand where Train is, which says what it was handed."""
    page = tmp_path / "train.py"
    page.write_text(TRAIN, "utf-8")
    others = tuple(entry for entry in PAGES if entry.url_path != "train")
    pages = (*others, PageEntry(str(page), "Train", ":material/timeline:", "Understand", "train"))
    monkeypatch.setattr(frame, "PAGES", pages)
    monkeypatch.setattr(panels, "PAGES", pages)


@pytest.fixture
def bring():
    """Open Explore with a trained network: ``bring(task, **changes) -> CarriedPage``."""
    return lambda task="sentiment", **changes: CarriedPage(carry(task, **changes))


def is_close(found, expected) -> bool:
    return float(np.abs(np.asarray(found) - np.asarray(expected)).max()) <= 1e-12


# ---- it comes over


@pytest.mark.parametrize(
    "task",
    ["sentiment", "characters", "forecasting", "adding", "copy", "parity", "four_targets", "next_word"],
)
def test_network_opens_with_its_numbers_in_a_scene_of_its_own(bring, task):
    page = bring(task)
    own = page.trace().layers[0].forward
    for key in ("x", "f", "c", "h"):
        expected = own.x if key == "x" else own[key]
        assert is_close(page.arrays[key], expected[0])
    assert page.header["scene"].startswith("carried:")
    assert page.header["open"]["t"] == page.size[0] - 1
    assert (page.field("preset"), page.field("sequence_kind")) == ("carried", "Task")
    assert page.picker().options[0] == "From Train: Run 2"
    assert page.heading() == page.carried.look_for
    assert page.field("hidden_size") == page.carried.hidden_size


def test_readout_says_what_the_network_says(bring):
    page = bring("parity")
    readout = page.header["readout"]
    assert readout["words"] == ["even", "odd"]
    assert (readout["activation"], readout["every"]) == ("softmax", True)
    assert readout["truths"] == list(page.carried.sequence.answers)
    assert is_close(page.arrays["outputs"], page.trace().outputs[0])


def test_forecast_is_sent_in_the_unit_of_the_series(bring):
    page = bring("forecasting")
    trace = page.trace()
    expected = page.carried.data.reader.forecast(trace.inputs, trace.outputs)
    assert page.arrays["readout_values"][-1, 0] == pytest.approx(expected[0], abs=1e-9)
    assert page.header["readout"]["units"]["name"] == "next value, cones a day"


def test_network_without_a_head_has_no_readout_and_says_why(bring):
    page = bring("four_targets")
    assert page.header["readout"] is None
    assert "h of unit 1 is what the network says" in page.heading()
    assert "h of unit 1 is what the network says" in page.said("sequence_notice")
    assert "task_text" not in page.present


def test_network_that_comes_later_replaces_what_the_fields_said(bring):
    page = bring("parity").set(hidden_size=5, task_text="01", lstm_peephole=True)
    page.at.session_state["bring"] = carry("copy", cell=GRU())
    page.at.session_state["explore"] = str(ROOT / "pages" / "explore.py")
    page.click("back_to_train").click("open")
    assert page.at.title[0].value == "Explore"
    carried = page.at.session_state["bring"]
    own = carried.network.forward(carried.params, carried.probe.inputs).layers[0].forward
    assert is_close(page.arrays["h"], own["h"][0])
    assert (page.field("hidden_size"), page.field("cell_kind"), page.field("task_text")) == (
        32,
        "GRU",
        "CACF",
    )
    assert page.heading() == carried.look_for
    assert page.notices("weights_news") == []
    assert page.set(task_text="AB").header["symbols"][:2] == ["A", "B"]


# ---- its sequence


def test_sequence_is_typed_in_the_words_of_the_task(bring):
    page = bring().set(task_text="not good but bad")
    probe = page.carried.data.reader.read("not good but bad")
    assert page.header["symbols"] == ["not", "good", "but", "bad"]
    assert is_close(page.arrays["h"], page.trace(probe).layers[0].forward["h"][0])
    assert is_close(page.arrays["outputs"][-1], page.trace(probe).outputs[0])
    assert page.header["readout"]["truths"] == [""] * 4
    scene = page.header["scene"]
    assert page.set(task_text="").header["symbols"][-1] == "it"
    assert page.header["scene"] == scene


def test_what_cannot_be_read_is_said_in_place_and_the_picture_stays(bring):
    page = bring("parity")
    before = page.message
    page.set(task_text="012")
    assert "This cannot be read." in page.said("sequence_notice")
    assert "0110" in page.said("sequence_notice")
    assert "still shows the last good sequence" in page.said("sequence_notice")
    assert page.field("task_text") == "012"
    assert page.message == before
    assert page.set(task_text="01").header["symbols"] == ["0", "1"]


def test_readout_is_gone_while_another_sequence_is_fed_and_returns(bring):
    page = bring("parity")
    before = page.arrays["outputs"].tolist()
    page.set(sequence_kind="Numbers")
    assert page.header["readout"] is None
    page.set(sequence_kind="Task")
    assert page.arrays["outputs"].tolist() == before
    page.set(hidden_size=3)
    assert page.header["readout"] is None
    page.set(hidden_size=8)
    assert page.arrays["outputs"].tolist() == before
    page.set(cell_kind="GRU")
    assert page.header["readout"] is None


def test_layers_and_directions_can_be_looked_at_one_by_one(bring):
    page = bring(hidden_sizes=(4, 3), bidirectional=True)
    assert page.at.get_by_key("task_place").options == [
        "Layer 1 of 2, forward",
        "Layer 1 of 2, reverse",
        "Layer 2 of 2, forward",
        "Layer 2 of 2, reverse",
    ]
    scenes = {page.header["scene"]}
    for place, (layer, reverse) in enumerate(page.carried.places[1:], start=1):
        page.set(task_place=place)
        own = page.trace().layers[layer].traces[int(reverse)]["h"][0]
        assert is_close(page.arrays["h"], own[::-1] if reverse else own)
        scenes.add(page.header["scene"])
    assert len(scenes) == 4
    assert "task_place" not in bring("parity").present


def test_what_was_typed_and_changed_stays_when_another_layer_is_looked_at(bring):
    page = bring(hidden_sizes=(4, 3)).set(task_text="bad but good")
    page.edit(("b", "f", 0, 0, 3.0))
    page.set(task_place=1)
    assert page.field("task_text") == "bad but good"
    carried = page.carried
    params = {name: array.copy() for name, array in carried.params.items()}
    params["layer_0.b"][4] = 3.0  # f comes second, and has 4 units
    probe = carried.data.reader.read("bad but good")
    own = carried.network.forward(params, probe.inputs, probe.mask).layers[1].forward
    assert is_close(page.arrays["h"], own["h"][0])
    page.click("weights_to_train")
    assert page.at.session_state["taken"][0]["layer_0.b"][4] == 3.0


# ---- presets and reset


def test_preset_leaves_the_network_which_can_be_chosen_again(bring):
    page = bring("parity")
    before = page.arrays["h"].tolist()
    page.set(preset="latch")
    assert page.header["scene"].startswith("latch:")
    assert "back_to_train" not in page.present
    assert "Task" not in page.at.get_by_key("sequence_kind").options
    assert page.picker().options[0] == "From Train: Run 2"
    page.set(preset="carried")
    assert page.arrays["h"].tolist() == before
    assert (page.field("sequence_kind"), page.field("task_text")) == ("Task", "011000100010")
    assert "back_to_train" in page.present


def test_without_a_carried_network_nothing_of_it_is_on_the_page(page):
    assert "From Train: Run 2" not in page.at.get_by_key("preset").options
    assert {"back_to_train", "weights_to_train", "task_text", "task_place"}.isdisjoint(page.present)


def test_reset_goes_back_to_the_weights_and_the_sequence_that_came(bring):
    page = bring("parity")
    before = page.arrays["h"].tolist()
    page.set(task_text="1").edit(("b", "f", 0, 0, 3.0))
    assert page.heading().startswith(":gray[As it opened: ")
    page.click("reset")
    assert page.arrays["h"].tolist() == before
    assert page.heading() == page.carried.look_for
    page.edit(("b", "f", 0, 0, 3.0), number=2).click("reset_weights")
    assert page.arrays["h"].tolist() == before


def test_reset_goes_back_to_what_came_in_the_layer_that_is_shown(bring):
    page = bring(hidden_sizes=(4, 3)).edit(("b", "f", 0, 0, 3.0)).set(task_place=1)
    own = page.trace().layers[1].forward["h"][0]
    assert not is_close(page.arrays["h"], own)
    page.click("reset")
    assert is_close(page.arrays["h"], own)
    assert page.field("task_place") == 1


# ---- the way back


def test_way_back_leads_to_train_without_weights_while_none_were_changed(bring):
    page = bring("parity")
    assert "weights_to_train" not in page.present
    page.click("back_to_train")
    assert page.at.title[0].value == "Train"
    assert page.at.session_state["taken"] is None


def test_changed_weights_are_taken_along_once(bring):
    page = bring("parity").edit(("U", "f", 1, 2, 0.75), ("b", "o", 0, 3, -2.0))
    assert "weights_to_train" in page.present
    page.click("weights_to_train")
    assert page.at.title[0].value == "Train"
    (taken, plan), came = page.at.session_state["taken"], page.carried.params
    assert plan is page.carried.plan
    assert list(taken) == list(came)
    assert (taken["layer_0.U"][1, 8 + 2], taken["layer_0.b"][24 + 3]) == (0.75, -2)
    assert sum(int((taken[name] != came[name]).sum()) for name in came) == 2
    page.run()
    assert page.at.session_state["taken"] is None


@pytest.mark.parametrize(
    "change", [{"hidden_size": 3}, {"cell_kind": "GRU"}, {"lstm_coupled": True}, {"lstm_activation": "relu"}]
)
def test_weights_that_no_longer_fit_are_not_offered(bring, change):
    page = bring("parity").edit(("b", "f", 0, 0, 3.0))
    assert "weights_to_train" in page.present
    assert "weights_to_train" not in page.set(**change).present
    assert "back_to_train" in page.present


def test_network_of_another_kind_of_cell_goes_back_too(bring):
    page = bring("parity", cell=GRU()).edit(("b_rec", "n", 0, 0, 0.5)).click("weights_to_train")
    assert page.at.session_state["taken"][0]["layer_0.b_rec"][16] == 0.5


def test_wide_layer_has_no_weight_editor_but_everything_else(bring):
    page = bring(hidden_sizes=(40, 3), bidirectional=True).set(task_place=2)
    assert page.size[1:] == (80, 3)
    assert page.component("weights") is None
    assert any("up to 64 inputs; this layer reads 80" in caption.value for caption in page.at.caption)
    header, arrays = unpack(page.message)
    assert header["inputs"][40] == "layer 1 ←h₁"
    assert arrays["W.f"].shape == (80, 3)
