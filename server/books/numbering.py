"""Money that waits for a card gets its number; what the holder owes is taken first. F: D9

The one place where a waiting load is made from money that was just posted to the waiting account.
"""

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import debt
from onecard.wire.messages import LoadIntent
from server.books.original import intent_of
from server.books.sheet import Sheet


def number_load(
    sheet: Sheet,
    card: int,
    issue: int,
    fen: int,
    kind: str,
    by: int,
    *,
    wallet: str = "main",
    expires_day: int = 0,
) -> Postings:
    """A load of ``fen`` > 0 for a medium, made by the record ``by``; postings that go into the same entry.

    Only the main wallet pays debts: gift and subsidy are for what they were given for. A load that is eaten
    up by debt gets no number.
    """
    assert fen > 0, fen
    owed = max(0, -sheet.balance(accounts.debt(card))) if wallet == "main" else 0
    taken = min(owed, fen)
    if fen > taken:
        if sheet.books_epoch > 1 and not sheet.is_told_again:
            sheet.loads.pass_over(card, issue, _seen(sheet, card, issue), by)
        sheet.loads.add(card, issue, fen - taken, kind, by, wallet=wallet, expires_day=expires_day)
    return debt.taken(card, accounts.waiting(card, issue, wallet), taken)


def _seen(sheet: Sheet, card: int, issue: int) -> int:
    """The newest load that the card itself says it has, by its newest record: books that were put back may
    have given out its number before and know nothing of it. F: H6"""
    chain = sheet.chains.heads.get((card, issue))
    intent = None if chain is None else intent_of(sheet, chain.head)
    if isinstance(intent, LoadIntent):
        return intent.loads[-1].number
    purse = None if intent is None else intent.purse
    return purse.last_load if purse is not None and isinstance(purse.last_load, int) else 0
