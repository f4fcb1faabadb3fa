"""A run before it starts, while it runs, paused, stepped, finished, stopped, failed, and left alone."""

import re

import numpy as np
import pytest

from explorer.training import worker
from tests.pages.train.conftest import threads

BUTTONS = ("start", "step", "back", "stop")


def label(page):
    return page.element("start").label


def so_far(page):
    """Whether the page says what a run that is not over has reached, beside what is to be beaten."""
    (said,) = page.notices("train_verdict")
    headline = r"So far: accuracy \d\.\d+; without learning \(.+\) it would be 0\.800\."
    return said["tone"] == "live" and re.fullmatch(headline, said["headline"]) is not None


def test_page_opens_ready_and_shows_the_untrained_network(page):
    assert page.run_name == "Run 1"
    assert page.state == "ready to start"
    assert label(page) == "Start"
    assert page.enabled(*BUTTONS) == [True, True, False, False]
    assert page.curves["runs"][0]["n"] == 0
    assert "Press Start" in page.curves["empty"]
    assert page.snapshots == [0]
    assert np.abs(page.h).max() > 0
    assert page.unpacked("predictions")[0]["see"]
    (said,) = page.notices("train_verdict")
    assert said["tone"] == "live"
    assert said["headline"].startswith("To be beaten: accuracy 0.636, without learning (a bag of words")
    assert threads() == []


def test_run_goes_on_until_it_is_paused_and_on_again_from_there(long):
    long.start()
    assert (long.state, label(long)) == ("running", "Pause")
    assert long.enabled(*BUTTONS) == [True, False, True, True]
    long.until(lambda: long.updates > 5 and any("updates a second" in part for part in long.progress))
    assert any(part.endswith(" left") for part in long.progress)
    assert so_far(long)
    long.pause()
    assert so_far(long)
    made = long.updates
    assert long.state == "paused"
    assert label(long) == "Resume"
    assert long.enabled(*BUTTONS) == [True, True, True, True]
    assert long.run().updates == made
    assert long.curves["runs"][0]["n"] == made
    long.start()
    assert long.state == "running"
    assert long.until(lambda: long.updates > made).run_name == "Run 1"


def test_step_makes_one_update(parity):
    before = parity.strips
    parity.click("step")
    assert (parity.state, parity.updates) == ("paused", 1)
    assert label(parity) == "Resume"
    assert parity.curves["runs"][0]["n"] == 1
    assert parity.snapshots == [0, 1]
    assert parity.strips != before
    assert parity.click("step").updates == 2


def test_steps_and_a_run_without_them_come_to_the_same_weights(opened):
    stepped, ran = (opened("parity", size_parity_length=5, epochs=5) for _ in range(2))
    stepped.train(5)
    ran.start().finish()
    assert (stepped.state, ran.state) == ("finished", "finished")
    assert stepped.strips == ran.strips


def test_finished_run_says_what_it_learned_against_the_baseline(opened):
    page = opened("next_word").start().finish()
    assert (page.state, page.updates) == ("finished", page.total)
    (verdict,) = page.notices("train_verdict")
    assert verdict["tone"] == "good"
    assert verdict["headline"].startswith("✓ It learned: ")
    assert "without learning" in verdict["headline"]
    assert page.enabled(*BUTTONS) == [True, False, True, False]
    assert label(page) == "New run"


def test_run_that_does_not_beat_the_baseline_says_so(opened):
    page = opened("parity", size_parity_length=5, epochs=1).start().finish()
    (verdict,) = page.notices("train_verdict")
    assert verdict["tone"] == "bad"
    assert verdict["headline"].startswith("✕ Not learned: ")


def test_new_run_begins_at_the_same_first_weights_and_keeps_the_old_one(parity):
    first = parity.strips
    parity.start().finish()
    done = parity.strips
    parity.set(epochs=50_000).start()
    assert (parity.run_name, parity.state) == ("Run 2", "running")
    assert parity.overlaid == ["Run 2", "Run 1"]
    parity.click("stop").go_to(0)
    assert parity.strips == first != done


@pytest.mark.parametrize("before", ["running", "paused"])
def test_stopped_run_keeps_what_it_learned(long, before):
    long.start().until(lambda: long.updates > 5)
    if before == "paused":
        long.pause()
    long.click("stop")
    assert long.state == "stopped"
    assert long.enabled(*BUTTONS) == [True, False, True, False]
    assert label(long) == "New run"
    assert long.updates > 5
    assert long.snapshots[-1] == long.updates == long.curves["runs"][0]["n"]
    (verdict,) = long.notices("train_verdict")
    assert verdict["tone"] in ("good", "bad")
    assert "Stopped by hand." in verdict["advice"]
    assert long.run().updates == long.snapshots[-1]


