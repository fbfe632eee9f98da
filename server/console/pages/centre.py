"""Cost centres: what each may owe, and meals that were booked on them. F: B12"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.money import MAX_FEN, Fen, parse
from server.books.office.centre_meal import Back, CentreMealBack
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.credit import service
from server.operators import permission
from server.organisation.service import outlets

LIMIT_MOST = Fen(MAX_FEN * 100)


@get("/centres", opt={"permission": permission.VALUE, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """All of them, and the newest meals."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "rows": service.centres(connection, scope),
            "meals": service.meals(connection, scope),
            "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
        }

    return page(
        request, "centres.html", status=422 if error else 200, error=error,
        key=await field.new_key(request), **await there.db.read(read),
    )  # fmt: skip


def _limit(fields: field.Fields) -> int:
    text = fields.get("limit", "").strip()
    return int(parse(text, cap=LIMIT_MOST)) if text else 0


@post("/centres", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """A department that pays for meals."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    try:
        limit, name = _limit(fields), fields.get("name", "")
        number = await there.db.write(
            lambda connection: service.add_centre(connection, there.unit, name, limit)
        )
    except Refused as no:
        return await _listed(request, no)
    await field.noted(request, "credit.centre", number)
    return go("/centres")


@post("/centres/{number:int}", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def change(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another limit; in use or not."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    try:
        limit, is_active = _limit(fields), fields.get("active") == "1"
        await there.db.write(
            lambda connection: service.change_centre(connection, there.unit, number, limit, is_active)
        )
    except Refused as no:
        return await _listed(request, no)
    await field.noted(request, "credit.change", number, fen=limit)
    return go("/centres")


@post("/centres/meals/back", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def take_back(request: Asking) -> Response[Any]:
    """A meal that was booked by mistake."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    try:
        entry = whole_number(fields.get("entry", ""))
        await field.ask(request, CentreMealBack(there.unit, field.key(fields), Back(entry), who.operator))
    except Refused as no:
        return await _listed(request, no)
    await field.noted(request, "credit.meal_back", entry)
    return go("/centres")


HANDLERS = [listed, add, change, take_back]
