"""Goal: a command of the office is done at most once, and how it ended is never lost, whatever fails.

Method: the disk fails at every statement, truly or by its own word; the program dies there and starts again.
F: E6
"""

import pytest

from onecard.errors import Refused, StoreError
from onecard.journal import orders
from onecard.terminal import figures
from onecard.terminal.command import Commands, Outcome
from onecard.wire.fleet import Commanded, FleetCommand
from tests.onecard.terminal.stand import UNIT
from tests.onecard.terminal.test_disk import FailingDatabase


def commands(stand, deeds, aftermath=None):
    return Commands(stand.journal, UNIT, stand.station.now, deeds, aftermath)


def wanted(stand, number=1, kind="act", **given):
    return FleetCommand(command=number, kind=kind, until=stand.clock.now() + 60, given=given)


def states(stand, number=1):
    return [one.state for one in stand.bodies(Commanded) if one.command == number]


@pytest.mark.parametrize("dies", [False, True], ids=["goes on", "dies"])
@pytest.mark.parametrize("after", [False, True], ids=["failed", "failed by its word only"])
def test_a_disk_that_fails_at_any_statement(stand, after, dies):
    failures = 0
    for at in range(1, 60):
        did = []

        def act(_, did=did):
            did.append(1)
            return Outcome(said="well", content=b"picture")

        running = commands(stand, {"act": act})
        failing = stand.journal._db = FailingDatabase(stand.journal._db, at, after=after)
        try:
            running.run((wanted(stand, at),))
        except StoreError:
            failures += 1
        failing.heal()
        if dies:
            stand.restart()
            running = commands(stand, {"act": act})
            running.recover()
        running.run((wanted(stand, at),))
        running.run((wanted(stand, at),))
        ended = states(stand, at)
        assert len(did) <= 1
        assert (len(ended), ended[0]) == (2, "taken")
        assert stand.journal.orders.state(at) in ("done", "interrupted")
        if failing.reached < at:
            assert (did, ended) == ([1], ["taken", "done"])
            break
    assert failures > 5
    assert stand.journal.verify() == stand.journal.head.seq


def test_what_a_deed_refuses_fails_or_breaks_is_its_result_and_stops_no_other(stand):
    def refuse(_):
        raise Refused("update.version", version="x")

    def fail(_):
        raise StoreError("store.full")

    def fall(_):
        raise ZeroDivisionError

    deeds = {"refuse": refuse, "fail": fail, "fall": fall, "good": lambda _: Outcome()}
    running = commands(stand, deeds)
    running.run(tuple(wanted(stand, n, kind) for n, kind in enumerate([*deeds, "strange"], 1)))
    told = {one.command: (one.state, one.said) for one in stand.journal.orders.untold()}
    assert told == {
        1: ("refused", "update.version"),
        2: ("failed", "store.full"),
        3: ("failed", "ZeroDivisionError"),
        4: ("done", ""),
        5: ("refused", "not_here"),
    }


def test_commands_are_done_in_the_order_of_their_numbers(stand):
    did = []
    running = commands(stand, {"act": lambda one: did.append(one.command) or Outcome()})
    running.run(tuple(wanted(stand, n) for n in (3, 1, 2)))
    assert did == [1, 2, 3]


def test_one_that_goes_on_is_asked_again_in_this_run_and_never_in_the_next(stand):
    did = []
    deed = {"act": lambda _: did.append(1) or Outcome(later=len(did) < 3)}
    running = commands(stand, deed)
    running.run((wanted(stand),))
    running.run((wanted(stand),))
    stand.restart()
    again = commands(stand, deed)
    again.recover()
    again.run((wanted(stand),))
    assert (did, states(stand)) == ([1, 1], ["taken", "interrupted"])


def test_a_full_disk_locks_all_the_same(stand, monkeypatch):
    from onecard.journal import journal as journals

    monkeypatch.setattr(journals, "RESERVE_BYTES", 1 << 60)
    commands(stand, {}).run((wanted(stand, kind="lock"),))
    assert stand.journal.orders.is_locked


def test_what_is_told_is_forgotten_after_a_while_but_not_that_it_is_locked(stand, monkeypatch):
    monkeypatch.setattr(orders, "_KEEP", 3)
    running = commands(stand, {"act": lambda _: Outcome()})
    life = 1 << 32
    running.run((wanted(stand, 1, "lock"), wanted(stand, 2), wanted(stand, 3), wanted(stand, life + 1)))
    for one in stand.journal.orders.untold():
        stand.journal.orders.told(one.command)
    # Another life of the office's books: a leap in the numbers makes nothing old.
    assert [stand.journal.orders.state(n) for n in (2, 3)] == ["done", "done"]
    running.run((wanted(stand, life + 2),))
    stand.journal.orders.told(life + 2)
    assert [stand.journal.orders.state(n) for n in (2, 3)] == [None, "done"]
    assert stand.journal.orders.is_locked


def test_without_the_office_what_needs_none_is_done(stand):
    did = []
    kinds = ("update", "act", "collect", "set_time")
    running = commands(stand, dict.fromkeys(kinds, lambda one: did.append(one.kind) or Outcome()))
    asked = tuple(wanted(stand, n, kind) for n, kind in enumerate((*kinds, "lock"), 1))
    running.run(asked, online=False)
    assert (did, stand.journal.orders.is_locked) == (["act"], True)
    running.run(asked)
    assert did == ["act", "update", "collect", "set_time"]


def test_a_file_takes_the_newest_pictures_as_far_as_they_fit(stand, monkeypatch):
    monkeypatch.setattr(figures, "FILE_BYTES", 20)
    brings = {"act": lambda one: Outcome(content=bytes([one.command]) * 7), "none": lambda _: Outcome()}
    running = commands(stand, brings)
    running.run((*(wanted(stand, n) for n in range(1, 6)), wanted(stand, 6, "none")))
    assert [one.content for one in figures.for_file(stand.journal)] == [b"\5" * 7, b"\4" * 7]
    stand.journal.orders.told(5)
    assert [one.command for one in figures.for_file(stand.journal)] == [4, 3]
