"""The tab without a browser: its choices, and what it sends to be shown."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.model import published


def alone():
    from explorer.train_page.worked_example import worked_example

    worked_example()


def with_a_run():
    import numpy as np
    import streamlit as st

    from explorer.model import published
    from explorer.train_page.worked_example import worked_example

    def load():
        st.session_state["loaded"] = st.session_state.get("loaded", 0) + 1

    params = {name: array * 2 for name, array in published.params().items()}
    if st.session_state.get("other"):
        params["head.bias"] = np.zeros(7)
    worked_example(params, load_published=load)


class Tab:
    """The tab in an app of its own. Everything that can be done to it fails the test if it raises."""

    def __init__(self, app=alone):
        self.at = AppTest.from_function(app, default_timeout=60)
        self.run()

    def run(self):
        self.at.run()
        assert [error.message for error in self.at.exception] == []
        return self

    def set(self, **values):
        for key, value in values.items():
            self.at.get_by_key(f"example_{key}").set_value(value)
        return self.run()

    def sent(self, key):
        proto = next(
            (node.proto for node in self.at.get("bidi_component") if node.key == f"example_{key}"), None
        )
        return json.loads(proto.json) if proto else None

    @property
    def blocks(self):
        """All that is shown, in order, with what it is made of."""
        waiting = [stage for key in ("opening", "first", "rest") for stage in self.sent(key)["stages"]]
        found = []
        while waiting:
            block = waiting.pop(0)
            found.append(block)
            waiting = block.get("blocks", []) + waiting
        return found

    def tables(self):
        return {
            block["caption"]: block for block in self.blocks if block["kind"] == "table" and block["caption"]
        }

    def titles(self):
        return [block["title"] for block in self.blocks if block["kind"] == "stage" and block["title"]]

    def words(self):
        return " ".join(block["text"] for block in self.blocks if block["kind"] in ("text", "heading"))


def test_all_stages_stand_in_their_order():
    tab = Tab()
    numbers = [block["number"] for block in tab.blocks if block["kind"] == "stage" and block["title"]]
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8]
    assert tab.titles() == [
        "Documents",
        "Ids",
        "Padding",
        "One-hot labels",
        "The network: 12 + 10 = 22 parameters",
        "Training: 500 epochs",
        "Prediction for “this is”",
        "By hand: “this is”",
    ]


def test_published_prediction_stands_beside_what_was_computed_with_the_difference():
    table = Tab().tables()["After “this is”, where “an” is right ✓"]
    assert table["head"] == ["class", "", "probability", "as published", "difference"]
    said, known, gap = ([row[column] for row in table["rows"]] for column in (2, 3, 4))
    assert said == ["0.064138976", "0.042688719", "0.386736179", "0.051157274", "0.455278853"]
    assert known == ["0.06413898", "0.04268872", "0.38673618", "0.05115727", "0.4552788"]
    for one, other, difference in zip(said, known, gap, strict=True):
        assert float(difference.replace("−", "-")) == pytest.approx(float(one) - float(other), abs=1e-9)
    assert table["mark"] == 4


def test_weights_that_were_trained_have_nothing_published_to_compare_with():
    tab = Tab().set(weights="own")
    table = tab.tables()["After “this is”, where “an” is right ✓"]
    assert table["head"] == ["class", "", "probability"]
    assert table["mark"] == 2
    assert "Trained here: Adam 0.05, seed 0" in tab.words()


def test_training_says_what_was_learned_and_what_was_not():
    words = Tab().words()
    assert "Adam 0.001: after 500 epochs the loss of 0.3841 is still above 0.2773" in words
    assert "It has not learned the example" in words
    assert "Adam 0.05: after 500 epochs the loss of 0.0010 is below 0.2773" in words
    assert "after “this is” they say “example”, not “an”" in words


def test_another_seed_changes_both_runs_and_the_weights_that_came_of_them():
    tab = Tab().set(weights="trained")
    before = tab.tables()["LSTM unit"]["rows"]
    (chart,) = (block for block in tab.blocks if block["kind"] == "chart")
    tab.set(seed=5)
    (other,) = (block for block in tab.blocks if block["kind"] == "chart")
    assert tab.tables()["LSTM unit"]["rows"] != before
    assert [len(curve["losses"]) for curve in other["curves"]] == [501, 501]
    for one, two in zip(chart["curves"], other["curves"], strict=True):
        assert one["losses"] != two["losses"]


def test_short_text_is_shown_with_its_padding_skipped_and_read():
    tab = Tab().set(text="is")
    table = tab.tables()["After “is”"]
    assert table["head"] == ["class", "", "0 skipped", "0 read"]
    assert table["rows"][2][2:] == ["0.360866358", "0.370958829"]
    assert tab.titles()[-1] == "By hand: “is”, padding skipped"
    assert "Skipped: nothing is computed" in tab.words()
    tab.set(padding=False)
    assert tab.titles()[-1] == "By hand: “is”, padding read as 0"
    assert "t = 1: x = 0, padding, read as the number 0" in tab.words()


def test_text_that_cannot_be_read_stays_and_so_does_the_last_good_walk():
    tab = Tab().set(text="is an").set(text="<b>banana</b>")
    (notice,) = tab.sent("text_notice")["messages"]
    assert notice["tone"] == "error"
    assert notice["advice"].endswith("Everything below is still about “is an”.")
    assert tab.at.get_by_key("example_text").value == "<b>banana</b>"
    assert tab.titles()[-1] == "By hand: “is an”"
    assert "banana" not in json.dumps([tab.sent(key) for key in ("opening", "first", "rest")])
    tab.set(text="this is")
    assert tab.sent("text_notice") is None


def test_words_that_are_left_out_are_named():
    tab = Tab().set(text="this banana is")
    (notice,) = tab.sent("text_notice")["messages"]
    assert notice["tone"] == "note"
    assert "“banana”" in notice["headline"]
    assert tab.titles()[-1] == "By hand: “this is”"


def test_loss_is_that_of_the_first_document_where_no_answer_is_known():
    words = Tab().set(text="an this").words()
    assert "No answer is known for “an this”, so here is that of the first document." in words
    assert "The loss after “this is”, where “an” is right" in words


def test_run_of_the_page_is_offered_only_if_it_has_this_shape():
    assert "current" not in Tab().at.get_by_key("example_weights").options
    tab = Tab(with_a_run)
    assert "This run, at this moment" in tab.at.get_by_key("example_weights").options
    tab.set(weights="current")
    assert tab.tables()["LSTM unit"]["rows"][0][1] == "1.1733166"
    assert np.isclose(published.params()["layer_0.W"][0, 0] * 2, 1.1733166)
    tab.at.session_state["other"] = True
    tab.run()
    assert tab.at.get_by_key("example_weights").value == "published"


def test_button_hands_over_to_the_page():
    assert "example_load" not in {node.key for node in Tab().at.button}
    tab = Tab(with_a_run)
    tab.at.get_by_key("example_load").click()
    tab.run()
    assert tab.at.session_state["loaded"] == 1
