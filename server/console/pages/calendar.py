"""When an outlet's day begins, its meals, days that are not what the week says; every edition. F: B10"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.messages import CalendarTerms
from server.catalogue import history
from server.catalogue.service import put_calendar
from server.console import field, rule
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.organisation.service import outlets

SPARE_DAYS = 4


@get("/calendars", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """Each outlet with the calendar that counts there."""
    there, scope = runtime(request), visitor(request).rights.scope(permission.VIEW)
    now = there.clock.now()

    def read(connection: Connection) -> list[dict[str, Any]]:
        own = history.owns_calendar(connection, scope)
        found = []
        for number, name in [(0, ""), *((row["outlet"], row["name"]) for row in outlets(connection, scope))]:
            editions = history.of_calendar(connection, scope, number, now)
            held = next((one.terms for one in editions if one.state == "now"), None)
            coming = min((one.since for one in editions if one.state == "coming"), default=0)
            found.append(
                {"outlet": number, "name": name, "held": held, "coming": coming, "own": number in own}
            )
        return found

    return page(request, "calendars.html", rows=await there.db.read(read), clock=rule.clock)


@get("/calendars/{number:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Every edition, the newest first; for who may, the form."""
    return await _show(request, number)


async def _show(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope, edit = who.scope(permission.VIEW), who.scope(permission.ORGANISATION)

    def read(connection: Connection) -> dict[str, Any]:
        places = {row["outlet"]: str(row["name"]) for row in outlets(connection, scope)}
        if number and number not in places:
            raise Refused("outlet.unknown")
        mine = {row["outlet"] for row in outlets(connection, edit)}
        return {
            "name": places.get(number, ""),
            "editions": history.of_calendar(connection, scope, number, there.clock.now()),
            "own": number in history.owns_calendar(connection, scope),
            "may_edit": number in mine if number else edit.is_whole,
        }

    found = await there.db.read(read)
    editions = found["editions"]
    one = editions[0].terms if editions else CalendarTerms()
    return page(
        request, "calendar.html", status=422 if error else 200, error=error, one=one, number=number,
        clock=rule.clock, period_rows=rule.spare(one.periods, "name", "name_en", "start", "end"),
        special_rows=[*one.special, *((0, 7),) * SPARE_DAYS], **found,
    )  # fmt: skip


@post("/calendars/{number:int}", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def put(request: Asking, number: FromPath[int]) -> Response[Any]:
    """A new edition, at once or from a moment on."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.ORGANISATION), there.clock.now()

    def write(connection: Connection) -> None:
        mine = {row["outlet"] for row in outlets(connection, scope)}
        if number not in mine and not (number == 0 and scope.is_whole):
            raise Refused("outlet.unknown")
        starts = rule.minute(fields, "day_starts")
        if starts >= 24 * 60:
            raise Refused("calendar.hours")
        wanted = CalendarTerms(
            since=field.moment(fields, "since"),
            day_starts_at_minute=starts,
            periods=rule.periods(fields),
            special=rule.special(fields),
        )
        put_calendar(connection, there.unit, number, wanted, now)

    try:
        await there.db.write(write)
    except Refused as no:
        return await _show(request, number, no)
    await field.noted(request, "calendar.put", number)
    await there.look()
    return go(f"/calendars/{number}")


HANDLERS = [listed, show, put]
