"""A page without a browser: its fields by key, and what it sends to the web components; then Explore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import Runtime
from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from explorer.web.payload import unpack

APP = Path(__file__).resolve().parents[2] / "app.py"


class OwnSession(LocalScriptRunner):
    """Gives each visit a session of its own: AppTest has one for all, and they would share their runs."""

    media: ClassVar[dict[str, Any]] = {}
    """Of the last run of each session: the files that it offers to download."""

    def __init__(self, script_path, session_state, *args, **kwargs) -> None:
        super().__init__(script_path, session_state, *args, **kwargs)
        self._session_id = session_of(session_state)
        OwnSession.media[self._session_id] = Runtime.instance().media_file_mgr


def session_of(session_state: object) -> str:
    return f"visit {id(session_state)}"


class Page:
    """One visit. Everything that can be done to a page fails the test if the page raises."""

    at: AppTest

    def run(self) -> Self:
        return self._checked(self.at.run())

    def set(self, **values: object) -> Self:
        """Fill in fields by key, all at once, and run."""
        for key, value in values.items():
            self.at.get_by_key(key).set_value(value)
        return self.run()

    def click(self, key: str) -> Self:
        self.at.get_by_key(key).click()
        return self.run()

    def open(self, **state: object) -> Self:
        """Open a tab or a popover by key: ``open(tab="Values")``, ``open(grid_open=True)``."""
        for key, value in state.items():
            self.at.session_state[key] = value
        return self.run()

    def field(self, key: str) -> object:
        return self.at.get_by_key(key).value

    @property
    def present(self) -> set[str]:
        """The keys of everything that is on the page."""
        return {node.key for node in self.at if getattr(node, "key", None)}

    # ---- the components

    def component(self, key: str) -> object:
        """Return the message to a component, or None if it is not on the page."""
        return next((node.proto for node in self.at.get("bidi_component") if node.key == key), None)

    def notices(self, key: str) -> list[dict[str, str]]:
        proto = self.component(key)
        return json.loads(proto.json)["messages"] if proto else []

    def said(self, key: str) -> str:
        """Return all words of the messages in one place."""
        return " ".join(f"{notice['headline']} {notice['advice']}" for notice in self.notices(key))

    def edit_grid(self, rows=None, added=(), deleted=()) -> Self:
        """Type into the one table that can be edited; ``rows`` is {index from 0: {column: value}}."""
        (table,) = self.at.data_editor
        state = {"edited_rows": rows or {}, "added_rows": list(added), "deleted_rows": list(deleted)}
        return self._run_with(WidgetState(id=table.proto.id, string_value=json.dumps(state)))

    @property
    def session(self) -> str:
        return session_of(self.at._session_state)

    def leave(self) -> None:
        """Close the tab for good: the server ends the session."""
        clear_session_cache(self.session)

    # ---- the tab of the browser

    def tell(self, tab: str, copy_of: str | None = None) -> Self:
        """Let the browser tell the name of its tab, as it does after the first drawing."""
        value = json.dumps({"tab": {"name": tab, "copyOf": copy_of}})
        return self._run_with(WidgetState(id=Page.component(self, "browser_tab").id, json_value=value))

    @property
    def lost(self) -> list[dict[str, str]]:
        """What is said of what was lost since the page was left."""
        proto = Page.component(self, "lost_notice")
        return json.loads(proto.json)["messages"] if proto else []

    def _run_with(self, state: WidgetState) -> Self:
        """Run with one state that AppTest has no method for."""
        states = self.at._tree.get_widget_states()
        others = [other for other in states.widgets if other.id != state.id]
        del states.widgets[:]
        states.widgets.extend([*others, state])
        return self._checked(self.at._run(states))

    def _checked(self, at: AppTest) -> Self:
        raised = [error.message for error in at.exception]
        assert raised == []
        return self


class ExplorePage(Page):
    """One visit to Explore."""

    def __init__(self) -> None:
        self.at = AppTest.from_file(APP, default_timeout=60)
        self.run()

    # ---- what the components are sent

    @property
    def message(self) -> bytes:
        """The message to the cell view, as it is sent."""
        return self.component("cell_view").bytes

    @property
    def header(self) -> dict[str, object]:
        return unpack(self.message)[0]

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return unpack(self.message)[1]

    @property
    def size(self) -> tuple[int, int, int]:
        """T, D and H."""
        return tuple(self.header["size"][name] for name in "TDH")

    @property
    def editor(self) -> dict[str, np.ndarray]:
        """The weights that the weight editor shows."""
        return unpack(self.component("weights").bytes)[1]

    # ---- what the components send back

    def edit(self, *changes: tuple[str, str, int, int, object], number: int = 1) -> Self:
        """Type into the weight editor: changes are (name, gate, row, unit, value)."""
        names = ("name", "gate", "row", "unit", "value")
        value = {"edit": number, "changes": [dict(zip(names, change, strict=True)) for change in changes]}
        return self.send_edit(value)

    def send_edit(self, value: object) -> Self:
        """Let the weight editor send anything, as ``setTriggerValue("edit", value)`` does."""
        # Streamlit collects the triggers of a component under this id.
        identity = f"$$STREAMLIT_INTERNAL_KEY_{self.component('weights').id}__events"
        trigger = json.dumps([{"event": "edit", "value": value}])
        return self._run_with(WidgetState(id=identity, json_trigger_value=trigger))


@pytest.fixture(autouse=True)
def _own_sessions(monkeypatch):
    monkeypatch.setattr(app_test, "LocalScriptRunner", OwnSession)
    yield
    OwnSession.media.clear()


@pytest.fixture
def page() -> ExplorePage:
    """The page as a new visitor finds it."""
    return ExplorePage()


@pytest.fixture
def visit():
    """Open the page as another visitor: ``visit() -> page``."""
    return ExplorePage


@pytest.fixture
def opened(page: ExplorePage):
    """Open a preset: ``opened(key) -> page``."""
    return lambda key: page.set(preset=key)


@pytest.fixture
def rounded():
    """Return a column of a signal in the digits of a printed table: ``rounded(array, decimals)``."""
    return lambda array, decimals: (np.round(array, decimals) + 0.0).tolist()
