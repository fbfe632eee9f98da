"""A card's plastic is given up: replaced, handed back for its money, or moved to the formal card. F: A4 A5 A8

The card is locked at a desk first where it carries money; this page gives the order that posts it.
"""

import re
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.books.command import Order
from server.books.office.replace import Replace
from server.books.office.replace import Terms as New
from server.books.office.return_card import RestTerms, ReturnCard, ReturnRest
from server.books.office.return_card import Terms as Back
from server.books.office.transfer import Terms as Move
from server.books.office.transfer import Transfer
from server.cards import pending
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.organisation.scope import Scope

DEEDS = ("replace", "return", "rest", "transfer")
#: What stands on a plastic: the chip's number in hex, or what a stripe or a printed code says.
_UID = re.compile(r"[0-9A-Za-z._-]{4,32}", re.ASCII)
DAYS_IF_UNKNOWN = 1_825


@get("/cards/{card:int}/{issue:int}/handover", opt={"permission": permission.VALUE, "fresh": True})
async def show(request: Asking, card: FromPath[int], issue: FromPath[int]) -> Response[Any]:
    """What can be done, and what was done already."""
    return await _show(request, card, issue, {})


async def _show(
    request: Asking, card: int, issue: int, fields: field.Fields, error: Refused | None = None
) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        row = field.plastic(connection, scope, card, issue)
        return {
            "card": row,
            "gone": pending.handed_over(connection, scope, card, issue),
            "newest": row["issue"],
        }

    found = await there.db.read(read)
    terms = there.terms.types.get(found["card"]["type"])
    today = card_day(business_day(there.clock.now()))
    until = today + (terms.valid_days if terms is not None else DAYS_IF_UNKNOWN)
    return page(
        request, "handover.html", status=422 if error else 200, error=error, issue=issue, until=until,
        today=today, key=await field.new_key(request), on_card=terms is None or terms.purse_on_card,
        fee_fen=terms.fee_fen if terms is not None else 0, fields=dict(fields), **found,
    )  # fmt: skip


@post("/cards/{card:int}/{issue:int}/handover", opt={"permission": permission.VALUE, "fresh": True},
      status_code=200)  # fmt: skip
async def do(request: Asking, card: FromPath[int], issue: FromPath[int]) -> Response[Any]:
    """``deed`` says which."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, deed = who.scope(permission.VALUE), fields.get("deed", "")
    if deed not in DEEDS:
        raise Refused("request.malformed")

    def read(connection: Connection) -> tuple[int, dict[str, Any] | None]:
        field.plastic(connection, scope, card, issue)
        to = field.card(connection, scope, fields.get("to", "")) if deed == "transfer" else None
        return _lock(connection, scope, card, issue), to

    try:
        lock, to = await there.db.read(read)
        order = _order(request, deed, card, issue, lock, to)
        await field.ask(request, order, most=0)
    except Refused as no:
        return await _show(request, card, issue, fields, no)
    await field.noted(request, f"card.{deed}", card)
    if to is not None:
        return go(f"/cards/{to['card']}/{to['issue']}")
    return go(f"/cards/{card}/{issue + 1 if deed == 'replace' else issue}")


def _lock(connection: Connection, scope: Scope, card: int, issue: int) -> int:
    """The record that must have locked the plastic: the newest of its chain. The books say whether it did."""
    return pending.head_of(connection, scope, card, issue)


def _order(
    request: Asking, deed: str, card: int, issue: int, lock: int, to: dict[str, Any] | None
) -> Order[Any]:
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    key, types = field.key(fields), there.terms.types
    match deed:
        case "replace":
            uid = fields.get("uid", "").strip()
            if not _UID.fullmatch(uid):
                raise Refused("card.uid")
            new = New(
                card, issue, uid.lower(), field.day(fields, "until"),
                fee_fen=field.fen(fields, "fee", needed=False), pay_all=fields.get("pay_all") == "1",
            )  # fmt: skip
            return Replace(there.unit, key, new, who.operator, types)
        case "return":
            return ReturnCard(there.unit, key, Back(card, issue, lock), who.operator, types)
        case "rest":
            return ReturnRest(there.unit, key, RestTerms(card, issue), who.operator, types)
    assert to is not None
    return Transfer(there.unit, key, Move(card, issue, to["card"], to["issue"], lock), who.operator, types)


HANDLERS = [show, do]
