"""A past sale as the office looks at it: what was on the bill, what of it went back. Reads only. F: A4 C7"""

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from onecard.books.events import refund
from onecard.ids import RecordId
from onecard.wire.messages import Line, Sale, decode_body
from server.books import tables
from server.books.selling import off_of
from server.books.tables import id_of
from server.organisation.scope import Scope


class Sold(msgspec.Struct, frozen=True):
    """``lines``: (line, fen to pay after discounts, quantity gone back in thousandths, fen gone back);
    none when the bill is not known line by line. ``back_fen``: of the whole sale, voids and refunds."""

    entry: int
    key: int
    id: RecordId
    head: dict[str, Any]
    lines: tuple[tuple[Line, int, int, int], ...]
    back_fen: int

    @property
    def left_fen(self) -> int:
        """What can still go back."""
        return max(0, -int(self.head["fen"]) - self.back_fen)


def sold(connection: Connection, scope: Scope, number: int) -> Sold | None:
    """One sale that may be seen."""
    entry, back = tables.entry, tables.reversed_
    if not 0 < number < 1 << 62:
        return None
    query = select(entry).where(scope.by_sale(entry), entry.c.entry == number, entry.c.kind == "sale")
    head = connection.execute(query).mappings().first()
    if head is None:
        return None
    gone = connection.execute(select(back.c.fen).where(scope.by_unit(back), back.c.entry == number)).scalars()
    return Sold(
        number, head["fact"], id_of(head["fact"]), dict(head),
        _lines(connection, scope, number, head["fact"]), sum(int(fen) for fen in gone),
    )  # fmt: skip


def _lines(
    connection: Connection, scope: Scope, number: int, fact: int
) -> tuple[tuple[Line, int, int, int], ...]:
    record, table = tables.record, tables.refund_line
    raw = connection.execute(
        select(record.c.body).where(scope.by_unit(record), record.c.record == fact)
    ).scalar()
    try:
        bill = None if raw is None else decode_body(bytes(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    if not isinstance(bill, Sale):
        return ()
    off = list(off_of(bill)) or refund.discounts([line.total_fen for line in bill.lines], bill.discount_fen)
    query = select(table).where(scope.by_unit(table), table.c.entry == number)
    gone = {row.line: (row.quantity, row.fen) for row in connection.execute(query)}
    return tuple(
        (line, line.total_fen - off[at], *gone.get(at, (0, 0))) for at, line in enumerate(bill.lines)
    )
