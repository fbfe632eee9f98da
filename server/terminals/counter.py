"""The front desk beside errands: cards frozen and given back, what a recharge earns, chips and UIDs."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire import counter as c
from onecard.wire import messages as m
from server.cards import service as cards
from server.catalogue.service import card_type_of
from server.gift import service as gifts
from server.members import service as members
from server.operators import log, permission
from server.operators import service as operators
from server.organisation.scope import Scope
from server.promotion import service as promotions
from server.promotion.grant import of_row
from server.promotion.rule import Promotion, worth
from server.promotion.tables import promotion
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk, demand_own
from server.terminals.document import Reader
from server.terminals.errand import demand_card

# ---- frozen, and given back


async def freeze(runtime: Runtime, who: Known, question: c.FreezeCard) -> m.Answer:
    """Onto the stop list. Raises ``Refused``: ``card.``: ``unknown``, ``dead``, ``lost``; ``freeze.why``,
    ``desk.other_branch``."""
    now, unit = runtime.clock.now(), runtime.unit

    def put(connection: Connection, there: Reader) -> int:
        return cards.freeze(
            connection, unit, question.id, question.card, question.issue, why=question.why,
            operator=question.operator, now=now, outlets=(there.outlet,) if question.here else (),
        )  # fmt: skip

    return await _change_list(runtime, who, question, "till.freeze", put, why=question.why)


async def unfreeze(runtime: Runtime, who: Known, question: c.UnfreezeCard) -> m.Answer:
    """Off the list again. Raises ``Refused``: ``card.``: ``unknown``, ``not_frozen``;
    ``desk.other_branch``."""
    now, unit, by = runtime.clock.now(), runtime.unit, question.operator

    def take(connection: Connection, _there: Reader) -> int:
        return cards.unfreeze(connection, unit, question.id, question.card, question.issue, by, now)

    return await _change_list(runtime, who, question, "till.unfreeze", take)


async def _change_list(
    runtime: Runtime,
    who: Known,
    question: c.FreezeCard | c.UnfreezeCard,
    action: str,
    change: Callable[[Connection, Reader], int],
    **said: str,
) -> m.Answer:
    """A change of the stop list, which gives its new version: by whoever may, of a card he sees; logged."""
    demand_own(who, question.id)
    now, unit, by = runtime.clock.now(), runtime.unit, question.operator

    def write(connection: Connection) -> int:
        there, scope = at_desk(connection, unit, who, by, permission.LOSS)
        demand_card(connection, scope, question.card)
        version = change(connection, there)
        log.write(connection, unit, now, by, action, str(question.card), **said)
        return version

    return listed(question.id, await runtime.db.write(write))


def listed(id: RecordId, version: int) -> m.Answer:
    """``entry``: from which version of the stop list on."""
    return m.Answer(result=m.Result(id=id, status=m.Status.CREATED, entry=version))


# ---- what a recharge earns


async def offers(runtime: Runtime, who: Known, question: c.AskOffers) -> c.Offers:
    """Those that this card could earn today with some amount; who sells; what is left of the quota."""
    now, unit = runtime.clock.now(), runtime.unit
    day = card_day(business_day(now))

    def earns(connection: Connection, one: Promotion) -> bool:
        """What the form says before it is sent is what the books will do, so they are asked."""
        if (one.since and day < one.since) or (one.until and day > one.until):
            return False
        if not question.card:
            return worth(one, one.least_fen) > 0
        given = promotions.preview(connection, Scope.whole(unit), question.card, one.least_fen, now)
        return given >= worth(one, one.least_fen) > 0

    def read(connection: Connection) -> c.Offers:
        _, scope = at_desk(connection, runtime.unit, who, question.operator, permission.RECHARGE)
        if question.card:
            demand_card(connection, scope, question.card)
        query = select(promotion).where(promotion.c.unit_id == unit, promotion.c.active)
        rows = connection.execute(query.order_by(promotion.c.least_fen)).all()
        named = operators.names(connection, Scope.whole(unit))
        sellers = promotions.salespeople(connection, Scope.whole(unit))
        quota = gifts.left(connection, Scope.whole(unit), question.operator, now)
        return c.Offers(
            offers=tuple(_offer(row) for row in rows if earns(connection, of_row(row))),
            sellers=tuple((one["salesperson"], named.get(one["operator"], "")) for one in sellers),
            gift_left_fen=None if quota is None else max(0, quota[0] - quota[1]),
        )

    return await runtime.db.read(read)


def _offer(row: Any) -> c.Offer:
    return c.Offer(
        name=row.name, name_en=row.name_en, least_fen=row.least_fen, gift_fen=row.gift_fen, each=row.each,
        most_gift_fen=row.most_gift_fen,
    )  # fmt: skip


# ---- what a medium becomes


async def take_uid(runtime: Runtime, who: Known, question: c.OpenByUid) -> m.IssueGrant:
    """An account by UID. Raises ``Refused``: ``card.medium``, ``card.uid_fees``, ``medium.taken``."""
    demand_own(who, question.id)
    now, unit = runtime.clock.now(), runtime.unit

    def write(connection: Connection) -> m.IssueGrant:
        _, scope = at_desk(connection, unit, who, question.operator, permission.ISSUE)
        if members.by_key(connection, scope, question.member) is None:
            raise Refused("member.unknown")
        terms = card_type_of(connection, unit, question.type, now)
        granted = cards.open_by_uid(connection, unit, question, terms, now)
        members.hold(connection, unit, granted.card, question.member, question.type, now)
        return granted

    return await runtime.db.write(write)


async def take_chip(runtime: Runtime, who: Known, question: c.ReserveChip) -> m.IssueGrant:
    """A chip that has its number already. Raises ``Refused``: ``card.taken``, ``card.from_key_room``."""
    demand_own(who, question.id)
    now, unit = runtime.clock.now(), runtime.unit

    def write(connection: Connection) -> m.IssueGrant:
        _, scope = at_desk(connection, unit, who, question.operator, permission.ISSUE)
        person = members.by_key(connection, scope, question.member)
        if person is None:
            raise Refused("member.unknown")
        terms = card_type_of(connection, unit, question.type, now)
        granted = cards.reserve_chip(connection, unit, question, terms, now)
        members.hold(connection, unit, granted.card, question.member, question.type, now)
        return granted

    return await runtime.db.write(write)


QUESTIONS: dict[str, Any] = {
    "/t/freeze": (c.FreezeCard, freeze),
    "/t/unfreeze": (c.UnfreezeCard, unfreeze),
    "/t/offers": (c.AskOffers, offers),
    "/t/issue/chip": (c.ReserveChip, take_chip),
    "/t/issue/uid": (c.OpenByUid, take_uid),
}
