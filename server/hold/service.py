"""What is held for whom and until when. F: C19"""

from typing import Any

from sqlalchemy import Connection, select

from server.hold.tables import hold
from server.organisation.scope import Scope


def holds(
    connection: Connection, scope: Scope, *, ended: bool = False, limit: int = 200
) -> list[dict[str, Any]]:
    """Open ones, the next to go back first; or the newest of those that ended."""
    query = select(hold).where(scope.by_outlet(hold))
    if ended:
        query = query.where(hold.c.state != "held").order_by(hold.c.ended_at.desc())
    else:
        query = query.where(hold.c.state == "held").order_by(hold.c.until)
    return [dict(row._mapping) for row in connection.execute(query.limit(limit))]
