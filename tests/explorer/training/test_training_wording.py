"""Times as they are read, and names that Markdown leaves alone."""

from __future__ import annotations

import re

import pytest

from explorer.training.wording import duration, unformatted


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "1 s"), (0.4, "1 s"), (1.4, "1 s"), (59.6, "60 s"), (89, "89 s")),
        *((91, "2 min"), (300, "5 min"), (5399, "90 min"), (5400, "1.5 h"), (360_000, "100.0 h")),
    ],
)
def test_duration_in_the_unit_that_fits(seconds, text):
    assert duration(seconds) == text


def test_everything_that_formats_is_escaped():
    text = "<b>*a*</b> [l](u) `c` $x$ :red[r] ~~s~~ # h | &amp; 1. -  "
    shown = unformatted(text)
    bare = re.sub(r"\\.", "", shown)
    assert set(bare).isdisjoint("\\`*_{}[]()#+-.!|<>~:$&")
    assert unformatted("Run 1 – ääh") == "Run 1 – ääh"
    assert shown.replace("\\", "") == text
