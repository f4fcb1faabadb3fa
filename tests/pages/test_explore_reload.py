"""A tab of Explore that is loaded again, loses the connection, or is duplicated."""

from uuid import uuid4

import pytest

from explorer.session import store


@pytest.fixture
def tab():
    return uuid4().hex


@pytest.fixture
def changed(page, tab):
    """A page on which everything was changed that can be."""
    page.tell(tab).set(preset="one-unit").set(hidden_size=3, numbers="1 2 3").set(initial_c="0.5")
    return page.edit(("b", "f", 0, 0, 7.0))


def shown(page):
    return page.header["size"], page.editor["b.f"].tolist(), page.field("numbers"), page.field("initial_c")


def test_reload_finds_the_experiment_its_fields_and_what_can_be_undone(changed, visit, tab):
    before = shown(changed)
    changed.leave()
    page = visit().tell(tab)
    assert shown(page) == before
    assert page.field("preset") == "one-unit"
    page.click("undo")
    assert page.editor["b.f"].ravel()[0] != 7.0


def test_connection_that_is_lost_for_a_moment_changes_nothing(changed):
    before = shown(changed)
    changed.leave()
    assert shown(changed.run()) == before


def test_reload_that_comes_before_the_earlier_session_has_ended_finds_it_too(changed, visit, tab):
    before = shown(changed)
    page = visit().tell(tab)
    changed.leave()
    assert shown(page.run()) == before
    page.leave()
    assert shown(visit().tell(tab)) == before


def test_copy_of_a_tab_has_the_same_and_changes_nothing_in_the_other(changed, visit, tab):
    before = shown(changed)
    copy = visit().tell(uuid4().hex, copy_of=tab)
    assert shown(copy) == before
    copy.set(hidden_size=1)
    assert shown(changed.run()) == before


def test_nobody_finds_the_work_of_a_tab_whose_name_is_another(changed, visit, tab):
    before = shown(changed)
    changed.leave()
    assert shown(visit().tell(uuid4().hex)) != before
    assert shown(visit().tell("../" + tab)) != before


def test_work_that_is_gone_is_said_to_be(changed, visit, tab, monkeypatch):
    monkeypatch.setattr(store, "TIME_TO_LIVE", -1.0)
    changed.leave()
    page = visit().tell(tab)
    (said,) = page.notices("lost_notice")
    assert said["headline"].startswith("Your work is gone")
    assert page.run().notices("lost_notice") == []
