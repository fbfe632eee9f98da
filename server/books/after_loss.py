"""What a box did after its loss was reported counts only where cards say so themselves. F: E8 G6

Whoever holds the box holds its key, so its own word is worth nothing from that moment on. A record that
another terminal's record of the same card names as the one before it is confirmed, and with it whatever it
names in turn; everything else with money in it waits for two people.
"""

from collections.abc import Sequence

from sqlalchemy import select

from onecard.wire.messages import PURSE_INTENTS, Claim, Credit, Result, Waiting
from server.books.case import amount_of, medium_of
from server.books.item import Item, answered, quarantine
from server.books.sheet import Sheet
from server.books.tables import key_of
from server.cards.tables import link

REASON = "after_loss"


def denied(sheet: Sheet, items: Sequence[Item]) -> set[int]:
    """The places of those that nothing confirms."""
    confirmed: set[int] = set()
    found: set[int] = set()
    first = next(at for at, item in enumerate(items) if item.is_late)
    # From the newest: what a confirmed record names as the one before it is confirmed as well. Order is by
    # number: what stands behind a late one is late, whatever its clock says.
    for item in reversed(items[first:]):
        body = item.body
        if isinstance(body, Credit | Waiting | Claim):
            found.add(item.place)
        if not isinstance(body, PURSE_INTENTS):
            continue
        if body.purse is None or not (item.key in confirmed or _is_named(sheet, item)):
            found.add(item.place)
        else:
            confirmed.add(key_of(body.purse.prev))
    return found


def _is_named(sheet: Sheet, item: Item) -> bool:
    assert isinstance(item.body, PURSE_INTENTS)
    assert item.body.purse is not None
    card, issue = medium_of(item.body)
    query = select(link.c.fact).where(
        link.c.unit_id == sheet.unit, link.c.card == card, link.c.issue == issue,
        link.c.counter == item.body.purse.counter + 1, link.c.prev == item.key,
    )  # fmt: skip
    return sheet.connection.execute(query.limit(1)).first() is not None


def deny(sheet: Sheet, item: Item) -> Result | None:
    """It waits for people, with its money; one that was answered before stays as it was."""
    again, result = answered(sheet, item)
    if again:
        return result
    body, card, issue, fen = item.body, 0, 0, 0
    if isinstance(body, PURSE_INTENTS):
        (card, issue), fen = medium_of(body), amount_of(body)
    elif isinstance(body, Credit):
        card, issue, fen = body.card, body.issue, body.value_fen
    elif isinstance(body, Waiting | Claim):
        fen = body.amount_fen
    return quarantine(sheet, item, REASON, card=card, issue=issue, fen=fen)
