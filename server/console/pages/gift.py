"""A manager's free gifts: how much each may give, what was given, to whom and why. F: A17"""

from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.errors import Refused
from server.books.office.gift_free import REASONS, GiftFree, Terms
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.gift import service
from server.operators import permission
from server.operators.service import names


@get("/gifts", opt={"permission": permission.VALUE, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """My own quota and the form; for who sees the whole unit also everybody's."""
    return await _listed(request, {})


async def _listed(request: Asking, fields: field.Fields, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope, now = who.scope(permission.VALUE), there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "left": service.left(connection, scope, who.operator, now),
            "quotas": service.quotas(connection, scope, now),
            "rows": service.gifts(connection, scope),
            "people": names(connection, scope),
        }

    found = await there.db.read(read)
    return page(
        request, "gifts.html", status=422 if error else 200, error=error, reasons=REASONS, me=who.operator,
        fields=dict(fields), key=await field.new_key(request), whole=scope.is_whole, **found,
    )  # fmt: skip


@post("/gifts", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def give(request: Asking) -> Response[Any]:
    """Out of the giver's own quota."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)
    try:
        text = fields.get("card", "")
        card = await there.db.read(lambda connection: field.card(connection, scope, text))
        terms = Terms(
            card["card"], card["issue"], field.fen(fields, "amount"), fields.get("reason", ""),
            field.day(fields, "expires"),
        )  # fmt: skip
        order = GiftFree(there.unit, field.key(fields), terms, who.operator, there.terms.types)
        await field.ask(request, order)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "gift.give", card["card"], fen=terms.fen)
    return go("/gifts")


@post("/gifts/quota", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def quota(request: Asking) -> Response[Any]:
    """How much somebody else may give a month."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    scope, now = who.scope(permission.VALUE), there.clock.now()

    def write(connection: Connection) -> int:
        operator = whole_number(fields.get("operator", ""), 1 << 31)
        if operator not in names(connection, scope):
            raise Refused("operator.unknown")
        fen = field.fen(fields, "quota", needed=False)
        service.set_quota(connection, there.unit, operator, fen, who.operator, now)
        return operator

    try:
        operator = await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "gift.quota", operator)
    return go("/gifts")


HANDLERS = [listed, give, quota]
