"""Two live boxes on one terminal's key: each goes on in the next life when it hears of the other. F: E8

A disk that was copied or restored gets its next life and sells on. Lives that follow each other within the
hour are no copy any more, so the terminal is suspended until a person has found the second box: its questions
are refused, what it journaled stays on both disks, and what was uploaded counts. Knows no money.
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.ids import RecordId
from server.books.sheet import Sheet
from server.books.tables import key_of, record
from server.operators import log
from server.terminals import version
from server.terminals.tables import suspension, terminal

#: So many new lives within so many seconds.
LIVES: Final = 3
WITHIN_S: Final = 3_600
KIND: Final = "terminal_suspended"


def raised(sheet: Sheet, number: int, epoch: int) -> None:
    """A first record of another life has come; suspended if too many did (writes)."""
    connection, unit = sheet.connection, sheet.unit
    mine = (terminal.c.unit_id == unit, terminal.c.terminal == number)
    row = connection.execute(sa.select(terminal.c.epoch, terminal.c.state).where(*mine)).first()
    if row is None or row.state != "enrolled" or epoch < row.epoch + LIVES:
        return  # the life it was enrolled with is nobody's doing
    released = sa.select(sa.func.max(suspension.c.released_at)).where(
        suspension.c.unit_id == unit, suspension.c.terminal == number
    )
    since = max(sheet.now - WITHIN_S, connection.execute(released).scalar() or 0)
    firsts = [key_of(RecordId(number, one, 1)) for one in range(epoch - LIVES + 1, epoch)]
    earlier = sa.select(sa.func.count()).where(
        record.c.unit_id == unit, record.c.record.in_(firsts), record.c.received_at > since
    )
    if connection.execute(earlier).scalar_one() < LIVES - 1:
        return
    connection.execute(terminal.update().where(*mine).values(state="suspended"))
    connection.execute(
        suspension.insert().values(
            unit_id=unit, terminal=number, at=sheet.now, epoch=epoch, released_at=0, released_by=0
        )
    )
    version.touch(connection, unit, version.REGISTRY, sheet.now)
    sheet.inbox.add(KIND, f"{number}/{epoch}", fact=key_of(RecordId(number, epoch, 1)), number=epoch)


def release(connection: Connection, unit: int, number: int, now: int, by: int) -> None:
    """One box is left, says a person (writes). Raises ``Refused("terminal.unknown")``."""
    mine = (terminal.c.unit_id == unit, terminal.c.terminal == number, terminal.c.state == "suspended")
    if connection.execute(terminal.update().where(*mine).values(state="enrolled")).rowcount != 1:
        raise Refused("terminal.unknown")
    held = (suspension.c.unit_id == unit, suspension.c.terminal == number, suspension.c.released_at == 0)
    connection.execute(suspension.update().where(*held).values(released_at=now, released_by=by))
    version.touch(connection, unit, version.REGISTRY, now)
    log.write(connection, unit, now, by, "terminal.release", str(number))
