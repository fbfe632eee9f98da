"""Who sells recharges for a share of them, and what that comes to in a period. F: A17"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.console import field
from server.console.page import Asking, form, go, page, runtime, translator, visitor, whole_number
from server.console.pages.member_list import packed
from server.operators import permission
from server.operators.service import names
from server.promotion import service

COLUMNS = ("salesperson", "recharges", "paid", "gift", "share", "commission")


def _period(request: Asking) -> tuple[int, int]:
    """The days asked for, this month if none. Raises ``Refused``."""
    asked = request.query_params
    today = business_day(runtime(request).clock.now())
    since = field.day(asked, "since") or card_day(today.replace(day=1))
    until = field.day(asked, "until") or card_day(today)
    if until < since:
        raise Refused("day.order")
    return since, until


@get("/salespeople", opt={"permission": permission.VALUE, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """Who sells, and the report of a period."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)
    today = card_day(business_day(there.clock.now()))
    try:
        since, until = _period(request)
    except Refused as no:
        since, until, error = today, today, no

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "people": names(connection, scope),
            "rows": service.salespeople(connection, scope),
            "report": service.commissions(connection, scope, since, until),
        }

    found = await there.db.read(read)
    return page(
        request, "salespeople.html", status=422 if error else 200, error=error, since=since, until=until,
        **found,
    )  # fmt: skip


@get("/salespeople/report/{kind:str}", opt={"permission": permission.VALUE, "fresh": True})
async def report(request: Asking, kind: FromPath[str]) -> Response[Any]:
    """The same to take along: csv or xlsx."""
    there, who, tr = runtime(request), visitor(request).rights, translator(request)
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)
    if kind not in ("csv", "xlsx"):
        raise Refused("page.unknown")
    since, until = _period(request)

    def read(connection: Connection) -> tuple[dict[int, str], list[service.Commission]]:
        return names(connection, scope), service.commissions(connection, scope, since, until)

    people, rows = await there.db.read(read)
    head = [tr(f"console.sales.{name}") for name in COLUMNS]
    lines = [
        (
            people.get(row.operator, str(row.operator)),
            str(row.recharges),
            *(f"{fen // 100}.{fen % 100:02d}" for fen in (row.paid_fen, row.gift_fen)),
            f"{row.share / 100:g}%",
            f"{row.commission_fen // 100}.{row.commission_fen % 100:02d}",
        )
        for row in rows
    ]
    return await packed("commission", kind, head, lines)


@post("/salespeople", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def put(request: Asking) -> Response[Any]:
    """This operator sells for such a share."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)

    def write(connection: Connection) -> int:
        operator = whole_number(fields.get("operator", ""), 1 << 31)
        if operator not in names(connection, scope):
            raise Refused("operator.unknown")
        return service.put_salesperson(connection, there.unit, operator, field.percent(fields, "share"))

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _listed(request, no)
    await field.noted(request, "sales.put", number)
    return go("/salespeople")


@post("/salespeople/{number:int}/end", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def end(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Sells no more."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    if not await there.db.write(lambda connection: service.end_salesperson(connection, there.unit, number)):
        raise Refused("operator.unknown")
    await field.noted(request, "sales.end", number)
    return go("/salespeople")


HANDLERS = [listed, report, put, end]
