"""A tab that is loaded again, or loses the connection for a moment: what it finds, and what it says of it."""

from uuid import uuid4

import pytest

from explorer.session import store


@pytest.fixture
def tab():
    return uuid4().hex


@pytest.fixture
def there(parity, tab):
    """A visit whose browser has told its tab."""
    return parity.tell(tab)


@pytest.fixture
def reload(visit, tab):
    """Load a tab again: ``reload(page) -> page``."""

    def again(page):
        page.leave()
        return visit().tell(tab)

    return again


def table(page):
    return [(row["name"], row["task"], row["state"]) for row in page.tab("Runs").table]


def test_reload_finds_run_fields_and_pictures_as_they_were(there, reload):
    there.set(units_0=5, epochs=9).train(3)
    before = there.progress, there.strips, there.predictions, there.snapshots
    page = reload(there)
    assert (page.progress, page.strips, page.predictions, page.snapshots) == before
    assert (page.field("task"), page.field("units_0"), page.field("epochs")) == ("parity", 5, 9)
    assert page.notices("train_notice") == []
    assert page.click("step").updates == 4


def test_reload_of_a_run_that_went_on_says_what_was_asked_for(there, reload):
    there.set(epochs=4).start().finish()
    there.set(epochs=6).click("branch").finish()
    before = there.progress
    page = reload(there)
    assert (page.progress, page.field("epochs")) == (before, 6)
    assert "train_differs" not in page.present
    page.set(pace="full").click("branch").finish()
    assert page.total == 16


def test_reload_finds_the_learning_rate_that_the_run_has(there, reload):
    there.train(2).set(learning_rate="0.5").click("step")
    page = reload(there)
    assert float(page.field("learning_rate")) == 0.5
    assert "train_differs" not in page.present
    page.click("step")
    assert page.curves["rates"] == [[3, 0.02, 0.5]]


def test_reload_while_a_kept_run_of_another_task_is_looked_at_ends_nothing(there, reload):
    there.train(3).set(task="copy").train(2).tab("Runs").set(runs_one="Run 1").click("look")
    before = there.progress
    page = reload(there)
    assert page.progress == before
    assert page.notices("train_notice") == []
    assert page.field("task") == "copy"
    assert table(page) == [("Run 1", "Parity, 5 bits in a string", "stopped"), ("Run 2", "Copy", "paused")]
    page.click("return")
    assert (page.run_name, page.state, page.updates) == ("Run 2", "paused", 2)
    assert page.click("step").updates == 3


def test_connection_that_is_lost_for_a_moment_changes_nothing(there):
    there.set(dropout=0.5).train(3)
    before = there.progress, there.strips
    there.leave()
    there.run()
    assert (there.progress, there.strips, there.field("dropout")) == (before[0], before[1], 0.5)
    assert there.notices("train_notice") == []
    assert there.click("step").updates == 4


@pytest.mark.parametrize("same_visit", [True, False])
def test_runs_that_are_gone_are_said_to_be(there, reload, monkeypatch, same_visit):
    monkeypatch.setattr(store, "TIME_TO_LIVE", -1.0)
    there.train(3)
    if same_visit:
        there.leave()
        page = there.run()
    else:
        page = reload(there)
    (said,) = page.lost
    assert said["tone"] == "note"
    assert said["headline"].startswith("Your work is gone")
    assert page.state == "ready to start"
    assert page.run().lost == []
