"""Data flows one way: a page never computes, the core never draws."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
STANDARD_LIBRARY = frozenset(sys.stdlib_module_names)
OURS = ("app.py", "lstm_core", "explorer", "pages")


@dataclass(frozen=True)
class Rule:
    """What the files that match one of the patterns may import: modules, or single names of them.

    The first rule that matches a file holds for it.
    """

    patterns: tuple[str, ...]
    allowed: frozenset[str]


RULES = (
    Rule(
        ("lstm_core/**/*.py",),
        STANDARD_LIBRARY | {"numpy", "lstm_core"},
    ),
    Rule(
        ("explorer/figures/**/*.py",),
        STANDARD_LIBRARY | {"numpy", "plotly", "pandas", "lstm_core", "explorer"},
    ),
    Rule(
        (
            *(
                f"explorer/{room}/**/*.py"
                for room in ("app", "explore_page", "train_page", "session", "forms")
            ),
            "explorer/views/*/__init__.py",
            "explorer/web/__init__.py",
        ),
        STANDARD_LIBRARY | {"streamlit", "numpy", "plotly", "pandas", "lstm_core", "explorer"},
    ),
    Rule(
        ("explorer/**/*.py",),
        STANDARD_LIBRARY | {"numpy", "regex", "lstm_core", "explorer"},
    ),
    Rule(
        ("app.py", "pages/**/*.py"),
        # The core's error is no computation: a page shows its message in place.
        frozenset({"__future__", "streamlit", "explorer", "lstm_core.InputError"}),
    ),
)

FLOORS = (
    ("theme", "wording", "limits"),
    ("web", "errors", "cell_styles", "fields"),
    ("sequence", "training"),
    ("model", "uploads"),
    ("views",),
    ("forms", "figures", "lessons"),
    ("session",),
    ("app",),
    ("explore_page", "train_page"),
)
"""The rooms of ``explorer`` from the ground up: each imports from itself and from the floors below it."""


def modules(root: Path) -> dict[str, str]:
    """Return the source of every module of the project, by its path."""
    paths = [
        path
        for name in OURS
        for path in ([root / name] if name.endswith(".py") else (root / name).rglob("*.py"))
    ]
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths if path.exists()}


def imports(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a module imports, also inside functions and by string."""
    package = PurePosixPath(path).parent.parts
    for node in ast.walk(ast.parse(source, path)):
        match node:
            case ast.Import():
                yield from ((node.lineno, alias.name) for alias in node.names)
            case ast.ImportFrom():
                parents = package[: len(package) + 1 - node.level] if node.level else ()
                base = ".".join((*parents, *([node.module] if node.module else [])))
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def room_of(name: str) -> str:
    """Return the room of a module, or of a path, of ``explorer``; empty for all others."""
    first, _, rest = name.removesuffix(".py").replace("/", ".").partition(".")
    return rest.partition(".")[0] if first == "explorer" else ""


def reads_session(source: str) -> list[int]:
    """Return the lines in which a module touches the state of a session or a resource of it."""
    nodes = ast.walk(ast.parse(source))
    return [
        node.lineno
        for node in nodes
        if (isinstance(node, ast.Attribute) and node.attr == "session_state")
        or (isinstance(node, ast.alias) and node.name == "session_state")
        or (isinstance(node, ast.keyword) and node.arg == "scope" and ast.unparse(node.value) == "'session'")
    ]


def broken(sources: dict[str, str]) -> list[str]:
    """Return a line for everything that breaks the rule."""
    found = []
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    for path, source in sources.items():
        rule = next(rule for rule in RULES if any(matches(path, pattern) for pattern in rule.patterns))
        for line, name in imports(path, source):
            if not any(f"{name}.".startswith(f"{allowed}.") for allowed in rule.allowed):
                found.append(f"{path}:{line} imports {name}")
            here, there = room_of(path), room_of(name)
            if here and there and here != there and floor[there] >= floor[here]:
                found.append(f"{path}:{line} imports {name}, which is not on a floor below")
        if room_of(path) != "session":
            found += [f"{path}:{line} touches the session" for line in reads_session(source)]
    return found


