"""Members: list, search, one member with his cards, and a new one. F: A12"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.console import figures
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.members import service
from server.operators import log, permission
from server.organisation.scope import Scope
from server.organisation.service import branches

PER_PAGE = 20


@get("/members", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """A page of members that match what was typed."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    text = request.query_params.get("q", "")[:64]
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 else 1
    number = max(number, 1)

    def read(connection: Connection) -> dict[str, Any]:
        count = service.count(connection, scope, text)
        return {
            "rows": service.find(connection, scope, text, PER_PAGE, (number - 1) * PER_PAGE),
            "count": count,
            "pages": max(1, -(-count // PER_PAGE)),
            "branches": {row["branch"]: row["name"] for row in branches(connection, scope)},
        }

    return page(request, "members.html", q=text, number=number, **await there.db.read(read))


@get("/members/new", opt={"permission": permission.MEMBER})
async def show_new(request: Asking) -> Response[Any]:
    """The empty form."""
    return await _form(request, {})


async def _form(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.MEMBER)
    mine = await there.db.read(lambda connection: branches(connection, scope))
    return page(
        request,
        "member_new.html",
        status=422 if error else 200,
        branches=mine,
        fields={name: fields.get(name, "") for name in ("name", "number", "phone", "department", "branch")},
        error=error,
    )


@post("/members/new", opt={"permission": permission.MEMBER}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """A new member in a branch that the visitor may write to."""
    there, who, fields = runtime(request), visitor(request), form(request)
    now = there.clock.now()

    def write(connection: Connection) -> int:
        branch = whole_number(fields.get("branch", ""))
        known = {row["branch"] for row in branches(connection, Scope.whole(there.unit))}
        if branch not in known or not who.rights.may(permission.MEMBER, branch):
            raise Refused("branch.unknown")
        key = service.add_member(
            connection,
            there.unit,
            now,
            name=fields.get("name", ""),
            number=fields.get("number", ""),
            phone=fields.get("phone", ""),
            department=fields.get("department", ""),
            branch=branch,
        )
        log.write(connection, there.unit, now, who.rights.operator, "member.add", str(key))
        return key

    try:
        key = await there.db.write(write)
    except Refused as no:
        return await _form(request, fields, no)
    return go(f"/members/{key}")


@get("/members/{key:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, key: FromPath[int]) -> Response[Any]:
    """One member, his cards and what they did last."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)

    def read(connection: Connection) -> dict[str, Any]:
        row = service.by_key(connection, scope, key) if 0 < key < 1 << 31 else None
        if row is None:
            raise Refused("member.unknown")
        cards = service.cards_of(connection, scope, key)
        return {
            "member": row,
            "cards": cards,
            "branch": {b["branch"]: b["name"] for b in branches(connection, scope)}[row["branch"]],
            "entries_": [
                one
                for card in cards
                for one in figures.latest_entries(connection, scope, 10, card_no=card[0])
            ],
        }

    return page(request, "member.html", **await there.db.read(read))


HANDLERS = [listed, show_new, add, show]
