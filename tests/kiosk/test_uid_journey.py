"""Goal: who holds no card of ours but is known by the UID of a city card or phone is served at the kiosk too.

Method: a person's steps at the whole app before the real server; the plastic has somebody else's keys.
"""

from typing import Any

import pytest

from onecard.books import accounts
from onecard.devices.readers.virtual import VirtualM1
from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.errands import CollectSubsidy
from server.books.office import recharge_office
from server.books.tables import key_of
from server.cards import service as cards
from server.cards.stops import set_stop
from server.members import service as members
from server.terminals.snapshot import EVERY_S
from tests.kiosk.hall import ADMINISTRATOR, Hall
from tests.server.terminals.desk import ACCOUNT, PURSE


def metro(uid: str) -> VirtualM1:
    """Somebody else's keys on every sector."""
    card = VirtualM1(bytes.fromhex(uid))
    for sector in range(16):
        trailer = sector * 4 + 3
        card.blocks[trailer] = b"METROK" + card.blocks[trailer][6:10] + b"METROK"
    return card


def registered(hall: Hall, plastic: VirtualM1, member: int, fen: int = 4_200, type: int = 2) -> int:
    """The office opened an account on this UID; the kiosk has not heard of it. Returns the card's number."""
    now, uid, terms = hall.clock.now(), plastic.uid.hex(), ACCOUNT if type == ACCOUNT.type else PURSE

    def write(c: Any) -> int:
        opened = int(cards.open_account_card(c, hall.unit, member, uid, terms, now)[0])
        members.hold(c, hall.unit, opened, member, type, now)
        return opened

    number: int = hall.office.write(write)
    if not fen:
        return number
    hall._next += 1
    key, cash = key_of(RecordId(64_000, 1, hall._next)), recharge_office.Terms(number, 1, fen)
    runtime = hall.office.runtime
    order = recharge_office.RechargeOffice(hall.unit, key, cash, ADMINISTRATOR, runtime.terms.types)
    hall.office.run(runtime.lane.do(order))
    return number


def heard(hall: Hall) -> None:
    """The snapshot with it has come."""
    hall.clock.advance(EVERY_S + 1)
    for _ in range(2):
        hall.sync()


@pytest.fixture
def metro_card() -> VirtualM1:
    return metro("0f200001")


# F: A11 D1 D2 B3
def test_a_city_card_shows_its_account_and_collects_what_is_ready(hall: Hall, metro_card: VirtualM1) -> None:
    member, memory = hall.member(), metro_card.to_bytes()
    number = registered(hall, metro_card, member)
    hall.subsidy(member, 30_000)
    hall.put(metro_card)
    view = hall.view
    assert (hall.screen, view.title) == ("balance", hall.booth.tr("kiosk.balance.account"))
    assert (view.balance, view.holder, view.valid) == ("￥42.00", "王*明", "")
    assert [(one.name, one.amount) for one in view.pockets] == [("待领补助", "￥300.00")]
    assert [one.what for one in view.movements] == ["充值"]
    hall.press("collect")
    hall.until(lambda: hall.view.title == hall.booth.tr("kiosk.pickup.done"))
    assert "300.00" in hall.paper
    assert [(one.card, one.issue) for one in hall.bodies(CollectSubsidy)] == [(number, 1)]
    assert [one.fen for one in hall.entries("subsidy")] == [30_000]
    hall.press("balance")
    hall.until_screen("balance")
    hall.press("service")
    hall.press_line("statement")
    hall.press_line("days:7")
    assert "42.00" in hall.paper
    assert metro_card.to_bytes() == memory
    hall.lift()
    hall.run(6)
    assert "王" not in str(hall.view)


# F: A11 D3
def test_cash_of_a_city_card_is_its_accounts(hall: Hall, metro_card: VirtualM1) -> None:
    number = registered(hall, metro_card, hall.member())
    hall.press("cash")
    hall.put(metro_card)
    assert (hall.screen, hall.view.before) == ("cash", "￥42.00")
    hall.insert(5_000)
    assert hall.view.after == "￥92.00"
    hall.press("finish")
    hall.until_screen("result")
    assert hall.view.title == hall.booth.tr("kiosk.result.account")
    hall.lift()
    hall.sync()
    assert hall.wallet(accounts.account(number, "main")) == 9_200
    assert hall.bodies(m.Recharge) == []


# F: A11 D10
def test_without_the_office_the_snapshot_says_whose_it_is_and_a_newer_card_is_sent_to_the_desk(
    hall: Hall, metro_card: VirtualM1
) -> None:
    registered(hall, metro_card, hall.member())
    heard(hall)
    newer = metro("0f200002")
    registered(hall, newer, hall.member())
    hall.cut()
    hall.clock.advance(3600)
    hall.put(metro_card)
    assert (hall.screen, hall.view.balance) == ("balance", "￥42.00")
    assert hall.view.title == hall.booth.tr("kiosk.balance.as_of", age=hall.booth.tr.duration(3_600 + 2))
    hall.lift()
    hall.run(6)
    hall.put(newer)
    assert hall.screen == "result"
    assert hall.view.detail == hall.booth.tr("refusal.card.uid_unasked.member")
    assert "前台" in hall.view.detail


# F: A11
@pytest.mark.parametrize(
    ("uid", "code"),
    [("0f2000ff", "card.uid_unknown"), ("08aabbcc", "card.uid_random")],
    ids=["nobody", "phone"],
)
def test_a_card_of_nobodys_is_sent_to_the_front_desk_in_words(hall: Hall, uid: str, code: str) -> None:
    hall.put(metro(uid))
    assert (hall.screen, hall.view.tone) == ("result", "refuse")
    assert hall.view.detail == hall.booth.tr(f"refusal.{code}.member")
    assert "前台" in hall.view.detail
    assert hall.bodies(m.Credit, CollectSubsidy) == []


# F: A11 A6
def test_a_lost_city_card_and_a_purse_card_by_its_uid_alone_get_nothing(
    hall: Hall, metro_card: VirtualM1
) -> None:
    number, now = registered(hall, metro_card, hall.member()), hall.clock.now()
    hall.office.write(lambda c: set_stop(c, hall.unit, number, 1, "lost", 1, now))
    hall.put(metro_card)
    assert hall.view.notices[0].detail == hall.booth.tr("refusal.card.stopped.member")
    assert not hall.view.cash.enabled
    assert hall.view.more.key == hall.view.load.key == ""
    hall.lift()
    hall.run(6)
    # A blank that once was a purse card: only what is written on a purse card makes it one.
    blank = VirtualM1(bytes.fromhex("0f200003"))
    registered(hall, blank, hall.member(), type=1, fen=0)
    hall.put(blank)
    assert (hall.screen, hall.view.detail) == ("result", hall.booth.tr("refusal.card.blank.member"))


# F: A11 D6
def test_whoever_changes_the_card_while_the_office_is_asked_sees_his_own(
    hall: Hall, metro_card: VirtualM1
) -> None:
    registered(hall, metro_card, hall.member("张三"))
    held: list[Any] = []
    inquire, hall.inquire = hall.inquire, lambda question, then: held.append((question, then))
    hall.put(metro_card)
    assert hall.screen == "busy"
    hall.lift()
    hall.inquire = inquire
    hall.put(hall.card(8_750, hall.member("李小四")))
    for question, then in held:
        hall.inquire(question, then)
    hall._pump()
    assert (hall.view.balance, hall.view.holder) == ("￥87.50", "李*四")
