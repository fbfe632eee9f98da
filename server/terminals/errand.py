"""Errands of terminals: each with the right it needs, what its scope covers, and the order that does it.

Whether somebody may is decided in the transaction that does it and stored like any refusal, so that the same
question gets the same answer for ever. Rejected: looking before asking, because a right that is taken away in
between would still be used, and one given later would make a refused errand happen.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from onecard.books import accounts
from onecard.books.events.sale import FOREIGN
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.settings import OFFICE, Settings
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.books import tables as books
from server.books.command import Order, Single
from server.books.sheet import Fact, Sheet
from server.books.tables import key_of
from server.cards import tables as cards
from server.claim import intake as claims
from server.hold import tables as holds
from server.members.tables import member
from server.operators import log, permission
from server.operators.rights import rights
from server.organisation.scope import Scope
from server.organisation.service import place
from server.organisation.tables import outlet
from server.runtime import Known, Runtime
from server.terminals.caller import demand_own
from server.terminals.order import Asked, order_of
from server.terminals.tables import terminal
from server.terminals.uninformed import pays_all


class Deed(NamedTuple):
    """``covers``: what must lie in the scope of whoever allows it, beside the terminal itself: ``card``,
    whose holder's branch counts; ``sale``, ``hold``, ``claim``, where each was made; ``member``; nothing."""

    permission: str
    covers: str = "card"
    #: A kiosk may ask it for the holder who stands there, without an operator.
    is_self_service: bool = False


DEEDS: Mapping[type[e.Errand], Deed] = {
    e.RefundSale: Deed(permission.REFUND, "sale"),
    e.RefundPaid: Deed(permission.REFUND, "sale"),
    e.ReturnCard: Deed(permission.PAYOUT),
    e.ReturnRest: Deed(permission.PAYOUT),
    e.UnlockCard: Deed(permission.LOSS),
    e.ReplaceCard: Deed(permission.REPLACE),
    e.TransferCard: Deed(permission.REPLACE),
    e.UnlossCard: Deed(permission.LOSS),
    e.CorrectRecharge: Deed(permission.CORRECT),
    e.RechargeAccount: Deed(permission.RECHARGE),
    e.GiveGift: Deed(permission.GIFT),
    e.RedeemPoints: Deed(permission.POINTS),
    # The holder has come with his card, wherever he is at home.
    e.CollectSubsidy: Deed(permission.SELL, "", is_self_service=True),
    e.CodePayment: Deed(permission.RECHARGE, "", is_self_service=True),
    e.OpenHold: Deed(permission.HOLD, ""),
    e.ExtendHold: Deed(permission.HOLD, "hold"),
    e.SettleHold: Deed(permission.HOLD, "hold"),
    e.ReleaseHold: Deed(permission.HOLD, "hold"),
    e.PayCredit: Deed(permission.RECHARGE, "member"),
    e.PayClaim: Deed(permission.PAYOUT, "claim"),
    # The holder is not there; the slip was written at the outlet where this terminal stands.
    e.LateSlip: Deed(permission.CORRECT, ""),
    e.CollectDebt: Deed(permission.CORRECT),
}
_BODY: msgspec.json.Decoder[e.AnyErrand] = msgspec.json.Decoder(e.AnyErrand)
ELSEWHERE = "desk.other_branch"
#: Asked for before money is taken. What was taken already comes as a journaled fact and is booked anywhere.
_RECHARGES: Final = (e.RechargeAccount, e.CodePayment)


class AtDesk(Single):
    """An order of the office that somebody at a terminal asks for."""

    def __init__(self, who: Known, errand: e.Errand, order: Order[Any]) -> None:
        self.unit = order.unit
        self._who = who
        self._errand = errand
        self._order = order

    def want(self, sheet: Sheet) -> None:
        self._order.want(sheet)

    def decide(self, sheet: Sheet) -> m.Answer:
        order, errand = self._order, self._errand
        if sheet.facts.get(order.key) is not None:
            return order.decide(sheet)
        code = refusal(sheet, self._who, errand)
        if code:
            sheet.facts.put(order.key, Fact(order.digest, m.Status.REFUSED, code))
        answer = order.decide(sheet)
        result = answer.result
        if result.entry and errand.supervisor and not isinstance(errand, e.RefundSale):
            sheet.remark(result.entry, "", errand.supervisor)
        if code or result.status is m.Status.CREATED:
            action = f"till.{name_of(errand)}"
            said = {"why": code} if code else {}
            if errand.supervisor:
                said["supervisor"] = str(errand.supervisor)
            subject = str(errand.card) if isinstance(errand, e.OfCard) else str(errand.id)
            log.write(sheet.connection, self.unit, sheet.now, errand.operator, action, subject, **said)
        return answer


