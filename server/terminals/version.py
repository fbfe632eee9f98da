"""The running version of each document's source. Whoever changes a source moves its version on, in the same
transaction; terminals then ask for what is newer. Knows no document's content.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from server.terminals.tables import document_version

TERMINAL = "terminal"
TYPES = "types"
CATALOGUE = "catalogue"
CALENDAR = "calendar"
OPERATORS = "operators"
MEMBERS = "members"
COMMANDS = "commands"
#: Not a document: moves when a terminal is enrolled, revoked or moved, so that every process looks again.
REGISTRY = "registry"


def touch(connection: Connection, unit_id: int, name: str, now: int) -> int:
    """The source of ``name`` has changed (writes) → its new version."""
    where = (document_version.c.unit_id == unit_id) & (document_version.c.name == name)
    moved = connection.execute(
        document_version.update()
        .where(where)
        .values(version=document_version.c.version + 1, changed_at=now)
        .returning(document_version.c.version)
    ).scalar()
    if moved is not None:
        return int(moved)
    connection.execute(
        document_version.insert().values(unit_id=unit_id, name=name, version=1, changed_at=now)
    )
    return 1


def versions(connection: Connection, unit_id: int) -> dict[str, tuple[int, int]]:
    """Name → (version, unix time of the change)."""
    rows = connection.execute(sa.select(document_version).where(document_version.c.unit_id == unit_id))
    return {row.name: (row.version, row.changed_at) for row in rows}
