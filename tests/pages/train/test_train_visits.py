"""Several visitors at once: each has runs of its own."""

from explorer.web.payload import unpack


def test_two_visitors_train_at_once_and_share_nothing(opened):
    one = opened("parity", size_parity_length=5, epochs=50_000, units_0=4).start()
    other = opened("copy", epochs=1_000).start()
    assert (one.state, other.state) == ("running", "running")
    for page in (one, other):
        made = page.run().updates
        page.until(lambda page=page, made=made: page.updates > made)
    assert (one.run().state, other.run().state) == ("running", "running")
    assert one.h.shape == (5, 4)
    assert other.h.shape[1] != 4
    one.click("stop")
    assert one.state == "stopped"
    assert other.run().state == "running"
    made = other.updates
    other.until(lambda: other.updates > made)
    other.pause()
    assert one.run().state == "stopped"
    assert [row["task"] for row in one.tab("Runs").table] == ["Parity, 5 bits in a string"]
    assert [row["task"] for row in other.tab("Runs").table] == ["Copy"]


def test_runs_that_share_the_machine_say_so(opened):
    pages = [opened("parity", size_parity_length=5, epochs=50_000).start() for _ in range(2)]
    pages[0].until(lambda: "2 runs share this machine" in pages[0].progress)


def test_visitor_who_leaves_takes_nothing_from_the_others(opened):
    one, other = (opened("parity", size_parity_length=5).train(2) for _ in range(2))
    shown = other.strips
    one.leave()
    assert other.run().updates == 2
    assert other.strips == shown


def test_new_visitor_does_not_find_the_settings_of_another(page, visit):
    page.set(task="parity", seed=5).set(units_0=3).train(1)
    fresh = visit()
    assert (fresh.field("task"), fresh.field("seed"), fresh.state) == ("sentiment", 0, "ready to start")
    assert unpack(fresh.component("train_strips").bytes)[0]["size"]["H"] != 3
