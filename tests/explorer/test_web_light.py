"""What is drawn many times a second is sent without its code, and the code is sent beside it."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from explorer import cell_view, curves, notice, outcome
from tests.pages.conftest import APP

DRAWN = {
    "train_curves": curves,
    "train_strips": cell_view,
    "train_outcome": outcome,
    "train_verdict": notice,
}
SMALL = 5_000
"""Bytes that the light form of a component may take besides its data."""


@pytest.fixture(scope="module")
def sent():
    """Return what each component of the Train page is sent, by its key."""
    at = AppTest.from_file(APP, default_timeout=60)
    at.switch_page("pages/train.py").run()
    return {element.key: element.proto for element in at.get("bidi_component")}


@pytest.mark.parametrize("key", DRAWN)
def test_what_is_drawn_live_is_sent_without_its_code(sent, key):
    proto = sent[key]
    assert len(proto.js_content) + len(proto.css_content) + len(proto.html_content) < SMALL
    assert "export default borrowed(" in proto.js_content


@pytest.mark.parametrize("key", DRAWN)
def test_code_comes_with_the_page_under_the_name_it_is_borrowed_by(sent, key):
    (name,) = [
        line.split('"')[1] for line in sent[key].js_content.splitlines() if line.startswith("export default")
    ]
    lent = sent[f"{name}_code"]
    message = json.loads(lent.json)
    assert message["lend"] == name
    assert message["css"] == lent.css_content
    assert lent.js_content.count("export default") == 1
    assert len(lent.js_content) > SMALL


@pytest.mark.parametrize(
    ("key", "whole"), [("train_strips", "cell_view"), ("train_verdict", "sequence_notice")]
)
def test_light_form_has_the_html_of_the_whole_one(sent, key, whole):
    at = AppTest.from_file(APP, default_timeout=60).run()
    at.text_area(key="numbers").set_value("?").run()
    explore = {element.key: element.proto for element in at.get("bidi_component")}
    assert sent[key].html_content == explore[whole].html_content
