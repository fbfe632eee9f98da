"""What an intent that reached its card does to the books: a link in the chain, an entry, a fact.

Facts are never refused: what does not fit is posted where it shows, and goes to the office's inbox.
"""

from collections.abc import Sequence

from onecard.books.entry import Posting
from onecard.books.events import clearing, issue, recharge, taken
from onecard.rules.loads import UNLOSS
from onecard.wire.messages import (
    FullSale,
    Issue,
    LoadIntent,
    Lock,
    Recharge,
    Sale,
    SoldRecharge,
    Source,
    Status,
    Void,
)
from server.books import life
from server.books.case import Case, amount_of, kind_of
from server.books.chaining import Linked
from server.books.loading import apply_loads
from server.books.selling import Decided, count_meal, take_sale, take_void
from server.books.selling import take_back as take_back
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of, key_of
from server.cards.holders import Card, Medium
from server.promotion.grant import with_recharge

Postings = Sequence[Posting]


def is_held(case: Case) -> bool:
    """Whether giving this intent up posts the cash that was taken for it (``hold``)."""
    return taken.cash_of(case.intent) > 0


def hold(sheet: Sheet, case: Case) -> None:
    """A card write that cash was taken for is given up: the cash is a fact all the same. F: C8"""
    intent = case.intent
    assert isinstance(intent, (Recharge, Issue))
    card, number = case.medium
    corrects, again = _rung_again(sheet, case.key, intent)
    event = Event(
        kind=f"{kind_of(intent)}_held",
        fact=case.key,
        card=card,
        issue=number,
        operator=intent.operator,
        shift=intent.shift,
        at=intent.at,
        day=intent.day,
        fen=taken.cash_of(intent),
        corrects=corrects,
    )
    entry = sheet.enter(event, (*taken.postings(intent), *again))
    sheet.facts.put(case.key, Fact(case.digest, Status.CREATED, "", entry))


def _rung_again(sheet: Sheet, key: int, intent: Recharge | Issue) -> tuple[int, Postings]:
    """The held recharge whose cash this one took over, and what that undoes: the old ring pays its card once
    it is settled, so that card gets a negative load."""
    if not isinstance(intent, Recharge) or intent.replaces is None:
        return 0, ()
    fact = sheet.facts.get(key_of(intent.replaces))
    entry = fact.entry if fact is not None else 0
    old = sheet.events.get(entry) if entry else None
    if old is None or old.kind != "recharge_held" or intent.replaces.terminal != intent.id.terminal:
        return 0, ()
    if sheet.taken_back.get(entry):
        sheet.inbox.add("replaced_twice", id_of(key), fact=key, card=old.card, issue=old.issue, fen=old.fen)
        return 0, ()
    take_back(sheet, entry, {"main": old.fen})
    sheet.loads.add(old.card, old.issue, -old.fen, "correction", key)
    return entry, taken.again(intent.id.terminal, old.card, old.issue, old.fen)


