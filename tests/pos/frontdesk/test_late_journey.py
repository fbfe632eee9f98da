"""Goal: after a total failure paper slips are entered by two people, once, and debts are followed up. F: C20

Method: the person's steps against the presenters, the real journal and the real office.
"""

import pytest

from onecard.books import accounts
from onecard.errors import Refused
from onecard.wire import errands as e
from tests.pos.frontdesk.counter import SUPERVISOR
from tests.pos.frontdesk.test_room_journey import account, main
from tests.pos.rig import PINS


def slip(counter, who: str, number: str, yuan: str) -> None:
    counter.open_job("slip")
    counter.search(who)
    counter.type("slip", number)
    counter.keys(f"{yuan} enter")


@pytest.fixture
def counter(counter):
    """With a second person at hand."""
    if all(one.login != "chief" for one in counter.till.operators):
        counter.office.operator("chief", SUPERVISOR, 0, pin="135791")
        counter.sync_up()
    PINS["chief"] = "135791"
    return counter


def agree(counter, login: str = "chief", pin: str = "135791") -> None:
    """Somebody compares it with the paper and gives the word by PIN."""
    people = [one.login for one in counter.till.operators if "supervisor" in one.permissions]
    counter.flow.act(f"person:{people.index(login)}")
    counter.keys(f"{pin} enter")


def test_a_slip_is_entered_by_two_people_and_once(counter):
    # F: C20
    card = account(counter, "纸单客", "S1", 10_000)
    slip(counter, "S1", "17", "12.5")
    assert main(counter, card) == 10_000
    agree(counter, "desk", "246810")
    assert counter.overlay.error
    assert counter.stand.bodies(e.LateSlip) == []
    agree(counter)
    assert main(counter, card) == 8_750
    (told,) = counter.stand.bodies(e.LateSlip)
    assert told.supervisor not in (0, told.operator)
    assert "纸单号|17" in counter.paper
    slip(counter, "S1", "17", "12.5")
    agree(counter)
    assert main(counter, card) == 8_750
    assert counter.till.tr.refusal(Refused("slip.twice")) in str(counter.view)


def test_what_a_slip_took_and_was_not_there_is_collected_later(counter):
    # F: C20
    card = account(counter, "欠款客", "S2", 1_000)
    slip(counter, "S2", "18", "15")
    agree(counter)
    owed = -counter.balance(accounts.debt(card))
    assert owed == 500
    counter.do_job("debt", "S2")
    # Nothing is there to take it from yet: the office says so, and the debt stays.
    assert len(counter.stand.bodies(e.CollectDebt)) == 1
    assert counter.till.tr.refusal(Refused("debt.nothing")) in str(counter.view)
    assert -counter.balance(accounts.debt(card)) == 500
    counter.keys("escape escape")
    counter.open_job("cash")
    counter.search("S2")
    counter.keys("20 enter")
    assert (counter.balance(accounts.debt(card)), main(counter, card)) == (0, 1_500)


def test_a_slip_of_no_day_or_number_is_not_asked_for(counter):
    account(counter, "无日客", "S3", 1_000)
    slip(counter, "S3", "x", "5")
    assert counter.stand.bodies(e.LateSlip) == []
    counter.type("slip", "3")
    counter.type("when", "yesterday")
    counter.keys("enter")
    assert counter.stand.bodies(e.LateSlip) == []
