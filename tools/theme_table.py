"""Write the colours and scales of explorer/theme.py as the module that the browser loads.

Run ``python -m tools.theme_table`` after a change there; a test says when it was forgotten.
"""

from __future__ import annotations

import json

from explorer import theme
from explorer.web import STATIC

PATH = STATIC / "web" / "theme_table.js"


def module() -> str:
    """Return the text of the module."""
    table = theme.for_browser()
    rows = [f"  {name}: {json.dumps(values, ensure_ascii=False)},\n" for name, values in table.items()]
    head = "// Written by tools/theme_table.py from explorer/theme.py.\n"
    return f"{head}export const THEME = {{\n{''.join(rows)}}};\n"


if __name__ == "__main__":
    PATH.write_text(module(), "utf-8")
