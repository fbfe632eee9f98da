"""Notices for the attract screens of kiosks and for tills: a few sentences, from a day until a day. F: D8"""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.terminals.fleet import end_notice, put_notice, recent_notices

RECENT = 30


@get("/notices", opt={"permission": permission.TERMINAL})
async def listed(request: Asking) -> Response[Any]:
    """What is shown, what will be, what was; and the form."""
    return await _listed(request, {})


async def _listed(request: Asking, fields: field.Fields, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.TERMINAL)
    now = there.clock.now()
    found = await there.db.read(lambda connection: recent_notices(connection, who, RECENT))
    rows = [row | {"state": _state(row, now)} for row in found]
    return page(
        request, "notices.html", status=422 if error else 200, error=error, rows=rows, fields=dict(fields)
    )


def _state(row: Mapping[str, Any], now: int) -> str:
    """``coming``, ``shown`` or ``over``."""
    if 0 < row["until"] <= now:
        return "over"
    return "coming" if row["since"] > now else "shown"


@post("/notices", opt={"permission": permission.TERMINAL}, status_code=200)
async def put(request: Asking) -> Response[Any]:
    """A new one."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.TERMINAL)
    now = there.clock.now()

    def write(connection: Connection) -> int:
        since, until = field.moment(fields, "since"), field.moment(fields, "until")
        if until and until <= max(now, since):
            raise Refused("notice.over")
        text, text_en = fields.get("text", ""), fields.get("text_en", "")
        return put_notice(connection, there.unit, text, text_en, since, until, now, who.operator)

    try:
        await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    return go("/notices")


@post("/notices/{number:int}/end", opt={"permission": permission.TERMINAL}, status_code=200)
async def end(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Nobody shows it any more."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.TERMINAL)
    now = there.clock.now()
    await there.db.write(lambda connection: end_notice(connection, there.unit, number, now, who.operator))
    return go("/notices")


HANDLERS = [listed, put, end]
