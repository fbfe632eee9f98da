"""Operators: who they are, what they may do where, a new one, another PIN, the end of one. F: H2"""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.ids import one_time_code
from server import auth
from server.bootstrap import ONE_TIME_S
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.operators import log, permission, secret, service
from server.organisation.service import branches


async def _listed(request: Asking, **shown: Any) -> Response[Any]:
    there = runtime(request)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "rows": service.operators(connection, there.unit),
            "roles": {row["role"]: row for row in service.roles(connection, there.unit)},
            "branches": {row["branch"]: row["name"] for row in branches(connection, there.unit)},
        }

    return page(request, "operators.html", **await there.db.read(read), **shown)


@get("/operators", opt={"permission": permission.OPERATOR})
async def listed(request: Asking) -> Response[Any]:
    """Everybody, the stopped ones too."""
    return await _listed(request, secret=None)


async def _form(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    there = runtime(request)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "roles": service.roles(connection, there.unit),
            "branches": branches(connection, there.unit),
        }

    names = ("login", "name", "role", "branch", "card", "console")
    return page(
        request,
        "operator_new.html",
        status=422 if error else 200,
        fields={name: fields.get(name, "") for name in names},
        error=error,
        **await there.db.read(read),
    )


@get("/operators/new", opt={"permission": permission.OPERATOR, "fresh": True})
async def show_new(request: Asking) -> Response[Any]:
    """The empty form."""
    return await _form(request, {})


def _delegable(who: auth.Visitor, role: dict[str, Any] | None, branch: int) -> None:
    """Nobody hands out more than he holds himself, nor wider. F: H2"""
    if role is None:
        raise Refused("role.unknown")
    for one in role["permissions"]:
        scope = who.rights.scope(one)
        if scope is not None and branch not in scope:
            raise Refused("operator.not_allowed", permission=one)


@post("/operators/new", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """A PIN for stations; for the console a one-time password, shown on this answer only."""
    there, who, fields = runtime(request), visitor(request), form(request)
    now = there.clock.now()
    pin = fields.get("pin", "")
    password = one_time_code(there.entropy, 12) if fields.get("console") else ""
    try:
        if pin or not password:
            secret.check_pin(pin)
        kept_pin = await asyncio.to_thread(secret.verifier, pin) if pin else ""
        kept_password = await auth.hashed(there, password) if password else ""

        def write(connection: Connection) -> int:
            role_no = whole_number(fields.get("role", ""))
            branch = 0 if fields.get("branch") == "0" else whole_number(fields.get("branch", ""))
            roles = {row["role"]: row for row in service.roles(connection, there.unit)}
            if branch not in {0, *(row["branch"] for row in branches(connection, there.unit))}:
                raise Refused("branch.unknown")
            _delegable(who, roles.get(role_no), branch)
            return service.add_operator(
                connection,
                there.unit,
                now,
                login=fields.get("login", ""),
                name=fields.get("name", ""),
                grants=((role_no, branch),),
                pin=kept_pin,
                card=whole_number(fields["card"]) if fields.get("card") else 0,
                password=kept_password,
                one_time_until=now + ONE_TIME_S if password else 0,
                by=who.rights.operator,
            )

        await there.db.write(write)
    except Refused as no:
        return await _form(request, fields, no)
    if password:
        return await _listed(request, secret=(service.clean_login(fields.get("login", "")), password))
    return go("/operators")


def _within(who: auth.Visitor, connection: Connection, unit: int, number: int) -> None:
    """Only an operator whose every grant the visitor could have given himself is his to change."""
    roles = {row["role"]: row for row in service.roles(connection, unit)}
    row = next((one for one in service.operators(connection, unit) if one["operator"] == number), None)
    if row is None:
        raise Refused("operator.unknown")
    for role_no, branch in row["grants"]:
        _delegable(who, roles.get(role_no), branch)


@post("/operators/{number:int}/pin", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def set_pin(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another PIN; stations know it with their next documents."""
    there, who = runtime(request), visitor(request)
    pin = form(request).get("pin", "")
    secret.check_pin(pin)
    kept = await asyncio.to_thread(secret.verifier, pin)

    def write(connection: Connection) -> None:
        _within(who, connection, there.unit, number)
        service.set_pin(connection, there.unit, number, kept, there.clock.now(), who.rights.operator)

    await there.db.write(write)
    return go("/operators")


@post("/operators/{number:int}/stop", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def stop(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Nobody stops himself: the last administrator would be gone."""
    there, who = runtime(request), visitor(request)
    if number == who.rights.operator:
        raise Refused("operator.yourself")

    def write(connection: Connection) -> None:
        _within(who, connection, there.unit, number)
        service.stop(connection, there.unit, number, there.clock.now(), who.rights.operator)

    await there.db.write(write)
    return go("/operators")


@get("/log", opt={"permission": permission.OPERATOR})
async def show_log(request: Asking) -> Response[Any]:
    """The newest lines of the operation log, and whether its chain verifies. F: H3"""
    there = runtime(request)

    def read(connection: Connection) -> dict[str, Any]:
        names = {row["operator"]: row["name"] for row in service.operators(connection, there.unit)}
        return {
            "rows": log.latest(connection, there.unit),
            "names": names,
            "wrong": log.check(connection, there.unit),
        }

    return page(request, "log.html", **await there.db.read(read))


HANDLERS = [listed, show_new, add, set_pin, stop, show_log]
