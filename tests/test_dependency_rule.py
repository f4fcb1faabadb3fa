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
    streamlit_anywhere_behind: bool = True


RULES = (
    Rule(
        ("lstm_core/**/*.py",),
        STANDARD_LIBRARY | {"numpy", "lstm_core"},
    ),
    Rule(
        ("explorer/figures/**/*.py", "explorer/**/payload.py", "explorer/walk/payload/**/*.py"),
        STANDARD_LIBRARY | {"numpy", "plotly", "lstm_core", "explorer"},
        streamlit_anywhere_behind=False,
    ),
    Rule(
        (
            "explorer/theme.py",
            "explorer/presets.py",
            "explorer/published.py",
            "explorer/carried.py",
            "explorer/sequence/**/*.py",
            "explorer/training/**/*.py",
            "explorer/outcome/answers/**/*.py",
            "explorer/outcome/pictures.py",
            "explorer/order/reading.py",
            "explorer/walk/steps/**/*.py",
        ),
        STANDARD_LIBRARY | {"numpy", "regex", "lstm_core", "explorer"},
        streamlit_anywhere_behind=False,
    ),
    Rule(
        ("explorer/**/*.py",),
        STANDARD_LIBRARY | {"streamlit", "numpy", "plotly", "pandas", "regex", "lstm_core", "explorer"},
    ),
    Rule(
        ("app.py", "pages/**/*.py"),
        # The core's error is no computation: a page shows its message in place.
        frozenset({"__future__", "streamlit", "explorer", "lstm_core.InputError"}),
    ),
)


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


def file_of(name: str, sources: dict[str, str]) -> str | None:
    """Return the file of an imported name: the module itself, or the one that holds the name."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        stem = "/".join(parts[:count])
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if path in sources:
                return path
    return None


def way_to_streamlit(path: str, sources: dict[str, str]) -> list[str]:
    """Return the shortest chain of files by which a module reaches Streamlit, or an empty list."""
    chains = {path: [path]}
    for here in (queue := [path]):
        for _, name in imports(here, sources[here]):
            if name.split(".")[0] == "streamlit":
                return [*chains[here], "streamlit"]
            behind = file_of(name, sources)
            if behind is not None and behind not in chains:
                chains[behind] = [*chains[here], behind]
                queue.append(behind)
    return []


def broken(sources: dict[str, str]) -> list[str]:
    """Return a line for everything that breaks the rule."""
    found = []
    for path, source in sources.items():
        rule = next(rule for rule in RULES if any(matches(path, pattern) for pattern in rule.patterns))
        for line, name in imports(path, source):
            if not any(f"{name}.".startswith(f"{allowed}.") for allowed in rule.allowed):
                found.append(f"{path}:{line} imports {name}")
        if not rule.streamlit_anywhere_behind:
            chain = way_to_streamlit(path, sources)
            if len(chain) > 2:
                found.append(" imports ".join(chain))
    return found


def matches(path: str, pattern: str) -> bool:
    """Return whether a path fits a pattern in which ** stands for any number of folders."""
    before, middle, after = pattern.partition("**/")
    if not middle:
        return path == pattern
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
        ("explorer/figures/heatmaps.py", "import pandas"),
        ("explorer/figures/heatmaps.py", "from explorer import workspace"),
        ("explorer/figures/heatmaps.py", "from ..workspace import current"),
        ("explorer/cell_view/payload.py", "from streamlit.components import v2"),
        ("explorer/cell_view/payload.py", "from explorer.figures import shared"),
        ("explorer/sequence/text.py", "import streamlit"),
        ("explorer/training/worker.py", "import streamlit"),
        ("explorer/sequence/text.py", "import pandas"),
        ("explorer/theme.py", "import streamlit"),
        ("explorer/presets.py", "from explorer.workspace import Workspace"),
        ("explorer/workspace.py", "import requests"),
        ("explorer/workspace.py", "from pages import explore"),
        ("pages/explore.py", "import numpy as np"),
        ("pages/explore.py", "from lstm_core import InputError, unroll"),
        ("pages/explore.py", "import lstm_core"),
        ("pages/explore.py", "import math"),
        ("app.py", "import pandas as pd"),
        ("app.py", "from lstm_core import LSTM"),
    ],
)
def test_checker_finds_a_broken_rule(path, source):
    around = {
        "explorer/__init__.py": "",
        "explorer/workspace.py": "import streamlit as st",
        "explorer/figures/__init__.py": "",
        "explorer/figures/shared.py": "from explorer.workspace import current",
    }
    found = broken({**around, path: source})
    assert [line for line in found if line.startswith(path)]


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
        ("explorer/cell_view/payload.py", "import numpy as np\nfrom lstm_core import LayerTrace"),
        ("explorer/sequence/text.py", "import regex"),
        ("explorer/workspace.py", "import pandas as pd\nimport streamlit as st\nfrom lstm_core import LSTM"),
        ("pages/explore.py", "import streamlit as st\nfrom explorer import controls"),
        ("pages/explore.py", "from lstm_core import InputError"),
        ("app.py", "from __future__ import annotations\nimport streamlit as st"),
    ],
)
def test_checker_lets_pass_what_keeps_the_rule(path, source):
    assert broken({"explorer/__init__.py": "", "explorer/theme.py": "", path: source}) == []
