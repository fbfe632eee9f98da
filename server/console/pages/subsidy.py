"""Subsidy lists: handed in, approved by another person, released, followed to the last line. F: B3"""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.money import MAX_FEN
from server import tabular
from server.books.office.sweep import sweep
from server.console import field
from server.console.page import Asking, form, go, page, runtime, translator, uploaded, visitor
from server.operators import log, permission
from server.subsidy import service

UPLOAD_MAX = tabular.FILE_MAX + 64 * 1024


@get("/subsidies", opt={"permission": permission.VALUE})
async def listed(request: Asking) -> Response[Any]:
    """All lists with how far each got."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None, bad: Any = ()) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)
    rows = await there.db.read(lambda connection: service.lists(connection, scope))
    status = 422 if error or bad else 200
    return page(
        request, "subsidies.html", status=status, error=error, rows=rows, bad=bad, ways=service.WAYS,
        wallets=service.WALLETS, said=_said(request),
    )  # fmt: skip


@post(
    "/subsidies",
    opt={"permission": permission.VALUE, "upload": True},
    status_code=200,
    request_max_body_size=UPLOAD_MAX,
)
async def hand_in(request: Asking) -> Response[Any]:
    """A file of numbers and amounts, or a group and one amount. A row that is wrong keeps the list out."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    scope, now = who.scope(permission.VALUE), there.clock.now()
    try:
        group = fields.get("group", "").strip()
        rows = [] if group else [line.cells for line in tabular.read(uploaded(request))]
        each = field.fen(fields, "each", needed=bool(group))

        def read(connection: Connection) -> service.Read:
            if group:
                return service.group_lines(connection, scope, group, each)
            return service.read_rows(connection, scope, rows, each)

        found = await there.db.read(read)
        if found.bad:
            return await _listed(request, bad=found.bad[:200])
        draft = service.Draft(
            name=fields.get("name", ""),
            way=fields.get("way", ""),
            wallet=fields.get("wallet", ""),
            expires_day=field.day(fields, "expires"),
            collect_until=field.day(fields, "collect_until"),
        )

        def write(connection: Connection) -> int:
            number = service.draft(connection, there.unit, draft, found.lines, who.operator, now)
            log.write(connection, there.unit, now, who.operator, "subsidy.draft", str(number), fen=found.fen)
            return number

        number = await there.db.write(write)
    except Refused as no:
        return await _listed(request, no)
    return go(f"/subsidies/{number}")


@get("/subsidies/{number:int}", opt={"permission": permission.VALUE})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One list, its failures first."""
    return await _show(request, number)


async def _show(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        every = service.lists(connection, scope, 10_000)
        head = next((row for row in every if row["list"] == number), None)
        if head is None:
            raise Refused("subsidy.unknown")
        return {"head": head, "lines": service.named_lines(connection, scope, number)}

    found = await there.db.read(read)
    status = 422 if error else 200
    return page(request, "subsidy.html", status=status, error=error, said=_said(request), **found)


def _said(request: Asking) -> Callable[[str], str]:
    """What a row's code means."""
    tr = translator(request)
    return lambda code: tr.refusal(Refused(code, cap=MAX_FEN))


@post("/subsidies/{number:int}/{step:str}", opt={"permission": permission.VALUE}, status_code=200)
async def advance(request: Asking, number: FromPath[int], step: FromPath[str]) -> Response[Any]:
    """approve, release, drop or retry."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    now, operator = there.clock.now(), who.operator

    def write(connection: Connection) -> None:
        match step:
            case "approve":
                service.approve(connection, there.unit, number, operator, now)
            case "release":
                service.release(connection, there.unit, number, operator, now)
            case "drop":
                service.drop(connection, there.unit, number)
            case "retry":
                service.retry(connection, there.unit, number)
            case _:
                raise Refused("page.unknown")
        log.write(connection, there.unit, now, operator, f"subsidy.{step}", str(number))

    try:
        await there.db.write(write)
        if step in ("release", "retry"):
            await sweep(there.lane, there.unit, there.terms.types)
    except Refused as no:
        return await _show(request, number, no)
    return go(f"/subsidies/{number}")


HANDLERS = [listed, hand_in, show, advance]
