"""Taking over from an old system: a list, totals typed by two people, balances entered once. F: H8"""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard import money
from onecard.errors import Refused
from onecard.wire.messages import CardType
from server import tabular
from server.catalogue.service import card_types
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
from server.console.pages.member_list import SHOWN, UPLOAD_MAX
from server.members import takeover
from server.operators import permission, service
from server.organisation.service import branches


def _told(fields: Any) -> tuple[int, int]:
    """Members and fen as somebody read them off the old system's report."""
    text = fields.get("yuan", "").strip()
    fen = 0 if text in ("0", "0.00") else int(money.parse(text, cap=money.Fen(10**13)))
    return whole_number(fields.get("count", "")), fen


async def _overview(
    request: Asking, error: Refused | None = None, bad: tuple[Any, ...] = ()
) -> Response[Any]:
    scope = visitor(request).rights.scope(permission.SYSTEM)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "rows": takeover.takeovers(connection, scope),
            "branches": [row for row in branches(connection, scope) if scope.has(row["branch"])],
            "types": {one.type: one for one in card_types(connection, scope.unit)}.values(),
            "names": service.names(connection, scope),
        }

    found = await runtime(request).db.read(read)
    tr, fields = translator(request), getattr(request.state, "form", {})
    return page(
        request,
        "takeover.html",
        status=422 if error or bad else 200,
        error=error,
        bad=[(row, tr.refusal(Refused(row.problem, **row.params))) for row in bad[:SHOWN]],
        bad_count=len(bad),
        fields={name: fields.get(name, "") for name in ("name", "count", "yuan")},
        **found,
    )


@get("/takeover", opt={"permission": permission.SYSTEM, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """What was handed in so far, and the form for another list."""
    return await _overview(request)


@post(
    "/takeover",
    opt={"permission": permission.SYSTEM, "fresh": True, "upload": True},
    status_code=200,
    request_max_body_size=UPLOAD_MAX,
)
async def hand_in(request: Asking) -> Response[Any]:
    """The first of two people; one bad line and nothing is kept."""
    there, who, fields = runtime(request), visitor(request), form(request)
    scope, now, by = who.rights.scope(permission.SYSTEM), there.clock.now(), who.rights.operator
    try:
        lines = await asyncio.to_thread(tabular.read, uploaded(request))
        told = _told(fields)
        branch, card_type = (whole_number(fields.get(name, ""), 1 << 31) for name in ("branch", "type"))
        name = fields.get("name", "")
        number, judged = await there.db.write(
            lambda connection: takeover.hand_in(
                connection, scope, lines, told, now, by, name=name, branch=branch, card_type=card_type
            )
        )
    except Refused as no:
        return await _overview(request, no)
    if not number:
        return await _overview(request, Refused("takeover.bad", count=len(judged.bad)), judged.bad)
    return go("/takeover")


@post("/takeover/{number:int}/agree", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def agree(request: Asking, number: FromPath[int]) -> Response[Any]:
    """The second: his own reading of the old system's report; then everything is entered."""
    there, who, fields = runtime(request), visitor(request), form(request)
    scope, now, by = who.rights.scope(permission.SYSTEM), there.clock.now(), who.rights.operator
    try:
        told = _told(fields)
        await there.db.write(lambda connection: takeover.agree(connection, scope, number, told, now, by))
        await _enter(request, number)
    except Refused as no:
        return await _overview(request, no)
    return go("/takeover")


@post("/takeover/{number:int}/enter", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def enter(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Go on where it was interrupted; what is in the books stays as it is."""
    try:
        await _enter(request, number)
    except Refused as no:
        return await _overview(request, no)
    return go("/takeover")


async def _enter(request: Asking, number: int) -> None:
    there, who = runtime(request), visitor(request)
    scope, now = who.rights.scope(permission.SYSTEM), there.clock.now()

    def read(connection: Connection) -> tuple[list[takeover.Posted], int, dict[int, CardType]]:
        types = {one.type: one for one in card_types(connection, scope.unit)}
        return *takeover.openings(connection, scope, number), types

    some, agreed_by, types = await there.db.read(read)
    await takeover.post(there.lane, there.unit, number, some, agreed_by, types)
    await there.db.write(
        lambda connection: takeover.entered(connection, scope, number, now, who.rights.operator)
    )


@post("/takeover/{number:int}/drop", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def drop(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Not this list; corrected it can be handed in again."""
    there, who = runtime(request), visitor(request)
    scope, now, by = who.rights.scope(permission.SYSTEM), there.clock.now(), who.rights.operator
    try:
        await there.db.write(lambda connection: takeover.drop(connection, scope, number, now, by))
    except Refused as no:
        return await _overview(request, no)
    return go("/takeover")


HANDLERS = [listed, hand_in, agree, enter, drop]
