"""What a card had counted when it paid, by its own record; and whether the sale before left it so. F: B4 B9

The counters of a ``sale/3`` decide its limits again, so they are not taken on one terminal's word alone.
"""

from onecard.cards.image import Purse
from onecard.rules.limits import Spent, spent_of
from onecard.rules.periods import Calendar
from onecard.rules.purse import Change, advance
from onecard.wire.messages import CountedSale, Counters, Sale
from server.books.original import intent_of
from server.books.sheet import Sheet
from server.books.tables import key_of
from server.catalogue.terms import calendar_of


def counted(intent: Sale, calendar: Calendar) -> Spent | None:
    """What the card had spent of its day and meal, by its own record; ``None``: the sale does not say."""
    if not isinstance(intent, CountedSale):
        return None
    return spent_of(_purse(intent.counters), intent.at, calendar)


def follows(sheet: Sheet, intent: Sale) -> bool:
    """Whether a sale tells the counters that the sale before it left on the card. Yes where that was no sale,
    or one that told none: then the card alone knows."""
    if not isinstance(intent, CountedSale) or intent.purse is None:
        return True
    before = intent_of(sheet, key_of(intent.purse.prev))
    if not isinstance(before, CountedSale) or (before.card, before.issue) != (intent.card, intent.issue):
        return True
    change = Change(spent_fen=before.due_fen, first_n=before.first_n)
    calendar = calendar_of(sheet.connection, sheet.unit, before)
    after, _ = advance(_purse(before.counters), change, by=before.id, at=before.at, calendar=calendar)
    return Counters.of(after) == intent.counters


def _purse(had: Counters) -> Purse:
    return Purse(
        last_time=had.last_time, day_total=had.day_total, day_count=had.day_count, first_n=had.first_n,
        meal_total=had.meal_total, meal_count=had.meal_count,
    )  # fmt: skip
