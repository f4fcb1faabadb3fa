"""The published example worked through the smallest of these networks, number by number."""

from __future__ import annotations

from explorer.model import published
from explorer.session import train_state
from explorer.session.train_state import training_runs
from explorer.train_page.worked_example import worked_example
from explorer.training.plan import Plan, default_plan
from explorer.training.trainer import Origin


def applies(plan: Plan) -> bool:
    """Tell whether a plan is that of the two documents."""
    return plan.source.task == "next_word" and plan.source.own is None


def draw() -> None:
    """Draw the tab."""
    worked_example(training_runs().snapshot.params, load_published=_load)


def _load() -> None:
    """Let the run begin with the published weights, which fit the task's own network."""
    held = training_runs()
    plan = default_plan(held.plan.source)
    held.begin(plan, Origin("the published weights", published.params()))
    train_state.want(plan)
