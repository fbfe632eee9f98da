"""Settling what was given up: once per intent, and only when a read or the chain shows its outcome.

Written: a sale is posted and comes back as a waiting load, everything else is posted. Not written: a void or
a recharge becomes a waiting load, a load stays published, a sale never was, an issue's cash waits for a
person to give it back. Time settles nothing; but cash is posted at once: the till has it, whatever comes out.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from onecard.books.entry import Postings, reversal
from onecard.books.events import recharge, sale, taken, void
from onecard.wire.messages import Issue, Recharge, Sale, Status, Void
from server.books import infer
from server.books.case import Case, Written, amount_of, medium_of
from server.books.numbering import number_load
from server.books.selling import back_beside, left_of, sale_of, take_back
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of, key_of
from server.books.written import hold, hold_notes, is_held, post
from server.cards.taps import GIVEN_UP, OVERTAKEN, STANDS, UNRESOLVED, WRITTEN, Tap, verdict


def done(sheet: Sheet, of: int) -> None:
    """The terminal says that the card (or the server) took this open intent."""
    tap = sheet.taps.open.get(of)
    assert tap is not None
    case = _case(sheet, of, tap)
    if tap.state == GIVEN_UP:
        # It had promised never to complete it; still, the card says so.
        fen = abs(amount_of(case.intent))
        sheet.inbox.add("done_after_given_up", id_of(of), fact=of, card=tap.card, issue=tap.issue, fen=fen)
        _finish(sheet, case, True, of)
    else:
        sheet.taps.close(of)
        post(sheet, case)
    review(sheet, *case.medium)


def done_late(sheet: Sheet, of: int) -> None:
    """The terminal says that a sale went well whose money went back meanwhile, because the terminal was
    declared lost: the goods may be gone as well."""
    fact = sheet.facts.get(of)
    if fact is None or not fact.entry or not sheet.taps.settled.get(of):
        return
    event = sheet.events.get(fact.entry)
    if event is not None and event.kind == "sale":
        fen = abs(event.fen)
        sheet.inbox.add(
            "done_after_given_up", id_of(of), fact=of, card=event.card, issue=event.issue, fen=fen
        )


def not_written(sheet: Sheet, of: int, by: int) -> None:
    """The terminal read the card and its intent is not on it."""
    tap = sheet.taps.open.get(of)
    assert tap is not None
    case = _case(sheet, of, tap)
    if tap.state == GIVEN_UP:
        _finish(sheet, case, False, by)
        return
    sheet.taps.close(of)
    _never(sheet, case)
    if isinstance(case.intent, Recharge):
        _free_notes(sheet, of, case.intent)
    _contradicted(sheet, case)


def _contradicted(sheet: Sheet, case: Case) -> None:
    """A record that is here may name this one as the one before it: the card was written after all."""
    chain = sheet.chains.heads.get(case.medium)
    if chain is not None and chain.gaps:
        infer.review(sheet, case.medium)


def set_aside(sheet: Sheet, of: int) -> None:
    """The card is away and the queue moved on."""
    tap = sheet.taps.open.get(of)
    if tap is not None and tap.state != GIVEN_UP:
        sheet.taps.change(of, state=UNRESOLVED)


def give_up(sheet: Sheet, of: int, by: int, at: int) -> None:
    """The terminal will never complete it: from here on only the books decide. ``at``: server time."""
    tap = sheet.taps.open.get(of)
    if tap is None or tap.state == GIVEN_UP:
        return
    if tap.counter < 0:
        # An account card: the id is dead, as if cancelled; a request under way finds the tombstone.
        sheet.taps.close(of)
        sheet.facts.put(of, Fact(None, Status.REFUSED, "cancelled"))
        return
    sheet.taps.change(of, state=GIVEN_UP, given_up_by=by, given_up_at=at)
    case = _case(sheet, of, tap)
    if is_held(case):
        hold(sheet, case)
    if isinstance(case.intent, Issue):
        # Somebody has to see what this card is and who paid for it, whether it comes back or not.
        _tell(sheet, "issue_given_up", case)
    consider(sheet, of)


def decided_and_given_up(sheet: Sheet, of: int, by: int) -> None:
    """An account's sale was decided, and its till gave it up before it heard so: no goods, so no money.

    A till whose disk was restored meanwhile may mean another sale by the same number: that is for a person.
    """
    fact = sheet.facts.get(of)
    event = sheet.events.get(fact.entry) if fact is not None and fact.entry else None
    if fact is None or event is None or event.kind != "sale" or event.balance_fen is not None:
        return  # refused, or a purse's: what is on a card is settled by what the card says
    if sheet.taken_back.get(fact.entry):
        return
    if by >> 24 != of >> 24:
        sheet.inbox.add("decided_and_given_up", id_of(of), fact=of, card=event.card, issue=event.issue)
        return
    left = left_of(sheet, fact.entry)
    key = sheet.server_key()
    returned = msgspec.structs.replace(
        event, kind="sale_reversed", fact=key, at=sheet.now, fen=-event.fen, corrects=fact.entry
    )
    entry = sheet.enter(returned, reversal(sheet.postings_of(fact.entry)))
    sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
    take_back(sheet, fact.entry, left)
    sheet.taps.settle(of, True, fact.entry, sheet.now)


def consider(sheet: Sheet, of: int) -> None:
    """Settle this one if it is given up and its outcome is known."""
    tap = sheet.taps.open.get(of)
    if tap is None or tap.state != GIVEN_UP:
        return
    case = _case(sheet, of, tap)
    outcome = _outcome(sheet, of, tap)
    if outcome is not None:
        _finish(sheet, case, *outcome)
        review(sheet, *case.medium)


def review(sheet: Sheet, card: int, issue: int) -> None:
    """A card's chain has grown: that may be what a given-up tap was waiting for."""
    for of in sheet.taps.given_up(card, issue):
        consider(sheet, of)


