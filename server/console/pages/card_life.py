"""What the office does to a card without holding it: freezes it, gives it back, collects what is owed,
refunds a sale, pays out a card whose money is on the server. F: A3 A4 A14 C20
"""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.ids import RecordId
from server.books.command import Order
from server.books.office.collect_debt import CollectDebt
from server.books.office.collect_debt import Terms as Owing
from server.books.office.refund import Refund
from server.books.office.refund import Terms as Sold
from server.books.office.return_card import ReturnCard
from server.books.office.return_card import Terms as Back
from server.books.tables import id_of, key_of
from server.cards.service import freeze, unfreeze
from server.console import field, figures
from server.console.page import Asking, form, go, runtime, visitor
from server.operators import log, permission
from server.organisation.service import outlets

PLACES_MOST = 14


@post("/cards/{card:int}/{issue:int}/{deed:str}", opt={"permission": permission.VALUE}, status_code=200)
async def do(
    request: Asking, card: FromPath[int], issue: FromPath[int], deed: FromPath[str]
) -> Response[Any]:
    """``freeze``, ``unfreeze``, ``collect``, ``refund`` or ``return``."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)

    def mine(connection: Connection) -> tuple[bool, set[int]]:
        known = 0 < card < 1 << 40 and 0 < issue < 256
        row = figures.card_of(connection, scope, card) if known else None
        return row is not None, {one["outlet"] for one in outlets(connection, scope)}

    is_mine, places = await there.db.read(mine)
    if not is_mine:
        raise Refused("card.unknown")
    key = field.key(fields)
    if deed in ("freeze", "unfreeze"):
        where = _places(fields.get("outlets", ""), places)
        why, now = fields.get("why", ""), there.clock.now()

        def write(connection: Connection) -> None:
            if deed == "freeze":
                freeze(
                    connection, there.unit, id_of(key), card, issue, why=why, operator=who.operator, now=now,
                    outlets=where,
                )  # fmt: skip
            else:
                unfreeze(connection, there.unit, id_of(key), card, issue, who.operator, now)

        await there.db.write(write)
    else:
        await field.ask(request, _order(request, deed, key, card, issue), most=0)
    await _log(request, deed, card)
    return go(f"/cards/{card}/{issue}")


def _order(request: Asking, deed: str, key: int, card: int, issue: int) -> Order[Any]:
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    types = there.terms.types
    match deed:
        case "collect":
            return CollectDebt(there.unit, key, Owing(card, issue), who.operator, types)
        case "return":
            return ReturnCard(there.unit, key, Back(card, issue), who.operator, types)
        case "refund":
            try:
                sale = RecordId.parse(fields.get("sale", "").strip())
            except ValueError:
                raise Refused("refund.unknown") from None
            reason = fields.get("reason", "").strip()[:64]
            return Refund(there.unit, key, Sold(key_of(sale), (), reason), who.operator)
    raise Refused("request.malformed")


def _places(text: str, mine: set[int]) -> tuple[int, ...]:
    """Outlet numbers with blanks or commas between, none = everywhere.

    Raises ``Refused("freeze.outlets")``.
    """
    found = []
    for one in text.replace(",", " ").replace("，", " ").split():
        if not (one.isascii() and one.isdigit() and len(one) < 8 and int(one) in mine):
            raise Refused("freeze.outlets")
        found.append(int(one))
    if len(found) > PLACES_MOST:
        raise Refused("freeze.outlets")
    return tuple(found)


async def _log(request: Asking, deed: str, card: int) -> None:
    there, who = runtime(request), visitor(request).rights
    now = there.clock.now()
    await there.db.write(
        lambda connection: log.write(connection, there.unit, now, who.operator, f"card.{deed}", str(card))
    )


HANDLERS = [do]
