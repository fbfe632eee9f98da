"""Goal: a visitor has a card without giving a name, and when he stays his money and history go with him.

Method: a clerk's steps at the desk before the real office; the unit has one anonymous type of card.
"""

import pytest
import sqlalchemy as sa

from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import Refused
from onecard.wire import messages as m
from server.cards.tables import card as card_table
from server.catalogue import service as catalogue
from tests.pos.frontdesk.counter import PURSE

VISITOR = m.CardType(
    type=8, name="访客卡", name_en="Visitor", cap_fen=50_000, deposit_fen=2_000, anonymous=True
)


def visitors(counter) -> None:
    """From now on the unit has them."""
    now = counter.clock.now()
    counter.office.write(lambda c: catalogue.put_card_type(c, counter.office.unit, VISITOR, now))
    counter.office.run(counter.office.runtime.look())
    counter.clock.advance(1)
    counter.sync_up()
    counter.to_desk()


def issued(counter, yuan: int, uid: str) -> VirtualM1:
    counter.to_desk()
    counter.keys(f"f2 f3 {yuan} enter")
    blank = VirtualM1(bytes.fromhex(uid))
    counter.tap(blank)
    assert counter.overlay.look == "ok", counter.overlay
    counter.keys("enter")
    counter.sync_up()
    return blank


def member_of(counter, number: int) -> int:
    query = sa.select(card_table.c.member).where(card_table.c.card == number)
    return counter.office.read(lambda c: c.execute(query).scalar_one())


def test_a_visitor_gets_a_card_without_a_name_and_pays_with_it(counter):
    """F: A8 A15"""
    counter.to_desk()
    counter.keys("f2")
    assert counter.view.third == ""
    counter.keys("f3")
    assert counter.view.stage == "find"  # without such a type there is nothing to issue to nobody
    visitors(counter)
    counter.keys("f2")
    assert counter.view.third == "不记名卡"
    counter.keys("f3")
    assert ([one.text for one in counter.view.types], counter.view.member) == (["访客卡"], "不记名卡")
    guest = issued(counter, 30, "15000001")
    card = counter.card_of(guest)
    assert (member_of(counter, card), counter.state_of(card)) == (0, "active")
    counter.to_desk()
    counter.keys("escape 12.5 enter")
    counter.tap(guest)
    counter.keys("enter")
    counter.sync_up()
    assert counter.purse(card) == 1_750


def test_a_type_that_wants_a_name_is_refused_by_the_office_without_one(counter):
    """F: A15"""
    visitors(counter)
    asked = m.ReserveIssue(
        id=counter.till.request_id(),
        type=PURSE.type,
        member=0,
        uid="15000009",
        operator=counter.till.operator.operator,
    )
    with pytest.raises(Refused, match=r"card\.wants_name"):
        counter.wired.reserve_issue(asked)


def test_what_a_visitor_had_and_did_goes_to_his_formal_card(counter):
    """F: A8: balance, deposit, and every line of his history."""
    visitors(counter)
    guest = issued(counter, 30, "15000002")
    counter.to_desk()
    counter.keys("escape 12.5 enter")
    counter.tap(guest)
    counter.keys("enter")
    formal = counter.issued("正式", 1_000, uid="15000003")
    b = counter.card_of(formal)
    counter.do_job("transfer", "N15000003")
    counter.put(guest)
    assert "已转到正式卡" in counter.view.body
    counter.keys("f5")
    counter.lift()
    counter.put(formal)
    counter.keys("f6")
    assert counter.read(formal).newest.main_fen == 2_750
    counter.sync_up()
    moved = [(one.kind, one.fen) for one in counter.wired.ask_card(b, 1).movements]
    assert ("sale", -1_250) in moved
    assert len([kind for kind, _ in moved if kind == "issue"]) == 2


def test_names_of_card_types_are_english_where_people_read_english(counter):
    """F: A1: at the choice, and at the query."""
    visitors(counter)
    guest = issued(counter, 30, "15000004")
    counter.to_desk()
    counter.keys("f7 f2 f3")
    assert [one.text for one in counter.view.types] == ["Visitor"]
    counter.keys("escape escape f1")
    counter.tap(guest)
    assert counter.view.card_type == "Visitor"
    counter.keys("f7")
    assert counter.view.card_type == "访客卡"