def name_of(errand: e.Errand) -> str:
    """The word of its tag."""
    return str(errand.__struct_config__.tag).partition("/")[0]


def refusal(sheet: Sheet, who: Known, errand: e.Errand) -> str:
    """The code of why this person may not do this here, "" if he may."""
    deed = DEEDS[type(errand)]
    if isinstance(errand, _RECHARGES) and not _recharges(sheet.connection, sheet.unit, who.terminal):
        return "recharge.off_here"
    if who.kind == "kiosk":
        return "" if deed.is_self_service and not errand.operator else "operator.not_allowed"
    connection, unit = sheet.connection, sheet.unit
    there = place(connection, unit, outlet_of(connection, unit, who.terminal))
    allows = rights(connection, unit, errand.supervisor or errand.operator)
    does = allows if not errand.supervisor else rights(connection, unit, errand.operator)
    if allows is None or does is None or not allows.may(deed.permission, there.branch, there.owner):
        return "operator.not_allowed"
    scope = allows.scope(deed.permission)
    if not _covers(sheet, scope, deed, errand, there.outlet):
        return ELSEWHERE
    return _unready(sheet, who, errand) if isinstance(errand, e.RefundSale) else ""


def _recharges(connection: Connection, unit: int, number: int) -> bool:
    """Whether the office lets this terminal's place take money onto cards. F: C13"""
    query = select(terminal.c.settings).where(terminal.c.unit_id == unit, terminal.c.terminal == number)
    told = msgspec.json.decode(connection.execute(query).scalar_one(), type=dict[str, str])
    return Settings.of_office(OFFICE, told).flag("recharge")


def _unready(sheet: Sheet, who: Known, errand: e.RefundSale) -> str:
    """Cash goes back out of the drawer that it went into, so that both drawers still count; what another card
    paid is booked once its terminal has paid it back."""
    fact = sheet.facts.get(key_of(errand.sale))
    if fact is None or not fact.entry:
        return ""
    paid = {one.debit for one in sheet.postings_of(fact.entry)}
    if errand.sale.terminal != who.terminal and accounts.till(errand.sale.terminal) in paid:
        return "refund.other_till"
    by_terminal = not paid.isdisjoint(accounts.gateway(name) for name in FOREIGN)
    return "refund.unpaid" if by_terminal and not isinstance(errand, e.RefundPaid) else ""


def outlet_of(connection: Connection, unit: int, number: int) -> int:
    """Where a terminal stands."""
    query = select(terminal.c.outlet).where(terminal.c.unit_id == unit, terminal.c.terminal == number)
    return int(connection.execute(query).scalar_one())


def _covers(sheet: Sheet, scope: Scope, deed: Deed, errand: e.Errand, here: int) -> bool:
    connection, unit = sheet.connection, sheet.unit
    match errand:
        case e.RefundSale():
            fact = sheet.facts.get(key_of(errand.sale))
            event = sheet.events.get(fact.entry) if fact is not None and fact.entry else None
            return event is None or _sold_in(connection, scope, event.outlet, event.owner)
        case e.ExtendHold() | e.SettleHold() | e.ReleaseHold():
            query = select(holds.hold.c.outlet).where(
                holds.hold.c.unit_id == unit, holds.hold.c.hold == key_of(errand.hold)
            )
            return connection.execute(query).scalar() in (None, here)
        case e.PayClaim():
            kiosk = claims.terminal_of(connection, unit, key_of(errand.claim))
            where = None if kiosk is None else place(connection, unit, outlet_of(connection, unit, kiosk))
            return where is None or scope.has(where.branch)
        case e.PayCredit():
            return scope.has(branch_of(connection, unit, errand.member))
        case e.TransferCard():
            numbers = (errand.card, errand.to_card)
            return all(sees_card(connection, scope, number) for number in numbers)
        case e.OfCard() if deed.covers == "card":
            return sees_card(connection, scope, errand.card)
    return True


def _sold_in(connection: Connection, scope: Scope, number: int, owner: int) -> bool:
    query = select(outlet.c.branch).where(outlet.c.unit_id == scope.unit, outlet.c.outlet == number)
    return scope.has(connection.execute(query).scalar() or 0, owner)


def branch_of(connection: Connection, unit: int, key: int) -> int:
    """A member's branch; 0, which only who sees the whole unit sees, for nobody."""
    query = select(member.c.branch).where(member.c.unit_id == unit, member.c.member == key)
    return connection.execute(query).scalar() or 0