def _outcome(sheet: Sheet, of: int, tap: Tap) -> tuple[bool, int] | None:
    assert tap.given_up_by is not None
    assert tap.given_up_at is not None
    # A card knows it by the number that it was made under, whatever the books call it by now.
    name = key_of(_case(sheet, of, tap).intent.id)
    for one in sheet.taps.evidence(of):
        shown = verdict(one, name, tap.counter)
        if shown == WRITTEN:
            return True, one.by
        if shown == OVERTAKEN:
            return False, one.by
        # "Not yet" counts only when nobody could write it any more after that read.
        same = one.by >> 32 == tap.given_up_by >> 32
        later = one.by > tap.given_up_by if same else one.at > tap.given_up_at
        if shown == STANDS and later:
            return False, one.by
    written = sheet.chains.verdict((tap.card, tap.issue), tap.counter, name)
    if written is None:
        return None
    chain = sheet.chains.heads.get((tap.card, tap.issue))
    return written, chain.head if chain is not None else 0


def _case(sheet: Sheet, of: int, tap: Tap) -> Case:
    intent = sheet.taps.intent(of)
    assert isinstance(intent, Written)
    return Case(of, hashlib.sha256(tap.body).digest(), intent)


def _finish(sheet: Sheet, case: Case, written: bool, proof: int) -> None:
    sheet.taps.settle(case.key, written, proof, sheet.now)
    sheet.taps.close(case.key)
    intent = case.intent
    if not written:
        if isinstance(intent, (Void, Recharge)):
            _as_load(sheet, case)
        else:
            _never(sheet, case)
        _contradicted(sheet, case)
        return
    entry = post(sheet, case, held=is_held(case))
    if isinstance(intent, Sale):
        _return_sale(sheet, intent, entry)


def _tell(sheet: Sheet, kind: str, case: Case) -> None:
    card, issue = case.medium
    fen = taken.cash_of(case.intent)
    sheet.inbox.add(kind, id_of(case.key), fact=case.key, card=card, issue=issue, fen=fen)


