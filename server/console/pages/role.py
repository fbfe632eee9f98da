"""Roles: which permissions each one holds, by name. F: H2"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission, role


@get("/roles", opt={"permission": permission.OPERATOR})
async def listed(request: Asking) -> Response[Any]:
    """All roles of the unit."""
    scope = visitor(request).rights.scope(permission.OPERATOR)
    rows = await runtime(request).db.read(lambda connection: role.roles(connection, scope))
    return page(request, "roles.html", rows=rows)


def _form(
    request: Asking, number: int, name: str, held: tuple[str, ...], error: Refused | None = None
) -> Response[Any]:
    rights = visitor(request).rights
    return page(
        request,
        "role.html",
        status=422 if error else 200,
        number=number,
        name=name,
        groups=permission.GROUPS,
        held=held,
        mine=rights.may,
        error=error,
    )


@get("/roles/new", opt={"permission": permission.OPERATOR, "fresh": True})
async def show_new(request: Asking) -> Response[Any]:
    """The empty form."""
    return _form(request, 0, "", ())


def _chosen(fields: Any) -> tuple[str, ...]:
    return tuple(one for one in permission.ALL if fields.get(one))


@post("/roles/new", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """A role of permissions that the visitor holds himself."""
    there, who, fields = runtime(request), visitor(request), form(request)
    name, chosen, now = fields.get("name", ""), _chosen(fields), there.clock.now()
    try:
        await there.db.write(lambda connection: role.add_by(connection, who.rights, name, chosen, now))
    except Refused as no:
        return _form(request, 0, name, chosen, no)
    return go("/roles")


@get("/roles/{number:int}", opt={"permission": permission.OPERATOR, "fresh": True})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One role, to be changed."""
    scope = visitor(request).rights.scope(permission.OPERATOR)

    def read(connection: Connection) -> dict[str, Any]:
        return role.role_of(connection, scope, number)

    row = await runtime(request).db.read(read)
    return _form(request, number, row["name"], row["permissions"])


@post("/roles/{number:int}", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def change(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Everybody who holds it holds the changed one from here on."""
    there, who, fields = runtime(request), visitor(request), form(request)
    name, chosen, now = fields.get("name", ""), _chosen(fields), there.clock.now()
    try:
        await there.db.write(
            lambda connection: role.change_by(connection, who.rights, number, name, chosen, now)
        )
    except Refused as no:
        if no.code == "role.unknown":
            raise
        return _form(request, number, name, chosen, no)
    return go("/roles")


HANDLERS = [listed, show_new, add, show, change]
