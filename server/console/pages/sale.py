"""A past sale line by line, and money of it going back the way it came. F: A4 C7"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.books.office.refund import Refund, Terms
from server.books.sold import Sold, sold
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import outlets

REASONS = ("goods", "amount", "member", "other")


@get("/sales/{number:int}", opt={"permission": permission.VALUE})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """What was on the bill, what went back, and the form for more."""
    return await _show(request, number, {})


async def _show(
    request: Asking, number: int, fields: field.Fields, error: Refused | None = None
) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "sale": _found(connection, scope, number),
            "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
        }

    found = await there.db.read(read)
    return page(
        request, "sale.html", status=422 if error else 200, error=error, reasons=REASONS,
        key=await field.new_key(request), fields=dict(fields), **found,
    )  # fmt: skip


def _found(connection: Connection, scope: Scope, number: int) -> Sold:
    found = sold(connection, scope, number)
    if found is None:
        raise Refused("refund.unknown")
    return found


@post("/sales/{number:int}/refund", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def refund(request: Asking, number: FromPath[int]) -> Response[Any]:
    """So much of each line; ``all``: whatever is left."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)
    found = await there.db.read(lambda connection: _found(connection, scope, number))
    try:
        reason = fields.get("reason", "")
        if reason not in REASONS:
            raise Refused("request.malformed")
        wanted = [(at, field.pieces(fields, f"line{at}")) for at in range(len(found.lines))]
        lines = tuple((at, quantity) for at, quantity in wanted if quantity)
        if fields.get("all") == "1":
            lines = ()
        elif not lines:
            raise Refused("refund.nothing")
        order = Refund(there.unit, field.key(fields), Terms(found.key, lines, reason), who.operator)
        await field.ask(request, order)
    except Refused as no:
        return await _show(request, number, fields, no)
    await field.noted(request, "card.refund", found.head["card"], entry=number)
    return go(f"/sales/{number}")


HANDLERS = [show, refund]
