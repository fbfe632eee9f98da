"""Roles: names of the unit's own for sets of permissions. F: H2

A role that is changed changes what everybody holds who has it, so a change passes the same rule as a grant.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators import log, permission
from server.operators.rights import Rights
from server.operators.tables import grant, role
from server.organisation.scope import Place, Scope
from server.organisation.service import clean_name, next_number
from server.terminals import version


def add_role(connection: Connection, unit_id: int, name: str, permissions: tuple[str, ...]) -> int:
    """A new role → its number (writes). Raises ``Refused("permission.unknown")``."""
    number = next_number(connection, role, "role", unit_id)
    connection.execute(
        role.insert().values(
            unit_id=unit_id, role=number, name=clean_name(name), permissions=_kept(permissions)
        )
    )
    return number


def _kept(permissions: tuple[str, ...]) -> str:
    """Known ones, in the order of the list. Raises ``Refused("permission.unknown")``."""
    if not set(permissions) <= set(permission.ALL):
        raise Refused("permission.unknown")
    return " ".join(one for one in permission.ALL if one in permissions)


def roles(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """All roles by number; ``permissions`` as a tuple. A role is a word of the unit and hides from nobody."""
    rows = connection.execute(sa.select(role).where(scope.by_unit(role)).order_by(role.c.role))
    return [dict(row) | {"permissions": tuple(row["permissions"].split())} for row in rows.mappings()]


def role_of(connection: Connection, scope: Scope, number: int) -> dict[str, Any]:
    """One role. Raises ``Refused("role.unknown")``."""
    found = next((row for row in roles(connection, scope) if row["role"] == number), None)
    if found is None:
        raise Refused("role.unknown")
    return found


def places_of(connection: Connection, unit_id: int, number: int) -> frozenset[Place]:
    """Wherever somebody holds this role."""
    query = sa.select(grant.c.branch, grant.c.owner).where(grant.c.unit_id == unit_id, grant.c.role == number)
    return frozenset((row[0], row[1]) for row in connection.execute(query))


def add_by(connection: Connection, who: Rights, name: str, permissions: tuple[str, ...], now: int) -> int:
    """A role made by an operator: of permissions that he holds somewhere himself (writes)."""
    for one in permissions:
        if one in permission.ALL and not who.may(one):
            raise Refused("operator.not_allowed", permission=one)
    number = add_role(connection, who.unit, name, permissions)
    log.write(
        connection, who.unit, now, who.operator, "role.add", str(number), permissions=" ".join(permissions)
    )
    return number


def change_by(
    connection: Connection, who: Rights, number: int, name: str, permissions: tuple[str, ...], now: int
) -> None:
    """Another name or other permissions (writes). What is added or taken away he must hold himself wherever
    the role is held: else editing a role would be a way around the rule of grants."""
    before = role_of(connection, Scope.whole(who.unit), number)
    changed = set(before["permissions"]) ^ set(permissions)
    kept = _kept(permissions)
    for one in changed:
        if not who.may(one):
            raise Refused("operator.not_allowed", permission=one)
    held_at = places_of(connection, who.unit, number)
    if not held_at and not who.may(permission.OPERATOR, 0):
        # Nobody's yet: it may be meant for anywhere.
        raise Refused("operator.not_allowed", permission=permission.OPERATOR)
    for branch, owner in held_at:
        who.demand_delegable(changed, branch, owner)
        if not changed and not who.may(permission.OPERATOR, branch, owner):
            raise Refused("operator.not_allowed", permission=permission.OPERATOR)
    connection.execute(
        role.update()
        .where(role.c.unit_id == who.unit, role.c.role == number)
        .values(name=clean_name(name), permissions=kept)
    )
    version.touch(connection, who.unit, version.OPERATORS, now)
    log.write(
        connection, who.unit, now, who.operator, "role.change", str(number),
        before=" ".join(before["permissions"]), after=kept,
    )  # fmt: skip
