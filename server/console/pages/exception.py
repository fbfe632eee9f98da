"""The office's inbox: what nobody may guess, closed by name and with a word."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.text import Translator
from server.console import figures
from server.console.page import Asking, form, go, page, runtime, translator, visitor, word
from server.exceptions import service
from server.operators import log, permission

NOTE_MAX = 500


@get("/exceptions", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """Open ones, or with ``?closed=1`` those that were dealt with."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    closed = request.query_params.get("closed") == "1"
    rows = await there.db.read(lambda connection: figures.exceptions(connection, scope, closed))
    tr = translator(request)
    told = [row | {"said": detail(tr, row["detail"])} for row in rows]
    return page(request, "exceptions.html", rows=told, closed=closed)


def detail(tr: Translator, raw: str) -> str:
    """The small print: names and values as kept, the names in words."""
    try:
        kept = msgspec.json.decode(raw, type=dict[str, int | str])
    except msgspec.MsgspecError:
        return raw
    pairs = ((word(tr, "detail", name), word(tr, "detail", str(value))) for name, value in kept.items())
    return " · ".join(f"{name}: {value}" for name, value in pairs)


@post("/exceptions/{number:int}/close", opt={"permission": permission.EXCEPTION}, status_code=200)
async def close(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Dealt with: by whom, when, and what was found."""
    there, who = runtime(request), visitor(request)
    note = " ".join(form(request).get("note", "").split())
    if not note or len(note) > NOTE_MAX:
        raise Refused("note.needed", most=NOTE_MAX)

    def write(connection: Connection) -> None:
        scope = who.rights.scope(permission.EXCEPTION)
        mine = {row["exception"] for row in figures.exceptions(connection, scope, False)}
        now = there.clock.now()
        if number not in mine or not service.close(
            connection, there.unit, number, who.rights.operator, note, now
        ):
            raise Refused("exception.unknown")
        log.write(connection, there.unit, now, who.rights.operator, "exception.close", str(number))

    await there.db.write(write)
    return go("/exceptions")


HANDLERS = [listed, close]
