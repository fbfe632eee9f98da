"""Goal: to a visit two acceptors are one: an older opening does not count, and neither's silence is an end.

Method: reports of both in any order, put side by side.  # F: D3
"""

from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake, Phase
from kiosk.mouths import Mouths
from onecard.ids import RecordId

NOTES, COINS = "A1", "C1"


def intake(phase: Phase = Phase.OPEN, room_fen: int = 1_000, fault: str = "") -> Intake:
    return Intake(values_fen=(100,), boot=1, phase=phase, room_fen=room_fen, fault=fault)


def credit(seq: int, fen: int) -> tuple[RecordId, int]:
    return RecordId(7, 1, seq), fen


def test_a_mouth_that_has_not_answered_is_not_shut() -> None:
    mouths = Mouths()
    opening = mouths.open(5, (NOTES, COINS))
    shut = intake(Phase.CLOSED, 0)
    visit, cash = mouths.moved(shut, Session(acceptor=NOTES, visit=opening))
    assert (visit, cash.at_rest) == (5, False)
    _, cash = mouths.moved(intake(Phase.SHUTTING), Session(acceptor=COINS, visit=opening))
    assert not cash.at_rest
    _, cash = mouths.moved(shut, Session(acceptor=COINS, visit=opening))
    assert cash.at_rest


def test_what_an_older_opening_of_the_same_visit_took_does_not_count_again() -> None:
    mouths = Mouths()
    before = mouths.open(5, (NOTES, COINS))
    late = Session(acceptor=NOTES, visit=before, credits=(credit(3, 500),))
    assert mouths.moved(intake(), late)[0] == 5
    mouths.open(5, (NOTES, COINS))
    assert mouths.moved(intake(), late) == (0, mouths.moved(intake(), late)[1])
    assert mouths.moved(intake(), late)[1].total_fen == 0


def test_credits_stand_in_the_order_in_which_they_came_and_a_fault_is_its_acceptors_alone() -> None:
    mouths = Mouths()
    opening = mouths.open(5, (NOTES, COINS))
    mouths.moved(
        intake(room_fen=700), Session(acceptor=COINS, visit=opening, credits=(credit(4, 100), credit(9, 50)))
    )
    broken = Session(acceptor=NOTES, visit=opening, credits=(credit(6, 500),))
    _, cash = mouths.moved(intake(room_fen=900, fault="jam"), broken)
    assert [fen for _, fen in cash.notes] == [100, 500, 50]
    assert (cash.fault, cash.faults, cash.room_fen) == ("", ((NOTES, "jam"),), 700)
    _, cash = mouths.moved(intake(fault="silent"), Session(acceptor=COINS, visit=opening))
    assert cash.fault
