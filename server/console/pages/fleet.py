"""One terminal as a machine: figures, versions since when, what it is told to do. F: E1 E2 E6 E7"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.fleet import COMMANDS
from server.console.page import HEADERS, Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.terminals import contact, document, fleet, service

#: What needs more than a press: an update names a package.
_PRESSED = tuple(kind for kind in COMMANDS if kind != "update")


def _mine(request: Asking, connection: Connection, right: str, number: int) -> dict[str, Any]:
    """The terminal, if the visitor holds the right where it stands."""
    found = service.terminals(connection, visitor(request).rights.scope(right))
    row = next((one for one in found if one["terminal"] == number), None)
    if row is None:
        raise Refused("terminal.unknown")
    return row


async def _shown(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there = runtime(request)

    def read(connection: Connection) -> dict[str, Any]:
        row = _mine(request, connection, permission.VIEW, number)
        newest = document.newest(connection, there.unit)
        held = contact.versions_of(connection, there.unit, number)
        beat = fleet.last_beat(connection, there.unit, number)
        return {
            "row": row,
            "beat": None if beat is None else beat[1],
            "beat_at": 0 if beat is None else beat[0],
            "held": [(name, there_, since, newest.get(name, 0)) for name, there_, since in held],
            "traffic": fleet.traffic_of(connection, there.unit, number, 8),
            "commands": fleet.commands_of(connection, there.unit, number),
        }

    found = await there.db.read(read)
    return page(
        request, "terminal_fleet.html", status=422 if error else 200, error=error, kinds=_PRESSED, **found
    )


@get("/terminals/{number:int}/fleet", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Figures, versions, commands."""
    return await _shown(request, number)


@post(
    "/terminals/{number:int}/command", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200
)
async def tell(request: Asking, number: FromPath[int]) -> Response[Any]:
    """A command for this terminal; it is taken up at its next exchange."""
    there, who, fields = runtime(request), visitor(request), form(request)
    kind, now = fields.get("kind", ""), there.clock.now()

    def write(connection: Connection) -> None:
        _mine(request, connection, permission.TERMINAL, number)
        given = {}
        if kind == "update":
            given = fleet.package(there.folder, fields.get("name", ""), fields.get("version", ""))
        fleet.tell(connection, there.unit, [number], kind, given, now, who.rights.operator)

    try:
        await there.db.write(write)
    except Refused as no:
        if no.code == "terminal.unknown":
            raise
        return await _shown(request, number, no)
    return go(f"/terminals/{number}/fleet")


@get("/terminals/{number:int}/command/{command:int}", opt={"permission": permission.TERMINAL})
async def brought(request: Asking, number: FromPath[int], command: FromPath[int]) -> Response[bytes]:
    """The log or picture that a command brought, as a file."""
    there = runtime(request)

    def read(connection: Connection) -> bytes:
        _mine(request, connection, permission.TERMINAL, number)
        return fleet.content_of(connection, there.unit, number, command)

    content = await there.db.read(read)
    end = "png" if content.startswith(b"\x89PNG") else "log"
    headers = HEADERS | {"content-disposition": f'attachment; filename="terminal-{number}-{command}.{end}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


HANDLERS = [show, tell, brought]
