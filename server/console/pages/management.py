"""Management cards: which there are, whose, until when, who stopped them. They are made at a desk. F: A7"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.management import service
from server.operators import permission
from server.operators.service import names


@get("/management", opt={"permission": permission.TERMINAL})
async def listed(request: Asking) -> Response[Any]:
    """All there ever were, newest first."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.TERMINAL)
    today = card_day(business_day(there.clock.now()))

    scope = who.scope(permission.TERMINAL)

    def read(connection: Connection) -> dict[str, Any]:
        return {"rows": service.cards(connection, scope, today), "names": names(connection, scope)}

    return page(request, "management.html", reasons=service.REASONS, **await there.db.read(read))


@post("/management/{number:int}/stop", opt={"permission": permission.TERMINAL}, status_code=200)
async def stop(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Good nowhere any more; for ever."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.TERMINAL)
    reason, now = fields.get("reason", ""), there.clock.now()
    if reason not in service.REASONS or not 0 < number < 1 << 40:
        raise Refused("request.malformed")
    by = service.By(who.operator)
    await there.db.write(lambda c: service.stop(c, there.unit, number, reason, by, now))
    return go("/management")


HANDLERS = [listed, stop]
