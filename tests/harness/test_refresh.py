"""When a part of the page that draws itself again asks for its next drawing."""


def asked(harness) -> int:
    harness.page.wait_for_timeout(300)
    return len(harness.sent)


def test_next_drawing_is_asked_for_once_and_again_when_it_has_come(harness):
    harness.mount("refresh", {"seconds": 0.05, "drawn": 1.0})
    harness.wait_for_sent(1)
    assert asked(harness) == 1
    harness.update("refresh", {"seconds": 0.05, "drawn": 2.0})
    harness.wait_for_sent(2)
    assert asked(harness) == 2
    assert {(message.kind, message.name) for message in harness.sent} == {("trigger", "due")}


def test_drawing_that_comes_for_another_reason_is_not_asked_for_again_before_its_time(harness):
    harness.mount("refresh", {"seconds": 0.05, "drawn": 1.0})
    harness.update("refresh", {"seconds": 60.0, "drawn": 2.0})
    assert asked(harness) == 0


def test_nothing_is_asked_for_when_it_is_gone(harness):
    harness.mount("refresh", {"seconds": 0.05, "drawn": 1.0})
    harness.close_views()
    assert asked(harness) == 0
