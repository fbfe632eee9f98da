"""Adds and reads units, branches, outlets and owners. Knows no money and no person."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Table

from onecard.errors import Refused
from server.organisation.scope import Scope
from server.organisation.tables import branch, outlet, owner, unit
from server.terminals import version


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a terminal stands, with the names people read."""

    unit: int
    unit_name: str
    day_starts_at_minute: int
    branch: int
    branch_name: str
    outlet: int
    outlet_name: str
    owner: int


def next_number(connection: Connection, table: Table, column: str, unit_id: int) -> int:
    """The next free number of a small table; the caller's transaction holds the write lock."""
    highest = connection.execute(
        sa.select(sa.func.max(table.c[column])).where(table.c.unit_id == unit_id)
    ).scalar()
    return int(highest or 0) + 1


def clean_name(text: str) -> str:
    """A name as typed → as kept: trimmed, printable, ≤ 64. Raises ``Refused("name.malformed")``."""
    name = " ".join(text.split())
    if not name or len(name) > 64 or not name.isprintable():
        raise Refused("name.malformed")
    return name


def add_unit(
    connection: Connection, unit_id: int, name: str, now: int, day_starts_at_minute: int = 0
) -> None:
    """The organisation itself; the first row of an installation."""
    connection.execute(
        unit.insert().values(
            unit_id=unit_id, name=clean_name(name), day_starts_at_minute=day_starts_at_minute, made_at=now
        )
    )


def first_unit(connection: Connection) -> int | None:
    """The unit this database serves, ``None`` in an empty one."""
    return connection.execute(sa.select(unit.c.unit_id).order_by(unit.c.unit_id).limit(1)).scalar()


def unit_name(connection: Connection, unit_id: int) -> str:
    """What people call the unit."""
    return str(connection.execute(sa.select(unit.c.name).where(unit.c.unit_id == unit_id)).scalar_one())


def day_starts_at_minute(connection: Connection, unit_id: int) -> int:
    """When the business day of this unit begins, minutes after midnight."""
    return int(
        connection.execute(
            sa.select(unit.c.day_starts_at_minute).where(unit.c.unit_id == unit_id)
        ).scalar_one()
    )


def rename_unit(connection: Connection, unit_id: int, name: str, now: int = 0) -> None:
    """Another name for the unit (writes); every terminal learns it, valid from ``now`` (0: since always)."""
    connection.execute(unit.update().where(unit.c.unit_id == unit_id).values(name=clean_name(name)))
    version.touch(connection, unit_id, version.TERMINAL, now)


def set_day_start(connection: Connection, unit_id: int, minute: int, now: int) -> None:
    """From when on a moment belongs to the next business day, minutes after midnight (writes)."""
    connection.execute(unit.update().where(unit.c.unit_id == unit_id).values(day_starts_at_minute=minute))
    version.touch(connection, unit_id, version.TERMINAL, now)


def add_branch(connection: Connection, unit_id: int, name: str) -> int:
    """A new branch → its number (writes)."""
    number = next_number(connection, branch, "branch", unit_id)
    connection.execute(branch.insert().values(unit_id=unit_id, branch=number, name=clean_name(name)))
    return number


def add_owner(connection: Connection, unit_id: int, name: str) -> int:
    """A new owner → his number (writes)."""
    number = next_number(connection, owner, "owner", unit_id)
    connection.execute(owner.insert().values(unit_id=unit_id, owner=number, name=clean_name(name)))
    return number


def add_outlet(connection: Connection, unit_id: int, name: str, branch_no: int, owner_no: int) -> int:
    """A new selling point → its number (writes). Raises ``Refused("branch.unknown" | "owner.unknown")``."""
    _demand_place(connection, unit_id, branch_no, owner_no)
    number = next_number(connection, outlet, "outlet", unit_id)
    connection.execute(
        outlet.insert().values(
            unit_id=unit_id, outlet=number, branch=branch_no, owner=owner_no, name=clean_name(name)
        )
    )
    return number


def _demand_place(connection: Connection, unit_id: int, branch_no: int, owner_no: int) -> None:
    whole = Scope.whole(unit_id)
    if branch_no not in {row["branch"] for row in branches(connection, whole)}:
        raise Refused("branch.unknown")
    if owner_no not in {row["owner"] for row in owners(connection, whole)}:
        raise Refused("owner.unknown")


def change_branch(connection: Connection, unit_id: int, number: int, name: str, now: int) -> None:
    """Another name (writes). Raises ``Refused("branch.unknown")``."""
    where = (branch.c.unit_id == unit_id) & (branch.c.branch == number)
    if connection.execute(branch.update().where(where).values(name=clean_name(name))).rowcount != 1:
        raise Refused("branch.unknown")
    version.touch(connection, unit_id, version.TERMINAL, now)


def change_owner(connection: Connection, unit_id: int, number: int, name: str) -> None:
    """Another name (writes). Raises ``Refused("owner.unknown")``."""
    where = (owner.c.unit_id == unit_id) & (owner.c.owner == number)
    if connection.execute(owner.update().where(where).values(name=clean_name(name))).rowcount != 1:
        raise Refused("owner.unknown")


def change_outlet(
    connection: Connection, unit_id: int, number: int, name: str, branch_no: int, owner_no: int, now: int
) -> None:
    """Another name, branch or owner from now on (writes); what was sold stays with the owner of that day."""
    _demand_place(connection, unit_id, branch_no, owner_no)
    where = (outlet.c.unit_id == unit_id) & (outlet.c.outlet == number)
    values = {"name": clean_name(name), "branch": branch_no, "owner": owner_no}
    if connection.execute(outlet.update().where(where).values(**values)).rowcount != 1:
        raise Refused("outlet.unknown")
    version.touch(connection, unit_id, version.TERMINAL, now)
    version.touch(connection, unit_id, version.OPERATORS, now)


def _listed(connection: Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def branches(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Branches by number: those seen whole, and those of an outlet that is seen."""
    named = sa.select(outlet.c.branch).where(scope.by_place(outlet))
    mine = scope.by_branch(branch) | (scope.by_unit(branch) & branch.c.branch.in_(named))
    return _listed(connection, sa.select(branch).where(mine).order_by(branch.c.branch))


def owners(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Owners by number: oneself, and those of an outlet that is seen."""
    named = sa.select(outlet.c.owner).where(scope.by_place(outlet))
    mine = scope.by_owner(owner) | (scope.by_unit(owner) & owner.c.owner.in_(named))
    return _listed(connection, sa.select(owner).where(mine).order_by(owner.c.owner))


def outlets(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Outlets by number."""
    return _listed(connection, sa.select(outlet).where(scope.by_place(outlet)).order_by(outlet.c.outlet))


def place(connection: Connection, unit_id: int, outlet_no: int) -> Place:
    """Everything about where an outlet is. Raises ``Refused("outlet.unknown")``."""
    row = (
        connection.execute(
            sa.select(
                unit.c.name.label("unit_name"),
                unit.c.day_starts_at_minute,
                outlet.c.branch,
                branch.c.name.label("branch_name"),
                outlet.c.name.label("outlet_name"),
                outlet.c.owner,
            )
            .join_from(outlet, unit, unit.c.unit_id == outlet.c.unit_id)
            .join(branch, (branch.c.unit_id == outlet.c.unit_id) & (branch.c.branch == outlet.c.branch))
            .where(outlet.c.unit_id == unit_id, outlet.c.outlet == outlet_no)
        )
        .mappings()
        .first()
    )
    if row is None:
        raise Refused("outlet.unknown")
    return Place(unit=unit_id, outlet=outlet_no, **row)
