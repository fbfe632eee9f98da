"""One tap, exactly once: intent on disk → write the card → read back → outcome on disk.

Everything that writes a card goes through ``Taps``, and what a card left half-way comes back to it.
Knows no price and no limit: what may be done was decided before.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from onecard.cards.cpu.proof import Proof
from onecard.cards.image import CardImage, Identity, Purse
from onecard.cards.medium import StorageCard
from onecard.cards.session import CardSession
from onecard.errors import CardError, CardForeign, CardGone, NotWritten, Refused, StoreError
from onecard.ids import RecordId
from onecard.journal.facet import PurseIntent, card_of, write_of
from onecard.rules.outcome import Verdict, judge
from onecard.rules.purse import Change, advance
from onecard.terminal import conversation, evidence
from onecard.terminal.desk import Desk
from onecard.terminal.outcome import Completed, State, Unfinished, WrongCard
from onecard.wire import messages as m

_log = structlog.get_logger("tap")

#: Makes the intent from its number, its moment and the card write.
Make = Callable[[RecordId, int, m.PurseWrite], PurseIntent]


class Taps:
    """The writer of cards."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open_session(self, storage: StorageCard) -> CardSession:
        return conversation.open_session(self._desk, storage)

    # ---- a new tap

    def perform(
        self, session: CardSession, before: CardImage, change: Change, make: Make, at: int
    ) -> Completed | Unfinished:
        """Write one transaction onto a card that was just read as ``before``.

        Raises ``Refused`` or ``StoreError`` before anything is written, and ``Refused("card.not_written")``
        when reading back proves twice that the old record stands.
        """
        intent = self._desk.journal.append(self._builder(before, change, make, at))
        return self._write(session, before, intent, State.OPEN)

    def _builder(
        self, before: CardImage, change: Change, make: Make, at: int
    ) -> Callable[[RecordId], PurseIntent]:
        identity = before.identity

        def build(id: RecordId) -> PurseIntent:
            after, cleared = advance(before.newest, change, by=id, at=at, calendar=self._desk.calendar())
            write = m.PurseWrite(
                card=identity.card,
                issue=identity.issue,
                uid=before.uid.hex(),
                counter=before.newest.counter,
                prev=before.newest.last,
                before=m.Balances.of(before.newest),
                after=m.Balances.of(after),
                cleared=cleared,
                last_load=before.newest.last_load,
            )
            intent = make(id, at, write)
            # What is repeated after a tear is made from the journal alone: it has to be this very record.
            assert self._after(before.newest, intent) == after, id
            return intent

        return build

    def owe(self, before: CardImage, change: Change, make: Make, at: int) -> Completed:
        """A transaction that this medium cannot take here and now: journaled and given up in one, with what
        the card shows, so that the office pays it by an ordinary load."""
        intent = self._desk.journal.append(self._builder(before, change, make, at))
        self._desk.journal.append(lambda id: m.GivenUp(id=id, at=at, of=intent.id, why="owed"))
        evidence.journal_seen(self._desk, intent.id, before)
        main_fen = before.newest.main_fen
        return Completed(
            intent=intent,
            balance_before_fen=main_fen,
            balance_after_fen=main_fen,
            commands=0,
            image=before,
            is_owed=True,
        )

    def personalise(
        self, session: CardSession, make: Callable[[RecordId], m.Issue]
    ) -> Completed | Unfinished:
        """Make a blank card ours with its first record."""
        return self._personalise(session, self._desk.journal.append(make), State.OPEN)

    # ---- the same tap again

    def retap(self, storage: StorageCard, id: RecordId) -> Completed | Unfinished | WrongCard:
        """A card came while ``id`` waits for its own; see ``Station.retap``."""
        intent, state = self.waiting(id, or_done=True)
        if intent.purse is None:
            return Unfinished(intent=intent, state=state, why="tap.server_decides")
        session = self.open_session(storage)
        if storage.uid.hex() != write_of(intent).uid:
            return WrongCard(unfinished=Unfinished(intent=intent, state=state), card=_number_of(session))
        try:
            image = session.read()
        except CardGone as gone:
            return Unfinished(intent=intent, state=state, why=gone.code)
        except CardError as error:
            if isinstance(intent, m.Issue):
                return self._personalise(session, intent, state)
            return Unfinished(intent=intent, state=state, why=error.code)
        if state is State.DONE:
            # The disk had it all the same when it said that it could not write it.
            return _completed(session, intent, image)
        if (image.identity.card, image.identity.issue) != card_of(intent):
            # The same plastic, wiped and issued anew since: what was on it can only be told by the office.
            return self._undecided(intent, state, None)
        return self._resume(session, image, intent, state)

    def waiting(self, id: RecordId, *, or_done: bool = False) -> tuple[PurseIntent, State]:
        """An own intent that may still be completed here, or with ``or_done`` already is. Raises ``Refused``:
        ``tap.unknown``, ``tap.given_up``, ``tap.done``, ``card.not_written``."""
        tap = self._desk.journal.index.tap(id)
        if tap is None:
            raise Refused("tap.unknown")
        intent = self._desk.journal.body(id)
        assert isinstance(intent, PurseIntent)
        match State(tap.state):
            case State.OPEN | State.ASIDE as state:
                return intent, state
            case State.DONE if or_done:
                return intent, State.DONE
            case State.GIVEN_UP:
                raise Refused("tap.given_up")
            case State.NOT_WRITTEN:
                raise Refused("card.not_written")
            case State.DONE:
                raise Refused("tap.done")

    def _resume(
        self, session: CardSession, image: CardImage, intent: PurseIntent, state: State
    ) -> Completed | Unfinished:
        match judge(intent.id, write_of(intent), image.newest, image.older):
            case Verdict.WRITTEN:
                return self._done(session, intent, image, state)
            case Verdict.OVERTAKEN:
                raise self._not_written(intent, "card.not_written")
            case Verdict.UNKNOWN:
                return self._undecided(intent, state, image)
            case Verdict.STANDS:
                stop = self._desk.facts.stop(image.identity.card, image.identity.issue)
                if stop is not None and not isinstance(intent, m.Lock):
                    raise self._not_written(intent, "card.stopped", reason=stop[0])
                return self._write(session, image, intent, state)

    # ---- writing

    def _write(
        self, session: CardSession, before: CardImage, intent: PurseIntent, state: State
    ) -> Completed | Unfinished:
        """Write, and once more within the same tap when a read proved that nothing was written."""
        after = self._after(before.newest, intent)
        try:
            try:
                image = session.write(after)
            except NotWritten as error:
                if error.code != "card.not_written":
                    raise  # it was not tried, and will not be by trying again
                again = session.read()
                verdict = judge(intent.id, write_of(intent), again.newest, again.older)
                if verdict is Verdict.STANDS and again.newest == before.newest:
                    image = session.write(after)
                elif verdict is Verdict.WRITTEN:
                    image = again
                else:
                    return Unfinished(intent=intent, state=state, why="card.doubtful")
        except NotWritten as error:
            raise self._not_written(intent, error.code, **error.params) from error
        except CardError as error:
            return Unfinished(intent=intent, state=state, why=error.code)
        return self._done(session, intent, image, state)

    def _personalise(self, session: CardSession, intent: m.Issue, state: State) -> Completed | Unfinished:
        identity = Identity(
            unit=intent.unit,
            card=intent.card,
            issue=intent.issue,
            type=intent.type,
            key_version=self._desk.keys.version,
            until_day=intent.until,
            from_day=intent.day,
        )
        try:
            image = session.personalise(identity, self._after(Purse(), intent))
        except CardError as error:
            return Unfinished(intent=intent, state=state, why=error.code)
        return self._done(session, intent, image, state)

    def _after(self, before: Purse, intent: PurseIntent) -> Purse:
        """The record that the intent puts after ``before``, the same however often it is made."""
        after, _ = advance(
            before,
            change_of(intent, self._sold(intent)),
            by=intent.id,
            at=intent.at,
            calendar=self._desk.calendar(),
        )
        assert m.Balances.of(after) == write_of(intent).after, intent.id
        return after

    def _sold(self, intent: PurseIntent) -> m.Sale | None:
        """The sale that a void takes back."""
        if not isinstance(intent, m.Void):
            return None
        sale = self._desk.journal.body(intent.voids)
        assert isinstance(sale, m.Sale)
        return sale

    # ---- outcomes

    def _done(
        self, session: CardSession, intent: PurseIntent, image: CardImage, state: State
    ) -> Completed | Unfinished:
        write = write_of(intent)
        assert judge(intent.id, write, image.newest, image.older) is Verdict.WRITTEN
        now = self._desk.moment.now()
        proof = conversation.proof_of(session, intent.id)
        try:
            self._desk.journal.append(lambda id: _outcome(id, now, intent, image, proof))
        except StoreError as error:
            # The card has it, our disk does not say so yet: nobody is told that it went well.
            _log.error("tap.done_not_stored", intent=str(intent.id), code=error.code)
            return Unfinished(intent=intent, state=state, why=error.code)
        if isinstance(intent, m.Lock):
            conversation.shut(session, intent)
        return _completed(session, intent, image)

    def _not_written(self, intent: PurseIntent, code: str, **params: Any) -> Refused:
        now = self._desk.moment.now()
        self._desk.journal.append(lambda id: m.NotWritten(id=id, at=now, of=intent.id))
        return Refused(code, **params)

    def _undecided(self, intent: PurseIntent, state: State, image: CardImage | None) -> Unfinished:
        if image is not None:
            evidence.journal_seen(self._desk, intent.id, image)
        return Unfinished(intent=intent, state=state, why="tap.server_decides")


