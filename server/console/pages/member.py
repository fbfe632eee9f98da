"""Members: list, search, one member with his cards; a new one, a changed one, an erased one. F: A12"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.console import figures
from server.console.page import (
    HEADERS,
    Asking,
    form,
    go,
    page,
    runtime,
    uploaded,
    visitor,
    whole_number,
)
from server.members import erasure, photo, service
from server.operators import log, permission
from server.organisation.scope import Scope
from server.organisation.service import branches

PER_PAGE = 20
DATA = ("name", "number", "phone", "department", "group")


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
        fields={name: fields.get(name, "") for name in (*DATA, "branch")},
        key=0,
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
            group=fields.get("group", ""),
            branch=branch,
        )
        row = service.by_key(connection, Scope.whole(there.unit), key)
        assert row is not None
        _log(request, connection, "member.add", key, {name: row[name] for name in DATA if row[name]})
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
            "photo": photo.photo_of(connection, scope, key) is not None,
            "cards": cards,
            "branch": {b["branch"]: b["name"] for b in branches(connection, scope)}[row["branch"]],
            "entries_": [
                one
                for card in cards
                for one in figures.latest_entries(connection, scope, 10, card_no=card[0])
            ],
        }

    return page(request, "member.html", **await there.db.read(read))


def _log(request: Asking, connection: Connection, action: str, key: int, values: dict[str, str]) -> None:
    """A line whose personal values only their own key opens."""
    there, who = runtime(request), visitor(request)
    sealed = {"sealed": there.seals.seal(connection, there.unit, key, values)} if values else {}
    now = there.clock.now()
    log.write(connection, there.unit, now, who.rights.operator, action, str(key), **sealed)


def _number(key: int) -> int:
    """Raises ``Refused("member.unknown")`` for what no column holds."""
    if not 0 < key < 1 << 31:
        raise Refused("member.unknown")
    return key


@get("/members/{key:int}/change", opt={"permission": permission.MEMBER})
async def show_change(request: Asking, key: FromPath[int]) -> Response[Any]:
    """The form with what is known."""
    scope = visitor(request).rights.scope(permission.MEMBER)
    row = await runtime(request).db.read(lambda connection: service.by_key(connection, scope, _number(key)))
    if row is None or row["state"] == service.ERASED:
        raise Refused("member.unknown")
    return page(request, "member_new.html", branches=[], fields=row, key=key)


@post("/members/{key:int}/change", opt={"permission": permission.MEMBER}, status_code=200)
async def change(request: Asking, key: FromPath[int]) -> Response[Any]:
    """What changed is in the log, before and after, sealed."""
    there, fields = runtime(request), form(request)
    scope, now = visitor(request).rights.scope(permission.MEMBER), there.clock.now()
    values = {name: fields.get(name, "") for name in DATA}

    def write(connection: Connection) -> None:
        before, after = service.change_member(connection, scope, _number(key), now, **values)
        if after:
            told = {name: f"{before[name]} → {after[name]}" for name in after}
            _log(request, connection, "member.change", key, told)

    try:
        await there.db.write(write)
    except Refused as no:
        if no.code == "member.unknown":
            raise
        return page(request, "member_new.html", status=422, branches=[], fields=values, key=key, error=no)
    return go(f"/members/{key}")


@get("/members/{key:int}/erase", opt={"permission": permission.PERSON, "fresh": True})
async def show_erase(request: Asking, key: FromPath[int]) -> Response[Any]:
    """What goes and what stays; the number has to be typed."""
    return await _erase_form(request, key)


async def _erase_form(request: Asking, key: int, error: Refused | None = None) -> Response[Any]:
    scope = visitor(request).rights.scope(permission.PERSON)

    def read(connection: Connection) -> tuple[dict[str, Any] | None, Refused | None]:
        row = service.by_key(connection, scope, _number(key))
        try:
            erasure.demand_erasable(connection, scope, key)
        except Refused as no:
            return row, no
        return row, None

    row, obstacle = await runtime(request).db.read(read)
    if row is None or row["state"] == service.ERASED:
        raise Refused("member.unknown")
    status = 422 if error else 200
    shown = error or obstacle
    return page(request, "member_erase.html", status=status, member=row, free=obstacle is None, error=shown)


@post("/members/{key:int}/erase", opt={"permission": permission.PERSON, "fresh": True}, status_code=200)
async def erase(request: Asking, key: FromPath[int]) -> Response[Any]:
    """Not to be undone, so the number is typed once more."""
    there, who, typed = runtime(request), visitor(request), form(request).get("number", "").strip()
    scope, now = who.rights.scope(permission.PERSON), there.clock.now()

    def write(connection: Connection) -> None:
        row = service.by_key(connection, scope, _number(key))
        if row is not None and typed != row["number"]:
            raise Refused("member.typed_otherwise")
        erasure.erase(connection, scope, key, now, who.rights.operator)

    try:
        await there.db.write(write)
    except Refused as no:
        return await _erase_form(request, key, no)
    return go(f"/members/{key}")


@get("/members/{key:int}/photo", opt={"permission": permission.VIEW})
async def show_photo(request: Asking, key: FromPath[int]) -> Response[Any]:
    """The picture itself."""
    scope = visitor(request).rights.scope(permission.VIEW)
    found = await runtime(request).db.read(lambda connection: photo.photo_of(connection, scope, _number(key)))
    if found is None:
        raise Refused("member.unknown")
    return Response(found[1], media_type=found[0], headers=HEADERS)


@post(
    "/members/{key:int}/photo",
    opt={"permission": permission.MEMBER, "upload": True},
    status_code=200,
    request_max_body_size=photo.PHOTO_MAX + 64 * 1024,
)
async def keep_photo(request: Asking, key: FromPath[int]) -> Response[Any]:
    """Another picture."""
    there, image = runtime(request), uploaded(request)
    scope, now = visitor(request).rights.scope(permission.MEMBER), there.clock.now()

    def write(connection: Connection) -> None:
        photo.keep(connection, scope, _number(key), image, now)
        _log(request, connection, "member.photo", key, {})

    await there.db.write(write)
    return go(f"/members/{key}")


HANDLERS = [
    listed,
    show_new,
    add,
    show,
    show_change,
    change,
    show_erase,
    erase,
    show_photo,
    keep_photo,
]
