"""When each terminal was last heard, and what it said about itself: pending records, versions, devices."""

import msgspec
from sqlalchemy import Connection

from onecard.wire.messages import Fetch
from server.terminals.tables import contact


def keep(connection: Connection, unit_id: int, heard: dict[int, Fetch], now: int) -> None:
    """Write the heartbeats of many terminals (writes)."""
    for number, said in sorted(heard.items()):
        values = {
            "seen_at": now,
            "pending": max(0, min(said.pending, 2**31 - 1)),
            "app": said.app,
            "health": msgspec.json.encode(said.health).decode(),
            "have": msgspec.json.encode(said.have).decode(),
        }
        where = (contact.c.unit_id == unit_id) & (contact.c.terminal == number)
        if connection.execute(contact.update().where(where).values(**values)).rowcount == 0:
            connection.execute(contact.insert().values(unit_id=unit_id, terminal=number, **values))
