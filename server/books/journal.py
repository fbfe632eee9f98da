"""Journal records into the books: kept byte for byte, then each does what it says.

A record that contradicts itself is quarantined and stops nobody behind it; the same place with other bytes is
a conflict. Signatures and the hash chain of the upload itself are checked before (``intake.py``).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.cards.cpu import FIRST_CHIP
from onecard.wire.chain import GENESIS
from onecard.wire.errands import PayClaim
from onecard.wire.messages import (
    PURSE_INTENTS,
    Answered,
    CashDoubt,
    Checked,
    Claim,
    Collection,
    Commanded,
    Credit,
    Done,
    DrawerMove,
    Errand,
    GivenUp,
    NotWritten,
    ProvedDone,
    Recharge,
    Result,
    Seen,
    ShiftClose,
    Status,
    Unresolved,
    Void,
    Waiting,
    decode_body,
)
from server.books import after_loss, foreign, life, settle, tables
from server.books.case import Written, amount_of, kind_of, medium_of
from server.books.cash import take_close, take_credit, take_doubt, take_drawer, take_waiting
from server.books.collection import take_collection
from server.books.item import Item, answered, conflict, quarantine
from server.books.sheet import Fact, Mark, Sheet
from server.books.tables import id_of, key_of
from server.books.written import hold_notes
from server.cards.taps import PENDING, Tap, evidence_of
from server.claim.intake import take_back, take_claim
from server.terminals import checked, suspension
from server.terminals.result import end as end_command
from server.terminals.told import believe

#: Another record stands at this place: two journals under one number.
OTHER_BYTES = "journal_conflict"

#: A chip's transaction came without its own proof.
NO_PROOF = "tac_missing"

Outcome = Done | NotWritten | Unresolved | GivenUp | Seen


class Intake(msgspec.Struct, frozen=True):
    """Watermark after an upload, and every result that is not simply created or exists."""

    received: int
    books_epoch: int
    results: tuple[Result, ...]


class Journal(msgspec.Struct, frozen=True):
    """A command: these records of one terminal and epoch, in order, without holes."""

    unit: int
    terminal: int
    epoch: int
    items: tuple[Item, ...]
    #: Keep it, but do not try to post it: posting it alone failed.
    last_resort: bool = False

    @property
    def weight(self) -> int:
        return max(1, len(self.items))

    def parts(self) -> "Sequence[Journal]":
        """Halves; one record that cannot be posted is quarantined, so that those behind it get through."""
        count = len(self.items)
        if count == 1 and not self.last_resort:
            return [msgspec.structs.replace(self, last_resort=True)]
        if count < 2:
            return []
        halves = (self.items[: count // 2], self.items[count // 2 :])
        return [msgspec.structs.replace(self, items=half) for half in halves]

    def joined(self, results: Sequence[Any]) -> Intake:
        last = results[-1]
        return Intake(
            last.received, last.books_epoch, tuple(one for result in results for one in result.results)
        )

    def want(self, sheet: Sheet) -> None:
        """Announce what these records will look at."""
        sheet.marks.want((self.terminal, self.epoch))
        mine = {item.key for item in self.items}
        for item in self.items:
            body = None if self.last_resort else item.body
            if not isinstance(body, Outcome):
                sheet.facts.want(item.key)
            if isinstance(body, Outcome):
                of = key_of(body.of)
                if of not in mine:
                    sheet.taps.want(of)
                    sheet.facts.want(of)
            elif isinstance(body, Written):
                _want_written(sheet, item.key, body)
            elif isinstance(body, Waiting):
                sheet.notes.want(*(key_of(one) for one in body.credits))
                sheet.loads.want(body.card, body.issue)
                sheet.holders.cards.want(body.card)
                sheet.wallets.want(accounts.debt(body.card), accounts.account(body.card, "main"))
            elif isinstance(body, Claim):
                sheet.notes.want(*(key_of(one) for one in body.credits))

    def decide(self, sheet: Sheet) -> Intake:
        """Keep and post what is new; answer for what was there before."""
        mark = sheet.marks.get((self.terminal, self.epoch)) or Mark(0, GENESIS, 0)
        epoch = sheet.books_epoch
        known = [item for item in self.items if item.record.seq <= mark.received]
        fresh = self.items[len(known) :]
        results = self._answer_again(sheet, known)
        if any(result.reason == OTHER_BYTES for result in results) or not fresh:
            return Intake(mark.received, epoch, tuple(results))
        first = fresh[0]
        if first.record.seq != mark.received + 1:
            return Intake(mark.received, epoch, tuple(results))  # a hole: come again from the watermark
        if first.record.prev != mark.head:
            results.append(conflict(sheet, first, "journal_fork"))
            return Intake(mark.received, epoch, tuple(results))
        late = any(item.is_late for item in fresh)
        denied = after_loss.denied(sheet, fresh) if late else set()
        for item in fresh:
            sheet.records.append(_row(self.unit, item, sheet.now))
            result: Result | None
            if self.last_resort:
                result = quarantine(sheet, item, "failed")
            else:
                result = after_loss.deny(sheet, item) if item.place in denied else _take(sheet, item)
            if result is not None:
                results.append(result)
        if first.record.seq == 1:
            suspension.raised(sheet, self.terminal, self.epoch)
        last = fresh[-1].record
        sheet.marks.put((self.terminal, self.epoch), Mark(last.seq, last.hash, sheet.now))
        return Intake(last.seq, epoch, tuple(results))

    def _answer_again(self, sheet: Sheet, known: Sequence[Item]) -> list[Result]:
        """Records that came before: the same answers, and a conflict where the bytes differ."""
        if not known:
            return []
        table = tables.record
        query = select(table.c.record, table.c.hash).where(
            table.c.unit_id == self.unit, table.c.record.between(known[0].place, known[-1].place)
        )
        stored = {row.record: row.hash.hex() for row in sheet.connection.execute(query)}
        sheet.facts.want(*(item.key for item in known))
        sheet.facts.read()
        results = []
        for item in known:
            if stored.get(item.place) != item.record.hash:
                results.append(conflict(sheet, item, OTHER_BYTES))
                continue
            _, result = answered(sheet, item)
            if result is not None:
                results.append(result)
        return results


def _want_written(sheet: Sheet, key: int, body: Written) -> None:
    card, issue = medium_of(body)
    sheet.holders.cards.want(card)
    purse = body.purse
    if purse is not None:
        sheet.chains.want((card, issue), purse.counter, key, key_of(purse.prev))
        sheet.wallets.want(accounts.purse(card, issue, "main"))
    kind = kind_of(body)
    if kind == "load":
        sheet.loads.want(card, issue)
        sheet.wallets.want(accounts.waiting(card, issue, "main"))
    elif kind == "issue":
        sheet.holders.media.want((card, issue))
        sheet.wallets.want(accounts.deposit(card))
    elif isinstance(body, Void):
        sheet.facts.want(key_of(body.voids))
    elif isinstance(body, Recharge):
        sheet.notes.want(*(key_of(one) for one in body.credits))


def _row(unit: int, item: Item, now: int) -> tuple[Any, ...]:
    record = item.record
    was = item.key if record.was is not None else None
    times = (record.at, record.mono_ms, record.offset_s)
    return (unit, item.place, *times, bytes(record.body), bytes.fromhex(record.hash), was, now)


def _take(sheet: Sheet, item: Item) -> Result | None:
    """Do what one new record says. ``None``: created, or nothing to post."""
    body = item.body
    if body is None or item.fault:
        return quarantine(sheet, item, item.fault)
    item = life.own(sheet, item)
    foreign.take(sheet, item, body)
    if isinstance(body, PURSE_INTENTS):
        return _intent(sheet, item, body)
    match body:
        case Credit():
            return take_credit(sheet, item, body)
        case Waiting():
            return take_waiting(sheet, item, body)
        case Collection():
            return take_collection(sheet, item, body)
        case DrawerMove():
            return take_drawer(sheet, item, body)
        case Claim():
            return take_claim(sheet, item, body)
        case Errand():
            # It posts by the answer to its question alone; here it only must not say anything else.
            return answered(sheet, item)[1]
        case Answered():
            _told(sheet, item, body)
        case CashDoubt():
            take_doubt(sheet, item, body)
        case Checked():
            return checked.take(sheet, item, body)
        case ShiftClose():
            take_close(sheet, item, body)
        case Commanded():
            _end_command(sheet, body)
        case Done() | NotWritten() | Unresolved() | GivenUp() | Seen():
            _outcome(sheet, item, body)
    return None


def _end_command(sheet: Sheet, body: Commanded) -> None:
    """No money: the office sees what became of what it asked, also of a station that only files reach."""
    said = (body.command, body.state, body.said, body.digest, body.at)
    end_command(sheet.connection, sheet.unit, body.id.terminal, *said)


def _intent(sheet: Sheet, item: Item, body: Written) -> Result | None:
    again, result = answered(sheet, item)
    if again:
        return result
    if item.record.was is not None and (tap := sheet.taps.open.get(item.key)) is not None:
        same = tap.body == bytes(item.record.body)
        return None if same else conflict(sheet, item, "record_conflict")
    card, issue = medium_of(body)
    counter = -1 if body.purse is None else body.purse.counter
    tap = Tap(card, issue, kind_of(body), amount_of(body), counter, body.at, PENDING, bytes(item.record.body))
    sheet.taps.put(item.key, tap, body)
    if isinstance(body, Recharge):
        hold_notes(sheet, item.key, body)
    return None


def _outcome(sheet: Sheet, item: Item, body: Outcome) -> None:
    of = life.told(sheet, key_of(body.of), item.place)
    if isinstance(body, ProvedDone):
        _judge_proof(sheet, item, body, of)
    if isinstance(body, Seen):
        _seen(sheet, item, body, of)
        return
    if sheet.taps.open.get(of) is not None:
        match body:
            case Done():
                if not isinstance(body, ProvedDone):
                    _without_proof(sheet, of)
                settle.done(sheet, of)
            case NotWritten():
                settle.not_written(sheet, of, item.place)
            case Unresolved():
                settle.set_aside(sheet, of)
            case GivenUp():
                settle.give_up(sheet, of, item.place, item.record.at + item.record.offset_s)
        return
    if isinstance(body, GivenUp):
        if _gives_up_errand(sheet, item, body, of):
            return
        settle.decided_and_given_up(sheet, of, item.place)
        return
    if not isinstance(body, (Done, NotWritten)):
        return
    fact = sheet.facts.get(of)
    if fact is None:
        if not isinstance(body, NotWritten):
            sheet.inbox.add("outcome_without_intent", id_of(item.key), fact=of, by=str(id_of(item.place)))
        return
    agrees = Status.CREATED if isinstance(body, Done) else Status.REFUSED
    if fact.status not in (agrees, Status.QUARANTINED):
        sheet.inbox.add("outcome_differs", id_of(item.key), fact=of, said=type(body).__name__.lower())
    elif isinstance(body, Done) and body.balance_fen is None:
        # Of a card's own purse; of an account it says what the office said.
        settle.done_late(sheet, of)


def _told(sheet: Sheet, item: Item, body: Answered) -> None:
    """A till wrote down what it was told of an errand; the books must say the same."""
    of = key_of(body.of)
    fact = sheet.facts.get(of)
    forgotten = fact is None and not item.is_late and body.status in (Status.CREATED, Status.EXISTS)
    if forgotten and believe(sheet, item, body):
        return
    said = None if fact is None else (fact.status, fact.reason, fact.entry)
    if said != (body.status, body.reason, body.entry) and body.status != Status.CONFLICT:
        sheet.inbox.add("outcome_differs", id_of(item.key), fact=of, said="answered")


def _gives_up_errand(sheet: Sheet, item: Item, body: GivenUp, of: int) -> bool:
    """A till stopped waiting for the answer to an errand: it is never done, or it is undone where nothing can
    have come of it, or somebody must look at it."""
    errand = _errand(sheet, of)
    if errand is None:
        return False
    fact = sheet.facts.get(of)
    if fact is None:
        sheet.facts.put(of, Fact(None, Status.REFUSED, "cancelled"))
    elif fact.entry and not (isinstance(errand, PayClaim) and take_back(sheet, item, body, errand)):
        sheet.inbox.add("outcome_differs", id_of(item.key), fact=of, said="given_up")
    return True


def _errand(sheet: Sheet, of: int) -> Errand | None:
    table = tables.record
    bodies = [row[5] for row in sheet.records if of in (row[1], row[7])]
    if not bodies:
        query = select(table.c.body).where(table.c.unit_id == sheet.unit, table.c.record == of)
        bodies = list(sheet.connection.execute(query).scalars())
    body = decode_body(bytes(bodies[0])) if bodies else None
    return body if isinstance(body, Errand) else None


def _judge_proof(sheet: Sheet, item: Item, body: ProvedDone, of: int) -> None:
    """A card's proof that does not hold, or is of something else, is for a person; the record stands."""
    kind = item.doubt
    tap = sheet.taps.open.get(of)
    intent = None if tap is None else sheet.taps.intent(of)
    if not kind and isinstance(intent, PURSE_INTENTS) and intent.purse is not None:
        purse = intent.purse
        moved = abs(purse.after.main_fen - purse.before.main_fen)
        if (purse.card, purse.issue, moved) != (body.card, body.issue, body.proof.fen):
            kind = "tac_differs"
    if kind:
        said = {"card": body.card, "issue": body.issue, "fen": body.proof.fen}
        sheet.inbox.add(kind, id_of(of), fact=of, **said)


def _without_proof(sheet: Sheet, of: int) -> None:
    """A chip proves whatever it moves: one that is said to be done without may have moved nothing."""
    intent = sheet.taps.intent(of)
    if not isinstance(intent, PURSE_INTENTS) or intent.purse is None or intent.purse.card < FIRST_CHIP:
        return
    purse = intent.purse
    fen = purse.after.main_fen - purse.before.main_fen
    if fen:
        sheet.inbox.add(NO_PROOF, id_of(of), fact=of, card=purse.card, issue=purse.issue, fen=fen)


def _seen(sheet: Sheet, item: Item, body: Seen, of: int) -> None:
    """Keep what the card said, also of an intent that has not been uploaded yet."""
    of = life.about(sheet, of, body.card, body.issue)
    if any(one.by == item.key for one in sheet.taps.evidence(of)):
        return
    sheet.taps.saw(of, evidence_of(body, item.record.at + item.record.offset_s))
    settle.consider(sheet, of)
