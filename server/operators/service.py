"""Operators and the roles they hold in a place. Secrets arrive here already as verifiers."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators import log
from server.operators.rights import Rights as Rights
from server.operators.rights import demand as demand
from server.operators.rights import rights as rights
from server.operators.role import add_role as add_role
from server.operators.role import roles as roles
from server.operators.tables import console_session, grant, operator
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.terminals import version

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}", re.ASCII)


def clean_login(text: str) -> str:
    """A login as typed → as kept. Raises ``Refused("login.malformed")``."""
    login = text.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise Refused("login.malformed")
    return login


def add_operator(
    connection: Connection,
    unit_id: int,
    now: int,
    *,
    login: str,
    name: str,
    grants: tuple[tuple[int, int] | tuple[int, int, int], ...],
    pin: str = "",
    password: str = "",
    one_time_until: int = 0,
    card: int = 0,
    by: int = 0,
) -> int:
    """A new operator → his number (writes). ``grants`` are (role, branch, owner or none); secrets are
    verifiers.

    ``one_time_until`` marks the password as one that must be changed at the first log-in.
    Raises ``Refused``: ``login.malformed``, ``login.taken``, ``name.malformed``.
    """
    login = clean_login(login)
    taken = sa.select(operator.c.operator).where(operator.c.unit_id == unit_id, operator.c.login == login)
    if connection.execute(taken).first():
        raise Refused("login.taken")
    number = next_number(connection, operator, "operator", unit_id)
    connection.execute(
        operator.insert().values(
            unit_id=unit_id,
            operator=number,
            login=login,
            name=clean_name(name),
            state="active",
            pin=pin,
            password=password,
            must_change=bool(one_time_until),
            password_until=one_time_until,
            card=card,
            language="",
        )
    )
    _grant(connection, unit_id, number, grants)
    version.touch(connection, unit_id, version.OPERATORS, now)
    log.write(connection, unit_id, now, by, "operator.add", str(number))
    return number


def set_pin(connection: Connection, unit_id: int, number: int, pin: str, now: int, by: int) -> None:
    """Another PIN (a verifier), known to terminals with their next documents (writes)."""
    _change(connection, unit_id, number, pin=pin)
    version.touch(connection, unit_id, version.OPERATORS, now)
    log.write(connection, unit_id, now, by, "operator.pin", str(number))


def set_password(
    connection: Connection,
    unit_id: int,
    number: int,
    password: str,
    now: int,
    by: int,
    one_time_until: int = 0,
) -> None:
    """Another password (a verifier); every console session of his ends (writes)."""
    _change(
        connection,
        unit_id,
        number,
        password=password,
        must_change=bool(one_time_until),
        password_until=one_time_until,
    )
    end_sessions(connection, unit_id, number)
    log.write(connection, unit_id, now, by, "operator.password", str(number))


def stop(connection: Connection, unit_id: int, number: int, now: int, by: int) -> None:
    """He may sign on nowhere any more (writes)."""
    _change(connection, unit_id, number, state="stopped")
    end_sessions(connection, unit_id, number)
    version.touch(connection, unit_id, version.OPERATORS, now)
    log.write(connection, unit_id, now, by, "operator.stop", str(number))


def end_sessions(connection: Connection, unit_id: int, number: int) -> None:
    """Log him out of the console everywhere (writes)."""
    connection.execute(
        console_session.delete().where(
            console_session.c.unit_id == unit_id, console_session.c.operator == number
        )
    )


def _change(connection: Connection, unit_id: int, number: int, **values: Any) -> None:
    done = connection.execute(
        operator.update().where(operator.c.unit_id == unit_id, operator.c.operator == number).values(**values)
    )
    if done.rowcount != 1:
        raise Refused("operator.unknown")


def by_login(connection: Connection, unit_id: int, login: str) -> dict[str, Any] | None:
    """The whole row of who logs in as ``login``."""
    query = sa.select(operator).where(operator.c.unit_id == unit_id, operator.c.login == login)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _grant(
    connection: Connection,
    unit_id: int,
    number: int,
    grants: tuple[tuple[int, int] | tuple[int, int, int], ...],
) -> None:
    for role_no, branch, *owner in grants:
        connection.execute(
            grant.insert().values(
                unit_id=unit_id, operator=number, role=role_no, branch=branch, owner=owner[0] if owner else 0
            )
        )


def set_grants(
    connection: Connection,
    unit_id: int,
    number: int,
    grants: tuple[tuple[int, int, int], ...],
    now: int,
    by: int,
) -> None:
    """He holds these roles and no others (writes); each is (role, branch, owner)."""
    mine = (grant.c.unit_id == unit_id) & (grant.c.operator == number)
    connection.execute(grant.delete().where(mine))
    _grant(connection, unit_id, number, grants)
    version.touch(connection, unit_id, version.OPERATORS, now)
    told = " ".join("/".join(map(str, one)) for one in grants)
    log.write(connection, unit_id, now, by, "operator.grant", str(number), grants=told)


def operators(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Operators with a grant inside ``scope``, with those grants as ``(role, branch, owner)``; no secrets.

    ``is_mine``: all his grants lie inside, so that whoever has this scope may change him.
    """
    granted: dict[int, list[tuple[int, int, int]]] = {}
    outside: set[int] = set()
    for row in connection.execute(sa.select(grant).where(scope.by_unit(grant)).order_by(grant.c.role)):
        if scope.has(row.branch, row.owner):
            granted.setdefault(row.operator, []).append((row.role, row.branch, row.owner))
        else:
            outside.add(row.operator)
    columns = (
        operator.c.operator,
        operator.c.login,
        operator.c.name,
        operator.c.state,
        operator.c.card,
        operator.c.must_change,
        (operator.c.pin != "").label("has_pin"),
        (operator.c.password != "").label("has_password"),
    )
    query = sa.select(*columns).where(scope.by_unit(operator)).order_by(operator.c.operator)
    if not scope.is_whole:
        query = query.where(operator.c.operator.in_(granted))
    return [
        dict(row)
        | {"grants": tuple(granted.get(row["operator"], ())), "is_mine": row["operator"] not in outside}
        for row in connection.execute(query).mappings()
    ]


def names(connection: Connection, scope: Scope) -> dict[int, str]:
    """Number → name, of those in ``scope``."""
    return {row["operator"]: str(row["name"]) for row in operators(connection, scope)}
