"""The books were put back from a copy: another life of them begins, and all terminals send and fetch anew.

Numbers of the lives before are not used again, also when the same copy is put back twice: a small file beside
the database remembers how far the books of this machine had come, and says so when they are suddenly younger.
"""

from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.whole_file import write_whole
from server.books.tables import batch, counter
from server.cards.stops import count_of
from server.db import one_writer, write_rows
from server.operators import log

NAME: Final = "books-mark.json"
_COUNT: Final = "books_epoch"


class Mark(msgspec.Struct, frozen=True, order=True):
    """How far the books had come: which life of them, and its newest batch."""

    epoch: int
    batch_no: int


def of(connection: Connection, unit: int) -> Mark:
    """As the database says."""
    return Mark(count_of(connection, unit, _COUNT) or 1, count_of(connection, unit, "batch_no"))


def known(folder: Path) -> Mark | None:
    """What this machine remembers; ``None`` on a new one."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Mark)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def keep(folder: Path, mark: Mark) -> None:
    """Remember it, unless more is known already."""
    before = known(folder)
    if before is None or before < mark:
        write_whole(folder / NAME, msgspec.json.encode(mark))


def demand_current(folder: Path, mark: Mark) -> None:
    """Raises ``Refused("restored.not_said")`` when the books are younger than they were here before."""
    before = known(folder)
    if before is not None and mark < before:
        raise Refused("restored.not_said", epoch=before.epoch)


def begin(
    connection: Connection,
    unit: int,
    now: int,
    *,
    known_epoch: int = 0,
    seen: Mark | None = None,
    by: int = 0,
) -> int:
    """Another life of the books (writes) → its number; above ``known_epoch``, the highest that is remembered
    anywhere. Raises ``Refused("restored.already")``: it has begun, nothing was booked in it yet, and nothing
    more was ``seen`` on this machine."""
    one_writer(connection, unit)
    here = of(connection, unit)
    if here == seen and here.epoch > 1 and not _is_used(connection, unit, here.epoch):
        raise Refused("restored.already", epoch=here.epoch)
    number = max(here.epoch, known_epoch) + 1
    write_rows(connection, counter, [(unit, _COUNT, number)], replace=True)
    log.write(connection, unit, now, 0, "books.restored", str(number), before=here.epoch)
    return number


def _is_used(connection: Connection, unit: int, epoch: int) -> bool:
    query = sa.select(batch.c.batch).where(batch.c.unit_id == unit, batch.c.books_epoch == epoch)
    return connection.execute(query.limit(1)).first() is not None
