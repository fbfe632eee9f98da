"""Operators: who they are, what they may do where, a new one, other grants, another secret, the end. F: H2"""

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
from server.operators import delegation, permission, secret, service
from server.operators.delegation import Grant
from server.operators.role import roles
from server.organisation.service import branches, owners

#: As many grants as the form offers lines for.
GRANTS_MAX = 8


def _choices(request: Asking, connection: Connection) -> dict[str, Any]:
    """What the visitor may choose from."""
    scope = visitor(request).rights.scope(permission.OPERATOR)
    return {
        "roles": {row["role"]: row for row in roles(connection, scope)},
        "branches": {row["branch"]: row["name"] for row in branches(connection, scope)},
        "owners": {row["owner"]: row["name"] for row in owners(connection, scope)},
    }


async def _listed(request: Asking, **shown: Any) -> Response[Any]:
    scope = visitor(request).rights.scope(permission.OPERATOR)
    found = await runtime(request).db.read(
        lambda connection: {"rows": service.operators(connection, scope)} | _choices(request, connection)
    )
    return page(request, "operators.html", **found, **shown)


@get("/operators", opt={"permission": permission.OPERATOR})
async def listed(request: Asking) -> Response[Any]:
    """Everybody of the visitor's places, the stopped ones too."""
    return await _listed(request, secret=None)


async def _form(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    found = await runtime(request).db.read(lambda connection: _choices(request, connection))
    names = ("login", "name", "role", "branch", "owner", "card", "console")
    return page(
        request,
        "operator_new.html",
        status=422 if error else 200,
        fields={name: fields.get(name, "") for name in names},
        error=error,
        **found,
    )


@get("/operators/new", opt={"permission": permission.OPERATOR, "fresh": True})
async def show_new(request: Asking) -> Response[Any]:
    """The empty form."""
    return await _form(request, {})


def _or_all(text: str) -> int:
    """A number as chosen, 0 for all."""
    return 0 if text in ("0", "") else whole_number(text, 1 << 31)


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
            granted = (
                whole_number(fields.get("role", ""), 1 << 31),
                _or_all(fields.get("branch", "")),
                _or_all(fields.get("owner", "")),
            )
            delegation.demand_grant(connection, who.rights, granted)
            return service.add_operator(
                connection,
                there.unit,
                now,
                login=fields.get("login", ""),
                name=fields.get("name", ""),
                grants=(granted,),
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


@get("/operators/{number:int}", opt={"permission": permission.OPERATOR, "fresh": True})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """His roles and secrets, to be changed."""
    return await _shown(request, number)


async def _shown(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    who = visitor(request)

    def read(connection: Connection) -> dict[str, Any]:
        row = delegation.demand_within(connection, who.rights, number)
        return {"row": row} | _choices(request, connection)

    found = await runtime(request).db.read(read)
    return page(request, "operator.html", status=422 if error else 200, error=error, most=GRANTS_MAX, **found)


def _grants(fields: Any) -> tuple[Grant, ...]:
    """The lines of the form whose role is chosen."""
    return tuple(
        (
            whole_number(fields[f"role{at}"], 1 << 31),
            _or_all(fields.get(f"branch{at}", "")),
            _or_all(fields.get(f"owner{at}", "")),
        )
        for at in range(GRANTS_MAX)
        if fields.get(f"role{at}")
    )


@post(
    "/operators/{number:int}/grants", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200
)
async def set_grants(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Other roles, each in a branch and with an owner or for all of them."""
    there, who, fields = runtime(request), visitor(request), form(request)
    now = there.clock.now()
    try:
        grants = _grants(fields)
        await there.db.write(
            lambda connection: delegation.set_grants(connection, who.rights, number, grants, now)
        )
    except Refused as no:
        if no.code == "operator.unknown":
            raise
        return await _shown(request, number, no)
    return go("/operators")


@post("/operators/{number:int}/pin", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def set_pin(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Another PIN; stations know it with their next documents."""
    there, who = runtime(request), visitor(request)
    pin = form(request).get("pin", "")
    secret.check_pin(pin)
    kept = await asyncio.to_thread(secret.verifier, pin)

    def write(connection: Connection) -> None:
        delegation.demand_within(connection, who.rights, number)
        service.set_pin(connection, there.unit, number, kept, there.clock.now(), who.rights.operator)

    await there.db.write(write)
    return go("/operators")


@post(
    "/operators/{number:int}/password",
    opt={"permission": permission.OPERATOR, "fresh": True},
    status_code=200,
)
async def reset_password(request: Asking, number: FromPath[int]) -> Response[Any]:
    """A one-time password for who forgot his; it is shown once and must be changed at the next log-in."""
    there, who = runtime(request), visitor(request)
    now, password = there.clock.now(), one_time_code(there.entropy, 12)
    kept = await auth.hashed(there, password)

    def write(connection: Connection) -> str:
        row = delegation.demand_within(connection, who.rights, number)
        service.set_password(connection, there.unit, number, kept, now, who.rights.operator, now + ONE_TIME_S)
        return str(row["login"])

    return await _listed(request, secret=(await there.db.write(write), password))


@post("/operators/{number:int}/stop", opt={"permission": permission.OPERATOR, "fresh": True}, status_code=200)
async def stop(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Nobody stops himself: the last administrator would be gone."""
    there, who = runtime(request), visitor(request)

    def write(connection: Connection) -> None:
        delegation.demand_within(connection, who.rights, number)
        service.stop(connection, there.unit, number, there.clock.now(), who.rights.operator)

    await there.db.write(write)
    return go("/operators")


HANDLERS = [listed, show_new, add, show, set_grants, set_pin, reset_password, stop]
