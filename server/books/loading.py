"""Numbered loads that a record says went onto its card. A fact: what does not fit is posted where it shows.

A number may have been worth less than it was: expired, or over the card's cap. Money that the books know
nothing of, or know otherwise, is held against the terminal until somebody has looked. F: D9
"""

from onecard.books import accounts
from onecard.books.entry import Posting, Postings, effect
from onecard.books.events import load
from onecard.books.wallets import ON_CARD, changes
from onecard.wire.messages import AppliedLoad, LoadIntent
from server.books.sheet import Sheet
from server.books.tables import id_of
from server.cards.loads import APPLIED, OPEN, RECALLED, UNKNOWN_KIND, WITHDRAWN_KIND, Row, recalled


def apply_loads(sheet: Sheet, key: int, intent: LoadIntent) -> Postings:
    """Mark them as applied by this record and say the postings."""
    card, number = intent.purse.card, intent.purse.issue
    expected = sheet.loads.last_applied(card, number) + 1
    if intent.loads[0].number > expected:
        sheet.inbox.add("load_skipped", f"{card}-{number}-{expected}", fact=key, card=card, issue=number)
    postings: tuple[Posting, ...] = ()
    for one in intent.loads:
        postings += _load(sheet, key, intent, one)
    return postings + _by_wallet(sheet, key, intent, postings)


def _load(sheet: Sheet, key: int, intent: LoadIntent, one: AppliedLoad) -> Postings:
    card, number = intent.purse.card, intent.purse.issue
    row = sheet.loads.get(card, number, one.number)
    if row is not None and row.state in OPEN and one.digest == row.digest:
        if row.state == RECALLED:
            sheet.inbox.add(
                "withdraw_failed", f"{card}-{number}-{one.number}", fact=key, card=card, issue=number,
                fen=one.fen, number=one.number,
            )  # fmt: skip
            sheet.loads.end_withdrawal(card, number, one.number, "failed")
        return _known(sheet, key, intent, one, row)
    if row is not None and row.state == RECALLED and _is_recalled(card, number, one, row):
        # This holder had learnt of it: it went onto the card worth nothing, so its money is free.
        target = sheet.loads.end_withdrawal(card, number, one.number, "done")
        sheet.loads.apply(card, number, one.number, 0, key)
        return load.withdrawn(card, number, row.wallet, target, row.fen)
    return _unknown(sheet, key, intent, one, row)


def _is_recalled(card: int, number: int, one: AppliedLoad, row: Row) -> bool:
    return one.fen == 0 and one.digest == recalled(card, number, one.number, row.wallet).digest


def _known(sheet: Sheet, key: int, intent: LoadIntent, one: AppliedLoad, row: Row) -> Postings:
    card, number = intent.purse.card, intent.purse.issue
    sheet.loads.apply(card, number, one.number, one.fen, key)
    postings = load.applied(card, number, row.wallet, one.fen)
    rest = row.fen - one.fen
    if rest > 0 and row.expires_day and row.expires_day < intent.day:
        return postings + load.expired(card, number, row.wallet, rest)
    if rest > 0 and row.fen > 0:
        # It did not fit: the rest waits on under a new number.
        sheet.loads.add(card, number, rest, row.kind, key, wallet=row.wallet, expires_day=row.expires_day)
    elif rest < 0:
        return postings + load.owed(card, number, row.wallet, -rest)
    return postings


def _unknown(sheet: Sheet, key: int, intent: LoadIntent, one: AppliedLoad, row: Row | None) -> Postings:
    """A number met on a card that the books do not have, have applied, or have with other content.

    The one on the card is the one that counts (a signed list of before a restore said so); the books' own
    goes on under a new number.
    """
    card, number = intent.purse.card, intent.purse.issue
    held_open = row is not None and row.state not in OPEN and row.state != APPLIED
    kind = "load_unknown" if row is None or held_open else "load_differs"
    if row is not None and row.state == APPLIED:
        kind = "load_twice"
    subject = f"{id_of(key)}/{one.number}"
    sheet.inbox.add(kind, subject, fact=key, card=card, issue=number, fen=one.fen, number=one.number)
    if kind != "load_twice":
        sheet.loads.adopt(card, number, one.number, one.fen, one.digest, key)
        if row is not None and row.state in OPEN:
            sheet.loads.end_withdrawal(card, number, one.number, "failed")
            if row.kind != WITHDRAWN_KIND:
                sheet.loads.add(
                    card, number, row.fen, row.kind, key, wallet=row.wallet, expires_day=row.expires_day
                )
    return load.unknown(intent.id.terminal, card, number, one.fen)


def _by_wallet(sheet: Sheet, key: int, intent: LoadIntent, postings: Postings) -> Postings:
    """What the card says of each wallet stands; a load that went into another one shows as a difference."""
    card, number = intent.purse.card, intent.purse.issue
    said, put = changes(intent.purse), effect(postings)
    found: Postings = ()
    for wallet in ON_CARD:
        differs = said[wallet.place] - put.get(accounts.purse(card, number, wallet.name), 0)
        found += load.astray(intent.id.terminal, card, number, wallet.name, differs)
    if found and not all(one.kind == UNKNOWN_KIND for one in _rows(sheet, intent)):
        sheet.inbox.add("load_wallet", id_of(key), fact=key, card=card, issue=number)
    return found


def _rows(sheet: Sheet, intent: LoadIntent) -> list[Row]:
    medium = (intent.purse.card, intent.purse.issue)
    rows = (sheet.loads.get(*medium, one.number) for one in intent.loads)
    return [row for row in rows if row is not None]


def publish_again(sheet: Sheet, card: int, issue: int, key: int, by: int) -> Postings:
    """The record ``key`` counts for nothing: what it applied waits under the same numbers once more, and
    what it left over under new ones is taken back (by the record ``by``). The postings of what was taken back
    from the card for good: its money has gone where it came from and does not wait again."""
    postings: Postings = ()
    rows = dict(sheet.loads.of.get((card, issue)) or {})
    for number, row in sorted(rows.items()):
        is_mine = row.state == APPLIED and row.applied_by == key
        if is_mine and row.kind == UNKNOWN_KIND:
            # It never was the books' money: only its number goes on, since none is ever skipped.
            sheet.loads.empty(card, issue, number)
        elif is_mine and (target := _went_to(sheet, card, issue, number)):
            sheet.loads.empty(card, issue, number)
            postings += load.withdrawn(card, issue, row.wallet, target, row.fen)
        elif is_mine:
            sheet.loads.publish_again(card, issue, number)
        elif row.made_by == key and row.fen > 0 and row.kind not in ("fork", UNKNOWN_KIND):
            take_load_back(sheet, card, issue, number, by)
    return postings


def _went_to(sheet: Sheet, card: int, issue: int, number: int) -> str:
    """The account to which a load was withdrawn, "" if it was not."""
    wanted = sheet.loads.withdrawals.get((card, issue, number))
    return wanted.target if wanted is not None and wanted.state == "done" else ""


def take_load_back(sheet: Sheet, card: int, issue: int, number: int, by: int) -> None:
    """A load that should not be: emptied if nobody has it yet, otherwise a negative one follows it."""
    row = sheet.loads.get(card, issue, number)
    assert row is not None
    if row.state == "waiting":
        sheet.loads.empty(card, issue, number, state="waiting")
    else:
        sheet.loads.add(card, issue, -row.fen, "fork", by, wallet=row.wallet)