def matches(path: str, pattern: str) -> bool:
    """Return whether a path fits a pattern in which ** stands for any number of folders."""
    before, middle, after = pattern.partition("**/")
    if not middle:
        return PurePosixPath(path).match(pattern)
    return path.startswith(before) and PurePosixPath(path[len(before) :]).match(after)


def test_project_keeps_the_dependency_rule():
    sources = modules(ROOT)
    assert {"lstm_core/__init__.py", "explorer/__init__.py"} <= set(sources)
    assert broken(sources) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("lstm_core/cells/lstm.py", "import streamlit as st"),
        ("lstm_core/cells/lstm.py", "import pandas"),
        ("lstm_core/trace.py", "import plotly.graph_objects as go"),
        ("lstm_core/trace.py", "from explorer import theme"),
        ("lstm_core/trace.py", "from explorer.theme import LOOKS"),
        ("lstm_core/trace.py", "def draw():\n    from plotly import io"),
        ("lstm_core/trace.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas"),
        ("lstm_core/trace.py", "import importlib\nimportlib.import_module('streamlit.proto')"),
        ("lstm_core/trace.py", "__import__('pandas')"),
        ("explorer/figures/heatmaps.py", "import streamlit"),
        ("explorer/figures/heatmaps.py", "from explorer import session"),
        ("explorer/figures/heatmaps.py", "from ..session.workspace import current"),
        ("explorer/figures/heatmaps.py", "from explorer.lessons import worked_example"),
        ("explorer/views/cell_view/payload.py", "from streamlit.components import v2"),
        ("explorer/views/cell_view/payload.py", "from explorer.figures import heatmaps"),
        ("explorer/views/cell_view/__init__.py", "import streamlit as st\nst.session_state['a'] = 1"),
        ("explorer/views/cell_view/__init__.py", "from streamlit import session_state"),
        ("explorer/train_page/runs.py", "from explorer.explore_page import panels"),
        ("explorer/app/frame.py", "@st.cache_resource(scope='session')\ndef a(): ..."),
        ("explorer/forms/cell.py", "from explorer.session import fields"),
        ("explorer/sequence/text.py", "import streamlit"),
        ("explorer/training/worker.py", "import streamlit"),
        ("explorer/sequence/text.py", "import pandas"),
        ("explorer/sequence/text.py", "from explorer.training import plan"),
        ("explorer/theme.py", "import streamlit"),
        ("explorer/model/presets.py", "from explorer.session.workspace import Workspace"),
        ("explorer/session/workspace.py", "import requests"),
        ("explorer/session/workspace.py", "from pages import explore"),
        ("pages/explore.py", "import numpy as np"),
        ("pages/explore.py", "from lstm_core import InputError, unroll"),
        ("pages/explore.py", "import lstm_core"),
        ("pages/explore.py", "import math"),
        ("app.py", "import pandas as pd"),
        ("app.py", "from lstm_core import LSTM"),
    ],
)
def test_checker_finds_a_broken_rule(path, source):
    assert [line for line in broken({path: source}) if line.startswith(path)]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "lstm_core/cells/lstm.py",
            "import math\nimport numpy as np\nfrom lstm_core.trace import LayerTrace",
        ),
        ("lstm_core/cells/lstm.py", "from . import base\nfrom ..trace import LayerTrace"),
        ("lstm_core/cells/lstm.py", '"""Never import streamlit."""'),
        (
            "explorer/figures/heatmaps.py",
            "import plotly.graph_objects as go\nfrom explorer.theme import LOOKS",
        ),
        ("explorer/views/cell_view/payload.py", "import numpy as np\nfrom lstm_core import LayerTrace"),
        ("explorer/sequence/text.py", "import regex"),
        (
            "explorer/session/workspace.py",
            "import pandas as pd\nimport streamlit as st\nfrom lstm_core import LSTM",
        ),
        ("explorer/session/workspace.py", "import streamlit as st\nst.session_state['a'] = 1"),
        ("explorer/app/frame.py", "from explorer.session import fields\nfrom explorer.app import catalog"),
        ("pages/explore.py", "import streamlit as st\nfrom explorer.explore_page import panels"),
        ("pages/explore.py", "from lstm_core import InputError"),
        ("app.py", "from __future__ import annotations\nimport streamlit as st"),
    ],
)
def test_checker_lets_pass_what_keeps_the_rule(path, source):
    assert broken({path: source}) == []
