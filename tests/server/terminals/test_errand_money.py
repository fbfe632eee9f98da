"""What errands do to money, cards and rooms, told to the till that has to act on it. On both engines."""

from msgspec import Raw
from sqlalchemy import select

from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.books.office.hold import ReleaseDue
from server.books.tables import key_of
from server.cards.service import loads_since
from server.cards.tables import issue
from server.exceptions.tables import exception
from server.promotion.tables import recharge
from server.terminals.tables import terminal as terminals
from tests.server.office import Journal
from tests.server.terminals.desk import Desk, locked, opening


def loads(desk: Desk, card: int) -> list[tuple[str, int]]:
    """(kind, fen) of what waits for a card."""
    waiting = desk.office.read(lambda c: loads_since(c, desk.unit, 0))[1]
    return [(one.kind, one.fen) for one in waiting if one.card == card]


def test_a_refund_by_line_goes_back_to_the_card(desk: Desk) -> None:
    """F: C7 A4"""
    card, sale = desk.sold(3_000)
    early = desk.ask(desk.errand(e.RefundSale, sale=sale))
    assert early.result.reason == "refund.open_shift"
    desk.journal.close_shift(1, 0)
    desk.journal.sync()
    _, answer = desk.done(e.RefundSale, sale=sale, lines=((0, 500),), reason="goods")
    assert (answer.fen, answer.cash_fen, answer.balance_fen) == (1_500, 0, 1_500)
    assert loads(desk, card.card) == [("refund", 1_500)]
    again = desk.ask(desk.errand(e.RefundSale, sale=sale, lines=((0, 501),)))
    assert again.result.reason == "refund.excess"


def test_a_returned_card_is_paid_out_of_this_till(desk: Desk) -> None:
    """F: A4"""
    card, lock = locked(desk)
    _, answer = desk.done(e.ReturnCard, card=card.card, issue=1, lock=lock)
    assert (answer.fen, answer.cash_fen) == (-10_000, -10_000)


def test_a_card_that_was_not_locked_is_not_paid_out(desk: Desk) -> None:
    card = desk.plastic()
    answer = desk.ask(desk.errand(e.ReturnCard, card=card.card, issue=1))
    assert (answer.result.reason, answer.cash_fen) == ("return.lock", 0)


def test_a_lock_for_nothing_is_opened_by_a_load_of_nothing(desk: Desk) -> None:
    card, lock = locked(desk)
    desk.done(e.UnlockCard, card=card.card, issue=1, lock=lock)
    assert loads(desk, card.card) == [("unloss", 0)]
    twice = desk.ask(desk.errand(e.UnlockCard, card=card.card, issue=1, lock=RecordId(1, 1, 1)))
    assert twice.result.reason == "return.lock"


def test_a_replacement_gets_its_number(desk: Desk) -> None:
    """F: A5"""
    card = desk.plastic()
    errand, answer = desk.done(e.ReplaceCard, card=card.card, issue=1, uid="0a0b0c0e")
    assert answer.grant is not None
    assert (answer.grant.card, answer.grant.issue, answer.grant.fee_fen) == (card.card, 2, 500)
    assert answer.grant.until_day > 2_517
    assert desk.ask(errand) == answer


def test_a_desk_that_holds_nothing_back_pays_all_at_once(desk: Desk) -> None:
    """A5: at the unit's risk, by the desk's own setting."""
    _, held = desk.done(e.ReplaceCard, card=desk.plastic().card, issue=1, uid="0a0b0c1e")
    here = terminals.c.terminal == desk.till.terminal

    def put(text: str) -> None:
        desk.office.write(lambda c: c.execute(terminals.update().where(here).values(settings=text)))

    put('{"replace_all":"true"}')
    _, paid = desk.done(e.ReplaceCard, card=desk.plastic().card, issue=1, uid="0a0b0c2e")
    put("{}")
    assert (held.fen, paid.fen) == (0, 10_000)


def test_a_recharge_of_an_account_(desk: Desk) -> None:
    """F: A3 A17"""
    number = desk.account()
    _, answer = desk.done(e.RechargeAccount, card=number, issue=1, fen=5_000, salesperson=desk.boss)
    assert (answer.fen, answer.cash_fen, answer.balance_fen) == (5_000, 5_000, 5_000)
    query = select(recharge.c.salesperson).where(recharge.c.entry == answer.result.entry)
    assert desk.office.read(lambda c: c.execute(query).scalar()) == desk.boss


