"""Order matters, shown: one sentence in two orders, and the probability of a label after every word.

``order_of`` reads both, ``pack_word_order`` makes the message, ``word_order_view`` shows it.
"""

from __future__ import annotations

from explorer.views.word_order.payload import pack_word_order
from explorer.views.word_order.reading import Order, default_pair, order_of
from explorer.web import component

__all__ = ["Order", "default_pair", "order_of", "pack_word_order", "word_order_view"]

_component = component("word_order")


def word_order_view(data: bytes, *, key: str) -> None:
    """Show two readings.

    Parameters
    ----------
    data : bytes
        What ``pack_word_order`` returned.
    key : str
        With the same key the component stays in the browser and takes only what is new.
    """
    _component(data=data, key=key)
