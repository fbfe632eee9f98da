"""Sales written on paper while everything was down: entered by one person, compared by another. F: C20"""

from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.clock import business_day, card_day, local
from onecard.errors import Refused
from server.books.office import paper_slip
from server.console import field, figures
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.exceptions import proposal
from server.operators import permission
from server.organisation.service import outlets

RECENT = 30


@get("/slips", opt={"permission": permission.VALUE, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """The form, and what was entered last."""
    return await _listed(request, {})


async def _listed(request: Asking, fields: field.Fields, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        waiting = proposal.proposals(connection, scope, who.operator)
        return {
            "rows": figures.latest_entries(connection, scope, RECENT, "paper_slip"),
            "waiting": [proposal.told(row) for row in waiting if row["kind"] == "paper_slip"],
            "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
        }

    found = await there.db.read(read)
    now = local(there.clock.now()).strftime("%Y-%m-%dT%H:%M")
    return page(
        request, "slips.html", status=422 if error else 200, error=error, latest=now, fields=dict(fields),
        **found,
    )  # fmt: skip


@post("/slips", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def propose(request: Asking) -> Response[Any]:
    """One slip; it is booked when a second person has compared it with the paper."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.VALUE), there.clock.now()

    def write(connection: Connection) -> int:
        card = field.card(connection, scope, fields.get("card", ""))
        outlet = whole_number(fields.get("outlet", ""), 1 << 31)
        if outlet not in {one["outlet"] for one in outlets(connection, scope)}:
            raise Refused("outlet.unknown")
        at = field.moment(fields, "at")
        day = card_day(business_day(at)) if 0 < at <= now else 0
        if not card_day(business_day(now)) - paper_slip.OLDEST_DAYS <= day <= card_day(business_day(now)):
            raise Refused("slip.day")
        terms = paper_slip.Terms(
            outlet=outlet,
            number=whole_number(fields.get("number", ""), 1 << 31),
            card=card["card"],
            issue=card["issue"],
            fen=field.fen(fields, "amount"),
            day=day,
            at=at,
            asked_by=who.operator,
        )
        return proposal.propose(connection, there.unit, "paper_slip", terms, who.operator, now)

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "slip.propose", number)
    return go("/slips")


HANDLERS = [listed, propose]
