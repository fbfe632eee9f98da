"""Goal: in whatever order things happen, a tap ends in a word that stands and no write is lost. F: C10"""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.terminal import card_event
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Unfinished, WrongCard
from onecard.wire import messages as m
from pos import tap
from pos import tap_events as ev
from pos.tap import CLOSED, Phase
from pos.task import Sell

TASK = Sell(order=Order.amount(1250))
INTENT = m.Recharge(
    unit=7,
    id=RecordId(1001, 1, 5),
    at=0,
    day=1,
    source=m.Source.TILL,
    amount_fen=100,
    purse=m.PurseWrite(
        card=1,
        issue=1,
        uid="00",
        counter=0,
        prev=RecordId(0, 0, 0),
        before=m.Balances(0),
        after=m.Balances(100),
    ),
)
TORN = Unfinished(intent=INTENT)
DONE = Completed(
    intent=INTENT, balance_before_fen=0, balance_after_fen=100, commands=15, image=SimpleNamespace()
)


class World:
    """The gate as ``tap`` sees it: armed or not, and a card that has the task or not."""

    def __init__(self) -> None:
        self.tap, self.now, self.armed, self.running = CLOSED, 0.0, False, False
        self.commands: list[ev.Command] = []

    def step(self, event: ev.Event) -> None:
        self.tap, commands = tap.step(self.tap, event)
        for command in commands:
            self.commands.append(command)
            if isinstance(command, card_event.Arm):
                assert not self.running, "a task is armed while a card has one"
                self.armed = True
            elif isinstance(command, card_event.Disarm):
                in_time, self.armed = self.armed, False
                self.step(card_event.Disarmed(in_time=in_time, at=self.now))

    def begin(self) -> None:
        self.armed, self.running = False, True
        self.step(card_event.Began(at=self.now))

    def end(self, result: ev.Result) -> None:
        self.running = False
        self.step(card_event.Ended(result=result, at=self.now))

    def count(self, kind: type) -> int:
        return sum(isinstance(one, kind) for one in self.commands)


def test_enter_again_wants_no_second_card():
    world = World()
    for _ in range(3):
        world.step(ev.Wanted(task=TASK, at=0))
    assert world.count(card_event.Arm) == 1


def test_escape_after_the_card_has_it_changes_nothing():
    world = World()
    world.step(ev.Wanted(task=TASK, at=0))
    world.armed = False  # the reader took it; its word is under way
    world.step(ev.Dismissed())
    assert world.tap.phase is Phase.READY
    world.begin()
    world.end(DONE)
    assert world.tap.phase is Phase.OK
    assert world.count(ev.Finish) == 1


@pytest.mark.parametrize("event", [ev.Dismissed(), ev.Wanted(task=TASK, at=1), ev.RungAgain(at=1)])
def test_an_unknown_outcome_is_left_by_card_time_or_supervisor_only(event):
    world = World()
    world.step(ev.Wanted(task=TASK, at=0))
    world.begin()
    world.end(TORN)
    world.step(event)
    assert world.tap.phase is Phase.RETAP


def test_a_wrong_card_does_not_start_the_patience_anew():
    world = World()
    world.step(ev.Wanted(task=TASK, at=0))
    world.begin()
    world.end(TORN)
    world.now = 14.0
    world.step(ev.Ticked(at=14.0))
    world.begin()
    world.end(WrongCard(unfinished=TORN))
    world.step(ev.Ticked(at=15.5))
    assert world.tap.phase is Phase.ASIDE
    assert world.count(card_event.SetAside) == 1


def test_what_only_the_office_can_tell_is_set_aside_at_once():
    world = World()
    world.step(ev.Wanted(task=TASK, at=0))
    world.begin()
    world.end(Unfinished(intent=INTENT, why="tap.server_decides"))
    assert world.tap.phase is Phase.ASIDE


def test_the_patience_is_a_setting():
    world = World()
    world.step(ev.Wanted(task=TASK, at=0))
    world.begin()
    world.end(TORN)
    world.step(ev.Ticked(at=20, patience_s=30))
    assert world.tap.phase is Phase.RETAP
    world.step(ev.Ticked(at=31, patience_s=30))
    assert world.tap.phase is Phase.ASIDE


_HANDS = st.sampled_from(
    [
        "want",
        "escape",
        "tick",
        "wait",
        "card",
        "done",
        "torn",
        "wrong",
        "refused",
        "f8",
        "again",
        "drop",
        "lift",
    ]
)


@given(st.lists(_HANDS, max_size=60))
def test_no_order_of_events_loses_a_write_or_arms_twice(steps):
    """Model: one torn write may be open; it leaves the screen only as done, aside, or proved not written."""
    world = World()
    for step in steps:
        open_before = world.tap.phase is Phase.RETAP
        finished, aside = world.count(ev.Finish), world.count(card_event.SetAside)
        match step:
            case "want":
                world.step(ev.Wanted(task=TASK, at=world.now))
            case "escape":
                world.step(ev.Dismissed())
            case "tick" | "wait":
                world.now += 0.25 if step == "tick" else 16.0
                world.step(ev.Ticked(at=world.now))
            case "card" if world.armed:
                world.step(card_event.Placed(at=world.now))
                world.begin()
            case "done" | "torn" | "wrong" | "refused" if world.running:
                world.end(
                    {
                        "done": DONE,
                        "torn": TORN,
                        "wrong": WrongCard(unfinished=TORN) if open_before else TORN,
                        "refused": card_event.Failed(error=Refused("card.not_written")),
                    }[step]
                )
            case "f8":
                world.step(ev.Overridden(supervisor=12))
            case "again":
                world.step(ev.RungAgain(at=world.now))
            case "drop":
                world.step(ev.DropFound(at=world.now))
            case "lift":
                world.step(card_event.Lifted(at=world.now))
        if open_before and world.tap.phase is not Phase.RETAP:
            settled = world.count(ev.Finish) > finished or world.count(card_event.SetAside) > aside
            assert settled or step == "refused", (step, world.tap)
        assert world.count(ev.Finish) <= steps.count("done")
