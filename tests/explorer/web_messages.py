"""Messages for every view, for tests/test_style.py to compare with what the browser code expects."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
from streamlit.testing.v1 import AppTest

from explorer.training.history import History
from explorer.views.curves.payload import Line, pack_curves
from explorer.views.predictions import pack_predictions, pictures
from explorer.views.word_order.payload import pack_word_order
from explorer.views.word_order.reading import Order, Reading
from explorer.web.payload import unpack
from lstm_core.tasks.base import Baseline
from tools import live

ONES = np.ones(2)
PICTURES = (
    pictures.Confusion(("a",), np.ones((1, 1), int)),
    pictures.Mistakes((("a", "b", 1),), 0),
    pictures.Text("a", "b"),
    pictures.Rows((pictures.Steps("a", 0, ("a",), ("a",), None, 0, 1),), (("a", "b"),)),
    pictures.Curve("", 0, 1, 2, ONES, ONES, ONES, ONES, 1, -1),
    pictures.Scatter(ONES, ONES, -1),
    pictures.Pairs(ONES, None, 0),
)


def messages() -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the name that a message has in static/types.d.ts, and the message."""
    names = {"cell_view": "Cell", "weight_editor": "Weights"}
    for app in (AppTest.from_function(_views), AppTest.from_file(str(live.APP))):
        for node in app.run(timeout=60).get("bidi_component"):
            view = node.proto.component_name.removeprefix("lstm_explorer_")
            sent = _unpacked(node.proto.bytes) if node.proto.bytes else json.loads(node.proto.json)
            yield f"{names.get(view) or view.title().replace('_', '')}Message", sent
    lines = [Line(name, History.empty()) for name in ("a", "b")]
    chart = {"baseline": Baseline("a", 0.5, 0.7), "moments": [0], "at": 0, "total": 9, "exact": (1.0, 1.0)}
    yield "CurvesMessage", _unpacked(pack_curves(lines, metric="a", better="higher", scene="a", **chart))
    reading = Reading(("a",), np.ones((1, 2)), np.ones((1, 2)), 0, ())
    yield "WordOrderMessage", _unpacked(pack_word_order(Order(("a", "b"), 0, (reading, reading), "")))
    chances = pictures.Chances("a", (pictures.Chance("a", 1.0, True),), 0, 0.0)
    for picture in PICTURES:
        yield (
            "PredictionsMessage",
            _unpacked(pack_predictions(pictures.Predictions(picture=picture, chances=(chances,)))),
        )


def _views():
    from explorer.train_page.worked_example import worked_example
    from explorer.views.about import about
    from explorer.views.browser_tab import browser_tab
    from explorer.views.notice import Notice, notices
    from explorer.views.refresh import refresh
    from lstm_core import LSTM

    about(LSTM())
    notices([Notice("a")], key="notice")
    refresh(1.0, key="refresh")
    browser_tab(known=False, key="browser_tab", on_tab=lambda: None)
    worked_example()


def _unpacked(data: bytes) -> dict[str, object]:
    header, _ = unpack(data)
    return {**header, "shapes": {}, "singles": 0, "arrays": {}}
