"""Checks of who somebody is that a station made without the office: into the same log, once each. F: A13"""

from onecard.clock import local
from onecard.wire.messages import Checked, Result, Status
from server.books.item import Item, answered
from server.books.sheet import Fact, Sheet
from server.operators import log


def take(sheet: Sheet, item: Item, body: Checked) -> Result | None:
    """Log it as the question would have been logged, with when it was asked (writes)."""
    again, result = answered(sheet, item)
    if again:
        return result
    log.write(
        sheet.connection, sheet.unit, sheet.now, body.operator, "till.identify", str(body.card),
        state=body.state, terminal=body.id.terminal, checked_at=local(body.at).strftime("%Y-%m-%d %H:%M:%S"),
    )  # fmt: skip
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", 0))
    return None
