"""Emptied kiosk boxes of any days, with their differences, on the screen and as a file. F: D7 G4"""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard import money
from onecard.clock import business_day, card_day, day_of_card, local
from onecard.errors import Refused
from server.console import field
from server.console.page import Asking, page, runtime, translator, visitor
from server.console.pages.member_list import packed
from server.operators import permission
from server.operators.service import names
from server.organisation.service import day_starts_at_minute
from server.reports import collection as report

#: Lines on a screen; the file and the sums have them all.
SHOWN = 500


async def _told(request: Asking) -> dict[str, Any]:
    there, query = runtime(request), request.query_params
    scope, now = visitor(request).rights.scope(permission.VIEW), there.clock.now()
    differing = query.get("differing", "") == "1"

    def read(connection: Connection) -> dict[str, Any]:
        today = business_day(now, day_starts_at_minute(connection, scope.unit))
        last = field.day(query, "last") or card_day(today)
        # Finance settles by the month.
        first = field.day(query, "first") or card_day(day_of_card(last).replace(day=1))
        if first > last:
            raise Refused("day.order")
        rows = report.rows(connection, scope, first, last, differing=differing)
        return {
            "rows": rows,
            "first": day_of_card(first).isoformat(),
            "last": day_of_card(last).isoformat(),
            "names": names(connection, scope),
            "wrong": report.check(connection, scope, rows),
        }

    return {"differing": differing, **await there.db.read(read)}


@get("/collections", opt={"permission": permission.VIEW})
async def show(request: Asking) -> Response[Any]:
    """This month, or any days; all, or those that did not come out."""
    found = await _told(request)
    rows = found["rows"]
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("booked_fen", "counted_fen")}
    return page(
        request, "collections.html", shown=SHOWN, sums=sums,
        differ=sum(row.difference_fen != 0 for row in rows), **found,
    )  # fmt: skip


@get("/collections/{kind:str}", opt={"permission": permission.VIEW})
async def take_along(request: Asking, kind: FromPath[str]) -> Response[Any]:
    """The same as CSV or XLSX."""
    if kind not in ("csv", "xlsx"):
        raise Refused("page.unknown")
    found, tr = await _told(request), translator(request)
    columns = (
        "at", "branch", "outlet", "terminal", "name", "box", "expected", "counted", "difference", "metered",
        "attendant", "witness", "number",
    )  # fmt: skip

    def who(number: int) -> str:
        return str(found["names"].get(number, f"#{number}")) if number else ""

    rows = [
        [
            local(row.at).strftime("%Y-%m-%d %H:%M"), row.branch_name, row.outlet_name, str(row.terminal),
            row.name, row.box,
            *(money.plain(fen) for fen in (row.booked_fen, row.counted_fen, row.difference_fen,
                                           row.metered_fen)),
            who(row.attendant), who(row.witness), str(row.id),
        ]
        for row in found["rows"]
    ]  # fmt: skip
    head = [tr(f"console.collection.{name}") for name in columns]
    return await packed(f"collections-{found['first']}-{found['last']}", kind, head, rows)


HANDLERS = [show, take_along]
