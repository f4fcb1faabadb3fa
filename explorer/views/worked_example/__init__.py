"""The worked example: stages made of sentences, tables and charts."""

from __future__ import annotations

from explorer.web import component

_component = component("worked_example")


def stages(message: dict[str, object], *, key: str) -> None:
    """Draw what ``explorer.lessons.worked_example.payload.message`` returned."""
    _component(data=message, key=key)