def _never(sheet: Sheet, case: Case) -> None:
    """It never was; its id is used up."""
    if sheet.facts.get(case.key) is None:
        sheet.facts.put(case.key, Fact(case.digest, Status.REFUSED, "not_written"))
    elif taken.cash_of(case.intent):
        _tell(sheet, "issue_not_written", case)
    if isinstance(case.intent, Issue):
        sheet.holders.release(case.intent.card)


def _free_notes(sheet: Sheet, of: int, intent: Recharge) -> None:
    for one in intent.credits:
        note = sheet.notes.get(key_of(one))
        if note is not None and note.used_by == of:
            sheet.use_note(key_of(one), None)


def _return_sale(sheet: Sheet, intent: Sale, entry: int) -> None:
    """The card paid, the goods stayed: the money comes back as loads."""
    key = sheet.server_key()
    postings = (
        *sale.returned_as_load(intent),
        *back_beside(sheet, entry, sheet.postings_of(entry)),
        *_number(sheet, intent, {pay.wallet: pay.fen for pay in intent.pays}, "sale_reversed", key),
    )
    returned = sheet.enter(_event(sheet, intent, "sale_reversed", key, intent.due_fen, entry), postings)
    sheet.facts.put(key, Fact(None, Status.CREATED, "", returned))
    take_back(sheet, entry, {pay.wallet: pay.fen for pay in intent.pays})


def _number(sheet: Sheet, intent: Written, amounts: Mapping[str, int], kind: str, by: int) -> Postings:
    """The loads of what was just posted to waiting; the postings of the debt that they pay first."""
    card, issue = medium_of(intent)
    found: Postings = ()
    for wallet, fen in amounts.items():
        if fen:
            found += number_load(sheet, card, issue, fen, kind, by, wallet=wallet)
    return found


def _as_load(sheet: Sheet, case: Case) -> None:
    intent = case.intent
    card, issue = case.medium
    held = is_held(case)
    key = sheet.server_key() if held else case.key
    amounts: dict[str, int]
    if isinstance(intent, Recharge):
        hold_notes(sheet, case.key, intent)
        amounts, corrects = {"main": intent.amount_fen}, 0
        postings, kind = recharge.as_load(intent), "recharge"
        if held:
            postings = taken.released(intent.id.terminal, postings)
    else:
        assert isinstance(intent, Void)
        corrects, sold = sale_of(sheet, intent)
        left = left_of(sheet, corrects) if sold is not None else {}
        amounts = void.within(intent.pays, left)
        if sold is not None:
            take_back(sheet, corrects, amounts)
        owner, outlet = (sold.owner, sold.outlet) if sold is not None else (0, 0)
        postings, kind = void.as_load(intent, owner, outlet, left), "void"
        excess = amount_of(intent) - sum(amounts.values())
        if excess:
            sheet.inbox.add(
                "void_excess", id_of(case.key), fact=case.key, card=card, issue=issue, fen=excess,
                voids=str(intent.voids),
            )  # fmt: skip
    event = _event(sheet, intent, "waiting", key, sum(amounts.values()), corrects)
    postings += _number(sheet, intent, amounts, kind, case.key)
    entry = sheet.enter(event, postings)
    sheet.facts.put(key, Fact(None if held else case.digest, Status.CREATED, "", entry))
    if isinstance(intent, Void):
        sheet.remark(entry, intent.reason, intent.supervisor)


def _event(sheet: Sheet, intent: Written, kind: str, key: int, fen: int, corrects: int) -> Event:
    card, issue = medium_of(intent)
    outlet, owner = (intent.outlet, intent.owner) if isinstance(intent, Sale) else (0, 0)
    return Event(
        kind=kind,
        fact=key,
        card=card,
        issue=issue,
        outlet=outlet,
        owner=owner,
        operator=intent.operator,
        shift=intent.shift,
        at=sheet.now,
        day=intent.day,
        fen=fen,
        corrects=corrects,
    )
