"""Adds and reads units, branches, outlets and owners. Knows no money and no person."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Table

from onecard.errors import Refused
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


def add_branch(connection: Connection, unit_id: int, name: str) -> int:
    """A new branch → its number."""
    number = next_number(connection, branch, "branch", unit_id)
    connection.execute(branch.insert().values(unit_id=unit_id, branch=number, name=clean_name(name)))
    return number


def add_owner(connection: Connection, unit_id: int, name: str) -> int:
    """A new owner → his number."""
    number = next_number(connection, owner, "owner", unit_id)
    connection.execute(owner.insert().values(unit_id=unit_id, owner=number, name=clean_name(name)))
    return number


def add_outlet(connection: Connection, unit_id: int, name: str, branch_no: int, owner_no: int) -> int:
    """A new selling point → its number. Raises ``Refused("branch.unknown" | "owner.unknown")``."""
    if branch_no not in {row["branch"] for row in branches(connection, unit_id)}:
        raise Refused("branch.unknown")
    if owner_no not in {row["owner"] for row in owners(connection, unit_id)}:
        raise Refused("owner.unknown")
    number = next_number(connection, outlet, "outlet", unit_id)
    connection.execute(
        outlet.insert().values(
            unit_id=unit_id, outlet=number, branch=branch_no, owner=owner_no, name=clean_name(name)
        )
    )
    return number


def branches(connection: Connection, unit_id: int) -> list[dict[str, Any]]:
    """All branches by number."""
    rows = connection.execute(sa.select(branch).where(branch.c.unit_id == unit_id).order_by(branch.c.branch))
    return [dict(row) for row in rows.mappings()]


def owners(connection: Connection, unit_id: int) -> list[dict[str, Any]]:
    """All owners by number."""
    rows = connection.execute(sa.select(owner).where(owner.c.unit_id == unit_id).order_by(owner.c.owner))
    return [dict(row) for row in rows.mappings()]


def outlets(connection: Connection, unit_id: int) -> list[dict[str, Any]]:
    """All outlets by number."""
    rows = connection.execute(sa.select(outlet).where(outlet.c.unit_id == unit_id).order_by(outlet.c.outlet))
    return [dict(row) for row in rows.mappings()]


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
