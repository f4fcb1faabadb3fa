"""The example as the core has it: its task, with the network and the training that come with it."""

from __future__ import annotations

from explorer.training.plan import Plan, Source, default_plan
from lstm_core import Network
from lstm_core.tasks import TaskData


def plan(seed: int = 0) -> Plan:
    """Return the choices of this app's own recipe."""
    return default_plan(Source(task="next_word", seed=seed))


def data() -> TaskData:
    """Return the two documents as the network gets them."""
    return plan().data()


def network() -> Network:
    """Return the network of 22 weights."""
    return plan().network()
