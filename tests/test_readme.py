"""What the README promises, kept."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Return the README's fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_two_commands_run_and_test():
    run, test = (block.strip() for block in blocks("sh"))
    assert run.endswith("streamlit run app.py")
    assert test.endswith("python -m pytest")
    assert "\n" not in run + test


def test_ci_runs_the_test_command_as_it_is_written():
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert script[-1] == blocks("sh")[1].strip()


def test_examples_print_what_the_readme_says():
    examples, printed = blocks("python"), blocks("text")
    assert len(examples) == len(printed) == 2
    for example, text in zip(examples, printed, strict=True):
        command = [sys.executable, "-W", "error", "-c", example]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert result.stderr == ""
        assert result.stdout == text


def test_every_file_that_the_readme_names_is_there():
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert "docs/explore.png" in linked
    rows = re.findall(r"^\| (`.*?`) \|", README, re.MULTILINE)
    mapped = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(mapped) > 5
    assert [name for name in linked + mapped if not (ROOT / name).exists()] == []
