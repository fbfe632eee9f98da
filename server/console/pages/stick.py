"""Sticks: what terminals without network sent, into the books; what they lack, as files; who carried them.

A file goes the same way as an upload, so the same one twice changes nothing. F: E4 E8 F10
"""

import io
import zipfile
from collections import Counter
from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.errors import Conflict, Refused
from onecard.wire.bundle import FILE_MAX, read_head
from onecard.wire.messages import Result
from server.console.page import Asking, download, form, page, runtime, uploaded, visitor, whole_number
from server.operators import permission
from server.operators.service import names
from server.organisation.scope import Scope
from server.terminals import courier, service

UPLOAD_MAX = FILE_MAX + 64 * 1024
#: Files in one archive.
MOST_AT_ONCE = 100
SHOWN = 100
_BYTES = "application/octet-stream"


def _live(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    return [row for row in service.terminals(connection, scope) if row["state"] == "enrolled"]


async def _shown(
    request: Asking, arrived: courier.Arrived | None = None, error: Refused | Conflict | None = None
) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.TERMINAL)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "rows": courier.carried(connection, scope, SHOWN),
            "terminals": _live(connection, scope),
            "names": names(connection, scope),
        }

    found = await there.db.read(read)
    return page(
        request, "sticks.html", status=422 if error else 200, error=error, arrived=arrived,
        counts=_counts(arrived), megabytes=FILE_MAX >> 20, **found,
    )  # fmt: skip


def _counts(arrived: courier.Arrived | None) -> list[tuple[str, int]]:
    """How many records had which answer; those without one of their own were taken as they are."""
    if arrived is None:
        return []
    told: Counter[str] = Counter(_status(one) for one in arrived.results)
    return [("created", arrived.records - sum(told.values())), *sorted(told.items())]


def _status(result: Result) -> str:
    return str(result.status)


@get("/sticks", opt={"permission": permission.TERMINAL, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """Both ways, and what was carried."""
    return await _shown(request)


@post(
    "/sticks",
    opt={"permission": permission.TERMINAL, "fresh": True, "upload": True},
    request_max_body_size=UPLOAD_MAX,
    status_code=200,
)
async def put(request: Asking) -> Response[Any]:
    """A terminal's file; ``rescue``: of a box that was replaced, and the visitor vouches for its disk."""
    there, who = runtime(request), visitor(request).rights
    scope, rescue = who.scope(permission.TERMINAL), form(request).get("rescue") == "1"

    def is_mine(connection: Connection, number: int) -> bool:
        return any(row["terminal"] == number for row in service.terminals(connection, scope))

    try:
        raw = uploaded(request)
        number = read_head(raw).terminal
        if not await there.db.read(lambda connection: is_mine(connection, number)):
            raise Refused("terminal.unknown")
        arrived = await courier.arrive(there, raw, by=who.operator, rescue=rescue)
    except (Refused, Conflict) as no:
        return await _shown(request, error=no)
    return await _shown(request, arrived)


@post("/sticks/export", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def take(request: Asking) -> Response[Any]:
    """The file for one terminal, or an archive of those for all; ``whole``: everything, not what is new."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, whole = who.scope(permission.TERMINAL), fields.get("whole") == "1"
    live = [row["terminal"] for row in await there.db.read(lambda connection: _live(connection, scope))]
    try:
        if fields.get("terminal") != "all":
            number = whole_number(fields.get("terminal", ""))
            if number not in live:
                raise Refused("terminal.unknown")
            raw = await courier.depart(there, number, by=who.operator, whole=whole)
            return download(f"terminal-{number}.onecard", _BYTES, raw)
        if not 0 < len(live) <= MOST_AT_ONCE:
            raise Refused("stick.count", most=MOST_AT_ONCE)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as kept:
            for number in live:
                raw = await courier.depart(there, number, by=who.operator, whole=whole)
                kept.writestr(f"terminal-{number}.onecard", raw)
        return download("terminals.zip", "application/zip", archive.getvalue())
    except Refused as no:
        return await _shown(request, error=no)


HANDLERS = [listed, put, take]
