"""Goal: a note is credited exactly once or returned or doubted by name, whatever the acceptor says and when.

Method: the rules one by one, then random event orders against a runner that writes what it is told.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import cash_intake as intake
from kiosk.cash_intake import (
    Acknowledge,
    Close,
    CreditWritten,
    Enable,
    GiveBack,
    Intake,
    Note,
    NotWritten,
    Open,
    Phase,
    Stack,
    StackWritten,
    WriteCredit,
    WriteDoubt,
    WriteReturned,
    WriteStack,
)
from onecard.devices import acceptors as device
from onecard.ids import RecordId

VALUES = (500, 1000, 2000, 5000, 10000)


class Runner:
    """Carries orders out like the real one, on a disk that can refuse."""

    def __init__(self, state: Intake) -> None:
        self.state = state
        self.disk_ok = True
        self.seq = 0
        self.done: list[object] = []
        self.on_disk: list[WriteCredit] = []

    def tell(self, event: intake.Event) -> list[object]:
        """One event, and everything that follows from it; returns the orders in the order they ran."""
        self.state, orders = intake.step(self.state, event)
        ran: list[object] = []
        for order in orders:
            ran.append(order)
            self.done.append(order)
            match order:
                case WriteStack():
                    self.seq += 1
                    ran += self.tell(StackWritten(RecordId(7, 1, self.seq)) if self.disk_ok else NotWritten())
                case WriteCredit():
                    if self.disk_ok:
                        self.on_disk.append(order)
                    ran += self.tell(CreditWritten(order.value_fen) if self.disk_ok else NotWritten())
                case _:
                    pass
        return ran

    def credits(self) -> list[WriteCredit]:
        return [order for order in self.done if isinstance(order, WriteCredit)]


def opened(room: int = 30_000) -> Runner:
    runner = Runner(intake.at_start(VALUES, 1, None, None))
    runner.tell(device.Idle(enabled=False))
    runner.tell(Open(room))
    return runner


# F: D3
def test_a_note_is_on_disk_before_it_is_ordered_in_and_credited_before_it_is_acknowledged() -> None:
    runner = opened()
    ran = runner.tell(device.Escrowed(1, 5000))
    assert [type(order) for order in ran] == [WriteStack, Stack]
    runner.tell(device.Stacking(1))
    ran = runner.tell(device.Credited(1, 5000))
    assert [type(order) for order in ran] == [WriteCredit, Acknowledge, Enable]
    assert runner.state.total_fen == 5000
    assert runner.state.room_fen == 25_000


# F: D3
def test_a_repeated_credit_is_acknowledged_again_and_never_counted_again() -> None:
    runner = opened()
    runner.tell(device.Escrowed(1, 5000))
    runner.tell(device.Credited(1, 5000))
    assert runner.tell(device.Credited(1, 5000)) == [Acknowledge()]
    assert runner.state.total_fen == 5000


# F: D3
def test_only_notes_that_fit_are_taken() -> None:
    runner = opened(room=6000)
    assert runner.done[-1] == Enable(frozenset({500, 1000, 2000, 5000}))
    assert runner.tell(device.Escrowed(1, 10_000)) == [GiveBack()]
    runner.tell(device.Escrowed(2, 5000))
    ran = runner.tell(device.Credited(2, None))
    assert ran[-1] == Enable(frozenset({500, 1000}))


# F: D3
def test_a_note_that_the_disk_refuses_goes_back_and_the_mouth_closes() -> None:
    runner = opened()
    runner.disk_ok = False
    ran = runner.tell(device.Escrowed(1, 5000))
    assert [type(order) for order in ran] == [WriteStack, GiveBack, Enable]
    assert runner.state.phase is Phase.CLOSED


# F: D3
def test_a_credit_that_the_disk_refuses_is_not_acknowledged_and_is_written_at_the_repeat() -> None:
    runner = opened()
    runner.tell(device.Escrowed(1, 5000))
    runner.disk_ok = False
    assert Acknowledge() not in runner.tell(device.Credited(1, 5000))
    assert runner.state.total_fen == 0
    runner.disk_ok = True
    assert Acknowledge() in runner.tell(device.Credited(1, 5000))
    assert runner.state.total_fen == 5000


OPEN = Note(boot=1, cycle=4, value_fen=2000, stack=RecordId(7, 1, 9))


# F: D3 D10
@pytest.mark.parametrize(
    ("first_report", "expected"),
    [
        (device.Credited(1, 2000), [WriteCredit(OPEN, 2000, assumed=False), Acknowledge()]),
        (device.Credited(1, None), [WriteCredit(OPEN, 2000, assumed=True), Acknowledge()]),
        (device.PoweredUp("stacker"), [WriteCredit(OPEN, 2000, assumed=True), Acknowledge()]),
        (device.PoweredUp("acceptor"), [WriteReturned(RecordId(7, 1, 9))]),
        (device.PoweredUp("none"), [WriteDoubt("silent_after_power_cut", OPEN)]),
        (device.Idle(enabled=False), [WriteDoubt("silent", OPEN)]),
        (device.Returned(1), [WriteReturned(RecordId(7, 1, 9))]),
        (device.Rejected("time-out"), [WriteReturned(RecordId(7, 1, 9))]),
        (device.Escrowed(1, 2000), [WriteReturned(RecordId(7, 1, 9)), GiveBack()]),
    ],
)
def test_after_a_restart_the_open_note_gets_the_fate_that_the_device_reports(
    first_report: device.Event, expected: list[object]
) -> None:
    runner = Runner(intake.at_start(VALUES, 2, OPEN, None))
    ran = runner.tell(first_report)
    assert [order for order in ran if not isinstance(order, Enable)] == expected
    assert runner.state.note is None


# F: D3
def test_a_credit_written_just_before_the_power_went_is_only_acknowledged() -> None:
    runner = Runner(intake.at_start(VALUES, 2, None, (1, 4)))
    assert runner.tell(device.Credited(1, 2000)) == [Acknowledge()]


# F: D3
def test_power_lost_between_credit_and_acknowledgement_raises_no_doubt() -> None:
    runner = opened()
    runner.tell(device.Escrowed(1, 5000))
    runner.tell(device.Credited(1, 5000))
    ran = runner.tell(device.PoweredUp("stacker"))
    assert not any(isinstance(order, WriteDoubt | WriteCredit) for order in ran)
    runner.tell(device.Idle(enabled=True))
    assert runner.tell(device.PoweredUp("stacker"))[0] == WriteDoubt("note_in_stacker_at_start")


# F: D3
def test_money_without_an_order_of_ours_goes_to_the_office_not_to_a_card() -> None:
    runner = opened()
    ran = runner.tell(device.Credited(9, 1000))
    assert ran[:2] == [WriteDoubt("credit_without_order", cycle=9, value_fen=1000), Acknowledge()]
    assert runner.credits() == []


# F: D3
def test_a_visit_that_ends_with_a_note_moving_closes_only_after_it() -> None:
    runner = opened()
    runner.tell(device.Escrowed(1, 1000))
    runner.tell(Close())
    assert not runner.state.can_close
    runner.tell(device.Credited(1, 1000))
    assert runner.state.phase is Phase.CLOSED
    assert runner.state.total_fen == 1000


REPORTS = st.one_of(
    st.builds(device.Escrowed, st.integers(1, 4), st.sampled_from(VALUES)),
    st.builds(device.Stacking, st.integers(1, 4)),
    st.builds(device.Credited, st.integers(1, 4), st.sampled_from([None, *VALUES])),
    st.builds(device.Stacked, st.integers(1, 4)),
    st.builds(device.Returned, st.integers(1, 4)),
    st.builds(device.Rejected, st.just("x")),
    st.builds(device.PoweredUp, st.sampled_from(["none", "acceptor", "stacker"])),
    st.builds(device.Idle, st.booleans()),
    st.builds(device.Faulted, st.sampled_from(["jam", "box_out", "silent"])),
    st.builds(device.Accepting),
    st.builds(device.Lost, st.just("events_lost")),
    st.builds(Open, st.sampled_from([0, 3000, 30_000])),
    st.builds(Close),
)


# F: D3 G4
@given(st.lists(st.tuples(REPORTS, st.booleans()), max_size=60))
def test_never_more_credits_than_stack_orders_whatever_the_order_of_events(
    story: list[tuple[intake.Event, bool]],
) -> None:
    runner = Runner(intake.at_start(VALUES, 1, None, None))
    for event, disk_ok in story:
        runner.disk_ok = disk_ok
        before = runner.state
        ran = runner.tell(event)
        for order in ran:
            if isinstance(order, WriteStack):
                assert order.note.value_fen <= before.room_fen, "a note that does not fit was taken"
    ordered = sum(isinstance(order, Stack) for order in runner.done)
    stacks = [order.note.stack for order in runner.credits()]
    written = [order.note.stack for order in runner.on_disk]
    settled = [
        *written,
        *(order.stack for order in runner.done if isinstance(order, WriteReturned)),
        *(o.note.stack for o in runner.done if isinstance(o, WriteDoubt) and o.note is not None),
    ]
    assert len(written) <= ordered
    assert None not in stacks, "a credit without a journaled order"
    assert len(settled) == len(set(settled)), "one stack order settled in two ways"


# ---- coins: no escrow, no order; the credit is the first that is heard of one

COINS = (10, 50, 100)


def coins_opened(room: int = 1_000) -> Runner:
    runner = Runner(intake.at_start(COINS, 1, None, None))
    runner.tell(device.PoweredUp("none"))
    runner.tell(Open(room))
    return runner


# F: D3
def test_a_coin_is_on_disk_before_it_is_acknowledged_and_counts_once() -> None:
    runner = coins_opened()
    ran = runner.tell(device.Dropped(7, 100))
    assert [type(order) for order in ran] == [WriteCredit, Acknowledge, Enable]
    assert runner.tell(device.Dropped(7, 100)) == [Acknowledge()]
    assert runner.state.total_fen == 100


# F: D3
def test_a_coin_beyond_the_room_or_after_the_visit_goes_to_the_office() -> None:
    runner = coins_opened(room=60)
    runner.tell(device.Dropped(7, 50))
    ran = runner.tell(device.Dropped(8, 50))
    assert ran == [WriteDoubt("coin_without_session", cycle=8, value_fen=50), Acknowledge()]
    assert runner.tell(device.Dropped(8, 50)) == [Acknowledge()]
    runner = coins_opened()
    runner.tell(Close())
    assert runner.tell(device.Dropped(7, 50))[0] == WriteDoubt("coin_without_session", cycle=7, value_fen=50)


# F: D3
def test_a_coin_that_the_disk_refuses_stays_unacknowledged_until_it_is_written() -> None:
    runner = coins_opened()
    runner.disk_ok = False
    assert Acknowledge() not in runner.tell(device.Dropped(7, 50))
    runner.disk_ok = True
    assert Acknowledge() in runner.tell(device.Dropped(7, 50))
    assert runner.state.total_fen == 50
    assert runner.state.phase is Phase.OPEN


# F: D3
def test_what_a_device_has_lost_ends_the_note_that_was_on_its_way_as_a_doubt() -> None:
    runner = opened()
    runner.tell(device.Escrowed(1, 5000))
    ran = runner.tell(device.Lost("events_lost"))
    assert isinstance(ran[0], WriteDoubt)
    assert ran[0].note is not None
    assert runner.state.note is None
    assert isinstance(runner.tell(device.Lost("events_lost"))[0], WriteDoubt), "also when nothing was"


BETWEEN = st.sampled_from(
    [Close(), Open(0), Open(200), device.Idle(True), device.PoweredUp("none"), device.Rejected("x"), None]
)


# F: D3 G4
@given(st.lists(st.tuples(st.sampled_from(COINS), st.lists(st.booleans(), max_size=3), BETWEEN), max_size=30))
def test_every_coin_is_one_credit_or_one_doubt(story) -> None:
    """Coins in the order in which a driver tells them: each again and again until it is acknowledged."""
    runner = coins_opened()
    for number, (value_fen, refusals, between) in enumerate(story, 1):
        for disk_ok in [*refusals, True]:
            runner.disk_ok = disk_ok
            if Acknowledge() in runner.tell(device.Dropped(number, value_fen)):
                break
        runner.tell(device.Dropped(number, value_fen))  # the acknowledgement was late
        if between is not None:
            runner.tell(between)
    credited = [order.note.cycle for order in runner.on_disk]
    doubted = [order.cycle for order in runner.done if isinstance(order, WriteDoubt)]
    assert sorted(credited + doubted) == list(range(1, len(story) + 1))
    assert runner.state.total_fen <= 1_000
