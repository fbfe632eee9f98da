"""Promotions of recharges. F: B2"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import log, permission
from server.promotion import service


@get("/promotions", opt={"permission": permission.VALUE})
async def listed(request: Asking) -> Response[Any]:
    """What runs and what ran, with what each has given."""
    return await _listed(request, {})


async def _listed(request: Asking, fields: field.Fields, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)
    today = business_day(there.clock.now())
    return page(
        request, "promotions.html", status=422 if error else 200, error=error, fields=dict(fields),
        today=card_day(today),
        rows=await there.db.read(lambda connection: service.promotions(connection, scope)),
    )  # fmt: skip


@post("/promotions", opt={"permission": permission.VALUE}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """A new one, from its first day on."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    now = there.clock.now()

    def write(connection: Connection) -> None:
        draft = service.Draft(
            name=fields.get("name", ""),
            name_en=fields.get("name_en", ""),
            least_fen=field.fen(fields, "least"),
            gift_fen=field.fen(fields, "gift"),
            each=fields.get("each") == "1",
            most_gift_fen=field.fen(fields, "most", needed=False),
            first=fields.get("first") == "1",
            once=fields.get("once") == "1",
            since=field.day(fields, "since"),
            until=field.day(fields, "until"),
            gift_days=field.number(fields, "gift_days", 1 << 16),
        )
        number = service.add_promotion(connection, there.unit, draft, who.operator, now)
        log.write(connection, there.unit, now, who.operator, "promotion.add", str(number))

    try:
        await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    return go("/promotions")


@post("/promotions/{number:int}/end", opt={"permission": permission.VALUE}, status_code=200)
async def end(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Nobody earns it any more."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    now = there.clock.now()

    def write(connection: Connection) -> None:
        if service.end_promotion(connection, there.unit, number):
            log.write(connection, there.unit, now, who.operator, "promotion.end", str(number))

    await there.db.write(write)
    return go("/promotions")


HANDLERS = [listed, add, end]
