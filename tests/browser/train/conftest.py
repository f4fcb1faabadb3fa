"""Visitors of the Train page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.opener import Opener
from tests.browser.train.train_page import TrainPage


@pytest.fixture
def train(open_page: Opener) -> Callable[..., TrainPage]:
    """Open the Train page as a new visitor: ``train(task, viewport, colour) -> TrainPage``."""

    def open_(task: str | None = None, **options: object) -> TrainPage:
        page = TrainPage(open_page, **options)
        if task:
            page.choose_task(task)
        return page

    return open_
