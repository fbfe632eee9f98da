"""Uses bought in advance: what a card has, selling more, clearing what is over. F: B7"""

from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.books.office.count import ClearCount, Clearing, SellCount, Selling
from server.catalogue.uses import uses
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission


@get("/counts", opt={"permission": permission.VALUE, "fresh": True})
async def show(request: Asking) -> Response[Any]:
    """First the card, then its uses and the form."""
    return await _show(request, request.query_params)


async def _show(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        card = field.card(connection, scope, fields["card"])
        return {
            "card": card,
            "rows": uses(connection, scope, card["card"]),
        }

    found: dict[str, Any] = {"card": None, "rows": []}
    if fields.get("card", "").strip():
        try:
            found = await there.db.read(read)
        except Refused as no:
            error = error or no
    return page(
        request, "counts.html", status=422 if error else 200, error=error, fields=dict(fields),
        today=card_day(business_day(there.clock.now())), key=await field.new_key(request),
        sources=field.SOURCES, **found,
    )  # fmt: skip


@post("/counts", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def sell(request: Asking) -> Response[Any]:
    """So many uses, for cash into the clerk's own hands or for money that came in another way: a till counts
    only what it took itself."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)

    try:
        card = await there.db.read(lambda c: field.card(c, scope, fields.get("card", "")))
        terms = Selling(
            terminal=0,
            card=card["card"],
            issue=card["issue"],
            kind=fields.get("kind", "").strip(),
            times=field.number(fields, "times"),
            fen=field.fen(fields, "amount", needed=False),
            until_day=field.day(fields, "until"),
            gateway=field.gateway(fields),
        )
        await field.ask(request, SellCount(there.unit, field.key(fields), terms, who.operator))
    except Refused as no:
        return await _show(request, fields, no)
    await field.noted(request, "count.sell", card["card"], count=terms.times, fen=terms.fen)
    return go("/counts", card=str(card["card"]))


@post("/counts/clear", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def clear(request: Asking) -> Response[Any]:
    """Their day is over."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)
    try:
        text = fields.get("card", "")
        card = await there.db.read(lambda connection: field.card(connection, scope, text))
        terms = Clearing(card["card"], card["issue"], fields.get("kind", "").strip()[:16])
        await field.ask(request, ClearCount(there.unit, field.key(fields), terms, who.operator))
    except Refused as no:
        return await _show(request, fields, no)
    await field.noted(request, "count.clear", card["card"])
    return go("/counts", card=str(card["card"]))


HANDLERS = [show, sell, clear]
