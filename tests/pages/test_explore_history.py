"""Undo and redo: one history of everything that was changed on Explore."""

import numpy as np
import pytest

from explorer.model import workspace
from explorer.model.carried import Carried
from explorer.model.presets import PRESETS
from explorer.training.plan import Source, default_plan

CHANGES = {
    "sequence": lambda page: page.set(numbers="1 0 1 1"),
    "kind": lambda page: page.set(cell_kind="GRU"),
    "option": lambda page: page.set(lstm_activation="relu"),
    "size": lambda page: page.set(hidden_size=5),
    "initial state": lambda page: page.set(initial_c="0.5"),
    "weight": lambda page: page.edit(("b", "f", 0, 0, 7.0)),
    "drawn weights": lambda page: page.set(draw_seed=5).click("draw_weights"),
    "weights of the preset": lambda page: page.edit(("b", "f", 0, 0, 7.0)).click("reset_weights"),
    "preset": lambda page: page.set(preset=PRESETS[-1].key),
}
FIELDS = ("preset", "numbers", "cell_kind", "lstm_activation", "hidden_size", "initial_c")


def shown(page):
    """What is drawn but for the scene, and what the fields say."""
    header = {name: value for name, value in page.header.items() if name not in ("scene", "revision")}
    arrays = {name: array.tolist() for name, array in page.arrays.items()}
    return header, arrays, [page.field(name) for name in FIELDS if name in page.present]


@pytest.mark.parametrize("change", CHANGES)
def test_undo_takes_back_any_change_and_redo_makes_it_again(page, change):
    before = shown(page)
    after = shown(CHANGES[change](page))
    page.click("undo")
    if change == "weights of the preset":
        page.click("undo")
    assert shown(page) == before
    page.click("redo")
    if change == "weights of the preset":
        page.click("redo")
    assert shown(page) == after
    assert page.at.get_by_key("redo").disabled


def test_changes_are_taken_back_one_after_the_other(page):
    states = [shown(page)]
    for change in ("sequence", "weight", "size", "kind", "preset"):
        states.append(shown(CHANGES[change](page)))
    for before in reversed(states[:-1]):
        assert shown(page.click("undo")) == before
    assert page.at.get_by_key("undo").disabled
    for after in states[1:]:
        assert shown(page.click("redo")) == after


def test_reset_can_be_undone(page):
    changed = shown(page.set(hidden_size=5).edit(("b", "f", 0, 0, 7.0)))
    page.click("reset")
    assert shown(page) != changed
    assert shown(page.click("undo")) == changed


def test_another_change_takes_the_place_of_what_was_taken_back(page):
    page.set(hidden_size=5).click("undo").set(hidden_size=4)
    assert page.at.get_by_key("redo").disabled
    assert page.click("undo").field("hidden_size") == 3


def test_field_that_cannot_be_read_is_no_change(page):
    page.set(numbers="1 x 1")
    assert page.at.get_by_key("undo").disabled


def test_oldest_changes_are_forgotten_when_there_are_many(page, monkeypatch):
    monkeypatch.setattr(workspace, "MAX_STEPS", 3)
    for size in (4, 5, 6, 7, 8):
        page.set(hidden_size=size)
    for size in (7, 6, 5):
        assert page.click("undo").field("hidden_size") == size
    assert page.at.get_by_key("undo").disabled


def test_oldest_changes_are_forgotten_when_they_take_too_much(page, monkeypatch):
    page.set(hidden_size=100)
    monkeypatch.setattr(workspace, "MAX_STEPS_BYTES", 1_000_000)
    for number in range(8):
        page.set(draw_seed=number).click("draw_weights")
    count = 0
    while not page.at.get_by_key("undo").disabled:
        page.click("undo")
        count += 1
    assert 1 <= count < 8


def test_text_that_nobody_could_read_is_nothing_to_return_to(page):
    page.set(numbers="1 2").set(numbers="abc").set(numbers="1 2 3").click("undo")
    assert page.field("numbers") == "1 2"
    assert page.notices("sequence_notice") == []


@pytest.mark.parametrize("change", ["reset", "reset_weights"])
def test_change_to_what_is_there_already_is_none(page, change):
    page.click(change)
    assert page.at.get_by_key("undo").disabled
    page.set(hidden_size=5).click("undo").click(change)
    assert not page.at.get_by_key("redo").disabled


def test_weights_that_are_drawn_again_are_no_change(page):
    drawn = shown(page.set(draw_seed=5).click("draw_weights"))
    assert shown(page.click("draw_weights").click("undo")) != drawn
    assert page.at.get_by_key("undo").disabled


def test_undo_steps_that_hold_the_data_of_networks_are_counted_with_them():
    plan = default_plan(Source(task="adding", sizes=(("length", 100), ("examples", 1000))))
    data, network = plan.data(), plan.network()
    params = network.init(np.random.default_rng(0), np.float64)
    opened = Carried(plan.task, data, network, params, data.example(data.validation, 0), "Run 1", 1)
    steps = [workspace.Workspace(opened, opened.experiment(), carried=opened)] * 2
    arrays = data.train.inputs.nbytes + data.validation.inputs.nbytes
    assert arrays < workspace.nbytes_of(steps) < 1.5 * arrays
