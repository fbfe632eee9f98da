"""Which order of the office an errand is, in the terms of that order. Decides nothing and asks nobody."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from onecard.clock import business_day, card_day
from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.books.command import Order
from server.books.office import (
    code_payment,
    collect_debt,
    correct_recharge,
    gift_free,
    hold,
    hold_sold,
    paper_slip,
    pay_claim,
    pay_credit,
    recharge_office,
    redeem,
    refund,
    replace,
    return_card,
    subsidy,
    transfer,
    unlock,
)
from server.books.tables import key_of


class Asked(NamedTuple):
    """By which terminal, standing where, when and under which card types; and what had to be looked up
    before: the type of a card to be replaced, the entry of a recharge."""

    unit: int
    terminal: int
    outlet: int
    today: int
    types: Mapping[int, m.CardType]
    card_type: m.CardType | None = None
    entry: int = 0
    #: At a replacement nothing is held back.
    pay_all: bool = False


def order_of(asked: Asked, errand: e.Errand) -> Order[Any]:
    """The order, under the errand's own id."""
    return _of_card(asked, errand) or _of_hold(asked, errand) or _of_money(asked, errand)


def _key(id: RecordId | None) -> int:
    return 0 if id is None else key_of(id)


def _of_card(asked: Asked, errand: e.Errand) -> Order[Any] | None:
    """What becomes of a plastic."""
    unit, key, by, types = asked.unit, key_of(errand.id), errand.operator, asked.types
    match errand:
        case e.ReturnCard():
            back = return_card.Terms(errand.card, errand.issue, _key(errand.lock), asked.terminal)
            return return_card.ReturnCard(unit, key, back, by, types)
        case e.ReturnRest():
            rest = return_card.RestTerms(errand.card, errand.issue, asked.terminal)
            return return_card.ReturnRest(unit, key, rest, by, types)
        case e.UnlockCard():
            return unlock.Unlock(unit, key, unlock.Terms(errand.card, errand.issue, key_of(errand.lock)), by)
        case e.UnlossCard():
            return unlock.Unlose(unit, key, unlock.Terms(errand.card, errand.issue), by)
        case e.ReplaceCard():
            terms = asked.card_type
            until = asked.today + (0 if terms is None else terms.valid_days)
            fee = 0 if terms is None else terms.fee_fen
            new = replace.Terms(
                *(errand.card, errand.issue, errand.uid, min(until, 0xFFFF), fee), pay_all=asked.pay_all
            )
            return replace.Replace(unit, key, new, by, types)
        case e.TransferCard():
            moved = transfer.Terms(
                errand.card, errand.issue, errand.to_card, errand.to_issue, _key(errand.lock)
            )
            return transfer.Transfer(unit, key, moved, by, types)
    return None


def _of_hold(asked: Asked, errand: e.Errand) -> Order[Any] | None:
    """Deposits for rooms."""
    unit, key, by = asked.unit, key_of(errand.id), errand.operator
    match errand:
        case e.OpenHold(card=card, issue=issue, place=place, fen=fen, until=until, sale=None):
            opening = hold.Opening(card, issue, asked.outlet, place, fen, until)
            return hold.Hold(unit, key, opening, by, asked.types)
        case e.OpenHold(card=card, issue=issue, place=place, fen=fen, until=until):
            sold = hold_sold.Sold(card, issue, asked.outlet, place, fen, until, _key(errand.sale))
            return hold_sold.HoldSold(unit, key, sold, by)
        case e.ExtendHold():
            return hold.Extend(unit, key, hold.Longer(key_of(errand.hold), errand.until), by)
        case e.SettleHold():
            return hold.Settle(unit, key, hold.Closing(key_of(errand.hold), errand.due_fen), by)
        case e.ReleaseHold():
            return hold.Settle(unit, key, hold.Closing(key_of(errand.hold), 0), by)
    return None


def _of_money(asked: Asked, errand: e.Errand) -> Order[Any]:
    """What comes in, goes back and is given."""
    unit, key, by, types = asked.unit, key_of(errand.id), errand.operator, asked.types
    match errand:
        case e.RefundSale():
            sold = refund.Terms(key_of(errand.sale), errand.lines, errand.reason, errand.supervisor)
            return refund.Refund(unit, key, sold, by)
        case e.CorrectRecharge():
            right = correct_recharge.Terms(asked.entry, errand.card, errand.issue, errand.right_fen)
            return correct_recharge.CorrectRecharge(unit, key, right, by, types)
        case e.RechargeAccount():
            cash = recharge_office.Terms(
                errand.card, errand.issue, errand.fen, asked.terminal, salesperson=errand.salesperson
            )
            return recharge_office.RechargeOffice(unit, key, cash, by, types)
        case e.GiveGift():
            given = gift_free.Terms(errand.card, errand.issue, errand.fen, errand.reason, errand.expires_day)
            return gift_free.GiftFree(unit, key, given, errand.supervisor or by, types)
        case e.RedeemPoints():
            points = redeem.Terms(errand.card, errand.issue, errand.reward, errand.pieces, errand.points)
            return redeem.Redeem(unit, key, points, by, types)
        case e.CollectSubsidy():
            one = subsidy.Terms(errand.card, errand.issue, errand.list, errand.line)
            return subsidy.PickUp(unit, key, one, by, types)
        case e.CodePayment():
            scanned = code_payment.Terms(
                errand.card, errand.issue, errand.fen, errand.gateway, asked.terminal
            )
            return code_payment.OpenPayment(unit, key, scanned, by, types)
        case e.PayCredit():
            owed = pay_credit.Terms(f"member:{errand.member}:credit", errand.fen, asked.terminal)
            return pay_credit.PayCredit(unit, key, owed, by)
        case e.LateSlip():
            day = card_day(business_day(errand.sold_at))
            slip_terms = paper_slip.Terms(
                *(asked.outlet, errand.number, errand.card, errand.issue, errand.fen),
                *(day, errand.sold_at, by),
            )
            return paper_slip.PaperSlip(unit, key, slip_terms, errand.supervisor, types)
        case e.CollectDebt():
            owing = collect_debt.Terms(errand.card, errand.issue)
            return collect_debt.CollectDebt(unit, key, owing, by, types)
        case e.PayClaim():
            slip = pay_claim.Terms(key_of(errand.claim), errand.code, asked.terminal)
            return pay_claim.PayClaim(unit, key, slip, by)
    raise AssertionError(type(errand))
