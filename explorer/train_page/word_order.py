"""Order matters, shown: the same words in two orders, read by the network and by a bag of words."""

from __future__ import annotations

import streamlit as st

from explorer.session import train_state
from explorer.session.train_state import key, training_runs
from explorer.views.notice import Notice, notices
from explorer.views.word_order import default_pair, order_of, pack_word_order, word_order_view
from lstm_core import InputError


def draw() -> None:
    """Draw the tab."""
    held = training_runs()
    plan = held.plan
    data = plan.data()
    asked = (plan.source.task, plan.source.own)
    if train_state.field("order_for") != asked:
        for name, text in zip(_FIELDS, default_pair(data) or ("", ""), strict=True):
            train_state.set_field(name, text)
        train_state.set_field("order_for", asked)
    st.caption(
        "The same words in two orders. The network reads word after word and may change its mind; a bag of "
        "words only counts them, so both orders are one to it."
    )
    columns = st.columns(2)
    first, second = (
        column.text_input(label, key=key(name), persist_state="session")
        for column, label, name in zip(columns, ("One order", "The other"), _FIELDS, strict=True)
    )
    if not first.strip() or not second.strip():
        notices(
            [Notice("Type two sentences.", "Best the same words in two orders.", "empty")],
            key="order_refused",
        )
        return
    try:
        found = order_of(data, plan.network(), held.snapshot.params, first, second)
    except InputError as error:
        notices([Notice("This cannot be read.", f"{error}.")], key="order_refused")
        return
    word_order_view(pack_word_order(found), key="train_word_order")


_FIELDS = ("order_first", "order_second")
