"""Operators, their roles per branch, and what they may do where. Secrets arrive here already as verifiers."""

import re
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators import log, permission
from server.operators.tables import console_session, grant, operator, role
from server.organisation.service import clean_name, next_number
from server.terminals import version

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}", re.ASCII)


class Rights(msgspec.Struct, frozen=True):
    """What one operator may do: permission → branches, 0 standing for the whole unit."""

    operator: int
    name: str
    by_permission: dict[str, frozenset[int]]

    def may(self, name: str, branch: int | None = None) -> bool:
        """Whether he holds the permission in ``branch`` (``None``: in any)."""
        where = self.by_permission.get(name, frozenset())
        return bool(where) if branch is None else bool(where & {0, branch})

    def scope(self, name: str) -> frozenset[int] | None:
        """Branches that he may look at under this permission; ``None`` = all of them."""
        where = self.by_permission.get(name, frozenset())
        return None if 0 in where else where


def clean_login(text: str) -> str:
    """A login as typed → as kept. Raises ``Refused("login.malformed")``."""
    login = text.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise Refused("login.malformed")
    return login


def add_role(connection: Connection, unit_id: int, name: str, permissions: tuple[str, ...]) -> int:
    """A new role → its number. Raises ``Refused("permission.unknown")``."""
    if not set(permissions) <= set(permission.ALL):
        raise Refused("permission.unknown")
    number = next_number(connection, role, "role", unit_id)
    connection.execute(
        role.insert().values(
            unit_id=unit_id, role=number, name=clean_name(name), permissions=" ".join(permissions)
        )
    )
    return number


def roles(connection: Connection, unit_id: int) -> list[dict[str, Any]]:
    """All roles by number; ``permissions`` as a tuple."""
    rows = connection.execute(sa.select(role).where(role.c.unit_id == unit_id).order_by(role.c.role))
    return [dict(row) | {"permissions": tuple(row["permissions"].split())} for row in rows.mappings()]


def add_operator(
    connection: Connection,
    unit_id: int,
    now: int,
    *,
    login: str,
    name: str,
    grants: tuple[tuple[int, int], ...],
    pin: str = "",
    password: str = "",
    one_time_until: int = 0,
    card: int = 0,
    by: int = 0,
) -> int:
    """A new operator → his number (writes). ``grants`` are (role, branch); secrets are verifiers.

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
    for role_no, branch in grants:
        connection.execute(
            grant.insert().values(unit_id=unit_id, operator=number, role=role_no, branch=branch)
        )
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


def rights(connection: Connection, unit_id: int, number: int) -> Rights | None:
    """What an active operator may do; ``None`` if there is no such operator or he was stopped."""
    name = connection.execute(
        sa.select(operator.c.name).where(
            operator.c.unit_id == unit_id, operator.c.operator == number, operator.c.state == "active"
        )
    ).scalar()
    if name is None:
        return None
    rows = connection.execute(
        sa.select(role.c.permissions, grant.c.branch)
        .join_from(grant, role, (grant.c.unit_id == role.c.unit_id) & (grant.c.role == role.c.role))
        .where(grant.c.unit_id == unit_id, grant.c.operator == number)
    )
    held: dict[str, set[int]] = {}
    for permissions, branch in rows:
        for one in permissions.split():
            held.setdefault(one, set()).add(branch)
    return Rights(number, name, {one: frozenset(where) for one, where in held.items()})


def demand(connection: Connection, unit_id: int, number: int, name: str, branch: int) -> Rights:
    """Raises ``Refused("operator.not_allowed")`` unless the operator holds the permission there."""
    held = rights(connection, unit_id, number)
    if held is None or not held.may(name, branch):
        raise Refused("operator.not_allowed", permission=name)
    return held


def operators(connection: Connection, unit_id: int) -> list[dict[str, Any]]:
    """All operators with their grants as ``(role, branch)``, without secrets."""
    granted: dict[int, list[tuple[int, int]]] = {}
    for row in connection.execute(sa.select(grant).where(grant.c.unit_id == unit_id).order_by(grant.c.role)):
        granted.setdefault(row.operator, []).append((row.role, row.branch))
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
    query = sa.select(*columns).where(operator.c.unit_id == unit_id).order_by(operator.c.operator)
    rows = connection.execute(query).mappings()
    return [dict(row) | {"grants": tuple(granted.get(row["operator"], ()))} for row in rows]