def test_a_recharge_on_the_card_names_who_sold_it(desk: Desk) -> None:
    """F: A17"""
    card, journal = desk.plastic(), desk.journal
    move = journal._move(
        card,
        2_000,
        lambda head, purse: m.SoldRecharge(
            **head, source=m.Source.TILL, amount_fen=2_000, purse=purse, salesperson=desk.head
        ),
    )
    move.done()
    assert journal.sync().results == ()
    query = select(recharge.c.fen, recharge.c.salesperson).where(recharge.c.card == card.card)
    assert [tuple(row) for row in desk.office.read(lambda c: c.execute(query).all())] == [(2_000, desk.head)]


def test_cash_goes_back_out_of_the_drawer_it_went_into(desk: Desk) -> None:
    """C4: a card tapped for its points while cash paid."""
    card = desk.account()
    journal = desk.journal
    sold = m.FullSale(
        **journal.head(), outlet=1, owner=1, card=card, issue=1, due_fen=700,
        lines=(m.PricedLine(price_fen=700, total_fen=700),), pays=(m.Pay("cash", 700),),
    )  # fmt: skip
    journal.append(sold)
    journal.done(sold.id, offline=True)
    journal.close_shift(1, 700)
    journal.sync()
    there = desk.errand(e.RefundSale, desk.second, sale=sold.id)
    assert desk.ask(there, desk.second.till).result.reason == "refund.other_till"
    _, answer = desk.done(e.RefundSale, sale=sold.id)
    assert (answer.fen, answer.cash_fen) == (700, -700)


def test_an_expired_card_collects_nothing(desk: Desk) -> None:
    """B3: its validity is checked."""
    member = desk.member()
    card = desk.plastic(member=member)
    desk.released(member)
    where = issue.c.card == card.card
    desk.office.write(lambda c: c.execute(issue.update().where(where).values(until_day=1)))
    answer = desk.ask(desk.errand(e.CollectSubsidy, card=card.card, issue=1))
    assert answer.result.reason == "card.expired"


def test_a_slip_is_paid_once_and_only_with_its_code(desk: Desk) -> None:
    """F: D3"""
    slip = desk.slip(5_000, "WXYZ2345")
    assert desk.ask(desk.errand(e.PayClaim, claim=slip, code="WXYZ2346")).result.reason == "claim.code"
    _, answer = desk.done(e.PayClaim, claim=slip, code="wxyz2345")
    assert (answer.fen, answer.cash_fen) == (-5_000, -5_000)
    assert desk.ask(desk.errand(e.PayClaim, claim=slip, code="WXYZ2345")).result.reason == "claim.paid"
    unknown = desk.ask(desk.errand(e.PayClaim, claim=RecordId(1, 1, 1), code="WXYZ2345"))
    assert unknown.result.reason == "claim.unknown"


def test_a_deposit_off_a_card_comes_back_as_a_load(desk: Desk) -> None:
    """C19: sold at the opening, the rest back at closing; the room's bill stays with the owner."""
    card, sale = desk.sold(5_000)
    held, _ = desk.done(e.OpenHold, **opening(desk, card.card, 5_000), sale=sale)
    too_much = desk.ask(desk.errand(e.SettleHold, hold=held.id, due_fen=5_001))
    assert too_much.result.reason == "hold.more_on_card"
    _, answer = desk.done(e.SettleHold, hold=held.id, due_fen=3_200)
    assert (answer.fen, answer.cash_fen) == (1_800, 0)
    assert loads(desk, card.card) == [("refund", 1_800)]
    ended = desk.ask(desk.errand(e.SettleHold, hold=held.id, due_fen=1))
    assert ended.result.reason == "hold.ended"


def test_a_deposit_off_a_card_goes_back_by_itself(desk: Desk) -> None:
    """C19: all of it, once; and longer when they stay."""
    card, sale = desk.sold(5_000)
    held, _ = desk.done(e.OpenHold, **opening(desk, card.card, 5_000), sale=sale)
    now, lane = desk.office.clock.now(), desk.office.runtime.lane
    desk.done(e.ExtendHold, hold=held.id, until=now + 7_200)
    desk.pass_time(3_601)
    desk.office.run(lane.do(ReleaseDue(desk.unit)))
    assert loads(desk, card.card) == []
    desk.pass_time(3_600)
    desk.office.run(lane.do(ReleaseDue(desk.unit)))
    desk.office.run(lane.do(ReleaseDue(desk.unit)))
    assert loads(desk, card.card) == [("refund", 5_000)]


def test_a_sale_holds_one_deposit_and_a_card_with_one_stays(desk: Desk) -> None:
    card, sale = desk.sold(5_000)
    fields = opening(desk, card.card, 5_000)
    part = desk.ask(desk.errand(e.OpenHold, **(fields | {"fen": 4_000}), sale=sale))
    assert part.result.reason == "hold.sale"
    desk.done(e.OpenHold, **fields, sale=sale)
    twice = desk.ask(desk.errand(e.OpenHold, **fields, sale=sale))
    assert twice.result.reason == "hold.sale"
    lock = desk.journal.lock(card, "returned").done()
    desk.journal.sync()
    back = desk.ask(desk.errand(e.ReturnCard, card=card.card, issue=1, lock=lock))
    assert back.result.reason == "return.hold"