def sees_card(connection: Connection, scope: Scope, number: int) -> bool:
    """Cards go with their holders, and one without a holder with the desk that issued it. Of a card that does
    not exist the order says so itself."""
    if scope.is_whole:
        return True
    query = select(cards.card.c.member, cards.card.c.issue).where(
        cards.card.c.unit_id == scope.unit, cards.card.c.card == number
    )
    row = connection.execute(query).first()
    if row is None:
        return True
    if row.member:
        return scope.has(branch_of(connection, scope.unit, row.member))
    made = select(cards.issue.c.asked_by, cards.issue.c.issued_by).where(
        cards.issue.c.unit_id == scope.unit, cards.issue.c.card == number, cards.issue.c.issue == row.issue
    )
    by = connection.execute(made).first()
    desk = ((by.issued_by or by.asked_by or 0) if by is not None else 0) >> 32
    known = select(terminal.c.outlet).where(terminal.c.unit_id == scope.unit, terminal.c.terminal == desk)
    where = connection.execute(known).scalar()
    return where is not None and scope.has(place(connection, scope.unit, where).branch)


def _asked(connection: Connection, runtime: Runtime, who: Known, errand: e.Errand) -> Asked:
    """What an order has to be told beside the errand."""
    unit, types = runtime.unit, runtime.terms.types
    today = card_day(business_day(runtime.clock.now()))
    asked = Asked(unit, who.terminal, outlet_of(connection, unit, who.terminal), today, types)
    if isinstance(errand, e.ReplaceCard):
        table = cards.card
        query = select(table.c.type).where(table.c.unit_id == unit, table.c.card == errand.card)
        pay_all = pays_all(connection, unit, who.terminal, runtime.clock.now())
        return asked._replace(card_type=types.get(connection.execute(query).scalar() or 0), pay_all=pay_all)
    if isinstance(errand, e.CorrectRecharge) and errand.recharge.terminal == who.terminal:
        fact = books.fact
        known = select(fact.c.entry).where(fact.c.unit_id == unit, fact.c.fact == key_of(errand.recharge))
        return asked._replace(entry=connection.execute(known).scalar() or 0)
    return asked


def demand_card(connection: Connection, scope: Scope, number: int) -> None:
    """Raises ``Refused("desk.other_branch")`` unless the card may be seen."""
    if not sees_card(connection, scope, number):
        raise Refused(ELSEWHERE)


async def ask(runtime: Runtime, who: Known, question: m.AskErrand) -> m.ErrandAnswer:
    """Do it, once. Raises ``Refused`` only for what is no errand of this terminal's."""
    body = bytes(question.body)
    errand = _BODY.decode(body)
    demand_own(who, errand.id)
    if errand.unit != runtime.unit:
        raise Refused("request.not_yours")
    asked = await runtime.db.read(lambda connection: _asked(connection, runtime, who, errand))
    order = order_of(asked, errand)
    order.digest = hashlib.sha256(body).digest()
    answer = await runtime.lane.do(AtDesk(who, errand, order))
    return await runtime.db.read(lambda connection: told(connection, runtime.unit, who, errand, answer))


def told(connection: Connection, unit: int, who: Known, errand: e.Errand, answer: m.Answer) -> m.ErrandAnswer:
    """The answer with what the cashier has to do: cash, and the number of a new plastic. Of what is stored
    alone, so that it is the same however often it is asked for."""
    result = answer.result
    fen = cash = 0
    grant = None
    if result.status is m.Status.CREATED and result.entry:
        entry, posting, till = books.entry, books.posting, accounts.till(who.terminal)
        query = select(entry.c.fen).where(entry.c.unit_id == unit, entry.c.entry == result.entry)
        fen = int(connection.execute(query).scalar() or 0)
        moves = select(posting.c.debit, posting.c.credit, posting.c.fen).where(
            posting.c.unit_id == unit, posting.c.entry == result.entry
        )
        cash = sum(
            row.fen * ((row.debit == till) - (row.credit == till)) for row in connection.execute(moves)
        )
    if result.status is m.Status.CREATED and isinstance(errand, e.ReplaceCard):
        grant = _grant(connection, unit, errand)
    return m.ErrandAnswer(result=result, balance_fen=answer.balance_fen, fen=fen, cash_fen=cash, grant=grant)


def _grant(connection: Connection, unit: int, errand: e.ReplaceCard) -> m.IssueGrant:
    medium, card = cards.issue, cards.card
    query = (
        select(medium, card.c.type)
        .join(card, (card.c.unit_id == medium.c.unit_id) & (card.c.card == medium.c.card))
        .where(medium.c.unit_id == unit, medium.c.card == errand.card, medium.c.issue == errand.issue + 1)
    )
    row = connection.execute(query).one()
    return m.IssueGrant(
        card=row.card,
        issue=row.issue,
        type=row.type,
        until_day=row.until_day,
        deposit_fen=row.deposit_fen,
        fee_fen=row.fee_fen,
    )
