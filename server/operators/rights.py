"""What one operator may do, and where; and that nobody hands out more than he holds. F: H2

A right is a permission in a place; the office's queries take the scope of the permission they serve.
"""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators.tables import grant, operator, role
from server.organisation.scope import Place, Scope


class Rights(msgspec.Struct, frozen=True):
    """What one operator may do: permission → places, (0, 0) standing for the whole unit."""

    unit: int
    operator: int
    name: str
    by_permission: dict[str, frozenset[Place]]

    def may(self, name: str, branch: int | None = None, owner: int = 0) -> bool:
        """Whether he holds the permission at ``(branch, owner)``; ``None``: anywhere at all."""
        if branch is None:
            return bool(self.by_permission.get(name))
        return self.scope(name).has(branch, owner)

    def scope(self, name: str) -> Scope:
        """What he may look at under this permission."""
        return Scope(self.unit, self.by_permission.get(name, frozenset()))

    def demand_delegable(self, permissions: Iterable[str], branch: int, owner: int) -> None:
        """Raises ``Refused("operator.not_allowed")`` unless he holds each of them at least as widely."""
        for one in permissions:
            if not self.may(one, branch, owner):
                raise Refused("operator.not_allowed", permission=one)


def _held(granted: Iterable[tuple[str, int, int]]) -> dict[str, frozenset[Place]]:
    """(permissions of a role, branch, owner) of each grant → permission → places."""
    held: dict[str, set[Place]] = {}
    for permissions, branch, owner in granted:
        for one in permissions.split():
            held.setdefault(one, set()).add((branch, owner))
    return {one: frozenset(where) for one, where in held.items()}


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
        sa.select(role.c.permissions, grant.c.branch, grant.c.owner)
        .join_from(grant, role, (grant.c.unit_id == role.c.unit_id) & (grant.c.role == role.c.role))
        .where(grant.c.unit_id == unit_id, grant.c.operator == number)
    )
    return Rights(unit_id, number, name, _held((row[0], row[1], row[2]) for row in rows))


def demand(
    connection: Connection, unit_id: int, number: int, name: str, branch: int, owner: int = 0
) -> Rights:
    """Raises ``Refused("operator.not_allowed")`` unless the operator holds the permission there."""
    held = rights(connection, unit_id, number)
    if held is None or not held.may(name, branch, owner):
        raise Refused("operator.not_allowed", permission=name)
    return held
