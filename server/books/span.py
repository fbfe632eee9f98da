"""Which entries belong to a range of batches. One writer numbers both, so their order is the same: the border
is found by halving, without an index that every posting would pay for.
"""

from sqlalchemy import Connection, select

from server.books import tables


def first_after(connection: Connection, unit: int, batch_no: int) -> int:
    """The number of the first entry behind this batch; one more than the newest if there is none."""
    batch, entry = tables.batch, tables.entry
    at = select(batch.c.batch).where(batch.c.unit_id == unit, batch.c.batch_no <= batch_no)
    last = connection.execute(at.order_by(batch.c.batch_no.desc()).limit(1)).scalar() or 0
    mine = select(entry.c.entry, entry.c.batch).where(entry.c.unit_id == unit)
    ends = [
        connection.execute(mine.order_by(order).limit(1)).first()
        for order in (entry.c.entry, entry.c.entry.desc())
    ]
    if ends[0] is None or ends[1] is None:
        return 1
    low, high = int(ends[0].entry), int(ends[1].entry) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(mine.where(entry.c.entry >= middle).order_by(entry.c.entry).limit(1)).first()
        if row is None or row.batch > last:
            high = middle
        else:
            low = int(row.entry) + 1
    return low