def _outcome(id: RecordId, at: int, intent: PurseIntent, image: CardImage, proof: Proof | None) -> m.Done:
    if proof is None:
        return m.Done(id=id, at=at, of=intent.id)
    identity = image.identity
    return m.ProvedDone(
        id=id,
        at=at,
        of=intent.id,
        card=identity.card,
        issue=identity.issue,
        key_version=identity.key_version,
        proof=proof,
    )


def _completed(session: CardSession, intent: PurseIntent, image: CardImage) -> Completed:
    write = write_of(intent)
    return Completed(
        intent=intent,
        balance_before_fen=write.before.main_fen,
        balance_after_fen=write.after.main_fen,
        commands=session.commands,
        image=image,
    )


def change_of(intent: PurseIntent, sold: m.Sale | None) -> Change:
    """What an intent does to a purse; from the journal alone, so that a write can be repeated exactly.

    ``sold``: the sale that a void takes back.
    """
    change = _moved(write_of(intent))
    match intent:
        case m.Sale():
            return replace(change, spent_fen=intent.due_fen, first_n=first_n_of(intent))
        case m.Void():
            assert sold is not None, intent.id
            spent = sum(pay.fen for pay in intent.pays)
            return replace(change, spent_fen=-spent, first_n=-first_n_of(sold), spent_at=sold.at)
        case m.LoadIntent():
            # A locked card takes loads only when one of them unlocks it, so they always leave it open.
            return replace(change, last_load=intent.loads[-1].number, locked=False)
        case m.Lock():
            return replace(change, locked=True)
        case m.Recharge() | m.Issue():
            return change


def _moved(write: m.PurseWrite) -> Change:
    """What happened to the money, apart from what expired."""
    before, after, cleared = write.before, write.after, write.cleared
    slots = (
        after.slot1.amount_fen - before.slot1.amount_fen + cleared[0],
        after.slot2.amount_fen - before.slot2.amount_fen + cleared[1],
        after.slot3.amount_fen - before.slot3.amount_fen + cleared[2],
    )
    last_days = (after.slot1.expiry_day, after.slot2.expiry_day, after.slot3.expiry_day)
    main_fen = after.main_fen - before.main_fen
    return Change(main_fen=main_fen, slots=slots, last_days=last_days, clear_expired=any(cleared))


def first_n_of(sale: m.Sale) -> int:
    """Whether it was one of the day's meals with a price of their own."""
    return sale.first_n if isinstance(sale, m.FullSale) else 0


def _number_of(session: CardSession) -> int:
    """Whose card lies there instead; 0 when it does not say."""
    try:
        return session.read().identity.card
    except CardForeign as error:
        number = error.params.get("card", 0)
        return number if isinstance(number, int) else 0
    except CardError:
        return 0