# ---- failed


@pytest.fixture
def wild(opened):
    """A run whose numbers run away."""
    sizes = {"size_adding_length": 2, "size_adding_examples": 50}
    page = opened("adding", optimizer="SGD", clip="none", epochs=500, **sizes)
    return page.set(learning_rate=100.0)


def test_run_whose_numbers_run_away_keeps_the_last_good_weights_and_gives_a_hint(wild):
    wild.start().finish()
    assert wild.state == "failed"
    (said,) = wild.notices("train_verdict")
    assert (said["tone"], said["headline"]) == ("error", "The numbers ran away.")
    last = wild.snapshots[-1]
    assert last == wild.curves["runs"][0]["n"] > 1
    assert f"after update {last}, the last good ones, are kept" in said["advice"]
    assert "Try a learning rate of 0.01, the task’s default, or clip" in said["advice"]
    assert said["advice"][0].isupper()
    assert "clip the gradient" in said["advice"]
    shown = wild.strips
    assert np.isfinite(wild.h).all()
    assert wild.go_to(len(wild.snapshots) - 1).strips == shown


def test_page_can_be_used_after_a_run_failed(wild):
    wild.start().finish()
    assert wild.enabled(*BUTTONS) == [True, False, True, False]
    for tab in ("Runs", "Data", "About"):
        wild.tab(tab)
    wild.set(learning_rate=0.01, epochs=2).start().finish()
    assert (wild.run_name, wild.state) == ("Run 2", "finished")
    assert wild.tab("Runs").table[0]["state"] == "failed"


def test_step_that_fails_says_so_too(wild):
    wild.set(l2=1e6)  # makes it a matter of a few updates
    for _ in range(40):
        if wild.state != "failed":
            wild.click("step")
    assert wild.notices("train_verdict")[0]["headline"] == "The numbers ran away."


def test_numbers_that_are_too_large_to_be_shown_are_told_and_one_can_go_back(opened):
    page = opened("forecasting", kind="RNN")
    page.set(rnn_activation="identity", optimizer="SGD", l2=0.0, size_forecasting_window=14)
    page.set(clip="none", learning_rate=100.0)
    shown = page.strips
    for _ in range(10):
        if page.notices("strips_notice"):
            break
        page.click("step")
    (said,) = page.notices("strips_notice")
    assert (said["tone"], said["headline"]) == (
        "error",
        "At this moment the numbers are too large to be shown.",
    )
    assert page.component("train_strips") is None
    assert page.curves["exact"] == {"validation": None, "metric": None}
    assert page.state == "paused"
    assert page.go_to(0).strips == shown
    assert page.notices("strips_notice") == []
    page.click("step")
    assert page.state == "failed"
    assert page.notices("strips_notice") == []  # the last good weights can be shown
    assert np.isfinite(page.h).all()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_error_that_nobody_foresaw_ends_the_run_and_says_so(long, monkeypatch):
    long.train(2)
    shown = long.strips

    def broken(self):
        raise RuntimeError("on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(worker.Worker, "_advance", broken)
        long.start().finish()
    assert long.state == "failed"
    (said,) = long.notices("train_verdict")
    assert (said["tone"], said["headline"]) == ("error", "The run broke off.")
    assert said["advice"] == f"{worker.UNFORESEEN}. What it had learned before is kept."
    assert (long.strips, long.enabled(*BUTTONS)) == (shown, [True, False, True, False])


# ---- nobody is looking


def test_run_that_nobody_looks_at_pauses_itself_and_can_be_resumed(long, monkeypatch):
    long.start().until(lambda: long.updates > 0)
    with monkeypatch.context() as patch:
        patch.setattr(worker, "PATIENCE", -1.0)
        long.finish()
    assert long.state == "paused"
    (said,) = long.notices("train_verdict")
    assert said["headline"] == "Paused, as nobody was looking."
    assert said["tone"] == "note"
    made = long.updates
    long.start()
    assert long.state == "running"
    assert so_far(long)
    long.until(lambda: long.updates > made)


def test_run_ends_when_its_visitor_leaves(long):
    long.start().until(lambda: long.updates > 0)
    (ran,) = threads()
    long.leave()
    ran.join(10)
    assert not ran.is_alive()
