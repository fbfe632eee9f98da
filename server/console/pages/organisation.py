"""Where the unit sells and for whom: branches, outlets, owners; works as well with one of each. F: H1"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.operators import log, permission
from server.organisation import service
from server.organisation.scope import Scope
from server.terminals.service import terminals

MINUTES = 24 * 60


async def _shown(request: Asking, error: Refused | None = None) -> Response[Any]:
    scope = visitor(request).rights.scope(permission.ORGANISATION)

    def read(connection: Connection) -> dict[str, Any]:
        boxes = terminals(connection, scope)
        return {
            "branches": service.branches(connection, scope),
            "owners": service.owners(connection, scope),
            "outlets": service.outlets(connection, scope),
            "boxes": {
                outlet: sum(1 for box in boxes if box["outlet"] == outlet)
                for outlet in {box["outlet"] for box in boxes}
            },
            "day_starts": service.day_starts_at_minute(connection, scope.unit),
        }

    found = await runtime(request).db.read(read)
    return page(
        request,
        "organisation.html",
        status=422 if error else 200,
        error=error,
        whole=scope.is_whole,
        mine=scope.has,
        **found,
    )


@get("/organisation", opt={"permission": permission.ORGANISATION})
async def show(request: Asking) -> Response[Any]:
    """Everything in the visitor's places."""
    return await _shown(request)


def _demand(scope: Scope, branch: int, owner: int) -> None:
    """Raises ``Refused("operator.not_allowed")`` unless the visitor arranges that place."""
    if not scope.has(branch, owner):
        raise Refused("operator.not_allowed", permission=permission.ORGANISATION)


async def _write(request: Asking, work: Any) -> Response[Any]:
    """``work(connection, scope, fields, now)`` → (action, subject) for the log."""
    there, who, fields = runtime(request), visitor(request), form(request)
    scope, now = who.rights.scope(permission.ORGANISATION), there.clock.now()

    def write(connection: Connection) -> None:
        action, subject = work(connection, scope, fields, now)
        log.write(connection, there.unit, now, who.rights.operator, action, str(subject))

    try:
        await there.db.write(write)
    except Refused as no:
        return await _shown(request, no)
    return go("/organisation")


@post("/organisation/unit", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def change_unit(request: Asking) -> Response[Any]:
    """The unit's name, and when its day begins."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        _demand(scope, 0, 0)
        hour, _, minute = fields.get("day_starts", "").partition(":")
        if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
            raise Refused("day.start_malformed")
        starts = int(hour) * 60 + int(minute)
        if starts >= MINUTES or len(hour) > 2 or len(minute) > 2 or int(minute) > 59:
            raise Refused("day.start_malformed")
        service.rename_unit(connection, scope.unit, fields.get("name", ""), now)
        service.set_day_start(connection, scope.unit, starts, now)
        return "unit.change", scope.unit

    answer = await _write(request, work)
    there = runtime(request)
    request.app.state.unit_name = await there.db.read(
        lambda connection: service.unit_name(connection, there.unit)
    )
    return answer


@post("/organisation/branch", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def add_branch(request: Asking) -> Response[Any]:
    """Another branch: only who arranges the whole unit makes one."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        _demand(scope, 0, 0)
        return "branch.add", service.add_branch(connection, scope.unit, fields.get("name", ""))

    return await _write(request, work)


@post(
    "/organisation/branch/{number:int}",
    opt={"permission": permission.ORGANISATION, "fresh": True},
    status_code=200,
)
async def change_branch(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another name."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        _demand(scope, number, 0)
        service.change_branch(connection, scope.unit, number, fields.get("name", ""), now)
        return "branch.change", number

    return await _write(request, work)


@post("/organisation/owner", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def add_owner(request: Asking) -> Response[Any]:
    """Another owner: only who arranges the whole unit makes one."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        _demand(scope, 0, 0)
        return "owner.add", service.add_owner(connection, scope.unit, fields.get("name", ""))

    return await _write(request, work)


@post(
    "/organisation/owner/{number:int}",
    opt={"permission": permission.ORGANISATION, "fresh": True},
    status_code=200,
)
async def change_owner(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another name."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        _demand(scope, 0, number)
        service.change_owner(connection, scope.unit, number, fields.get("name", ""))
        return "owner.change", number

    return await _write(request, work)


@post("/organisation/outlet", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def add_outlet(request: Asking) -> Response[Any]:
    """Another outlet in a branch of the visitor's."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        branch, owner = whole_number(fields.get("branch", "")), whole_number(fields.get("owner", ""))
        _demand(scope, branch, owner)
        number = service.add_outlet(connection, scope.unit, fields.get("name", ""), branch, owner)
        return "outlet.add", number

    return await _write(request, work)


@post(
    "/organisation/outlet/{number:int}",
    opt={"permission": permission.ORGANISATION, "fresh": True},
    status_code=200,
)
async def change_outlet(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another name, branch or owner; both the old place and the new one have to be the visitor's."""

    def work(connection: Connection, scope: Scope, fields: Any, now: int) -> tuple[str, int]:
        if number not in {row["outlet"] for row in service.outlets(connection, scope)}:
            raise Refused("outlet.unknown")
        branch, owner = whole_number(fields.get("branch", "")), whole_number(fields.get("owner", ""))
        _demand(scope, branch, owner)
        name = fields.get("name", "")
        service.change_outlet(connection, scope.unit, number, name, branch, owner, now)
        return "outlet.change", number

    return await _write(request, work)


HANDLERS = [
    show,
    change_unit,
    add_branch,
    change_branch,
    add_owner,
    change_owner,
    add_outlet,
    change_outlet,
]
