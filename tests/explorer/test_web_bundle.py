"""What the browser is sent: one script a component, with nothing left in it that only a file needs."""

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import theme
from explorer.web import bundle, styles

FOLDER = Path(__file__).resolve().parents[2] / "explorer"
COMPONENTS = sorted(path.parent.name for path in FOLDER.glob("*/component.js"))

_DECLARED = re.compile(r"^(?:async )?(?:function\*?|class|const|let|var) +([A-Za-z_$][\w$]*)", re.MULTILINE)
_IMPORTED = re.compile(r'^import \{([^}]*)\} from "([./\w-]+\.js)";$', re.MULTILINE)
# Where a page shows a component of a folder, by its key.
KEYS = {
    "cell_view": "cell_view",
    "weights": "weight_editor",
    "sequence_notice": "notice",
    "about": "about",
    "lstm_explorer_curves_code": "curves",
    "lstm_explorer_outcome_code": "outcome",
    "train_order": "order",
    "walk_opening": "walk",
    "train_visit": "visit",
}


@pytest.fixture(scope="module")
def sent():
    """Return what each component is sent, by the name of its folder."""
    found = {}

    def look(at):
        found.update((element.key, element.proto) for element in at.run().get("bidi_component"))

    explore = AppTest.from_file(FOLDER.parent / "app.py", default_timeout=60).run()
    look(explore.text_area(key="numbers").set_value("?"))
    explore.session_state["tab"] = "About"
    look(explore)
    train = AppTest.from_file(FOLDER.parent / "app.py", default_timeout=60)
    train.switch_page("pages/train.py").run()
    for task, tab in (("sentiment", "Order matters"), ("next_word", "By hand")):
        train.selectbox(key="train_task").set_value(task).run()
        train.session_state["train_tab"] = tab
        look(train)
    return {KEYS[key]: proto for key, proto in found.items() if key in KEYS}


@pytest.fixture(params=COMPONENTS)
def name(request):
    return request.param


@pytest.fixture
def script(sent, name):
    return sent[name].js_content


def test_every_component_is_looked_at_here(sent):
    assert set(COMPONENTS) == set(sent)
    assert len(COMPONENTS) >= 8


def test_script_imports_nothing_and_exports_one_default_function(script):
    assert re.findall(r"^[ \t]*import\b.*", script, re.MULTILINE) == []
    exports = re.findall(r"^[ \t]*export\b.*", script, re.MULTILINE)
    assert len(exports) == 1
    starts = ("function", "mounting(", "lendable(")
    assert exports[0].startswith(tuple(f"export default {start}" for start in starts))
    assert "import(" not in script


def test_no_two_modules_declare_the_same_name(script):
    declared = Counter(_DECLARED.findall(script))
    assert declared["THEME"] == 1
    assert [twice for twice, times in declared.items() if times > 1] == []


def imports(name):
    """Return (file, names, path) of every import in a component's modules and in the shared ones."""
    found = []
    for path in [*(FOLDER / name).glob("*.js"), *(FOLDER / "web").glob("*.js")]:
        source = path.read_text("utf-8")
        lines = _IMPORTED.findall(source)
        assert len(lines) == len(re.findall(r"^import\b", source, re.MULTILINE)), path.name
        found += [(path, {word.strip() for word in names.split(",")} - {""}, where) for names, where in lines]
    return found


def test_every_imported_name_is_declared_under_that_name(name, script):
    declared = set(_DECLARED.findall(script))
    # "a as b" would be lost when the import is taken out.
    assert [(path.name, names - declared) for path, names, _ in imports(name) if names - declared] == []


def test_every_import_names_the_file_it_comes_from(name):
    lost = [
        f"{path.name}: {where}" for path, _, where in imports(name) if not (path.parent / where).is_file()
    ]
    assert lost == []


def test_every_module_of_the_component_is_in_its_script(name, script):
    for path in (FOLDER / name).glob("*.js"):
        body = re.sub(r"^import\s[^;]*;\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
        body = re.sub(r"^export (?!default)", "", body, flags=re.MULTILINE)
        assert body in script, path.name


def test_table_of_looks_is_filled_in(script):
    assert "/* THEME */" not in script
    (table,) = re.findall(r"LSTM_EXPLORER_THEME \?\? (\{.*\});$", script, re.MULTILINE)
    assert json.loads(table) == json.loads(json.dumps(theme.for_browser()))


def test_no_colour_is_written_in_a_script_or_a_style_sheet(sent, name):
    sources = [path.read_text("utf-8") for path in (FOLDER / name).glob("*.js")]
    colours = [
        colour for source in sources for colour in re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b", source)
    ]
    # The number on a fill is pure black or white, whichever can be read better.
    assert set(map(str.lower, colours)) <= {"#000", "#fff", "#000000", "#ffffff"}


def test_text_never_becomes_html(script):
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script) == []


def test_nothing_is_loaded_from_elsewhere(sent, name):
    proto = sent[name]
    everything = proto.js_content + proto.css_content + proto.html_content
    links = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", everything))
    assert {link for link in links if "www.w3.org/" not in link} == set()
    assert "@import" not in proto.css_content
    assert "<script" not in proto.html_content


def test_texts_are_not_taken_for_paths(sent, name):
    proto = sent[name]
    assert "\n" in proto.js_content
    for text in (proto.css_content, proto.html_content):
        assert "\n" in text or not text
    assert (proto.js_source_path, proto.css_source_path) == ("", "")


def test_style_sheet_is_the_shared_one_and_its_own(sent, name):
    own = FOLDER / name / "component.css"
    if not own.exists():  # nothing of it is to be seen
        assert sent[name].css_content == ""
        return
    assert sent[name].css_content == styles(FOLDER / name)
    assert styles(FOLDER / name).endswith(own.read_text("utf-8"))


def test_modules_are_joined_in_the_order_given(tmp_path):
    (tmp_path / "one.js").write_text('import { element } from "./dom.js";\nexport const one = 1;\n', "utf-8")
    (tmp_path / "two.js").write_text(
        'import {\n  one,\n} from "./one.js";\nexport default function () { return one; }\n', "utf-8"
    )
    script = bundle(tmp_path, "one", "two")
    assert script.endswith("const one = 1;\n\nexport default function () { return one; }\n")
    assert script.index("const THEME") < script.index("const one")


def test_script_is_a_valid_module(script, name, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    path = tmp_path / f"{name}.mjs"
    path.write_text(script, "utf-8")
    result = subprocess.run([node, "--check", str(path)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