def post(sheet: Sheet, case: Case, *, held: bool = False, decided: Decided | None = None) -> int:
    """Post a written intent; the number of its entry. ``held``: its cash was posted when it was given up,
    so that this is an entry of the server's own. ``decided``: what the server said of a sale."""
    intent = case.intent
    purse = intent.purse
    # First of all its link: what another branch of the chain had done may have to be taken back before.
    # The card calls it by the number it was made under; the books may know another life's record by that.
    name = key_of(intent.id)
    linked = None if purse is None else Linked(sheet, name, purse, intent.at, intent.day)
    corrects = outlet = owner = 0
    fen = amount_of(intent)
    match intent:
        case Sale():
            outlet, owner = intent.outlet, intent.owner
            postings: Postings = take_sale(sheet, case.key, intent, decided)
        case Void():
            corrects, fen, postings = take_void(sheet, case.key, intent)
            sold = sheet.events.get(corrects) if corrects else None
            outlet, owner = (sold.outlet, sold.owner) if sold is not None else (0, 0)
        case Recharge():
            hold_notes(sheet, case.key, intent)
            postings = recharge.postings(intent)
            if not held:
                corrects, again = _rung_again(sheet, case.key, intent)
                postings = (*postings, *again)
        case LoadIntent():
            postings = apply_loads(sheet, case.key, intent)
        case Issue():
            _issue(sheet, case.key, intent)
            postings = issue.postings(intent)
        case Lock():
            _lock(sheet, case.key, intent)
            postings = ()
    card, number = case.medium
    if held:
        postings = taken.released(intent.id.terminal, tuple(postings))
    key = sheet.server_key() if held else case.key
    if purse is not None:
        postings = (*postings, *clearing.postings(purse))
    if card and not isinstance(intent, Issue) and sheet.holders.cards.get(card) is None:
        sheet.inbox.add("card_unknown", f"{card}-{number}", fact=case.key, card=card, issue=number)
    event = Event(
        kind=kind_of(intent),
        fact=key,
        card=card,
        issue=number,
        outlet=outlet,
        owner=owner,
        operator=intent.operator,
        shift=intent.shift,
        at=intent.at,
        day=intent.day,
        fen=fen,
        balance_fen=None if purse is None else purse.after.main_fen,
        corrects=corrects,
    )
    entry = sheet.enter(event, postings)
    digest = None if held else case.digest
    sheet.facts.put(key, Fact(digest, Status.CREATED, "", entry, event.balance_fen))
    if isinstance(intent, Void):
        sheet.remark(entry, intent.reason, intent.supervisor)
    if isinstance(intent, Recharge) and not held:
        sold_by = intent.salesperson if isinstance(intent, SoldRecharge) else 0
        with_recharge(sheet, entry, salesperson=sold_by)
    if purse is None and (corrects or (isinstance(intent, FullSale) and intent.first_n)):
        count_meal(sheet, entry, card, intent.day, corrects)
    if linked is not None:
        linked.finish()
    return entry


def hold_notes(sheet: Sheet, key: int, intent: Recharge) -> None:
    """The notes this recharge delivers belong to it; what does not add up goes to the inbox."""
    if intent.source is not Source.CASHBOX:
        return
    total = 0
    for one in intent.credits:
        note_key = life.told(sheet, key_of(one), key)
        note = sheet.notes.get(note_key) if one.terminal == intent.id.terminal else None
        if note is None or note.used_by not in (None, key):
            kind = "credit_unknown" if note is None else "credit_twice"
            sheet.inbox.add(kind, f"{id_of(key)}/{one}", fact=key, card=intent.purse.card)
            continue
        total += note.fen
        if note.used_by is None:
            sheet.use_note(note_key, key)
    if total != intent.amount_fen:
        sheet.inbox.add("credit_sum", id_of(key), fact=key, fen=intent.amount_fen - total)


def _issue(sheet: Sheet, key: int, intent: Issue) -> None:
    number, holders = intent.card, sheet.holders
    medium = holders.media.get((number, intent.issue))
    card = holders.cards.get(number)
    if medium is None or card is None or medium.uid != intent.uid:
        kind = "issue_unreserved" if medium is None else "issue_differs"
        sheet.inbox.add(kind, id_of(key), fact=key, card=number, issue=intent.issue)
    old = medium or Medium("", 0, 0, 0)
    holders.media.put(
        (number, intent.issue),
        Medium(intent.uid, intent.until, intent.deposit_fen, intent.fee_fen, old.asked_by, key),
    )
    member = card.member if card is not None else 0
    unwritten = ("reserved", "released", "replaced")
    state = card.state if card is not None and card.state not in unwritten else "active"
    holders.cards.put(number, Card(intent.issue, intent.type, member, state, intent.at))


def _lock(sheet: Sheet, key: int, intent: Lock) -> None:
    """A card locked after it was taken off the list gets the load that clears the flag by itself. F: A6"""
    card, number = intent.purse.card, intent.purse.issue
    if intent.reason == "lost" and sheet.holders.stops.get((card, number)) is None:
        sheet.loads.add(card, number, 0, UNLOSS, key)
