"""Deposits held for rooms: opened, settled with the bill, given back. F: C19"""

from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.errors import Refused
from server.books.office.hold import Closing, Hold, Opening, Settle
from server.console import field, figures
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.hold import service
from server.operators import log, permission
from server.organisation.service import outlets

HOURS_MAX = 72


@get("/holds", opt={"permission": permission.VALUE})
async def listed(request: Asking) -> Response[Any]:
    """What is held now, and what ended last."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None) -> Response[Any]:
    there, scope = runtime(request), visitor(request).rights.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "open": service.holds(connection, scope),
            "ended": service.holds(connection, scope, ended=True, limit=20),
            "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
        }

    found = await there.db.read(read)
    keys = {row["hold"]: await field.new_key(request) for row in found["open"]}
    key = await field.new_key(request)
    return page(
        request, "holds.html", status=422 if error else 200, error=error, key=key, keys=keys,
        hours_max=HOURS_MAX, **found,
    )  # fmt: skip


@post("/holds", opt={"permission": permission.VALUE}, status_code=200)
async def open_one(request: Asking) -> Response[Any]:
    """A deposit out of the card's wallet."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)
    try:
        number = whole_number(fields.get("card", ""))
        outlet = whole_number(fields.get("outlet", ""))
        hours = whole_number(fields.get("hours", ""), HOURS_MAX + 1)

        def read(connection: Connection) -> int:
            row = figures.card_of(connection, scope, number)
            if row is None:
                raise Refused("card.unknown")
            if outlet not in {one["outlet"] for one in outlets(connection, scope)}:
                raise Refused("outlet.unknown")
            return int(row["issue"])

        issue = await there.db.read(read)
        until = there.clock.now() + hours * 3_600
        place = fields.get("place", "").strip()
        terms = Opening(number, issue, outlet, place, field.fen(fields, "amount"), until)
        order = Hold(there.unit, field.key(fields), terms, who.operator, there.terms.types)
        await field.ask(request, order, due=terms.fen)
    except Refused as no:
        return await _listed(request, no)
    await _log(request, "hold.open", number, terms.fen)
    return go("/holds")


@post("/holds/settle", opt={"permission": permission.VALUE}, status_code=200)
async def settle(request: Asking) -> Response[Any]:
    """The bill is paid out of it; without a bill all of it goes back."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)
    try:
        asked = fields.get("hold", "")
        mine = await there.db.read(lambda connection: service.holds(connection, scope))
        row = next((one for one in mine if str(one["hold"]) == asked), None)
        if row is None:
            raise Refused("hold.unknown")
        due = field.fen(fields, "due", needed=False)
        await field.ask(
            request, Settle(there.unit, field.key(fields), Closing(row["hold"], due), who.operator), due=due
        )
    except Refused as no:
        return await _listed(request, no)
    await _log(request, "hold.settle", row["card"], due)
    return go("/holds")


async def _log(request: Asking, action: str, card: int, fen: int) -> None:
    there, who = runtime(request), visitor(request).rights
    now = there.clock.now()
    await there.db.write(
        lambda connection: log.write(connection, there.unit, now, who.operator, action, str(card), fen=fen)
    )


HANDLERS = [listed, open_one, settle]
