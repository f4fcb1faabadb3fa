"""The tabs below the cell view: computed when they are opened, and not before."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]

FIRST_RUN = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

def loaded(*names):
    return sorted(name for name in sys.modules if name.split(".")[0] in names)

# Streamlit may have imported them for itself: what is asked is whether the page does.
for name in loaded("plotly", "pandas"):
    del sys.modules[name]
page = AppTest.from_file(Path("app.py").resolve(), default_timeout=60)
assert not page.run().exception
print(loaded("plotly", "pandas"), [name for name in sys.modules if name.startswith("explorer.figures")])
"""

INSIDE = {
    "Weights": {"weights", "draw", "draw_kernel", "draw_recurrent", "draw_seed", "draw_weights"},
    "Heatmaps": {"heatmaps"},
    "Values": {"values_unit", "download_csv"},
    "About": {"about"},
}


def test_first_run_loads_neither_plotly_nor_pandas():
    command = [sys.executable, "-c", FIRST_RUN]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.strip() == "[] []", result.stderr


def test_first_visit_shows_the_weights_and_no_chart(page):
    assert [tab.label for tab in page.at.tabs] == list(INSIDE)
    assert not page.at.get("plotly_chart")
    assert not page.at.dataframe
    assert page.component("about") is None


@pytest.mark.parametrize("tab", INSIDE)
def test_only_the_open_tab_is_on_the_page(page, tab):
    keys = page.open(tab=tab).present
    assert INSIDE[tab] <= keys
    for other in INSIDE.keys() - {tab}:
        assert not INSIDE[other] & keys


def spec(page):
    (chart,) = page.at.get("plotly_chart")
    return json.loads(chart.proto.spec)


def timesteps(page):
    """Return the timesteps of the first map; Plotly sends an array as its bytes."""
    x = spec(page)["data"][0]["x"]
    return np.frombuffer(base64.b64decode(x["bdata"]), x["dtype"]).tolist() if isinstance(x, dict) else x


def test_heatmaps_follow_the_sequence_and_can_be_downloaded(page):
    page.open(tab="Heatmaps")
    assert len(spec(page)["data"]) == 6
    assert timesteps(page) == list(range(1, 13))
    page.set(numbers="1 2 3")
    assert timesteps(page) == [1, 2, 3]
    assert spec(page)["layout"]["coloraxis3"]["cmax"] == page.header["bounds"]["c"]
    assert "toImageButtonOptions" in page.at.get("plotly_chart")[0].proto.config


def test_values_have_a_row_for_each_timestep_and_unit(page):
    page.open(tab="Values")
    table = page.at.dataframe[0].value
    assert len(table) == 36
    assert table.query("t == 6 and unit == 2")["c"].item() == page.arrays["c"][5, 1]
    assert any("36 rows" in caption.value for caption in page.at.caption)


def test_values_of_one_unit_can_be_shown_alone(page):
    table = page.open(tab="Values").set(values_unit=1).at.dataframe[0].value
    assert set(table["unit"]) == {2}
    assert table["h"].tolist() == page.arrays["h"][:, 1].tolist()
    assert len(page.set(values_unit=None).at.dataframe[0].value) == 36


def test_values_of_a_unit_that_is_gone_become_those_of_all(opened):
    page = opened("random-text").open(tab="Values").set(values_unit=15)
    page.set(preset="one-unit")
    assert len(page.at.dataframe[0].value) == 3


def test_about_writes_the_equations_of_the_cell_on_the_bench(page):
    def lines():
        about = json.loads(page.component("about").json)
        return {line["signal"]: line["equation"] for line in about["lines"]}

    page.open(tab="About")
    assert list(lines()) == ["f", "i", "g", "o", "c", "h"]
    assert lines()["f"] == "f = σ(x W_f + h₋ U_f + b_f)"
    page.set(lstm_coupled=True, lstm_peephole=True, lstm_output_activation="identity")
    assert lines()["f"] == "f = 1 − i"
    assert lines()["o"] == "o = σ(x W_o + h₋ U_o + P_o ⊙ c + b_o)"
    assert lines()["h"] == "h = o ⊙ c"


def test_open_tab_stays_open_when_something_changes(page):
    page.open(tab="Values").set(numbers="1 0").set(preset="one-unit")
    assert page.at.dataframe
    assert page.component("weights") is None