def test_an_errand_of_another_terminal_is_nobodys(desk: Desk) -> None:
    errand = desk.errand(e.CollectSubsidy, desk.other, card=30_001, issue=1)
    reply = desk.till.send("/t/errand", m.encode(m.AskErrand(body=Raw(m.encode(errand)))))
    assert (reply.status, reply.code) == (422, "request.not_yours")
    for body in (b"{}", b"[]", b'{"t":"cancel/1"}', b"null"):
        assert desk.till.send("/t/errand", b'{"t":"ask_errand/1","body":' + body + b"}").status == 400


def test_a_kiosk_collects_for_whoever_stands_there_and_nothing_else(desk: Desk) -> None:
    """F: B3 D2"""
    member = desk.member(branch=2)
    card = desk.plastic(member=member)
    desk.released(member, 2_000)
    kiosk = desk.kiosk
    made = desk.errand(e.CollectSubsidy, kiosk, operator=0, card=card.card, issue=1)
    assert desk.ask(made, kiosk.till).result.status is m.Status.CREATED
    assert loads(desk, card.card) == [("subsidy", 2_000)]
    gift = desk.errand(e.GiveGift, kiosk, operator=0, card=card.card, issue=1, fen=1, reason="guest")
    assert desk.ask(gift, kiosk.till).result.reason == "operator.not_allowed"


def test_what_was_cancelled_or_given_up_never_happens(desk: Desk) -> None:
    """Asked after the tombstone, or after the till's Z gave it up: the same word for ever."""
    card = desk.account()
    cancelled = desk.errand(e.RechargeAccount, card=card, issue=1, fen=100)
    told = desk.till.ask("/t/cancel", m.Cancel(of=cancelled.id), m.Answer)
    assert told.result.reason == "cancelled"
    assert desk.ask(cancelled).result == told.result
    left = desk.errand(e.RechargeAccount, card=card, issue=1, fen=100)
    desk.journal.give_up(left.id)
    desk.journal.sync()
    assert desk.ask(left).result.reason == "cancelled"


def test_a_slip_that_was_paid_for_nothing_is_owed_again(desk: Desk) -> None:
    """The shift ended before its till heard that it may pay: no cash left the drawer. F: D3 C8"""
    claim = desk.slip(5_000)
    asked, _ = desk.done(e.PayClaim, claim=claim, code="ABCD2345")
    desk.journal.give_up(asked.id)
    desk.journal.sync()
    again, answer = desk.done(e.PayClaim, claim=claim, code="ABCD2345")
    assert answer.cash_fen == -5_000
    desk.journal.sync()
    assert desk.ask(again) == answer
    third = desk.ask(desk.errand(e.PayClaim, claim=claim, code="ABCD2345"))
    assert third.result.reason == "claim.paid"


def test_a_slip_given_up_by_another_life_of_the_disk_stays_paid(desk: Desk) -> None:
    """The life before may have handed the money out: a person looks. F: D3"""
    claim, till = desk.slip(700), desk.office.till(name="旧盘")
    asked = desk.errand(e.PayClaim, Journal(till), claim=claim, code="ABCD2345")
    assert desk.ask(asked, till).result.status is m.Status.CREATED
    life = Journal(till)
    life.append(asked)
    life.sync()
    life = Journal(till)
    life.epoch = 2
    life.give_up(asked.id)
    life.sync()
    told = exception.select().where(exception.c.kind == "outcome_differs")
    assert key_of(asked.id) in [row.fact for row in desk.office.read(lambda c: c.execute(told).all())]
    twice = desk.ask(desk.errand(e.PayClaim, claim=claim, code="ABCD2345"))
    assert twice.result.reason == "claim.paid"


def test_a_till_that_wrote_down_something_else_is_looked_at(desk: Desk) -> None:
    errand, answer = desk.done(e.RechargeAccount, card=desk.account(), issue=1, fen=100)
    journal = desk.journal
    said = {"of": errand.id, "status": m.Status.CREATED, "entry": answer.result.entry, "fen": 100}
    journal.append(m.Answered(id=journal.next_id, at=journal.at, **said))
    assert journal.sync().results == ()

    def differs() -> int:
        query = exception.select().where(exception.c.kind == "outcome_differs")
        return len(desk.office.read(lambda c: c.execute(query).all()))

    before = differs()
    journal.append(m.Answered(id=journal.next_id, at=journal.at, **(said | {"entry": 1})))
    journal.sync()
    assert differs() == before + 1
