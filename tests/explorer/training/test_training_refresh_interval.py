"""How often a page is drawn while others train on the same server."""

import pytest

from explorer.training.refresh_interval import SHORTEST, refresh_interval


def test_one_run_is_drawn_more_than_five_times_a_second():
    assert 1 / refresh_interval(1) > 5


@pytest.mark.parametrize("sharing", [10, 30, 100])
def test_a_class_together_is_not_drawn_more_often_than_a_few_pages(sharing):
    assert sharing / refresh_interval(sharing) <= 6 / SHORTEST


def test_page_is_drawn_every_second_or_two_in_a_class_of_thirty():
    assert refresh_interval(30) < 1.6
