"""How far a terminal's journal has arrived here, and which restore of the books this is. Reads only."""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from server.books.tables import counter, watermark


class Watermark(msgspec.Struct, frozen=True):
    """``received``: gap-free up to this seq of ``epoch``, ending at hash ``head`` ("" before the first).

    ``at``: when its last record came.
    """

    epoch: int
    received: int
    head: str
    books_epoch: int
    at: int = 0


def of(connection: Connection, unit_id: int, terminal: int, epoch: int) -> Watermark:
    """The watermark of a terminal's newest life, which is ``epoch`` or, on a disk that was copied, later."""
    row = connection.execute(
        sa.select(watermark.c.epoch, watermark.c.received, watermark.c.head)
        .where(
            watermark.c.unit_id == unit_id,
            watermark.c.terminal == terminal,
            watermark.c.epoch >= epoch,
        )
        .order_by(watermark.c.epoch.desc())
        .limit(1)
    ).first()
    books_epoch = connection.execute(
        sa.select(counter.c.value).where(counter.c.unit_id == unit_id, counter.c.name == "books_epoch")
    ).scalar()
    newest, received, head = (row.epoch, row.received, row.head) if row else (epoch, 0, "")
    return Watermark(newest, received, head, int(books_epoch or 1))


def all_of(connection: Connection, unit_id: int) -> dict[int, list[Watermark]]:
    """Terminal → its watermarks, newest epoch first."""
    out: dict[int, list[Watermark]] = {}
    rows = connection.execute(
        sa.select(watermark).where(watermark.c.unit_id == unit_id).order_by(watermark.c.epoch.desc())
    )
    for row in rows:
        out.setdefault(row.terminal, []).append(Watermark(row.epoch, row.received, row.head, 0, row.at))
    return out
