"""What became of a command: the first word stands, whether it came as a report or as the terminal's record.

A record comes by network, by stick or out of a dead box's disk; it is as good as any report. F: E4 E6
Knows no message and no books.
"""

from typing import Final

from sqlalchemy import Connection, select

from server.terminals.tables import command

_STATES: Final = ("done", "failed", "refused", "interrupted")


def end(
    connection: Connection, unit: int, terminal: int, number: int, state: str, said: str, digest: str, at: int
) -> bool:
    """Write it down unless it was before (writes); ``False``: nobody asked this terminal for that, or it is
    no end. ``at``: server time by the terminal's word."""
    mine = (command.c.unit_id == unit) & (command.c.command == number) & (command.c.terminal == terminal)
    row = connection.execute(select(command.c.ended_at).where(mine)).first()
    if row is None or state not in _STATES:
        return False
    if not row.ended_at:
        values = {"state": state, "said": said, "digest": digest, "ended_at": max(1, at)}
        connection.execute(command.update().where(mine).values(**values))
    return True
