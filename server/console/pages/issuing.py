"""Lists of people who get a card each, tapped one after the other at a desk. F: A2"""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server import tabular
from server.console import field
from server.console.page import (
    Asking,
    form,
    go,
    page,
    runtime,
    translator,
    uploaded,
    visitor,
    whole_number,
)
from server.issuing import service
from server.operators import permission
from server.operators.service import names
from server.organisation.scope import Scope
from server.subsidy.service import Read, group_lines, read_rows

UPLOAD_MAX = tabular.FILE_MAX + 64 * 1024


@get("/issuing", opt={"permission": permission.ISSUE})
async def listed(request: Asking) -> Response[Any]:
    """All lists with how far each got."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None, bad: Any = ()) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope, tr = who.scope(permission.ISSUE), translator(request)

    def read(connection: Connection) -> dict[str, Any]:
        states = service.states(connection, scope)
        rows = service.lists(connection, scope)
        return {
            "rows": [row | {"states": states.get(row["list"], {})} for row in rows],
            "people": names(connection, scope),
        }

    types = [(one.type, one.name_en or one.name if tr.language == "en" else one.name)
             for one in there.terms.types.values()]  # fmt: skip
    return page(
        request, "issuing.html", status=422 if error or bad else 200, error=error, bad=bad, types=types,
        said=lambda code: tr.refusal(Refused(code)), **await there.db.read(read),
    )  # fmt: skip


@post(
    "/issuing",
    opt={"permission": permission.ISSUE, "upload": True},
    status_code=200,
    request_max_body_size=UPLOAD_MAX,
)
async def hand_in(request: Asking) -> Response[Any]:
    """A file of numbers and opening amounts, or a group; a row that is wrong keeps the list out."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.ISSUE), there.clock.now()
    try:
        group = fields.get("group", "").strip()
        rows = [] if group else [
            line.cells for line in await asyncio.to_thread(tabular.read, uploaded(request))
        ]  # fmt: skip
        each = field.fen(fields, "each", needed=False)

        def read(connection: Connection) -> Read:
            if group:
                return group_lines(connection, scope, group, each, 0)
            return read_rows(connection, scope, rows, each, 0)

        found = await there.db.read(read)
        if found.bad:
            return await _listed(request, bad=found.bad[:200])
        card_type = whole_number(fields.get("type", ""), 1 << 16)
        if card_type not in there.terms.types:
            raise Refused("card_type.unknown")
        name = fields.get("name", "")
        number = await there.db.write(
            lambda connection: service.add_list(
                connection, there.unit, name, card_type, list(found.lines), who.operator, now
            )
        )
    except Refused as no:
        return await _listed(request, no)
    await field.noted(request, "issuing.add", number, count=len(found.lines))
    return go(f"/issuing/{number}")


@get("/issuing/{number:int}", opt={"permission": permission.ISSUE})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Who comes next, who has a card, who was not there."""
    return await _show(request, number)


async def _show(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.ISSUE)

    def look(connection: Connection) -> dict[str, Any]:
        head = _head(connection, scope, number)
        service.follow(connection, there.unit, number)
        states = service.states(connection, scope).get(number, {})
        return {"head": head, "states": states, "lines": service.lines(connection, scope, number)}

    found = await there.db.write(look)
    return page(request, "issuing_list.html", status=422 if error else 200, error=error, **found)


def _head(connection: Connection, scope: Scope, number: int) -> dict[str, Any]:
    row = next((one for one in service.lists(connection, scope) if one["list"] == number), None)
    if row is None:
        raise Refused("issuing.unknown")
    return row


@post("/issuing/{number:int}/skip", opt={"permission": permission.ISSUE}, status_code=200)
async def skip(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Not here today."""
    there, scope = runtime(request), visitor(request).rights.scope(permission.ISSUE)
    fields = form(request)

    def write(connection: Connection) -> None:
        _head(connection, scope, number)
        place = whole_number(fields.get("line", ""), 1 << 31)
        if place not in {row["line"] for row in service.lines(connection, scope, number, 20_000)}:
            raise Refused("issuing.taken")
        service.skip(connection, there.unit, number, place)

    try:
        await there.db.write(write)
    except Refused as no:
        return await _show(request, number, no)
    await field.noted(request, "issuing.skip", number)
    return go(f"/issuing/{number}")


@post("/issuing/{number:int}/recall", opt={"permission": permission.ISSUE}, status_code=200)
async def recall(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Everybody who was not there comes again."""
    there, scope = runtime(request), visitor(request).rights.scope(permission.ISSUE)

    def write(connection: Connection) -> None:
        _head(connection, scope, number)
        service.recall(connection, there.unit, number)

    await there.db.write(write)
    await field.noted(request, "issuing.recall", number)
    return go(f"/issuing/{number}")


HANDLERS = [listed, hand_in, show, skip, recall]
