"""Orders at other people's card terminals: what moved there must be a sale here, or be given back. F: C16 C17

What a till ordered and heard is kept, no money is booked by it: the sale that names the order does that. What
moved and nothing here names by the end of its shift is for a person; so is all of a lost till's.
"""

from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from onecard.ids import RecordId
from onecard.wire.foreign import ForeignOrder, ForeignProof, ForeignTotals, ForeignWord
from onecard.wire.messages import Body, CounterSale, ShiftClose
from server.books.item import Item
from server.books.sheet import Sheet
from server.books.tables import foreign_payment as table
from server.books.tables import id_of, in_range, key_of, shift_close
from server.db import write_rows
from server.exceptions.tables import exception

UNCLAIMED, DIFFER = "foreign_unclaimed", "foreign_differs"
OPEN, APPROVED, DECLINED = "open", "approved", "declined"


def take(sheet: Sheet, item: Item, body: Body) -> None:
    """What one record says of such an order, if it says anything."""
    match body:
        case ForeignOrder():
            _ordered(sheet, item, body)
        case ForeignWord():
            _told(sheet, key_of(body.of), body)
        case ForeignProof():
            _look(sheet, table.c.fact == key_of(body.of), proof=True)
        case ForeignTotals():
            _compared(sheet, item, body)
        case ShiftClose():
            mine = (table.c.terminal == body.id.terminal, table.c.shift == body.shift)
            _look(sheet, *mine, table.c.state == APPROVED, table.c.fact < item.key)
        case CounterSale() if body.reference:
            of = _order(body.reference)
            _change(sheet, of, sold=item.key)
            _close(sheet, of, "sold")


def lost(sheet: Sheet, terminal: int) -> None:
    """Its till is gone: what it never told may have moved as well."""
    _look(sheet, table.c.terminal == terminal, table.c.state.in_((OPEN, APPROVED)))


def _ordered(sheet: Sheet, item: Item, body: ForeignOrder) -> None:
    known = select(table.c.fact).where(table.c.unit_id == sheet.unit, table.c.fact == item.key)
    if sheet.connection.execute(known).first() is None:
        original = _order(body.original) if body.original else 0
        row = (
            sheet.unit, item.key, body.id.terminal, body.shift, body.device, body.kind, original, body.fen,
            body.at, OPEN, 0, 0,
        )  # fmt: skip
        write_rows(sheet.connection, table, [row])


def _told(sheet: Sheet, of: int, body: ForeignWord) -> None:
    row = _row(sheet, of)
    if row is None:
        return
    _change(sheet, of, state=APPROVED if body.is_approved else DECLINED)
    if not body.is_approved:
        _close(sheet, of, "declined")
    elif row.kind == "sale":
        # A word that came after its shift was closed, or out of a lost till's disk.
        if sheet.chains.is_lost_terminal(row.terminal) or _is_closed(sheet, row.terminal, row.shift, of):
            _look(sheet, table.c.fact == of)
    else:
        _change(sheet, row.original, back=of)
        _close(sheet, row.original, "given_back")


def _is_closed(sheet: Sheet, terminal: int, shift: int, of: int) -> bool:
    if any(row[2:4] == (terminal, shift) and row[1] > of for row in sheet.closes):
        return True
    mine = (shift_close.c.terminal == terminal, shift_close.c.shift == shift, shift_close.c.fact > of)
    query = select(shift_close.c.fact).where(shift_close.c.unit_id == sheet.unit, *mine).limit(1)
    return sheet.connection.execute(query).first() is not None


def _look(sheet: Sheet, *which: ColumnElement[bool], proof: bool = False) -> None:
    """List what moved, or may have, and is nobody's. ``proof``: its member was told so in writing."""
    query = select(table).where(
        table.c.unit_id == sheet.unit, table.c.kind == "sale", table.c.sold == 0, table.c.back == 0, *which
    )
    for row in sheet.connection.execute(query.order_by(table.c.fact)).all():
        said: dict[str, Any] = {"device": row.device, "state": row.state}
        if proof:
            said["proof"] = 1
        sheet.inbox.add(UNCLAIMED, id_of(row.fact), fact=row.fact, fen=row.fen, **said)


def _compared(sheet: Sheet, item: Item, body: ForeignTotals) -> None:
    """Our sums of a batch against the terminal's: what differs is for a person; later agreement ends it."""
    subject = f"{body.id.terminal}/{body.device}/{body.batch}"
    ours, theirs = body.ours, body.theirs
    if ours == theirs:
        _end(sheet, DIFFER, subject, "agrees")
        return
    fen = (theirs[1] - theirs[3]) - (ours[1] - ours[3])
    sheet.inbox.add(
        DIFFER, subject, fact=item.key, fen=fen, device=body.device, batch=body.batch,
        ours="/".join(map(str, ours)), theirs="/".join(map(str, theirs)),
    )  # fmt: skip


def _order(reference: str) -> int:
    """The order that a reference names; 0: it is none of ours."""
    with suppress(ValueError):
        found = RecordId.parse(reference)
        return key_of(found) if in_range(found) else 0
    return 0


def _row(sheet: Sheet, of: int) -> "Row[Any] | None":
    query = select(table).where(table.c.unit_id == sheet.unit, table.c.fact == of)
    return sheet.connection.execute(query).first()


def _change(sheet: Sheet, of: int, **values: Any) -> None:
    mine = (table.c.unit_id == sheet.unit, table.c.fact == of)
    sheet.connection.execute(update(table).where(*mine).values(**values))


def _close(sheet: Sheet, of: int, note: str) -> None:
    """Nobody has to look any more; one that two people settled meanwhile stays as they left it."""
    if of:
        _end(sheet, UNCLAIMED, str(id_of(of)), note)


def _end(sheet: Sheet, kind: str, subject: str, note: str) -> None:
    sheet.inbox.drop(kind, subject)
    mine = (exception.c.unit_id == sheet.unit, exception.c.kind == kind, exception.c.subject == subject)
    sheet.connection.execute(
        update(exception)
        .where(*mine, exception.c.closed_at.is_(None))
        .values(closed_at=sheet.now, note=note, action="explained")
    )
