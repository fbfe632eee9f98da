"""Terminals: how far each has reported, its enrolment code, and its revocation. F: E1"""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.rules.risk import worst_case
from server.cards.service import stops_since
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import outlets
from server.terminals import service, setting, suspension, watermark

#: Heard within this time counts as online.
ONLINE_S = 60
_NEWEST = (1 << 62) - 1
#: A number, as a release has; what older terminals said here was their kind.
_VERSION = re.compile(r"\d+(\.\d+)+[0-9a-z.+-]*", re.ASCII)


def rows(connection: Connection, scope: Scope, now: int) -> list[dict[str, Any]]:
    """Every terminal with its watermarks and what its last heartbeat said."""
    marks = watermark.all_of(connection, scope.unit)
    stops, _ = stops_since(connection, scope.unit, _NEWEST)
    out = []
    for row in service.terminals(connection, scope):
        have = msgspec.json.decode(row["have"], type=dict[str, int]) if row["have"] else {}
        health = msgspec.json.decode(row["health"], type=dict[str, str]) if row["health"] else {}
        mark = next(iter(marks.get(row["terminal"], [])), None)
        heard = [at for at in (row["seen_at"], mark.at if mark else None) if at is not None]
        seen = max(heard, default=None)
        out.append(
            row
            | {
                "have": have,
                "seen_at": seen,
                "told": row["seen_at"] is not None,
                "health": health,
                "app": row["app"] if row["app"] and _VERSION.fullmatch(row["app"]) else "",
                "received": mark.received if mark else 0,
                "mark_epoch": mark.epoch if mark else 0,
                "pending": row["pending"] or 0,
                "ago": None if seen is None else max(0, now - seen),
                "online": seen is not None and now - seen <= ONLINE_S,
                "stops": have.get("stops", 0),
                "stops_behind": max(0, stops - have.get("stops", 0)),
            }
        )
    return out


@get("/terminals", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """All terminals of the visitor's branches."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    now = there.clock.now()

    def read(connection: Connection) -> list[dict[str, Any]]:
        return setting.with_plans(connection, scope, rows(connection, scope, now))

    found = await there.db.read(read)
    worst = worst_case(setting.values_of(row, now) for row in found if row["state"] == "enrolled")
    whole = visitor(request).rights.scope(permission.TERMINAL).is_whole
    return page(request, "terminals.html", rows=found, worst=worst, whole_terminals=whole)


async def _form(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.TERMINAL)
    mine = await there.db.read(lambda connection: outlets(connection, scope))
    return page(
        request,
        "terminal_new.html",
        status=422 if error else 200,
        outlets=mine,
        kinds=service.KINDS,
        fields={name: fields.get(name, "") for name in ("name", "kind", "outlet")},
        error=error,
    )


@get("/terminals/new", opt={"permission": permission.TERMINAL, "fresh": True})
async def show_new(request: Asking) -> Response[Any]:
    """The empty form."""
    return await _form(request, {})


def _mine(request: Asking, connection: Connection, name: str, number: int) -> dict[str, Any]:
    """The terminal, if the visitor holds the permission where it stands."""
    there = runtime(request)
    found = rows(connection, visitor(request).rights.scope(name), there.clock.now())
    row = next((one for one in found if one["terminal"] == number), None)
    if row is None:
        raise Refused("terminal.unknown")
    return row


@post("/terminals/new", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """A new terminal in an outlet that the visitor may write to."""
    there, who, fields = runtime(request), visitor(request), form(request)

    def write(connection: Connection) -> int:
        number = whole_number(fields.get("outlet", ""))
        mine = outlets(connection, who.rights.scope(permission.TERMINAL))
        if number not in {row["outlet"] for row in mine}:
            raise Refused("outlet.unknown")
        return service.add_terminal(
            connection,
            there.unit,
            there.clock.now(),
            kind=fields.get("kind", ""),
            name=fields.get("name", ""),
            outlet_no=number,
            by=who.rights.operator,
        )

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _form(request, fields, no)
    return go(f"/terminals/{number}")


@get("/terminals/{number:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One terminal with everything it said."""
    return await _one(request, number)


async def _one(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there = runtime(request)
    places = visitor(request).rights.scope(permission.TERMINAL)

    def read(connection: Connection) -> dict[str, Any]:
        row = _mine(request, connection, permission.VIEW, number)
        mine = [(one["outlet"], one["name"]) for one in outlets(connection, places)]
        return {"row": row, "outlets": mine}

    found = await there.db.read(read)
    return page(
        request, "terminal.html", status=422 if error else 200, error=error, code="", minutes=0, **found
    )


@post(
    "/terminals/{number:int}/change", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200
)
async def change(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another name or place."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.TERMINAL), there.clock.now()

    def write(connection: Connection) -> None:
        outlet = whole_number(fields.get("outlet", ""))
        name = fields.get("name", "")
        service.change(connection, scope, number, name, outlet, now, who.operator)

    try:
        await there.db.write(write)
    except Refused as no:
        if no.code == "terminal.unknown":
            raise
        return await _one(request, number, no)
    return go(f"/terminals/{number}")


@post("/terminals/{number:int}/code", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def make_code(request: Asking, number: FromPath[int]) -> Response[Any]:
    """A one-time code, shown on this answer and never again."""
    there, who = runtime(request), visitor(request)

    places = who.rights.scope(permission.TERMINAL)

    def write(connection: Connection) -> tuple[dict[str, Any], str, list[tuple[int, str]]]:
        row = _mine(request, connection, permission.TERMINAL, number)
        code = service.make_code(
            connection,
            there.unit,
            number,
            there.clock.now(),
            there.code_secret,
            there.entropy,
            who.rights.operator,
        )
        return row, code, [(one["outlet"], one["name"]) for one in outlets(connection, places)]

    row, code, mine = await there.db.write(write)
    return page(request, "terminal.html", row=row, code=code, minutes=service.CODE_MINUTES, outlets=mine)


@post(
    "/terminals/{number:int}/revoke", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200
)
async def revoke(request: Asking, number: FromPath[int]) -> Response[Any]:
    """In force here at once, in every other process within 2 s."""
    return await _at_once(request, number, service.revoke)


@post(
    "/terminals/{number:int}/release", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200
)
async def release(request: Asking, number: FromPath[int]) -> Response[Any]:
    """The second box was found: this terminal is answered again."""
    return await _at_once(request, number, suspension.release)


async def _at_once(
    request: Asking, number: int, act: Callable[[Connection, int, int, int, int], None]
) -> Response[Any]:
    """``act(connection, unit, terminal, now, operator)`` changes who is answered."""
    there, who = runtime(request), visitor(request)

    def write(connection: Connection) -> None:
        _mine(request, connection, permission.TERMINAL, number)
        act(connection, there.unit, number, there.clock.now(), who.rights.operator)

    await there.db.write(write)
    await there.look()
    return go(f"/terminals/{number}")


HANDLERS = [listed, show_new, add, show, change, make_code, revoke, release]
