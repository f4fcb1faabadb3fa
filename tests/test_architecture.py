"""What docs/architecture.md names is there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
NAMES = sorted(set(re.findall(r"`((?:explorer|lstm_core)\.[\w.]+)`", TEXT)))
PATHS = sorted(set(re.findall(r"`((?:\w+/)+[\w.]*|\w+\.py)`", TEXT)))


def found(name: str) -> object:
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            value: object = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            value = getattr(value, part)
        return value
    raise ModuleNotFoundError(name)


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith(".py")])
def test_name_of_the_document_exists(name):
    assert found(name) is not None


@pytest.mark.parametrize("path", PATHS)
def test_path_of_the_document_exists(path):
    assert (ROOT / path).exists()


def test_document_names_functions_and_paths():
    assert len(NAMES) > 20
    assert len(PATHS) > 20


def test_name_that_does_not_exist_is_found_out():
    with pytest.raises(AttributeError):
        found("explorer.session.store.Parking")
