"""A page of views for the tests in this folder, and nothing that goes wrong in it unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from explorer.model.presets import PRESETS
from tests.harness.harness import Harness
from tests.harness.mounted import MountedExperiment


@pytest.fixture(scope="session")
def one_page(browser: Browser) -> Iterator[Harness]:
    """Keep one page: opening another takes longer than most tests."""
    harness = Harness(browser)
    yield harness
    harness.page.close()


@pytest.fixture(scope="module")
def one_document(one_page: Harness) -> Harness:
    """Load it for the tests of one file, which share the modules that it has loaded."""
    one_page.load()
    return one_page


@pytest.fixture
def harness(one_document: Harness, request: pytest.FixtureRequest) -> Iterator[Harness]:
    """Begin with an empty page. After a test that failed, nothing of it is used again."""
    failed = request.session.testsfailed
    one_document.open()
    yield one_document
    if request.session.testsfailed > failed:
        one_document.load()
    one_document.close_views()


@pytest.fixture
def explore(harness: Harness) -> Callable[..., MountedExperiment]:
    """Show a preset as it opens: ``explore(title, weights=True, viewport=…) -> MountedExperiment``."""

    def show(title: str = PRESETS[0].title, *, weights: bool = False, **options) -> MountedExperiment:
        if options:
            harness.open(**options)
        preset = next(preset for preset in PRESETS if preset.title == title)
        return MountedExperiment(harness, preset, weights=weights)

    return show
