"""The Train page without a browser: its fields, its thread that is waited for, what the components get."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from explorer.training import worker
from explorer.web.payload import unpack
from tests.pages.conftest import APP, ExplorePage, OwnSession, Page

_TRIES = 400
"""How often a page is drawn at most until what is waited for is there."""


def threads() -> list[threading.Thread]:
    """The threads that train."""
    return [thread for thread in threading.enumerate() if thread.name == worker.THREAD_NAME]


class TrainPage(Page):
    """One visit to Train. Fields are named without the "train_" that their keys begin with."""

    def __init__(self, **fields: object) -> None:
        self.at = AppTest.from_file(APP, default_timeout=60)
        for name, value in fields.items():
            self.at.session_state[f"train_{name}"] = value
        self.go("train")

    def go(self, page: str) -> TrainPage:
        """Choose a page in the navigation."""
        self.at.switch_page(f"pages/{page}.py")
        self.run()
        self.at._page_hash = ""  # or AppTest would stay there whatever the app does
        return self

    def set(self, **values: object) -> TrainPage:
        if "learning_rate" in values:  # a text, as people type it
            values["learning_rate"] = str(values["learning_rate"])
        return super().set(**{self.key(name): value for name, value in values.items()})

    def click(self, key: str) -> TrainPage:
        return super().click(self.key(key))

    def field(self, key: str) -> object:
        return super().field(self.key(key))

    def key(self, name: str) -> str:
        """Return the key of a field; that of the list of runs has an end that differs."""
        full = f"train_{name}"
        if full in self.present:
            return full
        return next((key for key in self.present if key.startswith(f"{full}_")), name)

    def element(self, name: str) -> Any:
        return self.at.get_by_key(self.key(name))

    def enabled(self, *names: str) -> list[bool]:
        """Tell of each button whether it can be pressed; one that is not there cannot."""
        return [f"train_{name}" in self.present and not self.element(name).disabled for name in names]

    # ---- how the run stands

    @property
    def progress(self) -> list[str]:
        """The parts of the line with the progress: name, state, epoch, …"""
        (bar,) = self.at.get("progress")
        return bar.text.split(" · ")

    @property
    def run_name(self) -> str:
        return self.progress[0].strip("*")

    @property
    def state(self) -> str:
        return self.progress[1]

    @property
    def updates(self) -> int:
        """How many updates the run has made, as the page says."""
        return self._counted("update ")

    @property
    def total(self) -> int:
        return self._counted("update ", 1)

    def _counted(self, start: str, place: int = 0) -> int:
        part = next((part for part in self.progress if part.startswith(start)), f"{start}0 of 0")
        return int(re.sub(r"\D", "", part.split(" of ")[place]))

    def until(self, there: Callable[[], bool], pause: float = 0.02) -> TrainPage:
        """Draw the page until something is there; the thread gets a pause in between."""
        for _ in range(_TRIES):
            if there():
                return self
            for thread in threads():
                thread.join(pause)
            self.run()
        raise AssertionError(f"not after {_TRIES} drawings: {self.progress}")

    def finish(self) -> TrainPage:
        """Let the run run until it does not any more."""
        return self.until(lambda: self.state != "running", 0.25)

    def start(self) -> TrainPage:
        """Start, go on, or begin anew: what the first button is for while no run runs."""
        assert self.element("start").label != "Pause"
        return self.click("start")

    def pause(self) -> TrainPage:
        assert self.element("start").label == "Pause"
        return self.click("start")

    def train(self, updates: int) -> TrainPage:
        """Make so many updates, one by one."""
        for _ in range(updates):
            self.click("step")
        return self

    # ---- what the components are sent

    @property
    def strips(self) -> bytes:
        """The message to the strips of the example that is watched."""
        return self.component("train_strips").bytes

    @property
    def symbols(self) -> list[str]:
        return self.unpacked("strips")[0]["symbols"]

    @property
    def h(self) -> np.ndarray:
        return self.unpacked("strips")[1]["h"]

    @property
    def predictions(self) -> bytes:
        return self.component("train_predictions").bytes

    @property
    def curves(self) -> dict[str, Any]:
        return self.unpacked("curves")[0]

    @property
    def snapshots(self) -> list[int]:
        """The updates that one can go back to."""
        return self.unpacked("curves")[1]["moments"].astype(int).tolist()

    @property
    def overlaid(self) -> list[str]:
        """The names of the runs in the curves, the one that is looked at first."""
        return [run["name"] for run in self.curves["runs"]]

    def unpacked(self, name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return unpack(self.component(f"train_{name}").bytes)

    @property
    def shown(self) -> str:
        """All that Streamlit's own elements show that read Markdown or HTML."""
        texts = (*self.at.markdown, *self.at.caption, *self.at.html)
        return "\n".join([*(str(text.value) for text in texts), *self.progress])

    # ---- what comes from the browser

    def go_to(self, moment: object) -> TrainPage:
        """Ask the curves for a moment by its index; None is the latest."""
        value = json.dumps({"at": {"moment": moment, "number": 1}})
        return self._run_with(WidgetState(id=self.component("train_curves").id, json_value=value))

    def upload(self, name: str, file_name: str, data: bytes) -> TrainPage:
        self.element(name).set_value((file_name, data, "application/octet-stream"))
        return self.run()

    def download(self, name: str) -> bytes:
        """Return the file that a button offers."""
        media = OwnSession.media[self.session]
        url = media.execute_deferred(self.element(name).proto.deferred_file_id)
        return media._storage.get_file(url.rsplit("/", 1)[-1]).content

    # ---- the tabs and the other page

    def tab(self, name: str) -> TrainPage:
        return self.open(train_tab=name)

    @property
    def table(self) -> list[dict[str, Any]]:
        """The rows of the table of runs."""
        (table,) = self.at.data_editor
        return table.value.to_dict("records")

    @property
    def explore(self) -> ExplorePage:
        """The same visit as Explore sees it."""
        page = object.__new__(ExplorePage)
        page.at = self.at
        return page


@pytest.fixture(autouse=True)
def visits(monkeypatch):
    """Let every visitor leave after a test, which must end every thread."""
    monkeypatch.setattr(worker, "PATIENCE", 600.0)  # a slow machine must not pause a run by itself
    pages: list[TrainPage] = []
    yield pages
    for page in pages:
        page.leave()
    for thread in threads():
        thread.join(10)
    assert threads() == []


@pytest.fixture
def visit(visits):
    """Open the page as another visitor, with other first fields: ``visit(**fields) -> page``."""

    def enter(**fields: object) -> TrainPage:
        visits.append(TrainPage(**fields))
        return visits[-1]

    return enter


@pytest.fixture
def page(visit) -> TrainPage:
    """The page as a new visitor finds it."""
    return visit()


@pytest.fixture
def opened(visit):
    """Open a task as a new visitor, at full speed, and fill in fields: ``opened(task, **fields) -> page``."""

    def fill(task: str, **fields: object) -> TrainPage:
        # What the data come from can stand there from the first; the rest the task would fill in again.
        first = {name: fields.pop(name) for name in list(fields) if name.startswith(("size_", "data_"))}
        page = visit(task=task, pace="full", **first)
        return page.set(**fields) if fields else page

    return fill


@pytest.fixture
def parity(opened) -> TrainPage:
    """The smallest run there is: 40 updates, each of all 26 strings."""
    return opened("parity", size_parity_length=5, epochs=40)


@pytest.fixture
def long(opened) -> TrainPage:
    """A run that does not come to its end during a test."""
    return opened("parity", size_parity_length=5, epochs=50_000)
