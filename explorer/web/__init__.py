"""Puts the web components together from the files beside them.

An inline component is one script: its modules cannot import one another in the browser. So
that they can still be written, read and unit-tested as ordinary ES modules, ``bundle`` joins
them in the order given and takes out the import and export words. The colours, symbols and
words of ``explorer.theme`` come first, as the constant ``THEME``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from explorer import theme

_SHARED = Path(__file__).parent
_IMPORT = re.compile(r"^import\s[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def bundle(folder: Path, *modules: str) -> str:
    """Return one script made of the shared modules and those of ``folder``, in this order.

    Parameters
    ----------
    folder : Path
        The component's folder.
    *modules : str
        Its modules by name without ``.js``, each after those it imports. The last one holds the
        ``export default`` that Streamlit calls.
    """
    table = json.dumps(theme.for_browser(), ensure_ascii=False)
    shared = script("theme", "scales", "format", "dom", "payload", "bus", "shelf", "view")
    return "\n".join((shared.replace("/* THEME */ null", table, 1), script(*modules, folder=folder)))


def script(*modules: str, folder: Path = _SHARED) -> str:
    """Return modules of a folder, the shared ones by default, as one script."""
    sources = [(folder / f"{name}.js").read_text("utf-8") for name in modules]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)


def styles(folder: Path, name: str = "component.css") -> str:
    """Return the shared style sheet followed by the component's own."""
    return (_SHARED / "shared.css").read_text("utf-8") + (folder / name).read_text("utf-8")
