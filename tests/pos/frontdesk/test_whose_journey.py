"""Goal: whose account it is can be asked with whatever the holder has: our own plastic, something of somebody
else's by its UID, a stripe, a code. What it shows is the office's word, or the last that was heard of it.

Method: the whole till and the whole server in one process; then the till alone. F: A9 A11 A13 B3 C4
"""

import pytest

from onecard.books import accounts
from onecard.terminal.whose import Account
from onecard.wire import messages as m
from onecard.wire.beside import Beside, PutBeside
from pos import devices
from server.catalogue.service import put_card_type
from server.operators.tables import operation_log
from server.subsidy import service as subsidies
from tests.pos.frontdesk.test_media_journey import UID_TYPE, open_by_uid, swipe, transit_card
from tests.pos.rig import error_of


@pytest.fixture
def by_uid(counter):
    """The unit takes transit cards and phones, and has something to swipe and to scan with."""
    now = counter.clock.now()
    terms = m.CardType(
        type=7, name=UID_TYPE.name, purse_on_card=False, media=("uid", "track"), cap_fen=1_000_000,
        discounts=(m.Discount(off=1_000),),
    )  # fmt: skip
    counter.office.write(lambda c: put_card_type(c, counter.office.unit, terms, now))
    counter.office.run(counter.office.runtime.look())
    counter.clock.advance(1)
    counter.sync_up()
    devices.hear(counter.till, counter.flow)
    return counter


def opened(counter, uid: str, name: str, number: str, yuan: int = 80):
    """A transit card with an account, a stripe and a code on the back of it; and money on the account."""
    plastic = transit_card(uid)
    open_by_uid(counter, plastic, name, number)
    card = int("".join(one for one in counter.view.body.split("卡号")[1].split("。")[0] if one.isdigit()))
    counter.lift()
    counter.open_job("cash")
    counter.keys("f1")
    counter.tap(plastic)
    counter.keys(f"{yuan} enter")
    for kind, value in ((Beside.TRACK, f"88019{uid}".translate(_DIGITS)), (Beside.CODE, f"QR-{uid}")):
        counter.wired.ask(
            "/t/beside/put",
            PutBeside(
                id=counter.till.request_id(), operator=counter.till.operator.operator, card=card, issue=1,
                kind=kind, value=value,
            ),
            m.Answer,
        )  # fmt: skip
    counter.keys("escape escape escape clear")
    counter.sync_up()
    assert counter.screen == "sell"
    return plastic, card


_DIGITS = str.maketrans("abcdef", "123456")


def ways(counter, plastic, uid: str):
    """Each way in which this holder says who he is."""
    track = f";88019{uid}?".translate(_DIGITS)
    return (
        lambda: counter.tap(plastic),
        lambda: swipe(counter, track),
        lambda: swipe(counter, f"QR-{uid}"),
    )


def test_a_query_by_uid_stripe_or_code_shows_the_account(by_uid) -> None:
    # F: A9 A11
    counter = by_uid
    plastic, _ = opened(counter, "0f400001", "地铁客", "W1")
    for way in ways(counter, plastic, "0f400001"):
        counter.keys("f1")
        way()
        assert counter.screen == "query", counter.overlay
        view = counter.view
        assert (view.balance, view.balance_label, view.holder) == ("￥80.00", "账户余额", "地铁客")
        assert view.state.tone == "done"
        counter.keys("f5")
        assert [row.cells[3] for row in counter.view.rows] == ["80.00", "80.00"]  # and no difference
        counter.keys("escape")


def test_what_names_nobody_says_so_and_a_supervisor_is_never_named_by_a_stripe(by_uid) -> None:
    # F: A9
    counter = by_uid
    counter.keys("escape f1")
    counter.tap(transit_card("0f400009"))
    assert counter.overlay.look == "refused"
    assert counter.overlay.detail == error_of(counter, "card.foreign")
    counter.keys("escape f1")
    swipe(counter, "6901234567892")
    assert "没有登记" in counter.overlay.detail or "card.unknown" in counter.overlay.detail
    counter.keys("escape f1")
    counter.flow.ask_supervisor("void", lambda word: pytest.fail("by a stripe"), other=True)
    swipe(counter, ";500001?")
    assert counter.message == error_of(counter, "scan.no_sale")
    counter.keys("escape escape")


def test_an_identity_check_by_uid_is_answered_and_logged(by_uid) -> None:
    # F: A13
    counter = by_uid
    plastic, card = opened(counter, "0f400002", "门禁客", "W2")

    def logged() -> int:
        table = operation_log
        return int(
            counter.office.read(
                lambda c: len(
                    c.execute(
                        table.select().where(table.c.action == "till.identify", table.c.subject == str(card))
                    ).all()
                )
            )
        )

    counter.flow.open("identity")
    counter.wait(0.25)
    for n, way in enumerate(ways(counter, plastic, "0f400002"), 1):
        way()
        assert (counter.view.look, counter.view.word) == ("ok", "门禁客"), (counter.view, counter.overlay)
        assert logged() == n
        counter.wait(1)
    counter.keys("escape")


def test_a_subsidy_is_collected_by_uid(by_uid) -> None:
    # F: B3
    counter = by_uid
    plastic, card = opened(counter, "0f400003", "领补助", "W3", 10)
    member = counter.wired.ask_card(card, 1).member
    now = counter.clock.now()

    def release(c) -> None:
        draft = subsidies.Draft(name="八月", way="pickup")
        made = subsidies.draft(c, counter.office.unit, draft, ((member, 3_000),), 1, now)
        subsidies.approve(c, counter.office.unit, made, 2, now)
        subsidies.release(c, counter.office.unit, made, 2, now)

    counter.office.write(release)
    counter.flow.open("subsidy")
    counter.wait(0.25)
    counter.tap(plastic)
    assert (counter.view.look, counter.view.amount) == ("ok", "￥30.00"), (counter.view, counter.overlay)
    assert counter.balance(accounts.account(card, "subsidy")) == 3_000
    counter.keys("escape")


def test_a_members_price_for_whoever_shows_a_uid_a_stripe_or_a_code(by_uid) -> None:
    # F: C4
    counter = by_uid
    plastic, _ = opened(counter, "0f400004", "折扣客", "W4", 10)
    for way in ways(counter, plastic, "0f400004"):
        counter.keys("10 f6 f2")
        way()
        assert (counter.screen, counter.view.due) == ("tender", "￥9.00"), (counter.view, counter.overlay)
        counter.keys("escape escape clear")


def test_a_chip_card_is_not_queried_by_its_stripe(by_uid) -> None:
    # F: A9 A11
    counter, plastic = by_uid, by_uid.issued("两用", 5_000, uid="0f400005")
    card = counter.card_of(plastic)
    counter.keys("escape escape clear f1")
    swipe(counter, f";{card}?")
    assert error_of(counter, "card.by_chip") in (counter.message, getattr(counter.overlay, "detail", ""))
    counter.keys("escape")
    named = counter.till.station.accounts.look(Account(card=card, issue=1, type=1))
    assert named.refusal is not None
    assert named.refusal.code == "card.by_chip"
