"""Components that are drawn many times a second.

Streamlit sends a component's script and styles along with every new drawing of it, which for a picture is
twenty times its numbers. A light component is sent without: its code comes once, with a second element that
shows nothing and lends it to the others in the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.web import script


class Light:
    """A component's light form.

    Parameters
    ----------
    name : str
        Different for every component.
    component : callable
        The component as it is otherwise, whose script ends in ``lendable`` or ``mounting``.
    html, css : str
        What the component is declared with.
    """

    def __init__(self, name: str, component: Callable[..., Any], *, html: str, css: str) -> None:
        self._name, self._component, self._css = name, component, css
        self._place = st.components.v2.component(
            f"{name}_light", html=html, js=f'{script("shelf")}\nexport default borrowed("{name}");\n'
        )

    def __call__(self, **options: Any) -> Any:
        """Show the component, once its code is there; takes and returns what the component does."""
        return self._place(**options)

    def lend(self) -> None:
        """Send the code, in a place that is not drawn many times a second."""
        self._component(data={"lend": self._name, "css": self._css}, key=f"{self._name}_code")
