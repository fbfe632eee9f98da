"""A recharge without the card, with what a promotion will add; and putting one right. F: A3 A17 B2"""

from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection, select

from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.wire.messages import CardType
from server.books import tables as books
from server.books.office.correct_recharge import CorrectRecharge
from server.books.office.correct_recharge import Terms as Correction
from server.books.office.recharge_office import RechargeOffice, Terms
from server.console import field, figures
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.members import service as members
from server.operators import log, permission
from server.operators.tables import operator
from server.organisation.scope import Scope
from server.promotion.service import preview, salespeople

RECENT = 10


@get("/recharge", opt={"permission": permission.RECHARGE})
async def show(request: Asking) -> Response[Any]:
    """First the card, then its holder and what the amount will bring, then the money."""
    return await _show(request, request.query_params)


async def _show(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.RECHARGE)
    try:
        card = whole_number(fields["card"]) if fields.get("card", "").strip() else 0
        fen = field.fen(fields, "amount", needed=False)
    except Refused as no:
        card, fen, error = 0, 0, no

    def read(connection: Connection) -> dict[str, Any]:
        found = _card(connection, scope, card) if card else None
        return {
            "card": found,
            "member": members.by_key(connection, scope, found["member"]) if found else None,
            "gift_fen": preview(connection, scope, card, fen, there.clock.now()) if found else 0,
            "recharges": _recharges(connection, scope, card) if found else [],
            "salespeople": _names(connection, scope),
        }

    try:
        found = await there.db.read(read)
    except Refused as no:
        card, error = 0, no
        found = await there.db.read(read)
    key = await field.new_key(request) if card else ""
    values = {"fen": fen, "key": key, "sources": field.SOURCES, "fields": dict(fields), **found}
    return page(request, "recharge.html", status=422 if error else 200, error=error, **values)


def _card(connection: Connection, scope: Scope, number: int) -> dict[str, Any]:
    row = figures.card_of(connection, scope, number)
    if row is None:
        raise Refused("card.unknown")
    return row


def _recharges(connection: Connection, scope: Scope, card: int) -> list[dict[str, Any]]:
    """The newest recharges of a card found under ``scope``, with what was corrected of each."""
    entry, back = books.entry, books.reversed_
    query = (
        select(entry.c.entry, entry.c.at, entry.c.fen, back.c.fen.label("back"))
        .outerjoin(
            back,
            (back.c.unit_id == entry.c.unit_id) & (back.c.entry == entry.c.entry) & (back.c.wallet == "main"),
        )
        .where(scope.by_unit(entry), entry.c.card == card, entry.c.kind == "recharge")
        .order_by(entry.c.entry.desc())
        .limit(RECENT)
    )
    return [{**row._mapping, "now_fen": row.fen - (row.back or 0)} for row in connection.execute(query)]


def _names(connection: Connection, scope: Scope) -> dict[int, str]:
    """Salespeople by their number."""
    names = {
        row.operator: row.name
        for row in connection.execute(
            select(operator.c.operator, operator.c.name).where(scope.by_unit(operator))
        )
    }
    return {row["salesperson"]: names.get(row["operator"], "") for row in salespeople(connection, scope)}


def _bounds(terms: CardType | None) -> dict[str, int]:
    """What a refusal may have to name."""
    if terms is None:
        return {"cap": MAX_FEN}
    above = terms.cashless_from_fen or terms.named_from_fen
    return {"cap": terms.cap_fen, "least": terms.recharge_min_fen, "above": above}


@post("/recharge", opt={"permission": permission.RECHARGE}, status_code=200)
async def take(request: Asking) -> Response[Any]:
    """The money is there: in the wallet at once, or waiting for the card."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.RECHARGE)
    try:
        number = whole_number(fields.get("card", ""))
        card = await there.db.read(lambda connection: _card(connection, scope, number))
        terms = Terms(
            card=number,
            issue=card["issue"],
            fen=field.fen(fields, "amount"),
            gateway=field.gateway(fields),
            salesperson=field.number(fields, "salesperson"),
        )
        order = RechargeOffice(there.unit, field.key(fields), terms, who.operator, there.terms.types)
        await field.ask(request, order, **_bounds(there.terms.types.get(card["type"])))
    except Refused as no:
        return await _show(request, fields, no)
    await _log(request, "recharge.office", number, fen=terms.fen)
    return go("/recharge", card=str(number))


@post("/recharge/correct", opt={"permission": permission.RECHARGE}, status_code=200)
async def correct(request: Asking) -> Response[Any]:
    """It was keyed too high."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.RECHARGE)
    try:
        number = whole_number(fields.get("card", ""))
        card = await there.db.read(lambda connection: _card(connection, scope, number))
        right = field.fen(fields, "right", needed=False)
        terms = Correction(whole_number(fields.get("entry", "")), number, card["issue"], right)
        order = CorrectRecharge(there.unit, field.key(fields), terms, who.operator, there.terms.types)
        await field.ask(request, order)
    except Refused as no:
        return await _show(request, fields, no)
    await _log(request, "recharge.correct", number, entry=terms.entry, fen=right)
    return go("/recharge", card=str(number))


async def _log(request: Asking, action: str, card: int, **detail: int) -> None:
    there, who = runtime(request), visitor(request).rights
    now = there.clock.now()
    await there.db.write(
        lambda connection: log.write(connection, there.unit, now, who.operator, action, str(card), **detail)
    )


HANDLERS = [show, take, correct]
