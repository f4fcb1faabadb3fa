"""The browser code: what is served, in which version, and what stands in no module."""

import mimetypes
import re
from pathlib import Path

import pytest

from explorer.web import STATIC, VERSION, component, digest_of, modules_of
from tools import theme_table

MODULES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js"))
SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.css"))
VIEWS = sorted(path.parent.name for path in STATIC.glob("*/component.js"))

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_ELSEWHERE = re.compile(r"(?:https?:)?//[\w-]+\.[\w.-]+")


def text(path: str) -> str:
    return (STATIC / path).read_text("utf-8")


def test_every_module_is_part_of_a_view_or_loads_them():
    used = {module for view in VIEWS for module in modules_of(f"{view}/component.js")}
    assert len(VIEWS) >= 9
    assert set(MODULES) - used == {"web/loader.js"}


def test_all_that_a_module_imports_is_found_however_it_is_written(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.js").write_text(
        'import {\n  b,\n  c,\n} from "./b.js";\nexport { d } from "../d.js";\n'
    )
    (tmp_path / "one" / "b.js").write_text('import { a } from "./a.js";\n// import { e } from "./e.js";\n')
    (tmp_path / "d.js").write_text('import "./one/b.js";\nimport { f } from "https://elsewhere.org/f.js";\n')
    assert modules_of("one/a.js", tmp_path) == ["one/a.js", "one/b.js", "d.js"]


@pytest.mark.parametrize("path", [*MODULES, *SHEETS])
def test_nothing_is_loaded_from_elsewhere(path):
    source = text(path)
    assert {link for link in _ELSEWHERE.findall(source) if "www.w3.org" not in link} == set()
    assert path.endswith(".js") or "@import" not in source


@pytest.mark.parametrize("path", [path for path in MODULES if path != "web/theme_table.js"])
def test_no_colour_is_written_in_a_module(path):
    # The number on a fill is pure black or white, whichever can be read better.
    assert {colour.lower() for colour in _COLOUR.findall(text(path))} <= {"#000", "#fff"}


def test_browser_has_the_colours_of_the_theme():
    assert theme_table.PATH.read_text("utf-8") == theme_table.module(), "run python -m tools.theme_table"


def test_types_do_not_depend_on_the_machine():
    assert mimetypes.guess_type("component.js") == ("text/javascript", None)
    assert mimetypes.guess_type("component.css") == ("text/css", None)


def copy(folder: Path) -> None:
    (folder / "web").mkdir(parents=True)
    (folder / "web" / "dom.js").write_text("export const one = 1;\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "web" / "dom.js").write_text("export const one = 2;\n"),
        lambda folder: (folder / "web" / "dom.js").rename(folder / "web" / "html.js"),
        lambda folder: (folder / "web" / "more.css").write_text(""),
    ],
)
def test_version_is_another_one_after_any_change(tmp_path, change):
    copy(tmp_path / "one")
    copy(tmp_path / "other")
    assert digest_of(tmp_path / "one") == digest_of(tmp_path / "other")
    change(tmp_path / "other")
    assert digest_of(tmp_path / "one") != digest_of(tmp_path / "other")
    assert len(VERSION) == 16


@pytest.mark.parametrize("view", VIEWS)
def test_view_is_sent_as_a_loader_of_a_few_lines(view, monkeypatch):
    sent = {}
    monkeypatch.setattr("streamlit.components.v2.component", lambda name, **parts: sent.update(parts))
    component(view)
    assert len(sent["js"]) < 1_500
    assert "\n" in sent["js"]
    assert "\n" in sent["html"]
    assert VERSION in sent["js"]
