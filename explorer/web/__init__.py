"""How Python mounts the views whose code lies in ``static``.

Streamlit sends a component's script again with every new drawing of it. So the script of a view is a loader
of three lines: it imports the modules of ``static``, which Streamlit serves at ``app/static`` and the browser
keeps.
``static/web/loader.js`` says how a module that has changed gets there.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

STATIC = Path(__file__).resolve().parents[2] / "static"

_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";$', re.MULTILINE)
_LOADER = """\
const at = (path) => new URL(`app/static/${{path}}`, document.baseURI).href;
const {{ loaded }} = await import(`${{at("web/loader.js")}}?{version}`);
export default await loaded({view}, at);
"""

# On Windows the types come from the registry, where a program may have made text/plain of them, and a browser
# runs no module of that type.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/css", ".css")


def digest_of(folder: Path) -> str:
    """Return a short name for exactly the files of a folder and of those in it."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


VERSION = digest_of(STATIC)


def modules_of(path: str, static: Path = STATIC) -> list[str]:
    """Return a module of ``static`` and all that it imports, each after one that imports it."""
    found = [path]
    for module in found:  # grows meanwhile
        for name in _IMPORTED.findall((static / module).read_text("utf-8")):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(module), name))
            if imported not in found:
                found.append(imported)
    return found


def parts_of(folder: str) -> tuple[str, str]:
    """Return what Streamlit gets of a folder's view: component.html, and the script that loads the rest."""
    style = f"{folder}/component.css"
    view = {
        "version": VERSION,
        "modules": modules_of(f"{folder}/component.js"),
        "sheets": ["web/shared.css", style] if (STATIC / style).exists() else [],
    }
    html = (STATIC / folder / "component.html").read_text("utf-8")
    return html, _LOADER.format(version=VERSION, view=json.dumps(view))


def component(folder: str) -> Callable[..., Any]:
    """Declare the view of a folder of ``static``: component.js, with component.html and component.css."""
    html, js = parts_of(folder)
    return st.components.v2.component(f"lstm_explorer_{folder}", html=html, js=js)
