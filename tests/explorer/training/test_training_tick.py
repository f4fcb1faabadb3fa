"""How often a page is drawn while others train on the same server."""

import pytest

from explorer.training.tick import SHORTEST, is_off, tick


def test_one_run_is_drawn_more_than_five_times_a_second():
    assert 1 / tick(1) > 5


@pytest.mark.parametrize("sharing", [10, 30, 100])
def test_a_class_together_is_not_drawn_more_often_than_a_few_pages(sharing):
    assert sharing / tick(sharing) <= 6 / SHORTEST


def test_page_is_drawn_every_second_or_two_in_a_class_of_thirty():
    assert tick(30) < 1.6


def test_tick_is_renewed_only_when_it_is_far_off():
    assert not is_off(tick(1), 1)
    assert not is_off(tick(20), 22)
    assert is_off(tick(1), 20)
    assert is_off(tick(20), 2)
