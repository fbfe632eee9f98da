"""Counts failed attempts and closes the door for a while: after each five, 1, 5, then 15 minutes.

An attempt is counted *before* it is checked and forgiven when it succeeds, so that a thousand parallel
guesses are five guesses.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.db import insert_new
from server.operators.tables import attempt

ALLOWED = 5
LOCKS_S = (60, 300, 900)
#: After a quiet day the count starts again.
FORGET_S = 86_400


def begin(connection: Connection, unit_id: int, target: str, now: int, allowed: int = ALLOWED) -> None:
    """Take one attempt at ``target`` (writes). Raises ``Refused("attempt.locked", seconds=…)``."""
    where = (attempt.c.unit_id == unit_id) & (attempt.c.target == target)
    row = connection.execute(sa.select(attempt).where(where).with_for_update()).mappings().first()
    if row is None:
        stale = (attempt.c.unit_id == unit_id) & (attempt.c.last_at < now - FORGET_S)
        connection.execute(attempt.delete().where(stale))
        # Of several first attempts at once each finds the row of whoever was first, and waits for him.
        insert_new(connection, attempt, unit_id=unit_id, target=target, failures=0, until=0, last_at=now)
        row = connection.execute(sa.select(attempt).where(where).with_for_update()).mappings().one()
    failures, until, last_at = row["failures"], row["until"], row["last_at"]
    if until > now:
        raise Refused("attempt.locked", seconds=until - now)
    if now - last_at > FORGET_S:
        failures = 0
    failures += 1
    lock = 0
    if failures % allowed == 0:
        lock = now + LOCKS_S[min(failures // allowed, len(LOCKS_S)) - 1]
    connection.execute(attempt.update().where(where).values(failures=failures, until=lock, last_at=now))


def forgive(connection: Connection, unit_id: int, target: str) -> None:
    """The attempt succeeded (writes)."""
    connection.execute(attempt.delete().where(attempt.c.unit_id == unit_id, attempt.c.target == target))
