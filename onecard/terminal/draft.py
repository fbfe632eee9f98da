"""Each kind of card write before it has a number: what it changes in the purse, and how its intent is made.

Decides nothing: limits, rights and amounts were settled by the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from onecard.ids import RecordId
from onecard.rules.deal import Deal
from onecard.rules.loads import Plan
from onecard.rules.purse import PLACES, Change
from onecard.terminal.desk import Desk
from onecard.terminal.order import Order
from onecard.terminal.tap import Make, first_n_of
from onecard.wire import messages as m


@dataclass(frozen=True)
class Who:
    """In which shift and by whom."""

    shift: int
    operator: int


def sale(
    desk: Desk, who: Who, order: Order, deal: Deal, counters: m.Counters | None = None
) -> tuple[Change, Make]:
    """``counters``: what the card had counted before, where its type limits that."""
    place, bill = desk.place(), deal.bill

    def make(id: RecordId, at: int, write: m.PurseWrite) -> m.Sale:
        head = desk.head(id, at, who.shift, who.operator) | {
            "replaces": order.replaces,
            "outlet": place.outlet,
            "owner": place.owner,
            "card": write.card,
            "issue": write.issue,
            "discount_fen": bill.discount_fen,
            "due_fen": bill.due_fen,
            "pays": deal.pays,
            "purse": write,
        }
        if deal.is_plain and counters is None and order.beside is None:
            return m.Sale(**head, lines=bill.lines)
        head |= {"lines": bill.priced(), "first_n": bill.first_n, "uses": deal.uses, "earned": deal.earned}
        if order.beside is not None and counters is not None:
            return m.CountedPart(**head, counters=counters, beside=order.beside)
        if order.beside is not None:
            return m.PartSale(**head, beside=order.beside)
        if counters is not None:
            return m.CountedSale(**head, counters=counters)
        return m.FullSale(**head)

    main_fen, slots = places_of(deal.pays, -1)
    change = Change(
        main_fen=main_fen,
        slots=slots,
        spent_fen=bill.due_fen,
        first_n=bill.first_n,
        clear_expired=desk.moment.is_sure,
    )
    return change, make


def places_of(pays: Sequence[m.Pay], sign: int) -> tuple[int, tuple[int, int, int]]:
    """What the pays do to the main purse and to each slot; ``sign`` -1 takes, +1 gives back."""
    by = [0, 0, 0, 0]
    for pay in pays:
        place = PLACES.get(pay.wallet)
        if place is not None:
            by[place] += sign * pay.fen
    return by[0], (by[1], by[2], by[3])


def void(desk: Desk, who: Who, sold: m.Sale, supervisor: int, reason: str) -> tuple[Change, Make]:
    def make(id: RecordId, at: int, write: m.PurseWrite) -> m.Void:
        return m.Void(
            **desk.head(id, at, who.shift, who.operator),
            voids=sold.id,
            card=write.card,
            issue=write.issue,
            pays=sold.pays,
            supervisor=supervisor,
            purse=write,
            reason=reason,
        )

    main_fen, slots = places_of(sold.pays, +1)
    change = Change(
        main_fen=main_fen,
        slots=slots,
        spent_fen=-sold.due_fen,
        first_n=-first_n_of(sold),
        spent_at=sold.at,
        clear_expired=desk.moment.is_sure,
    )
    return change, make


def recharge(
    desk: Desk,
    who: Who,
    fen: int,
    source: m.Source,
    credits: Sequence[RecordId],
    replaces: RecordId | None,
    salesperson: int = 0,
) -> tuple[Change, Make]:
    def make(id: RecordId, at: int, write: m.PurseWrite) -> m.Recharge:
        said = desk.head(id, at, who.shift, who.operator) | {
            "replaces": replaces,
            "source": source,
            "amount_fen": fen,
            "credits": tuple(credits),
            "purse": write,
        }
        return m.SoldRecharge(**said, salesperson=salesperson) if salesperson else m.Recharge(**said)

    return Change(main_fen=fen, clear_expired=desk.moment.is_sure), make


def load(desk: Desk, who: Who, plan: Plan) -> tuple[Change, Make]:
    def make(id: RecordId, at: int, write: m.PurseWrite) -> m.LoadIntent:
        return m.LoadIntent(**desk.head(id, at, who.shift, who.operator), loads=plan.applied, purse=write)

    change = Change(
        main_fen=plan.main_fen,
        slots=plan.slots,
        last_days=plan.last_days,
        last_load=plan.last,
        locked=False,
        clear_expired=desk.moment.is_sure,
    )
    return change, make


def lock(desk: Desk, who: Who, reason: str, stop_version: int) -> tuple[Change, Make]:
    def make(id: RecordId, at: int, write: m.PurseWrite) -> m.Lock:
        head = desk.head(id, at, who.shift, who.operator)
        return m.Lock(**head, reason=reason, stop_version=stop_version, purse=write)

    return Change(locked=True, clear_expired=desk.moment.is_sure), make


def issue(
    desk: Desk, who: Who, grant: m.IssueGrant, uid: bytes, opening_fen: int, at: int, id: RecordId
) -> m.Issue:
    """The first record of a card; there is no card yet whose purse could be read."""
    write = m.PurseWrite(
        card=grant.card,
        issue=grant.issue,
        uid=uid.hex(),
        counter=0,
        prev=RecordId(0, 0, 0),
        before=m.Balances(0),
        after=m.Balances(opening_fen),
    )
    return m.Issue(
        **desk.head(id, at, who.shift, who.operator),
        card=grant.card,
        issue=grant.issue,
        type=grant.type,
        uid=write.uid,
        until=grant.until_day,
        opening_fen=opening_fen,
        deposit_fen=grant.deposit_fen,
        fee_fen=grant.fee_fen,
        purse=write,
    )
