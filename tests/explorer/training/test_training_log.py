"""What a run writes down: whole rows only, whoever reads when."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from explorer.training.history import History
from explorer.training.log import Column, Log

PER_UPDATE = ("update", "loss", "gradient_norm", "clipped", "learning_rate")
PER_MEASUREMENT = ("measured", "validation_loss", "metric")


def write(log: Log, first: int, last: int) -> None:
    for number in range(first, last + 1):
        log.updated(
            update=number,
            loss=number,
            gradient_norm=number,
            clipped=number % 2,
            learning_rate=number,
        )
        log.measured(measured=number, validation_loss=number, metric=number)


def test_column_keeps_every_number_beyond_its_first_room():
    column = Column(np.float64)
    for number in range(5000):
        column.add(number)
    assert len(column) == 5000
    assert column.first(5000).tolist() == list(range(5000))


def test_what_was_read_from_a_column_stays_as_it_is():
    column = Column(np.int64)
    views = []
    for number in range(3000):
        column.add(number)
        views.append(column.first(len(column)))
    assert all(view.tolist() == list(range(len(view))) for view in views[::37])


def test_room_for_more_is_given_back_and_there_can_still_be_more():
    column, empty = Column(np.float64), Column(np.float64)
    for number in range(1025):
        column.add(number)
    before = column.first(1025)
    for each in (column, empty):
        each.trim()
        for number in range(3):
            each.add(number)
    assert before.base.nbytes == 8 * 2048
    assert column.first(1028).tolist() == [*range(1025), 0, 1, 2]
    assert empty.first(3).tolist() == [0, 1, 2]
    column.trim()
    assert column.first(1028).base.nbytes == 8 * 1028


def test_history_has_everything_with_its_type():
    log = Log()
    write(log, 1, 2500)
    history = log.history()
    assert len(history) == 2500
    for name in ("update", "loss", "gradient_norm", "learning_rate", *PER_MEASUREMENT):
        assert getattr(history, name).tolist() == list(range(1, 2501)), name
    assert history.clipped.tolist() == [number % 2 == 1 for number in range(1, 2501)]
    assert (history.update.dtype, history.measured.dtype, history.clipped.dtype) == (np.int64, np.int64, bool)


def test_last_measured_is_before_the_first_one_until_there_is_one():
    log = Log()
    assert log.last_measured == -1
    log.measured(measured=0, validation_loss=1.0, metric=1.0)
    assert log.last_measured == 0
    log.measured(measured=7, validation_loss=1.0, metric=1.0)
    assert log.last_measured == 7


def test_a_row_that_is_not_complete_is_not_shown(monkeypatch):
    log, seen = Log(), []
    add = Column.add

    def look_before(column, number):
        seen.append(log.history())
        add(column, number)
        seen.append(log.history())

    write(log, 1, 1023)
    monkeypatch.setattr(Column, "add", look_before)
    write(log, 1024, 1026)
    assert {len(history) for history in seen} == {1023, 1024, 1025, 1026}
    for history in seen:
        assert all(len(getattr(history, name)) == len(history) for name in PER_UPDATE)
        assert history.learning_rate.tolist() == history.update.tolist()
        assert history.metric.tolist() == history.measured.tolist()


def test_no_row_is_torn_for_another_thread():
    log, begun, wrong = Log(), threading.Event(), []

    def read() -> None:
        begun.set()
        count = 0
        while count < 6000:
            history = log.history()
            count = len(history)
            whole = np.arange(1, count + 1)
            columns = [history.update, history.loss, history.gradient_norm, history.learning_rate]
            if not all(np.array_equal(column, whole) for column in columns):
                wrong.append(count)
            if not np.array_equal(history.measured, history.metric):
                wrong.append(-count)

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(10)
    write(log, 1, 6000)
    reader.join(20)
    assert not reader.is_alive()
    assert wrong == []


# ---- History itself


def test_history_cannot_be_written_to():
    log = Log()
    write(log, 1, 3)
    history = log.history()
    for name in (*PER_UPDATE, *PER_MEASUREMENT):
        with pytest.raises(ValueError, match="read-only"):
            getattr(history, name)[0] = 9
    write(log, 4, 4)
    assert log.history().loss.tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("name", [*PER_UPDATE, *PER_MEASUREMENT])
def test_history_refuses_lengths_that_differ(name):
    columns = {each: np.zeros(3) for each in (*PER_UPDATE, *PER_MEASUREMENT)}
    assert len(History(**columns)) == 3
    with pytest.raises(ValueError, match="one length"):
        History(**columns | {name: np.zeros(2)})


def test_empty_history_has_no_updates():
    history = History.empty()
    assert len(history) == len(history.measured) == 0
    assert history.update.dtype == np.int64
